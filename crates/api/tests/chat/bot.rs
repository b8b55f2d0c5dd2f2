//! The bot: it answers with its source, asks back, gives way to people, and learns.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{TestApp, TestInbox, TestVisitor};

use crate::knowledge::published;

const WISHES: &str = include_str!("../../../language/data/wish_for_person.tsv");

/// A shop with a queue, a bot and two articles.
async fn shop(t: &TestApp, change: Value) -> TestInbox {
    let inbox = t.inbox("Shop").await;
    let queue = t.admin.post("/api/v1/queues");
    let queue = queue.json(json!({ "name": "Line" })).await;
    let queue = queue.expect(201).text_at("/id");
    let path = format!("/api/v1/inboxes/{}", inbox.id);
    let routing = json!({ "routing": { "queue_id": queue } });
    t.admin.patch(path).json(routing).await.expect(200);
    published(
        t,
        "How do I return an order?",
        "Send it back within thirty days.",
    )
    .await;
    published(
        t,
        "How long does delivery to Canada take?",
        "About nine days.",
    )
    .await;
    set_up(t, &inbox, change).await;
    inbox
}

async fn set_up(t: &TestApp, inbox: &TestInbox, change: Value) -> Value {
    let path = format!("/api/v1/inboxes/{}/bot", inbox.id);
    let now = t.admin.get(path.as_str()).await.expect(200).json();
    let mut body = json!({
        "is_enabled": true, "name": { "en": "Teabot" }, "starts": "always", "thresholds": null,
        "when_unsure": "ask_again", "tries_max": 2, "idle_minutes": 30, "version": now["version"],
    });
    for (key, value) in change.as_object().expect("an object") {
        body[key] = value.clone();
    }
    t.admin.put(path).json(body).await.expect(200).json()
}

async fn says(t: &TestApp, visitor: &TestVisitor, text: &str) {
    visitor.writes(text).await.expect(201);
    t.run_until_idle().await;
}

/// What was said in public: who, and what.
async fn talk(visitor: &TestVisitor) -> Vec<Value> {
    let page = visitor
        .get("/api/v1/widget/messages")
        .await
        .expect(200)
        .json();
    page["items"].as_array().expect("messages").clone()
}

async fn last(visitor: &TestVisitor) -> Value {
    let all = talk(visitor).await;
    let mut texts = all.into_iter().filter(|it| it["kind"] == "text");
    texts.next_back().expect("a message")
}

fn labels(message: &Value) -> Vec<&str> {
    let all = message["quick_replies"].as_array().expect("replies").iter();
    all.map(|it| it["label"].as_str().unwrap_or_default())
        .collect()
}

async fn conversation(t: &TestApp, visitor: &TestVisitor) -> Value {
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    t.admin.get(path).await.expect(200).json()
}

