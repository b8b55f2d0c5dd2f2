//! What the router is told once, and what it says of itself: policy of the workspace, where
//! work is, what happened without anybody doing it, and why something was refused.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::work::WorkKind;
use crate::ids::{AgentId, QueueItemId, TeamId};
use crate::time::Timestamp;

/// Policy of the whole workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RouterSettings {
    /// An agent who is offline for so long hands over, in seconds.
    pub offline_grace_s: u32,
    /// An agent who is away for so long hands over; none lets them keep their work.
    pub away_grace_s: Option<u32>,
    /// What is handed over. The rest stays with its agent until they are back.
    pub hand_over: BTreeSet<WorkKind>,
    /// After so many offers left unanswered in a row, an agent is taken for away.
    pub missed_offers_max: u32,
}

impl Default for RouterSettings {
    fn default() -> Self {
        Self {
            offline_grace_s: 120,
            away_grace_s: Some(300),
            hand_over: BTreeSet::from([WorkKind::Chat, WorkKind::Call]),
            missed_offers_max: 2,
        }
    }
}

/// Where a piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Place {
    /// In line.
    Waiting {
        /// Kept for the customer's own agent until then.
        held_until: Option<Timestamp>,
    },
    /// Offered to an agent.
    Offered {
        /// To whom.
        agent_id: AgentId,
        /// Until when.
        until: Timestamp,
    },
    /// With an agent.
    Assigned {
        /// With whom.
        agent_id: AgentId,
        /// Goes on to the next one then, unless the customer was answered.
        answer_by: Option<Timestamp>,
    },
}

/// All that has to be stored of a piece of work beside the work itself, so that a new
/// router goes on where the old one was. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// Where it is.
    pub place: Place,
    /// Since when it stands in line this time; steps of relaxation count from here.
    pub since: Timestamp,
    /// The team it was sent to, in place of the queue's.
    #[serde(default)]
    pub team_id: Option<TeamId>,
    /// Credit added by a standard or a person, in seconds.
    #[serde(default)]
    pub added_s: u32,
    /// Who is not asked before a time.
    #[serde(default)]
    pub paused: Vec<(AgentId, Timestamp)>,
    /// Who sent it to a colleague and has it again when it is not taken.
    #[serde(default)]
    pub sender: Option<AgentId>,
}

impl Standing {
    /// In line since a time, and nothing else.
    #[must_use]
    pub const fn waiting(since: Timestamp) -> Self {
        Self {
            place: Place::Waiting { held_until: None },
            since,
            team_id: None,
            added_s: 0,
            paused: Vec::new(),
            sender: None,
        }
    }
}

/// Something that happened by itself and that others should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// An offer was not taken in time.
    Expired {
        /// The work.
        item_id: QueueItemId,
        /// Who did not.
        agent_id: AgentId,
    },
    /// An agent took work and did not answer the customer.
    Unanswered {
        /// The work.
        item_id: QueueItemId,
        /// Who did not.
        agent_id: AgentId,
    },
    /// An offer was taken back, since the agent is no longer there.
    Revoked {
        /// The work.
        item_id: QueueItemId,
        /// Who had it.
        agent_id: AgentId,
    },
    /// Work of somebody who left is in line again.
    HandedOver {
        /// The work.
        item_id: QueueItemId,
        /// Who had it.
        from: AgentId,
    },
    /// An agent left so many offers unanswered that they seem to be away.
    SeemsAway {
        /// Who.
        agent_id: AgentId,
        /// How many offers.
        missed: u32,
    },
    /// A step of relaxation was reached.
    Eased {
        /// The work.
        item_id: QueueItemId,
        /// Steps reached.
        step: u8,
    },
    /// A colleague did not take what was sent to them; it went back.
    Returned {
        /// The work.
        item_id: QueueItemId,
        /// Who sent it and has it again.
        to: AgentId,
    },
}

/// Why the router refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RouterError {
    /// The queue is not known.
    #[error("no such queue")]
    UnknownQueue,
    /// The agent is not known.
    #[error("no such agent")]
    UnknownAgent,
    /// The work is not known; it may have ended.
    #[error("the work is no longer in a queue")]
    UnknownItem,
    /// It is there already.
    #[error("the work is in a queue already")]
    AlreadyQueued,
    /// The queue takes no more.
    #[error("the queue is full")]
    QueueFull,
    /// The offer is over or was for somebody else.
    #[error("the offer is over")]
    OfferOver,
    /// The agent is not at work.
    #[error("the agent is not at work")]
    AgentAbsent,
}
