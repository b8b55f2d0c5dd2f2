//! Deadlines of everything in a case, as rows that fire once.
//!
//! [`replan`] brings the rows in line with what is pending, after every change, in its
//! transaction. The reconciler ([`work`]) fires what is due: it locks the case, sets
//! `fired_at`, tells people by an event, and plans anew.

use std::time::Duration;

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::escalation::{Alarm, AlarmRow, Moment, Subject, Watch, alarms, plan};
use zhiyin_domain::cases::ownership::Handover;
use zhiyin_domain::cases::run::Run;
use zhiyin_domain::cases::tasks::{CaseTask, Holder};
use zhiyin_domain::ids::{CaseId, WorkspaceId};
use zhiyin_store::cases::{self as store, alarms as rows, runs, tasks, types};
use zhiyin_store::{StoreError, Tx};

use super::beside::{self, OwnedWatch};
use super::people::{self, Doers};
use super::{CaseError, Happened, Setup, What, changed, note_event};
use crate::work::{Reconciler, Round, RoundFuture, Work, WorkError};
use crate::{App, Context, Principal};

/// Cases looked at in one round.
const BATCH: u32 = 500;

/// What this feature hands to the worker.
pub fn work() -> Work {
    let clock = Reconciler {
        name: "cases",
        // A deadline fires at its time; this is for what a lost wake-up hid.
        period: Duration::from_secs(15),
        rest: Duration::from_secs(1),
        run: |app| Box::pin(round(app)) as RoundFuture,
    };
    let own = Work {
        reconcilers: vec![clock, super::broadcast::reconciler()],
        ..Work::default()
    };
    own.and(super::follow_ups::work())
        .and(super::portal::work())
        .and(super::warnings::work())
}

