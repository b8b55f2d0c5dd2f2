//! What people do with work: take it, decline it, answer, send it on, finish it.

use super::explain::{Decision, Mode, Trigger};
use super::floor::{Notice, RouterError};
use super::matching::seconds;
use super::queues::Delivery;
use super::router::{Look, Router, Spot};
use super::timers::Timer;
use super::work::Target;
use crate::ids::{AgentId, QueueItemId};
use crate::time::Timestamp;

/// How long a colleague has to take what was sent to them, in seconds, where the queue
/// does not say.
const TRANSFER_EXPIRES_S: u32 = 60;

impl Router {
    /// The agent takes an offer.
    pub fn accept(
        &mut self,
        id: QueueItemId,
        agent: AgentId,
        now: Timestamp,
    ) -> Result<(), RouterError> {
        let (number, seat) = self.offered(id, agent)?;
        self.seats.get_mut(seat).missed = 0;
        let entry = self.entry_mut(number);
        entry.sender = None;
        entry.spot = Spot::Assigned {
            seat,
            answer_by: None,
        };
        if let Delivery::Direct {
            answer_within_s: Some(limit),
        } = self.queue_of(number).delivery
        {
            let by = now.plus(seconds(limit));
            self.entry_mut(number).spot = Spot::Assigned {
                seat,
                answer_by: Some(by),
            };
            self.timers.set(by, Timer::Item(id));
        }
        Ok(())
    }

    /// The agent does not take an offer. It goes back to who sent it, or to the next one.
    pub fn decline(
        &mut self,
        id: QueueItemId,
        agent: AgentId,
        now: Timestamp,
    ) -> Result<(), RouterError> {
        let (number, seat) = self.offered(id, agent)?;
        self.seats.get_mut(seat).missed = 0;
        self.send_back(number, seat, now, Trigger::Declined);
        Ok(())
    }

    /// The agent answered an offer, whatever they said: those they left before no longer count.
    pub fn forgive(&mut self, agent: AgentId) {
        if let Some(seat) = self.seats.number(agent) {
            self.seats.get_mut(seat).missed = 0;
        }
    }

    /// The agent has answered the customer; the work stays with them.
    pub fn answered(&mut self, id: QueueItemId) -> Result<(), RouterError> {
        let number = self.number(id)?;
        if let Spot::Assigned { seat, .. } = self.entry(number).spot {
            self.entry_mut(number).spot = Spot::Assigned {
                seat,
                answer_by: None,
            };
            self.seats.get_mut(seat).missed = 0;
        }
        Ok(())
    }

    /// A decision could not be stored: the item stands in line again where it stood, and
    /// nobody is paused.
    pub fn put_back(&mut self, id: QueueItemId, now: Timestamp) -> Result<(), RouterError> {
        let number = self.number(id)?;
        self.stand_in_line(number, now, Trigger::Changed);
        Ok(())
    }

    /// A person gives work to an agent. Capacity is theirs to judge.
    pub fn assign(
        &mut self,
        id: QueueItemId,
        agent: AgentId,
        now: Timestamp,
    ) -> Result<Decision, RouterError> {
        let number = self.number(id)?;
        let seat = self.seats.number(agent).ok_or(RouterError::UnknownAgent)?;
        let spot = Spot::Assigned {
            seat,
            answer_by: None,
        };
        let mode = Mode::Direct { answer_by: None };
        Ok(self.deliver_by_hand(number, seat, (spot, mode), now))
    }

