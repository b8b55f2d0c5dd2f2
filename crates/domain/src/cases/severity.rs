//! How severe a complaint is: what happened becomes points, some facts set a floor, and the
//! level sets priority and deadlines.
//!
//! The facts are the ones that complaint standards ask to be looked at first: severity,
//! safety, impact and the need for immediate action (ISO 10002:2018, initial assessment),
//! and whether somebody is easily harmed. The weights are ours, are a value, and can be
//! changed; `docs/cases.md` explains them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendars::BusinessTime;
use crate::conversation::Priority;
use crate::time::Timestamp;

use super::escalation::{Ladder, TimeLimit};

/// Whether and how harm goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Harm {
    /// Nothing but annoyance.
    None,
    /// It happened and is over.
    Over,
    /// It goes on, or gets worse, until somebody acts.
    GoingOn,
}

/// Danger for body, health or property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safety {
    /// None.
    None,
    /// Somebody could be hurt.
    Possible,
    /// Somebody was hurt, or something was destroyed.
    Happened,
}

/// Something is threatened or has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// No.
    None,
    /// The customer speaks of it.
    Threatened,
    /// It has begun: a letter of a lawyer or an authority; a post or a report.
    Begun,
}

/// What is at stake for both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Like most.
    Usual,
    /// A large sum for the customer, or a customer of a high tier.
    High,
    /// Very large, or many customers at once.
    VeryHigh,
}

/// What is known of a complaint when its severity is set. A value: stored as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplaintFacts {
    /// Whether harm goes on.
    pub harm: Harm,
    /// Danger.
    pub safety: Safety,
    /// Lawyers, courts, authorities.
    pub legal: Outside,
    /// Press, social media, many readers.
    pub media: Outside,
    /// Whether the customer is easily harmed: a child, ill, old, in need, in grief.
    pub is_vulnerable: bool,
    /// Complaints of the same customer about the same thing before this one.
    pub repeat_count: u8,
    /// What is at stake.
    pub value: Value,
}

impl Default for ComplaintFacts {
    fn default() -> Self {
        Self {
            harm: Harm::None,
            safety: Safety::None,
            legal: Outside::None,
            media: Outside::None,
            is_vulnerable: false,
            repeat_count: 0,
            value: Value::Usual,
        }
    }
}

/// How severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Annoying.
    Minor,
    /// A real loss of time or money.
    Moderate,
    /// Serious for the customer or the company.
    Serious,
    /// Somebody must act now.
    Critical,
}

impl Severity {
    /// All of them, from the least.
    pub const ALL: [Self; 4] = [Self::Minor, Self::Moderate, Self::Serious, Self::Critical];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Moderate => "moderate",
            Self::Serious => "serious",
            Self::Critical => "critical",
        }
    }

    /// How urgent cases of it are.
    #[must_use]
    pub const fn priority(self) -> Priority {
        match self {
            Self::Minor => Priority::Normal,
            Self::Moderate | Self::Serious => Priority::High,
            Self::Critical => Priority::Urgent,
        }
    }
}

/// How long things may take at one level. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelTerms {
    /// Until the customer is told that the complaint is here and when there is a reply.
    pub acknowledge: TimeLimit,
    /// Until the reply.
    pub reply: TimeLimit,
    /// How often the customer hears how things stand until then.
    pub update_every: TimeLimit,
    /// Who is reminded and told when any of it is late.
    pub ladder: Ladder,
}

/// Weights, thresholds and terms. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityMatrix {
    /// Points of each fact.
    pub weights: BTreeMap<Fact, u8>,
    /// From so many points on a complaint is moderate, serious, critical; rising.
    pub thresholds: [u8; 3],
    /// The terms of each level.
    pub terms: BTreeMap<Severity, LevelTerms>,
}

/// One fact with points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Harm that is over.
    HarmOver,
    /// Harm that goes on.
    HarmGoingOn,
    /// Somebody could be hurt.
    SafetyPossible,
    /// Somebody was hurt.
    SafetyHappened,
    /// Lawyers or authorities are spoken of.
    LegalThreatened,
    /// Lawyers or authorities have written.
    LegalBegun,
    /// The press or social media are spoken of.
    MediaThreatened,
    /// It is public.
    MediaBegun,
    /// The customer is easily harmed.
    Vulnerable,
    /// The second time.
    RepeatOnce,
    /// The third time or more.
    RepeatOften,
    /// Much is at stake.
    ValueHigh,
    /// Very much is at stake.
    ValueVeryHigh,
}

