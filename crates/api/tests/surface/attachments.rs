//! Files as agents and visitors send and fetch them.

mod hostile;

use std::io::Cursor;

use axum::http::Method;
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};
use zhiyin_app::identity::NewWorkspace;
use zhiyin_domain::ids::ConversationId;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_domain::secret::Secret;
use zhiyin_testkit::{Client, PASSWORD, TestApp, TestResponse};

const FORM: &str = "/api/v1/attachments";
const VISITOR_FORM: &str = "/api/v1/widget/attachments";

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 7])
    }))
    .write_to(&mut bytes, format)
    .expect("a picture");
    bytes.into_inner()
}

/// The address of a file, exactly as an answer tells it.
fn url(attachment: &Value, field: &str) -> String {
    attachment[field].as_str().expect("an address").to_owned()
}

async fn upload(client: &Client, form: &str, name: &str, bytes: &[u8]) -> Value {
    let kind = "application/octet-stream";
    client
        .post(form)
        .file(name, kind, bytes)
        .await
        .expect(201)
        .json()
}

async fn send(agent: &Client, talk: ConversationId, kind: &str, file: &Value) -> Value {
    agent
        .post(format!("/api/v1/conversations/{talk}/messages"))
        .json(json!({ "kind": kind, "text": "", "attachment_ids": [file["id"]] }))
        .await
        .expect(201)
        .json()
}

/// What no file may lack.
#[track_caller]
fn check_harmless(answer: &TestResponse, disposition: &str) {
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; sandbox;"),
        "{policy}"
    );
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    assert_eq!(answer.header("vary"), Some("authorization, cookie"));
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        Some("same-origin")
    );
    let shown = answer.header("content-disposition").expect("a disposition");
    assert!(shown.starts_with(disposition), "{shown}");
}

#[tokio::test]
async fn a_picture_travels_from_the_visitor_to_the_agent() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    let file = upload(
        &visitor,
        VISITOR_FORM,
        "收据.png",
        &picture(800, 400, ImageFormat::Png),
    )
    .await;
    assert_eq!(file["kind"], "image");
    assert_eq!(file["media_type"], "image/png");
    assert_eq!(file["name"], "收据.png");
    assert_eq!(
        (&file["width"], &file["height"]),
        (&json!(800), &json!(400))
    );

    // Until it is sent it is the visitor's alone.
    visitor.get(url(&file, "url")).await.expect(200);
    assert_eq!(
        t.admin.get(url(&file, "url")).await.summary(),
        "404 not-found"
    );
    let message = json!({ "client_id": "1", "text": "", "attachment_ids": [file["id"]] });
    visitor
        .post("/api/v1/widget/messages")
        .json(message)
        .await
        .expect(201);

    let talk = visitor.conversation().await;
    let page = t
        .admin
        .get(format!("/api/v1/conversations/{talk}/messages"))
        .await
        .expect(200);
    let shown = &page.json()["items"][0]["attachments"][0];
    assert_eq!(shown["id"], file["id"]);
    let whole = t.admin.get(url(shown, "url")).await.expect(200);
    check_harmless(&whole, "inline; ");
    assert_eq!(whole.header("content-type"), Some("image/png"));
    assert!(
        whole
            .header("content-disposition")
            .is_some_and(|it| it.ends_with("filename*=UTF-8''%E6%94%B6%E6%8D%AE.png"))
    );
    let small = t.admin.get(url(shown, "thumbnail_url")).await.expect(200);
    check_harmless(&small, "inline; ");
    assert_eq!(small.header("content-type"), Some("image/jpeg"));
    let small = image::load_from_memory(&small.bytes).expect("a picture");
    assert_eq!((small.width(), small.height()), (480, 240));

    let head = t
        .admin
        .request(Method::HEAD, url(shown, "url"))
        .await
        .expect(200);
    assert!(head.bytes.is_empty());
    assert_eq!(
        head.header("content-length"),
        Some(whole.bytes.len().to_string().as_str())
    );
    let tag = whole.header("etag").expect("a tag");
    let again = t
        .admin
        .get(url(shown, "url"))
        .header("if-none-match", tag)
        .await
        .expect(304);
    assert!(again.bytes.is_empty());
}

