//! Warnings of what could grow.

use std::time::Duration;

use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{TestAgent, TestApp};

use crate::{case, customer, done, id, post, read};

/// A word and a run of cases; gives the named lead and somebody else.
async fn alarmed(t: &TestApp) -> (TestAgent, TestAgent) {
    let inbox = t.inbox("Shop").await;
    let lead = t
        .agent("Zhou Min", BuiltinRole::Supervisor, &[inbox.id])
        .await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let mut setting = read(&t.admin, "/api/v1/settings/warnings").await;
    setting["rules"]["people"] = json!([lead.id]);
    t.admin
        .put("/api/v1/settings/warnings")
        .json(setting)
        .await
        .expect(200);
    let (visitor, talk) = customer(t, &inbox, "I shall see my lawyer").await;
    visitor.writes("my LAWYER, you hear").await.expect(201);
    for _ in 0..6 {
        case(&t.admin, "fault", &talk, json!({})).await;
    }
    t.run_until_idle().await;
    t.clock.advance(Duration::from_mins(6));
    t.run_until_idle().await;
    (lead, agent)
}

#[tokio::test]
async fn a_word_and_a_run_warn_named_people_once() {
    let t = TestApp::new().await;
    let (lead, agent) = alarmed(&t).await;
    let open = read(&lead, "/api/v1/risk-warnings").await;
    let mut kinds: Vec<&str> = open["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["kind"].as_str())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["keyword", "run"], "{open}");
    let nobody = read(&agent, "/api/v1/risk-warnings").await;
    assert_eq!(nobody["items"], json!([]), "only for those who are named");

    let run = open["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["kind"] == "run")
        .unwrap();
    assert_eq!(run["facts"]["count"], 6);
    let path = format!("/api/v1/risk-warnings/{}", id(run));
    let foreign = post(
        &agent,
        &format!("{path}/tick"),
        json!({ "step": 0, "is_done": true }),
    )
    .await;
    assert_eq!(foreign.summary(), "403 forbidden");
    let early = post(
        &lead,
        &format!("{path}/close"),
        json!({ "note": "one cause" }),
    )
    .await;
    assert_eq!(early.summary(), "409 risk-open-steps");
    for step in 0..run["plan"].as_array().unwrap().len() {
        done(
            &lead,
            &format!("{path}/tick"),
            json!({ "step": step, "is_done": true }),
        )
        .await;
    }
    let closed = done(
        &lead,
        &format!("{path}/close"),
        json!({ "note": "one cause" }),
    )
    .await;
    assert_eq!(closed["closed_by"], json!(lead.id));
    let again = post(&lead, &format!("{path}/close"), json!({ "note": "x" })).await;
    assert_eq!(again.summary(), "409 changed");
}
