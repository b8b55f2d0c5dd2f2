//! Changing a password, and getting a new one by a link.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{Client, PASSWORD, TestApp, TestResponse};

use crate::{ADMIN, enter, impostors, token_in, try_log_in};

const NEW: &str = "nine brown teapots hum";

async fn change(client: &Client, current: &str, new: &str) -> TestResponse {
    client
        .post("/api/v1/me/password")
        .json(json!({ "current": current, "new": new }))
        .await
}

async fn ask(t: &TestApp, email: &str) -> TestResponse {
    t.anonymous()
        .post("/api/v1/password-resets")
        .json(json!({ "email": email }))
        .await
}

/// Asks for a reset and takes the token out of the letter.
async fn token_for(t: &TestApp, email: &str) -> String {
    ask(t, email).await.expect(202);
    t.run_until_idle().await;
    let letters = t.outbox.take();
    assert_eq!(letters.len(), 1, "one letter");
    assert_eq!(letters[0].to.address.as_str(), email);
    token_in(&letters[0].text)
}

async fn confirm(t: &TestApp, token: impl Into<Value>, password: &str) -> TestResponse {
    let body = json!({ "token": token.into(), "password": password });
    t.anonymous()
        .post("/api/v1/password-resets/confirm")
        .json(body)
        .await
}

#[tokio::test]
async fn a_changed_password_ends_all_other_sessions() {
    let t = TestApp::new().await;
    let (here, elsewhere) = (enter(&t, ADMIN).await, enter(&t, ADMIN).await);
    change(&here, PASSWORD, NEW).await.expect(204);
    here.get("/api/v1/session").await.expect(200);
    assert_eq!(
        elsewhere.get("/api/v1/session").await.summary(),
        "401 unauthenticated"
    );
    assert_eq!(
        t.admin.get("/api/v1/session").await.summary(),
        "401 unauthenticated"
    );
    assert_eq!(
        try_log_in(&t, ADMIN, PASSWORD).await.summary(),
        "401 invalid-credentials"
    );
    try_log_in(&t, ADMIN, NEW).await.expect(200);
}

#[tokio::test]
async fn the_present_password_must_be_known() {
    let t = TestApp::new().await;
    for _ in 0..5 {
        assert_eq!(
            change(&t.admin, "a wrong password", NEW).await.summary(),
            "422 wrong-password"
        );
    }
    // Guessing it at an open desk locks like guessing it at the door.
    assert_eq!(
        change(&t.admin, PASSWORD, NEW).await.summary(),
        "429 locked-out"
    );
    t.clock.advance(Duration::from_secs(30));
    change(&t.admin, PASSWORD, NEW).await.expect(204);
}

