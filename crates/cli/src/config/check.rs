//! Rules between settings, and over texts whose form matters.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use tracing_subscriber::EnvFilter;
use zhiyin_domain::email::EmailAddress;

use super::problem::{Origin, Problem, Problems};
use super::resolve::{BlobTarget, MailRelay, database_of};
use super::sections::Config;

/// Finds everything that is wrong, not only the first.
pub fn check(config: &Config, origins: &BTreeMap<String, Origin>) -> Result<(), Problems> {
    let mut findings = Findings {
        origins,
        problems: Vec::new(),
    };
    check_server(config, &mut findings);
    check_outbound(config, &mut findings);
    check_numbers(config, &mut findings);
    check_places(config, &mut findings);
    check_mail(config, &mut findings);
    check_output(config, &mut findings);
    if findings.problems.is_empty() {
        Ok(())
    } else {
        Err(Problems(findings.problems))
    }
}

struct Findings<'a> {
    origins: &'a BTreeMap<String, Origin>,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    fn add(&mut self, key: &str, what: impl Into<String>, remedy: &str) {
        self.problems.push(Problem {
            origin: self.origins.get(key).cloned().unwrap_or(Origin::Default),
            key: key.to_owned(),
            what: what.into(),
            remedy: remedy.to_owned(),
        });
    }
}

fn check_server(config: &Config, findings: &mut Findings<'_>) {
    let server = &config.server;
    if server.listen.parse::<SocketAddr>().is_err() {
        let what = format!("`{}` is no address with a port", server.listen);
        findings.add(
            "server.listen",
            what,
            "Write it like 127.0.0.1:8080 or [::]:8080.",
        );
    }
    if server
        .public_url
        .as_deref()
        .is_some_and(|url| !is_web_origin(url))
    {
        let remedy = "Write it like https://help.example.com, without a path.";
        findings.add("server.public_url", "is no web address", remedy);
    }
    if server
        .extra_origins
        .iter()
        .any(|origin| !is_web_origin(origin))
    {
        let remedy = "Write each like https://help.example.com, without a path.";
        findings.add(
            "server.extra_origins",
            "has something else than origins",
            remedy,
        );
    }
    for proxy in &server.trusted_proxies {
        if super::resolve::network(proxy).is_none() {
            let what = format!("`{proxy}` is neither an address nor a network");
            findings.add(
                "server.trusted_proxies",
                what,
                "Write it like 10.0.0.1 or 10.0.0.0/8.",
            );
        }
    }
    let believes_all = |text: &String| text.parse::<IpNet>().is_ok_and(|net| net.prefix_len() == 0);
    if server.trusted_proxies.iter().any(believes_all) {
        let remedy = "Name only your own proxies.";
        findings.add("server.trusted_proxies", "trusts every address", remedy);
    }
}

fn is_web_origin(url: &str) -> bool {
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    host.is_some_and(|host| {
        let host = host.strip_suffix('/').unwrap_or(host);
        !host.is_empty() && !host.contains(['/', '?', '#', '@', ' '])
    })
}

fn check_outbound(config: &Config, findings: &mut Findings<'_>) {
    for listed in &config.outbound.allowed_networks {
        if super::resolve::network(listed).is_none() {
            let what = format!("`{listed}` is neither an address nor a network");
            let remedy = "Write it like 10.0.0.1 or 10.0.0.0/8.";
            findings.add("outbound.allowed_networks", what, remedy);
        }
    }
    for server in &config.outbound.name_servers {
        if server.parse::<SocketAddr>().is_err() && server.parse::<IpAddr>().is_err() {
            let what = format!("`{server}` is not the address of a name server");
            let remedy = "Write it like 192.0.2.53 or 192.0.2.53:5353.";
            findings.add("outbound.name_servers", what, remedy);
        }
    }
}

fn check_numbers(config: &Config, findings: &mut Findings<'_>) {
    let at_least_one = [
        ("server.request_timeout_s", config.server.request_timeout_s),
        ("server.upload_timeout_s", config.server.upload_timeout_s),
        ("server.body_kib_max", config.server.body_kib_max),
        ("server.connections_max", config.server.connections_max),
        ("database.readers", config.database.readers),
        ("database.writers", config.database.writers),
        ("database.queue", config.database.queue),
        (
            "database.statement_timeout_ms",
            config.database.statement_timeout_ms,
        ),
        (
            "database.closure_timeout_ms",
            config.database.closure_timeout_ms,
        ),
    ];
    for (key, value) in at_least_one {
        if value == 0 || value > u64::from(u32::MAX) {
            findings.add(key, format!("is {value}"), "It must be at least 1.");
        }
    }
    if !(0.0..=1.0).contains(&config.telemetry.sample_ratio) {
        let remedy = "0 traces nothing, 1 everything.";
        findings.add("telemetry.sample_ratio", "is not between 0 and 1", remedy);
    }
}

fn check_places(config: &Config, findings: &mut Findings<'_>) {
    if database_of(config).is_none() {
        let remedy = "Write sqlite:PATH or postgres://user:password@host/database.";
        findings.add("database.url", "is no database we know", remedy);
    }
    match BlobTarget::of(config) {
        None => {
            let remedy = "Write a folder, or s3://bucket/prefix.";
            findings.add("blobs.url", "is no place we know", remedy);
        }
        Some(BlobTarget::S3 { .. }) => {
            let blobs = &config.blobs;
            if blobs.s3_access_key_id.is_some() != blobs.s3_secret_access_key.is_some() {
                let remedy = "Set both, or neither to use the machine's own rights.";
                findings.add("blobs.s3_access_key_id", "is only half of the pair", remedy);
            }
        }
        Some(BlobTarget::Folder(_)) => {}
    }
}

fn check_mail(config: &Config, findings: &mut Findings<'_>) {
    let mail = &config.mail;
    if mail.url.is_none() {
        return;
    }
    if MailRelay::of(config).is_none() {
        let remedy = "Write smtp://host:587, smtps://host:465 or smtp+plain://host:25.";
        findings.add("mail.url", "is no relay we know", remedy);
    }
    let is_address = |from: &str| from.parse::<EmailAddress>().is_ok();
    if mail.from.as_deref().is_none_or(|from| !is_address(from)) {
        let remedy = "Set the address that mails come from, like help@example.com.";
        findings.add("mail.from", "is no mail address", remedy);
    }
    if mail.username.is_some() != mail.password.is_some() {
        let remedy = "Set both, or neither for a relay without log-in.";
        findings.add("mail.username", "is only half of user and password", remedy);
    }
}

fn check_output(config: &Config, findings: &mut Findings<'_>) {
    if let Err(error) = EnvFilter::try_new(&config.log.filter) {
        let remedy = "Write it like info or info,zhiyin_store=debug.";
        findings.add(
            "log.filter",
            format!("cannot be understood: {error}"),
            remedy,
        );
    }
    let Some(endpoint) = &config.telemetry.otlp_endpoint else {
        return;
    };
    if !is_web_origin(endpoint) || !endpoint.starts_with("http://") {
        let remedy = "Write it like http://localhost:4318; a collector nearby passes on with TLS.";
        findings.add("telemetry.otlp_endpoint", "is no plain web address", remedy);
    }
    if !cfg!(feature = "otel") {
        let remedy = "Use a released binary, or build with `--features otel`.";
        findings.add(
            "telemetry.otlp_endpoint",
            "needs a part this binary leaves out",
            remedy,
        );
    }
}
