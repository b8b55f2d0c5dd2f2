//! Complaints (投诉): receive (受理), handle (处理), reply (回复), call back (回访).
//!
//! A [`Complaint`] goes beside its case and says how far it is. The customer is told when
//! there will be a reply before handling begins; the reply says what was found and why;
//! after the reply somebody calls back; and the case can be closed only when what was found
//! has a cause and, where it was our fault, somebody sees that it does not happen again.

mod findings;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use findings::{CauseCategory, CorrectiveAction, Outcome, Reassessment, RootCause, Validity};

use crate::calendars::BusinessTime;
use crate::ids::{AgentId, CaseId};
use crate::limits::CASE_TEXT_CHARS_MAX;
use crate::standards::Basis;
use crate::time::Timestamp;

use super::escalation::{Subject, Watch};
use super::severity::{ComplaintFacts, LevelTerms, Severity, SeverityMatrix, due};
use super::text::clean;

/// How far a complaint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 受理: it is here; the customer is to be told when there is a reply.
    Received,
    /// 处理: the customer knows; somebody finds out and decides.
    Handling,
    /// 回复: the customer has the reply; somebody is to call back.
    Replied,
    /// 回访: somebody called back, or the attempts are documented.
    CalledBack,
}

impl Phase {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Handling => "handling",
            Self::Replied => "replied",
            Self::CalledBack => "called_back",
        }
    }
}

/// The record of a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The case it belongs to.
    pub case_id: CaseId,
    /// How far it is.
    pub phase: Phase,
    /// For the how-manieth time it is handled, from 1; reopening begins the next round.
    pub round: u32,
    /// Every look at how severe it is, oldest first; never empty.
    pub assessments: Vec<Reassessment>,
    /// The terms that hold.
    pub terms: LevelTerms,
    /// When it came in.
    pub received_at: Timestamp,
    /// Until when the customer is told.
    pub acknowledge_by: Timestamp,
    /// Until when there is a reply; never later than what the customer was told.
    pub reply_by: Timestamp,
    /// What the customer was told: the time, and when.
    pub told: Option<(Timestamp, Timestamp)>,
    /// When the customer last heard how things stand, and how often.
    pub last_update: Option<(Timestamp, u32)>,
    /// What was found.
    pub outcome: Option<Outcome>,
    /// When the reply went out.
    pub replied_at: Option<Timestamp>,
    /// When somebody called back.
    pub called_back_at: Option<Timestamp>,
    /// Why it happened.
    pub cause: Option<RootCause>,
    /// What is done about that.
    pub action: Option<CorrectiveAction>,
    /// Optimistic lock.
    pub version: i64,
}

/// Why something with a complaint was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComplaintError {
    /// Not at this point.
    #[error("a complaint that is `{}` cannot take this step", .0.as_str())]
    Phase(Phase),
    /// The customer does not know when there is a reply.
    #[error("tell the customer first when there will be a reply")]
    NotTold,
    /// The time told is later than the time that holds.
    #[error("the customer cannot be promised more time than the severity allows")]
    ToldTooLate,
    /// Nobody decided.
    #[error("decide first whether the complaint is valid, and say why")]
    NoOutcome,
    /// No words, or too many.
    #[error("say why in 1 to {CASE_TEXT_CHARS_MAX} characters")]
    Text,
    /// A complaint that is right calls for something.
    #[error("a complaint that is valid or partly valid needs a remedy, if only an apology")]
    NoRemedy,
    /// Nobody knows why it happened.
    #[error("name the cause before closing")]
    NoCause,
    /// Nobody sees that it does not happen again.
    #[error("a complaint that was valid needs a corrective action with an owner before closing")]
    NoAction,
    /// The time lies in the past.
    #[error("the time lies in the past")]
    InPast,
    /// Nothing is to be done.
    #[error("there is no corrective action to be done")]
    NotOpen,
}

fn words(text: &str) -> Result<String, ComplaintError> {
    clean(text, CASE_TEXT_CHARS_MAX).ok_or(ComplaintError::Text)
}

/// Who does something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

