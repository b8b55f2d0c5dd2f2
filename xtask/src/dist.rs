//! `cargo xtask dist`: one release binary with the web inside.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::cargo::{self, Profile};
use crate::{files, models, node};

/// The release binary may not grow beyond this.
const BINARY_BYTES_MAX: u64 = 60 * 1024 * 1024;

/// Options of `dist`.
#[derive(Args)]
pub struct Options {
    /// Put the models of sentences beside the binary, for `zhiyin models add models`.
    #[arg(long)]
    models: bool,
}

/// Builds it and prints its size.
pub fn run(options: &Options) -> Result<ExitCode> {
    build()?;
    let folder = files::target().join("dist");
    fs::create_dir_all(&folder)?;
    let binary = folder.join("zhiyin");
    let bytes = fs::copy(cargo::server_binary(Profile::Release), &binary)
        .with_context(|| format!("copy to {}", binary.display()))?;
    println!("{} {}", binary.display(), mebibytes(bytes));
    if bytes > BINARY_BYTES_MAX {
        bail!("the binary is larger than {}", mebibytes(BINARY_BYTES_MAX));
    }
    if options.models {
        let into = folder.join("models");
        models::bundle(&into)?;
        println!("{}", into.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds what is released: the web, and the server with it inside.
pub fn build() -> Result<()> {
    node::check_version()?;
    if let Some(install) = node::stale_modules()? {
        install.run()?;
    }
    node::build().run()?;
    node::build_finished()?;
    cargo::build_server(Profile::Release)
        .args(cargo::RELEASE_FEATURES)
        .run()?;
    Ok(())
}

fn mebibytes(bytes: u64) -> String {
    let tenths = bytes * 10 / (1024 * 1024);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_readable() {
        assert_eq!(mebibytes(BINARY_BYTES_MAX), "60.0 MiB");
        assert_eq!(mebibytes(1024 * 1536), "1.5 MiB");
    }
}
