//! Databases for tests: fresh, migrated, gone afterwards.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use zhiyin_store::{Database, Keyring, Store, StoreConfig};

/// A database of the test server that is removed at the end.
pub struct TestDatabase {
    name: String,
}

/// A migrated store of the engine that `ZHIYIN_TEST_ENGINE` names.
pub(crate) fn open() -> (Store, Option<TestDatabase>) {
    match std::env::var("ZHIYIN_TEST_ENGINE").as_deref() {
        Ok("postgres") => {
            let database = TestDatabase::migrated();
            let store = Store::open(config(database.database())).expect("a database of PostgreSQL");
            (store, Some(database))
        }
        _ => (sqlite(), None),
    }
}

/// A migrated SQLite database in memory.
pub fn sqlite() -> Store {
    let store = Store::open(config(Database::SqliteMemory)).expect("a database in memory");
    store.migrate_blocking().expect("the schema");
    store
}

fn config(database: Database) -> StoreConfig {
    StoreConfig {
        readers: 2,
        writers: 4,
        ..StoreConfig::new(database, Keyring::single("test", [7; 32]))
    }
}

impl TestDatabase {
    /// With the present schema in it.
    pub fn migrated() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("zhiyin_kit_{}_{number}", std::process::id());
        admin(format!("CREATE DATABASE {name} TEMPLATE {}", template()))
            .expect("a database of the test server");
        Self { name }
    }

    /// Where it is.
    pub fn database(&self) -> Database {
        Database::Postgres {
            url: url_of(&self.name),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let dropped = admin(format!("DROP DATABASE {} WITH (FORCE)", self.name));
        if let Err(error) = dropped {
            eprintln!("could not drop {}: {error}", self.name);
        }
    }
}

/// The name of a database with the schema, made once by each test binary.
fn template() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = format!("zhiyin_kit_{}_template", std::process::id());
        admin(format!("CREATE DATABASE {name}")).expect("a database of the test server");
        let store =
            Store::open(config(Database::Postgres { url: url_of(&name) })).expect("the template");
        store.migrate_blocking().expect("the schema");
        name
    })
}

fn admin_url() -> String {
    std::env::var("ZHIYIN_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "ZHIYIN_TEST_POSTGRES is not set, so this test cannot run on PostgreSQL. \
             Use `cargo xtask test`, which starts a server, or set it to the URL of a superuser."
        )
    })
}

/// Runs a statement on the server itself. The client brings a runtime of its own, which
/// must not start inside another, so it gets a thread of its own too.
fn admin(sql: String) -> Result<(), postgres::Error> {
    let url = admin_url();
    let run = move || postgres::Client::connect(&url, postgres::NoTls)?.batch_execute(&sql);
    std::thread::spawn(run)
        .join()
        .expect("the client does not panic")
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
