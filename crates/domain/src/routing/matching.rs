//! Who gets what: standing in line, looking for an agent, looking for work.

use std::time::Duration;

use super::choice::{Best, Choice};
use super::classes::Needs;
use super::explain::{Decision, Explanation, Headcount, Mode, Reason, Trigger};
use super::floor::RouterError;
use super::priority::Rank;
use super::queues::Delivery;
use super::router::{Look, Router, Spot};
use super::timers::Timer;
use crate::ids::QueueItemId;
use crate::time::Timestamp;

impl Router {
    /// The next decision, already in force here. Store it; when that fails because the
    /// world has moved on, say so with [`Router::put_back`] or [`Router::remove`].
    pub fn decide(&mut self, now: Timestamp) -> Option<Decision> {
        while let Some(look) = self.looks.pop_front() {
            let decision = match look {
                Look::Item { number, id, .. } if self.numbers.get(&id) != Some(&number) => None,
                Look::Item {
                    number, trigger, ..
                } => self.look_at_item(number, trigger, look, now),
                Look::Seat(seat) => self.find_work(seat, now).and_then(|number| {
                    let choice = self.find_agent(number, now)?;
                    // Whoever became free at the same time has their turn before this
                    // agent is looked at again.
                    self.looks.push_back(look);
                    Some(self.deliver(number, &choice, Trigger::AgentFree, now))
                }),
            };
            if decision.is_some() {
                return decision;
            }
        }
        None
    }

    /// An agent who could take this one goes to whoever is first in line for them.
    fn look_at_item(
        &mut self,
        number: u32,
        trigger: Trigger,
        look: Look,
        now: Timestamp,
    ) -> Option<Decision> {
        if !self.is_waiting(number) {
            return None;
        }
        let choice = self.find_agent(number, now)?;
        let first = self.find_work(choice.seat, now).unwrap_or(number);
        if first == number {
            return Some(self.deliver(number, &choice, trigger, now));
        }
        self.looks.push_front(look);
        let choice = self.find_agent(first, now)?;
        Some(self.deliver(first, &choice, Trigger::AgentFree, now))
    }

    /// Why something still waits, as if it were decided now.
    pub fn explain_waiting(
        &mut self,
        id: QueueItemId,
        now: Timestamp,
    ) -> Result<Headcount, RouterError> {
        let number = self.number(id)?;
        let needs = self.needs(number);
        let class = self.class_of(&needs);
        Ok(self.headcount(number, self.classes.get(class), now))
    }

    /// How many pieces of work like this one the agents who are available and may serve it
    /// hold at once: the `slots` of [`super::estimate_wait`].
    pub fn slots_for(&mut self, id: QueueItemId) -> Result<u32, RouterError> {
        let number = self.number(id)?;
        let needs = self.needs(number);
        let class = self.class_of(&needs);
        let able = &self.classes.get(class).eligible;
        let seats = able.both(&self.seats.available);
        let places = seats.map(|seat| {
            let seat = u32::try_from(seat).unwrap_or(u32::MAX);
            self.seats.get(seat).places(needs.kind)
        });
        Ok(places.fold(0, u32::saturating_add))
    }

    /// Puts an item in line, or again where it now belongs in it, and has it looked at.
    pub(super) fn stand_in_line(&mut self, number: u32, now: Timestamp, trigger: Trigger) {
        self.lift(number, now);
        self.rerank(number);
        let step = self.step_at(number, now);
        self.entry_mut(number).step = step;
        self.entry_mut(number).own = self.own_agents(number);
        let hold = self.hold(number).filter(|until| *until > now);
        let entry = self.entry(number);
        let (key, id) = (entry.key(number), entry.item.id);
        let spot = if let Some(until) = hold {
            Spot::Held { until }
        } else {
            let needs = self.needs(number);
            let class = self.class_of(&needs);
            self.classes.insert(class, key);
            Spot::Waiting { class }
        };
        self.entry_mut(number).spot = spot;
        let queue = self.entry(number).queue as usize;
        self.lines[queue].insert(key);
        for seat in &self.entry(number).own.clone() {
            self.seats.get_mut(*seat).personal.insert(key);
        }
        if let Some(until) = hold {
            self.timers.set(until, Timer::Item(id));
        }
        if let Some(step) = self.queues[queue].eases.get(usize::from(step)) {
            let due = self.entry(number).since.plus(seconds(step.after_s));
            self.timers.set(due, Timer::Item(id));
        }
        self.looks.push_back(Look::Item {
            number,
            id,
            trigger,
        });
    }

