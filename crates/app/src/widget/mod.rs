//! Visitors: customers who write through the chat widget.
//!
//! A visitor is known by a random token that lives in the widget's own storage, never in
//! an address. It is bound to one inbox, kept only as a hash, and replaced when the site
//! proves who the visitor is. A visitor reaches exactly one conversation: their own.

mod cache;
mod contact;
mod identify;
mod talk;
mod transcript;
mod visitor;

pub use cache::VisitorCache;
pub(crate) use contact::save_contact;
pub use contact::{VisitorPatch, update_visitor};
pub use identify::{Claims, IdentityError, IdentityProof, verify};
pub use talk::{
    SyncView, VisitorPage, VisitorView, conversation, end, messages, post, rate,
    request_transcript, seen, sync,
};
pub use transcript::{send_to as send_transcript, work};
pub use visitor::{
    OpenVisitor, Opened, VisitorAuth, authenticate, find_inbox, log_out, open_visitor,
};

use zhiyin_domain::contact::ContactError;
use zhiyin_domain::message::MessageError;
use zhiyin_store::StoreError;

use crate::conversations::ConversationError;
use crate::ratings::RateError;

/// Why something a visitor wanted was refused.
#[derive(Debug, thiserror::Error)]
pub enum WidgetError {
    /// No inbox has this key.
    #[error("no such inbox")]
    InboxNotFound,
    /// The inbox takes no messages.
    #[error("this inbox is switched off")]
    InboxDisabled,
    /// The page may not embed this widget.
    #[error("this site is not among the allowed domains of the inbox")]
    OriginNotAllowed,
    /// The token is unknown, expired, revoked or of another inbox.
    #[error("the visitor token is not valid")]
    Unauthenticated,
    /// The company does not want messages of this visitor.
    #[error("messages of this visitor are not accepted")]
    Blocked,
    /// The inbox wants the site to vouch for its visitors.
    #[error("this inbox takes only visitors the site vouches for")]
    IdentityRequired,
    /// The proof of identity is not valid.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// There is nothing yet.
    #[error("there is no conversation yet")]
    NoConversation,
    /// No such session, or not the visitor's.
    #[error("no such session")]
    SessionNotFound,
    /// A question before the first message was not answered.
    #[error("the answer to `{0}` is missing or not acceptable")]
    Prechat(String),
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Email,
    /// The contact has no e-mail address, and none was said.
    #[error("the contact has no e-mail address; say one")]
    NoAddress,
    /// The message is not acceptable.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The rating is not acceptable.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// What was told about the visitor is not acceptable.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// The conversation refused it.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
