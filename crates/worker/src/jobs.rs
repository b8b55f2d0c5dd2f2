//! The job runner: claim under a lease, commit, run outside any transaction, record.
//!
//! The record brings the fence of the claim. If the lease ran out meanwhile and another
//! runner took the job, the late record is refused; the work itself is idempotent, so
//! having run twice does no harm. A job that fails is tried again after a growing,
//! jittered pause; one that fails too often, or says so, waits for a person.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zhiyin_app::App;
use zhiyin_app::work::{JobError, JobHandler, Reactor};
use zhiyin_domain::limits::JOB_ATTEMPTS_MAX;
use zhiyin_store::jobs::{self, Job};
use zhiyin_store::{StoreError, SystemTx};

use crate::reactors;
use crate::turn::{Station, Turn};

/// Jobs that run at once on one node.
const CONCURRENCY: usize = 8;
/// The lease beyond the time limit, for claiming and recording.
const LEASE_MARGIN: Duration = Duration::from_secs(15);
/// Without a wake-up the runner looks this often.
const PERIOD: Duration = Duration::from_secs(5);
/// First pause after a failure; doubles with each.
const PAUSE_FIRST: Duration = Duration::from_secs(5);
/// Longest pause after a failure.
const PAUSE_MAX: Duration = Duration::from_hours(1);
/// For jobs without a handler and events that were put aside.
const TIME_LIMIT_DEFAULT: Duration = Duration::from_secs(30);

/// Runs jobs.
pub struct JobRunner {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    handlers: HashMap<&'static str, JobHandler>,
    reactors: Vec<Reactor>,
    /// Free places; all of them free means that nothing runs.
    places: Arc<Semaphore>,
}

impl JobRunner {
    /// A runner at rest.
    #[must_use]
    pub fn new(app: App, handlers: Vec<JobHandler>, reactors: Vec<Reactor>) -> Self {
        let handlers = handlers
            .into_iter()
            .map(|handler| (handler.name, handler))
            .collect();
        let places = Arc::new(Semaphore::new(CONCURRENCY));
        Self {
            inner: Arc::new(Inner {
                app,
                handlers,
                reactors,
                places,
            }),
        }
    }

    /// Waits until nothing runs, at most for `limit`; tells how many ran at the call.
    pub async fn finish(&self, limit: Duration) -> usize {
        let running = CONCURRENCY.saturating_sub(self.inner.places.available_permits());
        let all = u32::try_from(CONCURRENCY).unwrap_or(u32::MAX);
        if tokio::time::timeout(limit, self.inner.places.acquire_many(all))
            .await
            .is_err()
        {
            tracing::warn!("Jobs still run after {} s", limit.as_secs());
        }
        running
    }
}

impl Station for JobRunner {
    fn name(&self) -> &'static str {
        "jobs"
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    async fn turn(&self) -> Result<Turn, StoreError> {
        // Waits for a place first: what cannot run must not be claimed.
        let Ok(first) = Arc::clone(&self.inner.places).acquire_owned().await else {
            return Ok(Turn::IDLE);
        };
        let mut places = vec![first];
        while let Ok(place) = Arc::clone(&self.inner.places).try_acquire_owned() {
            places.push(place);
        }
        let limit = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let now = self.inner.app.clock().now();
        // Most wake-ups are about events: a look costs less than a claim.
        let next_due = self.inner.app.store().read_system(jobs::next_due).await?;
        if next_due.is_none_or(|due| due > now) {
            return Ok(Turn::Idle { next_due });
        }
        let lease = self.inner.longest_limit() + LEASE_MARGIN;
        let claim = move |system: &mut SystemTx<'_>| jobs::claim(system, now, lease, limit);
        let claimed = self.inner.app.store().write_system(claim).await?;
        if claimed.is_empty() {
            // Another runner was faster.
            return Ok(Turn::Idle { next_due: None });
        }
        for (job, place) in claimed.into_iter().zip(places) {
            tokio::spawn(Arc::clone(&self.inner).work(job, place));
        }
        Ok(Turn::Busy)
    }
}

