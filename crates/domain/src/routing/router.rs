//! The router: what waits, who is there, and what there is to look at.
//!
//! Work-conserving by triggers. After a change only what changed is looked at: new or
//! returned work looks for an agent, an agent with new room looks for work. When nothing
//! is left to look at, no waiting item has a free agent who may serve it; the tests
//! compare this with a search through everything.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use super::classes::{Classes, Key, Needs};
use super::explain::{Decision, Trigger};
use super::floor::{Notice, Place, RouterError, RouterSettings};
use super::people::AgentProfile;
use super::priority::Rank;
use super::queues::Queue;
use super::seats::Seats;
use super::timers::Timers;
use super::work::{QueueItem, WorkKind};
use crate::identity::agent::Presence;
use crate::ids::{AgentId, QueueId, QueueItemId, TeamId};
use crate::limits::QUEUE_CREDIT_MAX;
use crate::time::Timestamp;

/// One piece of work and what the router has to remember of it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub item: QueueItem,
    pub queue: u32,
    /// Set by a transfer to a team.
    pub team: Option<TeamId>,
    pub added: Duration,
    pub rank: Rank,
    /// Since when it stands in line this time.
    pub since: Timestamp,
    pub step: u8,
    pub spot: Spot,
    /// Not to be asked before a time.
    pub paused: Vec<(u32, Timestamp)>,
    /// The customer's own agents, as found when it last stood in line: dedicated ones, and
    /// the last one where fit.
    pub own: Vec<u32>,
    /// Who sent it to a colleague, to have it back when declined.
    pub sender: Option<u32>,
    /// Since when its agent has it, if that is known.
    pub taken_at: Option<Timestamp>,
}

/// Where an entry is, by the router's own numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    Waiting {
        class: u32,
    },
    Held {
        until: Timestamp,
    },
    Offered {
        seat: u32,
        until: Timestamp,
    },
    Assigned {
        seat: u32,
        answer_by: Option<Timestamp>,
    },
}

impl Entry {
    pub fn key(&self, number: u32) -> Key {
        Key {
            rank: self.rank,
            id: self.item.id,
            item: number,
        }
    }

    pub fn is_paused(&self, seat: u32, now: Timestamp) -> bool {
        self.paused
            .iter()
            .any(|(who, until)| *who == seat && *until > now)
    }
}

/// Something to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Item {
        number: u32,
        id: QueueItemId,
        trigger: Trigger,
    },
    Seat(u32),
}

/// Keeps waiting work and agents together.
#[derive(Debug, Clone, Default)]
pub struct Router {
    pub(super) settings: RouterSettings,
    pub(super) queue_numbers: HashMap<QueueId, u32>,
    pub(super) queues: Vec<Queue>,
    /// Who waits in each queue, for positions.
    pub(super) lines: Vec<BTreeSet<Key>>,
    pub(super) seats: Seats,
    pub(super) classes: Classes,
    pub(super) numbers: HashMap<QueueItemId, u32>,
    pub(super) entries: Vec<Option<Entry>>,
    pub(super) unused: Vec<u32>,
    pub(super) looks: VecDeque<Look>,
    pub(super) timers: Timers,
    pub(super) notices: Vec<Notice>,
}

