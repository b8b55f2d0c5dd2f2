//! Keys: what is sealed opens after every rotation, and for nobody else.

use zhiyin_domain::ids::WorkspaceId;
use zhiyin_store::crypto::{self, CryptoError, KeyReport};
use zhiyin_store::{Database, Keyring, Store, StoreError, params};

use crate::harness::{TestDatabase, TestStore, add_workspace, config};

const FIELD: &str = "contacts.personal";

fn ring(text: &str) -> Keyring {
    let lines: Vec<String> = text
        .split(' ')
        .map(|name| format!("{name}:{}", name.repeat(64)))
        .collect();
    Keyring::parse(&lines.join("\n")).expect("a keyring")
}

fn open_with(database: &Database, keys: &str) -> Store {
    let mut config = config(database.clone());
    config.keyring = ring(keys);
    let store = Store::open(config).expect("a store");
    store.migrate_blocking().expect("the schema");
    store
}

fn seal(store: &Store, ws: WorkspaceId, text: &'static str) -> Vec<u8> {
    store
        .write_blocking(ws, |tx| tx.seal(FIELD, text.as_bytes()))
        .expect("sealed")
}

fn open(store: &Store, ws: WorkspaceId, sealed: &[u8]) -> Result<String, StoreError> {
    let sealed = sealed.to_vec();
    let plain = store.read_blocking(ws, move |tx| tx.open(FIELD, &sealed))?;
    Ok(String::from_utf8(plain).expect("text"))
}

fn index(store: &Store, ws: WorkspaceId) -> Vec<u8> {
    store
        .read_blocking(ws, |tx| tx.blind_index("email", "a@b.cn"))
        .expect("an index")
}

fn on_both(test: impl Fn(&Database)) {
    let folder = tempfile::tempdir().expect("a folder");
    test(&Database::Sqlite {
        path: folder.path().join("zhiyin.db"),
    });
    let database = TestDatabase::migrated();
    test(&database.database());
}

#[test]
fn a_new_master_key_replaces_the_old_one() {
    on_both(|database| {
        let store = open_with(database, "a");
        let ws = add_workspace(&store);
        let sealed = seal(&store, ws, "Li Lei");
        let found = index(&store, ws);
        drop(store);

        let store = open_with(database, "b a");
        let report = store
            .write_system_blocking(crypto::rotate_master_key)
            .expect("rotated");
        assert_eq!(
            report,
            KeyReport {
                changed: 2,
                unchanged: 0
            }
        );
        let report = store
            .write_system_blocking(crypto::rotate_master_key)
            .expect("rotated");
        assert_eq!(
            report,
            KeyReport {
                changed: 0,
                unchanged: 2
            }
        );
        drop(store);

        let store = open_with(database, "b");
        assert_eq!(open(&store, ws, &sealed).expect("opened"), "Li Lei");
        assert_eq!(index(&store, ws), found);
        drop(store);

        let store = open_with(database, "a");
        let refused = open(&store, ws, &sealed);
        assert!(
            matches!(&refused, Err(StoreError::Crypto(CryptoError::MasterKeyMissing { key_id })) if key_id == "b"),
            "{refused:?}"
        );
    });
}

#[test]
fn a_wrong_master_key_of_the_right_name_opens_nothing() {
    on_both(|database| {
        let store = open_with(database, "a");
        let ws = add_workspace(&store);
        let sealed = seal(&store, ws, "Li Lei");
        drop(store);
        let mut config = config(database.clone());
        config.keyring = Keyring::single("a", [1; 32]);
        let store = Store::open(config).expect("a store");
        assert!(matches!(
            open(&store, ws, &sealed),
            Err(StoreError::Crypto(CryptoError::DoesNotOpen { .. }))
        ));
    });
}

