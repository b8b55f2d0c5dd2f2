//! Conversations: the talk of one contact in one inbox. A conversation lives long; the
//! service in it happens in [sessions](crate::session).
//!
//! A transition takes the old value and returns the new one. Statuses carry their data.
//! The use case saves the result and appends the [event](crate::events) in the same
//! transaction.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{
    AgentId, ContactId, ConversationId, IdentityId, InboxId, MessageId, SessionId, TagId, TeamId,
};
use crate::inbox::Channel;
use crate::limits::CONVERSATION_TAGS_MAX;
use crate::message::{Author, Message, MessageKind};
use crate::permission::Resource;
use crate::standards::NextDeadline;
use crate::time::Timestamp;

/// The talk of one contact in one inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Identifier.
    pub id: ConversationId,
    /// Human number in the workspace.
    pub number: i64,
    /// Where it takes place.
    pub inbox_id: InboxId,
    /// With whom.
    pub contact_id: ContactId,
    /// As whom they write.
    pub identity_id: IdentityId,
    /// The technique.
    pub channel: Channel,
    /// Whether there is work.
    pub status: ConversationStatus,
    /// Who has the turn; separate from the status.
    pub handler: Handler,
    /// The agent responsible.
    pub assignee_id: Option<AgentId>,
    /// The team responsible.
    pub team_id: Option<TeamId>,
    /// How urgent.
    pub priority: Priority,
    /// Words put on it, sorted.
    pub tag_ids: Vec<TagId>,
    /// The present or last session.
    pub session_id: Option<SessionId>,
    /// Sessions so far.
    pub session_count: i64,
    /// Place of the last message.
    pub last_seq: i64,
    /// For the list row.
    pub last_message: Option<LastMessage>,
    /// When something was last said; the order of lists.
    pub last_activity_at: Timestamp,
    /// Since when the customer waits for an answer.
    pub waiting_since: Option<Timestamp>,
    /// The target of the present session that ends next; none when nothing is to be done in
    /// time.
    pub deadline: Option<NextDeadline>,
    /// Messages of the customer since an agent last looked.
    pub unread_count: i64,
    /// How far the customer has read.
    pub contact_seen_seq: i64,
    /// How far the company has read.
    pub agent_seen_seq: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// Optimistic lock; also the revision of the visitor's stream.
    pub version: i64,
}

/// Whether there is work, and what there is to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConversationStatus {
    /// There is work.
    Open,
    /// Put aside until a time or until the customer writes.
    Snoozed {
        /// When it comes back.
        until: Timestamp,
        /// Who put it aside.
        by: Actor,
    },
    /// The present problem is solved.
    Resolved {
        /// When.
        at: Timestamp,
        /// By whom.
        by: Actor,
    },
}

impl ConversationStatus {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed { .. } => "snoozed",
            Self::Resolved { .. } => "resolved",
        }
    }
}

/// Who has the turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handler {
    /// Nobody: there is nothing to do.
    None,
    /// The bot; only now may it speak.
    Bot,
    /// Waiting for a person.
    Queued,
    /// Offered to one agent.
    Offered,
    /// A person.
    Human,
}

impl Handler {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bot => "bot",
            Self::Queued => "queued",
            Self::Offered => "offered",
            Self::Human => "human",
        }
    }
}

/// How urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// As everything.
    Normal,
    /// Before others.
    High,
    /// At once.
    Urgent,
}

impl Priority {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

/// The last message as the list row shows it. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastMessage {
    /// The message.
    pub id: MessageId,
    /// Its place.
    pub seq: i64,
    /// `contact`, `agent`, `app`, `bot`.
    pub author_kind: String,
    /// The agent, if one wrote it.
    pub agent_id: Option<AgentId>,
    /// Whether it is internal.
    pub is_note: bool,
    /// One line of it.
    pub preview: String,
    /// Attachments it has.
    #[serde(default)]
    pub attachments: u32,
    /// When.
    pub at: Timestamp,
}

/// Who is responsible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Assignment {
    /// The agent.
    pub agent_id: Option<AgentId>,
    /// The team.
    pub team_id: Option<TeamId>,
}

/// A transition that the present state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The time lies in the past or within the next second.
    #[error("the time lies in the past")]
    InPast,
    /// The time lies more than a year ahead.
    #[error("the time lies more than a year ahead")]
    TooFar,
    /// It is resolved already.
    #[error("the conversation is resolved already")]
    AlreadyResolved,
    /// It is open already.
    #[error("the conversation is open already")]
    AlreadyOpen,
    /// Too many tags.
    #[error("a conversation has at most {CONVERSATION_TAGS_MAX} tags")]
    TooManyTags,
}

impl Conversation {
    /// Where it belongs, for the permission check.
    #[must_use]
    pub const fn resource(&self) -> Resource {
        Resource {
            inbox: Some(self.inbox_id),
            team: self.team_id,
            assignee: self.assignee_id,
        }
    }

    /// Who is responsible.
    #[must_use]
    pub const fn assignment(&self) -> Assignment {
        Assignment {
            agent_id: self.assignee_id,
            team_id: self.team_id,
        }
    }

