//! The bot: how sure it must be to answer, what it learns from opinions, and when it may speak.
//!
//! A search gives scores that mean nothing by themselves. [`confidence`] turns them into a number
//! between 0 and 1, [`Thresholds::judge`] into what the bot does, and [`learned`] finds thresholds
//! from what customers said of earlier answers.

mod memory;

use serde::{Deserialize, Serialize};

pub use memory::{Asked, BotRun, Choice, Means, Memory, Pending, RunOutcome, Running, SentCode};

use crate::conversation::{Conversation, ConversationStatus, Handler};
use crate::ids::{BotFlowId, InboxId, QueueId, SessionId};
use crate::inbox::{Channel, Localized};
use crate::limits::{
    BOT_IDLE_MINUTES_MAX, BOT_IDLE_MINUTES_MIN, BOT_NAME_CHARS_MAX, BOT_TRIES_MAX,
};

/// Parts into which confidence is cut to count opinions.
pub const BUCKETS: usize = 20;
/// Width of one of them.
const WIDTH: f32 = 0.05;
/// Opinions that the confidence itself counts for, so that the first real one decides nothing.
const PRIOR: f32 = 4.0;
/// Share of answers that must help for more of their kind to be given.
const HELPED_MIN: f32 = 0.6;
/// Share of suggestions of which one must be taken.
const TAKEN_MIN: f32 = 0.3;
/// Learned thresholds never leave these bounds.
const ANSWER_BOUNDS: (usize, usize) = (8, 18);
const SUGGEST_BOUNDS: (usize, usize) = (3, 12);
/// Bounds of thresholds that people set.
const SET_BOUNDS: (f32, f32) = (0.1, 0.95);

/// How sure the best article of a search is the answer: 0 to 1.
///
/// A logistic curve over the score of the best article and its lead over the next: two articles
/// that fit equally well are a reason to ask back. Thresholds that follow opinions correct what
/// the curve gets wrong for a company.
#[must_use]
pub fn confidence(score: f32, runner_up: f32) -> f32 {
    const STEEPNESS: f32 = 7.0;
    const MIDDLE: f32 = 0.5;
    const LEAD: f32 = 3.0;
    const LEAD_MAX: f32 = 0.3;
    if !score.is_finite() || score <= 0.0 {
        return 0.0;
    }
    let lead = (score - runner_up.max(0.0)).clamp(0.0, LEAD_MAX);
    let sum = STEEPNESS * (score - MIDDLE) + LEAD * lead;
    1.0 / (1.0 + (-sum).exp())
}

/// From which confidence on the bot answers, and suggests.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// From here on it answers.
    pub answer: f32,
    /// From here on it suggests.
    pub suggest: f32,
}

/// What the bot does with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It answers.
    Answered,
    /// It asks which of two or three articles is meant.
    Suggested,
    /// It knows nothing that fits.
    PassedOn,
}

impl Verdict {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Suggested => "suggested",
            Self::PassedOn => "passed_on",
        }
    }
}

impl Thresholds {
    /// What to do at a confidence.
    #[must_use]
    pub fn judge(self, confidence: f32) -> Verdict {
        if confidence >= self.answer {
            Verdict::Answered
        } else if confidence >= self.suggest {
            Verdict::Suggested
        } else {
            Verdict::PassedOn
        }
    }

    /// Whether people may set them.
    #[must_use]
    pub fn is_valid(self) -> bool {
        let (low, high) = SET_BOUNDS;
        self.suggest >= low && self.suggest <= self.answer && self.answer <= high
    }
}

/// What an opinion is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpinionKind {
    /// An answer.
    Answer,
    /// Suggestions.
    Suggestion,
}

impl OpinionKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Answer, Self::Suggestion];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Suggestion => "suggestion",
        }
    }
}

/// Opinions at about one confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often it was shown.
    pub shown: i64,
    /// How often it helped, or was taken.
    pub good: i64,
    /// How often it did not, or was refused.
    pub bad: i64,
}

/// Opinions of a workspace by confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opinions {
    /// On answers.
    pub answers: [Tally; BUCKETS],
    /// On suggestions.
    pub suggestions: [Tally; BUCKETS],
}

impl Opinions {
    /// Those of a kind.
    #[must_use]
    pub const fn of(&self, kind: OpinionKind) -> &[Tally; BUCKETS] {
        match kind {
            OpinionKind::Answer => &self.answers,
            OpinionKind::Suggestion => &self.suggestions,
        }
    }

    /// All of a kind together.
    #[must_use]
    pub fn total(&self, kind: OpinionKind) -> Tally {
        let all = self.of(kind).iter();
        all.fold(Tally::default(), |sum, it| Tally {
            shown: sum.shown + it.shown,
            good: sum.good + it.good,
            bad: sum.bad + it.bad,
        })
    }
}

/// The part in which a confidence is counted.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is clamped to small positive numbers"
)]
pub fn bucket(confidence: f32) -> usize {
    let place = (confidence / WIDTH).floor().max(0.0) as usize;
    place.min(BUCKETS - 1)
}

#[expect(clippy::cast_precision_loss, reason = "at most 20")]
fn edge(bucket: usize) -> f32 {
    bucket as f32 * WIDTH
}

