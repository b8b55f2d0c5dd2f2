//! Connections to mail servers: look up, connect, encrypt; each step with its own trouble.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::server::{Cause, Encryption, Server, Stage, Trouble};

/// How long one step of reaching a server may take.
pub(crate) const STEP_LIMIT: Duration = Duration::from_secs(20);

/// A connection, encrypted or not.
pub(crate) trait Wire:
    AsyncRead + AsyncWrite + Unpin + Send + Sync + std::fmt::Debug
{
}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + std::fmt::Debug> Wire for T {}

/// Connects without encryption.
pub(crate) async fn connect(server: &Server) -> Result<TcpStream, Trouble> {
    let unknown = |error: io::Error| Trouble::new(Stage::Resolve, Cause::UnknownHost, error);
    let found = timeout(STEP_LIMIT, lookup_host((server.host.as_str(), server.port)))
        .await
        .map_err(|_| Trouble::silent(Stage::Resolve))?
        .map_err(unknown)?;
    let mut trouble = Trouble::new(
        Stage::Resolve,
        Cause::UnknownHost,
        "the name has no address",
    );
    for address in found {
        trouble = match timeout(STEP_LIMIT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                keep_alive(&stream);
                return Ok(stream);
            }
            Ok(Err(error)) => {
                let cause = match error.kind() {
                    io::ErrorKind::ConnectionRefused => Cause::Refused,
                    _ => Cause::Unreachable,
                };
                Trouble::new(Stage::Connect, cause, error)
            }
            Err(_) => Trouble::silent(Stage::Connect),
        };
    }
    Err(trouble)
}

/// Answers must not wait for more to send.
fn keep_alive(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error = %error, "Small packets to a mail server are delayed");
    }
}

/// Encrypts a connection and checks who is at the other end.
pub(crate) async fn encrypt(
    stream: Box<dyn Wire>,
    server: &Server,
) -> Result<TlsStream<Box<dyn Wire>>, Trouble> {
    let name = ServerName::try_from(server.host.clone())
        .map_err(|error| Trouble::new(Stage::Encrypt, Cause::WrongCertificateName, error))?;
    let connector = TlsConnector::from(configuration(server.authority.as_deref())?);
    timeout(STEP_LIMIT, connector.connect(name, stream))
        .await
        .map_err(|_| Trouble::silent(Stage::Encrypt))?
        .map_err(|error| of_tls(&error))
}

/// Connects and, unless encryption begins later, encrypts.
pub(crate) async fn open(server: &Server) -> Result<Box<dyn Wire>, Trouble> {
    let plain = connect(server).await?;
    Ok(match server.encryption {
        Encryption::Tls => Box::new(encrypt(Box::new(plain), server).await?),
        Encryption::StartTls | Encryption::None => Box::new(plain),
    })
}

/// The authorities of the system and those given.
fn configuration(authority: Option<&str>) -> Result<Arc<ClientConfig>, Trouble> {
    let unfit =
        |error: &dyn StdError| Trouble::new(Stage::Encrypt, Cause::UntrustedCertificate, error);
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in CertificateDer::pem_slice_iter(authority.unwrap_or_default().as_bytes()) {
        let certificate = certificate.map_err(|error| unfit(&error))?;
        roots.add(certificate).map_err(|error| unfit(&error))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let configuration = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unfit(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(configuration))
}

/// What a failed handshake means; `error` may hide the reason under others.
pub(crate) fn of_tls(error: &(dyn StdError + 'static)) -> Trouble {
    let cause = match tls_error(error) {
        Some(rustls::Error::InvalidCertificate(reason)) => match reason {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Cause::WrongCertificateName
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Cause::ExpiredCertificate,
            _ => Cause::UntrustedCertificate,
        },
        // Anything that is no handshake came from a port that speaks no TLS.
        Some(_) => Cause::NoTls,
        None => Cause::Lost,
    };
    Trouble::new(Stage::Encrypt, cause, error)
}

/// The error of the TLS library in a chain of errors.
pub(crate) fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if inner.is_some() {
            return inner;
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_that_is_none_is_told() {
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let trouble = configuration(Some(broken)).map(drop).unwrap_err();
        assert_eq!(trouble.cause, Cause::UntrustedCertificate);
    }

    #[test]
    fn the_reason_of_a_failed_handshake_is_found_under_others() {
        let inner = rustls::Error::InvalidCertificate(CertificateError::Expired);
        let outer = io::Error::new(io::ErrorKind::InvalidData, inner);
        assert_eq!(of_tls(&outer).cause, Cause::ExpiredCertificate);
        let cut = io::Error::new(io::ErrorKind::UnexpectedEof, "eof");
        assert_eq!(of_tls(&cut).cause, Cause::Lost);
    }
}
