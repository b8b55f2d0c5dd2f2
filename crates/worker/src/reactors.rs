//! The loop of a reactor: read after the cursor, react, move the cursor, in one
//! transaction.
//!
//! An event that keeps failing must not hold up those behind it for ever. What comes
//! before it is handled first; then it is tried alone, and after some attempts it becomes
//! one job: the cursor moves on, and the job is retried, given up visibly and replayed by
//! hand like any other. A panic is a failure of the event it happened at.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
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
const PERIOD: Duration = Duration::from_secs(10);
/// Attempts at an event before it is put aside.
const ATTEMPTS_MAX: u32 = 5;
/// The job that an event becomes when it is put aside.
const REDO: &str = "reactor.redo";

/// Runs one reactor over all workspaces.
pub struct ReactorLoop {
    app: App,
    reactor: Reactor,
    /// The event each workspace is stuck at.
    stuck: Mutex<HashMap<WorkspaceId, Stuck>>,
}

/// An event that failed.
#[derive(Debug, Clone, Copy)]
struct Stuck {
    seq: i64,
    failures: u32,
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
            stuck: Mutex::default(),
        }
    }

    /// Handles the next events of a workspace: up to one that failed before, or that one
    /// alone when it is the next.
    async fn advance(&self, workspace: WorkspaceId, cursor: i64) -> Result<(), StoreError> {
        let stuck = self.stuck_after(workspace, cursor);
        let limit = match stuck {
            Some(stuck) => before_or_alone(stuck.seq, cursor),
            None => BATCH,
        };
        let (app, reactor) = (self.app.clone(), self.reactor);
        let result = self
            .app
            .store()
            .write(workspace, move |tx: &mut Tx<'_>| {
                batch(tx, &app, reactor, limit)
            })
            .await;
        let (event, error) = match result {
            Ok(()) => return Ok(()),
            Err(Stop::Store(error)) => return Err(error),
            Err(Stop::Event(event, error)) => (event, error),
        };
        let (name, seq) = (self.reactor.name, event.seq);
        let before = stuck.filter(|stuck| stuck.seq == seq);
        let failures = before.map_or(0, |stuck| stuck.failures) + 1;
        if failures >= ATTEMPTS_MAX {
            return self.put_aside(workspace, &event, &error).await;
        }
        self.stuck().insert(workspace, Stuck { seq, failures });
        tracing::warn!(
            reactor.name = name,
            event.seq = seq,
            "Reactor {name} failed: {error}"
        );
        Err(StoreError::Aborted)
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

    /// The event the workspace is stuck at, if the cursor has not passed it meanwhile.
    fn stuck_after(&self, workspace: WorkspaceId, cursor: i64) -> Option<Stuck> {
        let mut all = self.stuck();
        let stuck = all.get(&workspace).copied()?;
        if stuck.seq <= cursor {
            all.remove(&workspace);
            return None;
        }
        Some(stuck)
    }

    fn stuck(&self) -> MutexGuard<'_, HashMap<WorkspaceId, Stuck>> {
        self.stuck.lock().unwrap_or_else(PoisonError::into_inner)
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
            if let Err(error) = self.advance(backlog.workspace, backlog.cursor).await {
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

/// How many events to read after `cursor` when the one at `seq` failed before. Numbers of
/// the log have no gaps.
fn before_or_alone(seq: i64, cursor: i64) -> u32 {
    u32::try_from(seq - cursor - 1)
        .unwrap_or(BATCH)
        .clamp(1, BATCH)
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
    // What a reactor did before it panicked is rolled back like that of one that failed.
    catch_unwind(AssertUnwindSafe(|| (reactor.react)(tx, &ctx, event)))
        .unwrap_or_else(|_| Err("the reactor panicked".into()))
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
