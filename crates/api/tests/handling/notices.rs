//! Expectation notes and notices before a service.

use serde_json::{Value, json};
use zhiyin_ports::Clock as _;
use zhiyin_testkit::TestApp;

use crate::{case, customer, done, id, post, read};

fn keys(notices: &Value) -> Vec<&str> {
    let proposals = notices["proposals"].as_array().expect("proposals").iter();
    proposals.filter_map(|it| it["key"].as_str()).collect()
}

#[tokio::test]
async fn what_fits_is_proposed_told_once_and_taken_note_of_in_the_chat() {
    let t = TestApp::new().await;
    let (visitor, talk) = customer(&t, &t.inbox("Shop").await, "It leaks").await;
    let path = format!("/api/v1/conversations/{talk}/notices");
    assert_eq!(keys(&read(&t.admin, &path).await), [] as [&str; 0]);
    case(&t.admin, "fault", &talk, json!({})).await;
    let found = read(&t.admin, &path).await;
    assert_eq!(keys(&found), ["repair_data", "repair_time"]);
    let first = &found["proposals"][0];
    assert_eq!(
        (&first["experience"], &first["score"], &first["earlier"]),
        (&json!("new"), &json!(45), &json!(0))
    );
    assert!(first["text"].as_str().expect("words").contains("备份"));

    let body = json!({ "client_id": "once", "key": "repair_data", "text": "Back up first!" });
    let told = done(&t.admin, &path, body.clone()).await;
    let again = post(&t.admin, &path, body).await;
    assert_eq!(again.status, 200, "sent twice it is told once");
    assert_eq!(told["text"], "Back up first!");
    let after = read(&t.admin, &path).await;
    assert_eq!(
        keys(&after),
        ["repair_time"],
        "whoever was told is not told again"
    );
    assert_eq!(after["items"].as_array().map(Vec::len), Some(1));

    let message = told["message_id"].as_str().expect("a message");
    let edited = t
        .admin
        .patch(format!("/api/v1/messages/{message}"))
        .json(json!({ "text": "Never mind" }))
        .await;
    assert_eq!(edited.summary(), "409 message-not-editable");
    let ask = format!("/api/v1/widget/asks/{message}");
    let wrong = visitor
        .post(&ask)
        .json(json!({ "answer": "confirmed" }))
        .await;
    assert_eq!(wrong.summary(), "422 invalid-field /answer");
    let yes = json!({ "answer": "acknowledged" });
    let noted = visitor.post(&ask).json(yes.clone()).await.expect(200);
    assert_eq!(noted.text_at("/ask/answer"), "acknowledged");
    visitor.post(&ask).json(yes).await.expect(200);
    let kept = read(&t.admin, &path).await;
    let given = &kept["items"][0]["acknowledgement"];
    assert_eq!(
        (&given["means"], &given["by"]["kind"]),
        (&json!("widget"), &json!("contact"))
    );
    let notice = told["id"].as_str().expect("an id");
    let late = json!({ "means": "phone" });
    let late = post(
        &t.admin,
        &format!("/api/v1/notices/{notice}/acknowledgement"),
        late,
    )
    .await;
    assert_eq!(late.summary(), "409 changed", "what is kept is not changed");
}

