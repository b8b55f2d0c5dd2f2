//! Call backs: who calls whom, with which words, and what comes of it.
//!
//! One is asked for after a case was resolved, after the reply to a complaint, at once when
//! a customer gives a low score, and by hand. A case has at most one that is open.

mod effect;
mod low_score;

pub use low_score::{LowScoreSetting, low_score, set_low_score, work};

use std::collections::BTreeSet;

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::closing::{Answer, Means, SolutionContact};
use zhiyin_domain::cases::escalation::{Ladder, TimeLimit};
use zhiyin_domain::cases::follow_up::{
    Attempt, Effect, Finished, FollowUp, FollowUpReason, FollowUpResult, NewFollowUp,
};
use zhiyin_domain::ids::{AgentId, CaseId, FollowUpId};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::follow_ups as store;
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx, cases};

use super::handling::{Beside, HandlingError, alive, doer, happened, person};
use super::{Setup, load as load_case, see};
use crate::Context;

/// The event of every change.
const EVENT: &str = "case.follow_up_changed";
/// How long a call back after a solution or a reply may take.
const USUAL: TimeLimit = TimeLimit::business_hours(16);

/// A call back with its case.
#[derive(Debug, Clone)]
pub struct FollowUpView {
    /// The call back.
    pub follow_up: FollowUp,
    /// The case it is about.
    pub case: Case,
    /// What has to happen to the case, as soon as it is finished.
    pub effect: Option<Effect>,
    /// The case that was opened because this one could not be opened again.
    pub new_case: Option<CaseId>,
}

/// What is asked for by hand.
#[derive(Debug, Clone, Default)]
pub struct FollowUpInput {
    /// Who calls; if left out whoever answers for the case.
    pub owner_id: Option<AgentId>,
    /// How long it may take; if left out two working days.
    pub limit: Option<TimeLimit>,
}

fn view(case: Case, follow_up: FollowUp, setup: &Within) -> FollowUpView {
    FollowUpView {
        effect: follow_up.effect(&case, setup.reopen),
        new_case: None,
        follow_up,
        case,
    }
}

/// How long a case can be reopened.
struct Within {
    reopen: std::time::Duration,
}

impl Within {
    fn of(tx: &mut Tx<'_>, case: &Case) -> Result<Self, StoreError> {
        let version = cases::types::version(tx, case.type_id, case.type_version)?;
        let reopen = version.map(|version| version.terms.reopen_within());
        Ok(Self {
            reopen: reopen.unwrap_or_default(),
        })
    }
}

/// The call backs of a case, oldest first.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
) -> Result<Vec<FollowUpView>, HandlingError> {
    let case = see(tx, ctx, id)?;
    let within = Within::of(tx, &case)?;
    let all = store::of_case(tx, case.id)?.into_iter();
    Ok(all.map(|it| view(case.clone(), it, &within)).collect())
}

/// Open call backs the caller may work on, by deadline; `mine` only those the caller makes.
pub fn list_open(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mine: bool,
    after: Option<(Timestamp, FollowUpId)>,
    limit: u32,
) -> Result<Vec<FollowUpView>, HandlingError> {
    if !ctx.access().holds(Permission::WorkCases) {
        let permission = Permission::WorkCases;
        return Err(zhiyin_domain::permission::Denied { permission }.into());
    }
    let owner = if mine {
        Some(person(ctx, Permission::WorkCases)?)
    } else {
        None
    };
    let mut found = Vec::new();
    let mut after = after;
    // What the caller may not see is left out, so one page can take several reads.
    while found.len() < limit as usize {
        let page = store::open(tx, owner, after, limit)?;
        let is_last = page.len() < limit as usize;
        for it in page {
            after = Some((it.due_at, it.id));
            let Some(case) = cases::get(tx, it.case_id)? else {
                continue;
            };
            let is_own = Some(it.owner_id) == ctx.actor().agent();
            if is_own || see(tx, ctx, case.id).is_ok() {
                let within = Within::of(tx, &case)?;
                found.push(view(case, it, &within));
                if found.len() == limit as usize {
                    break;
                }
            }
        }
        if is_last {
            break;
        }
    }
    Ok(found)
}

