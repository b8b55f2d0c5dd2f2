//! An API inbox with a customer and an answer, and a webhook with a delivery.

use std::collections::BTreeMap;

use serde_json::json;
use zhiyin_testkit::Client;

/// `owner` sets up, `oneself` answers.
pub async fn bridge(
    owner: &Client,
    oneself: &Client,
    things: &mut BTreeMap<&'static str, String>,
    name: &str,
) {
    let inbox = json!({ "name": name, "channel": "api" });
    let inbox = owner
        .post("/api/v1/inboxes")
        .json(inbox)
        .await
        .expect(201)
        .text_at("/id");
    let message = json!({
        "inbox_id": inbox, "external_id": "m1", "text": "hello", "contact": { "external_id": "u1" },
    });
    let received = owner
        .post("/api/v1/channel/messages")
        .json(message)
        .await
        .expect(201);
    let conversation = received.text_at("/conversation_id");
    let answer = json!({ "client_id": "a1", "kind": "text", "text": "hi" });
    let path = format!("/api/v1/conversations/{conversation}/messages");
    let answer = oneself.post(path).json(answer).await.expect(201);
    things.insert("api_inbox", inbox);
    things.insert("api_message", answer.text_at("/id"));
    let webhook = json!({ "name": name, "url": "https://shop.example/hook" });
    let webhook = owner
        .post("/api/v1/webhooks")
        .json(webhook)
        .await
        .expect(201);
    let webhook = webhook.text_at("/webhook/id");
    let path = format!("/api/v1/webhooks/{webhook}/test");
    let delivery = owner.post(path).await.expect(201).text_at("/id");
    things.insert("webhook", webhook);
    things.insert("webhook_delivery", delivery);
}
