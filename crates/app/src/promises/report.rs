//! Promises kept and broken, over a period.

use std::collections::BTreeMap;

use zhiyin_domain::ids::{AgentId, TeamId};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::promise::PromiseKind;
use zhiyin_store::Tx;
use zhiyin_store::promises::{self as store, PromiseFate, PromiseOutcome};

use super::{PromiseView, view_at};
use crate::Context;
use crate::journey::{REPORT_SESSIONS_MAX, ReportError, ReportRequest, report_visibility};
use crate::reporting::{self, Group, LINES_MAX, Pick, groups};

/// Which promises.
#[derive(Debug, Clone)]
pub struct PromiseReportRequest {
    /// Due when, and in which inbox.
    pub within: ReportRequest,
    /// Whose.
    pub agent: Pick<AgentId>,
    /// Of which team: the one that has the conversation now.
    pub team: Pick<TeamId>,
    /// Of which kind.
    pub kind: Pick<PromiseKind>,
}

/// What became of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PromiseNumbers {
    /// All of them.
    pub made: u32,
    /// Done in time.
    pub kept: u32,
    /// Done, but late.
    pub kept_late: u32,
    /// Their time is over.
    pub broken: u32,
    /// Their time is to come.
    pub open: u32,
    /// Taken back.
    pub cancelled: u32,
}

impl PromiseNumbers {
    fn add(&mut self, outcome: PromiseOutcome) {
        self.made += 1;
        match outcome {
            PromiseOutcome::Kept => self.kept += 1,
            PromiseOutcome::KeptLate => self.kept_late += 1,
            PromiseOutcome::Broken => self.broken += 1,
            PromiseOutcome::Open => self.open += 1,
            PromiseOutcome::Cancelled => self.cancelled += 1,
        }
    }
}

/// What became of promises, by group.
#[derive(Debug, Clone, Default)]
pub struct PromiseReport {
    /// All together.
    pub total: PromiseNumbers,
    /// By who sees to them.
    pub by_agent: Vec<Group<PromiseNumbers>>,
    /// By team.
    pub by_team: Vec<Group<PromiseNumbers>>,
    /// By inbox.
    pub by_inbox: Vec<Group<PromiseNumbers>>,
    /// By kind.
    pub by_kind: Vec<Group<PromiseNumbers>>,
}

fn fates(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &PromiseReportRequest,
) -> Result<Vec<PromiseFate>, ReportError> {
    let visibility = report_visibility(tx, ctx, &request.within)?;
    let ReportRequest { from, to, inbox } = request.within;
    let mut found = store::fates(tx, &visibility, (from, to, inbox), REPORT_SESSIONS_MAX)?;
    found.retain(|it| {
        request.agent.takes(it.owner_id.as_ref())
            && request.team.takes(it.team_id.as_ref())
            && request.kind.takes(Some(&it.kind))
    });
    Ok(found)
}

fn by<K: Ord>(
    fates: &[PromiseFate],
    key: impl Fn(&PromiseFate) -> Option<K>,
) -> BTreeMap<Option<K>, PromiseNumbers> {
    let mut all: BTreeMap<_, PromiseNumbers> = BTreeMap::new();
    for it in fates {
        all.entry(key(it)).or_default().add(it.outcome);
    }
    all
}

/// What became of the promises that were due in a period.
pub fn promise_report(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &PromiseReportRequest,
) -> Result<PromiseReport, ReportError> {
    let found = fates(tx, ctx, request)?;
    let mut total = PromiseNumbers::default();
    for it in &found {
        total.add(it.outcome);
    }
    let kinds = by(&found, |it| Some(it.kind.as_str()));
    let inboxes = by(&found, |it| Some(it.inbox_id));
    Ok(PromiseReport {
        total,
        by_agent: groups(by(&found, |it| it.owner_id), |id| reporting::agent(tx, *id))?,
        by_team: groups(by(&found, |it| it.team_id), |id| reporting::team(tx, *id))?,
        by_inbox: groups(inboxes, |id| reporting::inbox(tx, *id))?,
        by_kind: groups(kinds, |_| Ok(String::new()))?,
    })
}

/// The promises behind a number, the latest due first, at most fifty; all of them without an
/// outcome.
pub fn promise_lines(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &PromiseReportRequest,
    outcome: Option<PromiseOutcome>,
) -> Result<Vec<PromiseView>, ReportError> {
    let found = fates(tx, ctx, request)?;
    let shows_phone = ctx.access().holds(Permission::RevealPersonalData);
    let is_meant = |it: &PromiseFate| outcome.is_none_or(|outcome| it.outcome == outcome);
    let mut views = Vec::new();
    for it in found.into_iter().filter(is_meant).take(LINES_MAX) {
        let Some(promise) = store::get(tx, it.id)? else {
            continue;
        };
        let view = view_at(tx, promise, ctx.now())?;
        views.extend(view.map(|view| PromiseView {
            shows_phone,
            ..view
        }));
    }
    Ok(views)
}
