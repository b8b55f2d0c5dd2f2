//! A rule that is not used, and a shared macro.

use std::collections::BTreeMap;

use serde_json::json;
use zhiyin_testkit::Client;

/// Made by `owner`.
pub async fn automation(owner: &Client, things: &mut BTreeMap<&'static str, String>, name: &str) {
    let terms = json!({ "trigger": { "kind": "event", "events": ["resolved"] },
        "actions": [{ "do": "note", "text": "x" }] });
    let rule = owner
        .post("/api/v1/automation-rules")
        .json(json!({ "name": name, "terms": terms }))
        .await
        .expect(201);
    things.insert("automation_rule", rule.text_at("/id"));
    let shared =
        json!({ "name": name, "is_shared": true, "actions": [{ "do": "note", "text": "x" }] });
    let made = owner.post("/api/v1/macros").json(shared).await.expect(201);
    things.insert("macro", made.text_at("/id"));
}
