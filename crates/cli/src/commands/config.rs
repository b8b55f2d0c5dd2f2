//! `zhiyin config`: what can be set, and what is set.

use anyhow::Result;
use clap::Subcommand;

use crate::config::{self, ConfigArgs, reference, shape};
use crate::output;

/// What about the configuration.
#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Check the configuration and print what is in force and where it came from.
    Check(ConfigArgs),
    /// Print a configuration file with every setting at its default.
    Sample,
    /// Print the JSON schema of the configuration file.
    Schema,
    /// Print the reference page.
    Reference,
}

/// Runs it.
pub fn run(command: &ConfigCommand) -> Result<()> {
    let text = match command {
        ConfigCommand::Check(args) => config::load(args, &[])?.report()?,
        ConfigCommand::Sample => reference::sample(),
        ConfigCommand::Schema => serde_json::to_string_pretty(&shape::json_schema())?,
        ConfigCommand::Reference => reference::page(),
    };
    output::print(text.trim_end())
}
