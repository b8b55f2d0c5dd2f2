//! Handoffs to the back office: asked, taken, answered, with every hop counted.

use std::time::Duration;

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::escalation::{Ladder, TimeLimit};
use zhiyin_domain::cases::procedure::Desk;
use zhiyin_domain::cases::tasks::{CaseTask, Holder, NewTask, TaskError};
use zhiyin_domain::ids::{AgentId, CaseId, CaseTaskId, TeamId};
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::Tx;
use zhiyin_store::cases as store;
use zhiyin_store::cases::tasks::{self as rows, TeamTime};
use zhiyin_store::identity::teams;

use super::people::Doers;
use super::views::type_name;
use super::{CaseError, Happened, Setup, note_event, replan, sees};
use crate::Context;

/// A task with what is shown beside it.
#[derive(Debug, Clone)]
pub struct TaskView {
    /// The task.
    pub task: CaseTask,
    /// The case it is for.
    pub case: Case,
    /// The key of its type, and what people call it.
    pub case_type: (String, zhiyin_domain::attribute::Label),
    /// Whether its time is over without answer and status.
    pub is_overdue: bool,
    /// Whether the caller may do it.
    pub may_work: bool,
    /// Whether the caller may act as whoever asked.
    pub may_own: bool,
}

/// What is asked of the back office: of a team, or of a desk.
#[derive(Debug, Clone)]
pub struct NewTaskInput {
    /// Which team.
    pub team_id: Option<TeamId>,
    /// Which desk.
    pub desk: Option<Desk>,
    /// What is asked.
    pub request: String,
    /// What a good answer contains.
    pub standard: String,
    /// How long the answer may take.
    pub limit: TimeLimit,
    /// Who is told when it takes longer; the usual ladder if left out.
    pub ladder: Option<Ladder>,
}

/// What somebody does with a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskAct {
    /// Takes it.
    Take,
    /// Answers it.
    Answer(String),
    /// Says how it stands, and until when there is more.
    Status {
        /// How it stands.
        text: String,
        /// Until when there is more.
        due_at: Timestamp,
        /// Whether the owner of the case agrees to wait.
        is_agreed: bool,
    },
    /// Asks the owner of the case.
    Question(String),
    /// Sends it to another team or desk.
    Forward {
        /// Which team.
        team_id: Option<TeamId>,
        /// Which desk.
        desk: Option<Desk>,
        /// Why.
        reason: String,
    },
    /// Answers a question of the team.
    Clarify(String),
    /// Sends an answer back.
    SendBack(String),
    /// It is no longer needed.
    Cancel(String),
}

impl TaskAct {
    const fn name(&self) -> &'static str {
        match self {
            Self::Take => "taken",
            Self::Answer(_) => "answered",
            Self::Status { .. } => "status",
            Self::Question(_) => "question",
            Self::Forward { .. } => "forwarded",
            Self::Clarify(_) => "clarified",
            Self::SendBack(_) => "sent_back",
            Self::Cancel(_) => "cancelled",
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Take => "",
            Self::Answer(text)
            | Self::Status { text, .. }
            | Self::Question(text)
            | Self::Clarify(text)
            | Self::SendBack(text)
            | Self::Cancel(text) => text,
            Self::Forward { reason, .. } => reason,
        }
    }

    /// Whether it is the part of the back office or of whoever asked.
    const fn part(&self) -> Part {
        match self {
            Self::Take | Self::Answer(_) | Self::Question(_) | Self::Forward { .. } => Part::Team,
            Self::Status { is_agreed, .. } => {
                if *is_agreed {
                    Part::Owner
                } else {
                    Part::Team
                }
            }
            Self::Clarify(_) | Self::SendBack(_) | Self::Cancel(_) => Part::Owner,
        }
    }
}

/// Whose part it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Team,
    Owner,
}

/// Where a task belongs, for the permission check.
fn resource(task: &CaseTask) -> Resource {
    Resource {
        inbox: None,
        team: task.team_id(),
        assignee: task.holds.last().and_then(|hold| hold.taken_by),
    }
}

pub(super) fn may_work(ctx: &Context, task: &CaseTask) -> bool {
    ctx.access().allows(Permission::WorkTasks, &resource(task))
}

fn may_own(ctx: &Context, case: &Case) -> bool {
    ctx.access().allows(Permission::WorkCases, &case.resource())
}

