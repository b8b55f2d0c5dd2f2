//! What is signalled, between nodes and on the streams.

use axum::extract::ws::Utf8Bytes;
use serde::{Deserialize, Serialize};
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{AgentId, ConversationId, IdentityId, VisitorTokenId};
use zhiyin_domain::permission::Resource;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::conversations::ConversationView;

use super::frames::text;

/// Where a conversation belongs, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub conversation: ConversationId,
    pub identity: IdentityId,
    pub inbox: Option<zhiyin_domain::ids::InboxId>,
    pub team: Option<zhiyin_domain::ids::TeamId>,
    pub assignee: Option<AgentId>,
}

impl Place {
    pub(crate) fn of(view: &ConversationView) -> Self {
        Self::of_conversation(&view.conversation)
    }

    pub(crate) fn of_conversation(conversation: &Conversation) -> Self {
        Self {
            conversation: conversation.id,
            identity: conversation.identity_id,
            inbox: Some(conversation.inbox_id),
            team: conversation.team_id,
            assignee: conversation.assignee_id,
        }
    }

    pub(crate) fn resource(&self) -> Resource {
        Resource {
            inbox: self.inbox,
            team: self.team,
            assignee: self.assignee,
        }
    }
}

/// What is signalled. The same value travels between nodes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Signal {
    /// An agent writes.
    AgentTyping {
        place: Place,
        agent: Option<AgentId>,
        name: String,
        until: Timestamp,
    },
    /// The visitor writes.
    VisitorTyping {
        place: Place,
        until: Timestamp,
        preview: Option<String>,
    },
    /// An agent has the conversation open.
    Viewing {
        place: Place,
        agent: AgentId,
        until: Timestamp,
    },
    /// An agent is connected, or not any more.
    Presence {
        agent: AgentId,
        until: Option<Timestamp>,
    },
    /// A visitor's token ended.
    VisitorGone {
        identity: IdentityId,
        token: Option<VisitorTokenId>,
    },
}

/// A signal on the bus.
#[derive(Serialize, Deserialize)]
pub(super) struct Envelope {
    pub(super) node: String,
    pub(super) signal: Signal,
}

/// A signal on a stream.
#[derive(Serialize)]
struct SignalFrame<'a> {
    t: &'static str,
    kind: &'static str,
    conversation: Option<ConversationId>,
    agent_id: Option<AgentId>,
    contact: bool,
    until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

#[derive(Serialize)]
struct VisitorSignalFrame<'a> {
    t: &'static str,
    kind: &'static str,
    agent: AgentName<'a>,
    until: Timestamp,
}

#[derive(Serialize)]
struct AgentName<'a> {
    name: &'a str,
}

pub(super) fn typing_frame(
    kind: &'static str,
    conversation: ConversationId,
    agent: Option<AgentId>,
    until: Timestamp,
    preview: Option<&str>,
) -> Utf8Bytes {
    text(&SignalFrame {
        t: "signal",
        kind,
        conversation: Some(conversation),
        agent_id: agent,
        contact: agent.is_none(),
        until: Some(until),
        text: preview,
    })
}

pub(super) fn viewing_frame(
    conversation: ConversationId,
    agent: AgentId,
    until: Timestamp,
) -> Utf8Bytes {
    text(&SignalFrame {
        t: "signal",
        kind: "viewing",
        conversation: Some(conversation),
        agent_id: Some(agent),
        contact: false,
        until: Some(until),
        text: None,
    })
}

pub(super) fn presence_frame(agent: AgentId, until: Option<Timestamp>) -> Utf8Bytes {
    text(&SignalFrame {
        t: "signal",
        kind: "presence",
        conversation: None,
        agent_id: Some(agent),
        contact: false,
        until,
        text: None,
    })
}

/// Tells a visitor that an agent writes.
pub(super) fn agent_writes_frame(name: &str, until: Timestamp) -> Utf8Bytes {
    text(&VisitorSignalFrame {
        t: "signal",
        kind: "typing",
        agent: AgentName { name },
        until,
    })
}
