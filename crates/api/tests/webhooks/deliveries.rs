//! What a receiver is told, and what happens when it misbehaves.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use zhiyin_app::webhooks::sign;
use zhiyin_domain::secret::Secret;
use zhiyin_ports::Clock as _;
use zhiyin_testkit::Reply;

use crate::Scene;

/// What the signature of a request must be under a secret as people copy it.
fn signature(secret: &str, heard: &zhiyin_testkit::Heard, s: &Scene) -> String {
    let key = STANDARD
        .decode(secret.trim_start_matches("whsec_"))
        .expect("base64");
    let id = heard.header("webhook-id");
    sign(id, s.t.clock.now(), &heard.body, &[Secret::new(key)]).signature
}

#[tokio::test]
async fn a_message_is_told_signed_and_whole() {
    let s = Scene::hearing(&["message.created"]).await;
    let inbox = s.t.inbox("Shop").await;
    let visitor = s.t.visitor(&inbox).await;
    visitor.writes("杯子碎了").await.expect(201);
    s.t.run_until_idle().await;
    let heard = s.receiver.heard();
    assert_eq!(heard.len(), 1);
    let body = heard[0].json();
    assert_eq!(body["type"], "message.created");
    assert_eq!(body["data"]["message"]["text"], "杯子碎了");
    assert!(
        body["data"]["seq"].is_i64() && body["timestamp"].is_string(),
        "{body}"
    );
    assert_eq!(
        heard[0].header("webhook-signature"),
        signature(&s.secret, &heard[0], &s)
    );
    let log = s.deliveries("").await;
    assert_eq!(log[0]["id"], heard[0].header("webhook-id"));
    assert_eq!(
        (&log[0]["state"], &log[0]["last_status"]),
        (&json!("delivered"), &json!(200))
    );
    let detail = s.delivery(heard[0].header("webhook-id")).await;
    assert_eq!(detail["body"], heard[0].body);
    assert_eq!(detail["attempts"][0]["answer"], "answer 200");
}

#[tokio::test]
async fn messages_leave_in_order() {
    let s = Scene::hearing(&["message.created"]).await;
    let inbox = s.t.inbox("Shop").await;
    let visitor = s.t.visitor(&inbox).await;
    for text in ["one", "two", "three"] {
        visitor.writes(text).await.expect(201);
    }
    s.t.run_until_idle().await;
    let texts: Vec<_> = s
        .receiver
        .heard()
        .iter()
        .map(|it| it.json()["data"]["message"]["text"].clone())
        .collect();
    assert_eq!(texts, ["one", "two", "three"]);
}

#[tokio::test]
async fn after_a_rotation_both_secrets_sign_until_the_old_one_is_over() {
    let s = Scene::hearing(&["case.*"]).await;
    let path = format!("/api/v1/webhooks/{}/rotate-secret", s.id);
    let fresh =
        s.t.admin
            .post(path.clone())
            .json(json!({ "overlap_s": 3600 }))
            .await
            .expect(201);
    let fresh = fresh.text_at("/secret");
    s.t.run_until_idle().await;
    assert!(s.receiver.heard().is_empty(), "nothing to tell");
    s.test().await;
    let heard = s.receiver.heard().remove(0);
    let both = format!(
        "{} {}",
        signature(&fresh, &heard, &s),
        signature(&s.secret, &heard, &s)
    );
    assert_eq!(heard.header("webhook-signature"), both);
    s.t.clock.advance(Duration::from_mins(61));
    s.test().await;
    let heard = s.receiver.heard().remove(0);
    assert_eq!(
        heard.header("webhook-signature"),
        signature(&fresh, &heard, &s)
    );
    let long =
        s.t.admin
            .post(path)
            .json(json!({ "overlap_s": 604_801 }))
            .await;
    assert_eq!(long.summary(), "422 invalid-field /overlap_s");
}

