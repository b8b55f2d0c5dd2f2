//! PostgreSQL: a connection with its prepared statements.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use postgres::error::SqlState;
use postgres::{Client, Statement};

use super::postgres_types::{as_params, row_of};
use super::tls;
use crate::error::StoreError;
use crate::row::{Columns, Row};
use crate::value::Value;

/// Prepared statements a connection keeps.
const STATEMENTS_KEPT: usize = 512;
/// How long to try to reach the server, unless the URL says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a silent network may hold a statement.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(30);

/// Where and how to connect; shared by all threads.
#[derive(Clone)]
pub(crate) struct Link {
    config: postgres::Config,
    tls: Option<tls::Connector>,
    statement_timeout_ms: u64,
}

impl Link {
    /// Understands a URL. Only `sslmode=require`, `verify-ca` and `verify-full` ask for
    /// TLS, and all of them check the certificate.
    pub(crate) fn parse(url: &str, statement_timeout_ms: u64) -> Result<Self, StoreError> {
        let strict = ["verify-full", "verify-ca"];
        let url = strict.iter().fold(url.to_owned(), |url, mode| {
            url.replace(&format!("sslmode={mode}"), "sslmode=require")
        });
        let mut config: postgres::Config = url
            .parse()
            .map_err(|_| StoreError::Unavailable("the PostgreSQL URL cannot be read".to_owned()))?;
        let tls = if config.get_ssl_mode() == postgres::config::SslMode::Require {
            Some(tls::connector()?)
        } else {
            config.ssl_mode(postgres::config::SslMode::Disable);
            None
        };
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(TCP_USER_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("zhiyin");
        }
        Ok(Self {
            config,
            tls,
            statement_timeout_ms,
        })
    }

    pub(crate) fn connect(&self) -> Result<Client, StoreError> {
        let client = match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(postgres::NoTls),
        };
        let mut client = client.map_err(|error| match translate(error) {
            StoreError::Database(source) => StoreError::Unavailable(innermost(&*source)),
            other => other,
        })?;
        let timeout = self.statement_timeout_ms;
        client
            .batch_execute(&format!(
                "SET statement_timeout = {timeout}; SET lock_timeout = {timeout};
                 SET idle_in_transaction_session_timeout = 60000; SET jit = off"
            ))
            .map_err(translate)?;
        Ok(client)
    }
}

struct Prepared {
    statement: Statement,
    columns: Arc<Columns>,
}

/// A connection, made when it is first needed and again after it broke.
pub(crate) struct PostgresSession {
    link: Link,
    client: Option<Client>,
    statements: HashMap<Box<str>, Arc<Prepared>>,
    is_in_transaction: bool,
    is_retryable: bool,
}

impl PostgresSession {
    pub(crate) fn new(link: Link) -> Self {
        Self {
            link,
            client: None,
            statements: HashMap::new(),
            is_in_transaction: false,
            is_retryable: false,
        }
    }

    /// Begins a transaction, connecting again if the connection broke while idle.
    pub(crate) fn begin(&mut self, is_read: bool) -> Result<(), StoreError> {
        let sql = if is_read {
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        } else {
            "BEGIN"
        };
        let is_fresh = self.client.is_none();
        let begun = self.control(sql);
        let begun = match begun {
            Err(StoreError::Unavailable(_)) if !is_fresh && self.client.is_none() => {
                self.control(sql)
            }
            other => other,
        };
        self.is_retryable = false;
        self.is_in_transaction = begun.is_ok();
        begun
    }

