//! Deadlines as rows.

use super::{minute, target, terms};
use crate::standards::*;

#[test]
fn rows_follow_the_clock_and_fire_once() {
    let terms = terms(vec![target(Metric::FirstResponse, 10, Basis::Wall, &[])]);
    let reading = Reading {
        terms: &terms,
        business: None,
    };
    let mut clock = SessionClock::default();
    assert_eq!(clock.apply(ClockEvent::Opened, minute(0), reading), []);
    let changes = plan(&[], &[], &clock.pending(reading), minute(0));
    let key = |moment| DeadlineKey {
        metric: Metric::FirstResponse,
        round: 1,
        moment,
    };
    let (warning, breach) = (key(Moment::Warning(50)), key(Moment::Breach));
    assert_eq!(
        changes,
        [
            RowChange::Insert(warning, minute(5)),
            RowChange::Insert(breach, minute(10))
        ]
    );
    let row = |key, due, fired_at| DeadlineRow {
        key,
        due_at: minute(due),
        fired_at,
    };
    let rows = [row(warning, 5, Some(minute(5))), row(breach, 9, None)];
    assert_eq!(
        plan(&rows, &[], &clock.pending(reading), minute(6)),
        [RowChange::Move(breach, minute(10))]
    );
    assert_eq!(
        plan(&rows, &[], &[], minute(6)),
        [RowChange::Delete(breach)]
    );
    let fired = clock.apply(ClockEvent::CompanyReplied, minute(12), reading);
    let changes = plan(&rows, &fired, &clock.pending(reading), minute(12));
    assert_eq!(
        changes,
        [RowChange::Fire(breach, minute(12))],
        "the warning was fired before"
    );
}
