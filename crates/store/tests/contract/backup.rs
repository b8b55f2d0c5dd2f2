//! A backup made while others write comes back whole, and only into an empty place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::backup::{self, BlobRef, Manifest};
use zhiyin_store::{Database, Store, StoreError, Value, params};

use crate::engine::{add_tag, tag_names};
use crate::harness::{TestDatabase, TestStore, add_workspace, config, uuid};

/// A source and an empty place to restore into, of one engine.
struct Case {
    folder: TempDir,
    store: TestStore,
    target: Database,
    /// Kept until the end.
    _target: Option<TestDatabase>,
}

impl Case {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = TestStore::sqlite_file(&folder.path().join("zhiyin.db"), |_| {});
        let target = Database::Sqlite {
            path: folder.path().join("restored.db"),
        };
        Self {
            folder,
            store,
            target,
            _target: None,
        }
    }

    fn postgres() -> Self {
        let database = TestDatabase::empty();
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            store: TestStore::postgres(),
            target: database.database(),
            _target: Some(database),
        }
    }

    fn archive(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    fn create(&self, blobs: &Blobs) -> Result<Manifest, StoreError> {
        let now = Timestamp::from_micros(1_000_000);
        backup::create(self.store.database(), &self.archive(), now, &mut |blob| {
            Ok(blobs.get(blob).cloned())
        })
    }

    fn restore(&self) -> Result<(Manifest, Blobs), StoreError> {
        let mut blobs = Blobs::new();
        let manifest = backup::restore(&self.target, &self.archive(), &mut |blob, bytes| {
            blobs.insert(*blob, bytes);
            Ok(())
        })?;
        Ok((manifest, blobs))
    }

    fn open(&self) -> Store {
        Store::open(config(self.target.clone())).expect("the restored database")
    }
}

type Blobs = BTreeMap<BlobRef, Vec<u8>>;

fn both(test: fn(&Case)) {
    test(&Case::sqlite());
    test(&Case::postgres());
}

fn blob(workspace: WorkspaceId, bytes: &[u8]) -> (BlobRef, Vec<u8>) {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    let hash = zhiyin_domain::attachment::BlobHash::from_bytes(hash);
    (BlobRef { workspace, hash }, bytes.to_vec())
}

fn attach(store: &Store, ws: WorkspaceId, file: &BlobRef, thumbnail: Option<&BlobRef>) {
    let (file, thumbnail) = (
        *file.hash.as_bytes(),
        thumbnail.map(|blob| *blob.hash.as_bytes()),
    );
    store
        .write_blocking(ws, move |tx| {
            tx.execute(
                "INSERT INTO attachments (id, workspace_id, uploaded_by, blob_hash, thumbnail_hash, name, media_type,
                                          size_bytes, created_at)
                 VALUES ($1, $2, 'bot', $3, $4, $5, 'text/plain', 1, 0)",
                params![uuid(), ws, file, thumbnail, "a\tb\\n\"二\n"],
            )
        })
        .expect("an attachment");
}

/// A picture of an agent.
fn show(store: &Store, ws: WorkspaceId, picture: &BlobRef) {
    let avatar = zhiyin_store::avatars::Avatar {
        id: zhiyin_domain::ids::AvatarId::from_uuid(uuid()),
        blob: picture.hash,
        media_type: "image/png".to_owned(),
        created_at: zhiyin_domain::time::Timestamp::EPOCH,
    };
    store
        .write_blocking(ws, move |tx| zhiyin_store::avatars::insert(tx, &avatar))
        .expect("an avatar");
}

