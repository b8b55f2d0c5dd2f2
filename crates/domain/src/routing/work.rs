//! Work that waits for a person.

use serde::{Deserialize, Serialize};

use super::people::SkillLevel;
use crate::conversation::Priority;
use crate::ids::{AgentId, ConversationId, QueueId, QueueItemId, SessionId, SkillId, TeamId};
use crate::inbox::Channel;
use crate::language_tag::LanguageTag;
use crate::stage::Stage;
use crate::tier::Tier;
use crate::time::Timestamp;

/// What a piece of work asks of an agent's attention. Capacity is counted by kind, so that
/// a new channel needs no new setting for every agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    /// Live writing; several at once.
    Chat,
    /// Speaking, with or without picture; one at a time.
    Call,
    /// Letters and mail; many at once.
    Mail,
    /// A task without a customer waiting.
    Task,
}

impl WorkKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Chat, Self::Call, Self::Mail, Self::Task];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Call => "call",
            Self::Mail => "mail",
            Self::Task => "task",
        }
    }

    pub(super) const fn index(self) -> usize {
        match self {
            Self::Chat => 0,
            Self::Call => 1,
            Self::Mail => 2,
            Self::Task => 3,
        }
    }
}

impl From<Channel> for WorkKind {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Web | Channel::Api => Self::Chat,
            Channel::Email => Self::Mail,
        }
    }
}

/// A skill that work needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillNeed {
    /// Which.
    pub skill_id: SkillId,
    /// At least how well.
    pub level: SkillLevel,
}

/// One piece of work that waits, is offered or is assigned. A value: what was known when
/// it was put into the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueItem {
    /// Identifier.
    pub id: QueueItemId,
    /// What it is about.
    pub conversation_id: ConversationId,
    /// The stretch of service.
    pub session_id: SessionId,
    /// Where it waits.
    pub queue_id: QueueId,
    /// Since when the customer waits for a person. Survives transfer and return, so that
    /// nobody goes back to the end of a line.
    pub entered_at: Timestamp,
    /// What it asks of an agent.
    pub kind: WorkKind,
    /// Skills it needs, at most [`crate::limits::ITEM_SKILLS_MAX`].
    #[serde(default)]
    pub needs: Vec<SkillNeed>,
    /// The language it needs.
    #[serde(default)]
    pub language: Option<LanguageTag>,
    /// The customer's tier.
    #[serde(default)]
    pub tier: Tier,
    /// How urgent.
    pub severity: Priority,
    /// Before, during or after a purchase.
    #[serde(default)]
    pub stage: Option<Stage>,
    /// Who had the customer last.
    #[serde(default)]
    pub last_agent: Option<AgentId>,
    /// The customer's own agents (专属客服), the contact's before the account's.
    #[serde(default)]
    pub dedicated: Vec<AgentId>,
}

/// Where a transfer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Target {
    /// To one agent, who may decline.
    Agent(AgentId),
    /// To whoever of a team is next; the queue's policy stays.
    Team(TeamId),
    /// To another queue.
    Queue(QueueId),
}
