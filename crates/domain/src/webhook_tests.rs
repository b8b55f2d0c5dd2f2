//! What a webhook hears of, when it is tried again, and when it is left alone.

use std::time::Duration;

use uuid::Uuid;

use super::*;

fn now() -> Timestamp {
    Timestamp::from_micros(1_772_413_200_000_000)
}

fn webhook() -> Webhook {
    Webhook {
        id: WebhookId::from_uuid(Uuid::from_u128(1)),
        purpose: WebhookPurpose::Events,
        inbox_id: None,
        name: "Shop".into(),
        url: "https://shop.example/hook".into(),
        event_types: Vec::new(),
        disabled: None,
        failing_since: None,
        silences: 0,
        resting_until: None,
        last_success_at: None,
        previous_secret_until: None,
        created_at: now(),
        version: 1,
    }
}

fn delivery() -> WebhookDelivery {
    WebhookDelivery {
        id: WebhookDeliveryId::from_uuid(Uuid::from_u128(2)),
        webhook_id: webhook().id,
        event_type: "message.created".into(),
        event_seq: Some(7),
        message_id: None,
        state: DeliveryState::Waiting,
        attempts: 0,
        tries: 0,
        next_at: Some(now()),
        last_status: None,
        last_error: None,
        created_at: now(),
        finished_at: None,
    }
}

const REFUSED: Outcome = Outcome::Refused { retry_after: None };

#[test]
fn it_hears_what_it_asked_for() {
    let all = webhook();
    assert!(all.hears("case.created", None));
    assert!(
        !all.hears("login.failed", None),
        "log-ins are nobody's business"
    );
    let some = Webhook {
        event_types: vec!["case.*".into(), "message.created".into()],
        ..webhook()
    };
    assert!(some.hears("case.created", None));
    assert!(some.hears("message.created", None));
    assert!(!some.hears("message.edited", None));
    let disabled = Webhook {
        disabled: Some((DisabledReason::ByHand, now())),
        ..webhook()
    };
    assert!(!disabled.hears("case.created", None));
}

#[test]
fn one_of_an_inbox_hears_only_of_it() {
    let inbox = |n| Some(InboxId::from_uuid(Uuid::from_u128(n)));
    let of_one = Webhook {
        inbox_id: inbox(1),
        ..webhook()
    };
    assert!(of_one.hears("message.created", inbox(1)));
    assert!(!of_one.hears("message.created", inbox(2)));
    assert!(!of_one.hears("setting.changed", None));
}

#[test]
fn event_types_must_exist() {
    let list = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        check_event_types(&list(&["case.*", "message.created"])),
        Ok(())
    );
    for odd in [
        "cases.*",
        "message",
        "*",
        "login.failed",
        "login.*",
        "message.*.x",
    ] {
        let refused = Err(WebhookError::EventType(odd.to_owned()));
        assert_eq!(check_event_types(&list(&[odd])), refused, "{odd}");
    }
}

#[test]
fn pauses_grow_over_a_day_and_then_it_is_given_up() {
    let mut it = delivery();
    let mut total = Duration::ZERO;
    let mut last = Duration::ZERO;
    while let Some(next) = {
        it = it.after(REFUSED, 128, now());
        it.next_at
    } {
        let pause = next.since(now());
        assert!(pause >= last, "pauses never shrink");
        (total, last) = (total + pause, pause);
    }
    assert_eq!((it.state, it.attempts), (DeliveryState::Failed, 8));
    assert_eq!(it.finished_at, Some(now()));
    assert!(
        total > Duration::from_hours(24) && total < Duration::from_hours(36),
        "{total:?}"
    );
}

#[test]
fn jitter_stays_within_a_fifth() {
    let shortest = pause(2, REFUSED, 0).expect("a pause");
    let longest = pause(2, REFUSED, 255).expect("a pause");
    assert_eq!(shortest.as_secs(), 240);
    assert_eq!(longest.as_secs(), 360);
}

#[test]
fn a_receiver_may_ask_for_a_longer_pause_but_not_for_ever() {
    let asked = |seconds| Outcome::of_status(429, Some(Duration::from_secs(seconds)));
    assert_eq!(pause(1, asked(900), 0).map(|it| it.as_secs()), Some(900));
    assert_eq!(pause(3, asked(1), 0).map(|it| it.as_secs()), Some(1_440));
    assert_eq!(
        pause(1, asked(10_000_000), 0),
        Some(Duration::from_hours(24))
    );
    // A pause is only asked for by answers that stand for "later".
    assert_eq!(
        Outcome::of_status(400, Some(Duration::from_hours(1))),
        REFUSED
    );
}

#[test]
fn what_is_gone_is_left_alone() {
    let outcome = Outcome::of_status(410, None);
    assert_eq!(
        delivery().after(outcome, 0, now()).state,
        DeliveryState::Failed
    );
    let gone = webhook().after(outcome, now());
    assert_eq!(gone.disabled, Some((DisabledReason::Gone, now())));
}

#[test]
fn redirects_are_failures() {
    for status in [301, 302, 307, 308, 199, 400, 404, 500] {
        assert_eq!(Outcome::of_status(status, None), REFUSED, "{status}");
    }
    for status in [200, 201, 202, 204] {
        assert_eq!(
            Outcome::of_status(status, None),
            Outcome::Accepted,
            "{status}"
        );
    }
}

#[test]
fn days_of_failure_disable_and_one_success_forgives() {
    let day = |days: u64| now().plus(Duration::from_hours(24 * days));
    let failing = webhook().after(REFUSED, now()).after(REFUSED, day(4));
    assert!(failing.is_enabled());
    assert_eq!(failing.failing_since, Some(now()));
    let forgiven = failing.clone().after(Outcome::Accepted, day(4));
    assert_eq!(
        (forgiven.failing_since, forgiven.last_success_at),
        (None, Some(day(4)))
    );
    assert!(forgiven.after(REFUSED, day(6)).is_enabled());
    let disabled = failing.after(Outcome::Silent, day(5));
    assert_eq!(disabled.disabled, Some((DisabledReason::Failing, day(5))));
}

#[test]
fn who_does_not_answer_rests_longer_each_time() {
    let mut it = webhook();
    let mut rests = Vec::new();
    for _ in 0..6 {
        it = it.after(Outcome::Silent, now());
        rests.extend(it.resting_until.map(|until| until.since(now()).as_secs()));
    }
    assert_eq!(rests, [5, 30, 120, 300, 300, 300]);
    assert_eq!(it.after(Outcome::Accepted, now()).resting_until, None);
}

#[test]
fn a_replay_begins_anew_and_keeps_count() {
    let mut it = delivery();
    for _ in 0..8 {
        it = it.after(Outcome::Silent, 0, now());
    }
    let again = it.replayed(now());
    assert_eq!(
        (again.state, again.tries, again.attempts),
        (DeliveryState::Waiting, 0, 8)
    );
    assert_eq!(again.after(REFUSED, 0, now()).state, DeliveryState::Waiting);
}
