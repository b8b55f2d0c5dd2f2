//! Asking for a gesture.

use zhiyin_domain::cases::approvals::{ApprovalState, Approver};
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::recovery::{Ask, Grant, GrantState, Needs};
use zhiyin_domain::ids::{AgentId, CaseId};
use zhiyin_domain::money::Money;
use zhiyin_domain::permission::Permission;
use zhiyin_store::Tx;
use zhiyin_store::cases::recoveries::{self as store, Recovery};

use super::super::handling::{Beside, HandlingError, alive, happened, person};
use super::super::{Setup, load as load_case, see};
use super::{EVENT, Family, RecoveryView, approvers, own_limit, settings, view};
use crate::Context;

/// A gesture somebody asks for, not yet checked.
#[derive(Debug, Clone)]
pub struct AskInput {
    /// Which gesture of the catalogue.
    pub gesture: String,
    /// What it costs.
    pub cost: Money,
    /// Why.
    pub reason: String,
}

/// Asks for a gesture: granted at once within the own limit, else put before others.
pub fn ask(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    input: &AskInput,
) -> Result<RecoveryView, HandlingError> {
    let by = person(ctx, Permission::WorkCases)?;
    let case = load_case(tx, ctx, id, Permission::WorkCases)?;
    alive(&case)?;
    let setup = Setup::load(tx)?;
    let setting = settings::load(tx)?.document;
    let own_limit = own_limit(tx, ctx, &setting)?;
    let family = Family::load(tx, id)?;
    let (key, total) = setting.budget(case.team_id, ctx.now(), &setup.zone);
    let budget = store::lock_budget(tx, &key, setting.limits.currency, total)?;
    let new = Ask {
        id: ctx.id(),
        gesture: input.gesture.clone(),
        cost: input.cost,
        reason: input.reason.clone(),
        by,
        own_limit,
        at: ctx.now(),
    };
    let asked = family.value(id);
    let (asked, budget) = asked.ask(new, &setting.catalogue, &setting.limits, budget)?;
    let Some(grant) = asked.grants.last().cloned() else {
        return Err(HandlingError::NotFound("gesture"));
    };
    let gesture = setting.catalogue.get(&grant.gesture);
    let own = family.rows.iter().filter(|row| row.case_id == id);
    let recovery = Recovery {
        case_id: id,
        place: own.map(|row| row.place).max().unwrap_or(0) + 1,
        kind: gesture.map_or(
            zhiyin_domain::cases::recovery::GestureKind::Compensation,
            |it| it.kind,
        ),
        team_id: case.team_id,
        own_limit,
        budget: key.clone(),
        version: 1,
        grant,
    };
    store::insert(tx, &recovery)?;
    store::save_budget(tx, &key, &budget)?;
    told(tx, ctx, &setup, &case, &recovery.grant)?;
    view(tx, ctx, &case)
}

/// Writes down what happened and tells those who have to decide, or whoever asked.
pub(super) fn told(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    grant: &Grant,
) -> Result<(), HandlingError> {
    let (what, notify) = match &grant.state {
        GrantState::Pending { approval } => match approval.state() {
            ApprovalState::Pending { approver, .. } => {
                let people = approvers::people(tx, setup, case, grant.asked_by, approver)?;
                ("asked", people.into_iter().collect())
            }
            ApprovalState::Approved | ApprovalState::Rejected { .. } => ("asked", Vec::new()),
        },
        GrantState::Granted { .. } => ("granted", vec![grant.asked_by]),
        GrantState::Done { .. } => ("done", vec![grant.asked_by]),
        GrantState::Rejected { .. } => ("rejected", vec![grant.asked_by]),
        GrantState::Withdrawn { .. } => ("withdrawn", Vec::new()),
    };
    let actor = ctx.actor().agent();
    let notify: Vec<AgentId> = notify.into_iter().filter(|id| Some(*id) != actor).collect();
    let beside = Beside {
        case,
        kind: EVENT,
        what: format!("{what} {}", grant.id),
        text: Some(grant.reason.clone()),
        notify,
    };
    happened(tx, ctx, setup, beside)
}

/// What one more gesture of a cost would take.
#[derive(Debug, Clone)]
pub struct NeedsView {
    /// Whose yes, one after the other; empty when nobody's.
    pub approvers: Vec<Approver>,
    /// Up to how much the caller may grant alone, in minor units.
    pub own_limit: i64,
    /// What the case would come to, in minor units.
    pub total_minor: i64,
}

/// What one more gesture of a cost would take, for the form that asks for it.
pub fn needs(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    minor: i64,
) -> Result<NeedsView, HandlingError> {
    let case = see(tx, ctx, id)?;
    ctx.require(Permission::WorkCases, &case.resource())?;
    let setting = settings::load(tx)?.document;
    let own_limit = own_limit(tx, ctx, &setting)?;
    let currency = setting.limits.currency;
    let money = |error| {
        HandlingError::Recovery(zhiyin_domain::cases::recovery::RecoveryError::Money(error))
    };
    let cost = Money::new(minor, currency).map_err(money)?;
    let so_far = Family::load(tx, id)?
        .value(id)
        .total(currency)
        .map_err(money)?;
    let total = so_far.plus(cost).map_err(money)?;
    let approvers = if cost.is_zero() {
        Vec::new()
    } else {
        match setting.limits.needs(total, own_limit)? {
            Needs::Nothing => Vec::new(),
            Needs::Approval(approvers) => approvers,
        }
    };
    Ok(NeedsView {
        approvers,
        own_limit,
        total_minor: total.minor(),
    })
}
