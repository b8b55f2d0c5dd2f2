//! The `zhiyin` program: one binary that serves, migrates, saves, checks and measures.
//!
//! This crate puts the others together. It holds no rule of the product: a command reads
//! the configuration, opens what it needs and calls one function.

mod adapters;
mod commands;
mod config;
mod keyfile;
mod logging;
#[cfg(feature = "otel")]
mod otel;
mod output;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::config::ConfigCommand;
use crate::config::ConfigArgs;

/// Customer service that keeps what it is told.
#[derive(Parser)]
#[command(name = "zhiyin", version, about, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// What can be set, and what is set.
    #[command(subcommand)]
    Config(ConfigCommand),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Config(command) => commands::config::run(command, &cli.config),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