#[tokio::test]
async fn a_weak_password_is_refused_with_its_reason() {
    let t = TestApp::new().await;
    for (password, reason) in [
        ("ninechars", "too-short"),
        ("1234567890", "common"),
        ("Password2026!", "common"),
        (ADMIN, "personal"),
        ("Chen Wei 1234", "personal"),
    ] {
        let answer = change(&t.admin, PASSWORD, password).await;
        assert_eq!(
            answer.summary(),
            "422 weak-password /password",
            "{password}"
        );
        assert_eq!(answer.text_at("/fields/0/code"), reason, "{password}");
    }
    let long = change(&t.admin, PASSWORD, &"x y ".repeat(500)).await;
    assert_eq!(long.text_at("/fields/0/code"), "too-long");
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_a_letter() {
    let t = TestApp::new().await;
    let token = token_for(&t, ADMIN).await;
    confirm(&t, token.as_str(), NEW).await.expect(204);
    assert_eq!(
        t.admin.get("/api/v1/session").await.summary(),
        "401 unauthenticated"
    );
    try_log_in(&t, ADMIN, NEW).await.expect(200);
    assert_eq!(
        confirm(&t, token.as_str(), PASSWORD).await.summary(),
        "404 invalid-token"
    );
}

#[tokio::test]
async fn the_answer_never_tells_whether_there_is_an_account() {
    let t = TestApp::new().await;
    let known = ask(&t, ADMIN).await;
    for email in ["nobody@tea.example", "", "not an address"] {
        let unknown = ask(&t, email).await;
        assert_eq!(
            (unknown.status, &unknown.bytes),
            (known.status, &known.bytes),
            "{email}"
        );
    }
    assert_eq!(known.summary(), "202");
    t.run_until_idle().await;
    assert_eq!(t.outbox.take().len(), 1);
}

#[tokio::test]
async fn many_requests_make_few_letters() {
    let t = TestApp::new().await;
    for _ in 0..20 {
        ask(&t, ADMIN).await.expect(202);
        t.clock.advance(Duration::from_secs(10));
    }
    t.run_until_idle().await;
    let letters = t.outbox.take().len();
    assert!((1..=3).contains(&letters), "{letters}");
}

#[tokio::test]
async fn a_reset_is_good_for_an_hour() {
    let t = TestApp::new().await;
    let token = token_for(&t, ADMIN).await;
    t.clock.advance(Duration::from_hours(1));
    assert_eq!(
        confirm(&t, token.as_str(), NEW).await.summary(),
        "404 invalid-token"
    );
    let fresh = token_for(&t, ADMIN).await;
    t.clock
        .advance(Duration::from_hours(1) - Duration::from_secs(1));
    confirm(&t, fresh.as_str(), NEW).await.expect(204);
}

#[tokio::test]
async fn a_newer_request_replaces_an_older_one() {
    let t = TestApp::new().await;
    let old = token_for(&t, ADMIN).await;
    t.clock.advance(Duration::from_mins(2));
    let new = token_for(&t, ADMIN).await;
    assert_eq!(
        confirm(&t, old.as_str(), NEW).await.summary(),
        "404 invalid-token"
    );
    confirm(&t, new.as_str(), NEW).await.expect(204);
}

#[tokio::test]
async fn nothing_but_the_exact_token_sets_a_password() {
    let t = TestApp::new().await;
    let token = token_for(&t, ADMIN).await;
    for impostor in impostors(&token) {
        assert_eq!(
            confirm(&t, impostor.as_str(), NEW).await.summary(),
            "404 invalid-token",
            "{impostor:?}"
        );
    }
    for impostor in [json!(null), json!(0), json!([]), json!({ "$gt": "" })] {
        assert_eq!(
            confirm(&t, impostor.clone(), NEW).await.summary(),
            "422 invalid-body /token",
            "{impostor}"
        );
    }
    assert_eq!(
        confirm(&t, token.as_str(), "short").await.summary(),
        "422 weak-password /password"
    );
    confirm(&t, token.as_str(), NEW).await.expect(204);
}

#[tokio::test]
async fn two_at_once_set_one_password() {
    let t = TestApp::new().await;
    let token = token_for(&t, ADMIN).await;
    let other = "eleven silver spoons";
    let (one, two) = tokio::join!(
        confirm(&t, token.as_str(), NEW),
        confirm(&t, token.as_str(), other)
    );
    let mut summaries = [one.summary(), two.summary()];
    summaries.sort();
    assert_eq!(summaries, ["204", "404 invalid-token"]);
}

#[tokio::test]
async fn a_reset_of_somebody_who_left_is_useless() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let token = token_for(&t, "li.na@tea.example").await;
    t.admin
        .post(format!("/api/v1/agents/{}/deactivate", agent.id))
        .await
        .expect(200);
    assert_eq!(
        confirm(&t, token.as_str(), NEW).await.summary(),
        "404 invalid-token"
    );
    ask(&t, "li.na@tea.example").await.expect(202);
    t.run_until_idle().await;
    assert!(t.outbox.take().is_empty());
}

#[tokio::test]
async fn a_reset_unlocks_the_account() {
    let t = TestApp::new().await;
    for _ in 0..5 {
        try_log_in(&t, ADMIN, "a wrong password").await;
    }
    assert_eq!(
        try_log_in(&t, ADMIN, PASSWORD).await.summary(),
        "429 locked-out"
    );
    let token = token_for(&t, ADMIN).await;
    confirm(&t, token.as_str(), NEW).await.expect(204);
    try_log_in(&t, ADMIN, NEW).await.expect(200);
}

#[tokio::test]
async fn an_administrator_hands_a_link_on_where_no_mail_is_sent() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let path = format!("/api/v1/agents/{}/password-reset", agent.id);
    let made = t.admin.post(&path).await.expect(201);
    assert!(
        made.text_at("/link")
            .starts_with("http://zhiyin.test/password-reset#token=")
    );
    t.run_until_idle().await;
    assert!(t.outbox.take().is_empty());
    let token = token_in(&made.text_at("/link"));
    confirm(&t, token.as_str(), NEW).await.expect(204);
    assert_eq!(
        agent.get("/api/v1/session").await.summary(),
        "401 unauthenticated"
    );
    try_log_in(&t, "li.na@tea.example", NEW).await.expect(200);
    assert_eq!(agent.post(&path).await.summary(), "401 unauthenticated");
}
