//! Webhooks: what is due, who sends, what is kept.

use zhiyin_domain::secret::Secret;
use zhiyin_domain::webhook::{
    DeliveryState, DisabledReason, Outcome, Webhook, WebhookAttempt, WebhookDelivery,
    WebhookPurpose,
};
use zhiyin_store::webhooks::deliveries::{self, DeliveryFilter};
use zhiyin_store::{StoreError, SystemTx, webhooks};

use crate::floor::{Floor, at, id};
use crate::harness::add_workspace;

fn webhook() -> Webhook {
    Webhook {
        id: id(),
        purpose: WebhookPurpose::Events,
        inbox_id: None,
        name: "仓库".into(),
        url: "https://shop.example/hook".into(),
        event_types: vec!["case.*".into()],
        disabled: None,
        failing_since: None,
        silences: 0,
        resting_until: None,
        last_success_at: None,
        previous_secret_until: None,
        created_at: at(0),
        version: 1,
    }
}

fn delivery(of: &Webhook, seq: i64) -> WebhookDelivery {
    WebhookDelivery {
        id: id(),
        webhook_id: of.id,
        event_type: "case.created".into(),
        event_seq: Some(seq),
        message_id: None,
        state: DeliveryState::Waiting,
        attempts: 0,
        tries: 0,
        next_at: Some(at(seq)),
        last_status: None,
        last_error: None,
        created_at: at(seq),
        finished_at: None,
    }
}

fn secret(text: &str) -> Secret<Vec<u8>> {
    Secret::new(text.as_bytes().to_vec())
}

