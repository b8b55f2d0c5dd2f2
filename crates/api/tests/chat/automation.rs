//! Rules and macros: what they do, why, how often, and who may set them up.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::ids::ConversationId;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{Client, Receiver, TestApp, TestVisitor};

const RULES: &str = "/api/v1/automation-rules";

#[expect(
    clippy::needless_pass_by_value,
    reason = "terms are written where they are passed"
)]
fn on(events: &[&str], conditions: Value, actions: Value) -> Value {
    json!({ "trigger": { "kind": "event", "events": events }, "conditions": conditions, "actions": actions })
}

async fn rule(by: &Client, name: &str, terms: Value) -> String {
    let body = json!({ "name": name, "is_enabled": true, "terms": terms });
    by.post(RULES).json(body).await.expect(201).text_at("/id")
}

async fn tag(t: &TestApp, name: &str) -> String {
    let body = json!({ "name": name, "color": "#1f6f6b" });
    let made = t.admin.post("/api/v1/tags").json(body).await;
    made.expect(201).text_at("/id")
}

async fn read(t: &TestApp, path: &str) -> Value {
    t.admin.get(path).await.expect(200).json()
}

async fn talk(t: &TestApp, id: ConversationId) -> Value {
    read(t, &format!("/api/v1/conversations/{id}")).await
}

async fn outcomes(t: &TestApp, rule: &str) -> Vec<String> {
    let page = read(t, &format!("{RULES}/{rule}/runs")).await;
    let items = page["items"].as_array().expect("a list").clone();
    let name = |it: &Value| {
        let reason = it["skip_reason"].as_str().map(|it| format!(" {it}"));
        format!(
            "{}{}",
            it["outcome"].as_str().unwrap_or("?"),
            reason.unwrap_or_default()
        )
    };
    items.iter().map(name).collect()
}

async fn says(t: &TestApp, visitor: &TestVisitor, text: &str) -> ConversationId {
    visitor.writes(text).await;
    t.run_until_idle().await;
    visitor.conversation().await
}

#[tokio::test]
async fn a_rule_acts_once_and_says_why() {
    let t = TestApp::new().await;
    let (inbox, refund) = (t.inbox("Shop").await, tag(&t, "refund").await);
    let conditions = json!({ "all": [
        { "field": "message", "operator": "contains_any", "value": ["退款", "REFUND"] },
        { "any": [
            { "field": "priority", "operator": "is", "value": ["normal"] },
            { "field": "tag", "operator": "has_any", "value": [refund] },
        ] },
        { "not": { "field": "weekday", "operator": "is_not",
            "value": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] } },
    ] });
    let actions = json!([
        { "do": "add_tags", "tag_ids": [refund] },
        { "do": "set_priority", "priority": "high" },
        { "do": "note", "text": "Refund of {{conversation.number}}" },
        { "do": "send", "text": "We look into it." },
        { "do": "reopen" },
    ]);
    let id = rule(
        &t.admin,
        "Refunds",
        on(&["customer_wrote"], conditions, actions),
    )
    .await;
    let visitor = t.visitor(&inbox).await;
    let about = says(&t, &visitor, "Hello").await;
    assert_eq!(talk(&t, about).await["priority"], "normal");
    says(&t, &visitor, "I want a ｒｅｆｕｎｄ").await;
    let now = talk(&t, about).await;
    assert_eq!(
        (&now["priority"], &now["tag_ids"]),
        (&json!("high"), &json!([refund]))
    );

    let runs = read(
        &t,
        &format!("/api/v1/conversations/{about}/automation-runs"),
    )
    .await;
    let done = &runs["items"][0];
    assert_eq!(
        (&done["outcome"], &done["trigger"]),
        (&json!("done"), &json!("customer_wrote"))
    );
    assert_eq!(
        (&done["rule_name"], &done["rule_version"]),
        (&json!("Refunds"), &json!(1))
    );
    let ends: Vec<_> = done["actions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| &it["result"])
        .collect();
    assert_eq!(ends, ["done", "done", "done", "done", "nothing"]);
    let before = &runs["items"][1];
    assert_eq!(before["outcome"], "not_matched");
    assert_eq!(
        before["leaves"][0],
        json!({ "path": "/conditions/all/0", "holds": false })
    );
    assert_eq!(before["leaves"][1]["holds"], true);

    let note = format!("Refund of {}", now["number"]);
    let messages = read(&t, &format!("/api/v1/conversations/{about}/messages"))
        .await
        .to_string();
    assert!(
        messages.contains(&note) && messages.contains("We look into it."),
        "{messages}"
    );
    t.run_until_idle().await;
    assert_eq!(outcomes(&t, &id).await, ["done", "not_matched"], "once");
    assert_eq!(read(&t, &format!("{RULES}/{id}")).await["counts"]["day"], 1);
    let renamed = t
        .admin
        .patch(format!("{RULES}/{id}"))
        .json(json!({ "name": "Money back", "version": 1 }))
        .await;
    assert_eq!(renamed.expect(200).json()["version"], 2);
    let stale = t
        .admin
        .patch(format!("{RULES}/{id}"))
        .json(json!({ "is_enabled": false, "version": 1 }))
        .await;
    assert_eq!(stale.summary(), "409 changed");
    let versions = read(&t, &format!("{RULES}/{id}/versions")).await;
    let names: Vec<_> = versions["items"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| &it["name"])
        .collect();
    assert_eq!(names, ["Money back", "Refunds"]);
}

