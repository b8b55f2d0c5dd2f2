//! Service recovery: gestures within limits, approval above them, budgets.
//!
//! Everything that counts against a limit is counted over the case and all that is merged
//! into it, under the lock of the case that goes on; then the budget is locked. So two who
//! act at once act one after the other, and neither limit nor budget is passed.

mod approvers;
mod ask;
mod decide;
mod report;
mod settings;

pub use ask::{AskInput, NeedsView, ask, needs};
pub use decide::{approvals, carry_out, decide, withdraw};
pub use report::{BudgetLine, BudgetReport, report};
pub use settings::{BudgetPlan, Period, RecoverySetting, set_settings, settings};

use std::collections::BTreeSet;

use zhiyin_domain::cases::approvals::ApprovalError;
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::recovery::{CaseRecovery, GrantState};
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::money::Money;
use zhiyin_store::cases::recoveries::{self as store, Recovery};
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx, cases};

use super::handling::HandlingError;
use super::see;
use crate::Context;

/// The event of every change.
const EVENT: &str = "case.recovery_changed";

/// A gesture with what the caller may do with it.
#[derive(Debug, Clone)]
pub struct GrantView {
    /// The gesture.
    pub recovery: Recovery,
    /// Whether the caller may decide it, or why not; none when nothing is to be decided.
    pub decision: Option<Result<(), ApprovalError>>,
}

/// Everything asked for a case, with limits.
#[derive(Debug, Clone)]
pub struct RecoveryView {
    /// Oldest first, of the whole family.
    pub grants: Vec<GrantView>,
    /// What counts so far.
    pub total: Money,
    /// Up to how much the caller may grant alone, in minor units.
    pub own_limit: i64,
    /// Limits and catalogue in force.
    pub setting: RecoverySetting,
    /// The cases that count together.
    pub family: BTreeSet<CaseId>,
}

/// Everything asked for the family of a case, which the caller has locked or only reads.
struct Family {
    ids: BTreeSet<CaseId>,
    rows: Vec<Recovery>,
}

impl Family {
    fn load(tx: &mut Tx<'_>, root: CaseId) -> Result<Self, StoreError> {
        let ids = cases::family(tx, root)?;
        let list: Vec<CaseId> = ids.iter().copied().collect();
        let rows = store::of_cases(tx, &list)?;
        Ok(Self { ids, rows })
    }

    /// As one value of the rules.
    fn value(&self, root: CaseId) -> CaseRecovery {
        CaseRecovery {
            grants: self.rows.iter().map(|row| row.grant.clone()).collect(),
            ..CaseRecovery::new(root)
        }
    }
}

/// Up to how much the caller may grant alone; programs nothing.
fn own_limit(tx: &mut Tx<'_>, ctx: &Context, setting: &RecoverySetting) -> Result<i64, StoreError> {
    match ctx.actor().agent() {
        None => Ok(0),
        Some(agent) => {
            let roles = agents::memberships(tx, agent)?.roles;
            Ok(setting.limits.own_limit(&roles))
        }
    }
}

fn view(tx: &mut Tx<'_>, ctx: &Context, root: &Case) -> Result<RecoveryView, HandlingError> {
    let family = Family::load(tx, root.id)?;
    let setting = settings::load(tx)?.document;
    let total = family.value(root.id).total(setting.limits.currency);
    let own_limit = own_limit(tx, ctx, &setting)?;
    let mut grants = Vec::with_capacity(family.rows.len());
    for recovery in family.rows {
        grants.push(grant_view(tx, ctx, root, recovery)?);
    }
    Ok(RecoveryView {
        grants,
        // Sums of another currency, from before the setting changed, are listed, not added.
        total: total.unwrap_or(Money::zero(setting.limits.currency)),
        own_limit,
        setting,
        family: family.ids,
    })
}

fn grant_view(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    recovery: Recovery,
) -> Result<GrantView, HandlingError> {
    let decision = match (&recovery.grant.state, ctx.actor().agent()) {
        (GrantState::Pending { approval }, Some(agent)) => {
            let judge = approvers::judge(tx, agent, case, recovery.grant.asked_by)?;
            Some(approval.check(&judge))
        }
        (GrantState::Pending { .. }, None) => Some(Err(ApprovalError::NotAuthorized)),
        (
            GrantState::Granted { .. }
            | GrantState::Done { .. }
            | GrantState::Rejected { .. }
            | GrantState::Withdrawn { .. },
            _,
        ) => None,
    };
    Ok(GrantView { recovery, decision })
}

/// What was asked for a case and all that is merged into it.
pub fn get(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<RecoveryView, HandlingError> {
    let case = see(tx, ctx, id)?;
    view(tx, ctx, &case)
}
