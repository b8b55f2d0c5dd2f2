//! A procedure at work in one case.
//!
//! A [`Run`] is in one step at a time and remembers every stay. It keeps the version of the
//! procedure it began with: the caller always gives it that one, so that a new version
//! changes nothing for cases that are under way. Every stay has a deadline from its first
//! moment, and [`Run::watch`] says what there is to be reminded of.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::calendars::BusinessTime;
use crate::ids::AgentId;
use crate::limits::{CASE_TEXT_CHARS_MAX, STEP_VISITS_MAX};
use crate::time::Timestamp;

use super::approvals::{Approval, ApprovalError, ApprovalState, Judge};
use super::escalation::{Subject, Watch};
use super::forms::{AnswerError, Answers};
use super::procedure::{Assignee, Desks, Next, Outcome, Procedure, Step};
use super::status::StatusCategory;
use super::text::clean;

/// The way of one case through its procedure. A value: stored beside the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Which version of the case type holds.
    pub type_version: u32,
    visits: Vec<Visit>,
}

/// One stay in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Its number in the run, from 1.
    pub number: u32,
    /// Which step.
    pub step: String,
    /// Who does it.
    pub assignee: Assignee,
    /// The one person of them who took it.
    pub taken_by: Option<AgentId>,
    /// When it began.
    pub begun_at: Timestamp,
    /// Until when it has to be over.
    pub due_at: Timestamp,
    /// Results that were not approved, with who said so and why.
    pub rejected: Vec<(StepResult, Approval)>,
    /// How it stands.
    pub state: VisitState,
}

/// How a stay stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum VisitState {
    /// Somebody has to do it.
    Working,
    /// It is done, if the approvers agree. The deadline runs on.
    Awaiting {
        /// What was done.
        result: StepResult,
        /// Who has to agree.
        approval: Approval,
    },
    /// It is over.
    Done {
        /// What was done.
        result: StepResult,
        /// Who agreed, where that was needed.
        approval: Option<Approval>,
        /// When it was over.
        at: Timestamp,
    },
    /// It was left without a result.
    Abandoned {
        /// By whom.
        by: AgentId,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

/// What somebody did at a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepResult {
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
    /// Which outcome.
    pub outcome: String,
    /// What was filled in.
    pub answers: Answers,
    /// What was ticked.
    pub checked: BTreeSet<String>,
    /// In words.
    pub note: String,
}

/// What a company has set up, as far as steps need it.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Which team is which desk.
    pub desks: &'a Desks,
    /// When somebody is there.
    pub business: Option<&'a BusinessTime>,
}

/// Why something with a step was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// Everything is done.
    #[error("no step is open")]
    Over,
    /// A step is open.
    #[error("a step is open; end it first")]
    Open,
    /// Somebody else has moved on meanwhile.
    #[error("the case is at another step now; look again")]
    OtherVisit,
    /// The procedure is not the one the case began with.
    #[error("the step `{0}` belongs to another version of the procedure")]
    OtherVersion(String),
    /// Something was filled in wrongly.
    #[error("{} answers do not fit", .0.len())]
    Answers(Vec<AnswerError>),
    /// Something was not ticked.
    #[error("tick what has to be done first: {}", .0.join(", "))]
    Unchecked(Vec<String>),
    /// There is no such outcome, or it does not fit to the answers.
    #[error("`{0}` cannot be chosen after these answers")]
    Outcome(String),
    /// The result waits for others.
    #[error("the result of the step waits for approval")]
    Awaiting,
    /// Nothing waits for approval.
    #[error("nothing waits for approval")]
    NotAwaiting,
    /// A decision was refused.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// Round and round.
    #[error(
        "the case went through {STEP_VISITS_MAX} steps; leave the procedure and decide yourself"
    )]
    TooLong,
    /// No words.
    #[error("give a reason of at most {CASE_TEXT_CHARS_MAX} characters")]
    Reason,
}

/// What is done at a step, before it is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The stay it is about; another one is refused.
    pub visit: u32,
    /// What was done.
    pub result: StepResult,
}

impl Run {
    /// Begins a procedure at its first step.
    pub fn start(
        procedure: &Procedure,
        type_version: u32,
        setting: Setting<'_>,
        now: Timestamp,
    ) -> Result<Self, RunError> {
        let run = Self {
            type_version,
            visits: Vec::new(),
        };
        run.enter(procedure, &procedure.first, setting, now)
    }

