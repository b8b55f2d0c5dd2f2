//! Tests of call backs.

use proptest::prelude::*;
use uuid::Uuid;

use super::super::case::{ClosingView, OpenWork};
use super::super::closing::ClosingPolicy;
use super::super::fixtures::{agent, case, case_id, office, time};
use super::*;
use crate::locale::Locale;

const MONDAY: &str = "2026-03-02T09:00:00Z";

fn follow_up(reason: FollowUpReason) -> FollowUp {
    let rule = LowScoreRule::default();
    let new = NewFollowUp {
        id: FollowUpId::from_uuid(Uuid::from_u128(1)),
        case_id: case_id(1),
        reason,
        owner_id: agent(1),
        limit: rule.within,
        ladder: rule.ladder,
    };
    FollowUp::ask(new, Some(&office()), time(MONDAY)).expect("a call back")
}

fn attempt(at: &str) -> Attempt {
    Attempt {
        at: time(at),
        by: agent(1),
        means: Means::Call,
        note: String::new(),
    }
}

fn finished(at: &str, result: FollowUpResult, note: &str) -> Finished {
    Finished {
        at: time(at),
        by: agent(1),
        means: Some(Means::Call),
        result,
        note: note.to_owned(),
    }
}

#[test]
fn a_low_score_calls_for_a_call_the_same_day() {
    let rule = LowScoreRule::default();
    let asked: Vec<u8> = (1..=5).filter(|score| rule.asks(*score)).collect();
    assert_eq!(asked, [1, 2]);
    let call = follow_up(FollowUpReason::LowScore { score: 1 });
    assert_eq!(call.due_at, time("2026-03-02T13:00:00Z"));
    assert!(rule.is_valid() && call.watch().is_some());
    let never = LowScoreRule { at_most: 0, ..rule };
    assert!(!(1..=5).any(|score| never.asks(score)));
}

#[test]
fn each_attempt_sets_the_next_and_counts() {
    let office = office();
    let tried = follow_up(FollowUpReason::Resolved)
        .attempt(attempt("2026-03-02T12:00:00Z"), None, Some(&office))
        .unwrap();
    assert_eq!(tried.due_at, time("2026-03-02T16:00:00Z"));
    let wished = time("2026-03-05T10:00:00Z");
    let tried = tried
        .attempt(attempt("2026-03-02T15:00:00Z"), Some(wished), Some(&office))
        .unwrap();
    assert_eq!((tried.due_at, tried.contacts().len()), (wished, 2));
    let past = tried
        .clone()
        .attempt(attempt(MONDAY), Some(time(MONDAY)), None);
    assert_eq!(past, Err(FollowUpError::InPast));
    let far = tried
        .clone()
        .attempt(attempt(MONDAY), Some(time("2026-06-02T09:00:00Z")), None);
    assert_eq!(far, Err(FollowUpError::TooFar));
    let done = tried
        .finish(finished("2026-03-05T10:00:00Z", FollowUpResult::Solved, ""))
        .unwrap();
    assert!(done.watch().is_none());
    assert_eq!(
        done.contacts().last().map(|it| it.answer),
        Some(Answer::Confirmed)
    );
    let again = done.attempt(attempt("2026-03-06T10:00:00Z"), None, None);
    assert_eq!(again, Err(FollowUpError::Over));
}

#[test]
fn a_result_has_something_to_show() {
    let call = follow_up(FollowUpReason::Resolved);
    let try_it = |result, note| {
        call.clone()
            .finish(finished(MONDAY, result, note))
            .map(|_| ())
    };
    assert_eq!(
        try_it(FollowUpResult::Unreachable, ""),
        Err(FollowUpError::NoAttempt)
    );
    assert_eq!(
        try_it(FollowUpResult::NotSolved, " "),
        Err(FollowUpError::Note)
    );
    assert_eq!(try_it(FollowUpResult::NotSolved, "it leaks again"), Ok(()));
    let silent = Finished {
        means: None,
        ..finished(MONDAY, FollowUpResult::Solved, "")
    };
    assert_eq!(call.finish(silent), Err(FollowUpError::NoMeans));
}

#[test]
fn not_solved_reopens_within_the_period_and_is_a_new_case_later() {
    let by = Actor::Agent(agent(1));
    let resolved = case(1)
        .resolve(by.clone(), OpenWork::default(), time(MONDAY))
        .unwrap();
    let call = follow_up(FollowUpReason::Resolved)
        .finish(finished("2026-03-02T10:00:00Z", FollowUpResult::Solved, ""))
        .unwrap();
    let contacts = call.contacts();
    let view = ClosingView {
        policy: &ClosingPolicy::THOROUGH,
        contacts: &contacts,
        complaint: None,
        zone: "UTC",
    };
    let closed = resolved
        .close(by, view, time("2026-03-02T10:00:00Z"))
        .unwrap();
    let week = Duration::from_hours(7 * 24);
    let effect = |at| {
        let call = follow_up(FollowUpReason::LowScore { score: 1 });
        let call = call
            .finish(finished(at, FollowUpResult::NotSolved, "leaks"))
            .unwrap();
        call.effect(&closed, week)
    };
    assert_eq!(effect("2026-03-09T10:00:00Z"), Some(Effect::Reopen));
    assert_eq!(effect("2026-03-09T10:00:01Z"), Some(Effect::NewCase));
    let reopened = closed
        .clone()
        .reopen(week, time("2026-03-09T10:00:00Z"))
        .unwrap();
    assert_eq!(
        (reopened.reopen_count, reopened.owner_id()),
        (1, closed.owner_id())
    );
}

#[test]
fn every_reason_has_a_script_in_both_languages() {
    for reason in [
        FollowUpReason::Resolved,
        FollowUpReason::ComplaintReplied,
        FollowUpReason::LowScore { score: 1 },
        FollowUpReason::ByHand,
    ] {
        let lines = script(reason);
        assert!(lines.len() >= 4);
        for line in lines {
            assert!(line.text(Locale::En).is_ascii() && !line.text(Locale::ZhCn).is_ascii());
        }
    }
}

proptest! {
    /// Whatever happens: an open call back has a deadline, and every attempt is kept.
    #[test]
    fn no_call_back_is_forgotten(gaps in prop::collection::vec((1..200_000_u64, any::<bool>()), 0..70)) {
        let office = office();
        let mut call = follow_up(FollowUpReason::Resolved);
        let mut now = time(MONDAY);
        for (gap, is_wished) in gaps {
            now = now.plus(Duration::from_secs(gap));
            let again = is_wished.then(|| now.plus(Duration::from_secs(gap)));
            let tried = call.clone().attempt(Attempt { at: now, ..attempt(MONDAY) }, again, Some(&office));
            match tried {
                Ok(next) => call = next,
                Err(error) => {
                    prop_assert_eq!(error, FollowUpError::TooMany);
                    prop_assert_eq!(call.attempts.len(), FOLLOW_UP_ATTEMPTS_MAX);
                }
            }
            prop_assert!(call.watch().is_some_and(|watch| watch.due_at > watch.from));
        }
        prop_assert_eq!(call.contacts().len(), call.attempts.len());
    }
}
