//! Working through the procedure of a case, step by step.

use std::collections::BTreeSet;

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::case_type::CaseTerms;
use zhiyin_domain::cases::forms::Answers;
use zhiyin_domain::cases::procedure::{Assignee, Procedure};
use zhiyin_domain::cases::run::{
    Completion, Run, RunError, StepResult, Verdict, Visit, VisitState,
};
use zhiyin_domain::cases::status::StatusCategory;
use zhiyin_domain::ids::{AgentId, CaseId};
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_store::cases::{self as store, runs, types};
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx};

use super::people::{self, Doers};
use super::{CaseError, Happened, Setup, What, changed, locked, note_event, replan, see};
use crate::Context;

/// The procedure of a case and how far it is.
#[derive(Debug, Clone)]
pub struct StepsView {
    /// Which version of the type holds.
    pub version: u32,
    /// Its procedure.
    pub procedure: Procedure,
    /// Every stay, oldest first.
    pub visits: Vec<Visit>,
    /// The stay that is not over.
    pub current: Option<CurrentStep>,
}

/// The step that is open, and what the caller may do with it.
#[derive(Debug, Clone)]
pub struct CurrentStep {
    /// The stay.
    pub visit: Visit,
    /// Outcomes that can be chosen after the answers of the case alone.
    pub outcomes: Vec<String>,
    /// Whether the caller may take and complete it.
    pub may_work: bool,
    /// Whether the caller may approve its result.
    pub may_decide: bool,
}

/// What is done at a step.
#[derive(Debug, Clone, Default)]
pub struct StepInput {
    /// Which stay.
    pub visit: u32,
    /// Which outcome.
    pub outcome: String,
    /// What was filled in.
    pub answers: Answers,
    /// What was ticked.
    pub checked: BTreeSet<String>,
    /// In words.
    pub note: String,
}

/// The run of a case with the procedure it began with.
fn running(tx: &mut Tx<'_>, case: &Case) -> Result<(Run, CaseTerms), CaseError> {
    let run = runs::get(tx, case.id)?.ok_or(RunError::Over)?;
    let version = types::version(tx, case.type_id, run.type_version)?;
    let terms = version
        .ok_or(CaseError::TypeNotFound(Some(case.type_id)))?
        .terms;
    Ok((run, terms))
}

/// Everything that was filled in with the case, personal or not.
fn case_answers(tx: &mut Tx<'_>, id: CaseId) -> Result<Answers, StoreError> {
    let (mut answers, personal) = store::answers(tx, id)?;
    answers.extend(personal);
    Ok(answers)
}

/// Whether somebody may work on a step: on the case, or as the team or role it is for.
pub(super) fn may_work(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    assignee: Assignee,
) -> Result<bool, StoreError> {
    if ctx.access().allows(Permission::WorkCases, &case.resource()) {
        return Ok(true);
    }
    let Some(me) = ctx.actor().agent() else {
        return Ok(false);
    };
    Ok(match assignee {
        Assignee::Team { team_id } => ctx.access().allows(
            Permission::WorkTasks,
            &Resource {
                inbox: None,
                team: Some(team_id),
                assignee: None,
            },
        ),
        Assignee::Role { role_id } => agents::memberships(tx, me)?.roles.contains(&role_id),
        Assignee::Owner | Assignee::Supervisor | Assignee::Customer => false,
    })
}

fn waiting_for(visit: &Visit) -> Option<(AgentId, &zhiyin_domain::cases::approvals::Approval)> {
    match &visit.state {
        VisitState::Awaiting { approval, .. } => Some((approval.asked_by(), approval)),
        VisitState::Working | VisitState::Done { .. } | VisitState::Abandoned { .. } => None,
    }
}

/// Whether the caller may approve what waits at a step.
pub(super) fn may_decide(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    visit: &Visit,
) -> Result<bool, StoreError> {
    let (Some(me), Some((asked_by, approval))) = (ctx.actor().agent(), waiting_for(visit)) else {
        return Ok(false);
    };
    let judge = people::judge(tx, me, case, asked_by)?;
    Ok(approval.check(&judge).is_ok())
}

