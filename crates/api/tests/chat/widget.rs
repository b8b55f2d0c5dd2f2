//! What customers do in the widget.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{TestApp, TestInbox};

async fn open(t: &TestApp, inbox: &TestInbox, body: Value) -> Value {
    let path = format!("/api/v1/widget/inboxes/{}/visitors", inbox.key);
    t.anonymous().post(path).json(body).await.expect(200).json()
}

#[tokio::test]
async fn a_browser_that_kept_its_token_is_known_again() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let again = open(&t, &inbox, json!({ "token": visitor.token })).await;
    assert_eq!(again["token"], visitor.token);
    assert_eq!(again["conversation"]["last_seq"], 1);
    let other = t.inbox("Bank").await;
    let elsewhere = open(&t, &other, json!({ "token": visitor.token })).await;
    assert_ne!(
        elsewhere["token"], visitor.token,
        "a token is bound to its inbox"
    );
    assert_eq!(elsewhere["conversation"], Value::Null);
}

#[tokio::test]
async fn tokens_that_are_none_open_nothing() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    for token in [
        "",
        " ",
        "zv_",
        "null",
        &format!("{} ", visitor.token),
        &visitor.token.to_uppercase(),
    ] {
        let client = t
            .anonymous()
            .with("authorization", &format!("Bearer {token}"));
        assert_eq!(
            client.get("/api/v1/widget/conversation").await.summary(),
            "401 unauthenticated",
            "{token}"
        );
    }
    visitor.delete("/api/v1/widget/visitor").await.expect(204);
    assert_eq!(
        visitor.get("/api/v1/widget/conversation").await.summary(),
        "401 unauthenticated"
    );
}

#[tokio::test]
async fn two_first_messages_make_one_conversation() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    let (one, two) = tokio::join!(visitor.writes("first"), visitor.writes("second"));
    let (one, two) = (one.expect(201).json(), two.expect(201).json());
    assert_eq!(one["conversation_id"], two["conversation_id"]);
    let mut places = [one["seq"].as_i64(), two["seq"].as_i64()];
    places.sort_unstable();
    assert_eq!(places, [Some(1), Some(2)]);
}

#[tokio::test]
async fn a_visitor_sees_shown_names_and_nothing_internal() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let id = visitor.conversation().await;
    let path = format!("/api/v1/conversations/{id}/messages");
    agent
        .post(&path)
        .json(json!({ "text": "Hello, how can I help?" }))
        .await
        .expect(201);
    let page = visitor
        .get("/api/v1/widget/messages")
        .await
        .expect(200)
        .json();
    let answer = &page["items"][1];
    assert_eq!(answer["author"]["kind"], "agent");
    assert_eq!(answer["author"]["id"], Value::Null);
    assert!(
        !page.to_string().contains("ag_"),
        "no identifier of an agent leaves the company"
    );
    let line = &page["items"][2];
    assert_eq!(
        line["system"],
        json!({ "event": "assigned", "params": { "agent_name": "Li Na" } })
    );
}

#[tokio::test]
async fn only_a_session_that_is_over_is_rated_and_only_ones_own() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let session = visitor
        .get("/api/v1/widget/conversation")
        .await
        .expect(200)
        .text_at("/session/id");
    let rate = async |score: u8| {
        let body = json!({ "session_id": session, "score": score, "comment": "快", "dimensions": { "fast": 5 } });
        visitor.post("/api/v1/widget/rating").json(body).await
    };
    assert_eq!(rate(5).await.summary(), "409 not-rateable");
    visitor.post("/api/v1/widget/end").await.expect(204);
    visitor.post("/api/v1/widget/end").await.expect(204);
    assert_eq!(rate(6).await.summary(), "422 invalid-field /score");
    let rating = rate(2).await.expect(200).json();
    assert_eq!(
        (&rating["score"], &rating["dimensions"]["fast"]),
        (&json!(2), &json!(5))
    );
    rate(4).await.expect(200);
    let id = visitor.conversation().await;
    let row = t
        .admin
        .get(format!("/api/v1/conversations/{id}"))
        .await
        .expect(200)
        .json();
    assert_eq!(row["session"]["rating"]["score"], 4);
    assert_eq!(row["session"]["rating"]["comment"], "快");
    let stranger = t.visitor(&inbox).await;
    stranger.writes("hi").await.expect(201);
    let body = json!({ "session_id": session, "score": 1 });
    assert_eq!(
        stranger
            .post("/api/v1/widget/rating")
            .json(body)
            .await
            .summary(),
        "404 not-found"
    );
    t.let_pass(Duration::from_hours(192)).await;
    assert_eq!(rate(1).await.summary(), "409 not-rateable");
}