impl Fact {
    /// All of them with their usual points.
    pub const USUAL: [(Self, u8); 13] = [
        (Self::HarmOver, 2),
        (Self::HarmGoingOn, 4),
        (Self::SafetyPossible, 5),
        (Self::SafetyHappened, 10),
        (Self::LegalThreatened, 2),
        (Self::LegalBegun, 5),
        (Self::MediaThreatened, 2),
        (Self::MediaBegun, 5),
        (Self::Vulnerable, 3),
        (Self::RepeatOnce, 2),
        (Self::RepeatOften, 4),
        (Self::ValueHigh, 1),
        (Self::ValueVeryHigh, 3),
    ];

    /// What a lesser form of the same fact is; its points may not be more.
    const fn lesser(self) -> Option<Self> {
        match self {
            Self::HarmGoingOn => Some(Self::HarmOver),
            Self::SafetyHappened => Some(Self::SafetyPossible),
            Self::LegalBegun => Some(Self::LegalThreatened),
            Self::MediaBegun => Some(Self::MediaThreatened),
            Self::RepeatOften => Some(Self::RepeatOnce),
            Self::ValueVeryHigh => Some(Self::ValueHigh),
            Self::HarmOver
            | Self::SafetyPossible
            | Self::LegalThreatened
            | Self::MediaThreatened
            | Self::Vulnerable
            | Self::RepeatOnce
            | Self::ValueHigh => None,
        }
    }
}

/// A severity with what led to it, so that nobody has to guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// How severe.
    pub severity: Severity,
    /// The points together.
    pub points: u16,
    /// The facts that counted, with their points.
    pub facts: Vec<(Fact, u8)>,
    /// The floor that raised it above its points, if one did.
    pub floor: Option<Floor>,
}

/// A fact that sets a lowest level, whatever the points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Floor {
    /// The law or the public is involved, or somebody easily harmed is being harmed: at
    /// least serious.
    Serious,
    /// Somebody was hurt, or is in danger that goes on: critical.
    Critical,
}

/// A matrix does not hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MatrixError {
    /// Not rising.
    #[error("the thresholds rise, beginning at 1")]
    Thresholds,
    /// A graver fact counts less.
    #[error("a graver fact counts at least as much as a lesser one")]
    Weights,
    /// A level has no terms, or they cannot be.
    #[error("the level `{}` needs times of a minute to a year, and reminders and escalation", .0.as_str())]
    Terms(Severity),
    /// A graver level gives more time.
    #[error("the level `{}` gives more time than the one below", .0.as_str())]
    Order(Severity),
}

impl Default for SeverityMatrix {
    fn default() -> Self {
        let hours = TimeLimit::business_hours;
        let minutes = TimeLimit::wall_minutes;
        let terms = |acknowledge, reply, update_every, ladder| LevelTerms {
            acknowledge,
            reply,
            update_every,
            ladder,
        };
        // A working day has eight hours.
        let levels = [
            (
                Severity::Minor,
                terms(hours(8), hours(40), hours(24), Ladder::default()),
            ),
            (
                Severity::Moderate,
                terms(hours(4), hours(24), hours(16), Ladder::default()),
            ),
            (
                Severity::Serious,
                terms(hours(1), hours(16), hours(8), Ladder::urgent()),
            ),
            (
                Severity::Critical,
                terms(
                    minutes(30),
                    minutes(24 * 60),
                    minutes(4 * 60),
                    Ladder::urgent(),
                ),
            ),
        ];
        Self {
            weights: Fact::USUAL.into(),
            thresholds: [3, 6, 10],
            terms: levels.into(),
        }
    }
}

impl SeverityMatrix {
    fn weight(&self, fact: Fact) -> u8 {
        self.weights.get(&fact).copied().unwrap_or(0)
    }

    /// Checks that graver is never less.
    pub fn check(&self) -> Result<(), MatrixError> {
        let [moderate, serious, critical] = self.thresholds;
        if moderate == 0 || moderate >= serious || serious >= critical {
            return Err(MatrixError::Thresholds);
        }
        for (fact, _) in Fact::USUAL {
            let lesser = fact.lesser().map_or(0, |lesser| self.weight(lesser));
            if self.weight(fact) < lesser {
                return Err(MatrixError::Weights);
            }
        }
        let mut before: Option<&LevelTerms> = None;
        for severity in Severity::ALL {
            let terms = self
                .terms
                .get(&severity)
                .ok_or(MatrixError::Terms(severity))?;
            let limits = [terms.acknowledge, terms.reply, terms.update_every];
            if !limits.iter().all(|limit| limit.is_valid()) || !terms.ladder.is_valid() {
                return Err(MatrixError::Terms(severity));
            }
            // Only what is counted alike can be compared; wall time is never slower.
            let is_slower = |of: fn(&LevelTerms) -> TimeLimit| {
                before.is_some_and(|before| {
                    of(before).basis == of(terms).basis && of(before).within_s < of(terms).within_s
                })
            };
            if is_slower(|it| it.acknowledge) || is_slower(|it| it.reply) {
                return Err(MatrixError::Order(severity));
            }
            before = Some(terms);
        }
        Ok(())
    }