fn view(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    (run, terms): (Run, CaseTerms),
) -> Result<StepsView, CaseError> {
    let current = match run.current().cloned() {
        None => None,
        Some(visit) => {
            let answers = case_answers(tx, case.id)?;
            let open = run.open_outcomes(&terms.procedure, &answers, &Answers::new());
            Some(CurrentStep {
                outcomes: open.into_iter().map(|it| it.key.clone()).collect(),
                may_work: may_work(tx, ctx, case, visit.assignee)?,
                may_decide: may_decide(tx, ctx, case, &visit)?,
                visit,
            })
        }
    };
    Ok(StepsView {
        version: run.type_version,
        visits: run.visits().to_vec(),
        procedure: terms.procedure,
        current,
    })
}

/// The procedure of a case and how far it is.
pub fn steps(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<StepsView, CaseError> {
    let case = see(tx, ctx, id)?;
    let found = running(tx, &case)?;
    view(tx, ctx, &case, found)
}

/// A case under its lock with its run, if the caller may work on the open step.
fn load_step(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
) -> Result<(Case, Run, CaseTerms, AgentId), CaseError> {
    let case = locked(tx, ctx, id)?;
    let denied = || Denied {
        permission: Permission::WorkCases,
    };
    let (run, terms) = running(tx, &case)?;
    let assignee = run
        .current()
        .map_or(Assignee::Owner, |visit| visit.assignee);
    if !may_work(tx, ctx, &case, assignee)? {
        return Err(denied().into());
    }
    if case.merged_into.is_some() {
        return Err(zhiyin_domain::cases::case::CaseError::Merged.into());
    }
    let me = ctx.actor().agent().ok_or_else(denied)?;
    Ok((case, run, terms, me))
}

/// Stores a run that went on, and tells whoever has the next step.
fn keep(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    (run, terms): (Run, CaseTerms),
    (what, text): (&str, &str),
) -> Result<StepsView, CaseError> {
    let setup = Setup::load(tx)?;
    runs::put(tx, case.id, &run)?;
    let told = match run.current() {
        Some(visit) => Doers::of_step(tx, case, visit.assignee, visit.taken_by)?.people,
        None => BTreeSet::from([case.owner_id()]),
    };
    let happened = Happened::new("case.step_changed", what)
        .saying(text)
        .told(told);
    note_event(tx, ctx, case, happened)?;
    let case = follow(tx, ctx, &setup, case, &run)?;
    replan(tx, ctx, &setup, &case)?;
    view(tx, ctx, &case, (run, terms))
}

/// Lets the status follow the open step: whose turn it is. One that is over stays.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    run: &Run,
) -> Result<Case, CaseError> {
    if case.merged_into.is_some() {
        return Ok(case.clone());
    }
    let category = case.status.category();
    let next = match run.category() {
        // A new case is new until somebody begins, unless others have the first step.
        Some(StatusCategory::Open) if category == StatusCategory::New => {
            let has_begun = run.visits().len() > 1
                || run.current().is_some_and(|visit| visit.taken_by.is_some());
            has_begun.then_some(StatusCategory::Open)
        }
        other => other,
    };
    let Some(next) = next.filter(|next| *next != category && category.is_unsolved()) else {
        return Ok(case.clone());
    };
    let after = match next {
        StatusCategory::WaitingForCustomer => case.clone().wait_for_customer(ctx.now())?,
        StatusCategory::WaitingForBackOffice => case.clone().wait_for_back_office(ctx.now())?,
        StatusCategory::New
        | StatusCategory::Open
        | StatusCategory::Resolved
        | StatusCategory::Closed => case.clone().take_up()?,
    };
    changed(tx, ctx, setup, case, after, What::Status(None))
}

