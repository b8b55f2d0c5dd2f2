//! Events as frames.
//!
//! Pure: takes what the feed loaded, gives the texts that are sent. An agent's frame has
//! the rows agents may see; a visitor's frame is built from the rows customers may see
//! and never from an agent's.

use std::collections::HashMap;

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use zhiyin_app::conversations::MessageView;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::events::{Aggregate, Event};
use zhiyin_domain::ids::{
    AccountId, AgentId, ArticleCategoryId, ArticleId, AttributeId, AutomationRuleId, BlockId,
    BotFlowId, CalendarId, CaseId, CaseTypeId, ContactId, ConversationId, GlossaryTermId,
    IdentityId, InboxId, InvitationId, KnowledgeGapId, MacroId, MailboxId, MessageId, PhraseId,
    QueueId, RiskWarningId, RoleId, SkillId, StandardId, SynonymsId, TagId, TeamId, TokenId,
    ViewId, WebhookId, WorkspaceId,
};
use zhiyin_domain::permission::Resource;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::conversations::ConversationView;
use zhiyin_store::events::StoredEvent;

use super::feed::Loaded;
use super::room::{AgentDelivery, Audience, Delivery};
use super::{personal, rows};
use crate::presence::AgentPresenceDto;

/// An event for agents.
#[derive(Serialize)]
struct AgentFrame<'a> {
    t: &'static str,
    seq: i64,
    #[serde(rename = "type")]
    kind: &'a str,
    at: Timestamp,
    actor: ActorFrame,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<rows::AgentConversation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<rows::AgentMessage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<ConversationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

#[derive(Serialize)]
struct ActorFrame {
    kind: &'static str,
    id: Option<String>,
}

impl From<&Actor> for ActorFrame {
    fn from(actor: &Actor) -> Self {
        let id = match actor {
            Actor::Agent(id) => Some(id.to_string()),
            Actor::Visitor(id) => Some(id.to_string()),
            Actor::App(id) => Some(id.to_string()),
            Actor::Bot | Actor::System(_) => None,
        };
        Self {
            kind: actor.kind(),
            id,
        }
    }
}

/// What changed for a visitor.
#[derive(Serialize)]
struct VisitorFrame {
    t: &'static str,
    revision: i64,
    conversation: rows::VisitorConversation,
    messages: Vec<rows::VisitorMessage>,
}

/// The texts of a batch of events, in order.
pub(crate) fn deliveries(
    loaded: &Loaded,
    is_connected: impl Fn(IdentityId) -> bool,
) -> Vec<Delivery> {
    let places = Places::of(loaded);
    let deliver = |stored: &StoredEvent| Delivery {
        seq: stored.seq,
        agents: for_agents(loaded, &places, stored),
        personal: personal::frame(loaded, stored),
        visitor: for_visitor(loaded, &places, stored, &is_connected),
    };
    loaded.events.iter().map(deliver).collect()
}

/// Which event of the batch is the last of each conversation and message.
struct Places {
    conversations: HashMap<ConversationId, i64>,
    messages: HashMap<MessageId, i64>,
    /// The last event a customer may know of.
    public: HashMap<ConversationId, i64>,
}

impl Places {
    fn of(loaded: &Loaded) -> Self {
        let mut places = Self {
            conversations: HashMap::new(),
            messages: HashMap::new(),
            public: HashMap::new(),
        };
        for stored in &loaded.events {
            let Some(event) = &stored.event else { continue };
            if let Some(id) = conversation_of(loaded, stored.seq, event) {
                places.conversations.insert(id, stored.seq);
                if is_public(loaded, event) {
                    places.public.insert(id, stored.seq);
                }
            }
            if let Some(id) = event.message() {
                places.messages.insert(id, stored.seq);
            }
        }
        places
    }
}

fn conversation_of(loaded: &Loaded, seq: i64, event: &Event) -> Option<ConversationId> {
    event
        .conversation()
        .or_else(|| loaded.contact_conversations.get(&seq).copied())
}

