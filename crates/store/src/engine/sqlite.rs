//! SQLite: one writing connection, several reading ones on the same file.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement, ToSql, ffi};
use uuid::Uuid;

use super::core::Deadline;
use crate::error::StoreError;
use crate::row::{Columns, Row};
use crate::value::Value;

/// Prepared statements a connection keeps.
const STATEMENTS_KEPT: usize = 256;
/// Size of the log beyond which the writer makes an effort to empty it.
const LOG_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// How long that effort may wait for readers.
const CHECKPOINT_WAIT_MS: u32 = 50;
/// How long to wait for another process that holds the database.
const BUSY_TIMEOUT_MS: u32 = 5_000;
/// Steps of the virtual machine between two looks at the deadline.
const STEPS_PER_CHECK: i32 = 4_000;

/// What is worked out once for a statement.
struct Shape {
    columns: Arc<Columns>,
    /// For each parameter of SQLite the index of ours: `$2` may come before `$1`.
    params: Box<[usize]>,
}

/// A connection with its statements.
pub(crate) struct SqliteSession {
    connection: Connection,
    shapes: HashMap<Box<str>, Arc<Shape>>,
    /// Refuses writes, where the connection itself cannot (in memory).
    pub(crate) is_read: bool,
}

impl SqliteSession {
    /// Opens the writing connection, creating the file if it is not there.
    pub(crate) fn writer(path: &Path, deadline: &Arc<Deadline>) -> Result<Self, StoreError> {
        create_private(path)?;
        let connection = Connection::open(path).map_err(translate)?;
        let session = Self::prepare(connection, deadline)?;
        let connection = &session.connection;
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 PRAGMA wal_autocheckpoint = 12000; PRAGMA journal_size_limit = 67108864;",
            )
            .map_err(|error| match connection.is_readonly("main") {
                // What SQLite complains about then is only that it cannot make its log.
                Ok(true) => StoreError::ReadOnly,
                Ok(false) | Err(_) => translate(error),
            })?;
        Ok(session)
    }

    /// Opens the only connection of a database in memory.
    pub(crate) fn memory(deadline: &Arc<Deadline>) -> Result<Self, StoreError> {
        let session = Self::prepare(Connection::open_in_memory().map_err(translate)?, deadline)?;
        session
            .connection
            .execute_batch("PRAGMA foreign_keys = ON")
            .map_err(translate)?;
        Ok(session)
    }

    /// Opens a connection that cannot write.
    pub(crate) fn reader(path: &Path, deadline: &Arc<Deadline>) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(translate)?;
        Self::prepare(connection, deadline)
    }

    fn prepare(mut connection: Connection, deadline: &Arc<Deadline>) -> Result<Self, StoreError> {
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        connection
            .execute_batch(&format!(
                "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; PRAGMA temp_store = MEMORY;
                 PRAGMA cache_size = -32768; PRAGMA trusted_schema = OFF;"
            ))
            .map_err(translate)?;
        // Without this SQLite plans by the values bound to a statement, and so prepares some of
        // them anew for each value (measured: six sevenths of the time it took to view a
        // conversation). Plans follow the text alone.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(translate)?;
        let deadline = Arc::clone(deadline);
        connection
            .progress_handler(STEPS_PER_CHECK, Some(move || deadline.has_passed()))
            .map_err(translate)?;
        Ok(Self {
            connection,
            shapes: HashMap::new(),
            is_read: false,
        })
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Rows changed since the connection was opened, those of the full-text index too.
    pub(crate) fn total_changes(&self) -> u64 {
        self.connection.total_changes()
    }

    pub(crate) fn is_in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    pub(crate) fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let (mut statement, shape) = self.statement(sql, params)?;
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        loop {
            match rows.next() {
                Ok(None) => return Ok(found),
                Ok(Some(row)) => {
                    let values = (0..shape.columns.names.len())
                        .map(|at| row.get_ref(at).map_err(translate).and_then(materialise))
                        .collect::<Result<_, _>>()?;
                    found.push(Row {
                        columns: Arc::clone(&shape.columns),
                        values,
                    });
                }
                Err(error) => {
                    drop(rows);
                    drop(statement);
                    return Err(self.explain(error));
                }
            }
        }
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        let (mut statement, _) = self.statement(sql, params)?;
        match statement.raw_execute() {
            Ok(count) => Ok(u64::try_from(count).unwrap_or(0)),
            // A `RETURNING` nobody reads: the statement has to be run to its end all the same.
            Err(rusqlite::Error::ExecuteReturnedResults) => {
                drop(statement);
                Ok(u64::try_from(self.query(sql, params)?.len()).unwrap_or(0))
            }
            Err(error) => {
                drop(statement);
                Err(self.explain(error))
            }
        }
    }

    pub(crate) fn batch(&mut self, script: &str) -> Result<(), StoreError> {
        self.connection
            .execute_batch(script)
            .map_err(|error| self.explain(error))
    }

    /// Empties the log into the database when it has grown far beyond its usual size,
    /// because readers overlapped whenever a commit tried. Gives up at once if a long read
    /// is under way: the log may grow, the writer may not wait.
    pub(crate) fn shorten_log(&mut self) -> Result<(), StoreError> {
        let log = self.connection.path().map(|path| format!("{path}-wal"));
        let size = log.and_then(|log| std::fs::metadata(log).map_or(None, |file| Some(file.len())));
        if size.is_none_or(|size| size < LOG_BYTES_MAX) {
            return Ok(());
        }
        self.batch(&format!("PRAGMA busy_timeout = {CHECKPOINT_WAIT_MS}"))?;
        let emptied = self.query("PRAGMA wal_checkpoint(TRUNCATE)", &[]);
        self.batch(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}"))?;
        emptied.map(|_| ())
    }

    /// Runs a transaction statement that has neither parameters nor result.
    pub(crate) fn control(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(translate)?;
        statement.raw_execute().map(|_| ()).map_err(translate)
    }

    fn statement(
        &mut self,
        sql: &str,
        params: &[Value],
    ) -> Result<(rusqlite::CachedStatement<'_>, Arc<Shape>), StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(translate)?;
        if self.is_read && !statement.readonly() {
            return Err(StoreError::ReadOnly);
        }
        let shape = if let Some(shape) = self.shapes.get(sql) {
            Arc::clone(shape)
        } else {
            let shape = Arc::new(shape_of(sql, &statement));
            if self.shapes.len() >= 4 * STATEMENTS_KEPT {
                self.shapes.clear();
            }
            self.shapes.insert(sql.into(), Arc::clone(&shape));
            shape
        };
        for (at, &ours) in shape.params.iter().enumerate() {
            let value = params.get(ours).ok_or_else(|| {
                StoreError::database(rusqlite::Error::InvalidParameterCount(
                    params.len(),
                    ours + 1,
                ))
            })?;
            statement
                .raw_bind_parameter(at + 1, value)
                .map_err(translate)?;
        }
        Ok((statement, shape))
    }

    /// Translates an error, finding the name of a violated unique index.
    fn explain(&self, error: rusqlite::Error) -> StoreError {
        let rusqlite::Error::SqliteFailure(cause, Some(message)) = &error else {
            return translate(error);
        };
        match cause.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID => {
                let detail = message
                    .strip_prefix("UNIQUE constraint failed: ")
                    .unwrap_or(message);
                match unique_index(&self.connection, detail) {
                    Ok(constraint) => StoreError::UniqueViolation { constraint },
                    Err(error) => translate(error),
                }
            }
            _ => translate(error),
        }
    }
}