/// Asks for a call back by hand.
pub fn create(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    input: &FollowUpInput,
) -> Result<FollowUpView, HandlingError> {
    let case = load_case(tx, ctx, id, Permission::WorkCases)?;
    alive(&case)?;
    let setup = Setup::load(tx)?;
    if let Some(owner) = input.owner_id {
        let known = agents::get(tx, owner)?.filter(|agent| agent.is_active);
        known.ok_or(HandlingError::Invalid {
            path: "/owner_id",
            detail: "There is no such agent.".to_owned(),
        })?;
    }
    if store::of_case(tx, id)?.iter().any(FollowUp::is_open) {
        return Err(HandlingError::Invalid {
            path: "",
            detail: "A call back is open already; finish it first.".to_owned(),
        });
    }
    let owner = input.owner_id.unwrap_or_else(|| case.owner_id());
    let limit = input.limit.unwrap_or(USUAL);
    let asked = (FollowUpReason::ByHand, owner, limit, Ladder::default());
    let follow_up = ask(tx, ctx, &setup, &case, asked)?;
    let within = Within::of(tx, &case)?;
    Ok(view(case, follow_up, &within))
}

/// Asks for a call back; the caller has looked whether one is open.
fn ask(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    (reason, owner_id, limit, ladder): (FollowUpReason, AgentId, TimeLimit, Ladder),
) -> Result<FollowUp, HandlingError> {
    let new = NewFollowUp {
        id: ctx.id(),
        case_id: case.id,
        reason,
        owner_id,
        limit,
        ladder,
    };
    let follow_up = FollowUp::ask(new, setup.business(), ctx.now())?;
    store::insert(tx, &follow_up)?;
    told(tx, ctx, setup, case, (&follow_up, "asked", None))?;
    Ok(follow_up)
}

fn told(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    (it, what, text): (&FollowUp, &str, Option<String>),
) -> Result<(), HandlingError> {
    let people = BTreeSet::from([it.owner_id, case.owner_id()]);
    let actor = ctx.actor().agent();
    let beside = Beside {
        case,
        kind: EVENT,
        what: format!("{what} {}", it.id),
        text,
        notify: people.into_iter().filter(|id| Some(*id) != actor).collect(),
    };
    happened(tx, ctx, setup, beside)
}

/// A call back with its case, both locked: the case first.
fn hold(tx: &mut Tx<'_>, ctx: &Context, id: FollowUpId) -> Result<(Case, FollowUp), HandlingError> {
    let not_found = || HandlingError::NotFound("call back");
    let found = store::get(tx, id)?.ok_or_else(not_found)?;
    let case = if Some(found.owner_id) == ctx.actor().agent() {
        // Whoever is to call may say what came of it.
        cases::get_for_update(tx, found.case_id)?.ok_or_else(not_found)?
    } else {
        match load_case(tx, ctx, found.case_id, Permission::WorkCases) {
            Err(super::CaseError::NotFound(_)) => return Err(not_found()),
            other => other?,
        }
    };
    let found = store::get(tx, id)?.ok_or_else(not_found)?;
    Ok((case, found))
}

/// Nobody answered; the next attempt is due after the same time again, or at `again_at`.
pub fn attempt(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: FollowUpId,
    (means, note, again_at): (Means, &str, Option<Timestamp>),
) -> Result<FollowUpView, HandlingError> {
    let (case, follow_up) = hold(tx, ctx, id)?;
    let setup = Setup::load(tx)?;
    let attempt = Attempt {
        at: ctx.now(),
        by: doer(ctx, &case),
        means,
        note: note.to_owned(),
    };
    let follow_up = follow_up.attempt(attempt, again_at, setup.business())?;
    let follow_up = store::save(tx, follow_up)?;
    let text = Some(note.trim().to_owned()).filter(|note| !note.is_empty());
    told(tx, ctx, &setup, &case, (&follow_up, "tried", text))?;
    let within = Within::of(tx, &case)?;
    Ok(view(case, follow_up, &within))
}

