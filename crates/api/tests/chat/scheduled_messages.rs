//! Messages that are written now and sent later.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_ports::Clock as _;
use zhiyin_testkit::{Client, TestApp};

use crate::offers::{event, stream};

const HOUR: Duration = Duration::from_hours(1);

async fn schedule(agent: &Client, conversation: &str, body: Value) -> Value {
    let path = format!("{conversation}/scheduled-messages");
    agent.post(path).json(body).await.expect(201).json()
}

fn later(t: &TestApp, client_id: &str) -> Value {
    let at = t.clock.now().plus(HOUR).to_string();
    json!({ "client_id": client_id, "text": "Is it working now?", "send_at": at })
}

async fn status(agent: &Client, conversation: &str) -> Value {
    let path = format!("{conversation}/scheduled-messages");
    let list = agent.get(path).await.expect(200).json();
    let item = &list["items"][0];
    json!([item["status"], item["reason"]])
}

async fn texts(agent: &Client, conversation: &str) -> Vec<String> {
    let list = agent
        .get(format!("{conversation}/messages"))
        .await
        .expect(200)
        .json();
    let items = list["items"].as_array().expect("a list").iter();
    items
        .filter(|message| message["kind"] == "text")
        .map(|message| message["text"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn a_message_is_sent_once_at_its_time_in_the_name_of_its_author() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let first = schedule(&t.admin, &path, later(&t, "1")).await;
    let again = t
        .admin
        .post(format!("{path}/scheduled-messages"))
        .json(later(&t, "1"))
        .await;
    assert_eq!(
        again.expect(200).text_at("/id"),
        first["id"].as_str().expect("an id")
    );
    let draft = json!({ "kind": "text", "text": "half a word" });
    t.admin
        .put(format!("{path}/draft"))
        .json(draft)
        .await
        .expect(204);
    t.run_until_idle().await;
    assert_eq!(texts(&t.admin, &path).await, ["hello"], "not yet");
    t.clock.advance(HOUR);
    t.run_until_idle().await;
    t.run_until_idle().await;
    assert_eq!(
        texts(&t.admin, &path).await,
        ["hello", "Is it working now?"]
    );
    assert_eq!(status(&t.admin, &path).await, json!(["sent", null]));
    let drafts = t.admin.get(format!("{path}/draft")).await.expect(200);
    assert!(
        drafts.text().contains("half a word"),
        "what is being typed stays"
    );
    let seen = visitor
        .get("/api/v1/widget/messages")
        .await
        .expect(200)
        .json();
    let shown = seen["items"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|message| message["text"] == "Is it working now?");
    assert_eq!(shown.expect("the message")["author"]["kind"], "agent");
    let talk = visitor
        .get("/api/v1/widget/conversation")
        .await
        .expect(200)
        .json();
    assert_eq!(talk["unread_count"], 1);
    let sent = format!(
        "/api/v1/scheduled-messages/{}",
        first["id"].as_str().unwrap_or_default()
    );
    assert_eq!(t.admin.delete(&sent).await.summary(), "409 not-waiting");
}

#[tokio::test]
async fn an_answer_of_the_customer_drops_what_should_wait_for_it() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("hello").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let mut body = later(&t, "1");
    body["cancel_on_reply"] = json!(true);
    schedule(&t.admin, &path, body).await;
    visitor.writes("solved").await.expect(201);
    assert_eq!(
        status(&t.admin, &path).await,
        json!(["cancelled", "customer_replied"])
    );
    t.clock.advance(HOUR);
    t.run_until_idle().await;
    assert_eq!(texts(&t.admin, &path).await, ["hello", "solved"]);
}

#[tokio::test]
async fn a_message_is_changed_and_sent_by_its_author_alone_and_dropped_by_who_manages() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let author = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let made = schedule(&author, &path, later(&t, "1")).await;
    let own = format!(
        "/api/v1/scheduled-messages/{}",
        made["id"].as_str().unwrap_or_default()
    );
    let change = json!({ "text": "And now?" });
    assert_eq!(
        t.admin.patch(&own).json(change.clone()).await.summary(),
        "403 forbidden"
    );
    assert_eq!(
        t.admin.post(format!("{own}/send")).await.summary(),
        "403 forbidden"
    );
    let changed = author.patch(&own).json(change).await.expect(200);
    assert_eq!(changed.text_at("/text"), "And now?");
    let past = author
        .patch(&own)
        .json(json!({ "send_at": "2020-01-01T00:00:00Z" }))
        .await;
    assert_eq!(past.summary(), "422 schedule-in-past /send_at");
    let sent = author.post(format!("{own}/send")).await.expect(200);
    assert_eq!(sent.text_at("/status"), "sent");
    assert_eq!(texts(&t.admin, &path).await, ["hello", "And now?"]);
    let second = schedule(&author, &path, later(&t, "2")).await;
    let other = format!(
        "/api/v1/scheduled-messages/{}",
        second["id"].as_str().unwrap_or_default()
    );
    let dropped = t.admin.delete(&other).await.expect(200);
    assert_eq!(dropped.text_at("/reason"), "by_agent");
}

