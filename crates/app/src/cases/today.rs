//! The start page of an owner: what is asked of them, what is due, what they promised.

use std::time::Duration;

use zhiyin_domain::cases::status::StatusCategory;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::{Timestamp, local};
use zhiyin_store::cases::{self as store, CaseFilter, CaseRow, CaseSort, runs, tasks};
use zhiyin_store::identity::workspaces;
use zhiyin_store::promises::PromiseFilter;
use zhiyin_store::{StoreError, Tx};

use super::views::{CaseView, view_row};
use super::{CaseError, TaskQuery, TaskQueue, TaskView, list_tasks, sees, steps};
use crate::Context;
use crate::promises::{self, PromiseError, PromiseView};

/// Rows of each part.
const SHOWN: u32 = 50;
/// Results that are looked at for what the caller may approve.
const LOOKED_AT: u32 = 200;
/// Answers of the back office are shown for so long.
const FRESH: Duration = Duration::from_hours(24);

/// A result that waits for the caller's yes.
#[derive(Debug, Clone)]
pub struct ApprovalDue {
    /// The case.
    pub case: CaseView,
    /// The stay.
    pub visit: u32,
}

/// Everything the start page shows.
#[derive(Debug, Clone, Default)]
pub struct Today {
    /// Cases the caller is asked to take over.
    pub asked: Vec<CaseView>,
    /// Own cases with something overdue.
    pub overdue: Vec<CaseView>,
    /// Own cases with something due until the end of the day.
    pub due: Vec<CaseView>,
    /// Own cases in which others have the turn.
    pub waiting: Vec<CaseView>,
    /// What the caller promised.
    pub promises: Vec<PromiseView>,
    /// Tasks the caller took, and fresh answers to what they asked.
    pub tasks: Vec<TaskView>,
    /// Results the caller may approve.
    pub approvals: Vec<ApprovalDue>,
    /// How many unsolved cases the caller has.
    pub open_cases: i64,
    /// How many promises are to be kept; fifty stands for more.
    pub open_promises: usize,
}

/// The first moment of tomorrow in a zone: an hour is looked for in which the day is another.
fn end_of_day(now: Timestamp, zone: &str) -> Timestamp {
    let day = |at: Timestamp| local(at, zone, "%Y-%m-%d");
    let today = day(now);
    let minute = 60_000_000;
    let mut at = Timestamp::from_micros(now.as_micros().div_euclid(minute) * minute);
    // By hours first, then by minutes: at most 26 hours, whatever the clocks do.
    for step in [Duration::from_hours(1), Duration::from_mins(1)] {
        for _ in 0..60 {
            let next = at.plus(step);
            if day(next) != today {
                break;
            }
            at = next;
        }
    }
    at.plus(Duration::from_mins(1))
}

fn shown(tx: &mut Tx<'_>, ctx: &Context, rows: Vec<CaseRow>) -> Result<Vec<CaseView>, CaseError> {
    rows.into_iter().map(|row| view_row(tx, ctx, row)).collect()
}

