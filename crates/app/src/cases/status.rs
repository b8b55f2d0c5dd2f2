//! How a case stands: taken up, waiting, resolved, closed, opened again.

use zhiyin_domain::ask::AskAnswer;
use zhiyin_domain::cases::case::{Case, CaseError as Rule, ClosingView, OpenWork};
use zhiyin_domain::cases::case_type::CaseTerms;
use zhiyin_domain::cases::closing::{ClosingGap, Grounds};
use zhiyin_domain::cases::status::StatusCategory;
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::limits::CASE_TEXT_CHARS_MAX;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::{self as store, runs, tasks, types};
use zhiyin_store::{StoreError, Tx};

use super::{CaseError, Setup, What, asks, beside, changed, load, see, steps};
use crate::Context;

/// How a case is to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Worked on; from resolved and closed it is opened again.
    Open,
    /// The customer has the turn.
    WaitingForCustomer,
    /// The back office has the turn.
    WaitingForBackOffice,
    /// Solved in the eyes of the owner.
    Resolved,
    /// Over.
    Closed,
}

/// The terms a case began with.
pub(super) fn terms(tx: &mut Tx<'_>, case: &Case) -> Result<CaseTerms, CaseError> {
    let version = types::version(tx, case.type_id, case.type_version)?;
    Ok(version
        .ok_or(CaseError::TypeNotFound(Some(case.type_id)))?
        .terms)
}

/// What is still open around a case and what is merged into it.
pub(super) fn open_work(tx: &mut Tx<'_>, case: CaseId) -> Result<OpenWork, StoreError> {
    let family = store::family(tx, case)?;
    let mut work = OpenWork {
        approvals: beside::pending_approvals(tx, &family)?,
        ..OpenWork::default()
    };
    for id in family {
        let open = tasks::of_case(tx, id)?;
        let open = open.iter().filter(|task| task.is_open()).count();
        work.tasks += u32::try_from(open).unwrap_or(u32::MAX);
    }
    // The procedures of what is merged into it stand still.
    let run = runs::get(tx, case)?;
    work.steps = u32::from(run.is_some_and(|run| run.current().is_some()));
    Ok(work)
}

/// Sets how a case stands.
pub fn set_status(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    wanted: Wanted,
    note: &str,
) -> Result<Case, CaseError> {
    match wanted {
        Wanted::Resolved => return resolve(tx, ctx, id, note),
        Wanted::Closed => return close(tx, ctx, id, note),
        Wanted::Open | Wanted::WaitingForCustomer | Wanted::WaitingForBackOffice => {}
    }
    let before = load(tx, ctx, id, Permission::WorkCases)?;
    let is_over = !before.status.category().is_unsolved();
    if wanted == Wanted::Open && is_over {
        return reopen(tx, ctx, id, note);
    }
    let after = match wanted {
        Wanted::WaitingForCustomer => before.clone().wait_for_customer(ctx.now())?,
        Wanted::WaitingForBackOffice => before.clone().wait_for_back_office(ctx.now())?,
        Wanted::Open | Wanted::Resolved | Wanted::Closed => before.clone().take_up()?,
    };
    if after == before {
        return Ok(before);
    }
    let setup = Setup::load(tx)?;
    let what = What::Status(Some(note.to_owned()));
    changed(tx, ctx, &setup, &before, after, what)
}

/// Solved in the eyes of the owner: nothing may be open. The customer is asked from now on.
pub fn resolve(tx: &mut Tx<'_>, ctx: &Context, id: CaseId, note: &str) -> Result<Case, CaseError> {
    let before = load(tx, ctx, id, Permission::WorkCases)?;
    let work = open_work(tx, id)?;
    let after = before
        .clone()
        .resolve(ctx.actor().clone(), work, ctx.now())?;
    let setup = Setup::load(tx)?;
    let what = What::Status(Some(note.to_owned()));
    let case = changed(tx, ctx, &setup, &before, after, what)?;
    beside::resolved(tx, ctx, &setup, &case)?;
    store::get_for_update(tx, id)?.ok_or(CaseError::NotFound(id))
}

/// Over, if the customer confirmed or the attempts to reach them are documented.
pub fn close(tx: &mut Tx<'_>, ctx: &Context, id: CaseId, note: &str) -> Result<Case, CaseError> {
    let before = load(tx, ctx, id, Permission::WorkCases)?;
    let setup = Setup::load(tx)?;
    let terms = terms(tx, &before)?;
    end(tx, ctx, (&setup, &terms), (&before, note))
}

