//! HTTP requests to addresses that somebody typed in.
//!
//! A name is resolved once, all its addresses are checked ([`Allowed`]), and the connection
//! goes to one of them; so neither a name that leads inside nor one that changes in between
//! nor a redirect reaches what stands beside Zhiyin.
//!
//! A request has a runtime of its own for as long as it takes: callers are threads that may
//! block, and what one of them waits for concerns nobody else.

mod address;
mod exchange;
mod target;

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use zhiyin_ports::{HttpAnswer, HttpClient, HttpError, HttpRequest};

pub use address::Allowed;
use target::Target;

/// Finds the addresses of a host; a parameter so that tests can play tricks with names.
pub trait Resolve: Send + Sync {
    /// All addresses of `host`, with `port`.
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> Resolving<'a>;
}

/// A look-up under way.
pub type Resolving<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>>;

/// Asks the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> Resolving<'a> {
        Box::pin(async move { Ok(lookup_host((host, port)).await?.collect()) })
    }
}

/// The guarded client. Cheap to share.
pub struct GuardedClient {
    allowed: Allowed,
    resolver: Arc<dyn Resolve>,
    tls: TlsConnector,
}

impl GuardedClient {
    /// A client that reaches the public net and what is `allowed` besides, and trusts the
    /// authorities of the system.
    #[must_use]
    pub fn new(allowed: Allowed) -> Self {
        let system = rustls_native_certs::load_native_certs().certs;
        Self::with(allowed, Arc::new(SystemResolver), system)
    }

    /// The same with another way to find addresses and other authorities: for tests.
    #[must_use]
    pub fn with(
        allowed: Allowed,
        resolver: Arc<dyn Resolve>,
        authorities: Vec<CertificateDer<'static>>,
    ) -> Self {
        let mut roots = RootCertStore::empty();
        let (_, odd) = roots.add_parsable_certificates(authorities);
        if odd > 0 {
            tracing::debug!("{odd} authorities of the system cannot be read");
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring knows the default versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            allowed,
            resolver,
            tls: TlsConnector::from(Arc::new(tls)),
        }
    }

    /// Everything a request waits for.
    async fn exchange(&self, request: &HttpRequest) -> Result<HttpAnswer, HttpError> {
        let target = Target::parse(&request.url)?;
        let stream = self.connect(&target).await?;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("Small packets are delayed: {error}");
        }
        let Some(name) = target.server_name()? else {
            return exchange::run(stream, &target, request).await;
        };
        let encrypted = self.tls.connect(name, stream).await;
        exchange::run(encrypted.map_err(|_| HttpError::Tls)?, &target, request).await
    }

    /// Looks the name up once, checks all it leads to, and connects to one of these.
    async fn connect(&self, target: &Target) -> Result<TcpStream, HttpError> {
        let found = if let Some(address) = target.literal() {
            vec![SocketAddr::new(address, target.port())]
        } else {
            let found = self.resolver.resolve(target.host(), target.port()).await;
            found.map_err(|_| HttpError::UnknownHost)?
        };
        if found.is_empty() {
            return Err(HttpError::UnknownHost);
        }
        for address in &found {
            self.judge(target, address.ip())?;
        }
        for address in found {
            if let Ok(stream) = TcpStream::connect(address).await {
                return Ok(stream);
            }
        }
        Err(HttpError::Unreachable)
    }

    fn judge(&self, target: &Target, address: IpAddr) -> Result<(), HttpError> {
        if !self.allowed.may_reach(address) {
            return Err(HttpError::NotAllowed);
        }
        if !target.is_encrypted() && !self.allowed.is_listed(address) {
            return Err(HttpError::NotEncrypted);
        }
        Ok(())
    }
}

impl HttpClient for GuardedClient {
    fn check(&self, url: &str) -> Result<(), HttpError> {
        let target = Target::parse(url)?;
        if let Some(address) = target.literal() {
            return self.judge(&target, address);
        }
        if target.is_local_name() && self.allowed.is_empty() {
            return Err(HttpError::NotAllowed);
        }
        if !target.is_encrypted() && self.allowed.is_empty() {
            return Err(HttpError::NotEncrypted);
        }
        Ok(())
    }

    fn send(&self, request: &HttpRequest) -> Result<HttpAnswer, HttpError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                tracing::error!("Cannot start a request: {error}");
                HttpError::Unreachable
            })?;
        let answer = runtime.block_on(async {
            tokio::time::timeout(request.time_limit, self.exchange(request)).await
        });
        // A look-up that hangs must not hold the caller beyond the limit.
        runtime.shutdown_background();
        answer.unwrap_or(Err(HttpError::Timeout))
    }
}
