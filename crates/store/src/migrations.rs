//! The schema and its way forward.
//!
//! The migrations are part of the program. Each runs in a transaction of its own and
//! leaves its number and checksum in `schema_migrations`, so a database tells exactly
//! which program it fits. There is no way back: whoever needs the old schema
//! restores the backup made before.

use crate::engine::session::Session;
use crate::engine::{Dialect, Store};
use crate::error::StoreError;
use crate::{params, planner};
use serde::{Deserialize, Serialize};
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

/// One step: a text for both engines and what each needs besides.
#[derive(Debug, Clone, Copy)]
struct Migration {
    version: i64,
    name: &'static str,
    both: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "ground",
        both: include_str!("../migrations/0001_ground.sql"),
        sqlite: include_str!("../migrations/0001_ground.sqlite.sql"),
        postgres: include_str!("../migrations/0001_ground.postgres.sql"),
    },
    Migration {
        version: 2,
        name: "views_attributes_blocks",
        both: include_str!("../migrations/0002_views_attributes_blocks.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 3,
        name: "scheduled_messages",
        both: include_str!("../migrations/0003_scheduled_messages.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 4,
        name: "avatars",
        both: include_str!("../migrations/0004_avatars.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 5,
        name: "ratings",
        both: include_str!("../migrations/0005_ratings.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 6,
        name: "journey",
        both: include_str!("../migrations/0006_journey.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 7,
        name: "routing",
        both: include_str!("../migrations/0007_routing.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 8,
        name: "hours",
        both: include_str!("../migrations/0008_hours.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 9,
        name: "cases",
        both: include_str!("../migrations/0009_cases.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 10,
        name: "mail",
        both: include_str!("../migrations/0010_mail.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 11,
        name: "webhooks",
        both: include_str!("../migrations/0011_webhooks.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 12,
        name: "knowledge",
        both: include_str!("../migrations/0012_knowledge.sql"),
        sqlite: include_str!("../migrations/0012_knowledge.sqlite.sql"),
        postgres: include_str!("../migrations/0012_knowledge.postgres.sql"),
    },
    Migration {
        version: 14,
        name: "indexes",
        both: include_str!("../migrations/0014_indexes.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 15,
        name: "bot",
        both: include_str!("../migrations/0015_bot.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 16,
        name: "automation",
        both: include_str!("../migrations/0016_automation.sql"),
        sqlite: include_str!("../migrations/0016_automation.sqlite.sql"),
        postgres: include_str!("../migrations/0016_automation.postgres.sql"),
    },
    Migration {
        version: 17,
        name: "mail_more",
        both: include_str!("../migrations/0017_mail_more.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 18,
        name: "notices",
        both: include_str!("../migrations/0018_notices.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        version: 19,
        name: "help_centre",
        both: include_str!("../migrations/0019_help_centre.sql"),
        sqlite: "",
        postgres: "",
    },
];

/// What has been done, kept by this module alone.
const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL
)";

/// Held by a PostgreSQL transaction that migrates, so that two nodes that start at once
/// take turns.
const LOCK: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
    SELECT pg_advisory_xact_lock(7245000)";

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

    fn step(&self) -> Step {
        Step {
            version: self.version,
            name: self.name,
        }
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

/// The schema version this program needs.
pub fn latest_version() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.version)
}

/// One step of a migration, done or to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: &'static str,
}

impl Store {
    /// Brings the schema to the version of the program; tells what was done.
    pub fn migrate_blocking(&self) -> Result<Vec<Step>, StoreError> {
        migrate(self, MIGRATIONS)
    }

    /// What [`Store::migrate_blocking`] would do: a dry run.
    pub fn pending_migrations_blocking(&self) -> Result<Vec<Step>, StoreError> {
        self.read_system_blocking(|system| {
            let done = ledger(system.session())?;
            let pending = pending(&done, MIGRATIONS, system.dialect())?;
            Ok(pending.iter().map(Migration::step).collect())
        })
    }

    /// Fails unless the database has exactly the schema of this program.
    pub fn check_schema_blocking(&self) -> Result<(), StoreError> {
        let pending = self.pending_migrations_blocking()?;
        pending.first().map_or(Ok(()), |first| {
            let (database, program) = (first.version - 1, latest_version());
            Err(MigrationError::Pending { database, program }.into())
        })
    }
}

fn migrate(store: &Store, known: &'static [Migration]) -> Result<Vec<Step>, StoreError> {
    let mut done = Vec::new();
    while let Some(step) =
        store.maintain_blocking(move |system| next(system.session(), known, i64::MAX))?
    {
        tracing::info!(
            schema.version = step.version,
            "Migrated the database to schema version {}",
            step.version
        );
        done.push(step);
    }
    store.maintain_blocking(|system| planner::keep(system.session()))?;
    Ok(done)
}

/// Does the first step that is missing, unless it leads beyond `up_to`.
fn next(
    session: &mut Session,
    known: &'static [Migration],
    up_to: i64,
) -> Result<Option<Step>, StoreError> {
    let dialect = session.dialect();
    if dialect == Dialect::Postgres {
        session.batch(LOCK)?;
    }
    let done = ledger(session)?;
    let next = pending(&done, known, dialect)?.first().copied();
    let Some(migration) = next.filter(|migration| migration.version <= up_to) else {
        return Ok(None);
    };
    session.batch(LEDGER)?;
    session.batch(&migration.script(dialect))?;
    session.execute(
        "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
        params![
            migration.version,
            migration.name,
            migration.checksum(dialect)
        ],
    )?;
    Ok(Some(migration.step()))
}

/// Makes the schema of a version in an empty database, inside the transaction of the
/// caller; for restoring a backup made with that version.
pub(crate) fn make_schema(session: &mut Session, version: i64) -> Result<(), StoreError> {
    while next(session, MIGRATIONS, version)?.is_some() {}
    Ok(())
}

/// Fails unless this program knows all that was done to a database, and tells the last.
pub(crate) fn check_done(done: &[Done], dialect: Dialect) -> Result<i64, MigrationError> {
    pending(done, MIGRATIONS, dialect)?;
    Ok(done.last().map_or(0, |line| line.version))
}

/// A line of `schema_migrations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Of the text that ran.
    pub checksum: String,
}

/// What was done to a database.
pub(crate) fn ledger(session: &mut Session) -> Result<Vec<Done>, StoreError> {
    let is_there = match session.dialect() {
        Dialect::Sqlite => {
            "SELECT 1 AS is_there FROM sqlite_master WHERE name = 'schema_migrations'"
        }
        Dialect::Postgres => {
            "SELECT 1 AS is_there WHERE to_regclass('schema_migrations') IS NOT NULL"
        }
    };
    if session.query(is_there, params![])?.is_empty() {
        return Ok(Vec::new());
    }
    session
        .query(
            "SELECT version, name, checksum FROM schema_migrations ORDER BY version",
            params![],
        )?
        .iter()
        .map(|row| {
            Ok(Done {
                version: row.get("version")?,
                name: row.get("name")?,
                checksum: row.get("checksum")?,
            })
        })
        .collect()
}

/// The migrations that are missing, if those that were done are ours.
fn pending<'a>(
    done: &[Done],
    known: &'a [Migration],
    dialect: Dialect,
) -> Result<&'a [Migration], MigrationError> {
    for (at, line) in done.iter().enumerate() {
        let Some(migration) = known.get(at) else {
            return Err(MigrationError::Newer {
                database: done.last().map_or(0, |line| line.version),
                program: known.last().map_or(0, |migration| migration.version),
            });
        };
        if migration.version != line.version || migration.checksum(dialect) != line.checksum {
            return Err(MigrationError::Changed {
                version: line.version,
                name: line.name.clone(),
            });
        }
    }
    Ok(&known[done.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Database, Keyring, StoreConfig};

    const fn migration(version: i64, both: &'static str) -> Migration {
        Migration {
            version,
            name: "test",
            both,
            sqlite: "",
            postgres: "",
        }
    }

    const ONE: Migration = migration(1, "CREATE TABLE one (id BIGINT);");
    const TWO: Migration = migration(
        2,
        "CREATE TABLE two (id BIGINT); INSERT INTO two (id) VALUES (2);",
    );
    const BROKEN: Migration = migration(
        2,
        "CREATE TABLE two (id BIGINT); INSERT INTO nowhere (id) VALUES (2);",
    );
    const OLD: &[Migration] = &[ONE];
    const NEW: &[Migration] = &[ONE, TWO];

    fn store() -> Store {
        let keyring = Keyring::single("test", [1; 32]);
        Store::open(StoreConfig::new(Database::SqliteMemory, keyring))
            .expect("a database in memory")
    }

    fn versions(store: &Store) -> Vec<i64> {
        let done = store
            .read_system_blocking(|system| ledger(system.session()))
            .expect("a ledger");
        done.iter().map(|line| line.version).collect()
    }

    #[test]
    fn every_old_version_comes_forward() {
        let store = store();
        assert_eq!(versions(&store), [] as [i64; 0]);
        assert_eq!(migrate(&store, OLD).expect("migrated").len(), 1);
        assert_eq!(migrate(&store, NEW).expect("migrated"), [TWO.step()]);
        assert_eq!(migrate(&store, NEW).expect("nothing to do"), []);
        assert_eq!(versions(&store), [1, 2]);
    }

    #[test]
    fn a_failed_step_leaves_nothing_and_the_steps_before_it() {
        let store = store();
        let failed = migrate(&store, &[ONE, BROKEN]);
        assert!(matches!(failed, Err(StoreError::Database(_))), "{failed:?}");
        assert_eq!(versions(&store), [1]);
        assert_eq!(migrate(&store, NEW).expect("migrated"), [TWO.step()]);
    }

    #[test]
    fn a_newer_database_is_refused() {
        let store = store();
        migrate(&store, NEW).expect("migrated");
        let refused = migrate(&store, OLD);
        let expected = MigrationError::Newer {
            database: 2,
            program: 1,
        };
        assert!(matches!(refused, Err(StoreError::Migration(error)) if error == expected));
    }

    #[test]
    fn a_database_of_another_build_is_refused() {
        let store = store();
        migrate(&store, OLD).expect("migrated");
        let refused = migrate(&store, &[TWO]);
        assert!(matches!(
            refused,
            Err(StoreError::Migration(MigrationError::Changed {
                version: 1,
                ..
            }))
        ));
    }

    #[test]
    fn a_dry_run_changes_nothing() {
        let store = store();
        let steps = store.pending_migrations_blocking().expect("a plan");
        assert_eq!(steps.len(), MIGRATIONS.len());
        assert!(matches!(
            store.check_schema_blocking(),
            Err(StoreError::Migration(MigrationError::Pending {
                database: 0,
                ..
            }))
        ));
        assert_eq!(versions(&store), [] as [i64; 0]);
        store.migrate_blocking().expect("migrated");
        store
            .check_schema_blocking()
            .expect("the schema of this program");
    }
}
