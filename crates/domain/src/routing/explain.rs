//! Why somebody got something. Stored beside the decision and shown as "why am I seeing
//! this?"; every word of it has a translation key.

use serde::{Deserialize, Serialize};

use super::priority::Credits;
use crate::ids::{AgentId, ConversationId, QueueId, QueueItemId};
use crate::time::Timestamp;

/// One piece of work goes to one agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The work.
    pub item_id: QueueItemId,
    /// What it is about.
    pub conversation_id: ConversationId,
    /// Where it waited.
    pub queue_id: QueueId,
    /// Who gets it.
    pub agent_id: AgentId,
    /// Whether they are asked.
    pub mode: Mode,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub explanation: Explanation,
}

/// Whether the agent is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Mode {
    /// Asked, with a time to answer.
    Offer {
        /// When it goes on to the next one.
        until: Timestamp,
    },
    /// Given.
    Direct {
        /// When it goes on unless the customer was answered.
        answer_by: Option<Timestamp>,
    },
}

/// Who was considered, why this one, why now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Why this agent.
    pub reason: Reason,
    /// What made us look.
    pub trigger: Trigger,
    /// Waiting so far, in seconds.
    pub waited_s: u64,
    /// What was added to the waiting time.
    pub credits: Credits,
    /// Steps of relaxation that had happened.
    pub step: u8,
    /// Work of the queue that stayed waiting.
    pub left_waiting: u32,
    /// How many agents there were and why others were not taken.
    pub agents: Headcount,
    /// The chosen one first, then the next best.
    pub candidates: Vec<Candidate>,
}

/// Why this agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The customer's own agent.
    Dedicated,
    /// Had the customer last.
    LastAgent,
    /// Nobody else could.
    OnlyOne,
    /// Speaks the language, which others do not.
    Language,
    /// Of the queue's own team; others help out.
    OwnTeam,
    /// Has fewer other skills than the next best.
    Specialist,
    /// Is better at what is needed than the next best.
    BestSkill,
    /// Has a smaller share of their capacity in use.
    LeastBusy,
    /// Has waited longest for work.
    LongestIdle,
    /// A person decided.
    ByHand,
}

/// What made us look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The work came in.
    Entered,
    /// An agent became free, and this was first in line for them.
    AgentFree,
    /// After some waiting, something gave way.
    Eased,
    /// The customer's own agent did not become free in time.
    HoldOver,
    /// Somebody declined.
    Declined,
    /// Somebody did not take the offer in time.
    Expired,
    /// Somebody took it and did not answer the customer.
    Unanswered,
    /// Somebody left and handed over.
    HandedOver,
    /// Somebody sent it on.
    Transferred,
    /// Its place in line changed.
    Changed,
}

/// How many agents there were, each counted once, by the first thing that spoke against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Headcount {
    /// Everybody known to routing.
    pub all: u32,
    /// Not of a team that answers this queue.
    pub other_team: u32,
    /// Without a skill that is needed.
    pub lacking_skill: u32,
    /// With the skill, below the level.
    pub below_level: u32,
    /// Without the language.
    pub other_language: u32,
    /// Able, but not at work.
    pub absent: u32,
    /// Able and at work, but full.
    pub full: u32,
    /// Able and free, but declined or missed this work a moment ago.
    pub paused: u32,
    /// Able and free.
    pub free: u32,
}

/// What keeps an agent from a kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Barrier {
    /// Not of a team that answers the queue.
    Team,
    /// Without a skill.
    Skill,
    /// Below the level.
    Level,
    /// Without the language.
    Language,
}

/// One who could have had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The agent.
    pub agent_id: AgentId,
    /// Skills they have in all; specialists have few.
    pub skills: u32,
    /// Sum of their levels in what is needed.
    pub level: u32,
    /// Whether they speak the language.
    pub speaks: bool,
    /// Whether they are of the queue's own team.
    pub own_team: bool,
    /// Share of their capacity in use, in percent.
    pub busy_percent: u32,
    /// Since when they wait for work.
    pub idle_since: Timestamp,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Dedicated,
        Self::LastAgent,
        Self::OnlyOne,
        Self::Language,
        Self::OwnTeam,
        Self::Specialist,
        Self::BestSkill,
        Self::LeastBusy,
        Self::LongestIdle,
        Self::ByHand,
    ];

    /// The key of its sentence in the message files.
    #[must_use]
    pub const fn message_key(self) -> &'static str {
        match self {
            Self::Dedicated => "routing_reason_dedicated",
            Self::LastAgent => "routing_reason_last_agent",
            Self::OnlyOne => "routing_reason_only_one",
            Self::Language => "routing_reason_language",
            Self::OwnTeam => "routing_reason_own_team",
            Self::Specialist => "routing_reason_specialist",
            Self::BestSkill => "routing_reason_best_skill",
            Self::LeastBusy => "routing_reason_least_busy",
            Self::LongestIdle => "routing_reason_longest_idle",
            Self::ByHand => "routing_reason_by_hand",
        }
    }
}

impl Trigger {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Entered,
        Self::AgentFree,
        Self::Eased,
        Self::HoldOver,
        Self::Declined,
        Self::Expired,
        Self::Unanswered,
        Self::HandedOver,
        Self::Transferred,
        Self::Changed,
    ];

    /// The key of its sentence in the message files.
    #[must_use]
    pub const fn message_key(self) -> &'static str {
        match self {
            Self::Entered => "routing_trigger_entered",
            Self::AgentFree => "routing_trigger_agent_free",
            Self::Eased => "routing_trigger_eased",
            Self::HoldOver => "routing_trigger_hold_over",
            Self::Declined => "routing_trigger_declined",
            Self::Expired => "routing_trigger_expired",
            Self::Unanswered => "routing_trigger_unanswered",
            Self::HandedOver => "routing_trigger_handed_over",
            Self::Transferred => "routing_trigger_transferred",
            Self::Changed => "routing_trigger_changed",
        }
    }
}
