//! Saved views: a named filter over conversations, one's own or shared with all.
//!
//! A [`Filter`] is a value: it is stored and sent as it is, as a list of `{ field,
//! operator, value }`. What cannot be understood is refused when it is read, so a filter
//! that exists is one that can be evaluated. The store evaluates it; nothing else does.

mod condition;
#[cfg(test)]
mod tests;
mod wire;

pub use condition::{
    AssigneeChoice, AttributeCondition, AttributeTest, CHANNELS, Condition, HANDLERS, OneOf,
    PRIORITIES, RatingTest, Reference, STATUSES, StatusName, TagTest, TeamChoice, TimeTest,
};
pub use wire::{FilterError, Operand};

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ViewId};
use crate::limits::VIEW_CONDITIONS_MAX;
use crate::name::Name;
use crate::time::Timestamp;

/// A named filter over conversations.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Identifier.
    pub id: ViewId,
    /// Who made it; none if a program did.
    pub agent_id: Option<AgentId>,
    /// Whether everybody has it in their list.
    pub is_shared: bool,
    /// What it is called.
    pub name: Name,
    /// What it shows.
    pub filter: Filter,
    /// In which order.
    pub sort: ViewSort,
    /// When it was made.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

impl View {
    /// Whether an agent has it in their list.
    #[must_use]
    pub fn is_visible_to(&self, agent: Option<AgentId>) -> bool {
        self.is_shared || self.is_of(agent)
    }

    /// Whether it is an agent's own.
    #[must_use]
    pub fn is_of(&self, agent: Option<AgentId>) -> bool {
        agent.is_some() && self.agent_id == agent
    }
}

/// The order of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewSort {
    /// Latest activity first.
    #[default]
    Recent,
    /// Longest waiting first; only those where a customer waits.
    Waiting,
    /// Next deadline first; behind them those without.
    Deadline,
}

impl ViewSort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Recent, Self::Waiting, Self::Deadline];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recent => "recent",
            Self::Waiting => "waiting",
            Self::Deadline => "deadline",
        }
    }
}

/// Whether all conditions must hold or one is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// All of them.
    All,
    /// At least one.
    Any,
}

/// Which conversations. Has at least one condition and at most [`VIEW_CONDITIONS_MAX`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawFilter", into = "RawFilter")]
pub struct Filter {
    rule: Match,
    conditions: Vec<Condition>,
}

/// The wire form, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFilter {
    #[serde(rename = "match")]
    rule: Match,
    conditions: Vec<Condition>,
}

impl TryFrom<RawFilter> for Filter {
    type Error = FilterError;
    fn try_from(raw: RawFilter) -> Result<Self, FilterError> {
        Self::new(raw.rule, raw.conditions)
    }
}

impl From<Filter> for RawFilter {
    fn from(filter: Filter) -> Self {
        Self {
            rule: filter.rule,
            conditions: filter.conditions,
        }
    }
}

impl Filter {
    /// A filter of these conditions; refused if there are none or too many.
    pub fn new(rule: Match, conditions: Vec<Condition>) -> Result<Self, FilterError> {
        if conditions.is_empty() || conditions.len() > VIEW_CONDITIONS_MAX {
            return Err(FilterError::Count);
        }
        Ok(Self { rule, conditions })
    }

    /// Whether all conditions must hold or one is enough.
    #[must_use]
    pub const fn rule(&self) -> Match {
        self.rule
    }

    /// The conditions, in the order they were written.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Conditions without which nothing is shown: all of them, or none if one is enough.
    pub fn necessary(&self) -> impl Iterator<Item = &Condition> {
        let is_necessary = self.rule == Match::All || self.conditions.len() == 1;
        self.conditions.iter().filter(move |_| is_necessary)
    }

    /// Everything the conditions name, with the place of the condition that names it.
    pub fn references(&self) -> impl Iterator<Item = (usize, Reference<'_>)> {
        self.conditions
            .iter()
            .enumerate()
            .flat_map(|(at, condition)| condition.references().into_iter().map(move |it| (at, it)))
    }
}
