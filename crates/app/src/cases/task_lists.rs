//! Looking at tasks: one, those of a case, queues, and how teams do.

use zhiyin_domain::ids::{CaseId, CaseTaskId, TeamId};
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::Tx;
use zhiyin_store::cases as store;
use zhiyin_store::cases::tasks::{self as rows, TaskCursor, TaskFilter};

use super::tasks::{TaskView, may_work, shown};
use super::{CaseError, see, sees};
use crate::Context;

/// One task, for whoever may do it or see its case.
pub fn get_task(tx: &mut Tx<'_>, ctx: &Context, id: CaseTaskId) -> Result<TaskView, CaseError> {
    let not_found = || CaseError::TaskNotFound(id);
    let task = rows::get(tx, id)?.ok_or_else(not_found)?;
    let case = store::get(tx, task.case_id)?.ok_or_else(not_found)?;
    if !sees(ctx, &case) && !may_work(ctx, &task) {
        return Err(not_found());
    }
    shown(tx, ctx, task, case)
}

/// All tasks of a case and of what is merged into it, oldest first.
pub fn tasks_of(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Vec<TaskView>, CaseError> {
    let case = see(tx, ctx, id)?;
    let mut views = Vec::new();
    for id in store::family(tx, case.id)? {
        let Some(case) = store::get(tx, id)? else {
            continue;
        };
        for task in rows::of_case(tx, id)? {
            views.push(shown(tx, ctx, task, case.clone())?);
        }
    }
    views.sort_by_key(|view| (view.task.asked_at, view.task.id));
    Ok(views)
}

/// Which tasks somebody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskQueue {
    /// Those of the caller's teams.
    Team,
    /// Those the caller took.
    Mine,
    /// Those the caller asked for.
    AskedByMe,
    /// All.
    All,
}

/// A page of tasks.
#[derive(Debug, Clone)]
pub struct TaskQuery {
    /// Which.
    pub queue: TaskQueue,
    /// In which statuses.
    pub statuses: Vec<&'static str>,
    /// Only of this team.
    pub team_id: Option<TeamId>,
}

/// A page of tasks the caller may do or asked for, in the order in which they are due.
pub fn list_tasks(
    tx: &mut Tx<'_>,
    ctx: &Context,
    query: &TaskQuery,
    after: Option<TaskCursor>,
    limit: u32,
) -> Result<Vec<TaskView>, CaseError> {
    let visibility = ctx.access().visibility(Permission::WorkTasks);
    let me = ctx.actor().agent();
    let mut filter = TaskFilter {
        statuses: query.statuses.clone(),
        ..TaskFilter::default()
    };
    let own: Vec<TeamId> = ctx.access().teams.iter().copied().collect();
    match query.queue {
        TaskQueue::Team => {
            let may = |team: &TeamId| visibility.all || visibility.teams.contains(team);
            filter.teams = Some(own.into_iter().filter(may).collect());
        }
        TaskQueue::Mine => filter.taken_by = me,
        TaskQueue::AskedByMe => filter.asked_by = me,
        TaskQueue::All if !visibility.all => {
            filter.teams = Some(visibility.teams.iter().copied().collect());
        }
        TaskQueue::All => {}
    }
    if let Some(team) = query.team_id {
        let is_among = filter
            .teams
            .as_ref()
            .is_none_or(|teams| teams.contains(&team));
        filter.teams = Some(if is_among { vec![team] } else { Vec::new() });
    }
    let needs_me = matches!(query.queue, TaskQueue::Mine | TaskQueue::AskedByMe);
    if needs_me && me.is_none() {
        return Ok(Vec::new());
    }
    let mut views = Vec::new();
    for task in rows::list(tx, &filter, after, limit)? {
        if let Some(case) = store::get(tx, task.case_id)? {
            views.push(shown(tx, ctx, task, case)?);
        }
    }
    Ok(views)
}

/// How a team did with what was answered in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskReportRow {
    /// Which team.
    pub team_id: TeamId,
    /// Tasks it had a part in that were answered.
    pub answered: u32,
    /// How often it sent one on.
    pub hops: u32,
    /// Half of them took at most so long, in milliseconds of the time that counts.
    pub reply_p50_ms: i64,
    /// How long they took together, divided by their number, in milliseconds.
    pub reply_mean_ms: i64,
    /// Answers that came late.
    pub overdue: u32,
}

/// Hops and reply time of every team that had a part in what was answered in a period.
pub fn task_report(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<TaskReportRow>, CaseError> {
    ctx.require(Permission::ReadReports, &Resource::WORKSPACE)?;
    let mut report: Vec<TaskReportRow> = Vec::new();
    let times = rows::times(tx, from, to)?;
    // They come by team, the shortest first.
    for of_team in times.chunk_by(|a, b| a.team_id == b.team_id) {
        let Some(first) = of_team.first() else {
            continue;
        };
        let count = i64::try_from(of_team.len()).unwrap_or(1).max(1);
        let sum: i64 = of_team.iter().map(|it| it.held_ms).sum();
        let late = of_team.iter().filter(|it| it.was_late).count();
        report.push(TaskReportRow {
            team_id: first.team_id,
            answered: u32::try_from(of_team.len()).unwrap_or(u32::MAX),
            hops: of_team.iter().map(|it| it.hops).sum(),
            reply_p50_ms: of_team[(of_team.len() - 1) / 2].held_ms,
            reply_mean_ms: sum / count,
            overdue: u32::try_from(late).unwrap_or(u32::MAX),
        });
    }
    Ok(report)
}
