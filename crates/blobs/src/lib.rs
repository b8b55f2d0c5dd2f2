//! Files in a folder or in S3: the implementations of `ports::BlobStore`.
//!
//! Both keep a blob under its workspace and its hash and compare what they read whole with
//! that hash. Calls block; the S3 client has a small runtime of its own for that.

mod folder;
#[cfg(feature = "s3")]
mod s3;
#[cfg(test)]
mod tests;

pub use folder::FolderBlobs;
#[cfg(feature = "s3")]
pub use s3::{S3Blobs, S3Config, S3Error};

use sha2::{Digest as _, Sha256};
use zhiyin_ports::{BlobError, BlobKey};

/// Complains when the bytes are not those that were stored.
fn check_hash(key: &BlobKey, bytes: &[u8]) -> Result<(), BlobError> {
    if Sha256::digest(bytes).as_slice() == key.hash.as_bytes() {
        return Ok(());
    }
    tracing::error!(blob.key = %key, "Stored file {key} is damaged");
    Err(BlobError::Damaged)
}
