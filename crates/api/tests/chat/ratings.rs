//! Ratings: when customers are asked, and the page behind a signed link.

use std::time::Duration;

use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{Client, TestApp, TestVisitor};

const DAY: Duration = Duration::from_hours(24);

/// A customer whose conversation was resolved.
async fn resolved(t: &TestApp, settings: serde_json::Value) -> (TestVisitor, String) {
    let inbox = t.inbox("Shop").await;
    let path = format!("/api/v1/inboxes/{}", inbox.id);
    let settings = json!({ "settings": { "rating": settings } });
    t.admin.patch(path).json(settings).await.expect(200);
    let visitor = t.visitor(&inbox).await;
    let id = resolve(t, &visitor).await;
    (visitor, id)
}

async fn resolve(t: &TestApp, visitor: &TestVisitor) -> String {
    visitor.writes("hello").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    t.admin.post(format!("{path}/resolve")).await.expect(200);
    path
}

async fn may_rate(visitor: &Client) -> serde_json::Value {
    let talk = visitor.get("/api/v1/widget/conversation").await.expect(200);
    talk.json()["session"]["may_rate"].clone()
}

async fn link(t: &TestApp, conversation: &str) -> String {
    let link = t.admin.post(format!("{conversation}/rating-link")).await;
    let url = link.expect(201).text_at("/url");
    let (_, path) = url.split_once("/rate/").expect("an address of the page");
    format!("/rate/{path}")
}

#[tokio::test]
async fn the_panel_asks_when_it_may_and_not_again_within_the_cool_down() {
    let t = TestApp::new().await;
    let (visitor, _) = resolved(&t, json!({ "cooldown_days": 2 })).await;
    assert_eq!(may_rate(&visitor).await, true);
    t.clock.advance(DAY);
    resolve(&t, &visitor).await;
    assert_eq!(may_rate(&visitor).await, false, "asked a day ago");
    t.clock.advance(2 * DAY);
    resolve(&t, &visitor).await;
    assert_eq!(may_rate(&visitor).await, true);
    let (quiet, _) = resolved(&t, json!({ "enabled": false })).await;
    assert_eq!(may_rate(&quiet).await, false);
    let talk = quiet.get("/api/v1/widget/conversation").await.expect(200);
    let unasked = json!({ "session_id": talk.text_at("/session/id"), "score": 5 });
    quiet
        .post("/api/v1/widget/rating")
        .json(unasked)
        .await
        .expect(200);
    let wrong = json!({ "settings": { "rating": { "cooldown_days": 91 } } });
    let inbox = t.inbox("Other").await;
    let refused = t
        .admin
        .patch(format!("/api/v1/inboxes/{}", inbox.id))
        .json(wrong)
        .await;
    assert_eq!(
        refused.summary(),
        "422 invalid-field /settings/rating/cooldown_days"
    );
}

#[tokio::test]
async fn a_rating_by_link_is_taken_changed_with_a_trace_and_shown_to_agents() {
    let t = TestApp::new().await;
    let (_, conversation) = resolved(&t, json!({})).await;
    let path = link(&t, &conversation).await;
    let stranger = t.anonymous();
    let form = stranger.get(format!("{path}?lang=en")).await.expect(200);
    assert!(
        form.text().contains("How was your conversation with"),
        "{}",
        form.text()
    );
    let policy = form.header("content-security-policy").expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'"),
        "{policy}"
    );
    assert_eq!(form.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(form.header("cache-control"), Some("no-store"));
    assert!(!form.text().contains("<script"), "the page needs no script");

    let send = |body: &'static str| {
        stranger
            .post(&path)
            .body("application/x-www-form-urlencoded", body)
    };
    let empty = send("comment=hi").await;
    assert_eq!(empty.status.as_u16(), 422);
    assert!(empty.text().contains("role=\"alert\"") && empty.text().contains(">\nhi<"));
    let sent = send("score=2&fast=1&comment=%3Cb%3Eslow%3C%2Fb%3E").await;
    assert_eq!(sent.status.as_u16(), 303);
    let thanks = stranger.get(&path).await.expect(200);
    assert!(
        thanks.text().contains("&lt;b&gt;slow&lt;/b&gt;"),
        "{}",
        thanks.text()
    );
    assert_eq!(send("score=4").await.status.as_u16(), 303);

    let sessions = t
        .admin
        .get(format!("{conversation}/sessions"))
        .await
        .expect(200)
        .json();
    let rating = &sessions["items"][0]["rating"];
    assert_eq!(
        (&rating["score"], &rating["by_link"]),
        (&json!(4), &json!(true))
    );
    assert_eq!(rating["earlier"][0]["score"], 2);
    assert_eq!(rating["earlier"][0]["dimensions"]["fast"], 1);
    let messages = t
        .admin
        .get(format!("{conversation}/messages"))
        .await
        .expect(200)
        .json();
    let lines: Vec<_> = messages["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|message| message["system"]["event"] == "rated")
        .map(|message| message["system"]["params"].clone())
        .collect();
    assert_eq!(
        lines,
        [json!({ "score": 2 }), json!({ "score": 4, "previous": 2 })]
    );

    t.clock.advance(8 * DAY);
    assert_eq!(
        send("score=1").await.status.as_u16(),
        409,
        "too late for a change"
    );
    t.clock.advance(23 * DAY);
    assert_eq!(stranger.get(&path).await.status.as_u16(), 410);
    assert_eq!(send("score=1").await.status.as_u16(), 410);
}

#[tokio::test]
async fn a_link_cannot_be_made_up_or_bent() {
    let t = TestApp::new().await;
    let (_, conversation) = resolved(&t, json!({})).await;
    let path = link(&t, &conversation).await;
    let stranger = t.anonymous();
    stranger.get(&path).await.expect(200);
    for place in [6, 10, 40, 55, 70, path.len() - 1] {
        let mut bent = path.clone().into_bytes();
        bent[place] = if bent[place] == b'A' { b'Q' } else { b'A' };
        let bent = String::from_utf8(bent).expect("plain letters");
        let refused = stranger.get(&bent).await;
        assert_eq!(refused.status.as_u16(), 404, "bent at {place}");
        assert_eq!(
            refused.header("content-type"),
            Some("text/html; charset=utf-8")
        );
    }
    for nonsense in ["x", "%3Cscript%3E", &"A".repeat(5000)] {
        let refused = stranger.get(format!("/rate/{nonsense}")).await;
        assert_eq!(refused.status.as_u16(), 404);
        assert!(!refused.text().contains("<script"));
    }
}

#[tokio::test]
async fn a_link_is_made_for_a_session_that_is_over_by_those_who_may_answer() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("hello").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let early = t.admin.post(format!("{path}/rating-link")).await;
    assert_eq!(early.summary(), "409 not-rateable");
    let other = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let hidden = other.post(format!("{path}/rating-link")).await;
    assert_eq!(hidden.summary(), "404 not-found");
}
