//! The settings themselves: one struct a concern, defaults in code. The comments of the
//! fields are what operators read in the reference, the sample file and the schema.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zhiyin_domain::secret::Secret;

/// Everything an operator may set. What concerns the service itself (opening hours,
/// service levels, texts) is data and is set in the console.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder for everything Zhiyin keeps on this machine: the embedded database,
    /// attachments and keys, unless one of them is placed elsewhere.
    pub data_dir: PathBuf,
    /// The web server.
    pub server: ServerConfig,
    /// The database: a file on this machine, or a PostgreSQL server.
    pub database: DatabaseConfig,
    /// Where attachments are kept.
    pub blobs: BlobsConfig,
    /// Keys that protect personal data at rest.
    pub keys: KeysConfig,
    /// Outgoing mail: invitations, password resets, transcripts.
    pub mail: MailConfig,
    /// What the program writes about itself.
    pub log: LogConfig,
    /// Traces for an OpenTelemetry collector.
    pub telemetry: TelemetryConfig,
    /// How much one sender may ask for, in requests a minute; 0 switches a limit off.
    pub limits: LimitsConfig,
    /// Figures for Prometheus at `/metrics`.
    pub metrics: MetricsConfig,
    /// Requests to addresses that people type in, such as those of webhooks.
    pub outbound: OutboundConfig,
}

/// The web server.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port to listen on. `0.0.0.0:8080` listens on every interface.
    pub listen: String,
    /// The address people open, such as `https://help.example.com`. Links in mails and
    /// secure cookies need it; behind a proxy it differs from `listen`.
    pub public_url: Option<String>,
    /// Further origins the console may be opened from.
    pub extra_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed, as addresses or networks
    /// (`10.0.0.0/8`). Empty means that no proxy is in front.
    pub trusted_proxies: Vec<String>,
    /// Longest time a request may take, in seconds.
    pub request_timeout_s: u64,
    /// Longest time an upload or a download may take, in seconds.
    pub upload_timeout_s: u64,
    /// Largest JSON body, in KiB.
    pub body_kib_max: u64,
    /// Open connections beyond which new ones wait.
    pub connections_max: u64,
    /// How long open requests, streams and jobs get to finish at shut-down, in seconds.
    pub drain_s: u64,
}

/// The database.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite:PATH` or `postgres://user:password@host/database`. Without it, the file
    /// `zhiyin.db` in `data_dir` is used.
    #[schemars(with = "Option<String>", extend("x-secret" = true))]
    pub url: Option<Secret<String>>,
    /// Threads that read.
    pub readers: u64,
    /// Threads that write to PostgreSQL; the embedded database has always one.
    pub writers: u64,
    /// Changes that may wait for a writer before a request is told to try again.
    pub queue: u64,
    /// Longest time of one statement on PostgreSQL, in milliseconds.
    pub statement_timeout_ms: u64,
    /// Longest time of one change with all its statements, in milliseconds.
    pub closure_timeout_ms: u64,
}

/// Where attachments are kept.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct BlobsConfig {
    /// A folder, or `s3://bucket/prefix`. Without it, the folder `blobs` in `data_dir`
    /// is used.
    pub url: Option<String>,
    /// Address of the S3 service, when it is not Amazon's.
    pub s3_endpoint: Option<String>,
    /// Region of the bucket.
    pub s3_region: Option<String>,
    /// Access key for the bucket.
    pub s3_access_key_id: Option<String>,
    /// Secret key for the bucket.
    #[schemars(with = "Option<String>", extend("x-secret" = true))]
    pub s3_secret_access_key: Option<Secret<String>>,
}

/// Keys that protect personal data at rest.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeysConfig {
    /// The key file, readable by its owner only. Without it, `keys` in `data_dir` is
    /// used, and made at the first start. Keep a copy apart from the backups: without
    /// the keys nobody can read the personal data in them.
    pub file: Option<PathBuf>,
    /// The contents of a key file, for machines where secrets come by environment.
    /// It goes before `file`.
    #[schemars(with = "Option<String>", extend("x-secret" = true))]
    pub value: Option<Secret<String>>,
}

