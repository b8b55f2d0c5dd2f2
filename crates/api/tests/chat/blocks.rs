//! The block list: who gets in, who is put out, and who may decide.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_ports::Clock as _;
use zhiyin_testkit::{Client, TestAgent, TestApp, TestInbox, TestVisitor};

/// A shop behind a proxy, so that visitors come from where they say.
struct Scene {
    t: TestApp,
    inbox: TestInbox,
    agent: TestAgent,
}

async fn scene() -> Scene {
    let t = TestApp::with(|options| {
        options.http.trusted_proxies = ["0.0.0.0/32", "127.0.0.0/8"]
            .map(|net| net.parse().expect("a network"))
            .to_vec();
    })
    .await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    Scene { t, inbox, agent }
}

impl Scene {
    async fn blocks(&self, body: Value) -> String {
        let made = self.t.admin.post("/api/v1/blocks").json(body).await;
        made.expect(201).text_at("/id")
    }

    async fn contact(&self, visitor: &TestVisitor) -> String {
        let id = visitor.conversation().await;
        let path = format!("/api/v1/conversations/{id}");
        let row = self.t.admin.get(path).await.expect(200);
        row.text_at("/contact/id")
    }

    fn from(&self, address: &str) -> Client {
        self.t.anonymous().with("x-forwarded-for", address)
    }

    /// Opens the widget; gives the answer.
    async fn opens(&self, client: &Client, body: Value) -> zhiyin_testkit::TestResponse {
        let path = format!("/api/v1/widget/inboxes/{}/visitors", self.inbox.key);
        client.post(path).json(body).await
    }
}

/// Everything a visitor can ask for.
async fn asks_for_everything(client: &Client) -> Vec<(String, String)> {
    let session = "ss_00000000000000000000000001";
    let mut answers = Vec::new();
    for (method, path, body) in [
        ("GET", "conversation", Value::Null),
        ("GET", "messages", Value::Null),
        (
            "POST",
            "messages",
            json!({ "client_id": "z", "text": "more" }),
        ),
        ("POST", "seen", json!({ "seq": 1 })),
        (
            "POST",
            "rating",
            json!({ "session_id": session, "score": 1 }),
        ),
        ("POST", "end", Value::Null),
        ("POST", "transcript", json!({ "email": "x@example.com" })),
        ("PATCH", "visitor", json!({ "name": "x" })),
    ] {
        let method = method.parse().expect("a method");
        let request = client.request(method, format!("/api/v1/widget/{path}"));
        let request = if body.is_null() {
            request
        } else {
            request.json(body)
        };
        answers.push((path.to_owned(), request.await.summary()));
    }
    let file = client.post("/api/v1/widget/attachments");
    let file = file.file("a.txt", "text/plain", b"x").await;
    answers.push(("attachments".to_owned(), file.summary()));
    answers
}

#[tokio::test]
async fn a_blocked_contact_gets_nowhere_until_they_are_let_in_again() {
    let s = scene().await;
    let visitor = s.t.visitor(&s.inbox).await;
    visitor.writes("spam").await.expect(201);
    let (contact, id) = (s.contact(&visitor).await, visitor.conversation().await);
    let body = json!({ "kind": "contact", "conversation_id": id, "reason": "广告" });
    let made = s
        .agent
        .post("/api/v1/blocks")
        .json(body.clone())
        .await
        .expect(201);
    assert_eq!(made.json()["contact"]["id"], json!(contact));
    assert_eq!(made.json()["created_by"], json!(s.agent.id));
    let again = s.agent.post("/api/v1/blocks").json(body).await;
    assert_eq!(again.summary(), "409 already-exists");
    for (path, answer) in asks_for_everything(&visitor).await {
        assert_eq!(answer, "403 blocked", "{path}");
    }
    let opened = s
        .opens(&s.t.anonymous(), json!({ "token": visitor.token }))
        .await;
    assert_eq!(opened.summary(), "403 blocked");
    let row = s
        .agent
        .get(format!("/api/v1/conversations/{id}"))
        .await
        .expect(200)
        .json();
    assert_eq!(row["is_blocked"], true);
    let list = s
        .agent
        .get(format!("/api/v1/blocks?contact_id={contact}"))
        .await
        .expect(200)
        .json();
    assert_eq!(list["items"][0]["reason"], "广告");

    let path = format!("/api/v1/blocks/{}", made.text_at("/id"));
    s.agent.delete(&path).await.expect(204);
    visitor.writes("sorry").await.expect(201);
    let read = s
        .agent
        .get(format!("/api/v1/contacts/{contact}"))
        .await
        .expect(200)
        .json();
    assert_eq!(read["is_blocked"], false);
    let log =
        s.t.admin
            .get("/api/v1/audit")
            .await
            .expect(200)
            .text()
            .to_owned();
    assert!(
        log.contains("block.created") && log.contains("block.deleted"),
        "{log}"
    );
    assert!(log.contains(&contact) && !log.contains("广告"));
}

