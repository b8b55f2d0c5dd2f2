//! E-mail: mailboxes, what comes in, and what goes out.
//!
//! In: [`intake`] keeps a mail and only then lets the mailbox go on; `receive` reads what was
//! kept, in order, and `enter` puts it where the ladder of evidence says, in one
//! transaction. Out: a message of the company in a conversation by mail gets a row in the
//! queue in its own transaction (`outgoing`); [`send`] writes the letter and hands it over.
//! What a provider speaks is in `zhiyin-channels`; nothing here knows a protocol.

mod accounts;
mod addressing;
mod auto_reply;
mod bounces;
mod enter;
pub mod health;
mod html;
pub mod import;
pub mod intake;
mod letter;
pub mod mailboxes;
mod outgoing;
mod people;
mod pictures;
mod read;
mod receive;
pub mod send;
mod senders;
mod view;

pub use accounts::{TestReport, test, test_stored};
pub(crate) use addressing::check as check_addressing;
pub use addressing::{Addressing, Envelope, Mode, Recipients, envelope};
pub use outgoing::retry;
pub(crate) use outgoing::{check_open, enqueue, withdraw};
pub use pictures::{Asking, Picture, Pictures, set_asking};
pub use receive::{read_waiting, work as receive_work};
pub use view::{Page, RawMail, RemotePictures};
pub use zhiyin_channels::email::mbox::Mbox;
pub use zhiyin_channels::email::sender_check::{NameServers, NameServersError};

use zhiyin_channels::email::reply_address::ReplyTokens;
use zhiyin_domain::mailbox::MailboxSettingsError;
use zhiyin_domain::name::ParseNameError;
use zhiyin_domain::permission::Denied;
use zhiyin_ports::BlobError;
use zhiyin_store::{StoreError, Tx, mailboxes as store};

use crate::attachments::AttachmentError;
use crate::conversations::ConversationError;
use crate::inboxes::InboxError;
use crate::work::Work;

/// What e-mail hands to the worker besides the tasks that follow mailboxes.
#[must_use]
pub fn work() -> Work {
    receive::work().and(health::work())
}

/// Why something with e-mail was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum EmailError {
    /// No such mailbox.
    #[error("no such mailbox")]
    NotFound,
    /// The address is another mailbox's.
    #[error("there is a mailbox with this address already")]
    Taken,
    /// Somebody else changed it first.
    #[error("the mailbox was changed in the meantime")]
    Changed,
    /// Too many of them.
    #[error("too many mailboxes")]
    TooMany,
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A setting cannot be.
    #[error(transparent)]
    Settings(#[from] MailboxSettingsError),
    /// The name is not acceptable.
    #[error(transparent)]
    Name(#[from] ParseNameError),
    /// The inbox was refused.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The conversation was refused.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// A file could not be kept.
    #[error(transparent)]
    File(#[from] AttachmentError),
    /// The file store failed.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// What lies in the mailbox is no mail.
    #[error("this is no mail")]
    NoMail,
    /// The mail cannot be written.
    #[error("the mail cannot be written")]
    Compose(#[source] zhiyin_channels::email::compose::ComposeError),
    /// It did not fail, so there is nothing to send again.
    #[error("the mail has not failed")]
    NotFailed,
    /// There is no picture at an address, or none that may be shown.
    #[error("there is no picture that may be shown")]
    NoPicture,
    /// The mail names no picture there.
    #[error("this mail does not name this picture; load its page again")]
    NotNamed,
    /// The sender of the mail is not who it says.
    #[error("the sender of this mail is not who it says")]
    Forged,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a message cannot go as a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailRefusal {
    /// The conversation is no thread of mails.
    #[error("this conversation is not held by mail")]
    NotByMail,
    /// There is no mailbox to send from.
    #[error("there is no mailbox to send from; connect one in the settings")]
    NoMailbox,
    /// Nobody to send it to.
    #[error("a mail needs a recipient")]
    NoRecipient,
    /// Too many of them.
    #[error("a mail has at most 50 recipients")]
    TooManyRecipients,
    /// The subject is too long.
    #[error("a subject has at most 200 characters")]
    Subject,
    /// The mail that is answered or passed on is not of this conversation.
    #[error("no such mail in this conversation")]
    UnknownMail,
}

/// Makes and checks the proofs of a workspace.
fn tokens(tx: &mut Tx<'_>) -> Result<ReplyTokens, StoreError> {
    Ok(ReplyTokens::new(&store::token_key(tx)?))
}