/// Makes the file readable by its owner alone; SQLite gives its log the same mode.
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        // What SQLite says about a file it cannot write to is the better answer.
        Err(_) if path.exists() => Ok(()),
        Err(error) => Err(StoreError::Unavailable(format!(
            "{}: {error}",
            path.display()
        ))),
    }
}

fn shape_of(sql: &str, statement: &Statement<'_>) -> Shape {
    let count = statement.parameter_count();
    let params = (1..=count)
        .map(|at| {
            let number = statement
                .parameter_name(at)
                .and_then(|name| name.get(1..))
                .unwrap_or_default();
            number.parse::<usize>().unwrap_or(at).saturating_sub(1)
        })
        .collect();
    Shape {
        columns: Arc::new(Columns::new(sql, statement.column_names())),
        params,
    }
}

/// The name of the unique index that `detail` tells by its columns
/// (`messages.conversation_id, messages.seq`) or by its name (`index 'x'`).
///
/// Keys without a name get the one PostgreSQL gives them, so that a use case
/// sees the same name from both engines.
fn unique_index(connection: &Connection, detail: &str) -> Result<String, rusqlite::Error> {
    if let Some(name) = detail
        .strip_prefix("index '")
        .and_then(|name| name.strip_suffix('\''))
    {
        return Ok(name.to_owned());
    }
    let columns: Vec<&str> = detail
        .split(", ")
        .map(|name| name.rsplit('.').next().unwrap_or(name))
        .collect();
    let table = detail.split('.').next().unwrap_or(detail);
    let mut indexes = connection.prepare_cached(
        "SELECT l.name, l.origin, (SELECT group_concat(i.name, ',') FROM pragma_index_info(l.name) i)
         FROM pragma_index_list($1) l WHERE l.\"unique\" = 1",
    )?;
    let mut rows = indexes.query([table])?;
    while let Some(row) = rows.next()? {
        let names: Option<String> = row.get(2)?;
        if names.is_some_and(|names| names.split(',').eq(columns.iter().copied())) {
            let origin: String = row.get(1)?;
            return match origin.as_str() {
                "pk" => Ok(format!("{table}_pkey")),
                "u" => Ok(format!("{table}_{}_key", columns.join("_"))),
                _ => row.get(0),
            };
        }
    }
    Ok(format!("{table}_pkey"))
}

