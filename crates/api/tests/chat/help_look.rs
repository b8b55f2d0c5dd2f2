//! The look of the help centre, its own domain, files of articles, related articles, the glossary.

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{TestApp, TestResponse};

use crate::knowledge::published;

/// A picture of one pixel.
const PIXEL: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0,
    0, 0, 58, 126, 155, 85, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 168, 7, 0, 0, 129, 0, 128,
    211, 148, 83, 74, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

async fn upload(t: &TestApp, name: &str, kind: &str, bytes: &[u8]) -> TestResponse {
    let path = "/api/v1/article-files";
    t.admin.post(path).file(name, kind, bytes).await
}

async fn slug(t: &TestApp) -> String {
    let workspace = t.admin.get("/api/v1/workspace").await.expect(200);
    workspace.text_at("/slug")
}

fn place(answer: &TestResponse) -> &str {
    answer.header("location").unwrap_or_default()
}

#[tokio::test]
async fn a_help_centre_looks_like_its_company() {
    let t = TestApp::new().await;
    let root = format!("/help/{}", slug(&t).await);
    published(&t, "Return an order", "Use the label.").await;
    let before = t.admin.get("/api/v1/help-centre").await.expect(200).json();
    assert_eq!(before["locales"], json!(["zh-CN", "en"]));
    assert_eq!(
        (&before["colour"], &before["version"]),
        (&Value::Null, &json!(0))
    );
    let logo = upload(&t, "logo.png", "image/png", PIXEL).await;
    let logo = logo.expect(201);
    let body = json!({
        "name": { "en": "Qingyu help" }, "colour": "#FFEE00", "logo_id": logo.text_at("/id"),
        "locales": ["en"], "version": 0,
    });
    let saved = t.admin.put("/api/v1/help-centre").json(body.clone()).await;
    let saved = saved.expect(200).json();
    assert_eq!(saved["colour"], "#ffee00");
    assert_ne!(
        saved["shown_colours"][0], "#ffee00",
        "yellow on white cannot be read"
    );
    assert_eq!(saved["logo_url"], logo.text_at("/url"));
    let stale = t.admin.put("/api/v1/help-centre").json(body).await;
    assert_eq!(stale.summary(), "409 changed");
    let reader = t.anonymous();
    let home = reader.get(format!("{root}/en")).await.expect(200).text();
    assert!(
        home.contains("Qingyu help") && home.contains(&logo.text_at("/url")),
        "{home}"
    );
    assert!(
        !home.contains("zh-CN"),
        "one language needs no switch: {home}"
    );
    let theme = reader
        .get(format!("{root}/theme.css?v=1"))
        .await
        .expect(200)
        .text();
    assert!(theme.contains("--celadon"), "{theme}");
    assert_eq!(
        reader.get(format!("{root}/zh-CN")).await.status.as_u16(),
        404
    );
    let led = reader
        .get(root.as_str())
        .header("accept-language", "zh-CN")
        .await;
    assert_eq!(place(&led), format!("{root}/en"));
    for (field, bad) in [
        (
            "/colour",
            json!({ "colour": "red", "locales": ["en"], "version": 1 }),
        ),
        ("/locales", json!({ "locales": [], "version": 1 })),
        (
            "/domain",
            json!({ "domain": "https://x", "locales": ["en"], "version": 1 }),
        ),
    ] {
        let refused = t.admin.put("/api/v1/help-centre").json(bad).await;
        assert_eq!(refused.summary(), format!("422 invalid-field {field}"));
    }
}

#[tokio::test]
async fn a_help_centre_is_found_at_its_own_domain() {
    let t = TestApp::new().await;
    let root = format!("/help/{}", slug(&t).await);
    published(&t, "Return an order", "Use the label.").await;
    published(&t, "Return an order from abroad", "Use the other label.").await;
    t.inbox("Shop").await;
    let body = json!({ "locales": ["zh-CN", "en"], "domain": "Help.Qingyu.example", "version": 0 });
    t.admin
        .put("/api/v1/help-centre")
        .json(body)
        .await
        .expect(200);
    let there = t.anonymous().with("host", "help.qingyu.example");
    let led = there.get("/").header("accept-language", "en").await;
    assert_eq!(place(&led), "/en");
    let home = there.get("/en").await.expect(200).text();
    assert!(
        home.contains("href=\"/en/articles/return-an-order\""),
        "{home}"
    );
    assert!(home.contains("://help.qingyu.example/en\""), "{home}");
    assert!(!home.contains(&root), "{home}");
    let article = there
        .get("/en/articles/return-an-order")
        .await
        .expect(200)
        .text();
    assert!(
        article.contains("/en/articles/return-an-order-from-abroad"),
        "{article}"
    );
    let contact = there.get("/en/contact").await.expect(200).text();
    assert!(
        contact.contains(&format!("://zhiyin.test{root}/en/contact/")),
        "{contact}"
    );
    let map = there.get("/sitemap.xml").await.expect(200).text();
    assert!(
        map.contains("://help.qingyu.example/en/articles/return-an-order<"),
        "{map}"
    );
    let robots = there.get("/robots.txt").await.expect(200).text();
    assert!(
        robots.contains("help.qingyu.example/sitemap.xml"),
        "{robots}"
    );
    for console in ["/login", "/api/v1/me", "/healthz", "/en/nothing/here"] {
        let answer = there.get(console).await;
        assert_eq!(answer.status.as_u16(), 404, "{console}");
    }
    // The address of the installation goes on, and names the other as the one to keep.
    let here = t
        .anonymous()
        .get(format!("{root}/en"))
        .await
        .expect(200)
        .text();
    assert!(
        here.contains("rel=\"canonical\" href=\"http://help.qingyu.example/en\"")
            || here.contains("rel=\"canonical\" href=\"https://help.qingyu.example/en\""),
        "{here}"
    );
    let nobody = t.anonymous().with("host", "other.example").get("/en").await;
    assert_ne!(nobody.text(), home, "other names lead to the installation");
}

