//! `cargo xtask shots`: screenshots of the main pages, for people who review a change.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::cargo::{self, Profile};
use crate::packages::{self, Need};
use crate::{demo, files, node};

/// Options of `shots`.
#[derive(Args)]
pub struct Options {
    /// Where the pictures go.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Builds what is stale and lets the script in `web/e2e` start the server and take pictures.
pub fn run(options: &Options) -> Result<ExitCode> {
    packages::ensure(&[Need::Chromium, Need::ChineseFonts])?;
    demo::build(Profile::Debug)?;
    let out = match &options.out {
        Some(folder) => std::path::absolute(folder)?,
        None => files::target().join("shots"),
    };
    std::fs::create_dir_all(&out).with_context(|| format!("create {}", out.display()))?;
    let chromium = packages::chromium().context("Chromium is not installed")?;
    node::npm(&["run", "shots", "--workspace", "e2e"])
        .env("ZHIYIN_BIN", cargo::server_binary(Profile::Debug))
        .env("CHROMIUM", chromium)
        .env("SHOTS_DIR", &out)
        .run()?;
    println!("screenshots in {}", out.display());
    Ok(ExitCode::SUCCESS)
}