#[tokio::test]
async fn who_is_blocked_may_still_leave() {
    let s = scene().await;
    let visitor = s.t.visitor(&s.inbox).await;
    visitor.writes("spam").await.expect(201);
    let contact = s.contact(&visitor).await;
    s.blocks(json!({ "kind": "contact", "contact_id": contact }))
        .await;
    visitor.delete("/api/v1/widget/visitor").await.expect(204);
    let gone = visitor.get("/api/v1/widget/conversation").await;
    assert_eq!(gone.summary(), "401 unauthenticated");
}

#[tokio::test]
async fn the_mark_on_a_contact_and_the_list_are_one() {
    let s = scene().await;
    let visitor = s.t.visitor(&s.inbox).await;
    visitor.writes("spam").await.expect(201);
    let path = format!("/api/v1/contacts/{}", s.contact(&visitor).await);
    for (mark, count) in [(true, 1), (true, 1), (false, 0), (false, 0)] {
        let body = json!({ "is_blocked": mark });
        let row = s.agent.patch(&path).json(body).await.expect(200).json();
        assert_eq!(row["is_blocked"], mark);
        let list = s.agent.get("/api/v1/blocks").await.expect(200).json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(count));
    }
    let stranger = s.t.agent("Bo", BuiltinRole::Agent, &[]).await;
    let body = json!({ "is_blocked": true });
    assert_eq!(
        stranger.patch(&path).json(body).await.summary(),
        "404 not-found"
    );
}

#[tokio::test]
async fn an_e_mail_address_shuts_out_whoever_has_it_and_whoever_takes_it() {
    let s = scene().await;
    let visitor = s.t.visitor(&s.inbox).await;
    visitor.writes("hi").await.expect(201);
    let mail = json!({ "email": "Spam@example.com" });
    visitor
        .patch("/api/v1/widget/visitor")
        .json(mail)
        .await
        .expect(200);
    let contact = s.contact(&visitor).await;
    let body = json!({ "kind": "email", "contact_id": contact });
    assert_eq!(
        s.agent
            .post("/api/v1/blocks")
            .json(body.clone())
            .await
            .summary(),
        "403 forbidden"
    );
    s.blocks(body).await;
    assert_eq!(visitor.writes("again").await.summary(), "403 blocked");
    let list = s.agent.get("/api/v1/blocks").await.expect(200).json();
    assert_eq!(list["items"][0]["value"], "S•••@example.com");
    let list = s.t.admin.get("/api/v1/blocks").await.expect(200).json();
    assert_eq!(list["items"][0]["value"], "Spam@example.com");

    let other = s.t.visitor(&s.inbox).await;
    other.writes("hi").await.expect(201);
    let taken = json!({ "email": "spam@EXAMPLE.com" });
    let refused = other
        .patch("/api/v1/widget/visitor")
        .json(taken.clone())
        .await;
    assert_eq!(refused.summary(), "403 blocked");
    other.writes("I keep to my own").await.expect(201);
    // An agent who notes such an address blocks the contact with it; another one lifts that.
    let path = format!("/api/v1/contacts/{}", s.contact(&other).await);
    let row = s.agent.patch(&path).json(taken).await.expect(200).json();
    assert_eq!(row["is_blocked"], true);
    let ham = json!({ "email": "ham@example.com" });
    let row = s.agent.patch(&path).json(ham).await.expect(200).json();
    assert_eq!(row["is_blocked"], false);
}