#[tokio::test]
async fn a_receiver_that_fails_is_tried_again_under_the_same_id() {
    let s = Scene::hearing(&["case.*"]).await;
    s.receiver.answers([Reply::status(500), Reply::status(404)]);
    let first = s.test().await;
    assert_eq!(
        (&first["state"], &first["attempts"]),
        (&json!("waiting"), &json!(1))
    );
    s.t.clock.advance(Duration::from_secs(7));
    s.t.run_until_idle().await;
    s.t.clock.advance(Duration::from_mins(7));
    s.t.run_until_idle().await;
    let heard = s.receiver.heard();
    assert_eq!(heard.len(), 3);
    assert!(
        heard
            .iter()
            .all(|it| it.header("webhook-id") == heard[0].header("webhook-id"))
    );
    assert!(heard[0].header("webhook-timestamp") < heard[2].header("webhook-timestamp"));
    let detail = s.delivery(first["id"].as_str().expect("an id")).await;
    assert_eq!(detail["delivery"]["state"], "delivered");
    let statuses: Vec<_> = detail["attempts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["status"].clone())
        .collect();
    assert_eq!(statuses, [200, 404, 500]);
}

#[tokio::test]
async fn a_receiver_that_asks_for_a_pause_gets_it() {
    let s = Scene::hearing(&["case.*"]).await;
    s.receiver
        .answers([Reply::status(429).with("retry-after", "900")]);
    s.test().await;
    assert_eq!(s.receiver.heard().len(), 1);
    s.t.clock.advance(Duration::from_secs(899));
    s.t.run_until_idle().await;
    assert_eq!(s.receiver.heard().len(), 0, "it asked for fifteen minutes");
    s.t.clock.advance(Duration::from_secs(2));
    s.t.run_until_idle().await;
    assert_eq!(s.receiver.heard().len(), 1);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_and_people_are_told() {
    let s = Scene::hearing(&["case.*"]).await;
    s.receiver.answers([Reply::status(410)]);
    assert_eq!(s.test().await["state"], "failed");
    let webhook = s.webhook().await;
    assert_eq!(
        (&webhook["is_enabled"], &webhook["disabled_reason"]),
        (&json!(false), &json!("gone"))
    );
    let test = format!("/api/v1/webhooks/{}/test", s.id);
    assert_eq!(s.t.admin.post(test).await.summary(), "409 changed");
    let letters = s.t.outbox.take();
    assert_eq!(letters.len(), 1);
    assert!(
        letters[0].text.contains("/settings/webhooks"),
        "{}",
        letters[0].text
    );
    assert_eq!(s.receiver.heard().len(), 1);
    let path = format!("/api/v1/webhooks/{}", s.id);
    s.t.admin
        .patch(path)
        .json(json!({ "is_enabled": true }))
        .await
        .expect(200);
    let replay = format!("/api/v1/webhooks/{}/replay", s.id);
    let replayed =
        s.t.admin
            .post(replay)
            .json(json!({}))
            .await
            .expect(200)
            .json();
    assert_eq!(replayed["count"], 1);
    s.t.run_until_idle().await;
    assert!(
        s.receiver
            .heard()
            .iter()
            .any(|it| it.json()["type"] == "webhook.test")
    );
}

#[tokio::test]
async fn redirects_are_not_followed_and_huge_answers_are_cut() {
    let s = Scene::hearing(&["case.*"]).await;
    let inside = zhiyin_testkit::Receiver::start();
    s.receiver.answers([
        Reply::status(302).with("location", &inside.url()),
        Reply::status(200).body("x".repeat(3_000_000)),
    ]);
    let first = s.test().await;
    assert_eq!(
        (&first["state"], &first["last_status"]),
        (&json!("waiting"), &json!(302))
    );
    assert!(inside.heard().is_empty());
    let second = s.test().await;
    assert_eq!(second["state"], "delivered");
    let detail = s.delivery(second["id"].as_str().expect("an id")).await;
    assert_eq!(detail["attempts"][0]["is_answer_cut"], true);
    assert_eq!(
        detail["attempts"][0]["answer"].as_str().map(str::len),
        Some(4096)
    );
}

#[tokio::test]
async fn days_of_failure_disable() {
    let s = Scene::hearing(&["case.*"]).await;
    // A log-in does not last as long as that.
    let token = json!({ "name": "x", "scopes": ["webhooks.manage"] });
    let token =
        s.t.admin
            .post("/api/v1/tokens")
            .json(token)
            .await
            .expect(201)
            .text_at("/secret");
    let program =
        s.t.anonymous()
            .with("authorization", &format!("Bearer {token}"));
    s.receiver.answers((0..20).map(|_| Reply::status(503)));
    s.test().await;
    s.t.clock.advance(Duration::from_hours(5 * 24));
    s.t.run_until_idle().await;
    let webhook = program
        .get(format!("/api/v1/webhooks/{}", s.id))
        .await
        .expect(200);
    assert_eq!(webhook.json()["disabled_reason"], "failing");
    assert_eq!(s.t.outbox.take().len(), 1);
}

#[tokio::test]
async fn the_log_is_filtered_and_one_is_sent_again() {
    let s = Scene::hearing(&["case.*"]).await;
    s.receiver.answers([Reply::status(410)]);
    let failed = s.test().await;
    assert_eq!(
        s.deliveries("?state=failed&event_type=webhook.test")
            .await
            .len(),
        1
    );
    assert_eq!(s.deliveries("?state=delivered").await.len(), 0);
    let path = format!(
        "/api/v1/webhook-deliveries/{}/replay",
        failed["id"].as_str().expect("an id")
    );
    assert_eq!(
        s.t.admin.post(path.clone()).await.summary(),
        "409 changed",
        "it is disabled"
    );
    let enable = format!("/api/v1/webhooks/{}", s.id);
    s.t.admin
        .patch(enable)
        .json(json!({ "is_enabled": true }))
        .await
        .expect(200);
    s.t.admin.post(path).await.expect(200);
    s.t.run_until_idle().await;
    assert_eq!(s.deliveries("?state=delivered").await.len(), 1);
}
