//! What commands open, in the order in which one needs the other: folder, keys, store,
//! and the program over it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use zhiyin_app::email::{NameServers, NameServersError};
use zhiyin_app::work::Work;
use zhiyin_app::{App, Parts, Settings};
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::system::{LocalBus, SystemClock, SystemIds, SystemRng};
use zhiyin_ports::{BlobStore, Bus, Clock as _};
use zhiyin_store::{Database, Keyring, Store, StoreConfig};
use zhiyin_worker::bus::PostgresBus;

use crate::config::{Config, DatabaseTarget};
use crate::private::make_private_folder;
use crate::{adapters, keyfile};

/// The present moment.
pub fn now() -> Timestamp {
    SystemClock.now()
}

/// The store of an installation that is there already, with the schema of this program.
pub fn open_store(config: &Config) -> Result<Store> {
    let store = open_any_schema(config, keyfile::load(config)?)?;
    store.check_schema_blocking()?;
    Ok(store)
}

/// The store, whatever schema it has.
pub fn open_any_schema(config: &Config, keyring: Keyring) -> Result<Store> {
    if let DatabaseTarget::Sqlite(path) = config.database_target() {
        make_private_folder(path.parent().unwrap_or(Path::new(".")))?;
    }
    let limits = &config.database;
    let store = StoreConfig {
        writer_queue: size(limits.queue),
        readers: size(limits.readers),
        writers: size(limits.writers),
        statement_timeout_ms: limits.statement_timeout_ms,
        closure_timeout_ms: limits.closure_timeout_ms,
        ..StoreConfig::new(database(config), keyring)
    };
    Store::open(store).with_context(|| format!("cannot open the database {}", place(config)))
}

/// The database in words of the store.
pub fn database(config: &Config) -> Database {
    match config.database_target() {
        DatabaseTarget::Sqlite(path) => Database::Sqlite { path },
        DatabaseTarget::Postgres(url) => Database::Postgres {
            url: url.expose().clone(),
        },
    }
}

/// The program over a store, with the system's ports and those of the configuration.
pub fn app(config: &Config, store: Store) -> Result<App> {
    let app = App::new(Parts {
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        rng: Arc::new(SystemRng),
        blobs: blobs(config)?,
        mailer: adapters::mailer(config)?,
        http: adapters::http(config),
        bus: bus(config)?,
        settings: settings(config),
    });
    if config.outbound.skip_sender_check {
        return Ok(app);
    }
    match NameServers::new(&config.outbound.name_servers) {
        Ok(servers) => Ok(app.with_sender_check(Arc::new(servers))),
        // A machine without name servers can do everything else.
        Err(error @ NameServersError::System(_)) => {
            tracing::warn!("Senders of mails are not checked: {error}");
            Ok(app)
        }
        Err(error @ NameServersError::Address(_)) => Err(error.into()),
    }
}

/// Within one process on SQLite; between all nodes of a PostgreSQL.
fn bus(config: &Config) -> Result<Arc<dyn Bus>> {
    Ok(match config.database_target() {
        DatabaseTarget::Sqlite(_) => Arc::new(LocalBus::new()),
        DatabaseTarget::Postgres(url) => {
            let bus = PostgresBus::start(url.expose(), &node());
            Arc::new(bus.context("cannot start the bus between nodes")?)
        }
    })
}

/// What every feature hands to the worker.
pub fn work() -> Work {
    zhiyin_app::identity::work()
        .and(zhiyin_app::attachments::work())
        .and(zhiyin_app::avatars::work())
        .and(zhiyin_app::presence::work())
        .and(zhiyin_app::scheduled_messages::work())
        .and(zhiyin_app::journey::work())
        .and(zhiyin_app::promises::work())
        .and(zhiyin_app::cases::work())
        .and(zhiyin_app::knowledge::work())
        .and(zhiyin_app::bot::work())
        .and(zhiyin_app::widget::work())
        .and(zhiyin_app::email::work())
        .and(zhiyin_app::automation::work())
        .and(zhiyin_app::webhooks::work())
        .and(zhiyin_api::webhooks::work())
}

/// The place for attachments, made when missing.
pub fn blobs(config: &Config) -> Result<Arc<dyn BlobStore>> {
    make_private_folder(&config.data_dir)?;
    adapters::blobs(config)
}

/// The database in words that hold no password.
pub fn place(config: &Config) -> String {
    match config.database_target() {
        DatabaseTarget::Sqlite(path) => path.display().to_string(),
        DatabaseTarget::Postgres(_) => "on the PostgreSQL server of database.url".to_owned(),
    }
}

fn settings(config: &Config) -> Settings {
    let listen = format!("http://{}", config.server.listen);
    let public_url = config.server.public_url.clone().unwrap_or(listen);
    Settings {
        public_url: public_url.trim_end_matches('/').to_owned(),
        node: node(),
    }
}

/// Name of this process among those that share a database.
fn node() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{}:{}", host.trim(), std::process::id())
}

fn size(setting: u64) -> usize {
    usize::try_from(setting).unwrap_or(usize::MAX)
}