#[test]
fn a_new_data_key_seals_what_is_new_and_the_old_still_opens() {
    on_both(|database| {
        let store = open_with(database, "a");
        // Another node that does not know of the rotation.
        let other = open_with(database, "a");
        let ws = add_workspace(&store);
        let old = seal(&store, ws, "old");
        let found = index(&store, ws);
        assert_eq!(open(&other, ws, &old).expect("opened"), "old");
        store
            .write_system_blocking(move |system| crypto::rotate_data_key(system, ws))
            .expect("rotated");
        let new = seal(&store, ws, "new");
        assert_ne!(old[..5], new[..5], "another data key");
        for store in [&store, &other] {
            assert_eq!(open(store, ws, &old).expect("opened"), "old");
            assert_eq!(open(store, ws, &new).expect("opened"), "new");
            assert_eq!(index(store, ws), found);
        }
    });
}

store_test! {
    fn a_changed_value_does_not_open(store) {
        let ws = store.workspace();
        let sealed = seal(store, ws, "Li Lei");
        for at in [0, 1, 4, 5, 20, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(matches!(open(store, ws, &changed), Err(StoreError::Crypto(_))), "byte {at}");
        }
        for len in [0, 4, 5, 28, sealed.len() - 1] {
            assert!(matches!(open(store, ws, &sealed[..len]), Err(StoreError::Crypto(_))), "{len} bytes");
        }
        assert_ne!(seal(store, ws, "Li Lei"), sealed, "the same twice is not the same");
    }

    fn keys_of_a_lost_transaction_are_not_used(store) {
        let ws = store.workspace();
        let lost: Result<(), StoreError> = store.write_blocking(ws, |tx| {
            tx.seal(FIELD, b"lost")?;
            let inner: Result<(), StoreError> = tx.savepoint(|tx| { tx.seal(FIELD, b"lost")?; Err(StoreError::Busy) });
            assert!(inner.is_err());
            let sealed = tx.seal(FIELD, b"kept inside")?;
            assert_eq!(tx.open(FIELD, &sealed)?, b"kept inside");
            Err(StoreError::Busy)
        });
        assert!(lost.is_err());
        assert_eq!(index(store, ws), [] as [u8; 0], "there is no key yet");
        let savepoint = store.write_blocking(ws, |tx| {
            let inner: Result<(), StoreError> = tx.savepoint(|tx| { tx.seal(FIELD, b"lost")?; Err(StoreError::Busy) });
            assert!(inner.is_err());
            tx.seal(FIELD, b"kept")
        }).expect("sealed");
        assert_eq!(open(store, ws, &savepoint).expect("opened"), "kept");
        let count = store.read_system_blocking(|system| system.query("SELECT number FROM data_keys", params![])).expect("keys");
        assert_eq!(count.len(), 2);
    }

    fn the_installation_has_its_own_index(store) {
        let ws = store.workspace();
        let by_tx = store.write_blocking(ws, |tx| tx.installation_index("login", "a@b.cn")).expect("an index");
        let by_system = store.read_system_blocking(|system| system.installation_index("login", "a@b.cn")).expect("an index");
        assert_eq!(by_tx, by_system);
        assert_eq!(by_tx.len(), 32);
        let own = store.write_blocking(ws, |tx| tx.blind_index("login", "a@b.cn")).expect("an index");
        assert_ne!(by_tx, own);
        let sealed = store.write_system_blocking(|system| system.seal("settings", b"x")).expect("sealed");
        assert_eq!(store.read_system_blocking(move |system| system.open("settings", &sealed)).expect("opened"), b"x");
    }

    fn two_first_writers_agree_on_the_key(store) {
        let ws = store.workspace();
        let threads: Vec<_> = (0..4).map(|_| {
            let store: Store = (**store).clone();
            std::thread::spawn(move || seal(&store, ws, "same"))
        }).collect();
        for thread in threads {
            assert_eq!(open(store, ws, &thread.join().expect("sealed")).expect("opened"), "same");
        }
    }
}

#[test]
fn nothing_readable_is_stored() {
    let store = TestStore::sqlite();
    let ws = store.workspace();
    let sealed = seal(&store, ws, "Li Lei");
    assert!(!sealed.windows(6).any(|window| window == b"Li Lei"));
}
