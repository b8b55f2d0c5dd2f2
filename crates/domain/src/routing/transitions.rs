//! What people do with one piece of work, as pure changes of its [`Standing`].
//!
//! Use cases change rows with these; a router reads the row again afterwards. They say the
//! same as the methods of [`super::Router`] do for a floor in memory.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::floor::{Place, RouterError, Standing};
use crate::ids::{AgentId, TeamId};
use crate::limits::QUEUE_CREDIT_MAX;
use crate::time::Timestamp;

/// Where a stored piece of work is, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// In line.
    Waiting,
    /// Offered to an agent.
    Offered,
    /// With an agent.
    Assigned,
    /// Over.
    Ended,
}

impl ItemState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Offered, Self::Assigned, Self::Ended];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Assigned => "assigned",
            Self::Ended => "ended",
        }
    }
}

/// How work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An agent had it until it was solved.
    Served,
    /// It was solved while it still waited.
    Resolved,
    /// The customer gave up.
    Abandoned,
    /// It was put aside; it comes back.
    Snoozed,
    /// The customer left a message and does not wait.
    LeftMessage,
    /// The customer is called back.
    CallBack,
    /// It is no longer for a queue: the bot or somebody by hand has it.
    Withdrawn,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Served,
        Self::Resolved,
        Self::Abandoned,
        Self::Snoozed,
        Self::LeftMessage,
        Self::CallBack,
        Self::Withdrawn,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Resolved => "resolved",
            Self::Abandoned => "abandoned",
            Self::Snoozed => "snoozed",
            Self::LeftMessage => "left_message",
            Self::CallBack => "call_back",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Standing {
    /// Where it is, in one word.
    #[must_use]
    pub const fn state(&self) -> ItemState {
        match self.place {
            Place::Waiting { .. } => ItemState::Waiting,
            Place::Offered { .. } => ItemState::Offered,
            Place::Assigned { .. } => ItemState::Assigned,
        }
    }

    /// Who has it or is asked.
    #[must_use]
    pub const fn agent(&self) -> Option<AgentId> {
        match self.place {
            Place::Waiting { .. } => None,
            Place::Offered { agent_id, .. } | Place::Assigned { agent_id, .. } => Some(agent_id),
        }
    }

    /// When something happens to it by itself: a hold or an offer ends, or the time to
    /// answer is over.
    #[must_use]
    pub const fn due_at(&self) -> Option<Timestamp> {
        match self.place {
            Place::Waiting { held_until } => held_until,
            Place::Offered { until, .. } => Some(until),
            Place::Assigned { answer_by, .. } => answer_by,
        }
    }

    /// The agent takes the offer made to them, while it lasts.
    pub fn accept(self, agent: AgentId, now: Timestamp) -> Result<Self, RouterError> {
        match self.place {
            Place::Offered { agent_id, until } if agent_id == agent && now < until => {
                Ok(self.assign(agent))
            }
            Place::Offered { .. } | Place::Waiting { .. } | Place::Assigned { .. } => {
                Err(RouterError::OfferOver)
            }
        }
    }

    /// The agent does not take it. It goes back to who sent it, if `is_sender_there`, or to
    /// the line, where they are not asked again for `pause`.
    pub fn decline(
        self,
        agent: AgentId,
        now: Timestamp,
        pause: Duration,
        is_sender_there: bool,
    ) -> Result<Self, RouterError> {
        match self.place {
            Place::Offered { agent_id, until } if agent_id == agent && now < until => {}
            Place::Offered { .. } | Place::Waiting { .. } | Place::Assigned { .. } => {
                return Err(RouterError::OfferOver);
            }
        }
        match self.sender.filter(|_| is_sender_there) {
            Some(sender) => Ok(self.assign(sender)),
            None => Ok(self.back_in_line(now).paused_for(agent, pause, now)),
        }
    }

    /// A person has it from now on, until it is over.
    #[must_use]
    pub fn assign(self, agent: AgentId) -> Self {
        Self {
            place: Place::Assigned {
                agent_id: agent,
                answer_by: None,
            },
            sender: None,
            ..self
        }
    }

    /// The customer was answered; it stays with its agent. None if that was clear already.
    #[must_use]
    pub fn answered(self) -> Option<Self> {
        match self.place {
            Place::Assigned {
                agent_id,
                answer_by: Some(_),
            } => Some(self.assign(agent_id)),
            Place::Assigned { .. } | Place::Waiting { .. } | Place::Offered { .. } => None,
        }
    }

    /// In line again, at its old time. Steps of relaxation begin anew.
    #[must_use]
    pub fn back_in_line(self, now: Timestamp) -> Self {
        Self {
            place: Place::Waiting { held_until: None },
            since: now,
            sender: None,
            ..self
        }
    }

    /// An agent is not asked for a while, so that others are asked first.
    #[must_use]
    pub fn paused_for(mut self, agent: AgentId, pause: Duration, now: Timestamp) -> Self {
        self.paused
            .retain(|(who, until)| *who != agent && *until > now);
        if !pause.is_zero() {
            self.paused.push((agent, now.plus(pause)));
        }
        self
    }

    /// A colleague is asked; who has it now has it again when they do not take it.
    #[must_use]
    pub fn sent_to_agent(self, agent: AgentId, until: Timestamp) -> Self {
        let sender = match self.place {
            Place::Assigned { agent_id, .. } if agent_id != agent => Some(agent_id),
            Place::Offered { .. } => self.sender,
            Place::Waiting { .. } | Place::Assigned { .. } => None,
        };
        Self {
            place: Place::Offered {
                agent_id: agent,
                until,
            },
            sender,
            ..self
        }
    }

    /// Whoever of a team is next has it, or of the queue's own teams. Who had it is not asked
    /// for `pause`.
    #[must_use]
    pub fn sent_to_line(self, team: Option<TeamId>, pause: Duration, now: Timestamp) -> Self {
        let sender = match self.place {
            Place::Assigned { agent_id, .. } => Some(agent_id),
            Place::Waiting { .. } | Place::Offered { .. } => None,
        };
        let line = Self {
            team_id: team,
            paused: Vec::new(),
            ..self.back_in_line(now)
        };
        match sender {
            Some(sender) => line.paused_for(sender, pause, now),
            None => line,
        }
    }

    /// More waiting time in advance, up to the largest credit.
    #[must_use]
    pub fn credited(self, credit: Duration) -> Self {
        let added = Duration::from_secs(self.added_s.into()) + credit;
        let added = added.min(QUEUE_CREDIT_MAX).as_secs();
        Self {
            added_s: u32::try_from(added).unwrap_or(u32::MAX),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const PAUSE: Duration = Duration::from_mins(1);

    fn agent(n: u128) -> AgentId {
        AgentId::from_uuid(Uuid::from_u128(n))
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(seconds))
    }

    fn offered(to: AgentId, until: Timestamp) -> Standing {
        Standing::waiting(at(0)).sent_to_agent(to, until)
    }

    #[test]
    fn an_offer_is_taken_by_the_one_who_was_asked_and_in_time() {
        let offer = offered(agent(1), at(20));
        assert_eq!(
            offer.clone().accept(agent(2), at(1)),
            Err(RouterError::OfferOver)
        );
        assert_eq!(
            offer.clone().accept(agent(1), at(20)),
            Err(RouterError::OfferOver)
        );
        let taken = offer.accept(agent(1), at(19)).expect("in time");
        assert_eq!(
            (taken.state(), taken.agent()),
            (ItemState::Assigned, Some(agent(1)))
        );
        assert_eq!(
            taken.accept(agent(1), at(19)),
            Err(RouterError::OfferOver),
            "twice"
        );
    }

    #[test]
    fn who_declines_is_not_asked_for_a_while() {
        let line = offered(agent(1), at(20)).decline(agent(1), at(5), PAUSE, false);
        let line = line.expect("it was theirs");
        assert_eq!((line.state(), line.since), (ItemState::Waiting, at(5)));
        assert_eq!(line.paused, [(agent(1), at(65))]);
    }

    #[test]
    fn what_a_colleague_does_not_take_comes_back() {
        let mine = Standing::waiting(at(0)).assign(agent(1));
        let sent = mine.sent_to_agent(agent(2), at(60));
        assert_eq!(sent.sender, Some(agent(1)));
        let back = sent.clone().decline(agent(2), at(5), PAUSE, true);
        let back = back.expect("it was theirs");
        assert_eq!((back.agent(), back.sender), (Some(agent(1)), None));
        let gone = sent.decline(agent(2), at(5), PAUSE, false);
        assert_eq!(gone.expect("it was theirs").state(), ItemState::Waiting);
    }

    #[test]
    fn a_team_gets_it_before_who_sent_it() {
        let team = TeamId::from_uuid(Uuid::from_u128(7));
        let line = Standing::waiting(at(0))
            .assign(agent(1))
            .sent_to_line(Some(team), PAUSE, at(9));
        assert_eq!(line.team_id, Some(team));
        assert_eq!(line.paused, [(agent(1), at(69))]);
    }

    #[test]
    fn an_answer_and_a_credit_count_once() {
        let direct = Standing {
            place: Place::Assigned {
                agent_id: agent(1),
                answer_by: Some(at(60)),
            },
            ..Standing::waiting(at(0))
        };
        let answered = direct.answered().expect("it was awaited");
        assert_eq!(answered.due_at(), None);
        assert_eq!(answered.clone().answered(), None);
        let most = answered.credited(QUEUE_CREDIT_MAX).credited(PAUSE);
        assert_eq!(u64::from(most.added_s), QUEUE_CREDIT_MAX.as_secs());
    }
}
