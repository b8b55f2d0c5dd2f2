//! `zhiyin keys`: the master keys that protect personal data.

use anyhow::Result;
use clap::Subcommand;
use zhiyin_store::{SystemTx, crypto};

use crate::config::{self, Config, ConfigArgs};
use crate::keyfile::{self, Source};
use crate::{output, setup};

/// What about the keys.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Make the key file of a new installation; one that is there is never replaced.
    Generate(ConfigArgs),
    /// Add a new key and wrap all data keys with it. With keys from the environment, put
    /// the new key first in there yourself and then run this.
    Rotate(ConfigArgs),
}

/// Runs it.
pub fn run(command: &KeysCommand) -> Result<()> {
    match command {
        KeysCommand::Generate(args) => generate(&config::load(args, &[])?.config),
        KeysCommand::Rotate(args) => rotate(&config::load(args, &[])?.config),
    }
}

fn generate(config: &Config) -> Result<()> {
    let path = config.key_file();
    keyfile::generate(&path, setup::now())?;
    output::print(&format!(
        "Made {}. Keep a copy of it apart from the backups.",
        path.display()
    ))
}

fn rotate(config: &Config) -> Result<()> {
    // Before the file changes: all that is there must open with the keys of now.
    drop(setup::open_store(config)?);
    if let Source::File(path) = Source::of(config) {
        keyfile::add_current(&path, setup::now())?;
    }
    let store = setup::open_store(config)?;
    let report = store
        .write_system_blocking(|system: &mut SystemTx<'_>| crypto::rotate_master_key(system))?;
    let current = keyfile::load(config)?.current_id().to_owned();
    output::print(&format!(
        "{} data keys are wrapped with key {current} now, {} were already. Restart every node; \
         then older keys may be removed, once no backup needs them.",
        report.changed, report.unchanged
    ))
}
