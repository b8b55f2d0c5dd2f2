//! What happens after a command: the event relay, reactors, jobs and reconcilers.
//!
//! The worker is a few loops over the store. Each loop takes turns: a turn does a bounded
//! piece of work and tells whether there is more. Between turns it sleeps until a commit,
//! a message from another node, the next due time or the end of its period, whichever
//! comes first. So a lost wake-up costs a period, never work. Any number of nodes may run
//! a worker against one PostgreSQL; leases, fences and row locks keep them apart.
//!
//! The worker knows no feature: [`Work`] lists what to run.

pub mod bus;
pub mod dispatcher;
pub mod jobs;
mod mailboxes;
pub mod reactors;
pub mod reconcilers;
pub mod relay;
mod turn;
pub mod upkeep;
mod wake;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use zhiyin_app::App;
use zhiyin_app::work::Work;
use zhiyin_store::StoreError;

use crate::dispatcher::Dispatcher;
use crate::jobs::JobRunner;
use crate::reactors::ReactorLoop;
use crate::reconcilers::ReconcilerLoop;
use crate::relay::Relay;
use crate::turn::{Station, Turn};
use crate::wake::Wakers;

/// How long running jobs get to finish when the process stops.
const JOB_GRACE: Duration = Duration::from_secs(20);
/// A test that is not idle after this many rounds never will be.
const IDLE_ROUNDS_MAX: usize = 10_000;

/// The loops, not yet running.
pub struct Worker {
    app: App,
    relay: Arc<Relay>,
    reactors: Vec<Arc<ReactorLoop>>,
    jobs: Arc<JobRunner>,
    reconcilers: Vec<Arc<ReconcilerLoop>>,
    dispatcher: Arc<Dispatcher>,
}

/// The running loops.
pub struct Handle {
    stop: watch::Sender<bool>,
    loops: JoinSet<()>,
    jobs: Arc<JobRunner>,
    _wakers: Wakers,
}

impl Worker {
    /// A worker for this work and the upkeep of its own.
    #[must_use]
    pub fn new(app: &App, work: Work) -> Self {
        let work = work.and(upkeep::work());
        Self {
            relay: Arc::new(Relay::new(app.clone())),
            reactors: work
                .reactors
                .iter()
                .map(|reactor| Arc::new(ReactorLoop::new(app.clone(), *reactor)))
                .collect(),
            jobs: Arc::new(JobRunner::new(app.clone(), work.jobs, work.reactors)),
            reconcilers: work
                .reconcilers
                .iter()
                .map(|reconciler| Arc::new(ReconcilerLoop::new(app.clone(), *reconciler)))
                .collect(),
            dispatcher: Arc::new(Dispatcher::new(app.clone())),
            app: app.clone(),
        }
    }

    /// Starts all loops.
    #[must_use]
    pub fn start(self) -> Handle {
        let (stop, stopping) = watch::channel(false);
        let mut loops = JoinSet::new();
        let wakers = Wakers::new(&self.app);
        loops.spawn(turn::drive(
            Arc::clone(&self.relay),
            self.app.clone(),
            wakers.listen(),
            stopping.clone(),
        ));
        for reactor in self.reactors {
            loops.spawn(turn::drive(
                reactor,
                self.app.clone(),
                wakers.listen(),
                stopping.clone(),
            ));
        }
        for reconciler in self.reconcilers {
            loops.spawn(turn::drive(
                reconciler,
                self.app.clone(),
                wakers.listen(),
                stopping.clone(),
            ));
        }
        loops.spawn(turn::drive(
            self.dispatcher,
            self.app.clone(),
            wakers.listen(),
            stopping.clone(),
        ));
        loops.spawn(turn::drive(
            Arc::clone(&self.jobs),
            self.app.clone(),
            wakers.listen(),
            stopping.clone(),
        ));
        loops.spawn(mailboxes::attend_all(self.app.clone(), stopping.clone()));
        loops.spawn(wake::announce(self.app.clone(), stopping));
        Handle {
            stop,
            loops,
            jobs: self.jobs,
            _wakers: wakers,
        }
    }

    /// Takes turns until nothing is left to do now: for tests and commands that end.
    pub async fn run_until_idle(&self) -> Result<(), StoreError> {
        for _ in 0..IDLE_ROUNDS_MAX {
            let mut is_idle = self.relay.turn().await?.is_idle();
            for reactor in &self.reactors {
                is_idle &= reactor.turn().await?.is_idle();
            }
            for reconciler in &self.reconcilers {
                is_idle &= reconciler.turn().await?.is_idle();
            }
            is_idle &= self.dispatcher.turn().await?.is_idle();
            is_idle &= self.jobs.turn().await?.is_idle();
            is_idle &= self.jobs.finish(JOB_GRACE).await == 0;
            if is_idle {
                return Ok(());
            }
        }
        Err(StoreError::Timeout)
    }
}

impl Handle {
    /// Ends the loops after their present turn and waits for the jobs that run.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while let Some(result) = self.loops.join_next().await {
            if let Err(error) = result {
                tracing::error!("A loop of the worker ended in a panic: {error}");
            }
        }
        self.jobs.finish(JOB_GRACE).await;
    }
}

impl Turn {
    const fn is_idle(self) -> bool {
        matches!(self, Self::Idle { .. })
    }
}
