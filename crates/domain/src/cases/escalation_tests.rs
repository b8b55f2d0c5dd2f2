//! Tests of deadlines and escalation.

use proptest::prelude::*;
use uuid::Uuid;

use super::super::fixtures::{agent, at, office, time};
use super::*;

fn watch(ladder: &Ladder, from: Timestamp, limit: TimeLimit) -> Vec<Alarm> {
    let office = office();
    let watch = Watch {
        subject: Subject::Step(1),
        from,
        due_at: limit.due(from, Some(&office)),
        basis: limit.basis,
        ladder,
    };
    alarms(watch, Some(&office))
}

#[test]
fn a_day_of_work_goes_over_the_weekend_and_up_the_line() {
    // Friday at 14:00, nine hours to a day: due on Monday at 13:00.
    let from = time("2026-03-06T14:00:00Z");
    let all = watch(&Ladder::default(), from, TimeLimit::business_hours(8));
    let found: Vec<(String, String)> = all
        .iter()
        .map(|it| (it.key.moment.to_string(), it.at.to_string()))
        .collect();
    let expected = [
        ("reminder.50", "2026-03-06T18:00:00Z"),
        ("reminder.80", "2026-03-09T11:24:00Z"),
        ("due", "2026-03-09T13:00:00Z"),
        ("escalation.1", "2026-03-09T14:00:00Z"),
        ("escalation.2", "2026-03-09T17:00:00Z"),
        ("escalation.3", "2026-03-10T12:00:00Z"),
    ];
    let expected = expected.map(|(moment, at)| (moment.to_owned(), at.to_owned()));
    assert_eq!(found, expected);
    assert_eq!(all[2].to, [Recipient::Doer, Recipient::Owner].into());
    assert!(all[5].to.contains(&Recipient::Line { level: 3 }));
    assert_eq!(all[5].to.len(), 5, "everybody below is told again");
}

#[test]
fn what_runs_by_the_clock_escalates_by_the_clock() {
    let from = time("2026-03-07T14:00:00Z");
    let all = watch(&Ladder::urgent(), from, TimeLimit::wall_minutes(30));
    assert_eq!(all[2].at, time("2026-03-07T14:30:00Z"), "on a Saturday");
    assert_eq!(all[3].at, time("2026-03-07T14:45:00Z"));
}

#[test]
fn there_is_a_deadline_without_a_calendar() {
    let limit = TimeLimit::business_hours(2);
    assert_eq!(limit.due(at(0), None), at(7200));
}

#[test]
fn a_ladder_reminds_before_and_escalates_after() {
    assert!(Ladder::default().is_valid() && Ladder::urgent().is_valid());
    let rung = |after_s, level| Rung {
        after_s,
        to: Recipient::Line { level },
    };
    let ladder = |remind_percent: &[u8], rungs: &[Rung]| Ladder {
        remind_percent: remind_percent.to_vec(),
        rungs: rungs.to_vec(),
    };
    for bad in [
        ladder(&[], &[rung(60, 1)]),
        ladder(&[50], &[]),
        ladder(&[80, 50], &[rung(60, 1)]),
        ladder(&[100], &[rung(60, 1)]),
        ladder(&[50], &[rung(60, 1), rung(60, 2)]),
        ladder(&[50], &[rung(60, 0)]),
        ladder(&[50], &[rung(0, 1)]),
    ] {
        assert!(!bad.is_valid(), "{bad:?}");
    }
}

#[test]
fn an_empty_level_is_passed_over_and_nobody_is_not_silence() {
    let line = [BTreeSet::new(), [agent(2)].into(), [agent(3)].into()];
    let found = |level| on_level(&line, level).cloned();
    assert_eq!(found(1), Some([agent(2)].into()), "the next above");
    assert_eq!(found(3), Some([agent(3)].into()));
    assert_eq!(found(9), Some([agent(3)].into()), "the highest there is");
    assert_eq!(on_level(&[], 1), None);
}

#[test]
fn keys_read_back() {
    let subjects = [
        Subject::Step(7),
        Subject::Task(CaseTaskId::from_uuid(Uuid::from_u128(5)), 2),
        Subject::Handover(0),
        Subject::Acknowledgement(1),
        Subject::Update(3),
        Subject::Reply(2),
        Subject::CorrectiveAction(1),
        Subject::FollowUp(FollowUpId::from_uuid(Uuid::from_u128(6)), 3),
    ];
    for subject in subjects {
        assert_eq!(subject.to_string().parse(), Ok(subject));
    }
    for moment in [Moment::Reminder(80), Moment::Due, Moment::Escalation(2)] {
        assert_eq!(moment.to_string().parse(), Ok(moment));
    }
    assert_eq!("step:x".parse::<Subject>(), Err(ParseAlarmError));
    assert_eq!("later".parse::<Moment>(), Err(ParseAlarmError));
}

/// Rows as a store keeps them, with a timer that fires what is due.
#[derive(Default)]
struct Rows(Vec<AlarmRow>);

impl Rows {
    fn apply(&mut self, pending: &[Alarm]) {
        for change in plan(&self.0, pending) {
            match change {
                AlarmChange::Insert(key, at) => self.0.push(AlarmRow {
                    key,
                    at,
                    fired_at: None,
                }),
                AlarmChange::Move(key, at) => {
                    for row in self.0.iter_mut().filter(|row| row.key == key) {
                        row.at = at;
                    }
                }
                AlarmChange::Delete(key) => self.0.retain(|row| row.key != key),
            }
        }
    }

    fn fire(&mut self, now: Timestamp) -> usize {
        let due = |row: &&mut AlarmRow| row.fired_at.is_none() && row.at <= now;
        let mut count = 0;
        for row in self.0.iter_mut().filter(due) {
            row.fired_at = Some(now);
            count += 1;
        }
        count
    }
}

proptest! {
    #[test]
    fn alarms_rise_and_lie_around_the_deadline(start in 0..2_000_000_u64, within_s in 60..2_000_000_u32, is_wall: bool) {
        let basis = if is_wall { Basis::Wall } else { Basis::Business };
        let limit = TimeLimit { within_s, basis };
        let all = watch(&Ladder::default(), at(start), limit);
        prop_assert!(all.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let due = all.iter().find(|it| it.key.moment == Moment::Due).unwrap().at;
        for alarm in &all {
            match alarm.key.moment {
                Moment::Reminder(_) => prop_assert!(alarm.at >= at(start) && alarm.at <= due),
                Moment::Due => {}
                Moment::Escalation(_) => prop_assert!(alarm.at > due),
            }
        }
    }

    /// Whenever the timer comes and however often the plan is made: what is overdue has
    /// been reminded of and escalated, each exactly once.
    #[test]
    fn nothing_overdue_is_silent(steps in prop::collection::vec((0..40_000_u64, prop::bool::ANY), 1..30)) {
        let from = time("2026-03-06T14:00:00Z");
        let pending = watch(&Ladder::default(), from, TimeLimit::business_hours(8));
        let mut rows = Rows::default();
        let (mut now, mut fired) = (from, 0);
        rows.apply(&pending);
        for (gap, is_crash) in steps {
            now = now.plus(Duration::from_secs(gap));
            if !is_crash {
                fired += rows.fire(now);
            }
            rows.apply(&pending);
        }
        fired += rows.fire(now);
        let expected = pending.iter().filter(|alarm| alarm.at <= now).count();
        prop_assert_eq!(fired, expected);
        prop_assert_eq!(rows.0.len(), pending.len());
        rows.apply(&[]);
        prop_assert_eq!(rows.0.len(), expected, "what fired is kept, the rest is called off");
    }
}
