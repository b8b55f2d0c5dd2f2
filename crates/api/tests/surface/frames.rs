//! Frames that no honest client sends.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use zhiyin_testkit::{Server, TestApp};

use crate::attacks::check_tells_nothing;

#[tokio::test]
async fn frames_of_every_wrong_kind_end_the_stream_with_a_word() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    let server = t.listen().await;
    let hello_agent = json!({ "t": "hello", "since": null, "topics": ["conversations"] });
    let hello_visitor = json!({ "t": "hello", "token": visitor.token, "since": null });
    let wrong = [
        Message::text(""),
        Message::text("{"),
        Message::text("null"),
        Message::text("[]"),
        Message::text("\u{0}"),
        Message::text(r#"{"t":"unknown"}"#),
        Message::text(r#"{"t":"hello","since":"x"}"#),
        Message::text(r#"{"t":"typing","conversation":7,"text":7}"#),
        Message::text(r#"{"t":"seen","seq":"9"}"#),
        Message::text(r#"{"t":"__proto__"}"#),
        Message::text("[".repeat(60_000)),
        Message::binary(vec![0_u8; 100]),
    ];
    for (path, hello) in [
        ("/api/v1/stream", &hello_agent),
        ("/api/v1/widget/stream", &hello_visitor),
    ] {
        for message in &wrong {
            for after_hello in [false, true] {
                let mut socket = server.connect(path, &t.admin).await.expect("a stream");
                if after_hello {
                    socket.say(hello.clone()).await;
                    socket.hear().await.expect("an answer");
                }
                socket.send(message.clone()).await.expect("sent");
                let bye = socket.farewell().await;
                assert_eq!(
                    bye.as_deref(),
                    Some("bad-frame"),
                    "{path} {after_hello} {message:?}"
                );
            }
        }
    }
    assert_eq!(t.anonymous().get("/readyz").await.status, StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn frames_that_are_too_large_are_not_read() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    let server = t.listen().await;
    let mut socket = server
        .connect("/api/v1/widget/stream", &t.anonymous())
        .await
        .expect("a stream");
    socket
        .say(json!({ "t": "hello", "token": visitor.token, "since": null }))
        .await;
    socket.hear().await.expect("an answer");
    let large = json!({ "t": "typing", "text": "x".repeat(70 * 1024) }).to_string();
    let sent = socket.send(Message::text(large)).await;
    // The server may close before everything was sent.
    if sent.is_ok() {
        let bye = socket.farewell().await;
        assert!(
            bye.is_none() || bye.as_deref() == Some("bad-frame"),
            "{bye:?}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_flood_of_frames_ends_the_stream() {
    let t = TestApp::new().await;
    let server = t.listen().await;
    let mut socket = server
        .connect("/api/v1/stream", &t.admin)
        .await
        .expect("a stream");
    socket
        .say(json!({ "t": "hello", "since": null, "topics": [] }))
        .await;
    socket.hear_of("ready").await;
    for _ in 0..200 {
        let watch = json!({ "t": "watch", "conversation": null }).to_string();
        if socket.send(Message::text(watch)).await.is_err() {
            break;
        }
    }
    let bye = socket.farewell().await;
    assert!(
        bye.is_none() || bye.as_deref() == Some("rate-limited"),
        "{bye:?}"
    );
    server.stop().await;
}

/// Sends raw bytes after a good upgrade and gives what comes back before the end.
async fn raw(server: &Server, bytes: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(server.address)
        .await
        .expect("a connection");
    let head = format!(
        "GET /api/v1/widget/stream HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        server.address
    );
    socket.write_all(head.as_bytes()).await.expect("a head");
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        seen.push(socket.read_u8().await.expect("an answer"));
    }
    assert!(seen.starts_with(b"HTTP/1.1 101"));
    socket.write_all(bytes).await.expect("frames");
    let mut rest = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut rest)).await;
    assert!(end.is_ok(), "the server keeps a broken connection");
    rest
}

#[tokio::test]
async fn broken_frames_end_the_connection() {
    let t = TestApp::new().await;
    let server = t.listen().await;
    let mut long_ping = vec![0x89, 0xFE, 0x01, 0x00, 0, 0, 0, 0];
    long_ping.extend([0; 256]);
    let frames: [(&str, &[u8]); 8] = [
        ("not masked", &[0x81, 0x02, b'{', b'}']),
        ("a reserved opcode", &[0x83, 0x80, 0, 0, 0, 0]),
        ("reserved bits", &[0xF1, 0x80, 0, 0, 0, 0]),
        (
            "a length of 2^63",
            &[
                0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0,
            ],
        ),
        ("a long control frame", &long_ping),
        ("a fragmented control frame", &[0x09, 0x80, 0, 0, 0, 0]),
        ("a continuation of nothing", &[0x80, 0x80, 0, 0, 0, 0]),
        (
            "text that is not UTF-8",
            &[0x81, 0x82, 0, 0, 0, 0, 0xFF, 0xFE],
        ),
    ];
    for (what, bytes) in frames {
        let answer = raw(&server, bytes).await;
        check_tells_nothing(&String::from_utf8_lossy(&answer), what);
    }
    assert_eq!(t.anonymous().get("/readyz").await.status, StatusCode::OK);
    server.stop().await;
}
