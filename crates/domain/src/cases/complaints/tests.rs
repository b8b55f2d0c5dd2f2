//! Tests of the way of a complaint.

use std::time::Duration;

use proptest::prelude::*;

use super::super::escalation::alarms;
use super::super::fixtures::{agent, case_id, office, time};
use super::super::severity::{Harm, Safety};
use super::*;

fn act(text: &str) -> Act {
    Act {
        by: agent(1),
        at: time(text),
    }
}

fn serious() -> ComplaintFacts {
    ComplaintFacts {
        safety: Safety::Possible,
        ..ComplaintFacts::default()
    }
}

fn received(facts: ComplaintFacts) -> Complaint {
    let at = time("2026-03-02T09:00:00Z");
    let matrix = SeverityMatrix::default();
    Complaint::receive(
        case_id(1),
        facts,
        &matrix,
        (at, Some(&office())),
        act("2026-03-02T09:05:00Z"),
    )
}

#[test]
fn the_whole_way_and_what_is_missing_on_it() {
    let complaint = received(serious());
    assert_eq!(complaint.acknowledge_by, time("2026-03-02T10:00:00Z"));
    assert_eq!(complaint.reply_by, time("2026-03-03T16:00:00Z"));
    let now = act("2026-03-02T09:10:00Z");
    assert_eq!(complaint.clone().reply(now), Err(ComplaintError::NotTold));
    let late = complaint
        .clone()
        .acknowledge(time("2026-03-03T17:00:00Z"), now);
    assert_eq!(late, Err(ComplaintError::ToldTooLate));
    let told = complaint
        .acknowledge(time("2026-03-03T12:00:00Z"), now)
        .unwrap();
    assert_eq!(
        told.reply_by,
        time("2026-03-03T12:00:00Z"),
        "what was said holds"
    );
    assert_eq!(told.clone().reply(now), Err(ComplaintError::NoOutcome));
    let empty = told
        .clone()
        .decide(Validity::Valid, "seal was missing", "", now);
    assert_eq!(empty, Err(ComplaintError::NoRemedy));
    let replied = told
        .decide(
            Validity::Valid,
            "seal was missing",
            "new kettle, apology",
            now,
        )
        .and_then(|it| it.reply(now))
        .unwrap();
    assert!(replied.check_closable().is_err());
    let called = replied.call_back(now).unwrap();
    assert_eq!(called.check_closable(), Err(ComplaintError::NoCause));
    let caused = called
        .name_cause(CauseCategory::Product, "supplier changed the seal")
        .unwrap();
    assert_eq!(caused.check_closable(), Err(ComplaintError::NoAction));
    let planned = caused
        .plan_action(
            "check each batch",
            agent(5),
            time("2026-04-01T09:00:00Z"),
            now.at,
        )
        .unwrap();
    assert_eq!(planned.check_closable(), Ok(()));
    assert_eq!(
        planned.watches(None).len(),
        1,
        "the action goes on after closing"
    );
    let done = planned
        .finish_action("batches are checked", now.at)
        .unwrap();
    assert!(done.watches(None).is_empty());
    assert_eq!(
        done.finish_action("again", now.at),
        Err(ComplaintError::NotOpen)
    );
}

#[test]
fn not_valid_needs_reasons_and_no_remedy() {
    let now = act("2026-03-02T09:10:00Z");
    let told = received(ComplaintFacts::default())
        .acknowledge(time("2026-03-03T12:00:00Z"), now)
        .unwrap();
    let silent = told.clone().decide(Validity::NotValid, " ", "", now);
    assert_eq!(silent, Err(ComplaintError::Text));
    let closable = told
        .decide(
            Validity::NotValid,
            "the recording shows the agreed price",
            "",
            now,
        )
        .and_then(|it| it.reply(now))
        .and_then(|it| it.call_back(now))
        .unwrap();
    assert_eq!(closable.check_closable(), Ok(()));
}

#[test]
fn a_graver_level_comes_forward_and_a_lesser_one_keeps_what_was_told() {
    let (matrix, office) = (SeverityMatrix::default(), office());
    let now = act("2026-03-02T09:10:00Z");
    let first = received(ComplaintFacts::default());
    let told = first
        .acknowledge(time("2026-03-06T12:00:00Z"), now)
        .unwrap();
    let graver = told.reassess(serious(), &matrix, Some(&office), now);
    assert_eq!(graver.reply_by, time("2026-03-03T16:00:00Z"));
    let lesser = graver.reassess(ComplaintFacts::default(), &matrix, Some(&office), now);
    assert_eq!(lesser.reply_by, time("2026-03-06T12:00:00Z"));
    assert_eq!(lesser.assessments.len(), 3);
    let going_on = ComplaintFacts {
        harm: Harm::GoingOn,
        ..serious()
    };
    let critical = lesser.reassess(going_on, &matrix, Some(&office), now);
    assert_eq!(critical.severity(), Severity::Critical);
    assert_eq!(
        critical.reply_by,
        time("2026-03-03T09:00:00Z"),
        "a day by the clock"
    );
}

