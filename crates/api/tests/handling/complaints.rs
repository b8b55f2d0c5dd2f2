//! Complaints from receipt to the call back.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_app::cases::{NewCase, create};
use zhiyin_domain::cases::builtin::case_types;
use zhiyin_domain::cases::case::Source;
use zhiyin_ports::Clock as _;
use zhiyin_testkit::{TestApp, TestVisitor};

use crate::{case, customer, done, id, post, read};

const DAY: Duration = Duration::from_hours(24);

/// A serious complaint of a visitor, with the path of its case.
async fn serious(t: &TestApp) -> (TestVisitor, Value, String) {
    let (visitor, talk) = customer(t, &t.inbox("Shop").await, "It still leaks").await;
    let facts = json!({ "harm": "going_on", "safety": "none", "legal": "none", "media": "none",
        "is_vulnerable": true, "repeat_count": 1, "value": "usual" });
    let made = case(&t.admin, "complaint", &talk, json!({ "facts": facts })).await;
    let path = format!("/api/v1/cases/{}", id(&made));
    (visitor, made, path)
}

#[tokio::test]
async fn the_customer_is_told_at_once() {
    let t = TestApp::new().await;
    let (visitor, made, path) = serious(&t).await;
    let path = format!("{path}/complaint");
    assert_eq!(
        (&made["priority"], &made["severity"]),
        (&json!("high"), &json!("serious"))
    );
    t.run_until_idle().await;
    let told = read(&t.admin, &path).await;
    assert_eq!(told["phase"], "handling", "the customer was told by itself");
    assert_eq!(told["told"]["reply_by"], told["reply_by"]);
    assert_eq!(told["assessed"]["points"], 9);
    let said = read(&visitor, "/api/v1/widget/messages").await;
    let texts = said.to_string();
    assert!(
        texts.contains(made["number"].as_str().unwrap()) && texts.contains("/portal/"),
        "{texts}"
    );
    t.run_until_idle().await;
    let again = read(&visitor, "/api/v1/widget/messages").await;
    assert_eq!(
        said["items"].as_array().map(Vec::len),
        again["items"].as_array().map(Vec::len),
        "once"
    );
}

/// Decides and replies; gives the path of the call back.
async fn replied(t: &TestApp, case: &str) -> String {
    let path = format!("{case}/complaint");
    let early = post(
        &t.admin,
        &format!("{path}/reply"),
        json!({ "text": "Done" }),
    )
    .await;
    assert_eq!(early.summary(), "409 complaint-not-ready");
    let empty = json!({ "validity": "valid", "reasons": "The seal was worn", "remedy": "" });
    let refused = post(&t.admin, &format!("{path}/decide"), empty).await;
    assert_eq!(refused.summary(), "422 invalid-field /remedy");
    let found =
        json!({ "validity": "valid", "reasons": "The seal was worn", "remedy": "A new kettle" });
    done(&t.admin, &format!("{path}/decide"), found).await;
    let replied = done(
        &t.admin,
        &format!("{path}/reply"),
        json!({ "text": "You get a new one" }),
    )
    .await;
    assert_eq!(replied["phase"], "replied");
    assert!(replied["message_id"].is_string(), "{replied}");

    let calls = read(&t.admin, &format!("{case}/follow-ups")).await;
    let call = id(&calls["items"][0]);
    assert_eq!(calls["items"][0]["reason"], "complaint_replied");
    assert!(
        calls["items"][0]["script"]
            .as_array()
            .is_some_and(|it| it.len() > 2)
    );
    format!("/api/v1/follow-ups/{call}")
}

