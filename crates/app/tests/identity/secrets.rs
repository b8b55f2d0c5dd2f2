//! What the database must not hold.

use std::time::Duration;

use serde_json::json;
use zhiyin_store::{Dialect, SystemTx, Value, params};
use zhiyin_testkit::{PASSWORD, TestApp};

use crate::{ADMIN, wrong};

/// Every value of every table, with the name of its table and column.
async fn everything(t: &TestApp) -> Vec<(String, Vec<u8>)> {
    t.app
        .store()
        .read_system(|system: &mut SystemTx<'_>| {
            let mut values = Vec::new();
            let catalogue = match system.dialect() {
                Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
                Dialect::Postgres => {
                    "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables
                     WHERE table_schema = 'public'"
                }
            };
            let tables = system.query(catalogue, params![])?;
            for table in tables {
                let table: String = table.get("name")?;
                // The full-text index holds what the messages hold.
                if table.contains("_index") {
                    continue;
                }
                for row in system.query(&format!("SELECT * FROM {table}"), params![])? {
                    for (column, value) in row.names().zip(row.values()) {
                        let bytes = match value {
                            Value::Text(text) => text.clone().into_bytes(),
                            Value::Bytes(bytes) => bytes.clone(),
                            Value::Null
                            | Value::Bool(_)
                            | Value::Int(_)
                            | Value::Float(_)
                            | Value::Uuid(_) => continue,
                        };
                        values.push((format!("{table}.{column}"), bytes));
                    }
                }
            }
            Ok::<_, zhiyin_store::StoreError>(values)
        })
        .await
        .expect("a read")
}

fn holds(bytes: &[u8], needle: &str) -> bool {
    bytes
        .windows(needle.len())
        .any(|part| part.eq_ignore_ascii_case(needle.as_bytes()))
}

#[tokio::test]
async fn a_stolen_database_opens_no_account() {
    let t = TestApp::new().await;
    let made = t
        .admin
        .post("/api/v1/tokens")
        .header("idempotency-key", "0123456789")
        .json(json!({ "name": "ERP", "scopes": ["tags.manage"] }))
        .await
        .expect(201);
    let invited = t
        .admin
        .post("/api/v1/invitations")
        .header("idempotency-key", "0123456790")
        .json(json!({ "email": "wang.fang@tea.example", "name": "王芳" }))
        .await
        .expect(201);
    let link = invited.text_at("/link");
    let factor = t.admin.post("/api/v1/me/totp").await.expect(200);
    let reset = t
        .admin
        .post(format!("/api/v1/agents/{}/password-reset", t.admin.id))
        .await
        .expect(201);
    t.clock.advance(Duration::from_mins(2));
    t.anonymous()
        .post("/api/v1/password-resets")
        .json(json!({ "email": ADMIN }))
        .await
        .expect(202);
    assert!(t.app.log_in(wrong(ADMIN)).await.is_err());
    assert!(t.app.log_in(wrong("nobody@secret.example")).await.is_err());
    t.run_until_idle().await;
    let letters = t.outbox.take();
    assert_eq!(letters.len(), 2);

    let token = |text: &str| {
        text.split("#token=")
            .nth(1)
            .expect("a link")
            .split('\n')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let mut secrets = vec![
        PASSWORD.to_owned(),
        "not the right one".to_owned(),
        t.admin.cookie.clone(),
        zhiyin_app::identity::csrf_token(&zhiyin_domain::secret::Secret::new(
            t.admin.cookie.clone(),
        )),
        made.text_at("/secret"),
        token(&link),
        token(&reset.text_at("/link")),
        factor.text_at("/secret"),
        "tea.example".to_owned(),
        "secret.example".to_owned(),
    ];
    secrets.extend(letters.iter().map(|letter| token(&letter.text)));
    let values = everything(&t).await;
    assert!(values.len() > 100, "{}", values.len());
    for (place, bytes) in &values {
        for secret in &secrets {
            assert!(!holds(bytes, secret), "{place} holds {secret}");
        }
    }
    // The search itself works.
    assert!(
        values
            .iter()
            .any(|(place, bytes)| place == "agents.name" && holds(bytes, "chen wei"))
    );
}

#[tokio::test]
async fn the_log_the_audit_and_the_jobs_hold_no_names() {
    let t = TestApp::new().await;
    t.admin
        .post("/api/v1/invitations")
        .json(json!({ "email": "wang.fang@tea.example", "name": "王芳" }))
        .await
        .expect(201);
    t.admin
        .patch("/api/v1/me")
        .json(json!({ "name": "陈大伟", "display_name": "小陈" }))
        .await
        .expect(200);
    for (place, bytes) in everything(&t).await {
        let is_log = ["events.", "audit_log.", "jobs."]
            .iter()
            .any(|table| place.starts_with(table));
        for name in ["王芳", "陈大伟", "小陈", "wang.fang", "198.51.100"] {
            assert!(!is_log || !holds(&bytes, name), "{place} holds {name}");
        }
    }
}