    /// Takes an item from wherever it is: out of the line, or from its agent.
    pub(super) fn lift(&mut self, number: u32, now: Timestamp) {
        let entry = self.entry(number);
        let (key, queue, kind) = (entry.key(number), entry.queue as usize, entry.item.kind);
        match entry.spot {
            Spot::Offered { seat, .. } | Spot::Assigned { seat, .. } => {
                if self.seats.release(seat, number, kind, now) {
                    self.looks.push_back(Look::Seat(seat));
                }
                return;
            }
            Spot::Waiting { class } => self.classes.remove(class, &key),
            Spot::Held { .. } => {}
        }
        if self.lines[queue].remove(&key) {
            for seat in std::mem::take(&mut self.entry_mut(number).own) {
                self.seats.get_mut(seat).personal.remove(&key);
            }
        }
    }

    /// Gives an item to an agent, as an offer or for good.
    pub(super) fn seat_item(&mut self, number: u32, spot: Spot, now: Timestamp) {
        self.lift(number, now);
        let entry = self.entry_mut(number);
        entry.spot = spot;
        let (id, kind) = (entry.item.id, entry.item.kind);
        let (seat, due) = match spot {
            Spot::Offered { seat, until } => (seat, Some(until)),
            Spot::Assigned { seat, answer_by } => (seat, answer_by),
            Spot::Waiting { .. } | Spot::Held { .. } => return,
        };
        self.seats.take(seat, number, kind, now);
        if let Some(due) = due {
            self.timers.set(due, Timer::Item(id));
        }
    }

    pub(super) fn rerank(&mut self, number: u32) {
        let queue = &self.queues[self.entry(number).queue as usize];
        let entry = self.entry(number);
        let rank = queue.priorities.rank(&entry.item, entry.added);
        self.entry_mut(number).rank = rank;
    }

    pub(super) fn step_at(&self, number: u32, now: Timestamp) -> u8 {
        let waited = now.since(self.entry(number).since);
        let steps = self.queue_of(number).eases.iter();
        let reached = steps
            .take_while(|step| seconds(step.after_s) <= waited)
            .count();
        u8::try_from(reached).unwrap_or(u8::MAX)
    }

    fn class_of(&mut self, needs: &Needs) -> u32 {
        let queue = &self.queues[needs.queue as usize];
        self.classes.intern(needs, queue, &self.seats)
    }

    /// The customer's own agents: dedicated ones whatever they can do, since they are the
    /// customer's choice; the last one where fit for what is needed now.
    fn own_agents(&mut self, number: u32) -> Vec<u32> {
        let entry = self.entry(number);
        let is_last_first = self.queue_of(number).continuity.is_last_agent_first;
        let last = entry.item.last_agent.filter(|_| is_last_first);
        let dedicated = entry.item.dedicated.iter();
        let mut own: Vec<u32> = dedicated
            .filter_map(|agent| self.seats.number(*agent))
            .collect();
        if let Some(seat) = last.and_then(|agent| self.seats.number(agent))
            && !own.contains(&seat)
        {
            let needs = self.needs(number);
            let class = self.class_of(&needs);
            if self.classes.get(class).is_eligible(seat) {
                own.push(seat);
            }
        }
        own
    }

    fn is_dedicated(&self, number: u32, seat: u32) -> bool {
        let agent = self.seats.get(seat).profile.id;
        self.entry(number).item.dedicated.contains(&agent)
    }

    /// Until when an item waits for its own agent: while one of them is at work, and was
    /// not asked already.
    fn hold(&self, number: u32) -> Option<Timestamp> {
        let entry = self.entry(number);
        let continuity = &self.queue_of(number).continuity;
        let is_worth = |seat: &u32| {
            self.seats.get(*seat).is_at_work() && !entry.paused.iter().any(|(who, _)| who == seat)
        };
        let holds = entry.own.iter().filter(|seat| is_worth(seat)).map(|seat| {
            if self.is_dedicated(number, *seat) {
                continuity.dedicated_hold_s
            } else {
                continuity.last_agent_hold_s
            }
        });
        let longest = holds.max().filter(|hold| *hold > 0)?;
        Some(entry.since.plus(seconds(longest)))
    }