#[test]
fn the_customer_hears_how_things_stand() {
    let office = office();
    let now = act("2026-03-02T09:10:00Z");
    let complaint = received(ComplaintFacts::default());
    let told = complaint
        .clone()
        .acknowledge(complaint.reply_by, now)
        .unwrap();
    let subjects = |it: &Complaint| -> Vec<String> {
        let all = it.watches(Some(&office));
        all.iter().map(|watch| watch.subject.to_string()).collect()
    };
    assert_eq!(subjects(&complaint), ["acknowledgement:1", "reply:1"]);
    assert_eq!(subjects(&told), ["reply:1", "update:1"]);
    let heard = told.update(act("2026-03-03T09:00:00Z")).unwrap();
    assert_eq!(subjects(&heard), ["reply:1", "update:2"]);
    let late = heard.update(act("2026-03-05T09:00:00Z")).unwrap();
    assert_eq!(subjects(&late), ["reply:1"], "the reply itself is next");
}

#[test]
fn who_is_not_content_gets_a_second_look_with_its_own_deadline() {
    let now = act("2026-03-02T09:10:00Z");
    let office = office();
    let replied = received(serious())
        .acknowledge(time("2026-03-03T12:00:00Z"), now)
        .and_then(|it| it.decide(Validity::NotValid, "no fault found", "", now))
        .and_then(|it| it.reply(now))
        .unwrap();
    let again = replied
        .reopen(Some(&office), act("2026-03-05T09:00:00Z"))
        .unwrap();
    assert_eq!(
        (again.phase, again.outcome.is_none()),
        (Phase::Received, true)
    );
    assert_eq!(again.reply_by, time("2026-03-06T16:00:00Z"));
    let subjects: Vec<Subject> = again.watches(None).iter().map(|it| it.subject).collect();
    let second = [Subject::Acknowledgement(2), Subject::Reply(2)];
    assert_eq!(subjects, second, "with reminders and escalation of its own");
}

proptest! {
    /// In any order of actions: nothing is closable that was not told, decided, replied and
    /// called back; whoever waits has a deadline with reminder and escalation; and the
    /// reply is never due later than the customer was told.
    #[test]
    fn no_step_is_left_out(steps in prop::collection::vec((0..9_u8, any::<bool>(), 1..40_000_u64), 0..40)) {
        let (matrix, office) = (SeverityMatrix::default(), office());
        let mut it = received(ComplaintFacts::default());
        let mut now = act("2026-03-02T09:10:00Z");
        let mut trace = Vec::new();
        for (what, is_grave, gap) in steps {
            now.at = now.at.plus(Duration::from_secs(gap));
            let facts = if is_grave { serious() } else { ComplaintFacts::default() };
            let validity = if is_grave { Validity::Valid } else { Validity::NotValid };
            let old = it.clone();
            let next = match what {
                0 => old.acknowledge(it.reply_by.max(now.at.plus(Duration::from_mins(1))), now),
                1 => old.decide(validity, "why", "sorry", now),
                2 => old.reply(now),
                3 => old.call_back(now),
                4 => old.reopen(Some(&office), now),
                5 => old.name_cause(CauseCategory::Process, "so"),
                6 => old.plan_action("do", agent(2), now.at.plus(Duration::from_hours(9)), now.at),
                7 => old.update(now),
                _ => Ok(old.reassess(facts, &matrix, Some(&office), now)),
            };
            let Ok(next) = next else { continue };
            if what == 4 { trace.clear(); }
            trace.push(what);
            it = next;
            if it.check_closable().is_ok() {
                let steps: Vec<u8> = trace.iter().copied().filter(|it| matches!(it, 0 | 2 | 3)).collect();
                prop_assert_eq!(steps, vec![0, 2, 3]);
                prop_assert!(trace.contains(&1));
            }
            let watches = it.watches(Some(&office));
            let is_waiting = matches!(it.phase, Phase::Received | Phase::Handling);
            prop_assert_eq!(is_waiting, watches.iter().any(|watch| matches!(watch.subject, Subject::Reply(_))));
            for watch in watches {
                prop_assert!(alarms(watch, Some(&office)).len() >= 3);
            }
            if let Some((told, _)) = it.told {
                prop_assert!(it.reply_by <= told || what != 0);
            }
        }
    }
}