async fn notes(t: &TestApp, visitor: &TestVisitor) -> Vec<String> {
    let path = format!(
        "/api/v1/conversations/{}/messages",
        visitor.conversation().await
    );
    let all = t.admin.get(path).await.expect(200).json();
    let all = all["items"].as_array().expect("messages").iter();
    let notes = all.filter(|it| it["kind"] == "note");
    notes
        .map(|it| it["text"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn an_answer_shows_its_source_and_what_helped_is_learned() {
    let t = TestApp::new().await;
    let inbox = shop(&t, json!({})).await;
    let visitor = t.visitor(&inbox).await;
    says(&t, &visitor, "how do i return an order").await;
    let answer = last(&visitor).await;
    assert_eq!(answer["author"]["kind"], "bot");
    assert_eq!(answer["author"]["name"], "Teabot");
    let text = answer["text"].as_str().expect("a text");
    assert!(
        text.contains("within thirty days") && text.contains("Did this help?"),
        "{text}"
    );
    assert_eq!(answer["cards"][0]["title"], "How do I return an order?");
    let url = answer["cards"][0]["url"].as_str().expect("a source");
    assert!(url.starts_with("http://zhiyin.test/help/"), "{url}");
    assert_eq!(
        labels(&answer),
        ["Yes, it did", "No, it didn't", "Talk to a person"]
    );
    let row = conversation(&t, &visitor).await;
    assert_eq!(
        (&row["handler"], &row["status"]["kind"]),
        (&json!("bot"), &json!("open"))
    );
    says(&t, &visitor, "yes, it did").await;
    assert_eq!(
        last(&visitor).await["text"],
        "Glad I could help! Just write if there is anything else."
    );
    let row = conversation(&t, &visitor).await;
    assert_eq!(row["status"]["kind"], "resolved");
    let path = format!("/api/v1/inboxes/{}/bot", inbox.id);
    let learned = t.admin.get(path).await.expect(200).json();
    assert_eq!(
        learned["learned"]["answers"],
        json!({ "shown": 1, "helped": 1, "not_helped": 0 })
    );
    // The next question is another session, and the bot's again.
    says(&t, &visitor, "how long does delivery to canada take").await;
    assert!(
        last(&visitor).await["text"]
            .as_str()
            .expect("a text")
            .contains("nine days")
    );
    assert_eq!(conversation(&t, &visitor).await["handler"], "bot");
}

#[tokio::test]
async fn below_the_threshold_it_asks_back_and_then_a_person_goes_on() {
    let t = TestApp::new().await;
    let thresholds = json!({ "answer": 0.95, "suggest": 0.1 });
    let inbox = shop(&t, json!({ "thresholds": thresholds })).await;
    let visitor = t.visitor(&inbox).await;
    says(&t, &visitor, "return order in summer").await;
    let asked = last(&visitor).await;
    assert_eq!(asked["text"], "Is it one of these?");
    let offered = labels(&asked);
    assert_eq!(offered[0], "How do I return an order?");
    assert_eq!(
        offered[offered.len() - 2..],
        ["None of these", "Talk to a person"]
    );
    says(&t, &visitor, "None of these").await;
    assert_eq!(labels(&last(&visitor).await), ["Talk to a person"]);
    says(&t, &visitor, "xylophone").await;
    let row = conversation(&t, &visitor).await;
    assert_eq!(row["handler"], "queued");
    assert!(
        last(&visitor).await["text"]
            .as_str()
            .expect("a text")
            .contains("colleague")
    );
    let notes = notes(&t, &visitor).await;
    assert_eq!(notes.len(), 1);
    for part in [
        "return order in summer → 已建议: How do I return an order?",
        "没有帮助",
        "xylophone → 没有答案",
    ] {
        assert!(notes[0].contains(part), "{part}: {}", notes[0]);
    }
    // What nobody could answer is a gap when its time has come.
    t.let_pass(Duration::from_mins(11)).await;
    let gaps = t
        .admin
        .get("/api/v1/knowledge-gaps")
        .await
        .expect(200)
        .json();
    let questions = gaps["items"].as_array().expect("gaps").iter();
    let questions: Vec<&str> = questions.filter_map(|it| it["question"].as_str()).collect();
    assert!(questions.contains(&"xylophone"), "{questions:?}");
    // The person has the turn: whatever is written now, the bot is silent.
    let before = talk(&visitor).await.len();
    says(&t, &visitor, "how do i return an order").await;
    assert_eq!(talk(&visitor).await.len(), before + 1);
}

#[tokio::test]
async fn a_person_on_request_in_every_phrasing() {
    let t = TestApp::with(|options| {
        options.http.limits = zhiyin_api::guard::limits::RateLimits::off();
    })
    .await;
    let inbox = shop(&t, json!({})).await;
    let wishes = WISHES.lines().filter(|line| line.starts_with("yes\t"));
    let wishes: Vec<&str> = wishes
        .filter_map(|line| line.splitn(3, '\t').nth(2))
        .collect();
    assert!(wishes.len() >= 80);
    for (at, wish) in wishes.into_iter().enumerate() {
        let visitor = t.visitor(&inbox).await;
        // Every fourth asks for one at once, the others when the bot has answered.
        if at % 4 != 0 {
            visitor.writes("how do i return an order").await.expect(201);
        }
        if at % 16 == 1 {
            t.run_until_idle().await;
        }
        visitor.writes(wish).await.expect(201);
        // At once: before any job ran.
        assert_eq!(
            conversation(&t, &visitor).await["handler"],
            "queued",
            "{wish}"
        );
    }
    t.run_until_idle().await;
}

#[tokio::test]
async fn who_takes_over_is_told_what_was_tried_and_the_bot_is_silent() {
    let t = TestApp::new().await;
    let inbox = shop(&t, json!({})).await;
    let agent = t.agent("Emma", BuiltinRole::Agent, &[inbox.id]).await;
    let visitor = t.visitor(&inbox).await;
    says(&t, &visitor, "how do i return an order").await;
    let id = visitor.conversation().await;
    // The customer writes, and an agent answers before the bot has read it.
    visitor
        .writes("and how long does delivery to canada take")
        .await
        .expect(201);
    let path = format!("/api/v1/conversations/{id}/messages");
    let body = json!({ "client_id": "a1", "kind": "text", "text": "I am here now." });
    agent.post(path).json(body).await.expect(201);
    t.run_until_idle().await;
    assert_eq!(last(&visitor).await["text"], "I am here now.");
    assert_eq!(conversation(&t, &visitor).await["handler"], "human");
    let notes = notes(&t, &visitor).await;
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(
        notes[0].contains("how do i return an order → 已回答: How do I return an order?"),
        "{}",
        notes[0]
    );
    says(&t, &visitor, "how do i return an order").await;
    assert_eq!(last(&visitor).await["author"]["kind"], "contact");
}

#[tokio::test]
async fn a_silent_customer_has_left() {
    let t = TestApp::new().await;
    let inbox = shop(&t, json!({})).await;
    let visitor = t.visitor(&inbox).await;
    says(&t, &visitor, "how do i return an order").await;
    t.let_pass(Duration::from_mins(29)).await;
    assert_eq!(conversation(&t, &visitor).await["status"]["kind"], "open");
    t.let_pass(Duration::from_mins(2)).await;
    assert_eq!(
        conversation(&t, &visitor).await["status"]["kind"],
        "resolved"
    );
}

#[tokio::test]
async fn without_its_switch_nothing_changes() {
    let t = TestApp::new().await;
    let inbox = shop(&t, json!({ "is_enabled": false })).await;
    let visitor = t.visitor(&inbox).await;
    says(&t, &visitor, "how do i return an order").await;
    assert_eq!(conversation(&t, &visitor).await["handler"], "queued");
    assert_eq!(talk(&visitor).await.len(), 1);
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_with_their_place() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let path = format!("/api/v1/inboxes/{}/bot", inbox.id);
    let ok = json!({
        "is_enabled": true, "name": {}, "starts": "always", "thresholds": null,
        "when_unsure": "person", "tries_max": 2, "idle_minutes": 30, "version": 0,
    });
    for (key, value, wanted) in [
        (
            "thresholds",
            json!({ "answer": 0.3, "suggest": 0.5 }),
            "422 invalid-field /thresholds",
        ),
        ("tries_max", json!(9), "422 invalid-field /tries_max"),
        ("idle_minutes", json!(1), "422 invalid-field /idle_minutes"),
        (
            "queue_id",
            json!("qu_00000000000000000000000001"),
            "422 invalid-field /queue_id",
        ),
        (
            "greeting_flow_id",
            json!("bf_00000000000000000000000001"),
            "422 invalid-field /greeting_flow_id",
        ),
        ("version", json!(7), "409 changed"),
    ] {
        let mut body = ok.clone();
        body[key] = value;
        let answer = t.admin.put(path.as_str()).json(body).await;
        assert_eq!(answer.summary(), wanted, "{key}");
    }
}

#[tokio::test]
async fn the_test_bench_plays_what_was_asked() {
    let t = TestApp::new().await;
    let inbox = shop(&t, json!({})).await;
    for text in [
        "how do i return an order",
        "my mail is li@tea.example, xylophone?",
    ] {
        t.let_pass(Duration::from_secs(1)).await;
        let visitor = t.visitor(&inbox).await;
        says(&t, &visitor, text).await;
    }
    let path = format!("/api/v1/inboxes/{}/bot/replay", inbox.id);
    for source in ["questions", "sessions"] {
        let body = json!({ "source": source, "thresholds": { "answer": 0.95, "suggest": 0.95 } });
        let played = t
            .admin
            .post(path.as_str())
            .json(body)
            .await
            .expect(200)
            .json();
        assert_eq!(
            played["items"].as_array().map(Vec::len),
            Some(2),
            "{source}"
        );
        let text = played["items"][0]["text"].as_str().expect("a text");
        assert!(
            text.contains("xylophone") && !text.contains("li@tea"),
            "{text}"
        );
        assert_eq!(played["items"][0]["outcome"], "passed_on");
        let first = &played["items"][1];
        assert_eq!(first["present_outcome"], "answered");
        assert!(
            first["confidence"]
                .as_f64()
                .is_some_and(|it| it > 0.5 && it < 1.0),
            "{first}"
        );
        assert_eq!(played["present_totals"]["answered"], 1);
    }
}
