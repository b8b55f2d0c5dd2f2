//! The life of a case: one owner, until the customer confirms.

use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::TestApp;

use crate::world::{HOUR, consultation, happened, leave_steps, read, stand};

#[tokio::test]
async fn a_case_is_closed_only_with_the_word_of_the_customer_or_documented_attempts() {
    let t = TestApp::new().await;
    let case = consultation(&t.admin).await;
    let shown = read(&t.admin, &case).await;
    assert_eq!(shown["owner_id"], t.admin.id.to_string());
    assert_eq!(shown["status"]["category"], "new");
    assert_eq!(shown["step"]["key"], "find_out");
    let number = shown["number"].as_str().expect("a number").to_owned();
    let found = read(&t.admin, format!("/api/v1/cases/{number}")).await;
    assert_eq!(found["id"], shown["id"], "people say the number");

    assert_eq!(stand(&t.admin, &case, "closed").await, "409 case-status");
    assert_eq!(
        stand(&t.admin, &case, "resolved").await,
        "409 case-open-work"
    );
    leave_steps(&t.admin, &case).await;
    assert_eq!(stand(&t.admin, &case, "resolved").await, "200");
    assert_eq!(
        stand(&t.admin, &case, "closed").await,
        "409 case-not-closable"
    );
    let closing = read(&t.admin, format!("{case}/closing")).await;
    assert_eq!(closing["may_close"], false);
    assert_eq!(closing["gap"]["kind"], "attempts");
    let word = json!({ "means": "call", "answer": "confirmed", "note": "works again" });
    t.admin
        .post(format!("{case}/solution-contacts"))
        .json(word)
        .await
        .expect(201);
    assert_eq!(stand(&t.admin, &case, "closed").await, "200");
    let closed = read(&t.admin, &case).await;
    assert_eq!(closed["status"]["grounds"]["kind"], "confirmed");

    let silent = json!({ "status": "open", "note": " " });
    let refused = t.admin.post(format!("{case}/status")).json(silent).await;
    assert_eq!(refused.summary(), "422 invalid-field /note");
    assert_eq!(stand(&t.admin, &case, "open").await, "200");
    let back = read(&t.admin, &case).await;
    assert_eq!(
        (&back["reopen_count"], &back["step"]["visit"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(back["owner_id"], t.admin.id.to_string(), "the owner stays");
    assert_eq!(stand(&t.admin, &case, "closed").await, "409 case-status");
    let told = happened(&t.admin, &case).await;
    for expected in [
        "case.created manual",
        "case.status_changed closed",
        "case.status_changed reopened",
    ] {
        assert!(
            told.iter().any(|one| one == expected),
            "{expected} in {told:?}"
        );
    }
}

#[tokio::test]
async fn the_owner_changes_only_by_acceptance() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let anna = t
        .agent("Anna Lee", BuiltinRole::Supervisor, &[inbox.id])
        .await;
    let other = t
        .agent("Other One", BuiltinRole::Supervisor, &[inbox.id])
        .await;
    let case = consultation(&t.admin).await;
    let ask = |to: String, reason: &str| {
        let body = json!({ "to_id": to, "reason": reason });
        t.admin
            .post(format!("{case}/assignment/propose"))
            .json(body)
    };
    let silent = ask(anna.id.to_string(), " ").await;
    assert_eq!(silent.summary(), "422 invalid-field /reason");
    ask(anna.id.to_string(), "on leave").await.expect(200);
    let twice = ask(other.id.to_string(), "on leave").await;
    assert_eq!(twice.summary(), "409 handover-pending");
    let accept = format!("{case}/assignment/accept");
    assert_eq!(other.post(&accept).await.summary(), "409 handover-over");
    let decline = format!("{case}/assignment/decline");
    let words = json!({ "reason": "too much" });
    anna.post(&decline).json(words).await.expect(200);
    let shown = read(&t.admin, &case).await;
    assert_eq!(
        shown["owner_id"],
        t.admin.id.to_string(),
        "a no changes nothing"
    );
    assert_eq!(shown["past_handovers"][0]["end"]["kind"], "declined");

    ask(anna.id.to_string(), "please").await.expect(200);
    t.clock.advance(5 * HOUR);
    t.run_until_idle().await;
    assert_eq!(anna.post(&accept).await.summary(), "409 handover-over");
    let shown = read(&t.admin, &case).await;
    assert_eq!(shown["past_handovers"][1]["end"]["kind"], "lapsed");

    ask(anna.id.to_string(), "please").await.expect(200);
    let asked = read(&anna, "/api/v1/cases?asked=true").await;
    assert_eq!(asked["items"].as_array().map(Vec::len), Some(1));
    let taken = anna.post(&accept).await.expect(200);
    assert_eq!(taken.text_at("/owner_id"), anna.id.to_string());
    assert_eq!(
        taken.text_at("/watcher_ids/0"),
        t.admin.id.to_string(),
        "goes on watching"
    );
}

#[tokio::test]
async fn who_may_not_see_a_case_does_not_learn_of_it() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let office = t
        .agent("Back Office", BuiltinRole::BackOffice, &[inbox.id])
        .await;
    let case = consultation(&t.admin).await;
    read(&office, &case).await;
    assert_eq!(stand(&office, &case, "open").await, "403 forbidden");
    let new = json!({ "type": "consultation", "title": "x", "answers": { "question": "x" } });
    let refused = office.post("/api/v1/cases").json(new).await;
    assert_eq!(refused.summary(), "403 forbidden");
    let lacking = json!({ "type": "consultation", "title": "x", "answers": { "nonsense": "x" } });
    let refused = t.admin.post("/api/v1/cases").json(lacking).await;
    assert_eq!(
        refused.summary(),
        "422 invalid-field /answers/nonsense /answers/question"
    );
}
