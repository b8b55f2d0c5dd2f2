//! Cases as they are shown, with the names of what they point to.

use std::collections::BTreeSet;

use zhiyin_domain::attribute::Label;
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::case_type::CaseTerms;
use zhiyin_domain::cases::closing::SolutionContact;
use zhiyin_domain::cases::forms::Answers;
use zhiyin_domain::cases::status::{CaseStatus, StatusLabels};
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::{self as store, CaseRow, runs, types};
use zhiyin_store::{StoreError, Tx, contacts};

use super::settings::LABELS;
use super::{CaseError, beside, setting, steps};
use crate::Context;

/// What stands for an answer the caller may not see.
pub(super) const DOTS: &str = "•••";

/// A case with what is shown beside it in lists and frames.
#[derive(Debug, Clone)]
pub struct CaseView {
    /// The row.
    pub row: CaseRow,
    /// The key of its type.
    pub type_key: String,
    /// What people call its type.
    pub type_name: Label,
    /// What people call the open step.
    pub step_name: Option<Label>,
    /// The contact's name; empty while unknown.
    pub contact_name: Option<String>,
    /// The label that is shown.
    pub label: Option<String>,
    /// Whether something was due before now.
    pub is_overdue: bool,
}

/// What the caller may do with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a right of its own, and they come in any combination"
)]
pub struct May {
    /// Work on it.
    pub work: bool,
    /// Ask somebody to take it over although they do not own it.
    pub assign: bool,
    /// Accept or decline taking it over.
    pub accept: bool,
    /// Work on the open step.
    pub take_step: bool,
    /// Approve what waits at the open step.
    pub decide_step: bool,
}

/// A case with everything its page begins with.
#[derive(Debug, Clone)]
pub struct CaseDetail {
    /// The case as lists show it.
    pub view: CaseView,
    /// What was filled in; personal answers as dots unless the caller may see them.
    pub answers: Answers,
    /// What the type says; the version the case began with.
    pub terms: CaseTerms,
    /// Until when it could be opened again, if it is closed.
    pub reopen_until: Option<Timestamp>,
    /// What the caller may do.
    pub may: May,
    /// The case and everything that is merged into it.
    pub family: BTreeSet<CaseId>,
    /// Documented contacts about the solution.
    pub contacts: Vec<SolutionContact>,
}

/// Until when a closed case can be opened again.
pub(super) fn reopen_until(case: &Case, terms: &CaseTerms) -> Option<Timestamp> {
    match case.status {
        CaseStatus::Closed { at, .. } => Some(at.plus(terms.reopen_within())),
        CaseStatus::New
        | CaseStatus::Open
        | CaseStatus::WaitingForCustomer { .. }
        | CaseStatus::WaitingForBackOffice { .. }
        | CaseStatus::Resolved { .. } => None,
    }
}

/// The key of the type of a case, and what people call it.
pub(super) fn type_name(tx: &mut Tx<'_>, case: &Case) -> Result<(String, Label), StoreError> {
    let key = types::get(tx, case.type_id)?.map(|it| it.key.as_str().to_owned());
    let version = types::version(tx, case.type_id, case.type_version)?;
    let name = version.map(|it| it.terms.name).unwrap_or_default();
    Ok((key.unwrap_or_default(), name))
}

/// A row of a list ready to be shown at a moment.
pub(crate) fn view_at(
    tx: &mut Tx<'_>,
    row: CaseRow,
    now: Timestamp,
) -> Result<CaseView, StoreError> {
    let case = &row.case;
    let key = types::get(tx, case.type_id)?.map(|it| it.key.as_str().to_owned());
    let version = types::version(tx, case.type_id, case.type_version)?;
    let terms = version.map(|it| it.terms);
    let step_name = match (&row.step, &terms) {
        (Some(step), Some(terms)) => terms.procedure.step(&step.key).map(|it| it.name.clone()),
        _ => None,
    };
    let contact_name = match case.contact_id {
        None => None,
        Some(id) => contacts::get(tx, id)?.map(|contact| contact.personal.name),
    };
    let labels: StatusLabels = setting::load(tx, LABELS)?.document;
    let shown = labels.shown(case.status.category(), case.label.as_deref());
    Ok(CaseView {
        type_key: key.unwrap_or_default(),
        type_name: terms.map(|it| it.name).unwrap_or_default(),
        step_name,
        contact_name,
        label: shown.map(|label| label.key.clone()),
        is_overdue: row.next_due.as_ref().is_some_and(|(at, _)| *at < now),
        row,
    })
}

/// The same for a command.
pub(super) fn view_row(
    tx: &mut Tx<'_>,
    ctx: &Context,
    row: CaseRow,
) -> Result<CaseView, CaseError> {
    Ok(view_at(tx, row, ctx.now())?)
}

/// A case as lists and frames show it; none if there is no such case.
pub fn view(tx: &mut Tx<'_>, id: CaseId, now: Timestamp) -> Result<Option<CaseView>, StoreError> {
    match store::row(tx, id)? {
        None => Ok(None),
        Some(row) => view_at(tx, row, now).map(Some),
    }
}

/// A case with everything its page begins with.
pub fn detail(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<CaseDetail, CaseError> {
    super::see(tx, ctx, id)?;
    let row = store::row(tx, id)?.ok_or(CaseError::NotFound(id))?;
    let view = view_row(tx, ctx, row)?;
    let case = view.row.case.clone();
    let terms = super::status::terms(tx, &case)?;
    let (mut answers, personal) = store::answers(tx, id)?;
    let reveals = ctx.access().holds(Permission::RevealPersonalData);
    for (key, value) in personal {
        answers.insert(key, if reveals { value } else { DOTS.to_owned() });
    }
    let family = store::family(tx, id)?;
    let may = may(tx, ctx, &case)?;
    Ok(CaseDetail {
        answers,
        reopen_until: reopen_until(&case, &terms),
        terms,
        may,
        contacts: beside::contacts(tx, &family)?,
        family,
        view,
    })
}

fn may(tx: &mut Tx<'_>, ctx: &Context, case: &Case) -> Result<May, CaseError> {
    let me = ctx.actor().agent();
    let allows = |permission| ctx.access().allows(permission, &case.resource());
    let asked = case.ownership.pending().map(|pending| pending.to_id);
    let visit = runs::get(tx, case.id)?.and_then(|run| run.current().cloned());
    let is_alive = case.merged_into.is_none();
    let (take_step, decide_step) = match visit.filter(|_| is_alive) {
        None => (false, false),
        Some(visit) => (
            steps::may_work(tx, ctx, case, visit.assignee)?,
            steps::may_decide(tx, ctx, case, &visit)?,
        ),
    };
    Ok(May {
        work: allows(Permission::WorkCases),
        assign: allows(Permission::AssignCases),
        accept: me.is_some() && asked == me,
        take_step,
        decide_step,
    })
}