    /// Sends work on. An agent at work is asked, full or not, and it comes back when they
    /// do not take it; a team or queue has it in line where it would stand had it come
    /// there first. Whoever sent it is not asked for a while.
    pub fn transfer(
        &mut self,
        id: QueueItemId,
        to: Target,
        now: Timestamp,
    ) -> Result<Option<Decision>, RouterError> {
        let number = self.number(id)?;
        let sender = match self.entry(number).spot {
            Spot::Assigned { seat, .. } => Some(seat),
            Spot::Waiting { .. } | Spot::Held { .. } | Spot::Offered { .. } => None,
        };
        match to {
            Target::Agent(agent) => {
                let seat = self.seats.number(agent).ok_or(RouterError::UnknownAgent)?;
                if !self.seats.get(seat).is_at_work() {
                    return Err(RouterError::AgentAbsent);
                }
                let expires_s = match self.queue_of(number).delivery {
                    Delivery::Offer { expires_s } => expires_s,
                    Delivery::Direct { .. } => TRANSFER_EXPIRES_S,
                };
                let until = now.plus(seconds(expires_s));
                self.entry_mut(number).sender = sender;
                let spot = Spot::Offered { seat, until };
                let mode = Mode::Offer { until };
                return Ok(Some(self.deliver_by_hand(number, seat, (spot, mode), now)));
            }
            Target::Team(team) => {
                self.lift(number, now);
                self.entry_mut(number).team = Some(team);
            }
            Target::Queue(queue) => {
                let known = self.queue_numbers.get(&queue);
                let queue_number = *known.ok_or(RouterError::UnknownQueue)?;
                self.lift(number, now);
                let entry = self.entry_mut(number);
                entry.queue = queue_number;
                entry.item.queue_id = queue;
                entry.team = None;
            }
        }
        let entry = self.entry_mut(number);
        // What it waited for before is over; the customer's time in line is not.
        entry.since = now;
        entry.paused.clear();
        entry.item.last_agent = None;
        if let Some(seat) = sender {
            self.pause(number, seat, now);
        }
        self.stand_in_line(number, now, Trigger::Transferred);
        Ok(None)
    }

    pub(super) fn offer_is_over(&mut self, number: u32, seat: u32, now: Timestamp) {
        let agent_id = self.seats.get(seat).profile.id;
        let item_id = self.entry(number).item.id;
        self.notices.push(Notice::Expired { item_id, agent_id });
        let who = self.seats.get_mut(seat);
        who.missed += 1;
        if who.missed >= self.settings.missed_offers_max {
            let missed = who.missed;
            self.notices.push(Notice::SeemsAway { agent_id, missed });
        }
        self.send_back(number, seat, now, Trigger::Expired);
    }

    pub(super) fn answer_is_missing(&mut self, number: u32, seat: u32, now: Timestamp) {
        let agent_id = self.seats.get(seat).profile.id;
        let item_id = self.entry(number).item.id;
        self.notices.push(Notice::Unanswered { item_id, agent_id });
        self.return_to_line(number, seat, now, Trigger::Unanswered);
    }

    /// To the colleague who sent it, or back in line.
    fn send_back(&mut self, number: u32, seat: u32, now: Timestamp, trigger: Trigger) {
        let sender = self.entry_mut(number).sender.take();
        match sender.filter(|sender| self.seats.get(*sender).is_at_work()) {
            Some(sender) => {
                let spot = Spot::Assigned {
                    seat: sender,
                    answer_by: None,
                };
                self.seat_item(number, spot, now);
                self.notices.push(Notice::Returned {
                    item_id: self.entry(number).item.id,
                    to: self.seats.get(sender).profile.id,
                });
            }
            None => self.return_to_line(number, seat, now, trigger),
        }
    }

    pub(super) fn return_to_line(
        &mut self,
        number: u32,
        seat: u32,
        now: Timestamp,
        trigger: Trigger,
    ) {
        self.lift(number, now);
        self.entry_mut(number).since = now;
        self.pause(number, seat, now);
        self.stand_in_line(number, now, trigger);
    }

    /// Does not ask an agent for this item for a while, so that others are asked first.
    fn pause(&mut self, number: u32, seat: u32, now: Timestamp) {
        let until = now.plus(self.queue_of(number).decline_pause());
        if until <= now {
            return;
        }
        let entry = self.entry_mut(number);
        entry.paused.retain(|(who, _)| *who != seat);
        entry.paused.push((seat, until));
        let id = entry.item.id;
        self.timers.set(until, Timer::Pause(id));
    }

    fn offered(&self, id: QueueItemId, agent: AgentId) -> Result<(u32, u32), RouterError> {
        let number = self.number(id)?;
        let seat = self.seats.number(agent).ok_or(RouterError::UnknownAgent)?;
        match self.entry(number).spot {
            Spot::Offered { seat: to, .. } if to == seat => Ok((number, seat)),
            Spot::Offered { .. }
            | Spot::Waiting { .. }
            | Spot::Held { .. }
            | Spot::Assigned { .. } => Err(RouterError::OfferOver),
        }
    }

    /// Looks at everything that waits. For use after doubt, such as an error while storing.
    pub fn look_again(&mut self) {
        let items: Vec<Look> = self
            .lines
            .iter()
            .flatten()
            .map(|key| Look::Item {
                number: key.item,
                id: key.id,
                trigger: Trigger::Changed,
            })
            .collect();
        self.looks.extend(items);
    }
}
