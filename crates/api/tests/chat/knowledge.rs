//! Articles from draft to readers, what happens to them by themselves, import, drafts of sessions,
//! and what articles leave open.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_ports::Clock as _;
use zhiyin_testkit::{Client, TestApp};

const HOUR: Duration = Duration::from_hours(1);

/// A new article in English, and its id.
pub async fn article(t: &TestApp, title: &str, text: &str) -> String {
    let body =
        json!({ "source": "en", "content": { "title": title, "summary": "Short.", "body": text } });
    let made = t.admin.post("/api/v1/articles").json(body).await;
    made.expect(201).text_at("/id")
}

pub async fn step(client: &Client, id: &str, locale: &str, step: &str) -> Value {
    let path = format!("/api/v1/articles/{id}");
    let now = client.get(path.as_str()).await.expect(200).json();
    let version = version(&now, locale);
    let path = format!("{path}/translations/{locale}/{step}");
    let body = json!({ "version": version });
    client.post(path).json(body).await.expect(200).json()
}

fn language<'a>(article: &'a Value, locale: &str) -> &'a Value {
    let all = article["translations"].as_array().expect("languages");
    let mut found = all.iter().filter(|it| it["locale"] == locale);
    found.next().unwrap_or(&Value::Null)
}

fn version(article: &Value, locale: &str) -> i64 {
    language(article, locale)["version"].as_i64().unwrap_or(0)
}

pub async fn published(t: &TestApp, title: &str, text: &str) -> String {
    let id = article(t, title, text).await;
    step(&t.admin, &id, "en", "publish").await;
    id
}

