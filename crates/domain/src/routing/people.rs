//! What an agent can do and how much at once.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::work::WorkKind;
use crate::ids::{AgentId, SkillId, TeamId};
use crate::language_tag::LanguageTag;

/// How well somebody can do something: 1 (learning) to 5 (teaches others).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct SkillLevel(u8);

/// A number is no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a skill level is a number from 1 to 5")]
pub struct SkillLevelError;

impl SkillLevel {
    /// The lowest.
    pub const MIN: Self = Self(1);
    /// The highest.
    pub const MAX: Self = Self(5);

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Lower by some steps, but never below the lowest.
    #[must_use]
    pub const fn lowered(self, by: u8) -> Self {
        let level = self.0.saturating_sub(by);
        Self(if level == 0 { 1 } else { level })
    }
}

impl TryFrom<u8> for SkillLevel {
    type Error = SkillLevelError;
    fn try_from(number: u8) -> Result<Self, SkillLevelError> {
        if (Self::MIN.0..=Self::MAX.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err(SkillLevelError)
        }
    }
}

impl From<SkillLevel> for u8 {
    fn from(level: SkillLevel) -> Self {
        level.0
    }
}

/// How much an agent does at once. Every piece of work costs units of its kind; the sum
/// stays within `units`, and the number of a kind within its own limit.
///
/// With 6 units, a chat for 2 and a call for 6, it is three chats or one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// What there is; at most [`Capacity::UNITS_MAX`].
    pub units: u32,
    /// What one piece of a kind costs, at least 1. A kind that is not named is not taken.
    pub costs: BTreeMap<WorkKind, u32>,
    /// Most pieces of a kind; without, only the units count.
    #[serde(default)]
    pub most: BTreeMap<WorkKind, u32>,
}

/// Why a capacity was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CapacityError {
    /// Units out of range.
    #[error("capacity is 0 to {} units", Capacity::UNITS_MAX)]
    Units,
    /// A kind that costs nothing would never fill an agent.
    #[error(
        "each kind of work costs at least 1 and at most {} units",
        Capacity::UNITS_MAX
    )]
    Cost,
}

impl Capacity {
    /// Most units of an agent.
    pub const UNITS_MAX: u32 = 1000;

    /// So many pieces of one kind, and nothing else.
    #[must_use]
    pub fn only(kind: WorkKind, pieces: u32) -> Self {
        Self {
            units: pieces,
            costs: BTreeMap::from([(kind, 1)]),
            most: BTreeMap::new(),
        }
    }

    /// How many pieces of a kind fit when there is nothing else.
    #[must_use]
    pub fn places(&self, kind: WorkKind) -> u32 {
        let cost = self.costs.get(&kind);
        let places = cost.and_then(|cost| self.units.checked_div(*cost));
        let most = self.most.get(&kind).copied().unwrap_or(u32::MAX);
        places.unwrap_or(0).min(most)
    }

    /// Checks the numbers.
    pub fn check(&self) -> Result<(), CapacityError> {
        if self.units > Self::UNITS_MAX {
            return Err(CapacityError::Units);
        }
        let is_cost = |cost: &u32| (1..=Self::UNITS_MAX).contains(cost);
        if self.costs.values().all(is_cost) {
            Ok(())
        } else {
            Err(CapacityError::Cost)
        }
    }
}

impl Default for Capacity {
    /// Three chats, one call, or a mix with mail and tasks.
    fn default() -> Self {
        Self {
            units: 6,
            costs: BTreeMap::from([
                (WorkKind::Chat, 2),
                (WorkKind::Call, 6),
                (WorkKind::Mail, 1),
                (WorkKind::Task, 1),
            ]),
            most: BTreeMap::new(),
        }
    }
}

/// What routing knows of an agent, besides their presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentProfile {
    /// The agent.
    pub id: AgentId,
    /// What they can do and how well.
    pub skills: BTreeMap<SkillId, SkillLevel>,
    /// Languages they write or speak.
    pub languages: BTreeSet<LanguageTag>,
    /// Teams they belong to.
    pub teams: BTreeSet<TeamId>,
    /// How much at once.
    pub capacity: Capacity,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_never_falls_below_the_lowest() {
        let level = SkillLevel::try_from(3).expect("a level");
        assert_eq!(level.lowered(1).number(), 2);
        assert_eq!(level.lowered(9), SkillLevel::MIN);
        assert!(SkillLevel::try_from(0).is_err() && SkillLevel::try_from(6).is_err());
    }

    #[test]
    fn work_that_costs_nothing_is_refused() {
        assert_eq!(Capacity::default().check(), Ok(()));
        let mut free = Capacity::default();
        free.costs.insert(WorkKind::Task, 0);
        assert_eq!(free.check(), Err(CapacityError::Cost));
        let many = Capacity {
            units: Capacity::UNITS_MAX + 1,
            ..Capacity::default()
        };
        assert_eq!(many.check(), Err(CapacityError::Units));
    }
}
