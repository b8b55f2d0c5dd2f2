//! Agents, teams and roles.

use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{PASSWORD, TestApp};

use crate::{ADMIN, try_log_in};

#[tokio::test]
async fn colleagues_are_listed_page_by_page() {
    let t = TestApp::new().await;
    let mut expected = vec![t.admin.id.to_string()];
    for name in ["Li Na", "Wang Fang", "Zhang Min"] {
        expected.push(t.agent(name, BuiltinRole::Agent, &[]).await.id.to_string());
    }
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = t
            .admin
            .get(format!("/api/v1/agents?limit=3{cursor}"))
            .await
            .expect(200)
            .json();
        let items = page["items"].as_array().expect("items").clone();
        found.extend(
            items
                .iter()
                .map(|agent| agent["id"].as_str().expect("an id").to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn an_agent_shows_what_they_belong_to() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let team = t
        .admin
        .post("/api/v1/teams")
        .json(json!({ "name": "售后", "member_ids": [agent.id] }))
        .await
        .expect(201);
    let seen = agent
        .get(format!("/api/v1/agents/{}", agent.id))
        .await
        .expect(200)
        .json();
    assert_eq!(seen["inbox_ids"], json!([inbox.id]));
    assert_eq!(seen["team_ids"], json!([team.text_at("/id")]));
    assert_eq!(seen["role_ids"], json!([t.role(BuiltinRole::Agent).await]));
    assert_eq!(
        (&seen["email"], &seen["presence"]),
        (&json!("li.na@tea.example"), &json!("offline"))
    );
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let t = TestApp::new().await;
    let path = format!("/api/v1/agents/{}", t.admin.id);
    let plain = t.role(BuiltinRole::Agent).await;
    let demote = t
        .admin
        .patch(&path)
        .json(json!({ "role_ids": [plain] }))
        .await;
    assert_eq!(demote.summary(), "422 last-administrator");
    assert_eq!(
        t.admin.post(format!("{path}/deactivate")).await.summary(),
        "422 last-administrator"
    );
    // Nothing of the refused change is left.
    t.admin.get("/api/v1/audit").await.expect(200);

    let second = t.agent("Li Na", BuiltinRole::Administrator, &[]).await;
    let second_path = format!("/api/v1/agents/{}", second.id);
    t.admin
        .patch(&path)
        .json(json!({ "role_ids": [plain] }))
        .await
        .expect(200);
    assert_eq!(
        second
            .post(format!("{second_path}/deactivate"))
            .await
            .summary(),
        "422 last-administrator"
    );
}

#[tokio::test]
async fn two_administrators_cannot_remove_each_other_at_once() {
    let t = TestApp::new().await;
    let second = t.agent("Li Na", BuiltinRole::Administrator, &[]).await;
    let (one, two) = tokio::join!(
        t.admin
            .post(format!("/api/v1/agents/{}/deactivate", second.id)),
        second.post(format!("/api/v1/agents/{}/deactivate", t.admin.id)),
    );
    let done = [&one, &two]
        .iter()
        .filter(|answer| answer.status == 200)
        .count();
    assert_eq!(done, 1, "{} / {}", one.summary(), two.summary());
}

#[tokio::test]
async fn who_is_deactivated_is_out_at_once_everywhere() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let browser = t.log_in(agent.id, "li.na@tea.example").await;
    let token = agent
        .post("/api/v1/tokens")
        .json(json!({ "name": "ERP", "scopes": ["contacts.read"] }))
        .await
        .expect(201)
        .text_at("/secret");
    let program = t
        .anonymous()
        .with("authorization", &format!("Bearer {token}"));
    program.get("/api/v1/agents").await.expect(200);

    let path = format!("/api/v1/agents/{}", agent.id);
    t.admin.post(format!("{path}/deactivate")).await.expect(200);
    for client in [&*agent, &*browser, &program] {
        assert_eq!(
            client.get("/api/v1/agents").await.summary(),
            "401 unauthenticated"
        );
    }
    // Coming back does not revive what was ended.
    t.admin.post(format!("{path}/activate")).await.expect(200);
    for client in [&*agent, &*browser, &program] {
        assert_eq!(
            client.get("/api/v1/agents").await.summary(),
            "401 unauthenticated"
        );
    }
    try_log_in(&t, "li.na@tea.example", PASSWORD)
        .await
        .expect(200);
}

#[tokio::test]
async fn what_an_agent_belongs_to_must_exist_here() {
    let t = TestApp::new().await;
    let elsewhere = crate::access::another_workspace(&t, "Red Tea", "x@red.example").await;
    let theirs = t
        .app
        .read(&elsewhere.system, |tx, _| {
            zhiyin_app::identity::list_roles(tx)
        })
        .await
        .expect("roles");
    let path = format!("/api/v1/agents/{}", t.admin.id);
    for (body, expected) in [
        (
            json!({ "role_ids": [theirs[0].id] }),
            "422 invalid-field /role_ids",
        ),
        (
            json!({ "team_ids": ["tm_00000000000000000000000001"] }),
            "422 invalid-field /team_ids",
        ),
        (
            json!({ "inbox_ids": ["ib_00000000000000000000000001"] }),
            "422 invalid-field /inbox_ids",
        ),
        (
            json!({ "inbox_ids": ["tm_00000000000000000000000001"] }),
            "422 invalid-body /inbox_ids/0",
        ),
        (json!({ "name": "" }), "422 invalid-field /name"),
        (json!({ "is_active": false }), "422 invalid-body /is_active"),
    ] {
        assert_eq!(
            t.admin.patch(&path).json(body.clone()).await.summary(),
            expected,
            "{body}"
        );
    }
}

#[tokio::test]
async fn teams_have_names_of_their_own_and_members_of_this_workspace() {
    let t = TestApp::new().await;
    let team = t
        .admin
        .post("/api/v1/teams")
        .json(json!({ "name": " 售后 " }))
        .await
        .expect(201);
    assert_eq!(team.text_at("/name"), "售后");
    let twin = t
        .admin
        .post("/api/v1/teams")
        .json(json!({ "name": "售后" }))
        .await;
    assert_eq!(twin.summary(), "409 already-exists /name");
    let path = format!("/api/v1/teams/{}", team.text_at("/id"));
    let stranger = t
        .admin
        .patch(&path)
        .json(json!({ "member_ids": ["ag_00000000000000000000000001"] }))
        .await;
    assert_eq!(stranger.summary(), "422 invalid-field /member_ids");
    let joined = t
        .admin
        .patch(&path)
        .json(json!({ "member_ids": [t.admin.id], "name": "售前" }))
        .await
        .expect(200);
    assert_eq!(joined.json()["member_ids"], json!([t.admin.id]));
    assert_eq!(
        t.admin.get("/api/v1/teams").await.json()["items"][0]["name"],
        json!("售前")
    );
    t.admin.delete(&path).await.expect(204);
    assert_eq!(t.admin.delete(&path).await.summary(), "404 not-found");
}

#[tokio::test]
async fn built_in_roles_stay_and_others_go_once_nobody_has_them() {
    let t = TestApp::new().await;
    let builtin = format!("/api/v1/roles/{}", t.role(BuiltinRole::Auditor).await);
    assert_eq!(
        t.admin
            .patch(&builtin)
            .json(json!({ "grants": [] }))
            .await
            .summary(),
        "422 built-in"
    );
    assert_eq!(t.admin.delete(&builtin).await.summary(), "422 built-in");

    let body = json!({ "name": "外包", "grants": [{ "permission": "conversations.reply", "scope": "team" }] });
    let role = t
        .admin
        .post("/api/v1/roles")
        .json(body.clone())
        .await
        .expect(201);
    assert_eq!(
        t.admin.post("/api/v1/roles").json(body).await.summary(),
        "409 already-exists /name"
    );
    let path = format!("/api/v1/roles/{}", role.text_at("/id"));
    let agent = format!(
        "/api/v1/agents/{}",
        t.agent("Li Na", BuiltinRole::Agent, &[]).await.id
    );
    t.admin
        .patch(&agent)
        .json(json!({ "role_ids": [role.text_at("/id")] }))
        .await
        .expect(200);
    assert_eq!(t.admin.delete(&path).await.summary(), "409 in-use");
    t.admin
        .patch(&agent)
        .json(json!({ "role_ids": [] }))
        .await
        .expect(200);
    t.admin.delete(&path).await.expect(204);
    let unknown =
        json!({ "name": "x", "grants": [{ "permission": "everything", "scope": "all" }] });
    let refused = t.admin.post("/api/v1/roles").json(unknown).await;
    assert_eq!(refused.summary(), "422 invalid-body /grants/0/permission");
}

#[tokio::test]
async fn agents_set_what_is_theirs() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let change =
        json!({ "display_name": "娜娜", "locale": "zh-CN", "preferences": { "theme": "dark" } });
    let me = agent
        .patch("/api/v1/me")
        .json(change)
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&me["agent"]["display_name"], &me["agent"]["name"]),
        (&json!("娜娜"), &json!("Li Na"))
    );
    assert_eq!(
        (&me["agent"]["locale"], &me["preferences"]["theme"]),
        (&json!("zh-CN"), &json!("dark"))
    );
    agent
        .put("/api/v1/me/presence")
        .json(json!({ "presence": "online" }))
        .await
        .expect(200);
    assert_eq!(
        agent
            .get("/api/v1/session")
            .await
            .text_at("/agent/presence"),
        "online"
    );
    for (body, expected) in [
        (json!({ "email": "x@y.cn" }), "422 invalid-body /email"),
        (json!({ "role_ids": [] }), "422 invalid-body /role_ids"),
        (
            json!({ "preferences": [] }),
            "422 invalid-field /preferences",
        ),
        (
            json!({ "preferences": { "x": "y".repeat(20_000) } }),
            "422 invalid-field /preferences",
        ),
        (
            json!({ "preferences": { "notify": { "mentions": true } } }),
            "422 invalid-field /preferences/notify",
        ),
    ] {
        assert_eq!(
            agent.patch("/api/v1/me").json(body.clone()).await.summary(),
            expected,
            "{body}"
        );
    }
    let nonsense = agent
        .put("/api/v1/me/presence")
        .json(json!({ "presence": "asleep" }))
        .await;
    assert_eq!(nonsense.summary(), "422 invalid-body /presence");
    assert_eq!(
        try_log_in(&t, ADMIN, PASSWORD)
            .await
            .text_at("/agent/display_name"),
        "Chen Wei"
    );
}
