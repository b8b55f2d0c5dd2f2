//! The database threads and the handle everybody else holds.
//!
//! Closures go through a bounded queue to a thread that owns a connection; the
//! answer comes back through a channel. Nothing above this module knows which
//! engine it talks to, except where a text of SQL must differ.

pub(crate) mod core;
pub(crate) mod postgres;
mod postgres_pool;
mod postgres_types;
pub(crate) mod session;
pub(crate) mod sqlite;
mod tls;
mod work;
mod writer;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError};
use tokio::sync::{oneshot, watch};
use zhiyin_domain::ids::WorkspaceId;

use self::core::{Core, Deadline, Shared};
use self::postgres::{Link, PostgresSession};
use self::postgres_pool::Worker;
use self::session::Session;
use self::sqlite::SqliteSession;
use self::work::{Kind, Reply, Task, Work};
use self::writer::{Reader, Writer};
use crate::config::{Database, StoreConfig};
use crate::error::StoreError;
use crate::params;
use crate::tx::{SystemTx, Tx};

/// Which engine a text of SQL is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A handle on the database. Cheap to clone; the threads end with the last one.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    dialect: Dialect,
    database: Database,
    /// `None` once the store is closing.
    queues: Option<Queues>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Queues {
    writes: Sender<Box<dyn Work>>,
    /// The same as `writes` for a database in memory, which has one connection.
    reads: Sender<Box<dyn Work>>,
}

impl Drop for Inner {
    /// Lets the threads finish what is queued, so that the file is closed after this.
    fn drop(&mut self) {
        self.queues = None;
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A closure may hold the last handle: a thread cannot wait for itself.
            if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
                tracing::error!("A database thread ended in a panic");
            }
        }
    }
}

impl Store {
    /// Opens the database. It may lack the schema: see [`Store::migrate_blocking`].
    pub fn open(config: StoreConfig) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared::new(config.keyring.clone()));
        let mut threads = Vec::new();
        let queues = match &config.database {
            Database::Sqlite { .. } | Database::SqliteMemory => {
                open_sqlite(&config, &shared, &mut threads)?
            }
            Database::Postgres { url } => open_postgres(&config, url, &shared, &mut threads)?,
        };
        let dialect = match &config.database {
            Database::Sqlite { .. } | Database::SqliteMemory => Dialect::Sqlite,
            Database::Postgres { .. } => Dialect::Postgres,
        };
        let inner = Inner {
            shared,
            dialect,
            database: config.database,
            queues: Some(queues),
            threads: Mutex::new(threads),
        };
        let store = Self {
            inner: Arc::new(inner),
        };
        // A database that cannot be reached is told now, not at the first request.
        store.read_system_blocking(|system| system.one("SELECT 1 AS one", params![]))?;
        Ok(store)
    }

    /// The engine.
    pub fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    /// Where the data is.
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// Changes after each commit that appended events or jobs. A wake-up, not a
    /// truth: commits of other processes do not show here.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.inner.shared.commits.subscribe()
    }

    /// Runs a closure in a transaction of one workspace and answers after its commit.
    ///
    /// The closure may be run again after a lost race, so it must have no effect but
    /// through `Tx`.
    pub async fn write<T, E, F>(&self, workspace: WorkspaceId, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(Kind::Write, move |core| f(&mut Tx::new(core, workspace)))
            .await
    }

    /// Runs a closure that sees one snapshot of one workspace and cannot write.
    pub async fn read<T, E, F>(&self, workspace: WorkspaceId, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(Kind::Read, move |core| f(&mut Tx::new(core, workspace)))
            .await
    }

    /// Runs a closure in a transaction over all workspaces.
    pub async fn write_system<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: Fn(&mut SystemTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(Kind::Write, move |core| f(&mut SystemTx::new(core)))
            .await
    }

    /// Runs a closure that sees one snapshot of all workspaces and cannot write.
    pub async fn read_system<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: Fn(&mut SystemTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(Kind::Read, move |core| f(&mut SystemTx::new(core)))
            .await
    }

    /// [`Store::write`] for callers without an async runtime.
    pub fn write_blocking<T, E, F>(&self, workspace: WorkspaceId, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit_blocking(Kind::Write, move |core| f(&mut Tx::new(core, workspace)))
    }

    /// [`Store::read`] for callers without an async runtime.
    pub fn read_blocking<T, E, F>(&self, workspace: WorkspaceId, f: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit_blocking(Kind::Read, move |core| f(&mut Tx::new(core, workspace)))
    }

    /// [`Store::write_system`] for callers without an async runtime.
    pub fn write_system_blocking<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: Fn(&mut SystemTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit_blocking(Kind::Write, move |core| f(&mut SystemTx::new(core)))
    }

    /// [`Store::read_system`] for callers without an async runtime.
    pub fn read_system_blocking<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: Fn(&mut SystemTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit_blocking(Kind::Read, move |core| f(&mut SystemTx::new(core)))
    }

    /// A write without a time limit, for migrations and restore.
    pub(crate) fn maintain_blocking<T, F>(&self, f: F) -> Result<T, StoreError>
    where
        F: Fn(&mut SystemTx<'_>) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        self.submit_blocking(Kind::Maintenance, move |core| f(&mut SystemTx::new(core)))
    }

    async fn submit<T, E, F>(&self, kind: Kind, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Core) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        self.queue(Box::new(Task {
            kind,
            closure,
            result: None,
            reply: Reply::Async(sender),
        }))?;
        answer.await.unwrap_or_else(|_| Err(closed().into()))
    }

    fn submit_blocking<T, E, F>(&self, kind: Kind, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Core) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (sender, answer) = crossbeam_channel::bounded(1);
        self.queue(Box::new(Task {
            kind,
            closure,
            result: None,
            reply: Reply::Blocking(sender),
        }))?;
        answer.recv().unwrap_or_else(|_| Err(closed().into()))
    }

    fn queue(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        let queues = self.inner.queues.as_ref().ok_or_else(closed)?;
        let queue = if work.is_read() {
            &queues.reads
        } else {
            &queues.writes
        };
        queue.try_send(work).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => closed(),
        })
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