async fn found(client: &Client, text: &str) -> Vec<String> {
    let query = form(text);
    let path = format!("/api/v1/articles/search?q={query}");
    let answer = client.get(path).await.expect(200).json();
    let hits = answer["items"].as_array().expect("hits").iter();
    hits.map(|hit| hit["title"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Spaces and what is not ASCII as addresses have them.
pub fn form(text: &str) -> String {
    let bytes = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    });
    bytes.collect()
}

#[tokio::test]
async fn an_article_goes_from_draft_to_readers_and_back() {
    let t = TestApp::new().await;
    let writer = t.agent("Wen", BuiltinRole::Agent, &[]).await;
    let body =
        json!({ "source": "en", "content": { "title": "Return an order", "body": "Use *it*." } });
    let made = writer.post("/api/v1/articles").json(body).await.expect(201);
    let id = made.text_at("/id");
    assert_eq!(made.text_at("/translations/0/slug"), "return-an-order");
    assert_eq!(made.json()["translations"][0]["url"], Value::Null);
    step(&writer, &id, "en", "submit").await;
    let path = format!("/api/v1/articles/{id}/translations/en/publish");
    let refused = writer.post(path).json(json!({ "version": 2 })).await;
    assert_eq!(refused.summary(), "403 forbidden");
    assert_eq!(found(&writer, "return").await, [""; 0]);
    let live = step(&t.admin, &id, "en", "publish").await;
    let english = language(&live, "en");
    let slug = t
        .admin
        .get("/api/v1/workspace")
        .await
        .expect(200)
        .text_at("/slug");
    assert_eq!(
        english["url"],
        format!("http://zhiyin.test/help/{slug}/en/articles/return-an-order")
    );
    assert_eq!(found(&writer, "retrun an oder").await, ["Return an order"]);
    // Another language follows, and is behind when the first goes on.
    let path = format!("/api/v1/articles/{id}/translations/zh-CN");
    let body = json!({ "content": { "title": "退货" }, "based_on": 1 });
    writer.put(path).json(body).await.expect(200);
    let path = format!("/api/v1/articles/{id}/translations/en");
    let body = json!({ "version": 3, "content": { "title": "Return an order", "body": "New." } });
    writer
        .put(path.as_str())
        .json(body.clone())
        .await
        .expect(200);
    let again = writer.put(path).json(body).await;
    assert_eq!(again.summary(), "409 changed");
    let live = step(&t.admin, &id, "en", "publish").await;
    assert_eq!(language(&live, "zh-CN")["is_outdated"], true);
    let path = format!("/api/v1/articles/{id}/translations/en/versions/1");
    let old = writer.get(path).await.expect(200);
    assert_eq!(old.text_at("/html"), "<p>Use <em>it</em>.</p>\n");
    let gone = step(&t.admin, &id, "en", "archive").await;
    assert_eq!(language(&gone, "en")["status"], "archived");
    assert_eq!(found(&writer, "return").await, [""; 0]);
    let preview = json!({ "body": "# A\n<script>x</script>" });
    let shown = writer.post("/api/v1/articles/preview").json(preview).await;
    assert_eq!(shown.expect(200).text_at("/html"), "<h2>A</h2>\n");
}

#[tokio::test]
async fn a_text_is_published_when_it_is_due_and_owners_are_reminded() {
    let t = TestApp::new().await;
    let id = article(&t, "Summer hours", "We open at eight.").await;
    let path = format!("/api/v1/articles/{id}");
    let plan = format!("{path}/translations/en/schedule");
    let past = json!({ "version": 1, "publish_at": "2020-01-01T00:00:00Z" });
    let refused = t.admin.post(plan.as_str()).json(past).await;
    assert_eq!(refused.summary(), "422 invalid-field /publish_at");
    let at = t.clock.now().plus(HOUR).to_string();
    let body = json!({ "version": 1, "publish_at": at });
    let planned = t.admin.post(plan).json(body).await.expect(200).json();
    assert_eq!(planned["translations"][0]["publish_at"], at);
    t.run_until_idle().await;
    assert_eq!(found(&t.admin, "summer").await, [""; 0]);
    t.clock.advance(HOUR);
    t.run_until_idle().await;
    assert_eq!(found(&t.admin, "summer").await, ["Summer hours"]);
    let now = t.admin.get(path.as_str()).await.expect(200).json();
    assert_eq!(now["translations"][0]["publish_at"], Value::Null);
    let review = json!({
        "version": now["version"],
        "owner_id": t.admin.id,
        "review_by": t.clock.now().plus(HOUR).to_string(),
    });
    t.admin.patch(path.as_str()).json(review).await.expect(200);
    t.run_until_idle().await;
    assert_eq!(t.outbox.take().len(), 0);
    for _ in 0..2 {
        t.clock.advance(HOUR);
        t.run_until_idle().await;
    }
    let letters = t.outbox.take();
    assert_eq!(letters.len(), 1, "one letter for one date");
    assert!(letters[0].text.contains(&format!("/knowledge/{id}")));
}

#[tokio::test]
async fn files_are_taken_in_row_by_row_and_again() {
    let t = TestApp::new().await;
    let shelf = json!({ "slug": "returns", "name": { "en": "Returns", "zh-CN": "退货" } });
    t.admin
        .post("/api/v1/article-categories")
        .json(shelf)
        .await
        .expect(201);
    let table = "id,question,answer,language,category,audience\n\
        1,Can I return it?,Within seven days.,en,退货,\n\
        1,可以退货吗,七天之内可以。,zh,,\n\
        2,,No question,en,,\n\
        3,Who pays?,We do.,en,Nowhere,\n\
        4,Secret,Ask.,en,,internal\n";
    let import = |text: &str, dry_run: bool| {
        json!({
            "format": "csv", "locale": "en", "publish": true, "dry_run": dry_run,
            "files": [{ "name": "faq.csv", "text": text }],
        })
    };
    let send = async |body: Value| {
        let answer = t.admin.post("/api/v1/articles/import").json(body).await;
        answer.expect(200).json()
    };
    let numbers = |it: &Value| {
        ["created", "updated", "unchanged", "failed"].map(|name| it[name].as_i64().unwrap_or(-1))
    };
    let rehearsed = send(import(table, true)).await;
    assert_eq!(numbers(&rehearsed), [3, 0, 0, 2]);
    assert_eq!(found(&t.admin, "return").await, [""; 0]);
    let done = send(import(table, false)).await;
    assert_eq!(numbers(&done), [3, 0, 0, 2], "{done}");
    let rows = done["rows"].as_array().expect("rows");
    let told: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row["row"], row["outcome"], row["problem"]["code"]
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    2 "created" null
    3 "created" null
    4 "failed" "text"
    5 "failed" "category"
    6 "created" null
    "#);
    assert_eq!(rows[0]["article_id"], rows[1]["article_id"]);
    assert_eq!(numbers(&send(import(table, false)).await), [0, 0, 3, 2]);
    let changed = table.replace("seven days", "ten days");
    assert_eq!(numbers(&send(import(&changed, false)).await), [0, 1, 2, 2]);
    let hit = t.admin.get("/api/v1/articles/search?q=ten%20days").await;
    assert_eq!(
        hit.expect(200).text_at("/items/0/snippet/text"),
        "Within ten days."
    );
    let files = json!({
        "format": "markdown", "locale": "en",
        "files": [{ "name": "wrap.md", "text": "# Gift wrap\n\nFree." }],
    });
    assert_eq!(numbers(&send(files).await), [1, 0, 0, 0]);
    let long = format!("question,answer\nLong,{}\n", "a".repeat(400_000));
    let refused = send(import(&long, false)).await;
    assert_eq!(refused["rows"][0]["problem"]["code"], "text");
    let broken = send(import("a,b\n1,2\n", false)).await;
    assert_eq!(broken["rows"][0]["problem"]["code"], "columns");
}

#[tokio::test]
async fn a_session_becomes_a_draft_without_its_people() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("Hello").await.expect(201);
    visitor
        .writes(
            "How do I change the address of my order? I am at jane.roe@example.com, 13812345678",
        )
        .await
        .expect(201);
    let talk = visitor.conversation().await;
    let path = format!("/api/v1/conversations/{talk}");
    let answer = json!({ "client_id": "a", "text": "Open the order and choose Change address before it ships." });
    t.admin
        .post(format!("{path}/messages"))
        .json(answer)
        .await
        .expect(201);
    let note = json!({ "client_id": "b", "kind": "note", "text": "She sounded angry about this." });
    t.admin
        .post(format!("{path}/messages"))
        .json(note)
        .await
        .expect(201);
    let draft = t
        .admin
        .post(format!("{path}/article-draft"))
        .json(json!({}))
        .await;
    let draft = draft.expect(201).json();
    let text = &draft["article"]["translations"][0]["content"];
    let title = text["title"].as_str().unwrap_or_default();
    assert!(title.starts_with("How do I change the address"), "{text}");
    assert!(!text.to_string().contains("example.com"), "{text}");
    assert!(!text.to_string().contains("138"), "{text}");
    assert!(!text.to_string().contains("angry"), "{text}");
    assert_eq!(
        text["body"],
        "Open the order and choose Change address before it ships."
    );
    let kinds: Vec<&Value> = draft["removed"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["kind"])
        .collect();
    assert_eq!(kinds, ["email", "phone"]);
    let again = t
        .admin
        .post(format!("{path}/article-draft"))
        .json(json!({}))
        .await;
    assert_eq!(
        again.expect(201).json()["article"]["id"],
        draft["article"]["id"]
    );
    let stranger = t.agent("Wen", BuiltinRole::Agent, &[]).await;
    let hidden = stranger
        .post(format!("{path}/article-draft"))
        .json(json!({}))
        .await;
    assert_eq!(hidden.summary(), "404 not-found");
}

