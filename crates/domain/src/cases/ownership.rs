//! First-contact ownership (首问负责制): whoever takes a case answers for it to the customer
//! until it is closed, also while others work on it.
//!
//! There is always exactly one owner. Ownership moves only when the one who is asked
//! accepts; a proposal that is declined, withdrawn or left unanswered changes nothing. All
//! of them are kept with their reasons.

use serde::{Deserialize, Serialize};

use crate::ids::AgentId;
use crate::limits::CASE_TEXT_CHARS_MAX;
use crate::time::Timestamp;

use super::text::clean;

/// Who answers for a case, and how it came to be. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ownership {
    first_id: AgentId,
    since: Timestamp,
    pending: Option<Handover>,
    past: Vec<PastHandover>,
}

/// Somebody is asked to take a case over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// Who is asked.
    pub to_id: AgentId,
    /// Why.
    pub reason: String,
    /// Who asks: the owner, or a supervisor in the absence of the owner.
    pub proposed_by: AgentId,
    /// When.
    pub proposed_at: Timestamp,
    /// Until when there has to be an answer.
    pub answer_by: Timestamp,
}

/// A handover that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastHandover {
    /// What was asked.
    pub handover: Handover,
    /// When it was over.
    pub at: Timestamp,
    /// How it ended.
    pub end: HandoverEnd,
}

/// How a handover ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum HandoverEnd {
    /// The case has a new owner.
    Accepted,
    /// The one asked said no.
    Declined {
        /// Why.
        reason: String,
    },
    /// Taken back before there was an answer.
    Withdrawn,
    /// Nobody answered in time.
    Lapsed,
}

/// Why a change of ownership was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OwnershipError {
    /// No words, or too many.
    #[error("a handover needs a reason of at most {CASE_TEXT_CHARS_MAX} characters")]
    Reason,
    /// It is theirs already.
    #[error("the case belongs to this agent already")]
    SameOwner,
    /// Somebody is asked already.
    #[error("somebody is asked already; withdraw that first")]
    Pending,
    /// Nobody is asked.
    #[error("nobody is asked to take the case over")]
    NotPending,
    /// Somebody else is asked.
    #[error("somebody else is asked to take the case over")]
    NotAsked,
    /// Neither the one who asked nor the owner.
    #[error("only the owner or whoever asked may withdraw a handover")]
    NotProposer,
    /// The time for an answer lies in the past.
    #[error("the time for an answer lies in the past")]
    InPast,
    /// The time for an answer is over.
    #[error("the time for an answer is over; ask again")]
    Lapsed,
}

impl Ownership {
    /// Of the one who takes the case first.
    #[must_use]
    pub const fn first(owner_id: AgentId, now: Timestamp) -> Self {
        Self {
            first_id: owner_id,
            since: now,
            pending: None,
            past: Vec::new(),
        }
    }

    /// Who answers for the case. There is always somebody.
    #[must_use]
    pub fn owner_id(&self) -> AgentId {
        self.accepted()
            .next_back()
            .map_or(self.first_id, |past| past.handover.to_id)
    }

