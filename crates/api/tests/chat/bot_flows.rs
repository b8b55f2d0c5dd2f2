//! Guided flows: drawn, published, gone through by customers, and counted.

use std::sync::Arc;

use serde_json::{Value, json};
use zhiyin_testkit::{Receiver, Reply, TestApp, TestInbox, TestVisitor};

/// Looks an order up once the customer has shown who they are.
fn document(url: &str) -> Value {
    json!({
        "format": 1, "start": "ask", "triggers": ["order status"],
        "steps": [
            { "id": "ask", "kind": "form", "text": null, "next": "verify", "fields": [
                { "key": "order_no", "question": { "en": "Which order?" }, "kind": "text", "pattern": "T999999" } ] },
            { "id": "verify", "kind": "verify", "text": null, "next": "look_up", "on_failure": "person" },
            { "id": "look_up", "kind": "http", "method": "post", "url": url, "secret": "shop",
              "body": { "order": "{{order_no}}", "email": "{{verified_email}}" },
              "mapping": [ { "field": "status", "pointer": "/order/status" } ],
              "next": "tell", "on_error": "person" },
            { "id": "tell", "kind": "message", "text": { "en": "Order {{order_no}} is {{status}}." }, "next": "note" },
            { "id": "note", "kind": "set_attribute", "target": "contact", "key": "last_order", "value": "{{order_no}}", "next": "done" },
            { "id": "person", "kind": "hand_over", "text": { "en": "A colleague will look." }, "queue_id": null },
            { "id": "done", "kind": "end", "text": null, "resolves": false },
        ],
    })
}

async fn flow(t: &TestApp, document: Value) -> String {
    let made = t.admin.post("/api/v1/bot-flows");
    let made = made.json(json!({ "name": "Orders", "document": document }));
    let id = made.await.expect(201).text_at("/id");
    let path = format!("/api/v1/bot-flows/{id}/publish");
    let body = json!({ "version": 1 });
    t.admin.post(path).json(body).await.expect(200);
    id
}

async fn shop(t: &TestApp) -> TestInbox {
    let inbox = t.inbox("Shop").await;
    let queue = t
        .admin
        .post("/api/v1/queues")
        .json(json!({ "name": "Line" }));
    let queue = queue.await.expect(201).text_at("/id");
    let path = format!("/api/v1/inboxes/{}", inbox.id);
    let routing = json!({ "routing": { "queue_id": queue } });
    t.admin.patch(path.as_str()).json(routing).await.expect(200);
    let body = json!({
        "is_enabled": true, "name": {}, "starts": "always", "thresholds": null,
        "when_unsure": "person", "tries_max": 2, "idle_minutes": 30, "version": 0,
    });
    t.admin
        .put(format!("{path}/bot"))
        .json(body)
        .await
        .expect(200);
    inbox
}

async fn says(t: &TestApp, visitor: &TestVisitor, text: &str) -> String {
    visitor.writes(text).await.expect(201);
    t.run_until_idle().await;
    let page = visitor
        .get("/api/v1/widget/messages")
        .await
        .expect(200)
        .json();
    let all = page["items"].as_array().expect("messages").iter();
    let mut texts = all
        .filter(|it| it["kind"] == "text")
        .map(|it| it["text"].clone());
    let last = texts.next_back().expect("a message");
    last.as_str().expect("a text").to_owned()
}

async fn handler(t: &TestApp, visitor: &TestVisitor) -> String {
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    t.admin.get(path).await.expect(200).text_at("/handler")
}