/// Whether a customer may know that this happened in their conversation.
fn is_public(loaded: &Loaded, event: &Event) -> bool {
    match event {
        Event::MessageCreated { message_id, .. }
        | Event::MessageEdited { message_id, .. }
        | Event::MessageRecalled { message_id, .. }
        | Event::MessageDeliveryChanged { message_id, .. } => loaded
            .messages
            .get(message_id)
            .is_some_and(|view| view.message.is_public()),
        Event::ConversationOpened { .. }
        | Event::ConversationAssigned { .. }
        | Event::ConversationResolved { .. }
        | Event::ConversationReopened { .. }
        | Event::ConversationWoken { .. }
        | Event::ConversationSeen { .. }
        | Event::SessionOpened { .. }
        | Event::SessionResolved { .. }
        | Event::SessionRated { .. }
        | Event::QueueItemEntered { .. }
        | Event::QueueItemOffered { .. }
        | Event::QueueItemDeclined { .. }
        | Event::QueueItemExpired { .. }
        | Event::QueueItemReturned { .. }
        | Event::QueueItemEnded { .. } => true,
        _ => false,
    }
}

fn for_agents(loaded: &Loaded, places: &Places, stored: &StoredEvent) -> Option<AgentDelivery> {
    // A newer program wrote something this one does not know: nothing to show.
    let event = stored.event.as_ref()?;
    let seq = stored.seq;
    let frame = |conversation, message, removed, data| AgentFrame {
        t: "event",
        seq,
        kind: &stored.kind,
        at: stored.meta.now,
        actor: (&stored.meta.actor).into(),
        conversation,
        message,
        removed,
        data,
    };
    if let Some((audience, data)) = loaded.cases.frame(seq, event) {
        return Some(AgentDelivery {
            audience,
            frame: text(&frame(None, None, None, Some(data))),
            without_message: None,
            left: None,
        });
    }
    let Some(id) = conversation_of(loaded, seq, event) else {
        let (audience, data) = about_settings(loaded, event)?;
        return Some(AgentDelivery {
            audience,
            frame: text(&frame(None, None, None, Some(data))),
            without_message: None,
            left: None,
        });
    };
    let view = loaded.conversations.get(&id)?;
    let is_last = places.conversations.get(&id) == Some(&seq);
    let message = event
        .message()
        .filter(|id| places.messages.get(id) == Some(&seq))
        .and_then(|id| loaded.messages.get(&id))
        .map(rows::agent_message);
    let row = is_last.then(|| rows::agent_conversation(view));
    let left = resource_before(event, view)
        .map(|before| (before, text(&frame(None, None, Some(id), None))));
    let resource = view.conversation.resource();
    let whisper_to = event
        .message()
        .and_then(|id| loaded.messages.get(&id))
        .and_then(|view| view.message.content.whisper_to);
    let (audience, without_message) = match whisper_to {
        None => (Audience::Readers(resource), None),
        Some(agent) => {
            let without = text(&frame(row.clone(), None, None, None));
            (Audience::Whisper(resource, agent), Some(without))
        }
    };
    Some(AgentDelivery {
        audience,
        frame: text(&frame(row, message, None, details(loaded, event))),
        without_message,
        left,
    })
}

/// Where the conversation belonged before an event that moved it.
fn resource_before(event: &Event, view: &ConversationView) -> Option<Resource> {
    match event {
        Event::ConversationAssigned { from, .. } => Some(Resource {
            inbox: Some(view.conversation.inbox_id),
            team: from.team_id,
            assignee: from.agent_id,
        }),
        _ => None,
    }
}

