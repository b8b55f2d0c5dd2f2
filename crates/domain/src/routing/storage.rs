//! What is stored of the router's work, and how a new router takes it up.
//!
//! The database is the truth: rows hold the [`QueueItem`] and its [`Standing`]. After a
//! start, tell the queues, the agents and their presence first, then the work.

use std::time::Duration;

use super::explain::Trigger;
use super::floor::{Place, RouterError, Standing};
use super::router::{Router, Spot};
use super::timers::Timer;
use super::work::QueueItem;
use crate::ids::QueueItemId;
use crate::limits::QUEUE_CREDIT_MAX;
use crate::time::Timestamp;

impl Router {
    /// The work as it is now; a transfer may have changed its queue.
    #[must_use]
    pub fn item(&self, id: QueueItemId) -> Option<&QueueItem> {
        let number = *self.numbers.get(&id)?;
        Some(&self.entry(number).item)
    }

    /// What to store beside the work.
    #[must_use]
    pub fn standing(&self, id: QueueItemId) -> Option<Standing> {
        let place = self.place(id)?;
        let entry = self.entry(*self.numbers.get(&id)?);
        let agent = |seat: u32| self.seats.get(seat).profile.id;
        let paused = entry.paused.iter();
        Some(Standing {
            place,
            since: entry.since,
            team_id: entry.team,
            added_s: u32::try_from(entry.added.as_secs()).unwrap_or(u32::MAX),
            paused: paused.map(|(seat, until)| (agent(*seat), *until)).collect(),
            sender: entry.sender.map(agent),
        })
    }

    /// Puts work where the database says it is. Work whose agent is unknown stands in line.
    pub fn restore(
        &mut self,
        item: QueueItem,
        standing: &Standing,
        now: Timestamp,
    ) -> Result<(), RouterError> {
        self.restore_because(item, standing, Trigger::Changed, now)
    }

    /// [`Router::restore`] of work that changed, with what is to be said to have made us look
    /// at it.
    pub fn restore_because(
        &mut self,
        item: QueueItem,
        standing: &Standing,
        trigger: Trigger,
        now: Timestamp,
    ) -> Result<(), RouterError> {
        if self.numbers.contains_key(&item.id) {
            return Err(RouterError::AlreadyQueued);
        }
        let id = item.id;
        let queue = *self
            .queue_numbers
            .get(&item.queue_id)
            .ok_or(RouterError::UnknownQueue)?;
        let number = self.insert(item, queue, standing.since);
        let paused = standing.paused.iter();
        let paused: Vec<(u32, Timestamp)> = paused
            .filter(|(_, until)| *until > now)
            .filter_map(|(agent, until)| Some((self.seats.number(*agent)?, *until)))
            .collect();
        for (_, until) in &paused {
            self.timers.set(*until, Timer::Pause(id));
        }
        let sender = standing.sender.and_then(|agent| self.seats.number(agent));
        let entry = self.entry_mut(number);
        entry.team = standing.team_id;
        entry.added = Duration::from_secs(standing.added_s.into()).min(QUEUE_CREDIT_MAX);
        entry.paused = paused;
        entry.sender = sender;
        self.rerank(number);
        match self.spot(standing.place) {
            None => self.stand_in_line(number, now, trigger),
            Some((seat, spot)) => {
                self.seat_item(number, spot, now);
                // Grace times are not stored: after a start they begin again, unless it is
                // known since when the agent is gone.
                if !self.seats.get(seat).is_at_work() {
                    let from = self.seats.get(seat).left_at.unwrap_or(now);
                    self.start_grace(seat, from);
                }
            }
        }
        Ok(())
    }

    /// Since when an agent has work that was restored. What they took although they were gone
    /// already is not handed over because they are gone.
    pub fn set_taken_at(&mut self, id: QueueItemId, taken_at: Timestamp) {
        if let Some(number) = self.numbers.get(&id).copied() {
            self.entry_mut(number).taken_at = Some(taken_at);
        }
    }

    fn spot(&self, place: Place) -> Option<(u32, Spot)> {
        match place {
            Place::Waiting { .. } => None,
            Place::Offered { agent_id, until } => {
                let seat = self.seats.number(agent_id)?;
                Some((seat, Spot::Offered { seat, until }))
            }
            Place::Assigned {
                agent_id,
                answer_by,
            } => {
                let seat = self.seats.number(agent_id)?;
                Some((seat, Spot::Assigned { seat, answer_by }))
            }
        }
    }
}
