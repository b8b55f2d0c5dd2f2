//! The event log after a cursor.

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{Client, TestApp};

async fn page(client: &Client, query: &str) -> Value {
    let path = format!("/api/v1/events{query}");
    client.get(path).await.expect(200).json()
}

fn types(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("a list");
    let name = |it: &Value| it["type"].as_str().expect("a name").to_owned();
    items.iter().map(name).collect()
}

#[tokio::test]
async fn a_reader_goes_on_where_it_stopped() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    t.run_until_idle().await;
    let end = page(&t.admin, "").await;
    assert_eq!(types(&end), [] as [String; 0]);
    let visitor = t.visitor(&inbox).await;
    visitor.writes("one").await.expect(201);
    visitor.writes("two").await.expect(201);
    t.run_until_idle().await;
    let mut since = end["next"].as_i64().expect("a place");
    let mut seen = Vec::new();
    loop {
        let part = page(&t.admin, &format!("?since={since}&limit=2")).await;
        since = part["next"].as_i64().expect("a place");
        seen.extend(
            part["items"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|it| it["seq"].as_i64()),
        );
        if part["has_more"] == json!(false) {
            break;
        }
    }
    let all = page(&t.admin, &format!("?since={}", end["next"])).await;
    let whole: Vec<_> = all["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["seq"].as_i64())
        .collect();
    assert_eq!(seen, whole);
    assert!(seen.is_sorted() && seen.len() >= 3, "{seen:?}");
}

#[tokio::test]
async fn filters_leave_out_but_never_lose_the_place() {
    let t = TestApp::new().await;
    let (shop, help) = (t.inbox("Shop").await, t.inbox("Help").await);
    for inbox in [&shop, &help] {
        t.visitor(inbox).await.writes("hello").await.expect(201);
    }
    t.run_until_idle().await;
    let messages = page(&t.admin, "?since=0&types=message.created").await;
    assert_eq!(types(&messages), ["message.created", "message.created"]);
    let of_one = format!("?since=0&types=message.*&inbox_id={}", help.id);
    assert_eq!(types(&page(&t.admin, &of_one).await), ["message.created"]);
    let none = page(&t.admin, "?since=0&types=case.*").await;
    assert_eq!(types(&none), [] as [String; 0]);
    assert_eq!(none["next"], messages["next"]);
    let odd = t.admin.get("/api/v1/events?types=nonsense").await;
    assert_eq!(odd.summary(), "422 invalid-field /types");
}

#[tokio::test]
async fn nobody_reads_what_they_may_not_see() {
    let t = TestApp::new().await;
    let (shop, help) = (t.inbox("Shop").await, t.inbox("Help").await);
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[shop.id]).await;
    t.visitor(&help).await.writes("secret").await.expect(201);
    t.run_until_idle().await;
    let seen = page(&agent, "?since=0").await;
    assert!(!seen.to_string().contains("secret"), "{seen}");
    assert!(!types(&seen).contains(&"message.created".to_owned()));
}
