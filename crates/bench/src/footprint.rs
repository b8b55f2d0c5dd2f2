//! `zhiyin bench footprint`: how soon the program is there, and what it takes when nobody
//! does anything.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::company::{Login, as_agent, text};
use crate::http::{Connection, Request, once};
use crate::latency::{Latencies, round};
use crate::program::Launch;
use crate::{Common, Report, cpu, machine, progress, scratch};

const METHOD: &str = "The program serves the sample company on SQLite in a process of its own. \
    `first_start_ms` is a start on an empty folder and makes the company; `start_ms` is the \
    median of later starts, from the call of the program until it listens. Memory is what the \
    process has resident: idle after it started and was left alone, used after an agent has \
    logged in and read pages of conversations and messages besides. A megabyte is 10^6 bytes.";

/// Options of the footprint benchmark.
#[derive(Debug, Args)]
pub struct FootprintOptions {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Starts that are timed; 10, or 3 with `--quick`.
    #[arg(long)]
    starts: Option<usize>,
}

/// Measures.
pub(crate) fn run(options: &FootprintOptions) -> Result<Report> {
    let is_quick = options.common.quick;
    let starts = options
        .starts
        .unwrap_or(if is_quick { 3 } else { 10 })
        .max(1);
    let rest = Duration::from_secs(if is_quick { 3 } else { 10 });
    let folder = scratch::folder(options.common.scratch.as_deref())?;
    let binary = std::env::current_exe().context("cannot find this program")?;
    let mut report = Report::new("footprint", machine::describe(folder.path())?, METHOD);
    report.set(
        "sizes",
        json!({ "starts": starts, "rest_s": rest.as_secs() }),
    )?;
    let launch = Launch {
        arguments: vec!["--demo".to_owned()],
        ..Launch::new(&binary, folder.path())
    };
    progress("making the sample company");
    let first = launch.start()?;
    report.set(
        "first_start_ms",
        round(first.started_in.as_secs_f64() * 1000.0),
    )?;
    if !first.stop()?.success() {
        bail!("the program does not stop in order");
    }

    let mut times = Latencies::default();
    for number in 1..=starts {
        let program = launch.start()?;
        times.record(program.started_in);
        if number == starts {
            std::thread::sleep(rest);
            let idle = cpu::resident_bytes(program.id());
            report.set("idle_rss_mb", idle.map(megabytes))?;
            use_it(program.address, folder.path())?;
            std::thread::sleep(rest);
            let used = cpu::resident_bytes(program.id());
            report.set("used_rss_mb", used.map(megabytes))?;
        }
        if !program.stop()?.success() {
            bail!("the program does not stop in order");
        }
    }
    report.set("start_ms", times.percentile_ms(50.0))?;
    report.set("start_max_ms", times.percentile_ms(100.0))?;
    report.set("binary_mb", megabytes(fs::metadata(&binary)?.len()))?;
    let database = fs::metadata(folder.path().join("zhiyin.db"))?.len();
    report.set("database_mb", megabytes(database))?;
    Ok(report)
}

/// An agent logs in and reads some conversations.
fn use_it(address: SocketAddr, data: &Path) -> Result<()> {
    let access: Value = serde_json::from_slice(&fs::read(data.join("demo.json"))?)?;
    let log_in = &access["log_ins"][0];
    let body = json!({ "email": log_in["email"], "password": log_in["password"] });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let request = Request::new("POST", "/api/v1/session").json(&body)?;
        let agent = Login::of(&once(address, request).await?)?;
        let mut connection = Connection::open(address).await?;
        let mut get = async |path: &str| {
            let request = as_agent(Request::new("GET", path), &agent);
            connection.send(&request).await?.success()
        };
        let page = get("/api/v1/conversations?limit=50").await?;
        for conversation in page["items"].as_array().context("a page has items")? {
            let id = text(conversation, "id")?;
            get(&format!("/api/v1/conversations/{id}/messages?limit=50")).await?;
        }
        Ok(())
    })
}

/// Millions of bytes.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 bytes")]
fn megabytes(bytes: u64) -> f64 {
    round(bytes as f64 / 1e6)
}
