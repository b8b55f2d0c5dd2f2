//! One fault, many customers: all answered at once, each once.

use serde_json::json;
use zhiyin_testkit::TestApp;

use crate::world::{consultation, read};

#[tokio::test]
async fn every_child_is_answered_once() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let parent = consultation(&t.admin).await;
    let parent_id = parent.trim_start_matches("/api/v1/cases/").to_owned();
    let mut talks = Vec::new();
    for number in 0..30 {
        let visitor = t.visitor(&inbox).await;
        visitor
            .writes(&format!("no light {number}"))
            .await
            .expect(201);
        let conversation = visitor.conversation().await;
        let body = json!({
            "type": "consultation", "title": "No light", "conversation_id": conversation,
            "answers": { "question": "No light" }, "parent_id": parent_id,
        });
        t.admin.post("/api/v1/cases").json(body).await.expect(201);
        talks.push(conversation);
    }
    let shown = read(&t.admin, &parent).await;
    assert_eq!(shown["child_count"], 30);
    let all = json!({ "client_id": "1", "text": "It works again.", "resolve": true });
    let path = format!("{parent}/answer-children");
    let begun = t.admin.post(&path).json(all.clone()).await.expect(202);
    assert_eq!(begun.text_at("/state"), "running");
    t.run_until_idle().await;
    let again = t.admin.post(&path).json(all).await.expect(202).json();
    assert_eq!(
        (&again["state"], &again["answered"]),
        (&json!("done"), &json!(30))
    );
    t.run_until_idle().await;
    for talk in talks {
        let page = read(&t.admin, format!("/api/v1/conversations/{talk}/messages")).await;
        let answers = page["items"].as_array().expect("messages").iter();
        let count = answers
            .filter(|one| one["text"] == "It works again.")
            .count();
        assert_eq!(count, 1, "{talk}");
    }
    let solved = read(&t.admin, "/api/v1/cases?status=resolved&limit=100").await;
    assert_eq!(solved["items"].as_array().map(Vec::len), Some(30));
}

#[tokio::test]
async fn merging_moves_nothing_and_can_be_undone() {
    let t = TestApp::new().await;
    let (into, from) = (consultation(&t.admin).await, consultation(&t.admin).await);
    let into_id = into.trim_start_matches("/api/v1/cases/").to_owned();
    let note = json!({ "text": "said on the telephone" });
    t.admin
        .post(format!("{from}/notes"))
        .json(note)
        .await
        .expect(201);
    let body = json!({ "into_id": into_id });
    t.admin
        .post(format!("{from}/merge"))
        .json(body.clone())
        .await
        .expect(200);
    let twice = t.admin.post(format!("{from}/merge")).json(body).await;
    assert_eq!(twice.summary(), "409 case-merge");
    let family = read(&t.admin, &into).await;
    assert_eq!(family["family"].as_array().map(Vec::len), Some(2));
    let history = read(&t.admin, format!("{into}/history")).await;
    let texts = history["items"].as_array().expect("entries").iter();
    assert!(
        texts
            .clone()
            .any(|one| one["text"] == "said on the telephone")
    );
    let merged = json!({ "priority": "high" });
    let refused = t.admin.patch(&from).json(merged).await;
    assert_eq!(refused.summary(), "409 case-merged");
    t.admin.post(format!("{from}/unmerge")).await.expect(200);
    let undone = t.admin.post(format!("{from}/unmerge")).await;
    assert_eq!(undone.summary(), "409 case-merge");
    let alone = read(&t.admin, &into).await;
    assert_eq!(alone["family"].as_array().map(Vec::len), Some(1));
}
