//! Files and forms that mean no good.

use image::ImageFormat;
use serde_json::{Value, json};
use zhiyin_testkit::TestApp;

use super::{BOUNDARY, FILE, FORM, VISITOR_FORM, check_harmless, form, picture, upload, url};

#[tokio::test]
async fn what_runs_in_a_browser_is_only_ever_saved() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    let script = b"<script>alert(1)</script>";
    let jpeg = picture(20, 20, ImageFormat::Jpeg);
    let polyglot = [jpeg.as_slice(), b"<html>", script].concat();
    for (name, bytes) in [
        (
            "x.svg",
            [
                b"<svg xmlns='http://www.w3.org/2000/svg'>".as_slice(),
                script,
                b"</svg>",
            ]
            .concat(),
        ),
        ("x.html", [b"<!DOCTYPE html>".as_slice(), script].concat()),
        (
            "x.xhtml",
            [b"<?xml version='1.0'?>".as_slice(), script].concat(),
        ),
        ("x", script.to_vec()),
        ("x.pdf", [b"%PDF-1.7\n".as_slice(), script].concat()),
    ] {
        let file = upload(&visitor, VISITOR_FORM, name, &bytes).await;
        assert_eq!(
            (&file["kind"], &file["width"]),
            (&json!("file"), &Value::Null)
        );
        let answer = visitor.get(url(&file, "url")).await.expect(200);
        check_harmless(&answer, "attachment; ");
        let kind = answer.header("content-type").expect("a type");
        assert!(
            ["application/octet-stream", "application/pdf"].contains(&kind),
            "{name}: {kind}"
        );
        assert_eq!(answer.bytes, bytes);
    }
    let file = upload(&visitor, VISITOR_FORM, "x.html", &polyglot).await;
    assert_eq!(
        (&file["kind"], &file["name"]),
        (&json!("image"), &json!("x.html.jpg"))
    );
    let answer = visitor.get(url(&file, "url")).await.expect(200);
    assert!(!answer.text().contains("<script>"));
}

#[tokio::test]
async fn files_that_harm_are_refused_with_a_reason() {
    let t = TestApp::new().await;
    let mut flood = picture(1, 1, ImageFormat::Png);
    flood.splice(
        16..33,
        [
            0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, 8, 2, 0, 0, 0, 0x9e, 0xf1, 0x13, 0xd6,
        ],
    );
    let cut = &picture(64, 64, ImageFormat::Png)[..100];
    for (name, kind, bytes, expected) in [
        ("a.png", "image/png", flood.as_slice(), "422"),
        ("a.png", "image/png", cut, "422 unsupported-file /file"),
        (
            "a.png",
            "image/png",
            b"<script>".as_slice(),
            "422 unsupported-file /file",
        ),
        ("a", "image/jpeg", b"<script>", "422 unsupported-file /file"),
        ("a.exe", "text/plain", b"x", "422 unsupported-file /file"),
        (
            "a.pdf",
            "application/pdf",
            b"MZ\x90\0",
            "422 unsupported-file /file",
        ),
        ("a.txt", "text/plain", b"", "422 unsupported-file /file"),
    ] {
        let answer = t.admin.post(FORM).file(name, kind, bytes).await;
        assert!(
            answer.summary().starts_with(expected),
            "{name}: {}",
            answer.summary()
        );
    }
    let large = vec![b'x'; 20 * 1024 * 1024 + 1];
    let answer = t.admin.post(FORM).file("a.txt", "text/plain", &large).await;
    assert_eq!(answer.summary(), "413 file-too-large");
}

#[tokio::test]
async fn names_lose_what_could_lead_astray() {
    let t = TestApp::new().await;
    for (sent, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ("%2e%2e%2fx.txt", "2e2e2fx.txt"),
        (".htaccess", "htaccess"),
        ("exe\u{202e}gnp.txt", "exegnp.txt"),
        ("", "file"),
    ] {
        let file = upload(&t.admin, FORM, sent, b"text").await;
        assert_eq!(file["name"], kept, "{sent}");
        let answer = t.admin.get(url(&file, "url")).await.expect(200);
        check_harmless(&answer, &format!("attachment; filename=\"{kept}\""));
    }
}

#[tokio::test]
async fn a_broken_form_is_refused() {
    let t = TestApp::new().await;
    let whole = form(&[FILE]);
    for (kind, body, expected) in [
        (
            "application/json",
            b"{}".to_vec(),
            "415 unsupported-media-type",
        ),
        (BOUNDARY, form(&[]), "422 invalid-body /file"),
        (BOUNDARY, form(&[FILE, FILE]), "400 invalid-body"),
        (BOUNDARY, form(&[("x", None, b"y")]), "400 invalid-body"),
        (
            BOUNDARY,
            whole[..whole.len() - 9].to_vec(),
            "400 malformed-body",
        ),
        (BOUNDARY, b"nonsense".to_vec(), "400 malformed-body"),
        (
            BOUNDARY,
            form(&[("conversation_id", None, b"cv_x"), FILE]),
            "404 not-found",
        ),
    ] {
        let answer = t.admin.post(FORM).body(kind, body).await;
        assert_eq!(answer.summary(), expected, "{kind}");
    }
    let refused = t
        .admin
        .without("x-csrf-token")
        .post(FORM)
        .file("a.txt", "text/plain", b"x")
        .await;
    assert_eq!(refused.summary(), "403 invalid-csrf-token");
    let refused = t
        .anonymous()
        .post(VISITOR_FORM)
        .file("a.txt", "text/plain", b"x")
        .await;
    assert_eq!(refused.summary(), "401 unauthenticated");
}
