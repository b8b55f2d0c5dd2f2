//! Load generators and measurements behind `zhiyin bench`.
//!
//! A benchmark works in a fresh temporary folder, ends by itself and gives one JSON
//! object whose keys stay the same over time, so that an operator can size a machine and
//! a developer can compare two commits. It measures the real code: the use cases of
//! `app` for the store, the real program as another process for everything else.

mod cases;
mod chat;
pub mod company;
mod cpu;
pub mod durability;
mod footprint;
pub mod http;
mod language;
mod latency;
mod machine;
mod mail;
pub mod program;
mod report;
mod routing;
pub mod scratch;
mod socket;
mod store;

use anyhow::Result;
use clap::{Args, Subcommand};

pub use cpu::peak_resident_bytes;
pub use report::Report;

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Benchmark {
    /// Durable message transactions, pages of an inbox and full-text search.
    Store(store::StoreOptions),
    /// Messages from visitors to agents, and very many visitors with the chat open.
    Chat(chat::ChatOptions),
    /// Decisions a second, and how well the simulated floor agrees with theory.
    Routing(routing::RoutingOptions),
    /// Mails parsed and given their place in a thread, before anything is stored.
    Mail(mail::MailOptions),
    /// A pass of the clock over very many open cases.
    Cases(cases::CasesOptions),
    /// How well texts are understood, on labelled files and beside baselines.
    Language(language::LanguageOptions),
    /// Start-up, idle memory and size of the program.
    Footprint(footprint::FootprintOptions),
    /// Kill the program while customers write, and see what is left.
    Durability(durability::DurabilityOptions),
}

/// What every benchmark takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// Take at most thirty seconds, with smaller sizes.
    #[arg(long)]
    quick: bool,
    /// Where the temporary folder is made; the system's place for them without.
    #[arg(long, value_name = "DIR")]
    scratch: Option<std::path::PathBuf>,
}

/// What a benchmark has to say.
#[derive(Debug)]
pub struct Outcome {
    /// The figures, for standard output.
    pub text: String,
    /// What must not be, and was seen.
    pub complaint: Option<String>,
}

/// Measures.
pub fn run(benchmark: &Benchmark) -> Result<Outcome> {
    let (report, common) = match benchmark {
        Benchmark::Store(options) => (store::run(options)?, &options.common),
        Benchmark::Chat(options) => (chat::run(options)?, &options.common),
        Benchmark::Routing(options) => (routing::run(options)?, &options.common),
        Benchmark::Mail(options) => (mail::run(options)?, &options.common),
        Benchmark::Cases(options) => (cases::run(options)?, &options.common),
        Benchmark::Language(options) => (language::run(options)?, &options.common),
        Benchmark::Footprint(options) => (footprint::run(options)?, &options.common),
        Benchmark::Durability(options) => (durability::run(options)?, &options.common),
    };
    Ok(Outcome {
        text: if common.json {
            report.json()?
        } else {
            report.table()
        },
        complaint: report.complaint,
    })
}

/// Says how far it is, on standard error.
fn progress(text: &str) {
    eprintln!("{text}");
}
