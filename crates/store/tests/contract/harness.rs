//! Databases for tests: fresh, migrated, gone afterwards.

use std::ops::Deref;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_store::{Database, Keyring, Store, StoreConfig, StoreError, migrations, params};

/// A store of its own for one test.
pub struct TestStore {
    store: Store,
    /// Dropped after the store, when nobody is connected any more.
    _database: Option<TestDatabase>,
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
        Self {
            store,
            _database: None,
        }
    }

    /// A migrated SQLite database in a file, with readers of its own.
    pub fn sqlite_file(path: &Path, change: impl FnOnce(&mut StoreConfig)) -> Self {
        let mut config = config(Database::Sqlite {
            path: path.to_owned(),
        });
        change(&mut config);
        let store = Store::open(config).expect("a database in a file");
        store.migrate_blocking().expect("the schema");
        Self {
            store,
            _database: None,
        }
    }

    /// A migrated PostgreSQL database of its own, cloned from a template.
    pub fn postgres() -> Self {
        let database = TestDatabase::migrated();
        Self {
            store: Store::open(config(database.database())).expect("a database of PostgreSQL"),
            _database: Some(database),
        }
    }

    /// Another store of the same engine with its own settings: on a fresh database for
    /// SQLite, on the same one for PostgreSQL.
    pub fn with(&self, change: impl FnOnce(&mut StoreConfig)) -> Self {
        let mut config = config(self.store.database().clone());
        change(&mut config);
        let store = Store::open(config).expect("another store");
        store.migrate_blocking().expect("the schema");
        Self {
            store,
            _database: None,
        }
    }

    /// A workspace with the rows every other table needs.
    pub fn workspace(&self) -> WorkspaceId {
        add_workspace(self)
    }
}

/// A workspace with the rows every other table needs.
pub fn add_workspace(store: &Store) -> WorkspaceId {
    let id = WorkspaceId::from_uuid(uuid());
    store
        .write_blocking(id, move |tx| {
            tx.execute(
                "INSERT INTO workspaces (id, slug, name, locale, time_zone, settings, created_at, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                params![id, id.to_string(), "Test", "en", "UTC", serde_json::json!({}), 0i64, 1i64],
            )?;
            Ok::<_, StoreError>(())
        })
        .expect("a workspace");
    id
}

/// A database of the test server that is removed at the end.
pub struct TestDatabase {
    name: String,
}

impl TestDatabase {
    /// With the schema in it.
    pub fn migrated() -> Self {
        Self::create(Some(template()))
    }

    /// Without anything in it.
    pub fn empty() -> Self {
        Self::create(None)
    }

    /// Where it is.
    pub fn database(&self) -> Database {
        Database::Postgres {
            url: url_of(&self.name),
        }
    }

    fn create(template: Option<&str>) -> Self {
        let name = format!("zhiyin_test_{}_{}", std::process::id(), uuid().simple());
        let template =
            template.map_or_else(String::new, |template| format!(" TEMPLATE {template}"));
        admin()
            .batch_execute(&format!("CREATE DATABASE {name}{template}"))
            .expect("a database of the test server");
        Self { name }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let dropped = admin().batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        if let Err(error) = dropped {
            eprintln!("could not drop {}: {error}", self.name);
        }
    }
}

fn admin_url() -> String {
    std::env::var("ZHIYIN_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "ZHIYIN_TEST_POSTGRES is not set, so the PostgreSQL half of this test cannot run. \
             Use `cargo xtask test`, which starts a server, or set it to the URL of a superuser."
        )
    })
}

/// A connection to the server itself.
pub fn admin() -> postgres::Client {
    postgres::Client::connect(&admin_url(), postgres::NoTls).expect("the test server")
}

fn url_of(name: &str) -> String {
    let url = admin_url();
    let (address, query) = url
        .split_once('?')
        .map_or((url.as_str(), String::new()), |(address, query)| {
            (address, format!("?{query}"))
        });
    let (server, _) = address
        .rsplit_once('/')
        .expect("a URL that ends in /database");
    format!("{server}/{name}{query}")
}

/// The name of a database with the present schema, made once for all test runs.
fn template() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = format!("zhiyin_template_{}", &migrations::fingerprint()[..16]);
        let mut admin = admin();
        // Other test binaries may want it at the same time.
        admin
            .batch_execute("SELECT pg_advisory_lock(7245001)")
            .expect("the lock");
        let known = admin
            .query(
                "SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate",
                &[&name],
            )
            .expect("the list of databases");
        if known.is_empty() {
            admin
                .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                .and_then(|()| admin.batch_execute(&format!("CREATE DATABASE {name}")))
                .expect("the template");
            let store = Store::open(config(Database::Postgres { url: url_of(&name) }))
                .expect("the template");
            store.migrate_blocking().expect("the schema");
            drop(store);
            admin
                .batch_execute(&format!("ALTER DATABASE {name} IS_TEMPLATE true"))
                .expect("the template");
        }
        name
    })
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

            #[test]
            fn postgres() {
                super::$name(&$crate::harness::TestStore::postgres());
            }
        }
    )+ };
}
