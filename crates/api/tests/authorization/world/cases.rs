//! Cases of the world, and what stands beside them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use zhiyin_domain::ids::{RiskWarningId, WorkspaceId};
use zhiyin_ports::Clock as _;
use zhiyin_store::Tx;
use zhiyin_store::cases::warnings::{self, StoredWarning};
use zhiyin_testkit::{Client, TestApp};

/// A case with a task for the team, and its type.
pub async fn cases(owner: &Client, things: &mut BTreeMap<&'static str, String>) {
    let body = json!({ "type": "consultation", "title": "x", "answers": {
        "question": "x",
    } });
    let case = owner.post("/api/v1/cases").json(body).await.expect(201);
    let id = case.text_at("/id");
    things.insert("case_type", case.text_at("/type/id"));
    let body = json!({
        "team_id": things["team"], "request": "x", "standard": "x",
        "limit": { "within_s": 3600, "basis": "wall" },
    });
    let path = format!("/api/v1/cases/{id}/tasks");
    let task = owner.post(path).json(body).await.expect(201);
    things.insert("task", task.text_at("/id"));
    things.insert("case", id);
}

/// A complaint, a gesture, a statement and a call back of the case, and a warning.
pub async fn handling(
    t: &TestApp,
    workspace: WorkspaceId,
    owner: &Client,
    things: &mut BTreeMap<&'static str, String>,
) {
    let complaint = json!({ "type": "complaint", "title": "x", "answers": {
        "about": "product", "what_happened": "x", "wish": "x",
    } });
    let complaint = owner
        .post("/api/v1/cases")
        .json(complaint)
        .await
        .expect(201);
    things.insert("complaint", complaint.text_at("/id"));
    let path = format!("/api/v1/cases/{}", things["case"]);
    let free = json!({ "minor": 0, "currency": "CNY" });
    let gesture = json!({ "gesture": "apology", "cost": free, "reason": "x" });
    let asked = owner.post(format!("{path}/recovery")).json(gesture);
    things.insert("recovery", asked.await.expect(201).text_at("/items/0/id"));
    let words = json!({ "kind": "statement", "speaker": "x", "text": "x" });
    let added = owner.post(format!("{path}/evidence")).json(words);
    things.insert("evidence", added.await.expect(201).text_at("/id"));
    let call = owner.post(format!("{path}/follow-ups")).json(json!({}));
    things.insert("follow_up", call.await.expect(201).text_at("/id"));
    let id = RiskWarningId::from_uuid(t.app.parts().ids.uuid());
    let warning = StoredWarning {
        id,
        kind: "run".to_owned(),
        subject: id.to_string(),
        facts: json!({}),
        people: Vec::new(),
        plan: Vec::<Value>::new(),
        opened_at: t.clock.now(),
        last_seen_at: t.clock.now(),
        closed: None,
        note: None,
        version: 1,
    };
    let raise = move |tx: &mut Tx<'_>| warnings::raise(tx, &warning);
    let raised = t.app.store().write(workspace, raise).await;
    assert!(raised.expect("a warning"), "it is new");
    things.insert("risk_warning", id.to_string());
}

/// Something the customer of the conversation was told.
pub async fn notice(t: &TestApp, owner: &Client, things: &mut BTreeMap<&'static str, String>) {
    let client_id = t.app.parts().ids.uuid().to_string();
    let told = json!({ "client_id": client_id, "key": "repair_data" });
    let path = format!("/api/v1/conversations/{}/notices", things["conversation"]);
    let notice = owner.post(path).json(told).await.expect(201);
    things.insert("notice", notice.text_at("/id"));
}
