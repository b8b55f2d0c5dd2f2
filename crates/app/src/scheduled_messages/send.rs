//! Sending what is due.

use std::time::Duration;

use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{ConversationId, MessageId, ScheduledMessageId, WorkspaceId};
use zhiyin_domain::message::MessageKind;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::scheduled_message::{CancelReason, FailReason, ScheduledMessage};
use zhiyin_store::identity::{access, agents};
use zhiyin_store::{StoreError, Tx, contacts, conversations, scheduled_messages as store};

use super::change::drop_waiting;
use super::{ScheduledMessageError, ScheduledView, load_scheduled, view};
use crate::conversations::{ConversationError, NewMessage, answer, check};
use crate::work::{Reconciler, Round, RoundFuture, Work, WorkError};
use crate::{App, Context, Principal};

/// Messages sent in one round.
const BATCH: u32 = 100;

/// What this feature hands to the worker.
pub fn work() -> Work {
    Work {
        reconcilers: vec![Reconciler {
            name: "scheduled_messages",
            // A message is due at its time; this is for what a lost wake-up hid.
            period: Duration::from_secs(15),
            rest: Duration::from_secs(1),
            run: |app| Box::pin(round(app)) as RoundFuture,
        }],
        ..Work::default()
    }
}

async fn round(app: App) -> Result<Round, WorkError> {
    let now = app.clock().now();
    let due = app
        .store()
        .read_system(move |system| store::due(system, now, BATCH))
        .await?;
    let mut done = 0;
    let mut failed = None;
    for (workspace, id) in due {
        // One that the store refuses must not hold up the others.
        match send_due(&app, workspace, id).await {
            Ok(()) => done += 1,
            Err(error) => failed = Some(error),
        }
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    let next_due = app.store().read_system(store::next_due).await?;
    Ok(Round { done, next_due })
}

async fn send_due(
    app: &App,
    workspace: WorkspaceId,
    id: ScheduledMessageId,
) -> Result<(), ScheduledMessageError> {
    let principal = Principal::system(workspace, "scheduled_messages");
    app.write(&principal, move |tx, ctx| {
        let Some(found) = store::get(tx, id)? else {
            return Ok(());
        };
        let conversation = found.conversation_id;
        let conversation = conversations::get_for_update(tx, conversation)?
            .ok_or(ConversationError::NotFound(conversation))?;
        // Read again under the lock: it may have been sent, moved or dropped meanwhile.
        match store::get_for_update(tx, id)? {
            Some(message) if message.is_waiting() && message.send_at <= ctx.now() => {
                settle(tx, ctx, &conversation, message)
            }
            Some(_) | None => Ok(()),
        }
    })
    .await
}

/// Sends a message in the name of its author, or notes why that is not possible.
fn settle(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    message: ScheduledMessage,
) -> Result<(), ScheduledMessageError> {
    match tx.savepoint(|tx| deliver(tx, ctx, conversation, message.clone())) {
        Err(ScheduledMessageError::CannotSend(reason)) => {
            let message = store::save(tx, message.fail(reason, ctx.now())?)?;
            ctx.append(
                tx,
                &Event::ScheduledMessageFailed {
                    conversation_id: message.conversation_id,
                    scheduled_message_id: message.id,
                    author_id: message.author_id,
                    reason: reason.as_str().to_owned(),
                },
            )?;
            Ok(())
        }
        other => other.map(|_| ()),
    }
}

/// Sends a message as its author, if they may. Everything that was asked when it was
/// written is asked again.
fn deliver(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    message: ScheduledMessage,
) -> Result<ScheduledMessage, ScheduledMessageError> {
    let refuse = |reason| Err(ScheduledMessageError::CannotSend(reason));
    let author = agents::get(tx, message.author_id)?;
    if !author.is_some_and(|agent| agent.is_active) {
        return refuse(FailReason::AuthorInactive);
    }
    let contact = contacts::get(tx, conversation.contact_id)?;
    if contact.is_none_or(|contact| contact.is_blocked) {
        return refuse(FailReason::ContactBlocked);
    }
    let author = ctx.in_name_of(message.author_id, access::load(tx, message.author_id)?);
    let prepared = NewMessage {
        client_id: Some(format!("scheduled:{}", message.id)),
        kind: MessageKind::Text,
        text: message.text.clone(),
        reply_to_id: None,
        attachment_ids: message.attachment_ids.clone(),
        mentions: Vec::new(),
    }
    .prepare()?;
    let prepared = match store::addressing(tx, message.id)? {
        Some(addressing) => prepared.addressed(addressing),
        None => prepared,
    };
    let sent = check(&author, conversation, Permission::Reply)
        .and_then(|()| answer(tx, &author, conversation, &prepared));
    match sent {
        Ok(posted) => done(tx, &author, message, posted.message.id),
        Err(ConversationError::AttachmentNotFound(_)) => refuse(FailReason::AttachmentMissing),
        // Without a mailbox or an address there is no way out any more.
        Err(
            ConversationError::Denied(_)
            | ConversationError::NotFound(_)
            | ConversationError::Mail(_),
        ) => refuse(FailReason::NotAllowed),
        Err(error) => Err(error.into()),
    }
}

fn done(
    tx: &mut Tx<'_>,
    ctx: &Context,
    message: ScheduledMessage,
    became: MessageId,
) -> Result<ScheduledMessage, ScheduledMessageError> {
    let message = store::save(tx, message.sent(became, ctx.now())?)?;
    ctx.append(
        tx,
        &Event::ScheduledMessageSent {
            conversation_id: message.conversation_id,
            scheduled_message_id: message.id,
            author_id: message.author_id,
            message_id: became,
        },
    )?;
    Ok(message)
}

/// Sends an own message at once. If that is not possible it goes on waiting and the caller
/// is told why.
pub fn send_now(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ScheduledMessageId,
) -> Result<ScheduledView, ScheduledMessageError> {
    let message = load_scheduled(tx, ctx, id, Permission::Reply)?;
    if ctx.actor().agent() != Some(message.author_id) {
        return Err(ScheduledMessageError::NotAuthor);
    }
    if !message.is_waiting() {
        return Err(zhiyin_domain::scheduled_message::ScheduleError::NotWaiting.into());
    }
    let conversation = message.conversation_id;
    let conversation = conversations::get_for_update(tx, conversation)?
        .ok_or(ConversationError::NotFound(conversation))?;
    let message = deliver(tx, ctx, &conversation, message)?;
    Ok(view(tx, message)?)
}

/// The customer has written: what should only be sent if they do not is dropped. In the
/// transaction of their message, so that it can never be sent behind it.
pub(crate) fn customer_wrote(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<(), ConversationError> {
    for message in store::waiting(tx, id)? {
        if !message.cancel_on_reply {
            continue;
        }
        match drop_waiting(tx, ctx, message, CancelReason::CustomerReplied) {
            Ok(_) => {}
            Err(ScheduledMessageError::Store(error)) => return Err(error.into()),
            // It waited a moment ago, under the same lock.
            Err(_) => return Err(StoreError::Aborted.into()),
        }
    }
    Ok(())
}
