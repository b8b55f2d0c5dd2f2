//! Load generators and measurements behind `zhiyin bench`.
//!
//! A benchmark works in a fresh temporary folder, ends by itself and gives one JSON
//! object whose keys stay the same over time, so that an operator can size a machine and
//! a developer can compare two commits. It measures the real code: the use cases of
//! `app` for the store, the real program as another process for everything else.

pub mod company;
mod cpu;
pub mod durability;
pub mod http;
mod latency;
mod machine;
pub mod program;
mod report;
mod scratch;
mod store;

use anyhow::Result;
use clap::{Args, Subcommand};

pub use report::Report;

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Benchmark {
    /// Durable message transactions, pages of an inbox and full-text search.
    Store(store::StoreOptions),
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

/// Measures and gives the text to print on standard output.
pub fn run(benchmark: &Benchmark) -> Result<String> {
    let (report, common) = match benchmark {
        Benchmark::Store(options) => (store::run(options)?, &options.common),
        Benchmark::Durability(options) => (durability::run(options)?, &options.common),
    };
    if common.json {
        report.json()
    } else {
        Ok(report.table())
    }
}

/// Says how far it is, on standard error.
fn progress(text: &str) {
    eprintln!("{text}");
}
