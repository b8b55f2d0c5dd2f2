//! The schema and its way forward.

use crate::engine::{Dialect, Store};
use crate::error::StoreError;
use crate::params;
use crate::tx::SystemTx;
use sha2::{Digest, Sha256};

/// The schema cannot be brought to the version of the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// A newer program has been at work.
    #[error(
        "the database has schema version {database}, but this program knows only up to {program}: \
         use the newer program, or restore a backup made before the upgrade"
    )]
    Newer {
        /// Version of the database.
        database: i64,
        /// Latest version of the program.
        program: i64,
    },
    /// An applied migration is not the one of this program.
    #[error(
        "migration {version} ({name}) of the database differs from the one in this program: \
         it was made by another build; use that one, or restore a backup"
    )]
    Changed {
        /// Its version.
        version: i64,
        /// Its name.
        name: String,
    },
    /// The schema is older than the program needs.
    #[error(
        "the database has schema version {database}, this program needs {program}: run `zhiyin migrate`"
    )]
    Pending {
        /// Version of the database.
        database: i64,
        /// Latest version of the program.
        program: i64,
    },
}

struct Migration {
    version: i64,
    name: &'static str,
    both: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "ground",
    both: include_str!("../migrations/0001_ground.sql"),
    sqlite: include_str!("../migrations/0001_ground.sqlite.sql"),
    postgres: include_str!("../migrations/0001_ground.postgres.sql"),
}];

impl Migration {
    fn script(&self, dialect: Dialect) -> String {
        let own = match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        };
        format!("{}\n{own}", self.both)
    }

    fn checksum(&self, dialect: Dialect) -> String {
        hex::encode(Sha256::digest(self.script(dialect).as_bytes()))
    }
}

/// Changes whenever the schema of this program does.
pub fn fingerprint() -> String {
    let mut digest = Sha256::new();
    for migration in MIGRATIONS {
        for text in [migration.both, migration.sqlite, migration.postgres] {
            digest.update(text.as_bytes());
        }
    }
    hex::encode(digest.finalize())
}

/// One step of a migration, done or to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
}

impl Store {
    /// Brings the schema to the version of the program; tells what was done.
    pub fn migrate_blocking(&self) -> Result<Vec<Step>, StoreError> {
        self.maintain_blocking(|system| system.batch(LEDGER))?;
        let mut done = Vec::new();
        for migration in MIGRATIONS {
            if self.maintain_blocking(|system| apply(system, migration))? {
                done.push(Step {
                    version: migration.version,
                    name: migration.name.to_owned(),
                });
            }
        }
        Ok(done)
    }
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL
)";

fn apply(system: &mut SystemTx, migration: &Migration) -> Result<bool, StoreError> {
    let checksum = migration.checksum(system.dialect());
    let known = system.maybe(
        "SELECT checksum FROM schema_migrations WHERE version = $1",
        params![migration.version],
    )?;
    if let Some(row) = known {
        return if row.get::<String>("checksum")? == checksum {
            Ok(false)
        } else {
            Err(MigrationError::Changed {
                version: migration.version,
                name: migration.name.to_owned(),
            }
            .into())
        };
    }
    system.batch(&migration.script(system.dialect()))?;
    system.execute(
        "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
        params![migration.version, migration.name, checksum],
    )?;
    Ok(true)
}
