//! Traces to an OpenTelemetry collector: OTLP, protobuf over plain HTTP.
//!
//! A collector runs on the same machine or in the same network and passes on with
//! whatever protection is wanted, so there is no TLS here, and no HTTP library for one
//! kind of request a few times a minute.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, Tracer};
use tracing_opentelemetry::OpenTelemetryLayer;

use crate::config::TelemetryConfig;

/// The collector must take a bundle within this time.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);

/// Spans on their way to the collector.
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: Tracer,
}

impl Traces {
    /// Begins to collect, if a collector is named.
    pub fn start(config: &TelemetryConfig) -> Result<Option<Self>> {
        let Some(endpoint) = &config.otlp_endpoint else {
            return Ok(None);
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .with_timeout(SEND_TIMEOUT)
            .build()
            .context("telemetry.otlp_endpoint")?;
        let resource = Resource::builder()
            .with_service_name(config.service_name.clone())
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::TraceIdRatioBased(config.sample_ratio))
            .with_resource(resource)
            .build();
        let tracer = provider.tracer("zhiyin");
        Ok(Some(Self { provider, tracer }))
    }

    /// What turns spans of the program into spans of the trace.
    pub fn layer<S>(&self) -> OpenTelemetryLayer<S, Tracer>
    where
        S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
    {
        tracing_opentelemetry::layer().with_tracer(self.tracer.clone())
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown() {
            eprintln!("the last traces were not sent: {error}");
        }
    }
}

/// Sends one request on one connection. It blocks, on the exporter's own thread.
#[derive(Debug)]
struct Client;

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let status = post(&request)?;
        Ok(Response::builder().status(status).body(Bytes::new())?)
    }
}

fn post(request: &Request<Bytes>) -> Result<u16, HttpError> {
    let host = request.uri().authority().ok_or("the address has no host")?;
    let address = (host.host(), host.port_u16().unwrap_or(80));
    let mut stream = TcpStream::connect(address)?;
    stream.set_write_timeout(Some(SEND_TIMEOUT))?;
    stream.set_read_timeout(Some(SEND_TIMEOUT))?;
    let mut head = format!(
        "POST {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n",
        request.uri().path(),
        request.body().len()
    );
    for (name, value) in request.headers() {
        for part in [name.as_str(), ": ", value.to_str()?, "\r\n"] {
            head.push_str(part);
        }
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(request.body())?;
    let mut answer = [0_u8; 12];
    stream.read_exact(&mut answer)?;
    status_of(&answer).ok_or_else(|| "the collector's answer is not HTTP".into())
}

/// `HTTP/1.1 200` is all of the answer that matters.
fn status_of(answer: &[u8; 12]) -> Option<u16> {
    let text = std::str::from_utf8(answer).ok()?;
    text.strip_prefix("HTTP/1.")?.get(2..)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn spans_reach_the_collector() {
        let collector = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", collector.local_addr().unwrap());
        let received = thread::spawn(move || {
            let (mut stream, _) = collector.accept().unwrap();
            let mut request = vec![0_u8; 64 * 1024];
            let mut length = 0;
            while !request[..length]
                .windows(9)
                .any(|window| window == b"my-action")
            {
                length += stream.read(&mut request[length..]).unwrap();
            }
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                .unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        let config = TelemetryConfig {
            otlp_endpoint: Some(endpoint),
            ..crate::config::Config::default().telemetry
        };
        let traces = Traces::start(&config).unwrap().unwrap();
        let subscriber = {
            use tracing_subscriber::layer::SubscriberExt as _;
            tracing_subscriber::registry().with(traces.layer())
        };
        tracing::subscriber::with_default(subscriber, || {
            tracing::info_span!("my-action").in_scope(|| ());
        });
        drop(traces);
        let request = received.join().unwrap();
        assert!(
            request.starts_with("POST /v1/traces HTTP/1.1\r\n"),
            "{request}"
        );
    }

    #[test]
    fn an_answer_is_read() {
        assert_eq!(status_of(b"HTTP/1.1 200"), Some(200));
        assert_eq!(status_of(b"SSH-2.0 x 20"), None);
    }
}
