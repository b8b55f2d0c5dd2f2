//! Accounts: how all people of a company are treated.

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::TestApp;

use crate::journey::read;

#[tokio::test]
async fn an_account_is_made_changed_and_has_contacts() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let li = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let body = json!({ "name": " 青屿陶瓷 ", "tier": 3 });
    let made = t
        .admin
        .post("/api/v1/accounts")
        .json(body)
        .await
        .expect(201);
    let path = format!("/api/v1/accounts/{}", made.text_at("/id"));
    let shown = read(&li, &path).await;
    assert_eq!(
        (&shown["name"], &shown["tier"], &shown["dedicated_agent_id"]),
        (&json!("青屿陶瓷"), &json!(3), &Value::Null)
    );
    let change = json!({ "tier": 5, "dedicated_agent_id": li.id, "version": 1 });
    let changed = t
        .admin
        .patch(&path)
        .json(change.clone())
        .await
        .expect(200)
        .json();
    assert_eq!(
        (
            &changed["tier"],
            &changed["dedicated_agent_id"],
            &changed["version"]
        ),
        (&json!(5), &json!(li.id), &json!(2))
    );
    for (body, expected) in [
        (change, "409 changed"),
        (json!({ "name": " " }), "422 invalid-field /name"),
        (json!({ "tier": 10 }), "422 invalid-body /tier"),
        (
            json!({ "dedicated_agent_id": "ag_00000000000000000000000001" }),
            "422 invalid-field /dedicated_agent_id",
        ),
    ] {
        let refused = t.admin.patch(&path).json(body.clone()).await;
        assert_eq!(refused.summary(), expected, "{body}");
    }
    t.admin
        .post("/api/v1/accounts")
        .json(json!({ "name": "Second" }))
        .await
        .expect(201);
    let first = read(&t.admin, "/api/v1/accounts?limit=1").await;
    assert_eq!(first["items"][0]["name"], "Second", "newest first");
    let next = first["next"].as_str().expect("a second page");
    let second = read(&t.admin, &format!("/api/v1/accounts?limit=1&cursor={next}")).await;
    assert_eq!(second["items"][0]["name"], "青屿陶瓷");
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let row = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let contact = read(&t.admin, &row).await["contact"]["id"].clone();
    let contact = format!("/api/v1/contacts/{}", contact.as_str().expect("an id"));
    let join = json!({ "account_id": made.text_at("/id") });
    let joined = t.admin.patch(&contact).json(join).await.expect(200);
    assert_eq!(joined.text_at("/account_id"), made.text_at("/id"));
    let gone = json!({ "account_id": "ac_00000000000000000000000001" });
    let refused = t.admin.patch(&contact).json(gone).await;
    assert_eq!(refused.summary(), "422 invalid-field /account_id");
    let leave = json!({ "account_id": null });
    let left = t.admin.patch(&contact).json(leave).await.expect(200).json();
    assert_eq!(left["account_id"], Value::Null);
}
