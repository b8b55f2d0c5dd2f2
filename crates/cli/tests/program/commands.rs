//! Commands that end by themselves.

use std::fs;

use crate::harness::Installation;

#[test]
fn a_wrong_setting_is_named_with_its_place_and_remedy() {
    let installation = Installation::empty();
    fs::write(
        installation.path().join("zhiyin.toml"),
        "[server]\nlistn = 1\n",
    )
    .unwrap();
    let complaint = installation.run(&["config", "check"]).bad();
    for part in ["zhiyin.toml", "`server.listn`", "`server.listen`"] {
        assert!(complaint.contains(part), "{complaint}");
    }
}

#[test]
fn what_is_generated_is_printed_and_usable() {
    let installation = Installation::empty();
    let sample = installation.run(&["config", "sample"]).good();
    fs::write(installation.path().join("zhiyin.toml"), sample).unwrap();
    let report = installation.run(&["config", "check"]).good();
    assert!(
        report.contains("server.listen = \"127.0.0.1:8080\"  (default)"),
        "{report}"
    );
    let document = installation.run(&["openapi"]).good();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
}

#[test]
fn a_dry_run_says_what_a_migration_does() {
    let installation = Installation::empty();
    let plan = installation.run(&["migrate", "--dry-run"]).good();
    assert!(plan.contains("would be done"), "{plan}");
    let done = installation.run(&["migrate"]).good();
    assert_eq!(plan.lines().count(), done.lines().count());
    let again = installation.run(&["migrate"]).good();
    assert!(again.contains("has the schema of this program"), "{again}");
}

#[test]
fn the_operator_can_let_people_in() {
    let installation = Installation::with_workspace();
    let agent = [
        "admin",
        "create-agent",
        "--name",
        "Bo",
        "--email",
        "bo@example.com",
    ];
    let made = installation.run(&agent).good();
    assert!(made.contains("Log in as bo@example.com with "), "{made}");
    let twice = installation.run(&agent).bad();
    assert!(twice.contains("email"), "{twice}");

    let token = [
        "admin",
        "create-token",
        "--name",
        "Export",
        "--scopes",
        "conversations.read",
    ];
    let made = installation.run(&token).good();
    assert!(made.lines().last().unwrap().starts_with("zy_"), "{made}");

    let reset = [
        "admin",
        "reset-password",
        "--email",
        "bo@example.com",
        "--password-stdin",
    ];
    installation.run_with(&reset, "other-mountain-12\n").good();
    let weak = installation.run_with(&reset, "short\n").bad();
    assert!(weak.contains("password"), "{weak}");
}

#[test]
fn the_audit_log_is_proven_and_a_change_is_found() {
    let installation = Installation::with_workspace();
    let first = installation.run(&["audit", "verify"]).good();
    let head = first.trim().rsplit("head ").next().unwrap().to_owned();
    installation
        .run(&[
            "admin",
            "create-agent",
            "--name",
            "Bo",
            "--email",
            "bo@example.com",
        ])
        .good();
    installation
        .run(&["audit", "verify", "--since", &head])
        .good();
    let forged = format!("{}00", &head[..head.len() - 2]);
    let other = if forged == head {
        head.replace("00", "11")
    } else {
        forged
    };
    installation
        .run(&["audit", "verify", "--since", &other])
        .bad();
}

#[test]
fn keys_are_rotated_while_data_stays_readable() {
    let installation = Installation::with_workspace();
    let rotated = installation.run(&["keys", "rotate"]).good();
    assert!(rotated.contains("are wrapped with key"), "{rotated}");
    let agent = [
        "admin",
        "create-agent",
        "--name",
        "Bo",
        "--email",
        "bo@example.com",
    ];
    installation.run(&agent).good();
    // The first address still opens: it is found, and so refused.
    let agent = [
        "admin",
        "create-agent",
        "--name",
        "Ada",
        "--email",
        "ada@example.com",
    ];
    installation.run(&agent).bad();
}

#[test]
fn a_backup_is_checked_and_restored_elsewhere() {
    let installation = Installation::with_workspace();
    installation.run(&["backup", "copy"]).good();
    installation.run(&["backup", "copy", "--check"]).good();
    installation.run(&["backup", "copy"]).bad();

    let elsewhere = Installation::empty();
    let copy = installation.path().join("copy");
    let copy = copy.to_str().unwrap();
    let complaint = elsewhere.run(&["restore", copy]).bad();
    assert!(complaint.contains("keys"), "{complaint}");
    let other = "ZHIYIN__KEYS__VALUE";
    assert!(!complaint.contains(other));
    fs::create_dir(elsewhere.path().join("data")).unwrap();
    fs::copy(
        installation.path().join("data/keys"),
        elsewhere.path().join("data/keys"),
    )
    .unwrap();
    elsewhere.run(&["restore", copy]).good();
    let verified = elsewhere.run(&["audit", "verify"]).good();
    assert!(verified.contains("tea-house"), "{verified}");
    elsewhere.run(&["restore", copy]).bad();
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let installation = Installation::with_workspace();
    let report = installation.run(&["doctor"]).good();
    for subject in [
        "keys",
        "database",
        "schema",
        "integrity",
        "search",
        "attachments",
        "disk",
    ] {
        let line = report.lines().find(|line| line.contains(subject)).unwrap();
        assert!(line.starts_with("ok"), "{line}");
    }
    let keys = installation.path().join("data/keys");
    let hidden = installation.path().join("data/elsewhere");
    fs::rename(&keys, &hidden).unwrap();
    let done = installation.run(&["doctor"]);
    assert!(!done.status.success());
    assert!(
        done.output.contains("put it back from its copy"),
        "{}",
        done.output
    );
}
