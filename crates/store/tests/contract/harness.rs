//! Databases for tests: fresh, migrated, gone afterwards.

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_store::{Database, Keyring, Store, StoreConfig, StoreError, params};

/// A store of its own for one test, and what must be cleaned up after it.
pub struct TestStore {
    store: Store,
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// A number that is never given twice in this run, as a UUID.
pub fn uuid() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// The configuration tests start from.
pub fn config(database: Database) -> StoreConfig {
    StoreConfig {
        readers: 2,
        writers: 4,
        ..StoreConfig::new(database, Keyring::single("test", [7; 32]))
    }
}

impl TestStore {
    /// A migrated SQLite database in memory.
    pub fn sqlite() -> Self {
        let store = Store::open(config(Database::SqliteMemory)).expect("a database in memory");
        store.migrate_blocking().expect("the schema");
        Self { store }
    }

    /// A workspace with the rows every other table needs.
    pub fn workspace(&self) -> WorkspaceId {
        let id = WorkspaceId::from_uuid(uuid());
        self.write_blocking(id, move |tx| {
            tx.execute(
                "INSERT INTO workspaces (id, slug, name, locale, time_zone, settings, created_at, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                params![id, id.to_string(), "Test", "en", "UTC", serde_json::json!({}), 0i64, 1i64],
            )?;
            tx.execute("INSERT INTO event_counters (workspace_id, seq) VALUES ($1, $2)", params![id, 0i64])?;
            Ok::<_, StoreError>(())
        })
        .expect("a workspace");
        id
    }
}

/// Makes two tests of one body, one for each engine.
#[macro_export]
macro_rules! store_test {
    ($($(#[$doc:meta])* fn $name:ident($store:ident) $body:block)+) => { $(
        $(#[$doc])*
        fn $name($store: &$crate::harness::TestStore) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&$crate::harness::TestStore::sqlite());
            }
        }
    )+ };
}
