//! `cargo xtask bench`: the program's own benchmarks, in release mode, figures as JSON.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;

use crate::cargo::{self, Profile};
use crate::postgres::Cluster;
use crate::sh::Cmd;
use crate::{dist, files};

/// Benchmarks there are; each prints one JSON object.
const NAMES: [&str; 5] = ["store", "chat", "mail", "footprint", "durability"];

/// Options of `bench`.
#[derive(Args)]
pub struct Options {
    /// Only these; all without.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(NAMES))]
    names: Vec<String>,
    /// At most thirty seconds each.
    #[arg(long)]
    quick: bool,
    /// Measure PostgreSQL too, on a throw-away cluster (without durability).
    #[arg(long)]
    postgres: bool,
    /// Where the figures go.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Builds in release mode and runs them one after the other.
pub fn run(options: &Options) -> Result<ExitCode> {
    // What is measured is what is released.
    dist::build()?;
    let folder = options
        .out
        .clone()
        .unwrap_or_else(|| files::target().join("bench"));
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    let cluster = options.postgres.then(Cluster::start_durable).transpose()?;
    let chosen: Vec<&str> = if options.names.is_empty() {
        NAMES.to_vec()
    } else {
        options.names.iter().map(String::as_str).collect()
    };
    for name in chosen {
        let file = folder.join(format!("{name}.json"));
        let figures = measure(name, options.quick, cluster.as_ref())?;
        fs::write(&file, &figures).with_context(|| format!("write {}", file.display()))?;
        println!("{}\n{}", file.display(), figures.trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(name: &str, quick: bool, cluster: Option<&Cluster>) -> Result<String> {
    eprintln!("measuring {name} …");
    let binary = cargo::server_binary(Profile::Release);
    let mut command = Cmd::new(binary)
        .args(["bench", name, "--json"])
        .limit(Duration::from_hours(1));
    if quick {
        command = command.arg("--quick");
    }
    if let (Some(cluster), "store") = (cluster, name) {
        command = command.arg("--database").arg(cluster.url());
    }
    let figures = command.output()?;
    serde_json::from_str::<serde_json::Value>(&figures)
        .with_context(|| format!("bench {name} printed something else than one JSON value"))?;
    Ok(figures)
}