#[tokio::test]
async fn a_network_shuts_out_whoever_comes_from_there() {
    let s = scene().await;
    let (bad, good) = (s.from("203.0.113.9"), s.from("198.51.100.7"));
    let token = s.opens(&bad, json!({})).await.expect(200).text_at("/token");
    let bearer = format!("Bearer {token}");
    let bad_visitor = bad.with("authorization", &bearer);
    let hello = json!({ "client_id": "1", "text": "hello" });
    bad_visitor
        .post("/api/v1/widget/messages")
        .json(hello)
        .await
        .expect(201);
    let id = s
        .blocks(json!({ "kind": "address", "value": "203.0.113.0/24" }))
        .await;
    for (path, answer) in asks_for_everything(&bad_visitor).await {
        assert_eq!(answer, "403 blocked", "{path}");
    }
    assert_eq!(s.opens(&bad, json!({})).await.summary(), "403 blocked");
    s.opens(&good, json!({})).await.expect(200);
    // The person is not blocked: from elsewhere they get in.
    let moved = good.with("authorization", &bearer);
    moved.get("/api/v1/widget/conversation").await.expect(200);
    s.t.admin
        .delete(format!("/api/v1/blocks/{id}"))
        .await
        .expect(204);
    s.opens(&bad, json!({})).await.expect(200);
    // Nobody has to know the address to block it.
    let conversation = bad_visitor
        .get("/api/v1/widget/conversation")
        .await
        .expect(200);
    let body = json!({ "kind": "address", "conversation_id": conversation.text_at("/id") });
    assert_eq!(
        s.agent
            .post("/api/v1/blocks")
            .json(body.clone())
            .await
            .summary(),
        "403 forbidden"
    );
    s.blocks(body).await;
    assert_eq!(s.opens(&bad, json!({})).await.summary(), "403 blocked");
    s.opens(&s.from("203.0.113.10"), json!({}))
        .await
        .expect(200);
}

#[tokio::test]
async fn what_cannot_be_blocked_is_refused_with_a_reason() {
    let s = scene().await;
    let visitor = s.t.visitor(&s.inbox).await;
    visitor.writes("hi").await.expect(201);
    let contact = s.contact(&visitor).await;
    let past = s.t.clock.now().minus(Duration::from_secs(1));
    for (body, expected) in [
        (
            json!({ "kind": "address", "value": "shop.example" }),
            "422 invalid-field /value",
        ),
        (
            json!({ "kind": "address", "value": "0.0.0.0/0" }),
            "422 invalid-field /value",
        ),
        (
            json!({ "kind": "email", "value": "nobody" }),
            "422 invalid-field /value",
        ),
        (
            json!({ "kind": "phone", "value": "call me" }),
            "422 invalid-field /value",
        ),
        (json!({ "kind": "email" }), "422 invalid-field /value"),
        (
            json!({ "kind": "contact", "value": contact }),
            "422 invalid-field /contact_id",
        ),
        (
            json!({ "kind": "email", "contact_id": contact }),
            "422 invalid-field /kind",
        ),
        (
            json!({ "kind": "email", "contact_id": contact, "value": "a@b.cn" }),
            "422 invalid-field /value",
        ),
        (
            json!({ "kind": "contact", "contact_id": contact, "expires_at": past }),
            "422 invalid-field /expires_at",
        ),
        (
            json!({ "kind": "contact", "contact_id": contact, "reason": "字".repeat(501) }),
            "422 too-long /reason",
        ),
        (
            json!({ "kind": "contact", "contact_id": "ct_00000000000000000000000001" }),
            "404 not-found",
        ),
    ] {
        let refused = s.t.admin.post("/api/v1/blocks").json(body.clone()).await;
        assert_eq!(refused.summary(), expected, "{body}");
    }
}