#[tokio::test]
async fn a_transcript_goes_to_the_address_that_was_asked_for() {
    let t = TestApp::with(|options| options.work = zhiyin_app::widget::work()).await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("Is it **safe**?").await.expect(201);
    let wrong = visitor
        .post("/api/v1/widget/transcript")
        .json(json!({ "email": "nobody" }))
        .await;
    assert_eq!(wrong.summary(), "422 invalid-field /email");
    visitor
        .post("/api/v1/widget/transcript")
        .json(json!({ "email": "li@example.com" }))
        .await
        .expect(202);
    t.run_until_idle().await;
    let mails = t.outbox.take();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to.address.as_str(), "li@example.com");
    assert!(
        mails[0].text.contains("Is it safe?"),
        "without formatting marks"
    );
}

#[tokio::test]
async fn an_agent_sends_a_transcript_to_the_address_of_the_contact_or_another() {
    let t = TestApp::with(|options| options.work = zhiyin_app::widget::work()).await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("Is it safe?").await.expect(201);
    let id = visitor.conversation().await;
    let path = format!("/api/v1/conversations/{id}/transcript");
    let nobody = t.admin.post(path.as_str()).json(json!({})).await;
    assert_eq!(nobody.summary(), "422 invalid-field /email");
    let other = json!({ "email": "li@example.com" });
    for _ in 0..2 {
        let asked = t.admin.post(path.as_str()).json(other.clone()).await;
        assert_eq!(asked.summary(), "202");
    }
    let another = json!({ "email": "wang@example.com" });
    t.admin.post(path.as_str()).json(another).await.expect(202);
    t.run_until_idle().await;
    let mails = t.outbox.take();
    let mut to: Vec<&str> = mails.iter().map(|it| it.to.address.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["li@example.com", "wang@example.com"]);
}

#[tokio::test]
async fn a_blocked_contact_cannot_write() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("spam").await.expect(201);
    let id = visitor.conversation().await;
    let row = t
        .admin
        .get(format!("/api/v1/conversations/{id}"))
        .await
        .expect(200);
    let contact = format!("/api/v1/contacts/{}", row.text_at("/contact/id"));
    t.admin
        .patch(contact)
        .json(json!({ "is_blocked": true }))
        .await
        .expect(200);
    assert_eq!(visitor.writes("more spam").await.summary(), "403 blocked");
}

#[tokio::test]
async fn questions_before_the_chat_are_asked_once_and_checked() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let settings = json!({ "prechat": { "enabled": true, "fields": [
        { "key": "name", "label": { "en": "Name" }, "kind": "text", "required": true },
        { "key": "email", "label": { "en": "E-mail" }, "kind": "email" },
    ] } });
    t.admin
        .patch(format!("/api/v1/inboxes/{}", inbox.id))
        .json(json!({ "settings": settings }))
        .await
        .expect(200);
    let visitor = t.visitor(&inbox).await;
    let write = async |prechat: Value| {
        let body = json!({ "client_id": "x", "text": "hi", "prechat": prechat });
        visitor.post("/api/v1/widget/messages").json(body).await
    };
    assert_eq!(
        write(json!({})).await.summary(),
        "422 invalid-field /prechat/name"
    );
    let wrong = write(json!({ "name": "Li", "email": "li" })).await;
    assert_eq!(wrong.summary(), "422 invalid-field /prechat/email");
    write(json!({ "name": "Li", "email": "li@example.com" }))
        .await
        .expect(201);
    let id = visitor.conversation().await;
    let row = t
        .admin
        .get(format!("/api/v1/conversations/{id}"))
        .await
        .expect(200);
    assert_eq!(row.text_at("/contact/name"), "Li");
}

#[tokio::test]
async fn only_named_sites_may_embed_the_widget() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let path = format!("/api/v1/inboxes/{}", inbox.id);
    t.admin
        .patch(path)
        .json(json!({ "allowed_domains": ["shop.example"] }))
        .await
        .expect(200);
    let config = format!("/api/v1/widget/inboxes/{}", inbox.key);
    let from = |origin: &str| t.anonymous().with("origin", origin);
    from("https://shop.example").get(&config).await.expect(200);
    for origin in [
        "https://evil.example",
        "https://shop.example.evil.example",
        "null",
    ] {
        let refused = from(origin).get(&config).await;
        assert_eq!(refused.summary(), "403 domain-not-allowed", "{origin}");
    }
    t.anonymous()
        .get("/api/v1/widget/inboxes/unknown")
        .await
        .expect(404);
}
