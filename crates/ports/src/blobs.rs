//! Files by content: where attachments and their thumbnails are kept.
//!
//! A blob is named by its workspace and the SHA-256 of its bytes, so writing
//! twice is harmless and a key never points to other content. The store of rows
//! decides who may read what; a blob store knows no permission and is never
//! reached from outside.

use std::{error::Error, fmt, ops::Range};

pub use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::ids::WorkspaceId;

/// The name of a blob. Equal content in two workspaces is two blobs: deleting
/// one never touches the other, and nobody learns that the other exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobKey {
    /// Whose file it is.
    pub workspace: WorkspaceId,
    /// What is in it.
    pub hash: BlobHash,
}

impl fmt::Display for BlobKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = self.hash.to_string();
        write!(formatter, "{}/{}/{}", self.workspace, &hash[..2], hash)
    }
}

/// Keeps blobs. Calls block; the caller is on a thread where that is allowed,
/// never inside a transaction.
pub trait BlobStore: Send + Sync {
    /// Stores the bytes; when this returns they survive a crash. Storing what
    /// is already there succeeds.
    fn put(&self, key: &BlobKey, bytes: &[u8]) -> Result<(), BlobError>;
    /// The whole blob.
    fn get(&self, key: &BlobKey) -> Result<Vec<u8>, BlobError>;
    /// The bytes of a range that must lie inside the blob.
    fn range(&self, key: &BlobKey, range: Range<u64>) -> Result<Vec<u8>, BlobError>;
    /// Whether the blob is there.
    fn exists(&self, key: &BlobKey) -> Result<bool, BlobError>;
    /// Removes the blob; removing what is not there succeeds.
    fn delete(&self, key: &BlobKey) -> Result<(), BlobError>;
}

/// Why a blob could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no blob of that name.
    #[error("there is no such file in the file store")]
    NotFound,
    /// The range lies outside the blob.
    #[error("the range lies outside the file")]
    OutOfRange,
    /// The bytes under the key are not those that were stored.
    #[error("the file in the file store is damaged")]
    Damaged,
    /// No room is left.
    #[error("the file store is full")]
    Full,
    /// The store does not answer or fails; trying later may help.
    #[error("the file store cannot be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}
