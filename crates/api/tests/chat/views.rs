//! Saved views: whose they are, what they take, what they show.

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{Client, TestApp};

fn view(name: &str, is_shared: bool, conditions: &Value) -> Value {
    json!({ "name": name, "is_shared": is_shared, "filter": { "match": "all", "conditions": conditions } })
}

fn urgent() -> Value {
    json!([{ "field": "priority", "operator": "is", "value": ["urgent"] }])
}

async fn names(client: &Client) -> Vec<String> {
    let list = client.get("/api/v1/views").await.expect(200).json();
    let items = list["items"].as_array().expect("a list").clone();
    items
        .iter()
        .map(|it| format!("{} {}", it["name"].as_str().unwrap_or("?"), it["is_mine"]))
        .collect()
}

async fn numbers(client: &Client, query: &str) -> Vec<i64> {
    let path = format!("/api/v1/conversations?{query}");
    let page = client.get(path).await.expect(200).json();
    let items = page["items"].as_array().expect("a list").clone();
    items
        .iter()
        .filter_map(|it| it["number"].as_i64())
        .collect()
}

#[tokio::test]
async fn everybody_keeps_their_own_and_the_workspace_those_for_all() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let own = view("Mine", false, &urgent());
    let own = agent.post("/api/v1/views").json(own).await.expect(201);
    assert_eq!(
        (own.json()["is_mine"].clone(), own.json()["version"].clone()),
        (json!(true), json!(1))
    );
    let shared = view("For all", true, &urgent());
    let refused = agent.post("/api/v1/views").json(shared.clone()).await;
    assert_eq!(refused.summary(), "403 forbidden");
    let shared = t.admin.post("/api/v1/views").json(shared).await.expect(201);
    assert_eq!(names(&agent).await, ["For all false", "Mine true"]);
    assert_eq!(names(&t.admin).await, ["For all true"]);

    let (own, shared) = (
        format!("/api/v1/views/{}", own.text_at("/id")),
        format!("/api/v1/views/{}", shared.text_at("/id")),
    );
    let rename = json!({ "name": "Urgent", "sort": "waiting" });
    assert_eq!(
        t.admin.patch(&own).json(rename.clone()).await.summary(),
        "404 not-found"
    );
    assert_eq!(
        agent.patch(&shared).json(rename.clone()).await.summary(),
        "403 forbidden"
    );
    assert_eq!(agent.delete(&shared).await.summary(), "403 forbidden");
    let renamed = agent.patch(&own).json(rename).await.expect(200).json();
    assert_eq!(
        (&renamed["name"], &renamed["sort"], &renamed["version"]),
        (&json!("Urgent"), &json!("waiting"), &json!(2))
    );
    let share = agent.patch(&own).json(json!({ "is_shared": true })).await;
    assert_eq!(share.summary(), "403 forbidden");
    t.admin.delete(&shared).await.expect(204);
    agent.delete(&own).await.expect(204);
    assert!(names(&agent).await.is_empty());
}