/// The procedure begins anew after a case was opened again.
pub(super) fn begin_again(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    terms: &CaseTerms,
) -> Result<(), CaseError> {
    let run = match runs::get(tx, case.id)? {
        Some(run) if run.current().is_some() => return Ok(()),
        Some(run) => run.restart(&terms.procedure, setup.steps(), ctx.now())?,
        None => Run::start(
            &terms.procedure,
            case.type_version,
            setup.steps(),
            ctx.now(),
        )?,
    };
    runs::put(tx, case.id, &run)?;
    note_event(tx, ctx, case, Happened::new("case.step_changed", "begun"))?;
    let case = follow(tx, ctx, setup, case, &run)?;
    Ok(replan(tx, ctx, setup, &case)?)
}

/// One person takes the open step for their team or role.
pub fn take_step(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    visit: u32,
) -> Result<StepsView, CaseError> {
    let (case, run, terms, me) = load_step(tx, ctx, id)?;
    let run = run.take(visit, me)?;
    keep(tx, ctx, &case, (run, terms), ("taken", ""))
}

/// The open step is done, or its result waits for approval.
pub fn complete_step(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    input: StepInput,
) -> Result<StepsView, CaseError> {
    let (case, run, terms, me) = load_step(tx, ctx, id)?;
    let setup = Setup::load(tx)?;
    let answers = case_answers(tx, id)?;
    let completion = Completion {
        visit: input.visit,
        result: StepResult {
            by: me,
            at: ctx.now(),
            outcome: input.outcome,
            answers: input.answers,
            checked: input.checked,
            note: input.note.clone(),
        },
    };
    let run = run.complete(&terms.procedure, &answers, completion, setup.steps())?;
    let awaits = run.current().and_then(waiting_for).is_some();
    let what = if awaits { "awaiting" } else { "done" };
    keep(tx, ctx, &case, (run, terms), (what, &input.note))
}

/// An approver says yes, or no with a reason.
pub fn decide_step(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    (visit, is_approved, note): (u32, bool, &str),
) -> Result<StepsView, CaseError> {
    let case = locked(tx, ctx, id)?;
    if case.merged_into.is_some() {
        return Err(zhiyin_domain::cases::case::CaseError::Merged.into());
    }
    let (run, terms) = running(tx, &case)?;
    let me = ctx.actor().agent().ok_or(Denied {
        permission: Permission::WorkCases,
    })?;
    let asked_by = run
        .current()
        .and_then(waiting_for)
        .map(|(asked_by, _)| asked_by);
    let asked_by = asked_by.ok_or(RunError::NotAwaiting)?;
    let judge = people::judge(tx, me, &case, asked_by)?;
    let setup = Setup::load(tx)?;
    let verdict = Verdict {
        visit,
        judge: &judge,
        is_approved,
        note,
    };
    let run = run.decide(&terms.procedure, verdict, setup.steps(), ctx.now())?;
    let what = if is_approved { "approved" } else { "rejected" };
    keep(tx, ctx, &case, (run, terms), (what, note))
}

/// The procedure is left without a result, for a reason.
pub fn abandon_step(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    (visit, reason): (u32, &str),
) -> Result<StepsView, CaseError> {
    let (case, run, terms, me) = load_step(tx, ctx, id)?;
    ctx.require(Permission::WorkCases, &case.resource())?;
    let run = run.abandon(visit, me, reason, ctx.now())?;
    keep(tx, ctx, &case, (run, terms), ("abandoned", reason))
}

/// Begins again at the first step, where no step is open.
pub fn restart_steps(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<StepsView, CaseError> {
    let (case, run, terms, _) = load_step(tx, ctx, id)?;
    ctx.require(Permission::WorkCases, &case.resource())?;
    if !case.status.category().is_unsolved() {
        let (from, to) = (case.status.category(), StatusCategory::Open);
        return Err(zhiyin_domain::cases::case::CaseError::Status { from, to }.into());
    }
    let setup = Setup::load(tx)?;
    let run = run.restart(&terms.procedure, setup.steps(), ctx.now())?;
    keep(tx, ctx, &case, (run, terms), ("begun", ""))
}