#[tokio::test]
async fn only_who_runs_the_workspace_chooses_a_domain() {
    let t = TestApp::new().await;
    let editor = t.agent("Lin", BuiltinRole::Supervisor, &[]).await;
    let look = json!({ "locales": ["en"], "version": 0 });
    editor
        .put("/api/v1/help-centre")
        .json(look)
        .await
        .expect(200);
    let domain = json!({ "locales": ["en"], "domain": "help.x.example", "version": 1 });
    let refused = editor.put("/api/v1/help-centre").json(domain).await;
    assert_eq!(refused.status.as_u16(), 403);
}

#[tokio::test]
async fn files_of_articles_are_safe_to_show() {
    let t = TestApp::new().await;
    let picture = upload(&t, "a.png", "image/png", PIXEL).await.expect(201);
    assert_eq!(
        (
            picture.json()["width"].clone(),
            picture.json()["height"].clone()
        ),
        (json!(1), json!(1))
    );
    let shown = t.anonymous().get(picture.text_at("/url")).await.expect(200);
    assert_eq!(shown.header("content-type"), Some("image/png"));
    assert!(
        shown
            .header("content-disposition")
            .unwrap_or_default()
            .starts_with("inline")
    );
    let page = upload(&t, "x.html", "text/html", b"<script>alert(1)</script>").await;
    let page = t
        .anonymous()
        .get(page.expect(201).text_at("/url"))
        .await
        .expect(200);
    assert!(
        page.header("content-disposition")
            .unwrap_or_default()
            .starts_with("attachment")
    );
    assert!(
        page.header("content-security-policy")
            .unwrap_or_default()
            .contains("sandbox")
    );
    assert_ne!(page.header("content-type"), Some("text/html"));
    let program = upload(
        &t,
        "x.exe",
        "application/x-msdownload",
        b"MZ\x90\x00\x03\x00\x00\x00",
    )
    .await;
    assert!(program.status.is_client_error(), "{}", program.summary());
    let nobody = t
        .anonymous()
        .get("/help-files/hf_00000000000000000000000007")
        .await;
    assert_eq!(nobody.summary(), "404 not-found");
}

#[tokio::test]
async fn jargon_is_found_where_it_is_not_explained() {
    let t = TestApp::new().await;
    let term = json!({
        "locale": "en", "term": "dunning", "preferred": "payment reminder",
        "explanation": "We remind you of an open bill", "avoid": ["collections run"],
    });
    let made = t
        .admin
        .post("/api/v1/glossary")
        .json(term.clone())
        .await
        .expect(201);
    let twice = t.admin.post("/api/v1/glossary").json(term).await;
    assert_eq!(twice.summary(), "409 already-exists /term");
    let find = async |text: &str| {
        let body = json!({ "text": text, "locale": "en" });
        let found = t.admin.post("/api/v1/glossary/findings").json(body).await;
        found.expect(200).json()["items"].clone()
    };
    let found = find("Your 账单 is in Dunning now, see the SKU.").await;
    assert_eq!(found[0]["word"], "Dunning", "{found}");
    assert_eq!(found[0]["place"], json!([14, 7]));
    assert_eq!(found[0]["better"], "payment reminder");
    assert_eq!(found[0]["term"]["id"], made.text_at("/id"));
    assert_eq!(
        (&found[1]["word"], &found[1]["term"]),
        (&json!("SKU"), &Value::Null)
    );
    let explained = find("It is in dunning, that is a payment reminder.").await;
    assert_eq!(explained, json!([]));
    assert_eq!(
        find("A condunningly odd word").await,
        json!([]),
        "within a word"
    );
    assert_eq!(
        find("The collections run begins").await[0]["word"],
        "collections run"
    );
    let id = format!("/api/v1/glossary/{}", made.text_at("/id"));
    let change =
        json!({ "locale": "en", "term": "dunning", "preferred": "reminder", "version": 1 });
    t.admin
        .put(id.as_str())
        .json(change.clone())
        .await
        .expect(200);
    assert_eq!(
        t.admin.put(id.as_str()).json(change).await.summary(),
        "409 changed"
    );
    t.admin.delete(id.as_str()).await.expect(204);
    assert_eq!(find("dunning").await, json!([]));
}

#[tokio::test]
async fn related_articles_answer_something_close() {
    let t = TestApp::new().await;
    let id = published(&t, "Return an order", "Use the label.").await;
    published(&t, "Return an order from abroad", "Use the other label.").await;
    published(&t, "Brew green tea", "80 degrees.").await;
    let close = t
        .admin
        .get(format!("/api/v1/articles/{id}/related?locale=en"))
        .await;
    let close = close.expect(200).json();
    let titles: Vec<&Value> = close["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["title"])
        .collect();
    assert_eq!(titles, ["Return an order from abroad"]);
    let missing = t
        .admin
        .get(format!("/api/v1/articles/{id}/related?locale=zh-CN"))
        .await;
    assert_eq!(missing.summary(), "404 not-found");
}
