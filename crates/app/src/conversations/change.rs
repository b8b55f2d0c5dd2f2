//! Editing and recalling messages: possible for their author, for a while, with a trace.

use zhiyin_domain::events::Event;
use zhiyin_domain::ids::MessageId;
use zhiyin_domain::message::{Message, MessageKind, clean_text};
use zhiyin_domain::permission::Permission;
use zhiyin_store::{Tx, conversations as store};

use super::{ConversationError, load};
use crate::Context;

/// Replaces the text of an own message.
pub fn edit_message(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MessageId,
    text: &str,
) -> Result<Message, ConversationError> {
    change(tx, ctx, id, |message| {
        let text = clean_text(text, !message.content.attachment_ids.is_empty())?;
        Ok(message.edit(text, ctx.actor(), ctx.now())?)
    })
}

/// Takes an own message back.
pub fn recall_message(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MessageId,
) -> Result<Message, ConversationError> {
    change(tx, ctx, id, |message| {
        Ok(message.recall(ctx.actor(), ctx.now())?)
    })
}

fn change(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MessageId,
    f: impl FnOnce(Message) -> Result<Message, ConversationError>,
) -> Result<Message, ConversationError> {
    let message = store::messages::get(tx, id)?.ok_or(ConversationError::MessageNotFound(id))?;
    let permission = match message.kind {
        MessageKind::Note => Permission::WriteNotes,
        MessageKind::Text | MessageKind::System => Permission::Reply,
    };
    let before = match load(tx, ctx, message.conversation_id, permission) {
        Err(ConversationError::NotFound(_)) => return Err(ConversationError::MessageNotFound(id)),
        other => other?,
    };
    if message.content.is_mail {
        crate::email::check_open(tx, id, ctx.now())?;
    }
    let mut message = f(message)?;
    if message.content.is_mail && message.recalled_at.is_some() {
        crate::email::withdraw(tx, id)?;
    }
    message.revision = before.version + 1;
    let position = store::messages::save(tx, &message)?;
    let tokens = zhiyin_language::index_tokens(&zhiyin_domain::format::plain(&message.text));
    zhiyin_store::search::reindex_message(tx, position, before.inbox_id, before.id, &tokens)?;
    let mut conversation = before.clone();
    if let Some(last) = conversation
        .last_message
        .as_mut()
        .filter(|last| last.id == id)
    {
        last.preview = message.preview();
        last.attachments = u32::try_from(message.content.attachment_ids.len()).unwrap_or(0);
    }
    let conversation = store::save(tx, &before, conversation)?;
    let conversation_id = conversation.id;
    let event = if message.recalled_at.is_some() {
        Event::MessageRecalled {
            conversation_id,
            message_id: id,
        }
    } else {
        Event::MessageEdited {
            conversation_id,
            message_id: id,
        }
    };
    ctx.append(tx, &event)?;
    Ok(message)
}
