//! Service recovery (服务补救): making up for what went wrong, from a catalogue of gestures,
//! within limits, with approval above them, and within a budget.
//!
//! What counts against a limit is the **whole case**: everything granted and everything
//! asked for, not the single gesture. So a large sum cannot be split into small ones. A
//! [`CaseRecovery`] is one value with a version; of two who act at once, one writes and the
//! other looks again, so limits hold in any order and in any race.

mod budget;
mod catalogue;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use budget::{Budget, BudgetError, BudgetRow, budget_report};
pub use catalogue::{Catalogue, CatalogueError, Cost, Gesture, GestureKind};

use crate::ids::{AgentId, CaseId, RecoveryId, RoleId};
use crate::limits::{APPROVAL_LEVELS_MAX, CASE_GESTURES_MAX, CASE_TEXT_CHARS_MAX};
use crate::money::{Currency, Money, MoneyError};
use crate::time::Timestamp;

use super::approvals::{Approval, ApprovalError, ApprovalState, Approver, Judge};
use super::text::clean;

/// Who may grant how much on one case. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryLimits {
    /// The currency they are in; nothing is granted in another.
    pub currency: Currency,
    /// Up to how much somebody with a role may grant by themselves, in minor units. Of
    /// several roles the largest counts; without one it is nothing.
    pub own: BTreeMap<RoleId, i64>,
    /// From this sum on another person has to agree, whatever the own limit is (four eyes).
    pub four_eyes_from: i64,
    /// Who may agree up to how much, rising; the last is the most there is.
    pub chain: Vec<ApprovalLevel>,
}

/// One level of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalLevel {
    /// Whose yes it takes.
    pub approver: Approver,
    /// Up to this sum it is enough, in minor units.
    pub up_to: i64,
}

/// What a sum takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needs {
    /// Nobody else.
    Nothing,
    /// These, one after the other.
    Approval(Vec<Approver>),
}

/// Limits do not hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    /// Negative or too large.
    #[error("limits are sums from 0 on")]
    Range,
    /// Not rising, none, or too many.
    #[error(
        "the chain has 1 to {APPROVAL_LEVELS_MAX} levels with rising sums and different approvers"
    )]
    Chain,
    /// An own limit that nobody above has.
    #[error("an own limit lies above what the chain may approve")]
    Own,
}

impl RecoveryLimits {
    /// Checks that sums rise with the level.
    pub fn check(&self) -> Result<(), LimitsError> {
        let is_sum = |minor: i64| Money::new(minor, self.currency).is_ok();
        let sums = self.own.values().chain([&self.four_eyes_from]);
        let levels = self.chain.iter().map(|level| &level.up_to);
        if !sums.chain(levels).all(|sum| is_sum(*sum)) {
            return Err(LimitsError::Range);
        }
        let is_rising = self.chain.is_sorted_by(|a, b| a.up_to < b.up_to);
        let approvers: std::collections::BTreeSet<_> =
            self.chain.iter().map(|level| &level.approver).collect();
        let is_whole = (1..=APPROVAL_LEVELS_MAX).contains(&self.chain.len());
        if !is_rising || !is_whole || approvers.len() != self.chain.len() {
            return Err(LimitsError::Chain);
        }
        let most = self.most();
        if self.own.values().any(|own| *own > most) {
            return Err(LimitsError::Own);
        }
        Ok(())
    }

    /// The most there is on one case, in minor units.
    #[must_use]
    pub fn most(&self) -> i64 {
        self.chain.last().map_or(0, |level| level.up_to)
    }

    /// Up to how much somebody may grant by themselves, in minor units.
    #[must_use]
    pub fn own_limit<'a>(&self, roles: impl IntoIterator<Item = &'a RoleId>) -> i64 {
        let own = roles.into_iter().filter_map(|role| self.own.get(role));
        own.copied().max().unwrap_or(0)
    }

    /// What it takes that all of a case together comes to `total`.
    pub fn needs(&self, total: Money, own_limit: i64) -> Result<Needs, RecoveryError> {
        if total.currency() != self.currency {
            return Err(MoneyError::Mixed(total.currency(), self.currency).into());
        }
        let total = total.minor();
        if total == 0 || (total <= own_limit && total < self.four_eyes_from) {
            return Ok(Needs::Nothing);
        }
        let enough = self.chain.iter().position(|level| total <= level.up_to);
        let last = enough.ok_or(RecoveryError::AboveAll)?;
        // Levels that may approve less than the person already may alone are left out.
        let levels = self.chain[..=last].iter().enumerate();
        let needed = levels.filter(|(at, level)| *at == last || level.up_to > own_limit);
        let approvers = needed.map(|(_, level)| level.approver.clone()).collect();
        Ok(Needs::Approval(approvers))
    }
}