#[tokio::test]
async fn what_a_view_cannot_show_is_refused_with_its_place() {
    let t = TestApp::new().await;
    for (key, is_personal) in [("tier", false), ("birthday", true)] {
        let definition = json!({ "key": key, "label": { "en": key }, "kind": "text", "is_personal": is_personal });
        t.admin
            .post("/api/v1/attributes")
            .json(definition)
            .await
            .expect(201);
    }
    let refused = async |condition: Value| {
        let body = view("V", false, &json!([urgent()[0], condition]));
        t.admin.post("/api/v1/views").json(body).await.summary()
    };
    let condition = |field: &str, operator: &str, value: Value| json!({ "field": field, "operator": operator, "value": value });
    let nobody = "ag_00000000000000000000000001";
    for (condition, expected) in [
        (
            condition("mood", "is", json!(["bad"])),
            "422 invalid-body /filter/conditions/1",
        ),
        (
            condition("status", "is", json!("open")),
            "422 invalid-body /filter/conditions/1",
        ),
        (
            condition("assignee", "is", json!([nobody])),
            "422 invalid-field /filter/conditions/1/value",
        ),
        (
            condition("attribute.colour", "is_set", Value::Null),
            "422 invalid-field /filter/conditions/1/field",
        ),
        (
            condition("attribute.birthday", "is_set", Value::Null),
            "422 invalid-field /filter/conditions/1/field",
        ),
    ] {
        assert_eq!(refused(condition.clone()).await, expected, "{condition}");
    }
    let body = view(
        "V",
        false,
        &json!([condition("attribute.birthday", "is_set", Value::Null)]),
    );
    let answer = t.admin.post("/api/v1/views").json(body).await;
    assert!(
        answer.text().contains("`birthday` is personal"),
        "{}",
        answer.text()
    );
    assert_eq!(
        t.admin
            .post("/api/v1/views")
            .json(view(" ", false, &urgent()))
            .await
            .summary(),
        "422 invalid-field /name"
    );
    let none = t
        .admin
        .post("/api/v1/views")
        .json(view("V", false, &json!([])))
        .await;
    assert_eq!(none.summary(), "422 invalid-body /filter");
    let tier = view(
        "V",
        false,
        &json!([condition("attribute.tier", "is", json!(["gold"]))]),
    );
    t.admin.post("/api/v1/views").json(tier).await.expect(201);
}

#[tokio::test]
async fn a_list_shows_what_the_view_says_and_what_is_asked_besides() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let stranger = t.agent("Bo", BuiltinRole::Agent, &[]).await;
    let mut ids = Vec::new();
    for text in ["one", "two", "three"] {
        let visitor = t.visitor(&inbox).await;
        visitor.writes(text).await.expect(201);
        ids.push(visitor.conversation().await);
        t.clock.advance(std::time::Duration::from_secs(1));
    }
    let path = |n: usize, rest: &str| format!("/api/v1/conversations/{}/{rest}", ids[n]);
    for n in [0, 1] {
        agent
            .put(path(n, "priority"))
            .json(json!({ "priority": "urgent" }))
            .await
            .expect(200);
    }
    agent.post(path(0, "resolve")).await.expect(200);
    let shared = view("Urgent", true, &urgent());
    let urgent = t
        .admin
        .post("/api/v1/views")
        .json(shared)
        .await
        .expect(201)
        .text_at("/id");
    let conditions = json!([{ "field": "assignee", "operator": "is", "value": ["me"] }]);
    let mine = view("Mine", true, &conditions);
    let mine = t
        .admin
        .post("/api/v1/views")
        .json(mine)
        .await
        .expect(201)
        .text_at("/id");
    let body = json!({ "agent_id": agent.id, "team_id": null });
    agent.post(path(2, "assign")).json(body).await.expect(200);

    let query = format!("view_id={urgent}");
    assert_eq!(numbers(&agent, &query).await, [2, 1]);
    assert_eq!(numbers(&agent, &format!("{query}&status=open")).await, [2]);
    assert_eq!(numbers(&agent, &format!("{query}&sort=waiting")).await, [2]);
    assert_eq!(numbers(&agent, &format!("view_id={mine}")).await, [3]);
    assert_eq!(
        numbers(&t.admin, &format!("view_id={mine}")).await,
        Vec::<i64>::new()
    );
    assert_eq!(numbers(&stranger, &query).await, Vec::<i64>::new());
    let first = agent
        .get(format!("/api/v1/conversations?{query}&limit=1"))
        .await
        .expect(200);
    let next = first.text_at("/next");
    assert_eq!(
        numbers(&agent, &format!("{query}&limit=1&cursor={next}")).await,
        [1]
    );

    let unknown = "/api/v1/conversations?view_id=vw_00000000000000000000000001";
    assert_eq!(agent.get(unknown).await.summary(), "404 not-found");
    let private = view("Own", false, &conditions);
    let private = t
        .admin
        .post("/api/v1/views")
        .json(private)
        .await
        .expect(201)
        .text_at("/id");
    let path = format!("/api/v1/conversations?view_id={private}");
    assert_eq!(agent.get(path).await.summary(), "404 not-found");
}
