//! Custom attributes: definitions, the values that fit, and who sees them.

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{TestApp, TestInbox};

async fn define(t: &TestApp, key: &str, kind: &str, more: Value) -> String {
    let mut body = json!({ "key": key, "label": { "zh-CN": "名称", "en": key }, "kind": kind });
    let fields = body.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    let made = t.admin.post("/api/v1/attributes").json(body).await;
    made.expect(201).text_at("/id")
}

fn tiers() -> Value {
    let option = |value: &str| json!({ "value": value, "label": { "en": value } });
    json!({ "options": [option("gold"), option("silver")] })
}

/// A visitor of a page that tells these attributes; gives the path of the contact.
async fn visitor(t: &TestApp, inbox: &TestInbox, attributes: Value) -> (String, String) {
    let path = format!("/api/v1/widget/inboxes/{}/visitors", inbox.key);
    let body = json!({ "attributes": attributes });
    let opened = t.anonymous().post(path).json(body).await.expect(200);
    let contact = opened.text_at("/visitor/contact_id");
    (
        format!("/api/v1/contacts/{contact}"),
        opened.text_at("/token"),
    )
}

#[tokio::test]
async fn a_definition_is_made_changed_and_taken_away() {
    let t = TestApp::new().await;
    let tier = define(&t, "tier", "select", tiers()).await;
    define(&t, "points", "number", json!({})).await;
    let again = json!({ "key": "tier", "label": { "en": "x" }, "kind": "text" });
    let taken = t.admin.post("/api/v1/attributes").json(again).await;
    assert_eq!(taken.summary(), "409 already-exists /key");
    for (body, expected) in [
        (
            json!({ "key": "Tier", "label": { "en": "x" }, "kind": "text" }),
            "422 invalid-field /key",
        ),
        (
            json!({ "key": "a", "label": {}, "kind": "text" }),
            "422 invalid-field /label",
        ),
        (
            json!({ "key": "a", "label": { "fr": "x" }, "kind": "text" }),
            "422 invalid-body /label",
        ),
        (
            json!({ "key": "a", "label": { "en": "x" }, "kind": "colour" }),
            "422 invalid-body /kind",
        ),
        (
            json!({ "key": "a", "label": { "en": "x" }, "kind": "select" }),
            "422 invalid-field /options",
        ),
        (
            json!({ "key": "a", "label": { "en": "x" }, "kind": "text", "options": [{ "value": "x", "label": { "en": "x" } }] }),
            "422 invalid-field /options",
        ),
    ] {
        let refused = t.admin.post("/api/v1/attributes").json(body.clone()).await;
        let summary = refused.summary();
        let path = expected.rsplit(' ').next().expect("a path");
        assert!(
            summary.starts_with("422") && summary.contains(path),
            "{body}: {summary}"
        );
    }
    let path = format!("/api/v1/attributes/{tier}");
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let list = agent.get("/api/v1/attributes").await.expect(200).json();
    assert_eq!(list["items"][0]["key"], "tier");
    assert_eq!(list["items"][0]["options"][1]["value"], "silver");
    assert_eq!(list["items"][1]["position"], 1);
    let change = json!({ "position": 5, "label": { "zh-CN": "会员等级" } });
    assert_eq!(
        agent.patch(&path).json(change.clone()).await.summary(),
        "403 forbidden"
    );
    let changed = t.admin.patch(&path).json(change).await.expect(200).json();
    assert_eq!(
        (&changed["label"]["zh-CN"], &changed["version"]),
        (&json!("会员等级"), &json!(2))
    );
    let fixed = t.admin.patch(&path).json(json!({ "key": "other" })).await;
    assert!(fixed.summary().contains("/key"), "{}", fixed.summary());
    t.admin.delete(&path).await.expect(204);
    assert_eq!(t.admin.delete(&path).await.summary(), "404 not-found");
    let log = t.admin.get("/api/v1/audit").await.expect(200).text();
    for action in ["attribute.created", "attribute.deleted"] {
        assert!(log.contains(action), "{action}");
    }
}

