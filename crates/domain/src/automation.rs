//! Automation rules (自动化规则) and macros (宏): when something happens or is due, if
//! conditions hold, then steps are taken.
//!
//! [`Terms`] is a value: stored and sent as it is, refused when it is read if it could not be
//! carried out. Whoever runs rules evaluates the conditions of views by SQL and everything
//! else by [`Surroundings`]; [`Node::holds`] joins the answers. A rule never acts because of
//! itself ([`Chain`]) and never more often than its [`Budget`] says ([`Counters`]).

mod action;
mod budget;
mod condition;
mod run;
mod surroundings;
#[cfg(test)]
mod tests;
mod trigger;

pub use action::{Action, ActionError};
pub use budget::{Budget, Counters, PauseReason};
pub use condition::{Leaf, Node, NodeError, Span};
pub use run::{ActionOutcome, ActionResult, Chain, LeafResult, Outcome, Run, SkipReason};
pub use surroundings::Surroundings;
pub use trigger::{EventTrigger, Since, Trigger};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::conversation::Conversation;
use crate::ids::{AgentId, AutomationRuleId, InboxId, MacroId, TeamId};
use crate::limits::{
    AUTOMATION_ACTIONS_MAX, AUTOMATION_DAY_MAX, AUTOMATION_HOUR_MAX, AUTOMATION_MINUTES_MAX,
    AUTOMATION_SCOPE_MAX, MACRO_DESCRIPTION_CHARS_MAX,
};
use crate::name::Name;
use crate::permission::{Access, Permission};
use crate::time::Timestamp;

/// Steps that are taken by event or time.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Identifier.
    pub id: AutomationRuleId,
    /// What people call it.
    pub name: Name,
    /// Rules are asked in this order.
    pub place: i64,
    /// Whether it is used.
    pub is_enabled: bool,
    /// What it says.
    pub terms: Terms,
    /// Who saved it last; none if a program did.
    pub author_id: Option<AgentId>,
    /// Why and since when it rests although it is enabled.
    pub paused: Option<(PauseReason, Timestamp)>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was saved last.
    pub updated_at: Timestamp,
    /// Rises with every change; runs name it.
    pub version: i64,
}

/// A former form of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleVersion {
    /// Which.
    pub version: i64,
    /// What people called it.
    pub name: Name,
    /// Whether it was used.
    pub is_enabled: bool,
    /// What it said.
    pub terms: Terms,
    /// Who saved it; none if a program did.
    pub author_id: Option<AgentId>,
    /// When.
    pub at: Timestamp,
}

/// Where a rule holds. Empty lists mean everywhere; of two lists both must fit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleScope {
    /// Only conversations of these inboxes.
    pub inbox_ids: BTreeSet<InboxId>,
    /// Only conversations these teams are responsible for.
    pub team_ids: BTreeSet<TeamId>,
}

impl RuleScope {
    /// Whether a conversation is inside.
    #[must_use]
    pub fn includes(&self, conversation: &Conversation) -> bool {
        let inbox = self.inbox_ids.is_empty() || self.inbox_ids.contains(&conversation.inbox_id);
        let is_of_team = |team| self.team_ids.contains(&team);
        inbox && (self.team_ids.is_empty() || conversation.team_id.is_some_and(is_of_team))
    }

    /// Whether somebody holds a permission in all of it.
    #[must_use]
    pub fn is_within(&self, access: &Access, permission: Permission) -> bool {
        let held = access.visibility(permission);
        held.all
            || (!self.inbox_ids.is_empty() && self.inbox_ids.is_subset(&held.inboxes))
            || (!self.team_ids.is_empty() && self.team_ids.is_subset(&held.teams))
    }
}

/// What a rule says. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Where it holds.
    #[serde(default)]
    pub scope: RuleScope,
    /// When it is asked.
    pub trigger: Trigger,
    /// What must hold.
    #[serde(default)]
    pub conditions: Node,
    /// What is done, in this order.
    pub actions: Vec<Action>,
    /// Whether later rules are not asked about the same event once this one matched.
    #[serde(default)]
    pub is_final: bool,
    /// How often it may act.
    #[serde(default)]
    pub budget: Budget,
}

/// Why a rule or a macro was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// No event, or a time out of bounds.
    #[error("a rule hears of at least one event, or waits 1 to {AUTOMATION_MINUTES_MAX} minutes")]
    Trigger,
    /// Too many inboxes or teams.
    #[error("a rule holds for at most {AUTOMATION_SCOPE_MAX} inboxes and teams")]
    Scope,
    /// The conditions are not possible.
    #[error(transparent)]
    Conditions(#[from] NodeError),
    /// None, or too many.
    #[error("there are 1 to {AUTOMATION_ACTIONS_MAX} actions")]
    Actions,
    /// One of them is not possible.
    #[error("{error}")]
    Action {
        /// Its place, from 0.
        at: usize,
        /// What is wrong.
        error: ActionError,
    },
    /// The budget is none, or too large.
    #[error(
        "a rule acts 1 to {AUTOMATION_HOUR_MAX} times an hour and 1 to {AUTOMATION_DAY_MAX} a day"
    )]
    Budget,
    /// The description of a macro is too long.
    #[error("a description has at most {MACRO_DESCRIPTION_CHARS_MAX} characters")]
    Description,
}

/// Checks a list of actions.
pub fn check_actions(actions: &[Action]) -> Result<(), TermsError> {
    if actions.is_empty() || actions.len() > AUTOMATION_ACTIONS_MAX {
        return Err(TermsError::Actions);
    }
    for (at, action) in actions.iter().enumerate() {
        action
            .check()
            .map_err(|error| TermsError::Action { at, error })?;
    }
    Ok(())
}

impl Terms {
    /// Checks everything that needs no database.
    pub fn check(&self) -> Result<(), TermsError> {
        if !self.trigger.is_possible() {
            return Err(TermsError::Trigger);
        }
        let widest = self.scope.inbox_ids.len().max(self.scope.team_ids.len());
        if widest > AUTOMATION_SCOPE_MAX {
            return Err(TermsError::Scope);
        }
        self.conditions.check()?;
        if !self.budget.is_possible() {
            return Err(TermsError::Budget);
        }
        check_actions(&self.actions)
    }

    /// What somebody must be allowed in the whole scope to have this done.
    #[must_use]
    pub fn permissions(&self) -> BTreeSet<Permission> {
        let needed = self.actions.iter().map(Action::permission);
        needed.chain([Permission::ReadConversations]).collect()
    }
}

/// Steps that are taken by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Macro {
    /// Identifier.
    pub id: MacroId,
    /// The agent it belongs to; none if all share it.
    pub agent_id: Option<AgentId>,
    /// What people call it.
    pub name: Name,
    /// When it is of use.
    pub description: String,
    /// What is done, in this order.
    pub actions: Vec<Action>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

impl Macro {
    /// Checks everything that needs no database.
    pub fn check(&self) -> Result<(), TermsError> {
        if self.description.chars().count() > MACRO_DESCRIPTION_CHARS_MAX {
            return Err(TermsError::Description);
        }
        check_actions(&self.actions)
    }
}
