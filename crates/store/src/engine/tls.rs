//! TLS to PostgreSQL, with the certificates the operating system trusts.
//!
//! A private authority is added with `SSL_CERT_FILE`, as for other programs.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::StoreError;

/// What the driver takes to encrypt a connection.
pub(crate) type Connector = MakeRustlsConnect;

pub(crate) fn connector() -> Result<Connector, StoreError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err(StoreError::Unavailable(
            "the PostgreSQL URL asks for TLS, but the system trusts no certificate: \
             install `ca-certificates` or set SSL_CERT_FILE"
                .to_owned(),
        ));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(StoreError::database)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
