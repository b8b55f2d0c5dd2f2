//! Cases: every problem has an owner until the customer confirms that it is solved.
//!
//! Every command locks the row of the case first ([`load`]), so that of two who act at once
//! one sees what the other did. Whatever changes goes through [`changed`], or, where the row
//! itself stays as it is, through [`note_event`] and [`replan`]: history, event and deadlines
//! follow in the same transaction.

mod alarms;
pub mod asks;
mod beside;
mod broadcast;
mod change;
pub mod complaints;
pub mod contacts;
mod create;
mod error;
pub mod evidence;
pub mod follow_ups;
mod handling;
mod links;
mod list;
pub mod notices;
mod owner;
pub(crate) mod people;
pub mod portal;
pub mod recovery;
mod setting;
mod settings;
mod setup;
mod status;
mod steps;
mod talks;
mod task_link;
mod task_lists;
mod tasks;
mod today;
mod types;
mod views;
pub mod warnings;

pub use alarms::{missing_alarms, replan, work};
pub use broadcast::{BroadcastView, answer_children, list_broadcasts};
pub use change::{CasePatch, history, note, update, watch};
pub use create::{NewCase, create};
pub use error::{CaseError, FindingView};
pub use handling::{HandlingError, words};
pub use links::{LinkView, link, links, merge, unlink, unmerge};
pub use list::{CaseQuery, CountView, Who, counts, list, named};
pub use owner::{accept, decline, propose, withdraw};
pub use setting::Kept;
pub use settings::{CaseTimes, get_desks, get_labels, get_times, set_desks, set_labels, set_times};
pub use setup::Setup;
pub use status::{Closing, Gap, Wanted, close, closing, reopen, resolve, set_status};
pub use steps::{
    CurrentStep, StepInput, StepsView, abandon_step, complete_step, decide_step, restart_steps,
    steps, take_step,
};
pub use talks::{
    TalkView, cases_of_conversation, link_conversation, list_conversations, list_promises,
    unlink_conversation,
};
pub use task_link::{TaskLink, TaskPage, act_by_link, create_task_link, open_task_page};
pub use task_lists::{
    TaskQuery, TaskQueue, TaskReportRow, get_task, list_tasks, task_report, tasks_of,
};
pub use tasks::{NewTaskInput, TaskAct, TaskView, act_on_task, ask_task};
pub use today::{ApprovalDue, Today, today};
pub use types::{
    NewCaseType, TypePatch, TypeView, check_terms, create_type, get_type, list_types,
    may_change_types, publish_type, restore_type, seed_types, type_versions, update_type,
};
pub use views::{CaseDetail, CaseView, May, detail, view};
pub(crate) use warnings::mailbox_is_silent;

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::events::{CaseHappening, Event};
use zhiyin_domain::ids::{AgentId, CaseId, CaseTaskId};
use zhiyin_domain::permission::Permission;
use zhiyin_store::cases::{self as store, history as entries};
use zhiyin_store::{StoreError, Tx};

use crate::Context;

/// Whether the caller may know of a case: by permission, or because they answer for it, watch
/// it, or are asked to take it over.
pub(crate) fn sees(ctx: &Context, case: &Case) -> bool {
    let is_involved = ctx.actor().agent().is_some_and(|me| {
        let asked = case.ownership.pending().map(|pending| pending.to_id);
        case.owner_id() == me || case.watcher_ids.contains(&me) || asked == Some(me)
    });
    is_involved || ctx.access().allows(Permission::ReadCases, &case.resource())
}

