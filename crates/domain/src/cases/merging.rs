//! Joining two cases of the same problem, and taking them apart again.
//!
//! Nothing is moved. Every entry of a history, every conversation, task and piece of
//! evidence stays with the case it was made in; a merged case only points to the other, and
//! the other shows what its [`family`] has. So undoing a merge is taking the pointer away,
//! and no history can be lost on either way.

use std::collections::BTreeSet;

use crate::actor::Actor;
use crate::ids::{AgentId, CaseId, CaseMergeId};
use crate::limits::CASE_WATCHERS_MAX;
use crate::time::Timestamp;

use super::case::Case;
use super::status::StatusCategory;

/// One joining of two cases; kept for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Identifier.
    pub id: CaseMergeId,
    /// The case that goes on.
    pub into_id: CaseId,
    /// The case that became part of it.
    pub from_id: CaseId,
    /// Who joined them.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Who watches the case only since and by the merge.
    pub added_watcher_ids: BTreeSet<AgentId>,
    /// When it was taken back, and by whom.
    pub undone: Option<(Timestamp, Actor)>,
}

/// Why cases cannot be joined or taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// With itself.
    #[error("a case cannot be merged into itself")]
    Itself,
    /// One of them is part of another.
    #[error("one of the cases is merged already; work with the case it was merged into")]
    Merged,
    /// The case that is to go on is over.
    #[error("the case is closed; reopen it before merging another into it")]
    Closed,
    /// They belong to different people.
    #[error("the cases belong to different customers; link them as related or as children")]
    OtherContact,
    /// A complaint must not vanish in something that is none.
    #[error("a complaint can only be merged into a complaint")]
    Complaint,
    /// This merge is not in force.
    #[error("the cases are not merged any more")]
    Undone,
}

/// Joins `from` to `into`. The owner of `into` answers for both; the owner and the watchers
/// of `from` watch, as far as there is room.
pub fn merge(
    id: CaseMergeId,
    into: Case,
    from: Case,
    by: Actor,
    now: Timestamp,
) -> Result<(Case, Case, Merge), MergeError> {
    if into.id == from.id {
        return Err(MergeError::Itself);
    }
    if into.merged_into.is_some() || from.merged_into.is_some() {
        return Err(MergeError::Merged);
    }
    if into.status.category() == StatusCategory::Closed {
        return Err(MergeError::Closed);
    }
    if into.contact_id != from.contact_id {
        return Err(MergeError::OtherContact);
    }
    if from.is_complaint && !into.is_complaint {
        return Err(MergeError::Complaint);
    }
    let room = CASE_WATCHERS_MAX.saturating_sub(into.watcher_ids.len());
    // The owner first: whoever answered for it must not lose sight of it.
    let owner_id = from.owner_id();
    let others = from.watcher_ids.iter().copied();
    let added: BTreeSet<AgentId> = std::iter::once(owner_id)
        .chain(others.filter(|id| *id != owner_id))
        .filter(|id| !into.watcher_ids.contains(id) && *id != into.owner_id())
        .take(room)
        .collect();
    let record = Merge {
        id,
        into_id: into.id,
        from_id: from.id,
        by,
        at: now,
        added_watcher_ids: added.clone(),
        undone: None,
    };
    let mut into = into;
    into.watcher_ids.extend(added);
    let from = Case {
        merged_into: Some(into.id),
        ..from
    };
    Ok((into, from, record))
}

/// Takes two cases apart. Each has again what was made in it, and `from` its own status and
/// owner; what was written after the merge stays where it was written.
pub fn undo(
    record: Merge,
    into: Case,
    from: Case,
    by: Actor,
    now: Timestamp,
) -> Result<(Case, Case, Merge), MergeError> {
    let is_in_force = record.undone.is_none()
        && record.into_id == into.id
        && record.from_id == from.id
        && from.merged_into == Some(into.id);
    if !is_in_force {
        return Err(MergeError::Undone);
    }
    let mut into = into;
    for id in &record.added_watcher_ids {
        into.watcher_ids.remove(id);
    }
    let from = Case {
        merged_into: None,
        ..from
    };
    let record = Merge {
        undone: Some((now, by)),
        ..record
    };
    Ok((into, from, record))
}

