//! The first run of an installation.

use std::sync::Arc;

use serde_json::{Value, json};
use zhiyin_api::{AppState, HttpConfig};
use zhiyin_app::identity::PasswordCost;
use zhiyin_app::{App, Parts, Settings};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::fixed::{FixedClock, MemoryBlobs, Outbox, SeededIds, SeededRng};
use zhiyin_ports::system::LocalBus;
use zhiyin_store::{Database, Keyring, Store, StoreConfig};
use zhiyin_testkit::{Client, TestApp};

/// A program without a workspace.
fn empty() -> Client {
    let keyring = Keyring::single("test", [7; 32]);
    let store = Store::open(StoreConfig::new(Database::SqliteMemory, keyring)).expect("a store");
    store.migrate_blocking().expect("a schema");
    let parts = Parts {
        store,
        clock: Arc::new(FixedClock::at(Timestamp::from_micros(
            1_772_413_200_000_000,
        ))),
        ids: Arc::new(SeededIds::new(3)),
        rng: Arc::new(SeededRng::new(3)),
        blobs: Arc::new(MemoryBlobs::default()),
        mailer: Arc::new(Outbox::default()),
        http: Arc::new(zhiyin_ports::http::NoHttp),
        bus: Arc::new(LocalBus::new()),
        settings: Settings {
            public_url: "http://zhiyin.test".to_owned(),
            node: "test".to_owned(),
        },
    };
    let app = App::new(parts).with_password_cost(PasswordCost::CHEAP);
    Client::new(zhiyin_api::router(&AppState::new(
        app,
        HttpConfig::default(),
    )))
}

fn body() -> Value {
    json!({
        "workspace_name": "绿茶商行", "locale": "zh-CN", "time_zone": "Asia/Shanghai",
        "name": "陈伟", "email": "chen.wei@tea.example", "password": "seven green kettles sing",
    })
}

#[tokio::test]
async fn the_first_caller_becomes_the_administrator_and_there_is_no_second() {
    let client = empty();
    assert_eq!(
        client.get("/api/v1/setup").await.expect(200).json(),
        json!({ "needed": true })
    );
    let made = client.post("/api/v1/setup").json(body()).await.expect(201);
    assert_eq!(made.text_at("/workspace/slug"), "workspace");
    assert_eq!(made.text_at("/agent/name"), "陈伟");
    let every = Permission::ALL.len();
    assert_eq!(made.json()["grants"].as_array().map(Vec::len), Some(every));
    assert!(
        made.header("set-cookie")
            .is_some_and(|cookie| cookie.starts_with("zhiyin="))
    );
    assert_eq!(
        client.get("/api/v1/setup").await.expect(200).json(),
        json!({ "needed": false })
    );
    let again = client.post("/api/v1/setup").json(body()).await;
    assert_eq!(again.summary(), "409 already-set-up");
}

#[tokio::test]
async fn two_at_once_make_one_workspace() {
    let client = empty();
    let (one, two) = tokio::join!(
        client.post("/api/v1/setup").json(body()),
        client.post("/api/v1/setup").json(body())
    );
    let mut summaries = [one.summary(), two.summary()];
    summaries.sort();
    assert_eq!(summaries, ["201", "409 already-set-up"]);
}

#[tokio::test]
async fn every_field_is_checked_and_named() {
    let client = empty();
    for (field, value, expected) in [
        (
            "workspace_name",
            json!(" "),
            "422 invalid-field /workspace_name",
        ),
        ("locale", json!("fr"), "422 invalid-body /locale"),
        (
            "time_zone",
            json!("Mars/Olympus"),
            "422 invalid-field /time_zone",
        ),
        ("name", json!("a\nb"), "422 invalid-field /name"),
        ("email", json!("chen"), "422 invalid-field /email"),
        ("password", json!("short"), "422 weak-password /password"),
        (
            "password",
            json!("chen.wei@tea.example"),
            "422 weak-password /password",
        ),
        ("password", Value::Null, "422 invalid-body /password"),
        ("is_admin", json!(true), "422 invalid-body"),
    ] {
        let mut body = body();
        body[field] = value.clone();
        let answer = client.post("/api/v1/setup").json(body).await;
        assert!(
            answer.summary().starts_with(expected),
            "{field} = {value}: {}",
            answer.summary()
        );
    }
    assert_eq!(
        client.get("/api/v1/setup").await.json(),
        json!({ "needed": true })
    );
}

#[tokio::test]
async fn a_running_installation_is_not_set_up_again() {
    let t = TestApp::new().await;
    assert_eq!(
        t.anonymous().get("/api/v1/setup").await.json(),
        json!({ "needed": false })
    );
    assert_eq!(
        t.anonymous()
            .post("/api/v1/setup")
            .json(body())
            .await
            .summary(),
        "409 already-set-up"
    );
}