/// The thresholds that opinions speak for.
///
/// The rule: two neighbouring parts are looked at together; their share of good opinions, in which
/// the confidence itself counts like four opinions a part, must reach 60 % (answers) or 30 %
/// (suggestions). The threshold is the lowest from which on that holds everywhere, between 0.40 and
/// 0.90 for answers and 0.15 and 0.60 for suggestions, and suggestions begin below answers.
#[must_use]
pub fn learned(opinions: &Opinions) -> Thresholds {
    let answer = lowest(&opinions.answers, ANSWER_BOUNDS, HELPED_MIN);
    let suggest = lowest(&opinions.suggestions, SUGGEST_BOUNDS, TAKEN_MIN);
    Thresholds {
        answer: edge(answer),
        suggest: edge(suggest.min(answer - 1)),
    }
}

fn lowest(tallies: &[Tally; BUCKETS], (low, high): (usize, usize), share_min: f32) -> usize {
    let mut found = high;
    for at in (low..=high).rev() {
        if share(&tallies[at..BUCKETS.min(at + 2)], at) < share_min {
            break;
        }
        found = at;
    }
    found
}

#[expect(clippy::cast_precision_loss, reason = "opinions are few")]
fn share(pair: &[Tally], first: usize) -> f32 {
    let (mut good, mut all) = (0.0, 0.0);
    for (at, tally) in (first..).zip(pair) {
        good += tally.good as f32 + PRIOR * (edge(at) + WIDTH / 2.0);
        all += (tally.good + tally.bad) as f32 + PRIOR;
    }
    // A little below, so that sums that are only rounded do not fail.
    good / all + 1e-4
}

/// With which sessions the bot begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Starts {
    /// With all.
    #[default]
    Always,
    /// With those in which nobody would answer now.
    OutOfHours,
}

/// What follows a question without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenUnsure {
    /// A person at once.
    #[default]
    Person,
    /// The customer may ask in other words, some times.
    AskAgain,
}

/// What people set for the bot of an inbox. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BotSettings {
    /// The name customers see.
    pub name: Localized,
    /// With which sessions it begins.
    pub starts: Starts,
    /// The flow that follows a first message to which nothing else fits.
    pub greeting_flow_id: Option<BotFlowId>,
    /// Thresholds; those that were learned if there are none.
    pub thresholds: Option<Thresholds>,
    /// What follows a question without an answer.
    pub when_unsure: WhenUnsure,
    /// Questions without an answer until it hands over, in any case.
    pub tries_max: u8,
    /// Minutes of silence after which a session with the bot ends.
    pub idle_minutes: u16,
    /// Where it hands over to; the queue of the inbox if there is none.
    pub queue_id: Option<QueueId>,
}

impl Default for BotSettings {
    fn default() -> Self {
        Self {
            name: Localized::new(),
            starts: Starts::Always,
            greeting_flow_id: None,
            thresholds: None,
            when_unsure: WhenUnsure::Person,
            tries_max: 2,
            idle_minutes: 30,
            queue_id: None,
        }
    }
}

/// The bot of an inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Bot {
    /// Where.
    pub inbox_id: InboxId,
    /// Whether it begins sessions.
    pub is_enabled: bool,
    /// How it behaves.
    pub settings: BotSettings,
    /// Optimistic lock; 0 as long as nothing was set.
    pub version: i64,
}

impl Bot {
    /// One that was never set up.
    #[must_use]
    pub fn absent(inbox_id: InboxId) -> Self {
        Self {
            inbox_id,
            is_enabled: false,
            settings: BotSettings::default(),
            version: 0,
        }
    }
}

/// Why settings were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BotSettingsError {
    /// A name is too long.
    #[error("the name of the bot has at most {BOT_NAME_CHARS_MAX} characters")]
    Name,
    /// Thresholds that cannot be.
    #[error(
        "thresholds lie between 0.1 and 0.95, and that of answers is not below that of suggestions"
    )]
    Thresholds,
    /// Too few or too many tries.
    #[error("the bot hands over after 1 to {BOT_TRIES_MAX} questions without an answer")]
    Tries,
    /// Too short or too long a silence.
    #[error(
        "a session ends after {BOT_IDLE_MINUTES_MIN} to {BOT_IDLE_MINUTES_MAX} minutes of silence"
    )]
    Idle,
    /// The bot does not speak there.
    #[error("the bot speaks in chats and in inboxes of the API channel only")]
    Channel,
}

impl BotSettings {
    /// Checks everything that needs no database.
    pub fn check(&self, channel: Channel, is_enabled: bool) -> Result<(), BotSettingsError> {
        let mut names = self.name.values();
        if names.any(|name| name.chars().count() > BOT_NAME_CHARS_MAX) {
            return Err(BotSettingsError::Name);
        }
        if !self.thresholds.is_none_or(Thresholds::is_valid) {
            return Err(BotSettingsError::Thresholds);
        }
        if !(1..=BOT_TRIES_MAX).contains(&self.tries_max) {
            return Err(BotSettingsError::Tries);
        }
        if !(BOT_IDLE_MINUTES_MIN..=BOT_IDLE_MINUTES_MAX).contains(&self.idle_minutes) {
            return Err(BotSettingsError::Idle);
        }
        match channel {
            Channel::Email if is_enabled => Err(BotSettingsError::Channel),
            Channel::Web | Channel::Api | Channel::Email => Ok(()),
        }
    }
}

/// The gate: whether the bot may say something in a session now. Only while it has the turn, in
/// the session it has it in, and while there is work and no person in charge.
#[must_use]
pub fn may_speak(conversation: &Conversation, session: SessionId) -> bool {
    conversation.handler == Handler::Bot
        && matches!(conversation.status, ConversationStatus::Open)
        && conversation.assignee_id.is_none()
        && conversation.session_id == Some(session)
}

#[cfg(test)]
#[path = "bot_tests.rs"]
mod tests;
