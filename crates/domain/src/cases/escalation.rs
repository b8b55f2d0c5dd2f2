//! Deadlines of work and what happens around them: reminders before, a notice when the
//! time is over, then escalation up the line, as a pure function of a few values.
//!
//! ```text
//! begun ──50 %──80 %──due──+1 h──+4 h──+8 h──►
//!        remind remind told lead  2nd   3rd
//! ```
//!
//! [`alarms`] says when and to whom; [`plan`] turns that into changes of rows with a unique
//! key, so that a timer fires each of them exactly once and a restart forgets none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::calendars::BusinessTime;
use crate::ids::{AgentId, CaseTaskId, FollowUpId};
use crate::limits::{LADDER_RUNGS_MAX, TIME_LIMIT_S};
use crate::standards::Basis;
use crate::time::Timestamp;

/// How long something may take. A value: stored and sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLimit {
    /// Seconds, within [`TIME_LIMIT_S`].
    pub within_s: u32,
    /// How they are counted.
    #[serde(default)]
    pub basis: Basis,
}

impl TimeLimit {
    /// So many hours in which somebody is there.
    #[must_use]
    pub const fn business_hours(hours: u32) -> Self {
        Self {
            within_s: hours * 3600,
            basis: Basis::Business,
        }
    }

    /// So many minutes by the clock on the wall.
    #[must_use]
    pub const fn wall_minutes(minutes: u32) -> Self {
        Self {
            within_s: minutes * 60,
            basis: Basis::Wall,
        }
    }

    /// Whether it is within its limits.
    #[must_use]
    pub fn is_valid(self) -> bool {
        TIME_LIMIT_S.contains(&self.within_s)
    }

    /// When the time is over. Without a calendar, or with one that never opens, time runs
    /// by the clock: there is always a deadline.
    #[must_use]
    pub fn due(self, from: Timestamp, business: Option<&BusinessTime>) -> Timestamp {
        later(from, self.length(), self.basis, business)
    }

    /// The whole time.
    #[must_use]
    pub const fn length(self) -> Duration {
        Duration::from_secs(self.within_s as u64)
    }
}

/// A moment later by `length`, counted on a basis.
#[must_use]
pub fn later(
    from: Timestamp,
    length: Duration,
    basis: Basis,
    business: Option<&BusinessTime>,
) -> Timestamp {
    let wall = from.plus(length);
    match (basis, business) {
        (Basis::Business, Some(business)) => business.add(from, length).unwrap_or(wall),
        (Basis::Business, None) | (Basis::Wall, _) => wall,
    }
}

/// The time between two moments, counted on a basis.
#[must_use]
pub fn between(
    from: Timestamp,
    to: Timestamp,
    basis: Basis,
    business: Option<&BusinessTime>,
) -> Duration {
    match (basis, business) {
        (Basis::Business, Some(business)) => business.between(from, to),
        (Basis::Business, None) | (Basis::Wall, _) => to.since(from),
    }
}

/// Who is told. The use case finds the people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Recipient {
    /// Whoever has to do it; a team as long as nobody of it has taken it.
    Doer,
    /// The owner of the case, who answers to the customer.
    Owner,
    /// Up the line of whoever has to do it: 1 leads the team, 2 leads the leader, and so on.
    Line {
        /// How far up, from 1.
        level: u8,
    },
}

/// One step of an escalation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// So many seconds after the deadline, counted like the time before it.
    pub after_s: u32,
    /// Who is told then, besides everybody below.
    pub to: Recipient,
}

/// When whom to tell. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Reminders at these shares of the time, in percent, rising; one to three.
    pub remind_percent: Vec<u8>,
    /// What happens when the time is over, rising; at least one.
    pub rungs: Vec<Rung>,
}

impl Default for Ladder {
    /// Reminders at half and four fifths; an hour late the team's lead, four hours late the
    /// next level, a working day late the one above.
    fn default() -> Self {
        Self::with(&[50, 80], &[3600, 4 * 3600, 8 * 3600])
    }
}

impl Ladder {
    fn with(remind_percent: &[u8], after_s: &[u32]) -> Self {
        let rung = |(level, after_s): (u8, &u32)| Rung {
            after_s: *after_s,
            to: Recipient::Line { level },
        };
        Self {
            remind_percent: remind_percent.to_vec(),
            rungs: (1..).zip(after_s).map(rung).collect(),
        }
    }

