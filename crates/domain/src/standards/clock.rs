//! The clocks of one session: what happened in, deadlines out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::meter::{Counter, Meter, Running};
use super::{DeadlineKey, DeadlineRow, Metric, Pause, Target, Terms};
use crate::calendars::BusinessTime;
use crate::session::Step;
use crate::time::Timestamp;

/// What happens in a session, as far as clocks care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClockEvent {
    /// The session began, by a message of the customer.
    Opened,
    /// The customer wrote.
    CustomerWrote,
    /// The company answered the customer.
    CompanyReplied,
    /// A reason to stand still.
    PauseBegan {
        /// Which.
        pause: Pause,
    },
    /// That reason is gone.
    PauseEnded {
        /// Which.
        pause: Pause,
    },
    /// Another step of the journey.
    StepEntered {
        /// Which.
        step: Step,
    },
    /// It is solved.
    Resolved,
    /// It was not.
    Reopened,
    /// Somebody else has it. The customer waits as before: no clock changes.
    Transferred,
}

/// A warning or a missed target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// So many percent of the time are used.
    Warning(u8),
    /// All of it.
    Breach,
}

/// Something that falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Deadline {
    /// When.
    pub due_at: Timestamp,
    /// What is measured.
    pub metric: Metric,
    /// For the how-manieth time.
    pub round: u32,
    /// A warning or the end.
    pub moment: Moment,
}

/// The standard that holds, and the hours it counts in.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// What the standard says.
    pub terms: &'a Terms,
    /// Its calendar; without, business time runs on like any other.
    pub business: Option<&'a BusinessTime>,
}

impl<'a> Reading<'a> {
    fn counter(&self, target: &Target) -> Counter<'a> {
        Counter {
            basis: target.basis,
            business: self.business,
        }
    }
}

/// How a target stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is measured.
    pub metric: Metric,
    /// Time used, in seconds.
    pub used_s: u64,
    /// Time there is, in seconds.
    pub target_s: u64,
    /// When it is used up, as things stand; none while it stands still.
    pub due_at: Option<Timestamp>,
    /// Whether it runs.
    pub running: Running,
    /// Whether the target is missed.
    pub is_breached: bool,
}

/// The target that ends next, as a list row shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextDeadline {
    /// What is measured.
    pub metric: Metric,
    /// When its time is used up; none while it stands still.
    pub due_at: Option<Timestamp>,
    /// Whether that is over.
    pub is_breached: bool,
}

/// The clocks of one session. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionClock {
    meters: BTreeMap<Metric, Meter>,
    pauses: BTreeSet<Pause>,
    /// The step the session is in.
    step: Option<Step>,
    /// Since when the present standard holds; it misses nothing before.
    standard_since: Option<Timestamp>,
    /// What has fired in the present round of each metric.
    fired: BTreeMap<Metric, BTreeSet<Moment>>,
}

impl SessionClock {
    /// Takes an event in, and gives what fell due before it: a deadline that passed is
    /// missed, even when no timer came to say so.
    #[must_use]
    pub fn apply(
        &mut self,
        event: ClockEvent,
        at: Timestamp,
        reading: Reading<'_>,
    ) -> Vec<Deadline> {
        let fired = self.fire_if(reading, |due| due < at);
        match event {
            ClockEvent::Opened => {
                self.begin(Metric::FirstResponse, at, reading);
                self.begin(Metric::Resolution, at, reading);
            }
            ClockEvent::CustomerWrote => {
                self.end_pause(Pause::Customer, at, reading);
                self.end_pause(Pause::Snoozed, at, reading);
                let is_first_met = matches!(
                    self.meter(Metric::FirstResponse).running,
                    Running::Met { .. }
                );
                if is_first_met && !self.meter(Metric::NextResponse).is_open() {
                    self.begin(Metric::NextResponse, at, reading);
                }
            }
            ClockEvent::CompanyReplied => {
                self.meet(Metric::FirstResponse, at);
                self.meet(Metric::NextResponse, at);
            }
            ClockEvent::PauseBegan { pause } => {
                self.pauses.insert(pause);
                self.hold(at, reading);
            }
            ClockEvent::PauseEnded { pause } => self.end_pause(pause, at, reading),
            ClockEvent::StepEntered { step } => {
                if let Some(left) = self.step.replace(step) {
                    self.meet(Metric::Step(left), at);
                }
                self.begin(Metric::Step(step), at, reading);
            }
            ClockEvent::Resolved => {
                for metric in [
                    Metric::FirstResponse,
                    Metric::NextResponse,
                    Metric::Resolution,
                ] {
                    self.meet(metric, at);
                }
                self.pauses.clear();
            }
            ClockEvent::Reopened => self.reopen(at, reading),
            ClockEvent::Transferred => {}
        }
        fired
    }

