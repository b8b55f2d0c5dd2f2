//! What can go wrong in the store, in words a use case can decide on.
//!
//! Driver errors are translated once, in the engine; nothing outside this crate
//! knows a driver. `Clone`, because one failed commit is the answer to a whole
//! batch of closures.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// An error of the database driver, kept as the cause.
pub type Source = Arc<dyn std::error::Error + Send + Sync>;

/// The failure of a store function.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Too much work is waiting, or another process holds the database.
    #[error("the database is busy, try again later")]
    Busy,
    /// A closure or a statement took longer than its limit.
    #[error("the database work took longer than its limit")]
    Timeout,
    /// The database cannot be reached or went away; a write may or may not have happened.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// No space is left for the database.
    #[error("the disk of the database is full")]
    DiskFull,
    /// The database cannot be written to.
    #[error("the database is read-only")]
    ReadOnly,
    /// A unique index refused a row.
    #[error("a row breaks the unique index `{constraint}`")]
    UniqueViolation {
        /// Name of the index in the schema.
        constraint: String,
    },
    /// A row points to another that is not there, or is still pointed to.
    #[error("a row breaks a foreign key")]
    ForeignKeyViolation {
        /// Name of the constraint; SQLite does not tell it.
        constraint: Option<String>,
    },
    /// A check or not-null constraint refused a row.
    #[error("a row breaks the check `{constraint}`")]
    CheckViolation {
        /// Name of the constraint or column.
        constraint: String,
    },
    /// A row that had to be there was not.
    #[error("no such row in `{table}`")]
    NotFound {
        /// Table of the statement.
        table: &'static str,
    },
    /// Another transaction changed the row first.
    #[error("a row of `{table}` was changed by somebody else")]
    Conflict {
        /// Table of the statement.
        table: &'static str,
    },
    /// A stored row cannot be understood.
    #[error("row `{id}` of `{table}` is inconsistent in `{column}`")]
    InconsistentRow {
        /// Table of the statement.
        table: &'static str,
        /// The value of the column `id`, or empty.
        id: String,
        /// The column that cannot be understood.
        column: String,
    },
    /// The schema cannot be brought to the version of the program.
    #[error(transparent)]
    Migration(#[from] crate::migrations::MigrationError),
    /// Sealing or opening personal data failed.
    #[error(transparent)]
    Crypto(#[from] crate::crypto::CryptoError),
    /// An earlier statement failed, so this transaction cannot go on.
    #[error("an earlier statement of this transaction failed")]
    Aborted,
    /// The closure panicked; only its own work was undone.
    #[error("the work inside the transaction panicked")]
    Panicked,
    /// A backup could not be written or read.
    #[error("the backup failed: {0}")]
    Backup(String),
    /// Anything else the database said.
    #[error("the database refused the work")]
    Database(#[source] Source),
}

impl StoreError {
    /// A lost race on a row of `table`.
    pub fn conflict(table: &'static str) -> Self {
        Self::Conflict { table }
    }

    /// Wraps an error of a driver or of the operating system.
    pub fn database(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Database(Arc::new(source))
    }

    /// Whether the violated unique index has this name.
    pub fn is_unique_violation(&self, name: &str) -> bool {
        matches!(self, Self::UniqueViolation { constraint } if constraint == name)
    }

    /// Whether trying again later may succeed without a change.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Busy | Self::Timeout | Self::Unavailable(_) | Self::DiskFull | Self::ReadOnly
        )
    }
}

/// Turns a table name found in a statement into a static one.
///
/// The set is bounded by the tables of the schema, so nothing grows without end.
pub(crate) fn table_name(name: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    if names.len() >= 500 {
        return "?";
    }
    let leaked: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(leaked);
    leaked
}
