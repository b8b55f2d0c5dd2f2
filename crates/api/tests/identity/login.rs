//! Logging in and out, and what keeps strangers out.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{PASSWORD, TestApp};

use crate::{ADMIN, browser, cookie, enter, log_in_with, try_log_in};

#[tokio::test]
async fn a_good_password_opens_a_session() {
    let t = TestApp::new().await;
    let answer = try_log_in(&t, "Chen.Wei@Tea.example", PASSWORD)
        .await
        .expect(200);
    let header = answer.header("set-cookie").expect("a cookie").to_owned();
    assert!(
        header.contains("; HttpOnly; SameSite=Lax;") && header.contains("; Path=/;"),
        "{header}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(
        !answer
            .text()
            .contains(cookie(&answer).split('=').nth(1).expect("a value"))
    );
    let agent = browser(&t, &answer);
    let me = agent.get("/api/v1/session").await.expect(200);
    assert_eq!(me.text_at("/agent/id"), t.admin.id.to_string());
    assert_eq!(me.text_at("/csrf_token"), answer.text_at("/csrf_token"));
}

#[tokio::test]
async fn over_tls_the_cookie_is_secure_and_bound_to_the_host() {
    let t =
        TestApp::with(|options| options.http.public_url = Some("https://help.example".to_owned()))
            .await;
    let answer = try_log_in(&t, ADMIN, PASSWORD).await.expect(200);
    let header = answer.header("set-cookie").expect("a cookie");
    assert!(
        header.starts_with("__Host-zhiyin=") && header.ends_with("; Secure"),
        "{header}"
    );
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_account_get_the_same_answer() {
    let t = TestApp::new().await;
    let wrong = try_log_in(&t, ADMIN, "seven green kettles hum").await;
    for email in [
        "nobody@tea.example",
        "",
        "not an address",
        "chen.wei@tea.example\u{0}",
        "'; DROP TABLE agents; --",
    ] {
        let missing = try_log_in(&t, email, PASSWORD).await;
        assert_eq!(missing.summary(), "401 invalid-credentials", "{email}");
        let (mut one, mut two) = (wrong.json(), missing.json());
        (one["request_id"], two["request_id"]) = (json!(null), json!(null));
        assert_eq!(one, two, "{email}");
        let names = |answer: &zhiyin_testkit::TestResponse| {
            answer
                .headers
                .keys()
                .map(ToString::to_string)
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(names(&wrong), names(&missing), "{email}");
    }
}

#[tokio::test]
async fn no_other_password_opens_the_account() {
    let t = TestApp::new().await;
    for password in [
        "",
        " ",
        "Seven green kettles sing",
        "seven green kettles sing ",
        &"x".repeat(10_000),
    ] {
        let answer = try_log_in(&t, ADMIN, password).await;
        assert_eq!(
            answer.summary(),
            "401 invalid-credentials",
            "{password:.40}"
        );
        t.clock.advance(Duration::from_hours(25));
    }
    for password in [
        json!(null),
        json!(0),
        json!(true),
        json!([PASSWORD]),
        json!({ "$ne": "" }),
    ] {
        let answer = log_in_with(&t, json!({ "email": ADMIN, "password": password })).await;
        assert_eq!(answer.summary(), "422 invalid-body /password", "{password}");
    }
}

#[tokio::test]
async fn a_locked_account_refuses_the_good_password_too() {
    let t = TestApp::new().await;
    let mut waits = Vec::new();
    while waits.len() < 4 {
        let answer = try_log_in(&t, ADMIN, "a wrong password").await;
        if answer.summary() == "401 invalid-credentials" {
            continue;
        }
        assert_eq!(answer.summary(), "429 locked-out");
        assert_eq!(
            try_log_in(&t, ADMIN, PASSWORD).await.summary(),
            "429 locked-out"
        );
        let wait: u64 = answer
            .header("retry-after")
            .expect("a time")
            .parse()
            .expect("seconds");
        waits.push(wait);
        t.clock.advance(Duration::from_secs(wait));
    }
    assert_eq!(waits, [30, 60, 120, 240]);
    try_log_in(&t, ADMIN, PASSWORD).await.expect(200);
    // And the slate is clean again.
    for _ in 0..4 {
        assert_eq!(
            try_log_in(&t, ADMIN, "a wrong password").await.summary(),
            "401 invalid-credentials"
        );
    }
    try_log_in(&t, ADMIN, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn an_account_that_is_not_there_locks_like_one_that_is() {
    let t = TestApp::new().await;
    let mut answers = [Vec::new(), Vec::new()];
    for _ in 0..7 {
        for (email, answers) in [ADMIN, "nobody@tea.example"].into_iter().zip(&mut answers) {
            let answer = try_log_in(&t, email, "a wrong password").await;
            answers.push((
                answer.summary(),
                answer.header("retry-after").map(str::to_owned),
            ));
        }
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(
        answers[0].last(),
        Some(&("429 locked-out".to_owned(), Some("30".to_owned())))
    );
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_locked() {
    let t = TestApp::new().await;
    let mut last = String::new();
    for n in 0..32 {
        last = try_log_in(&t, &format!("agent{n}@tea.example"), "a wrong password")
            .await
            .summary();
    }
    assert_eq!(last, "429 locked-out");
    assert_eq!(
        try_log_in(&t, ADMIN, PASSWORD).await.summary(),
        "429 locked-out"
    );
}

#[tokio::test]
async fn a_log_in_changes_the_cookie_and_ends_the_session_before() {
    let t = TestApp::new().await;
    let first = try_log_in(&t, ADMIN, PASSWORD).await.expect(200);
    let second = t
        .anonymous()
        .post("/api/v1/session")
        .header("cookie", &cookie(&first))
        .json(json!({ "email": ADMIN, "password": PASSWORD }))
        .await
        .expect(200);
    assert_ne!(cookie(&first), cookie(&second));
    assert_eq!(
        browser(&t, &first).get("/api/v1/session").await.summary(),
        "401 unauthenticated"
    );
    browser(&t, &second)
        .get("/api/v1/session")
        .await
        .expect(200);
}

#[tokio::test]
async fn a_cookie_chosen_by_somebody_else_is_never_taken_over() {
    let t = TestApp::new().await;
    let planted = format!("zhiyin={}", "A".repeat(43));
    let answer = t
        .anonymous()
        .post("/api/v1/session")
        .header("cookie", &planted)
        .json(json!({ "email": ADMIN, "password": PASSWORD }))
        .await
        .expect(200);
    assert_ne!(cookie(&answer), planted);
    assert_eq!(
        t.anonymous()
            .get("/api/v1/session")
            .header("cookie", &planted)
            .await
            .summary(),
        "401 unauthenticated"
    );
}

#[tokio::test]
async fn logging_out_ends_the_session_and_clears_the_cookie() {
    let t = TestApp::new().await;
    let agent = enter(&t, ADMIN).await;
    let out = agent.delete("/api/v1/session").await.expect(204);
    assert!(
        out.header("set-cookie")
            .is_some_and(|cookie| cookie.starts_with("zhiyin=;") && cookie.contains("Max-Age=0"))
    );
    assert_eq!(
        agent.get("/api/v1/session").await.summary(),
        "401 unauthenticated"
    );
    // Only that session: the one the test began with still works.
    t.admin.get("/api/v1/session").await.expect(200);
}

#[tokio::test]
async fn a_foreign_page_cannot_log_a_browser_in_or_out() {
    let t = TestApp::new().await;
    let body = json!({ "email": ADMIN, "password": PASSWORD });
    let foreign = t
        .anonymous()
        .post("/api/v1/session")
        .header("host", "help.example")
        .header("origin", "https://evil.example")
        .json(body)
        .await;
    assert_eq!(foreign.summary(), "403 foreign-origin");
    let without = t
        .admin
        .without("x-csrf-token")
        .delete("/api/v1/session")
        .await;
    assert_eq!(without.summary(), "403 invalid-csrf-token");
    let other = enter(&t, ADMIN).await;
    let swapped = other.headers()["x-csrf-token"].to_str().expect("ASCII");
    let crossed = t
        .admin
        .with("x-csrf-token", swapped)
        .delete("/api/v1/session")
        .await;
    assert_eq!(crossed.summary(), "403 invalid-csrf-token");
}

#[tokio::test]
async fn an_inactive_agent_does_not_get_in_and_the_answer_tells_nothing() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    t.admin
        .post(format!("/api/v1/agents/{}/deactivate", agent.id))
        .await
        .expect(200);
    assert_eq!(
        try_log_in(&t, "li.na@tea.example", PASSWORD)
            .await
            .summary(),
        "401 invalid-credentials"
    );
    t.admin
        .post(format!("/api/v1/agents/{}/activate", agent.id))
        .await
        .expect(200);
    try_log_in(&t, "li.na@tea.example", PASSWORD)
        .await
        .expect(200);
}

#[tokio::test]
async fn one_address_in_two_workspaces_chooses() {
    let t = TestApp::new().await;
    let second = crate::access::another_workspace(&t, "Red Tea", ADMIN).await;
    let undecided = try_log_in(&t, ADMIN, PASSWORD).await;
    assert_eq!(
        undecided.summary(),
        "409 workspace-required /workspace /workspace"
    );
    for (slug, expected) in [("workspace", t.workspace), ("red-tea", second.workspace)] {
        let body = json!({ "email": ADMIN, "password": PASSWORD, "workspace": slug });
        let answer = log_in_with(&t, body).await.expect(200);
        assert_eq!(answer.text_at("/workspace/id"), expected.to_string());
    }
    let body = json!({ "email": ADMIN, "password": PASSWORD, "workspace": "nowhere" });
    assert_eq!(
        log_in_with(&t, body).await.summary(),
        "401 invalid-credentials"
    );
}

#[tokio::test]
async fn failures_and_successes_are_in_the_audit_log() {
    let t = TestApp::new().await;
    for _ in 0..5 {
        try_log_in(&t, ADMIN, "a wrong password").await;
    }
    t.clock.advance(Duration::from_mins(1));
    enter(&t, ADMIN).await;
    let log = t
        .admin
        .request(Method::GET, "/api/v1/audit?limit=7")
        .await
        .expect(200)
        .json();
    let actions: Vec<&str> = log["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|entry| entry["action"].as_str())
        .collect();
    assert_eq!(
        actions,
        [
            "login.succeeded",
            "login.locked",
            "login.failed",
            "login.failed",
            "login.failed",
            "login.failed",
            "login.failed"
        ]
    );
    assert!(!log.to_string().contains("tea.example"), "{log}");
}