    /// For what cannot wait: after 15 minutes, one hour and two.
    #[must_use]
    pub fn urgent() -> Self {
        Self::with(&[50, 80], &[15 * 60, 3600, 2 * 3600])
    }

    /// Whether somebody is reminded before and told after, in rising order.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let is_share = |percent: &u8| (1..=99).contains(percent);
        let level = |rung: &Rung| match rung.to {
            Recipient::Doer | Recipient::Owner => Some(0),
            Recipient::Line { level: 0 } => None,
            Recipient::Line { level } => Some(level),
        };
        (1..=3).contains(&self.remind_percent.len())
            && self.remind_percent.iter().all(is_share)
            && self.remind_percent.is_sorted_by(|a, b| a < b)
            && (1..=LADDER_RUNGS_MAX).contains(&self.rungs.len())
            && self.rungs.iter().all(|rung| level(rung).is_some())
            && self
                .rungs
                .iter()
                .all(|rung| TIME_LIMIT_S.contains(&rung.after_s))
            && self.rungs.is_sorted_by(|a, b| a.after_s < b.after_s)
    }
}

/// A point around a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// So many percent of the time are gone.
    Reminder(u8),
    /// The time is over.
    Due,
    /// The so-manieth rung, from 1.
    Escalation(u8),
}

/// `reminder.80`, `due`, `escalation.1`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reminder(percent) => write!(f, "reminder.{percent}"),
            Self::Due => f.write_str("due"),
            Self::Escalation(rung) => write!(f, "escalation.{rung}"),
        }
    }
}

/// What a deadline belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A stay in a step of the procedure, by its number.
    Step(u32),
    /// A task of the back office, in its so-manieth round: a status with a new time begins
    /// the next.
    Task(CaseTaskId, u32),
    /// The answer to a handover, by the number of handovers before it.
    Handover(u32),
    /// Telling the customer of a complaint when they will have a reply; in the so-manieth
    /// round: reopening begins the next.
    Acknowledgement(u32),
    /// Telling the customer of a complaint how things stand, for the so-manieth time.
    Update(u32),
    /// The reply to a complaint, in the so-manieth round.
    Reply(u32),
    /// The corrective action after a complaint, in its so-manieth plan.
    CorrectiveAction(u32),
    /// A call back, at its so-manieth attempt.
    FollowUp(FollowUpId, u32),
}

/// `step:3`, `task:ta_…:1`, `reply:1` …
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(visit) => write!(f, "step:{visit}"),
            Self::Task(id, round) => write!(f, "task:{id}:{round}"),
            Self::Handover(number) => write!(f, "handover:{number}"),
            Self::Acknowledgement(round) => write!(f, "acknowledgement:{round}"),
            Self::Update(number) => write!(f, "update:{number}"),
            Self::Reply(round) => write!(f, "reply:{round}"),
            Self::CorrectiveAction(plan) => write!(f, "corrective_action:{plan}"),
            Self::FollowUp(id, attempt) => write!(f, "follow_up:{id}:{attempt}"),
        }
    }
}

/// A text is no key of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the key of an alarm")]
pub struct ParseAlarmError;

impl FromStr for Moment {
    type Err = ParseAlarmError;
    fn from_str(text: &str) -> Result<Self, ParseAlarmError> {
        let number = |text: &str| text.parse().map_err(|_| ParseAlarmError);
        match text.split_once('.') {
            None if text == "due" => Ok(Self::Due),
            Some(("reminder", rest)) => number(rest).map(Self::Reminder),
            Some(("escalation", rest)) => number(rest).map(Self::Escalation),
            Some(_) | None => Err(ParseAlarmError),
        }
    }
}

impl FromStr for Subject {
    type Err = ParseAlarmError;
    fn from_str(text: &str) -> Result<Self, ParseAlarmError> {
        let number = |text: &str| text.parse::<u32>().map_err(|_| ParseAlarmError);
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            ["step", visit] => number(visit).map(Self::Step),
            ["task", id, round] => {
                let id = id.parse().map_err(|_| ParseAlarmError)?;
                Ok(Self::Task(id, number(round)?))
            }
            ["handover", count] => number(count).map(Self::Handover),
            ["acknowledgement", round] => number(round).map(Self::Acknowledgement),
            ["update", count] => number(count).map(Self::Update),
            ["reply", round] => number(round).map(Self::Reply),
            ["corrective_action", plan] => number(plan).map(Self::CorrectiveAction),
            ["follow_up", id, attempt] => {
                let id = id.parse().map_err(|_| ParseAlarmError)?;
                Ok(Self::FollowUp(id, number(attempt)?))
            }
            _ => Err(ParseAlarmError),
        }
    }
}