#[tokio::test]
async fn who_was_told_otherwise_took_note_at_once() {
    let t = TestApp::new().await;
    let (_, talk) = customer(&t, &t.inbox("Shop").await, "It leaks").await;
    let made = case(&t.admin, "fault", &talk, json!({})).await;
    let path = format!("/api/v1/cases/{}/notices", id(&made));
    let told = json!({ "means": "phone", "note": "He said he has a copy." });
    let body = json!({ "client_id": "c", "key": "repair_data", "told": told });
    let told = done(&t.admin, &path, body).await;
    assert_eq!(told["message_id"], Value::Null);
    assert_eq!(told["acknowledgement"]["note"], "He said he has a copy.");
    assert_eq!(told["acknowledgement"]["by_name"], told["made_by_name"]);
    let unknown = json!({ "client_id": "d", "key": "nothing" });
    let unknown = post(&t.admin, &path, unknown).await;
    assert_eq!(unknown.summary(), "422 invalid-field /key");
    let said = read(&t.admin, &format!("/api/v1/conversations/{talk}/messages")).await;
    let last = said["items"].as_array().and_then(|it| it.last());
    assert_eq!(last.map(|it| &it["kind"]), Some(&json!("note")));
    let body = json!({ "type": "fault", "title": "By letter",
        "answers": { "product": "K1", "symptom": "leaks", "is_dangerous": "false" } });
    let alone = t.admin.post("/api/v1/cases").json(body).await.expect(201);
    let path = format!("/api/v1/cases/{}/notices", alone.text_at("/id"));
    let silent = json!({ "client_id": "e", "key": "repair_data" });
    assert_eq!(
        post(&t.admin, &path, silent).await.summary(),
        "422 invalid-field /told"
    );
    let shown = read(&t.admin, &path).await;
    assert_eq!(keys(&shown), [] as [&str; 0], "nobody is there to be told");
}

#[tokio::test]
async fn a_company_says_what_is_told_and_when() {
    let t = TestApp::new().await;
    let path = "/api/v1/settings/notices";
    let mut settings = read(&t.admin, path).await;
    assert_eq!(settings["version"], 0);
    settings["settings"]["entries"][0]["severity"] = json!(6);
    let put = |body: Value| t.admin.put(path).json(body);
    let wild = put(settings.clone()).await;
    assert_eq!(wild.summary(), "422 invalid-field /settings/entries");
    settings["settings"]["entries"] = json!([{ "key": "own", "kind": "expectation",
        "is_enabled": true, "name": { "en": "Own" }, "text": { "en": "We are slow" },
        "severity": 5, "likelihood": 2 }]);
    let saved = put(settings.clone()).await.expect(200);
    assert_eq!(put(settings).await.summary(), "409 changed");
    let mut stricter: Value = serde_json::from_slice(&saved.bytes).expect("JSON");
    let (_, talk) = customer(&t, &t.inbox("Shop").await, "Hello").await;
    let notices = format!("/api/v1/conversations/{talk}/notices");
    assert_eq!(keys(&read(&t.admin, &notices).await), ["own"]);
    stricter["settings"]["threshold"] = json!(31);
    put(stricter).await.expect(200);
    assert_eq!(keys(&read(&t.admin, &notices).await), [] as [&str; 0]);
}

#[tokio::test]
async fn who_took_note_and_who_complained_is_counted() {
    let t = TestApp::new().await;
    let (_, talk) = customer(&t, &t.inbox("Shop").await, "It leaks").await;
    let path = format!("/api/v1/conversations/{talk}/notices");
    for key in ["repair_data", "repair_time"] {
        done(&t.admin, &path, json!({ "client_id": key, "key": key })).await;
    }
    let items = read(&t.admin, &path).await;
    let notice = items["items"][0]["id"].as_str().expect("an id").to_owned();
    let how = json!({ "means": "message" });
    done(
        &t.admin,
        &format!("/api/v1/notices/{notice}/acknowledgement"),
        how,
    )
    .await;
    let complaint = case(&t.admin, "complaint", &talk, json!({})).await;
    let span = "from=2020-01-01T00:00:00Z&to=2020-12-31T00:00:00Z";
    let empty = read(&t.admin, &format!("/api/v1/reports/notices?{span}")).await;
    assert_eq!(empty["total"]["sent"], 0);
    let now = t.clock.now();
    let day = std::time::Duration::from_hours(24);
    let span = format!("from={}&to={}", now.minus(day), now.plus(day));
    let report = read(&t.admin, &format!("/api/v1/reports/notices?{span}")).await;
    let total = &report["total"];
    assert_eq!(
        (&total["sent"], &total["acknowledged"], &total["complained"]),
        (&json!(2), &json!(1), &json!(2))
    );
    assert_eq!(report["by_key"].as_array().map(Vec::len), Some(2));
    let open = format!("/api/v1/reports/notices/items?{span}&about=open");
    let open = read(&t.admin, &open).await;
    assert_eq!(open["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(open["items"][0]["complaint_number"], complaint["number"]);
}
