//! Configuration: one struct a concern with defaults in code, then file, environment and
//! flags laid over them.
//!
//! | module | is |
//! | --- | --- |
//! | `sections` | the settings, with the comments operators read |
//! | `shape` | the same as data: keys, kinds, defaults |
//! | `layers` | where values come from |
//! | `check` | rules that a type cannot say |
//! | `resolve` | what other crates want to have instead of texts |
//! | `reference` | documentation and sample, generated |

mod check;
mod layers;
mod nearest;
mod problem;
pub mod reference;
mod resolve;
mod sections;
pub mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

pub use self::problem::Origin;
pub use self::resolve::{BlobTarget, DatabaseTarget, MailRelay, MailTls};
#[cfg(feature = "otel")]
pub use self::sections::TelemetryConfig;
pub use self::sections::{Config, LimitsConfig, LogFormat};

use self::layers::Layers;

/// Looked for in this order when nobody names a file.
const USUAL_FILES: [&str; 2] = ["zhiyin.toml", "/etc/zhiyin/zhiyin.toml"];

/// Flags of every command that reads the configuration.
#[derive(Args, Clone, Debug, Default)]
pub struct ConfigArgs {
    /// Configuration file; without it `zhiyin.toml` here or in `/etc/zhiyin`.
    #[arg(long, value_name = "FILE", env = "ZHIYIN_CONFIG")]
    config: Option<PathBuf>,
    /// Folder for everything kept on this machine.
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// `sqlite:PATH` or `postgres://…`.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Folder or `s3://bucket/prefix` for attachments.
    #[arg(long, value_name = "URL")]
    blobs: Option<String>,
    /// Log lines for people or as JSON.
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
    /// What is logged, such as `info,zhiyin_store=debug`.
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// Any other setting, such as `server.drain_s=10`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
}

#[cfg(test)]
impl ConfigArgs {
    /// As if `--data` were given.
    pub fn in_folder(data: &Path) -> Self {
        Self {
            data: data.to_str().map(str::to_owned),
            ..Self::default()
        }
    }
}

/// A configuration that passed all checks, and where its values came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// Where each value that is not a default came from.
    pub origins: BTreeMap<String, Origin>,
}

impl Loaded {
    /// All settings in force, one a line with its origin, secrets masked.
    pub fn report(&self) -> Result<String> {
        let values = serde_json::to_value(&self.config)?;
        let mut lines = Vec::new();
        for (key, field) in shape::keys() {
            let path = format!("/{}", key.replace('.', "/"));
            let value = values.pointer(&path).unwrap_or(&field.default);
            let shown = if value.is_null() {
                "–".to_owned()
            } else {
                value.to_string()
            };
            let origin = self.origins.get(&key).unwrap_or(&Origin::Default);
            lines.push(format!("{key} = {shown}  ({origin})"));
        }
        Ok(lines.join("\n"))
    }
}

/// Reads and checks the configuration; `flags` are further flags as key and text.
pub fn load(args: &ConfigArgs, flags: &[(&str, Option<String>)]) -> Result<Loaded> {
    let mut layers = Layers::default();
    if let Some(path) = file(args) {
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read the configuration file {}", path.display()))?;
        layers.add_file(&path, &text);
    }
    layers.add_environment(std::env::vars());
    for (key, text) in [
        ("data_dir", &args.data),
        ("database.url", &args.database),
        ("blobs.url", &args.blobs),
        ("log.format", &args.log_format),
        ("log.filter", &args.log),
    ] {
        if let Some(text) = text {
            layers.add_flag(flag_of(key), key, text);
        }
    }
    for (key, text) in flags {
        if let Some(text) = text {
            layers.add_flag(flag_of(key), key, text);
        }
    }
    for (key, text) in &args.set {
        layers.add_flag("--set", key, text);
    }
    let (config, origins) = layers.finish()?;
    check::check(&config, &origins)?;
    Ok(Loaded { config, origins })
}

fn file(args: &ConfigArgs) -> Option<PathBuf> {
    let usual = USUAL_FILES
        .iter()
        .map(PathBuf::from)
        .find(|path| Path::new(path).is_file());
    args.config.clone().or(usual)
}

/// The flag that sets a key, for messages.
fn flag_of(key: &str) -> &'static str {
    match key {
        "data_dir" => "--data",
        "database.url" => "--database",
        "blobs.url" => "--blobs",
        "log.format" => "--log-format",
        "log.filter" => "--log",
        "server.listen" => "--listen",
        "server.public_url" => "--public-url",
        _ => "--set",
    }
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .ok_or_else(|| "write it as key=value".to_owned())
}
