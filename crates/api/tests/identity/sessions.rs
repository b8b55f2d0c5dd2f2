//! The list of browsers, and how sessions end.

use std::time::Duration;

use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::TestApp;

use crate::{ADMIN, enter};

#[tokio::test]
async fn every_browser_is_listed_and_can_be_logged_out() {
    let t = TestApp::new().await;
    t.clock.advance(Duration::from_secs(5));
    let other = enter(&t, ADMIN).await;
    let listed = t.admin.get("/api/v1/me/sessions").await.expect(200).json();
    let items = listed["items"].as_array().expect("items");
    assert_eq!(
        items
            .iter()
            .map(|one| one["is_current"].clone())
            .collect::<Vec<_>>(),
        [json!(false), json!(true)]
    );
    let path = format!(
        "/api/v1/me/sessions/{}",
        items[0]["id"].as_str().expect("an id")
    );
    t.admin.delete(&path).await.expect(204);
    assert_eq!(
        other.get("/api/v1/session").await.summary(),
        "401 unauthenticated"
    );
    assert_eq!(t.admin.delete(&path).await.summary(), "404 not-found");
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let listed = agent.get("/api/v1/me/sessions").await.expect(200).json();
    let path = format!(
        "/api/v1/me/sessions/{}",
        listed["items"][0]["id"].as_str().expect("an id")
    );
    assert_eq!(t.admin.delete(path).await.summary(), "404 not-found");
    agent.get("/api/v1/session").await.expect(200);
}

#[tokio::test]
async fn an_unused_session_ends_after_a_week_and_a_used_one_after_a_month() {
    let t = TestApp::new().await;
    let idle = enter(&t, ADMIN).await;
    for _ in 0..29 {
        t.clock.advance(Duration::from_hours(24));
        t.admin.get("/api/v1/session").await.expect(200);
    }
    assert_eq!(
        idle.get("/api/v1/session").await.summary(),
        "401 unauthenticated"
    );
    t.clock.advance(Duration::from_hours(24));
    assert_eq!(
        t.admin.get("/api/v1/session").await.summary(),
        "401 unauthenticated"
    );
}

#[tokio::test]
async fn last_use_is_noted_to_the_minute() {
    let t = TestApp::new().await;
    let seen = || async {
        t.admin
            .get("/api/v1/me/sessions")
            .await
            .expect(200)
            .text_at("/items/0/last_seen_at")
    };
    let first = seen().await;
    t.clock.advance(Duration::from_secs(59));
    assert_eq!(seen().await, first);
    t.clock.advance(Duration::from_secs(1));
    let later = seen().await;
    assert_ne!(later, first);
}