/// Everything in the tables, as one could print it.
fn contents(store: &Store) -> BTreeMap<&'static str, Vec<Vec<Value>>> {
    let tables = [
        ("workspaces", "id, slug, settings"),
        ("tags", "id, name, version"),
        ("attachments", "id, blob_hash, thumbnail_hash, name"),
        ("avatars", "id, blob_hash, media_type"),
        ("events", "position, id, seq, kind, payload"),
        ("data_keys", "workspace_id, purpose, number, wrapped"),
        ("audit_log", "workspace_id, number, detail, hash"),
    ];
    tables
        .into_iter()
        .map(|(table, columns)| {
            let sql = format!("SELECT {columns} FROM {table} ORDER BY 1, 2, 3");
            let rows = store
                .read_system_blocking(move |system| system.query(&sql, params![]))
                .expect("a table");
            (
                table,
                rows.iter().map(|row| row.values().to_vec()).collect(),
            )
        })
        .collect()
}

#[test]
fn everything_comes_back() {
    both(|case| {
        let ws = add_workspace(&case.store);
        let (file, file_bytes) = blob(ws, b"a file");
        let (small, small_bytes) = blob(ws, b"its picture");
        let (gone, _) = blob(ws, b"gone");
        attach(&case.store, ws, &file, Some(&small));
        attach(&case.store, ws, &file, None);
        attach(&case.store, ws, &gone, None);
        let (face, face_bytes) = blob(ws, b"a face");
        show(&case.store, ws, &face);
        let sealed = case
            .store
            .write_blocking(ws, |tx| tx.seal("contacts.personal", b"Li Lei"))
            .expect("sealed");
        for n in 0..3 {
            case.store
                .write_blocking(ws, move |tx| crate::events::append(tx, uuid(), n))
                .expect("an event");
            case.store
                .write_blocking(ws, move |tx| crate::audit::append(tx, n))
                .expect("an entry");
        }
        let blobs = Blobs::from([(file, file_bytes), (small, small_bytes), (face, face_bytes)]);

        let made = case.create(&blobs).expect("a backup");
        assert_eq!(
            (made.blobs, made.blob_bytes, made.blobs_missing),
            (3, 23, 1)
        );
        assert_eq!(
            backup::check(&case.archive()).expect("a sound backup"),
            made
        );
        let (restored, restored_blobs) = case.restore().expect("a restore");
        assert_eq!(restored, made);
        assert_eq!(restored_blobs, blobs);

        let store = case.open();
        store
            .check_schema_blocking()
            .expect("the schema of this program");
        assert_eq!(contents(&store), contents(&case.store));
        let plain = store
            .read_blocking(ws, move |tx| tx.open("contacts.personal", &sealed))
            .expect("opened");
        assert_eq!(plain, b"Li Lei");
        let chain = zhiyin_store::audit::verify_blocking(&store, ws, None).expect("a check");
        assert_eq!((chain.entries, chain.faults.as_slice()), (3, &[][..]));
        let old = contents(&store)["events"].len();
        store
            .write_blocking(ws, |tx| crate::events::append(tx, uuid(), 9))
            .expect("it goes on");
        let positions: Vec<Value> = contents(&store)["events"]
            .iter()
            .map(|row| row[0].clone())
            .collect();
        assert_eq!(positions.len(), old + 1);
        assert_eq!(
            positions.last(),
            Some(&Value::Int(4)),
            "numbers go on where they were"
        );
    });
}