/// Loads a case to look at. One the caller may not know of does not exist.
pub fn see(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Case, CaseError> {
    let case = store::get(tx, id)?.ok_or(CaseError::NotFound(id))?;
    if sees(ctx, &case) {
        Ok(case)
    } else {
        Err(CaseError::NotFound(id))
    }
}

/// Loads a case for a change of anything that belongs to it, under its lock. One the caller
/// may not know of does not exist; one they know of without `permission` is denied.
pub fn load(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    permission: Permission,
) -> Result<Case, CaseError> {
    let case = locked(tx, ctx, id)?;
    ctx.require(permission, &case.resource())?;
    Ok(case)
}

/// The same without a permission: whoever calls it asks for something else.
pub(crate) fn locked(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Case, CaseError> {
    let case = store::get_for_update(tx, id)?.ok_or(CaseError::NotFound(id))?;
    if sees(ctx, &case) {
        Ok(case)
    } else {
        Err(CaseError::NotFound(id))
    }
}

/// Loads two cases for a change of both, the one with the smaller identifier first, and gives
/// them in the order they were asked for.
pub(crate) fn load_both(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (first, second): (CaseId, CaseId),
) -> Result<(Case, Case), CaseError> {
    if first == second {
        let case = load(tx, ctx, first, Permission::WorkCases)?;
        return Ok((case.clone(), case));
    }
    let mut pair = Vec::new();
    for id in [first.min(second), first.max(second)] {
        pair.push(load(tx, ctx, id, Permission::WorkCases)?);
    }
    pair.sort_by_key(|case| case.id != first);
    let second = pair.pop().ok_or(CaseError::NotFound(second))?;
    let first = pair.pop().ok_or(CaseError::NotFound(first))?;
    Ok((first, second))
}

/// Something that happened to a case.
#[derive(Debug, Clone)]
pub struct Happened {
    /// The name of the event; one of [`Event::CASE_KINDS`].
    pub kind: &'static str,
    /// The task it is about.
    pub task_id: Option<CaseTaskId>,
    /// Who is told; the one who acts is left out.
    pub notify: Vec<AgentId>,
    /// How, as a code.
    pub what: String,
    /// What somebody wrote, for the history.
    pub text: Option<String>,
}

impl Happened {
    /// Something that nobody in particular is told of.
    pub(crate) fn new(kind: &'static str, what: impl Into<String>) -> Self {
        Self {
            kind,
            task_id: None,
            notify: Vec::new(),
            what: what.into(),
            text: None,
        }
    }

    /// The same with words.
    pub(crate) fn saying(self, text: &str) -> Self {
        let text = text.trim();
        Self {
            text: (!text.is_empty()).then(|| text.to_owned()),
            ..self
        }
    }

    /// The same, told to some.
    pub(crate) fn told(self, agents: impl IntoIterator<Item = AgentId>) -> Self {
        Self {
            notify: agents.into_iter().collect(),
            ..self
        }
    }
}

/// Agents told of one thing at most.
const TOLD_MAX: usize = 50;

/// Writes down that something happened to a case, and appends the event. The row of the case
/// stays as it is but for when it was last touched.
pub fn note_event(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    happened: Happened,
) -> Result<(), StoreError> {
    let me = ctx.actor().agent();
    let mut notify = happened.notify;
    notify.sort_unstable();
    notify.dedup();
    notify.retain(|agent| Some(*agent) != me);
    notify.truncate(TOLD_MAX);
    let data = serde_json::json!({ "task_id": happened.task_id, "notify": &notify });
    let entry = entries::Entry {
        id: ctx.id(),
        case_id: case.id,
        at: ctx.now(),
        actor: ctx.actor().clone(),
        kind: happened.kind.to_owned(),
        what: happened.what.clone(),
        data,
        text: happened.text,
    };
    entries::append(tx, &entry)?;
    store::touch(tx, case.id, ctx.now())?;
    let about = CaseHappening {
        case_id: case.id,
        task_id: happened.task_id,
        notify,
        what: happened.what,
    };
    let event = Event::of_case(happened.kind, about).ok_or(StoreError::Aborted)?;
    ctx.append(tx, &event)?;
    Ok(())
}

/// What changed of the row of a case.
#[derive(Debug, Clone)]
pub enum What {
    /// How urgent it is.
    Priority,
    /// These fields, separated by commas.
    Fields(String),
    /// How it stands, with the words somebody gave.
    Status(Option<String>),
    /// It was opened again, for a reason.
    Reopened(String),
    /// Somebody is asked to take it over, for a reason.
    Proposed(String),
    /// A handover ended: `accepted`, `declined`, `withdrawn` or `lapsed`, with the words given.
    Ended(&'static str, Option<String>),
    /// Who watches.
    Watchers,
    /// It became part of another.
    Merged(CaseId),
    /// It stands for itself again.
    Unmerged(CaseId),
}

impl What {
    fn happened(self, before: &Case, after: &Case) -> Happened {
        let audience = || after.audience().into_iter().chain([before.owner_id()]);
        match self {
            Self::Priority => Happened::new("case.changed", "priority").told(audience()),
            Self::Fields(fields) => Happened::new("case.changed", fields),
            Self::Status(text) => {
                let what = after.status.category().as_str();
                let text = text.unwrap_or_default();
                Happened::new("case.status_changed", what)
                    .saying(&text)
                    .told(audience())
            }
            Self::Reopened(reason) => Happened::new("case.status_changed", "reopened")
                .saying(&reason)
                .told(audience()),
            Self::Proposed(reason) => {
                let asked = after.ownership.pending().map(|pending| pending.to_id);
                Happened::new("case.handover_proposed", "")
                    .saying(&reason)
                    .told(asked.into_iter().chain([after.owner_id()]))
            }
            Self::Ended(how, text) => {
                let asked = before.ownership.pending();
                let both = asked.map(|it| [it.to_id, it.proposed_by]);
                Happened::new("case.handover_ended", how)
                    .saying(&text.unwrap_or_default())
                    .told(audience().chain(both.into_iter().flatten()))
            }
            Self::Watchers => Happened::new("case.watchers_changed", ""),
            Self::Merged(into) => Happened::new("case.merged", into.to_string()).told(audience()),
            Self::Unmerged(into) => {
                Happened::new("case.unmerged", into.to_string()).told(audience())
            }
        }
    }
}

/// Saves a changed case; history, event and deadlines follow. The caller holds the row.
pub fn changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    before: &Case,
    after: Case,
    what: What,
) -> Result<Case, CaseError> {
    let happened = what.happened(before, &after);
    let case = store::save(tx, before, after, ctx.now())?;
    note_event(tx, ctx, &case, happened)?;
    replan(tx, ctx, setup, &case)?;
    Ok(case)
}
