//! The one writer of SQLite, with group commit.
//!
//! It takes what waits, up to a limit, runs each closure in its own savepoint,
//! commits once and only then answers. So a thousand writers share one `fsync`,
//! and none is told "done" before its data is on the disk.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, TryRecvError};

use super::core::{Core, Verdict};
use super::session::Session;
use super::sqlite::SqliteSession;
use super::work::Work;
use crate::error::StoreError;

/// Closures in one commit, at most.
const BATCH_MAX: usize = 512;
/// Work after which a batch takes no more closures.
const BATCH_TIME: Duration = Duration::from_millis(20);

/// What the writer thread is made of.
pub(crate) struct Writer {
    pub(crate) core: Core,
    pub(crate) queue: Receiver<Box<dyn Work>>,
    pub(crate) closure_limit: Duration,
    pub(crate) is_grouping: bool,
}

/// A batch under way: who ran, and what is to be done after the commit.
#[derive(Default)]
struct Batch {
    ran: Vec<Box<dyn Work>>,
    wakes: bool,
    made_keys: bool,
}

/// The transaction is gone; what is to become of the batch.
enum Lost {
    /// The last closure brought it down by itself: the others may run again.
    ByLast,
    /// The database cannot go on: everybody gets the error.
    ByDatabase(StoreError),
}

impl Writer {
    /// Works until every handle of the store is gone.
    pub(crate) fn run(mut self) {
        while let Ok(first) = self.queue.recv() {
            self.batch(first);
        }
    }

    fn batch(&mut self, first: Box<dyn Work>) {
        let mut again = vec![first];
        while !again.is_empty() {
            let mut batch = Batch::default();
            let outcome = self
                .fill(&mut batch, &mut again)
                .and_then(|()| self.commit());
            match outcome {
                Ok(()) => {
                    if batch.made_keys {
                        self.core.shared.forget_keys();
                    }
                    if batch.wakes {
                        self.core.shared.announce();
                    }
                    answer(batch.ran);
                }
                Err(Lost::ByLast) => {
                    self.core.shared.forget_keys();
                    if let Some(culprit) = batch.ran.pop() {
                        culprit.answer();
                    }
                    again.reverse();
                    batch.ran.append(&mut again);
                    again = batch.ran;
                }
                Err(Lost::ByDatabase(error)) => {
                    self.core.shared.forget_keys();
                    tracing::error!(error = %error, "Could not commit; every waiting transaction of the batch failed");
                    batch.ran.append(&mut again);
                    for work in &mut batch.ran {
                        work.fail(error.clone());
                    }
                    answer(batch.ran);
                }
            }
        }
    }

    /// Runs closures until the batch is full or nobody waits.
    fn fill(&mut self, batch: &mut Batch, again: &mut Vec<Box<dyn Work>>) -> Result<(), Lost> {
        self.control("BEGIN IMMEDIATE").map_err(Lost::ByDatabase)?;
        let started = Instant::now();
        again.reverse();
        loop {
            let Some(work) = again.pop().or_else(|| self.next(batch, started)) else {
                return Ok(());
            };
            self.member(batch, work)?;
        }
    }

    fn next(&self, batch: &Batch, started: Instant) -> Option<Box<dyn Work>> {
        let is_full = batch.ran.len() >= BATCH_MAX || started.elapsed() >= BATCH_TIME;
        if is_full || !self.is_grouping {
            return None;
        }
        match self.queue.try_recv() {
            Ok(work) => Some(work),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => None,
        }
    }

    fn member(&mut self, batch: &mut Batch, mut work: Box<dyn Work>) -> Result<(), Lost> {
        let opened = self.control("SAVEPOINT member");
        let verdict = match opened {
            Ok(()) => self.core.run(&mut *work, self.closure_limit),
            Err(error) => {
                batch.ran.push(work);
                return Err(Lost::ByDatabase(error));
            }
        };
        let failure = self.core.state.failure.take();
        if !self.core.session.is_in_transaction() {
            let lost = match failure {
                Some(StoreError::Timeout) | None => {
                    work.fail(StoreError::Timeout);
                    Lost::ByLast
                }
                Some(error) => Lost::ByDatabase(error),
            };
            batch.ran.push(work);
            return Err(lost);
        }
        batch.wakes |= verdict == Verdict::Keep && self.core.state.wakes;
        batch.made_keys |= self.core.state.made_keys;
        batch.ran.push(work);
        let closed = match verdict {
            Verdict::Keep => self.control("RELEASE member"),
            Verdict::Undo => self
                .control("ROLLBACK TO member")
                .and_then(|()| self.control("RELEASE member")),
        };
        closed.map_err(Lost::ByDatabase)
    }

    fn commit(&mut self) -> Result<(), Lost> {
        self.control("COMMIT").map_err(|error| {
            if self.core.session.is_in_transaction()
                && let Err(error) = self.control("ROLLBACK")
            {
                tracing::error!(error = %error, "Could not roll back");
            }
            Lost::ByDatabase(error)
        })
    }

    fn control(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.core.session.control(sql)
    }
}

fn answer(ran: Vec<Box<dyn Work>>) {
    for work in ran {
        work.answer();
    }
}

/// A thread that reads: each closure sees one snapshot.
pub(crate) struct Reader {
    pub(crate) core: Core,
    pub(crate) queue: Receiver<Box<dyn Work>>,
    pub(crate) closure_limit: Duration,
}

impl Reader {
    /// Works until every handle of the store is gone.
    pub(crate) fn run(mut self) {
        while let Ok(mut work) = self.queue.recv() {
            if work.is_forsaken() {
                continue;
            }
            if let Err(error) = self.control("BEGIN") {
                work.fail(error);
            } else {
                self.core.run(&mut *work, self.closure_limit);
                if self.core.session.is_in_transaction()
                    && let Err(error) = self.control("ROLLBACK")
                {
                    tracing::error!(error = %error, "Could not end a read");
                }
            }
            work.answer();
        }
    }

    fn control(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.core.session.control(sql)
    }
}

/// Opens a session with its own deadline.
pub(crate) fn core(
    shared: &Arc<super::core::Shared>,
    open: impl FnOnce(&Arc<super::core::Deadline>) -> Result<SqliteSession, StoreError>,
) -> Result<Core, StoreError> {
    let deadline = Arc::new(super::core::Deadline::none());
    let session = open(&deadline)?;
    Ok(Core::new(
        Session::Sqlite(session),
        Arc::clone(shared),
        deadline,
    ))
}