/// What makes an alarm of a case unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlarmKey {
    /// What it belongs to.
    pub subject: Subject,
    /// Which point.
    pub moment: Moment,
}

/// Somebody is told at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// What makes it unique.
    pub key: AlarmKey,
    /// When.
    pub at: Timestamp,
    /// Whom.
    pub to: BTreeSet<Recipient>,
}

/// Something with a deadline.
#[derive(Debug, Clone, Copy)]
pub struct Watch<'a> {
    /// What it is.
    pub subject: Subject,
    /// When its time began.
    pub from: Timestamp,
    /// When it is over.
    pub due_at: Timestamp,
    /// How time is counted.
    pub basis: Basis,
    /// Whom to tell when.
    pub ladder: &'a Ladder,
}

/// Everything that will happen around a deadline if nobody acts, in order. A share of the
/// time is rounded to whole milliseconds.
#[must_use]
pub fn alarms(watch: Watch<'_>, business: Option<&BusinessTime>) -> Vec<Alarm> {
    let Watch {
        subject,
        from,
        due_at,
        basis,
        ladder,
    } = watch;
    let alarm = |moment, at, to: &[Recipient]| Alarm {
        key: AlarmKey { subject, moment },
        at,
        to: to.iter().copied().collect(),
    };
    let whole = between(from, due_at, basis, business);
    let whole_ms = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX);
    let mut all: Vec<Alarm> = Vec::new();
    for percent in &ladder.remind_percent {
        let share = Duration::from_millis(whole_ms / 100 * u64::from(*percent));
        let at = later(from, share, basis, business).min(due_at);
        all.push(alarm(Moment::Reminder(*percent), at, &[Recipient::Doer]));
    }
    let told = [Recipient::Doer, Recipient::Owner];
    all.push(alarm(Moment::Due, due_at, &told));
    let mut told: Vec<Recipient> = told.to_vec();
    for (number, rung) in (1..).zip(&ladder.rungs) {
        let after = Duration::from_secs(rung.after_s.into());
        told.push(rung.to);
        let at = later(due_at, after, basis, business);
        all.push(alarm(Moment::Escalation(number), at, &told));
    }
    all
}

/// An alarm as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlarmRow {
    /// What makes it unique within its case.
    pub key: AlarmKey,
    /// When it is due.
    pub at: Timestamp,
    /// When it was fired.
    pub fired_at: Option<Timestamp>,
}

/// What to do with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmChange {
    /// A new one.
    Insert(AlarmKey, Timestamp),
    /// Due at another time.
    Move(AlarmKey, Timestamp),
    /// No longer due.
    Delete(AlarmKey),
}

/// The changes that bring the rows of a case in line with what is pending. What has fired
/// stays and does not fire again; what should have fired already is inserted and due at once.
#[must_use]
pub fn plan(rows: &[AlarmRow], pending: &[Alarm]) -> Vec<AlarmChange> {
    let old: BTreeMap<AlarmKey, &AlarmRow> = rows.iter().map(|row| (row.key, row)).collect();
    let wanted: BTreeMap<AlarmKey, Timestamp> =
        pending.iter().map(|alarm| (alarm.key, alarm.at)).collect();
    let mut changes = Vec::new();
    for (key, row) in &old {
        if row.fired_at.is_none() && !wanted.contains_key(key) {
            changes.push(AlarmChange::Delete(*key));
        }
    }
    for (key, at) in wanted {
        match old.get(&key) {
            None => changes.push(AlarmChange::Insert(key, at)),
            Some(row) if row.fired_at.is_none() && row.at != at => {
                changes.push(AlarmChange::Move(key, at));
            }
            Some(_) => {}
        }
    }
    changes
}

/// Who is told on a level of a line, lowest level first: the level itself, else the next one
/// above that has anybody, else the highest below. None only when there is nobody at all;
/// then the administrators are told.
#[must_use]
pub fn on_level(line: &[BTreeSet<AgentId>], level: u8) -> Option<&BTreeSet<AgentId>> {
    let at = usize::from(level.max(1)) - 1;
    let (below, above) = line.split_at(at.min(line.len()));
    let mut upwards = above.iter().chain(below.iter().rev());
    upwards.find(|people| !people.is_empty())
}

#[cfg(test)]
#[path = "escalation_tests.rs"]
mod tests;
