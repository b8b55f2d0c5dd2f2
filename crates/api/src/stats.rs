//! Figures that are read from the store when somebody asks for them.

use std::sync::atomic::Ordering;

use zhiyin_store::stats;

use crate::metrics::{KindLabels, StateLabels};
use crate::state::AppState;

/// A scrape reads the store at most this often, in microseconds.
const FRESH_FOR_MICROS: u64 = 5_000_000;

/// Brings the gauges up to date.
pub(crate) async fn refresh(state: &AppState) {
    let metrics = state.metrics();
    let connected = state.hub().connected();
    for (kind, count) in [
        ("agent", connected.agents),
        ("visitor", connected.visitors),
        ("silent", connected.silent),
    ] {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        metrics
            .sockets
            .get_or_create(&KindLabels { kind })
            .set(count);
    }
    let now = u64::try_from(state.now().as_micros()).unwrap_or(0);
    let last = metrics.scraped_at.load(Ordering::Relaxed);
    if last != 0 && now.saturating_sub(last) < FRESH_FOR_MICROS {
        return;
    }
    metrics.scraped_at.store(now, Ordering::Relaxed);
    match state.app().store().read_system(stats::figures).await {
        Ok(figures) => {
            metrics.jobs.clear();
            for (state, count) in figures.jobs {
                metrics
                    .jobs
                    .get_or_create(&StateLabels { state })
                    .set(count);
            }
            metrics.unpublished.set(figures.events_unpublished);
        }
        Err(error) => tracing::warn!("Cannot read figures for the metrics: {error}"),
    }
}
