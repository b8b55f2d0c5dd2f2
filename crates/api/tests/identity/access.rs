//! What an agent may do, and how soon a change of it counts.

use serde_json::json;
use zhiyin_app::Principal;
use zhiyin_app::identity::{Credentials, NewWorkspace};
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_domain::secret::Secret;
use zhiyin_testkit::{PASSWORD, TestApp};

/// Another company on the same installation.
pub struct Elsewhere {
    /// Which.
    pub workspace: WorkspaceId,
    /// Zhiyin itself in it.
    pub system: Principal,
}

/// Makes another company.
pub async fn another_workspace(t: &TestApp, name: &str, email: &str) -> Elsewhere {
    let new = NewWorkspace {
        name: name.parse().expect("a name"),
        slug: None,
        locale: Locale::En,
        time_zone: "UTC".parse().expect("a zone"),
        admin_name: "Somebody Else".parse().expect("a name"),
        admin_email: email.parse().expect("an address"),
        password: Secret::new(PASSWORD.to_owned()),
    };
    let (workspace, _) = t.app.create_workspace(new).await.expect("a workspace");
    Elsewhere {
        workspace: workspace.id,
        system: Principal::system(workspace.id, "test"),
    }
}

#[tokio::test]
async fn a_change_of_role_counts_for_the_very_next_call() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let supervisor = t.role(BuiltinRole::Supervisor).await;
    let plain = t.role(BuiltinRole::Agent).await;
    let tag = || {
        agent
            .post("/api/v1/tags")
            .json(json!({ "name": "vip", "color": "#ff0000" }))
    };
    assert_eq!(tag().await.summary(), "403 forbidden");
    let path = format!("/api/v1/agents/{}", agent.id);
    t.admin
        .patch(&path)
        .json(json!({ "role_ids": [supervisor] }))
        .await
        .expect(200);
    tag().await.expect(201);
    t.admin
        .patch(&path)
        .json(json!({ "role_ids": [plain] }))
        .await
        .expect(200);
    assert_eq!(tag().await.summary(), "403 forbidden");
}

#[tokio::test]
async fn a_changed_grant_counts_for_the_very_next_call() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let role = t
        .admin
        .post("/api/v1/roles")
        .json(json!({ "name": "标签员", "grants": [{ "permission": "tags.manage", "scope": "all" }] }))
        .await
        .expect(201);
    let (role, path) = (role.text_at("/id"), format!("/api/v1/agents/{}", agent.id));
    t.admin
        .patch(path)
        .json(json!({ "role_ids": [role] }))
        .await
        .expect(200);
    agent
        .post("/api/v1/tags")
        .json(json!({ "name": "a", "color": "#ff0000" }))
        .await
        .expect(201);
    t.admin
        .patch(format!("/api/v1/roles/{role}"))
        .json(json!({ "grants": [] }))
        .await
        .expect(200);
    let refused = agent
        .post("/api/v1/tags")
        .json(json!({ "name": "b", "color": "#ff0000" }))
        .await;
    assert_eq!(refused.summary(), "403 forbidden");
    assert_eq!(
        agent.get("/api/v1/session").await.json()["grants"],
        json!([])
    );
}

#[tokio::test]
async fn joining_an_inbox_counts_for_the_very_next_call() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let own = || async { agent.get("/api/v1/session").await.expect(200).json()["inboxes"].clone() };
    assert_eq!(own().await, json!([]));
    let path = format!("/api/v1/inboxes/{}", inbox.id);
    t.admin
        .patch(&path)
        .json(json!({ "member_ids": [agent.id] }))
        .await
        .expect(200);
    assert_eq!(own().await, json!([inbox.id]));
    t.admin
        .patch(&path)
        .json(json!({ "member_ids": [] }))
        .await
        .expect(200);
    assert_eq!(own().await, json!([]));
}

