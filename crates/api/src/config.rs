//! What an operator may set about the HTTP surface.

use std::time::Duration;

use ipnet::IpNet;

use crate::guard::limits::RateLimits;

/// Settings of the HTTP surface.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// The address people use, `https://help.example`. Without it, the host of each
    /// request is taken for ours and cookies are not marked secure.
    pub public_url: Option<String>,
    /// Further origins the console may be opened from.
    pub extra_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Rate limits.
    pub limits: RateLimits,
    /// Longest time a request may take.
    pub request_timeout: Duration,
    /// Longest time an upload or a download may take.
    pub upload_timeout: Duration,
    /// Largest JSON body.
    pub body_bytes_max: usize,
    /// Open connections beyond which new ones wait.
    pub connections_max: usize,
    /// Whether the demo shop is served.
    pub has_demo_shop: bool,
    /// Whether `/metrics` answers to everybody, not only to the machine itself.
    pub has_public_metrics: bool,
    /// Settings of the streams.
    pub stream: StreamConfig,
}

/// Settings of the streams.
#[derive(Debug, Clone)]
pub struct StreamConfig {
    /// A ping goes to a connection this often.
    pub ping_interval: Duration,
    /// A connection that was silent this long is cut.
    pub silence_max: Duration,
    /// The first frame must come within this time.
    pub hello_timeout: Duration,
    /// Frames that may wait for an agent's connection.
    pub agent_queue_frames: usize,
    /// Frames that may wait for a visitor's connection.
    pub visitor_queue_frames: usize,
    /// Bytes that may wait for any one connection.
    pub queue_bytes: usize,
    /// Connections of one visitor.
    pub visitor_connections_max: usize,
    /// Connections of one agent.
    pub agent_connections_max: usize,
    /// Connections that may have sent nothing yet.
    pub silent_connections_max: usize,
    /// How long sockets get to take their farewell at shut-down.
    pub drain: Duration,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            public_url: None,
            extra_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            limits: RateLimits::default(),
            request_timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_mins(5),
            body_bytes_max: 256 * 1024,
            connections_max: 50_000,
            has_demo_shop: false,
            has_public_metrics: false,
            stream: StreamConfig::default(),
        }
    }
}

impl Default for StreamConfig {
    fn default() -> Self {
        Self {
            ping_interval: Duration::from_secs(25),
            silence_max: Duration::from_secs(70),
            hello_timeout: Duration::from_secs(15),
            agent_queue_frames: 8192,
            visitor_queue_frames: 256,
            queue_bytes: 8 * 1024 * 1024,
            visitor_connections_max: 16,
            agent_connections_max: 32,
            silent_connections_max: 25_000,
            drain: Duration::from_secs(5),
        }
    }
}

impl HttpConfig {
    /// The origin of the public address: scheme, host and port.
    #[must_use]
    pub fn public_origin(&self) -> Option<&str> {
        let url = self.public_url.as_deref()?;
        let rest = url.find("://").map_or(0, |at| at + 3);
        let end = url[rest..].find('/').map_or(url.len(), |at| rest + at);
        Some(&url[..end])
    }

    /// Whether people reach us over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }

    /// Whether the operator named this origin besides the public address.
    #[must_use]
    pub fn is_extra_origin(&self, origin: &str) -> bool {
        self.extra_origins
            .iter()
            .any(|extra| extra.eq_ignore_ascii_case(origin))
    }
}
