//! Personal and app tokens.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_ports::Clock as _;
use zhiyin_testkit::{Client, TestApp, TestResponse};

use crate::impostors;

fn bearer(t: &TestApp, token: &str) -> Client {
    t.anonymous()
        .with("authorization", &format!("Bearer {token}"))
}

async fn personal(client: &Client, scopes: Value) -> TestResponse {
    client
        .post("/api/v1/tokens")
        .json(json!({ "name": "ERP", "scopes": scopes }))
        .await
}

#[tokio::test]
async fn a_token_is_shown_once_and_known_by_its_end() {
    let t = TestApp::new().await;
    let made = personal(&t.admin, json!(["tags.manage"])).await.expect(201);
    let secret = made.text_at("/secret");
    assert!(secret.starts_with("zy_") && secret.len() == 46, "{secret}");
    assert!(secret.ends_with(&made.text_at("/hint")));
    let listed = t.admin.get("/api/v1/tokens").await.expect(200);
    assert_eq!(
        (
            listed.text_at("/items/0/name"),
            &listed.json()["items"][0]["secret"]
        ),
        ("ERP".to_owned(), &json!(null))
    );
    assert!(!listed.text().contains(&secret));
    bearer(&t, &secret).get("/api/v1/tags").await.expect(200);
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_and_no_more() {
    let t = TestApp::new().await;
    let secret = personal(&t.admin, json!(["tags.manage"]))
        .await
        .expect(201)
        .text_at("/secret");
    let program = bearer(&t, &secret);
    program
        .post("/api/v1/tags")
        .json(json!({ "name": "vip", "color": "#ff0000" }))
        .await
        .expect(201);
    assert_eq!(
        program.get("/api/v1/audit").await.summary(),
        "403 forbidden"
    );
    let me = program.get("/api/v1/session").await.expect(200).json();
    assert_eq!(
        me["grants"],
        json!([{ "permission": "tags.manage", "scope": "all" }])
    );
    assert_eq!(me["csrf_token"], json!(null));
}

#[tokio::test]
async fn a_token_never_exceeds_its_owner() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Supervisor, &[]).await;
    assert_eq!(
        personal(&agent, json!(["audit.read"])).await.summary(),
        "403 beyond-own"
    );
    let secret = personal(&agent, json!(["tags.manage"]))
        .await
        .expect(201)
        .text_at("/secret");
    let program = bearer(&t, &secret);
    program
        .post("/api/v1/tags")
        .json(json!({ "name": "a", "color": "#ff0000" }))
        .await
        .expect(201);
    // The owner is demoted; the token with them.
    let role = t.role(BuiltinRole::Agent).await;
    t.admin
        .patch(format!("/api/v1/agents/{}", agent.id))
        .json(json!({ "role_ids": [role] }))
        .await
        .expect(200);
    let refused = program
        .post("/api/v1/tags")
        .json(json!({ "name": "b", "color": "#ff0000" }))
        .await;
    assert_eq!(refused.summary(), "403 forbidden");
}

#[tokio::test]
async fn a_token_cannot_touch_what_guards_the_account() {
    let t = TestApp::new().await;
    let all: Vec<&str> = zhiyin_domain::permission::Permission::ALL
        .iter()
        .map(|permission| permission.as_str())
        .collect();
    let secret = personal(&t.admin, json!(all))
        .await
        .expect(201)
        .text_at("/secret");
    let program = bearer(&t, &secret);
    let password = json!({ "current": zhiyin_testkit::PASSWORD, "new": "nine brown teapots hum" });
    for answer in [
        program.post("/api/v1/me/password").json(password).await,
        program.post("/api/v1/me/totp").await,
        program
            .post("/api/v1/me/totp/confirm")
            .json(json!({ "code": "123456" }))
            .await,
        program
            .delete("/api/v1/me/totp")
            .json(json!({ "password": zhiyin_testkit::PASSWORD }))
            .await,
        program.get("/api/v1/me/sessions").await,
        program.get("/api/v1/tokens").await,
        program.delete("/api/v1/session").await,
        personal(&program, json!(["tags.manage"])).await,
    ] {
        assert_eq!(answer.summary(), "403 session-required");
    }
}

#[tokio::test]
async fn a_token_ends_by_time_and_by_hand() {
    let t = TestApp::new().await;
    let end = t.clock.now().plus(Duration::from_hours(1));
    let body = json!({ "name": "ERP", "scopes": ["tags.manage"], "expires_at": end });
    let made = t
        .admin
        .post("/api/v1/tokens")
        .json(body.clone())
        .await
        .expect(201);
    let program = bearer(&t, &made.text_at("/secret"));
    t.clock.advance(Duration::from_secs(3599));
    program.get("/api/v1/tags").await.expect(200);
    t.clock.advance(Duration::from_secs(1));
    assert_eq!(
        program.get("/api/v1/tags").await.summary(),
        "401 unauthenticated"
    );
    assert_eq!(
        t.admin.post("/api/v1/tokens").json(body).await.summary(),
        "422 invalid-field /expires_at"
    );

    let made = personal(&t.admin, json!(["tags.manage"])).await.expect(201);
    let program = bearer(&t, &made.text_at("/secret"));
    let path = format!("/api/v1/tokens/{}", made.text_at("/id"));
    let other = t.agent("Li Na", BuiltinRole::Administrator, &[]).await;
    assert_eq!(other.delete(&path).await.summary(), "404 not-found");
    assert_eq!(
        t.admin
            .delete(format!("/api/v1/app-tokens/{}", made.text_at("/id")))
            .await
            .summary(),
        "404 not-found"
    );
    t.admin.delete(&path).await.expect(204);
    assert_eq!(
        program.get("/api/v1/tags").await.summary(),
        "401 unauthenticated"
    );
}