#[tokio::test]
async fn an_open_connection_learns_what_its_agent_may_do_now() {
    let t = TestApp::new().await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let shown = Credentials::Cookie(Secret::new(agent.cookie.clone()));
    let principal = t.app.authenticate(shown).await.expect("a session");
    let auditor = t.role(BuiltinRole::Auditor).await;
    let path = format!("/api/v1/agents/{}", agent.id);
    t.admin
        .patch(path)
        .json(json!({ "role_ids": [auditor] }))
        .await
        .expect(200);
    let fresh = t.app.refresh(&principal).await.expect("still there");
    assert_eq!(fresh.access.grants, BuiltinRole::Auditor.grants());
    agent.delete("/api/v1/session").await.expect(204);
    assert!(t.app.refresh(&fresh).await.is_err());
}

#[tokio::test]
async fn nobody_hands_out_more_than_they_hold() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let grants = json!([
        { "permission": "agents.manage", "scope": "all" },
        { "permission": "roles.manage", "scope": "all" },
        { "permission": "teams.manage", "scope": "all" },
        { "permission": "inboxes.manage", "scope": "all" },
        { "permission": "tokens.manage", "scope": "all" },
        { "permission": "conversations.reply", "scope": "inbox" },
    ]);
    let role = t
        .admin
        .post("/api/v1/roles")
        .json(json!({ "name": "HR", "grants": grants }))
        .await
        .expect(201);
    let hr = t.agent("Wang Fang", BuiltinRole::Agent, &[]).await;
    let hr_path = format!("/api/v1/agents/{}", hr.id);
    t.admin
        .patch(&hr_path)
        .json(json!({ "role_ids": [role.text_at("/id")] }))
        .await
        .expect(200);
    let administrator = t.role(BuiltinRole::Administrator).await;
    let admin_path = format!("/api/v1/agents/{}", t.admin.id);

    let give_oneself = hr
        .patch(&hr_path)
        .json(json!({ "role_ids": [administrator] }))
        .await;
    let invite_one = hr
        .post("/api/v1/invitations")
        .json(json!({ "email": "x@y.cn", "role_ids": [administrator] }))
        .await;
    let enter_inbox = hr
        .patch(&hr_path)
        .json(json!({ "inbox_ids": [inbox.id] }))
        .await;
    let take_in = hr
        .patch(format!("/api/v1/inboxes/{}", inbox.id))
        .json(json!({ "member_ids": [t.admin.id, hr.id] }))
        .await;
    let demote_above = hr.patch(&admin_path).json(json!({ "role_ids": [] })).await;
    let lock_above = hr.post(format!("{admin_path}/deactivate")).await;
    let reset_above = hr.post(format!("{admin_path}/password-reset")).await;
    let widen = hr
        .patch(format!("/api/v1/roles/{}", role.text_at("/id")))
        .json(json!({ "grants": [{ "permission": "audit.read", "scope": "all" }] }))
        .await;
    let wider_scope = hr
        .post("/api/v1/roles")
        .json(json!({ "name": "x", "grants": [{ "permission": "conversations.reply", "scope": "all" }] }))
        .await;
    let token = hr
        .post("/api/v1/app-tokens")
        .json(json!({ "name": "x", "scopes": ["conversations.reply"] }))
        .await;
    for (what, answer) in [
        ("give oneself a role", give_oneself),
        ("invite an administrator", invite_one),
        ("enter an inbox", enter_inbox),
        ("demote somebody above", demote_above),
        ("lock somebody above out", lock_above),
        ("reset the password of somebody above", reset_above),
        ("widen one's own role", widen),
        ("make a role with a wider scope", wider_scope),
        ("make a token that reaches further", token),
    ] {
        assert_eq!(answer.summary(), "403 beyond-own", "{what}");
    }
    assert_eq!(take_in.summary(), "403 beyond-own /member_ids");
    // What they hold themselves they may hand on.
    hr.post("/api/v1/roles")
        .json(json!({ "name": "y", "grants": [{ "permission": "conversations.reply", "scope": "inbox" }] }))
        .await
        .expect(201);
}
