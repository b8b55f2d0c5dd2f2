//! Expectation notes (期望说明) and notices before a service (服务前告知): what a customer is
//! told before it can hurt, proposed by how bad it would be, how likely it is, and how well
//! the customer knows it.
//!
//! > score = severity (1–5) · likelihood (1–5) · experience (new 3, some 2, regular 1)
//!
//! The weights are our own judgement. Somebody who has complained lately is told like
//! somebody new: they have reason to expect the worst.

mod catalogue;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::attribute::Label;
use crate::ids::{InboxId, TopicId};
use crate::limits::{
    NOTICE_ENTRIES_MAX, NOTICE_KEY_CHARS_MAX, NOTICE_NAME_CHARS_MAX, NOTICE_REPEAT_DAYS_MAX,
    NOTICE_TEXT_CHARS_MAX,
};
use crate::stage::Stage;

/// The highest score there is.
pub const SCORE_MAX: u32 = 5 * 5 * 3;
/// From so many sessions on somebody knows how things go.
const REGULAR_FROM: u32 = 5;

/// What is told: an expectation, or what has to be known before a service begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// 期望说明: what can be expected, and what not.
    Expectation,
    /// 服务前告知: what has to be known before it begins.
    Notice,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Expectation, Self::Notice];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expectation => "expectation",
            Self::Notice => "notice",
        }
    }
}

/// When an entry is about what goes on. A list that is not empty must hold what is there;
/// all of them empty is everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Situation {
    /// Inboxes.
    pub inbox_ids: BTreeSet<InboxId>,
    /// Topics of the session.
    pub topic_ids: BTreeSet<TopicId>,
    /// Keys of types of cases.
    pub case_types: BTreeSet<String>,
    /// Before, during or after a purchase.
    pub stages: BTreeSet<Stage>,
}

/// What goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticeFacts {
    /// The inbox of the conversation.
    pub inbox: Option<InboxId>,
    /// The topic of the session.
    pub topic: Option<TopicId>,
    /// Keys of the types of the cases it is about.
    pub case_types: BTreeSet<String>,
    /// Where the customer stands in a purchase.
    pub stage: Option<Stage>,
}

impl Situation {
    /// Whether this is what goes on.
    #[must_use]
    pub fn fits(&self, facts: &NoticeFacts) -> bool {
        fn takes<T: Ord>(list: &BTreeSet<T>, it: Option<&T>) -> bool {
            list.is_empty() || it.is_some_and(|it| list.contains(it))
        }
        takes(&self.inbox_ids, facts.inbox.as_ref())
            && takes(&self.topic_ids, facts.topic.as_ref())
            && takes(&self.stages, facts.stage.as_ref())
            && (self.case_types.is_empty() || !self.case_types.is_disjoint(&facts.case_types))
    }
}

/// Something to tell. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeEntry {
    /// Names it, for good: small letters, digits and `_`.
    pub key: String,
    /// What it is.
    pub kind: NoticeKind,
    /// Whether it is proposed and can be sent.
    pub is_enabled: bool,
    /// What colleagues call it.
    pub name: Label,
    /// What the customer is told.
    pub text: Label,
    /// When it is about what goes on.
    #[serde(default)]
    pub situation: Situation,
    /// How bad it is for the customer who does not know: 1 to 5.
    pub severity: u8,
    /// How often it happens: 1 to 5.
    pub likelihood: u8,
}

/// What can be told, and when it is proposed. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeSetting {
    /// From this score on an entry is proposed.
    pub threshold: u32,
    /// Days in which a customer who was told is not told again; 0 proposes it every time.
    pub repeat_after_days: u32,
    /// What can be told.
    pub entries: Vec<NoticeEntry>,
}

impl Default for NoticeSetting {
    fn default() -> Self {
        Self {
            threshold: 20,
            repeat_after_days: 90,
            entries: catalogue::entries(),
        }
    }
}

/// How well a customer knows how things go here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Experience {
    /// Nothing was over before.
    New,
    /// One to four sessions were.
    Some,
    /// Five or more were.
    Regular,
}

impl Experience {
    /// By the sessions of the customer that were over before.
    #[must_use]
    pub const fn of(earlier: u32) -> Self {
        match earlier {
            0 => Self::New,
            1..REGULAR_FROM => Self::Some,
            _ => Self::Regular,
        }
    }

    const fn factor(self) -> u32 {
        match self {
            Self::New => 3,
            Self::Some => 2,
            Self::Regular => 1,
        }
    }
}

