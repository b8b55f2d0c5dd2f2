//! The help centre: what readers and search engines see, and the way from there to a person.

use std::time::Duration;

use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{Client, TestApp, TestResponse};

use crate::knowledge::{article, form, published, step};

async fn root(t: &TestApp) -> String {
    let workspace = t.admin.get("/api/v1/workspace").await.expect(200);
    format!("/help/{}", workspace.text_at("/slug"))
}

fn place(answer: &TestResponse) -> String {
    answer.header("location").unwrap_or_default().to_owned()
}

async fn send(reader: &Client, path: &str, fields: &str) -> TestResponse {
    let kind = "application/x-www-form-urlencoded";
    reader.post(path).body(kind, fields.to_owned()).await
}

/// What stands between two texts of a page.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).unwrap_or_default();
    rest.split_once(to).unwrap_or_default().0
}

#[tokio::test]
async fn readers_find_what_is_public_and_nothing_else() {
    let t = TestApp::new().await;
    let root = root(&t).await;
    published(&t, "Return <b>an</b> order", "Use the **label**.").await;
    let hidden = article(&t, "Not yet", "A draft").await;
    let secret = published(&t, "Refund limits", "Ask first.").await;
    let now = t
        .admin
        .get(format!("/api/v1/articles/{secret}"))
        .await
        .expect(200)
        .json();
    let internal = json!({ "version": now["version"], "audience": "internal" });
    t.admin
        .patch(format!("/api/v1/articles/{secret}"))
        .json(internal)
        .await
        .expect(200);
    let reader = t.anonymous();
    let enter = reader
        .get(root.as_str())
        .header("accept-language", "en-GB,zh;q=0.5")
        .await;
    assert_eq!(place(&enter), format!("{root}/en"));
    let home = reader.get(format!("{root}/en")).await.expect(200).text();
    assert!(
        home.contains("Return &lt;b&gt;an&lt;/b&gt; order"),
        "{home}"
    );
    assert!(
        !home.contains("Not yet") && !home.contains("Refund limits"),
        "{home}"
    );
    assert!(!home.contains("<script>"), "{home}");
    for name in ["not-yet", "refund-limits", "nothing", "Ä"] {
        let path = format!("{root}/en/articles/{}", form(name));
        reader.get(path).await.expect(404);
    }
    let page = reader
        .get(format!("{root}/en/articles/return-b-an-b-order"))
        .await;
    let page = page.expect(200);
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let page = page.text();
    assert!(page.contains("<strong>label</strong>"), "{page}");
    for kind in [
        "BreadcrumbList",
        "\"Article\"",
        "hreflang=\"en\"",
        "rel=\"canonical\"",
    ] {
        assert!(page.contains(kind), "{kind}: {page}");
    }
    let map = reader
        .get(format!("{root}/sitemap.xml"))
        .await
        .expect(200)
        .text();
    assert!(
        map.contains("/en/articles/return-b-an-b-order</loc>"),
        "{map}"
    );
    assert!(!map.contains("not-yet") && !map.contains("refund"), "{map}");
    step(&t.admin, &hidden, "en", "publish").await;
    assert_eq!(reader.get(format!("{root}/fr")).await.status.as_u16(), 404);
    reader.get("/help/nobody/en").await.expect(404);
}

#[tokio::test]
async fn old_addresses_lead_on_also_to_an_article_that_took_over() {
    let t = TestApp::new().await;
    let root = root(&t).await;
    let one = published(&t, "Gift wrap", "Free.").await;
    let two = published(&t, "Presents", "We wrap.").await;
    let path = format!("/api/v1/articles/{one}/translations/en");
    let body = json!({ "version": 2, "content": { "title": "Gift wrap", "body": "Free!" }, "slug": "wrapping" });
    t.admin.put(path).json(body).await.expect(200);
    let reader = t.anonymous();
    let old = reader.get(format!("{root}/en/articles/gift-wrap")).await;
    assert_eq!(
        (old.status.as_u16(), place(&old)),
        (308, format!("{root}/en/articles/wrapping"))
    );
    let now = t
        .admin
        .get(format!("/api/v1/articles/{one}"))
        .await
        .expect(200)
        .json();
    let merge = json!({ "version": now["version"], "into": two });
    let path = format!("/api/v1/articles/{one}/merge");
    let stays = t.admin.post(path.as_str()).json(merge).await.expect(200);
    assert_eq!(stays.text_at("/id"), two);
    for name in ["gift-wrap", "wrapping"] {
        let led = reader.get(format!("{root}/en/articles/{name}")).await;
        assert_eq!(
            place(&led),
            format!("{root}/en/articles/presents"),
            "{name}"
        );
    }
    let gone = t
        .admin
        .get(format!("/api/v1/articles/{one}"))
        .await
        .expect(200);
    assert_eq!(gone.text_at("/merged_into"), two);
    let itself = json!({ "version": 1, "into": two });
    let refused = t
        .admin
        .post(format!("/api/v1/articles/{two}/merge"))
        .json(itself)
        .await;
    assert_eq!(refused.summary(), "422 invalid-field /into");
}

