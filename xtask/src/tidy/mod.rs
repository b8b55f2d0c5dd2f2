//! House rules that neither compiler nor linter knows, checked over the files of the
//! checkout. A rule and its check change together.
//!
//! | module | rule |
//! | --- | --- |
//! | `dependencies` | crates know each other in one direction only; licences are allowed ones |
//! | `rust` | module docs, function length, no holes, no swallowed results |
//! | `text` | file length, no skipped tests, no paths of somebody's machine, crate READMEs |

mod dependencies;
mod licences;
mod mask;
mod rust;
mod text;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::files;
use crate::sh::Cmd;

/// A file of the checkout: its path from the root and its text.
pub struct Source {
    /// With `/` between folders.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl Source {
    /// What stands after the last dot of the path.
    pub fn extension(&self) -> &str {
        self.path
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
    }
}

/// Prints what breaks a rule; fails when something does.
pub fn run() -> Result<ExitCode> {
    let complaints = complaints()?;
    for complaint in &complaints {
        println!("{complaint}");
    }
    if complaints.is_empty() {
        println!("tidy");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} places break a rule", complaints.len());
    Ok(ExitCode::FAILURE)
}

/// Everything that breaks a rule, one line each, beginning with the place.
pub fn complaints() -> Result<Vec<String>> {
    let sources = sources()?;
    let mut found = Vec::new();
    for source in &sources {
        found.extend(text::check(source));
        if source.extension() == "rs" {
            found.extend(rust::check(source));
        }
    }
    found.extend(text::check_crate_readmes(&sources));
    found.extend(dependencies::check(&crate::cargo::workspace_metadata()?)?);
    let policy = fs::read_to_string(files::root().join("deny.toml")).context("read deny.toml")?;
    found.extend(licences::check(&policy, &crate::cargo::full_metadata()?)?);
    found.sort();
    Ok(found)
}

/// Text files that git knows or would take.
fn sources() -> Result<Vec<Source>> {
    let list = Cmd::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .output()?;
    let mut sources = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        let full: PathBuf = files::root().join(path);
        if !full.is_file() {
            continue;
        }
        let bytes = fs::read(&full).with_context(|| format!("read {path}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source {
                path: path.to_owned(),
                text,
            });
        }
    }
    Ok(sources)
}
