//! What attackers send: refused with a code, nothing leaked, nothing crashed.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{TestApp, TestResponse};

/// Words that must never leave the process in an error.
const INSIDE: [&str; 8] = [
    "panicked",
    "sqlite",
    "SELECT",
    "rusqlite",
    "postgres",
    ".rs:",
    "thread '",
    "StoreError",
];

#[track_caller]
fn check_refused(answer: &TestResponse, what: &str) {
    assert!(
        answer.status.is_client_error(),
        "{what}: {} {}",
        answer.status,
        answer.text()
    );
    check_tells_nothing(&answer.text(), what);
}

#[track_caller]
pub fn check_tells_nothing(text: &str, what: &str) {
    for word in INSIDE {
        assert!(
            !text.contains(word),
            "{what}: the answer tells `{word}`: {text}"
        );
    }
}

fn status_of(result: Result<zhiyin_testkit::Socket, Error>) -> StatusCode {
    match result {
        Ok(_) => StatusCode::SWITCHING_PROTOCOLS,
        Err(Error::Http(response)) => {
            StatusCode::from_u16(response.status().as_u16()).expect("a status")
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn another_site_cannot_open_a_stream_with_our_cookie() {
    let t = TestApp::new().await;
    let server = t.listen().await;
    for origin in [
        Some("https://evil.example"),
        Some("null"),
        Some(""),
        Some("http://127.0.0.1.evil.example"),
        None,
    ] {
        let status = status_of(
            server
                .connect_from("/api/v1/stream", &t.admin, origin)
                .await,
        );
        assert_eq!(status, StatusCode::FORBIDDEN, "{origin:?}");
    }
    let foreign = server
        .connect_from(
            "/api/v1/widget/stream",
            &t.anonymous(),
            Some("https://evil.example"),
        )
        .await;
    assert_eq!(status_of(foreign), StatusCode::FORBIDDEN);
    assert_eq!(
        status_of(server.connect("/api/v1/stream", &t.anonymous()).await),
        StatusCode::UNAUTHORIZED
    );
    server.stop().await;
}

#[tokio::test]
async fn a_token_that_is_not_one_opens_nothing() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    let server = t.listen().await;
    let long = "z".repeat(10_000);
    let padded = format!(" {}", visitor.token);
    let upper = visitor.token.to_uppercase();
    let tokens = [
        "",
        " ",
        "zv_",
        "zy_",
        "null",
        "undefined",
        "' OR 1=1 --",
        "zv_\u{0}",
        &long,
        &padded,
        &upper,
    ];
    for token in tokens {
        let mut socket = server
            .connect("/api/v1/widget/stream", &t.anonymous())
            .await
            .expect("a stream");
        socket
            .say(json!({ "t": "hello", "token": token, "since": null }))
            .await;
        assert_eq!(
            socket.farewell().await.as_deref(),
            Some("unauthenticated"),
            "{token:?}"
        );
        if token.len() < 1000 && token.chars().all(|c| !c.is_control()) {
            let caller = t
                .anonymous()
                .with("authorization", &format!("Bearer {token}"));
            for path in [
                "/api/v1/widget/conversation",
                "/api/v1/conversations",
                "/api/v1/session",
            ] {
                assert_eq!(
                    caller.get(path).await.status,
                    StatusCode::UNAUTHORIZED,
                    "{token:?} {path}"
                );
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn each_kind_of_token_opens_its_own_side_only() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    let as_agent = t
        .anonymous()
        .with("authorization", &format!("Bearer {}", visitor.token));
    assert_eq!(
        as_agent.get("/api/v1/conversations").await.summary(),
        "401 unauthenticated"
    );
    let as_cookie = t
        .anonymous()
        .with("cookie", &format!("zhiyin={}", visitor.token));
    assert_eq!(
        as_cookie.get("/api/v1/conversations").await.summary(),
        "401 unauthenticated"
    );
    let as_visitor = t
        .anonymous()
        .with("authorization", &format!("Bearer {}", t.admin.cookie));
    assert_eq!(
        as_visitor
            .get("/api/v1/widget/conversation")
            .await
            .summary(),
        "401 unauthenticated"
    );
}

#[tokio::test]
async fn an_expired_token_is_a_stranger() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    t.clock.advance(Duration::from_hours(4344));
    assert_eq!(
        visitor.get("/api/v1/widget/conversation").await.summary(),
        "401 unauthenticated"
    );
    assert_eq!(
        t.admin.get("/api/v1/conversations").await.summary(),
        "401 unauthenticated"
    );
}

#[tokio::test]
async fn a_visitor_reaches_their_own_conversation_only() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let (victim, thief) = (t.visitor(&inbox).await, t.visitor(&inbox).await);
    victim.writes("my card is 4111").await.expect(201);
    thief.writes("hi").await.expect(201);
    let conversation = victim.conversation().await;
    let id = victim
        .get("/api/v1/widget/messages")
        .await
        .expect(200)
        .text_at("/items/0/id");
    let session = victim
        .get("/api/v1/widget/conversation")
        .await
        .expect(200)
        .text_at("/session/id");

    for path in [
        format!("/api/v1/conversations/{conversation}"),
        format!("/api/v1/conversations/{conversation}/messages"),
        "/api/v1/contacts".to_owned(),
    ] {
        check_refused(&thief.get(&path).await, &path);
    }
    let quoted = json!({ "client_id": "1", "text": "quote", "reply_to_id": id });
    check_refused(
        &thief.post("/api/v1/widget/messages").json(quoted).await,
        "quoting another's message",
    );
    let rating = json!({ "session_id": session, "score": 1 });
    check_refused(
        &thief.post("/api/v1/widget/rating").json(rating).await,
        "rating another's session",
    );
    let listed = thief
        .get(format!(
            "/api/v1/widget/messages?conversation={conversation}"
        ))
        .await;
    assert!(!listed.text().contains("4111"), "{}", listed.text());
    let sent = json!({ "client_id": "2", "text": "x", "conversation_id": conversation });
    let answer = thief.post("/api/v1/widget/messages").json(sent).await;
    assert!(
        answer.status.is_client_error()
            || answer.text_at("/conversation_id") != conversation.to_string()
    );
}

#[tokio::test]
async fn an_agent_without_the_inbox_finds_nothing() {
    let t = TestApp::new().await;
    let (shop, other) = (t.inbox("Shop").await, t.inbox("Other").await);
    let outsider = t.agent("Zhao Min", BuiltinRole::Agent, &[other.id]).await;
    let visitor = t.visitor(&shop).await;
    visitor.writes("secret").await.expect(201);
    t.run_until_idle().await;
    let id = visitor.conversation().await;
    let base = format!("/api/v1/conversations/{id}");
    assert_eq!(outsider.get(&base).await.summary(), "404 not-found");
    assert_eq!(
        outsider.get(format!("{base}/messages")).await.summary(),
        "404 not-found"
    );
    for action in ["resolve", "reopen", "unread"] {
        assert_eq!(
            outsider
                .post(format!("{base}/{action}"))
                .json(json!({}))
                .await
                .summary(),
            "404 not-found",
            "{action}"
        );
    }
    let note = json!({ "client_id": "1", "kind": "note", "text": "hi" });
    assert_eq!(
        outsider
            .post(format!("{base}/messages"))
            .json(note)
            .await
            .summary(),
        "404 not-found"
    );

    let server = t.listen().await;
    let mut socket = server
        .connect("/api/v1/stream", &outsider)
        .await
        .expect("a stream");
    socket
        .say(json!({ "t": "hello", "since": 0, "topics": ["conversations"] }))
        .await;
    socket
        .say(json!({ "t": "watch", "conversation": id }))
        .await;
    socket
        .say(json!({ "t": "typing", "conversation": id, "text": true }))
        .await;
    loop {
        let frame = socket.hear().await.expect("a frame");
        assert!(!frame.to_string().contains("secret"), "{frame}");
        if frame["t"] == "ready" || frame["t"] == "reset" {
            break;
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn malformed_identifiers_are_not_found() {
    let t = TestApp::new().await;
    for id in [
        "x",
        "cv_",
        "ag_00000000000000000000000001",
        "%00",
        "..%2f..%2fetc",
        "cv_0000000000000000000000000'",
    ] {
        let answer = t.admin.get(format!("/api/v1/conversations/{id}")).await;
        assert_eq!(answer.summary(), "404 not-found", "{id}");
        check_tells_nothing(&answer.text(), id);
    }
}

#[tokio::test]
async fn odd_bodies_are_refused_and_told_apart() {
    let t = TestApp::new().await;
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let bodies: [&[u8]; 10] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\"text\"",
        b"{\"name\":{\"$ne\":null}}",
        b"{\"name\":[\"a\",\"b\"]}",
        b"{\"name\":1e400}",
        b"\xff\xfe\x00",
        deep.as_bytes(),
    ];
    for body in bodies {
        for path in ["/api/v1/inboxes", "/api/v1/session", "/api/v1/tags"] {
            let answer = t
                .admin
                .post(path)
                .body("application/json", body.to_vec())
                .await;
            check_refused(
                &answer,
                &format!(
                    "{path} {}",
                    String::from_utf8_lossy(&body[..body.len().min(40)])
                ),
            );
        }
    }
}

#[tokio::test]
async fn a_role_that_is_taken_away_counts_at_once() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let visitor = t.visitor(&inbox).await;
    let server = t.listen().await;
    let mut socket = server
        .connect("/api/v1/stream", &agent)
        .await
        .expect("a stream");
    socket
        .say(json!({ "t": "hello", "since": null, "topics": ["conversations"] }))
        .await;
    socket.hear_of("ready").await;
    let moved = t
        .admin
        .patch(format!("/api/v1/agents/{}", agent.id))
        .json(json!({ "inbox_ids": [] }))
        .await;
    moved.expect(200);
    t.run_until_idle().await;
    assert_eq!(socket.hear_of("reset").await["t"], "reset");
    visitor.writes("not for her any more").await.expect(201);
    let gone = t
        .admin
        .post(format!("/api/v1/agents/{}/deactivate", agent.id))
        .json(json!({}))
        .await;
    assert!(gone.status.is_success(), "{}", gone.text());
    t.run_until_idle().await;
    let mut heard = Vec::new();
    let bye = loop {
        let frame = socket.hear().await.expect("a farewell");
        if frame["t"] == "bye" {
            break frame;
        }
        heard.push(frame);
    };
    assert_eq!(bye["code"], "unauthenticated");
    assert!(!Value::from(heard).to_string().contains("not for her"));
    assert_eq!(
        agent.get("/api/v1/conversations").await.summary(),
        "401 unauthenticated"
    );
    server.stop().await;
}