/// Closes a case whose customer has just said that it is solved, where its type says so. One
/// that something else holds up stays resolved, and whoever answers for it sees what.
pub(super) fn close_confirmed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    id: CaseId,
) -> Result<(), CaseError> {
    let before = store::get_for_update(tx, id)?.ok_or(CaseError::NotFound(id))?;
    let terms = terms(tx, &before)?;
    if !terms.closing.closes_when_confirmed {
        return Ok(());
    }
    match end(tx, ctx, (setup, &terms), (&before, "")) {
        Ok(_) | Err(CaseError::Rule(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn end(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (setup, terms): (&Setup, &CaseTerms),
    (before, note): (&Case, &str),
) -> Result<Case, CaseError> {
    let id = before.id;
    let family = store::family(tx, id)?;
    let contacts = beside::contacts(tx, &family)?;
    let complaint = beside::complaint(tx, id)?;
    let work = open_work(tx, id)?;
    if before.status.category() == StatusCategory::Resolved && work != OpenWork::default() {
        let OpenWork {
            tasks,
            steps,
            approvals,
        } = work;
        return Err(Rule::OpenWork {
            tasks,
            steps,
            approvals,
        }
        .into());
    }
    let view = ClosingView {
        policy: &terms.closing,
        contacts: &contacts,
        complaint: complaint.as_ref(),
        zone: &setup.zone,
    };
    let after = before.clone().close(ctx.actor().clone(), view, ctx.now())?;
    asks::settle_solved(tx, ctx, before, AskAnswer::Over)?;
    let what = What::Status(Some(note.to_owned()));
    changed(tx, ctx, setup, before, after, what)
}

/// The customer is not content, or the problem is back: the same case goes on, with its
/// history and its owner, and its procedure begins anew.
pub fn reopen(tx: &mut Tx<'_>, ctx: &Context, id: CaseId, reason: &str) -> Result<Case, CaseError> {
    let before = load(tx, ctx, id, Permission::WorkCases)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > CASE_TEXT_CHARS_MAX {
        return Err(Rule::Reason.into());
    }
    let setup = Setup::load(tx)?;
    let terms = terms(tx, &before)?;
    let after = before.clone().reopen(terms.reopen_within(), ctx.now())?;
    // Nobody has to say any more whether it is solved.
    asks::settle_solved(tx, ctx, &before, AskAnswer::Over)?;
    let what = What::Reopened(reason.to_owned());
    let case = changed(tx, ctx, &setup, &before, after, what)?;
    beside::reopened(tx, ctx, &setup, &case)?;
    steps::begin_again(tx, ctx, &setup, &case, &terms)?;
    store::get_for_update(tx, id)?.ok_or(CaseError::NotFound(id))
}

/// What is missing before a case may be closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// The customer and the attempts.
    Closing(ClosingGap),
    /// Work is open.
    Work,
    /// It is not resolved.
    Status,
    /// The complaint has not gone its whole way.
    Complaint,
}

/// Whether a case may be closed now.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Why it may; none if it may not.
    pub grounds: Option<Grounds>,
    /// What is missing; none if nothing is.
    pub gap: Option<Gap>,
    /// The same in words.
    pub detail: Option<String>,
    /// What is still open around it.
    pub work: OpenWork,
    /// Until when it could be opened again, if it is closed.
    pub reopen_until: Option<Timestamp>,
}

/// Says whether a case may be closed now, or what is missing.
pub fn closing(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Closing, CaseError> {
    let case = see(tx, ctx, id)?;
    let setup = Setup::load(tx)?;
    let terms = terms(tx, &case)?;
    let family = store::family(tx, id)?;
    let contacts = beside::contacts(tx, &family)?;
    let complaint = beside::complaint(tx, id)?;
    let work = open_work(tx, id)?;
    let view = ClosingView {
        policy: &terms.closing,
        contacts: &contacts,
        complaint: complaint.as_ref(),
        zone: &setup.zone,
    };
    let found = if work == OpenWork::default() {
        case.closing_grounds(view, ctx.now())
    } else {
        let OpenWork {
            tasks,
            steps,
            approvals,
        } = work;
        Err(Rule::OpenWork {
            tasks,
            steps,
            approvals,
        })
    };
    let (grounds, error) = match found {
        Ok(grounds) => (Some(grounds), None),
        Err(error) => (None, Some(error)),
    };
    let detail = error.as_ref().map(ToString::to_string);
    let gap = error.map(|error| match error {
        Rule::Gap(gap) => Gap::Closing(gap),
        Rule::OpenWork { .. } => Gap::Work,
        Rule::Complaint(_) | Rule::NoComplaint => Gap::Complaint,
        _ => Gap::Status,
    });
    Ok(Closing {
        grounds,
        gap,
        detail,
        work,
        reopen_until: super::views::reopen_until(&case, &terms),
    })
}
