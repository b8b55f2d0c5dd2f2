//! Developer commands, run as `cargo xtask <command>`.
//!
//! Everything a contributor or a build machine needs is here, so that there is one
//! way to do it: try the product (`demo`), check it (`test`, `tidy`), measure it
//! (`bench`), regenerate what is derived (`codegen`), bring what is too large for the
//! repository (`models`) and make a release (`dist`).
//! Only the standard library and a few small crates are used: this program is
//! compiled before anything else and its compile time is waited for.

mod bench;
mod cargo;
mod codegen;
mod counts;
mod demo;
mod dist;
mod files;
mod interrupt;
mod models;
mod node;
mod packages;
mod postgres;
mod processes;
mod server;
mod sh;
mod shots;
mod steps;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Developer commands of Zhiyin.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start Zhiyin with a sample company; installs and builds what is missing.
    Demo(demo::Options),
    /// Run every check: Rust on both databases, web, browser journeys.
    Test(test::Options),
    /// Keep a throw-away PostgreSQL running for single tests, until Ctrl-C.
    Postgres,
    /// Run the benchmarks in release mode and write their figures as JSON.
    Bench(bench::Options),
    /// Write every generated file, or check that they are fresh.
    Codegen(codegen::Options),
    /// Check the house rules that no compiler knows.
    Tidy,
    /// Bring the weights of sentence encoders, which are not in the repository.
    Models(models::Options),
    /// Build the release binary with the web inside.
    Dist(dist::Options),
    /// Take screenshots of the main pages.
    Shots,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = interrupt::install() {
        eprintln!("cannot listen for Ctrl-C: {error:#}");
    }
    let result = match cli.command {
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Postgres => postgres::run(),
        Command::Bench(options) => bench::run(&options),
        Command::Codegen(options) => codegen::run(&options),
        Command::Tidy => tidy::run(),
        Command::Models(options) => models::run(&options),
        Command::Dist(options) => dist::run(&options),
        Command::Shots => shots::run(),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
