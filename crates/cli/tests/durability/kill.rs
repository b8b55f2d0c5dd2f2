//! Killed in the middle of its work, again and again.

use std::path::Path;

use tempfile::TempDir;
use zhiyin_bench::durability::{Trial, Verdict};
use zhiyin_bench::scratch::ScratchDatabase;

fn check(verdict: &Verdict) {
    println!(
        "{} kills, {} messages acknowledged, {} sent again ({} were there), started in {:?} ms at most",
        verdict.cycles,
        verdict.acknowledged,
        verdict.resent,
        verdict.known,
        verdict.starts.percentile_ms(100.0),
    );
    assert_eq!(verdict.complaint(), None, "{verdict:?}");
    assert!(verdict.acknowledged > 100, "hardly anything was written");
}

/// Ten, or as many as the long run of `zhiyin bench durability`.
fn kills() -> usize {
    match std::env::var_os("ZHIYIN_TEST_LONG") {
        Some(_) => 100,
        None => 10,
    }
}

#[test]
fn kills_lose_and_double_nothing() {
    let folder = TempDir::new().expect("a folder");
    let binary = Path::new(env!("CARGO_BIN_EXE_zhiyin"));
    let trial = Trial::new(binary, folder.path(), kills());
    check(&trial.run().expect("the trial runs"));
}

#[test]
fn on_postgres_three_kills_lose_and_double_nothing() {
    let server = std::env::var("ZHIYIN_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "ZHIYIN_TEST_POSTGRES is not set, so the PostgreSQL half of this test cannot run. \
             Use `cargo xtask test`, which starts a server, or set it to the URL of a superuser."
        )
    });
    let database = ScratchDatabase::create(&server).expect("a database");
    let folder = TempDir::new().expect("a folder");
    let trial = Trial {
        database: Some(database.url()),
        ..Trial::new(Path::new(env!("CARGO_BIN_EXE_zhiyin")), folder.path(), 3)
    };
    check(&trial.run().expect("the trial runs"));
}
