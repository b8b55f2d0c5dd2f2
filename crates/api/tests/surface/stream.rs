//! Streams over a real socket.

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{Server, Socket, TestApp, TestVisitor};

async fn agent_stream(
    server: &Server,
    agent: &zhiyin_testkit::TestAgent,
    since: Value,
) -> (Socket, i64) {
    let mut socket = server
        .connect("/api/v1/stream", agent)
        .await
        .expect("a stream");
    socket
        .say(json!({ "t": "hello", "since": since, "topics": ["conversations"] }))
        .await;
    let ready = socket.hear_of("ready").await;
    (socket, ready["seq"].as_i64().expect("a number"))
}

async fn visitor_stream(
    t: &TestApp,
    server: &Server,
    visitor: &TestVisitor,
    since: Value,
) -> (Socket, Value) {
    let mut socket = server
        .connect("/api/v1/widget/stream", &t.anonymous())
        .await
        .expect("a stream");
    socket
        .say(json!({ "t": "hello", "token": visitor.token, "since": since }))
        .await;
    let first = socket.hear().await.expect("an answer");
    (socket, first)
}

async fn next_message(socket: &mut Socket) -> Value {
    loop {
        let event = socket.hear_of("event").await;
        if !event["message"].is_null() {
            return event;
        }
    }
}

#[tokio::test]
async fn what_a_visitor_writes_reaches_the_agent_and_back() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let visitor = t.visitor(&inbox).await;
    let server = t.listen().await;
    let (mut at_agent, _) = agent_stream(&server, &agent, Value::Null).await;
    let (mut at_visitor, first) = visitor_stream(&t, &server, &visitor, Value::Null).await;
    assert_eq!(first["t"], "sync");
    assert_eq!(first["conversation"], Value::Null);

    visitor.writes("我的订单在哪里？").await.expect(201);
    t.run_until_idle().await;
    let event = next_message(&mut at_agent).await;
    assert_eq!(event["type"], "message.created");
    assert_eq!(event["message"]["text"], "我的订单在哪里？");
    let echo = at_visitor.hear_of("event").await;
    assert_eq!(echo["messages"][0]["text"], "我的订单在哪里？");

    let conversation = visitor.conversation().await;
    let path = format!("/api/v1/conversations/{conversation}/messages");
    agent
        .post(&path)
        .json(json!({ "client_id": "n", "kind": "note", "text": "熟客" }))
        .await
        .expect(201);
    agent
        .post(&path)
        .json(json!({ "client_id": "a", "text": "马上查。" }))
        .await
        .expect(201);
    t.run_until_idle().await;
    let answer = at_visitor.hear_of("event").await;
    let texts: Vec<&str> = answer["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .filter_map(|m| m["text"].as_str())
        .collect();
    assert!(texts.contains(&"马上查。"), "{answer}");
    assert!(
        !answer.to_string().contains("熟客"),
        "a note left the company: {answer}"
    );
    assert_eq!(answer["conversation"]["assignee"]["name"], "Li Na");
    server.stop().await;
}

#[tokio::test]
async fn whoever_comes_back_gets_what_they_missed_in_order() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    t.run_until_idle().await;
    let server = t.listen().await;
    let (socket, seq) = agent_stream(&server, &t.admin, Value::Null).await;
    socket.cut();
    for text in ["one", "two", "three"] {
        visitor.writes(text).await.expect(201);
    }
    t.run_until_idle().await;
    let mut socket = server
        .connect("/api/v1/stream", &t.admin)
        .await
        .expect("a stream");
    socket
        .say(json!({ "t": "hello", "since": seq, "topics": ["conversations"] }))
        .await;
    let (mut seqs, mut texts) = (Vec::new(), Vec::new());
    loop {
        let frame = socket.hear().await.expect("a frame");
        match frame["t"].as_str() {
            Some("event") => {
                seqs.push(frame["seq"].as_i64().expect("a number"));
                texts.extend(frame["message"]["text"].as_str().map(str::to_owned));
            }
            Some("ready") => break assert_eq!(frame["seq"].as_i64(), seqs.last().copied()),
            _ => {}
        }
    }
    assert!(seqs.is_sorted());
    assert_eq!(seqs.first().copied(), Some(seq + 1));
    assert_eq!(texts, ["one", "two", "three"]);
    server.stop().await;
}

