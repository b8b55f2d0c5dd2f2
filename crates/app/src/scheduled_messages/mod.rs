//! Scheduled messages: an agent writes now, and it is sent later under their name.
//!
//! A waiting message is a row with a due time. When the time comes the reconciler asks
//! everything again that was asked when it was written, as the author: do they still work
//! here, may they still answer here, is the customer still welcome. Message and row change
//! in one transaction, so it is sent exactly once or fails with a reason that its author
//! is told by the event.

mod change;
mod send;

pub use change::{NewScheduled, Scheduled, ScheduledPatch, cancel, change, list, schedule};
pub(crate) use send::customer_wrote;
pub use send::{send_now, work};

use zhiyin_domain::attachment::Attachment;
use zhiyin_domain::ids::{ConversationId, ScheduledMessageId};
use zhiyin_domain::mail::Addressing;
use zhiyin_domain::message::MessageError;
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_domain::scheduled_message::{FailReason, ScheduleError, ScheduledMessage};
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx, scheduled_messages as store};

use crate::Context;
use crate::conversations::{ConversationError, load};

/// Why something with a scheduled message was refused.
#[derive(Debug, thiserror::Error)]
pub enum ScheduledMessageError {
    /// No such message, or not one the caller may know of.
    #[error("no such scheduled message")]
    NotFound(ScheduledMessageId),
    /// Only its author may do this.
    #[error("only its author may change or send a scheduled message")]
    NotAuthor,
    /// The time or the state does not allow it.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// It cannot be sent now; it stays waiting.
    #[error("the message cannot be sent")]
    CannotSend(FailReason),
    /// The text is not acceptable.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The conversation refused it.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A scheduled message with what is shown beside it.
#[derive(Debug, Clone)]
pub struct ScheduledView {
    /// The message.
    pub message: ScheduledMessage,
    /// Full name of its author.
    pub author_name: String,
    /// Its files, in their order.
    pub attachments: Vec<Attachment>,
    /// To whom it goes as a mail, if its author said so.
    pub addressing: Option<Addressing>,
}

/// A scheduled message ready to be shown.
pub fn view(tx: &mut Tx<'_>, message: ScheduledMessage) -> Result<ScheduledView, StoreError> {
    let author = agents::get(tx, message.author_id)?;
    let attachments = zhiyin_store::attachments::get_many(tx, &message.attachment_ids)?;
    Ok(ScheduledView {
        author_name: author.map_or_else(String::new, |agent| agent.name.into_string()),
        attachments,
        addressing: store::addressing(tx, message.id)?,
        message,
    })
}

/// Loads a message with its conversation for a change. The conversation is locked first, as
/// everywhere, so that an answer of the customer and a change cannot wait for each other.
fn load_scheduled(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ScheduledMessageId,
    permission: Permission,
) -> Result<ScheduledMessage, ScheduledMessageError> {
    let not_found = || ScheduledMessageError::NotFound(id);
    let conversation: ConversationId = store::get(tx, id)?.ok_or_else(not_found)?.conversation_id;
    match load(tx, ctx, conversation, permission) {
        Err(ConversationError::NotFound(_)) => return Err(not_found()),
        other => other?,
    };
    store::get_for_update(tx, id)?.ok_or_else(not_found)
}
