//! Setting webhooks up, and who may.

use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::TestApp;

use crate::Scene;

#[tokio::test]
async fn the_secret_is_told_once_and_never_again() {
    let s = Scene::new().await;
    assert!(s.secret.starts_with("whsec_"), "{}", s.secret);
    let shown = s.webhook().await;
    assert!(!shown.to_string().contains("whsec_"), "{shown}");
    assert_eq!(shown["is_enabled"], true);
    assert_eq!(shown["purpose"], "events");
}

#[tokio::test]
async fn what_can_never_work_is_refused_where_it_stands() {
    let t = TestApp::new().await;
    for (body, field) in [
        (json!({ "name": "x", "url": "https://10.0.0.1/" }), "/url"),
        (
            json!({ "name": "x", "url": "http://169.254.169.254/" }),
            "/url",
        ),
        (
            json!({ "name": "x", "url": "https://a:b@shop.example/" }),
            "/url",
        ),
        (json!({ "name": "x", "url": "nonsense" }), "/url"),
        (
            json!({ "name": " ", "url": "https://shop.example/" }),
            "/name",
        ),
        (
            json!({ "name": "x", "url": "https://shop.example/", "event_types": ["login.failed"] }),
            "/event_types",
        ),
        (
            json!({ "name": "x", "url": "https://shop.example/", "purpose": "channel" }),
            "/inbox_id",
        ),
    ] {
        let answer = t.admin.post("/api/v1/webhooks").json(body.clone()).await;
        assert_eq!(
            answer.summary(),
            format!("422 invalid-field {field}"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn changes_name_the_version_that_was_read() {
    let s = Scene::new().await;
    let address = format!("/api/v1/webhooks/{}", s.id);
    let patch =
        |version| json!({ "name": "Warehouse", "event_types": ["case.*"], "version": version });
    let changed =
        s.t.admin
            .patch(address.clone())
            .json(patch(1))
            .await
            .expect(200)
            .json();
    assert_eq!(
        (&changed["name"], &changed["version"]),
        (&json!("Warehouse"), &json!(2))
    );
    assert_eq!(
        s.t.admin
            .patch(address.clone())
            .json(patch(1))
            .await
            .summary(),
        "409 changed"
    );
    s.t.admin.delete(address.clone()).await.expect(204);
    assert_eq!(s.t.admin.get(address).await.summary(), "404 not-found");
}

#[tokio::test]
async fn who_may_not_read_everything_hands_nothing_out() {
    let s = Scene::new().await;
    let agent = s.t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    assert_eq!(
        agent.get("/api/v1/webhooks").await.summary(),
        "403 forbidden"
    );
    let role = json!({ "name": "Integrator", "grants": [{ "permission": "webhooks.manage", "scope": "all" }] });
    let role =
        s.t.admin
            .post("/api/v1/roles")
            .json(role)
            .await
            .expect(201)
            .text_at("/id");
    let path = format!("/api/v1/agents/{}", agent.id);
    s.t.admin
        .patch(path)
        .json(json!({ "role_ids": [role] }))
        .await
        .expect(200);
    agent.get("/api/v1/webhooks").await.expect(200);
    let body = json!({ "name": "x", "url": "https://shop.example/" });
    let refused = agent.post("/api/v1/webhooks").json(body).await;
    assert_eq!(refused.summary(), "403 forbidden");
}

#[tokio::test]
async fn event_types_are_listed_without_log_ins() {
    let s = Scene::new().await;
    let list =
        s.t.admin
            .get("/api/v1/webhook-event-types")
            .await
            .expect(200)
            .json();
    let items = list["items"].as_array().expect("a list");
    assert!(items.contains(&json!("message.created")));
    assert!(
        !items
            .iter()
            .any(|it| it.as_str().is_some_and(|it| it.starts_with("login.")))
    );
}
