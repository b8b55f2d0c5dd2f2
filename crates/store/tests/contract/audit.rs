//! The chain: an entry that is changed, missing or moved is found.

use serde_json::json;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::audit::{self, AuditEntry, Fault, Head, Verification};
use zhiyin_store::{Store, StoreError, Tx, params};

fn entry(n: i64) -> AuditEntry {
    AuditEntry {
        at: Timestamp::from_micros(n),
        actor: Actor::system("test"),
        action: "role.changed".to_owned(),
        subject: format!("rl_{n}"),
        detail: json!({ "after": { "z": n, "a": [1.5, null, "二"] } }),
        event: None,
        request_id: (n % 2 == 0).then(|| format!("r-{n}")),
    }
}

/// Appends an entry that differs for each `n`.
pub(crate) fn append(tx: &mut Tx, n: i64) -> Result<i64, StoreError> {
    audit::append(tx, &entry(n))
}

fn fill(store: &Store, ws: WorkspaceId, count: i64) {
    for n in 1..=count {
        let number = store
            .write_blocking(ws, move |tx| audit::append(tx, &entry(n)))
            .expect("appended");
        assert_eq!(number, n);
    }
}

fn verify(store: &Store, ws: WorkspaceId, known: Option<&Head>) -> Verification {
    audit::verify_blocking(store, ws, known).expect("a check")
}

/// Does to the table what a person with access to the database might.
fn tamper(store: &Store, ws: WorkspaceId, sql: &'static str) -> Vec<Fault> {
    store
        .write_blocking(ws, move |tx| tx.execute(sql, params![ws]))
        .expect("tampered");
    verify(store, ws, None).faults
}

store_test! {
    fn an_entry_comes_back_and_the_chain_holds(store) {
        let (ws, other) = (store.workspace(), store.workspace());
        fill(store, ws, 5);
        fill(store, other, 2);
        let page = store.read_blocking(ws, |tx| audit::list(tx, None, 2)).expect("a page");
        assert_eq!(page.iter().map(|record| record.number).collect::<Vec<_>>(), [5, 4]);
        assert_eq!(page[1].entry, entry(4));
        let next = store.read_blocking(ws, |tx| audit::list(tx, Some(4), 10)).expect("a page");
        assert_eq!(next.len(), 3);
        let found = verify(store, ws, None);
        assert_eq!((found.entries, found.faults.as_slice()), (5, &[][..]));
        assert_eq!(found.head, Some(Head { number: 5, hash: page[0].hash.clone() }));
        assert_eq!(verify(store, other, None).entries, 2);
        assert_eq!(verify(store, store.workspace(), None), Verification::default());
    }

    fn a_change_is_found(store) {
        let ws = store.workspace();
        fill(store, ws, 5);
        for sql in [
            "UPDATE audit_log SET actor = 'bot' WHERE workspace_id = $1 AND number = 3",
            "UPDATE audit_log SET detail = '{}' WHERE workspace_id = $1 AND number = 3",
            "UPDATE audit_log SET request_id = 'r' WHERE workspace_id = $1 AND number = 3",
            "UPDATE audit_log SET at = at + 1 WHERE workspace_id = $1 AND number = 3",
        ] {
            assert_eq!(tamper(store, ws, sql), [Fault::Changed { number: 3 }], "{sql}");
        }
        let faults = tamper(store, ws, "UPDATE audit_log SET hash = previous_hash WHERE workspace_id = $1 AND number = 3");
        assert_eq!(faults, [Fault::Changed { number: 3 }, Fault::Unlinked { number: 4 }]);
    }

    fn a_missing_entry_is_found(store) {
        let ws = store.workspace();
        fill(store, ws, 6);
        let head = verify(store, ws, None).head.expect("a head");
        let faults = tamper(store, ws, "DELETE FROM audit_log WHERE workspace_id = $1 AND number IN (2, 3)");
        assert_eq!(faults, [Fault::Missing { from: 2, to: 3 }]);
        let faults = tamper(store, ws, "DELETE FROM audit_log WHERE workspace_id = $1 AND number = 6");
        assert_eq!(faults.last(), Some(&Fault::Missing { from: 6, to: 6 }));
        let covered = tamper(store, ws, "UPDATE number_counters SET value = 5 WHERE workspace_id = $1 AND name = 'audit_log'");
        assert_eq!(covered, [Fault::Missing { from: 2, to: 3 }], "the counter was set back");
        assert_eq!(verify(store, ws, Some(&head)).faults.last(), Some(&Fault::Missing { from: 6, to: 6 }));
    }

    fn a_moved_entry_is_found(store) {
        let ws = store.workspace();
        fill(store, ws, 4);
        tamper(store, ws, "UPDATE audit_log SET number = -number WHERE workspace_id = $1 AND number IN (2, 3)");
        let faults = tamper(store, ws, "UPDATE audit_log SET number = 5 + number WHERE workspace_id = $1 AND number < 0");
        for number in [2, 3] {
            assert!(faults.contains(&Fault::Changed { number }), "{faults:?}");
            assert!(faults.contains(&Fault::Unlinked { number }), "{faults:?}");
        }
    }

    fn a_rewritten_end_is_found_against_a_known_head(store) {
        let ws = store.workspace();
        fill(store, ws, 3);
        let head = verify(store, ws, None).head.expect("a head");
        tamper(store, ws, "DELETE FROM audit_log WHERE workspace_id = $1 AND number = 3");
        tamper(store, ws, "UPDATE number_counters SET value = 2 WHERE workspace_id = $1 AND name = 'audit_log'");
        store.write_blocking(ws, |tx| audit::append(tx, &entry(99))).expect("a forger with the keys");
        assert_eq!(verify(store, ws, None).faults, []);
        assert_eq!(verify(store, ws, Some(&head)).faults, [Fault::Changed { number: 3 }]);
    }

    fn writers_at_once_make_one_chain(store) {
        let ws = store.workspace();
        let threads: Vec<_> = (0..4).map(|_| {
            let store: Store = (**store).clone();
            std::thread::spawn(move || for n in 0..15 {
                store.write_blocking(ws, move |tx| audit::append(tx, &entry(n))).expect("appended");
            })
        }).collect();
        for thread in threads {
            thread.join().expect("a writer");
        }
        let found = verify(store, ws, None);
        assert_eq!((found.entries, found.faults.as_slice()), (60, &[][..]));
    }
}
