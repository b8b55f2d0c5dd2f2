//! Documented contacts about a solution: attempts to reach the customer, and what they said.

use std::collections::BTreeSet;

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::closing::{Answer, Means, SolutionContact};
use zhiyin_domain::ids::{CaseId, SolutionContactId};
use zhiyin_domain::limits::CASE_TEXT_CHARS_MAX;
use zhiyin_domain::permission::Permission;
use zhiyin_store::cases::contacts as store;
use zhiyin_store::{StoreError, Tx};

use super::handling::{Beside, HandlingError, alive, happened};
use super::{Setup, follow_ups, load as load_case, see};
use crate::Context;

/// A contact with its identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactView {
    /// Identifier.
    pub id: SolutionContactId,
    /// The contact.
    pub contact: SolutionContact,
}

/// The contacts of a case, oldest first, without those of its call backs.
pub fn list(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Vec<ContactView>, HandlingError> {
    let case = see(tx, ctx, id)?;
    let all = store::list(tx, case.id)?.into_iter();
    Ok(all
        .map(|(id, contact)| ContactView { id, contact })
        .collect())
}

/// An agent documents that they tried to reach the customer, or what the customer said.
pub fn document(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    (means, answer, note): (Means, Answer, &str),
) -> Result<ContactView, HandlingError> {
    let case = load_case(tx, ctx, id, Permission::WorkCases)?;
    alive(&case)?;
    if means == Means::Portal {
        return Err(HandlingError::Invalid {
            path: "/means",
            detail: "Only the customer answers in the portal.".to_owned(),
        });
    }
    add(tx, ctx, &case, (means, answer, note))
}

/// Adds a contact; the caller has checked who may.
pub(super) fn add(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    (means, answer, note): (Means, Answer, &str),
) -> Result<ContactView, HandlingError> {
    let note = note.trim();
    if note.chars().count() > CASE_TEXT_CHARS_MAX {
        return Err(HandlingError::Invalid {
            path: "/note",
            detail: format!("A note has at most {CASE_TEXT_CHARS_MAX} characters."),
        });
    }
    let contact = SolutionContact {
        at: ctx.now(),
        by: ctx.actor().clone(),
        means,
        answer,
        note: note.to_owned(),
    };
    let id = ctx.id();
    store::insert(tx, id, case.id, &contact)?;
    let setup = Setup::load(tx)?;
    let actor = ctx.actor().agent();
    let beside = Beside {
        case,
        kind: "case.contact_documented",
        what: format!(
            "{} {}",
            store::means_name(means),
            store::answer_name(answer)
        ),
        text: Some(note.to_owned()).filter(|note| !note.is_empty()),
        notify: case
            .audience()
            .into_iter()
            .filter(|id| Some(*id) != actor)
            .collect(),
    };
    happened(tx, ctx, &setup, beside)?;
    Ok(ContactView { id, contact })
}

/// Everything closing looks at: what was documented, and the call backs.
pub(super) fn of_family(
    tx: &mut Tx<'_>,
    family: &BTreeSet<CaseId>,
) -> Result<Vec<SolutionContact>, StoreError> {
    let mut all = Vec::new();
    for id in family.iter().copied() {
        let documented = store::list(tx, id)?.into_iter();
        all.extend(documented.map(|(_, contact)| contact));
        all.extend(follow_ups::contacts(tx, id)?);
    }
    all.sort_by_key(|contact| contact.at);
    Ok(all)
}
