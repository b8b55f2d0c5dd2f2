//! The loop of a reactor: read after the cursor, react, move the cursor, in one
//! transaction.
//!
//! An event that keeps failing must not hold up those behind it for ever. After some
//! attempts it becomes a job: the cursor moves on, and the job is retried, given up
//! visibly and replayed by hand like any other.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use zhiyin_app::work::{JobError, Reactor, WorkError};
use zhiyin_app::{App, Principal};
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_store::events::StoredEvent;
use zhiyin_store::jobs::{Job, NewJob};
use zhiyin_store::{StoreError, SystemTx, Tx, cursors, events, jobs};

use crate::turn::{Station, Turn};

/// Events of one transaction.
const BATCH: u32 = 100;
/// Workspaces of one turn.
const WORKSPACES: u32 = 64;
/// Without a wake-up a reactor looks this often.
const PERIOD: Duration = Duration::from_secs(2);
/// Attempts at an event before it is put aside.
const ATTEMPTS_MAX: u32 = 5;
/// The job that an event becomes when it is put aside.
const REDO: &str = "reactor.redo";

/// Runs one reactor over all workspaces.
pub struct ReactorLoop {
    app: App,
    reactor: Reactor,
    /// Failures in a row at the head of each workspace.
    failures: Mutex<HashMap<WorkspaceId, u32>>,
}

/// What stopped a batch.
enum Stop {
    Store(StoreError),
    /// The reactor failed at this event.
    Event(Box<StoredEvent>, WorkError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl ReactorLoop {
    /// A loop at rest.
    #[must_use]
    pub fn new(app: App, reactor: Reactor) -> Self {
        Self {
            app,
            reactor,
            failures: Mutex::default(),
        }
    }

    /// Handles the next events of a workspace, one only if the head failed before.
    async fn advance(&self, workspace: WorkspaceId) -> Result<(), StoreError> {
        let failures = self.failures(workspace);
        let limit = if failures == 0 { BATCH } else { 1 };
        let (app, reactor) = (self.app.clone(), self.reactor);
        let result = self
            .app
            .store()
            .write(workspace, move |tx: &mut Tx<'_>| {
                batch(tx, &app, reactor, limit)
            })
            .await;
        match result {
            Ok(()) => {
                self.set_failures(workspace, 0);
                Ok(())
            }
            Err(Stop::Store(error)) => Err(error),
            Err(Stop::Event(event, error)) if failures + 1 >= ATTEMPTS_MAX => {
                self.put_aside(workspace, &event, &error).await?;
                self.set_failures(workspace, 0);
                Ok(())
            }
            Err(Stop::Event(event, error)) => {
                self.set_failures(workspace, failures + 1);
                let (name, seq) = (self.reactor.name, event.seq);
                tracing::warn!(
                    reactor.name = name,
                    event.seq = seq,
                    "Reactor {name} failed: {error}"
                );
                Err(StoreError::Aborted)
            }
        }
    }

    /// Moves the cursor over an event and leaves a job in its place.
    async fn put_aside(
        &self,
        workspace: WorkspaceId,
        event: &StoredEvent,
        error: &WorkError,
    ) -> Result<(), StoreError> {
        let (name, seq) = (self.reactor.name, event.seq);
        tracing::error!(
            reactor.name = name,
            event.seq = seq,
            "Reactor {name} put an event aside: {error}"
        );
        let ctx = self.app.context(&Principal::system(workspace, name));
        let cause = event.meta.id;
        self.app
            .store()
            .write(workspace, move |tx: &mut Tx<'_>| {
                let cursor = cursors::lock(tx, name)?;
                if cursor >= seq {
                    return Ok(());
                }
                let job = NewJob {
                    id: ctx.id(),
                    name: REDO,
                    arguments: json!({ "reactor": name, "seq": seq }),
                    unique_key: Some(format!("{name}/{seq}")),
                    run_at: ctx.now().plus(Duration::from_secs(30)),
                    cause: Some(cause),
                    now: ctx.now(),
                };
                jobs::enqueue(tx, &job)?;
                cursors::advance(tx, name, cursor, seq)
            })
            .await
    }

