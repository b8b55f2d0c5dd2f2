//! Calls of cargo.

use std::path::PathBuf;

use anyhow::Result;

use crate::files;
use crate::sh::Cmd;

/// What a release has that a daily build leaves out.
pub const RELEASE_FEATURES: [&str; 2] = ["--features", "zhiyin-cli/release"];

/// How a binary is optimised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Debug,
    /// Quick to run.
    Release,
}

/// A cargo command; on a build machine the lock file must be right already.
pub fn cargo(subcommand: &str) -> Cmd {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let command = Cmd::new(program)
        .arg(subcommand)
        .env("CARGO_TERM_COLOR", "never");
    let has_lock = matches!(subcommand, "build" | "test" | "clippy" | "doc" | "metadata");
    if has_lock && std::env::var_os("CI").is_some() {
        return command.arg("--locked");
    }
    command
}

/// The command that builds the `zhiyin` binary. Naming the whole workspace makes it use
/// what checks and tests have compiled already.
pub fn build_server(profile: Profile) -> Cmd {
    let build = cargo("build").args(["--workspace", "--bin", "zhiyin"]);
    match profile {
        Profile::Debug => build,
        Profile::Release => build.arg("--release"),
    }
}

/// Where that command leaves the binary.
pub fn server_binary(profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    files::target().join(folder).join("zhiyin")
}

/// The workspace's crate graph, without what comes from elsewhere.
pub fn workspace_metadata() -> Result<serde_json::Value> {
    let text = cargo("metadata")
        .args(["--format-version", "1", "--no-deps"])
        .output()?;
    Ok(serde_json::from_str(&text)?)
}

/// The whole crate graph with every dependency.
pub fn full_metadata() -> Result<serde_json::Value> {
    let text = cargo("metadata").args(["--format-version", "1"]).output()?;
    Ok(serde_json::from_str(&text)?)
}