#[tokio::test]
async fn what_may_not_be_sent_any_more_fails_with_a_reason() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let author = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    schedule(&author, &path, later(&t, "1")).await;
    let gone = format!("/api/v1/agents/{}/deactivate", author.id);
    t.admin.post(gone).await.expect(200);
    t.clock.advance(HOUR);
    t.run_until_idle().await;
    assert_eq!(
        status(&t.admin, &path).await,
        json!(["failed", "author_inactive"])
    );
    assert_eq!(texts(&t.admin, &path).await, ["hello"]);
}

#[tokio::test]
async fn a_file_waits_with_its_message_and_belongs_to_it() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("hello").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let file = t
        .admin
        .post("/api/v1/attachments")
        .file("a.txt", "text/plain", b"text")
        .await;
    let file = file.expect(201).text_at("/id");
    let mut body = later(&t, "1");
    body["send_at"] = json!(t.clock.now().plus(48 * HOUR).to_string());
    body["attachment_ids"] = json!([file]);
    let made = schedule(&t.admin, &path, body.clone()).await;
    assert_eq!(made["attachments"][0]["name"], "a.txt");
    body["client_id"] = json!("2");
    let twice = t
        .admin
        .post(format!("{path}/scheduled-messages"))
        .json(body)
        .await;
    assert_eq!(twice.summary(), "422 invalid-field /attachment_ids");
    t.clock.advance(30 * HOUR);
    t.run_until_idle().await;
    t.clock.advance(18 * HOUR);
    t.run_until_idle().await;
    assert_eq!(status(&t.admin, &path).await, json!(["sent", null]));
    visitor
        .get(format!("/api/v1/files/{file}"))
        .await
        .expect(200);
}

#[tokio::test]
async fn an_author_who_lost_sight_of_a_conversation_hears_what_was_not_sent() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let author = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let other = t.agent("Wang Lei", BuiltinRole::Agent, &[inbox.id]).await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let mut sooner = later(&t, "1");
    sooner["cancel_on_reply"] = json!(true);
    let dropped = schedule(&author, &path, sooner).await;
    let failed = schedule(&author, &path, later(&t, "2")).await;
    let own = schedule(&author, &path, later(&t, "3")).await;
    let members = json!({ "member_ids": [t.admin.id, other.id] });
    let own = format!(
        "/api/v1/scheduled-messages/{}",
        own["id"].as_str().expect("an id")
    );
    author.delete(own).await.expect(200);
    t.admin
        .patch(format!("/api/v1/inboxes/{}", inbox.id))
        .json(members)
        .await
        .expect(200);
    t.run_until_idle().await;
    let server = t.listen().await;
    let (mut at_author, mut at_other) = (
        stream(&server, &author).await,
        stream(&server, &other).await,
    );
    visitor.writes("solved").await.expect(201);
    t.run_until_idle().await;
    let (told, before) = event(&mut at_author, "scheduled_message.unsent").await;
    assert!(
        before.is_empty(),
        "nothing else is theirs to know: {before:?}"
    );
    assert!(told.get("conversation").is_none(), "{told}");
    let message = &told["data"]["scheduled_message"];
    assert_eq!(
        (&message["id"], &message["status"], &message["reason"]),
        (
            &dropped["id"],
            &json!("cancelled"),
            &json!("customer_replied")
        )
    );
    t.clock.advance(HOUR);
    t.run_until_idle().await;
    let (told, _) = event(&mut at_author, "scheduled_message.unsent").await;
    let message = &told["data"]["scheduled_message"];
    assert_eq!(
        (&message["id"], &message["status"], &message["reason"]),
        (&failed["id"], &json!("failed"), &json!("not_allowed"))
    );
    let (_, before) = event(&mut at_other, "scheduled_message.failed").await;
    let is_theirs = |kind: &String| kind == "scheduled_message.unsent";
    assert!(!before.iter().any(is_theirs), "{before:?}");
    server.stop().await;
}
