//! Ports that need the configuration: where attachments are kept, how mail leaves, and where
//! requests may go.

pub mod smtp;

use std::sync::Arc;

use anyhow::{Context as _, Result};
use zhiyin_blobs::FolderBlobs;
use zhiyin_fetch::{Allowed, GuardedClient};
use zhiyin_ports::{BlobStore, HttpClient, Mailer};

use crate::config::{BlobTarget, Config};

/// The place for attachments that a configuration names.
pub fn blobs(config: &Config) -> Result<Arc<dyn BlobStore>> {
    match config.blob_target() {
        BlobTarget::Folder(path) => {
            let blobs = FolderBlobs::open(&path)
                .with_context(|| format!("cannot use the attachment folder {}", path.display()))?;
            Ok(Arc::new(blobs))
        }
        #[cfg(feature = "s3")]
        BlobTarget::S3 { bucket, prefix } => {
            let it = &config.blobs;
            let credentials = it
                .s3_access_key_id
                .clone()
                .zip(it.s3_secret_access_key.clone());
            let blobs = zhiyin_blobs::S3Blobs::open(&zhiyin_blobs::S3Config {
                bucket,
                prefix,
                endpoint: it.s3_endpoint.clone(),
                region: it.s3_region.clone(),
                credentials,
            })
            .context("cannot use the bucket of blobs.url")?;
            Ok(Arc::new(blobs))
        }
        #[cfg(not(feature = "s3"))]
        BlobTarget::S3 { .. } => {
            anyhow::bail!(
                "this binary was built without S3: use a released one, or `--features s3`"
            )
        }
    }
}

/// The way out for mail that a configuration names.
pub fn mailer(config: &Config) -> Result<Arc<dyn Mailer>> {
    Ok(match smtp::SmtpMailer::of(config)? {
        Some(mailer) => Arc::new(mailer),
        None => Arc::new(smtp::NoMailer),
    })
}

/// The way out for requests to addresses that people type in.
pub fn http(config: &Config) -> Arc<dyn HttpClient> {
    Arc::new(GuardedClient::new(Allowed::new(config.outbound_networks())))
}