async fn round(app: App) -> Result<Round, WorkError> {
    let now = app.clock().now();
    let due = app
        .store()
        .read_system(move |system| rows::due(system, now, BATCH))
        .await?;
    let mut done = 0;
    let mut failed = None;
    for (workspace, id) in due {
        // One that the store refuses must not hold up the others.
        match fire_due(&app, workspace, id).await {
            Ok(()) => done += 1,
            Err(error) => failed = Some(error),
        }
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    let next_due = app.store().read_system(rows::next_due).await?;
    Ok(Round { done, next_due })
}

async fn fire_due(app: &App, workspace: WorkspaceId, id: CaseId) -> Result<(), CaseError> {
    let principal = Principal::system(workspace, "cases");
    app.write(&principal, move |tx, ctx| look_at(tx, ctx, id))
        .await
}

/// Everything with a deadline in a case, read once.
struct Pending {
    watches: Vec<OwnedWatch>,
    tasks: Vec<CaseTask>,
    run: Option<Run>,
}

/// The ladder of a handover: whoever is asked is reminded; when they do not answer, the
/// owner keeps the case and is told.
fn handover_watch(case: &Case, handover: &Handover) -> OwnedWatch {
    let number = u32::try_from(case.ownership.past().len()).unwrap_or(u32::MAX);
    OwnedWatch {
        subject: Subject::Handover(number),
        from: handover.proposed_at,
        due_at: handover.answer_by,
        basis: zhiyin_domain::standards::Basis::Wall,
        ladder: zhiyin_domain::cases::escalation::Ladder::default(),
    }
}

fn pending(tx: &mut Tx<'_>, setup: &Setup, case: &Case) -> Result<Pending, StoreError> {
    let run = runs::get(tx, case.id)?;
    let tasks = tasks::of_case(tx, case.id)?;
    let mut watches: Vec<OwnedWatch> = Vec::new();
    // While a case is part of another its procedure stands still; it goes on when the merge
    // is undone.
    let is_alone = case.merged_into.is_none();
    let open = run.as_ref().filter(|run| run.current().is_some());
    if let Some(run) = open.filter(|_| is_alone)
        && let Some(version) = types::version(tx, case.type_id, run.type_version)?
    {
        let watch = run.watch(&version.terms.procedure);
        watches.extend(watch.map(OwnedWatch::from));
    }
    watches.extend(
        tasks
            .iter()
            .filter_map(CaseTask::watch)
            .map(OwnedWatch::from),
    );
    if let Some(handover) = case.ownership.pending() {
        watches.push(handover_watch(case, handover));
    }
    watches.extend(beside::watches(tx, case, setup)?);
    Ok(Pending {
        watches,
        tasks,
        run,
    })
}

fn all_alarms(pending: &Pending, setup: &Setup) -> Vec<Alarm> {
    let watches = pending.watches.iter().map(OwnedWatch::watch);
    watches
        .flat_map(|watch: Watch<'_>| alarms(watch, setup.business()))
        .collect()
}

/// Brings the rows of a case in line with what is pending, and what lists show of it. The
/// caller holds the row of the case.
pub fn replan(
    tx: &mut Tx<'_>,
    _ctx: &Context,
    setup: &Setup,
    case: &Case,
) -> Result<(), StoreError> {
    let pending = pending(tx, setup, case)?;
    let stored = rows::of_case(tx, case.id)?;
    let changes = plan(&stored, &all_alarms(&pending, setup));
    rows::apply(tx, case.id, &changes)?;
    let next = pending.watches.iter().min_by_key(|watch| watch.due_at);
    let next = next.map(|watch| (watch.due_at, watch.subject.to_string()));
    let open = pending.tasks.iter().filter(|task| task.is_open()).count();
    store::set_standing(tx, case.id, next, u32::try_from(open).unwrap_or(u32::MAX))
}

/// Fires what is due in one case. Everything is read again under its lock: of two nodes that
/// look at the same time, the second finds nothing left.
fn look_at(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<(), CaseError> {
    let Some(case) = store::get_for_update(tx, id)? else {
        return Ok(());
    };
    let setup = Setup::load(tx)?;
    let pending = pending(tx, &setup, &case)?;
    let wanted = all_alarms(&pending, &setup);
    let mut stored = rows::of_case(tx, id)?;
    stored.retain(|row| row.fired_at.is_none() && row.at <= ctx.now());
    stored.sort_by_key(|row| (row.at, row.key));
    for row in &stored {
        // A row that nothing asks for any more goes with the plan below.
        let Some(alarm) = wanted.iter().find(|alarm| alarm.key == row.key) else {
            continue;
        };
        if alarm.at <= ctx.now() && rows::fire(tx, id, row, ctx.now())? {
            tell(tx, ctx, &case, &pending, alarm)?;
        }
    }
    // A merged case keeps its owner, and what is asked of somebody there ends with the merge.
    let lapsed = case.ownership.clone().lapse(ctx.now());
    if let Some(ownership) = lapsed {
        let after = Case {
            ownership,
            ..case.clone()
        };
        changed(tx, ctx, &setup, &case, after, What::Ended("lapsed", None))?;
        return Ok(());
    }
    Ok(replan(tx, ctx, &setup, &case)?)
}

/// Who has to do what a deadline is for.
fn doers(
    tx: &mut Tx<'_>,
    case: &Case,
    pending: &Pending,
    subject: Subject,
) -> Result<Doers, StoreError> {
    match subject {
        Subject::Step(_) => match pending.run.as_ref().and_then(Run::current) {
            Some(visit) => Doers::of_step(tx, case, visit.assignee, visit.taken_by),
            None => Ok(Doers::one(case.owner_id(), case.team_id)),
        },
        Subject::Task(id, _) => {
            let task = pending.tasks.iter().find(|task| task.id == id);
            match task.and_then(CaseTask::holder) {
                Some(Holder::Team { team_id }) => {
                    let taken_by = task.and_then(|task| task.holds.last()?.taken_by);
                    Doers::team(tx, team_id, taken_by)
                }
                Some(Holder::Owner) | None => Ok(Doers::one(case.owner_id(), case.team_id)),
            }
        }
        Subject::Handover(_) => {
            let asked = case.ownership.pending().map(|pending| pending.to_id);
            Ok(Doers::one(
                asked.unwrap_or_else(|| case.owner_id()),
                case.team_id,
            ))
        }
        Subject::Acknowledgement(_)
        | Subject::Update(_)
        | Subject::Reply(_)
        | Subject::CorrectiveAction(_)
        | Subject::FollowUp(..) => {
            let doer = beside::doer_of(tx, case, subject)?;
            Ok(Doers::one(
                doer.unwrap_or_else(|| case.owner_id()),
                case.team_id,
            ))
        }
    }
}

fn tell(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    pending: &Pending,
    alarm: &Alarm,
) -> Result<(), StoreError> {
    let doers = doers(tx, case, pending, alarm.key.subject)?;
    let told = people::resolve(tx, case, &alarm.to, &doers)?;
    let kind = match alarm.key.moment {
        Moment::Reminder(_) => "case.reminded",
        Moment::Due => "case.overdue",
        Moment::Escalation(_) => "case.escalated",
    };
    let task_id = match alarm.key.subject {
        Subject::Task(id, _) => Some(id),
        _ => None,
    };
    let what = format!("{} {}", alarm.key.subject, alarm.key.moment);
    let happened = Happened::new(kind, what).told(told);
    note_event(
        tx,
        ctx,
        case,
        Happened {
            task_id,
            ..happened
        },
    )
}

/// Rows that should be there and are not, or are due and did not fire although the clock
/// passed them: for tests and for checks of an installation.
pub fn missing_alarms(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<Alarm>, StoreError> {
    let setup = Setup::load(tx)?;
    let pending = pending(tx, &setup, case)?;
    let stored: Vec<AlarmRow> = rows::of_case(tx, case.id)?;
    let mut wanted = all_alarms(&pending, &setup);
    wanted.retain(|alarm| !stored.iter().any(|row| row.key == alarm.key));
    Ok(wanted)
}