/// A case and everything that is merged into it, directly or over others: whose history,
/// conversations, tasks and evidence it shows.
#[must_use]
pub fn family(id: CaseId, merges: &[Merge]) -> BTreeSet<CaseId> {
    let mut found = BTreeSet::from([id]);
    loop {
        let in_force = merges.iter().filter(|it| it.undone.is_none());
        let more: Vec<CaseId> = in_force
            .filter(|it| found.contains(&it.into_id) && !found.contains(&it.from_id))
            .map(|it| it.from_id)
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::fixtures::{agent, case, case_id, complaint_case};
    use super::*;

    fn same_contact(number: u128) -> Case {
        Case {
            contact_id: case(1).contact_id,
            ..case(number)
        }
    }

    fn join(into: Case, from: Case, number: u128) -> Result<(Case, Case, Merge), MergeError> {
        let id = CaseMergeId::from_uuid(Uuid::from_u128(number));
        merge(id, into, from, Actor::Bot, Timestamp::EPOCH)
    }

    #[test]
    fn what_cannot_be_merged_says_why() {
        assert_eq!(join(case(1), case(1), 1), Err(MergeError::Itself));
        assert_eq!(join(case(1), case(2), 1), Err(MergeError::OtherContact));
        let complaint = Case {
            contact_id: case(1).contact_id,
            ..complaint_case(2)
        };
        assert_eq!(join(case(1), complaint, 1), Err(MergeError::Complaint));
        let (into, from, _) = join(same_contact(1), same_contact(2), 1).expect("same customer");
        assert_eq!(
            join(same_contact(3), from.clone(), 2),
            Err(MergeError::Merged)
        );
        assert!(into.watcher_ids.contains(&case(2).owner_id()));
        assert!(from.take_up().is_err(), "work goes on in the other");
    }

    #[test]
    fn undoing_gives_each_its_own_again() {
        let (one, two) = (same_contact(1), same_contact(2).watch(agent(7)).unwrap());
        let (into, from, record) = join(one.clone(), two.clone(), 1).unwrap();
        let (into, from, record) =
            undo(record, into, from, Actor::Bot, Timestamp::EPOCH).expect("in force");
        assert_eq!((into.clone(), from.clone()), (one, two));
        let twice = undo(record, into, from, Actor::Bot, Timestamp::EPOCH);
        assert_eq!(twice, Err(MergeError::Undone));
    }

    proptest! {
        /// Each entry of a history is shown by exactly one case that is not merged, whatever
        /// is joined and taken apart in whatever order; at the end all is as it was.
        #[test]
        fn no_history_is_lost(steps in prop::collection::vec((0..6_usize, 0..6_usize, prop::bool::ANY), 0..40)) {
            let start: Vec<Case> = (1..=6).map(same_contact).collect();
            let mut cases = start.clone();
            let mut merges: Vec<Merge> = Vec::new();
            let take_apart = |cases: &mut Vec<Case>, merges: &mut Vec<Merge>, at: usize| {
                let record = merges[at].clone();
                let place = |id| cases.iter().position(|case| case.id == id).unwrap();
                let (i, f) = (place(record.into_id), place(record.from_id));
                if let Ok((into, from, record)) = undo(record, cases[i].clone(), cases[f].clone(), Actor::Bot, Timestamp::EPOCH) {
                    (cases[i], cases[f], merges[at]) = (into, from, record);
                }
            };
            for (a, b, is_merge) in steps {
                if is_merge {
                    let number = merges.len() as u128 + 1;
                    if let Ok((into, from, record)) = join(cases[a].clone(), cases[b].clone(), number) {
                        (cases[a], cases[b]) = (into, from);
                        merges.push(record);
                    }
                } else if !merges.is_empty() {
                    let at = (a * 6 + b) % merges.len();
                    take_apart(&mut cases, &mut merges, at);
                }
                let heads = cases.iter().filter(|case| case.merged_into.is_none());
                let mut shown: Vec<CaseId> = heads.flat_map(|case| family(case.id, &merges)).collect();
                shown.sort_unstable();
                prop_assert_eq!(shown, (1..=6).map(case_id).collect::<Vec<_>>());
            }
            for at in (0..merges.len()).rev() {
                take_apart(&mut cases, &mut merges, at);
            }
            for (case, first) in cases.iter().zip(&start) {
                prop_assert_eq!(case.merged_into, None);
                prop_assert_eq!(&case.status, &first.status);
                prop_assert_eq!(case.owner_id(), first.owner_id());
            }
        }
    }
}