fn open_sqlite(
    config: &StoreConfig,
    shared: &Arc<Shared>,
    threads: &mut Vec<JoinHandle<()>>,
) -> Result<Queues, StoreError> {
    let closure_limit = Duration::from_millis(config.closure_timeout_ms);
    let (writes, queue) = crossbeam_channel::bounded(config.writer_queue);
    let Database::Sqlite { path } = &config.database else {
        let core = writer::core(shared, SqliteSession::memory)?;
        let thread = Writer {
            core,
            queue,
            closure_limit,
            is_grouping: config.group_commit,
            careful_batches: 0,
        };
        threads.push(spawn("store-writer", move || thread.run())?);
        return Ok(Queues {
            reads: writes.clone(),
            writes,
        });
    };
    let core = writer::core(shared, |deadline| SqliteSession::writer(path, deadline))?;
    let thread = Writer {
        core,
        queue,
        closure_limit,
        is_grouping: config.group_commit,
        careful_batches: 0,
    };
    threads.push(spawn("store-writer", move || thread.run())?);

    let (reads, queue) = crossbeam_channel::bounded(config.writer_queue);
    for _ in 0..config.readers.max(1) {
        let core = writer::core(shared, |deadline| SqliteSession::reader(path, deadline))?;
        let reader = Reader {
            core,
            queue: queue.clone(),
            closure_limit,
        };
        threads.push(spawn("store-reader", move || reader.run())?);
    }
    Ok(Queues { writes, reads })
}

fn open_postgres(
    config: &StoreConfig,
    url: &str,
    shared: &Arc<Shared>,
    threads: &mut Vec<JoinHandle<()>>,
) -> Result<Queues, StoreError> {
    let link = Link::parse(url, config.statement_timeout_ms)?;
    let closure_limit = Duration::from_millis(config.closure_timeout_ms);
    let mut pool = |name: &str, size: usize| {
        let (sender, queue) = crossbeam_channel::bounded(config.writer_queue);
        for _ in 0..size.max(1) {
            let session = Session::Postgres(Box::new(PostgresSession::new(link.clone())));
            let core = Core::new(session, Arc::clone(shared), Arc::new(Deadline::none()));
            let queue = queue.clone();
            let worker = Worker {
                core,
                queue,
                closure_limit,
            };
            threads.push(spawn(name, move || worker.run())?);
        }
        Ok::<_, StoreError>(sender)
    };
    Ok(Queues {
        writes: pool("store-writer", config.writers)?,
        reads: pool("store-reader", config.readers)?,
    })
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(StoreError::database)
}
