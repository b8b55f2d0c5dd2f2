//! The journey over HTTP: clocks, deadlines, standards, lists, the report.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_ports::Clock as _;
use zhiyin_testkit::{Client, TestApp};

const SECOND: Duration = Duration::from_secs(1);

pub(crate) async fn read(agent: &Client, path: &str) -> Value {
    agent.get(path).await.expect(200).json()
}

/// Kinds of the events of deadlines and promises, in order, with what is measured.
pub(crate) async fn told(t: &TestApp) -> Vec<String> {
    t.run_until_idle().await;
    let events = t
        .app
        .store()
        .read(t.workspace, |tx| {
            zhiyin_store::events::read_since(tx, 0, 1000)
        })
        .await
        .expect("the log");
    let told = events.into_iter().filter_map(|stored| {
        let wire = serde_json::to_value(stored.event?).expect("serialisable");
        let metric = wire["payload"]["metric"].as_str().unwrap_or_default();
        let kind = stored.kind.as_str();
        let is_ours = ["deadline.", "promise.", "session.step"];
        let step = wire["payload"]["step"].as_str().unwrap_or(metric);
        is_ours
            .iter()
            .any(|ours| kind.starts_with(ours))
            .then(|| format!("{kind} {step}").trim().to_owned())
    });
    told.collect()
}

#[tokio::test]
async fn a_session_goes_its_way_and_its_clocks_with_it() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("my parcel has not come").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let row = read(&t.admin, &path).await;
    let due = t.clock.now().plus(30 * SECOND).to_string();
    assert_eq!(row["session"]["step"], "response", "it waits for a person");
    assert_eq!(row["session"]["language"], "en");
    assert_eq!(row["session"]["first_response_due_at"], due);
    let deadline = json!({ "metric": "first_response", "due_at": due, "is_breached": false });
    assert_eq!(row["deadline"], deadline);

    t.clock.advance(12 * SECOND);
    let journey = read(&t.admin, &format!("{path}/journey")).await;
    assert_eq!(journey["standard"], Value::Null);
    let steps = journey["steps"].as_array().expect("seven steps");
    assert_eq!(steps.len(), 7);
    assert_eq!(steps[3]["used_s"], 12);
    assert_eq!(steps[4]["entered_at"], Value::Null);
    assert_eq!(journey["clocks"][0]["metric"], "first_response");
    assert_eq!(journey["clocks"][0]["running"], "running");
    assert!(!journey["guidance"].as_str().unwrap_or_default().is_empty());

    let answer = json!({ "client_id": "1", "text": "I look after it" });
    let send = t.admin.post(format!("{path}/messages")).json(answer);
    send.await.expect(201);
    let row = read(&t.admin, &path).await;
    assert_eq!(row["session"]["step"], "resolution");
    assert_eq!(row["deadline"]["metric"], "resolution");
    assert_eq!(
        row["deadline"]["due_at"],
        Value::Null,
        "the customer has the turn"
    );
    let journey = read(&t.admin, &format!("{path}/journey")).await;
    assert_eq!(journey["pauses"], json!(["customer"]));
    assert_eq!(journey["clocks"][0]["running"], "stopped");

    visitor.writes("thank you").await.expect(201);
    let row = read(&t.admin, &path).await;
    assert_eq!(row["deadline"]["metric"], "next_response");
    t.admin.post(format!("{path}/resolve")).await.expect(200);
    let row = read(&t.admin, &path).await;
    assert_eq!(row["deadline"], Value::Null);
    assert_eq!(row["session"]["step"], "feedback");
    t.clock.advance(Duration::from_hours(200));
    let told = told(&t).await;
    let expected = [
        "session.step_entered response",
        "session.step_entered resolution",
        "session.step_entered feedback",
        "session.step_entered after_care",
    ];
    assert_eq!(told, expected, "nothing was late");
}