impl Floor<'_> {
    fn webhook(&self, it: &Webhook) {
        let it = it.clone();
        self.run(move |tx| webhooks::insert(tx, &it, &secret("first")));
    }

    fn tells(&self, it: &WebhookDelivery) -> bool {
        let it = it.clone();
        self.run(move |tx| deliveries::insert(tx, &it, r#"{"text":"你好"}"#))
    }

    fn listed(&self, of: &Webhook, filter: DeliveryFilter) -> Vec<i64> {
        let id = of.id;
        let found = self.run(move |tx| deliveries::list(tx, id, &filter, None, 10));
        found.iter().filter_map(|it| it.event_seq).collect()
    }

    fn system<T: Send + 'static>(
        &self,
        f: impl Fn(&mut SystemTx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.write_system_blocking(f).expect("a transaction")
    }
}

store_test! {
    fn a_webhook_is_kept_changed_and_removed(store) {
        let floor = Floor::new(store);
        let it = webhook();
        floor.webhook(&it);
        let id = it.id;
        assert_eq!(floor.run(move |tx| webhooks::get(tx, id)), Some(it.clone()));
        assert_eq!(floor.run(webhooks::list), vec![it.clone()]);
        let changed = Webhook {
            name: "物流".into(),
            disabled: Some((DisabledReason::ByHand, at(5))),
            ..it.clone()
        };
        let (saved, stale) = (changed.clone(), it.clone());
        let saved = floor.run(move |tx| webhooks::save(tx, &saved));
        assert_eq!(saved, Webhook { version: 2, ..changed });
        let lost = store.write_blocking(floor.workspace, move |tx| webhooks::save(tx, &stale));
        assert!(matches!(lost, Err(StoreError::Conflict { .. })), "{lost:?}");
        floor.tells(&delivery(&it, 1));
        floor.run(move |tx| webhooks::delete(tx, id));
        assert_eq!(floor.run(move |tx| webhooks::get(tx, id)), None);
        let elsewhere = add_workspace(store);
        let floor = Floor { store, workspace: elsewhere };
        assert_eq!(floor.run(webhooks::list), vec![]);
    }
}

store_test! {
    fn two_secrets_sign_for_a_while_after_a_rotation(store) {
        let floor = Floor::new(store);
        let it = webhook();
        floor.webhook(&it);
        let id = it.id;
        floor.run(move |tx| webhooks::rotate(tx, id, &secret("second"), at(100)));
        let secrets = |now| {
            let found = floor.run(move |tx| webhooks::secrets(tx, id, at(now)));
            found.iter().map(|it| String::from_utf8_lossy(it.expose()).into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(secrets(99), ["second", "first"]);
        assert_eq!(secrets(100), ["second"]);
    }
}

store_test! {
    fn an_event_is_told_once_and_in_order(store) {
        let floor = Floor::new(store);
        let it = webhook();
        floor.webhook(&it);
        for seq in [2, 1, 3] {
            assert!(floor.tells(&delivery(&it, seq)));
        }
        assert!(!floor.tells(&delivery(&it, 2)), "told before");
        let id = it.id;
        let due = floor.run(move |tx| deliveries::due(tx, id, at(2), 10));
        assert_eq!(due.iter().map(|it| it.event_seq).collect::<Vec<_>>(), [Some(1), Some(2)]);
        let first = due[0].id;
        assert_eq!(floor.run(move |tx| deliveries::body(tx, first)), r#"{"text":"你好"}"#);
        assert_eq!(floor.system(|system| webhooks::due(system, at(0), 10)).len(), 0);
        let found = floor.system(|system| webhooks::due(system, at(1), 10));
        assert_eq!(found, vec![(floor.workspace, it.id)]);
        assert_eq!(floor.system(webhooks::next_due), Some(at(1)));
    }
}

store_test! {
    fn one_node_sends_at_a_time(store) {
        let floor = Floor::new(store);
        let it = webhook();
        floor.webhook(&it);
        floor.tells(&delivery(&it, 1));
        let id = it.id;
        let take = |now, until| floor.run(move |tx| webhooks::take_lease(tx, id, at(now), at(until)));
        assert!(take(1, 60));
        assert!(!take(2, 61));
        assert!(floor.system(|system| webhooks::due(system, at(59), 10)).is_empty());
        assert_eq!(floor.system(webhooks::next_due), Some(at(60)), "when the lease is over");
        assert!(take(60, 120), "the holder was lost");
        let rested = Webhook { resting_until: Some(at(90)), ..it.clone() };
        floor.run(move |tx| webhooks::save_health(tx, &rested));
        assert_eq!(floor.run(move |tx| webhooks::release_lease(tx, id)), Some(at(90)));
        assert_eq!(floor.system(webhooks::next_due), Some(at(90)));
        assert!(floor.system(|system| webhooks::due(system, at(89), 10)).is_empty());
    }
}

store_test! {
    fn attempts_are_kept_and_failures_replayed(store) {
        let floor = Floor::new(store);
        let it = webhook();
        floor.webhook(&it);
        let told = delivery(&it, 1);
        floor.tells(&told);
        floor.tells(&delivery(&it, 2));
        let attempt = WebhookAttempt {
            number: 1,
            at: at(1),
            duration_ms: 12,
            status: Some(410),
            error: None,
            answer: "gone".into(),
            is_answer_cut: false,
        };
        let (kept, id) = (attempt.clone(), told.id);
        let failed = WebhookDelivery {
            last_status: Some(410),
            ..told.clone().after(Outcome::Gone, 0, at(1))
        };
        let saved = failed.clone();
        floor.run(move |tx| {
            deliveries::insert_attempt(tx, id, &kept)?;
            deliveries::insert_attempt(tx, id, &kept)?;
            deliveries::save(tx, &saved)
        });
        assert_eq!(floor.run(move |tx| deliveries::attempts(tx, id)), vec![attempt]);
        assert_eq!(floor.run(move |tx| deliveries::get(tx, id)), Some(failed));
        let state = |state| DeliveryFilter { state: Some(state), ..DeliveryFilter::default() };
        assert_eq!(floor.listed(&it, DeliveryFilter::default()), [2, 1]);
        assert_eq!(floor.listed(&it, state(DeliveryState::Failed)), [1]);
        let later = DeliveryFilter { since: Some(at(2)), ..DeliveryFilter::default() };
        assert_eq!(floor.listed(&it, later), [2]);
        let odd = DeliveryFilter { event_type: Some("message.created".into()), until: Some(at(9)), ..DeliveryFilter::default() };
        assert_eq!(floor.listed(&it, odd), [0; 0]);
        let webhook = it.id;
        let failures = state(DeliveryState::Failed);
        let replayed = floor.run(move |tx| deliveries::replay(tx, webhook, &failures, at(50), 10));
        assert_eq!(replayed, 1);
        assert_eq!(floor.listed(&it, state(DeliveryState::Waiting)), [2, 1]);
    }
}

store_test! {
    fn what_is_old_goes_unless_it_waits(store) {
        let floor = Floor::new(store);
        let it = webhook();
        floor.webhook(&it);
        let done = delivery(&it, 1).after(Outcome::Accepted, 0, at(2));
        floor.tells(&done);
        floor.tells(&delivery(&it, 2));
        assert_eq!(floor.system(|system| deliveries::prune(system, at(1), 10)), 0);
        assert_eq!(floor.system(|system| deliveries::prune(system, at(10), 10)), 1);
        assert_eq!(floor.listed(&it, DeliveryFilter::default()), [2]);
    }
}
