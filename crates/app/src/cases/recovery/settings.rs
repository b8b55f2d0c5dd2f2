//! What can be given, by whom, and how much there is in a period.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use zhiyin_domain::cases::approvals::Approver;
use zhiyin_domain::cases::builtin;
use zhiyin_domain::cases::recovery::{ApprovalLevel, Catalogue, Cost, RecoveryLimits};
use zhiyin_domain::ids::TeamId;
use zhiyin_domain::money::{Currency, Money};
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::time::{Timestamp, local};
use zhiyin_store::cases::recoveries::BudgetKey;
use zhiyin_store::identity::{agents, roles, teams};
use zhiyin_store::{StoreError, Tx};

use super::super::handling::HandlingError;
use super::super::setting::{self, Kept};
use crate::Context;

/// Names the document.
const KIND: &str = "recovery";

/// How long a budget lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A month of the calendar.
    Month,
    /// A quarter of the calendar.
    Quarter,
    /// A year of the calendar.
    Year,
}

impl Period {
    /// The period a moment is in, for people of a zone: `2026-11`, `2026-Q4`, `2026`.
    #[must_use]
    pub fn of(self, at: Timestamp, zone: &str) -> String {
        match self {
            Self::Month => local(at, zone, "%Y-%m"),
            Self::Quarter => local(at, zone, "%Y-Q%Q"),
            Self::Year => local(at, zone, "%Y"),
        }
    }
}

/// What a team, or the whole company, may give in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetPlan {
    /// A team; none is everybody without a budget of their team.
    pub team_id: Option<TeamId>,
    /// How long it lasts.
    pub period: Period,
    /// How much there is, in minor units of the currency of the limits.
    pub total: i64,
}

/// Catalogue, limits and budgets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoverySetting {
    /// What can be given.
    pub catalogue: Catalogue,
    /// Who may grant how much.
    pub limits: RecoveryLimits,
    /// How much there is.
    pub budgets: Vec<BudgetPlan>,
}

impl Default for RecoverySetting {
    /// Nobody grants anything that costs money alone; the lead of the team agrees up to 500,
    /// the next level up to 5,000, the one above up to 20,000 yuan.
    fn default() -> Self {
        let level = |(level, yuan): (u8, i64)| ApprovalLevel {
            approver: Approver::Line { level },
            up_to: yuan * 100,
        };
        Self {
            catalogue: builtin::catalogue(Currency::CNY),
            limits: RecoveryLimits {
                currency: Currency::CNY,
                own: std::collections::BTreeMap::new(),
                four_eyes_from: 50_000,
                chain: [(1, 500), (2, 5_000), (3, 20_000)].map(level).into(),
            },
            budgets: Vec::new(),
        }
    }
}

impl RecoverySetting {
    fn check(&self) -> Result<(), HandlingError> {
        self.catalogue.check()?;
        self.limits.check()?;
        let currency = self.limits.currency;
        let of_other_currency = self.catalogue.0.iter().any(|gesture| match gesture.cost {
            Cost::Free => false,
            Cost::Fixed { amount } | Cost::UpTo { amount } => amount.currency() != currency,
        });
        if of_other_currency {
            return Err(HandlingError::Invalid {
                path: "/catalogue",
                detail: format!("All gestures are in {currency}, the currency of the limits."),
            });
        }
        let invalid = |detail: &str| HandlingError::Invalid {
            path: "/budgets",
            detail: detail.to_owned(),
        };
        let mut seen = BTreeSet::new();
        for plan in &self.budgets {
            if !seen.insert(plan.team_id) {
                return Err(invalid("A team has one budget."));
            }
            Money::new(plan.total, currency).map_err(|error| invalid(&error.to_string()))?;
        }
        Ok(())
    }

    /// Which budget a case of a team is paid from, and what there is in it.
    pub(super) fn budget(
        &self,
        team: Option<TeamId>,
        at: Timestamp,
        zone: &str,
    ) -> (BudgetKey, Option<Money>) {
        let own = self
            .budgets
            .iter()
            .find(|plan| team.is_some() && plan.team_id == team);
        let plan = own.or_else(|| self.budgets.iter().find(|plan| plan.team_id.is_none()));
        let period = plan.map_or(Period::Month, |plan| plan.period);
        let key = BudgetKey {
            team: plan.and_then(|plan| plan.team_id),
            period: period.of(at, zone),
        };
        let total = plan.and_then(|plan| Money::new(plan.total, self.limits.currency).ok());
        (key, total)
    }
}

pub(super) fn load(tx: &mut Tx<'_>) -> Result<Kept<RecoverySetting>, StoreError> {
    setting::load(tx, KIND)
}

/// The setting in force.
pub fn settings(tx: &mut Tx<'_>) -> Result<Kept<RecoverySetting>, HandlingError> {
    Ok(load(tx)?)
}

/// Changes catalogue, limits and budgets. What is under way is decided by the new limits
/// where they are stricter.
pub fn set_settings(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &Kept<RecoverySetting>,
) -> Result<Kept<RecoverySetting>, HandlingError> {
    ctx.require(Permission::ManageCaseSettings, &Resource::WORKSPACE)?;
    new.document.check()?;
    check_known(tx, &new.document)?;
    setting::save(tx, ctx, KIND, new)
}

/// Roles, teams and people that are named are there.
fn check_known(tx: &mut Tx<'_>, it: &RecoverySetting) -> Result<(), HandlingError> {
    let unknown = |path: &'static str, what: &str| HandlingError::Invalid {
        path,
        detail: format!("There is no such {what}."),
    };
    let known: BTreeSet<_> = roles::list(tx)?.into_iter().map(|role| role.id).collect();
    if !it.limits.own.keys().all(|role| known.contains(role)) {
        return Err(unknown("/limits/own", "role"));
    }
    for level in &it.limits.chain {
        match &level.approver {
            Approver::Role { role_id } if !known.contains(role_id) => {
                return Err(unknown("/limits/chain", "role"));
            }
            Approver::Agent { agent_id } if agents::get(tx, *agent_id)?.is_none() => {
                return Err(unknown("/limits/chain", "agent"));
            }
            Approver::Role { .. }
            | Approver::Agent { .. }
            | Approver::Line { .. }
            | Approver::Desk { .. } => {}
        }
    }
    let named: BTreeSet<TeamId> = it.budgets.iter().filter_map(|plan| plan.team_id).collect();
    if teams::known(tx, &named)? != named {
        return Err(unknown("/budgets", "team"));
    }
    Ok(())
}