#[tokio::test]
async fn a_deadline_is_told_once_however_often_anybody_looks() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("is anybody there?").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    t.clock.advance(21 * SECOND);
    let round = |app: &zhiyin_app::App| {
        let work = zhiyin_app::journey::work();
        (work.reconcilers[0].run)(app.clone())
    };
    let (one, other, third) = tokio::join!(round(&t.app), round(&t.app), round(&t.app));
    for result in [one, other, third] {
        result.expect("a round");
    }
    let steps = ["session.step_entered response"];
    let mut expected: Vec<&str> = steps.to_vec();
    expected.push("deadline.warned first_response");
    assert_eq!(told(&t).await, expected);
    t.clock.advance(20 * SECOND);
    let (one, other) = tokio::join!(round(&t.app), round(&t.app));
    one.expect("a round");
    other.expect("a round");
    expected.push("deadline.missed first_response");
    assert_eq!(told(&t).await, expected);
    let row = read(&t.admin, &path).await;
    assert_eq!(row["deadline"]["is_breached"], true);
    assert_eq!(
        row["deadline"]["metric"], "first_response",
        "until it is met"
    );
    let answer = json!({ "client_id": "1", "text": "Sorry, here I am" });
    let send = t.admin.post(format!("{path}/messages")).json(answer);
    send.await.expect(201);
    let row = read(&t.admin, &path).await;
    assert_eq!(row["deadline"]["is_breached"], false);
    expected.push("session.step_entered resolution");
    assert_eq!(told(&t).await, expected);
}

#[tokio::test]
async fn a_late_answer_misses_its_target_though_no_timer_came() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("is anybody there?").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    t.clock.advance(50 * SECOND);
    let answer = json!({ "client_id": "1", "text": "Sorry" });
    let send = t.admin.post(format!("{path}/messages")).json(answer);
    send.await.expect(201);
    let expected = [
        "session.step_entered response",
        "session.step_entered resolution",
        "deadline.warned first_response",
        "deadline.missed first_response",
    ];
    assert_eq!(told(&t).await, expected);
}

fn target(metric: &str, within_s: u32) -> Value {
    json!({ "metric": metric, "within_s": within_s, "basis": "wall", "warn_percent": [50] })
}

#[tokio::test]
async fn a_standard_acts_and_another_holds_when_things_change() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let tag = json!({ "name": "late", "color": "#aa0000" });
    let tag = t
        .admin
        .post("/api/v1/tags")
        .json(tag)
        .await
        .expect(201)
        .text_at("/id");
    let everybody = json!({ "name": "Everybody", "terms": {
        "targets": [target("first_response", 60)],
        "actions": [
            { "when": "warning", "action": { "kind": "raise_priority", "to": "urgent" } },
            { "when": "breach", "action": { "kind": "tag", "tag_id": tag } },
            { "when": "breach", "action": { "kind": "notify", "agents": [agent.id], "supervisors": true } },
        ],
    } });
    let urgent = json!({ "name": "Urgent", "terms": {
        "conditions": { "priorities": ["urgent"] },
        "targets": [target("first_response", 40)],
    } });
    let first = t
        .admin
        .post("/api/v1/standards")
        .json(everybody)
        .await
        .expect(201);
    let second = t
        .admin
        .post("/api/v1/standards")
        .json(urgent)
        .await
        .expect(201);
    let (first, second) = (first.text_at("/id"), second.text_at("/id"));
    let order = json!({ "ids": [second, first] });
    let ordered = t
        .admin
        .put("/api/v1/standards/order")
        .json(order)
        .await
        .expect(200);
    assert_eq!(ordered.text_at("/items/0/name"), "Urgent");
    let wrong = json!({ "ids": [first] });
    let refused = t.admin.put("/api/v1/standards/order").json(wrong).await;
    assert_eq!(refused.summary(), "409 changed");

    let visitor = t.visitor(&inbox).await;
    visitor.writes("hello, my tea is cold").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let journey = read(&t.admin, &format!("{path}/journey")).await;
    assert_eq!(journey["standard"]["name"], "Everybody");
    t.clock.advance(30 * SECOND);
    t.run_until_idle().await;
    let row = read(&t.admin, &path).await;
    assert_eq!(row["priority"], "urgent", "half of the time was used");
    let journey = read(&t.admin, &format!("{path}/journey")).await;
    assert_eq!(journey["standard"]["name"], "Urgent", "chosen again");
    assert_eq!(journey["clocks"][0]["target_s"], 40);
    t.clock.advance(11 * SECOND);
    t.run_until_idle().await;
    let row = read(&t.admin, &path).await;
    assert_eq!(row["deadline"]["is_breached"], true);
    assert_eq!(row["tag_ids"], json!([]), "the urgent one tags nothing");

    // The standard goes: the next one that matches holds, and what it says is missed is told.
    t.admin
        .delete(format!("/api/v1/standards/{second}"))
        .await
        .expect(204);
    t.run_until_idle().await;
    let journey = read(&t.admin, &format!("{path}/journey")).await;
    assert_eq!(journey["standard"]["name"], "Everybody");
    assert_eq!(journey["clocks"][0]["target_s"], 60);
    let shorter = json!({ "terms": { "targets": [target("resolution", 45)], "actions": [
        { "metric": "resolution", "when": "breach", "action": { "kind": "tag", "tag_id": tag } },
    ] } });
    let change = t
        .admin
        .patch(format!("/api/v1/standards/{first}"))
        .json(shorter);
    change.await.expect(200);
    t.clock.advance(10 * SECOND);
    t.run_until_idle().await;
    let row = read(&t.admin, &path).await;
    assert_eq!(row["tag_ids"], json!([tag]), "the solution took too long");
}

