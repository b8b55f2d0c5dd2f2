//! Approvals: somebody else says yes before something happens, level by level.
//!
//! Four eyes without exception: whoever asked decides nothing, and nobody decides on two
//! levels of the same request.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, RoleId};
use crate::limits::{APPROVAL_LEVELS_MAX, CASE_TEXT_CHARS_MAX};
use crate::time::Timestamp;

use super::procedure::Desk;
use super::text::clean;

/// Whose yes is needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Approver {
    /// Up the line of whoever asks: 1 leads the team.
    Line {
        /// How far up, from 1.
        level: u8,
    },
    /// Somebody with a role.
    Role {
        /// Which.
        role_id: RoleId,
    },
    /// Somebody of a desk of the back office.
    Desk {
        /// Which.
        desk: Desk,
    },
    /// One person.
    Agent {
        /// Who.
        agent_id: AgentId,
    },
}

/// Somebody who decides, with everything they may decide as. The use case fills it from
/// roles, teams and the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judge {
    /// Who.
    pub agent_id: AgentId,
    /// As what.
    pub posts: BTreeSet<Approver>,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
    /// Whether it is a yes.
    pub is_approved: bool,
    /// Why; a no needs words.
    pub note: String,
}

/// A request with its levels and decisions. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    asked_by: AgentId,
    asked_at: Timestamp,
    levels: Vec<Approver>,
    decisions: Vec<Decision>,
}

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalState<'a> {
    /// Somebody has to decide.
    Pending {
        /// Who.
        approver: &'a Approver,
        /// On which level, from 0.
        level: usize,
    },
    /// Everybody said yes.
    Approved,
    /// Somebody said no.
    Rejected {
        /// Who and why.
        decision: &'a Decision,
    },
}

/// Why a decision was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// Nobody to ask, or too many.
    #[error("an approval has 1 to {APPROVAL_LEVELS_MAX} levels")]
    Levels,
    /// It is decided.
    #[error("the request is decided already")]
    Over,
    /// Not theirs to decide.
    #[error("this level is somebody else's to decide")]
    NotAuthorized,
    /// Four eyes.
    #[error("nobody approves their own request")]
    OwnRequest,
    /// Four eyes.
    #[error("nobody decides on two levels of one request")]
    Twice,
    /// A no without words.
    #[error("a rejection needs a reason of at most {CASE_TEXT_CHARS_MAX} characters")]
    Reason,
}

impl Approval {
    /// A new request.
    pub fn ask(
        asked_by: AgentId,
        levels: Vec<Approver>,
        now: Timestamp,
    ) -> Result<Self, ApprovalError> {
        if levels.is_empty() || levels.len() > APPROVAL_LEVELS_MAX {
            return Err(ApprovalError::Levels);
        }
        Ok(Self {
            asked_by,
            asked_at: now,
            levels,
            decisions: Vec::new(),
        })
    }

    /// Who asked.
    #[must_use]
    pub const fn asked_by(&self) -> AgentId {
        self.asked_by
    }

    /// When.
    #[must_use]
    pub const fn asked_at(&self) -> Timestamp {
        self.asked_at
    }

    /// Whose yes is needed, in order.
    #[must_use]
    pub fn levels(&self) -> &[Approver] {
        &self.levels
    }

