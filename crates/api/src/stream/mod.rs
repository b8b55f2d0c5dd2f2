//! Streams: what happens, as it happens, to agents and visitors.
//!
//! ```text
//! commit ─▶ feed ─▶ frames ─▶ hub ─▶ mailboxes ─▶ lines ─▶ browsers
//!            ▲ reads the log, once per workspace      │
//!            └──────────── catch-up at hello ◀────────┘
//! ```
//!
//! A push is a hint, the log is the truth: whoever reconnects says where they stopped and
//! gets what they missed or is told to load everything afresh. Nothing is dropped in
//! silence: a connection that cannot keep up is cut off with a word.

pub mod agent;
mod cases;
pub mod hub;
pub mod mailbox;
pub mod signals;
pub mod visitor;
pub mod wheel;

pub(crate) mod feed;
pub(crate) mod frames;
mod line;
mod lines;
mod personal;
pub(crate) mod recheck;
mod room;
pub(crate) mod rows;
mod signal;

use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_store::StoreError;

use self::feed::{Feed, Served};
use self::hub::Hub;
pub(crate) use self::lines::Lines;
use crate::state::AppState;

/// A tick of the wheel.
const TICK: Duration = Duration::from_secs(1);
/// Every connection is authenticated again this often, in ticks.
const RECHECK_TICKS: u32 = 60;
/// How often the end of the last stream is looked for.
const DRAIN_POLL: Duration = Duration::from_millis(20);

/// The streams' routes.
#[must_use]
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(agent::open_stream))
        .routes(routes!(visitor::open_widget_stream))
}

/// The tasks behind the streams.
pub struct Handle {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Handle {
    /// Ends them.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while let Some(result) = self.tasks.join_next().await {
            if let Err(error) = result {
                tracing::error!("A task of the streams ended in a panic: {error}");
            }
        }
    }
}

/// Starts the feed and the timer.
#[must_use]
pub fn start(state: &AppState) -> Handle {
    let (stop, stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(Feed::new(state.clone()).run(stopping.clone()));
    tasks.spawn(turn_wheel(state.clone(), stopping));
    Handle { stop, tasks }
}

/// Serves what is in the log to all connections: for tests that run without tasks.
pub async fn pump(state: &AppState) -> Result<(), StoreError> {
    let feed = Feed::new(state.clone());
    while feed.turn().await? == Served::Full {}
    Ok(())
}

/// A second passes: for tests that run without tasks.
pub async fn tick(state: &AppState) {
    state.hub().wheel().tick();
    state.signals().tick();
    if state
        .hub()
        .wheel()
        .now()
        .is_multiple_of(signals::RENEW_TICKS)
    {
        signals::renew_leases(state).await;
    }
    state.lines().tick(state).await;
    if state.hub().wheel().now().is_multiple_of(RECHECK_TICKS) {
        recheck::everybody(state).await;
    }
}

async fn turn_wheel(state: AppState, mut stop: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(TICK);
    interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = interval.tick() => tick(&state).await,
            () = stopped(&mut stop) => return,
        }
    }
}

/// Resolves when it is time to stop, also when nobody is left to say so.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        tracing::debug!("Nobody is left to stop this task");
    }
}

/// Resolves when no stream is open.
pub(crate) async fn drained(hub: &Hub) {
    while !hub.is_empty() {
        tokio::time::sleep(DRAIN_POLL).await;
    }
}

/// The right to ask the store for a hello. When everybody comes back at once they queue
/// here, cheaply, instead of filling the store's queue.
pub(crate) struct Admission {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Admission {
    pub(crate) async fn wait(state: &AppState) -> Self {
        let permit = state.hub().admission().acquire_owned().await;
        Self {
            _permit: permit.ok(),
        }
    }
}