impl Router {
    /// An empty floor.
    #[must_use]
    pub fn new(settings: RouterSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Adds or changes a queue. Who waits is judged afresh.
    pub fn upsert_queue(&mut self, queue: Queue, now: Timestamp) {
        if let Some(number) = self.queue_numbers.get(&queue.id).copied() {
            self.queues[number as usize] = queue;
            let queue = &self.queues[number as usize];
            self.classes.judge_queue(number, queue, &self.seats);
            let waiting: Vec<u32> = self.lines[number as usize]
                .iter()
                .map(|key| key.item)
                .collect();
            for item in waiting {
                self.stand_in_line(item, now, Trigger::Changed);
            }
            return;
        }
        let number = u32::try_from(self.queues.len()).unwrap_or(u32::MAX);
        self.queue_numbers.insert(queue.id, number);
        self.queues.push(queue);
        self.lines.push(BTreeSet::new());
    }

    /// Adds an agent, who begins offline, or changes what they can do.
    pub fn upsert_agent(&mut self, profile: AgentProfile, now: Timestamp) {
        let seat = self.seats.upsert(profile, now);
        let profile = &self.seats.get(seat).profile;
        self.classes.judge_seat(&self.queues, seat, Some(profile));
        self.recheck_personal(seat, now);
        self.looks.push_back(Look::Seat(seat));
    }

    /// Puts work in line.
    pub fn enqueue(&mut self, item: QueueItem, now: Timestamp) -> Result<(), RouterError> {
        if self.numbers.contains_key(&item.id) {
            return Err(RouterError::AlreadyQueued);
        }
        let queue = *self
            .queue_numbers
            .get(&item.queue_id)
            .ok_or(RouterError::UnknownQueue)?;
        let waiting = self.lines[queue as usize].len();
        let most = self.queues[queue as usize].waiting_max;
        if most.is_some_and(|most| waiting >= most as usize) {
            return Err(RouterError::QueueFull);
        }
        let number = self.insert(item, queue, now);
        self.stand_in_line(number, now, Trigger::Entered);
        Ok(())
    }

    /// Work has ended, or the customer has left.
    pub fn remove(&mut self, id: QueueItemId, now: Timestamp) -> Result<(), RouterError> {
        let number = self.number(id)?;
        self.lift(number, now);
        self.numbers.remove(&id);
        self.entries[number as usize] = None;
        self.unused.push(number);
        Ok(())
    }

    /// Gives or takes waiting time, as a standard or a person says.
    pub fn add_credit(
        &mut self,
        id: QueueItemId,
        added: Duration,
        now: Timestamp,
    ) -> Result<(), RouterError> {
        let number = self.number(id)?;
        self.entry_mut(number).added = added.min(QUEUE_CREDIT_MAX);
        if self.is_waiting(number) {
            self.stand_in_line(number, now, Trigger::Changed);
        } else {
            self.rerank(number);
        }
        Ok(())
    }

    /// Where a piece of work is.
    #[must_use]
    pub fn place(&self, id: QueueItemId) -> Option<Place> {
        let number = *self.numbers.get(&id)?;
        let agent = |seat: u32| self.seats.get(seat).profile.id;
        Some(match self.entry(number).spot {
            Spot::Waiting { .. } => Place::Waiting { held_until: None },
            Spot::Held { until } => Place::Waiting {
                held_until: Some(until),
            },
            Spot::Offered { seat, until } => Place::Offered {
                agent_id: agent(seat),
                until,
            },
            Spot::Assigned { seat, answer_by } => Place::Assigned {
                agent_id: agent(seat),
                answer_by,
            },
        })
    }

    /// How many stand before this one in its queue; none if it does not wait.
    #[must_use]
    pub fn ahead_of(&self, id: QueueItemId) -> Option<usize> {
        let number = *self.numbers.get(&id)?;
        let entry = self.entry(number);
        let line = &self.lines[entry.queue as usize];
        let key = entry.key(number);
        line.contains(&key).then(|| line.range(..key).count())
    }

    /// Who waits in a queue, first in line first.
    pub fn line(&self, queue: QueueId) -> impl Iterator<Item = QueueItemId> {
        let number = self.queue_numbers.get(&queue);
        let line = number.map(|number| &self.lines[*number as usize]);
        line.into_iter().flatten().map(|key| key.id)
    }

    /// What an agent has, offered or assigned.
    pub fn work_of(&self, agent: AgentId) -> impl Iterator<Item = QueueItemId> {
        let seat = self.seats.number(agent).map(|seat| self.seats.get(seat));
        let work = seat.into_iter().flat_map(|seat| seat.work.iter());
        work.map(|number| self.entry(*number).item.id)
    }

    /// Whether an agent is available and has room for one more of a kind.
    #[must_use]
    pub fn is_free(&self, agent: AgentId, kind: WorkKind) -> bool {
        let seat = self.seats.number(agent);
        seat.is_some_and(|seat| self.seats.is_free(seat, kind))
    }

    /// How an agent is seen; none if unknown.
    #[must_use]
    pub fn presence(&self, agent: AgentId) -> Option<Presence> {
        let seat = self.seats.number(agent)?;
        Some(self.seats.get(seat).presence)
    }

    /// What happened by itself since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// All decisions there are to make now.
    pub fn drain(&mut self, now: Timestamp) -> Vec<Decision> {
        std::iter::from_fn(|| self.decide(now)).collect()
    }

    pub(super) fn number(&self, id: QueueItemId) -> Result<u32, RouterError> {
        self.numbers
            .get(&id)
            .copied()
            .ok_or(RouterError::UnknownItem)
    }

    pub(super) fn entry(&self, number: u32) -> &Entry {
        self.entries[number as usize]
            .as_ref()
            .expect("numbers of items that have ended are used by nobody")
    }

    pub(super) fn entry_mut(&mut self, number: u32) -> &mut Entry {
        self.entries[number as usize]
            .as_mut()
            .expect("numbers of items that have ended are used by nobody")
    }

    pub(super) fn is_waiting(&self, number: u32) -> bool {
        match self.entry(number).spot {
            Spot::Waiting { .. } | Spot::Held { .. } => true,
            Spot::Offered { .. } | Spot::Assigned { .. } => false,
        }
    }

    pub(super) fn queue_of(&self, number: u32) -> &Queue {
        &self.queues[self.entry(number).queue as usize]
    }

    /// The needs of an item at its present step.
    pub(super) fn needs(&self, number: u32) -> Needs {
        let entry = self.entry(number);
        Needs {
            queue: entry.queue,
            team: entry.team,
            kind: entry.item.kind,
            skills: entry.item.needs.clone(),
            language: entry.item.language,
            step: entry.step,
        }
    }

    pub(super) fn insert(&mut self, mut item: QueueItem, queue: u32, since: Timestamp) -> u32 {
        item.needs.sort_unstable();
        item.needs.dedup_by_key(|need| need.skill_id);
        item.needs.truncate(crate::limits::ITEM_SKILLS_MAX);
        let id = item.id;
        let rank = self.queues[queue as usize]
            .priorities
            .rank(&item, Duration::ZERO);
        let entry = Entry {
            item,
            queue,
            team: None,
            added: Duration::ZERO,
            rank,
            since,
            step: 0,
            spot: Spot::Held { until: since },
            paused: Vec::new(),
            own: Vec::new(),
            sender: None,
            taken_at: None,
        };
        let number = self.unused.pop().unwrap_or_else(|| {
            self.entries.push(None);
            u32::try_from(self.entries.len() - 1).unwrap_or(u32::MAX)
        });
        self.entries[number as usize] = Some(entry);
        self.numbers.insert(id, number);
        number
    }
}
