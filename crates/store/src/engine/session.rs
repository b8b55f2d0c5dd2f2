//! A connection of either engine.

use super::Dialect;
use super::postgres::PostgresSession;
use super::sqlite::SqliteSession;
use crate::error::StoreError;
use crate::row::Row;
use crate::value::Value;

/// One connection, owned by one thread.
pub(crate) enum Session {
    Sqlite(SqliteSession),
    Postgres(Box<PostgresSession>),
}

impl Session {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(session) => session.query(sql, params),
            Self::Postgres(session) => session.query(sql, params),
        }
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(session) => session.execute(sql, params),
            Self::Postgres(session) => session.execute(sql, params),
        }
    }

    /// Runs a script of several statements without parameters.
    pub(crate) fn batch(&mut self, script: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(session) => session.batch(script),
            Self::Postgres(session) => session.control(script),
        }
    }

    /// Runs a transaction statement that has neither parameters nor result.
    pub(crate) fn control(&mut self, sql: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(session) => session.control(sql),
            Self::Postgres(session) => session.control(sql),
        }
    }

    /// Keeps the log of SQLite from growing without end; PostgreSQL sees to its own.
    pub(crate) fn shorten_log(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(session) => session.shorten_log(),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Whether the closure about to run must not write. PostgreSQL is told when the
    /// transaction begins.
    pub(crate) fn set_read(&mut self, is_read: bool) {
        match self {
            Self::Sqlite(session) => session.is_read = is_read,
            Self::Postgres(_) => {}
        }
    }

    /// Whether the transaction is still there: SQLite gives it up on some errors,
    /// PostgreSQL with the connection.
    pub(crate) fn is_in_transaction(&self) -> bool {
        match self {
            Self::Sqlite(session) => session.is_in_transaction(),
            Self::Postgres(session) => session.is_in_transaction(),
        }
    }

    /// Rows this connection has changed so far; only SQLite counts them.
    pub(crate) fn total_changes(&self) -> u64 {
        match self {
            Self::Sqlite(session) => session.total_changes(),
            Self::Postgres(_) => 0,
        }
    }

    /// Whether the last failure was a lost race; asking clears it.
    pub(crate) fn take_retryable(&mut self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(session) => session.take_retryable(),
        }
    }
}
