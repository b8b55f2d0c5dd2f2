//! Links between cases, and joining two of them into one.

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::links::{Link, LinkKind};
use zhiyin_domain::cases::merging;
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::limits::CASE_CHILDREN_MAX;
use zhiyin_domain::permission::Permission;
use zhiyin_store::Tx;
use zhiyin_store::cases::{self as store, links as rows};

use super::views::{CaseView, view_row};
use super::{
    CaseError, Happened, Setup, What, changed, load, load_both, note_event, replan, see, sees,
};
use crate::Context;

/// Children that are shown with the links of a case; all of them are a list of their own.
const CHILDREN_SHOWN: u32 = 50;

/// A link with the case at its other end.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// The link.
    pub link: Link,
    /// Whether the case that was asked about is where it begins: the duplicate or the child.
    pub is_from: bool,
    /// The case at the other end.
    pub case: CaseView,
}

/// The links of a case to cases the caller may know of, with the first of its children.
pub fn links(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Vec<LinkView>, CaseError> {
    see(tx, ctx, id)?;
    let mut all = rows::of_case(tx, id)?;
    all.extend(rows::children(tx, id, CHILDREN_SHOWN)?);
    let mut views = Vec::new();
    for link in all {
        let is_from = link.from_id == id;
        let other = if is_from { link.to_id } else { link.from_id };
        let Some(row) = store::row(tx, other)? else {
            continue;
        };
        if !sees(ctx, &row.case) {
            continue;
        }
        let case = view_row(tx, ctx, row)?;
        views.push(LinkView {
            link,
            is_from,
            case,
        });
    }
    Ok(views)
}

/// Which link, seen from one of its cases.
fn ends(id: CaseId, other: CaseId, is_from: bool) -> (CaseId, CaseId) {
    if is_from { (id, other) } else { (other, id) }
}

/// Links two cases. With `is_from` the case is the duplicate or the child of the other.
pub fn link(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    (kind, other, is_from): (LinkKind, CaseId, bool),
) -> Result<Case, CaseError> {
    let (case, second) = load_both(tx, ctx, (id, other))?;
    let (from, to) = ends(id, other, is_from);
    let link = Link::new(from, to, kind, ctx.actor().clone(), ctx.now())?;
    let limit = u32::try_from(CASE_CHILDREN_MAX).unwrap_or(u32::MAX);
    let around = rows::around(tx, link.from_id, link.to_id, limit)?;
    link.check(&around)?;
    rows::insert(tx, &link)?;
    for case in [&case, &second] {
        note_event(
            tx,
            ctx,
            case,
            Happened::new("case.links_changed", kind.as_str()),
        )?;
    }
    Ok(case)
}

/// Takes a link away.
pub fn unlink(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    (kind, other): (LinkKind, CaseId),
) -> Result<Case, CaseError> {
    let (case, second) = load_both(tx, ctx, (id, other))?;
    let is_gone = rows::remove(tx, kind, id, other)? || rows::remove(tx, kind, other, id)?;
    if !is_gone {
        return Err(CaseError::NotLinked);
    }
    for case in [&case, &second] {
        note_event(
            tx,
            ctx,
            case,
            Happened::new("case.links_changed", kind.as_str()),
        )?;
    }
    Ok(case)
}

/// Joins a case to another, whose owner answers for both from now on. Nothing is moved.
pub fn merge(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    into_id: CaseId,
) -> Result<Case, CaseError> {
    let (from, into) = load_both(tx, ctx, (id, into_id))?;
    let setup = Setup::load(tx)?;
    let by = ctx.actor().clone();
    let (into_after, from_after, record) =
        merging::merge(ctx.id(), into.clone(), from.clone(), by, ctx.now())?;
    rows::insert_merge(tx, &record)?;
    let case = changed(tx, ctx, &setup, &from, from_after, What::Merged(into.id))?;
    changed(tx, ctx, &setup, &into, into_after, What::Watchers)?;
    Ok(case)
}

/// Takes a case out of the one it was joined to. Each has again what was made in it.
pub fn unmerge(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Case, CaseError> {
    let merged = see(tx, ctx, id)?.merged_into;
    let Some(into_id) = merged else {
        // Looked at under the lock all the same, so that the answer is the present one.
        load(tx, ctx, id, Permission::WorkCases)?;
        return Err(merging::MergeError::Undone.into());
    };
    let (from, into) = load_both(tx, ctx, (id, into_id))?;
    let record = rows::merge_of(tx, id)?.ok_or(merging::MergeError::Undone)?;
    let setup = Setup::load(tx)?;
    let by = ctx.actor().clone();
    let (into_after, from_after, record) =
        merging::undo(record, into.clone(), from.clone(), by, ctx.now())?;
    rows::save_merge(tx, &record)?;
    let case = changed(tx, ctx, &setup, &from, from_after, What::Unmerged(into.id))?;
    changed(tx, ctx, &setup, &into, into_after, What::Watchers)?;
    replan(tx, ctx, &setup, &case)?;
    Ok(case)
}
