//! Handoffs to the back office (后台传递): a task says what is asked, what a good answer
//! contains, and until when. At the deadline there is an answer or a status, never silence.
//!
//! - **Going to another team** is a hop: it needs a reason, is counted, and changes no
//!   deadline. The customer waits as before.
//! - **A status report** names a new time. A team may give [`TASK_STATUS_REPORTS_MAX`] of
//!   them by itself; more only with the consent of the owner.
//! - **A question back** stops the clock of the team and starts that of the owner; with the
//!   answer the rest of the time goes on.
//!
//! Reply time is counted for each team for as long as it held the task.

mod record;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

pub use record::{Hold, Holder, TaskEntry, TaskEntryKind, TaskStatus};

use crate::calendars::BusinessTime;
use crate::ids::{AgentId, CaseId, CaseTaskId, TeamId};
use crate::limits::{CASE_TEXT_CHARS_MAX, TASK_STATUS_REPORTS_MAX};
use crate::time::Timestamp;

use super::escalation::{Ladder, Subject, TimeLimit, Watch, between, later};
use super::text::clean;

/// What the back office is asked to do for a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseTask {
    /// Identifier.
    pub id: CaseTaskId,
    /// For which case.
    pub case_id: CaseId,
    /// Who asks.
    pub asked_by: AgentId,
    /// What is asked.
    pub request: String,
    /// What a good answer contains.
    pub standard: String,
    /// How long the answer may take.
    pub limit: TimeLimit,
    /// Who is reminded and told when it takes longer.
    pub ladder: Ladder,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Until when there is an answer or a status.
    pub due_at: Timestamp,
    /// Since when the present deadline runs.
    pub round_from: Timestamp,
    /// Number of the present deadline, from 1: each status and each answer to a question
    /// begins the next, with reminders and escalation of its own.
    pub round: u32,
    /// How it stands.
    pub status: TaskStatus,
    /// Who held it when, oldest first; the last one holds it now.
    pub holds: Vec<Hold>,
    /// What happened, oldest first.
    pub entries: Vec<TaskEntry>,
    /// Optimistic lock.
    pub version: i64,
}

/// Why something with a task was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// No words, or too many.
    #[error("say it in 1 to {CASE_TEXT_CHARS_MAX} characters")]
    Text,
    /// The time is too short or too long.
    #[error("the answer may take a minute to a year")]
    Limit,
    /// It is answered or cancelled.
    #[error("the task is answered or cancelled already")]
    Over,
    /// It waits for the owner.
    #[error("the task waits for an answer of the owner")]
    Asked,
    /// It does not wait for the owner.
    #[error("the task does not wait for the owner")]
    NotAsked,
    /// There is no answer that could be sent back.
    #[error("there is no answer to send back")]
    NotAnswered,
    /// The team has it already.
    #[error("this team has the task already")]
    SameTeam,
    /// The new time lies in the past.
    #[error("the new time lies in the past")]
    InPast,
    /// The new time is further away than the task may take at all.
    #[error("the new time lies further ahead than a task of this kind may take")]
    TooFar,
    /// Too many by itself.
    #[error(
        "after {TASK_STATUS_REPORTS_MAX} status reports the owner has to agree to more waiting"
    )]
    TooMany,
}

fn words(text: &str) -> Result<String, TaskError> {
    clean(text, CASE_TEXT_CHARS_MAX).ok_or(TaskError::Text)
}

/// What is asked of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// Identifier.
    pub id: CaseTaskId,
    /// For which case.
    pub case_id: CaseId,
    /// Who asks.
    pub asked_by: AgentId,
    /// Which team.
    pub team_id: TeamId,
    /// What is asked.
    pub request: String,
    /// What a good answer contains.
    pub standard: String,
    /// How long the answer may take.
    pub limit: TimeLimit,
    /// Who is reminded and told when it takes longer.
    pub ladder: Ladder,
}

impl CaseTask {
    /// Hands something to the back office. The deadline runs from now.
    pub fn ask(
        new: NewTask,
        business: Option<&BusinessTime>,
        now: Timestamp,
    ) -> Result<Self, TaskError> {
        if !new.limit.is_valid() || !new.ladder.is_valid() {
            return Err(TaskError::Limit);
        }
        let team_id = new.team_id;
        Ok(Self {
            id: new.id,
            case_id: new.case_id,
            asked_by: new.asked_by,
            request: words(&new.request)?,
            standard: words(&new.standard)?,
            due_at: new.limit.due(now, business),
            limit: new.limit,
            ladder: new.ladder,
            asked_at: now,
            round_from: now,
            round: 1,
            status: TaskStatus::Open,
            holds: vec![Hold {
                holder: Holder::Team { team_id },
                taken_by: None,
                from: now,
                to: None,
            }],
            entries: Vec::new(),
            version: 1,
        })
    }