#[tokio::test]
async fn what_articles_leave_open_is_counted_and_settled() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let base = format!("/api/v1/widget/inboxes/{}", inbox.key);
    let config = t.anonymous().get(base.as_str()).await.expect(200).json();
    assert_eq!(config["has_articles"], false);
    published(&t, "Return an order", "Use the label.").await;
    let config = t.anonymous().get(base.as_str()).await.expect(200).json();
    assert_eq!(config["has_articles"], true);
    let visitor = t.anonymous();
    let ask = async |text: &str| {
        let body = json!({ "text": text, "locale": "en" });
        let asked = visitor
            .post(format!("{base}/article-questions"))
            .json(body)
            .await;
        asked.expect(201)
    };
    let typing = visitor
        .get(format!("{base}/articles?q=retur&locale=en"))
        .await
        .expect(200);
    assert_eq!(typing.json()["question_id"], Value::Null);
    ask("Do you gift wrap?").await;
    ask("Do you gift wrap? 13812345678").await;
    let read = ask("how to return an order").await;
    assert_eq!(read.text_at("/items/0/slug"), "return-an-order");
    let shown = visitor
        .get(format!("{base}/articles/return-an-order?locale=en"))
        .await
        .expect(200);
    assert_eq!(shown.text_at("/html"), "<p>Use the label.</p>\n");
    assert_eq!(shown.text_at("/nodes/0/tag"), "p");
    assert_eq!(shown.text_at("/nodes/0/children/0/text"), "Use the label.");
    let question = format!("{base}/article-questions/{}", read.text_at("/question_id"));
    let did = json!({ "locale": "en", "opened": "return-an-order", "is_helpful": true });
    visitor.patch(question).json(did).await.expect(204);
    let listed = t.admin.get("/api/v1/articles").await.expect(200);
    let feedback = format!(
        "/api/v1/articles/{}/feedback",
        listed.text_at("/items/0/id")
    );
    let feedback = t.admin.get(feedback).await.expect(200).json();
    assert_eq!(feedback["items"][0]["is_helpful"], true, "{feedback}");
    t.run_until_idle().await;
    let open = t.admin.get("/api/v1/knowledge-gaps").await.expect(200);
    assert_eq!(
        open.json()["items"],
        json!([]),
        "its reader may still go on"
    );
    t.clock.advance(HOUR / 6);
    t.run_until_idle().await;
    let open = t
        .admin
        .get("/api/v1/knowledge-gaps")
        .await
        .expect(200)
        .json();
    let gaps = open["items"].as_array().expect("gaps");
    assert_eq!(gaps.len(), 1, "{open}");
    assert_eq!(
        (&gaps[0]["count"], &gaps[0]["unfound"]),
        (&json!(2), &json!(2))
    );
    assert!(!open.to_string().contains("138"), "{open}");
    let gap = format!(
        "/api/v1/knowledge-gaps/{}",
        gaps[0]["id"].as_str().unwrap_or_default()
    );
    let ignored = t.admin.post(format!("{gap}/ignore")).await.expect(200);
    assert_eq!(ignored.text_at("/state"), "ignored");
    t.admin.post(format!("{gap}/reopen")).await.expect(200);
    let written = t.admin.post(format!("{gap}/article")).await.expect(201);
    assert_eq!(
        written.text_at("/translations/0/content/title"),
        "Do you gift wrap?"
    );
    let answered = t
        .admin
        .get("/api/v1/knowledge-gaps?state=answered")
        .await
        .expect(200);
    assert_eq!(
        answered.text_at("/items/0/article_id"),
        written.text_at("/id")
    );
    assert_counted(&t).await;
}

