//! Clocks under fire: two workers read the same rows, crash between reading and writing,
//! come late and come twice, while events move the deadlines. Each deadline that was
//! passed is fired exactly once, and none that was not.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::RngExt;
use rand_pcg::Pcg64Mcg;
use zhiyin_domain::session::Step;
use zhiyin_domain::standards::{
    ClockEvent, Deadline, DeadlineKey, DeadlineRow, Pause, Reading, RowChange, SessionClock, Terms,
    plan,
};
use zhiyin_domain::time::Timestamp;

use crate::stream;

/// What was found wrong; empty is right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClockFaults {
    /// Fired more than once.
    pub doubled: u32,
    /// Passed and never fired.
    pub lost: u32,
    /// Fired though the clock did not say so.
    pub invented: u32,
    /// Deadlines that fired, to see that something happened.
    pub fired: u32,
}

/// The table of deadlines and the stored clock: what survives a crash.
#[derive(Default)]
struct Store {
    clock: SessionClock,
    rows: BTreeMap<DeadlineKey, DeadlineRow>,
    /// Effects that were committed, in order.
    effects: Vec<DeadlineKey>,
}

impl Store {
    fn change(&mut self, changes: &[RowChange], now: Timestamp) {
        for change in changes {
            match *change {
                RowChange::Insert(key, due_at) => {
                    let row = DeadlineRow {
                        key,
                        due_at,
                        fired_at: None,
                    };
                    self.rows.entry(key).or_insert(row);
                }
                RowChange::Move(key, due_at) => {
                    if let Some(row) = self.rows.get_mut(&key) {
                        row.due_at = due_at;
                    }
                }
                RowChange::Delete(key) => {
                    self.rows.remove(&key);
                }
                RowChange::Fire(key, _) => {
                    if let Some(row) = self.rows.get_mut(&key)
                        && row.fired_at.is_none()
                    {
                        row.fired_at = Some(now);
                        self.effects.push(key);
                    }
                }
            }
        }
    }

    /// One transaction of a use case: event, clock and rows together.
    fn event(&mut self, event: ClockEvent, now: Timestamp, reading: Reading<'_>) {
        let fired = self.clock.apply(event, now, reading);
        self.sync(&fired, now, reading);
    }

    fn sync(&mut self, fired: &[Deadline], now: Timestamp, reading: Reading<'_>) {
        let rows: Vec<DeadlineRow> = self.rows.values().copied().collect();
        let changes = plan(&rows, fired, &self.clock.pending(reading), now);
        self.change(&changes, now);
    }

    /// One transaction of a timer: the row is still due and has not fired, so the clock
    /// and the row say that it has.
    fn fire(&mut self, read: &DeadlineRow, now: Timestamp, reading: Reading<'_>) {
        let is_same = self
            .rows
            .get(&read.key)
            .is_some_and(|row| row == read && row.due_at <= now);
        if is_same {
            let fired = self.clock.fire(now, reading);
            self.sync(&fired, now, reading);
        }
    }

    fn due(&self, now: Timestamp) -> Vec<DeadlineRow> {
        let due = self
            .rows
            .values()
            .filter(|row| row.fired_at.is_none() && row.due_at <= now);
        due.copied().collect()
    }
}

fn event(rng: &mut Pcg64Mcg) -> ClockEvent {
    let pauses = [Pause::Customer, Pause::ThirdParty, Pause::Snoozed];
    let pause = pauses[rng.random_range(0..pauses.len())];
    match rng.random_range(0..8) {
        0 | 1 => ClockEvent::CustomerWrote,
        2 => ClockEvent::CompanyReplied,
        3 => ClockEvent::PauseBegan { pause },
        4 => ClockEvent::PauseEnded { pause },
        5 => ClockEvent::StepEntered {
            step: Step::ALL[rng.random_range(0..Step::ALL.len())],
        },
        6 => ClockEvent::Resolved,
        _ => ClockEvent::Reopened,
    }
}

/// Runs one session with this seed.
#[must_use]
pub fn clocks_under_fire(seed: u64) -> ClockFaults {
    let mut rng = stream(seed, 31);
    let terms = Terms::live();
    let reading = Reading {
        terms: &terms,
        business: None,
    };
    let mut store = Store::default();
    // The same events without rows, timers or faults: what is right.
    let (mut truth, mut right) = (SessionClock::default(), Vec::new());
    let mut now = Timestamp::EPOCH;
    let mut hands: [Vec<DeadlineRow>; 2] = Default::default();
    store.event(ClockEvent::Opened, now, reading);
    right.extend(truth.apply(ClockEvent::Opened, now, reading));
    for _ in 0..40 {
        now = now.plus(Duration::from_secs(rng.random_range(1..4000)));
        let worker = rng.random_range(0..2);
        match rng.random_range(0..6) {
            // Reads rows, and may be slow to act on them.
            0 | 1 => hands[worker] = store.due(now),
            2 => {
                for row in std::mem::take(&mut hands[worker]) {
                    store.fire(&row, now, reading);
                }
            }
            // Crashes with rows in hand; nothing was written, so nothing happened.
            3 => hands[worker].clear(),
            _ => {
                let event = event(&mut rng);
                store.event(event, now, reading);
                right.extend(truth.apply(event, now, reading));
            }
        }
    }
    // Both go on until nothing is due.
    for row in store.due(now) {
        store.fire(&row, now, reading);
        store.fire(&row, now, reading);
    }
    right.extend(truth.fire(now, reading));
    let right: Vec<DeadlineKey> = right.iter().map(DeadlineKey::from).collect();
    let count =
        |keys: &[DeadlineKey], key: &DeadlineKey| keys.iter().filter(|other| *other == key).count();
    let mut faults = ClockFaults::default();
    for key in &store.effects {
        faults.fired += 1;
        faults.doubled += u32::from(count(&store.effects, key) > 1);
        faults.invented += u32::from(count(&right, key) == 0);
    }
    let is_lost = |key: &&DeadlineKey| count(&store.effects, key) == 0;
    faults.lost = u32::try_from(right.iter().filter(is_lost).count()).unwrap_or(u32::MAX);
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deadline_fires_once() {
        let mut fired = 0;
        for seed in 0..1500 {
            let faults = clocks_under_fire(seed);
            fired += faults.fired;
            let right = ClockFaults {
                fired: faults.fired,
                ..ClockFaults::default()
            };
            assert_eq!(faults, right, "seed {seed}");
        }
        assert!(fired > 3000, "{fired}");
    }
}
