//! From texts to what the other crates take. Only called after `check`; a text that
//! cannot be understood is `None` here and a complaint there.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use zhiyin_domain::secret::Secret;

use super::sections::Config;

/// Which database, in words of the operator.
#[derive(Clone, Debug)]
pub enum DatabaseTarget {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A server; the address holds a password.
    Postgres(Secret<String>),
}

/// Where attachments are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobTarget {
    /// A folder on this machine.
    Folder(PathBuf),
    /// A bucket.
    S3 {
        /// Its name.
        bucket: String,
        /// What all names in it begin with.
        prefix: String,
    },
}

/// How the connection to a mail relay is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// TLS after the greeting, required.
    StartTls,
    /// TLS from the first byte.
    Implicit,
    /// None, for a relay on this machine.
    Plain,
}

/// A mail relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRelay {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Its protection.
    pub tls: MailTls,
}

impl Config {
    /// The database in force.
    pub fn database_target(&self) -> DatabaseTarget {
        database_of(self).expect("a checked configuration names a database")
    }

    /// Where attachments are kept.
    pub fn blob_target(&self) -> BlobTarget {
        BlobTarget::of(self).expect("a checked configuration names a place for attachments")
    }

    /// The key file in force.
    pub fn key_file(&self) -> PathBuf {
        self.keys
            .file
            .clone()
            .unwrap_or_else(|| self.data_dir.join("keys"))
    }

    /// Address and port to listen on.
    pub fn listen(&self) -> SocketAddr {
        self.server
            .listen
            .parse()
            .expect("a checked configuration has an address to listen on")
    }

    /// Proxies whose word about a sender is taken.
    pub fn trusted_proxies(&self) -> Vec<IpNet> {
        self.server
            .trusted_proxies
            .iter()
            .filter_map(|text| network(text))
            .collect()
    }

    /// Private networks that requests to typed-in addresses may go to.
    pub fn outbound_networks(&self) -> Vec<IpNet> {
        let listed = self.outbound.allowed_networks.iter();
        listed.filter_map(|text| network(text)).collect()
    }
}

/// A network, or a single address as the network of itself.
pub fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .ok()
}

/// The database a configuration names.
pub fn database_of(config: &Config) -> Option<DatabaseTarget> {
    let Some(url) = &config.database.url else {
        return Some(DatabaseTarget::Sqlite(config.data_dir.join("zhiyin.db")));
    };
    let text = url.expose();
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Some(DatabaseTarget::Postgres(url.clone()));
    }
    let path = text.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    (!path.is_empty()).then(|| DatabaseTarget::Sqlite(PathBuf::from(path)))
}

impl BlobTarget {
    /// The place a configuration names.
    pub fn of(config: &Config) -> Option<Self> {
        let Some(url) = &config.blobs.url else {
            return Some(Self::Folder(config.data_dir.join("blobs")));
        };
        if let Some(rest) = url.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let (bucket, prefix) = (bucket.to_owned(), prefix.trim_matches('/').to_owned());
            return (!bucket.is_empty()).then_some(Self::S3 { bucket, prefix });
        }
        let is_other_scheme = url.is_empty() || url.contains("://");
        (!is_other_scheme).then(|| Self::Folder(PathBuf::from(url)))
    }
}

impl MailRelay {
    /// The relay a configuration names, if it names one.
    pub fn of(config: &Config) -> Option<Self> {
        let (scheme, rest) = config.mail.url.as_deref()?.split_once("://")?;
        let (tls, usual_port) = match scheme {
            "smtp" => (MailTls::StartTls, 587),
            "smtps" => (MailTls::Implicit, 465),
            "smtp+plain" => (MailTls::Plain, 25),
            _ => return None,
        };
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (rest, usual_port),
        };
        let is_host = !host.is_empty() && !host.contains(['/', '@', ' ']);
        is_host.then(|| Self {
            host: host.to_owned(),
            port,
            tls,
        })
    }
}
