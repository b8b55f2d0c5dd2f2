//! Reports of expectations and of promises.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_ports::Clock as _;
use zhiyin_testkit::{TestApp, TestInbox};

use crate::journey::read;

const DAY: Duration = Duration::from_hours(24);

/// A session that is over and rated.
async fn rated(t: &TestApp, inbox: &TestInbox, (score, expected): (u8, Option<u8>)) {
    let visitor = t.visitor(inbox).await;
    visitor.writes("hello").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let answer = json!({ "client_id": "1", "text": "Hello!" });
    let posted = t.admin.post(format!("{path}/messages")).json(answer).await;
    posted.expect(201);
    t.admin.post(format!("{path}/resolve")).await.expect(200);
    let session = visitor.get("/api/v1/widget/conversation").await.expect(200);
    let body = json!({ "session_id": session.text_at("/session/id"), "score": score,
        "expected": expected });
    visitor
        .post("/api/v1/widget/rating")
        .json(body)
        .await
        .expect(200);
}

fn numbers(row: &Value) -> [i64; 6] {
    let fields = [
        "rated",
        "answered",
        "disappointed",
        "satisfied",
        "delighted",
        "gap_hundredths",
    ];
    fields.map(|field| row[field].as_i64().unwrap_or(-1))
}

#[tokio::test]
async fn contentment_is_what_was_received_less_what_was_expected() {
    let t = TestApp::new().await;
    let (shop, other) = (t.inbox("Shop").await, t.inbox("Other").await);
    rated(&t, &shop, (4, Some(5))).await;
    rated(&t, &shop, (5, Some(3))).await;
    rated(&t, &other, (3, Some(3))).await;
    rated(&t, &other, (1, None)).await;
    let now = t.clock.now();
    let span = format!("from={}&to={}", now.minus(DAY), now.plus(DAY));
    let path = "/api/v1/reports/expectations";
    let report = read(&t.admin, &format!("{path}?{span}")).await;
    assert_eq!(numbers(&report["total"]), [4, 3, 1, 1, 1, 33]);
    assert_eq!(report["by_day"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["by_agent"][0]["key"], t.admin.id.to_string());
    assert_eq!(report["by_topic"][0]["key"], Value::Null);
    let rows = report["by_inbox"].as_array().expect("rows");
    let of_shop = rows
        .iter()
        .find(|row| row["name"] == "Shop")
        .expect("the shop");
    assert_eq!(numbers(of_shop), [2, 2, 1, 0, 1, 50]);
    let only = of_shop["key"].as_str().expect("an id");
    let filtered = read(
        &t.admin,
        &format!("{path}?{span}&inbox_id={only}&team_id=none"),
    )
    .await;
    assert_eq!(numbers(&filtered["total"]), [2, 2, 1, 0, 1, 50]);
    let behind = |more: &str| format!("{path}/sessions?{span}{more}");
    let sad = read(&t.admin, &behind("&about=disappointed&topic_id=none")).await;
    let items = sad["items"].as_array().expect("items");
    assert_eq!(items.len(), 1);
    assert_eq!(
        (&items[0]["score"], &items[0]["expected"]),
        (&json!(4), &json!(5))
    );
    let day = report["by_day"][0]["key"].as_str().expect("a day");
    let all = read(&t.admin, &behind(&format!("&day={day}"))).await;
    assert_eq!(
        all["items"].as_array().map(Vec::len),
        Some(3),
        "who did not say is not there"
    );
    let wrong = t.admin.get(format!("{path}?{span}&agent_id=x")).await;
    assert_eq!(wrong.summary(), "400 invalid-query agent_id");
    let endless = "?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z";
    let endless = t.admin.get(format!("{path}{endless}")).await;
    assert_eq!(endless.summary(), "422 invalid-field to");
}

#[tokio::test]
async fn promises_are_counted_as_kept_late_broken_and_taken_back() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("call me").await.expect(201);
    let path = format!(
        "/api/v1/conversations/{}/promises",
        visitor.conversation().await
    );
    let mut ids = Vec::new();
    for (kind, minutes) in [
        ("call_back", 10),
        ("other", 10),
        ("other", 60),
        ("other", 90),
        ("other", 120),
    ] {
        let due = t.clock.now().plus(Duration::from_mins(minutes)).to_string();
        let body = json!({ "kind": kind, "text": "See to it", "due_at": due });
        ids.push(
            t.admin
                .post(&path)
                .json(body)
                .await
                .expect(201)
                .text_at("/id"),
        );
    }
    let keep = |id: &str| t.admin.post(format!("/api/v1/promises/{id}/keep"));
    keep(&ids[2]).await.expect(200);
    let why = json!({ "reason": "solved" });
    let cancel = format!("/api/v1/promises/{}/cancel", ids[3]);
    t.admin.post(cancel).json(why).await.expect(200);
    t.clock.advance(Duration::from_mins(11));
    t.run_until_idle().await;
    keep(&ids[0]).await.expect(200);
    let now = t.clock.now();
    let span = format!("from={}&to={}", now.minus(DAY), now.plus(DAY));
    let report = read(&t.admin, &format!("/api/v1/reports/promises?{span}")).await;
    let fields = ["made", "kept", "kept_late", "broken", "open", "cancelled"];
    let total = fields.map(|field| report["total"][field].as_i64().unwrap_or(-1));
    assert_eq!(total, [5, 1, 1, 1, 1, 1]);
    assert_eq!(report["by_kind"][0]["key"], "call_back");
    assert_eq!(report["by_agent"][0]["key"], t.admin.id.to_string());
    let behind = format!("/api/v1/reports/promises/items?{span}&about=broken&kind=other");
    let broken = read(&t.admin, &behind).await;
    assert_eq!(broken["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(broken["items"][0]["id"], ids[1]);
    let wrong = format!("/api/v1/reports/promises?{span}&kind=x");
    assert_eq!(t.admin.get(wrong).await.summary(), "400 invalid-query kind");
}
