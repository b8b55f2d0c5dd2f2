//! How settings from several places are laid over each other, and what is refused.

use std::path::{Path, PathBuf};

use super::layers::Layers;
use super::problem::{Origin, Problems};
use super::resolve::DatabaseTarget;
use super::{BlobTarget, Config, Loaded, MailRelay, MailTls, check};

fn finish(layers: Layers) -> Result<Loaded, Problems> {
    let (config, origins) = layers.finish()?;
    check::check(&config, &origins)?;
    Ok(Loaded { config, origins })
}

fn from_file(text: &str) -> Result<Loaded, Problems> {
    let mut layers = Layers::default();
    layers.add_file(Path::new("zhiyin.toml"), text);
    finish(layers)
}

fn from_flags(flags: &[(&str, &str)]) -> Result<Loaded, Problems> {
    let mut layers = Layers::default();
    for (key, text) in flags {
        layers.add_flag("--set", key, text);
    }
    finish(layers)
}

fn variables(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
    let owned: Vec<_> = pairs
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    owned.into_iter()
}

/// Checks that exactly one complaint is made and that it says all of `parts`.
fn refused(result: Result<Loaded, Problems>, parts: &[&str]) {
    let problems = result.expect_err("must be refused").0;
    assert_eq!(problems.len(), 1, "{problems:?}");
    let text = problems[0].to_string();
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text:?}");
    }
}

#[test]
fn nothing_set_is_a_working_configuration() {
    let loaded = finish(Layers::default()).unwrap();
    assert!(loaded.origins.is_empty());
    assert_eq!(loaded.config.key_file(), PathBuf::from("zhiyin-data/keys"));
    let DatabaseTarget::Sqlite(path) = loaded.config.database_target() else {
        panic!("the embedded database is the default");
    };
    assert_eq!(path, PathBuf::from("zhiyin-data/zhiyin.db"));
}

#[test]
fn flags_go_before_environment_before_file_before_defaults() {
    let mut layers = Layers::default();
    let text = "[server]\nlisten = \"127.0.0.1:1\"\ndrain_s = 1\nbody_kib_max = 1\n";
    layers.add_file(Path::new("zhiyin.toml"), text);
    layers.add_environment(variables(&[
        ("ZHIYIN__SERVER__LISTEN", "127.0.0.1:2"),
        ("ZHIYIN__SERVER__DRAIN_S", "2"),
        ("HOME", "elsewhere"),
    ]));
    layers.add_flag("--listen", "server.listen", "127.0.0.1:3");
    let Loaded { config, origins } = finish(layers).unwrap();
    assert_eq!(config.server.listen, "127.0.0.1:3");
    assert_eq!(config.server.drain_s, 2);
    assert_eq!(config.server.body_kib_max, 1);
    assert_eq!(config.server.request_timeout_s, 30);
    assert_eq!(
        origins["server.listen"],
        Origin::Flag("--listen".to_owned())
    );
    let variable = Origin::Environment("ZHIYIN__SERVER__DRAIN_S".to_owned());
    assert_eq!(origins["server.drain_s"], variable);
    assert_eq!(
        origins["server.body_kib_max"],
        Origin::File(PathBuf::from("zhiyin.toml"))
    );
}

#[test]
fn a_misspelt_key_names_the_file_the_key_and_the_nearest_one() {
    let parts = [
        "zhiyin.toml",
        "`server.listn`",
        "`server.listen`",
        "config sample",
    ];
    refused(from_file("[server]\nlistn = \"x\"\n"), &parts);
    refused(
        from_file("[sever]\nlisten = \"x\"\n"),
        &["`sever`", "Did you mean `server`"],
    );
    refused(from_file("colour = 1\n"), &["`colour`", "Remove it"]);
}

#[test]
fn a_misspelt_variable_is_refused_too() {
    let mut layers = Layers::default();
    layers.add_environment(variables(&[("ZHIYIN__SERVER__LISTN", "x")]));
    refused(
        finish(layers),
        &[
            "environment variable ZHIYIN__SERVER__LISTN",
            "`server.listen`",
        ],
    );
}

