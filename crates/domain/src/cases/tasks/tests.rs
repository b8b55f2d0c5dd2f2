//! Tests of handoffs.

use proptest::prelude::*;
use uuid::Uuid;

use super::super::escalation::{Moment, Recipient, alarms};
use super::super::fixtures::{agent, case_id, office, team, time};
use super::*;

const MONDAY: &str = "2026-03-02T09:00:00Z";

fn task(hours: u32) -> CaseTask {
    let new = NewTask {
        id: CaseTaskId::from_uuid(Uuid::from_u128(1)),
        case_id: case_id(1),
        asked_by: agent(1),
        team_id: team(1),
        request: "Was the refund paid?".to_owned(),
        standard: "Day, sum and reference of the payment".to_owned(),
        limit: TimeLimit::business_hours(hours),
        ladder: Ladder::default(),
    };
    CaseTask::ask(new, Some(&office()), time(MONDAY)).expect("a task")
}

#[test]
fn a_late_task_is_reminded_of_and_escalated() {
    let task = task(4);
    let all = alarms(task.watch().unwrap(), Some(&office()));
    assert_eq!(task.due_at, time("2026-03-02T13:00:00Z"));
    let late = all
        .iter()
        .find(|it| it.key.moment == Moment::Escalation(1))
        .unwrap();
    assert_eq!(late.at, time("2026-03-02T14:00:00Z"));
    assert!(late.to.contains(&Recipient::Line { level: 1 }) && late.to.contains(&Recipient::Owner));
    let answered = task
        .answer(agent(2), "Paid on Monday", time("2026-03-02T13:30:00Z"))
        .unwrap();
    assert!(answered.watch().is_none(), "nothing more to escalate");
    assert!(!answered.is_overdue(time("2026-03-03T13:00:00Z")));
}

#[test]
fn another_team_is_a_hop_and_no_more_time() {
    let first = task(8);
    let due_at = first.due_at;
    let now = time("2026-03-02T11:00:00Z");
    let same = first.clone().forward(agent(2), team(1), "?", now);
    assert_eq!(same, Err(TaskError::SameTeam));
    let silent = first.clone().forward(agent(2), team(2), " ", now);
    assert_eq!(silent, Err(TaskError::Text));
    let second = first
        .forward(agent(2), team(2), "invoices are theirs", now)
        .unwrap();
    assert_eq!(
        (second.due_at, second.round, second.hop_count()),
        (due_at, 1, 1)
    );
    let now = time("2026-03-02T16:00:00Z");
    let done = second.answer(agent(3), "Corrected", now).unwrap();
    let times = done.team_times(Some(&office()), now);
    let hours = |hours| Duration::from_hours(hours);
    assert_eq!(times, [(team(1), hours(2)), (team(2), hours(5))].into());
}

#[test]
fn a_status_gives_time_but_not_without_end() {
    let office = office();
    let mut task = task(4);
    for day in 3..=4 {
        let now = time(&format!("2026-03-0{day}T09:00:00Z"));
        let next = now.plus(Duration::from_hours(4));
        let far = task.clone().report_status(
            agent(2),
            "later",
            (next.plus(Duration::from_hours(1)), false),
            Some(&office),
            now,
        );
        assert_eq!(far, Err(TaskError::TooFar));
        task = task
            .report_status(agent(2), "Bank asked", (next, false), Some(&office), now)
            .unwrap();
        assert_eq!(task.due_at, next);
    }
    assert_eq!(task.round, 3, "reminders and escalation begin anew");
    let now = time("2026-03-05T09:00:00Z");
    let next = now.plus(Duration::from_hours(1));
    let more = task
        .clone()
        .report_status(agent(2), "again", (next, false), Some(&office), now);
    assert_eq!(more, Err(TaskError::TooMany));
    assert!(
        task.clone()
            .report_status(agent(2), "again", (next, true), Some(&office), now)
            .is_ok()
    );
    let past = task.report_status(agent(2), "again", (now, true), Some(&office), now);
    assert_eq!(past, Err(TaskError::InPast));
}

