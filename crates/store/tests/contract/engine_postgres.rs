//! What only a server can do to a closure: races, deadlocks and lost connections.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};

use uuid::Uuid;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_store::{Database, Store, StoreError, Tx, params};

use crate::engine::{add_tag, tag_names};
use crate::harness::{TestStore, admin, uuid};

#[test]
fn a_deadlock_is_run_again() {
    let store = TestStore::postgres();
    let ws = store.workspace();
    let (one, two) = (uuid(), uuid());
    store
        .write_blocking(ws, move |tx| {
            add_tag(tx, one, "one")?;
            add_tag(tx, two, "two")
        })
        .expect("two rows");
    let barrier = Arc::new(Barrier::new(2));
    let threads: Vec<_> = [(one, two), (two, one)]
        .map(|(first, second)| {
            let (store, barrier) = ((*store).clone(), Arc::clone(&barrier));
            std::thread::spawn(move || cross(&store, ws, &barrier, first, second))
        })
        .into();
    let runs: u32 = threads
        .into_iter()
        .map(|thread| thread.join().expect("no panic"))
        .sum();
    assert!(runs >= 3, "one of them was run again");
    let row = store
        .read_blocking(ws, |tx| {
            tx.one("SELECT sum(version) AS sum FROM tags", params![])
        })
        .expect("the rows");
    assert_eq!(
        row.get::<i64>("sum").expect("a sum"),
        6,
        "each raised both by one"
    );
}

/// Raises two rows in an order that meets the other thread half way, the first time.
fn cross(store: &Store, ws: WorkspaceId, barrier: &Arc<Barrier>, first: Uuid, second: Uuid) -> u32 {
    let runs = Arc::new(AtomicU32::new(0));
    let (counted, barrier) = (Arc::clone(&runs), Arc::clone(barrier));
    let raise = |tx: &mut Tx, id: Uuid| {
        tx.execute(
            "UPDATE tags SET version = version + 1 WHERE id = $1",
            params![id],
        )
    };
    store
        .write_blocking(ws, move |tx| {
            let is_first = counted.fetch_add(1, Ordering::Relaxed) == 0;
            tx.query(
                "SELECT set_config('deadlock_timeout', '20ms', true)",
                params![],
            )?;
            raise(tx, first)?;
            if is_first {
                barrier.wait();
            }
            raise(tx, second)
        })
        .expect("both succeed in the end");
    runs.load(Ordering::Relaxed)
}

#[test]
fn a_connection_lost_in_a_closure_is_replaced() {
    let store = TestStore::postgres();
    let ws = store.workspace();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    store
        .write_blocking(ws, move |tx| {
            add_tag(tx, uuid(), "kept")?;
            if counted.fetch_add(1, Ordering::Relaxed) == 0 {
                tx.query("SELECT pg_terminate_backend(pg_backend_pid())", params![])?;
            }
            Ok::<_, StoreError>(())
        })
        .expect("the second run succeeds");
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(tag_names(&store, ws), ["kept"]);
}

#[test]
fn connections_lost_while_idle_are_not_noticed() {
    let store = TestStore::postgres();
    let ws = store.workspace();
    let row = store
        .read_blocking(ws, |tx| {
            tx.one("SELECT current_database() AS name", params![])
        })
        .expect("a name");
    let name: String = row.get("name").expect("a text");
    admin()
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            &[&name],
        )
        .expect("the connections end");
    for n in 0..8 {
        store
            .write_blocking(ws, move |tx| add_tag(tx, uuid(), &n.to_string()))
            .expect("a new connection");
    }
    assert_eq!(tag_names(&store, ws).len(), 8);
}

#[test]
fn a_server_that_is_not_there_is_told_at_the_start() {
    for url in [
        "postgres://postgres@127.0.0.1:1/none",
        "postgres://%zz",
        "mysql://x/y",
    ] {
        let config = crate::harness::config(Database::Postgres {
            url: url.to_owned(),
        });
        let opened = Store::open(config);
        assert!(matches!(opened, Err(StoreError::Unavailable(_))), "{url}");
    }
}