#[tokio::test]
async fn an_agent_is_told_what_does_not_fit() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    define(&t, "tier", "select", tiers()).await;
    define(&t, "site", "link", json!({})).await;
    let (path, _) = visitor(&t, &inbox, json!({ "from_page": "x" })).await;
    for (attributes, expected) in [
        (
            json!({ "colour": "red" }),
            "422 invalid-field /attributes/colour",
        ),
        (
            json!({ "tier": "bronze" }),
            "422 invalid-field /attributes/tier",
        ),
        (
            json!({ "site": "javascript:alert(1)" }),
            "422 invalid-field /attributes/site",
        ),
    ] {
        let refused = t
            .admin
            .patch(&path)
            .json(json!({ "attributes": attributes }))
            .await;
        assert_eq!(refused.summary(), expected);
    }
    let fits = json!({ "attributes": { "tier": " gold ", "site": "https://tea.example", "surname": "李", "from_page": "" } });
    let mended = t.admin.patch(&path).json(fits).await.expect(200).json();
    assert_eq!(
        mended["attributes"],
        json!({ "tier": "gold", "site": "https://tea.example", "surname": "李" })
    );
}

#[tokio::test]
async fn a_page_keeps_its_own_keys_and_cannot_break_a_definition() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    define(&t, "tier", "select", tiers()).await;
    define(&t, "points", "number", json!({})).await;
    let told = json!({ "tier": "platinum", "points": "12", "Basket Size": "3" });
    let path = format!("/api/v1/widget/inboxes/{}/visitors", inbox.key);
    let refused = t
        .anonymous()
        .post(&path)
        .json(json!({ "attributes": told }))
        .await;
    assert_eq!(refused.summary(), "422 invalid-field /attributes");
    let told = json!({ "tier": "platinum", "points": "12", "basket_size": "3" });
    let (contact, token) = visitor(&t, &inbox, told).await;
    let read = t.admin.get(&contact).await.expect(200).json();
    assert_eq!(
        read["attributes"],
        json!({ "points": "12", "basket_size": "3" })
    );
    let client = t
        .anonymous()
        .with("authorization", &format!("Bearer {token}"));
    let more = json!({ "attributes": { "points": "many", "tier": "silver" } });
    client
        .patch("/api/v1/widget/visitor")
        .json(more)
        .await
        .expect(200);
    let read = t.admin.get(&contact).await.expect(200).json();
    assert_eq!(
        read["attributes"],
        json!({ "points": "12", "basket_size": "3", "tier": "silver" })
    );
}

#[tokio::test]
async fn personal_data_is_shown_whole_only_to_those_who_may_see_it() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let (contact, _) = visitor(&t, &inbox, json!({ "birthday": "1990-02-03" })).await;
    // Told by a page before anybody said that it is personal.
    define(&t, "birthday", "date", json!({ "is_personal": true })).await;
    let body =
        json!({ "name": "李娜", "email": "li.na@example.com", "phone": "+86 138 0013 8000" });
    t.admin.patch(&contact).json(body).await.expect(200);
    let whole = t.admin.get(&contact).await.expect(200).json();
    assert_eq!(whole["masked"], json!([]));
    assert_eq!(whole["attributes"]["birthday"], "1990-02-03");

    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let shown = agent.get(&contact).await.expect(200).json();
    assert_eq!(
        (
            &shown["name"],
            &shown["email"],
            &shown["phone"],
            &shown["attributes"]["birthday"]
        ),
        (
            &json!("李娜"),
            &json!("l•••@example.com"),
            &json!("•••8000"),
            &json!("•••")
        )
    );
    assert_eq!(
        shown["masked"],
        json!(["attributes.birthday", "email", "phone"])
    );
    for path in [
        "/api/v1/contacts",
        "/api/v1/search?q=%E6%9D%8E%E5%A8%9C&kind=contacts",
    ] {
        let text = agent.get(path).await.expect(200).text().clone();
        assert!(text.contains("李娜"), "{path}: {text}");
        for secret in ["li.na@", "0013", "1990"] {
            assert!(!text.contains(secret), "{path} tells {secret}");
        }
    }
    // A form sends back what it was shown: nothing of it is taken for a new value.
    let form = json!({
        "name": "李娜娜", "email": shown["email"], "phone": shown["phone"],
        "attributes": { "birthday": shown["attributes"]["birthday"] },
    });
    agent.patch(&contact).json(form).await.expect(200);
    let after = t.admin.get(&contact).await.expect(200).json();
    assert_eq!(after["name"], "李娜娜");
    for field in ["email", "phone", "attributes"] {
        assert_eq!(after[field], whole[field], "{field}");
    }
    let new = json!({ "email": "new@example.com", "attributes": { "birthday": "1991-01-01" } });
    agent.patch(&contact).json(new).await.expect(200);
    let after = t.admin.get(&contact).await.expect(200).json();
    assert_eq!(
        (&after["email"], &after["attributes"]["birthday"]),
        (&json!("new@example.com"), &json!("1991-01-01"))
    );
}
