//! To whom mails go: what the composer shows, and what an author said of one that waits.

use serde::Serialize;
use utoipa::ToSchema;
use zhiyin_app::email::{Addressing, Envelope, Mode};
use zhiyin_domain::ids::MessageId;

use super::dto::{PersonDto, people};

/// To whom a message goes as a mail; what is `null` is as usual.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AddressingDto {
    /// `reply`, `reply_all` or `forward`.
    #[schema(value_type = String)]
    pub mode: Mode,
    /// To whom.
    pub to: Option<Vec<PersonDto>>,
    /// With a copy to.
    pub cc: Option<Vec<PersonDto>>,
    /// With a hidden copy to.
    pub bcc: Vec<PersonDto>,
    /// The subject.
    pub subject: Option<String>,
    /// The mail that is answered or passed on.
    #[schema(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
}

impl From<Addressing> for AddressingDto {
    fn from(it: Addressing) -> Self {
        Self {
            mode: it.mode,
            to: it.to.map(people),
            cc: it.cc.map(people),
            bcc: people(it.bcc),
            subject: it.subject,
            message_id: it.message_id,
        }
    }
}

/// What the composer shows before anybody has typed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecipientsDto {
    /// To whom.
    pub to: Vec<PersonDto>,
    /// With a copy to.
    pub cc: Vec<PersonDto>,
    /// The subject.
    pub subject: String,
    /// The mail that is answered or passed on.
    #[schema(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
    /// Whom they see as the sender; `null` without a mailbox.
    pub from: Option<PersonDto>,
    /// What stands under a mail of the caller.
    pub signature: String,
}

impl From<Envelope> for RecipientsDto {
    fn from(it: Envelope) -> Self {
        Self {
            to: people(it.recipients.to),
            cc: people(it.recipients.cc),
            subject: it.recipients.subject,
            message_id: it.recipients.answers,
            from: it.from.map(Into::into),
            signature: it.signature,
        }
    }
}
