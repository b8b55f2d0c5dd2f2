//! Automation rules and macros: who may set them up, what they do, and why.
//!
//! - A reactor follows the log and asks every rule that hears of an event, in their order
//!   (`react`). Its cursor, what rules do and what is kept about it are one transaction.
//! - A reconciler asks rules by time about every moment that has become due, once (`timed`).
//! - What a rule does is done by the use cases an agent's hands use (`act`), as
//!   `system:automation:<run>`: whoever sees the event finds the run, and the run knows the
//!   chain of rules that led to it. So no rule follows itself.
//! - Whoever saves a rule must be allowed everything it does, everywhere it holds (`check`).

mod act;
mod ask;
mod check;
mod dry_run;
mod macros;
mod react;
mod rules;
mod runs;
mod timed;

pub use act::Refused;
pub use dry_run::{DryRun, DryRunSession, dry_run};
pub use macros::{
    MacroPatch, MacroResult, NewMacro, create_macro, delete_macro, list_macros, run_macro,
    update_macro,
};
pub use rules::{
    NewRule, RulePatch, RuleView, create_rule, delete_rule, get_rule, list_rules, order_rules,
    resume_rule, rule_versions, update_rule,
};
pub use runs::{RunView, runs_of_conversation, runs_of_rule};

use zhiyin_domain::automation::TermsError;
use zhiyin_domain::ids::{AutomationRuleId, MacroId};
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_store::StoreError;

use crate::Context;
use crate::conversations::ConversationError;
use crate::work::Work;

/// Why something with a rule or a macro was refused.
#[derive(Debug, thiserror::Error)]
pub enum AutomationError {
    /// No such rule.
    #[error("no such automation rule")]
    NotFound(AutomationRuleId),
    /// No such macro, or somebody else's.
    #[error("no such macro")]
    MacroNotFound(MacroId),
    /// Somebody else changed it, or the order.
    #[error("somebody else has changed it")]
    Stale,
    /// Another rule has this name.
    #[error("another automation rule has this name")]
    NameTaken,
    /// There are as many as there may be.
    #[error("there are {0} already")]
    TooMany(usize),
    /// It says something that is not possible.
    #[error("{detail}")]
    Invalid {
        /// Where, as a JSON pointer into rule or macro.
        path: String,
        /// What is wrong.
        detail: String,
    },
    /// Too many conversations, or days.
    #[error("{0}")]
    OutOfBounds(String),
    /// The permission is missing, or missing in a part of where the rule holds.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The conversation refused it.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AutomationError {
    /// What is wrong with a document; `prefix` is where it stands in the body.
    fn terms(error: &TermsError, prefix: &str) -> Self {
        let path = match error {
            TermsError::Trigger => "/trigger".to_owned(),
            TermsError::Scope => "/scope".to_owned(),
            TermsError::Conditions(_) => "/conditions".to_owned(),
            TermsError::Actions => "/actions".to_owned(),
            TermsError::Action { at, error } => format!("/actions/{at}/{}", error.field()),
            TermsError::Budget => "/budget".to_owned(),
            TermsError::Description => "/description".to_owned(),
        };
        Self::Invalid {
            path: format!("{prefix}{path}"),
            detail: error.to_string(),
        }
    }
}

/// What this feature hands to the worker.
#[must_use]
pub fn work() -> Work {
    Work {
        reactors: vec![react::REACTOR],
        reconcilers: vec![timed::RECONCILER],
        ..Work::default()
    }
}

/// Who sets up rules sees what they do everywhere.
fn require(ctx: &Context) -> Result<(), Denied> {
    ctx.require(Permission::ManageAutomation, &Resource::WORKSPACE)
}
