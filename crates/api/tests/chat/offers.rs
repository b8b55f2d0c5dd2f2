//! Frames of routing: offers for one agent, whispers for the right ears, places in line.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{Server, Socket, TestAgent, TestApp, TestInbox};

async fn shop(t: &TestApp) -> TestInbox {
    let inbox = t.inbox("Shop").await;
    let queue = t
        .admin
        .post("/api/v1/queues")
        .json(json!({ "name": "Sales" }))
        .await;
    let queue = queue.expect(201).text_at("/id");
    let routing = json!({ "routing": { "queue_id": queue } });
    let path = format!("/api/v1/inboxes/{}", inbox.id);
    t.admin.patch(path).json(routing).await.expect(200);
    inbox
}

pub(crate) async fn stream(server: &Server, agent: &TestAgent) -> Socket {
    let mut socket = server
        .connect("/api/v1/stream", agent)
        .await
        .expect("a stream");
    socket
        .say(json!({ "t": "hello", "since": null, "topics": ["conversations"] }))
        .await;
    socket.hear_of("ready").await;
    socket
}

/// The next event of a kind, and the kinds of those before it.
pub(crate) async fn event(socket: &mut Socket, kind: &str) -> (Value, Vec<String>) {
    let mut before = Vec::new();
    loop {
        let event = socket.hear_of("event").await;
        let heard = event["type"].as_str().unwrap_or_default().to_owned();
        if heard == kind {
            return (event, before);
        }
        before.push(heard);
    }
}

#[tokio::test]
async fn an_offer_is_for_one_agent_and_tells_how_it_ended() {
    let t = TestApp::new().await;
    let inbox = shop(&t).await;
    let li = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let server = t.listen().await;
    let (mut at_li, mut at_admin) = (stream(&server, &li).await, stream(&server, &t.admin).await);
    li.put("/api/v1/me/presence")
        .json(json!({ "presence": "online" }))
        .await
        .expect(200);
    t.run_until_idle().await;
    let (changed, _) = event(&mut at_admin, "agent.presence_changed").await;
    assert_eq!(changed["data"]["presence"]["effective"], "online");
    assert_eq!(changed["data"]["presence"]["agent_id"], json!(li.id));
    let visitor = t.visitor(&inbox).await;
    visitor.writes("在吗?").await.expect(201);
    t.run_until_idle().await;
    let (created, _) = event(&mut at_li, "offer.created").await;
    let offer = &created["data"]["offer"];
    assert_eq!(
        (&offer["preview"], &offer["queue_name"]),
        (&json!("在吗?"), &json!("Sales"))
    );
    let item = offer["item_id"].as_str().expect("an id");
    li.post(format!("/api/v1/offers/{item}/decline"))
        .json(json!({}))
        .await
        .expect(204);
    t.run_until_idle().await;
    let (ended, _) = event(&mut at_li, "offer.ended").await;
    assert_eq!(
        ended["data"],
        json!({ "item_id": item, "outcome": "declined" })
    );
    let (_, before) = event(&mut at_admin, "queue_item.declined").await;
    assert!(
        before.iter().all(|kind| !kind.starts_with("offer.")),
        "{before:?}"
    );
    server.stop().await;
}

#[tokio::test]
async fn who_answers_without_accepting_is_not_told_that_a_colleague_has_it() {
    let t = TestApp::new().await;
    let inbox = shop(&t).await;
    let li = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let server = t.listen().await;
    let mut at_li = stream(&server, &li).await;
    li.put("/api/v1/me/presence")
        .json(json!({ "presence": "online" }))
        .await
        .expect(200);
    t.run_until_idle().await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("在吗?").await.expect(201);
    t.run_until_idle().await;
    event(&mut at_li, "offer.created").await;
    let conversation = visitor.conversation().await;
    li.post(format!("/api/v1/conversations/{conversation}/messages"))
        .json(json!({ "kind": "text", "text": "您好", "client_id": "1" }))
        .await
        .expect(201);
    t.run_until_idle().await;
    let (ended, _) = event(&mut at_li, "offer.ended").await;
    assert_eq!(ended["data"]["outcome"], "accepted");
    server.stop().await;
}

#[tokio::test]
async fn a_whisper_reaches_whom_it_is_for() {
    let t = TestApp::new().await;
    let inbox = shop(&t).await;
    let li = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let wang = t.agent("Wang Lei", BuiltinRole::Agent, &[inbox.id]).await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let id = visitor.conversation().await;
    let path = format!("/api/v1/conversations/{id}/messages");
    li.post(path)
        .json(json!({ "client_id": "1", "text": "Hi" }))
        .await
        .expect(201);
    t.run_until_idle().await;
    let server = t.listen().await;
    let (mut at_li, mut at_wang) = (stream(&server, &li).await, stream(&server, &wang).await);
    let path = format!("/api/v1/conversations/{id}/whisper");
    t.admin
        .post(path)
        .json(json!({ "text": "Offer a voucher" }))
        .await
        .expect(201);
    t.run_until_idle().await;
    let (heard, _) = event(&mut at_li, "message.created").await;
    assert_eq!(heard["message"]["text"], "Offer a voucher");
    let (silent, _) = event(&mut at_wang, "message.created").await;
    assert!(!silent.to_string().contains("voucher"), "{silent}");
    server.stop().await;
}

#[tokio::test]
async fn who_waits_hears_where_they_stand() {
    let t = TestApp::new().await;
    let inbox = shop(&t).await;
    let first = t.visitor(&inbox).await;
    first.writes("one").await.expect(201);
    let second = t.visitor(&inbox).await;
    second.writes("two").await.expect(201);
    t.run_until_idle().await;
    let server = t.listen().await;
    let socket = server
        .connect("/api/v1/widget/stream", &t.anonymous())
        .await;
    let mut socket = socket.expect("a stream");
    socket
        .say(json!({ "t": "hello", "token": second.token, "since": null }))
        .await;
    let sync = socket.hear().await.expect("an answer");
    assert_eq!(sync["conversation"]["queue"]["position"], 2);
    first.post("/api/v1/widget/end").await.expect(204);
    t.run_until_idle().await;
    t.let_pass(Duration::from_secs(2)).await;
    let moved = socket.hear_of("queue").await;
    assert_eq!(
        (&moved["queue"]["position"], &moved["queue"]["state"]),
        (&json!(1), &json!("waiting"))
    );
    server.stop().await;
}
