//! Inboxes, phrases and contacts as settings and the customer pane use them.

use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::TestApp;

#[tokio::test]
async fn an_inbox_is_made_changed_and_refuses_what_is_wrong() {
    let t = TestApp::new().await;
    let made = t
        .admin
        .post("/api/v1/inboxes")
        .json(json!({ "name": "Shop" }))
        .await
        .expect(201);
    let path = format!("/api/v1/inboxes/{}", made.text_at("/id"));
    assert_eq!(made.json()["member_ids"], json!([t.admin.id]));
    for (body, expected) in [
        (json!({ "name": " " }), "422 invalid-field /name"),
        (
            json!({ "settings": { "color": "red" } }),
            "422 invalid-field /settings/color",
        ),
        (
            json!({ "settings": { "time_zone": "Mars" } }),
            "422 invalid-field /settings/time_zone",
        ),
        (
            json!({ "settings": { "colour": "#112233" } }),
            "400 invalid-body /settings/colour",
        ),
        (
            json!({ "allowed_domains": ["https://shop.example/"] }),
            "400 invalid-body /allowed_domains/0",
        ),
    ] {
        let refused = t.admin.patch(&path).json(body).await;
        let summary = refused.summary();
        let (status, rest) = expected.split_once(' ').expect("a status");
        assert!(
            summary.ends_with(rest.split(' ').next_back().expect("a path")),
            "{summary} for {expected}"
        );
        assert!(
            summary.starts_with('4') && status.starts_with('4'),
            "{summary}"
        );
    }
    let changed = t
        .admin
        .patch(&path)
        .json(json!({ "is_enabled": false }))
        .await
        .expect(200)
        .json();
    assert_eq!(changed["is_enabled"], false);
    let key = made.text_at("/key");
    t.anonymous()
        .get(format!("/api/v1/widget/inboxes/{key}"))
        .await
        .expect(404);
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    assert_eq!(agent.get(&path).await.summary(), "404 not-found");
    assert_eq!(
        agent
            .patch(&path)
            .json(json!({ "name": "X" }))
            .await
            .summary(),
        "403 forbidden"
    );
}

#[tokio::test]
async fn a_fresh_secret_is_shown_once_and_differs() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let path = format!("/api/v1/inboxes/{}/rotate-secret", inbox.id);
    let (one, two) = (
        t.admin.post(&path).await.expect(201),
        t.admin.post(&path).await.expect(201),
    );
    assert_ne!(one.text_at("/secret"), two.text_at("/secret"));
    assert!(one.text_at("/secret").len() >= 43);
    let shown = t
        .admin
        .get(format!("/api/v1/inboxes/{}", inbox.id))
        .await
        .expect(200);
    assert!(!shown.text().contains(&two.text_at("/secret")));
}

#[tokio::test]
async fn phrases_are_ones_own_unless_they_may_be_shared() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let phrase = |shared: bool| {
        json!({ "shortcut": "hi", "title": "Greeting", "locale": "en", "text": "Hello {{contact.name}}",
                "is_shared": shared })
    };
    let own = agent
        .post("/api/v1/phrases")
        .json(phrase(false))
        .await
        .expect(201);
    assert_eq!(
        agent
            .post("/api/v1/phrases")
            .json(phrase(true))
            .await
            .summary(),
        "403 forbidden"
    );
    t.admin
        .post("/api/v1/phrases")
        .json(phrase(true))
        .await
        .expect(201);
    let mine = agent.get("/api/v1/phrases").await.expect(200).json();
    assert_eq!(mine["items"].as_array().map(Vec::len), Some(2));
    let path = format!("/api/v1/phrases/{}", own.text_at("/id"));
    assert_eq!(t.admin.delete(&path).await.summary(), "404 not-found");
    agent.delete(&path).await.expect(204);
    let wrong = json!({ "shortcut": "x", "title": "T", "locale": "en", "text": "{{password}}" });
    let refused = agent.post("/api/v1/phrases").json(wrong).await;
    assert_eq!(refused.summary(), "422 invalid-field /text");
}

