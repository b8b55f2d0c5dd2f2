//! Checks of what the configuration names: keys, database, attachments, mail, address.

use sha2::{Digest as _, Sha256};
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_language::encoder::{MODELS, Model};
use zhiyin_ports::system::SystemIds;
use zhiyin_ports::{BlobHash, BlobKey, BlobStore, IdSource as _};
use zhiyin_store::{Keyring, Store, SystemTx, health};

use super::{Finding, Line, machine};
use crate::adapters::smtp::SmtpMailer;
use crate::config::{Config, DatabaseTarget};
use crate::keyfile::{self, Source};
use crate::models::{self, State};
use crate::private::make_private_folder;
use crate::setup;

/// Everything, in the order in which one needs the other.
pub fn all(config: &Config) -> Vec<Line> {
    let mut lines = vec![Line {
        subject: "configuration",
        finding: Finding::good("understood"),
    }];
    let mut add = |subject, finding| lines.push(Line { subject, finding });
    add("address", address(config));
    add("data folder", data_folder(config));
    add("disk", machine::disk(&config.data_dir));
    add("clock", machine::clock(&config.data_dir, setup::now()));
    let (finding, keyring) = keys(config);
    add("keys", finding);
    if let Some(keyring) = keyring {
        let (finding, store) = database(config, keyring);
        add("database", finding);
        if let Some(store) = store {
            add("schema", schema(&store));
            add("integrity", integrity(&store));
            add("search", search(&store));
        }
    }
    add("attachments", attachments(config));
    add("mail", mail(config));
    for model in MODELS {
        add("model", sentence_model(model, config));
    }
    lines
}

/// Weights are not needed; damaged ones are not used.
fn sentence_model(model: &Model, config: &Config) -> Finding {
    let id = model.id;
    match models::state(model, &models::folder(config)) {
        State::Installed => Finding::good(id),
        State::Missing => Finding::good(format!("{id} is not installed, words alone decide")),
        State::Damaged(error) => {
            let remedy = "run `zhiyin models add` again";
            Finding::weak(format!("{id}: {error}"), remedy)
        }
    }
}

fn address(config: &Config) -> Finding {
    let listen = config.listen();
    match &config.server.public_url {
        Some(url) if url.starts_with("https://") => Finding::good(url.clone()),
        Some(url) if listen.ip().is_loopback() => Finding::good(url.clone()),
        None if listen.ip().is_loopback() => Finding::good(format!("only this machine, {listen}")),
        Some(url) => {
            let remedy = "put a proxy with TLS in front and set server.public_url to https://…";
            Finding::weak(
                format!("{url} is open to other machines without TLS"),
                remedy,
            )
        }
        None => {
            let remedy = "set server.public_url to the address people open";
            Finding::weak(format!("{listen} is open to other machines"), remedy)
        }
    }
}

fn data_folder(config: &Config) -> Finding {
    match make_private_folder(&config.data_dir) {
        Ok(()) => Finding::good(config.data_dir.display().to_string()),
        Err(error) => {
            let remedy = "set data_dir to a folder that this user may write to";
            Finding::broken(format!("{error:#}"), remedy)
        }
    }
}

fn keys(config: &Config) -> (Finding, Option<Keyring>) {
    if let Source::File(path) = Source::of(config)
        && !path.exists()
    {
        let what = format!("{} is missing", path.display());
        let remedy = "put it back from its copy; for a new installation start `zhiyin serve`, \
                      or run `zhiyin keys generate`";
        return (Finding::broken(what, remedy), None);
    }
    match keyfile::load(config) {
        Ok(keyring) => {
            let count = keyring.ids().count();
            let what = format!("{count}, current is {}", keyring.current_id());
            (Finding::good(what), Some(keyring))
        }
        Err(error) => {
            let remedy = "put the key file back from its copy, readable by its owner only";
            (Finding::broken(format!("{error:#}"), remedy), None)
        }
    }
}

fn database(config: &Config, keyring: Keyring) -> (Finding, Option<Store>) {
    if let DatabaseTarget::Sqlite(path) = config.database_target()
        && !path.exists()
    {
        let what = format!("{} is not there yet", path.display());
        return (
            Finding::weak(what, "the first `zhiyin serve` makes it"),
            None,
        );
    }
    match setup::open_any_schema(config, keyring) {
        Ok(store) => (Finding::good(setup::place(config)), Some(store)),
        Err(error) => {
            let remedy = match config.database_target() {
                DatabaseTarget::Sqlite(_) => "check who owns the file, and the disk",
                DatabaseTarget::Postgres(_) => "check database.url and that the server runs",
            };
            (Finding::broken(format!("{error:#}"), remedy), None)
        }
    }
}

fn schema(store: &Store) -> Finding {
    match store.check_schema_blocking() {
        Ok(()) => Finding::good("that of this program"),
        Err(error) => Finding::broken(error.to_string(), "run `zhiyin migrate`"),
    }
}

fn integrity(store: &Store) -> Finding {
    match store.read_system_blocking(|system: &mut SystemTx<'_>| health::integrity(system)) {
        Ok(complaints) if complaints.is_empty() => Finding::good("no damage found"),
        Ok(complaints) => Finding::broken(
            complaints.join("; "),
            "stop Zhiyin, keep the damaged database, and restore the last backup",
        ),
        Err(error) => Finding::broken(error.to_string(), "check the disk and the database's log"),
    }
}

fn search(store: &Store) -> Finding {
    match store.read_system_blocking(|system: &mut SystemTx<'_>| health::full_text(system)) {
        Ok(()) => Finding::good("the full-text index answers"),
        Err(error) => Finding::broken(error.to_string(), "restore the last backup"),
    }
}

fn attachments(config: &Config) -> Finding {
    let remedy = "set blobs.url to a place that this user may write to";
    match setup::blobs(config) {
        Ok(blobs) => match probe(&*blobs) {
            Ok(()) => Finding::good("written, read and removed"),
            Err(error) => Finding::broken(error.to_string(), remedy),
        },
        Err(error) => Finding::broken(format!("{error:#}"), remedy),
    }
}

/// Writes, reads and removes a small file of a workspace that does not exist.
fn probe(blobs: &dyn BlobStore) -> Result<(), zhiyin_ports::BlobError> {
    let bytes = b"zhiyin doctor";
    let key = BlobKey {
        workspace: WorkspaceId::from_uuid(SystemIds.uuid()),
        hash: BlobHash::from_bytes(Sha256::digest(bytes).into()),
    };
    blobs.put(&key, bytes)?;
    let read = blobs.get(&key).map(drop);
    blobs.delete(&key)?;
    read
}

fn mail(config: &Config) -> Finding {
    let remedy = "check mail.url, mail.username and mail.password";
    match SmtpMailer::of(config) {
        Ok(None) => Finding::weak("no relay is set up, so nobody gets mail", "set mail.url"),
        Ok(Some(mailer)) => match mailer.probe() {
            Ok(true) => Finding::good("the relay answers and lets us in"),
            Ok(false) => Finding::broken("the relay does not answer as one", remedy),
            Err(error) => Finding::broken(format!("{error:#}"), remedy),
        },
        Err(error) => Finding::broken(format!("{error:#}"), remedy),
    }
}