#[tokio::test]
async fn a_complaint_is_replied_to_and_called_back_about() {
    let t = TestApp::new().await;
    let (_, _, case) = serious(&t).await;
    t.run_until_idle().await;
    let call = replied(&t, &case).await;
    let path = format!("{case}/complaint");
    let silent = post(
        &t.admin,
        &format!("{call}/finish"),
        json!({ "result": "unreachable" }),
    )
    .await;
    assert_eq!(
        silent.summary(),
        "422 invalid-field /result",
        "nobody tried"
    );
    done(
        &t.admin,
        &format!("{call}/attempt"),
        json!({ "means": "call" }),
    )
    .await;
    let end = json!({ "result": "solved", "means": "call", "note": "content" });
    let finished = done(&t.admin, &format!("{call}/finish"), end.clone()).await;
    assert_eq!(finished["effect"], "may_close");
    let over = post(&t.admin, &format!("{call}/finish"), end).await;
    assert_eq!(over.summary(), "409 follow-up-over");

    let after = read(&t.admin, &path).await;
    assert_eq!(
        (&after["phase"], &after["gap"]["code"]),
        (&json!("called_back"), &json!("cause"))
    );
    let root = json!({ "category": "product", "text": "Worn seals of one batch" });
    done(&t.admin, &format!("{path}/cause"), root).await;
    let due = t.clock.now().plus(7 * DAY).to_string();
    let action = json!({ "text": "Check the batch", "owner_id": t.admin.id, "due_at": due });
    let planned = done(&t.admin, &format!("{path}/action"), action).await;
    assert_eq!(planned["gap"], json!(null));
    let result = json!({ "result": "Batch withdrawn" });
    done(&t.admin, &format!("{path}/action/finish"), result.clone()).await;
    let twice = post(&t.admin, &format!("{path}/action/finish"), result).await;
    assert_eq!(twice.summary(), "409 complaint-not-ready");
}

