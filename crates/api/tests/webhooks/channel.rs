//! A bridge to another system: in by REST, out by webhook, and how far it got.

use serde_json::{Value, json};
use zhiyin_testkit::{Receiver, Reply, TestApp};

struct Bridge {
    t: TestApp,
    receiver: Receiver,
    inbox: String,
}

impl Bridge {
    async fn without_webhook() -> Self {
        let t = TestApp::new().await;
        let body = json!({ "name": "App", "channel": "api" });
        let inbox = t
            .admin
            .post("/api/v1/inboxes")
            .json(body)
            .await
            .expect(201)
            .text_at("/id");
        let receiver = Receiver::start();
        Self { t, receiver, inbox }
    }

    async fn new() -> Self {
        let b = Self::without_webhook().await;
        let body = json!({
            "name": "App", "purpose": "channel", "inbox_id": b.inbox, "url": b.receiver.url(),
        });
        b.t.admin
            .post("/api/v1/webhooks")
            .json(body)
            .await
            .expect(201);
        b
    }

    fn message(&self, id: &str, text: &str) -> Value {
        json!({
            "inbox_id": self.inbox, "external_id": id, "text": text,
            "contact": { "external_id": "user-7", "name": "李娜", "email": "li.na@tea.example" },
        })
    }

    async fn writes(&self, id: &str, text: &str) -> Value {
        let path = "/api/v1/channel/messages";
        let answer = self.t.admin.post(path).json(self.message(id, text)).await;
        self.t.run_until_idle().await;
        answer.expect(201).json()
    }

    async fn answers(&self, conversation: &str, text: &str) -> String {
        let path = format!("/api/v1/conversations/{conversation}/messages");
        let body = json!({ "client_id": "a1", "kind": "text", "text": text });
        let sent = self.t.admin.post(path).json(body).await.expect(201);
        assert_eq!(sent.json()["delivery"], "pending");
        self.t.run_until_idle().await;
        sent.text_at("/id")
    }

    async fn delivery_of(&self, conversation: &str, message: &str) -> Value {
        let path = format!("/api/v1/conversations/{conversation}/messages");
        let page = self.t.admin.get(path).await.expect(200).json();
        let items = page["items"].as_array().expect("a list").clone();
        let found = items.into_iter().find(|it| it["id"] == message);
        found.expect("the message")["delivery"].clone()
    }