#[tokio::test]
async fn whoever_was_away_too_long_starts_afresh() {
    let t = TestApp::new().await;
    let server = t.listen().await;
    for since in [json!(-1), json!(1_000_000)] {
        let mut socket = server
            .connect("/api/v1/stream", &t.admin)
            .await
            .expect("a stream");
        socket
            .say(json!({ "t": "hello", "since": since, "topics": [] }))
            .await;
        assert_eq!(
            socket.hear().await.expect("an answer")["t"],
            "reset",
            "{since}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn an_agent_sees_only_their_inboxes() {
    let t = TestApp::new().await;
    let (mine, other) = (t.inbox("Mine").await, t.inbox("Other").await);
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[mine.id]).await;
    let server = t.listen().await;
    let (mut socket, _) = agent_stream(&server, &agent, Value::Null).await;
    t.visitor(&other).await.writes("secret").await.expect(201);
    t.visitor(&mine).await.writes("for me").await.expect(201);
    t.run_until_idle().await;
    let event = next_message(&mut socket).await;
    assert_eq!(event["message"]["text"], "for me");
    server.stop().await;
}

#[tokio::test]
async fn a_visitor_who_logs_out_loses_the_stream() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    let server = t.listen().await;
    let (mut socket, _) = visitor_stream(&t, &server, &visitor, Value::Null).await;
    visitor.delete("/api/v1/widget/visitor").await.expect(204);
    assert_eq!(socket.farewell().await.as_deref(), Some("unauthenticated"));
    let (_, answer) = visitor_stream(&t, &server, &visitor, Value::Null).await;
    assert_eq!(answer, json!({ "t": "bye", "code": "unauthenticated" }));
    server.stop().await;
}

#[tokio::test]
async fn a_stopping_server_says_goodbye() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    let mut server = t.listen().await;
    let (mut at_agent, _) = agent_stream(&server, &t.admin, Value::Null).await;
    let (mut at_visitor, _) = visitor_stream(&t, &server, &visitor, Value::Null).await;
    server.begin_stop();
    assert_eq!(at_agent.farewell().await.as_deref(), Some("going-away"));
    assert_eq!(at_visitor.farewell().await.as_deref(), Some("going-away"));
    server.stop().await;
}

#[tokio::test]
async fn typing_and_viewing_are_seen_by_those_who_look() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let (one, two) = (
        t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await,
        t.agent("Wang Fang", BuiltinRole::Agent, &[inbox.id]).await,
    );
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    t.run_until_idle().await;
    let conversation = visitor.conversation().await;
    let server = t.listen().await;
    let (mut at_one, _) = agent_stream(&server, &one, Value::Null).await;
    let (mut at_two, _) = agent_stream(&server, &two, Value::Null).await;
    let (mut at_visitor, _) = visitor_stream(&t, &server, &visitor, Value::Null).await;

    at_one
        .say(json!({ "t": "watch", "conversation": conversation }))
        .await;
    // Repeated until the watch is known, because nothing answers a watch.
    at_two
        .say(json!({ "t": "watch", "conversation": conversation }))
        .await;
    let viewing = loop {
        let signal = at_two.hear_of("signal").await;
        if signal["kind"] == "viewing" {
            break signal;
        }
    };
    assert_eq!(viewing["agent_id"], json!(one.id));

    at_one
        .say(json!({ "t": "typing", "conversation": conversation, "text": true }))
        .await;
    let typing = loop {
        let signal = at_two.hear_of("signal").await;
        if signal["kind"] == "typing" {
            break signal;
        }
    };
    assert_eq!(typing["agent_id"], json!(one.id));
    assert_eq!(typing["contact"], false);
    let at_customer = at_visitor.hear_of("signal").await;
    assert_eq!(at_customer["agent"]["name"], "Li Na");

    at_visitor
        .say(json!({ "t": "typing", "text": "I wonder" }))
        .await;
    let typing = loop {
        let signal = at_one.hear_of("signal").await;
        if signal["contact"] == true {
            break signal;
        }
    };
    assert_eq!(typing["kind"], "typing", "this inbox shows no previews");
    assert!(!typing.to_string().contains("wonder"));
    server.stop().await;
}