    /// What was decided so far.
    #[must_use]
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> ApprovalState<'_> {
        if let Some(decision) = self.decisions.iter().find(|it| !it.is_approved) {
            return ApprovalState::Rejected { decision };
        }
        let level = self.decisions.len();
        match self.levels.get(level) {
            Some(approver) => ApprovalState::Pending { approver, level },
            None => ApprovalState::Approved,
        }
    }

    /// Whether somebody may decide now, and if not, why.
    pub fn check(&self, judge: &Judge) -> Result<(), ApprovalError> {
        let ApprovalState::Pending { approver, .. } = self.state() else {
            return Err(ApprovalError::Over);
        };
        if judge.agent_id == self.asked_by {
            return Err(ApprovalError::OwnRequest);
        }
        if self.decisions.iter().any(|it| it.by == judge.agent_id) {
            return Err(ApprovalError::Twice);
        }
        let is_named = Approver::Agent {
            agent_id: judge.agent_id,
        } == *approver;
        if !is_named && !judge.posts.contains(approver) {
            return Err(ApprovalError::NotAuthorized);
        }
        Ok(())
    }

    /// A yes on the present level.
    pub fn approve(
        mut self,
        judge: &Judge,
        note: &str,
        now: Timestamp,
    ) -> Result<Self, ApprovalError> {
        self.check(judge)?;
        self.decisions.push(Decision {
            by: judge.agent_id,
            at: now,
            is_approved: true,
            note: clean(note, CASE_TEXT_CHARS_MAX).unwrap_or_default(),
        });
        Ok(self)
    }

    /// A no, which ends the request.
    pub fn reject(
        mut self,
        judge: &Judge,
        reason: &str,
        now: Timestamp,
    ) -> Result<Self, ApprovalError> {
        self.check(judge)?;
        let note = clean(reason, CASE_TEXT_CHARS_MAX).ok_or(ApprovalError::Reason)?;
        self.decisions.push(Decision {
            by: judge.agent_id,
            at: now,
            is_approved: false,
            note,
        });
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fixtures::{agent, at};
    use super::*;

    fn line(level: u8) -> Approver {
        Approver::Line { level }
    }

    fn judge(number: u128, levels: &[u8]) -> Judge {
        Judge {
            agent_id: agent(number),
            posts: levels.iter().map(|level| line(*level)).collect(),
        }
    }

    #[test]
    fn level_by_level_and_never_alone() {
        let asked = Approval::ask(agent(1), vec![line(1), line(2)], at(0)).unwrap();
        let own = asked.clone().approve(&judge(1, &[1, 2]), "", at(1));
        assert_eq!(own, Err(ApprovalError::OwnRequest));
        let above = asked.clone().approve(&judge(3, &[2]), "", at(1));
        assert_eq!(
            above,
            Err(ApprovalError::NotAuthorized),
            "not the turn of this level"
        );
        let first = asked.approve(&judge(2, &[1, 2]), "fair", at(1)).unwrap();
        let twice = first.clone().approve(&judge(2, &[1, 2]), "", at(2));
        assert_eq!(twice, Err(ApprovalError::Twice));
        let silent = first.clone().reject(&judge(3, &[2]), " ", at(2));
        assert_eq!(silent, Err(ApprovalError::Reason));
        let both = first.approve(&judge(3, &[2]), "", at(2)).unwrap();
        assert_eq!(both.state(), ApprovalState::Approved);
        let late = both.reject(&judge(4, &[1, 2]), "no", at(3));
        assert_eq!(late, Err(ApprovalError::Over));
    }

    #[test]
    fn one_no_ends_it() {
        let asked = Approval::ask(agent(1), vec![line(1), line(2)], at(0)).unwrap();
        let refused = asked.reject(&judge(2, &[1]), "twice what it cost", at(1));
        let refused = refused.unwrap();
        assert!(
            matches!(refused.state(), ApprovalState::Rejected { decision } if decision.by == agent(2))
        );
        let again = refused.approve(&judge(3, &[1, 2]), "", at(2));
        assert_eq!(again, Err(ApprovalError::Over));
        assert_eq!(
            Approval::ask(agent(1), Vec::new(), at(0)),
            Err(ApprovalError::Levels)
        );
    }

    proptest! {
        #[test]
        fn approved_means_a_different_other_person_on_each_level(
            levels in 1..5_u8,
            steps in prop::collection::vec((1..6_u128, prop::collection::vec(1..5_u8, 0..4), prop::bool::weighted(0.9)), 0..30),
        ) {
            let all: Vec<Approver> = (1..=levels).map(line).collect();
            let mut request = Approval::ask(agent(1), all, at(0)).unwrap();
            for (who, posts, is_yes) in steps {
                let judge = judge(who, &posts);
                let next = if is_yes {
                    request.clone().approve(&judge, "", at(1))
                } else {
                    request.clone().reject(&judge, "no", at(1))
                };
                request = next.unwrap_or(request);
            }
            if request.state() == ApprovalState::Approved {
                let people: BTreeSet<AgentId> = request.decisions().iter().map(|it| it.by).collect();
                prop_assert_eq!(people.len(), usize::from(levels));
                prop_assert!(!people.contains(&agent(1)));
            }
        }
    }
}
