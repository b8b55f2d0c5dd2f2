//! What happens when nobody does anything: holds end, steps are reached, offers expire.
//!
//! A timer is checked against what it is about when it fires, so a change never has to
//! look for its old timer.

use std::collections::BTreeSet;

use super::explain::Trigger;
use super::floor::Notice;
use super::router::{Look, Router, Spot};
use crate::ids::QueueItemId;
use crate::time::Timestamp;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// A hold, a step, an offer or an answer of this item.
    Item(QueueItemId),
    /// Somebody who declined may be asked again.
    Pause(QueueItemId),
    /// An agent has been gone for too long.
    Grace(u32),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Timers(BTreeSet<(Timestamp, Timer)>);

impl Timers {
    pub fn set(&mut self, at: Timestamp, timer: Timer) {
        self.0.insert((at, timer));
    }

    fn pop(&mut self, now: Timestamp) -> Option<Timer> {
        let (at, _) = self.0.first()?;
        if *at > now {
            return None;
        }
        self.0.pop_first().map(|(_, timer)| timer)
    }
}

impl Router {
    /// When [`Router::tick`] has something to do next. Sometimes a little early.
    #[must_use]
    pub fn next_timer(&self) -> Option<Timestamp> {
        self.timers.0.first().map(|(at, _)| *at)
    }

    /// Lets everything happen that is due. Ask [`Router::decide`] afterwards.
    pub fn tick(&mut self, now: Timestamp) {
        while let Some(timer) = self.timers.pop(now) {
            match timer {
                Timer::Item(id) => self.item_is_due(id, now),
                Timer::Pause(id) => self.pause_is_over(id, now),
                Timer::Grace(seat) => self.grace_is_over(seat, now),
            }
        }
    }

    fn item_is_due(&mut self, id: QueueItemId, now: Timestamp) {
        let Some(number) = self.numbers.get(&id).copied() else {
            return;
        };
        match self.entry(number).spot {
            Spot::Held { until } if until <= now => {
                self.stand_in_line(number, now, Trigger::HoldOver);
            }
            Spot::Waiting { .. } | Spot::Held { .. } => {
                let step = self.step_at(number, now);
                if step > self.entry(number).step {
                    self.stand_in_line(number, now, Trigger::Eased);
                    self.notices.push(Notice::Eased { item_id: id, step });
                }
            }
            Spot::Offered { seat, until } if until <= now => self.offer_is_over(number, seat, now),
            Spot::Assigned {
                seat,
                answer_by: Some(by),
            } if by <= now => self.answer_is_missing(number, seat, now),
            Spot::Offered { .. } | Spot::Assigned { .. } => {}
        }
    }

    fn pause_is_over(&mut self, id: QueueItemId, now: Timestamp) {
        let Some(number) = self.numbers.get(&id).copied() else {
            return;
        };
        self.entry_mut(number)
            .paused
            .retain(|(_, until)| *until > now);
        if self.is_waiting(number) {
            self.looks.push_back(Look::Item {
                number,
                id,
                trigger: Trigger::Declined,
            });
        }
    }
}