/// One gesture asked for a case. A value: stored beside the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Identifier.
    pub id: RecoveryId,
    /// Which gesture of the catalogue.
    pub gesture: String,
    /// What it costs.
    pub cost: Money,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: AgentId,
    /// When.
    pub asked_at: Timestamp,
    /// How it stands.
    pub state: GrantState,
}

/// How a gesture stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum GrantState {
    /// Somebody has to agree.
    Pending {
        /// Who.
        approval: Approval,
    },
    /// It may be carried out.
    Granted {
        /// Who agreed, where that was needed.
        approval: Option<Approval>,
        /// When.
        at: Timestamp,
    },
    /// Carried out: paid, sent, said.
    Done {
        /// Who agreed, where that was needed.
        approval: Option<Approval>,
        /// By whom.
        by: AgentId,
        /// When.
        at: Timestamp,
    },
    /// Somebody said no.
    Rejected {
        /// Who and why.
        approval: Approval,
    },
    /// Taken back before it was carried out.
    Withdrawn {
        /// By whom.
        by: AgentId,
        /// When.
        at: Timestamp,
    },
}

impl Grant {
    /// Whether it counts against limits and budget.
    #[must_use]
    pub const fn counts(&self) -> bool {
        match self.state {
            GrantState::Pending { .. } | GrantState::Granted { .. } | GrantState::Done { .. } => {
                true
            }
            GrantState::Rejected { .. } | GrantState::Withdrawn { .. } => false,
        }
    }

    /// Whether it is decided for.
    #[must_use]
    pub const fn is_granted(&self) -> bool {
        match self.state {
            GrantState::Granted { .. } | GrantState::Done { .. } => true,
            GrantState::Pending { .. }
            | GrantState::Rejected { .. }
            | GrantState::Withdrawn { .. } => false,
        }
    }
}

/// Everything asked for one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRecovery {
    /// Which case.
    pub case_id: CaseId,
    /// Everything ever asked, oldest first.
    pub grants: Vec<Grant>,
    /// Optimistic lock.
    pub version: i64,
}

/// Why something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// It is not in the catalogue, or switched off.
    #[error("this gesture is not in the catalogue")]
    NoGesture,
    /// It costs something else.
    #[error("the sum does not fit this gesture")]
    Cost,
    /// Currencies or sums that cannot be.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Nobody may grant so much.
    #[error("with this the case would get more than anybody may grant")]
    AboveAll,
    /// The budget is used up.
    #[error(transparent)]
    Budget(#[from] BudgetError),
    /// Too many.
    #[error("a case has at most {CASE_GESTURES_MAX} gestures")]
    TooMany,
    /// No words.
    #[error("say why in 1 to {CASE_TEXT_CHARS_MAX} characters")]
    Reason,
    /// There is no such request.
    #[error("there is no such request on this case")]
    Unknown,
    /// It does not stand like that.
    #[error("the request is decided, done or withdrawn already")]
    State,
    /// A decision was refused.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
}

/// A gesture somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Identifier.
    pub id: RecoveryId,
    /// Which gesture.
    pub gesture: String,
    /// What it costs.
    pub cost: Money,
    /// Why.
    pub reason: String,
    /// Who asks.
    pub by: AgentId,
    /// Up to how much they may grant by themselves.
    pub own_limit: i64,
    /// When.
    pub at: Timestamp,
}

impl CaseRecovery {
    /// Of a case that nothing was asked for.
    #[must_use]
    pub const fn new(case_id: CaseId) -> Self {
        Self {
            case_id,
            grants: Vec::new(),
            version: 1,
        }
    }

    /// What counts so far, in a currency.
    pub fn total(&self, currency: Currency) -> Result<Money, MoneyError> {
        let counting = self.grants.iter().filter(|grant| grant.counts());
        let of_currency = counting.filter(|grant| !grant.cost.is_zero());
        of_currency
            .map(|grant| grant.cost)
            .try_fold(Money::zero(currency), Money::plus)
    }

    /// How many requests wait for approval.
    #[must_use]
    pub fn pending_count(&self) -> usize {
        let is_pending = |grant: &&Grant| matches!(grant.state, GrantState::Pending { .. });
        self.grants.iter().filter(is_pending).count()
    }

