//! A stopwatch that remembers when it ran, so that the time it used can be counted again
//! with another calendar.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Basis;
use crate::calendars::BusinessTime;
use crate::limits::CLOCK_STRETCHES_MAX;
use crate::time::Timestamp;

/// One measured stretch of service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meter {
    /// 1 for the first time it ran, 2 for the second … 0 before.
    pub round: u32,
    /// Stretches that are over.
    pub ran: Vec<(Timestamp, Timestamp)>,
    /// Whether and since when it runs.
    pub running: Running,
}

/// Whether a meter runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Running {
    /// There is nothing to measure.
    #[default]
    Idle,
    /// Since a time.
    Since {
        /// When.
        at: Timestamp,
    },
    /// It stands still and will go on.
    Paused,
    /// What it measured has come.
    Met {
        /// When.
        at: Timestamp,
    },
}

/// Counts time by one of two clocks.
#[derive(Clone, Copy)]
pub(super) struct Counter<'a> {
    pub basis: Basis,
    pub business: Option<&'a BusinessTime>,
}

impl Counter<'_> {
    fn calendar(&self) -> Option<&BusinessTime> {
        match self.basis {
            Basis::Wall => None,
            Basis::Business => self.business,
        }
    }

    fn between(&self, from: Timestamp, to: Timestamp) -> Duration {
        self.calendar()
            .map_or_else(|| to.since(from), |business| business.between(from, to))
    }

    fn add(&self, from: Timestamp, time: Duration) -> Option<Timestamp> {
        match self.calendar() {
            None => Some(from.plus(time)),
            Some(business) => business.add(from, time),
        }
    }
}

impl Meter {
    /// Starts a new round, running or standing still.
    pub(super) fn start(&mut self, at: Timestamp, is_paused: bool) {
        self.round += 1;
        self.ran.clear();
        self.running = if is_paused {
            Running::Paused
        } else {
            Running::Since { at }
        };
    }

    /// Goes on with the present round.
    pub(super) fn go_on(&mut self, at: Timestamp, is_paused: bool) {
        self.running = if is_paused {
            Running::Paused
        } else {
            Running::Since { at }
        };
    }

    pub(super) fn pause(&mut self, at: Timestamp) {
        if let Running::Since { at: since } = self.running {
            self.keep(since, at);
            self.running = Running::Paused;
        }
    }

    pub(super) fn resume(&mut self, at: Timestamp) {
        match self.running {
            Running::Paused => self.running = Running::Since { at },
            Running::Idle | Running::Since { .. } | Running::Met { .. } => {}
        }
    }

    pub(super) fn meet(&mut self, at: Timestamp) {
        match self.running {
            Running::Since { at: since } => {
                self.keep(since, at);
                self.running = Running::Met { at };
            }
            Running::Paused => self.running = Running::Met { at },
            Running::Idle | Running::Met { .. } => {}
        }
    }

    /// Whether it has begun and what it measures has not come.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self.running {
            Running::Since { .. } | Running::Paused => true,
            Running::Idle | Running::Met { .. } => false,
        }
    }

    fn keep(&mut self, from: Timestamp, to: Timestamp) {
        if to <= from {
            return;
        }
        if self.ran.len() >= CLOCK_STRETCHES_MAX {
            // So many pauses: the two oldest stretches become one of their joint length.
            let (first, second) = (self.ran[0], self.ran.remove(1));
            self.ran[0] = (first.0, first.1.plus(second.1.since(second.0)));
        }
        self.ran.push((from, to));
    }

    /// Time used so far.
    pub(super) fn used(&self, counter: Counter<'_>, now: Timestamp) -> Duration {
        let over: Duration = self
            .ran
            .iter()
            .map(|(from, to)| counter.between(*from, *to))
            .sum();
        match self.running {
            Running::Since { at } => over + counter.between(at, now),
            Running::Idle | Running::Paused | Running::Met { .. } => over,
        }
    }

    /// When so much time was or will be used, as things stand. None when it stands still
    /// or has ended before.
    pub(super) fn crossing(&self, counter: Counter<'_>, time: Duration) -> Option<Timestamp> {
        let mut rest = time;
        for (from, to) in &self.ran {
            let used = counter.between(*from, *to);
            // What ended at the very limit was in time.
            if rest < used {
                return counter.add(*from, rest);
            }
            rest -= used;
        }
        match self.running {
            Running::Since { at } => counter.add(at, rest),
            Running::Idle | Running::Paused | Running::Met { .. } => None,
        }
    }
}