    /// Begins again at the first step, after the case was reopened. The earlier stays stay.
    pub fn restart(
        self,
        procedure: &Procedure,
        setting: Setting<'_>,
        now: Timestamp,
    ) -> Result<Self, RunError> {
        if self.current().is_some() {
            return Err(RunError::Open);
        }
        self.enter(procedure, &procedure.first, setting, now)
    }

    fn enter(
        mut self,
        procedure: &Procedure,
        key: &str,
        setting: Setting<'_>,
        now: Timestamp,
    ) -> Result<Self, RunError> {
        let step = procedure
            .step(key)
            .ok_or_else(|| RunError::OtherVersion(key.to_owned()))?;
        if self.visits.len() >= STEP_VISITS_MAX {
            return Err(RunError::TooLong);
        }
        self.visits.push(Visit {
            number: u32::try_from(self.visits.len()).unwrap_or(u32::MAX) + 1,
            step: key.to_owned(),
            assignee: step.doer.resolve(setting.desks),
            taken_by: None,
            begun_at: now,
            due_at: step.limit.due(now, setting.business),
            rejected: Vec::new(),
            state: VisitState::Working,
        });
        Ok(self)
    }

    /// All stays, oldest first.
    #[must_use]
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// The stay that is not over.
    #[must_use]
    pub fn current(&self) -> Option<&Visit> {
        self.visits.last().filter(|visit| visit.is_open())
    }

    /// How the case stands because of its step; none when no step is open.
    #[must_use]
    pub fn category(&self) -> Option<StatusCategory> {
        self.current().map(|visit| match visit.state {
            VisitState::Awaiting { .. } => StatusCategory::Open,
            VisitState::Working | VisitState::Done { .. } | VisitState::Abandoned { .. } => {
                visit.assignee.category()
            }
        })
    }

    /// The deadline of the open step; none when no step is open.
    #[must_use]
    pub fn watch<'a>(&self, procedure: &'a Procedure) -> Option<Watch<'a>> {
        let visit = self.current()?;
        let step = procedure.step(&visit.step)?;
        Some(Watch {
            subject: Subject::Step(visit.number),
            from: visit.begun_at,
            due_at: visit.due_at,
            basis: step.limit.basis,
            ladder: &step.ladder,
        })
    }

    /// The outcomes that can be chosen at the open step after these answers.
    #[must_use]
    pub fn open_outcomes<'a>(
        &self,
        procedure: &'a Procedure,
        case_answers: &Answers,
        step_answers: &Answers,
    ) -> Vec<&'a Outcome> {
        let step = self.current().and_then(|visit| procedure.step(&visit.step));
        let answers = join(case_answers, step_answers);
        let outcomes = step.iter().flat_map(|step| &step.outcomes);
        outcomes.filter(|it| it.is_open(&answers)).collect()
    }

    fn open(&mut self, number: u32) -> Result<&mut Visit, RunError> {
        let visit = self.visits.last_mut().filter(|visit| visit.is_open());
        let visit = visit.ok_or(RunError::Over)?;
        if visit.number == number {
            Ok(visit)
        } else {
            Err(RunError::OtherVisit)
        }
    }

    /// One person takes the step for their team or role.
    pub fn take(mut self, visit: u32, by: AgentId) -> Result<Self, RunError> {
        self.open(visit)?.taken_by = Some(by);
        Ok(self)
    }

    /// The step is done. Where the outcome needs approval, the approvers are asked and the
    /// step stays open; else the next one begins.
    pub fn complete(
        mut self,
        procedure: &Procedure,
        case_answers: &Answers,
        completion: Completion,
        setting: Setting<'_>,
    ) -> Result<Self, RunError> {
        let Completion { visit, result } = completion;
        let now = result.at;
        let visit = self.open(visit)?;
        if matches!(visit.state, VisitState::Awaiting { .. }) {
            return Err(RunError::Awaiting);
        }
        let step = procedure
            .step(&visit.step)
            .ok_or_else(|| RunError::OtherVersion(visit.step.clone()))?;
        let result = check_result(step, case_answers, result)?;
        let outcome = find_outcome(step, &result.outcome)?;
        if outcome.needs_approval {
            let approval = Approval::ask(result.by, step.approvers.clone(), now)?;
            visit.state = VisitState::Awaiting { result, approval };
            return Ok(self);
        }
        visit.state = VisitState::Done {
            result,
            approval: None,
            at: now,
        };
        self.go_on(procedure, &outcome.next, setting, now)
    }

    fn go_on(
        self,
        procedure: &Procedure,
        next: &Next,
        setting: Setting<'_>,
        now: Timestamp,
    ) -> Result<Self, RunError> {
        match next {
            Next::Step { step } => self.enter(procedure, step, setting, now),
            Next::End => Ok(self),
        }
    }

    /// An approver says yes, or no with a reason. After the last yes the next step begins;
    /// after a no the step is worked on again, with the deadline it had.
    pub fn decide(
        mut self,
        procedure: &Procedure,
        verdict: Verdict<'_>,
        setting: Setting<'_>,
        now: Timestamp,
    ) -> Result<Self, RunError> {
        let visit = self.open(verdict.visit)?;
        let VisitState::Awaiting { result, approval } = visit.state.clone() else {
            return Err(RunError::NotAwaiting);
        };
        let approval = if verdict.is_approved {
            approval.approve(verdict.judge, verdict.note, now)?
        } else {
            approval.reject(verdict.judge, verdict.note, now)?
        };
        match approval.state() {
            ApprovalState::Pending { .. } => {
                visit.state = VisitState::Awaiting { result, approval };
                Ok(self)
            }
            ApprovalState::Rejected { .. } => {
                visit.rejected.push((result, approval));
                visit.state = VisitState::Working;
                Ok(self)
            }
            ApprovalState::Approved => {
                let step = procedure
                    .step(&visit.step)
                    .ok_or_else(|| RunError::OtherVersion(visit.step.clone()))?;
                let next = find_outcome(step, &result.outcome)?.next.clone();
                visit.state = VisitState::Done {
                    result,
                    approval: Some(approval),
                    at: now,
                };
                self.go_on(procedure, &next, setting, now)
            }
        }
    }

    /// The procedure is left without a result: the customer takes the case back, or it goes
    /// another way. The reason stays.
    pub fn abandon(
        mut self,
        visit: u32,
        by: AgentId,
        reason: &str,
        now: Timestamp,
    ) -> Result<Self, RunError> {
        let reason = clean(reason, CASE_TEXT_CHARS_MAX).ok_or(RunError::Reason)?;
        self.open(visit)?.state = VisitState::Abandoned {
            by,
            reason,
            at: now,
        };
        Ok(self)
    }
}

