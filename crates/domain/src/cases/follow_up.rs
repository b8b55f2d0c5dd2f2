//! Follow-up (回访): somebody calls the customer, with a script, and writes down what came.
//!
//! A call back is due after a case was resolved, after the reply to a complaint, and at
//! once when a customer gives a low score. What comes of it decides what happens to the
//! case; every attempt counts as documented for [closing](super::closing).

mod scripts;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use scripts::script;

use crate::actor::Actor;
use crate::calendars::BusinessTime;
use crate::ids::{AgentId, CaseId, FollowUpId};
use crate::limits::{CASE_TEXT_CHARS_MAX, FOLLOW_UP_ATTEMPTS_MAX};
use crate::time::Timestamp;

use super::case::{Case, WayBack};
use super::closing::{Answer, Means, SolutionContact};
use super::escalation::{Ladder, Subject, TimeLimit, Watch};
use super::text::clean;

/// A call back to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// Identifier.
    pub id: FollowUpId,
    /// About which case.
    pub case_id: CaseId,
    /// Why.
    pub reason: FollowUpReason,
    /// Who calls.
    pub owner_id: AgentId,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Since when the present deadline runs.
    pub from: Timestamp,
    /// Until when somebody has to try.
    pub due_at: Timestamp,
    /// How long it may take, each time.
    pub limit: TimeLimit,
    /// Who is reminded and told when nobody tries.
    pub ladder: Ladder,
    /// Every attempt, oldest first.
    pub attempts: Vec<Attempt>,
    /// What came of it.
    pub result: Option<Finished>,
    /// Optimistic lock.
    pub version: i64,
}

/// Why a customer is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FollowUpReason {
    /// The case was resolved.
    Resolved,
    /// The complaint was replied to.
    ComplaintReplied,
    /// The customer gave a low score.
    LowScore {
        /// Which.
        score: u8,
    },
    /// Somebody wants to.
    ByHand,
}

impl FollowUpReason {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::ComplaintReplied => "complaint_replied",
            Self::LowScore { .. } => "low_score",
            Self::ByHand => "by_hand",
        }
    }
}

/// When a score calls for a call back. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowScoreRule {
    /// At this score of five or a lower one; 0 never.
    pub at_most: u8,
    /// How soon somebody calls.
    pub within: TimeLimit,
    /// Who is reminded and told when nobody does.
    pub ladder: Ladder,
}

impl Default for LowScoreRule {
    /// At one or two of five, within four working hours.
    fn default() -> Self {
        Self {
            at_most: 2,
            within: TimeLimit::business_hours(4),
            ladder: Ladder::urgent(),
        }
    }
}

impl LowScoreRule {
    /// Whether it holds together.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.at_most <= 5 && self.within.is_valid() && self.ladder.is_valid()
    }

    /// Whether a score calls for a call back.
    #[must_use]
    pub const fn asks(&self, score: u8) -> bool {
        score <= self.at_most
    }
}

/// One attempt. A value: stored beside the follow-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AgentId,
    /// How.
    pub means: Means,
    /// In words.
    pub note: String,
}

/// The end of a follow-up. A value: stored beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finished {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AgentId,
    /// How the customer was reached; none when not.
    pub means: Option<Means>,
    /// What came of it.
    pub result: FollowUpResult,
    /// In words.
    pub note: String,
}

/// What came of a call back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpResult {
    /// Solved, says the customer.
    Solved,
    /// The customer takes the case back.
    Withdrawn,
    /// Not solved, says the customer.
    NotSolved,
    /// Solved, but the customer is not content with how.
    NotContent,
    /// Nobody answered, in spite of all attempts.
    Unreachable,
    /// The customer does not want to be called.
    Unwanted,
}

/// What has to happen to the case then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The case may be closed, if nothing else is missing.
    MayClose,
    /// The case is opened again.
    Reopen,
    /// A new case that refers to it is opened.
    NewCase,
    /// A supervisor looks at it: the customer keeps a bad opinion.
    TellSupervisor,
}

/// Why something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FollowUpError {
    /// It is over.
    #[error("the call back is finished already")]
    Over,
    /// No attempt was written down.
    #[error("write down the attempts first")]
    NoAttempt,
    /// Somebody was reached, but nobody says how.
    #[error("say how the customer was reached")]
    NoMeans,
    /// What the customer said is missing.
    #[error("write down what the customer said, in at most {CASE_TEXT_CHARS_MAX} characters")]
    Note,
    /// The time is too short or too long, or nobody would be told.
    #[error("a call back takes a minute to a year, with reminders and escalation")]
    Limit,
    /// The customer asked for a time that is over.
    #[error("the time lies in the past")]
    InPast,
    /// The customer asked for a time that is too far away.
    #[error("the time lies more than 60 days ahead")]
    TooFar,
    /// Too many.
    #[error("there are {FOLLOW_UP_ATTEMPTS_MAX} attempts already; finish it")]
    TooMany,
}

/// How far ahead a customer may ask to be called again.
const AGAIN_WITHIN: Duration = Duration::from_hours(60 * 24);

/// What is needed for a call back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFollowUp {
    /// Identifier.
    pub id: FollowUpId,
    /// About which case.
    pub case_id: CaseId,
    /// Why.
    pub reason: FollowUpReason,
    /// Who calls.
    pub owner_id: AgentId,
    /// How long it may take.
    pub limit: TimeLimit,
    /// Who is reminded and told when nobody tries.
    pub ladder: Ladder,
}