#[tokio::test]
async fn a_block_ends_by_itself() {
    let s = scene().await;
    let visitor = s.t.visitor(&s.inbox).await;
    visitor.writes("spam").await.expect(201);
    let contact = s.contact(&visitor).await;
    let end = s.t.clock.now().plus(Duration::from_hours(1));
    s.blocks(json!({ "kind": "contact", "contact_id": contact, "expires_at": end }))
        .await;
    s.blocks(json!({ "kind": "address", "value": "203.0.113.9", "expires_at": end }))
        .await;
    let sweep = || zhiyin_app::blocks::lift_due(&s.t.app, 10);
    assert_eq!(sweep().await.expect("a round"), 0);
    assert_eq!(visitor.writes("more").await.summary(), "403 blocked");
    s.t.clock.advance(Duration::from_hours(1));
    // The network's end is kept by the minute hand, the contact's by the reconciler.
    s.opens(&s.from("203.0.113.9"), json!({})).await.expect(200);
    assert_eq!(sweep().await.expect("a round"), 2);
    assert_eq!(sweep().await.expect("a round"), 0);
    visitor.writes("sorry").await.expect(201);
    let list = s.agent.get("/api/v1/blocks").await.expect(200).json();
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn open_streams_are_cut_with_the_reason_and_closed_to_new_ones() {
    let s = scene().await;
    let server = s.t.listen().await;
    let connect = async |token: &str, address: &str| {
        let mut socket = server
            .connect("/api/v1/widget/stream", &s.from(address))
            .await
            .expect("a stream");
        let hello = json!({ "t": "hello", "token": token, "since": null });
        socket.say(hello).await;
        socket
    };
    let open = async |address: &str| {
        let opened = s.opens(&s.from(address), json!({})).await.expect(200);
        let token = opened.text_at("/token");
        let client = s
            .from(address)
            .with("authorization", &format!("Bearer {token}"));
        let hello = json!({ "client_id": "1", "text": "hello" });
        client
            .post("/api/v1/widget/messages")
            .json(hello)
            .await
            .expect(201);
        (token, opened.text_at("/visitor/contact_id"))
    };
    let (first, contact) = open("198.51.100.7").await;
    let (second, _) = open("203.0.113.9").await;
    let (third, _) = open("192.0.2.1").await;
    let mut at_first = connect(&first, "198.51.100.7").await;
    let mut at_second = connect(&second, "203.0.113.9").await;
    let mut at_third = connect(&third, "192.0.2.1").await;
    for socket in [&mut at_first, &mut at_second, &mut at_third] {
        socket.hear().await.expect("an answer to hello");
    }
    s.blocks(json!({ "kind": "contact", "contact_id": contact }))
        .await;
    s.blocks(json!({ "kind": "address", "value": "203.0.113.9" }))
        .await;
    s.t.run_until_idle().await;
    assert_eq!(at_first.farewell().await.as_deref(), Some("blocked"));
    assert_eq!(at_second.farewell().await.as_deref(), Some("blocked"));
    for (token, address) in [(&first, "198.51.100.7"), (&second, "203.0.113.9")] {
        let mut again = connect(token, address).await;
        assert_eq!(
            again.farewell().await.as_deref(),
            Some("blocked"),
            "{address}"
        );
    }
    // Nobody else noticed.
    let client = s
        .from("192.0.2.1")
        .with("authorization", &format!("Bearer {third}"));
    let more = json!({ "client_id": "2", "text": "still here" });
    client
        .post("/api/v1/widget/messages")
        .json(more)
        .await
        .expect(201);
    s.t.run_until_idle().await;
    let event = at_third.hear_of("event").await;
    assert!(!event["messages"].is_null());
    server.stop().await;
}
