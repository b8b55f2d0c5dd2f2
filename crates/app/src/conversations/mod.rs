//! Conversations: what agents do with them, and the one path on which every message
//! enters, whoever wrote it.

mod change;
mod extras;
mod happenings;
mod post;
mod prepared;
mod query;
mod status;
mod views;

pub use change::{edit_message, recall_message};
pub use extras::{BulkAction, BulkResult, bulk, drafts, follow, save_draft};
pub(crate) use happenings::{Happening, happened, happened_since};
pub use post::{Posted, post_message};
pub(crate) use post::{Recorded, answer, record, record_line, repeat};
pub use prepared::{NewMessage, Prepared};
pub(crate) use query::hears;
pub use query::{
    Counters, ListRequest, MessagePage, counters, get_conversation, list_conversations,
    list_messages, message_view,
};
pub use status::{
    assign, mark_unread, reopen, resolve, seen, set_priority, set_tags, snooze, wake_due,
};
pub(crate) use status::{assign_as, check_assignment, resolve_as};
pub use views::{AuthorView, MessageView, QuoteView, hydrate};

use zhiyin_domain::conversation::{Conversation, TransitionError};
use zhiyin_domain::ids::{AgentId, AttachmentId, ConversationId, MessageId, TagId, TeamId, ViewId};
use zhiyin_domain::message::MessageError;
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_store::{StoreError, Tx, conversations as store};

use crate::Context;

/// Why something with a conversation was refused.
#[derive(Debug, thiserror::Error)]
pub enum ConversationError {
    /// No such conversation, or not one the caller may know of.
    #[error("no such conversation")]
    NotFound(ConversationId),
    /// No such message, or not one the caller may know of.
    #[error("no such message")]
    MessageNotFound(MessageId),
    /// No such agent, or the agent is not active.
    #[error("no such agent")]
    AgentNotFound(AgentId),
    /// The agent may not see this conversation.
    #[error("the agent has no access to this conversation")]
    AgentWithoutAccess(AgentId),
    /// No such team.
    #[error("no such team")]
    TeamNotFound(TeamId),
    /// No such tag.
    #[error("no such tag")]
    TagNotFound(TagId),
    /// No such saved view, or somebody else's.
    #[error("no such view")]
    ViewNotFound(ViewId),
    /// No such attachment, or it belongs to somebody else or to another message.
    #[error("no such attachment")]
    AttachmentNotFound(AttachmentId),
    /// The caller may see it but not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The present state does not allow it.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// The message is not acceptable.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// It cannot go as a mail.
    #[error(transparent)]
    Mail(#[from] crate::email::MailRefusal),
    /// Too many at once.
    #[error("too many conversations at once")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Loads a conversation for a change, if the caller may see it and has `permission`.
/// What they may not see does not exist for them.
pub(crate) fn load(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    permission: Permission,
) -> Result<Conversation, ConversationError> {
    let conversation = store::get_for_update(tx, id)?.ok_or(ConversationError::NotFound(id))?;
    check(ctx, &conversation, permission)?;
    Ok(conversation)
}

/// The permission check of every use case: invisible is not found, visible but not
/// allowed is denied.
pub(crate) fn check(
    ctx: &Context,
    conversation: &Conversation,
    permission: Permission,
) -> Result<(), ConversationError> {
    let resource = conversation.resource();
    if ctx
        .require(Permission::ReadConversations, &resource)
        .is_err()
    {
        return Err(ConversationError::NotFound(conversation.id));
    }
    Ok(ctx.require(permission, &resource)?)
}