#[tokio::test]
async fn stage_and_waiting_for_others_are_set_by_hand() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let terms = json!({ "name": "After sales", "terms": {
        "conditions": { "stages": ["after_sales"] },
        "targets": [{ "metric": "resolution", "within_s": 600, "basis": "wall", "pauses": ["third_party"] }],
    } });
    t.admin
        .post("/api/v1/standards")
        .json(terms)
        .await
        .expect(201);
    let visitor = t.visitor(&inbox).await;
    visitor.writes("it is broken").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let stage = json!({ "stage": "after_sales" });
    let row = t
        .admin
        .put(format!("{path}/classification"))
        .json(stage)
        .await
        .expect(200);
    assert_eq!(row.text_at("/session/stage"), "after_sales");
    assert_eq!(row.text_at("/deadline/metric"), "resolution");
    t.clock.advance(100 * SECOND);
    let whom = json!({ "whom": "third_party" });
    let row = t
        .admin
        .put(format!("{path}/waiting_on"))
        .json(whom)
        .await
        .expect(200)
        .json();
    assert_eq!(row["deadline"]["due_at"], Value::Null);
    t.clock.advance(1000 * SECOND);
    t.run_until_idle().await;
    let nobody = json!({ "whom": "nobody" });
    let row = t
        .admin
        .put(format!("{path}/waiting_on"))
        .json(nobody)
        .await
        .expect(200)
        .json();
    let due = t.clock.now().plus(500 * SECOND).to_string();
    assert_eq!(row["deadline"]["due_at"], due, "what was used counts");
    t.admin.post(format!("{path}/resolve")).await.expect(200);
    let late = json!({ "whom": "third_party" });
    let refused = t.admin.put(format!("{path}/waiting_on")).json(late).await;
    assert_eq!(refused.summary(), "409 already-resolved");
    let bad = t
        .admin
        .put(format!("{path}/classification"))
        .json(json!({ "stage": "later" }))
        .await;
    assert_eq!(bad.summary(), "422 invalid-body /stage");
}

