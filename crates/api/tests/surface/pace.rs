//! A client that does not keep up is cut off with a word, and loses nothing.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_testkit::TestApp;

/// Enough to fill what the system buffers on loopback, and then the mailbox.
const MESSAGES: usize = 1_200;
/// The longest text there may be, of three bytes each.
const TEXT_CHARS: usize = zhiyin_domain::limits::MESSAGE_CHARS_MAX;
const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_is_cut_and_catches_up_later() {
    let t = TestApp::with(|options| {
        options.http.limits = zhiyin_api::guard::limits::RateLimits::off();
        options.http.stream.agent_queue_frames = 64;
    })
    .await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    t.run_until_idle().await;
    let server = t.listen().await;
    let hello = |since: Value| json!({ "t": "hello", "since": since, "topics": ["conversations"] });
    let mut slow = server
        .connect("/api/v1/stream", &t.admin)
        .await
        .expect("a stream");
    slow.say(hello(Value::Null)).await;
    let seq = slow.hear_of("ready").await["seq"].clone();

    let text = "茶".repeat(TEXT_CHARS);
    let mut sent = 0;
    while t.state.hub().connected().agents > 0 && sent < MESSAGES {
        visitor.writes(&text).await.expect(201);
        sent += 1;
    }
    t.run_until_idle().await;
    let is_gone = async {
        while t.state.hub().connected().agents > 0 {
            tokio::task::yield_now().await;
        }
    };
    let cut = tokio::time::timeout(PATIENCE, is_gone).await;
    assert!(
        cut.is_ok(),
        "{sent} messages wait for a client that does not read"
    );

    let mut again = server
        .connect("/api/v1/stream", &t.admin)
        .await
        .expect("a stream");
    again.say(hello(seq)).await;
    let mut heard = 0;
    loop {
        let frame = again.hear().await.expect("a frame");
        match frame["t"].as_str() {
            Some("event") => heard += usize::from(!frame["message"].is_null()),
            Some("ready") => break assert_eq!(heard, sent),
            // Too much to tell one by one: the client loads everything afresh.
            Some("reset") => break,
            _ => {}
        }
    }
    server.stop().await;
}