/// A decision of an approver.
#[derive(Debug, Clone, Copy)]
pub struct Verdict<'a> {
    /// The stay it is about.
    pub visit: u32,
    /// Who decides.
    pub judge: &'a Judge,
    /// Yes or no.
    pub is_approved: bool,
    /// Why.
    pub note: &'a str,
}

impl Visit {
    /// Whether it is not over.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self.state {
            VisitState::Working | VisitState::Awaiting { .. } => true,
            VisitState::Done { .. } | VisitState::Abandoned { .. } => false,
        }
    }

    /// When it was over.
    #[must_use]
    pub const fn ended_at(&self) -> Option<Timestamp> {
        match self.state {
            VisitState::Working | VisitState::Awaiting { .. } => None,
            VisitState::Done { at, .. } | VisitState::Abandoned { at, .. } => Some(at),
        }
    }

    /// Whether its time was over before it was.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.ended_at().unwrap_or(now) > self.due_at
    }
}

fn join(case_answers: &Answers, step_answers: &Answers) -> Answers {
    let mut all = case_answers.clone();
    let own = step_answers.iter();
    all.extend(own.map(|(key, value)| (key.clone(), value.clone())));
    all
}

fn find_outcome<'a>(step: &'a Step, key: &str) -> Result<&'a Outcome, RunError> {
    step.outcome(key)
        .ok_or_else(|| RunError::Outcome(key.to_owned()))
}

/// The result in stored form: answers that fit, everything ticked, an outcome that can be.
fn check_result(
    step: &Step,
    case_answers: &Answers,
    result: StepResult,
) -> Result<StepResult, RunError> {
    let answers = step
        .form
        .validate(&result.answers)
        .map_err(RunError::Answers)?;
    let required = step.checklist.iter().filter(|item| item.is_required);
    let open: Vec<String> = required
        .filter(|item| !result.checked.contains(&item.key))
        .map(|item| item.key.clone())
        .collect();
    if !open.is_empty() {
        return Err(RunError::Unchecked(open));
    }
    let outcome = find_outcome(step, &result.outcome)?;
    if !outcome.is_open(&join(case_answers, &answers)) {
        return Err(RunError::Outcome(result.outcome));
    }
    let points: BTreeSet<&str> = step
        .checklist
        .iter()
        .map(|item| item.key.as_str())
        .collect();
    let checked = result.checked.into_iter();
    Ok(StepResult {
        answers,
        checked: checked
            .filter(|key| points.contains(key.as_str()))
            .collect(),
        note: clean(&result.note, CASE_TEXT_CHARS_MAX).unwrap_or_default(),
        ..result
    })
}
