//! Procedures (SOP, 标准流程): how a case of a type is worked on, step by step.
//!
//! A procedure is a graph of steps. Each step says who does it, what matters, what has to
//! be ticked and filled in, how long it may take, who has to approve, and where each
//! outcome leads. [`Procedure::check`] names everything that is wrong before a procedure
//! can be used; what passes cannot get stuck.

mod checks;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use checks::Finding;

use crate::attribute::Label;
use crate::ids::{RoleId, TeamId};

use super::approvals::Approver;
use super::escalation::{Ladder, TimeLimit};
use super::forms::{Answers, Condition, Form};
use super::status::StatusCategory;

/// Steps and how they follow each other. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// The key of the first step.
    pub first: String,
    /// All steps, in the order of the picture.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name for programs, `snake_case`.
    pub key: String,
    /// What people call it.
    pub name: Label,
    /// What matters here, for whoever does it.
    #[serde(default)]
    pub guidance: Label,
    /// What the customer reads in the portal while it lasts; nothing when empty.
    #[serde(default)]
    pub customer_text: Label,
    /// Who does it.
    pub doer: Doer,
    /// What has to be ticked.
    #[serde(default)]
    pub checklist: Vec<CheckItem>,
    /// What has to be filled in.
    #[serde(default)]
    pub form: Form,
    /// How long it may take.
    pub limit: TimeLimit,
    /// Who is reminded and told when it takes longer.
    #[serde(default)]
    pub ladder: Ladder,
    /// Who has to approve the outcomes that need it, level by level.
    #[serde(default)]
    pub approvers: Vec<Approver>,
    /// How it can end.
    pub outcomes: Vec<Outcome>,
}

/// Who does a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Doer {
    /// The owner of the case.
    Owner,
    /// Whoever leads the owner's team.
    Supervisor,
    /// A desk of the back office; the owner where a company has no team for it.
    Desk {
        /// Which.
        desk: Desk,
    },
    /// A team.
    Team {
        /// Which.
        team_id: TeamId,
    },
    /// Anybody with a role.
    Role {
        /// Which.
        role_id: RoleId,
    },
    /// The customer; the owner reminds them and writes down what came.
    Customer,
}

/// What the back office of most companies has. A company says once which team is which, so
/// that built-in procedures work without being rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Desk {
    /// Finds and mends faults.
    Technical,
    /// Sends, receives and checks goods.
    Warehouse,
    /// Pays, refunds, corrects invoices.
    Finance,
    /// Protects accounts and data.
    Security,
    /// Knows the law.
    Legal,
    /// Looks for causes and sees that they go away.
    Quality,
}

impl Desk {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Technical,
        Self::Warehouse,
        Self::Finance,
        Self::Security,
        Self::Legal,
        Self::Quality,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Technical => "technical",
            Self::Warehouse => "warehouse",
            Self::Finance => "finance",
            Self::Security => "security",
            Self::Legal => "legal",
            Self::Quality => "quality",
        }
    }
}

/// Which team is which desk.
pub type Desks = BTreeMap<Desk, TeamId>;

/// Who does a step in this company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Assignee {
    /// The owner of the case.
    Owner,
    /// Whoever leads the owner's team.
    Supervisor,
    /// Anybody of a team.
    Team {
        /// Which.
        team_id: TeamId,
    },
    /// Anybody with a role.
    Role {
        /// Which.
        role_id: RoleId,
    },
    /// The customer.
    Customer,
}

impl Doer {
    /// Who that is in this company. A desk nobody was named for falls to the owner, so that
    /// no step is without somebody.
    #[must_use]
    pub fn resolve(self, desks: &Desks) -> Assignee {
        match self {
            Self::Owner => Assignee::Owner,
            Self::Supervisor => Assignee::Supervisor,
            Self::Desk { desk } => match desks.get(&desk) {
                Some(team_id) => Assignee::Team { team_id: *team_id },
                None => Assignee::Owner,
            },
            Self::Team { team_id } => Assignee::Team { team_id },
            Self::Role { role_id } => Assignee::Role { role_id },
            Self::Customer => Assignee::Customer,
        }
    }
}

impl Assignee {
    /// How the case stands while they have the turn.
    #[must_use]
    pub const fn category(self) -> StatusCategory {
        match self {
            Self::Owner | Self::Supervisor => StatusCategory::Open,
            Self::Team { .. } | Self::Role { .. } => StatusCategory::WaitingForBackOffice,
            Self::Customer => StatusCategory::WaitingForCustomer,
        }
    }
}

/// One point of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckItem {
    /// Its name for programs, `snake_case`.
    pub key: String,
    /// What is to be done.
    pub text: Label,
    /// Whether the step cannot end without.
    #[serde(default)]
    pub is_required: bool,
}

/// One way a step can end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Its name for programs, `snake_case`.
    pub key: String,
    /// What people choose.
    pub name: Label,
    /// It can be chosen only if this holds of the answers of the step and the case.
    #[serde(default)]
    pub when: Option<Condition>,
    /// Whether the approvers of the step are asked first.
    #[serde(default)]
    pub needs_approval: bool,
    /// What comes then.
    pub next: Next,
}

/// What comes after a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Next {
    /// Another step, or the same again.
    Step {
        /// Its key.
        step: String,
    },
    /// The procedure is over; the owner can resolve the case.
    End,
}

impl Outcome {
    /// Whether it can be chosen after these answers.
    #[must_use]
    pub fn is_open(&self, answers: &Answers) -> bool {
        let when = self.when.as_ref();
        when.is_none_or(|when| when.holds(answers))
    }

    /// The step it leads to.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        match &self.next {
            Next::Step { step } => Some(step),
            Next::End => None,
        }
    }
}

impl Procedure {
    /// The step of a key.
    #[must_use]
    pub fn step(&self, key: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == key)
    }

    /// Everything that is wrong with it, given the form of the case; empty when there is
    /// nothing to say. It can be used when nothing [blocks](Finding::is_blocking).
    #[must_use]
    pub fn check(&self, case_form: &Form) -> Vec<Finding> {
        checks::check(self, case_form)
    }
}

impl Step {
    /// The outcome of a key.
    #[must_use]
    pub fn outcome(&self, key: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.key == key)
    }
}