#[test]
fn a_wrong_kind_of_value_says_what_is_wanted() {
    refused(
        from_file("[server]\ndrain_s = \"soon\"\n"),
        &["`server.drain_s`", "whole number", "5"],
    );
    refused(from_file("[server]\ndrain_s = -1\n"), &["whole number"]);
    refused(from_flags(&[("log.format", "xml")]), &["auto, human, json"]);
    refused(
        from_flags(&[("metrics.is_public", "yes")]),
        &["true or false"],
    );
    refused(from_file("[server\n"), &["zhiyin.toml", "not valid TOML"]);
}

#[test]
fn all_complaints_come_at_once() {
    let problems = from_file("a = 1\n[server]\nb = 1\ndrain_s = \"x\"\n")
        .unwrap_err()
        .0;
    assert_eq!(problems.len(), 3, "{problems:?}");
}

#[test]
fn texts_with_a_form_are_checked() {
    refused(
        from_flags(&[("server.listen", "8080")]),
        &["server.listen", "127.0.0.1:8080"],
    );
    refused(
        from_flags(&[("server.public_url", "help.example.com")]),
        &["https://"],
    );
    refused(
        from_flags(&[("server.public_url", "https://a.example/path")]),
        &["without a path"],
    );
    refused(
        from_flags(&[("server.trusted_proxies", "10.0.0.0/8, nonsense")]),
        &["nonsense"],
    );
    refused(
        from_flags(&[("server.trusted_proxies", "0.0.0.0/0")]),
        &["every address"],
    );
    refused(
        from_flags(&[("database.url", "mysql://x")]),
        &["postgres://"],
    );
    refused(from_flags(&[("blobs.url", "ftp://x")]), &["s3://"]);
    refused(from_flags(&[("database.readers", "0")]), &["at least 1"]);
    refused(
        from_flags(&[("telemetry.sample_ratio", "2")]),
        &["between 0 and 1"],
    );
    refused(
        from_flags(&[("mail.url", "smtp://relay.example")]),
        &["mail.from"],
    );
}

#[test]
fn lists_in_variables_are_separated_by_commas() {
    let loaded = from_flags(&[("server.trusted_proxies", "10.0.0.1, 192.168.0.0/16,")]).unwrap();
    assert_eq!(loaded.config.trusted_proxies().len(), 2);
}

#[test]
fn secrets_are_masked_in_the_report() {
    let url = "postgres://zhiyin:hunter2@db.example/zhiyin";
    let loaded = from_flags(&[("database.url", url)]).unwrap();
    let report = loaded.report().unwrap();
    assert!(
        report.contains("database.url = \"***\"  (flag --set)"),
        "{report}"
    );
    assert!(!report.contains("hunter2"), "{report}");
    assert!(!format!("{:?}", loaded.config).contains("hunter2"));
}

#[test]
fn places_are_understood() {
    let blobs = |url: &str| {
        let mut config = Config::default();
        config.blobs.url = Some(url.to_owned());
        BlobTarget::of(&config)
    };
    assert_eq!(
        blobs("/srv/blobs"),
        Some(BlobTarget::Folder(PathBuf::from("/srv/blobs")))
    );
    let s3 = BlobTarget::S3 {
        bucket: "b".to_owned(),
        prefix: "p/q".to_owned(),
    };
    assert_eq!(blobs("s3://b/p/q/"), Some(s3));
    assert_eq!(blobs("s3://"), None);
}

#[test]
fn mail_relays_are_understood() {
    let relay = |url: &str| {
        let mut config = Config::default();
        config.mail.url = Some(url.to_owned());
        MailRelay::of(&config)
    };
    let starttls = MailRelay {
        host: "relay.example".to_owned(),
        port: 587,
        tls: MailTls::StartTls,
    };
    assert_eq!(relay("smtp://relay.example"), Some(starttls));
    assert_eq!(
        relay("smtps://relay.example:4650").map(|relay| relay.port),
        Some(4650)
    );
    assert_eq!(relay("http://relay.example"), None);
    assert_eq!(relay("smtp://user@relay.example"), None);
}
