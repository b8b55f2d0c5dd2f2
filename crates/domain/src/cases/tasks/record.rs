//! How a task stands, who held it and what happened to it.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, TeamId};
use crate::time::Timestamp;

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskStatus {
    /// The team has it.
    Open,
    /// The team needs something from the owner first.
    Question {
        /// What was left of the time, in milliseconds.
        rest_ms: u64,
    },
    /// There is an answer.
    Answered,
    /// It is no longer needed.
    Cancelled,
}

impl TaskStatus {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Question { .. } => "question",
            Self::Answered => "answered",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Who has a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Holder {
    /// A team of the back office.
    Team {
        /// Which.
        team_id: TeamId,
    },
    /// The owner of the case, who has to answer a question.
    Owner,
}

/// A stretch in which somebody had the task. A value: stored beside the task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Who.
    pub holder: Holder,
    /// The one person of the team who took it.
    pub taken_by: Option<AgentId>,
    /// From when.
    pub from: Timestamp,
    /// Until when; none while it lasts.
    pub to: Option<Timestamp>,
}

/// Something that happened to a task. A value: stored beside the task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AgentId,
    /// What.
    pub kind: TaskEntryKind,
    /// In words.
    pub text: String,
}

/// What happened to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TaskEntryKind {
    /// It went to another team.
    Forwarded {
        /// Which.
        to: TeamId,
    },
    /// How it stands, and until when there is more.
    Status {
        /// Until when.
        due_at: Timestamp,
        /// Whether the owner consented to more waiting.
        is_agreed: bool,
    },
    /// The team asks the owner.
    Question,
    /// The owner answered.
    Clarified,
    /// The answer.
    Answered,
    /// The owner sent the answer back: it is not what was asked for.
    SentBack,
    /// No longer needed.
    Cancelled,
}