/// What is worth telling about an event of a conversation besides the rows.
fn details(loaded: &Loaded, event: &Event) -> Option<Value> {
    if let Some(id) = event.scheduled_message() {
        let row = rows::scheduled_message(loaded.scheduled.get(&id)?);
        return Some(json!({ "scheduled_message": row }));
    }
    if let Some(id) = event.promise() {
        let row = rows::promise(loaded.promises.get(&id)?);
        return Some(json!({ "promise": row }));
    }
    if event.queue_item().is_some() {
        return serde_json::to_value(event)
            .ok()?
            .get_mut("payload")
            .map(Value::take);
    }
    match event {
        Event::ConversationAssigned { from, to, .. } => Some(json!({ "from": from, "to": to })),
        Event::ConversationSnoozed { until, .. } => Some(json!({ "until": until })),
        Event::ConversationTagged { added, removed, .. } => {
            Some(json!({ "added": added, "removed": removed }))
        }
        Event::ContactUpdated { contact_id, fields } => {
            Some(json!({ "contact_id": contact_id, "fields": fields }))
        }
        Event::ContactIdentified { contact_id, .. } => Some(json!({ "contact_id": contact_id })),
        Event::SessionRated {
            session_id, score, ..
        } => Some(json!({ "session_id": session_id, "score": score })),
        _ => journey_details(event),
    }
}

/// The same for what happens on the journey of a session.
fn journey_details(event: &Event) -> Option<Value> {
    match event {
        Event::SessionStepEntered {
            session_id, step, ..
        } => Some(json!({ "session_id": session_id, "step": step })),
        Event::SessionClassified {
            session_id, stage, ..
        } => Some(json!({ "session_id": session_id, "stage": stage })),
        Event::SessionWaiting {
            session_id,
            on_third_party,
            ..
        } => Some(json!({ "session_id": session_id, "on_third_party": on_third_party })),
        Event::DeadlineWarned {
            session_id,
            metric,
            percent,
            notify,
            ..
        } => Some(json!({
            "session_id": session_id, "metric": metric, "percent": percent, "notify": notify,
        })),
        Event::DeadlineMissed {
            session_id,
            metric,
            notify,
            ..
        } => Some(json!({ "session_id": session_id, "metric": metric, "notify": notify })),
        _ => None,
    }
}

/// Events that are about no conversation. Log-ins are for the audit log, not for colleagues.
fn about_settings(loaded: &Loaded, event: &Event) -> Option<(Audience, Value)> {
    match event {
        Event::SettingChanged {
            aggregate,
            id,
            change,
        } => {
            let data = json!({ "kind": aggregate.as_str(), "id": typed_id(*aggregate, *id), "change": change });
            Some((Audience::Everyone, data))
        }
        Event::AgentPresenceChanged { agent_id, presence } => Some((
            Audience::Everyone,
            match loaded.presences.get(agent_id) {
                Some(view) => {
                    let row = AgentPresenceDto::from(view.clone());
                    json!({ "agent_id": agent_id, "presence": row })
                }
                None => json!({ "agent_id": agent_id, "presence": { "effective": presence } }),
            },
        )),
        Event::AccountCreated { account_id } => {
            Some((Audience::Everyone, json!({ "account_id": account_id })))
        }
        Event::AccountUpdated { account_id, fields } => Some((
            Audience::Everyone,
            json!({ "account_id": account_id, "fields": fields }),
        )),
        // Only identifiers: whoever is not named fetches nothing.
        Event::RiskWarningChanged {
            risk_warning_id,
            notify,
        } => Some((
            Audience::Case(Resource::WORKSPACE, notify.iter().copied().collect()),
            json!({ "risk_warning_id": risk_warning_id, "notify": notify }),
        )),
        Event::ContactCreated {
            contact_id,
            inbox_id,
            ..
        } => Some((
            Audience::Readers(Resource::inbox(*inbox_id)),
            json!({ "contact_id": contact_id }),
        )),
        _ => None,
    }
}