#[tokio::test]
async fn a_phrase_is_filled_in_for_its_conversation() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let id = visitor.conversation().await;
    let text = "{{contact.salutation}}好，{{workspace.name}}的{{agent.name}}，{{contact.email}}，#{{conversation.number}}，{{date}}";
    let phrase = json!({ "shortcut": "hi", "title": "T", "locale": "zh-CN", "text": text, "is_shared": true });
    let phrase = t
        .admin
        .post("/api/v1/phrases")
        .json(phrase)
        .await
        .expect(201);
    let path = format!("/api/v1/phrases/{}/use", phrase.text_at("/id"));
    let body = json!({ "conversation_id": id });
    let unknown = t.admin.post(&path).json(body.clone()).await.expect(200);
    assert_eq!(
        unknown.text_at("/text"),
        "您好，绿茶商行的Chen Wei，#1，2026年3月2日"
    );
    let row = t
        .admin
        .get(format!("/api/v1/conversations/{id}"))
        .await
        .expect(200);
    let contact = format!("/api/v1/contacts/{}", row.text_at("/contact/id"));
    let known = json!({ "name": "李娜", "email": "li@example.com", "attributes": { "salutation": "女士" } });
    t.admin.patch(&contact).json(known).await.expect(200);
    let known = t.admin.post(&path).json(body.clone()).await.expect(200);
    assert_eq!(
        known.text_at("/text"),
        "李女士好，绿茶商行的Chen Wei，li@example.com，#1，2026年3月2日"
    );
    let agent = t.agent("An", BuiltinRole::Agent, &[]).await;
    assert_eq!(
        agent.post(&path).json(body.clone()).await.summary(),
        "404 not-found"
    );
    let used = t.admin.get("/api/v1/phrases").await.expect(200).json();
    assert_eq!(used["items"][0]["use_count"], 2);
}

#[tokio::test]
async fn a_contact_is_mended_noted_and_remembered() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello").await.expect(201);
    let id = visitor.conversation().await;
    let row = t
        .admin
        .get(format!("/api/v1/conversations/{id}"))
        .await
        .expect(200);
    let path = format!("/api/v1/contacts/{}", row.text_at("/contact/id"));
    let plan = json!({ "key": "plan", "label": { "en": "Plan" }, "kind": "text" });
    t.admin
        .post("/api/v1/attributes")
        .json(plan)
        .await
        .expect(201);
    let body =
        json!({ "name": "李娜", "email": "li@example.com", "attributes": { "plan": "gold" } });
    let mended = t.admin.patch(&path).json(body).await.expect(200).json();
    assert_eq!(
        (&mended["name"], &mended["attributes"]["plan"]),
        (&json!("李娜"), &json!("gold"))
    );
    let wrong = t
        .admin
        .patch(&path)
        .json(json!({ "phone": "call me" }))
        .await;
    assert_eq!(wrong.summary(), "422 invalid-field /phone");
    t.admin
        .post(format!("{path}/notes"))
        .json(json!({ "text": "Likes oolong" }))
        .await
        .expect(201);
    let read = t.admin.get(&path).await.expect(200).json();
    assert_eq!(read["notes"][0]["text"], "Likes oolong");
    assert_eq!(read["identities"][0]["kind"], "anonymous");
    let sessions = t
        .admin
        .get(format!("{path}/sessions"))
        .await
        .expect(200)
        .json();
    assert_eq!(sessions["items"][0]["conversation_id"], id.to_string());
    let list = t.admin.get("/api/v1/contacts").await.expect(200).json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    let office = t.agent("Bo", BuiltinRole::BackOffice, &[]).await;
    let denied = office.patch(&path).json(json!({ "name": "X" })).await;
    assert_eq!(denied.summary(), "403 forbidden");
}
