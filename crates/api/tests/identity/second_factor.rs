//! The second factor.

use std::time::Duration;

use serde_json::json;
use totp_rs::{Builder, Secret};
use zhiyin_ports::Clock as _;
use zhiyin_testkit::{Client, PASSWORD, TestApp, TestResponse};

use crate::{ADMIN, enter, log_in_with, try_log_in};

/// The code an authenticator shows now.
fn code(t: &TestApp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).expect("base32");
    let totp = Builder::new()
        .with_secret(secret)
        .build()
        .expect("a secret of enough bits");
    let seconds = u64::try_from(t.clock.now().as_millis() / 1000).expect("after 1970");
    totp.generate(seconds).to_string()
}

/// Turns the second factor of the administrator on; gives the secret and the recovery codes.
async fn enrol(t: &TestApp, client: &Client) -> (String, Vec<String>) {
    let made = client.post("/api/v1/me/totp").await.expect(200);
    let secret = made.text_at("/secret");
    let url = made.text_at("/otpauth_url");
    assert!(
        url.starts_with("otpauth://totp/Zhiyin:chen.wei%40tea.example?secret="),
        "{url}"
    );
    assert!(url.contains(&secret), "{url}");
    let confirmed = client
        .post("/api/v1/me/totp/confirm")
        .json(json!({ "code": code(t, &secret) }))
        .await
        .expect(200);
    let codes = confirmed.json()["recovery_codes"]
        .as_array()
        .expect("codes")
        .clone();
    t.clock.advance(Duration::from_secs(90));
    (
        secret,
        codes
            .iter()
            .filter_map(|code| code.as_str())
            .map(str::to_owned)
            .collect(),
    )
}

async fn with_code(t: &TestApp, code: &str) -> TestResponse {
    log_in_with(
        t,
        json!({ "email": ADMIN, "password": PASSWORD, "code": code }),
    )
    .await
}

async fn with_recovery(t: &TestApp, code: &str) -> TestResponse {
    log_in_with(
        t,
        json!({ "email": ADMIN, "password": PASSWORD, "recovery_code": code }),
    )
    .await
}

#[tokio::test]
async fn once_on_the_password_alone_is_not_enough() {
    let t = TestApp::new().await;
    let client = enter(&t, ADMIN).await;
    let (secret, codes) = enrol(&t, &client).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(
        try_log_in(&t, ADMIN, PASSWORD).await.summary(),
        "401 second-factor-required"
    );
    assert_eq!(
        with_code(&t, "000000").await.summary(),
        "401 invalid-second-factor"
    );
    let entered = with_code(&t, &code(&t, &secret)).await.expect(200);
    assert_eq!(entered.json()["second_factor"], json!(true));
    // Who does not know the password learns nothing about the second factor.
    let body = json!({ "email": ADMIN, "password": "a wrong password", "code": code(&t, &secret) });
    assert_eq!(
        log_in_with(&t, body).await.summary(),
        "401 invalid-credentials"
    );
}

#[tokio::test]
async fn a_code_works_once_and_nothing_before_it_afterwards() {
    let t = TestApp::new().await;
    let (secret, _) = enrol(&t, &t.admin).await;
    let before = code(&t, &secret);
    t.clock.advance(Duration::from_secs(30));
    let now = code(&t, &secret);
    with_code(&t, &now).await.expect(200);
    assert_eq!(
        with_code(&t, &now).await.summary(),
        "401 invalid-second-factor"
    );
    assert_eq!(
        with_code(&t, &before).await.summary(),
        "401 invalid-second-factor"
    );
    t.clock.advance(Duration::from_secs(30));
    with_code(&t, &code(&t, &secret)).await.expect(200);
}

#[tokio::test]
async fn the_code_that_turned_it_on_is_used_up() {
    let t = TestApp::new().await;
    let secret = t
        .admin
        .post("/api/v1/me/totp")
        .await
        .expect(200)
        .text_at("/secret");
    let first = code(&t, &secret);
    t.admin
        .post("/api/v1/me/totp/confirm")
        .json(json!({ "code": first }))
        .await
        .expect(200);
    assert_eq!(
        with_code(&t, &first).await.summary(),
        "401 invalid-second-factor"
    );
}