    /// How severe a complaint is, and why.
    #[must_use]
    pub fn assess(&self, facts: &ComplaintFacts) -> Assessed {
        let facts_found = found(*facts);
        let counted: Vec<(Fact, u8)> = facts_found
            .into_iter()
            .map(|fact| (fact, self.weight(fact)))
            .collect();
        let points: u16 = counted.iter().map(|(_, weight)| u16::from(*weight)).sum();
        let [moderate, serious, critical] = self.thresholds.map(u16::from);
        let by_points = if points >= critical {
            Severity::Critical
        } else if points >= serious {
            Severity::Serious
        } else if points >= moderate {
            Severity::Moderate
        } else {
            Severity::Minor
        };
        let floor = floor(*facts);
        let lowest = match floor {
            None => Severity::Minor,
            Some(Floor::Serious) => Severity::Serious,
            Some(Floor::Critical) => Severity::Critical,
        };
        Assessed {
            severity: by_points.max(lowest),
            points,
            facts: counted,
            floor: floor.filter(|_| lowest > by_points),
        }
    }

    /// The terms of a level. One that is missing takes those of the nearest graver level.
    #[must_use]
    pub fn terms_of(&self, severity: Severity) -> LevelTerms {
        let graver = self.terms.range(severity..).next();
        let any = graver.or_else(|| self.terms.iter().next_back());
        any.map_or_else(
            || LevelTerms {
                acknowledge: TimeLimit::business_hours(1),
                reply: TimeLimit::business_hours(16),
                update_every: TimeLimit::business_hours(8),
                ladder: Ladder::urgent(),
            },
            |(_, terms)| terms.clone(),
        )
    }
}

fn found(facts: ComplaintFacts) -> Vec<Fact> {
    let outside = |found, threatened, begun| match found {
        Outside::None => None,
        Outside::Threatened => Some(threatened),
        Outside::Begun => Some(begun),
    };
    let all = [
        match facts.harm {
            Harm::None => None,
            Harm::Over => Some(Fact::HarmOver),
            Harm::GoingOn => Some(Fact::HarmGoingOn),
        },
        match facts.safety {
            Safety::None => None,
            Safety::Possible => Some(Fact::SafetyPossible),
            Safety::Happened => Some(Fact::SafetyHappened),
        },
        outside(facts.legal, Fact::LegalThreatened, Fact::LegalBegun),
        outside(facts.media, Fact::MediaThreatened, Fact::MediaBegun),
        facts.is_vulnerable.then_some(Fact::Vulnerable),
        match facts.repeat_count {
            0 => None,
            1 => Some(Fact::RepeatOnce),
            _ => Some(Fact::RepeatOften),
        },
        match facts.value {
            Value::Usual => None,
            Value::High => Some(Fact::ValueHigh),
            Value::VeryHigh => Some(Fact::ValueVeryHigh),
        },
    ];
    all.into_iter().flatten().collect()
}

fn floor(facts: ComplaintFacts) -> Option<Floor> {
    let goes_on = facts.harm == Harm::GoingOn;
    let is_in_danger = facts.safety == Safety::Possible && goes_on;
    let is_harmed = facts.is_vulnerable && goes_on;
    let is_outside = facts.legal == Outside::Begun || facts.media == Outside::Begun;
    if facts.safety == Safety::Happened || is_in_danger {
        Some(Floor::Critical)
    } else if is_outside || is_harmed || facts.safety == Safety::Possible {
        Some(Floor::Serious)
    } else {
        None
    }
}

/// The deadlines of a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComplaintDue {
    /// Until when the customer is told that it is here and when there is a reply.
    pub acknowledge_by: Timestamp,
    /// Until when there is a reply.
    pub reply_by: Timestamp,
}

/// The deadlines of a level, counted from the receipt of the complaint.
#[must_use]
pub fn due(
    terms: &LevelTerms,
    received_at: Timestamp,
    business: Option<&BusinessTime>,
) -> ComplaintDue {
    ComplaintDue {
        acknowledge_by: terms.acknowledge.due(received_at, business),
        reply_by: terms.reply.due(received_at, business),
    }
}

#[cfg(test)]
#[path = "severity_tests.rs"]
mod tests;
