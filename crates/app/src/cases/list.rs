//! Lists of cases and how many there are.

use std::collections::BTreeSet;

use zhiyin_domain::cases::number::CaseNumber;
use zhiyin_domain::ids::{AgentId, CaseId};
use zhiyin_domain::permission::Permission;
use zhiyin_store::Tx;
use zhiyin_store::cases::{
    self as store, CaseCounts, CaseCursor, CaseFilter, CaseSort, index, tasks,
};

use super::views::{CaseView, view_row};
use super::{CaseError, TaskQueue};
use crate::Context;

/// Cases that a search looks at.
const FOUND_MAX: u32 = 500;

/// Whose cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Of everybody.
    Anybody,
    /// Of the caller.
    Me,
    /// Of an agent.
    Agent(AgentId),
}

/// What to list.
#[derive(Debug, Clone)]
pub struct CaseQuery {
    /// Whose.
    pub owner: Who,
    /// Only those the caller watches.
    pub watching: bool,
    /// Only those the caller is asked to take over.
    pub asked: bool,
    /// Only those with something overdue.
    pub overdue: bool,
    /// What was typed: a number, or words of the title.
    pub typed: Option<String>,
    /// Everything else.
    pub filter: CaseFilter,
    /// In which order.
    pub sort: CaseSort,
}

/// A page of cases the caller may know of.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context,
    query: &CaseQuery,
    after: Option<CaseCursor>,
    limit: u32,
) -> Result<Vec<CaseView>, CaseError> {
    let me = ctx.actor().agent();
    let needs_me = query.owner == Who::Me || query.watching || query.asked;
    if needs_me && me.is_none() {
        return Ok(Vec::new());
    }
    let mut filter = query.filter.clone();
    match query.owner {
        Who::Anybody => {}
        Who::Me => filter.owner = me,
        Who::Agent(agent) => filter.owner = Some(agent),
    }
    if query.watching {
        filter.watcher = me;
    }
    if query.asked {
        filter.asked = me;
    }
    if query.overdue {
        filter.overdue_at = Some(ctx.now());
    }
    if let Some(typed) = query
        .typed
        .as_deref()
        .filter(|typed| !typed.trim().is_empty())
    {
        filter.ids = Some(found(tx, typed)?);
        filter.with_merged = true;
    }
    let visibility = ctx.access().visibility(Permission::ReadCases);
    let rows = store::list(tx, (&visibility, me), &filter, (query.sort, after), limit)?;
    rows.into_iter().map(|row| view_row(tx, ctx, row)).collect()
}

/// The case that an identifier or a human number names.
pub fn named(tx: &mut Tx<'_>, text: &str) -> Result<Option<CaseId>, CaseError> {
    if let Ok(id) = text.parse::<CaseId>() {
        return Ok(Some(id));
    }
    match text.parse::<CaseNumber>() {
        Ok(number) => Ok(store::by_number(tx, number)?.map(|case| case.id)),
        Err(_) => Ok(None),
    }
}

/// The cases with a number, or with words in their titles.
fn found(tx: &mut Tx<'_>, typed: &str) -> Result<BTreeSet<CaseId>, CaseError> {
    if let Ok(number) = typed.parse::<CaseNumber>() {
        let found = store::by_number(tx, number)?;
        return Ok(found.into_iter().map(|case| case.id).collect());
    }
    Ok(index::find(tx, &zhiyin_language::lookup(typed), FOUND_MAX)?)
}

/// How many there are of what an agent has to look at.
#[derive(Debug, Clone, Default)]
pub struct CountView {
    /// The caller's own.
    pub mine: CaseCounts,
    /// Everybody's, for whoever may see all cases.
    pub all: Option<CaseCounts>,
    /// Cases the caller is asked to take over.
    pub asked: usize,
    /// Open tasks of the caller's teams; a hundred stands for more.
    pub tasks: usize,
}

/// Counts what an agent has to look at.
pub fn counts(tx: &mut Tx<'_>, ctx: &Context) -> Result<CountView, CaseError> {
    let me = ctx.actor().agent();
    let visibility = ctx.access().visibility(Permission::ReadCases);
    let mut view = CountView::default();
    if let Some(me) = me {
        view.mine = store::counts(tx, Some(me), ctx.now())?;
        let asked = CaseFilter {
            asked: Some(me),
            ..CaseFilter::default()
        };
        let rows = store::list(
            tx,
            (&visibility, Some(me)),
            &asked,
            (CaseSort::Due, None),
            100,
        )?;
        view.asked = rows.len();
    }
    if visibility.all {
        view.all = Some(store::counts(tx, None, ctx.now())?);
    }
    if ctx.access().holds(Permission::WorkTasks) {
        let filter = tasks::TaskFilter {
            statuses: vec!["open"],
            teams: Some(ctx.access().teams.iter().copied().collect()),
            ..tasks::TaskFilter::default()
        };
        view.tasks = tasks::list(tx, &filter, None, 100)?.len();
    }
    Ok(view)
}

impl TaskQueue {
    /// The queue of a name in the API.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "team" => Some(Self::Team),
            "mine" => Some(Self::Mine),
            "asked_by_me" => Some(Self::AskedByMe),
            "all" => Some(Self::All),
            _ => None,
        }
    }
}