#[test]
fn a_backup_under_load_is_one_moment() {
    both(|case| {
        let ws = add_workspace(&case.store);
        let is_over = Arc::new(AtomicBool::new(false));
        let (started, running) = std::sync::mpsc::channel();
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let (store, is_over, started): (Store, _, _) =
                    ((*case.store).clone(), Arc::clone(&is_over), started.clone());
                std::thread::spawn(move || {
                    let mut count = 0;
                    while !is_over.load(Ordering::Relaxed) {
                        let name = format!("{writer}-{count}");
                        store
                            .write_blocking(ws, move |tx| {
                                add_tag(tx, uuid(), &format!("{name}-a"))?;
                                add_tag(tx, uuid(), &format!("{name}-b"))
                            })
                            .expect("a pair");
                        count += 1;
                        if count == 20 {
                            started.send(()).expect("the test waits");
                        }
                    }
                    count
                })
            })
            .collect();
        for _ in 0..3 {
            running.recv().expect("the writers are at work");
        }
        case.create(&Blobs::new()).expect("a backup");
        is_over.store(true, Ordering::Relaxed);
        let written: usize = writers
            .into_iter()
            .map(|writer| writer.join().expect("a writer"))
            .sum();
        case.restore().expect("a restore");
        let names = tag_names(&case.open(), ws);
        assert!(names.len() >= 120 && names.len() <= 2 * written);
        assert!(
            names
                .chunks(2)
                .all(|pair| pair[0].replace("-a", "") == pair[1].replace("-b", "")),
            "only whole pairs"
        );
    });
}

#[test]
fn nothing_is_overwritten() {
    both(|case| {
        case.create(&Blobs::new()).expect("a backup");
        assert!(
            matches!(case.create(&Blobs::new()), Err(StoreError::Backup(_))),
            "the folder holds one"
        );
        case.restore().expect("a restore");
        assert!(
            matches!(case.restore(), Err(StoreError::Backup(_))),
            "the place is taken"
        );
    });
}

#[test]
fn damage_is_noticed_before_anything_is_touched() {
    both(|case| {
        let ws = add_workspace(&case.store);
        let (file, bytes) = blob(ws, b"a file");
        attach(&case.store, ws, &file, None);
        let made = case
            .create(&Blobs::from([(file, bytes)]))
            .expect("a backup");
        let mut paths: Vec<PathBuf> = made
            .files
            .iter()
            .map(|file| case.archive().join(&file.path))
            .collect();
        paths.retain(|path| fs::metadata(path).expect("a file").len() > 0);
        paths.push(
            case.archive()
                .join("blobs")
                .join(ws.to_string())
                .join(file.hash.to_string()),
        );
        for path in &paths {
            with_damage(path, || assert!(is_refused(case), "{}", path.display()));
        }
        let manifest = case.archive().join("manifest.json");
        let text = fs::read_to_string(&manifest).expect("the manifest");
        for changed in [
            text.replace("\"format\": 1", "\"format\": 2"),
            text.replace("\"blobs\": 1", "\"blobs\": 2"),
            text.replace("data/", "data/../../"),
            text.replace("\"version\": 1", "\"version\": 99"),
            text[..text.len() / 2].to_owned(),
        ] {
            fs::write(&manifest, changed).expect("changed");
            assert!(is_refused(case));
        }
        fs::remove_file(&manifest).expect("removed");
        assert!(is_refused(case), "an unfinished backup");
        fs::write(&manifest, text).expect("put back");
        case.restore().expect("and it is sound again");
    });
}

fn is_refused(case: &Case) -> bool {
    matches!(
        case.restore(),
        Err(StoreError::Backup(_) | StoreError::Migration(_))
    )
}

fn with_damage(path: &Path, check: impl FnOnce()) {
    let bytes = fs::read(path).expect("a file");
    let mut damaged = bytes.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(path, damaged).expect("damaged");
    check();
    fs::write(path, bytes).expect("mended");
}

#[test]
fn a_backup_goes_back_to_its_own_engine_only() {
    let (sqlite, postgres) = (Case::sqlite(), Case::postgres());
    sqlite.create(&Blobs::new()).expect("a backup");
    let crossed = backup::restore(&postgres.target, &sqlite.archive(), &mut |_, _| Ok(()));
    assert!(matches!(crossed, Err(StoreError::Backup(_))), "{crossed:?}");
    let memory = backup::create(
        &Database::SqliteMemory,
        &postgres.archive(),
        Timestamp::EPOCH,
        &mut |_| Ok(None),
    );
    assert!(matches!(memory, Err(StoreError::Backup(_))), "{memory:?}");
}
