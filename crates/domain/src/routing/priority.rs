//! Who is first in line.
//!
//! The formula: **priority = seconds waited + credits**. A credit is waiting time a
//! customer is given in advance: for the tier, for the severity, for the stage, and what a
//! service standard or a person adds. The oldest scheme of this kind is the one of a bank
//! whose better customers entered the queue 90 seconds "ago".
//!
//! Because everybody ages at the same rate, the order of two who wait never flips, the
//! order is a sorted set, and nobody starves: somebody who comes later than the largest
//! sum of credits can never be put before.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::work::QueueItem;
use crate::conversation::Priority;
use crate::limits::QUEUE_CREDIT_MAX;
use crate::stage::Stage;
use crate::tier::Tier;
use crate::time::Timestamp;

/// Place in line: the moment a customer would have had to come, without credits, to stand
/// where they stand. Smaller is served before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(i64);

impl Rank {
    /// Microseconds since 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Further ahead by a credit.
    #[must_use]
    pub fn ahead(self, credit: Duration) -> Self {
        let micros = i64::try_from(credit.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(micros))
    }
}

/// How many seconds of waiting a queue gives in advance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Priorities {
    /// By tier; one that is not named has the credit of the next lower one that is.
    pub tier_s: BTreeMap<Tier, u32>,
    /// By severity.
    pub severity_s: BTreeMap<Priority, u32>,
    /// By stage.
    pub stage_s: BTreeMap<Stage, u32>,
}

impl Default for Priorities {
    /// High severity counts as two minutes, urgent as ten; tiers and stages as nothing.
    fn default() -> Self {
        Self {
            tier_s: BTreeMap::new(),
            severity_s: BTreeMap::from([(Priority::High, 120), (Priority::Urgent, 600)]),
            stage_s: BTreeMap::new(),
        }
    }
}

/// The parts of a priority, for people who ask why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Credits {
    /// For the tier, in seconds.
    pub tier_s: u32,
    /// For the severity.
    pub severity_s: u32,
    /// For the stage.
    pub stage_s: u32,
    /// Added by a standard or a person.
    pub added_s: u32,
}

impl Credits {
    /// All of them, at most [`QUEUE_CREDIT_MAX`].
    #[must_use]
    pub fn total(&self) -> Duration {
        let parts = [self.tier_s, self.severity_s, self.stage_s, self.added_s];
        let seconds = parts.into_iter().map(u64::from).sum();
        Duration::from_secs(seconds).min(QUEUE_CREDIT_MAX)
    }
}

impl Priorities {
    /// The credits of an item; `added` comes from outside.
    #[must_use]
    pub fn credits(&self, item: &QueueItem, added: Duration) -> Credits {
        let tier = self.tier_s.range(..=item.tier).next_back();
        let stage = item.stage.and_then(|stage| self.stage_s.get(&stage));
        Credits {
            tier_s: tier.map_or(0, |(_, credit)| *credit),
            severity_s: self.severity_s.get(&item.severity).copied().unwrap_or(0),
            stage_s: stage.copied().unwrap_or(0),
            added_s: u32::try_from(added.as_secs()).unwrap_or(u32::MAX),
        }
    }

    /// The place in line of an item.
    #[must_use]
    pub fn rank(&self, item: &QueueItem, added: Duration) -> Rank {
        Rank(item.entered_at.as_micros()).ahead(self.credits(item, added).total())
    }
}

/// The priority in seconds that people see: waiting so far and credits.
#[must_use]
pub fn score_s(entered_at: Timestamp, credits: &Credits, now: Timestamp) -> u64 {
    now.since(entered_at).as_secs() + credits.total().as_secs()
}
