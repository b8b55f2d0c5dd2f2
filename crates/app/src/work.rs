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
use std::sync::Arc;
use std::time::Duration;

use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::events::StoredEvent;
use zhiyin_store::jobs::Job;
use zhiyin_store::{StoreError, SystemTx, Tx};

use crate::{App, Context, Principal};

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
    /// Names the lease: one node at a time runs it.
    pub name: &'static str,
    /// At the latest after this it looks again.
    pub period: Duration,
    /// One round, in one transaction, bounded in size.
    pub run: fn(&mut SystemTx<'_>, &Tick) -> Result<Round, StoreError>,
}

/// What a round of a reconciler did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Things done; if any, another round follows at once.
    pub done: u64,
    /// When there will be something to do, if that is known.
    pub next_due: Option<Timestamp>,
}

/// The moment of a round, and how to act in a workspace.
#[derive(Clone)]
pub struct Tick {
    app: App,
    name: &'static str,
    now: Timestamp,
}

impl Tick {
    /// A round that begins now.
    pub fn new(app: &App, name: &'static str) -> Self {
        Self {
            now: app.clock().now(),
            app: app.clone(),
            name,
        }
    }

    /// When the round began.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Zhiyin itself, acting in a workspace.
    pub fn context(&self, workspace: WorkspaceId) -> Context {
        let parts = self.app.parts();
        let principal = Principal::system(workspace, self.name);
        Context::new(
            &principal,
            self.now,
            Arc::clone(&parts.ids),
            Arc::clone(&parts.rng),
        )
    }
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