pub(super) fn shown(
    tx: &mut Tx<'_>,
    ctx: &Context,
    task: CaseTask,
    case: Case,
) -> Result<TaskView, CaseError> {
    Ok(TaskView {
        is_overdue: task.is_overdue(ctx.now()),
        may_work: may_work(ctx, &task),
        may_own: may_own(ctx, &case),
        case_type: type_name(tx, &case)?,
        task,
        case,
    })
}

/// The team somebody means.
fn team_of(
    tx: &mut Tx<'_>,
    setup: &Setup,
    team_id: Option<TeamId>,
    desk: Option<Desk>,
) -> Result<TeamId, CaseError> {
    let unknown = CaseError::Unknown {
        what: "team",
        path: "/team_id",
    };
    let of_desk = || desk.and_then(|desk| setup.desks.get(&desk).copied());
    let Some(team) = team_id.or_else(of_desk) else {
        return Err(if desk.is_some() {
            CaseError::Unknown {
                what: "team for this desk",
                path: "/desk",
            }
        } else {
            unknown
        });
    };
    teams::get(tx, team)?.map(|team| team.id).ok_or(unknown)
}

/// Hands something to the back office. The deadline runs from now, and the case waits for it
/// unless it is resolved.
pub fn ask_task(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    input: NewTaskInput,
) -> Result<TaskView, CaseError> {
    let case = super::load(tx, ctx, id, Permission::WorkCases)?;
    if case.merged_into.is_some() {
        return Err(zhiyin_domain::cases::case::CaseError::Merged.into());
    }
    if !case.status.category().is_unsolved() {
        let from = case.status.category();
        let to = zhiyin_domain::cases::status::StatusCategory::WaitingForBackOffice;
        return Err(zhiyin_domain::cases::case::CaseError::Status { from, to }.into());
    }
    let setup = Setup::load(tx)?;
    let team_id = team_of(tx, &setup, input.team_id, input.desk)?;
    let new = NewTask {
        id: ctx.id(),
        case_id: id,
        asked_by: ctx.actor().agent().unwrap_or_else(|| case.owner_id()),
        team_id,
        request: input.request,
        standard: input.standard,
        limit: input.limit,
        ladder: input.ladder.unwrap_or_default(),
    };
    let task = CaseTask::ask(new, setup.business(), ctx.now())?;
    rows::insert(tx, &task)?;
    let told = Doers::team(tx, team_id, None)?.people;
    let happened = Happened::new("case.task_changed", "asked")
        .saying(&task.request)
        .told(told);
    let task_id = Some(task.id);
    note_event(
        tx,
        ctx,
        &case,
        Happened {
            task_id,
            ..happened
        },
    )?;
    let after = case.clone().wait_for_back_office(ctx.now())?;
    let case = if after == case {
        replan(tx, ctx, &setup, &case)?;
        case
    } else {
        super::changed(tx, ctx, &setup, &case, after, super::What::Status(None))?
    };
    shown(tx, ctx, task, case)
}

/// A task with its case under its lock, if the caller may know of it.
fn load_task(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseTaskId,
) -> Result<(Case, CaseTask), CaseError> {
    let not_found = || CaseError::TaskNotFound(id);
    let found = rows::get(tx, id)?.ok_or_else(not_found)?;
    let case = store::get_for_update(tx, found.case_id)?.ok_or_else(not_found)?;
    // Read again under the lock: somebody may have acted meanwhile.
    let task = rows::get(tx, id)?.ok_or_else(not_found)?;
    if sees(ctx, &case) || may_work(ctx, &task) {
        Ok((case, task))
    } else {
        Err(not_found())
    }
}

fn check_part(ctx: &Context, case: &Case, task: &CaseTask, part: Part) -> Result<(), Denied> {
    let (permission, is_allowed) = match part {
        Part::Team => (Permission::WorkTasks, may_work(ctx, task)),
        Part::Owner => (Permission::WorkCases, may_own(ctx, case)),
    };
    if is_allowed {
        Ok(())
    } else {
        Err(Denied { permission })
    }
}