    /// Commits; after an error it is not known whether it happened if the error says
    /// that the database went away.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        self.is_in_transaction = false;
        self.control("COMMIT")
    }

    /// Undoes; a connection that cannot even do this is dropped.
    pub(crate) fn rollback(&mut self) {
        if !std::mem::take(&mut self.is_in_transaction) {
            return;
        }
        if let Err(error) = self.control("ROLLBACK") {
            tracing::warn!(error = %error, "Could not roll back; the connection is dropped");
            self.disconnect();
        }
    }

    pub(crate) fn control(&mut self, sql: &str) -> Result<(), StoreError> {
        let result = self.client()?.batch_execute(sql);
        self.explain(result)
    }

    pub(crate) fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let prepared = self.prepare(sql)?;
        check_count(&prepared, params)?;
        let result = self
            .client()?
            .query(&prepared.statement, &as_params(params));
        self.explain(result)?
            .iter()
            .map(|row| row_of(row, &prepared.columns))
            .collect()
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        let prepared = self.prepare(sql)?;
        check_count(&prepared, params)?;
        let result = self
            .client()?
            .execute(&prepared.statement, &as_params(params));
        self.explain(result)
    }

    /// The connection itself, for `COPY`.
    pub(crate) fn client(&mut self) -> Result<&mut Client, StoreError> {
        if self.client.as_ref().is_some_and(Client::is_closed) {
            self.disconnect();
        }
        if self.client.is_none() {
            self.client = Some(self.link.connect()?);
        }
        self.client.as_mut().ok_or(StoreError::Aborted)
    }

    pub(crate) fn is_in_transaction(&self) -> bool {
        self.is_in_transaction
    }

    pub(crate) fn take_retryable(&mut self) -> bool {
        std::mem::take(&mut self.is_retryable)
    }

    fn prepare(&mut self, sql: &str) -> Result<Arc<Prepared>, StoreError> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(Arc::clone(known));
        }
        let result = self.client()?.prepare(sql);
        let statement = self.explain(result)?;
        let names = statement.columns().iter().map(postgres::Column::name);
        let columns = Arc::new(Columns::new(sql, names));
        let prepared = Arc::new(Prepared { statement, columns });
        if self.statements.len() >= STATEMENTS_KEPT {
            self.statements.clear();
        }
        self.statements.insert(sql.into(), Arc::clone(&prepared));
        Ok(prepared)
    }

    fn disconnect(&mut self) {
        self.client = None;
        self.statements.clear();
        self.is_in_transaction = false;
    }

    fn explain<T>(&mut self, result: Result<T, postgres::Error>) -> Result<T, StoreError> {
        result.map_err(|error| {
            let code = error.code().cloned();
            let is_stale = matches!(&code, Some(code) if *code == SqlState::FEATURE_NOT_SUPPORTED
                    || *code == SqlState::INVALID_SQL_STATEMENT_NAME);
            if is_stale {
                // The schema changed under a prepared statement.
                self.statements.clear();
            }
            let is_lost_race = matches!(&code, Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE
                    || *code == SqlState::T_R_DEADLOCK_DETECTED);
            let is_ended = code.as_ref().is_some_and(|code| code.code().starts_with("57P"));
            let is_gone = is_ended
                || error.is_closed() || self.client.as_ref().is_none_or(Client::is_closed);
            // Nothing was committed, so the closure may run again on a new connection.
            self.is_retryable = is_lost_race || is_stale || (is_gone && self.is_in_transaction);
            if is_gone {
                self.disconnect();
            }
            translate(error)
        })
    }
}

/// A wrong number of parameters is an error here, where the driver would panic.
fn check_count(prepared: &Prepared, params: &[Value]) -> Result<(), StoreError> {
    let wanted = prepared.statement.params().len();
    if wanted == params.len() {
        return Ok(());
    }
    Err(StoreError::database(std::io::Error::other(format!(
        "the statement takes {wanted} parameters, but {} were given",
        params.len()
    ))))
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// Translates an error of the driver.
pub(crate) fn translate(error: postgres::Error) -> StoreError {
    let Some(cause) = error.as_db_error() else {
        let is_transport = error.is_closed()
            || std::error::Error::source(&error)
                .is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
        return if is_transport {
            StoreError::Unavailable(innermost(&error))
        } else {
            StoreError::database(error)
        };
    };
    let constraint = || cause.constraint().unwrap_or_default().to_owned();
    let code = cause.code();
    match code.code() {
        "23505" | "23P01" => StoreError::UniqueViolation {
            constraint: constraint(),
        },
        "23503" => StoreError::ForeignKeyViolation {
            constraint: Some(constraint()),
        },
        "23514" => StoreError::CheckViolation {
            constraint: constraint(),
        },
        "23502" => StoreError::CheckViolation {
            constraint: format!(
                "{}.{}",
                cause.table().unwrap_or_default(),
                cause.column().unwrap_or_default()
            ),
        },
        "57014" | "25P03" => StoreError::Timeout,
        "40001" | "40P01" | "55P03" => StoreError::Busy,
        "53100" => StoreError::DiskFull,
        "25006" => StoreError::ReadOnly,
        "25P02" => StoreError::Aborted,
        other if other.starts_with("08") || other.starts_with("53") || other.starts_with("57P") => {
            StoreError::Unavailable(cause.message().to_owned())
        }
        // Wrong password, no such database: the operator must read why.
        other if other.starts_with("28") || other.starts_with("3D") => {
            StoreError::Unavailable(cause.message().to_owned())
        }
        other => StoreError::database(Refusal {
            code: other.to_owned(),
            // Data exceptions quote the value, which may be personal.
            message: (!other.starts_with("22")).then(|| cause.message().to_owned()),
        }),
    }
}

/// What the server said, without the rows it may quote in its details.
#[derive(Debug)]
struct Refusal {
    code: String,
    message: Option<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SQLSTATE {}", self.code)?;
        self.message
            .as_ref()
            .map_or(Ok(()), |message| write!(f, ": {message}"))
    }
}

impl std::error::Error for Refusal {}
