//! What goes beside a case and has deadlines or a say of its own: the complaint, call backs,
//! requests for recovery. The core asks here and knows nothing else of them.

use std::collections::BTreeSet;

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::closing::SolutionContact;
use zhiyin_domain::cases::complaints::Complaint;
use zhiyin_domain::cases::escalation::{Ladder, Subject, Watch};
use zhiyin_domain::ids::{AgentId, CaseId};
use zhiyin_domain::standards::Basis;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{StoreError, Tx};

use super::{CaseError, NewCase, Setup};
use crate::Context;

/// A deadline with its own ladder.
#[derive(Debug, Clone)]
pub(super) struct OwnedWatch {
    /// What it is.
    pub subject: Subject,
    /// When its time began.
    pub from: Timestamp,
    /// When it is over.
    pub due_at: Timestamp,
    /// How time is counted.
    pub basis: Basis,
    /// Whom to tell when.
    pub ladder: Ladder,
}

impl From<Watch<'_>> for OwnedWatch {
    fn from(watch: Watch<'_>) -> Self {
        Self {
            subject: watch.subject,
            from: watch.from,
            due_at: watch.due_at,
            basis: watch.basis,
            ladder: watch.ladder.clone(),
        }
    }
}

impl OwnedWatch {
    /// The deadline as the rules take it.
    pub(super) fn watch(&self) -> Watch<'_> {
        Watch {
            subject: self.subject,
            from: self.from,
            due_at: self.due_at,
            basis: self.basis,
            ladder: &self.ladder,
        }
    }
}

/// The deadlines of the complaint and of call backs.
pub(super) fn watches(
    tx: &mut Tx<'_>,
    case: &Case,
    setup: &Setup,
) -> Result<Vec<OwnedWatch>, StoreError> {
    let mut all = Vec::new();
    if let Some(complaint) = complaint(tx, case.id)? {
        all.extend(
            complaint
                .watches(setup.business())
                .into_iter()
                .map(Into::into),
        );
    }
    for follow_up in zhiyin_store::cases::follow_ups::of_case(tx, case.id)? {
        all.extend(follow_up.watch().map(OwnedWatch::from));
    }
    Ok(all)
}

/// A case was opened.
pub(super) fn created(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    new: &NewCase,
) -> Result<(), CaseError> {
    if case.is_complaint {
        let facts = new.facts.unwrap_or_default();
        let received_at = new.received_at.unwrap_or_else(|| ctx.now());
        super::complaints::receive(tx, ctx, setup, case, (facts, received_at))?;
    }
    Ok(())
}

/// A case was resolved.
pub(super) fn resolved(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
) -> Result<(), CaseError> {
    super::follow_ups::resolved(tx, ctx, setup, case)?;
    Ok(super::portal::enqueue_resolved(tx, ctx, case)?)
}

/// A case was opened again.
pub(super) fn reopened(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
) -> Result<(), CaseError> {
    if case.is_complaint {
        super::complaints::reopened(tx, ctx, setup, case)?;
    }
    Ok(())
}

/// The documented contacts about the solution of a case and of what is merged into it.
pub(super) fn contacts(
    tx: &mut Tx<'_>,
    family: &BTreeSet<CaseId>,
) -> Result<Vec<SolutionContact>, StoreError> {
    super::contacts::of_family(tx, family)
}

/// The record of the complaint, if the case is one.
pub(super) fn complaint(tx: &mut Tx<'_>, case: CaseId) -> Result<Option<Complaint>, StoreError> {
    let file = zhiyin_store::cases::complaints::get(tx, case)?;
    Ok(file.map(|file| file.complaint))
}

/// Requests for recovery that wait for a yes, in a case and in what is merged into it.
pub(super) fn pending_approvals(
    tx: &mut Tx<'_>,
    family: &BTreeSet<CaseId>,
) -> Result<u32, StoreError> {
    let cases: Vec<CaseId> = family.iter().copied().collect();
    zhiyin_store::cases::recoveries::pending_count(tx, &cases)
}

/// Who has to do what a deadline beside the case is for, where it is not the owner.
pub(super) fn doer_of(
    tx: &mut Tx<'_>,
    case: &Case,
    subject: Subject,
) -> Result<Option<AgentId>, StoreError> {
    match subject {
        Subject::FollowUp(id, _) => {
            let found = zhiyin_store::cases::follow_ups::get(tx, id)?;
            Ok(found.map(|it| it.owner_id))
        }
        Subject::CorrectiveAction(_) => {
            let action = complaint(tx, case.id)?.and_then(|it| it.action);
            Ok(action.map(|it| it.owner_id))
        }
        Subject::Step(_)
        | Subject::Task(..)
        | Subject::Handover(_)
        | Subject::Acknowledgement(_)
        | Subject::Update(_)
        | Subject::Reply(_) => Ok(None),
    }
}
