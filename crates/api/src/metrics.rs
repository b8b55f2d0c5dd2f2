//! Counters for the operator, in the text format of Prometheus.

use std::sync::atomic::AtomicU64;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::time::Instant;

use crate::code::Code;
use crate::error::ApiError;
use crate::guard::address::ClientAddress;
use crate::state::AppState;
use crate::stats;

/// Seconds, from a cached answer to a request that is about to be cut.
const BUCKETS: [f64; 12] = [
    0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteOnly {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct CodeLabels {
    pub(crate) code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct KindLabels {
    pub(crate) kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct StateLabels {
    pub(crate) state: String,
}

/// All counters of this process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RouteLabels, Counter>,
    durations: Family<RouteOnly, Histogram, fn() -> Histogram>,
    errors: Family<CodeLabels, Counter>,
    pub(crate) sockets: Family<KindLabels, Gauge>,
    pub(crate) farewells: Family<CodeLabels, Counter>,
    pub(crate) events: Counter,
    pub(crate) frames: Counter,
    pub(crate) unpublished: Gauge,
    pub(crate) jobs: Family<StateLabels, Gauge>,
    pub(crate) store_waiting: Family<KindLabels, Gauge>,
    pub(crate) feed_lag_ms: Gauge<i64, std::sync::atomic::AtomicI64>,
    pub(crate) scraped_at: AtomicU64,
}

impl Metrics {
    /// Counters at zero.
    #[must_use]
    pub fn new() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let mut metrics = Self {
            registry: Registry::with_prefix("zhiyin"),
            requests: Family::default(),
            durations: Family::new_with_constructor(histogram),
            errors: Family::default(),
            sockets: Family::default(),
            farewells: Family::default(),
            events: Counter::default(),
            frames: Counter::default(),
            unpublished: Gauge::default(),
            jobs: Family::default(),
            store_waiting: Family::default(),
            feed_lag_ms: Gauge::default(),
            scraped_at: AtomicU64::new(0),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "http_requests",
            "Requests by route and status",
            self.requests.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "Time to the answer by route",
            self.durations.clone(),
        );
        registry.register(
            "http_errors",
            "Problem documents by code",
            self.errors.clone(),
        );
        registry.register(
            "stream_sockets",
            "Open streams by kind",
            self.sockets.clone(),
        );
        registry.register(
            "stream_farewells",
            "Streams ended by the server, by code",
            self.farewells.clone(),
        );
        registry.register(
            "stream_events",
            "Events handed to the hub",
            self.events.clone(),
        );
        registry.register(
            "stream_frames",
            "Frames written to sockets",
            self.frames.clone(),
        );
        registry.register(
            "stream_feed_lag_ms",
            "Age of the newest event when it was handed on",
            self.feed_lag_ms.clone(),
        );
        registry.register(
            "events_unpublished",
            "Events without a number",
            self.unpublished.clone(),
        );
        registry.register("jobs", "Jobs by state", self.jobs.clone());
        registry.register(
            "store_waiting",
            "Closures that wait for a database thread",
            self.store_waiting.clone(),
        );
    }

    pub(crate) fn farewell(&self, code: &'static str) {
        self.farewells.get_or_create(&CodeLabels { code }).inc();
    }

    fn observe(&self, method: &'static str, route: String, response: &Response, seconds: f64) {
        let status = response.status().as_u16();
        self.durations
            .get_or_create(&RouteOnly {
                route: route.clone(),
            })
            .observe(seconds);
        self.requests
            .get_or_create(&RouteLabels {
                method,
                route,
                status,
            })
            .inc();
        if let Some(code) = response.extensions().get::<Code>() {
            self.errors
                .get_or_create(&CodeLabels {
                    code: code.as_str(),
                })
                .inc();
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// Counts a request and takes its time. Routes are templates, so their number is bounded.
pub async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = method_name(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    state
        .metrics()
        .observe(method, route, &response, started.elapsed().as_secs_f64());
    response
}

/// Methods are the caller's free text; labels must not be.
fn method_name(method: &axum::http::Method) -> &'static str {
    use axum::http::Method;
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Answers the scrape of the operator's Prometheus: from this machine, unless opened.
pub async fn show(
    State(state): State<AppState>,
    address: ClientAddress,
) -> Result<Response, ApiError> {
    if !state.config().has_public_metrics && !address.0.is_loopback() {
        return Err(ApiError::not_found("path"));
    }
    stats::refresh(&state).await;
    let mut text = String::new();
    if encode(&mut text, &state.metrics().registry).is_err() {
        return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(CONTENT_TYPE, kind)], text).into_response())
}
