//! `cargo xtask codegen`: everything that is derived from code, written or compared.
//!
//! | file | from |
//! | --- | --- |
//! | `crates/api/openapi.json` | routes and DTOs, by `zhiyin openapi` |
//! | `web/packages/api/src/schema.ts` | that document, by `npm run generate` |
//! | `docs/configuration.md`, `zhiyin.sample.toml`, `zhiyin.schema.json` | configuration structs |

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::cargo::{self, Profile};
use crate::sh::Cmd;
use crate::{files, node};

/// Written by the program itself: path in the checkout and the arguments that print it.
const PRINTED: [(&str, &[&str]); 4] = [
    ("crates/api/openapi.json", &["openapi"]),
    ("docs/configuration.md", &["config", "reference"]),
    ("zhiyin.sample.toml", &["config", "sample"]),
    ("zhiyin.schema.json", &["config", "schema"]),
];
/// Made by the web tools from the OpenAPI document.
const TYPES: &str = "web/packages/api/src/schema.ts";

/// Options of `codegen`.
#[derive(Args)]
pub struct Options {
    /// Change nothing; fail when a file is stale.
    #[arg(long)]
    check: bool,
}

/// Writes or checks all of them.
pub fn run(options: &Options) -> Result<ExitCode> {
    cargo::build_server(Profile::Debug).run()?;
    if let Some(install) = node::stale_modules()? {
        install.run()?;
    }
    let binary = cargo::server_binary(Profile::Debug);
    if !options.check {
        for path in write(&binary)? {
            println!("wrote {path}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let stale = stale(&binary)?;
    for path in &stale {
        println!("{path} is stale: run `cargo xtask codegen`");
    }
    Ok(if stale.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Writes what changed and returns those paths.
fn write(binary: &Path) -> Result<Vec<&'static str>> {
    let mut written = Vec::new();
    for (path, args) in PRINTED {
        let text = Cmd::new(binary).args(args).output()?;
        if current(path)? != text {
            fs::write(files::root().join(path), text).with_context(|| format!("write {path}"))?;
            written.push(path);
        }
    }
    let before = current(TYPES)?;
    node::npm(&["run", "--silent", "generate", "--workspace", "packages/api"]).output()?;
    if current(TYPES)? != before {
        written.push(TYPES);
    }
    Ok(written)
}

/// Paths of generated files that are not what the code says, leaving them as they are.
pub fn stale(binary: &Path) -> Result<Vec<&'static str>> {
    let paths: Vec<&str> = PRINTED
        .iter()
        .map(|(path, _)| *path)
        .chain([TYPES])
        .collect();
    let kept: Vec<(PathBuf, String)> = paths
        .iter()
        .map(|path| Ok((files::root().join(path), current(path)?)))
        .collect::<Result<_>>()?;
    let result = write(binary);
    for (path, text) in kept {
        // Untouched files keep their time, so that cargo does not build them anew.
        let is_changed = fs::read_to_string(&path).is_ok_and(|now| now != text);
        if is_changed {
            fs::write(&path, text).with_context(|| format!("restore {}", path.display()))?;
        }
    }
    result
}

/// What is there now; nothing counts as empty.
fn current(path: &str) -> Result<String> {
    let path = files::root().join(path);
    if !path.exists() {
        return Ok(String::new());
    }
    fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
}