/// The start page of the caller. Empty for a program.
pub fn today(tx: &mut Tx<'_>, ctx: &Context) -> Result<Today, CaseError> {
    let Some(me) = ctx.actor().agent() else {
        return Ok(Today::default());
    };
    let visibility = ctx.access().visibility(Permission::ReadCases);
    let find = |tx: &mut Tx<'_>, filter: CaseFilter| -> Result<Vec<CaseRow>, StoreError> {
        let who = (&visibility, Some(me));
        store::list(tx, who, &filter, (CaseSort::Due, None), SHOWN)
    };
    let unsolved: std::collections::BTreeSet<StatusCategory> = StatusCategory::ALL
        .into_iter()
        .filter(|category| category.is_unsolved() || *category == StatusCategory::Resolved)
        .collect();
    let own = CaseFilter {
        owner: Some(me),
        statuses: unsolved.clone(),
        ..CaseFilter::default()
    };
    let asked = CaseFilter {
        asked: Some(me),
        ..CaseFilter::default()
    };
    let overdue = CaseFilter {
        overdue_at: Some(ctx.now()),
        ..own.clone()
    };
    let zone = workspaces::load(tx)?.time_zone.as_str().to_owned();
    let until = CaseFilter {
        due_before: Some(end_of_day(ctx.now(), &zone)),
        ..own.clone()
    };
    let waiting = CaseFilter {
        statuses: [
            StatusCategory::WaitingForCustomer,
            StatusCategory::WaitingForBackOffice,
        ]
        .into(),
        ..own
    };
    let (asked, overdue) = (find(tx, asked)?, find(tx, overdue)?);
    let mut due = find(tx, until)?;
    due.retain(|row| {
        row.next_due
            .as_ref()
            .is_some_and(|(at, _)| *at >= ctx.now())
    });
    let waiting = find(tx, waiting)?;
    let counts = store::counts(tx, Some(me), ctx.now())?;
    let promises = promised(tx, ctx)?;
    Ok(Today {
        asked: shown(tx, ctx, asked)?,
        overdue: shown(tx, ctx, overdue)?,
        due: shown(tx, ctx, due)?,
        waiting: shown(tx, ctx, waiting)?,
        tasks: work(tx, ctx)?,
        approvals: approvals(tx, ctx)?,
        open_cases: counts.by_status[..4].iter().sum(),
        open_promises: promises.len(),
        promises,
    })
}

/// What the caller promised and has not kept.
fn promised(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<PromiseView>, CaseError> {
    let mut all = Vec::new();
    for status in ["broken", "open"] {
        let filter = PromiseFilter {
            status: Some(status),
            owner: ctx.actor().agent(),
            conversation: None,
        };
        let found = promises::list(tx, ctx, &filter, None, SHOWN);
        all.extend(found.or_else(|error| match error {
            PromiseError::Store(error) => Err(CaseError::Store(error)),
            // What the caller may not read they did not promise.
            _ => Ok(Vec::new()),
        })?);
    }
    Ok(all)
}

/// Tasks the caller took, and answers that came since yesterday to what they asked.
fn work(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<TaskView>, CaseError> {
    let mine = TaskQuery {
        queue: TaskQueue::Mine,
        statuses: vec!["open"],
        team_id: None,
    };
    let mut all = list_tasks(tx, ctx, &mine, None, SHOWN)?;
    let answered = tasks::TaskFilter {
        statuses: vec!["answered"],
        asked_by: ctx.actor().agent(),
        answered_since: Some(ctx.now().minus(FRESH)),
        ..tasks::TaskFilter::default()
    };
    for task in tasks::list(tx, &answered, None, SHOWN)? {
        all.push(super::get_task(tx, ctx, task.id)?);
    }
    let questions = TaskQuery {
        queue: TaskQueue::AskedByMe,
        statuses: vec!["question"],
        team_id: None,
    };
    all.extend(list_tasks(tx, ctx, &questions, None, SHOWN)?);
    all.truncate(SHOWN as usize);
    Ok(all)
}

/// Results of steps that wait for the caller's yes.
fn approvals(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<ApprovalDue>, CaseError> {
    let mut found = Vec::new();
    for id in runs::awaiting(tx, LOOKED_AT)? {
        let Some(row) = store::row(tx, id)? else {
            continue;
        };
        let visit = runs::get(tx, id)?.and_then(|run| run.current().cloned());
        let Some(visit) = visit.filter(|_| sees(ctx, &row.case)) else {
            continue;
        };
        if steps::may_decide(tx, ctx, &row.case, &visit)? {
            found.push(ApprovalDue {
                case: view_row(tx, ctx, row)?,
                visit: visit.number,
            });
        }
        if found.len() >= SHOWN as usize {
            break;
        }
    }
    Ok(found)
}