#[tokio::test]
async fn lists_come_by_their_next_deadline() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let mut talks = Vec::new();
    for text in ["first", "second", "third"] {
        let visitor = t.visitor(&inbox).await;
        visitor.writes(text).await.expect(201);
        talks.push(visitor.conversation().await);
        t.clock.advance(SECOND);
    }
    let answer = json!({ "client_id": "1", "text": "yes?" });
    let path = format!("/api/v1/conversations/{}/messages", talks[0]);
    t.admin.post(path).json(answer).await.expect(201);
    let mut seen = Vec::new();
    let mut path = "/api/v1/conversations?sort=deadline&limit=1".to_owned();
    loop {
        let page = read(&t.admin, &path).await;
        for row in page["items"].as_array().expect("a list") {
            seen.push(row["id"].as_str().unwrap_or_default().to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/conversations?sort=deadline&limit=1&cursor={next}");
    }
    let expected = [
        talks[1].to_string(),
        talks[2].to_string(),
        talks[0].to_string(),
    ];
    assert_eq!(seen, expected);
    let view = json!({ "name": "late", "sort": "deadline", "filter": { "match": "all", "conditions": [
        { "field": "is_breached", "operator": "is", "value": true },
    ] } });
    let view = t
        .admin
        .post("/api/v1/views")
        .json(view)
        .await
        .expect(201)
        .text_at("/id");
    t.clock.advance(28 * SECOND);
    t.run_until_idle().await;
    let page = read(&t.admin, &format!("/api/v1/conversations?view_id={view}")).await;
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["items"][0]["id"], talks[1].to_string());
}

#[tokio::test]
async fn the_report_says_where_customers_waited_repeated_and_left() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let from = t.clock.now().to_string();
    let (quick, patient, lost) = (
        t.visitor(&inbox).await,
        t.visitor(&inbox).await,
        t.visitor(&inbox).await,
    );
    for (visitor, wait, asks) in [(&quick, 10_u32, 1), (&patient, 100, 3)] {
        for _ in 0..asks {
            visitor.writes("where is my parcel?").await.expect(201);
        }
        t.clock.advance(wait * SECOND);
        let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
        let answer = json!({ "client_id": "1", "text": "on its way" });
        t.admin
            .post(format!("{path}/messages"))
            .json(answer)
            .await
            .expect(201);
        t.clock.advance(20 * SECOND);
        t.admin.post(format!("{path}/resolve")).await.expect(200);
    }
    lost.writes("hello?").await.expect(201);
    t.clock.advance(7 * SECOND);
    lost.post("/api/v1/widget/end").await.expect(204);
    t.run_until_idle().await;
    t.clock.advance(SECOND);
    let period = format!("from={from}&to={}", t.clock.now());
    let report = read(&t.admin, &format!("/api/v1/reports/journey?{period}")).await;
    assert_eq!(
        (
            &report["sessions"],
            &report["repeating"],
            &report["repeats"]
        ),
        (&json!(3), &json!(1), &json!(2))
    );
    let response = json!({
        "step": "response", "entered": 3, "returned": 0, "left": 1, "median_s": 10, "p90_s": 100,
    });
    assert_eq!(report["steps"][3], response);
    assert_eq!(report["steps"][4]["entered"], 2);
    assert_eq!(report["steps"][4]["median_s"], 20);
    let (admin, period) = (&t.admin, &period);
    let sessions = |step: &'static str, about: &'static str| async move {
        let path = format!("/api/v1/reports/journey/sessions?{period}&step={step}&about={about}");
        read(admin, &path).await
    };
    let slowest = sessions("response", "slowest").await;
    assert_eq!(slowest["items"][0]["stay_s"], 100);
    assert_eq!(
        slowest["items"][0]["conversation_id"],
        patient.conversation().await.to_string()
    );
    let left = sessions("response", "left").await;
    assert_eq!(
        left["items"][0]["conversation_id"],
        lost.conversation().await.to_string()
    );
    let repeats = sessions("response", "repeats").await;
    assert_eq!(repeats["items"][0]["repeats"], 2);
    let upside_down = format!("/api/v1/reports/journey?from={}&to={from}", t.clock.now());
    assert_eq!(
        t.admin.get(upside_down).await.summary(),
        "422 invalid-field to"
    );
}