    /// Asks for a gesture: granted at once within the own limit, else put before others.
    /// Either way its cost counts from now on, also in the budget.
    pub fn ask(
        mut self,
        ask: Ask,
        catalogue: &Catalogue,
        limits: &RecoveryLimits,
        budget: Budget,
    ) -> Result<(Self, Budget), RecoveryError> {
        let gesture = catalogue
            .get(&ask.gesture)
            .ok_or(RecoveryError::NoGesture)?;
        if !gesture.is_enabled {
            return Err(RecoveryError::NoGesture);
        }
        if !gesture.cost.takes(ask.cost) {
            return Err(RecoveryError::Cost);
        }
        if self.grants.len() >= CASE_GESTURES_MAX {
            return Err(RecoveryError::TooMany);
        }
        let reason = clean(&ask.reason, CASE_TEXT_CHARS_MAX).ok_or(RecoveryError::Reason)?;
        let total = self.total(limits.currency)?.plus(ask.cost)?;
        // What costs nothing needs nobody, however much the case has had before.
        let needs = if ask.cost.is_zero() {
            Needs::Nothing
        } else {
            limits.needs(total, ask.own_limit)?
        };
        let budget = budget.reserve(ask.cost)?;
        let (state, budget) = match needs {
            Needs::Nothing => {
                let state = GrantState::Granted {
                    approval: None,
                    at: ask.at,
                };
                (state, budget.spend(ask.cost)?)
            }
            Needs::Approval(levels) => {
                let approval = Approval::ask(ask.by, levels, ask.at)?;
                (GrantState::Pending { approval }, budget)
            }
        };
        self.grants.push(Grant {
            id: ask.id,
            gesture: ask.gesture,
            cost: ask.cost,
            reason,
            asked_by: ask.by,
            asked_at: ask.at,
            state,
        });
        Ok((self, budget))
    }

    fn find(&mut self, id: RecoveryId) -> Result<&mut Grant, RecoveryError> {
        let found = self.grants.iter_mut().find(|grant| grant.id == id);
        found.ok_or(RecoveryError::Unknown)
    }

    /// Somebody agrees, or not. After the last yes it is granted; a no frees the budget.
    pub fn decide(
        mut self,
        id: RecoveryId,
        judge: &Judge,
        (is_approved, note): (bool, &str),
        budget: Budget,
        now: Timestamp,
    ) -> Result<(Self, Budget), RecoveryError> {
        let grant = self.find(id)?;
        let GrantState::Pending { approval } = grant.state.clone() else {
            return Err(RecoveryError::State);
        };
        let approval = if is_approved {
            approval.approve(judge, note, now)?
        } else {
            approval.reject(judge, note, now)?
        };
        let cost = grant.cost;
        let (state, budget) = match approval.state() {
            ApprovalState::Pending { .. } => (GrantState::Pending { approval }, budget),
            ApprovalState::Rejected { .. } => {
                (GrantState::Rejected { approval }, budget.release(cost)?)
            }
            ApprovalState::Approved => {
                let approval = Some(approval);
                let state = GrantState::Granted { approval, at: now };
                (state, budget.spend(cost)?)
            }
        };
        grant.state = state;
        Ok((self, budget))
    }

    /// It was carried out. Money that was paid does not come back by a click.
    pub fn carry_out(
        mut self,
        id: RecoveryId,
        by: AgentId,
        now: Timestamp,
    ) -> Result<Self, RecoveryError> {
        let grant = self.find(id)?;
        let GrantState::Granted { approval, .. } = grant.state.clone() else {
            return Err(RecoveryError::State);
        };
        grant.state = GrantState::Done {
            approval,
            by,
            at: now,
        };
        Ok(self)
    }

    /// It is taken back before it was carried out, and frees the budget.
    pub fn withdraw(
        mut self,
        id: RecoveryId,
        by: AgentId,
        budget: Budget,
        now: Timestamp,
    ) -> Result<(Self, Budget), RecoveryError> {
        let grant = self.find(id)?;
        let cost = grant.cost;
        let budget = match grant.state {
            GrantState::Pending { .. } => budget.release(cost)?,
            GrantState::Granted { .. } => budget.refund(cost)?,
            GrantState::Done { .. }
            | GrantState::Rejected { .. }
            | GrantState::Withdrawn { .. } => {
                return Err(RecoveryError::State);
            }
        };
        grant.state = GrantState::Withdrawn { by, at: now };
        Ok((self, budget))
    }
}
