//! One database thread's state: its connection and the transaction it is in.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use uuid::Uuid;

use super::Dialect;
use super::session::Session;
use super::work::Work;
use crate::crypto::{DataKeys, Keyring};
use crate::error::StoreError;
use crate::row::Row;
use crate::value::Value;

/// What all threads of a store share.
pub(crate) struct Shared {
    pub(crate) keyring: Keyring,
    pub(crate) commits: watch::Sender<u64>,
    /// Unwrapped data keys that are committed, by workspace.
    keys: RwLock<HashMap<Uuid, Arc<DataKeys>>>,
}

impl Shared {
    pub(crate) fn new(keyring: Keyring) -> Self {
        Self {
            keyring,
            commits: watch::Sender::new(0),
            keys: RwLock::default(),
        }
    }

    /// Does what follows a commit.
    pub(crate) fn committed(&self, after: AfterCommit) {
        if after.made_keys {
            self.forget_keys();
        }
        if after.wakes {
            self.commits.send_modify(|count| *count += 1);
        }
    }

    /// Forgets the keys, because they changed or the transaction they come from was lost.
    pub(crate) fn forget_keys(&self) {
        self.keys
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    pub(crate) fn cached_keys(&self, scope: Uuid) -> Option<Arc<DataKeys>> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&scope)
            .map(Arc::clone)
    }

    pub(crate) fn cache_keys(&self, scope: Uuid, keys: &Arc<DataKeys>) {
        self.keys
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(scope, Arc::clone(keys));
    }
}

/// A point in time after which the closure must stop; shared with the progress
/// handler of SQLite.
#[derive(Debug)]
pub(crate) struct Deadline {
    origin: Instant,
    at_nanos: AtomicU64,
}

impl Deadline {
    pub(crate) fn none() -> Self {
        Self {
            origin: Instant::now(),
            at_nanos: AtomicU64::new(u64::MAX),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    pub(crate) fn set(&self, limit: Option<Duration>) {
        let at = limit.map_or(u64::MAX, |limit| {
            self.now()
                .saturating_add(u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX))
        });
        self.at_nanos.store(at, Ordering::Relaxed);
    }

    pub(crate) fn has_passed(&self) -> bool {
        let at = self.at_nanos.load(Ordering::Relaxed);
        at != u64::MAX && self.now() > at
    }
}

/// What became of a closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    Undo,
}

/// What is to be done once a transaction is committed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AfterCommit {
    /// There is news for the relay, the runners and the streams.
    pub(crate) wakes: bool,
    /// The transaction made data keys, so what it reads of them is not committed yet.
    pub(crate) made_keys: bool,
}

impl AfterCommit {
    /// Adds what another transaction of the same commit needs.
    pub(crate) fn add(&mut self, other: Self) {
        self.wakes |= other.wakes;
        self.made_keys |= other.made_keys;
    }
}

/// The transaction a thread is in.
#[derive(Default)]
pub(crate) struct State {
    /// The failure after which no statement may follow.
    pub(crate) failure: Option<StoreError>,
    /// The failure was a lost race that a second try may win.
    pub(crate) is_retryable: bool,
    pub(crate) is_read: bool,
    pub(crate) after: AfterCommit,
    savepoints: u32,
    pub(crate) fresh_keys: HashMap<Uuid, Arc<DataKeys>>,
}

/// A connection with its transaction state, owned by one thread.
pub(crate) struct Core {
    pub(crate) session: Session,
    pub(crate) shared: Arc<Shared>,
    pub(crate) deadline: Arc<Deadline>,
    pub(crate) state: State,
}

impl Core {
    pub(crate) fn new(session: Session, shared: Arc<Shared>, deadline: Arc<Deadline>) -> Self {
        Self {
            session,
            shared,
            deadline,
            state: State::default(),
        }
    }

    /// Runs one closure and says whether its work may stay.
    pub(crate) fn run(&mut self, work: &mut dyn Work, limit: Duration) -> Verdict {
        self.state = State {
            is_read: work.is_read(),
            ..State::default()
        };
        self.session.set_read(work.is_read());
        self.deadline.set(work.is_limited().then_some(limit));
        let outcome = catch_unwind(AssertUnwindSafe(|| work.run(self)));
        let is_late = self.deadline.has_passed();
        self.deadline.set(None);
        self.session.set_read(false);
        let failure = match outcome {
            Err(_) => Some(StoreError::Panicked),
            Ok(false) => return Verdict::Undo,
            Ok(true) if is_late => {
                self.state.failure = Some(StoreError::Timeout);
                Some(StoreError::Timeout)
            }
            Ok(true) => self.state.failure.is_some().then_some(StoreError::Aborted),
        };
        match failure {
            Some(error) => {
                work.fail(error);
                Verdict::Undo
            }
            None => Verdict::Keep,
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.session.dialect()
    }

    pub(crate) fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.check()?;
        let result = self.session.query(sql, params);
        self.note(result)
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.check()?;
        let result = self.session.execute(sql, params);
        self.note(result)
    }

    pub(crate) fn batch(&mut self, script: &str) -> Result<(), StoreError> {
        self.check()?;
        let result = self.session.batch(script);
        self.note(result)
    }

    pub(crate) fn maybe(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    pub(crate) fn one(&mut self, sql: &str, params: &[Value]) -> Result<Row, StoreError> {
        self.maybe(sql, params)?
            .ok_or_else(|| StoreError::NotFound {
                table: crate::row::table_of(sql),
            })
    }

    pub(crate) fn execute_versioned(
        &mut self,
        sql: &str,
        params: &[Value],
    ) -> Result<(), StoreError> {
        match self.execute(sql, params)? {
            0 => Err(StoreError::conflict(crate::row::table_of(sql))),
            _ => Ok(()),
        }
    }

    pub(crate) fn wake(&mut self) {
        self.state.after.wakes = true;
    }

    pub(crate) fn savepoint<T, E: From<StoreError>>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.state.savepoints += 1;
        let name = format!("s{}", self.state.savepoints);
        let opened = self
            .check()
            .and_then(|()| self.batch(&format!("SAVEPOINT {name}")));
        let result = opened.map_err(E::from).and_then(|()| {
            let result = f(self);
            match self.close_savepoint(&name, result.is_ok()) {
                Ok(()) => result,
                Err(error) => Err(error.into()),
            }
        });
        self.state.savepoints -= 1;
        result
    }

    fn close_savepoint(&mut self, name: &str, is_kept: bool) -> Result<(), StoreError> {
        if is_kept {
            return self.batch(&format!("RELEASE SAVEPOINT {name}"));
        }
        if self.state.is_retryable || !self.session.is_in_transaction() {
            return Ok(());
        }
        self.state.failure = None;
        self.state.fresh_keys.clear();
        self.batch(&format!(
            "ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}"
        ))
    }

    /// Nothing may follow a failed statement, nor a passed deadline.
    fn check(&mut self) -> Result<(), StoreError> {
        if self.state.failure.is_some() {
            return Err(StoreError::Aborted);
        }
        if self.deadline.has_passed() {
            self.state.failure = Some(StoreError::Timeout);
            return Err(StoreError::Timeout);
        }
        Ok(())
    }

    fn note<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result {
            self.state.failure = Some(error.clone());
            self.state.is_retryable |= self.session.take_retryable();
        }
        result
    }
}
