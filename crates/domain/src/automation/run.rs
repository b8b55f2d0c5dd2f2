//! What became of a rule that was asked, and why.

use serde::{Deserialize, Serialize};

use crate::ids::{AutomationRuleId, AutomationRunId, ConversationId, EventId};
use crate::limits::AUTOMATION_CHAIN_MAX;
use crate::time::Timestamp;

/// The rules whose effects led to something, the first one first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Chain(pub Vec<AutomationRuleId>);

impl Chain {
    /// Whether a rule may act because of what these rules did: it never follows itself, and
    /// only so many follow each other.
    pub fn admits(&self, rule: AutomationRuleId) -> Result<(), SkipReason> {
        if self.0.contains(&rule) {
            return Err(SkipReason::Loop);
        }
        if self.0.len() >= AUTOMATION_CHAIN_MAX {
            return Err(SkipReason::TooDeep);
        }
        Ok(())
    }

    /// The chain of what this rule does next.
    #[must_use]
    pub fn with(&self, rule: AutomationRuleId) -> Self {
        let mut rules = self.0.clone();
        rules.push(rule);
        Self(rules)
    }
}

/// What became of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its conditions held, and everything was done.
    Done,
    /// Its conditions did not hold.
    NotMatched,
    /// Its conditions held, and it was kept from acting.
    Skipped,
    /// At least one action failed.
    Failed,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Done, Self::NotMatched, Self::Skipped, Self::Failed];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotMatched => "not_matched",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// What kept a rule from acting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipReason {
    /// What happened is its own effect.
    Loop,
    /// Too many rules followed each other.
    TooDeep,
    /// It has acted in this conversation again and again.
    TooOften,
    /// Its budget is used up.
    Budget,
}

impl SkipReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Loop, Self::TooDeep, Self::TooOften, Self::Budget];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::TooDeep => "too_deep",
            Self::TooOften => "too_often",
            Self::Budget => "budget",
        }
    }
}

/// Whether one condition held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafResult {
    /// Where it stands in the terms, as a JSON pointer.
    pub path: String,
    /// Whether it held.
    pub holds: bool,
}

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionOutcome {
    /// It was done.
    Done,
    /// It was so already.
    Nothing,
    /// It was refused.
    Failed,
}

/// What became of one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionResult {
    /// Its name.
    #[serde(rename = "do")]
    pub action: String,
    /// How it ended.
    pub result: ActionOutcome,
    /// Why it was refused.
    pub detail: Option<String>,
}

/// A rule that was asked about one conversation once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Identifier.
    pub id: AutomationRunId,
    /// The rule.
    pub rule_id: AutomationRuleId,
    /// In which form.
    pub rule_version: i64,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// What happened, or since when it waited.
    pub trigger: String,
    /// The event, if it was one.
    pub event_id: Option<EventId>,
    /// The moment from which it waited, if it was by time.
    pub anchor_at: Option<Timestamp>,
    /// The rules whose effects led to it.
    pub chain: Chain,
    /// What became of it.
    pub outcome: Outcome,
    /// What kept it from acting.
    pub skip_reason: Option<SkipReason>,
    /// Which conditions held.
    pub leaves: Vec<LeafResult>,
    /// What was done.
    pub actions: Vec<ActionResult>,
    /// When.
    pub at: Timestamp,
}