    async fn reports(&self, message: &str, delivery: &str) -> Value {
        let body = json!({ "inbox_id": self.inbox, "message_id": message, "delivery": delivery });
        let path = "/api/v1/channel/deliveries";
        self.t.admin.post(path).json(body).await.expect(200).json()["delivery"].clone()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[tokio::test]
async fn a_message_makes_contact_and_conversation_and_is_one_when_repeated() {
    let b = Bridge::new().await;
    let first = b.writes("m-1", "杯子碎了").await;
    assert_eq!(
        (&first["is_repeat"], &first["contact"]["is_new"]),
        (&json!(false), &json!(true))
    );
    let again =
        b.t.admin
            .post("/api/v1/channel/messages")
            .json(b.message("m-1", "杯子碎了"))
            .await;
    let again = again.expect(200).json();
    assert_eq!(again["message_id"], first["message_id"]);
    assert_eq!(
        (&again["is_repeat"], &again["contact"]["is_new"]),
        (&json!(true), &json!(false))
    );
    let second = b.writes("m-2", "收到吗").await;
    assert_eq!(second["conversation_id"], first["conversation_id"]);
    assert_eq!(second["seq"], 2);
    let path = format!("/api/v1/conversations/{}", text(&first["conversation_id"]));
    let row = b.t.admin.get(path).await.expect(200).json();
    assert_eq!(
        (&row["channel"], &row["contact"]["name"]),
        (&json!("api"), &json!("李娜"))
    );
    assert!(b.receiver.heard().is_empty(), "nothing was answered yet");
}

#[tokio::test]
async fn an_answer_leaves_and_its_way_is_followed() {
    let b = Bridge::new().await;
    let first = b.writes("m-1", "杯子碎了").await;
    let conversation = text(&first["conversation_id"]);
    let message = b.answers(conversation, "给您补发").await;
    let heard = b.receiver.heard();
    assert_eq!(heard.len(), 1);
    let body = heard[0].json();
    assert_eq!(body["type"], "message.created");
    assert_eq!(body["data"]["contact"]["external_id"], "user-7");
    assert_eq!(body["data"]["message"]["text"], "给您补发");
    assert_eq!(b.delivery_of(conversation, &message).await, "sent");
    assert_eq!(b.reports(&message, "delivered").await, "delivered");
    assert_eq!(b.reports(&message, "read").await, "read");
    assert_eq!(
        b.reports(&message, "delivered").await,
        "read",
        "never a step back"
    );
    assert_eq!(b.delivery_of(conversation, &message).await, "read");
    let query = format!("?inbox_id={}&contact_external_id=user-7", b.inbox);
    let path = format!("/api/v1/channel/messages{query}");
    let page = b.t.admin.get(path).await.expect(200).json();
    assert_eq!(
        page["items"].as_array().map(Vec::len),
        Some(2 + 1),
        "with the line about who answers"
    );
}

#[tokio::test]
async fn what_is_internal_stays_inside_and_what_was_read_is_told() {
    let b = Bridge::new().await;
    let first = b.writes("m-1", "杯子碎了").await;
    let conversation = text(&first["conversation_id"]);
    let path = format!("/api/v1/conversations/{conversation}/messages");
    let note = json!({ "client_id": "n", "kind": "note", "text": "internal" });
    b.t.admin.post(path).json(note).await.expect(201);
    let seen = format!("/api/v1/conversations/{conversation}/seen");
    b.t.admin.post(seen).json(json!({ "seq": 1 })).await;
    b.t.run_until_idle().await;
    let heard = b.receiver.heard();
    assert!(
        heard.iter().all(|it| !it.body.contains("internal")),
        "{heard:?}"
    );
    let told: Vec<_> = heard.iter().map(|it| it.json()["type"].clone()).collect();
    assert_eq!(told, ["conversation.seen"]);
}

#[tokio::test]
async fn an_answer_nobody_takes_is_shown_as_failed_and_can_be_sent_again() {
    let b = Bridge::without_webhook().await;
    let first = b.writes("m-1", "hello").await;
    let conversation = text(&first["conversation_id"]);
    let message = b.answers(conversation, "hi").await;
    assert_eq!(b.delivery_of(conversation, &message).await, "failed");

    let b = Bridge::new().await;
    let first = b.writes("m-1", "hello").await;
    let conversation = text(&first["conversation_id"]);
    b.receiver.answers([Reply::status(410)]);
    let message = b.answers(conversation, "hi").await;
    assert_eq!(b.delivery_of(conversation, &message).await, "failed");
    let webhook =
        b.t.admin
            .get("/api/v1/webhooks")
            .await
            .expect(200)
            .text_at("/items/0/id");
    let path = format!("/api/v1/webhooks/{webhook}");
    b.t.admin
        .patch(path.clone())
        .json(json!({ "is_enabled": true }))
        .await
        .expect(200);
    let log =
        b.t.admin
            .get(format!("{path}/deliveries?state=failed"))
            .await
            .expect(200);
    let again = format!(
        "/api/v1/webhook-deliveries/{}/replay",
        log.text_at("/items/0/id")
    );
    b.t.admin.post(again).await.expect(200);
    assert_eq!(b.delivery_of(conversation, &message).await, "pending");
    b.t.run_until_idle().await;
    assert_eq!(b.delivery_of(conversation, &message).await, "sent");
}

#[tokio::test]
async fn an_api_inbox_has_no_widget_and_a_widget_no_bridge() {
    let b = Bridge::new().await;
    let path = format!("/api/v1/inboxes/{}", b.inbox);
    let key = b.t.admin.get(path).await.expect(200).text_at("/key");
    let opened = format!("/api/v1/widget/inboxes/{key}/visitors");
    assert_eq!(
        b.t.anonymous().post(opened).json(json!({})).await.summary(),
        "404 not-found"
    );
    let web = b.t.inbox("Shop").await;
    let mut body = b.message("m-1", "hello");
    body["inbox_id"] = json!(web.id);
    let refused = b.t.admin.post("/api/v1/channel/messages").json(body).await;
    assert_eq!(refused.summary(), "422 invalid-field /inbox_id");
    let second =
        json!({ "name": "x", "purpose": "channel", "inbox_id": b.inbox, "url": b.receiver.url() });
    let refused = b.t.admin.post("/api/v1/webhooks").json(second).await;
    assert_eq!(refused.summary(), "409 already-exists");
}
