//! Deciding, carrying out and withdrawing.

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::recovery::{GrantState, Needs, RecoveryError};
use zhiyin_domain::ids::{CaseId, RecoveryId};
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_store::cases::recoveries::{self as store, Recovery};
use zhiyin_store::{Tx, cases};

use super::super::handling::{HandlingError, lock_root, person};
use super::super::{Setup, load as load_case};
use super::{
    Family, GrantView, RecoverySetting, RecoveryView, approvers, ask, grant_view, settings, view,
};
use crate::Context;

/// Requests looked at for the list of approvals.
const PENDING_MAX: u32 = 500;

/// A gesture under the lock of the case that goes on.
struct Held {
    case: Case,
    family: Family,
    place: usize,
}

impl Held {
    fn row(&self) -> &Recovery {
        &self.family.rows[self.place]
    }
}

fn hold(tx: &mut Tx<'_>, id: RecoveryId) -> Result<Held, HandlingError> {
    let not_found = || HandlingError::NotFound("request");
    let row = store::get(tx, id)?.ok_or_else(not_found)?;
    let case = lock_root(tx, row.case_id)?;
    // Read under the lock: whoever was first has written.
    let family = Family::load(tx, case.id)?;
    let place = family.rows.iter().position(|row| row.grant.id == id);
    Ok(Held {
        place: place.ok_or_else(not_found)?,
        case,
        family,
    })
}

/// Whether those who were asked are enough for what the family has had before this request
/// and with it. Other requests that came later have to be approved with this one in their
/// sum.
fn check_enough(held: &Held, setting: &RecoverySetting) -> Result<(), HandlingError> {
    let row = held.row();
    let GrantState::Pending { approval } = &row.grant.state else {
        return Err(RecoveryError::State.into());
    };
    let mine = (row.grant.asked_at, row.grant.id);
    let before =
        held.family.rows.iter().filter(|other| {
            (other.grant.asked_at, other.grant.id) < mine || other.grant.is_granted()
        });
    let counting = before.filter(|other| other.grant.counts() && !other.grant.cost.is_zero());
    let mut total = row.grant.cost;
    for other in counting {
        total = total.plus(other.grant.cost).map_err(RecoveryError::Money)?;
    }
    match setting.limits.needs(total, row.own_limit)? {
        Needs::Nothing => Ok(()),
        Needs::Approval(levels) => {
            let asked = approval.levels();
            if levels.iter().all(|level| asked.contains(level)) {
                Ok(())
            } else {
                Err(HandlingError::NeedsMore)
            }
        }
    }
}

/// Saves the row that a rule has changed.
fn keep(tx: &mut Tx<'_>, held: &mut Held, state: GrantState) -> Result<(), HandlingError> {
    let mut row = held.row().clone();
    row.grant.state = state;
    held.family.rows[held.place] = store::save(tx, row)?;
    Ok(())
}

/// Says yes or no to a request. Who may, follows from roles and the line; never whoever
/// asked, and nobody on two levels.
pub fn decide(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: RecoveryId,
    (is_approved, note): (bool, &str),
) -> Result<RecoveryView, HandlingError> {
    let agent = person(ctx, Permission::ApproveRecovery)?;
    let mut held = hold(tx, id)?;
    let setup = Setup::load(tx)?;
    let setting = settings::load(tx)?.document;
    let asked_by = held.row().grant.asked_by;
    let judge = approvers::judge(tx, agent, &held.case, asked_by)?;
    let is_visible = judge_may_know(&held, &judge) || super::see(tx, ctx, held.case.id).is_ok();
    if !is_visible {
        return Err(HandlingError::NotFound("request"));
    }
    if is_approved {
        check_enough(&held, &setting)?;
    }
    let key = held.row().budget.clone();
    let currency = held.row().grant.cost.currency();
    let budget = store::lock_budget(tx, &key, currency, None)?;
    let value = held.family.value(held.case.id);
    let (value, budget) = value.decide(id, &judge, (is_approved, note), budget, ctx.now())?;
    let state = value.grants[held.place].state.clone();
    keep(tx, &mut held, state)?;
    store::save_budget(tx, &key, &budget)?;
    let grant = held.row().grant.clone();
    ask::told(tx, ctx, &setup, &held.case, &grant)?;
    view(tx, ctx, &held.case)
}

/// Whoever has to decide may know of the request, whether or not they see the case.
fn judge_may_know(held: &Held, judge: &zhiyin_domain::cases::approvals::Judge) -> bool {
    match &held.row().grant.state {
        GrantState::Pending { approval } => approval.levels().iter().any(|level| {
            judge.posts.contains(level)
                || *level
                    == zhiyin_domain::cases::approvals::Approver::Agent {
                        agent_id: judge.agent_id,
                    }
        }),
        GrantState::Granted { .. }
        | GrantState::Done { .. }
        | GrantState::Rejected { .. }
        | GrantState::Withdrawn { .. } => false,
    }
}

/// Finds a request of a case the caller works on.
fn hold_own(tx: &mut Tx<'_>, ctx: &Context, id: RecoveryId) -> Result<Held, HandlingError> {
    let held = hold(tx, id)?;
    match load_case(tx, ctx, held.case.id, Permission::WorkCases) {
        Err(super::super::CaseError::NotFound(_)) => Err(HandlingError::NotFound("request")),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(held),
    }
}

/// It was carried out: paid, sent, said.
pub fn carry_out(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: RecoveryId,
) -> Result<RecoveryView, HandlingError> {
    let agent = person(ctx, Permission::WorkCases)?;
    let mut held = hold_own(tx, ctx, id)?;
    let setup = Setup::load(tx)?;
    let value = held.family.value(held.case.id);
    let value = value.carry_out(id, agent, ctx.now())?;
    let state = value.grants[held.place].state.clone();
    keep(tx, &mut held, state)?;
    let grant = held.row().grant.clone();
    ask::told(tx, ctx, &setup, &held.case, &grant)?;
    view(tx, ctx, &held.case)
}

/// It is taken back before it was carried out, and frees the budget.
pub fn withdraw(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: RecoveryId,
) -> Result<RecoveryView, HandlingError> {
    let agent = person(ctx, Permission::WorkCases)?;
    let mut held = hold_own(tx, ctx, id)?;
    let setup = Setup::load(tx)?;
    let key = held.row().budget.clone();
    let currency = held.row().grant.cost.currency();
    let budget = store::lock_budget(tx, &key, currency, None)?;
    let value = held.family.value(held.case.id);
    let (value, budget) = value.withdraw(id, agent, budget, ctx.now())?;
    let state = value.grants[held.place].state.clone();
    keep(tx, &mut held, state)?;
    store::save_budget(tx, &key, &budget)?;
    let grant = held.row().grant.clone();
    ask::told(tx, ctx, &setup, &held.case, &grant)?;
    view(tx, ctx, &held.case)
}

/// Requests that wait: those the caller may decide, and all with `recovery.approve`.
pub fn approvals(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<(Case, GrantView)>, HandlingError> {
    let sees_all = ctx
        .require(Permission::ApproveRecovery, &Resource::WORKSPACE)
        .is_ok();
    let mut found = Vec::new();
    for row in store::pending(tx, PENDING_MAX)? {
        let root: CaseId = cases::root(tx, row.case_id)?;
        let Some(case) = cases::get(tx, root)? else {
            continue;
        };
        let view = grant_view(tx, ctx, &case, row)?;
        if sees_all || view.decision == Some(Ok(())) {
            found.push((case, view));
        }
    }
    Ok(found)
}
