//! The one loop all stations share: take turns, sleep, wake.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use zhiyin_app::App;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::StoreError;

use crate::wake::Ear;

/// After a failure the next turn waits this long, then twice as long, up to the maximum.
const FAILURE_PAUSE_FIRST: Duration = Duration::from_millis(100);
const FAILURE_PAUSE_MAX: Duration = Duration::from_secs(10);

/// What a turn found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It did something; there may be more.
    Busy,
    /// There is nothing to do before `next_due`, if that is known.
    Idle {
        /// When there will be something.
        next_due: Option<Timestamp>,
    },
}

impl Turn {
    /// Nothing to do, and no time known.
    pub(crate) const IDLE: Self = Self::Idle { next_due: None };
}

/// A part of the worker.
pub(crate) trait Station: Send + Sync + 'static {
    /// For the log.
    fn name(&self) -> &'static str;
    /// At the latest after this a turn is taken.
    fn period(&self) -> Duration;
    /// Wake-ups within this time after an idle turn wait until it is over.
    fn rest(&self) -> Duration {
        Duration::ZERO
    }
    /// Does a bounded piece of work.
    fn turn(&self) -> impl Future<Output = Result<Turn, StoreError>> + Send;
}

/// Takes turns until told to stop.
pub(crate) async fn drive<S: Station>(
    station: Arc<S>,
    app: App,
    mut ear: Ear,
    mut stop: watch::Receiver<bool>,
) {
    let mut pause = FAILURE_PAUSE_FIRST;
    while !*stop.borrow() {
        ear.mark();
        let wait = match station.turn().await {
            Ok(Turn::Busy) => {
                pause = FAILURE_PAUSE_FIRST;
                continue;
            }
            Ok(Turn::Idle { next_due }) => {
                pause = FAILURE_PAUSE_FIRST;
                let now = app.clock().now();
                next_due.map_or(station.period(), |due| due.since(now).min(station.period()))
            }
            Err(error) => {
                tracing::warn!(worker.station = station.name(), "A turn failed: {error}");
                let wait = pause;
                pause = (pause * 2).min(FAILURE_PAUSE_MAX);
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    _ = stop.wait_for(|stop| *stop) => {}
                }
                continue;
            }
        };
        let rest = station.rest().min(wait);
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = async { tokio::time::sleep(rest).await; ear.heard().await } => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
}