#[tokio::test]
async fn rules_that_set_each_other_off_come_to_rest() {
    let t = TestApp::new().await;
    let (inbox, flag) = (t.inbox("Shop").await, tag(&t, "flag").await);
    let flagged = json!({ "field": "tag", "operator": "has_any", "value": [flag] });
    let plain = json!({ "field": "tag", "operator": "has_none", "value": [flag] });
    let put = json!([{ "do": "add_tags", "tag_ids": [flag] }]);
    let take = json!([{ "do": "remove_tags", "tag_ids": [flag] }]);
    let on_change = ["tags_changed", "customer_wrote"];
    let first = rule(&t.admin, "Put", on(&on_change, plain, put)).await;
    let second = rule(&t.admin, "Take", on(&["tags_changed"], flagged, take)).await;
    let about = says(&t, &t.visitor(&inbox).await, "Hello").await;
    assert_eq!(
        outcomes(&t, &first).await,
        ["skipped loop", "not_matched", "done"]
    );
    assert_eq!(outcomes(&t, &second).await, ["not_matched", "done"]);
    assert_eq!(talk(&t, about).await["tag_ids"], json!([]));
}

#[tokio::test]
async fn a_rule_above_its_budget_rests_until_it_is_resumed() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let mut terms = on(
        &["session_opened"],
        json!({ "all": [] }),
        json!([{ "do": "set_priority", "priority": "high" }]),
    );
    terms["budget"] = json!({ "per_hour": 2, "per_day": 100 });
    let id = rule(&t.admin, "Urgent", terms).await;
    for _ in 0..4 {
        says(&t, &t.visitor(&inbox).await, "Hello").await;
    }
    assert_eq!(outcomes(&t, &id).await, ["skipped budget", "done", "done"]);
    let path = format!("{RULES}/{id}");
    assert_eq!(read(&t, &path).await["paused"]["reason"], "hour");
    let resumed = t
        .admin
        .post(format!("{path}/resume"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&resumed["paused"], &resumed["counts"]["hour"]),
        (&json!(null), &json!(0))
    );
    says(&t, &t.visitor(&inbox).await, "Hello").await;
    assert_eq!(outcomes(&t, &id).await.len(), 4);
}

#[tokio::test]
async fn what_fails_is_told_and_the_rest_is_done() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let away = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let actions = json!([
        { "do": "ask_rating" },
        { "do": "assign", "agent_id": away.id },
        { "do": "set_priority", "priority": "urgent" },
    ]);
    let id = rule(
        &t.admin,
        "To Li Na",
        on(&["session_opened"], json!({ "all": [] }), actions),
    )
    .await;
    let about = says(&t, &t.visitor(&inbox).await, "Hello").await;
    let now = talk(&t, about).await;
    assert_eq!(
        (&now["priority"], &now["assignee_id"]),
        (&json!("urgent"), &json!(away.id))
    );
    let run = &read(&t, &format!("{RULES}/{id}/runs?outcome=failed")).await["items"][0];
    assert_eq!(run["actions"][0]["result"], "failed");
    assert_eq!(run["actions"][0]["detail"], "no session has ended yet");
    let odd = t.admin.get(format!("{RULES}/{id}/runs?outcome=odd")).await;
    assert_eq!(odd.summary(), "422 invalid-field outcome");
}

