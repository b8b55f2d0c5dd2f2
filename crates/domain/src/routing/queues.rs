//! Queues: where work waits, who answers it, and what gives way when nobody comes.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::priority::Priorities;
use crate::ids::{QueueId, TeamId};
use crate::limits::{EASE_STEPS_MAX, QUEUE_CREDIT_MAX};

/// Where work waits. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Identifier.
    pub id: QueueId,
    /// Teams whose members answer it; empty means everybody.
    #[serde(default)]
    pub teams: BTreeSet<TeamId>,
    /// How the line is ordered.
    #[serde(default)]
    pub priorities: Priorities,
    /// Who of several free agents is taken.
    #[serde(default)]
    pub order: Order,
    /// Who of equally fit agents is taken.
    #[serde(default)]
    pub tie: Tie,
    /// How much the customer's own agents come first.
    #[serde(default)]
    pub continuity: Continuity,
    /// What gives way after which waiting time, in rising order.
    #[serde(default)]
    pub eases: Vec<EaseStep>,
    /// Whether agents are asked.
    #[serde(default)]
    pub delivery: Delivery,
    /// How long somebody who declined or did not answer is not asked again, in seconds.
    #[serde(default = "Queue::default_pause_s")]
    pub decline_pause_s: u32,
    /// Most items that may wait; more are told at once. None is no limit.
    #[serde(default)]
    pub waiting_max: Option<u32>,
}

/// Who of several free agents is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Those with the fewest other skills, then the best in this one: people who can do
    /// much are kept for what only they can do.
    #[default]
    SpecialistsFirst,
    /// The best in what is needed, then those with the fewest other skills.
    BestFirst,
}

/// Who of equally fit agents is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// Who has waited longest for work.
    #[default]
    LongestIdle,
    /// Who has the smallest share of their capacity in use, then who waited longest.
    LeastBusy,
}

/// How much the customer's own agents come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Continuity {
    /// Go to the agent who had the customer last, when free.
    pub is_last_agent_first: bool,
    /// How long to wait for that agent when they are at work but full, in seconds.
    pub last_agent_hold_s: u32,
    /// How long to wait for a dedicated agent who is at work but full, in seconds.
    pub dedicated_hold_s: u32,
    /// Credit a customer has with their own agent, in seconds, against others in the line.
    pub own_agent_credit_s: u32,
}

impl Default for Continuity {
    fn default() -> Self {
        Self {
            is_last_agent_first: true,
            last_agent_hold_s: 0,
            dedicated_hold_s: 30,
            own_agent_credit_s: 60,
        }
    }
}

/// Whether agents are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Delivery {
    /// Work is offered; it goes on to the next one when declined or left.
    Offer {
        /// Time to answer, in seconds.
        expires_s: u32,
    },
    /// Work is given.
    Direct {
        /// Goes on to the next one when the agent has not answered the customer within
        /// so many seconds; none leaves it where it is.
        answer_within_s: Option<u32>,
    },
}

impl Default for Delivery {
    fn default() -> Self {
        Self::Offer { expires_s: 20 }
    }
}

/// What gives way after some waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EaseStep {
    /// After how many seconds of waiting, credits not counted.
    pub after_s: u32,
    /// What.
    pub ease: Ease,
}

/// What gives way. Steps add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Ease {
    /// Needed levels are lower by so many.
    LowerLevels(u8),
    /// No skill is needed any more.
    DropSkills,
    /// Any language will do (with translation).
    DropLanguage,
    /// These teams answer too.
    AddTeams(BTreeSet<TeamId>),
    /// Everybody answers.
    AnyTeam,
}

/// Why a queue was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// Too many steps, or not in rising order.
    #[error("a queue has at most {EASE_STEPS_MAX} steps, each later than the one before")]
    Eases,
    /// An offer without time to answer.
    #[error("an offer lasts 5 to 600 seconds")]
    Expiry,
    /// The time to answer is out of range.
    #[error("an agent has 10 to 86400 seconds to answer")]
    AnswerWithin,
    /// A hold or credit is too long.
    #[error("a hold or credit is at most {} seconds", QUEUE_CREDIT_MAX.as_secs())]
    Credit,
}