#[tokio::test]
async fn nothing_but_the_exact_token_is_one() {
    let t = TestApp::new().await;
    let secret = personal(&t.admin, json!(["tags.manage"]))
        .await
        .expect(201)
        .text_at("/secret");
    for impostor in impostors(&secret)
        .iter()
        .filter(|text| !text.contains('\0'))
    {
        assert_eq!(
            bearer(&t, impostor).get("/api/v1/tags").await.summary(),
            "401 unauthenticated",
            "{impostor:?}"
        );
    }
    let cookie = &t.admin.cookie;
    for impostor in [
        cookie.clone(),
        format!("zy_{cookie}"),
        secret.replace("zy_", "ZY_"),
    ] {
        assert_eq!(
            bearer(&t, &impostor).get("/api/v1/tags").await.summary(),
            "401 unauthenticated"
        );
    }
    let as_cookie = t
        .anonymous()
        .with("cookie", &format!("zhiyin={}", &secret[3..]));
    assert_eq!(
        as_cookie.get("/api/v1/tags").await.summary(),
        "401 unauthenticated"
    );
}

#[tokio::test]
async fn an_app_acts_for_nobody_but_in_the_whole_workspace() {
    let t = TestApp::new().await;
    let body = json!({ "name": "Shop", "scopes": ["tags.manage", "conversations.read"] });
    let made = t
        .admin
        .post("/api/v1/app-tokens")
        .json(body)
        .await
        .expect(201);
    let program = bearer(&t, &made.text_at("/secret"));
    program
        .post("/api/v1/tags")
        .json(json!({ "name": "vip", "color": "#ff0000" }))
        .await
        .expect(201);
    program.get("/api/v1/conversations").await.expect(200);
    assert_eq!(
        program.get("/api/v1/session").await.summary(),
        "403 forbidden"
    );
    assert_eq!(
        program.get("/api/v1/audit").await.summary(),
        "403 forbidden"
    );
    let log = t.admin.get("/api/v1/audit?limit=1").await.expect(200);
    assert_eq!(log.text_at("/items/0/action"), "token.created");
    t.admin
        .delete(format!("/api/v1/app-tokens/{}", made.text_at("/id")))
        .await
        .expect(204);
    assert_eq!(
        program.get("/api/v1/tags").await.summary(),
        "401 unauthenticated"
    );
    assert_eq!(
        t.admin.get("/api/v1/app-tokens").await.json()["items"],
        json!([])
    );
}

#[tokio::test]
async fn what_is_asked_for_is_checked() {
    let t = TestApp::new().await;
    for (scopes, expected) in [
        (json!([]), "422 invalid-field /scopes"),
        (json!(["everything"]), "422 invalid-body /scopes/0"),
        (json!(null), "422 invalid-body /scopes"),
    ] {
        assert_eq!(
            personal(&t.admin, scopes.clone()).await.summary(),
            expected,
            "{scopes}"
        );
    }
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    assert_eq!(
        agent.get("/api/v1/app-tokens").await.summary(),
        "403 forbidden"
    );
}

#[tokio::test]
async fn last_use_is_noted_to_the_minute() {
    let t = TestApp::new().await;
    let secret = personal(&t.admin, json!(["tags.manage"]))
        .await
        .expect(201)
        .text_at("/secret");
    let program = bearer(&t, &secret);
    let used = || async {
        t.admin.get("/api/v1/tokens").await.expect(200).json()["items"][0]["last_used_at"].clone()
    };
    assert_eq!(used().await, json!(null));
    program.get("/api/v1/tags").await.expect(200);
    let first = used().await;
    assert!(first.is_string());
    t.clock.advance(Duration::from_secs(59));
    program.get("/api/v1/tags").await.expect(200);
    assert_eq!(used().await, first);
    t.clock.advance(Duration::from_secs(1));
    program.get("/api/v1/tags").await.expect(200);
    assert_ne!(used().await, first);
}

#[tokio::test]
async fn a_repeated_creation_gives_the_same_token_and_the_database_cannot_read_it() {
    let t = TestApp::new().await;
    let make = || {
        t.admin
            .post("/api/v1/tokens")
            .header("idempotency-key", "one-two-three")
            .json(json!({ "name": "ERP", "scopes": ["tags.manage"] }))
    };
    let (first, second) = (make().await.expect(201), make().await.expect(201));
    assert_eq!(first.text_at("/secret"), second.text_at("/secret"));
    let stored: String = t
        .app
        .store()
        .read_system(|system: &mut zhiyin_store::SystemTx<'_>| {
            system
                .one("SELECT body FROM idempotency_keys", &[])?
                .get::<Value>("body")
                .map(|body| body.to_string())
        })
        .await
        .expect("a stored answer");
    assert!(!stored.contains("zy_"), "{stored}");
}