    /// Another standard holds from now on. What was used is counted again its way; what it
    /// would have missed before it held is due now.
    #[must_use]
    pub fn change_standard(
        &mut self,
        at: Timestamp,
        old: Reading<'_>,
        new: Reading<'_>,
    ) -> Vec<Deadline> {
        let fired = self.fire_if(old, |due| due < at);
        self.standard_since = Some(at);
        self.hold(at, new);
        self.release(at, new);
        fired
    }

    /// What is due and was not fired yet; it counts as fired from now on.
    #[must_use]
    pub fn fire(&mut self, now: Timestamp, reading: Reading<'_>) -> Vec<Deadline> {
        self.fire_if(reading, |due| due <= now)
    }

    /// An answer at the very end of the time is in time, so events fire only what was due
    /// before them.
    fn fire_if(
        &mut self,
        reading: Reading<'_>,
        is_due: impl Fn(Timestamp) -> bool,
    ) -> Vec<Deadline> {
        let mut due = self.pending(reading);
        due.retain(|deadline| is_due(deadline.due_at));
        for deadline in &due {
            self.fired
                .entry(deadline.metric)
                .or_default()
                .insert(deadline.moment);
        }
        due
    }

    /// All deadlines that have not fired, soonest first. One lies in the past when its time
    /// was used up and nobody has fired it.
    #[must_use]
    pub fn pending(&self, reading: Reading<'_>) -> Vec<Deadline> {
        let mut pending = Vec::new();
        for target in &reading.terms.targets {
            let Some(meter) = self.meters.get(&target.metric) else {
                continue;
            };
            let counter = reading.counter(target);
            let fired = self.fired.get(&target.metric);
            let warnings = target
                .warn_percent
                .iter()
                .map(|percent| Moment::Warning(*percent));
            for moment in warnings.chain([Moment::Breach]) {
                if fired.is_some_and(|fired| fired.contains(&moment)) {
                    continue;
                }
                if let Some(due) = meter.crossing(counter, share(target, moment)) {
                    pending.push(Deadline {
                        due_at: self.standard_since.map_or(due, |since| due.max(since)),
                        metric: target.metric,
                        round: meter.round,
                        moment,
                    });
                }
            }
        }
        pending.sort_unstable();
        pending
    }

    /// How a target stands; none when it has not begun or there is none.
    #[must_use]
    pub fn progress(
        &self,
        metric: Metric,
        now: Timestamp,
        reading: Reading<'_>,
    ) -> Option<Progress> {
        let target = reading.terms.target(metric)?;
        let meter = self.meters.get(&metric).filter(|meter| meter.round > 0)?;
        let counter = reading.counter(target);
        let within = Duration::from_secs(target.within_s.into());
        let used = meter.used(counter, now);
        let crossing = meter.crossing(counter, within);
        Some(Progress {
            metric,
            used_s: used.as_secs(),
            target_s: within.as_secs(),
            due_at: crossing.filter(|_| meter.is_open()),
            running: meter.running,
            is_breached: crossing.is_some_and(|at| at <= now),
        })
    }

    /// The next end of a target while it runs: what lists are sorted by.
    #[must_use]
    pub fn next_due(&self, reading: Reading<'_>) -> Option<Deadline> {
        let pending = self.pending(reading).into_iter();
        let running = |deadline: &Deadline| self.meter(deadline.metric).is_open();
        pending
            .filter(running)
            .find(|deadline| deadline.moment == Moment::Breach)
    }