/// Three searches of the last hour, two of them in vain.
async fn assert_counted(t: &TestApp) {
    let (from, to) = (t.clock.now().minus(HOUR), t.clock.now().plus(HOUR));
    let report = t
        .admin
        .get(format!("/api/v1/reports/knowledge?from={from}&to={to}"))
        .await;
    let report = report.expect(200).json();
    let numbers = [
        "searches",
        "unfound",
        "opened",
        "helpful",
        "contacts",
        "deflected",
    ]
    .map(|name| report[name].as_i64().unwrap_or(-1));
    assert_eq!(numbers, [3, 2, 1, 1, 0, 1]);
    assert_eq!(
        report["articles"][0]["titles"][0]["title"],
        "Return an order"
    );
}

#[tokio::test]
async fn articles_of_the_widget_are_for_the_panel_of_an_inbox() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let path = format!("/api/v1/inboxes/{}", inbox.id);
    let only = json!({ "allowed_domains": ["shop.example"] });
    t.admin.patch(path.as_str()).json(only).await.expect(200);
    let search = format!(
        "/api/v1/widget/inboxes/{}/articles?q=x&locale=en",
        inbox.key
    );
    let from = async |origin: &str| {
        let page = t
            .anonymous()
            .with("host", "zhiyin.test")
            .with("origin", origin);
        page.get(search.as_str()).await.summary()
    };
    let own = "http://zhiyin.test";
    assert_eq!(from(own).await, "200", "the panel is a page of ours");
    for site in ["https://shop.example", "https://other.example"] {
        assert_eq!(from(site).await, "403 foreign-origin", "{site}");
    }
    t.admin
        .patch(path)
        .json(json!({ "is_enabled": false }))
        .await
        .expect(200);
    assert_eq!(from(own).await, "404 not-found");
}

#[tokio::test]
async fn a_badly_rated_session_leaves_a_question_open() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("你好").await.expect(201);
    visitor.writes("茶壶可以单独配盖子吗").await.expect(201);
    let talk = visitor.conversation().await;
    t.admin
        .post(format!("/api/v1/conversations/{talk}/resolve"))
        .await
        .expect(200);
    let session = visitor.get("/api/v1/widget/conversation").await.expect(200);
    let bad = json!({ "session_id": session.text_at("/session/id"), "score": 1 });
    visitor
        .post("/api/v1/widget/rating")
        .json(bad)
        .await
        .expect(200);
    t.run_until_idle().await;
    let open = t.admin.get("/api/v1/knowledge-gaps").await.expect(200);
    assert_eq!(open.text_at("/items/0/question"), "茶壶可以单独配盖子吗");
    assert_eq!(open.json()["items"][0]["rated"], 1);
    assert_eq!(open.text_at("/items/0/locale"), "zh-CN");
}