    fn failures(&self, workspace: WorkspaceId) -> u32 {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.get(&workspace).copied().unwrap_or(0)
    }

    fn set_failures(&self, workspace: WorkspaceId, count: u32) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if count == 0 {
            failures.remove(&workspace);
        } else {
            failures.insert(workspace, count);
        }
    }
}

impl Station for ReactorLoop {
    fn name(&self) -> &'static str {
        self.reactor.name
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    async fn turn(&self) -> Result<Turn, StoreError> {
        let name = self.reactor.name;
        let behind = move |system: &mut SystemTx<'_>| cursors::behind(system, name, WORKSPACES);
        let backlogs = self.app.store().read_system(behind).await?;
        let mut outcome = if backlogs.is_empty() {
            Turn::IDLE
        } else {
            Turn::Busy
        };
        let mut failed = None;
        // A workspace that fails must not hold up the others.
        for backlog in backlogs {
            if let Err(error) = self.advance(backlog.workspace).await {
                failed = Some(error);
            }
        }
        match failed {
            // A reactor that failed has said so; it only needs to be tried again.
            Some(StoreError::Aborted | StoreError::Conflict { .. }) => outcome = Turn::Busy,
            Some(error) => return Err(error),
            None => {}
        }
        Ok(outcome)
    }
}

fn batch(tx: &mut Tx<'_>, app: &App, reactor: Reactor, limit: u32) -> Result<(), Stop> {
    let cursor = cursors::lock(tx, reactor.name)?;
    let batch = events::read_since(tx, cursor, limit)?;
    let Some(last) = batch.last().map(|event| event.seq) else {
        return Ok(());
    };
    for event in batch {
        let result = react(tx, app, reactor, &event);
        result.map_err(|error| Stop::Event(Box::new(event), error))?;
    }
    cursors::advance(tx, reactor.name, cursor, last)?;
    Ok(())
}

fn react(
    tx: &mut Tx<'_>,
    app: &App,
    reactor: Reactor,
    event: &StoredEvent,
) -> Result<(), WorkError> {
    let principal = Principal::system(tx.workspace(), reactor.name)
        .because_of(&event.meta.causes, event.meta.id);
    let ctx = app.context(&principal);
    (reactor.react)(tx, &ctx, event)
}

/// Whether a job is an event that was put aside.
pub(crate) fn is_redo(job: &Job) -> bool {
    job.name == REDO
}

/// Lets the reactor see the event again, outside its place in the order.
pub(crate) fn redo(app: &App, reactors: &[Reactor], job: &Job) -> Result<(), JobError> {
    let workspace = job
        .workspace
        .ok_or_else(|| JobError::GiveUp("the job has no workspace".into()))?;
    let name = job.arguments["reactor"].as_str().unwrap_or_default();
    let seq = job.arguments["seq"].as_i64().unwrap_or_default();
    let reactor = reactors.iter().find(|reactor| reactor.name == name);
    let reactor =
        *reactor.ok_or_else(|| JobError::GiveUp(format!("there is no reactor `{name}`").into()))?;
    let inner = app.clone();
    let result = app
        .store()
        .write_blocking(workspace, move |tx: &mut Tx<'_>| {
            let found = events::read_since(tx, seq - 1, 1)?;
            let Some(event) = found.into_iter().find(|event| event.seq == seq) else {
                return Ok(());
            };
            react(tx, &inner, reactor, &event).map_err(|error| Stop::Event(Box::new(event), error))
        });
    result.map_err(|stop| match stop {
        Stop::Store(error) => JobError::Retry(Box::new(error)),
        Stop::Event(_, error) => JobError::Retry(error),
    })
}