#[tokio::test]
async fn two_at_once_with_one_code_open_one_session() {
    let t = TestApp::new().await;
    let (secret, _) = enrol(&t, &t.admin).await;
    let now = code(&t, &secret);
    let (one, two) = tokio::join!(with_code(&t, &now), with_code(&t, &now));
    let mut summaries = [one.summary(), two.summary()];
    summaries.sort();
    assert_eq!(summaries, ["200", "401 invalid-second-factor"]);
}

#[tokio::test]
async fn a_recovery_code_works_once_however_it_is_written() {
    let t = TestApp::new().await;
    let (_, codes) = enrol(&t, &t.admin).await;
    let entered = with_recovery(&t, &codes[0].replace('-', " ").to_uppercase())
        .await
        .expect(200);
    assert_eq!(entered.json()["recovery_codes_left"], json!(9));
    assert_eq!(
        with_recovery(&t, &codes[0]).await.summary(),
        "401 invalid-second-factor"
    );
    with_recovery(&t, &codes[1]).await.expect(200);
    for wrong in ["", "-", "0000-0000-0000-0000", &codes[2][1..]] {
        assert_eq!(
            with_recovery(&t, wrong).await.summary(),
            "401 invalid-second-factor",
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn guessing_codes_locks_the_account_although_the_password_is_right() {
    let t = TestApp::new().await;
    let (secret, _) = enrol(&t, &t.admin).await;
    let mut summaries = Vec::new();
    for n in 0..6 {
        // Asking without a code in between does not reset the count.
        try_log_in(&t, ADMIN, PASSWORD).await;
        summaries.push(with_code(&t, &format!("{n:06}")).await.summary());
    }
    assert_eq!(
        summaries.last().map(String::as_str),
        Some("429 locked-out"),
        "{summaries:?}"
    );
    assert_eq!(
        with_code(&t, &code(&t, &secret)).await.summary(),
        "429 locked-out"
    );
}

#[tokio::test]
async fn until_a_code_came_back_nothing_is_asked_for() {
    let t = TestApp::new().await;
    let first = t
        .admin
        .post("/api/v1/me/totp")
        .await
        .expect(200)
        .text_at("/secret");
    let second = t
        .admin
        .post("/api/v1/me/totp")
        .await
        .expect(200)
        .text_at("/secret");
    assert_ne!(first, second);
    let confirm = |code: String| {
        t.admin
            .post("/api/v1/me/totp/confirm")
            .json(json!({ "code": code }))
    };
    assert_eq!(
        confirm(code(&t, &first)).await.summary(),
        "422 invalid-field /code"
    );
    try_log_in(&t, ADMIN, PASSWORD).await.expect(200);
    confirm(code(&t, &second)).await.expect(200);
    assert_eq!(confirm(code(&t, &second)).await.summary(), "404 not-found");
    assert_eq!(
        t.admin.post("/api/v1/me/totp").await.summary(),
        "409 already-exists /second_factor"
    );
}

#[tokio::test]
async fn it_is_turned_off_only_by_somebody_who_knows_the_password() {
    let t = TestApp::new().await;
    let (_, codes) = enrol(&t, &t.admin).await;
    let off = |password: &str| {
        t.admin
            .delete("/api/v1/me/totp")
            .json(json!({ "password": password }))
    };
    assert_eq!(
        off("a wrong password").await.summary(),
        "422 wrong-password"
    );
    assert_eq!(
        try_log_in(&t, ADMIN, PASSWORD).await.summary(),
        "401 second-factor-required"
    );
    off(PASSWORD).await.expect(204);
    let entered = try_log_in(&t, ADMIN, PASSWORD).await.expect(200);
    assert_eq!(entered.json()["recovery_codes_left"], json!(0));
    // Recovery codes of the old one are gone with it.
    let (_, fresh) = enrol(&t, &t.admin).await;
    assert!(!fresh.contains(&codes[0]));
    assert_eq!(
        with_recovery(&t, &codes[0]).await.summary(),
        "401 invalid-second-factor"
    );
}
