//! Presence (在线状态): whether an agent takes work, what they chose, and what the system
//! believes. Both are shown to the agent.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::identity::agent::Presence;
use crate::ids::AgentId;
use crate::time::Timestamp;

/// How long a connection or a choice is believed without a new sign of it.
pub const PRESENCE_LEASE: Duration = Duration::from_secs(90);

/// Why somebody is on a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakReason {
    /// 用餐
    Meal,
    /// 小休
    Rest,
    /// 培训
    Training,
    /// 会议
    Meeting,
    /// 话后处理: finishing what the last customer left.
    AfterWork,
    /// Something else.
    Other,
}

impl BreakReason {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Meal,
        Self::Rest,
        Self::Training,
        Self::Meeting,
        Self::AfterWork,
        Self::Other,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meal => "meal",
            Self::Rest => "rest",
            Self::Training => "training",
            Self::Meeting => "meeting",
            Self::AfterWork => "after_work",
            Self::Other => "other",
        }
    }
}

/// Why the system takes somebody for away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwayReason {
    /// They touched nothing for a while.
    Inactive,
    /// They left offers unanswered.
    MissedOffers,
    /// A supervisor said so.
    Forced,
}

impl AwayReason {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Inactive, Self::MissedOffers, Self::Forced];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::MissedOffers => "missed_offers",
            Self::Forced => "forced",
        }
    }
}

/// Whether an agent takes work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentPresence {
    /// Whose.
    pub agent_id: AgentId,
    /// What they, or a supervisor for them, chose.
    pub chosen: Presence,
    /// Why they are on a break.
    pub reason: Option<BreakReason>,
    /// What the system believes.
    pub effective: Presence,
    /// Why it takes them for away.
    pub away_because: Option<AwayReason>,
    /// Whether their shift is on.
    pub is_on_shift: bool,
    /// Since when `effective` holds.
    pub since: Timestamp,
    /// Until when they are believed to be connected.
    pub lease_until: Option<Timestamp>,
    /// When they last touched something.
    pub active_at: Timestamp,
    /// Who chose.
    pub set_by: Actor,
    /// Optimistic lock.
    pub version: i64,
}

impl AgentPresence {
    /// Somebody who never said that they are there.
    #[must_use]
    pub fn absent(agent_id: AgentId, now: Timestamp) -> Self {
        Self {
            agent_id,
            chosen: Presence::Offline,
            reason: None,
            effective: Presence::Offline,
            away_because: None,
            is_on_shift: true,
            since: now,
            lease_until: None,
            active_at: now,
            set_by: Actor::Agent(agent_id),
            version: 0,
        }
    }

    /// Whether a connection is known.
    #[must_use]
    pub fn is_connected(&self, now: Timestamp) -> bool {
        self.lease_until.is_some_and(|until| until > now)
    }

    /// The agent chooses; that is a sign of life, and what the system believed before is over.
    #[must_use]
    pub fn choose(mut self, chosen: Presence, reason: Option<BreakReason>, now: Timestamp) -> Self {
        self.chosen = chosen;
        self.reason = reason.filter(|_| chosen == Presence::Break);
        self.away_because = None;
        self.set_by = Actor::Agent(self.agent_id);
        self.active_at = now;
        self.connected(now.plus(PRESENCE_LEASE), now)
    }

    /// A supervisor chooses for the agent. It proves no connection.
    #[must_use]
    pub fn force(
        mut self,
        chosen: Presence,
        reason: Option<BreakReason>,
        by: Actor,
        now: Timestamp,
    ) -> Self {
        self.chosen = chosen;
        self.reason = reason.filter(|_| chosen == Presence::Break);
        self.away_because = (chosen == Presence::Away).then_some(AwayReason::Forced);
        self.set_by = by;
        self.active_at = now;
        self.judge(now)
    }

    /// A connection is open, and is believed to be until then.
    #[must_use]
    pub fn connected(mut self, until: Timestamp, now: Timestamp) -> Self {
        self.lease_until = self.lease_until.max(Some(until));
        self.judge(now)
    }

    /// The agent touched something.
    #[must_use]
    pub fn touched(mut self, now: Timestamp) -> Self {
        self.active_at = now;
        if self.away_because == Some(AwayReason::Inactive) {
            self.away_because = None;
        }
        self.judge(now)
    }

