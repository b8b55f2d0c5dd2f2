//! From the log to webhooks.
//!
//! A body carries what the stream of agents carries, so there is one form of every thing for
//! all who listen. It is written when the log is followed and sent as it was written.

use serde_json::{Value, json};
use zhiyin_app::Context;
use zhiyin_app::channel;
use zhiyin_app::conversations::MessageView;
use zhiyin_app::webhooks::{Told, tell, wants};
use zhiyin_app::work::{Reactor, Work, WorkError};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::MessageId;
use zhiyin_domain::inbox::Channel;
use zhiyin_domain::message::{Delivery, MessageKind};
use zhiyin_domain::webhook::Webhook;
use zhiyin_store::events::StoredEvent;
use zhiyin_store::{StoreError, Tx, conversations, webhooks};

use crate::stream::feed::{self, Loaded};
use crate::stream::{frames, rows};

/// Never changed: the cursor is kept under it.
const NAME: &str = "webhooks";

/// What this feature hands to the worker besides what sends.
#[must_use]
pub fn work() -> Work {
    Work {
        reactors: vec![Reactor { name: NAME, react }],
        ..Work::default()
    }
}

fn react(tx: &mut Tx<'_>, ctx: &Context, stored: &StoredEvent) -> Result<(), WorkError> {
    let Some(event) = &stored.event else {
        return Ok(());
    };
    let wanted = wants(tx, &stored.kind)?;
    let outgoing = outgoing(tx, stored, event)?;
    let listens = wanted.iter().any(|it| it.hears(&stored.kind, it.inbox_id));
    if !listens && outgoing.is_none() {
        return Ok(());
    }
    let loaded = feed::load(tx, stored.seq - 1, 1)?;
    if let Some(conversation) = outgoing {
        hand_over(tx, ctx, stored, event, (&conversation, &loaded))?;
    }
    if !listens {
        return Ok(());
    }
    let Some(delivery) = frames::deliveries(&loaded, |_| false).pop() else {
        return Ok(());
    };
    let Some(frame) = delivery.agents else {
        return Ok(());
    };
    let inbox = frame.inbox();
    let body = body(&stored.kind, frame.text_for_systems())?;
    for webhook in wanted.iter().filter(|it| it.hears(&stored.kind, inbox)) {
        let told = Told {
            event_type: &stored.kind,
            event_seq: Some(stored.seq),
            message_id: None,
            body: &body,
        };
        tell(tx, ctx, webhook.id, &told)?;
    }
    Ok(())
}

/// The frame of the stream in the envelope of the Standard Webhooks specification.
fn body(kind: &str, frame: &str) -> Result<String, WorkError> {
    let mut data: Value = serde_json::from_str(frame)?;
    let fields = data.as_object_mut().ok_or("a frame is an object")?;
    for known in ["t", "type"] {
        fields.remove(known);
    }
    let at = fields.remove("at").unwrap_or_default();
    Ok(json!({ "type": kind, "timestamp": at, "data": data }).to_string())
}

/// The conversation of an event that the customers of an API inbox are to know of.
fn outgoing(
    tx: &mut Tx<'_>,
    stored: &StoredEvent,
    event: &Event,
) -> Result<Option<Conversation>, StoreError> {
    let is_told = match event {
        Event::MessageCreated {
            message_kind,
            from_contact,
            ..
        } => *message_kind == MessageKind::Text && !from_contact,
        Event::MessageEdited { .. }
        | Event::MessageRecalled { .. }
        | Event::ConversationResolved { .. } => true,
        // Seen by the company; what the customer has seen their system knows.
        Event::ConversationSeen { .. } => matches!(stored.meta.actor, Actor::Agent(_)),
        _ => false,
    };
    let Some(id) = event.conversation().filter(|_| is_told) else {
        return Ok(None);
    };
    let conversation = conversations::get(tx, id)?;
    Ok(conversation.filter(|it| it.channel == Channel::Api))
}

fn hand_over(
    tx: &mut Tx<'_>,
    ctx: &Context,
    stored: &StoredEvent,
    event: &Event,
    (conversation, loaded): (&Conversation, &Loaded),
) -> Result<(), WorkError> {
    let message = event.message().and_then(|id| loaded.messages.get(&id));
    if event.message().is_some()
        && !message.is_some_and(|it| it.message.is_public() && it.message.author.is_company())
    {
        return Ok(());
    }
    let waits = new_message(event, message);
    let webhook = webhooks::of_channel(tx, conversation.inbox_id)?.filter(Webhook::is_enabled);
    let Some(webhook) = webhook else {
        // Nobody takes it: that is shown where it was written.
        if let Some(id) = waits {
            channel::not_handed_over(tx, ctx, id)?;
        }
        return Ok(());
    };
    let external_id = channel::external_id_of(tx, conversation.identity_id)?;
    let mut data = json!({
        "seq": stored.seq,
        "inbox_id": conversation.inbox_id,
        "conversation_id": conversation.id,
        "contact": { "id": conversation.contact_id, "external_id": external_id },
    });
    if let Some(message) = message {
        data["message"] = serde_json::to_value(rows::visitor_message(message))?;
    }
    if let Event::ConversationSeen { seq, .. } = event {
        data["seen_seq"] = json!(seq);
    }
    let body = json!({ "type": stored.kind, "timestamp": stored.meta.now, "data": data });
    let told = Told {
        event_type: &stored.kind,
        event_seq: Some(stored.seq),
        message_id: waits,
        body: &body.to_string(),
    };
    tell(tx, ctx, webhook.id, &told)?;
    Ok(())
}

/// The message that waits for being handed over, if this event is about a new one.
fn new_message(event: &Event, message: Option<&MessageView>) -> Option<MessageId> {
    let is_new = matches!(event, Event::MessageCreated { .. });
    message
        .filter(|it| is_new && it.message.delivery == Delivery::Pending)
        .map(|it| it.message.id)
}
