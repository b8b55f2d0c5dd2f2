//! How the bot gets the turn, and how it hears that something happened.

use serde_json::json;
use zhiyin_domain::bot::Starts;
use zhiyin_domain::conversation::{Assignment, Conversation, Handler};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{ConversationId, InboxId, JobId, QueueId, SessionId};
use zhiyin_domain::session::Session;
use zhiyin_store::bots::{self as store, runs};
use zhiyin_store::events::StoredEvent;
use zhiyin_store::jobs::{self, NewJob};
use zhiyin_store::routing::queues;
use zhiyin_store::{StoreError, Tx, conversations, inboxes};

use crate::Context;
use crate::conversations::ConversationError;
use crate::work::WorkError;

/// The name the job is enqueued under.
pub(super) const TURN: &str = "bot.turn";

/// Gives the bot the turn in a session that begins with a customer's message, where it is switched
/// on and the customer does not ask for a person with it. The caller saves both.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: &mut Session,
    text: &str,
) -> Result<Conversation, ConversationError> {
    let inbox_id = conversation.inbox_id;
    let bot = store::get(tx, inbox_id)?.filter(|bot| bot.is_enabled);
    let (Some(bot), false) = (bot, zhiyin_language::wants_person(text)) else {
        return Ok(conversation);
    };
    let Some(inbox) = inboxes::get(tx, inbox_id)? else {
        return Ok(conversation);
    };
    // Without a queue nobody would give the customer back to the agent who had them.
    if conversation.assignee_id.is_some() && inbox.routing.queue_id.is_none() {
        return Ok(conversation);
    }
    let begins = match bot.settings.starts {
        Starts::Always => true,
        Starts::OutOfHours => !crate::routing::hours_of_inbox(tx, &inbox, ctx.now())?.is_open,
    };
    if !begins {
        return Ok(conversation);
    }
    let from = conversation.assignment();
    let mut conversation = conversation;
    if from.agent_id.is_some() {
        conversation = conversation.assign(Assignment::default());
        session.assignee_id = None;
        ctx.append(
            tx,
            &Event::ConversationAssigned {
                conversation_id: conversation.id,
                inbox_id,
                from,
                to: Assignment::default(),
            },
        )?;
    }
    conversation.handler = Handler::Bot;
    Ok(conversation)
}

/// Has the bot look at a conversation soon.
pub(crate) fn call(tx: &mut Tx<'_>, ctx: &Context, id: ConversationId) -> Result<(), StoreError> {
    let job = NewJob {
        id: ctx.id::<JobId>(),
        name: TURN,
        arguments: json!({ "conversation_id": id }),
        unique_key: Some(id.to_string()),
        run_at: ctx.now(),
        cause: None,
        now: ctx.now(),
    };
    jobs::enqueue(tx, &job)?;
    Ok(())
}

/// The queue to which the bot of an inbox hands over, where it is another than that of the inbox.
pub(crate) fn queue_of(tx: &mut Tx<'_>, inbox: InboxId) -> Result<Option<QueueId>, StoreError> {
    let queue = store::get(tx, inbox)?.and_then(|bot| bot.settings.queue_id);
    match queue {
        Some(id) => Ok(queues::get(tx, id)?.map(|_| id)),
        None => Ok(None),
    }
}

/// An agent took a conversation, or its session ended: the bot may have something to write down.
pub(super) fn react(tx: &mut Tx<'_>, ctx: &Context, event: &StoredEvent) -> Result<(), WorkError> {
    let (conversation, session): (ConversationId, Option<SessionId>) = match &event.event {
        Some(Event::ConversationAssigned {
            conversation_id, ..
        }) => (*conversation_id, None),
        Some(Event::SessionResolved {
            conversation_id,
            session_id,
        }) => (*conversation_id, Some(*session_id)),
        _ => return Ok(()),
    };
    let session = match session {
        Some(session) => Some(session),
        None => conversations::get(tx, conversation)?.and_then(|it| it.session_id),
    };
    if let Some(session) = session
        && runs::is_open(tx, session)?
    {
        call(tx, ctx, conversation)?;
    }
    Ok(())
}
