//! Promises over HTTP.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_ports::Clock as _;
use zhiyin_testkit::TestApp;

use crate::journey::{read, told};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_promise_is_kept_broken_or_taken_back() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("call me").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let due = |seconds: u32| t.clock.now().plus(seconds * SECOND).to_string();
    let make = |body: Value| t.admin.post(format!("{path}/promises")).json(body);
    let call = json!({ "kind": "call_back", "text": "On Friday", "due_at": due(60), "phone": "138 0013 8000" });
    let call = make(call).await.expect(201);
    assert_eq!(call.text_at("/phone"), "138 0013 8000");
    assert_eq!(call.text_at("/owner_id"), t.admin.id.to_string());
    let reply = make(json!({ "kind": "reply", "due_at": due(90) }))
        .await
        .expect(201);
    let words = make(json!({ "kind": "other", "due_at": due(90) })).await;
    assert_eq!(words.summary(), "422 invalid-field /text");
    let past = make(json!({ "kind": "reply", "due_at": "2020-01-01T00:00:00Z" })).await;
    assert_eq!(past.summary(), "422 invalid-field /due_at");
    let open = read(&t.admin, "/api/v1/promises?mine=true").await;
    assert_eq!(open["items"].as_array().map(Vec::len), Some(2));

    let answer = json!({ "client_id": "1", "text": "We will" });
    t.admin
        .post(format!("{path}/messages"))
        .json(answer)
        .await
        .expect(201);
    let kept = read(&t.admin, "/api/v1/promises?status=kept").await;
    assert_eq!(
        kept["items"][0]["id"],
        reply.text_at("/id"),
        "an answer was promised"
    );
    t.clock.advance(61 * SECOND);
    t.run_until_idle().await;
    t.run_until_idle().await;
    let broken = read(&t.admin, "/api/v1/promises?status=broken").await;
    let it = &broken["items"][0];
    assert_eq!(
        (&it["is_overdue"], &it["status"]),
        (&json!(true), &json!("broken"))
    );
    let promise = format!("/api/v1/promises/{}", call.text_at("/id"));
    let later = json!({ "due_at": due(300), "version": it["version"] });
    let moved = t
        .admin
        .patch(&promise)
        .json(later.clone())
        .await
        .expect(200);
    assert_eq!(moved.text_at("/status"), "open");
    assert_eq!(
        t.admin.patch(&promise).json(later).await.summary(),
        "409 changed"
    );
    let nothing = t
        .admin
        .post(format!("{promise}/cancel"))
        .json(json!({ "reason": " " }))
        .await;
    assert_eq!(nothing.summary(), "422 invalid-field /reason");
    t.admin.post(format!("{promise}/keep")).await.expect(200);
    assert_eq!(
        t.admin.post(format!("{promise}/keep")).await.summary(),
        "409 changed"
    );
    let told = told(&t).await;
    let ours: Vec<&str> = told
        .iter()
        .map(String::as_str)
        .filter(|one| one.starts_with("promise"))
        .collect();
    let expected = [
        "promise.made",
        "promise.made",
        "promise.kept",
        "promise.broken",
        "promise.changed",
        "promise.kept",
    ];
    assert_eq!(ours, expected);
}

#[tokio::test]
async fn an_owner_is_reminded_once_before_a_promise_is_due() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("call me").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let after = |minutes: u64| t.clock.now().plus(Duration::from_mins(minutes)).to_string();
    let make = |body: Value| t.admin.post(format!("{path}/promises")).json(body);
    let (due, remind) = (after(120), after(90));
    let call = make(json!({ "kind": "call_back", "due_at": due })).await;
    let call = call.expect(201);
    assert_eq!(call.text_at("/remind_at"), remind, "a quarter is left then");
    let soon = make(json!({ "kind": "reply", "due_at": after(5) })).await;
    assert_eq!(soon.expect(201).json()["remind_at"], Value::Null);
    let ours = async || {
        let told = told(&t).await.into_iter();
        told.filter(|one| one.starts_with("promise.due"))
            .collect::<Vec<_>>()
    };
    t.clock.advance(Duration::from_mins(89));
    assert_eq!(ours().await, [] as [String; 0], "not yet");
    t.clock.advance(Duration::from_mins(1));
    t.run_until_idle().await;
    assert_eq!(ours().await, ["promise.due_soon"]);
    let promise = format!("/api/v1/promises/{}", call.text_at("/id"));
    let moved = t.admin.patch(&promise).json(json!({ "due_at": after(60) }));
    let moved = moved.await.expect(200);
    assert_eq!(
        moved.text_at("/remind_at"),
        after(45),
        "another time, another reminder"
    );
    t.clock.advance(Duration::from_mins(45));
    t.run_until_idle().await;
    t.clock.advance(Duration::from_mins(1));
    t.run_until_idle().await;
    assert_eq!(ours().await, ["promise.due_soon", "promise.due_soon"]);
}

#[tokio::test]
async fn what_an_agent_promises_is_offered_until_it_is_noted() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("where is it?").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let suggest = |text: &str| {
        t.admin
            .post(format!("{path}/promises/suggestions"))
            .json(json!({ "text": text }))
    };
    let text = "您好。**24 小时内**给您答复。我稍后打电话给您。您明天方便吗？";
    let found = suggest(text).await.expect(200).json();
    let items = found["items"].as_array().expect("items");
    assert_eq!(items.len(), 2, "{found}");
    let due = t.clock.now().plus(Duration::from_hours(24)).to_string();
    let first = &items[0];
    assert_eq!(
        (&first["kind"], &first["due_at"], &first["is_exact"]),
        (&json!("reply"), &json!(due), &json!(true))
    );
    assert_eq!(
        (&first["text"], &first["when"]),
        (&json!("24 小时内给您答复。"), &json!("24 小时内"))
    );
    assert_eq!(
        (&items[1]["kind"], &items[1]["is_exact"]),
        (&json!("call_back"), &json!(false))
    );

    let body = json!({ "kind": "reply", "text": first["text"], "due_at": due });
    let made = t.admin.post(format!("{path}/promises")).json(body);
    made.await.expect(201);
    let left = suggest(text).await.expect(200).json();
    assert_eq!(left["items"].as_array().map(Vec::len), Some(1), "{left}");
    let nothing = suggest("").await.expect(200).json();
    assert_eq!(nothing["items"], json!([]));
    let long = suggest(&"x".repeat(20_000)).await;
    assert_eq!(long.status, 422, "{}", long.summary());
}