fn apply(
    tx: &mut Tx<'_>,
    setup: &Setup,
    task: CaseTask,
    (act, me, now): (&TaskAct, AgentId, Timestamp),
) -> Result<CaseTask, CaseError> {
    let business = setup.business();
    Ok(match act {
        TaskAct::Take => task.take(me)?,
        TaskAct::Answer(text) => task.answer(me, text, now)?,
        TaskAct::Status {
            text,
            due_at,
            is_agreed,
        } => task.report_status(me, text, (*due_at, *is_agreed), business, now)?,
        TaskAct::Question(text) => {
            let within: Duration = setup.times.question.length();
            task.question(me, text, within, business, now)?
        }
        TaskAct::Forward {
            team_id,
            desk,
            reason,
        } => {
            let to = team_of(tx, setup, *team_id, *desk)?;
            task.forward(me, to, reason, now)?
        }
        TaskAct::Clarify(text) => task.clarify(me, text, business, now)?,
        TaskAct::SendBack(text) => task.send_back(me, text, business, now)?,
        TaskAct::Cancel(text) => task.cancel(me, text, now)?,
    })
}

/// How long each team had a task, and how often it sent it on.
fn team_times(setup: &Setup, task: &CaseTask, now: Timestamp, was_late: bool) -> Vec<TeamTime> {
    let last = task.team_id();
    let times = task.team_times(setup.business(), now);
    let one = |(team_id, held): (TeamId, Duration)| {
        let left = task.holds.windows(2).filter(|pair| {
            let is_hop = matches!(pair[1].holder, Holder::Team { team_id: to } if to != team_id);
            pair[0].holder == Holder::Team { team_id } && is_hop
        });
        TeamTime {
            team_id,
            held_ms: i64::try_from(held.as_millis()).unwrap_or(i64::MAX),
            hops: u32::try_from(left.count()).unwrap_or(u32::MAX),
            was_late: was_late && last == Some(team_id),
        }
    };
    times.into_iter().map(one).collect()
}

/// Does something with a task.
pub fn act_on_task(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseTaskId,
    act: &TaskAct,
) -> Result<TaskView, CaseError> {
    let (case, before) = load_task(tx, ctx, id)?;
    check_part(ctx, &case, &before, act.part())?;
    let me = ctx.actor().agent().ok_or(Denied {
        permission: Permission::WorkTasks,
    })?;
    let is_over = !case.status.category().is_unsolved();
    if is_over && matches!(act, TaskAct::SendBack(_)) {
        return Err(TaskError::Over.into());
    }
    let setup = Setup::load(tx)?;
    let was_late = before.is_overdue(ctx.now());
    let task = apply(tx, &setup, before, (act, me, ctx.now()))?;
    let task = rows::save(tx, task)?;
    if matches!(act, TaskAct::Answer(_)) {
        let times = team_times(&setup, &task, ctx.now(), was_late);
        rows::put_times(tx, id, ctx.now(), &times)?;
    }
    let told = match act {
        TaskAct::Forward { .. }
        | TaskAct::Clarify(_)
        | TaskAct::SendBack(_)
        | TaskAct::Cancel(_) => match task.team_id() {
            Some(team) => Doers::team(tx, team, None)?.people,
            None => std::collections::BTreeSet::new(),
        },
        TaskAct::Take | TaskAct::Answer(_) | TaskAct::Status { .. } | TaskAct::Question(_) => {
            [task.asked_by, case.owner_id()].into()
        }
    };
    let happened = Happened::new("case.task_changed", act.name())
        .saying(act.text())
        .told(told);
    let task_id = Some(id);
    note_event(
        tx,
        ctx,
        &case,
        Happened {
            task_id,
            ..happened
        },
    )?;
    let case = turn(tx, ctx, &setup, case)?;
    shown(tx, ctx, task, case)
}

/// Whose turn it is after something happened to a task: when nothing is asked of the back
/// office any more the owner has it again.
fn turn(tx: &mut Tx<'_>, ctx: &Context, setup: &Setup, case: Case) -> Result<Case, CaseError> {
    use zhiyin_domain::cases::status::StatusCategory as C;
    let tasks = rows::of_case(tx, case.id)?;
    let with_team = tasks
        .iter()
        .any(|task| matches!(task.holder(), Some(Holder::Team { .. })));
    let step = zhiyin_store::cases::runs::get(tx, case.id)?.and_then(|run| run.category());
    let category = case.status.category();
    let can_follow = category.is_unsolved() && case.merged_into.is_none();
    let after = if !can_follow {
        case.clone()
    } else if with_team {
        case.clone().wait_for_back_office(ctx.now())?
    } else if category == C::WaitingForBackOffice && step != Some(C::WaitingForBackOffice) {
        case.clone().take_up()?
    } else {
        case.clone()
    };
    if after == case {
        replan(tx, ctx, setup, &case)?;
        return Ok(case);
    }
    super::changed(tx, ctx, setup, &case, after, super::What::Status(None))
}
