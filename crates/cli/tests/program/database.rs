//! A PostgreSQL that is reached over TLS.

use std::path::Path;

use crate::harness::Installation;

/// Needs the server and the certificate that `cargo xtask test` makes.
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `cargo xtask test`, or take it from `cargo xtask postgres`")
    })
}

fn address_with_tls() -> String {
    let plain = variable("ZHIYIN_TEST_POSTGRES");
    format!("{plain}?sslmode=require")
}

#[test]
fn a_trusted_certificate_opens_the_database() {
    let certificate = variable("ZHIYIN_TEST_POSTGRES_CERTIFICATE");
    let address = address_with_tls();
    let new = Installation::empty();
    new.run(&["keys", "generate"]).good();
    let dry_run = ["migrate", "--dry-run", "--database", &address];
    let done = new.run_in(&dry_run, ("SSL_CERT_FILE", Path::new(&certificate)));
    let said = done.good();
    assert!(said.contains("0001"), "{said}");
}

#[test]
fn an_unknown_certificate_is_refused_and_named() {
    let address = address_with_tls();
    let new = Installation::empty();
    new.run(&["keys", "generate"]).good();
    let dry_run = ["migrate", "--dry-run", "--database", &address];
    let said = new.run(&dry_run).bad();
    assert!(said.contains("certificate"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}