/// The code of the last mail.
fn code(t: &TestApp) -> String {
    let mails = t.outbox.take();
    let subject = mails.last().expect("a mail").subject.clone();
    subject.split(' ').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_order_is_looked_up_for_who_has_shown_who_they_are() {
    let t = TestApp::new().await;
    let shop_system = Arc::new(Receiver::start());
    shop_system
        .answers([Reply::status(200).body(r#"{"order":{"status":"on its way"}}"#.to_owned())]);
    let secret = json!({ "name": "shop", "value": "Bearer tea" });
    t.admin
        .put("/api/v1/bot-secrets")
        .json(secret)
        .await
        .expect(204);
    let inbox = shop(&t).await;
    let id = flow(&t, document(&shop_system.url())).await;
    let visitor = t.visitor(&inbox).await;
    assert_eq!(
        says(&t, &visitor, "Order status please").await,
        "Which order?"
    );
    assert_eq!(says(&t, &visitor, "my last one").await, "Which order?");
    let asked = says(&t, &visitor, "t123456").await;
    assert!(asked.contains("e-mail address"), "{asked}");
    let sent = says(&t, &visitor, "li@tea.example").await;
    assert!(sent.contains("six digits"), "{sent}");
    assert_eq!(
        says(&t, &visitor, "12").await,
        "That is not the code. Please type it again."
    );
    assert!(shop_system.heard().is_empty(), "nothing before the code");
    let told = says(&t, &visitor, &code(&t)).await;
    assert_eq!(told, "Order t123456 is on its way.");
    let heard = shop_system.heard();
    assert_eq!(
        heard[0].json(),
        json!({ "order": "t123456", "email": "li@tea.example" })
    );
    assert_eq!(heard[0].header("authorization"), "Bearer tea");
    assert!(heard[0].header("idempotency-key").starts_with("ss_"));
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let talk = t.admin.get(path).await.expect(200).json();
    let path = format!(
        "/api/v1/contacts/{}",
        talk["contact"]["id"].as_str().expect("a contact")
    );
    let contact = t.admin.get(path).await.expect(200).json();
    assert_eq!(contact["attributes"]["last_order"], "t123456");
    let path = format!("/api/v1/bot-flows/{id}/statistics");
    let counts = t.admin.get(path).await.expect(200).json();
    let counts = counts["items"].as_array().expect("steps").clone();
    let of = |step: &str| {
        counts
            .iter()
            .find(|it| it["step"] == step)
            .cloned()
            .expect("a step")
    };
    assert_eq!(
        of("look_up"),
        json!({ "step": "look_up", "entered": 1, "left": 1, "to_person": 0, "ended": 0 })
    );
    assert_eq!(of("done")["ended"], 1);
    // The flow is over; the bot goes on.
    assert_eq!(handler(&t, &visitor).await, "bot");
}

#[tokio::test]
async fn a_call_that_fails_leads_to_a_person_with_what_was_collected() {
    let t = TestApp::new().await;
    let shop_system = Arc::new(Receiver::start());
    shop_system.answers([Reply::status(500)]);
    let inbox = shop(&t).await;
    let mut open = document(&shop_system.url());
    open["steps"][0]["next"] = json!("look_up");
    open["steps"][2]["needs_identity"] = json!(false);
    open["steps"][2]["secret"] = Value::Null;
    open["steps"].as_array_mut().expect("steps").remove(1);
    flow(&t, open).await;
    let visitor = t.visitor(&inbox).await;
    says(&t, &visitor, "order status").await;
    assert_eq!(
        says(&t, &visitor, "T000001").await,
        "A colleague will look."
    );
    assert_eq!(handler(&t, &visitor).await, "queued");
    let path = format!(
        "/api/v1/conversations/{}/messages",
        visitor.conversation().await
    );
    let all = t.admin.get(path).await.expect(200).json();
    let mut all = all["items"].as_array().expect("messages").iter();
    let note = all.find(|it| it["kind"] == "note").expect("a note");
    assert!(
        note["text"]
            .as_str()
            .expect("a text")
            .contains("order_no: T000001"),
        "{note}"
    );
}

#[tokio::test]
async fn a_person_is_one_sentence_away_in_the_middle_of_a_flow() {
    let t = TestApp::new().await;
    let inbox = shop(&t).await;
    let id = flow(&t, document("https://shop.example/orders")).await;
    let visitor = t.visitor(&inbox).await;
    says(&t, &visitor, "order status").await;
    assert_eq!(
        says(&t, &visitor, "talk to a person").await,
        "talk to a person"
    );
    assert_eq!(handler(&t, &visitor).await, "queued");
    let path = format!("/api/v1/bot-flows/{id}/statistics");
    let counts = t.admin.get(path).await.expect(200).json();
    assert_eq!(counts["items"][0]["to_person"], 1);
}

#[tokio::test]
async fn sessions_go_on_with_the_revision_they_began_with() {
    let t = TestApp::new().await;
    let inbox = shop(&t).await;
    let steps = |text: &str| {
        json!({ "format": 1, "start": "ask", "triggers": ["hours"], "steps": [
            { "id": "ask", "kind": "buttons", "text": { "en": "Which day?" },
              "buttons": [ { "label": { "en": "Monday" }, "next": "tell" } ], "otherwise": null },
            { "id": "tell", "kind": "end", "text": { "en": text } } ] })
    };
    let id = flow(&t, steps("Nine to five.")).await;
    let early = t.visitor(&inbox).await;
    assert_eq!(says(&t, &early, "your hours").await, "Which day?");
    let path = format!("/api/v1/bot-flows/{id}");
    let body = json!({ "name": "Hours", "document": steps("Ten to six."), "version": 2 });
    let changed = t
        .admin
        .put(path.as_str())
        .json(body.clone())
        .await
        .expect(200)
        .json();
    assert_eq!(changed["has_changes"], true);
    let late = t.admin.put(path.as_str()).json(body).await;
    assert_eq!(late.summary(), "409 changed");
    let body = json!({ "version": 3 });
    t.admin
        .post(format!("{path}/publish"))
        .json(body)
        .await
        .expect(200);
    let new = t.visitor(&inbox).await;
    says(&t, &new, "your hours").await;
    assert_eq!(says(&t, &new, "monday").await, "Ten to six.");
    assert_eq!(says(&t, &early, "Monday").await, "Nine to five.");
    let all = t
        .admin
        .get(format!("{path}/revisions"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&all["items"][0]["revision"], &all["items"][1]["revision"]),
        (&json!(2), &json!(1))
    );
}

#[tokio::test]
async fn a_draft_with_mistakes_is_kept_named_and_not_published() {
    let t = TestApp::new().await;
    let inbox = shop(&t).await;
    let mut wrong = document("https://shop.example/orders");
    wrong["steps"][0]["next"] = json!("look_up");
    let made = t.admin.post("/api/v1/bot-flows");
    let made = made
        .json(json!({ "name": "Orders", "document": wrong }))
        .await
        .expect(201);
    let id = made.text_at("/id");
    let codes = made.json()["problems"]
        .as_array()
        .expect("problems")
        .clone();
    assert!(
        codes
            .iter()
            .any(|it| it["code"] == "needs-identity" && it["path"] == "/steps/2"),
        "{codes:?}"
    );
    let path = format!("/api/v1/bot-flows/{id}");
    let publish = t
        .admin
        .post(format!("{path}/publish"))
        .json(json!({ "version": 1 }));
    let refused = publish.await.expect(422).json();
    assert_eq!(refused["code"], "invalid-field");
    assert!(
        refused["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .any(|it| it["path"] == "/document/steps/2")
    );
    let odd = json!({ "name": "x", "document": { "format": 1, "start": "a", "steps": [ { "id": "a", "kind": "dance" } ] } });
    let odd = t.admin.post("/api/v1/bot-flows").json(odd).await;
    assert!(
        odd.summary().starts_with("422 ") || odd.summary().starts_with("400 "),
        "{}",
        odd.summary()
    );
    // A greeting flow must be published, and stays while it greets.
    let path = format!("/api/v1/inboxes/{}/bot", inbox.id);
    let mut bot = t.admin.get(path.as_str()).await.expect(200).json();
    bot.as_object_mut().expect("an object").remove("learned");
    bot["greeting_flow_id"] = json!(id);
    let refused = t.admin.put(path.as_str()).json(bot.clone()).await;
    assert_eq!(refused.summary(), "422 invalid-field /greeting_flow_id");
    let live = flow(&t, document("https://shop.example/orders")).await;
    bot["greeting_flow_id"] = json!(live);
    t.admin.put(path).json(bot).await.expect(200);
    let visitor = t.visitor(&inbox).await;
    assert_eq!(says(&t, &visitor, "hello").await, "Which order?");
    let kept = t.admin.delete(format!("/api/v1/bot-flows/{live}")).await;
    assert_eq!(kept.summary(), "409 in-use");
    t.admin
        .delete(format!("/api/v1/bot-flows/{id}"))
        .await
        .expect(204);
}

#[tokio::test]
async fn the_simulator_plays_without_a_trace() {
    let t = TestApp::new().await;
    let id = flow(&t, document("https://shop.example/orders")).await;
    let path = format!("/api/v1/bot-flows/{id}/simulate");
    let mut body = json!({ "locale": "en", "is_open": true, "inputs": ["T123456", "li@tea.example", "000000"] });
    let played = t
        .admin
        .post(path.as_str())
        .json(body.clone())
        .await
        .expect(200)
        .json();
    assert_eq!(played["waits_for"]["kind"], "http");
    assert_eq!(played["waits_for"]["body"]["email"], "li@tea.example");
    body["http"] =
        json!({ "look_up": { "status": 200, "body": { "order": { "status": "sent" } } } });
    let played = t
        .admin
        .post(path.as_str())
        .json(body.clone())
        .await
        .expect(200)
        .json();
    assert_eq!(played["end"], "ended");
    assert_eq!(
        played["path"],
        json!(["ask", "verify", "look_up", "tell", "note", "done"])
    );
    let last = played["turns"].as_array().and_then(|it| it.last()).cloned();
    assert_eq!(last.expect("a turn")["text"], "Order T123456 is sent.");
    body["http"]["look_up"]["status"] = json!(503);
    let played = t.admin.post(path).json(body).await.expect(200).json();
    assert_eq!(
        (&played["end"], &played["step"]),
        (&json!("handed_over"), &json!("person"))
    );
    assert!(t.outbox.take().is_empty());
    let path = format!("/api/v1/bot-flows/{id}/statistics");
    assert_eq!(
        t.admin.get(path).await.expect(200).json()["items"],
        json!([])
    );
    let schema = t
        .admin
        .get("/api/v1/bot-flow-schema")
        .await
        .expect(200)
        .json();
    assert_eq!(schema["properties"]["format"]["const"], 1);
}

#[tokio::test]
async fn codes_are_few() {
    let t = TestApp::with(|options| {
        options.http.limits = zhiyin_api::guard::limits::RateLimits::off();
    })
    .await;
    let inbox = shop(&t).await;
    let mut again = document("https://shop.example/orders");
    again["steps"][1]["on_failure"] = json!("ask");
    flow(&t, again).await;
    let visitor = t.visitor(&inbox).await;
    says(&t, &visitor, "order status").await;
    for _ in 0..3 {
        says(&t, &visitor, "T123456").await;
        says(&t, &visitor, "li@tea.example").await;
        for _ in 0..5 {
            says(&t, &visitor, "x").await;
        }
    }
    assert_eq!(t.outbox.take().len(), 3);
    says(&t, &visitor, "T123456").await;
    says(&t, &visitor, "li@tea.example").await;
    assert!(t.outbox.take().is_empty());
    // Nor from another conversation: the address is protected.
    let other = t.visitor(&inbox).await;
    says(&t, &other, "order status").await;
    says(&t, &other, "T123456").await;
    says(&t, &other, "LI@tea.example").await;
    assert!(t.outbox.take().is_empty());
}