/// Whom it would be told. A value: kept with what was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// How well they know how things go here.
    pub experience: Experience,
    /// Whether they have complained within a year.
    pub has_complained: bool,
}

/// Why something was proposed. A value: kept with what was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRating {
    /// How bad: 1 to 5.
    pub severity: u8,
    /// How often: 1 to 5.
    pub likelihood: u8,
    /// Whom.
    #[serde(flatten)]
    pub customer: Customer,
    /// Severity by likelihood by experience.
    pub score: u32,
    /// From which score it would have been proposed.
    pub threshold: u32,
}

impl NoticeEntry {
    /// How much a customer needs to be told.
    #[must_use]
    pub fn rate(&self, customer: Customer, threshold: u32) -> NoticeRating {
        let experience = if customer.has_complained {
            Experience::New
        } else {
            customer.experience
        };
        NoticeRating {
            severity: self.severity,
            likelihood: self.likelihood,
            customer,
            score: u32::from(self.severity) * u32::from(self.likelihood) * experience.factor(),
            threshold,
        }
    }
}

/// What is wrong with a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeFault {
    /// A number is outside its range.
    #[error(
        "the threshold is 1 to {SCORE_MAX}, and nothing is repeated after more than \
         {NOTICE_REPEAT_DAYS_MAX} days"
    )]
    Numbers,
    /// There are too many entries.
    #[error("there are at most {NOTICE_ENTRIES_MAX} entries")]
    TooMany,
    /// The key of an entry is not one, or there twice.
    #[error(
        "the key of entry {0} has 1 to {NOTICE_KEY_CHARS_MAX} small letters, digits and `_`, and \
         no other entry has it"
    )]
    Key(usize),
    /// An entry has no name or text, or too long a one.
    #[error(
        "entry {0} needs a name of at most {NOTICE_NAME_CHARS_MAX} and a text of at most \
         {NOTICE_TEXT_CHARS_MAX} characters in one language at least"
    )]
    Words(usize),
    /// Severity or likelihood are outside 1 to 5.
    #[error("severity and likelihood of entry {0} are 1 to 5")]
    Rating(usize),
}

fn are_words(label: &Label, max: usize) -> bool {
    let is_text = |text: &String| !text.trim().is_empty() && text.chars().count() <= max;
    !label.is_empty() && label.values().all(is_text)
}

impl NoticeSetting {
    /// Whether it holds together.
    ///
    /// # Errors
    /// The first thing that does not, with the place of the entry, counted from 0.
    pub fn check(&self) -> Result<(), NoticeFault> {
        let is_threshold = (1..=SCORE_MAX).contains(&self.threshold);
        if !is_threshold || self.repeat_after_days > NOTICE_REPEAT_DAYS_MAX {
            return Err(NoticeFault::Numbers);
        }
        if self.entries.len() > NOTICE_ENTRIES_MAX {
            return Err(NoticeFault::TooMany);
        }
        let mut seen = BTreeSet::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let is_key = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
            let fits = (1..=NOTICE_KEY_CHARS_MAX).contains(&entry.key.len());
            if !fits || !entry.key.bytes().all(is_key) || !seen.insert(&entry.key) {
                return Err(NoticeFault::Key(at));
            }
            let are_there = are_words(&entry.name, NOTICE_NAME_CHARS_MAX)
                && are_words(&entry.text, NOTICE_TEXT_CHARS_MAX);
            if !are_there {
                return Err(NoticeFault::Words(at));
            }
            if !(1..=5).contains(&entry.severity) || !(1..=5).contains(&entry.likelihood) {
                return Err(NoticeFault::Rating(at));
            }
        }
        Ok(())
    }

    /// An entry that can be sent.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&NoticeEntry> {
        let mut enabled = self.entries.iter().filter(|entry| entry.is_enabled);
        enabled.find(|entry| entry.key == key)
    }

    /// What a customer should be told now, what matters most first. `was_told` says whether
    /// they were told an entry lately.
    #[must_use]
    pub fn proposals(
        &self,
        facts: &NoticeFacts,
        customer: Customer,
        was_told: impl Fn(&str) -> bool,
    ) -> Vec<(&NoticeEntry, NoticeRating)> {
        let mut found: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.is_enabled && entry.situation.fits(facts))
            .filter(|entry| !was_told(&entry.key))
            .map(|entry| (entry, entry.rate(customer, self.threshold)))
            .filter(|(_, rating)| rating.score >= self.threshold)
            .collect();
        found.sort_by_key(|(entry, rating)| (std::cmp::Reverse(rating.score), &entry.key));
        found
    }
}