impl FollowUp {
    /// Asks somebody to call.
    pub fn ask(
        new: NewFollowUp,
        business: Option<&BusinessTime>,
        now: Timestamp,
    ) -> Result<Self, FollowUpError> {
        if !new.limit.is_valid() || !new.ladder.is_valid() {
            return Err(FollowUpError::Limit);
        }
        Ok(Self {
            id: new.id,
            case_id: new.case_id,
            reason: new.reason,
            owner_id: new.owner_id,
            created_at: now,
            from: now,
            due_at: new.limit.due(now, business),
            limit: new.limit,
            ladder: new.ladder,
            attempts: Vec::new(),
            result: None,
            version: 1,
        })
    }

    /// Whether somebody still has to call.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.result.is_none()
    }

    /// The deadline of the next attempt; none when it is over.
    #[must_use]
    pub fn watch(&self) -> Option<Watch<'_>> {
        self.is_open().then_some(Watch {
            subject: Subject::FollowUp(self.id, self.round()),
            from: self.from,
            due_at: self.due_at,
            basis: self.limit.basis,
            ladder: &self.ladder,
        })
    }

    /// The number of the attempt that is due, from 1.
    #[must_use]
    pub fn round(&self) -> u32 {
        u32::try_from(self.attempts.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1)
    }

    /// Nobody answered. The next attempt is due after the same time again, or when the
    /// customer asked to be called, with reminders and escalation of its own.
    pub fn attempt(
        mut self,
        mut attempt: Attempt,
        again_at: Option<Timestamp>,
        business: Option<&BusinessTime>,
    ) -> Result<Self, FollowUpError> {
        if !self.is_open() {
            return Err(FollowUpError::Over);
        }
        if self.attempts.len() >= FOLLOW_UP_ATTEMPTS_MAX {
            return Err(FollowUpError::TooMany);
        }
        let now = attempt.at;
        match again_at {
            Some(at) if at <= now => return Err(FollowUpError::InPast),
            Some(at) if at > now.plus(AGAIN_WITHIN) => return Err(FollowUpError::TooFar),
            Some(_) | None => {}
        }
        self.from = now;
        self.due_at = again_at.unwrap_or_else(|| self.limit.due(now, business));
        attempt.note = clean(&attempt.note, CASE_TEXT_CHARS_MAX).unwrap_or_default();
        self.attempts.push(attempt);
        Ok(self)
    }

    /// It is over. Whoever reached the customer says how, and what was said where the
    /// customer is not content; who did not, has attempts to show.
    pub fn finish(mut self, mut finished: Finished) -> Result<Self, FollowUpError> {
        if !self.is_open() {
            return Err(FollowUpError::Over);
        }
        let note = clean(&finished.note, CASE_TEXT_CHARS_MAX);
        let was_reached = match finished.result {
            FollowUpResult::Unreachable => false,
            FollowUpResult::Solved
            | FollowUpResult::Withdrawn
            | FollowUpResult::NotSolved
            | FollowUpResult::NotContent
            | FollowUpResult::Unwanted => true,
        };
        let needs_words = matches!(
            finished.result,
            FollowUpResult::NotSolved | FollowUpResult::NotContent
        );
        if !was_reached && self.attempts.is_empty() {
            return Err(FollowUpError::NoAttempt);
        }
        if was_reached && finished.means.is_none() {
            return Err(FollowUpError::NoMeans);
        }
        if needs_words && note.is_none() {
            return Err(FollowUpError::Note);
        }
        finished.note = note.unwrap_or_default();
        self.result = Some(finished);
        Ok(self)
    }

    /// What has to happen to the case; none while it is open.
    #[must_use]
    pub fn effect(&self, case: &Case, reopen_within: Duration) -> Option<Effect> {
        let finished = self.result.as_ref()?;
        let effect = match finished.result {
            FollowUpResult::Solved
            | FollowUpResult::Withdrawn
            | FollowUpResult::Unreachable
            | FollowUpResult::Unwanted => Effect::MayClose,
            FollowUpResult::NotContent => Effect::TellSupervisor,
            FollowUpResult::NotSolved => match case.way_back(reopen_within, finished.at) {
                WayBack::Reopen => Effect::Reopen,
                WayBack::NewCase => Effect::NewCase,
            },
        };
        Some(effect)
    }

    /// What counts as documented when the case is to be closed. Who is not content with how
    /// it was solved has still confirmed that it is.
    #[must_use]
    pub fn contacts(&self) -> Vec<SolutionContact> {
        let attempts = self.attempts.iter().map(|attempt| SolutionContact {
            at: attempt.at,
            by: Actor::Agent(attempt.by),
            means: attempt.means,
            answer: Answer::NoAnswer,
            note: attempt.note.clone(),
        });
        let end = self.result.as_ref().and_then(|finished| {
            let answer = match finished.result {
                FollowUpResult::Solved | FollowUpResult::NotContent => Answer::Confirmed,
                FollowUpResult::Withdrawn => Answer::Withdrawn,
                FollowUpResult::NotSolved => Answer::Disputed,
                FollowUpResult::Unwanted => Answer::NoAnswer,
                FollowUpResult::Unreachable => return None,
            };
            Some(SolutionContact {
                at: finished.at,
                by: Actor::Agent(finished.by),
                means: finished.means?,
                answer,
                note: finished.note.clone(),
            })
        });
        attempts.chain(end).collect()
    }
}
