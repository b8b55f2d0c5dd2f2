//! Handing a case over: the owner changes only when the one who is asked accepts.

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::ownership::Handover;
use zhiyin_domain::ids::{AgentId, CaseId};
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::Tx;

use super::create::fit;
use super::{CaseError, Setup, What, changed, locked};
use crate::Context;

fn me(ctx: &Context, permission: Permission) -> Result<AgentId, CaseError> {
    let agent = ctx.actor().agent();
    Ok(agent.ok_or(Denied { permission })?)
}

/// Asks an agent to take a case over: the owner, or whoever may assign cases.
pub fn propose(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    (to_id, reason, answer_by): (AgentId, &str, Option<Timestamp>),
) -> Result<Case, CaseError> {
    let before = locked(tx, ctx, id)?;
    let proposed_by = me(ctx, Permission::AssignCases)?;
    let permission = if before.owner_id() == proposed_by {
        Permission::WorkCases
    } else {
        Permission::AssignCases
    };
    ctx.require(permission, &before.resource())?;
    fit(tx, to_id)?;
    let setup = Setup::load(tx)?;
    let usual = || setup.times.handover.due(ctx.now(), setup.business());
    let handover = Handover {
        to_id,
        reason: reason.to_owned(),
        proposed_by,
        proposed_at: ctx.now(),
        answer_by: answer_by.unwrap_or_else(usual),
    };
    let after = before.clone().own(|owner| owner.propose(handover))?;
    let what = What::Proposed(reason.to_owned());
    changed(tx, ctx, &setup, &before, after, what)
}

/// The one who is asked takes the case. Who may no longer work on cases cannot.
pub fn accept(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Case, CaseError> {
    let before = locked(tx, ctx, id)?;
    let agent = me(ctx, Permission::WorkCases)?;
    fit(tx, agent)?;
    let after = before.clone().own(|owner| owner.accept(agent, ctx.now()))?;
    let setup = Setup::load(tx)?;
    changed(
        tx,
        ctx,
        &setup,
        &before,
        after,
        What::Ended("accepted", None),
    )
}

/// The one who is asked says no, with a reason.
pub fn decline(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    reason: &str,
) -> Result<Case, CaseError> {
    let before = locked(tx, ctx, id)?;
    let agent = me(ctx, Permission::WorkCases)?;
    let after = before
        .clone()
        .own(|owner| owner.decline(agent, reason, ctx.now()))?;
    let setup = Setup::load(tx)?;
    let what = What::Ended("declined", Some(reason.to_owned()));
    changed(tx, ctx, &setup, &before, after, what)
}

/// The owner, or whoever asked, takes it back.
pub fn withdraw(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Case, CaseError> {
    let before = locked(tx, ctx, id)?;
    let agent = me(ctx, Permission::WorkCases)?;
    let after = before
        .clone()
        .own(|owner| owner.withdraw(agent, ctx.now()))?;
    let setup = Setup::load(tx)?;
    changed(
        tx,
        ctx,
        &setup,
        &before,
        after,
        What::Ended("withdrawn", None),
    )
}
