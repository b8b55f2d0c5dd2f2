//! What became of what was told: who took note, and who complained all the same.

use std::collections::BTreeMap;

use zhiyin_domain::attribute::Label;
use zhiyin_domain::cases::notices::NoticeSetting;
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::permission::Visibility;
use zhiyin_store::cases::notices::{self as store, NoticeAbout, NoticeCount, NoticeFilter};
use zhiyin_store::{Tx, cases, contacts, conversations};

use super::super::setting::{self, Kept};
use super::{KIND, NoticeView, names};
use crate::Context;
use crate::journey::{ReportError, ReportRequest, report_visibility};

/// Days after a notice in which a complaint counts as one after it.
pub const NOTICE_COMPLAINT_DAYS: u32 = 30;
/// Notices listed behind a number.
const LINES_MAX: u32 = 50;

/// One entry, or all of them.
#[derive(Debug, Clone, Default)]
pub struct NoticeReportRow {
    /// What colleagues call it; empty if the catalogue does not have it any more.
    pub name: Label,
    /// The numbers.
    pub count: NoticeCount,
}

/// What became of what was told in a time.
#[derive(Debug, Clone)]
pub struct NoticeReport {
    /// All together.
    pub total: NoticeReportRow,
    /// By entry.
    pub by_key: Vec<NoticeReportRow>,
}

/// A notice behind a number.
#[derive(Debug, Clone)]
pub struct NoticeLine {
    /// The notice.
    pub view: NoticeView,
    /// The customer's name; empty while unknown.
    pub contact_name: String,
    /// Number of the conversation.
    pub conversation_number: Option<i64>,
    /// The first complaint that followed, with its number.
    pub complaint: Option<(CaseId, String)>,
}

fn filter(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ReportRequest,
) -> Result<(Visibility, NoticeFilter), ReportError> {
    const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;
    let visibility = report_visibility(tx, ctx, request)?;
    let filter = NoticeFilter {
        from: request.from,
        to: request.to,
        inbox: request.inbox,
        complaint_within: i64::from(NOTICE_COMPLAINT_DAYS) * DAY_MICROS,
    };
    Ok((visibility, filter))
}

/// What became of what was told in a time.
pub fn notice_report(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ReportRequest,
) -> Result<NoticeReport, ReportError> {
    let (visibility, filter) = filter(tx, ctx, request)?;
    let setting: Kept<NoticeSetting> = setting::load(tx, KIND)?;
    let known: BTreeMap<_, _> = setting
        .document
        .entries
        .into_iter()
        .map(|entry| (entry.key, entry.name))
        .collect();
    let mut total = NoticeReportRow::default();
    let mut by_key = Vec::new();
    for count in store::counts(tx, &visibility, &filter)? {
        total.count.sent += count.sent;
        total.count.acknowledged += count.acknowledged;
        total.count.complained += count.complained;
        by_key.push(NoticeReportRow {
            name: known.get(&count.entry).cloned().unwrap_or_default(),
            count,
        });
    }
    Ok(NoticeReport { total, by_key })
}

/// The notices behind a number, the newest first, at most fifty.
pub fn notice_lines(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ReportRequest,
    (entry, about): (Option<&str>, NoticeAbout),
) -> Result<Vec<NoticeLine>, ReportError> {
    let (visibility, filter) = filter(tx, ctx, request)?;
    let found = store::behind(tx, &visibility, &filter, (entry, about, LINES_MAX))?;
    let mut lines = Vec::new();
    for (notice, complaint) in found {
        let contact = contacts::get(tx, notice.contact_id)?;
        let conversation = match notice.conversation_id {
            None => None,
            Some(id) => conversations::get(tx, id)?,
        };
        let complaint = match complaint {
            None => None,
            Some(id) => cases::get(tx, id)?.map(|it| (id, it.number.to_string())),
        };
        lines.push(NoticeLine {
            view: names(tx, notice)?,
            contact_name: contact.map(|it| it.personal.name).unwrap_or_default(),
            conversation_number: conversation.map(|it| it.number),
            complaint,
        });
    }
    Ok(lines)
}
