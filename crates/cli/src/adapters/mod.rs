//! Ports that need the configuration: where attachments are kept and how mail leaves.

pub mod folder;
#[cfg(feature = "s3")]
pub mod s3;
pub mod smtp;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use anyhow::Result;
use zhiyin_ports::{BlobStore, Mailer};

use crate::config::{BlobTarget, Config};

/// The place for attachments that a configuration names.
pub fn blobs(config: &Config) -> Result<Arc<dyn BlobStore>> {
    match config.blob_target() {
        BlobTarget::Folder(path) => Ok(Arc::new(folder::FolderBlobs::open(&path)?)),
        #[cfg(feature = "s3")]
        BlobTarget::S3 { bucket, prefix } => Ok(Arc::new(s3::S3Blobs::open(
            &config.blobs,
            &bucket,
            &prefix,
        )?)),
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
