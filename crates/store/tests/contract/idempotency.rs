//! Keys of idempotent requests.

use std::time::Duration;

use serde_json::json;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::idempotency::{self, Answer, Claim, IdempotencyKey};
use zhiyin_store::{Store, StoreError};

const DAY: Duration = Duration::from_hours(24);

fn key(principal: &str) -> IdempotencyKey {
    IdempotencyKey {
        principal: principal.to_owned(),
        key: "the-key".to_owned(),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000)
}

fn claim(
    store: &Store,
    ws: WorkspaceId,
    principal: &str,
    hash: u8,
    now: Timestamp,
) -> Option<Claim> {
    let key = key(principal);
    store
        .write_blocking(ws, move |tx| {
            idempotency::claim(tx, &key, &[hash; 32], now, now.minus(DAY))
        })
        .expect("a claim")
}

store_test! {
    fn the_first_request_has_the_key_and_the_second_gets_its_answer(store) {
        let ws = store.workspace();
        assert_eq!(claim(store, ws, "agent:a", 1, at(0)), None);
        let running = claim(store, ws, "agent:a", 2, at(1)).expect("it is taken");
        assert_eq!(running, Claim { request_hash: vec![1; 32], answer: None, created_at: at(0) });
        assert_eq!(claim(store, ws, "agent:b", 1, at(1)), None, "another caller's key is another key");
        assert_eq!(claim(store, store.workspace(), "agent:a", 1, at(1)), None, "and another workspace's");

        let answer = Answer { status: 201, body: Some(json!({ "id": "tg_1", "name": "退款" })) };
        let kept = answer.clone();
        store.write_blocking(ws, move |tx| idempotency::answer(tx, &key("agent:a"), &kept)).expect("kept");
        let known = claim(store, ws, "agent:a", 1, at(2)).expect("it is known");
        assert_eq!(known.answer, Some(answer));
        store.write_blocking(ws, |tx| idempotency::release(tx, &key("agent:a"))).expect("nothing happens");
        assert!(claim(store, ws, "agent:a", 1, at(3)).is_some(), "an answer is not given back");
    }

    fn a_key_without_effect_is_given_back(store) {
        let ws = store.workspace();
        assert_eq!(claim(store, ws, "agent:a", 1, at(0)), None);
        store.write_blocking(ws, |tx| idempotency::release(tx, &key("agent:a"))).expect("released");
        assert_eq!(claim(store, ws, "agent:a", 2, at(1)), None);
    }

    fn keys_are_forgotten_after_a_day(store) {
        let ws = store.workspace();
        assert_eq!(claim(store, ws, "agent:a", 1, at(0)), None);
        assert!(claim(store, ws, "agent:a", 1, at(86_400)).is_some());
        assert_eq!(claim(store, ws, "agent:a", 2, at(86_401)), None);
        assert_eq!(claim(store, ws, "agent:b", 1, at(90_000)), None);
        let pruned = store
            .write_system_blocking(|system| Ok::<_, StoreError>((
                idempotency::prune(system, at(80_000), 10)?,
                idempotency::prune(system, at(100_000), 1)?,
                idempotency::prune(system, at(100_000), 10)?,
            )))
            .expect("pruned");
        assert_eq!(pruned, (0, 1, 1));
    }
}
