//! Agents as the router sees them: a number, what they carry, and whether they can take
//! one more of each kind of work.

use std::collections::{BTreeSet, HashMap};

use super::bits::Bits;
use super::classes::Key;
use super::people::AgentProfile;
use super::work::WorkKind;
use crate::identity::agent::Presence;
use crate::ids::AgentId;
use crate::time::Timestamp;

/// One agent.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    pub profile: AgentProfile,
    pub presence: Presence,
    pub is_on_shift: bool,
    /// Left for good; its number is not used again while work points to it.
    pub is_gone: bool,
    /// Work offered or assigned, by item number.
    pub work: BTreeSet<u32>,
    pub counts: [u32; 4],
    pub units: u32,
    pub idle_since: Timestamp,
    /// Who waits and would like to have this agent.
    pub personal: BTreeSet<Key>,
    /// Offers left unanswered in a row.
    pub missed: u32,
    pub grace_until: Option<Timestamp>,
    /// Since when they are gone, as far as is known.
    pub left_at: Option<Timestamp>,
}

impl Seat {
    fn new(profile: AgentProfile, now: Timestamp) -> Self {
        Self {
            profile,
            presence: Presence::Offline,
            is_on_shift: true,
            is_gone: false,
            work: BTreeSet::new(),
            counts: [0; 4],
            units: 0,
            idle_since: now,
            personal: BTreeSet::new(),
            missed: 0,
            grace_until: None,
            left_at: None,
        }
    }

    /// Takes new work.
    pub fn is_available(&self) -> bool {
        !self.is_gone && self.is_on_shift && self.presence == Presence::Online
    }

    /// At the desk, even if full or busy; waiting a moment for them makes sense.
    pub fn is_at_work(&self) -> bool {
        let is_here = match self.presence {
            Presence::Online | Presence::Busy => true,
            Presence::Break | Presence::Away | Presence::Offline => false,
        };
        !self.is_gone && self.is_on_shift && is_here
    }

    /// Whether one more of a kind fits.
    pub fn has_room(&self, kind: WorkKind) -> bool {
        let capacity = &self.profile.capacity;
        let is_below = |most: &u32| self.counts[kind.index()] < *most;
        capacity
            .costs
            .get(&kind)
            .is_some_and(|cost| self.units + cost <= capacity.units)
            && capacity.most.get(&kind).is_none_or(is_below)
    }

    /// How many pieces of a kind fit when there is nothing else.
    pub fn places(&self, kind: WorkKind) -> u32 {
        self.profile.capacity.places(kind)
    }

    /// Share of the capacity in use, in percent.
    pub fn busy_percent(&self) -> u32 {
        (self.units * 100)
            .checked_div(self.profile.capacity.units)
            .unwrap_or(100)
    }
}

/// All agents.
#[derive(Debug, Clone, Default)]
pub(super) struct Seats {
    by_id: HashMap<AgentId, u32>,
    all: Vec<Seat>,
    pub available: Bits,
    /// How many have left for good.
    pub gone: u32,
    /// Available and with room for one more, by kind.
    pub free: [Bits; 4],
}

impl Seats {
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The agent has left for good.
    pub fn leave(&mut self, number: u32) {
        let seat = self.get_mut(number);
        seat.presence = Presence::Offline;
        if !std::mem::replace(&mut seat.is_gone, true) {
            self.gone += 1;
        }
        self.refresh(number);
    }

    pub fn number(&self, id: AgentId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    pub fn get(&self, number: u32) -> &Seat {
        &self.all[number as usize]
    }

    pub fn get_mut(&mut self, number: u32) -> &mut Seat {
        &mut self.all[number as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &Seat)> {
        (0..).zip(self.all.iter())
    }

    /// The number of an agent; new ones begin offline.
    pub fn upsert(&mut self, profile: AgentProfile, now: Timestamp) -> u32 {
        if let Some(number) = self.number(profile.id) {
            let seat = self.get_mut(number);
            seat.profile = profile;
            let was_gone = std::mem::replace(&mut seat.is_gone, false);
            seat.units = units(seat);
            self.gone -= u32::from(was_gone);
            self.refresh(number);
            return number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.by_id.insert(profile.id, number);
        self.all.push(Seat::new(profile, now));
        number
    }

    /// Brings the bits in line with the seat.
    pub fn refresh(&mut self, number: u32) {
        let index = number as usize;
        let is_available = self.all[index].is_available();
        self.available.set(index, is_available);
        for kind in WorkKind::ALL {
            let is_free = is_available && self.all[index].has_room(kind);
            self.free[kind.index()].set(index, is_free);
        }
    }

    pub fn is_free(&self, number: u32, kind: WorkKind) -> bool {
        self.free[kind.index()].contains(number as usize)
    }

    pub fn take(&mut self, number: u32, item: u32, kind: WorkKind, now: Timestamp) {
        let seat = self.get_mut(number);
        if seat.work.insert(item) {
            seat.counts[kind.index()] += 1;
            seat.units = units(seat);
            seat.idle_since = now;
            self.refresh(number);
        }
    }

    /// False when the agent did not have it.
    pub fn release(&mut self, number: u32, item: u32, kind: WorkKind, now: Timestamp) -> bool {
        let seat = self.get_mut(number);
        if !seat.work.remove(&item) {
            return false;
        }
        seat.counts[kind.index()] = seat.counts[kind.index()].saturating_sub(1);
        seat.units = units(seat);
        seat.idle_since = now;
        self.refresh(number);
        true
    }
}

/// What the work costs by the present capacity; a kind that is no longer taken costs all.
fn units(seat: &Seat) -> u32 {
    let capacity = &seat.profile.capacity;
    WorkKind::ALL
        .into_iter()
        .map(|kind| match seat.counts[kind.index()] {
            0 => 0,
            count => {
                count.saturating_mul(capacity.costs.get(&kind).copied().unwrap_or(capacity.units))
            }
        })
        .fold(0, u32::saturating_add)
}
