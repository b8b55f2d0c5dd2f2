//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use zhiyin_app::App;
use zhiyin_domain::time::Timestamp;

use crate::config::HttpConfig;
use crate::guard::limits::Limiter;
use crate::metrics::Metrics;
use crate::stream::Lines;
use crate::stream::hub::Hub;
use crate::stream::signals::Signals;

/// The state of the HTTP surface. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    config: HttpConfig,
    limiter: Limiter,
    metrics: Metrics,
    hub: Hub,
    signals: Signals,
    lines: Lines,
}

impl AppState {
    /// Puts the surface together over a running program.
    #[must_use]
    pub fn new(app: App, config: HttpConfig) -> Self {
        let hub = Hub::new(config.stream.clone());
        let signals = Signals::new(&app, hub.clone());
        let inner = Inner {
            limiter: Limiter::new(config.limits.clone()),
            metrics: Metrics::new(),
            signals,
            lines: Lines::default(),
            app,
            config,
            hub,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The program.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.inner.app
    }

    /// The settings of the HTTP surface.
    #[must_use]
    pub fn config(&self) -> &HttpConfig {
        &self.inner.config
    }

    /// The rate limits' books.
    #[must_use]
    pub fn limiter(&self) -> &Limiter {
        &self.inner.limiter
    }

    /// The counters.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    /// The open streams.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.inner.hub
    }

    /// Typing, viewing and presence.
    #[must_use]
    pub fn signals(&self) -> &Signals {
        &self.inner.signals
    }

    /// Where customers stand in line.
    pub(crate) fn lines(&self) -> &Lines {
        &self.inner.lines
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.app.clock().now()
    }

    pub(crate) fn new_request_id(&self) -> String {
        self.inner.app.parts().ids.uuid().simple().to_string()
    }
}

impl FromRef<AppState> for App {
    fn from_ref(state: &AppState) -> Self {
        state.inner.app.clone()
    }
}
