//! Clocks against a count minute by minute.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::{minute, office, target, terms};
use crate::calendars::BusinessTime;
use crate::standards::*;

/// The same rules, minute by minute: the oracle of the property test.
#[derive(Default)]
struct Naive {
    used: u64,
    runs: bool,
    met: bool,
    paused: BTreeSet<Pause>,
    missed: Option<u64>,
}

impl Naive {
    fn apply(&mut self, event: ClockEvent) {
        match event {
            ClockEvent::PauseBegan { pause } => {
                self.paused.insert(pause);
            }
            ClockEvent::PauseEnded { pause } => {
                self.paused.remove(&pause);
            }
            ClockEvent::CustomerWrote => {
                self.paused.remove(&Pause::Customer);
                self.paused.remove(&Pause::Snoozed);
            }
            ClockEvent::Resolved => {
                (self.met, self.runs) = (true, false);
                self.paused.clear();
            }
            ClockEvent::Reopened if self.met => (self.met, self.runs) = (false, true),
            ClockEvent::Opened => self.runs = true,
            ClockEvent::Reopened
            | ClockEvent::CompanyReplied
            | ClockEvent::StepEntered { .. }
            | ClockEvent::Transferred => {}
        }
    }

    fn pass(&mut self, at: u64, limit: u64, office: Option<&BusinessTime>) {
        let counts = self.runs
            && !self.paused.contains(&Pause::Customer)
            && office.is_none_or(|office| office.is_open(minute(at)));
        self.used += u64::from(counts);
        if counts && self.used == limit && self.missed.is_none() {
            self.missed = Some(at + 1);
        }
    }
}

fn event() -> impl Strategy<Value = ClockEvent> {
    let pause = prop_oneof![
        Just(Pause::Customer),
        Just(Pause::ThirdParty),
        Just(Pause::Snoozed)
    ];
    prop_oneof![
        Just(ClockEvent::CustomerWrote),
        Just(ClockEvent::CompanyReplied),
        pause
            .clone()
            .prop_map(|pause| ClockEvent::PauseBegan { pause }),
        pause.prop_map(|pause| ClockEvent::PauseEnded { pause }),
        Just(ClockEvent::Resolved),
        Just(ClockEvent::Reopened),
        Just(ClockEvent::Transferred),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_clock_agrees_with_a_count_by_the_minute(
        events in prop::collection::vec((1..900_u64, event()), 0..12),
        limit in 1..1500_u32,
        is_business: bool,
        tick in 1..400_u64,
    ) {
        let basis = if is_business { Basis::Business } else { Basis::Wall };
        let terms = terms(vec![target(Metric::Resolution, limit, basis, &[Pause::Customer])]);
        let office = office();
        let reading = Reading { terms: &terms, business: Some(&office) };
        let (mut clock, mut naive) = (SessionClock::default(), Naive::default());
        let mut missed = None;
        let mut take = |fired: Vec<Deadline>| {
            for deadline in fired.iter().filter(|d| d.moment == Moment::Breach) {
                assert_eq!(missed.replace(deadline.due_at), None, "fires once");
            }
        };
        take(clock.apply(ClockEvent::Opened, minute(0), reading));
        naive.apply(ClockEvent::Opened);
        let mut now = 0;
        for (gap, event) in &events {
            for at in now..now + gap {
                naive.pass(at, u64::from(limit), is_business.then_some(&office));
                // A timer comes now and then; whether it does must not matter.
                if at.is_multiple_of(tick) {
                    take(clock.fire(minute(at), reading));
                }
            }
            now += gap;
            take(clock.apply(*event, minute(now), reading));
            naive.apply(*event);
        }
        for at in now..now + 6000 {
            naive.pass(at, u64::from(limit), is_business.then_some(&office));
        }
        take(clock.fire(minute(now + 6000), reading));
        // A limit reached in the very minute in which the clock stopped was kept.
        let is_edge = naive.missed.is_some_and(|at| missed.is_none_or(|m| m != minute(at)));
        if is_edge {
            let at = naive.missed.expect("checked");
            let first = events.first().map(|(gap, _)| *gap);
            prop_assert!(first.is_some_and(|first| first <= at), "an event came before");
            prop_assert!(missed.is_none_or(|m| m >= minute(at)));
        } else {
            prop_assert_eq!(missed, naive.missed.map(minute));
        }
    }

    #[test]
    fn a_standard_changed_in_the_middle_is_as_if_it_had_always_held(
        first in 1..2000_u64, pause in 1..500_u64, rest in 1..500_u64, limit in 1..3000_u32,
    ) {
        let office = office();
        let old = terms(vec![target(Metric::Resolution, 100_000, Basis::Wall, &[Pause::Customer])]);
        let new = terms(vec![target(Metric::Resolution, limit, Basis::Business, &[Pause::Customer])]);
        let (old, new) = (
            Reading { terms: &old, business: Some(&office) },
            Reading { terms: &new, business: Some(&office) },
        );
        let pause_at = minute(first);
        let resume_at = pause_at.plus(Duration::from_mins(pause));
        let change_at = resume_at.plus(Duration::from_mins(rest));
        let run = |reading: Reading<'_>| {
            let mut clock = SessionClock::default();
            for (event, at) in [
                (ClockEvent::Opened, minute(0)),
                (ClockEvent::PauseBegan { pause: Pause::Customer }, pause_at),
                (ClockEvent::PauseEnded { pause: Pause::Customer }, resume_at),
                (ClockEvent::Transferred, resume_at),
            ] {
                prop_assert!(clock.apply(event, at, reading).len() < 3);
            }
            Ok(clock)
        };
        let (mut changed, always) = (run(old)?, run(new)?);
        prop_assert_eq!(changed.change_standard(change_at, old, new), vec![]);
        let now = change_at.plus(Duration::from_mins(1));
        let used = |clock: &SessionClock| clock.progress(Metric::Resolution, now, new).map(|p| p.used_s);
        prop_assert_eq!(used(&changed), used(&always));
        let due = |clock: &SessionClock| clock.pending(new).last().map(|d| d.due_at.max(change_at));
        if always.progress(Metric::Resolution, resume_at, new).is_some_and(|p| !p.is_breached) {
            prop_assert_eq!(due(&changed), due(&always));
        }
    }
}
