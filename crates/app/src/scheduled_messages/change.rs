//! Writing, changing and dropping scheduled messages.

use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, AttachmentId, ConversationId, ScheduledMessageId};
use zhiyin_domain::limits::{MESSAGE_ATTACHMENTS_MAX, SCHEDULED_MESSAGES_MAX};
use zhiyin_domain::mail::Addressing;
use zhiyin_domain::message::{MessageError, check_client_id, clean_text};
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_domain::scheduled_message::{
    CancelReason, ScheduleError, ScheduledMessage, ScheduledStatus, check_send_at,
};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{Tx, scheduled_messages as store};

use super::{ScheduledMessageError, ScheduledView, load_scheduled, view};
use crate::Context;
use crate::conversations::{ConversationError, get_conversation, load};

/// Finished messages that are listed behind the waiting ones.
const FINISHED_MAX: u32 = 20;

/// A message to be sent later, not yet checked.
#[derive(Debug, Clone)]
pub struct NewScheduled {
    /// The writer's own id, by which a repeat is recognised.
    pub client_id: String,
    /// The text as typed.
    pub text: String,
    /// Files uploaded before.
    pub attachment_ids: Vec<AttachmentId>,
    /// When it is sent.
    pub send_at: Timestamp,
    /// Whether it is dropped when the customer writes first.
    pub cancel_on_reply: bool,
    /// To whom it goes as a mail, in a conversation by mail; as usual if none.
    pub addressing: Option<Addressing>,
}

/// What changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct ScheduledPatch {
    /// The text.
    pub text: Option<String>,
    /// When it is sent.
    pub send_at: Option<Timestamp>,
    /// To whom it goes as a mail.
    pub addressing: Option<Addressing>,
}

/// What was scheduled, new or as it was before.
#[derive(Debug, Clone)]
pub struct Scheduled {
    /// The message.
    pub view: ScheduledView,
    /// Whether it was a repeat.
    pub is_repeat: bool,
}

/// Messages of a conversation that wait, the next one first, and behind them the last ones
/// that wait no more.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<Vec<ScheduledView>, ScheduledMessageError> {
    get_conversation(tx, ctx, id)?;
    let mut messages = store::waiting(tx, id)?;
    messages.extend(store::finished(tx, id, FINISHED_MAX)?);
    let views = messages.into_iter().map(|message| view(tx, message));
    Ok(views.collect::<Result<_, _>>()?)
}

/// Writes a message that is sent later. Only agents can: it is sent in somebody's name.
pub fn schedule(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    new: &NewScheduled,
) -> Result<Scheduled, ScheduledMessageError> {
    let conversation = load(tx, ctx, id, Permission::Reply)?;
    let author = author(ctx)?;
    check_client_id(&new.client_id)?;
    if let Some(message) = store::find_by_client_id(tx, id, author, &new.client_id)? {
        let view = view(tx, message)?;
        return Ok(Scheduled {
            view,
            is_repeat: true,
        });
    }
    check_send_at(new.send_at, ctx.now())?;
    if new.attachment_ids.len() > MESSAGE_ATTACHMENTS_MAX {
        return Err(MessageError::TooManyAttachments.into());
    }
    if store::waiting(tx, id)?.len() >= SCHEDULED_MESSAGES_MAX {
        return Err(ScheduleError::TooMany.into());
    }
    let message = ScheduledMessage {
        id: ctx.id(),
        conversation_id: id,
        author_id: author,
        client_id: new.client_id.clone(),
        text: clean_text(&new.text, !new.attachment_ids.is_empty())?,
        attachment_ids: new.attachment_ids.clone(),
        send_at: new.send_at,
        cancel_on_reply: new.cancel_on_reply,
        status: ScheduledStatus::Waiting,
        created_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &message)?;
    if let Some(addressing) = &new.addressing {
        crate::email::check_addressing(tx, &conversation, addressing)?;
        store::set_addressing(tx, message.id, Some(addressing))?;
    }
    for attachment in &message.attachment_ids {
        if !store::hold(tx, &message, *attachment)? {
            return Err(ConversationError::AttachmentNotFound(*attachment).into());
        }
    }
    ctx.append(
        tx,
        &Event::ScheduledMessageCreated {
            conversation_id: id,
            scheduled_message_id: message.id,
            author_id: author,
        },
    )?;
    Ok(Scheduled {
        view: view(tx, message)?,
        is_repeat: false,
    })
}

fn author(ctx: &Context) -> Result<AgentId, Denied> {
    let permission = Permission::Reply;
    ctx.actor().agent().ok_or(Denied { permission })
}

/// Changes text, time or recipients of an own message. Nobody puts words into somebody else's mouth.
pub fn change(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ScheduledMessageId,
    patch: &ScheduledPatch,
) -> Result<ScheduledView, ScheduledMessageError> {
    let before = load_scheduled(tx, ctx, id, Permission::Reply)?;
    if ctx.actor().agent() != Some(before.author_id) {
        return Err(ScheduledMessageError::NotAuthor);
    }
    let has_files = !before.attachment_ids.is_empty();
    let text = match &patch.text {
        Some(text) => Some(clean_text(text, has_files)?),
        None => None,
    };
    let changed = before.clone().change(text, patch.send_at, ctx.now())?;
    let addressing = patch.addressing.as_ref();
    if changed == before && addressing.is_none() {
        return Ok(view(tx, before)?);
    }
    if let Some(addressing) = addressing {
        let conversation = load(tx, ctx, before.conversation_id, Permission::Reply)?;
        crate::email::check_addressing(tx, &conversation, addressing)?;
        store::set_addressing(tx, id, Some(addressing))?;
    }
    let message = store::save(tx, changed)?;
    ctx.append(
        tx,
        &Event::ScheduledMessageChanged {
            conversation_id: message.conversation_id,
            scheduled_message_id: id,
            author_id: message.author_id,
        },
    )?;
    Ok(view(tx, message)?)
}

/// Drops a message: an own one, or anybody's for those who manage the conversation.
pub fn cancel(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ScheduledMessageId,
) -> Result<ScheduledView, ScheduledMessageError> {
    let before = load_scheduled(tx, ctx, id, Permission::ReadConversations)?;
    if ctx.actor().agent() != Some(before.author_id) {
        load_scheduled(tx, ctx, id, Permission::ManageConversations)?;
    }
    let dropped = drop_waiting(tx, ctx, before, CancelReason::ByAgent)?;
    Ok(view(tx, dropped)?)
}

/// Drops a message for a reason.
pub(super) fn drop_waiting(
    tx: &mut Tx<'_>,
    ctx: &Context,
    message: ScheduledMessage,
    reason: CancelReason,
) -> Result<ScheduledMessage, ScheduledMessageError> {
    let message = store::save(tx, message.cancel(reason, ctx.now())?)?;
    ctx.append(
        tx,
        &Event::ScheduledMessageCancelled {
            conversation_id: message.conversation_id,
            scheduled_message_id: message.id,
            author_id: message.author_id,
            reason: reason.as_str().to_owned(),
        },
    )?;
    Ok(message)
}
