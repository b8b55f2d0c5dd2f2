//! Evidence (证据): files, messages and statements with who, when and hash, in a chain in
//! which no change goes unseen.
//!
//! Each entry holds the SHA-256 of its content and of the entry before it, and is sealed
//! with a key (HMAC-SHA-256) that is not in the database. So:
//!
//! | somebody … | is found by |
//! |---|---|
//! | changes an entry or a file | its hash |
//! | takes one out, puts one in, swaps two | numbers and the hash of the entry before |
//! | cuts off the end | the [`Head`], which the audit log keeps too |
//! | calculates the whole chain anew | the seals |
//! | moves entries to another case | the first hash, which contains the case |
//!
//! Nothing is taken back: a mistake is put right by another entry. Where a retention rule
//! removes a content, the entry stays and another one says which rule it was.

mod bundle;
mod chain;
mod digest;
#[cfg(test)]
mod tests;

pub use bundle::{
    BUNDLE_FORMAT, BundleFault, BundleFile, BundleManifest, BundlePart, bundle_parts, checksums,
    verify_bundle,
};
pub use chain::{AppendError, ContentState, Fault, Head, NewEvidence, SealKey, append, verify};
pub use digest::{Digest, ParseDigestError};

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{AttachmentId, CaseId, ConversationId, EvidenceId, MessageId};
use crate::time::Timestamp;

use super::text;

/// One entry of a chain. A value: stored and exported as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Identifier.
    pub id: EvidenceId,
    /// Of which case.
    pub case_id: CaseId,
    /// Its place in the chain, from 1.
    pub number: u32,
    /// What it is.
    pub kind: EvidenceKind,
    /// What it shows, in words.
    pub note: String,
    /// Who put it there.
    #[serde(with = "text")]
    pub added_by: Actor,
    /// When.
    pub added_at: Timestamp,
    /// The hash of the entry before; of the first one, that of the case.
    pub previous: Digest,
    /// The hash of everything above.
    pub hash: Digest,
    /// The keyed hash of that.
    pub seal: Digest,
}

/// What an entry is. Contents lie elsewhere, so that a retention rule can remove one
/// without breaking the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EvidenceKind {
    /// A file.
    File {
        /// Which.
        attachment_id: AttachmentId,
        /// Its name as it came.
        name: String,
        /// Its size.
        size_bytes: u64,
        /// The hash of its bytes.
        sha256: Digest,
    },
    /// A message as it was when it was taken in.
    Message {
        /// In which conversation.
        conversation_id: ConversationId,
        /// Which.
        message_id: MessageId,
        /// The hash of its text.
        sha256: Digest,
    },
    /// What somebody said, written down.
    Statement {
        /// Who said it, in words.
        speaker: String,
        /// The hash of the text.
        sha256: Digest,
    },
    /// Something about an earlier entry is wrong; the note says what.
    Correction {
        /// Which entry.
        of: u32,
    },
    /// The content of an earlier entry was removed by a retention rule.
    Erased {
        /// Which entry.
        of: u32,
        /// Which rule.
        rule: String,
    },
}

impl EvidenceKind {
    /// The hash of the content, if there is one.
    #[must_use]
    pub const fn content(&self) -> Option<Digest> {
        match self {
            Self::File { sha256, .. }
            | Self::Message { sha256, .. }
            | Self::Statement { sha256, .. } => Some(*sha256),
            Self::Correction { .. } | Self::Erased { .. } => None,
        }
    }

    /// The earlier entry it is about.
    #[must_use]
    pub const fn refers_to(&self) -> Option<u32> {
        match self {
            Self::Correction { of } | Self::Erased { of, .. } => Some(*of),
            Self::File { .. } | Self::Message { .. } | Self::Statement { .. } => None,
        }
    }
}
