//! What customers see and do behind a signed link.

use serde_json::json;
use zhiyin_testkit::{TestApp, TestResponse};

use crate::{case, customer, done, id, post, read};

fn path(link: &serde_json::Value) -> String {
    link["url"]
        .as_str()
        .expect("an address")
        .replace("http://zhiyin.test", "")
}

fn form(fields: &[(&str, &str)]) -> (String, String) {
    let boundary = "zhiyin-portal-test";
    let parts = fields.iter().map(|(name, value)| {
        format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    });
    let end = format!("--{boundary}--\r\n");
    let body: String = parts.chain([end]).collect();
    (format!("multipart/form-data; boundary={boundary}"), body)
}

async fn send(t: &TestApp, path: &str, fields: &[(&str, &str)]) -> TestResponse {
    let (kind, body) = form(fields);
    t.anonymous().post(path).body(&kind, body).await
}

fn text(answer: &TestResponse) -> String {
    String::from_utf8_lossy(&answer.bytes).into_owned()
}

#[tokio::test]
async fn a_customer_sees_plain_words_and_nothing_internal() {
    let t = TestApp::new().await;
    let (_, talk) = customer(&t, &t.inbox("Shop").await, "It <b>leaks</b>").await;
    let made = case(&t.admin, "complaint", &talk, json!({})).await;
    t.run_until_idle().await;
    let link = done(
        &t.admin,
        &format!("/api/v1/cases/{}/portal-link", id(&made)),
        json!({ "send": true }),
    )
    .await;
    assert!(link["message_id"].is_string(), "{link}");
    let url = path(&link);
    let shown = t.anonymous().get(&url).await.expect(200);
    let page = text(&shown);
    assert!(
        page.contains(made["number"].as_str().unwrap()) && page.contains("lang=\"zh-CN\""),
        "{page}"
    );
    assert!(
        page.contains("最迟答复时间") && !page.contains("<b>leaks") && !page.contains("<script"),
        "{page}"
    );
    assert!(
        !page.contains("Chen Wei") && !page.contains("ag_"),
        "no agent by name"
    );
    let header = |name: &str| {
        shown
            .headers
            .get(name)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert!(header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(
        (
            header("referrer-policy").as_str(),
            header("cache-control").as_str()
        ),
        ("no-referrer", "no-store")
    );
    let english = text(
        &t.anonymous()
            .get(format!("{url}?lang=en"))
            .await
            .expect(200),
    );
    assert!(english.contains("You have our reply by"), "{english}");
}

#[tokio::test]
async fn what_a_customer_writes_is_taken_once() {
    let t = TestApp::new().await;
    let (_, talk) = customer(&t, &t.inbox("Shop").await, "It leaks").await;
    let made = case(&t.admin, "complaint", &talk, json!({})).await;
    let link = format!("/api/v1/cases/{}/portal-link", id(&made));
    let url = path(&done(&t.admin, &link, json!({})).await);
    let empty = send(
        &t,
        &url,
        &[("action", "write"), ("client_id", "a"), ("text", " ")],
    )
    .await;
    assert_eq!(empty.status, 422);
    for _ in 0..2 {
        let sent = send(
            &t,
            &url,
            &[
                ("action", "write"),
                ("client_id", "same"),
                ("text", "It got worse"),
            ],
        )
        .await;
        assert_eq!(sent.status, 303);
    }
    let said = read(&t.admin, &format!("/api/v1/conversations/{talk}/messages")).await;
    let messages = said["items"].as_array().unwrap().iter();
    let worse = messages.filter(|it| it["text"] == "It got worse");
    assert_eq!(worse.count(), 1, "a form sent twice is taken once");
    let early = send(&t, &url, &[("action", "confirm")]).await;
    assert_eq!(early.status, 409, "nothing was solved yet");
}

#[tokio::test]
async fn a_solution_is_confirmed_or_contested_by_the_customer() {
    let t = TestApp::new().await;
    let (_, talk) = customer(&t, &t.inbox("Shop").await, "Which tea?").await;
    let made = case(&t.admin, "consultation", &talk, json!({})).await;
    let path_of = format!("/api/v1/cases/{}", id(&made));
    let url = path(&done(&t.admin, &format!("{path_of}/portal-link"), json!({})).await);
    resolve(&t, &path_of).await;
    let asked = text(
        &t.anonymous()
            .get(format!("{url}?lang=en"))
            .await
            .expect(200),
    );
    assert!(asked.contains("Is it solved?"), "{asked}");
    let silent = send(&t, &url, &[("action", "contest"), ("text", "")]).await;
    assert_eq!(silent.status, 422);
    let no = send(&t, &url, &[("action", "contest"), ("text", "Not at all")]).await;
    assert_eq!(no.status, 303, "{}", text(&no));
    let after = read(&t.admin, &path_of).await;
    assert_eq!(
        (&after["status"]["category"], &after["reopen_count"]),
        (&json!("open"), &json!(1))
    );
    resolve(&t, &path_of).await;
    let yes = send(&t, &url, &[("action", "confirm")]).await;
    assert_eq!(yes.status, 303);
    let contacts = read(&t.admin, &format!("{path_of}/solution-contacts")).await;
    let answers: Vec<&str> = contacts["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["answer"].as_str())
        .collect();
    assert_eq!(answers, ["disputed", "confirmed"]);
    let closed = read(&t.admin, &path_of).await;
    assert_eq!(
        (
            &closed["status"]["category"],
            &closed["status"]["grounds"]["kind"]
        ),
        (&json!("closed"), &json!("confirmed")),
        "the type says that the customer's word is enough"
    );
    let over = send(
        &t,
        &url,
        &[("action", "write"), ("client_id", "b"), ("text", "Thanks")],
    )
    .await;
    assert_eq!(over.status, 409);
}

#[tokio::test]
async fn what_needs_a_look_stays_resolved_when_the_customer_confirms() {
    let t = TestApp::new().await;
    let (_, talk) = customer(&t, &t.inbox("Shop").await, "It leaks").await;
    let made = case(&t.admin, "fault", &talk, json!({})).await;
    let path_of = format!("/api/v1/cases/{}", id(&made));
    let url = path(&done(&t.admin, &format!("{path_of}/portal-link"), json!({})).await);
    resolve(&t, &path_of).await;
    let yes = send(&t, &url, &[("action", "confirm")]).await;
    assert_eq!(yes.status, 303);
    let after = read(&t.admin, &path_of).await;
    assert_eq!(after["status"]["category"], "resolved");
    let closing = read(&t.admin, &format!("{path_of}/closing")).await;
    assert_eq!(closing["may_close"], true);
}

/// Ends whatever step is open and resolves.
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
    let answer = post(&t.admin, &format!("{path}/status"), body).await;
    assert!(
        answer.status.is_success() || answer.summary().contains("case-status"),
        "{}",
        answer.summary()
    );
}

#[tokio::test]
async fn a_number_is_never_enough_and_a_link_leads_to_one_customer() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let (visitor, talk) = customer(&t, &inbox, "mine").await;
    let (_, other_talk) = customer(&t, &inbox, "not mine").await;
    let mine = case(&t.admin, "fault", &talk, json!({})).await;
    let other = case(&t.admin, "fault", &other_talk, json!({})).await;
    let number = |it: &serde_json::Value| it["number"].as_str().unwrap().to_owned();
    let url = path(
        &done(
            &t.admin,
            &format!("/api/v1/cases/{}/portal-link", id(&mine)),
            json!({}),
        )
        .await,
    );
    let mut wrong = url.clone().into_bytes();
    let last = wrong.len() - 1;
    wrong[last] = if wrong[last] == b'A' { b'E' } else { b'A' };
    let wrong = String::from_utf8(wrong).unwrap();
    for address in [
        wrong,
        format!("/portal/{}", number(&mine)),
        "/portal/AAAA".to_owned(),
        format!("{url}/cases/{}", number(&other)),
        format!("/portal/x/cases/{}", number(&mine)),
    ] {
        let answer = t.anonymous().get(&address).await;
        assert_eq!(answer.status, 404, "{address}");
        assert!(!text(&answer).contains("Kettle leaks"), "{address}");
    }
    let anonymous = visitor
        .post("/api/v1/widget/portal-link")
        .json(json!({}))
        .await;
    assert_eq!(anonymous.summary(), "403 not-verified");
    t.clock.advance(std::time::Duration::from_hours(91 * 24));
    assert_eq!(t.anonymous().get(&url).await.status, 410);
}