/// Outgoing mail.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// The relay: `smtp://host:587` (TLS after the greeting), `smtps://host:465` (TLS
    /// from the start), or `smtp+plain://host:25` (no TLS, for a relay on this machine).
    /// Without it no mail is sent, and links are shown in the console instead.
    pub url: Option<String>,
    /// User at the relay.
    pub username: Option<String>,
    /// Password at the relay.
    #[schemars(with = "Option<String>", extend("x-secret" = true))]
    pub password: Option<Secret<String>>,
    /// Address that mails come from, such as `help@example.com`.
    pub from: Option<String>,
    /// Name shown beside that address.
    pub from_name: String,
}

/// What the program writes about itself.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// How lines look.
    pub format: LogFormat,
    /// What is written, such as `info` or `info,zhiyin_store=debug`.
    pub filter: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum LogFormat {
    /// For people in a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Traces for an OpenTelemetry collector.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetryConfig {
    /// Address of the collector (OTLP over HTTP), such as `http://localhost:4318`.
    /// Without it nothing is sent.
    pub otlp_endpoint: Option<String>,
    /// Name of this program in the collector.
    pub service_name: String,
    /// Share of requests that are traced, from 0 to 1.
    pub sample_ratio: f64,
}

/// How much one sender may ask for.
#[expect(
    clippy::struct_field_names,
    reason = "names of settings end with their unit"
)]
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// All requests of one address; a whole office may share it.
    pub address_per_minute: u32,
    /// Requests of one address that need no log-in.
    pub anonymous_per_minute: u32,
    /// Requests of one agent.
    pub agent_per_minute: u32,
    /// Requests with one token.
    pub token_per_minute: u32,
    /// Requests of one visitor.
    pub visitor_per_minute: u32,
    /// Messages of one visitor.
    pub visitor_messages_per_minute: u32,
    /// New visitors of one inbox.
    pub inbox_visitors_per_minute: u32,
    /// Frames on one stream.
    pub frames_per_minute: u32,
}

/// Figures for Prometheus.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsConfig {
    /// Whether `/metrics` answers to everybody; otherwise only to this machine.
    pub is_public: bool,
}

/// Requests to addresses that people type in: webhooks, pictures in mails. They go to the
/// public internet only, encrypted.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutboundConfig {
    /// Private networks or addresses (`10.2.0.0/16`) that such requests may go to as well,
    /// there also as plain `http`. Whoever may set up a webhook reaches everything in them.
    pub allowed_networks: Vec<String>,
    /// Name servers that are asked whether received mails are from who they say (SPF, DKIM,
    /// DMARC), as addresses (`192.0.2.53`, `[2001:db8::53]:5353`). Empty means those of the
    /// system.
    pub name_servers: Vec<String>,
    /// Asks no name servers about senders of mails: for networks without any. What trusted
    /// mail servers wrote into mails still counts.
    pub skip_sender_check: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("zhiyin-data"),
            server: ServerConfig::default(),
            database: DatabaseConfig::default(),
            blobs: BlobsConfig::default(),
            keys: KeysConfig::default(),
            mail: MailConfig::default(),
            log: LogConfig::default(),
            telemetry: TelemetryConfig::default(),
            limits: LimitsConfig::default(),
            metrics: MetricsConfig::default(),
            outbound: OutboundConfig::default(),
        }
    }
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            public_url: None,
            extra_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            request_timeout_s: 30,
            upload_timeout_s: 300,
            body_kib_max: 256,
            connections_max: 50_000,
            drain_s: 5,
        }
    }
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: None,
            readers: 4,
            writers: 8,
            queue: 4096,
            statement_timeout_ms: 5_000,
            closure_timeout_ms: 10_000,
        }
    }
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            url: None,
            username: None,
            password: None,
            from: None,
            from_name: "Zhiyin".to_owned(),
        }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Auto,
            filter: "info".to_owned(),
        }
    }
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            service_name: "zhiyin".to_owned(),
            sample_ratio: 1.0,
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            address_per_minute: 6000,
            anonymous_per_minute: 120,
            agent_per_minute: 1200,
            token_per_minute: 6000,
            visitor_per_minute: 240,
            visitor_messages_per_minute: 30,
            inbox_visitors_per_minute: 3000,
            frames_per_minute: 300,
        }
    }
}