#[tokio::test]
async fn only_those_who_may_read_the_message_get_its_file() {
    let t = TestApp::new().await;
    let (shop, bank) = (t.inbox("Shop").await, t.inbox("Bank").await);
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[shop.id]).await;
    let outsider = t.agent("Wang Wei", BuiltinRole::Agent, &[bank.id]).await;
    let (visitor, stranger) = (t.visitor(&shop).await, t.visitor(&shop).await);
    visitor.writes("你好").await.expect(201);
    stranger.writes("你好").await.expect(201);
    let talk = visitor.conversation().await;

    let file = upload(&agent, FORM, "a.pdf", b"%PDF-1.7").await;
    let path = url(&file, "url");
    assert_eq!(t.admin.get(&path).await.summary(), "404 not-found");
    let message = send(&agent, talk, "text", &file).await;
    for reader in [&*agent, &*t.admin, &*visitor] {
        check_harmless(&reader.get(&path).await.expect(200), "attachment; ");
    }
    for nobody in [&*outsider, &*stranger] {
        assert_eq!(nobody.get(&path).await.summary(), "404 not-found");
    }
    assert_eq!(
        t.anonymous().get(&path).await.summary(),
        "401 unauthenticated"
    );

    // Notes never leave the company.
    let secret = upload(&agent, FORM, "b.pdf", b"%PDF-1.7 b").await;
    send(&agent, talk, "note", &secret).await;
    t.admin.get(url(&secret, "url")).await.expect(200);
    assert_eq!(
        visitor.get(url(&secret, "url")).await.summary(),
        "404 not-found"
    );

    // A file is sent once, by whoever uploaded it.
    let twice = json!({ "kind": "text", "text": "x", "attachment_ids": [file["id"]] });
    let answer = agent
        .post(format!("/api/v1/conversations/{talk}/messages"))
        .json(twice)
        .await;
    assert_eq!(answer.summary(), "422 invalid-field /attachment_ids");
    let foreign = upload(&outsider, FORM, "c.pdf", b"%PDF-1.7 c").await;
    let stolen = json!({ "kind": "text", "text": "x", "attachment_ids": [foreign["id"]] });
    let answer = agent
        .post(format!("/api/v1/conversations/{talk}/messages"))
        .json(stolen)
        .await;
    assert_eq!(answer.summary(), "422 invalid-field /attachment_ids");

    let id = message["id"].as_str().expect("an id");
    agent
        .delete(format!("/api/v1/messages/{id}"))
        .await
        .expect(200);
    for nobody in [&*agent, &*t.admin, &*visitor] {
        assert_eq!(
            nobody.get(&path).await.summary(),
            "404 not-found",
            "recalled"
        );
    }
}

#[tokio::test]
async fn a_file_of_another_workspace_is_not_there() {
    let t = TestApp::new().await;
    let new = NewWorkspace {
        name: "红茶商行".parse().expect("a name"),
        slug: None,
        locale: zhiyin_domain::locale::Locale::ZhCn,
        time_zone: "Asia/Shanghai".parse().expect("a time zone"),
        admin_name: "Mallory".parse().expect("a name"),
        admin_email: "mallory@tea.example".parse().expect("an address"),
        password: Secret::new(PASSWORD.to_owned()),
    };
    let (_, admin) = t.app.create_workspace(new).await.expect("a workspace");
    let mallory = t.log_in(admin, "mallory@tea.example").await;

    let file = upload(&t.admin, FORM, "a.pdf", b"%PDF-1.7").await;
    t.admin.get(url(&file, "url")).await.expect(200);
    assert_eq!(
        mallory.get(url(&file, "url")).await.summary(),
        "404 not-found"
    );
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("你好").await.expect(201);
    let talk = visitor.conversation().await;
    let form = form(&[("conversation_id", None, talk.to_string().as_bytes()), FILE]);
    let answer = mallory.post(FORM).body(BOUNDARY, form).await;
    assert_eq!(answer.summary(), "404 not-found");
}

const BOUNDARY: &str = "multipart/form-data; boundary=b";
const FILE: (&str, Option<&str>, &[u8]) = ("file", Some("a.pdf"), b"%PDF-1.7");

