//! What only a database in a file can show.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};

use tempfile::TempDir;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_store::{Store, StoreError, params};

use crate::engine::{Gate, add_tag, futures_poll, runtime, tag_names};
use crate::harness::{TestStore, uuid};

fn file_store() -> (TempDir, TestStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    (folder, store)
}

fn open(folder: &Path) -> TestStore {
    TestStore::sqlite_file(&folder.join("zhiyin.db"), |_| {})
}

fn pragma(store: &Store, ws: WorkspaceId, pragma: &'static str) -> i64 {
    store
        .write_blocking(ws, move |tx| {
            let row = tx.one(pragma, params![])?;
            row.values()
                .first()
                .and_then(|value| match value {
                    zhiyin_store::Value::Int(value) => Some(*value),
                    _ => None,
                })
                .ok_or(StoreError::Aborted)
        })
        .expect("a pragma")
}

fn is_sound(store: &Store, ws: WorkspaceId) -> bool {
    let row = store
        .read_blocking(ws, |tx| tx.one("PRAGMA integrity_check", params![]))
        .expect("a check");
    row.get::<String>("integrity_check").expect("a text") == "ok"
}

#[test]
fn what_is_acknowledged_is_on_the_disk() {
    let (folder, store) = file_store();
    let ws = store.workspace();
    assert_eq!(pragma(&store, ws, "PRAGMA synchronous"), 2, "FULL");
    assert_eq!(pragma(&store, ws, "PRAGMA foreign_keys"), 1);
    store
        .write_blocking(ws, |tx| add_tag(tx, uuid(), "kept"))
        .expect("written");
    drop(store);
    assert_eq!(tag_names(&open(folder.path()), ws), ["kept"]);
}

#[test]
fn a_reader_keeps_its_snapshot_and_does_not_hold_up_the_writer() {
    let (_folder, store) = file_store();
    reader_keeps_its_snapshot(&store);
}

#[test]
fn a_reader_of_postgres_keeps_its_snapshot() {
    reader_keeps_its_snapshot(&TestStore::postgres());
}

fn reader_keeps_its_snapshot(store: &Store) {
    let ws = workspace_of(store);
    let (seen, first_look) = mpsc::channel();
    let (go_on, gone_on) = mpsc::channel();
    let gone_on = std::sync::Mutex::new(gone_on);
    let reader = {
        let store = store.clone();
        std::thread::spawn(move || {
            store.read_blocking(ws, move |tx| {
                let count = |tx: &mut zhiyin_store::Tx| {
                    tx.query("SELECT id FROM tags", params![])
                        .map(|rows| rows.len())
                };
                let before = count(tx)?;
                seen.send(()).expect("the test waits");
                gone_on
                    .lock()
                    .expect("one closure")
                    .recv()
                    .expect("the test goes on");
                Ok::<_, StoreError>((before, count(tx)?))
            })
        })
    };
    first_look.recv().expect("the reader looks");
    store
        .write_blocking(ws, |tx| add_tag(tx, uuid(), "new"))
        .expect("the writer does not wait");
    assert_eq!(tag_names(store, ws), ["new"], "another reader sees it");
    go_on.send(()).expect("the reader waits");
    assert_eq!(reader.join().expect("no panic").expect("read"), (0, 0));
}

fn workspace_of(store: &Store) -> WorkspaceId {
    crate::harness::add_workspace(store)
}