#[tokio::test]
async fn what_agents_think_of_a_complainant_stays_inside() {
    let t = TestApp::new().await;
    let (visitor, talk) = customer(&t, &t.inbox("Shop").await, "Money back").await;
    let made = case(&t.admin, "complaint", &talk, json!({})).await;
    let path = format!("/api/v1/cases/{}/complaint", id(&made));
    let unknown = json!({ "signs": ["made up"], "kind": null, "temperament": null });
    let refused = post(&t.admin, &format!("{path}/complainant"), unknown).await;
    assert_eq!(refused.summary(), "422 invalid-field /signs");
    let before = read(&t.admin, &path).await;
    let seen = json!({ "signs": ["complaint.card.wants_gain.sign.1"], "kind": "makes_trouble",
        "temperament": "forceful" });
    let after = done(&t.admin, &format!("{path}/complainant"), seen).await;
    assert_eq!(
        after["complainant"]["kind_guess"],
        json!({ "of": "wants_gain", "confidence": 50 })
    );
    assert_eq!(
        (&before["severity"], &before["reply_by"]),
        (&after["severity"], &after["reply_by"])
    );
    t.run_until_idle().await;
    let link = done(
        &t.admin,
        &format!("/api/v1/cases/{}/portal-link", id(&made)),
        json!({}),
    )
    .await;
    let url = link["url"]
        .as_str()
        .unwrap()
        .replace("http://zhiyin.test", "");
    let shown = t.anonymous().get(url).await.expect(200);
    let theirs = read(&visitor, "/api/v1/widget/messages").await.to_string();
    let bundle = t
        .admin
        .get(format!("/api/v1/cases/{}/bundle", id(&made)))
        .await
        .expect(200);
    let history = read(&t.admin, &format!("/api/v1/cases/{}/history", id(&made)))
        .await
        .to_string();
    for secret in ["makes_trouble", "wants_gain", "forceful"] {
        assert!(
            !String::from_utf8_lossy(&shown.bytes).contains(secret),
            "{secret}"
        );
        assert!(!theirs.contains(secret), "{secret}");
        assert!(!history.contains(secret), "{secret}");
        let bytes = secret.as_bytes();
        assert!(
            !bundle.bytes.windows(bytes.len()).any(|it| it == bytes),
            "{secret}"
        );
    }
    let cards = read(&t.admin, "/api/v1/complaints/cards").await;
    assert_eq!(cards["kinds"].as_array().map(Vec::len), Some(4));
    assert_eq!(cards["temperaments"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn a_matrix_in_which_graver_is_less_is_refused() {
    let t = TestApp::new().await;
    let mut setting = read(&t.admin, "/api/v1/settings/severity").await;
    assert_eq!(setting["version"], 0);
    setting["matrix"]["thresholds"] = json!([3, 3, 10]);
    let refused = t
        .admin
        .put("/api/v1/settings/severity")
        .json(setting.clone())
        .await;
    assert_eq!(refused.summary(), "422 invalid-field /matrix/thresholds");
    setting["matrix"]["thresholds"] = json!([2, 6, 10]);
    let saved = t
        .admin
        .put("/api/v1/settings/severity")
        .json(setting.clone())
        .await
        .expect(200);
    let stale = t.admin.put("/api/v1/settings/severity").json(setting).await;
    assert_eq!(stale.summary(), "409 changed");
    let saved: serde_json::Value = serde_json::from_slice(&saved.bytes).unwrap();
    assert_eq!(saved["version"], 1);
    let facts = json!({ "facts": { "harm": "over", "safety": "none", "legal": "none",
        "media": "none", "is_vulnerable": false, "repeat_count": 0, "value": "usual" } });
    let preview = done(&t.admin, "/api/v1/complaints/assess", facts).await;
    assert_eq!(preview["severity"], "moderate");
}

/// Somebody who was answered with a word and rated it with one star.
async fn rated_low(t: &TestApp) -> (TestVisitor, String) {
    let (visitor, talk) = customer(t, &t.inbox("Shop").await, "hello").await;
    let path = format!("/api/v1/conversations/{talk}");
    let answer = json!({ "client_id": "1", "text": "No" });
    post(&t.admin, &format!("{path}/messages"), answer)
        .await
        .expect(201);
    post(&t.admin, &format!("{path}/resolve"), json!({}))
        .await
        .expect(200);
    let sessions = read(&t.admin, &format!("{path}/sessions")).await;
    let session = id(&sessions["items"][0]);
    let body = json!({ "session_id": session, "score": 1, "comment": "rude" });
    visitor
        .post("/api/v1/widget/rating")
        .json(body)
        .await
        .expect(200);
    (visitor, session)
}

#[tokio::test]
async fn a_low_score_is_called_back_about_once() {
    let t = TestApp::new().await;
    let (visitor, session) = rated_low(&t).await;
    t.run_until_idle().await;
    let open = read(&t.admin, "/api/v1/follow-ups").await;
    assert_eq!(open["items"].as_array().map(Vec::len), Some(1), "{open}");
    assert_eq!(
        (&open["items"][0]["reason"], &open["items"][0]["score"]),
        (&json!("low_score"), &json!(1))
    );
    let body = json!({ "session_id": session, "score": 2, "comment": "still rude" });
    visitor
        .post("/api/v1/widget/rating")
        .json(body)
        .await
        .expect(200);
    t.run_until_idle().await;
    let open = read(&t.admin, "/api/v1/follow-ups").await;
    assert_eq!(
        open["items"].as_array().map(Vec::len),
        Some(1),
        "called once"
    );
}

#[tokio::test]
async fn nobody_is_called_about_a_score_of_long_ago() {
    let t = TestApp::new().await;
    rated_low(&t).await;
    // As after an import, or a worker that stood still for days.
    t.clock.advance(Duration::from_hours(73));
    t.run_until_idle().await;
    let open = read(&t.admin, "/api/v1/follow-ups").await;
    assert_eq!(open["items"].as_array().map(Vec::len), Some(0), "{open}");
}

#[tokio::test]
async fn a_low_score_is_called_back_about_under_every_type() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    for (before, builtin) in case_types().into_iter().enumerate() {
        let (visitor, talk) = customer(&t, &inbox, "hello").await;
        let new = NewCase {
            type_key: Some(builtin.key.to_owned()),
            title: builtin.key.to_owned(),
            source: Source::Rule,
            owner_id: Some(t.admin.id),
            conversation_ids: vec![talk.parse().expect("a conversation")],
            ..NewCase::default()
        };
        let made = t
            .app
            .write(&t.system(), move |tx, ctx| create(tx, ctx, &new))
            .await
            .expect(builtin.key);
        let path = format!("/api/v1/conversations/{talk}");
        let answer = json!({ "client_id": "1", "text": "No" });
        done(&t.admin, &format!("{path}/messages"), answer).await;
        done(&t.admin, &format!("{path}/resolve"), json!({})).await;
        let sessions = read(&t.admin, &format!("{path}/sessions")).await;
        let body = json!({ "session_id": id(&sessions["items"][0]), "score": 1 });
        done(&visitor, "/api/v1/widget/rating", body).await;
        t.run_until_idle().await;
        let open = read(&t.admin, "/api/v1/follow-ups").await;
        let open = open["items"].as_array().expect("items");
        assert_eq!(open.len(), before + 1, "{}", builtin.key);
        let case = made.id.to_string();
        assert!(
            open.iter().any(|it| it["case"]["id"] == case.as_str()),
            "{}",
            builtin.key
        );
    }
}