fn form(fields: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in fields {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend(head.into_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    body
}

#[tokio::test]
async fn parts_of_a_large_file_come_as_asked() {
    let t = TestApp::new().await;
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0] | 1).collect();
    let file = upload(&t.admin, FORM, "film.bin", &bytes).await;
    let path = url(&file, "url");
    let whole = t.admin.get(&path).await.expect(200);
    assert_eq!(whole.bytes, bytes);
    assert_eq!(whole.header("content-length"), Some("3000000"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let part = t
        .admin
        .get(&path)
        .header("range", "bytes=999999-2100000")
        .await
        .expect(206);
    assert_eq!(part.bytes, bytes[999_999..=2_100_000]);
    assert_eq!(
        part.header("content-range"),
        Some("bytes 999999-2100000/3000000")
    );
    check_harmless(&part, "attachment; ");
    let beyond = t
        .admin
        .get(&path)
        .header("range", "bytes=3000000-")
        .await
        .expect(416);
    assert_eq!(beyond.header("content-range"), Some("bytes */3000000"));
    let changed = t
        .admin
        .get(&path)
        .header("range", "bytes=0-0")
        .header("if-range", "\"other\"");
    changed.await.expect(200);

    let small = upload(&t.admin, FORM, "a.txt", b"0123456789").await;
    let part = t
        .admin
        .get(url(&small, "url"))
        .header("range", "bytes=-3")
        .await
        .expect(206);
    assert_eq!(part.bytes, b"789");
    let answer = t
        .admin
        .get(format!("{}?size=huge", url(&small, "url")))
        .await;
    assert_eq!(answer.summary(), "400 invalid-query size");
}

#[tokio::test]
async fn a_visitor_has_a_quota() {
    let t =
        TestApp::with(|options| options.http.limits = zhiyin_api::guard::limits::RateLimits::off())
            .await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    let mut bytes = vec![b'x'; 20 * 1024 * 1024];
    for number in 0..10 {
        bytes[0] = number;
        upload(&visitor, VISITOR_FORM, "a.bin", &bytes).await;
    }
    let more = || visitor.post(VISITOR_FORM).file("a.bin", "", b"one more");
    let refused = more().await;
    assert_eq!(refused.summary(), "429 rate-limited");
    assert!(refused.header("retry-after").is_some());
    t.clock
        .advance(std::time::Duration::from_secs(24 * 3600 + 1));
    more().await.expect(201);
}

#[tokio::test]
async fn what_is_never_sent_goes_away_and_equal_bytes_of_others_stay() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("你好").await.expect(201);
    let talk = visitor.conversation().await;
    let sent = upload(&t.admin, FORM, "sent.txt", b"the same").await;
    send(&t.admin, talk, "text", &sent).await;
    let left = upload(&visitor, VISITOR_FORM, "left.txt", b"the same").await;
    let gone = upload(&visitor, VISITOR_FORM, "gone.txt", b"only here").await;
    t.run_until_idle().await;
    visitor.get(url(&left, "url")).await.expect(200);
    t.clock.advance(std::time::Duration::from_hours(25));
    t.run_until_idle().await;
    for file in [&left, &gone] {
        assert_eq!(
            visitor.get(url(file, "url")).await.summary(),
            "404 not-found"
        );
    }
    let kept = t.admin.get(url(&sent, "url")).await.expect(200);
    assert_eq!(kept.text(), "the same");
}

#[tokio::test]
async fn a_repeated_upload_is_one_file() {
    let t = TestApp::new().await;
    let again = || {
        t.admin
            .post(FORM)
            .header("idempotency-key", "upload-1")
            .file("a.txt", "text/plain", b"text")
    };
    let (first, second) = (again().await.expect(201), again().await.expect(201));
    assert_eq!(first.text_at("/id"), second.text_at("/id"));
}

#[tokio::test]
async fn the_face_of_an_agent_is_for_everybody_who_has_its_address() {
    let t = TestApp::new().await;
    let picture = picture(640, 320, ImageFormat::Png);
    let set = |name, bytes: &[u8]| {
        t.admin
            .put("/api/v1/me/avatar")
            .file(name, "image/png", bytes)
    };
    let me = set("me.png", &picture).await.expect(200).json();
    let first = url(&me["agent"], "avatar_url");
    assert!(first.starts_with("/avatars/av_"), "{first}");
    let shown = t.anonymous().get(&first).await.expect(200);
    assert_eq!(shown.header("content-type"), Some("image/png"));
    assert_eq!(
        shown.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    let square = image::load_from_memory(&shown.bytes).expect("a picture");
    assert_eq!((square.width(), square.height()), (256, 256));
    for (name, bytes) in [("me.png", &b"<svg/>"[..]), ("me.txt", &b"text"[..])] {
        let refused = set(name, bytes).await;
        assert_eq!(refused.summary(), "422 unsupported-file /file");
    }
    let second = set("me.png", &picture).await.expect(200).json();
    let second = url(&second["agent"], "avatar_url");
    assert_ne!(first, second);
    assert_eq!(t.anonymous().get(&first).await.summary(), "404 not-found");
    t.run_until_idle().await;
    t.anonymous().get(&second).await.expect(200);
    let none = t.admin.delete("/api/v1/me/avatar").await.expect(200).json();
    assert_eq!(none["agent"]["avatar_url"], Value::Null);
    assert_eq!(t.anonymous().get(&second).await.summary(), "404 not-found");
}

#[tokio::test]
async fn the_picture_of_an_inbox_is_uploaded_and_comes_back_with_its_settings() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let path = format!("/api/v1/inboxes/{}", inbox.id);
    let bytes = picture(32, 32, ImageFormat::Jpeg);
    let put = t.admin.put(format!("{path}/avatar"));
    let set = put
        .file("shop.jpg", "image/jpeg", &bytes)
        .await
        .expect(200)
        .json();
    let address = url(&set["settings"], "avatar_url");
    t.anonymous().get(&address).await.expect(200);
    let same = json!({ "settings": set["settings"] });
    t.admin.patch(&path).json(same).await.expect(200);
    t.anonymous().get(&address).await.expect(200);
    let mut other = set["settings"].clone();
    other["avatar_url"] = json!("/avatars/av_00000000000000000000000001");
    let stolen = t
        .admin
        .patch(&path)
        .json(json!({ "settings": other }))
        .await;
    assert_eq!(stolen.summary(), "422 invalid-field /settings/avatar_url");
    let mut without = set["settings"].clone();
    without["avatar_url"] = Value::Null;
    let removed = json!({ "settings": without });
    t.admin.patch(&path).json(removed).await.expect(200);
    assert_eq!(t.anonymous().get(&address).await.summary(), "404 not-found");
}
