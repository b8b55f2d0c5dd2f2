//! Agents come and go: room is offered, offers are taken back, work is handed over.

use super::explain::Trigger;
use super::floor::{Notice, RouterError};
use super::matching::seconds;
use super::router::{Look, Router, Spot};
use super::timers::Timer;
use crate::identity::agent::Presence;
use crate::ids::AgentId;
use crate::time::Timestamp;

impl Router {
    /// What an agent says, or what is seen of them.
    pub fn set_presence(
        &mut self,
        agent: AgentId,
        presence: Presence,
        now: Timestamp,
    ) -> Result<(), RouterError> {
        let seat = self.seats.number(agent).ok_or(RouterError::UnknownAgent)?;
        let who = self.seats.get_mut(seat);
        if who.presence == presence {
            return Ok(());
        }
        if presence == Presence::Online {
            who.idle_since = now;
            who.missed = 0;
        }
        who.presence = presence;
        who.left_at = (presence == Presence::Offline).then_some(now);
        self.attendance_changed(seat, now);
        Ok(())
    }

    /// Since when an agent is gone: the grace time of work that is restored counts from there.
    pub fn set_left_at(&mut self, agent: AgentId, left_at: Timestamp) {
        if let Some(seat) = self.seats.number(agent) {
            self.seats.get_mut(seat).left_at = Some(left_at);
        }
    }

    /// Whether the agent's shift is on. Outside it there is no new work, and open
    /// offers go to the next one; what is assigned stays.
    pub fn set_on_shift(
        &mut self,
        agent: AgentId,
        is_on_shift: bool,
        now: Timestamp,
    ) -> Result<(), RouterError> {
        let seat = self.seats.number(agent).ok_or(RouterError::UnknownAgent)?;
        if self.seats.get(seat).is_on_shift != is_on_shift {
            self.seats.get_mut(seat).is_on_shift = is_on_shift;
            self.attendance_changed(seat, now);
        }
        Ok(())
    }

    /// The agent has left the company; everything they have goes back in line.
    pub fn remove_agent(&mut self, agent: AgentId, now: Timestamp) -> Result<(), RouterError> {
        let seat = self.seats.number(agent).ok_or(RouterError::UnknownAgent)?;
        self.seats.leave(seat);
        self.classes.judge_seat(&self.queues, seat, None);
        self.recheck_personal(seat, now);
        let work: Vec<u32> = self.seats.get(seat).work.iter().copied().collect();
        for number in work {
            self.hand_over(number, seat, now);
        }
        Ok(())
    }

    fn attendance_changed(&mut self, seat: u32, now: Timestamp) {
        self.seats.refresh(seat);
        self.start_grace(seat, now);
        if self.seats.get(seat).is_available() {
            self.looks.push_back(Look::Seat(seat));
        }
        if !self.seats.get(seat).is_at_work() {
            self.revoke_offers(seat, now);
            self.recheck_personal(seat, now);
        }
    }

    /// An agent who is not there has some time to come back before work is handed over.
    pub(super) fn start_grace(&mut self, seat: u32, now: Timestamp) {
        let who = self.seats.get(seat);
        let grace = match who.presence {
            Presence::Offline => Some(self.settings.offline_grace_s),
            Presence::Away => self.settings.away_grace_s,
            Presence::Online | Presence::Busy | Presence::Break => None,
        };
        let until = grace.map(|grace| now.plus(seconds(grace)));
        // Away and then offline does not start the grace time anew.
        let until = match (until, who.grace_until) {
            (Some(new), Some(old)) => Some(new.min(old)),
            (until, _) => until,
        };
        self.seats.get_mut(seat).grace_until = until;
        if let Some(until) = until {
            self.timers.set(until, Timer::Grace(seat));
        }
    }

    /// Who waits for this agent is judged afresh: no longer held for somebody who left.
    pub(super) fn recheck_personal(&mut self, seat: u32, now: Timestamp) {
        let waiting: Vec<u32> = self
            .seats
            .get(seat)
            .personal
            .iter()
            .map(|key| key.item)
            .collect();
        for number in waiting {
            self.stand_in_line(number, now, Trigger::HoldOver);
        }
    }

    fn revoke_offers(&mut self, seat: u32, now: Timestamp) {
        let work: Vec<u32> = self.seats.get(seat).work.iter().copied().collect();
        for number in work {
            if let Spot::Offered { .. } = self.entry(number).spot {
                self.notices.push(Notice::Revoked {
                    item_id: self.entry(number).item.id,
                    agent_id: self.seats.get(seat).profile.id,
                });
                self.back_in_line(number, now);
            }
        }
    }

    pub(super) fn grace_is_over(&mut self, seat: u32, now: Timestamp) {
        let is_due = self
            .seats
            .get(seat)
            .grace_until
            .is_some_and(|until| until <= now);
        if !is_due {
            return;
        }
        self.seats.get_mut(seat).grace_until = None;
        let left_at = self.seats.get(seat).left_at;
        let work: Vec<u32> = self.seats.get(seat).work.iter().copied().collect();
        for number in work {
            let entry = self.entry(number);
            let was_gone = |taken_at: Timestamp| left_at.is_some_and(|left_at| left_at < taken_at);
            let is_kept = entry.taken_at.is_some_and(was_gone);
            if !is_kept && self.settings.hand_over.contains(&entry.item.kind) {
                self.hand_over(number, seat, now);
            }
        }
    }

    fn hand_over(&mut self, number: u32, seat: u32, now: Timestamp) {
        self.notices.push(Notice::HandedOver {
            item_id: self.entry(number).item.id,
            from: self.seats.get(seat).profile.id,
        });
        self.back_in_line(number, now);
    }

    fn back_in_line(&mut self, number: u32, now: Timestamp) {
        self.lift(number, now);
        let entry = self.entry_mut(number);
        entry.since = now;
        entry.sender = None;
        self.stand_in_line(number, now, Trigger::HandedOver);
    }
}
