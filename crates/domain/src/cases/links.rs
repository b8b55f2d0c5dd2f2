//! Links between cases: the same problem twice, one fault with many customers, or simply
//! related.
//!
//! Links are rows; what is allowed is decided over the rows of both cases. Families are one
//! level deep on purpose: with one parent and its children "answer all" has one meaning.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::CaseId;
use crate::limits::{CASE_CHILDREN_MAX, CASE_LINKS_MAX};
use crate::time::Timestamp;

use super::case::Case;
use super::status::StatusCategory;

/// How one case stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// `from` is the same problem of the same customer as `to`.
    Duplicate,
    /// `from` is one customer's part of the fault `to`.
    Child,
    /// They have something to do with each other; the direction says nothing.
    Related,
}

impl LinkKind {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Child => "child",
            Self::Related => "related",
        }
    }
}

/// One link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// From the duplicate, the child, or the smaller of two related identifiers.
    pub from_id: CaseId,
    /// To the original, the parent, or the other one.
    pub to_id: CaseId,
    /// How.
    pub kind: LinkKind,
    /// Who linked them.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// Why a link was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// With itself.
    #[error("a case cannot be linked with itself")]
    Itself,
    /// It is there already.
    #[error("the cases are linked already")]
    Linked,
    /// A child has one parent.
    #[error("the case has a parent already; remove that link first")]
    HasParent,
    /// Parents have no parents.
    #[error("the case has children itself, so it cannot become a child")]
    HasChildren,
    /// Children have no children.
    #[error("the parent is a child itself; link with its parent")]
    ParentIsChild,
    /// One is the duplicate of one other.
    #[error("the case is marked as a duplicate of another already")]
    HasOriginal,
    /// A circle of duplicates.
    #[error("the other case is a duplicate of this one")]
    Circle,
    /// Too many.
    #[error("a case has at most {CASE_CHILDREN_MAX} children and {CASE_LINKS_MAX} other links")]
    TooMany,
}

impl Link {
    /// A link in its stored direction.
    pub fn new(
        from_id: CaseId,
        to_id: CaseId,
        kind: LinkKind,
        by: Actor,
        at: Timestamp,
    ) -> Result<Self, LinkError> {
        if from_id == to_id {
            return Err(LinkError::Itself);
        }
        let (from_id, to_id) = match kind {
            LinkKind::Related => (from_id.min(to_id), from_id.max(to_id)),
            LinkKind::Duplicate | LinkKind::Child => (from_id, to_id),
        };
        Ok(Self {
            from_id,
            to_id,
            kind,
            by,
            at,
        })
    }

    /// Whether it may be added to `present`: all links of both cases, and for duplicates
    /// those of everything the original is a duplicate of.
    pub fn check(&self, present: &[Self]) -> Result<(), LinkError> {
        let is_same = |it: &&Self| {
            it.kind == self.kind && it.from_id == self.from_id && it.to_id == self.to_id
        };
        if present.iter().any(|it| is_same(&it)) {
            return Err(LinkError::Linked);
        }
        match self.kind {
            LinkKind::Child => self.check_child(present)?,
            LinkKind::Duplicate => self.check_duplicate(present)?,
            LinkKind::Related => {}
        }
        for id in [self.from_id, self.to_id] {
            let others = present.iter().filter(|it| {
                let is_to_child = it.kind == LinkKind::Child && it.to_id == id;
                (it.from_id == id || it.to_id == id) && !is_to_child
            });
            if others.count() >= CASE_LINKS_MAX {
                return Err(LinkError::TooMany);
            }
        }
        Ok(())
    }

    fn check_child(&self, present: &[Self]) -> Result<(), LinkError> {
        let children = || present.iter().filter(|it| it.kind == LinkKind::Child);
        if children().any(|it| it.from_id == self.from_id) {
            return Err(LinkError::HasParent);
        }
        if children().any(|it| it.to_id == self.from_id) {
            return Err(LinkError::HasChildren);
        }
        if children().any(|it| it.from_id == self.to_id) {
            return Err(LinkError::ParentIsChild);
        }
        if children().filter(|it| it.to_id == self.to_id).count() >= CASE_CHILDREN_MAX {
            return Err(LinkError::TooMany);
        }
        Ok(())
    }

    fn check_duplicate(&self, present: &[Self]) -> Result<(), LinkError> {
        if original_of(self.from_id, present) != self.from_id {
            return Err(LinkError::HasOriginal);
        }
        if original_of(self.to_id, present) == self.from_id {
            return Err(LinkError::Circle);
        }
        Ok(())
    }
}

/// The case that a case is finally a duplicate of; itself if it is none.
#[must_use]
pub fn original_of(id: CaseId, links: &[Link]) -> CaseId {
    let mut seen = BTreeSet::from([id]);
    let mut at = id;
    loop {
        let next = links
            .iter()
            .find(|it| it.kind == LinkKind::Duplicate && it.from_id == at);
        match next {
            Some(link) if seen.insert(link.to_id) => at = link.to_id,
            Some(_) | None => return at,
        }
    }
}