    /// Whether somebody still has to do something.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self.status {
            TaskStatus::Open | TaskStatus::Question { .. } => true,
            TaskStatus::Answered | TaskStatus::Cancelled => false,
        }
    }

    /// Who has it; none when it is over.
    #[must_use]
    pub fn holder(&self) -> Option<Holder> {
        let last = self.holds.last().filter(|hold| hold.to.is_none());
        last.map(|hold| hold.holder)
    }

    /// The team that has it, or had it last.
    #[must_use]
    pub fn team_id(&self) -> Option<TeamId> {
        self.holds.iter().rev().find_map(|hold| match hold.holder {
            Holder::Team { team_id } => Some(team_id),
            Holder::Owner => None,
        })
    }

    /// How often it went to another team.
    #[must_use]
    pub fn hop_count(&self) -> usize {
        let is_hop = |entry: &&TaskEntry| matches!(entry.kind, TaskEntryKind::Forwarded { .. });
        self.entries.iter().filter(is_hop).count()
    }

    /// The deadline, of the team or for the owner's answer; none when it is over.
    #[must_use]
    pub fn watch(&self) -> Option<Watch<'_>> {
        self.is_open().then_some(Watch {
            subject: Subject::Task(self.id, self.round),
            from: self.round_from,
            due_at: self.due_at,
            basis: self.limit.basis,
            ladder: &self.ladder,
        })
    }

    /// Whether its time is over without answer and status.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.is_open() && now > self.due_at
    }

    /// How long each team had it so far, in the time that counts for the task. What the
    /// owner needed for questions is not in it.
    #[must_use]
    pub fn team_times(
        &self,
        business: Option<&BusinessTime>,
        now: Timestamp,
    ) -> BTreeMap<TeamId, Duration> {
        let mut times = BTreeMap::new();
        for hold in &self.holds {
            if let Holder::Team { team_id } = hold.holder {
                let to = hold.to.unwrap_or(now);
                let time = between(hold.from, to, self.limit.basis, business);
                *times.entry(team_id).or_insert(Duration::ZERO) += time;
            }
        }
        times
    }

    fn opened(self) -> Result<Self, TaskError> {
        match self.status {
            TaskStatus::Open => Ok(self),
            TaskStatus::Question { .. } => Err(TaskError::Asked),
            TaskStatus::Answered | TaskStatus::Cancelled => Err(TaskError::Over),
        }
    }

    fn pass_to(&mut self, holder: Option<Holder>, now: Timestamp) {
        if let Some(last) = self.holds.last_mut().filter(|hold| hold.to.is_none()) {
            last.to = Some(now.max(last.from));
        }
        self.holds.extend(holder.map(|holder| Hold {
            holder,
            taken_by: None,
            from: now,
            to: None,
        }));
    }

    fn next_round(&mut self, from: Timestamp, due_at: Timestamp) {
        self.round = self.round.saturating_add(1);
        self.round_from = from;
        self.due_at = due_at;
    }

    fn note(&mut self, by: AgentId, kind: TaskEntryKind, text: String, at: Timestamp) {
        self.entries.push(TaskEntry { at, by, kind, text });
    }

    /// One person of the team takes it.
    pub fn take(self, by: AgentId) -> Result<Self, TaskError> {
        let mut task = self.opened()?;
        if let Some(last) = task.holds.last_mut() {
            last.taken_by = Some(by);
        }
        Ok(task)
    }

    /// It goes to another team, for a reason. The deadline stays.
    pub fn forward(
        self,
        by: AgentId,
        to: TeamId,
        reason: &str,
        now: Timestamp,
    ) -> Result<Self, TaskError> {
        let reason = words(reason)?;
        let mut task = self.opened()?;
        let holder = Holder::Team { team_id: to };
        if task.holder() == Some(holder) {
            return Err(TaskError::SameTeam);
        }
        task.pass_to(Some(holder), now);
        task.note(by, TaskEntryKind::Forwarded { to }, reason, now);
        Ok(task)
    }

    /// How it stands, and until when there is more: no later than the task may take from
    /// now. `is_agreed` says that the owner consented to the waiting.
    pub fn report_status(
        self,
        by: AgentId,
        text: &str,
        (due_at, is_agreed): (Timestamp, bool),
        business: Option<&BusinessTime>,
        now: Timestamp,
    ) -> Result<Self, TaskError> {
        let text = words(text)?;
        let mut task = self.opened()?;
        if due_at <= now {
            return Err(TaskError::InPast);
        }
        if due_at > task.limit.due(now, business) {
            return Err(TaskError::TooFar);
        }
        let is_own = |entry: &&TaskEntry| {
            matches!(
                entry.kind,
                TaskEntryKind::Status {
                    is_agreed: false,
                    ..
                }
            )
        };
        let own = task.entries.iter().filter(is_own).count();
        if !is_agreed && own >= TASK_STATUS_REPORTS_MAX {
            return Err(TaskError::TooMany);
        }
        task.next_round(now, due_at);
        task.note(by, TaskEntryKind::Status { due_at, is_agreed }, text, now);
        Ok(task)
    }

    /// The team asks the owner, who has `answer_within` of the same kind of time. The rest
    /// of the team's own time is kept; an overdue task has none.
    pub fn question(
        self,
        by: AgentId,
        text: &str,
        answer_within: Duration,
        business: Option<&BusinessTime>,
        now: Timestamp,
    ) -> Result<Self, TaskError> {
        let text = words(text)?;
        let mut task = self.opened()?;
        let rest = between(now, task.due_at, task.limit.basis, business);
        let rest_ms = u64::try_from(rest.as_millis()).unwrap_or(u64::MAX);
        task.status = TaskStatus::Question { rest_ms };
        task.pass_to(Some(Holder::Owner), now);
        let due_at = later(now, answer_within, task.limit.basis, business);
        task.next_round(now, due_at);
        task.note(by, TaskEntryKind::Question, text, now);
        Ok(task)
    }

    /// The owner answers the question. The team goes on with the rest of its time.
    pub fn clarify(
        self,
        by: AgentId,
        text: &str,
        business: Option<&BusinessTime>,
        now: Timestamp,
    ) -> Result<Self, TaskError> {
        let text = words(text)?;
        let TaskStatus::Question { rest_ms } = self.status else {
            return Err(if self.is_open() {
                TaskError::NotAsked
            } else {
                TaskError::Over
            });
        };
        let mut task = self;
        task.status = TaskStatus::Open;
        let team = task.team_id().map(|team_id| Holder::Team { team_id });
        task.pass_to(team, now);
        let rest = Duration::from_millis(rest_ms);
        let due_at = later(now, rest, task.limit.basis, business);
        task.next_round(now, due_at);
        task.note(by, TaskEntryKind::Clarified, text, now);
        Ok(task)
    }

    /// The answer. The clock stands.
    pub fn answer(self, by: AgentId, text: &str, now: Timestamp) -> Result<Self, TaskError> {
        let text = words(text)?;
        let mut task = self.opened()?;
        task.status = TaskStatus::Answered;
        task.pass_to(None, now);
        task.note(by, TaskEntryKind::Answered, text, now);
        Ok(task)
    }

    /// The owner sends the answer back: it is not what was asked for. The same team has it
    /// again, with the whole time.
    pub fn send_back(
        self,
        by: AgentId,
        reason: &str,
        business: Option<&BusinessTime>,
        now: Timestamp,
    ) -> Result<Self, TaskError> {
        let reason = words(reason)?;
        if self.status != TaskStatus::Answered {
            return Err(TaskError::NotAnswered);
        }
        let mut task = self;
        task.status = TaskStatus::Open;
        let team = task.team_id().map(|team_id| Holder::Team { team_id });
        task.pass_to(team, now);
        let due_at = task.limit.due(now, business);
        task.next_round(now, due_at);
        task.note(by, TaskEntryKind::SentBack, reason, now);
        Ok(task)
    }

    /// It is no longer needed, for a reason.
    pub fn cancel(self, by: AgentId, reason: &str, now: Timestamp) -> Result<Self, TaskError> {
        let reason = words(reason)?;
        if !self.is_open() {
            return Err(TaskError::Over);
        }
        let mut task = self;
        task.status = TaskStatus::Cancelled;
        task.pass_to(None, now);
        task.note(by, TaskEntryKind::Cancelled, reason, now);
        Ok(task)
    }
}
