//! Work that follows: what a feature hands to the worker.
//!
//! - A [`Reactor`] follows the event log. Its cursor and its effect are one transaction,
//!   so each event has its effect exactly once.
//! - A [`JobHandler`] acts on the outside world. It runs outside any transaction, at least
//!   once, so it must be idempotent.
//! - A [`Reconciler`] looks at the state and does what is missing: timers, clean-up. It
//!   takes no input and is woken by signal and by period.
//!
//! All of them are plain functions; threads, leases and retries are the worker's business.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use zhiyin_domain::time::Timestamp;
use zhiyin_store::Tx;
use zhiyin_store::events::StoredEvent;
use zhiyin_store::jobs::Job;

use crate::{App, Context};

/// Follows the event log of every workspace.
#[derive(Debug, Clone, Copy)]
pub struct Reactor {
    /// Names the cursor; never changed, else everything happens again.
    pub name: &'static str,
    /// The effect of one event, inside the transaction that moves the cursor.
    pub react: fn(&mut Tx<'_>, &Context, &StoredEvent) -> Result<(), WorkError>,
}

/// Runs the jobs of one name.
#[derive(Debug, Clone, Copy)]
pub struct JobHandler {
    /// The name jobs are enqueued under.
    pub name: &'static str,
    /// After this the attempt counts as failed and another runner may take the job.
    pub time_limit: Duration,
    /// The work. May block; must give the same result when it runs twice.
    pub run: fn(&App, &Job) -> Result<(), JobError>,
}

/// Why a job did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It may succeed later.
    #[error("the job failed and will be tried again")]
    Retry(#[source] WorkError),
    /// Trying again is of no use; a person must look at it.
    #[error("the job failed for good")]
    GiveUp(#[source] WorkError),
}

/// Whatever went wrong.
pub type WorkError = Box<dyn Error + Send + Sync>;

/// Does what is missing.
#[derive(Debug, Clone, Copy)]
pub struct Reconciler {
    /// Names the lease: one node at a time runs it, as long as clocks agree. Two rounds at
    /// once do no harm, because each piece checks the state in its own transaction.
    pub name: &'static str,
    /// At the latest after this it looks again.
    pub period: Duration,
    /// Wake-ups within this time after a round are not followed: commits come by the
    /// hundred a second.
    pub rest: Duration,
    /// One round, bounded in size.
    pub run: fn(App) -> RoundFuture,
}

/// A round under way.
pub type RoundFuture = Pin<Box<dyn Future<Output = Result<Round, WorkError>> + Send>>;

/// What a round of a reconciler did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Things done; if any, another round follows at once.
    pub done: u64,
    /// When there will be something to do, if that is known.
    pub next_due: Option<Timestamp>,
}

/// Everything the features hand to the worker.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// In no particular order; each has its own cursor.
    pub reactors: Vec<Reactor>,
    /// One for each name of job.
    pub jobs: Vec<JobHandler>,
    /// In no particular order; each has its own lease.
    pub reconcilers: Vec<Reconciler>,
}

impl Work {
    /// Adds what another feature hands over.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.reactors.extend(other.reactors);
        self.jobs.extend(other.jobs);
        self.reconcilers.extend(other.reconcilers);
        self
    }
}
