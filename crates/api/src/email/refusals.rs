//! What a refusal of e-mail means on the wire.

use zhiyin_app::email::{EmailError, MailRefusal};

use crate::code::Code;
use crate::error::ApiError;

impl From<EmailError> for ApiError {
    fn from(error: EmailError) -> Self {
        match error {
            EmailError::NotFound => Self::not_found("mailbox"),
            EmailError::Taken => Self::conflict(Code::AlreadyExists).field("/address"),
            EmailError::Changed => Self::conflict(Code::Changed),
            EmailError::TooMany => Self::unprocessable(Code::TooMany),
            EmailError::Denied(denied) => denied.into(),
            EmailError::Settings(error) => Self::unprocessable(Code::InvalidField).field_detail(
                error.field,
                "invalid",
                error.detail,
            ),
            EmailError::Name(error) => Self::unprocessable(Code::InvalidField).field_detail(
                "/name",
                "invalid",
                error.to_string(),
            ),
            EmailError::Inbox(error) => error.into(),
            EmailError::Conversation(error) => error.into(),
            EmailError::File(error) => error.into(),
            EmailError::NoPicture => Self::not_found("picture"),
            EmailError::NotNamed => Self::unprocessable(Code::InvalidField).field_detail(
                "/proof",
                "invalid",
                error.to_string(),
            ),
            EmailError::Forged => Self::unprocessable(Code::InvalidField).field_detail(
                "/email/from",
                "forged",
                "the sender of this mail is not who it says; its pictures are shown only when somebody asks",
            ),
            EmailError::NotFailed => Self::conflict(Code::NotWaiting),
            EmailError::Store(source) => source.into(),
            EmailError::Blob(_) | EmailError::NoMail | EmailError::Compose(_) => {
                Self::internal(error)
            }
        }
    }
}

impl From<MailRefusal> for ApiError {
    fn from(refusal: MailRefusal) -> Self {
        let (path, code) = match refusal {
            MailRefusal::NotByMail => ("/email", "not-by-mail"),
            MailRefusal::NoMailbox => ("/email", "no-mailbox"),
            MailRefusal::NoRecipient => ("/email/to", "missing"),
            MailRefusal::TooManyRecipients => ("/email/to", "too-many"),
            MailRefusal::Subject => ("/email/subject", "too-long"),
            MailRefusal::UnknownMail => ("/email/message_id", "unknown"),
        };
        Self::unprocessable(Code::InvalidField).field_detail(path, code, refusal.to_string())
    }
}