    fn find_agent(&mut self, number: u32, now: Timestamp) -> Option<Choice> {
        let class = match self.entry(number).spot {
            Spot::Waiting { class } => class,
            Spot::Held { .. } | Spot::Offered { .. } | Spot::Assigned { .. } => {
                let needs = self.needs(number);
                self.class_of(&needs)
            }
        };
        let entry = self.entry(number);
        let kind = entry.item.kind;
        let may = |seat: u32| self.seats.is_free(seat, kind) && !entry.is_paused(seat, now);
        let own = entry.own.iter().copied().find(|seat| may(*seat));
        let is_held = matches!(entry.spot, Spot::Held { .. });
        let mut best = Best::default();
        if own.is_some() || !is_held {
            let found = self.classes.get(class);
            for seat in found.eligible.both(&self.seats.free[kind.index()]) {
                let seat = u32::try_from(seat).unwrap_or(u32::MAX);
                if !entry.is_paused(seat, now) {
                    best.add(self.merit(number, seat, found), seat);
                }
            }
        }
        let (seat, reason) = match own {
            Some(seat) if self.is_dedicated(number, seat) => (seat, Reason::Dedicated),
            Some(seat) => (seat, Reason::LastAgent),
            None => (best.seat()?, self.reason(number, &best)),
        };
        Some(Choice {
            seat,
            reason,
            best,
            class,
        })
    }

    /// The item that is first in line for this agent.
    fn find_work(&self, seat: u32, now: Timestamp) -> Option<u32> {
        if !self.seats.available.contains(seat as usize) {
            return None;
        }
        let mut first: Option<(Rank, QueueItemId, u32)> = None;
        let is_before = |first: &Option<(Rank, QueueItemId, u32)>, rank, id| {
            first.is_none_or(|(best, of, _)| (rank, id) < (best, of))
        };
        for head in &self.classes.active {
            // Most classes are ruled out by their head alone.
            if !is_before(&first, head.key.rank, head.key.id) {
                continue;
            }
            let class = self.classes.get(head.class);
            if class.is_eligible(seat) && self.seats.is_free(seat, class.needs.kind) {
                let mut waiting = class.waiting.iter();
                let open = waiting.find(|key| !self.entry(key.item).is_paused(seat, now));
                if let Some(key) = open.filter(|key| is_before(&first, key.rank, key.id)) {
                    first = Some((key.rank, key.id, key.item));
                }
            }
        }
        for key in &self.seats.get(seat).personal {
            let entry = self.entry(key.item);
            if self.seats.is_free(seat, entry.item.kind) && !entry.is_paused(seat, now) {
                let credit = self.queue_of(key.item).continuity.own_agent_credit_s;
                let rank = key.rank.ahead(seconds(credit));
                if is_before(&first, rank, key.id) {
                    first = Some((rank, key.id, key.item));
                }
            }
        }
        first.map(|(_, _, number)| number)
    }

    fn deliver(
        &mut self,
        number: u32,
        choice: &Choice,
        trigger: Trigger,
        now: Timestamp,
    ) -> Decision {
        let seat = choice.seat;
        let explanation = self.explanation(number, choice, trigger, now);
        let (spot, mode) = match self.queue_of(number).delivery {
            Delivery::Offer { expires_s } => {
                let until = now.plus(seconds(expires_s));
                (Spot::Offered { seat, until }, Mode::Offer { until })
            }
            Delivery::Direct { answer_within_s } => {
                let answer_by = answer_within_s.map(|limit| now.plus(seconds(limit)));
                (
                    Spot::Assigned { seat, answer_by },
                    Mode::Direct { answer_by },
                )
            }
        };
        self.seat_item(number, spot, now);
        self.decision(number, seat, mode, explanation, now)
    }

    fn decision(
        &self,
        number: u32,
        seat: u32,
        mode: Mode,
        explanation: Explanation,
        now: Timestamp,
    ) -> Decision {
        let item = &self.entry(number).item;
        Decision {
            item_id: item.id,
            conversation_id: item.conversation_id,
            queue_id: item.queue_id,
            agent_id: self.seats.get(seat).profile.id,
            mode,
            at: now,
            explanation,
        }
    }

    /// What a person decided, as a decision like any other.
    pub(super) fn deliver_by_hand(
        &mut self,
        number: u32,
        seat: u32,
        (spot, mode): (Spot, Mode),
        now: Timestamp,
    ) -> Decision {
        let needs = self.needs(number);
        let choice = Choice {
            seat,
            reason: Reason::ByHand,
            best: Best::default(),
            class: self.class_of(&needs),
        };
        let explanation = self.explanation(number, &choice, Trigger::Transferred, now);
        self.seat_item(number, spot, now);
        self.decision(number, seat, mode, explanation, now)
    }
}

pub(super) fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}
