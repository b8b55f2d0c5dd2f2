//! Complaints, recovery, evidence, call backs, warnings and the portal over HTTP: each test
//! has a program of its own.

mod asks;
mod complaints;
mod evidence;
mod notices;
mod portal;
mod recovery;
mod warnings;

use serde_json::{Value, json};
use zhiyin_testkit::{Client, TestAgent, TestApp, TestInbox, TestResponse, TestVisitor};

/// A visitor who has written, and their conversation.
pub async fn customer(t: &TestApp, inbox: &TestInbox, text: &str) -> (TestVisitor, String) {
    let visitor = t.visitor(inbox).await;
    visitor.writes(text).await.expect(201);
    let conversation = visitor.conversation().await.to_string();
    (visitor, conversation)
}

/// A case of a type, from a conversation.
pub async fn case(agent: &TestAgent, kind: &str, conversation: &str, more: Value) -> Value {
    let mut body =
        json!({ "type": kind, "title": "Kettle leaks", "conversation_id": conversation });
    body["answers"] = match kind {
        "consultation" => json!({ "question": "Which tea?" }),
        "fault" => json!({ "product": "K1", "symptom": "leaks", "is_dangerous": "false" }),
        _ => json!({ "about": "product", "what_happened": "It leaks", "wish": "A new one" }),
    };
    let fields = body.as_object_mut().expect("an object");
    fields.extend(more.as_object().cloned().unwrap_or_default());
    let created = agent.post("/api/v1/cases").json(body).await.expect(201);
    serde_json::from_slice(&created.bytes).expect("JSON")
}

/// The identifier in an answer.
pub fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// The answer to GET as JSON.
pub async fn read(client: &Client, path: &str) -> Value {
    let answer = client.get(path).await.expect(200);
    serde_json::from_slice(&answer.bytes).expect("JSON")
}

/// The answer to POST.
pub async fn post(client: &Client, path: &str, body: Value) -> TestResponse {
    client.post(path).json(body).await
}

/// The answer to POST as JSON.
pub async fn done(client: &Client, path: &str, body: Value) -> Value {
    let answer = post(client, path, body).await;
    assert!(
        answer.status.is_success(),
        "{path}: {}",
        String::from_utf8_lossy(&answer.bytes)
    );
    serde_json::from_slice(&answer.bytes).expect("JSON")
}
