//! The `zhiyin` program: one binary that serves, migrates, saves, checks and measures.
//!
//! This crate puts the others together. It holds no rule of the product: a command reads
//! the configuration, opens what it needs and calls one function.

mod adapters;
mod commands;
mod config;
mod demo;
mod http;
mod keyfile;
mod live;
mod logging;
mod models;
#[cfg(feature = "otel")]
mod otel;
mod output;
mod private;
mod setup;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use zhiyin_bench::Benchmark;

use crate::commands::admin::AdminCommand;
use crate::commands::audit::AuditCommand;
use crate::commands::backup::{BackupArgs, RestoreArgs};
use crate::commands::config::ConfigCommand;
use crate::commands::evidence::EvidenceCommand;
use crate::commands::import::ImportCommand;
use crate::commands::keys::KeysCommand;
use crate::commands::migrate::MigrateArgs;
use crate::commands::models::ModelsCommand;
use crate::commands::serve::ServeArgs;
use crate::config::ConfigArgs;

/// Customer service that keeps what it is told.
#[derive(Parser)]
#[command(name = "zhiyin", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the console, the widget and the API, and do the background work.
    Serve(ServeArgs),
    /// Do only the background work, beside nodes that serve.
    Worker(ConfigArgs),
    /// Bring the database to the schema of this program.
    Migrate(MigrateArgs),
    /// Copy everything but the keys into a folder, while the program runs.
    Backup(BackupArgs),
    /// Bring a backup back into an empty installation.
    Restore(RestoreArgs),
    /// Check everything this installation needs, and say what to do.
    Doctor(ConfigArgs),
    /// Workspaces, agents, tokens and passwords, for who runs the server.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Bring in what another program has, as history.
    #[command(subcommand)]
    Import(ImportCommand),
    /// The audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The evidence of cases.
    #[command(subcommand)]
    Evidence(EvidenceCommand),
    /// The master keys that protect personal data.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Weights for sentence vectors, which find the same question in other words.
    #[command(subcommand)]
    Models(ModelsCommand),
    /// What can be set, and what is set.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the OpenAPI document of the HTTP surface.
    Openapi,
    /// Measure this machine with this program.
    #[command(subcommand)]
    Bench(Benchmark),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<()> {
    match command {
        Command::Serve(options) => commands::serve::serve(options),
        Command::Worker(options) => commands::serve::worker(options),
        Command::Migrate(options) => commands::migrate::run(options),
        Command::Backup(options) => commands::backup::backup(options),
        Command::Restore(options) => commands::backup::restore(options),
        Command::Doctor(options) => commands::doctor::run(options),
        Command::Admin(command) => commands::admin::run(command),
        Command::Import(command) => commands::import::run(command),
        Command::Audit(command) => commands::audit::run(command),
        Command::Evidence(command) => commands::evidence::run(command),
        Command::Keys(command) => commands::keys::run(command),
        Command::Models(command) => commands::models::run(command),
        Command::Config(command) => commands::config::run(command),
        Command::Openapi => commands::openapi::run(),
        Command::Bench(benchmark) => commands::bench::run(benchmark),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