/// It is over; what has to happen to the case happens in the same transaction.
pub fn finish(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: FollowUpId,
    (result, means, note): (FollowUpResult, Option<Means>, &str),
) -> Result<FollowUpView, HandlingError> {
    let (case, follow_up) = hold(tx, ctx, id)?;
    let setup = Setup::load(tx)?;
    let finished = Finished {
        at: ctx.now(),
        by: doer(ctx, &case),
        means,
        result,
        note: note.to_owned(),
    };
    let follow_up = store::save(tx, follow_up.finish(finished)?)?;
    let text = Some(note.trim().to_owned()).filter(|note| !note.is_empty());
    told(tx, ctx, &setup, &case, (&follow_up, "finished", text))?;
    let within = Within::of(tx, &case)?;
    let effect = follow_up.effect(&case, within.reopen);
    let new_case = match effect {
        Some(effect) => effect::apply(tx, ctx, &setup, &case, (&follow_up, effect))?,
        None => None,
    };
    let case = cases::get(tx, case.id)?.unwrap_or(case);
    Ok(FollowUpView {
        follow_up,
        case,
        effect,
        new_case,
    })
}

/// The case was resolved: somebody calls, unless a call back is open already, or the type
/// asks for so little that a message does.
pub(super) fn resolved(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
) -> Result<(), HandlingError> {
    let version = cases::types::version(tx, case.type_id, case.type_version)?;
    let is_light = version.is_none_or(|version| version.terms.closing.attempts_min < 2);
    let is_open = store::of_case(tx, case.id)?.iter().any(FollowUp::is_open);
    if is_light || is_open {
        return Ok(());
    }
    let asked = (
        FollowUpReason::Resolved,
        case.owner_id(),
        USUAL,
        Ladder::default(),
    );
    ask(tx, ctx, setup, case, asked)?;
    Ok(())
}

/// The reply to a complaint went out: somebody calls back.
pub(super) fn replied(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
) -> Result<(), HandlingError> {
    if store::of_case(tx, case.id)?.iter().any(FollowUp::is_open) {
        return Ok(());
    }
    let reason = FollowUpReason::ComplaintReplied;
    let asked = (reason, case.owner_id(), USUAL, Ladder::default());
    ask(tx, ctx, setup, case, asked)?;
    Ok(())
}

/// The customer said by themselves what a call back would have asked: it is finished.
pub(super) fn answered(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    (answer, note): (Answer, &str),
) -> Result<(), HandlingError> {
    let result = match answer {
        Answer::Confirmed => FollowUpResult::Solved,
        Answer::Withdrawn => FollowUpResult::Withdrawn,
        Answer::Disputed => FollowUpResult::NotSolved,
        Answer::NoAnswer => return Ok(()),
    };
    for follow_up in store::of_case(tx, case.id)? {
        if !follow_up.is_open() {
            continue;
        }
        let finished = Finished {
            at: ctx.now(),
            by: follow_up.owner_id,
            means: Some(Means::Portal),
            result,
            note: if note.trim().is_empty() {
                "—".to_owned()
            } else {
                note.to_owned()
            },
        };
        let follow_up = store::save(tx, follow_up.finish(finished)?)?;
        told(tx, ctx, setup, case, (&follow_up, "finished", None))?;
    }
    Ok(())
}

/// What the call backs of a case count for when it is to be closed.
pub(super) fn contacts(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<SolutionContact>, StoreError> {
    let all = store::of_case(tx, case)?;
    Ok(all.iter().flat_map(FollowUp::contacts).collect())
}
