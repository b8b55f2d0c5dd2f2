//! Moments of truth: where customers waited, repeated themselves and left, over a period.

use std::collections::BTreeMap;
use std::time::Duration;

use zhiyin_domain::ids::{InboxId, SessionId};
use zhiyin_domain::journey::moments::{Funnel, Trace, funnel};
use zhiyin_domain::permission::{Denied, Permission, Resource, Visibility};
use zhiyin_domain::session::Step;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::journey::{self as store, TraceFilter, TraceRow};
use zhiyin_store::{StoreError, Tx, inboxes};

use crate::Context;

/// Longest period of a report, in days.
pub const REPORT_DAYS_MAX: u64 = 400;
/// Sessions a report looks at; of more, the last ones.
pub const REPORT_SESSIONS_MAX: u32 = 100_000;

/// Why a report was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It ends before it begins, or is too long.
    #[error("a report covers at most {REPORT_DAYS_MAX} days and ends after it begins")]
    Period,
    /// No such inbox, or not one the caller may know of.
    #[error("no such inbox")]
    InboxNotFound,
    /// The caller may not read reports.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportRequest {
    /// Opened from then on.
    pub from: Timestamp,
    /// Opened before.
    pub to: Timestamp,
    /// Only of this inbox.
    pub inbox: Option<InboxId>,
}

/// Which sessions behind a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Those that stayed longest in the step.
    Slowest,
    /// Those whose customer left in the step.
    Left,
    /// Those whose customer repeated themselves most, in whatever step.
    Repeats,
}

/// A session behind a number.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// The session.
    pub row: TraceRow,
    /// How long it stayed in the step, all stays together.
    pub stay: Duration,
}

/// What of a period the caller may see in reports.
pub(crate) fn report_visibility(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ReportRequest,
) -> Result<Visibility, ReportError> {
    let permission = Permission::ReadReports;
    if !ctx.access().holds(permission) {
        return Err(Denied { permission }.into());
    }
    let length = request.to.since(request.from);
    if length.is_zero() || length > Duration::from_hours(24 * REPORT_DAYS_MAX) {
        return Err(ReportError::Period);
    }
    let visibility = ctx.access().visibility(permission);
    if let Some(inbox) = request.inbox {
        let is_there = inboxes::get(tx, inbox)?.is_some();
        if !is_there || !visibility.includes(&Resource::inbox(inbox)) {
            return Err(ReportError::InboxNotFound);
        }
    }
    Ok(visibility)
}

fn traces(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ReportRequest,
) -> Result<Vec<Trace>, ReportError> {
    let visibility = report_visibility(tx, ctx, request)?;
    let filter = TraceFilter {
        from: request.from,
        to: request.to,
        inbox: request.inbox,
    };
    Ok(store::traces(
        tx,
        &visibility,
        &filter,
        REPORT_SESSIONS_MAX,
    )?)
}

/// The funnel over the seven steps.
pub fn report(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ReportRequest,
) -> Result<Funnel, ReportError> {
    Ok(funnel(&traces(tx, ctx, request)?, ctx.now()))
}

/// The sessions behind a number of the report, at most fifty.
pub fn report_sessions(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ReportRequest,
    step: Step,
    about: About,
) -> Result<Vec<SessionLine>, ReportError> {
    let traces = traces(tx, ctx, request)?;
    let funnel = funnel(&traces, ctx.now());
    let facts = funnel.steps.iter().find(|facts| facts.step == step);
    let ids: Vec<SessionId> = match about {
        About::Slowest => facts
            .map(|facts| facts.slowest.iter().map(|(id, _)| *id).collect())
            .unwrap_or_default(),
        About::Left => facts.map(|facts| facts.lost.clone()).unwrap_or_default(),
        About::Repeats => funnel.most_repeats.iter().map(|(id, _)| *id).collect(),
    };
    let stays: BTreeMap<SessionId, Duration> = traces
        .iter()
        .map(|trace| (trace.session_id, stay(trace, step, ctx.now())))
        .collect();
    let mut rows: BTreeMap<SessionId, TraceRow> = store::sessions(tx, &ids)?
        .into_iter()
        .map(|row| (row.session_id, row))
        .collect();
    let lines = ids.iter().filter_map(|id| {
        Some(SessionLine {
            row: rows.remove(id)?,
            stay: stays.get(id).copied().unwrap_or_default(),
        })
    });
    Ok(lines.collect())
}

fn stay(trace: &Trace, step: Step, now: Timestamp) -> Duration {
    let visits = trace.visits.iter().filter(|visit| visit.step == step);
    visits
        .map(|visit| visit.left_at.unwrap_or(now).since(visit.entered_at))
        .sum()
}