impl Inner {
    fn longest_limit(&self) -> Duration {
        let limits = self.handlers.values().map(|handler| handler.time_limit);
        limits.max().unwrap_or_default().max(TIME_LIMIT_DEFAULT)
    }

    async fn work(self: Arc<Self>, job: Job, place: OwnedSemaphorePermit) {
        let limit = self
            .handlers
            .get(job.name.as_str())
            .map_or(TIME_LIMIT_DEFAULT, |handler| handler.time_limit);
        let outcome = if job.attempts > JOB_ATTEMPTS_MAX {
            // It took its runner down each time, else it would have been given up already.
            Err(JobError::GiveUp(
                "every attempt ended without an outcome".into(),
            ))
        } else {
            let (inner, running) = (Arc::clone(&self), job.clone());
            let run = tokio::task::spawn_blocking(move || inner.run(&running));
            match tokio::time::timeout(limit, run).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(panic)) => Err(JobError::Retry(Box::new(panic))),
                Err(late) => Err(JobError::Retry(Box::new(late))),
            }
        };
        match self.record(&job, outcome).await {
            Ok(()) => {}
            Err(StoreError::Conflict { .. }) => {
                tracing::warn!(job.id = %job.id, job.name = job.name, "Another runner took the job over");
            }
            Err(error) => {
                // The lease runs out and the job is claimed again.
                tracing::warn!(job.id = %job.id, job.name = job.name, "Cannot record the outcome: {error}");
            }
        }
        drop(place);
    }

    fn run(&self, job: &Job) -> Result<(), JobError> {
        if reactors::is_redo(job) {
            return reactors::redo(&self.app, &self.reactors, job);
        }
        match self.handlers.get(job.name.as_str()) {
            Some(handler) => (handler.run)(&self.app, job),
            // A newer node may know it.
            None => Err(JobError::Retry(
                format!("nobody here runs `{}`", job.name).into(),
            )),
        }
    }

    async fn record(&self, job: &Job, outcome: Result<(), JobError>) -> Result<(), StoreError> {
        let (id, fence, now) = (job.id, job.fence, self.app.clock().now());
        let store = self.app.store();
        let error = match outcome {
            Ok(()) => {
                tracing::debug!(job.id = %id, job.name = job.name, "Job done");
                return store
                    .write_system(move |system: &mut SystemTx<'_>| {
                        jobs::complete(system, id, fence, now)
                    })
                    .await;
            }
            Err(error) => error,
        };
        let text = chain(&error);
        let may_pass = matches!(error, JobError::Retry(_)) && job.attempts < JOB_ATTEMPTS_MAX;
        if may_pass {
            tracing::warn!(job.id = %id, job.name = job.name, job.attempts = job.attempts, "{text}");
            let run_at = now.plus(self.pause(job.attempts));
            store
                .write_system(move |system: &mut SystemTx<'_>| {
                    jobs::retry(system, id, fence, &text, now, run_at)
                })
                .await
        } else {
            tracing::error!(job.id = %id, job.name = job.name, job.attempts = job.attempts, "Gave up: {text}");
            store
                .write_system(move |system: &mut SystemTx<'_>| {
                    jobs::give_up(system, id, fence, &text, now)
                })
                .await
        }
    }

    /// Doubles with each attempt; half of it is random, so that what failed together is
    /// not tried again together.
    fn pause(&self, attempts: u32) -> Duration {
        let doubled = PAUSE_FIRST
            .saturating_mul(1 << attempts.saturating_sub(1).min(16))
            .min(PAUSE_MAX);
        let [random] = zhiyin_ports::random_bytes::<1>(&*self.app.parts().rng);
        doubled / 2 + doubled.mul_f64(f64::from(random) / 512.0)
    }
}

fn chain(error: &JobError) -> String {
    let mut text = String::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
