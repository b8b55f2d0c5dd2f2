//! Set-up, log-in, agents, roles and tokens as callers see them.

mod access;
mod agents;
mod invitations;
mod login;
mod passwords;
mod second_factor;
mod sessions;
mod setup;
mod tokens;
mod workspace;

use serde_json::{Value, json};
use zhiyin_testkit::{Client, PASSWORD, TestApp, TestResponse};

/// The address of the administrator every test begins with.
const ADMIN: &str = "chen.wei@tea.example";

/// Tries to log in.
async fn try_log_in(t: &TestApp, email: &str, password: &str) -> TestResponse {
    log_in_with(t, json!({ "email": email, "password": password })).await
}

/// Tries to log in with anything.
async fn log_in_with(t: &TestApp, body: Value) -> TestResponse {
    t.anonymous().post("/api/v1/session").json(body).await
}

/// The cookie an answer sets, as a browser sends it back.
fn cookie(answer: &TestResponse) -> String {
    let header = answer.header("set-cookie").expect("a cookie");
    header.split(';').next().expect("a pair").to_owned()
}

/// The browser that got an answer with a cookie and a CSRF token.
fn browser(t: &TestApp, answer: &TestResponse) -> Client {
    t.anonymous()
        .with("cookie", &cookie(answer))
        .with("x-csrf-token", &answer.text_at("/csrf_token"))
}

/// Logs in with the usual password.
async fn enter(t: &TestApp, email: &str) -> Client {
    let answer = try_log_in(t, email, PASSWORD).await.expect(200);
    browser(t, &answer)
}

/// The token behind `#token=` in a link or a letter.
fn token_in(text: &str) -> String {
    let rest = text.split("#token=").nth(1).expect("a link");
    rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .next()
        .expect("a token")
        .to_owned()
}

/// Texts that are no token but have been taken for one elsewhere.
fn impostors(token: &str) -> Vec<String> {
    let swapped = token
        .chars()
        .map(|c| {
            if c.is_ascii_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    vec![
        String::new(),
        " ".to_owned(),
        "null".to_owned(),
        "undefined".to_owned(),
        "0".to_owned(),
        "%".to_owned(),
        "d41d8cd98f00b204e9800998ecf8427e".to_owned(),
        token[..token.len() - 1].to_owned(),
        format!("{token} "),
        format!(" {token}"),
        format!("{token}="),
        format!("{token}\u{0}"),
        format!("{token}{token}"),
        swapped,
    ]
}