    /// Makes an agent, a team or nobody responsible. With an agent, a person has the turn;
    /// without, an open conversation waits for one.
    #[must_use]
    pub fn assign(mut self, to: Assignment) -> Self {
        self.assignee_id = to.agent_id;
        self.team_id = to.team_id;
        self.handler = match (&self.status, to.agent_id) {
            (ConversationStatus::Resolved { .. }, _) => Handler::None,
            (_, Some(_)) => Handler::Human,
            (_, None) => Handler::Queued,
        };
        self
    }

    /// Hides the conversation from the work lists until `until` or until the customer writes.
    pub fn snooze(
        mut self,
        until: Timestamp,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, TransitionError> {
        const YEAR: Duration = Duration::from_hours(8784);
        if until <= now.plus(Duration::from_secs(1)) {
            return Err(TransitionError::InPast);
        }
        if until > now.plus(YEAR) {
            return Err(TransitionError::TooFar);
        }
        match self.status {
            ConversationStatus::Open | ConversationStatus::Snoozed { .. } => {
                self.status = ConversationStatus::Snoozed { until, by };
                Ok(self)
            }
            ConversationStatus::Resolved { .. } => Err(TransitionError::AlreadyResolved),
        }
    }

    /// Ends the present work. The session is resolved beside it.
    pub fn resolve(mut self, by: Actor, now: Timestamp) -> Result<Self, TransitionError> {
        match self.status {
            ConversationStatus::Open | ConversationStatus::Snoozed { .. } => {
                self.status = ConversationStatus::Resolved { at: now, by };
                self.handler = Handler::None;
                self.waiting_since = None;
                self.unread_count = 0;
                self.agent_seen_seq = self.last_seq;
                Ok(self)
            }
            ConversationStatus::Resolved { .. } => Err(TransitionError::AlreadyResolved),
        }
    }

    /// Takes up work again, with the agent who had it.
    pub fn reopen(mut self) -> Result<Self, TransitionError> {
        match self.status {
            ConversationStatus::Snoozed { .. } | ConversationStatus::Resolved { .. } => {
                self.status = ConversationStatus::Open;
                self.handler = if self.assignee_id.is_some() {
                    Handler::Human
                } else {
                    Handler::Queued
                };
                Ok(self)
            }
            ConversationStatus::Open => Err(TransitionError::AlreadyOpen),
        }
    }

    /// Takes a new message in: its place, the list row, who waits for whom.
    #[must_use]
    pub fn record_message(mut self, message: &Message) -> Self {
        self.last_seq = message.seq;
        match message.kind {
            MessageKind::System => return self,
            // The list row is for everybody.
            MessageKind::Note if message.content.whisper_to.is_some() => return self,
            MessageKind::Text | MessageKind::Note => {}
        }
        self.last_activity_at = message.created_at;
        self.last_message = Some(LastMessage {
            id: message.id,
            seq: message.seq,
            author_kind: message.author.kind().to_owned(),
            agent_id: match message.author {
                Author::Agent(id) => Some(id),
                Author::Contact(_) | Author::App(_) | Author::Bot | Author::System => None,
            },
            is_note: message.kind == MessageKind::Note,
            preview: message.preview(),
            attachments: u32::try_from(message.content.attachment_ids.len()).unwrap_or(u32::MAX),
            at: message.created_at,
        });
        match (message.kind, message.author) {
            (MessageKind::Text, Author::Contact(_)) => {
                self.unread_count += 1;
                self.contact_seen_seq = message.seq;
                self.waiting_since = self.waiting_since.or(Some(message.created_at));
            }
            (MessageKind::Text, author) if author.is_company() => {
                self.unread_count = 0;
                self.agent_seen_seq = message.seq;
                self.waiting_since = None;
            }
            _ => {}
        }
        self
    }

    /// An agent has read up to `seq`. None if that is nothing new.
    #[must_use]
    pub fn seen_by_agent(mut self, seq: i64) -> Option<Self> {
        let seq = seq.min(self.last_seq);
        if seq <= self.agent_seen_seq && self.unread_count == 0 {
            return None;
        }
        self.agent_seen_seq = self.agent_seen_seq.max(seq);
        if seq >= self.last_seq {
            self.unread_count = 0;
        }
        Some(self)
    }

    /// The customer has read up to `seq`. None if that is nothing new.
    #[must_use]
    pub fn seen_by_contact(mut self, seq: i64) -> Option<Self> {
        let seq = seq.min(self.last_seq);
        if seq <= self.contact_seen_seq {
            return None;
        }
        self.contact_seen_seq = seq;
        Some(self)
    }

    /// Shows it as unread again.
    #[must_use]
    pub fn mark_unread(mut self) -> Self {
        self.unread_count = self.unread_count.max(1);
        self
    }

    /// Replaces the tags.
    pub fn tag(mut self, mut tag_ids: Vec<TagId>) -> Result<Self, TransitionError> {
        tag_ids.sort_unstable();
        tag_ids.dedup();
        if tag_ids.len() > CONVERSATION_TAGS_MAX {
            return Err(TransitionError::TooManyTags);
        }
        self.tag_ids = tag_ids;
        Ok(self)
    }
}

#[cfg(test)]
#[path = "conversation_tests.rs"]
mod tests;