#[tokio::test]
async fn a_reader_says_whether_it_helped_and_takes_along_what_was_read() {
    let t = TestApp::new().await;
    let (root, inbox) = (root(&t).await, t.inbox("Shop").await);
    let id = published(&t, "Return an order", "Use the label.").await;
    let reader = t.anonymous();
    let results = reader
        .get(format!("{root}/en/search?q=retrun%20order"))
        .await;
    let results = results.expect(200).text();
    assert!(results.contains("<mark>order</mark>"), "{results}");
    let asked = between(&results, "return-an-order?asked=", "\"").to_owned();
    assert!(asked.starts_with("aq_"), "{results}");
    let article = format!("{root}/en/articles/return-an-order");
    let page = reader
        .get(format!("{article}?asked={asked}"))
        .await
        .expect(200)
        .text();
    assert!(page.contains(&format!("value=\"{asked}\"")), "{page}");
    let fields = format!("helpful=no&asked={asked}");
    let said = send(&reader, &format!("{article}/feedback"), &fields).await;
    let opinion = between(&place(&said), "said=", "#").to_owned();
    let fields = format!("said={opinion}&comment=Which+label%3F");
    send(&reader, &format!("{article}/feedback"), &fields)
        .await
        .expect(303);
    let list = t
        .admin
        .get(format!("/api/v1/articles/{id}/feedback"))
        .await
        .expect(200);
    assert_eq!(list.text_at("/items/0/comment"), "Which label?");
    t.clock.advance(Duration::from_mins(10));
    t.run_until_idle().await;
    let open = t
        .admin
        .get("/api/v1/knowledge-gaps")
        .await
        .expect(200)
        .json();
    assert_eq!(open["items"][0]["unhelpful"], 1, "{open}");
    // To a person, who learns of it.
    let query = format!("?read=return-an-order&q=retrun+order&asked={asked}");
    let contact = reader
        .get(format!("{root}/en/contact{query}"))
        .await
        .expect(200)
        .text();
    assert!(
        contact.contains("retrun order") && contact.contains("Return an order"),
        "{contact}"
    );
    let chat = format!("{root}/en/contact/{}{query}", inbox.key);
    let led = reader.get(chat).await;
    assert_eq!(place(&led), format!("/widget/panel/{}", inbox.key));
    let cookie = led.header("set-cookie").unwrap_or_default();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("Path=/api/v1/widget"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap_or_default();
    let browser = reader
        .with("host", "zhiyin.test")
        .with("origin", "http://zhiyin.test")
        .with("cookie", cookie);
    let path = format!("/api/v1/widget/inboxes/{}/visitors", inbox.key);
    let opened = browser
        .post(path)
        .json(json!({ "locale": "en" }))
        .await
        .expect(200);
    let contact = opened.text_at("/visitor/contact_id");
    let contact = t
        .admin
        .get(format!("/api/v1/contacts/{contact}"))
        .await
        .expect(200)
        .text();
    assert!(
        contact.contains("/en/articles/return-an-order"),
        "{contact}"
    );
    assert!(contact.contains("You read: Return an order"), "{contact}");
    let stranger = reader.get(format!("{root}/en/contact/nobody")).await;
    assert_eq!(stranger.status.as_u16(), 404);
}

#[tokio::test]
async fn nobody_reads_comments_without_the_right() {
    let t = TestApp::new().await;
    let id = published(&t, "Return an order", "Use the label.").await;
    let office = t.agent("Bo", BuiltinRole::BackOffice, &[]).await;
    office
        .get(format!("/api/v1/articles/{id}/feedback"))
        .await
        .expect(200);
    let written = json!({ "source": "en", "content": { "title": "x" } });
    let refused = office.post("/api/v1/articles").json(written).await;
    assert_eq!(refused.summary(), "403 forbidden");
}
