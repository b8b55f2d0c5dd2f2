//! Outgoing mail, as the program sees it: one finished letter to hand over.
//!
//! Sending happens in a job, outside any transaction and on a thread that may
//! block. What a receipt of the relay means is the mailer's business; whether
//! to try again is told by the error.

use std::{error::Error, fmt};

use zhiyin_domain::email::EmailAddress;

/// Hands letters to whoever delivers them.
pub trait Mailer: Send + Sync {
    /// Returns once the letter was accepted for delivery.
    fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// An address with the name shown beside it.
#[derive(Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name, empty if there is none.
    pub name: String,
    /// The address.
    pub address: EmailAddress,
}

/// One letter. Letters carry names and secret links, so `Debug` says only which one it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Whom it is for.
    pub to: Mailbox,
    /// Where answers go, if not to the sender set up for the installation.
    pub reply_to: Option<Mailbox>,
    /// The subject, in one line.
    pub subject: String,
    /// The plain text; always there.
    pub text: String,
    /// The same as HTML, already safe to show.
    pub html: Option<String>,
    /// The identifier of the letter, stable over retries so that a relay can
    /// recognise a repetition.
    pub message_id: String,
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Mailbox(***)")
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Mail")
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}

/// Why a letter was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The same letter may be accepted later.
    #[error("the mail relay did not accept the letter now")]
    Retry(#[source] Box<dyn Error + Send + Sync>),
    /// The letter will never be accepted as it is.
    #[error("the mail relay refused the letter")]
    GiveUp(#[source] Box<dyn Error + Send + Sync>),
    /// Nobody has set up how mail is sent.
    #[error("no mail relay is set up")]
    NotSetUp,
}
