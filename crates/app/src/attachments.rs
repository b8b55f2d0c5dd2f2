//! Attachments: taking files in, giving them out, clearing them away.
//!
//! An upload goes four steps: may the caller, what is it (pictures are written anew), keep
//! the bytes, keep the row. The bytes come first, so a row never points to nothing. Only
//! the row is asked when somebody wants the file: it belongs to its uploader until a
//! message takes it, and then to whoever may read that message.

mod cleanup;
mod fetch;
mod inspect;
mod picture;
mod upload;

#[cfg(test)]
mod tests;

pub(crate) use cleanup::discard;
pub use cleanup::work;
pub use fetch::{FileInfo, Variant, locate};
pub(crate) use inspect::{Inspected, as_it_is, hash, inspect};
pub use picture::PictureError;
pub(crate) use upload::{Blobs, run_blocking};
pub use upload::{Intake, Room, Upload};

use zhiyin_domain::ids::{AttachmentId, ConversationId};
use zhiyin_domain::permission::Denied;
use zhiyin_ports::BlobError;
use zhiyin_store::StoreError;

/// Why a file was not taken or not given.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// No such file, or not one the caller may know of.
    #[error("no such file")]
    NotFound(AttachmentId),
    /// No such conversation, or not one the caller may know of.
    #[error("no such conversation")]
    ConversationNotFound(ConversationId),
    /// The caller may not upload.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is larger than a file may be.
    #[error("the file is too large")]
    TooLarge,
    /// It would run when somebody opens it.
    #[error("programs are not accepted")]
    Program,
    /// It says that it is a picture and is none.
    #[error("the file is not the picture it claims to be")]
    NotAPicture,
    /// It is a picture that we do not take.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The caller has uploaded too much of late.
    #[error("too much was uploaded from here lately")]
    Quota,
    /// Too many uploads wait.
    #[error("too many uploads at once")]
    Busy,
    /// The file store failed.
    #[error("the file store failed")]
    Blob(#[from] BlobError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
