//! People and cases to test with.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_testkit::{Client, TestApp};

/// An hour.
pub const HOUR: Duration = Duration::from_hours(1);

/// Reads something that is there.
pub async fn read(client: &Client, path: impl Into<String>) -> Value {
    let answer = client.get(path.into()).await.expect(200);
    serde_json::from_str(&answer.text()).expect("JSON")
}

/// Opens a consultation; gives its path.
pub async fn consultation(client: &Client) -> String {
    let body = json!({
        "type": "consultation", "title": "Kettle leaks",
        "answers": { "question": "Why does it leak?" },
    });
    let case = client.post("/api/v1/cases").json(body).await.expect(201);
    format!("/api/v1/cases/{}", case.text_at("/id"))
}

/// Leaves the procedure at its open step.
pub async fn leave_steps(client: &Client, case: &str) {
    let steps = read(client, format!("{case}/steps")).await;
    let body = json!({ "visit": steps["current"]["visit"], "reason": "settled by telephone" });
    client
        .post(format!("{case}/steps/abandon"))
        .json(body)
        .await
        .expect(200);
}

/// Sets how a case stands, and says how that ended.
pub async fn stand(client: &Client, case: &str, status: &str) -> String {
    let body = json!({ "status": status, "note": "because" });
    client
        .post(format!("{case}/status"))
        .json(body)
        .await
        .summary()
}

/// The names of what happened to a case, oldest first, with the code of each.
pub async fn happened(client: &Client, case: &str) -> Vec<String> {
    let page = read(client, format!("{case}/history?limit=100")).await;
    let entries = page["items"].as_array().expect("a list");
    let one = |entry: &Value| {
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("kind"), text("what"))
            .trim()
            .to_owned()
    };
    entries.iter().rev().map(one).collect()
}

/// A team with an agent in it.
pub async fn team(t: &TestApp, name: &str, members: &[String]) -> String {
    let body = json!({ "name": name, "member_ids": members });
    t.admin
        .post("/api/v1/teams")
        .json(body)
        .await
        .expect(201)
        .text_at("/id")
}
