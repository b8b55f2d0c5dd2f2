//! Comparing agents, and saying why one was taken.

use super::classes::{Class, Fit};
use super::explain::{Candidate, Explanation, Headcount, Reason, Trigger};
use super::queues::{Order, Tie};
use super::router::Router;
use super::work::SkillNeed;
use crate::ids::AgentId;
use crate::limits::CANDIDATES_SHOWN_MAX;
use crate::time::Timestamp;

/// How one agent compares with another for the same work; the smallest is taken.
pub(super) type Merit = (Fit, u32, Timestamp, u32, AgentId);

/// Who is to have an item.
pub(super) struct Choice {
    pub seat: u32,
    pub reason: Reason,
    pub best: Best,
    pub class: u32,
}

/// The best few, without sorting everybody.
#[derive(Default)]
pub(super) struct Best(Vec<(Merit, u32)>);

impl Best {
    pub fn add(&mut self, merit: Merit, seat: u32) {
        let is_full = self.0.len() > CANDIDATES_SHOWN_MAX;
        if is_full && self.0.last().is_some_and(|(last, _)| *last <= merit) {
            return;
        }
        let at = self.0.partition_point(|(other, _)| *other < merit);
        self.0.insert(at, (merit, seat));
        self.0.truncate(CANDIDATES_SHOWN_MAX + 1);
    }

    /// The best of all.
    pub fn seat(&self) -> Option<u32> {
        self.0.first().map(|(_, seat)| *seat)
    }
}

impl Router {
    pub(super) fn merit(&self, number: u32, seat: u32, class: &Class) -> Merit {
        let who = self.seats.get(seat);
        let busy = match self.queue_of(number).tie {
            Tie::LongestIdle => 0,
            Tie::LeastBusy => who.busy_percent(),
        };
        (
            class.fit(seat as usize),
            busy,
            who.idle_since,
            who.busy_percent(),
            who.profile.id,
        )
    }

    /// What the best has that the next best has not.
    pub(super) fn reason(&self, number: u32, best: &Best) -> Reason {
        let [(first, _), (second, _), ..] = best.0.as_slice() else {
            return Reason::OnlyOne;
        };
        let order = self.queue_of(number).order;
        let (skills, level) = first.0.parts(order);
        let (other_skills, other_level) = second.0.parts(order);
        if first.0 == second.0 {
            return match self.queue_of(number).tie {
                Tie::LeastBusy if first.1 < second.1 => Reason::LeastBusy,
                Tie::LeastBusy | Tie::LongestIdle => Reason::LongestIdle,
            };
        }
        if first.0.speaks() && !second.0.speaks() {
            Reason::Language
        } else if first.0.is_own_team() && !second.0.is_own_team() {
            Reason::OwnTeam
        } else if skills < other_skills
            && (order == Order::SpecialistsFirst || level == other_level)
        {
            Reason::Specialist
        } else {
            Reason::BestSkill
        }
    }

    pub(super) fn headcount(&self, number: u32, class: &Class, now: Timestamp) -> Headcount {
        let entry = self.entry(number);
        let able = class.eligible.count();
        let here = class.eligible.count_both(&self.seats.available);
        let free = class
            .eligible
            .count_both(&self.seats.free[entry.item.kind.index()]);
        let paused = entry.paused.iter().filter(|(seat, until)| {
            *until > now && class.is_eligible(*seat) && self.seats.is_free(*seat, entry.item.kind)
        });
        let paused = u32::try_from(paused.count()).unwrap_or(u32::MAX).min(free);
        let [other_team, lacking_skill, below_level, other_language] = class.barred;
        let gone = self.seats.gone;
        Headcount {
            all: able + class.barred.iter().sum::<u32>() - gone,
            other_team: other_team - gone,
            lacking_skill,
            below_level,
            other_language,
            absent: able - here,
            full: here - free,
            paused,
            free: free - paused,
        }
    }

    pub(super) fn explanation(
        &self,
        number: u32,
        choice: &Choice,
        trigger: Trigger,
        now: Timestamp,
    ) -> Explanation {
        let class = self.classes.get(choice.class);
        let (seat, best) = (choice.seat, &choice.best);
        let entry = self.entry(number);
        let queue = self.queue_of(number);
        let candidate = |seat: u32| {
            let who = self.seats.get(seat);
            let fit = class.fit(seat as usize);
            let has = |need: &SkillNeed| who.profile.skills.get(&need.skill_id);
            let levels = entry.item.needs.iter().filter_map(has);
            Candidate {
                agent_id: who.profile.id,
                skills: u32::try_from(who.profile.skills.len()).unwrap_or(u32::MAX),
                level: levels.map(|level| u32::from(level.number())).sum(),
                speaks: entry
                    .item
                    .language
                    .is_none_or(|tag| who.profile.languages.contains(&tag)),
                own_team: class.is_eligible(seat) && fit.is_own_team(),
                busy_percent: who.busy_percent(),
                idle_since: who.idle_since,
            }
        };
        let others = best
            .0
            .iter()
            .map(|(_, other)| *other)
            .filter(|other| *other != seat);
        let shown = std::iter::once(seat).chain(others.take(CANDIDATES_SHOWN_MAX));
        let left = self.lines[entry.queue as usize].len().saturating_sub(1);
        Explanation {
            reason: choice.reason,
            trigger,
            waited_s: now.since(entry.item.entered_at).as_secs(),
            credits: queue.priorities.credits(&entry.item, entry.added),
            step: entry.step,
            left_waiting: u32::try_from(left).unwrap_or(u32::MAX),
            agents: self.headcount(number, class, now),
            candidates: shown.map(candidate).collect(),
        }
    }
}