    /// Since when.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.accepted()
            .next_back()
            .map_or(self.since, |past| past.at)
    }

    /// Who answered for it at a moment.
    #[must_use]
    pub fn owner_at(&self, at: Timestamp) -> AgentId {
        let before = self.accepted().rfind(|past| past.at <= at);
        before.map_or(self.first_id, |past| past.handover.to_id)
    }

    /// Who took it first.
    #[must_use]
    pub const fn first_id(&self) -> AgentId {
        self.first_id
    }

    /// What somebody is asked right now.
    #[must_use]
    pub const fn pending(&self) -> Option<&Handover> {
        self.pending.as_ref()
    }

    /// Every handover that is over, oldest first.
    #[must_use]
    pub fn past(&self) -> &[PastHandover] {
        &self.past
    }

    /// How often the case went to another owner.
    #[must_use]
    pub fn change_count(&self) -> usize {
        self.accepted().count()
    }

    fn accepted(&self) -> impl DoubleEndedIterator<Item = &PastHandover> {
        let is_accepted = |past: &&PastHandover| past.end == HandoverEnd::Accepted;
        self.past.iter().filter(is_accepted)
    }

    /// Asks an agent to take the case over. Whether `by` may ask is the caller's to check:
    /// the owner may, and whoever supervises the floor.
    pub fn propose(mut self, handover: Handover) -> Result<Self, OwnershipError> {
        if self.pending.is_some() {
            return Err(OwnershipError::Pending);
        }
        if handover.to_id == self.owner_id() {
            return Err(OwnershipError::SameOwner);
        }
        if handover.answer_by <= handover.proposed_at {
            return Err(OwnershipError::InPast);
        }
        let Handover { reason, .. } = &handover;
        let reason = clean(reason, CASE_TEXT_CHARS_MAX).ok_or(OwnershipError::Reason)?;
        let mut handover = handover;
        handover.reason = reason;
        self.pending = Some(handover);
        Ok(self)
    }

    /// The one who is asked takes the case.
    pub fn accept(self, by: AgentId, now: Timestamp) -> Result<Self, OwnershipError> {
        let handover = self.asked(by)?;
        if now > handover.answer_by {
            return Err(OwnershipError::Lapsed);
        }
        Ok(self.end(now, HandoverEnd::Accepted))
    }

    /// The one who is asked says no, with a reason.
    pub fn decline(
        self,
        by: AgentId,
        reason: &str,
        now: Timestamp,
    ) -> Result<Self, OwnershipError> {
        self.asked(by)?;
        let reason = clean(reason, CASE_TEXT_CHARS_MAX).ok_or(OwnershipError::Reason)?;
        Ok(self.end(now, HandoverEnd::Declined { reason }))
    }

    /// The owner, or whoever asked, takes it back.
    pub fn withdraw(self, by: AgentId, now: Timestamp) -> Result<Self, OwnershipError> {
        let handover = self.pending.as_ref().ok_or(OwnershipError::NotPending)?;
        if by != handover.proposed_by && by != self.owner_id() {
            return Err(OwnershipError::NotProposer);
        }
        Ok(self.end(now, HandoverEnd::Withdrawn))
    }

    /// Nobody answered in time: the case stays where it is. None while there is time.
    #[must_use]
    pub fn lapse(self, now: Timestamp) -> Option<Self> {
        let is_late = self
            .pending
            .as_ref()
            .is_some_and(|handover| now > handover.answer_by);
        is_late.then(|| self.end(now, HandoverEnd::Lapsed))
    }

    fn asked(&self, by: AgentId) -> Result<&Handover, OwnershipError> {
        let handover = self.pending.as_ref().ok_or(OwnershipError::NotPending)?;
        if handover.to_id == by {
            Ok(handover)
        } else {
            Err(OwnershipError::NotAsked)
        }
    }

    fn end(mut self, at: Timestamp, end: HandoverEnd) -> Self {
        if let Some(handover) = self.pending.take() {
            self.past.push(PastHandover { handover, at, end });
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn agent(number: u128) -> AgentId {
        AgentId::from_uuid(Uuid::from_u128(number))
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(seconds))
    }

    fn handover(by: u128, to: u128, now: u64) -> Handover {
        Handover {
            to_id: agent(to),
            reason: " speaks Japanese ".to_owned(),
            proposed_by: agent(by),
            proposed_at: at(now),
            answer_by: at(now + 10),
        }
    }

    #[test]
    fn only_the_one_who_is_asked_can_take_it() {
        let owned = Ownership::first(agent(1), at(0));
        let asked = owned.propose(handover(9, 2, 1)).expect("a supervisor asks");
        assert_eq!(asked.owner_id(), agent(1), "asking changes nothing");
        let refused = asked.clone().accept(agent(3), at(2));
        assert_eq!(refused, Err(OwnershipError::NotAsked));
        assert_eq!(
            asked.clone().propose(handover(1, 3, 2)),
            Err(OwnershipError::Pending)
        );
        assert_eq!(
            asked.clone().withdraw(agent(5), at(2)),
            Err(OwnershipError::NotProposer)
        );
        let late = asked.clone().accept(agent(2), at(12));
        assert_eq!(late, Err(OwnershipError::Lapsed));
        let taken = asked.accept(agent(2), at(11)).expect("in time");
        assert_eq!((taken.owner_id(), taken.since()), (agent(2), at(11)));
        assert_eq!(taken.owner_at(at(10)), agent(1));
        assert_eq!(taken.past()[0].handover.reason, "speaks Japanese");
    }

    #[test]
    fn a_handover_needs_a_reason_and_another_person() {
        let owned = Ownership::first(agent(1), at(0));
        let without = Handover {
            reason: " ".to_owned(),
            ..handover(1, 2, 1)
        };
        assert_eq!(owned.clone().propose(without), Err(OwnershipError::Reason));
        assert_eq!(
            owned.propose(handover(1, 1, 1)),
            Err(OwnershipError::SameOwner)
        );
    }

    proptest! {
        /// Whatever happens in whatever order: one owner, and each change was accepted by
        /// the one who took it.
        #[test]
        fn the_owner_changes_by_acceptance_only(steps in prop::collection::vec((0..5_u8, 1..5_u128, 1..5_u128), 0..60)) {
            let mut owned = Ownership::first(agent(1), at(0));
            let mut now = 0;
            for (what, who, other) in steps {
                now += 3;
                let before = owned.owner_id();
                let by = agent(who);
                let next = match what {
                    0 => owned.clone().propose(handover(who, other, now)),
                    1 => owned.clone().accept(by, at(now)),
                    2 => owned.clone().decline(by, "no time", at(now)),
                    3 => owned.clone().withdraw(by, at(now)),
                    _ => Ok(owned.clone().lapse(at(now)).unwrap_or(owned.clone())),
                };
                let pending = owned.pending().cloned();
                let Ok(next) = next else { continue };
                if next.owner_id() != before {
                    prop_assert_eq!(what, 1);
                    prop_assert_eq!(next.owner_id(), by);
                    prop_assert_eq!(pending.map(|it| it.to_id), Some(by));
                }
                prop_assert!(next.past().len() >= owned.past().len(), "nothing is forgotten");
                owned = next;
            }
            let json = serde_json::to_string(&owned).unwrap();
            prop_assert_eq!(serde_json::from_str::<Ownership>(&json).unwrap(), owned);
        }
    }
}
