//! The loop of the dispatcher: one node keeps a floor in memory for each workspace and stores
//! what follows from it, under a lease.
//!
//! The floor is a cache of rows. It is thrown away when the lease is lost, when a setting
//! changes, and after any failure; making it anew costs a few queries.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::sync::Mutex;
use zhiyin_app::conversations::ConversationError;
use zhiyin_app::routing::dispatch::{self, Changes, Floor, Outcome};
use zhiyin_app::{App, Principal};
use zhiyin_domain::ids::{QueueItemId, WorkspaceId};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::leases::{self, Lease};
use zhiyin_store::{StoreError, SystemTx, events};

use crate::turn::{Station, Turn};

/// Names lease and actor.
const NAME: &str = "dispatcher";
/// How long a lease is held; renewed at half of it. A node that dies is followed after that.
const LEASE: Duration = Duration::from_secs(15);
/// Without a wake-up it looks this often: commits and timers wake it. Less than half the lease.
const PERIOD: Duration = Duration::from_secs(5);
/// Work that was put aside is tried again after this.
const ASIDE: Duration = Duration::from_mins(1);
/// Decisions of one transaction: a backlog drains quickly, and nobody waits long for the
/// database.
const BATCH: usize = 32;

/// Decides who gets which customer, in all workspaces.
pub struct Dispatcher {
    app: App,
    holder: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    lease: Option<Lease>,
    floors: HashMap<WorkspaceId, Floor>,
    /// Work whose change failed again and again, left for a while so that it does not hold up
    /// the others.
    set_aside: HashSet<QueueItemId>,
    set_aside_until: Option<Timestamp>,
    /// Workspaces in which a batch failed: one change at a time until one went through.
    careful: HashSet<WorkspaceId>,
}

impl Dispatcher {
    /// A dispatcher of this node.
    #[must_use]
    pub fn new(app: App) -> Self {
        let holder = app.parts().settings.node.clone();
        Self::held_by(app, holder)
    }

    /// A dispatcher that holds its lease under a name.
    #[must_use]
    pub fn held_by(app: App, holder: String) -> Self {
        Self {
            app,
            holder,
            state: Mutex::default(),
        }
    }

    /// Takes turns until nothing is left to do now.
    pub async fn run_until_idle(&self) -> Result<(), StoreError> {
        while self.turn().await? == Turn::Busy {}
        Ok(())
    }

    /// Holds the lease for a while, or forgets everything if another node does.
    async fn hold(&self, state: &mut State, now: Timestamp) -> Result<bool, StoreError> {
        let is_fresh =
            |lease: &Lease| lease.expires_at.since(now) > LEASE / 2 && lease.expires_at > now;
        if state.lease.as_ref().is_some_and(is_fresh) {
            return Ok(true);
        }
        let holder = self.holder.clone();
        let acquire =
            move |system: &mut SystemTx<'_>| leases::acquire(system, NAME, &holder, now, LEASE);
        let lease = self.app.store().write_system(acquire).await?;
        let fence = |lease: &Option<Lease>| lease.as_ref().map(|lease| lease.fence);
        if fence(&lease) != fence(&state.lease) {
            state.floors.clear();
        }
        state.lease = lease;
        Ok(state.lease.is_some())
    }

    /// Brings the floor of a workspace up to the log. False if there is more to read.
    async fn keep_up(
        &self,
        state: &mut State,
        workspace: WorkspaceId,
        head: i64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let store = self.app.store();
        if let Some(floor) = state.floors.get_mut(&workspace) {
            if floor.seq() >= head {
                return Ok(true);
            }
            let since = floor.seq();
            let news = store
                .read(workspace, move |tx| dispatch::read_news(tx, since))
                .await?;
            if let Some(is_more) = floor.take_in(news, now) {
                return Ok(!is_more);
            }
            state.floors.remove(&workspace);
        }
        let rows = store.read(workspace, dispatch::read_floor).await?;
        let floor = Floor::new(rows, &state.set_aside, now);
        state.floors.insert(workspace, floor);
        Ok(true)
    }

    /// Stores what is to happen in a workspace now. True if there was something.
    async fn act(
        &self,
        state: &mut State,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let is_careful = state.careful.contains(&workspace);
        let Some(floor) = state.floors.get_mut(&workspace) else {
            return Ok(false);
        };
        let changes = floor.decide(now, if is_careful { 1 } else { BATCH });
        let Some(lease) = state.lease.clone().filter(|_| !changes.is_empty()) else {
            return Ok(false);
        };
        let only = changes.only();
        match self.store(workspace, lease, changes).await {
            Ok(outcome) => {
                state.careful.remove(&workspace);
                if !floor.settle(outcome, now) {
                    state.floors.remove(&workspace);
                }
                Ok(true)
            }
            Err(error) => {
                // What is in memory is not what is stored.
                state.floors.remove(&workspace);
                match error {
                    ConversationError::Store(error @ StoreError::Conflict { table: "leases" }) => {
                        state.lease = None;
                        return Err(error);
                    }
                    ConversationError::Store(error) if error.is_transient() => return Err(error),
                    other => put_aside(state, workspace, (only, now), &other),
                }
                Ok(true)
            }
        }
    }

    async fn store(
        &self,
        workspace: WorkspaceId,
        lease: Lease,
        changes: Changes,
    ) -> Result<Outcome, ConversationError> {
        let ctx = self.app.context(&Principal::system(workspace, NAME));
        let write =
            move |system: &mut SystemTx<'_>| dispatch::store(system, &ctx, &lease, &changes);
        self.app.store().write_system(write).await
    }
}

/// A change that fails again and again must not hold up the others.
fn put_aside(
    state: &mut State,
    workspace: WorkspaceId,
    (only, now): (Option<QueueItemId>, Timestamp),
    error: &ConversationError,
) {
    let is_again = !state.careful.insert(workspace);
    if let Some(item) = only.filter(|_| is_again) {
        tracing::error!("Routing put {item} aside for a while: {error}");
        state.set_aside.insert(item);
        state.set_aside_until.get_or_insert(now.plus(ASIDE));
    } else {
        tracing::warn!("A change of routing failed and is tried again: {error}");
    }
}

impl Station for Dispatcher {
    fn name(&self) -> &'static str {
        NAME
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    async fn turn(&self) -> Result<Turn, StoreError> {
        let mut state = self.state.lock().await;
        let now = self.app.clock().now();
        if !self.hold(&mut state, now).await? {
            return Ok(Turn::Idle {
                next_due: Some(now.plus(LEASE / 3)),
            });
        }
        if state.set_aside_until.is_some_and(|until| until <= now) {
            state.set_aside_until = None;
            state.set_aside.clear();
            state.floors.clear();
        }
        let heads = self.app.store().read_system(events::heads).await?;
        let (mut is_busy, mut failed) = (false, None);
        for (workspace, head) in heads {
            // A workspace that fails must not hold up the others.
            let done = async {
                let is_up = self.keep_up(&mut state, workspace, head, now).await?;
                Ok::<_, StoreError>(!is_up || self.act(&mut state, workspace, now).await?)
            };
            match done.await {
                Ok(did_something) => is_busy |= did_something,
                Err(error) => {
                    state.floors.remove(&workspace);
                    failed = Some(error);
                }
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        if is_busy {
            return Ok(Turn::Busy);
        }
        let dues = state.floors.values().filter_map(Floor::next_due);
        Ok(Turn::Idle {
            next_due: dues.min(),
        })
    }
}