#[tokio::test]
async fn nobody_has_done_what_they_may_not_do() {
    let t = TestApp::new().await;
    let (inbox, other) = (t.inbox("Shop").await, t.inbox("Other").await);
    let lead = t.agent("Lead", BuiltinRole::Supervisor, &[inbox.id]).await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let receiver = Receiver::start();
    let webhook = json!({ "name": "Hook", "url": receiver.url() });
    let webhook = t
        .admin
        .post("/api/v1/webhooks")
        .json(webhook)
        .await
        .expect(201)
        .text_at("/webhook/id");
    let body = |inboxes: Value, actions: Value| {
        let mut terms = on(&["resolved"], json!({ "all": [] }), actions);
        terms["scope"] = json!({ "inbox_ids": inboxes });
        json!({ "name": "R", "is_enabled": true, "terms": terms })
    };
    let resolve = json!([{ "do": "reopen" }]);
    let hook = json!([{ "do": "call_webhook", "webhook_id": webhook }]);
    let (mine, theirs) = (json!([inbox.id]), json!([other.id]));
    let tries: [(&Client, Value, &str); 6] = [
        (&agent, body(mine.clone(), resolve.clone()), "403 forbidden"),
        (&lead, body(json!([]), resolve.clone()), "403 forbidden"),
        (&lead, body(theirs, resolve.clone()), "403 forbidden"),
        (&lead, body(mine.clone(), hook.clone()), "403 forbidden"),
        (&lead, body(mine, resolve), "201"),
        (
            &lead,
            json!({ "name": "x", "terms": on(&["resolved"], json!({ "any": [] }), json!([])) }),
            "422 invalid-body /terms/conditions",
        ),
    ];
    for (who, body, expected) in tries {
        let answer = who.post(RULES).json(body).await.summary();
        assert!(
            answer.starts_with(expected),
            "{answer} should be {expected}"
        );
    }
    let wrong = on(
        &["resolved"],
        json!({ "field": "tag", "operator": "has_any",
        "value": ["tg_00000000000000000000000001"] }),
        hook.clone(),
    );
    let refused = t
        .admin
        .post(RULES)
        .json(json!({ "name": "x", "terms": wrong }))
        .await;
    assert_eq!(refused.summary(), "422 invalid-field /terms/conditions");
    let id = rule(
        &t.admin,
        "Tell",
        on(&["customer_wrote"], json!({ "all": [] }), hook),
    )
    .await;
    says(&t, &t.visitor(&inbox).await, "Hello").await;
    assert_eq!(outcomes(&t, &id).await, ["done"]);
    let heard: Vec<Value> = receiver
        .heard()
        .iter()
        .map(zhiyin_testkit::Heard::json)
        .collect();
    let told = heard
        .iter()
        .find(|it| it["type"] == "automation.triggered")
        .expect("told");
    assert_eq!(
        told["data"]["automation"],
        json!({ "id": id, "name": "Tell" })
    );
    let taken = body(json!([]), json!([{ "do": "reopen" }]));
    assert_eq!(
        t.admin.post(RULES).json(taken).await.summary(),
        "409 already-exists /name"
    );
}

#[tokio::test]
async fn who_waits_too_long_is_found_once() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let before = says(&t, &t.visitor(&inbox).await, "Hello").await;
    t.clock.advance(Duration::from_mins(45));
    let terms = json!({ "trigger": { "kind": "time", "since": "customer_waiting", "after_minutes": 30 },
        "actions": [{ "do": "set_priority", "priority": "urgent" }] });
    let id = rule(&t.admin, "Waits", terms).await;
    let after = says(&t, &t.visitor(&inbox).await, "Hello").await;
    t.clock.advance(Duration::from_mins(29));
    t.run_until_idle().await;
    assert_eq!(outcomes(&t, &id).await.len(), 0);
    t.clock.advance(Duration::from_mins(2));
    t.run_until_idle().await;
    t.clock.advance(Duration::from_hours(1));
    t.run_until_idle().await;
    assert_eq!(outcomes(&t, &id).await, ["done"], "once");
    assert_eq!(talk(&t, after).await["priority"], "urgent");
    assert_eq!(
        talk(&t, before).await["priority"],
        "normal",
        "due before the rule was there"
    );
}

