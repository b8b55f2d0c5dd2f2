//! The question in the chat whether a case is solved.

use serde_json::{Value, json};
use zhiyin_testkit::{TestApp, TestVisitor};

use crate::{case, customer, done, id, post, read};

/// The last question in the conversation of a visitor.
async fn asked(t: &TestApp, talk: &str) -> (String, Value) {
    let said = read(&t.admin, &format!("/api/v1/conversations/{talk}/messages")).await;
    let messages = said["items"].as_array().expect("messages").iter().rev();
    let found = messages.into_iter().find(|it| !it["ask"].is_null());
    let found = found.expect("a question");
    (id(found), found["ask"].clone())
}

async fn answer(visitor: &TestVisitor, message: &str, body: Value) -> String {
    let path = format!("/api/v1/widget/asks/{message}");
    visitor.post(path).json(body).await.summary()
}

/// Ends whatever step is open and resolves; the customer is asked.
async fn resolve(t: &TestApp, path: &str) {
    loop {
        let steps = read(&t.admin, &format!("{path}/steps")).await;
        let Some(visit) = steps["current"]["visit"].as_u64() else {
            break;
        };
        let body = json!({ "visit": visit, "reason": "done otherwise" });
        done(&t.admin, &format!("{path}/steps/abandon"), body).await;
    }
    let body = json!({ "status": "resolved", "note": "" });
    post(&t.admin, &format!("{path}/status"), body).await;
    t.run_until_idle().await;
}

#[tokio::test]
async fn the_customer_says_in_the_chat_whether_it_is_solved() {
    let t = TestApp::new().await;
    let (visitor, talk) = customer(&t, &t.inbox("Shop").await, "Which tea?").await;
    let made = case(&t.admin, "consultation", &talk, json!({})).await;
    let path = format!("/api/v1/cases/{}", id(&made));
    resolve(&t, &path).await;
    let (message, ask) = asked(&t, &talk).await;
    assert_eq!(
        (&ask["kind"], &ask["number"]),
        (&json!("solved"), &made["number"])
    );
    assert_eq!(ask["answer"], Value::Null);
    let silent = answer(&visitor, &message, json!({ "answer": "disputed" })).await;
    assert_eq!(silent, "422 invalid-field /note");
    let (stranger, _) = customer(&t, &t.inbox("Other").await, "Hello").await;
    let foreign = answer(&stranger, &message, json!({ "answer": "confirmed" })).await;
    assert_eq!(foreign, "404 not-found");

    let no = json!({ "answer": "disputed", "note": "Still bitter" });
    assert_eq!(answer(&visitor, &message, no.clone()).await, "200");
    assert_eq!(answer(&visitor, &message, no).await, "200", "pressed twice");
    let after = read(&t.admin, &path).await;
    assert_eq!(
        (&after["status"]["category"], &after["reopen_count"]),
        (&json!("open"), &json!(1))
    );
    let late = answer(&visitor, &message, json!({ "answer": "confirmed" })).await;
    assert_eq!(late, "409 changed");

    resolve(&t, &path).await;
    let (second, _) = asked(&t, &talk).await;
    assert_ne!(second, message, "each solution is asked about");
    assert_eq!(
        answer(&visitor, &second, json!({ "answer": "confirmed" })).await,
        "200"
    );
    let closed = read(&t.admin, &path).await;
    assert_eq!(closed["status"]["category"], "closed", "the type says so");
    let contacts = read(&t.admin, &format!("{path}/solution-contacts")).await;
    let words: Vec<_> = contacts["items"]
        .as_array()
        .expect("contacts")
        .iter()
        .collect();
    let of = |at: usize, field: &str| words[at][field].clone();
    assert_eq!(
        (of(0, "answer"), of(0, "note")),
        (json!("disputed"), json!("Still bitter"))
    );
    assert_eq!(
        (of(1, "answer"), of(1, "means")),
        (json!("confirmed"), json!("message"))
    );
    let (_, ask) = asked(&t, &talk).await;
    assert_eq!(ask["answer"], "confirmed", "and not that it is over");
}

#[tokio::test]
async fn a_question_that_was_settled_elsewhere_asks_no_more() {
    let t = TestApp::new().await;
    let (visitor, talk) = customer(&t, &t.inbox("Shop").await, "It leaks").await;
    let made = case(&t.admin, "fault", &talk, json!({})).await;
    let path = format!("/api/v1/cases/{}", id(&made));
    resolve(&t, &path).await;
    let (message, _) = asked(&t, &talk).await;
    let reopened = json!({ "status": "open", "note": "We found another leak" });
    done(&t.admin, &format!("{path}/status"), reopened).await;
    let (_, ask) = asked(&t, &talk).await;
    assert_eq!(ask["answer"], "over");
    let late = answer(&visitor, &message, json!({ "answer": "confirmed" })).await;
    assert_eq!(late, "409 changed");
    let after = read(&t.admin, &path).await;
    assert_eq!(after["status"]["category"], "open");
}

#[tokio::test]
async fn what_needs_a_look_stays_resolved_after_the_word_in_the_chat() {
    let t = TestApp::new().await;
    let (visitor, talk) = customer(&t, &t.inbox("Shop").await, "It leaks").await;
    let made = case(&t.admin, "fault", &talk, json!({})).await;
    let path = format!("/api/v1/cases/{}", id(&made));
    let early = read(&t.admin, &format!("{path}/closing")).await;
    assert_eq!(early["may_close"], false);
    resolve(&t, &path).await;
    let (message, _) = asked(&t, &talk).await;
    assert_eq!(
        answer(&visitor, &message, json!({ "answer": "confirmed" })).await,
        "200"
    );
    let after = read(&t.admin, &path).await;
    assert_eq!(after["status"]["category"], "resolved");
    let closing = read(&t.admin, &format!("{path}/closing")).await;
    assert_eq!(closing["may_close"], true);
}
