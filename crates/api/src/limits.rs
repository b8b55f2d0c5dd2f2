//! What the server takes at most, told to clients so that they need no numbers of their own.

use serde::Serialize;
use utoipa::ToSchema;
use zhiyin_domain::limits::{ATTACHMENT_BYTES_MAX, MESSAGE_ATTACHMENTS_MAX, MESSAGE_CHARS_MAX};

/// What the server takes at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct LimitsDto {
    /// Characters of a message.
    pub message_chars: usize,
    /// Bytes of a file.
    pub attachment_bytes: u64,
    /// Files of a message.
    pub attachments_per_message: usize,
}

impl LimitsDto {
    /// The limits of this program.
    pub const PRESENT: Self = Self {
        message_chars: MESSAGE_CHARS_MAX,
        attachment_bytes: ATTACHMENT_BYTES_MAX,
        attachments_per_message: MESSAGE_ATTACHMENTS_MAX,
    };
}
