//! Standards as people read them.

mod properties;
mod rows;

use std::time::Duration;

use uuid::Uuid;

use super::*;
use crate::calendars::{BusinessTime, CalendarRules};
use crate::inbox::OfficeHours;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn minute(minute: u64) -> Timestamp {
    // A Monday, so that office hours are easy to read.
    "2026-03-02T00:00:00+08"
        .parse::<Timestamp>()
        .expect("a time")
        .plus(Duration::from_mins(minute))
}

/// 9:00 to 12:00 and 13:00 to 18:00, Monday to Friday in Shanghai.
fn office() -> BusinessTime {
    let hours = |weekday, from: &str, to: &str| OfficeHours {
        weekday,
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let week = (1..=5).flat_map(|day| [hours(day, "09:00", "12:00"), hours(day, "13:00", "18:00")]);
    let rules = CalendarRules {
        time_zone: "Asia/Shanghai".to_owned(),
        weekly: week.collect(),
        ..CalendarRules::default()
    };
    BusinessTime::new(&rules).expect("a calendar")
}

fn target(metric: Metric, minutes: u32, basis: Basis, pauses: &[Pause]) -> Target {
    Target {
        metric,
        within_s: minutes * 60,
        basis,
        warn_percent: vec![50],
        pauses: pauses.iter().copied().collect(),
        is_restarted_on_reopen: false,
    }
}

fn terms(targets: Vec<Target>) -> Terms {
    let terms = Terms {
        targets,
        ..Terms::default()
    };
    assert_eq!(terms.check(), Ok(()));
    terms
}

fn standard(number: u128, place: i64, conditions: Conditions) -> Standard {
    Standard {
        id: StandardId::from_uuid(id(number)),
        name: "Standard".parse().expect("a name"),
        place,
        is_enabled: true,
        calendar_id: None,
        terms: Terms {
            conditions,
            ..Terms::live()
        },
        created_at: Timestamp::EPOCH,
        version: 1,
    }
}

fn facts() -> Facts {
    Facts {
        inbox_id: InboxId::from_uuid(id(1)),
        channel: Channel::Web,
        topic_id: None,
        tier: Tier::BASE,
        language: None,
        priority: Priority::Normal,
        stage: None,
        team_id: None,
    }
}

#[test]
fn the_first_that_matches_holds() {
    let vip = Conditions {
        tier_from: Some(Tier::TOP),
        ..Conditions::default()
    };
    let chinese = Conditions {
        languages: BTreeSet::from(["zh".parse().expect("a tag")]),
        ..Conditions::default()
    };
    let mut all = [
        standard(1, 3, Conditions::default()),
        standard(2, 2, chinese),
        standard(3, 1, vip),
    ];
    let chosen = |all: &[Standard], facts: &Facts| select(all, facts).map(|s| s.place);
    assert_eq!(chosen(&all, &facts()), Some(3));
    let known = Facts {
        language: "zh-TW".parse().ok(),
        ..facts()
    };
    assert_eq!(chosen(&all, &known), Some(2));
    assert_eq!(
        chosen(
            &all,
            &Facts {
                tier: Tier::TOP,
                ..known.clone()
            }
        ),
        Some(1)
    );
    all[1].is_enabled = false;
    assert_eq!(chosen(&all, &known), Some(3));
    assert_eq!(chosen(&[], &facts()), None);
}

#[test]
fn wrong_terms_are_named() {
    assert_eq!(Terms::live().check(), Ok(()));
    let one = || target(Metric::FirstResponse, 1, Basis::Wall, &[]);
    let check = |targets| {
        Terms {
            targets,
            ..Terms::default()
        }
        .check()
    };
    assert_eq!(check(vec![one(), one()]), Err(TermsError::Targets));
    assert_eq!(
        check(vec![Target {
            within_s: 0,
            ..one()
        }]),
        Err(TermsError::Within)
    );
    assert_eq!(
        check(vec![Target {
            warn_percent: vec![80, 50],
            ..one()
        }]),
        Err(TermsError::Warnings)
    );
    assert_eq!(
        check(vec![Target {
            warn_percent: vec![100],
            ..one()
        }]),
        Err(TermsError::Warnings)
    );
    let mut tiers = Terms::default();
    (tiers.conditions.tier_from, tiers.conditions.tier_to) = (Some(Tier::TOP), Some(Tier::BASE));
    assert_eq!(tiers.check(), Err(TermsError::Tiers));
}

#[test]
fn terms_read_back_and_name_their_actions() {
    let mut terms = Terms::live();
    terms.actions = vec![
        OnMoment {
            metric: Some(Metric::FirstResponse),
            when: When::Breach,
            action: Action::Reassign,
        },
        OnMoment {
            metric: None,
            when: When::Warning,
            action: Action::RaisePriority { to: Priority::High },
        },
    ];
    let text = serde_json::to_string(&terms).expect("serialises");
    assert!(text.contains("\"step.triage\""));
    assert_eq!(
        serde_json::from_str::<Terms>(&text).expect("reads back"),
        terms
    );
    let count = |metric, moment| terms.actions_at(metric, moment).count();
    assert_eq!(count(Metric::FirstResponse, Moment::Breach), 1);
    assert_eq!(count(Metric::Resolution, Moment::Breach), 0);
    assert_eq!(count(Metric::Resolution, Moment::Warning(80)), 1);
}

#[test]
fn a_first_answer_is_due_in_business_time() {
    let terms = terms(vec![target(
        Metric::FirstResponse,
        60,
        Basis::Business,
        &[],
    )]);
    let office = office();
    let reading = Reading {
        terms: &terms,
        business: Some(&office),
    };
    let mut clock = SessionClock::default();
    // Monday 11:30: half an hour before lunch, half an hour after.
    assert_eq!(clock.apply(ClockEvent::Opened, minute(690), reading), []);
    let pending = clock.pending(reading);
    let due: Vec<_> = pending.iter().map(|d| (d.moment, d.due_at)).collect();
    assert_eq!(
        due,
        [
            (Moment::Warning(50), minute(720)),
            (Moment::Breach, minute(810))
        ]
    );
    assert_eq!(clock.fire(minute(720), reading).len(), 1);
    assert_eq!(clock.fire(minute(809), reading), []);
    let progress = clock
        .progress(Metric::FirstResponse, minute(800), reading)
        .expect("runs");
    assert_eq!(
        (progress.used_s, progress.target_s, progress.due_at),
        (3000, 3600, Some(minute(810)))
    );
    assert_eq!(
        clock.apply(ClockEvent::CompanyReplied, minute(810), reading),
        [],
        "just in time"
    );
    assert!(
        !clock
            .progress(Metric::FirstResponse, minute(900), reading)
            .expect("ran")
            .is_breached
    );
    assert_eq!(
        (clock.pending(reading), clock.next_due(reading)),
        (vec![], None)
    );
}

#[test]
fn a_late_answer_misses_even_when_no_timer_came() {
    let terms = terms(vec![target(Metric::FirstResponse, 10, Basis::Wall, &[])]);
    let reading = Reading {
        terms: &terms,
        business: None,
    };
    let mut clock = SessionClock::default();
    assert_eq!(clock.apply(ClockEvent::Opened, minute(0), reading), []);
    let fired = clock.apply(ClockEvent::CompanyReplied, minute(11), reading);
    let moments: Vec<_> = fired.iter().map(|d| (d.moment, d.due_at)).collect();
    assert_eq!(
        moments,
        [
            (Moment::Warning(50), minute(5)),
            (Moment::Breach, minute(10))
        ]
    );
    assert_eq!(clock.fire(minute(60), reading), [], "once");
}

#[test]
fn every_turn_of_the_customer_starts_one_clock() {
    let terms = terms(vec![
        target(Metric::FirstResponse, 10, Basis::Wall, &[]),
        target(Metric::NextResponse, 4, Basis::Wall, &[]),
    ]);
    let reading = Reading {
        terms: &terms,
        business: None,
    };
    let mut clock = SessionClock::default();
    let mut apply = |event, at| clock.apply(event, minute(at), reading).len();
    assert_eq!(apply(ClockEvent::Opened, 0), 0);
    assert_eq!(
        apply(ClockEvent::CustomerWrote, 0),
        0,
        "the first answer is due, no other"
    );
    assert_eq!(apply(ClockEvent::CompanyReplied, 1), 0);
    assert_eq!(apply(ClockEvent::CustomerWrote, 2), 0);
    assert_eq!(
        apply(ClockEvent::CustomerWrote, 4),
        0,
        "still the same wait"
    );
    assert_eq!(
        apply(ClockEvent::CompanyReplied, 7),
        2,
        "from the first of the two messages"
    );
    assert_eq!(apply(ClockEvent::CustomerWrote, 8), 0);
    let due = clock.next_due(reading).expect("runs");
    assert_eq!((due.round, due.due_at), (2, minute(12)));
}

#[test]
fn waiting_for_the_customer_does_not_count() {
    let pauses = [Pause::Customer, Pause::ThirdParty];
    let terms = terms(vec![target(Metric::Resolution, 60, Basis::Wall, &pauses)]);
    let reading = Reading {
        terms: &terms,
        business: None,
    };
    let mut clock = SessionClock::default();
    let began = |pause| ClockEvent::PauseBegan { pause };
    assert_eq!(clock.apply(ClockEvent::Opened, minute(0), reading), []);
    assert_eq!(clock.apply(began(Pause::Customer), minute(20), reading), []);
    assert_eq!(
        clock.pending(reading),
        [],
        "nothing is due while it stands still"
    );
    assert_eq!(
        clock.apply(began(Pause::ThirdParty), minute(30), reading),
        []
    );
    assert_eq!(
        clock.apply(ClockEvent::CustomerWrote, minute(500), reading),
        []
    );
    assert_eq!(
        clock.next_due(reading),
        None,
        "the third party has not answered"
    );
    let ended = ClockEvent::PauseEnded {
        pause: Pause::ThirdParty,
    };
    assert_eq!(clock.apply(ended, minute(600), reading), []);
    assert_eq!(clock.next_due(reading).map(|d| d.due_at), Some(minute(640)));
    assert_eq!(
        clock.apply(ClockEvent::Resolved, minute(610), reading),
        [Deadline {
            due_at: minute(610),
            metric: Metric::Resolution,
            round: 1,
            moment: Moment::Warning(50),
        }]
        .into_iter()
        .filter(|d| d.due_at < minute(610))
        .collect::<Vec<_>>()
    );
    assert_eq!(clock.apply(ClockEvent::Reopened, minute(1000), reading), []);
    assert_eq!(
        clock.next_due(reading).map(|d| d.due_at),
        Some(minute(1030)),
        "goes on"
    );
}

#[test]
fn reopening_may_start_anew() {
    let mut restarted = target(Metric::Resolution, 60, Basis::Wall, &[]);
    restarted.is_restarted_on_reopen = true;
    let terms = terms(vec![restarted]);
    let reading = Reading {
        terms: &terms,
        business: None,
    };
    let mut clock = SessionClock::default();
    for (event, at) in [
        (ClockEvent::Opened, 0),
        (ClockEvent::Resolved, 59),
        (ClockEvent::Reopened, 100),
    ] {
        assert!(
            clock
                .apply(event, minute(at), reading)
                .iter()
                .all(|d| d.moment != Moment::Breach)
        );
    }
    let due = clock.next_due(reading).expect("runs");
    assert_eq!((due.round, due.due_at), (2, minute(160)));
}

#[test]
fn a_stricter_standard_misses_nothing_before_it_holds() {
    let slow = terms(vec![target(Metric::Resolution, 600, Basis::Wall, &[])]);
    let fast = terms(vec![target(Metric::Resolution, 60, Basis::Wall, &[])]);
    let (slow, fast) = (
        Reading {
            terms: &slow,
            business: None,
        },
        Reading {
            terms: &fast,
            business: None,
        },
    );
    let mut clock = SessionClock::default();
    assert_eq!(clock.apply(ClockEvent::Opened, minute(0), slow), []);
    assert_eq!(clock.change_standard(minute(100), slow, fast), []);
    let fired = clock.fire(minute(100), fast);
    assert_eq!(
        fired.iter().map(|d| d.due_at).collect::<Vec<_>>(),
        [minute(100); 2]
    );
    assert_eq!(clock.change_standard(minute(120), fast, slow), []);
    assert_eq!(
        clock.fire(minute(700), slow),
        [],
        "what has fired does not fire again"
    );
}

#[test]
fn a_step_has_its_own_clock() {
    let triage = Metric::Step(Step::Triage);
    let terms = terms(vec![target(triage, 2, Basis::Wall, &[])]);
    let reading = Reading {
        terms: &terms,
        business: None,
    };
    let mut clock = SessionClock::default();
    let enter = |step| ClockEvent::StepEntered { step };
    assert_eq!(clock.apply(enter(Step::Triage), minute(0), reading), []);
    assert_eq!(
        clock.next_due(reading).map(|d| (d.metric, d.due_at)),
        Some((triage, minute(2)))
    );
    assert_eq!(clock.apply(enter(Step::Response), minute(1), reading), []);
    assert_eq!(clock.next_due(reading), None);
    assert_eq!(
        clock.progress(triage, minute(9), reading).map(|p| p.used_s),
        Some(60)
    );
}

#[test]
fn a_clock_reads_back_as_it_was_written() {
    let live = Terms::live();
    let reading = Reading {
        terms: &live,
        business: None,
    };
    let mut clock = SessionClock::default();
    for (event, at) in [
        (ClockEvent::Opened, 0),
        (ClockEvent::StepEntered { step: Step::Triage }, 0),
        (ClockEvent::CompanyReplied, 3),
        (
            ClockEvent::PauseBegan {
                pause: Pause::Customer,
            },
            3,
        ),
    ] {
        assert!(clock.apply(event, minute(at), reading).len() <= 4);
    }
    let text = serde_json::to_string(&clock).expect("serialises");
    assert_eq!(
        serde_json::from_str::<SessionClock>(&text).expect("reads back"),
        clock
    );
}

#[test]
fn where_answers_take_their_time_all_of_them_do() {
    let within = |first_response_s: u32, metric: Metric| {
        let terms = Terms::of_inbox(first_response_s);
        let target = terms.targets.iter().find(|it| it.metric == metric);
        target.map(|it| it.within_s)
    };
    assert_eq!(within(60, Metric::NextResponse), Some(120));
    assert_eq!(within(14_400, Metric::FirstResponse), Some(14_400));
    assert_eq!(within(14_400, Metric::NextResponse), Some(14_400));
    assert_eq!(within(14_400, Metric::Step(Step::Triage)), Some(14_400));
    assert_eq!(within(14_400, Metric::Resolution), Some(24 * 3600));
}