fn typed_id(aggregate: Aggregate, id: uuid::Uuid) -> String {
    match aggregate {
        Aggregate::Workspace
        | Aggregate::Routing
        | Aggregate::CaseSettings
        | Aggregate::HelpCentre => WorkspaceId::from_uuid(id).to_string(),
        Aggregate::Conversation => ConversationId::from_uuid(id).to_string(),
        Aggregate::Account => AccountId::from_uuid(id).to_string(),
        Aggregate::Contact => ContactId::from_uuid(id).to_string(),
        Aggregate::Agent | Aggregate::Profile => AgentId::from_uuid(id).to_string(),
        Aggregate::Role => RoleId::from_uuid(id).to_string(),
        Aggregate::Team => TeamId::from_uuid(id).to_string(),
        Aggregate::Inbox | Aggregate::Bot => InboxId::from_uuid(id).to_string(),
        Aggregate::Mailbox => MailboxId::from_uuid(id).to_string(),
        Aggregate::Tag => TagId::from_uuid(id).to_string(),
        Aggregate::Phrase => PhraseId::from_uuid(id).to_string(),
        Aggregate::View => ViewId::from_uuid(id).to_string(),
        Aggregate::Token => TokenId::from_uuid(id).to_string(),
        Aggregate::Invitation => InvitationId::from_uuid(id).to_string(),
        Aggregate::Attribute => AttributeId::from_uuid(id).to_string(),
        Aggregate::Block => BlockId::from_uuid(id).to_string(),
        Aggregate::Queue => QueueId::from_uuid(id).to_string(),
        Aggregate::Skill => SkillId::from_uuid(id).to_string(),
        Aggregate::Calendar => CalendarId::from_uuid(id).to_string(),
        Aggregate::Standard => StandardId::from_uuid(id).to_string(),
        Aggregate::Case => CaseId::from_uuid(id).to_string(),
        Aggregate::CaseType => CaseTypeId::from_uuid(id).to_string(),
        Aggregate::RiskWarning => RiskWarningId::from_uuid(id).to_string(),
        Aggregate::Article => ArticleId::from_uuid(id).to_string(),
        Aggregate::ArticleCategory => ArticleCategoryId::from_uuid(id).to_string(),
        Aggregate::KnowledgeGap => KnowledgeGapId::from_uuid(id).to_string(),
        Aggregate::GlossaryTerm => GlossaryTermId::from_uuid(id).to_string(),
        Aggregate::Synonyms => SynonymsId::from_uuid(id).to_string(),
        Aggregate::Webhook => WebhookId::from_uuid(id).to_string(),
        Aggregate::BotFlow => BotFlowId::from_uuid(id).to_string(),
        Aggregate::AutomationRule => AutomationRuleId::from_uuid(id).to_string(),
        Aggregate::Macro => MacroId::from_uuid(id).to_string(),
    }
}

/// One frame for all a customer may know of in this batch, at the last such event.
fn for_visitor(
    loaded: &Loaded,
    places: &Places,
    stored: &StoredEvent,
    is_connected: &impl Fn(IdentityId) -> bool,
) -> Option<(IdentityId, Utf8Bytes)> {
    let id = stored.event.as_ref()?.conversation()?;
    if places.public.get(&id) != Some(&stored.seq) {
        return None;
    }
    let view = loaded.conversations.get(&id)?;
    let identity = view.conversation.identity_id;
    if !is_connected(identity) {
        return None;
    }
    let mut messages: Vec<&MessageView> = loaded
        .messages
        .values()
        .filter(|message| message.message.conversation_id == id && message.message.is_public())
        .collect();
    messages.sort_by_key(|message| message.message.seq);
    let assignee = view
        .conversation
        .assignee_id
        .and_then(|id| loaded.assignees.get(&id).cloned());
    let unread = loaded.unread.get(&id).copied().unwrap_or(0);
    let queue = loaded.queues.get(&id).cloned();
    let frame = VisitorFrame {
        t: "event",
        revision: view.conversation.version,
        conversation: rows::visitor_conversation(view, assignee, unread, queue, stored.meta.now),
        messages: messages.into_iter().map(rows::visitor_message).collect(),
    };
    Some((identity, text(&frame)))
}

/// Serialises a frame. The types are ours and have no maps with odd keys, so this cannot
/// fail; an empty frame would be skipped by clients.
pub(crate) fn text(frame: &impl Serialize) -> Utf8Bytes {
    match serde_json::to_string(frame) {
        Ok(text) => text.into(),
        Err(error) => {
            tracing::error!("A frame cannot be serialised: {error}");
            Utf8Bytes::from_static("{}")
        }
    }
}