#[test]
fn a_question_stops_the_clock_of_the_team_and_starts_the_owners() {
    let office = office();
    let task = task(8);
    let asked = task
        .question(
            agent(2),
            "Which order?",
            Duration::from_hours(2),
            Some(&office),
            time("2026-03-02T12:00:00Z"),
        )
        .unwrap();
    assert_eq!(
        asked.due_at,
        time("2026-03-02T14:00:00Z"),
        "the owner's time"
    );
    assert_eq!(asked.holder(), Some(Holder::Owner));
    let refused = asked
        .clone()
        .answer(agent(2), "?", time("2026-03-02T13:00:00Z"));
    assert_eq!(refused, Err(TaskError::Asked));
    let now = time("2026-03-03T09:00:00Z");
    let goes_on = asked
        .clarify(agent(1), "Order 17", Some(&office), now)
        .unwrap();
    assert_eq!(
        goes_on.due_at,
        time("2026-03-03T14:00:00Z"),
        "five hours were left"
    );
    let times = goes_on.team_times(Some(&office), now);
    assert_eq!(times, [(team(1), Duration::from_hours(3))].into());
}

#[test]
fn an_answer_that_is_none_goes_back() {
    let office = office();
    let now = time("2026-03-02T10:00:00Z");
    let back = task(4)
        .answer(agent(2), "Yes.", now)
        .and_then(|it| it.send_back(agent(1), "Day and sum are missing", Some(&office), now))
        .unwrap();
    assert_eq!(back.due_at, time("2026-03-02T14:00:00Z"));
    assert_eq!(back.holder(), Some(Holder::Team { team_id: team(1) }));
    let gone = back.cancel(agent(1), "paid meanwhile", now).unwrap();
    assert_eq!(
        gone.clone().answer(agent(2), "x", now),
        Err(TaskError::Over)
    );
    assert_eq!(
        gone.clarify(agent(2), "x", Some(&office), now),
        Err(TaskError::Over)
    );
}

proptest! {
    /// In any order of actions: stretches follow each other without gap, what the teams and
    /// the owner held is the whole time, hops move no deadline, and an open task always
    /// has a deadline with reminders and escalation.
    #[test]
    fn every_moment_belongs_to_somebody(steps in prop::collection::vec((0..7_u8, 1..4_u128, 1..30_000_u64), 0..40)) {
        let office = office();
        let mut task = task(8);
        let mut now = time(MONDAY);
        for (what, who, gap) in steps {
            now = now.plus(Duration::from_secs(gap));
            let before = (task.due_at, task.round);
            let next = match what {
                0 => task.clone().forward(agent(2), team(who), "theirs", now),
                1 => task.clone().report_status(agent(2), "soon", (now.plus(Duration::from_hours(1)), who == 1), Some(&office), now),
                2 => task.clone().question(agent(2), "what", Duration::from_hours(2), Some(&office), now),
                3 => task.clone().clarify(agent(1), "that", Some(&office), now),
                4 => task.clone().answer(agent(2), "so", now),
                5 => task.clone().send_back(agent(1), "no", Some(&office), now),
                _ => task.clone().take(agent(who)),
            };
            let Ok(next) = next else { continue };
            if what == 0 {
                prop_assert_eq!((next.due_at, next.round), before);
            }
            task = next;
            for pair in task.holds.windows(2) {
                prop_assert_eq!(pair[0].to.map(|to| to <= pair[1].from), Some(true));
            }
            prop_assert_eq!(task.is_open(), task.holder().is_some());
            prop_assert_eq!(task.is_open(), task.watch().is_some());
            if let Some(watch) = task.watch() {
                let all = alarms(watch, Some(&office));
                prop_assert!(all.iter().any(|it| matches!(it.key.moment, Moment::Reminder(_))));
                prop_assert!(all.iter().any(|it| matches!(it.key.moment, Moment::Escalation(_))));
            }
        }
        let held: Duration = task.holds.iter().map(|hold| office.between(hold.from, hold.to.unwrap_or(now))).sum();
        let teams: Duration = task.team_times(Some(&office), now).values().sum();
        prop_assert!(teams <= held && held <= office.between(task.asked_at, now));
    }
}
