//! `cargo xtask shots`: screenshots of all pages, for people who review a change.

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::cargo::{self, Profile};
use crate::packages::{self, Need};
use crate::{demo, node};

/// Builds what is stale and lets the script in `web/e2e` start the server and take pictures.
pub fn run() -> Result<ExitCode> {
    packages::ensure(&[Need::Chromium, Need::ChineseFonts])?;
    demo::build(Profile::Debug)?;
    let chromium = packages::chromium().context("Chromium is not installed")?;
    node::npm(&["run", "shots", "--workspace", "e2e"])
        .env("ZHIYIN_BIN", cargo::server_binary(Profile::Debug))
        .env("CHROMIUM", chromium)
        .run()?;
    println!("screenshots are in web/test-results/shots and docs/images");
    Ok(ExitCode::SUCCESS)
}
