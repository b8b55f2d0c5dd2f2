//! What only a database in a file can show.

use std::path::Path;
use std::sync::mpsc;

use tempfile::TempDir;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_store::{Store, StoreError, params};

use crate::engine::{add_tag, tag_names};
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