/// Translates an error of the driver.
pub(crate) fn translate(error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(cause, message) = &error else {
        return StoreError::database(error);
    };
    let detail = || {
        let message = message.as_deref().unwrap_or_default();
        message.rsplit(": ").next().unwrap_or_default().to_owned()
    };
    match (cause.code, cause.extended_code) {
        (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
            StoreError::ForeignKeyViolation { constraint: None }
        }
        (_, ffi::SQLITE_CONSTRAINT_CHECK | ffi::SQLITE_CONSTRAINT_NOTNULL) => {
            StoreError::CheckViolation {
                constraint: detail(),
            }
        }
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => StoreError::Busy,
        (ErrorCode::OperationInterrupted, _) => StoreError::Timeout,
        (ErrorCode::DiskFull, _) => StoreError::DiskFull,
        // A disk that refuses writes while it can be read: protected, or failing.
        (ErrorCode::ReadOnly, _)
        | (
            _,
            ffi::SQLITE_IOERR_WRITE
            | ffi::SQLITE_IOERR_FSYNC
            | ffi::SQLITE_IOERR_DIR_FSYNC
            | ffi::SQLITE_IOERR_TRUNCATE
            | ffi::SQLITE_IOERR_SHMSIZE,
        ) => StoreError::ReadOnly,
        (ErrorCode::SystemIoFailure | ErrorCode::CannotOpen, _) => {
            StoreError::Unavailable(error.to_string())
        }
        _ => StoreError::database(error),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Float(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
            Self::Uuid(value) => ValueRef::Blob(value.as_bytes()),
        }))
    }
}

fn materialise(value: ValueRef<'_>) -> Result<Value, StoreError> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Real(value) => Value::Float(value),
        ValueRef::Text(value) => {
            Value::Text(String::from_utf8(value.to_vec()).map_err(StoreError::database)?)
        }
        // Sixteen bytes are nearly always an id; kept inline they cost no allocation.
        ValueRef::Blob(value) => match Uuid::from_slice(value) {
            Ok(id) => Value::Uuid(id),
            Err(_) => Value::Bytes(value.to_vec()),
        },
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn other_values_do_not_prepare_a_statement_anew() -> Result<(), StoreError> {
        let mut session = SqliteSession::memory(&Arc::new(Deadline::none()))?;
        session.batch(
            "CREATE TABLE t (a INTEGER, b INTEGER); CREATE INDEX some ON t (a) WHERE b > 0;
             INSERT INTO t VALUES (1, 1);",
        )?;
        let sql = "SELECT a FROM t WHERE a = $1 AND b > $2";
        for value in 0..3 {
            session.query(sql, &[Value::Int(value), Value::Int(value)])?;
        }
        let statement = session.connection.prepare_cached(sql).map_err(translate)?;
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        Ok(())
    }
}