impl Complaint {
    /// Takes a complaint in. Its deadlines run from its receipt, not from the moment it is
    /// written down.
    #[must_use]
    pub fn receive(
        case_id: CaseId,
        facts: ComplaintFacts,
        matrix: &SeverityMatrix,
        (received_at, business): (Timestamp, Option<&BusinessTime>),
        act: Act,
    ) -> Self {
        let severity = matrix.assess(&facts).severity;
        let terms = matrix.terms_of(severity);
        let due = due(&terms, received_at, business);
        Self {
            case_id,
            phase: Phase::Received,
            round: 1,
            assessments: vec![Reassessment {
                facts,
                severity,
                by: act.by,
                at: act.at,
            }],
            terms,
            received_at,
            acknowledge_by: due.acknowledge_by,
            reply_by: due.reply_by,
            told: None,
            last_update: None,
            outcome: None,
            replied_at: None,
            called_back_at: None,
            cause: None,
            action: None,
            version: 1,
        }
    }

    /// How severe it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        let last = self.assessments.last();
        last.map_or(Severity::Serious, |it| it.severity)
    }

    /// Something new is known. A graver level brings deadlines forward; a lesser one gives
    /// more time only as far as the customer was not told otherwise.
    #[must_use]
    pub fn reassess(
        mut self,
        facts: ComplaintFacts,
        matrix: &SeverityMatrix,
        business: Option<&BusinessTime>,
        act: Act,
    ) -> Self {
        let severity = matrix.assess(&facts).severity;
        self.assessments.push(Reassessment {
            facts,
            severity,
            by: act.by,
            at: act.at,
        });
        self.terms = matrix.terms_of(severity);
        let due = due(&self.terms, self.received_at, business);
        let told = self.told.map(|(reply_by, _)| reply_by);
        self.reply_by = told.map_or(due.reply_by, |told| told.min(due.reply_by));
        if self.phase == Phase::Received {
            self.acknowledge_by = due.acknowledge_by;
        }
        self
    }

    /// The customer is told that the complaint is here and when there is a reply; no later
    /// than the deadline. Handling begins.
    pub fn acknowledge(mut self, reply_by: Timestamp, act: Act) -> Result<Self, ComplaintError> {
        if self.phase != Phase::Received {
            return Err(ComplaintError::Phase(self.phase));
        }
        if reply_by <= act.at && self.reply_by > act.at {
            return Err(ComplaintError::InPast);
        }
        // Where the deadline is over already, the nearest time that can be kept is right.
        if reply_by > self.reply_by && self.reply_by > act.at {
            return Err(ComplaintError::ToldTooLate);
        }
        self.phase = Phase::Handling;
        self.told = Some((reply_by, act.at));
        self.reply_by = self.reply_by.min(reply_by);
        Ok(self)
    }

    /// The customer hears how things stand.
    pub fn update(mut self, act: Act) -> Result<Self, ComplaintError> {
        if self.phase != Phase::Handling {
            return Err(ComplaintError::Phase(self.phase));
        }
        let count = self.last_update.map_or(0, |(_, count)| count);
        self.last_update = Some((act.at, count.saturating_add(1)));
        Ok(self)
    }

    /// Somebody decides whether it is right, and says why. Can be decided anew until the
    /// reply.
    pub fn decide(
        mut self,
        validity: Validity,
        reasons: &str,
        remedy: &str,
        act: Act,
    ) -> Result<Self, ComplaintError> {
        match self.phase {
            Phase::Received => return Err(ComplaintError::NotTold),
            Phase::Handling => {}
            Phase::Replied | Phase::CalledBack => return Err(ComplaintError::Phase(self.phase)),
        }
        let reasons = words(reasons)?;
        let remedy = clean(remedy, CASE_TEXT_CHARS_MAX).unwrap_or_default();
        if remedy.is_empty() && validity != Validity::NotValid {
            return Err(ComplaintError::NoRemedy);
        }
        self.outcome = Some(Outcome {
            validity,
            reasons,
            remedy,
            by: act.by,
            at: act.at,
        });
        Ok(self)
    }

    /// The reply went out.
    pub fn reply(mut self, act: Act) -> Result<Self, ComplaintError> {
        match self.phase {
            Phase::Received => return Err(ComplaintError::NotTold),
            Phase::Handling => {}
            Phase::Replied | Phase::CalledBack => return Err(ComplaintError::Phase(self.phase)),
        }
        if self.outcome.is_none() {
            return Err(ComplaintError::NoOutcome);
        }
        self.phase = Phase::Replied;
        self.replied_at = Some(act.at);
        Ok(self)
    }

    /// Somebody called back after the reply, or the attempts to do so are documented.
    pub fn call_back(mut self, act: Act) -> Result<Self, ComplaintError> {
        if self.phase != Phase::Replied {
            return Err(ComplaintError::Phase(self.phase));
        }
        self.phase = Phase::CalledBack;
        self.called_back_at = Some(act.at);
        Ok(self)
    }

    /// The customer is not content: handling begins again, with the whole time for a reply
    /// from now. What was found before stays in the history of the case.
    pub fn reopen(
        mut self,
        business: Option<&BusinessTime>,
        act: Act,
    ) -> Result<Self, ComplaintError> {
        match self.phase {
            Phase::Received | Phase::Handling => return Err(ComplaintError::Phase(self.phase)),
            Phase::Replied | Phase::CalledBack => {}
        }
        let due = due(&self.terms, act.at, business);
        self.phase = Phase::Received;
        self.round = self.round.saturating_add(1);
        self.received_at = act.at;
        self.acknowledge_by = due.acknowledge_by;
        self.reply_by = due.reply_by;
        self.told = None;
        self.outcome = None;
        self.replied_at = None;
        self.called_back_at = None;
        Ok(self)
    }

    /// Why it happened.
    pub fn name_cause(
        mut self,
        category: CauseCategory,
        text: &str,
    ) -> Result<Self, ComplaintError> {
        let text = words(text)?;
        self.cause = Some(RootCause { category, text });
        Ok(self)
    }

    /// What is done so that it does not happen again.
    pub fn plan_action(
        mut self,
        text: &str,
        owner_id: AgentId,
        due_at: Timestamp,
        now: Timestamp,
    ) -> Result<Self, ComplaintError> {
        let text = words(text)?;
        if due_at <= now {
            return Err(ComplaintError::InPast);
        }
        let before = self.action.as_ref().map_or(0, |action| action.number);
        self.action = Some(CorrectiveAction {
            number: before.saturating_add(1),
            text,
            owner_id,
            from: now,
            due_at,
            done: None,
        });
        Ok(self)
    }

    /// It is done. The case may be closed long before.
    pub fn finish_action(mut self, result: &str, now: Timestamp) -> Result<Self, ComplaintError> {
        let result = words(result)?;
        let open = self.action.as_mut().filter(|action| action.done.is_none());
        open.ok_or(ComplaintError::NotOpen)?.done = Some((now, result));
        Ok(self)
    }

    /// Whether the complaint has gone its whole way, or what is missing.
    pub fn check_closable(&self) -> Result<(), ComplaintError> {
        if self.phase != Phase::CalledBack {
            return Err(ComplaintError::Phase(self.phase));
        }
        let outcome = self.outcome.as_ref().ok_or(ComplaintError::NoOutcome)?;
        match outcome.validity {
            Validity::Valid | Validity::PartlyValid if self.cause.is_none() => {
                Err(ComplaintError::NoCause)
            }
            Validity::Valid if self.action.is_none() => Err(ComplaintError::NoAction),
            Validity::Valid | Validity::PartlyValid | Validity::NotValid => Ok(()),
        }
    }

    /// Everything that has a deadline now: telling the customer, the next word on how things
    /// stand, the reply, and the corrective action, also after closing.
    #[must_use]
    pub fn watches(&self, business: Option<&BusinessTime>) -> Vec<Watch<'_>> {
        let ladder = &self.terms.ladder;
        let watch = |subject, from, due_at, basis| Watch {
            subject,
            from,
            due_at,
            basis,
            ladder,
        };
        let mut all = Vec::new();
        let from = self.received_at;
        match self.phase {
            Phase::Received => {
                let basis = self.terms.acknowledge.basis;
                all.push(watch(
                    Subject::Acknowledgement(self.round),
                    from,
                    self.acknowledge_by,
                    basis,
                ));
                all.push(watch(
                    Subject::Reply(self.round),
                    from,
                    self.reply_by,
                    self.terms.reply.basis,
                ));
            }
            Phase::Handling => {
                all.push(watch(
                    Subject::Reply(self.round),
                    from,
                    self.reply_by,
                    self.terms.reply.basis,
                ));
                let told_at = self.told.map_or(from, |(_, at)| at);
                let (updated_at, count) = self.last_update.unwrap_or((told_at, 0));
                let heard_at = updated_at.max(told_at);
                let every = self.terms.update_every;
                let next = every.due(heard_at, business);
                // A word shortly before the reply is one too many.
                if next < self.reply_by {
                    all.push(watch(
                        Subject::Update(count + 1),
                        heard_at,
                        next,
                        every.basis,
                    ));
                }
            }
            Phase::Replied | Phase::CalledBack => {}
        }
        if let Some(action) = self.action.as_ref().filter(|action| action.done.is_none()) {
            let subject = Subject::CorrectiveAction(action.number);
            all.push(watch(subject, action.from, action.due_at, Basis::Business));
        }
        all
    }
}
