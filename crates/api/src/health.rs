//! Is the process alive, and can it work?

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use zhiyin_store::stats;

use crate::state::AppState;

/// A store that takes longer is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process runs.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The process can work: the store answers and we are not going away.
pub async fn ready(State(state): State<AppState>) -> Response {
    if state.hub().is_closing() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    let ping = state.app().store().read_system(stats::ping);
    match tokio::time::timeout(PATIENCE, ping).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(error)) => {
            tracing::warn!("Not ready: {error}");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the store does not answer\n",
            )
                .into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store is slow\n").into_response(),
    }
}
