//! The one writer of SQLite, with group commit.
//!
//! It takes what waits, up to a limit, runs each closure, commits once and only then
//! answers. So a thousand writers share one `fsync`, and none is told "done" before its
//! data is on the disk.
//!
//! A closure that fails before it wrote anything leaves nothing to undo, and that is how
//! nearly all of them fail. So a batch runs without savepoints, which would copy every
//! page each closure touches and make the full-text index write its part to the disk for
//! each one (measured: two thirds of the time of a message). When a closure does fail
//! after it wrote, the batch is rolled back and runs again with a savepoint for each, and
//! so do the next batches: a caller who provokes failures gains nothing by it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

use super::core::{AfterCommit, Core, Verdict};
use super::session::Session;
use super::sqlite::SqliteSession;
use super::work::Work;
use crate::error::StoreError;

/// Closures in one commit, at most.
const BATCH_MAX: usize = 512;
/// Work after which a batch takes no more closures. Only when more wait than fit into it
/// does anybody notice: the longer a batch, the more of them share the pages it writes.
const BATCH_TIME: Duration = Duration::from_millis(40);
/// Batches with savepoints after a closure failed that had written.
const CAREFUL_BATCHES: u32 = 16;

/// Batches between two looks at the size of the log.
const BATCHES_PER_LOOK: u32 = 256;

/// What the writer thread is made of.
pub(crate) struct Writer {
    pub(crate) core: Core,
    pub(crate) queue: Receiver<Box<dyn Work>>,
    pub(crate) closure_limit: Duration,
    pub(crate) is_grouping: bool,
    /// Batches yet to run with savepoints.
    pub(crate) careful_batches: u32,
}

/// A batch under way: who ran, and what is to be done after the commit.
#[derive(Default)]
struct Batch {
    ran: Vec<Box<dyn Work>>,
    after: AfterCommit,
}

/// The transaction is gone; what is to become of the batch.
enum Lost {
    /// The last closure brought it down by itself: the others may run again.
    ByLast,
    /// The last closure failed and what it wrote cannot be undone alone: all run again.
    Unguarded,
    /// The database cannot go on: everybody gets the error.
    ByDatabase(StoreError),
}

impl Writer {
    /// Works until every handle of the store is gone.
    pub(crate) fn run(mut self) {
        let mut batches: u32 = 0;
        while let Ok(first) = self.queue.recv() {
            self.batch(first);
            batches = batches.wrapping_add(1);
            if batches.is_multiple_of(BATCHES_PER_LOOK)
                && let Err(error) = self.core.session.shorten_log()
            {
                tracing::warn!(error = %error, "Could not shorten the log of the database");
            }
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
                    self.careful_batches = self.careful_batches.saturating_sub(1);
                    self.core.shared.committed(batch.after);
                    answer(batch.ran);
                }
                Err(lost @ (Lost::ByLast | Lost::Unguarded)) => {
                    self.core.shared.forget_keys();
                    match lost {
                        Lost::Unguarded => self.careful_batches = CAREFUL_BATCHES,
                        _ => answer(batch.ran.pop()),
                    }
                    again.reverse();
                    batch.ran.append(&mut again);
                    again = batch.ran;
                }
                Err(Lost::ByDatabase(error)) => {
                    self.give_up();
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
        // Nobody waiting and nobody left are the same here: the batch is full enough.
        self.queue.try_iter().next()
    }

    fn member(&mut self, batch: &mut Batch, mut work: Box<dyn Work>) -> Result<(), Lost> {
        // Maintenance changes the schema, which the count of changed rows does not show.
        let is_guarded = self.careful_batches > 0 || !work.is_limited();
        if is_guarded && let Err(error) = self.control("SAVEPOINT member") {
            batch.ran.push(work);
            return Err(Lost::ByDatabase(error));
        }
        let changes_before = self.core.session.total_changes();
        let verdict = self.core.run(&mut *work, self.closure_limit);
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
        if verdict == Verdict::Keep {
            batch.after.add(self.core.state.after);
        }
        batch.ran.push(work);
        let closed = match (verdict, is_guarded) {
            (Verdict::Keep, false) => Ok(()),
            (Verdict::Keep, true) => self.control("RELEASE member"),
            (Verdict::Undo, true) => self
                .control("ROLLBACK TO member")
                .and_then(|()| self.control("RELEASE member")),
            (Verdict::Undo, false) if self.core.session.total_changes() == changes_before => Ok(()),
            (Verdict::Undo, false) => {
                self.control("ROLLBACK").map_err(Lost::ByDatabase)?;
                return Err(match failure {
                    // It would only take as long again.
                    Some(StoreError::Timeout) => Lost::ByLast,
                    _ => Lost::Unguarded,
                });
            }
        };
        closed.map_err(Lost::ByDatabase)
    }

    fn commit(&mut self) -> Result<(), Lost> {
        self.control("COMMIT").map_err(Lost::ByDatabase)
    }

    /// Ends what is left of a transaction that failed, so that the next one can begin.
    fn give_up(&mut self) {
        if self.core.session.is_in_transaction()
            && let Err(error) = self.control("ROLLBACK")
        {
            tracing::error!(error = %error, "Could not roll back");
        }
    }

    fn control(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.core.session.control(sql)
    }
}

fn answer(ran: impl IntoIterator<Item = Box<dyn Work>>) {
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
