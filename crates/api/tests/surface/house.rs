//! What every request gets, whatever it asks for.

use serde_json::json;
use zhiyin_testkit::TestApp;

#[tokio::test]
async fn the_process_says_how_it_is() {
    let t = TestApp::new().await;
    assert_eq!(
        t.anonymous().get("/healthz").await.expect(200).text(),
        "ok\n"
    );
    assert_eq!(
        t.anonymous().get("/readyz").await.expect(200).text(),
        "ready\n"
    );
}

#[tokio::test]
async fn nobody_gets_nothing() {
    let t = TestApp::new().await;
    for path in [
        "/api/v1/conversations",
        "/api/v1/counters",
        "/api/v1/inboxes",
        "/api/v1/stream",
    ] {
        assert_eq!(
            t.anonymous().get(path).await.summary(),
            "401 unauthenticated",
            "{path}"
        );
    }
    assert_eq!(
        t.anonymous().get("/api/v1/nothing").await.summary(),
        "404 not-found"
    );
    assert_eq!(
        t.admin
            .request(axum::http::Method::DELETE, "/api/v1/counters")
            .await
            .summary(),
        "405 method-not-allowed"
    );
}

#[tokio::test]
async fn every_answer_is_guarded_and_has_an_id() {
    let t = TestApp::new().await;
    let answer = t
        .anonymous()
        .get("/api/v1/conversations")
        .header("x-request-id", "my-request-1")
        .await;
    assert_eq!(answer.header("x-request-id"), Some("my-request-1"));
    assert_eq!(answer.text_at("/request_id"), "my-request-1");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let made = t
        .anonymous()
        .get("/healthz")
        .header("x-request-id", "bad id")
        .await;
    assert_ne!(made.header("x-request-id"), Some("bad id"));
}

#[tokio::test]
async fn a_change_needs_proof_that_it_comes_from_our_page() {
    let t = TestApp::new().await;
    let inbox = || json!({ "name": "Shop" });
    let refused = t
        .admin
        .without("x-csrf-token")
        .post("/api/v1/inboxes")
        .json(inbox())
        .await;
    assert_eq!(refused.summary(), "403 invalid-csrf-token");
    let refused = t
        .admin
        .post("/api/v1/inboxes")
        .header("x-csrf-token", "guess")
        .json(inbox())
        .await;
    assert_eq!(refused.summary(), "403 invalid-csrf-token");
    let refused = t
        .admin
        .post("/api/v1/inboxes")
        .header("origin", "https://evil.example")
        .json(inbox())
        .await;
    assert_eq!(refused.summary(), "403 foreign-origin");
    let refused = t
        .admin
        .post("/api/v1/inboxes")
        .body("text/plain", inbox().to_string())
        .await;
    assert_eq!(refused.summary(), "415 unsupported-media-type");
    t.admin
        .post("/api/v1/inboxes")
        .json(inbox())
        .await
        .expect(201);
}

#[tokio::test]
async fn a_repeat_has_its_effect_once() {
    let t = TestApp::new().await;
    let create = |key: &str, name: &str| {
        t.admin
            .post("/api/v1/inboxes")
            .header("idempotency-key", key)
            .json(json!({ "name": name }))
    };
    let first = create("key-1", "Shop").await.expect(201);
    let second = create("key-1", "Shop").await.expect(201);
    assert_eq!(first.json(), second.json());
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(
        create("key-1", "Other").await.summary(),
        "422 idempotency-key-reused"
    );
    assert_eq!(create("", "Shop").await.summary(), "400 invalid-header");
    create("key-2", "Shop").await.expect(201);
    let inboxes = t.admin.get("/api/v1/inboxes").await.expect(200).json();
    assert_eq!(inboxes["items"].as_array().expect("a list").len(), 2);

    t.clock
        .advance(std::time::Duration::from_secs(24 * 3600 + 1));
    create("key-1", "Other").await.expect(201);
}

#[tokio::test]
async fn a_refusal_is_kept_too_and_keys_are_each_callers_own() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let create = |key: &str| {
        t.admin
            .post("/api/v1/inboxes")
            .header("idempotency-key", key)
            .json(json!({ "name": "" }))
    };
    let first = create("key-1").await;
    assert!(first.summary().starts_with("422"), "{}", first.summary());
    assert_eq!(create("key-1").await.summary(), first.summary());
    let visitor = t.visitor(&inbox).await;
    let body = json!({ "client_id": "1", "text": "hello" });
    let sent = visitor
        .post("/api/v1/widget/messages")
        .header("idempotency-key", "key-1")
        .json(body)
        .await;
    sent.expect(201);
}

#[tokio::test]
async fn the_metrics_tell_about_routes_and_sockets() {
    let t = TestApp::with(|options| options.http.has_public_metrics = true).await;
    t.run_until_idle().await;
    t.admin.get("/api/v1/counters").await.expect(200);
    t.anonymous().get("/api/v1/conversations/cv_x").await;
    let text = t.anonymous().get("/metrics").await.expect(200).text();
    for line in [
        "zhiyin_http_requests_total{method=\"GET\",route=\"/api/v1/counters\",status=\"200\"} 1",
        "zhiyin_http_errors_total{code=\"unauthenticated\"} 1",
        "zhiyin_stream_sockets{kind=\"visitor\"} 0",
        "zhiyin_events_unpublished 0",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    let closed = TestApp::new().await;
    assert_eq!(
        closed.anonymous().get("/metrics").await.summary(),
        "404 not-found"
    );
}

#[tokio::test]
async fn the_reference_page_works_offline() {
    let t = TestApp::new().await;
    let page = t.anonymous().get("/api/docs").await.expect(200);
    assert!(page.text().contains("list_conversations"));
    assert!(!page.text().contains("<script"));
    assert!(
        page.header("content-security-policy")
            .expect("a policy")
            .contains("style-src 'self'")
    );
    let tag = page.header("etag").expect("a tag").to_owned();
    t.anonymous()
        .get("/api/docs")
        .header("if-none-match", &tag)
        .await
        .expect(304);
    let document = t
        .anonymous()
        .get("/api/openapi.json")
        .await
        .expect(200)
        .json();
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test]
async fn too_much_is_refused_with_the_time_to_come_back() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    let mut refused = None;
    for n in 0..40 {
        let answer = visitor.writes(&format!("message {n}")).await;
        if answer.status.as_u16() == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a limit");
    assert_eq!(refused.summary(), "429 rate-limited");
    let wait: u64 = refused
        .header("retry-after")
        .expect("a time")
        .parse()
        .expect("seconds");
    t.clock.advance(std::time::Duration::from_secs(wait));
    visitor.writes("after the wait").await.expect(201);
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let t = TestApp::new().await;
    let big = "x".repeat(300 * 1024);
    let answer = t
        .admin
        .post("/api/v1/inboxes")
        .json(json!({ "name": big }))
        .await;
    assert_eq!(answer.summary(), "413 body-too-large");
    let answer = t
        .admin
        .post("/api/v1/inboxes")
        .header("idempotency-key", "big")
        .json(json!({ "name": big }))
        .await;
    assert_eq!(answer.summary(), "413 body-too-large");
}