    /// The agent seems to be away.
    #[must_use]
    pub fn seems_away(mut self, because: AwayReason, now: Timestamp) -> Self {
        self.away_because = Some(because);
        self.judge(now)
    }

    /// The agent was not touched for `away_after`, or the connection is gone: what follows.
    #[must_use]
    pub fn pass(self, now: Timestamp, away_after: Duration) -> Self {
        if self.takes_part() && now.since(self.active_at) >= away_after {
            self.seems_away(AwayReason::Inactive, now)
        } else {
            self.judge(now)
        }
    }

    /// When [`AgentPresence::pass`] has something to do next.
    #[must_use]
    pub fn next_due(&self, away_after: Duration) -> Option<Timestamp> {
        if self.effective == Presence::Offline {
            return None;
        }
        let inactive = self.takes_part().then(|| self.active_at.plus(away_after));
        self.lease_until.into_iter().chain(inactive).min()
    }

    fn takes_part(&self) -> bool {
        self.away_because.is_none() && matches!(self.chosen, Presence::Online | Presence::Busy)
    }

    /// What the system believes, from all it knows.
    fn judge(mut self, now: Timestamp) -> Self {
        let effective = match self.chosen {
            Presence::Offline => Presence::Offline,
            _ if !self.is_connected(now) => Presence::Offline,
            Presence::Online | Presence::Busy if self.away_because.is_some() => Presence::Away,
            chosen => chosen,
        };
        if effective != self.effective {
            self.effective = effective;
            self.since = now;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const AWAY: Duration = Duration::from_mins(10);

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(seconds))
    }

    fn online() -> AgentPresence {
        let agent = AgentId::from_uuid(Uuid::from_u128(1));
        AgentPresence::absent(agent, at(0)).choose(Presence::Online, None, at(10))
    }

    #[test]
    fn without_a_connection_nobody_is_there() {
        let gone = online().pass(at(10).plus(PRESENCE_LEASE), AWAY);
        assert_eq!(gone.effective, Presence::Offline);
        assert_eq!(gone.chosen, Presence::Online, "they come back as they left");
        let back = gone.connected(at(400), at(300));
        assert_eq!((back.effective, back.since), (Presence::Online, at(300)));
    }

    #[test]
    fn who_touches_nothing_is_away_until_they_do() {
        let idle = online().connected(at(5000), at(20)).pass(at(610), AWAY);
        assert_eq!(idle.effective, Presence::Away);
        assert_eq!(idle.away_because, Some(AwayReason::Inactive));
        assert_eq!(idle.next_due(AWAY), Some(at(5000)));
        let back = idle.touched(at(700));
        assert_eq!(back.effective, Presence::Online);
        assert_eq!(back.next_due(AWAY), Some(at(1300)));
    }

    #[test]
    fn missed_offers_need_a_word_to_be_forgiven() {
        let missed = online().seems_away(AwayReason::MissedOffers, at(20));
        assert_eq!(missed.clone().touched(at(30)).effective, Presence::Away);
        let back = missed.choose(Presence::Online, None, at(40));
        assert_eq!(back.effective, Presence::Online);
    }

    #[test]
    fn a_break_is_kept_and_only_a_break_has_a_reason() {
        let pause = online().choose(Presence::Break, Some(BreakReason::Meal), at(20));
        let later = pause.connected(at(9000), at(21)).pass(at(5000), AWAY);
        assert_eq!(later.effective, Presence::Break);
        assert_eq!(later.reason, Some(BreakReason::Meal));
        let back = later.choose(Presence::Online, Some(BreakReason::Meal), at(5001));
        assert_eq!(back.reason, None);
    }

    #[test]
    fn a_supervisor_can_send_away_but_not_make_present() {
        let by = Actor::system("test");
        let sent = online().force(Presence::Away, None, by.clone(), at(20));
        assert_eq!(sent.away_because, Some(AwayReason::Forced));
        let agent = AgentId::from_uuid(Uuid::from_u128(2));
        let absent = AgentPresence::absent(agent, at(0));
        let absent = absent.force(Presence::Online, None, by.clone(), at(20));
        assert_eq!(absent.effective, Presence::Offline);
        let meal = Some(BreakReason::Meal);
        let pause = online().force(Presence::Break, meal, by.clone(), at(20));
        assert_eq!(pause.reason, meal, "a supervisor says why, too");
        assert_eq!(pause.force(Presence::Busy, meal, by, at(30)).reason, None);
    }
}
