//! Invitations: single use, in time, and no other text opens them.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{PASSWORD, TestApp, TestResponse};

use crate::{browser, impostors, token_in, try_log_in};

const NEW: &str = "wang.fang@tea.example";

async fn invite(t: &TestApp) -> (TestResponse, String) {
    let role = t.role(BuiltinRole::Supervisor).await;
    let body = json!({ "email": NEW, "name": "王芳", "role_ids": [role] });
    let made = t
        .admin
        .post("/api/v1/invitations")
        .json(body)
        .await
        .expect(201);
    let token = token_in(&made.text_at("/link"));
    (made, token)
}

async fn accept(t: &TestApp, token: impl Into<Value>) -> TestResponse {
    let body = json!({ "token": token.into(), "name": "王芳", "password": PASSWORD });
    t.anonymous()
        .post("/api/v1/invitations/accept")
        .json(body)
        .await
}

#[tokio::test]
async fn an_invited_colleague_joins_with_what_was_promised() {
    let t = TestApp::new().await;
    let (made, token) = invite(&t).await;
    assert!(
        made.text_at("/link")
            .starts_with("http://zhiyin.test/invitation#token=")
    );
    let inspected = t
        .anonymous()
        .post("/api/v1/invitations/inspect")
        .json(json!({ "token": token }))
        .await
        .expect(200);
    assert_eq!(
        inspected.json(),
        json!({ "email": NEW, "name": "王芳", "workspace_name": "绿茶商行", "locale": "zh-CN" })
    );
    let joined = accept(&t, token.as_str()).await.expect(201);
    assert_eq!(
        joined.json()["agent"]["role_ids"],
        json!([t.role(BuiltinRole::Supervisor).await])
    );
    assert_eq!(joined.text_at("/agent/locale"), "zh-CN");
    browser(&t, &joined)
        .post("/api/v1/tags")
        .json(json!({ "name": "vip", "color": "#ff0000" }))
        .await
        .expect(201);
    try_log_in(&t, NEW, PASSWORD).await.expect(200);
    assert_eq!(
        t.admin.get("/api/v1/invitations").await.json()["items"],
        json!([])
    );
}

#[tokio::test]
async fn the_link_is_mailed_and_is_the_same() {
    let t = TestApp::new().await;
    let (_, token) = invite(&t).await;
    t.run_until_idle().await;
    let letters = t.outbox.take();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.address.as_str(), NEW);
    assert!(letters[0].subject.contains("绿茶商行"));
    assert_eq!(token_in(&letters[0].text), token);
}

#[tokio::test]
async fn an_invitation_is_good_once_and_for_three_days() {
    let t = TestApp::new().await;
    let (_, token) = invite(&t).await;
    t.clock
        .advance(Duration::from_hours(72) - Duration::from_secs(1));
    accept(&t, token.as_str()).await.expect(201);
    assert_eq!(
        accept(&t, token.as_str()).await.summary(),
        "404 invalid-token"
    );

    let late = TestApp::new().await;
    let (_, token) = invite(&late).await;
    late.clock.advance(Duration::from_hours(72));
    assert_eq!(
        accept(&late, token.as_str()).await.summary(),
        "404 invalid-token"
    );
    late.run_until_idle().await;
    assert!(
        late.outbox.take().is_empty(),
        "no letter for an invitation that has run out"
    );
}

#[tokio::test]
async fn two_at_once_make_one_agent() {
    let t = TestApp::new().await;
    let (_, token) = invite(&t).await;
    let (one, two) = tokio::join!(accept(&t, token.as_str()), accept(&t, token.as_str()));
    let mut summaries = [one.summary(), two.summary()];
    summaries.sort();
    assert_eq!(summaries, ["201", "404 invalid-token"]);
}

#[tokio::test]
async fn nothing_but_the_exact_token_opens_an_invitation() {
    let t = TestApp::new().await;
    let (_, token) = invite(&t).await;
    for impostor in impostors(&token) {
        assert_eq!(
            accept(&t, impostor.as_str()).await.summary(),
            "404 invalid-token",
            "{impostor:?}"
        );
        let inspect = t
            .anonymous()
            .post("/api/v1/invitations/inspect")
            .json(json!({ "token": impostor }))
            .await;
        assert_eq!(inspect.summary(), "404 invalid-token", "{impostor:?}");
    }
    for impostor in [
        json!(null),
        json!(0),
        json!(false),
        json!([]),
        json!([token]),
        json!({ "$ne": null }),
    ] {
        assert_eq!(
            accept(&t, impostor.clone()).await.summary(),
            "422 invalid-body /token",
            "{impostor}"
        );
    }
    accept(&t, token.as_str()).await.expect(201);
}

#[tokio::test]
async fn an_invitation_taken_back_or_replaced_is_useless() {
    let t = TestApp::new().await;
    let (first, first_token) = invite(&t).await;
    let (second, second_token) = invite(&t).await;
    assert_eq!(
        accept(&t, first_token.as_str()).await.summary(),
        "404 invalid-token"
    );
    let listed = t.admin.get("/api/v1/invitations").await.expect(200).json();
    assert_eq!(listed["items"][0]["id"], json!(second.text_at("/id")));
    assert_eq!(
        (
            listed["items"].as_array().map(Vec::len),
            &listed["items"][0]["link"]
        ),
        (Some(1), &json!(null))
    );
    let path = |made: &TestResponse| format!("/api/v1/invitations/{}", made.text_at("/id"));
    assert_eq!(
        t.admin.delete(path(&first)).await.summary(),
        "404 not-found"
    );
    t.admin.delete(path(&second)).await.expect(204);
    assert_eq!(
        accept(&t, second_token.as_str()).await.summary(),
        "404 invalid-token"
    );
}

#[tokio::test]
async fn a_weak_password_does_not_use_the_invitation_up() {
    let t = TestApp::new().await;
    let (_, token) = invite(&t).await;
    for password in ["short", "password123", NEW, "绿茶商行绿茶商行"] {
        let body = json!({ "token": token, "name": "王芳", "password": password });
        let answer = t
            .anonymous()
            .post("/api/v1/invitations/accept")
            .json(body)
            .await;
        assert_eq!(
            answer.summary(),
            "422 weak-password /password",
            "{password}"
        );
    }
    accept(&t, token.as_str()).await.expect(201);
}

#[tokio::test]
async fn a_colleague_is_not_invited_twice() {
    let t = TestApp::new().await;
    for (body, expected) in [
        (
            json!({ "email": "CHEN.WEI@tea.example" }),
            "409 already-exists /email",
        ),
        (json!({ "email": "nobody" }), "422 invalid-field /email"),
        (
            json!({ "email": NEW, "role_ids": ["rl_00000000000000000000000001"] }),
            "422 invalid-field /role_ids",
        ),
    ] {
        assert_eq!(
            t.admin
                .post("/api/v1/invitations")
                .json(body.clone())
                .await
                .summary(),
            expected,
            "{body}"
        );
    }
}