    /// The target that ends next, or ended first and was not met since; else one that stands
    /// still. None when there is nothing to do in time. Unlike [`Self::next_due`] it names a
    /// missed target until that is met.
    #[must_use]
    pub fn next_deadline(&self, now: Timestamp, reading: Reading<'_>) -> Option<NextDeadline> {
        let mut next: Option<NextDeadline> = None;
        for target in &reading.terms.targets {
            let meter = self.meters.get(&target.metric);
            let Some(meter) = meter.filter(|meter| meter.is_open()) else {
                continue;
            };
            let within = Duration::from_secs(target.within_s.into());
            let crossing = meter.crossing(reading.counter(target), within);
            let due_at = crossing.map(|at| self.standard_since.map_or(at, |since| at.max(since)));
            let found = NextDeadline {
                metric: target.metric,
                due_at,
                is_breached: due_at.is_some_and(|due| due <= now),
            };
            let is_sooner = match (next.and_then(|next| next.due_at), due_at) {
                (Some(before), Some(due)) => due < before,
                (None, Some(_)) => true,
                (Some(_) | None, None) => next.is_none(),
            };
            if is_sooner {
                next = Some(found);
            }
        }
        next
    }

    /// Why clocks stand still at present, whether a target cares or not.
    pub fn pauses(&self) -> impl Iterator<Item = Pause> {
        self.pauses.iter().copied()
    }

    /// Whether rows of deadlines that wait to be fired are others than what is to come: the
    /// standard or its calendar have been changed since.
    #[must_use]
    pub fn differs_from(&self, rows: &[DeadlineRow], reading: Reading<'_>) -> bool {
        let waiting = rows.iter().filter(|row| row.fired_at.is_none());
        let stored: BTreeMap<DeadlineKey, Timestamp> =
            waiting.map(|row| (row.key, row.due_at)).collect();
        let pending = self.pending(reading);
        let planned: BTreeMap<DeadlineKey, Timestamp> = pending
            .iter()
            .map(|deadline| (deadline.into(), deadline.due_at))
            .collect();
        stored != planned
    }

    /// The meter of a metric, for rows and reports.
    #[must_use]
    pub fn meter(&self, metric: Metric) -> Meter {
        self.meters.get(&metric).cloned().unwrap_or_default()
    }

    fn is_paused(&self, metric: Metric, reading: Reading<'_>) -> bool {
        let target = reading.terms.target(metric);
        target.is_some_and(|target| !target.pauses.is_disjoint(&self.pauses))
    }

    fn begin(&mut self, metric: Metric, at: Timestamp, reading: Reading<'_>) {
        let is_paused = self.is_paused(metric, reading);
        self.meters.entry(metric).or_default().start(at, is_paused);
        self.fired.remove(&metric);
    }

    fn meet(&mut self, metric: Metric, at: Timestamp) {
        if let Some(meter) = self.meters.get_mut(&metric) {
            meter.meet(at);
        }
    }

    fn hold(&mut self, at: Timestamp, reading: Reading<'_>) {
        for metric in Metric::all() {
            if self.is_paused(metric, reading)
                && let Some(meter) = self.meters.get_mut(&metric)
            {
                meter.pause(at);
            }
        }
    }

    fn release(&mut self, at: Timestamp, reading: Reading<'_>) {
        for metric in Metric::all() {
            if !self.is_paused(metric, reading)
                && let Some(meter) = self.meters.get_mut(&metric)
            {
                meter.resume(at);
            }
        }
    }

    fn end_pause(&mut self, pause: Pause, at: Timestamp, reading: Reading<'_>) {
        if self.pauses.remove(&pause) {
            self.release(at, reading);
        }
    }

    fn reopen(&mut self, at: Timestamp, reading: Reading<'_>) {
        let metric = Metric::Resolution;
        let target = reading.terms.target(metric);
        if target.is_some_and(|target| target.is_restarted_on_reopen) {
            self.begin(metric, at, reading);
        } else {
            let is_paused = self.is_paused(metric, reading);
            let meter = self.meters.entry(metric).or_default();
            if matches!(meter.running, Running::Met { .. }) {
                meter.go_on(at, is_paused);
            }
        }
    }
}

/// The time after which a moment comes. Shares are rounded to whole milliseconds.
fn share(target: &Target, moment: Moment) -> Duration {
    let whole = Duration::from_secs(target.within_s.into());
    match moment {
        Moment::Breach => whole,
        Moment::Warning(percent) => {
            Duration::from_millis(u64::from(target.within_s) * 10 * u64::from(percent))
        }
    }
}