/// Why a child is left out when all are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Skip {
    /// It has this answer already.
    Answered,
    /// It is over.
    Closed,
    /// It is part of another case, which gets the answer if it is a child.
    Merged,
    /// There is nobody to answer.
    NoContact,
    /// Its customer has the answer by another child of theirs.
    SameContact,
}

/// What answering all children does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerPlan {
    /// Who gets the answer now.
    pub answer: Vec<CaseId>,
    /// Who does not, and why.
    pub skip: Vec<(CaseId, Skip)>,
}

/// Whom one answer goes to. `answered` are the children that have it: run again after a
/// crash, nobody is answered twice, and a customer with several children is answered once.
#[must_use]
pub fn plan_answer(children: &[Case], answered: &BTreeSet<CaseId>) -> AnswerPlan {
    let mut plan = AnswerPlan::default();
    let has_answer = |case: &&Case| answered.contains(&case.id);
    let mut contacts: BTreeSet<_> = children
        .iter()
        .filter(has_answer)
        .filter_map(|case| case.contact_id)
        .collect();
    for child in children {
        let skip = if answered.contains(&child.id) {
            Some(Skip::Answered)
        } else if child.merged_into.is_some() {
            Some(Skip::Merged)
        } else if child.status.category() == StatusCategory::Closed {
            Some(Skip::Closed)
        } else {
            match child.contact_id {
                None => Some(Skip::NoContact),
                Some(contact) if !contacts.insert(contact) => Some(Skip::SameContact),
                Some(_) => None,
            }
        };
        match skip {
            Some(reason) => plan.skip.push((child.id, reason)),
            None => plan.answer.push(child.id),
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fixtures::{case, case_id};
    use super::*;

    fn link(from: u128, to: u128, kind: LinkKind) -> Link {
        let at = Timestamp::EPOCH;
        Link::new(case_id(from), case_id(to), kind, Actor::Bot, at).expect("two cases")
    }

    #[test]
    fn a_family_has_one_level() {
        use LinkKind::Child;
        let present = [link(2, 1, Child)];
        assert_eq!(link(3, 1, Child).check(&present), Ok(()));
        for (from, to, expected) in [
            (2, 1, LinkError::Linked),
            (2, 3, LinkError::HasParent),
            (1, 3, LinkError::HasChildren),
            (3, 2, LinkError::ParentIsChild),
        ] {
            assert_eq!(link(from, to, Child).check(&present), Err(expected));
        }
        let both = Link::new(case_id(1), case_id(1), Child, Actor::Bot, Timestamp::EPOCH);
        assert_eq!(both, Err(LinkError::Itself));
    }

    #[test]
    fn related_has_no_direction() {
        let present = [link(2, 1, LinkKind::Related)];
        let again = link(1, 2, LinkKind::Related);
        assert_eq!(again.check(&present), Err(LinkError::Linked));
    }

    #[test]
    fn two_hundred_children_are_answered_once_each() {
        let children: Vec<Case> = (1..=200).map(case).collect();
        let first = plan_answer(&children, &BTreeSet::new());
        assert_eq!((first.answer.len(), first.skip.len()), (200, 0));
        let half: BTreeSet<CaseId> = first.answer[..100].iter().copied().collect();
        let rest = plan_answer(&children, &half);
        assert_eq!((rest.answer.len(), rest.skip.len()), (100, 100));
        assert!(rest.answer.iter().all(|id| !half.contains(id)));
    }

    #[test]
    fn one_customer_with_two_children_is_answered_once() {
        let mut second = case(2);
        second.contact_id = case(1).contact_id;
        let mut nobody = case(3);
        nobody.contact_id = None;
        let plan = plan_answer(&[case(1), second, nobody], &BTreeSet::new());
        assert_eq!(plan.answer, [case_id(1)]);
        let skipped = [
            (case_id(2), Skip::SameContact),
            (case_id(3), Skip::NoContact),
        ];
        assert_eq!(plan.skip, skipped);
    }

    proptest! {
        #[test]
        fn there_are_never_circles_or_grandchildren(steps in prop::collection::vec((1..7_u128, 1..7_u128, prop::bool::ANY), 0..40)) {
            let mut present: Vec<Link> = Vec::new();
            for (from, to, is_child) in steps {
                let kind = if is_child { LinkKind::Child } else { LinkKind::Duplicate };
                let Ok(new) = Link::new(case_id(from), case_id(to), kind, Actor::Bot, Timestamp::EPOCH) else { continue };
                if new.check(&present).is_ok() {
                    present.push(new);
                }
            }
            for link in &present {
                match link.kind {
                    LinkKind::Child => prop_assert!(
                        !present.iter().any(|it| it.kind == LinkKind::Child && it.from_id == link.to_id)
                    ),
                    LinkKind::Duplicate => {
                        let end = original_of(link.from_id, &present);
                        prop_assert!(!present.iter().any(|it| it.kind == LinkKind::Duplicate && it.from_id == end));
                    }
                    LinkKind::Related => {}
                }
            }
        }
    }
}
