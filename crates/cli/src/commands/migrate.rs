//! `zhiyin migrate`: the schema of the database, brought to that of the program.

use anyhow::Result;
use clap::Args;

use crate::config::{self, ConfigArgs};
use crate::{keyfile, logging, output, setup};

/// Options of `migrate`.
#[derive(Args)]
pub struct MigrateArgs {
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs it.
pub fn run(options: &MigrateArgs) -> Result<()> {
    let config = config::load(&options.config, &[])?.config;
    let _logging = logging::start(&config)?;
    let keyring = keyfile::load_or_make(&config, false, setup::now())?;
    let store = setup::open_any_schema(&config, keyring)?;
    let (steps, done) = if options.dry_run {
        (store.pending_migrations_blocking()?, "would be done")
    } else {
        (store.migrate_blocking()?, "done")
    };
    if steps.is_empty() {
        return output::print("The database has the schema of this program.");
    }
    for step in steps {
        output::print(&format!("{:04} {} {done}", step.version, step.name))?;
    }
    Ok(())
}