impl Queue {
    /// A queue everybody answers, with the usual policy.
    #[must_use]
    pub fn new(id: QueueId) -> Self {
        Self {
            id,
            teams: BTreeSet::new(),
            priorities: Priorities::default(),
            order: Order::default(),
            tie: Tie::default(),
            continuity: Continuity::default(),
            eases: Vec::new(),
            delivery: Delivery::default(),
            decline_pause_s: Self::default_pause_s(),
            waiting_max: None,
        }
    }

    const fn default_pause_s() -> u32 {
        60
    }

    pub(super) fn decline_pause(&self) -> Duration {
        Duration::from_secs(self.decline_pause_s.into())
    }

    /// Checks everything a form could get wrong.
    pub fn check(&self) -> Result<(), QueueError> {
        let is_rising = self.eases.is_sorted_by(|a, b| a.after_s < b.after_s);
        if self.eases.len() > EASE_STEPS_MAX || !is_rising {
            return Err(QueueError::Eases);
        }
        match self.delivery {
            Delivery::Offer { expires_s } if !(5..=600).contains(&expires_s) => {
                return Err(QueueError::Expiry);
            }
            Delivery::Direct {
                answer_within_s: Some(limit),
            } if !(10..=86_400).contains(&limit) => return Err(QueueError::AnswerWithin),
            Delivery::Offer { .. } | Delivery::Direct { .. } => {}
        }
        let continuity = &self.continuity;
        let credits = [
            continuity.last_agent_hold_s,
            continuity.dedicated_hold_s,
            continuity.own_agent_credit_s,
            self.decline_pause_s,
        ];
        let priorities = &self.priorities;
        let tables = priorities
            .tier_s
            .values()
            .chain(priorities.severity_s.values())
            .chain(priorities.stage_s.values());
        let is_short = |s: &u32| u64::from(*s) <= QUEUE_CREDIT_MAX.as_secs();
        if credits.iter().chain(tables).all(is_short) {
            Ok(())
        } else {
            Err(QueueError::Credit)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn wrong_queues_are_named() {
        let ok = Queue::new(QueueId::from_uuid(Uuid::from_u128(1)));
        assert_eq!(ok.check(), Ok(()));
        let step = |after_s| EaseStep {
            after_s,
            ease: Ease::AnyTeam,
        };
        let wrong = Queue {
            eases: vec![step(30), step(30)],
            ..ok.clone()
        };
        assert_eq!(wrong.check(), Err(QueueError::Eases));
        let wrong = Queue {
            delivery: Delivery::Offer { expires_s: 1 },
            ..ok.clone()
        };
        assert_eq!(wrong.check(), Err(QueueError::Expiry));
        let wrong = Queue {
            delivery: Delivery::Direct {
                answer_within_s: Some(1),
            },
            ..ok.clone()
        };
        assert_eq!(wrong.check(), Err(QueueError::AnswerWithin));
        let mut wrong = ok;
        wrong
            .priorities
            .tier_s
            .insert(crate::tier::Tier::TOP, u32::MAX);
        assert_eq!(wrong.check(), Err(QueueError::Credit));
    }

    #[test]
    fn a_queue_reads_back_and_lets_nothing_unknown_in() {
        let mut queue = Queue::new(QueueId::from_uuid(Uuid::from_u128(1)));
        queue.priorities.tier_s.insert(crate::tier::Tier::TOP, 600);
        let text = serde_json::to_string(&queue).expect("serialises");
        assert_eq!(serde_json::from_str::<Queue>(&text).ok(), Some(queue));
        let id = QueueId::from_uuid(Uuid::from_u128(1));
        assert!(serde_json::from_str::<Queue>(&format!("{{\"id\":\"{id}\"}}")).is_ok());
        let unknown = format!("{{\"id\":\"{id}\",\"colour\":1}}");
        assert!(serde_json::from_str::<Queue>(&unknown).is_err());
    }
}
