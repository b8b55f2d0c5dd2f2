//! Frames for one agent only: what they are asked to take and how that ended, and what became
//! of a message they wrote for later.

use axum::extract::ws::Utf8Bytes;
use serde_json::{Value, json};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, QueueItemId};
use zhiyin_store::events::StoredEvent;

use super::feed::Loaded;
use super::frames::text;
use crate::routing::OfferDto;
use crate::scheduled_messages::ScheduledMessageDto;

/// The frame for the agent an event is about, if there is one.
pub(super) fn frame(loaded: &Loaded, stored: &StoredEvent) -> Option<(AgentId, Utf8Bytes)> {
    let event = stored.event.as_ref()?;
    let (agent, kind, data) = match event.scheduled_message() {
        Some(_) => unsent(loaded, stored, event)?,
        None => offered(loaded, stored, event)?,
    };
    let frame = json!({
        "t": "event",
        "seq": stored.seq,
        "type": kind,
        "at": stored.meta.now,
        "actor": { "kind": stored.meta.actor.kind(), "id": null },
        "data": data,
    });
    Some((agent, text(&frame)))
}

/// Tells the author of a scheduled message that it was not sent, unless they dropped it. They
/// may not see the conversation any more, which can be the very reason; so the frame has
/// nothing in it but what they wrote themselves.
fn unsent(
    loaded: &Loaded,
    stored: &StoredEvent,
    event: &Event,
) -> Option<(AgentId, &'static str, Value)> {
    let author = match event {
        Event::ScheduledMessageFailed { author_id, .. }
        | Event::ScheduledMessageCancelled { author_id, .. } => *author_id,
        _ => return None,
    };
    if stored.meta.actor == Actor::Agent(author) {
        return None;
    }
    let row = ScheduledMessageDto::from(loaded.scheduled.get(&event.scheduled_message()?)?.clone());
    let data = json!({ "scheduled_message": row });
    Some((author, "scheduled_message.unsent", data))
}

/// What the agent a piece of work is about is told of it.
fn offered(
    loaded: &Loaded,
    stored: &StoredEvent,
    event: &Event,
) -> Option<(AgentId, &'static str, Value)> {
    let (id, _) = event.queue_item()?;
    let agent = agent_of(event)?;
    let (kind, data) = match event {
        Event::QueueItemOffered { .. } => ("offer.created", offer(loaded, id, agent)?),
        Event::QueueItemAssigned { .. } if is_by_itself(stored) => {
            ("offer.assigned", offer(loaded, id, agent)?)
        }
        // Given by a person, or taken by answering: what was offered needs no answer any more.
        Event::QueueItemAssigned { .. } | Event::QueueItemAccepted { .. } => {
            ("offer.ended", ended(id, "accepted"))
        }
        Event::QueueItemDeclined { .. } => ("offer.ended", ended(id, "declined")),
        Event::QueueItemExpired { .. } => ("offer.ended", ended(id, "expired")),
        Event::QueueItemReturned { .. }
        | Event::QueueItemTransferred { .. }
        | Event::QueueItemEnded { .. } => ("offer.ended", ended(id, lost(stored, agent))),
        _ => return None,
    };
    Some((agent, kind, data))
}

/// Whether nobody did it: what people assign is told to everybody who may see it.
fn is_by_itself(stored: &StoredEvent) -> bool {
    matches!(stored.meta.actor, Actor::System(_))
}

/// How an offer ended that nobody answered. Who took the work another way, by answering the
/// customer, knows it: they are not told that a colleague has it.
fn lost(stored: &StoredEvent, agent: AgentId) -> &'static str {
    if stored.meta.actor == Actor::Agent(agent) {
        "accepted"
    } else {
        "revoked"
    }
}

/// What the agent is asked to take, if they still are.
fn offer(loaded: &Loaded, id: QueueItemId, agent: AgentId) -> Option<Value> {
    let view = loaded.offers.get(&id)?;
    let is_theirs = view.work.ended.is_none() && view.work.standing.agent() == Some(agent);
    is_theirs.then(|| json!({ "offer": OfferDto::from(view.clone()) }))
}

fn ended(id: QueueItemId, outcome: &str) -> Value {
    json!({ "item_id": id, "outcome": outcome })
}

const fn agent_of(event: &Event) -> Option<AgentId> {
    match event {
        Event::QueueItemOffered { agent_id, .. }
        | Event::QueueItemAccepted { agent_id, .. }
        | Event::QueueItemDeclined { agent_id, .. }
        | Event::QueueItemExpired { agent_id, .. }
        | Event::QueueItemAssigned { agent_id, .. }
        | Event::QueueItemReturned { agent_id, .. }
        | Event::QueueItemTransferred { agent_id, .. }
        | Event::QueueItemEnded { agent_id, .. } => *agent_id,
        _ => None,
    }
}