/// What the members of a batch do when the first of them fails.
fn runs_of_the_others(fails_after_writing: bool) -> u32 {
    let (_folder, store) = file_store();
    let ws = store.workspace();
    let gate = Gate::close(&store, ws);
    let fail = store.write(ws, move |tx| {
        if fails_after_writing {
            add_tag(tx, uuid(), "undone")?;
        }
        Err::<(), _>(StoreError::conflict("tags"))
    });
    let runs = Arc::new(AtomicU32::new(0));
    let others = ["a", "b", "c"].map(|name| {
        let runs = Arc::clone(&runs);
        store.write(ws, move |tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            add_tag(tx, uuid(), name)
        })
    });
    runtime().block_on(async {
        let (mut fail, mut others) = (Box::pin(fail), others.map(Box::pin));
        assert!(futures_poll(&mut fail).await, "it waits behind the gate");
        for other in &mut others {
            assert!(futures_poll(other).await, "it waits behind the gate");
        }
        gate.open();
        assert!(matches!(fail.await, Err(StoreError::Conflict { .. })));
        for other in others {
            other.await.expect("the others are done");
        }
    });
    assert_eq!(tag_names(&store, ws), ["a", "b", "c"]);
    runs.load(Ordering::Relaxed)
}

#[test]
fn a_failure_without_a_write_costs_the_others_nothing() {
    assert_eq!(runs_of_the_others(false), 3);
}

#[test]
fn after_a_failure_that_wrote_nobody_runs_more_than_twice() {
    assert!(runs_of_the_others(true) <= 6);
}

#[test]
fn a_full_disk_is_an_error_that_passes() {
    let (folder, store) = file_store();
    let ws = store.workspace();
    let pages = pragma(&store, ws, "PRAGMA page_count");
    store
        .write_blocking(ws, move |tx| {
            tx.query(
                &format!("PRAGMA max_page_count = {}", pages + 40),
                params![],
            )
        })
        .expect("a limit");

    let (mut kept, mut refused) = (Vec::new(), 0);
    let writers: Vec<_> = (0..40)
        .map(|n| {
            let store: Store = (*store).clone();
            std::thread::spawn(move || {
                let name = format!("{n:02}-{}", "x".repeat(16_000));
                (
                    name.clone(),
                    store.write_blocking(ws, move |tx| add_tag(tx, uuid(), &name)),
                )
            })
        })
        .collect();
    for writer in writers {
        match writer.join().expect("the caller does not panic") {
            (name, Ok(())) => kept.push(name),
            (_, Err(StoreError::DiskFull)) => refused += 1,
            (_, other) => panic!("{other:?}"),
        }
    }
    assert!(refused > 0);
    kept.sort();
    assert_eq!(tag_names(&store, ws), kept, "acknowledged and only that");

    store
        .write_blocking(ws, |tx| {
            tx.query("PRAGMA max_page_count = 1000000", params![])
        })
        .expect("space again");
    store
        .write_blocking(ws, |tx| add_tag(tx, uuid(), "zz"))
        .expect("the writer lives");
    kept.push("zz".to_owned());
    assert!(is_sound(&store, ws));
    drop(store);
    let store = open(folder.path());
    assert_eq!(tag_names(&store, ws), kept);
    assert!(is_sound(&store, ws));
}

#[test]
fn a_database_that_cannot_be_written_says_so_and_is_still_read() {
    let (_folder, store) = file_store();
    let ws = store.workspace();
    store
        .write_blocking(ws, |tx| add_tag(tx, uuid(), "before"))
        .expect("written");
    store
        .write_blocking(ws, |tx| tx.query("PRAGMA query_only = ON", params![]))
        .expect("the file system turns read-only");
    for _ in 0..3 {
        let refused = store.write_blocking(ws, |tx| add_tag(tx, uuid(), "no"));
        assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    }
    assert_eq!(tag_names(&store, ws), ["before"]);
}

#[test]
fn a_missing_folder_is_unavailable() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("nowhere").join("zhiyin.db");
    let config = crate::harness::config(zhiyin_store::Database::Sqlite { path });
    assert!(matches!(
        Store::open(config),
        Err(StoreError::Unavailable(_))
    ));
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_reads_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, store) = file_store();
    store.workspace();
    for name in ["zhiyin.db", "zhiyin.db-wal", "zhiyin.db-shm"] {
        let mode = std::fs::metadata(folder.path().join(name))
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
}
