//! What the store needs to know to open.

use std::path::PathBuf;

use crate::crypto::Keyring;

/// Where the data is.
#[derive(Debug, Clone)]
pub enum Database {
    /// One file of this machine.
    Sqlite {
        /// The file; `-wal` and `-shm` lie beside it.
        path: PathBuf,
    },
    /// In memory, for tests: gone when the store is dropped.
    SqliteMemory,
    /// A PostgreSQL server, `postgres://…`.
    Postgres {
        /// Connection string as `libpq` takes it.
        url: String,
    },
}

/// How the store is opened.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Where the data is.
    pub database: Database,
    /// Keys that wrap the data keys of the workspaces.
    pub keyring: Keyring,
    /// Closures that may wait for a writer (and as many for a reader) before `Busy`.
    pub writer_queue: usize,
    /// Threads that read.
    pub readers: usize,
    /// Threads that write; SQLite has always one.
    pub writers: usize,
    /// Limit of one statement (PostgreSQL).
    pub statement_timeout_ms: u64,
    /// Limit of one closure, all its statements together.
    pub closure_timeout_ms: u64,
    /// Whether SQLite commits waiting closures together; off only to measure it.
    pub group_commit: bool,
}

impl StoreConfig {
    /// The configuration with its defaults.
    pub fn new(database: Database, keyring: Keyring) -> Self {
        Self {
            database,
            keyring,
            writer_queue: 4_096,
            readers: 4,
            writers: 8,
            statement_timeout_ms: 5_000,
            closure_timeout_ms: 10_000,
            group_commit: true,
        }
    }
}