#[tokio::test]
async fn a_dry_run_counts_and_changes_nothing() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let mut found = Vec::new();
    for text in ["Hello", "A refund, please", "refund"] {
        found.push(says(&t, &t.visitor(&inbox).await, text).await);
        t.clock.advance(Duration::from_secs(1));
    }
    let words = json!({ "field": "message", "operator": "contains_any", "value": ["refund"] });
    let terms = on(&["customer_wrote"], words, json!([{ "do": "resolve" }]));
    let path = format!("{RULES}/dry-run");
    let answer = t
        .admin
        .post(&path)
        .json(json!({ "terms": terms }))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (
            &answer["looked_at"],
            &answer["would_match"],
            &answer["is_cut"]
        ),
        (&json!(3), &json!(2), &json!(false))
    );
    assert_eq!(
        answer["leaves"],
        json!([{ "path": "/conditions", "held": 2 }])
    );
    assert_eq!(answer["sample"][0]["conversation_id"], json!(found[2]));
    assert_eq!(talk(&t, found[2]).await["status"]["kind"], "open");
    let endless = t
        .admin
        .post(&path)
        .json(json!({ "terms": terms, "days": 400 }))
        .await;
    assert_eq!(endless.summary(), "422 too-many");
}

#[tokio::test]
async fn a_macro_does_all_of_it_or_nothing() {
    let t = TestApp::new().await;
    let (inbox, other) = (t.inbox("Shop").await, t.inbox("Other").await);
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let here = says(&t, &t.visitor(&inbox).await, "Hello").await;
    let there = says(&t, &t.visitor(&other).await, "Hello").await;
    let actions = json!([{ "do": "set_priority", "priority": "high" }, { "do": "send", "text": "Bye, {{agent.name}}" }, { "do": "resolve" }]);
    let body = json!({ "name": "Close", "is_shared": true, "actions": actions });
    assert_eq!(
        agent
            .post("/api/v1/macros")
            .json(body.clone())
            .await
            .summary(),
        "403 forbidden"
    );
    let shared = t
        .admin
        .post("/api/v1/macros")
        .json(body)
        .await
        .expect(201)
        .text_at("/id");
    let path = format!("/api/v1/macros/{shared}");
    let run = json!({ "conversation_ids": [here, there] });
    let answer = agent
        .post(format!("{path}/run"))
        .json(run)
        .await
        .expect(200)
        .json();
    let ends: Vec<_> = answer["results"][0]["actions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| &it["result"])
        .collect();
    assert_eq!(ends, ["done", "done", "done"]);
    assert_eq!(answer["results"][1]["error"]["code"], "not-found");
    assert_eq!(talk(&t, here).await["status"]["kind"], "resolved");
    assert_eq!(talk(&t, there).await["priority"], "normal");

    let own = json!({ "name": "Aside", "actions": [{ "do": "set_priority", "priority": "low" }, { "do": "snooze", "minutes": 60 }] });
    let own = agent
        .post("/api/v1/macros")
        .json(own)
        .await
        .expect(201)
        .text_at("/id");
    let run = json!({ "conversation_ids": [here] });
    let answer = agent
        .post(format!("/api/v1/macros/{own}/run"))
        .json(run)
        .await
        .expect(200)
        .json();
    assert_eq!(answer["results"][0]["error"]["action"], 1, "{answer}");
    assert_eq!(
        talk(&t, here).await["priority"],
        "high",
        "nothing is half done"
    );
    assert_eq!(
        t.admin
            .delete(format!("/api/v1/macros/{own}"))
            .await
            .summary(),
        "404 not-found"
    );
    let named = agent
        .patch(format!("/api/v1/macros/{own}"))
        .json(json!({ "name": "Later" }))
        .await;
    assert_eq!(named.expect(200).json()["version"], 2);
    agent
        .delete(format!("/api/v1/macros/{own}"))
        .await
        .expect(204);
    assert_eq!(
        agent.get("/api/v1/macros").await.expect(200).json()["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}
