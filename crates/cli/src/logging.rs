//! What the program writes about itself, on standard error: lines for people or JSON.

use std::io::IsTerminal as _;

use anyhow::Result;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::config::{Config, LogFormat};

/// Ends what logging started; traces still waiting are sent when it is dropped.
#[must_use = "traces are lost when it is dropped early"]
pub struct Logging {
    #[cfg(feature = "otel")]
    _traces: Option<crate::otel::Traces>,
}

/// Begins to write. Called once, before anything that logs.
pub fn start(config: &Config) -> Result<Logging> {
    let registry = tracing_subscriber::registry().with(lines(config)?);
    #[cfg(feature = "otel")]
    {
        let traces = crate::otel::Traces::start(&config.telemetry)?;
        registry
            .with(traces.as_ref().map(crate::otel::Traces::layer))
            .try_init()?;
        Ok(Logging { _traces: traces })
    }
    #[cfg(not(feature = "otel"))]
    {
        registry.try_init()?;
        Ok(Logging {})
    }
}

fn lines(config: &Config) -> Result<Box<dyn Layer<Registry> + Send + Sync>> {
    let filter = EnvFilter::try_new(&config.log.filter)?;
    let is_terminal = std::io::stderr().is_terminal();
    let wants_json = match config.log.format {
        LogFormat::Auto => !is_terminal,
        LogFormat::Human => false,
        LogFormat::Json => true,
    };
    let layer = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(is_terminal);
    Ok(if wants_json {
        layer
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_filter(filter)
            .boxed()
    } else {
        layer.with_filter(filter).boxed()
    })
}
