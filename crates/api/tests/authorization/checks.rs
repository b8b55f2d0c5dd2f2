//! The checks, each over all rows.

use std::collections::BTreeSet;

use serde_json::json;
use zhiyin_api::guard::limits::RateLimits;
use zhiyin_app::identity::NewWorkspace;
use zhiyin_domain::ids::{RoleId, WorkspaceId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::{BuiltinRole, Permission};
use zhiyin_domain::secret::Secret;
use zhiyin_testkit::{Client, PASSWORD, TestAgent, TestApp};

use crate::matrix::{Body, LEAVES_FOREIGN_IDS_OUT, Rule};
use crate::world::{Operation, World, operations};

/// An agent whose only role is changed as the checks go along.
struct Probe {
    agent: TestAgent,
    role: RoleId,
}

async fn app() -> TestApp {
    TestApp::with(|options| options.http.limits = RateLimits::off()).await
}

impl Probe {
    async fn new(t: &TestApp) -> Self {
        let agent = t.agent("Probe", BuiltinRole::Agent, &[]).await;
        let role = json!({ "name": "probe", "grants": [] });
        let role = t
            .admin
            .post("/api/v1/roles")
            .json(role)
            .await
            .expect(201)
            .text_at("/id");
        let path = format!("/api/v1/agents/{}", agent.id);
        t.admin
            .patch(path)
            .json(json!({ "role_ids": [role] }))
            .await
            .expect(200);
        Self {
            agent,
            role: role.parse().expect("a role id"),
        }
    }

    async fn holds(&self, t: &TestApp, permissions: impl IntoIterator<Item = Permission>) {
        let grants: Vec<_> = permissions
            .into_iter()
            .map(|one| json!({ "permission": one, "scope": "all" }))
            .collect();
        t.admin
            .patch(format!("/api/v1/roles/{}", self.role))
            .json(json!({ "grants": grants }))
            .await
            .expect(200);
    }

    /// A fresh browser: a row before may have ended the last one.
    async fn browser(&self, t: &TestApp) -> TestAgent {
        t.log_in(self.agent.id, "probe@tea.example").await
    }
}

fn all_but(missing: Option<Permission>) -> impl Iterator<Item = Permission> {
    Permission::ALL
        .iter()
        .copied()
        .filter(move |one| Some(*one) != missing)
}

impl Rule {
    fn needs(self) -> &'static [Permission] {
        match self {
            Self::Needs(list) | Self::Conversation(list) | Self::Hidden(list) => list,
            Self::Public | Self::Visitor | Self::Member | Self::InPerson => &[],
        }
    }

    fn is_for_agents(self) -> bool {
        !matches!(self, Self::Public | Self::Visitor)
    }
}

/// The id for a parameter, or nothing for a path without one.
fn own<'a>(operation: &Operation, world: &'a World) -> &'a str {
    operation.parameter().map_or("", |kind| world.id(kind))
}

#[tokio::test]
async fn every_operation_has_a_row_and_the_document_agrees() {
    for operation in operations() {
        assert_eq!(
            operation.is_public_by_document,
            operation.rule == Rule::Public,
            "`{}`",
            operation.id
        );
        operation.parameter();
    }
}

#[tokio::test]
async fn nobody_gets_in_without_credentials_or_with_those_of_another_kind() {
    let t = app().await;
    let world = World::make(&t, t.workspace, &t.admin, &t.admin).await;
    let visitor = t
        .anonymous()
        .with("authorization", &format!("Bearer {}", world.visitor_token));
    let forged = t
        .anonymous()
        .with("authorization", &format!("Bearer zy_{}", "A".repeat(43)));
    for operation in operations() {
        let strangers: &[(&str, &Client)] = match operation.rule {
            Rule::Public => {
                let answer = operation
                    .call(&t.anonymous(), own(&operation, &world), &world)
                    .await;
                assert_ne!(
                    answer.summary(),
                    "401 unauthenticated",
                    "`{}`",
                    operation.id
                );
                continue;
            }
            Rule::Visitor => &[
                ("nobody", &t.anonymous()),
                ("an agent", &t.admin),
                ("a forged token", &forged),
            ],
            // Files are the one thing both have a way to.
            Rule::Hidden(_) if operation.id == "get_file" => {
                &[("nobody", &t.anonymous()), ("a forged token", &forged)]
            }
            _ => &[
                ("nobody", &t.anonymous()),
                ("a visitor", &visitor),
                ("a forged token", &forged),
            ],
        };
        for (who, client) in strangers {
            let answer = operation
                .call(client, own(&operation, &world), &world)
                .await;
            assert_eq!(
                answer.summary(),
                "401 unauthenticated",
                "`{}` by {who}",
                operation.id
            );
        }
    }
}

#[tokio::test]
async fn every_named_permission_is_needed() {
    let t = app().await;
    let probe = Probe::new(&t).await;
    probe.holds(&t, all_but(None)).await;
    let world = World::make(&t, t.workspace, &t.admin, &probe.agent).await;
    for operation in operations()
        .into_iter()
        .filter(|operation| operation.rule.is_for_agents())
    {
        for missing in operation.rule.needs() {
            probe.holds(&t, all_but(Some(*missing))).await;
            let reads = [Permission::ReadConversations, Permission::ReadCases];
            let is_hidden = reads.contains(missing) && !matches!(operation.rule, Rule::Needs(_));
            if operation.path.contains("/tasks/{") && *missing == Permission::ReadCases {
                // Whoever may do a task sees it all the same.
                probe.holds(&t, []).await;
            }
            if operation.id == "get_inbox" {
                // Those who set inboxes up see them all the same.
                probe.holds(&t, []).await;
            }
            if operation.id == "get_wallboard" {
                // Those who lead the floor see it all the same.
                probe.holds(&t, []).await;
            }
            let answer = operation
                .call(&probe.agent, own(&operation, &world), &world)
                .await;
            let expected = if is_hidden {
                "404 not-found"
            } else {
                "403 forbidden"
            };
            assert_eq!(
                answer.summary(),
                expected,
                "`{}` without {missing}",
                operation.id
            );
        }
    }
}

/// Path and kind of things of which a workspace may have so many only.
const KINDS_WITH_A_LIMIT: [(&str, &str); 14] = [
    ("app-tokens", "app_token"),
    ("article-categories", "article_category"),
    ("attributes", "attribute"),
    ("automation-rules", "automation_rule"),
    ("bot-flows", "bot_flow"),
    ("bot-secrets", "bot_secret"),
    ("calendars", "calendar"),
    ("macros", "macro"),
    ("mailboxes", "mailbox"),
    ("glossary", "glossary_term"),
    ("standards", "standard"),
    ("synonyms", "synonyms"),
    ("views", "view"),
    ("webhooks", "webhook"),
];

#[tokio::test]
async fn the_named_permissions_are_enough() {
    let t = app().await;
    let probe = Probe::new(&t).await;
    for operation in operations()
        .into_iter()
        .filter(|operation| operation.rule.is_for_agents())
    {
        probe.holds(&t, all_but(None)).await;
        let agent = probe.browser(&t).await;
        let world = World::make(&t, t.workspace, &t.admin, &agent).await;
        // A token is made of what its owner holds.
        let extra = (operation.id == "create_token").then_some(Permission::ReadContacts);
        probe
            .holds(&t, operation.rule.needs().iter().copied().chain(extra))
            .await;
        let answer = operation
            .call(&agent, own(&operation, &world), &world)
            .await;
        // Refused for its content is let in: the codes and links of this test are made up.
        let summary = answer.summary();
        let is_missing = summary.starts_with("404") && operation.id != "confirm_second_factor";
        let is_refused = ["401", "403", "5"]
            .iter()
            .any(|status| summary.starts_with(status));
        let is_let_in = !is_missing && !is_refused;
        assert!(
            is_let_in,
            "`{}` with {:?}: {summary}",
            operation.id, operation.rule
        );
        // There is a limit to some kinds of things, and each operation has a world of
        // its own. Some operations have removed them or ended the log-in: both are fine.
        let own = world.id("token");
        for (path, kind) in KINDS_WITH_A_LIMIT {
            let thing = format!("/api/v1/{path}/{}", world.id(kind));
            let gone = t.admin.delete(thing).await;
            assert_ne!(gone.status.as_u16(), 403, "`{}`", operation.id);
        }
        agent.delete(format!("/api/v1/tokens/{own}")).await;
    }
}

#[tokio::test]
async fn what_is_done_in_person_is_not_done_by_a_token() {
    let t = app().await;
    let all: BTreeSet<&str> = Permission::ALL.iter().map(|one| one.as_str()).collect();
    let token = t
        .admin
        .post("/api/v1/tokens")
        .json(json!({ "name": "x", "scopes": all }))
        .await
        .expect(201);
    let program = t.anonymous().with(
        "authorization",
        &format!("Bearer {}", token.text_at("/secret")),
    );
    let world = World::make(&t, t.workspace, &t.admin, &t.admin).await;
    for operation in operations() {
        let answer = operation
            .call(&program, own(&operation, &world), &world)
            .await;
        match operation.rule {
            Rule::InPerson => assert_eq!(
                answer.summary(),
                "403 session-required",
                "`{}`",
                operation.id
            ),
            Rule::Public | Rule::Visitor => {}
            Rule::Member | Rule::Needs(_) | Rule::Conversation(_) | Rule::Hidden(_) => {
                assert_ne!(
                    answer.summary(),
                    "403 session-required",
                    "`{}`",
                    operation.id
                );
                assert_ne!(answer.status.as_u16(), 401, "`{}`", operation.id);
            }
        }
    }
}

/// The administrator of another company on the same installation.
async fn elsewhere(t: &TestApp) -> (WorkspaceId, Client) {
    let email = "chen.wei@red.example";
    let new = NewWorkspace {
        name: "Red Tea".parse().expect("a name"),
        slug: None,
        locale: Locale::En,
        time_zone: "UTC".parse().expect("a zone"),
        admin_name: "Somebody Else".parse().expect("a name"),
        admin_email: email.parse().expect("an address"),
        password: Secret::new(PASSWORD.to_owned()),
    };
    let (workspace, admin) = t.app.create_workspace(new).await.expect("a workspace");
    let browser = t.log_in(admin, email).await;
    (workspace.id, (*browser).clone())
}

#[tokio::test]
async fn another_workspaces_things_are_not_there() {
    let t = app().await;
    let (workspace, stranger) = elsewhere(&t).await;
    let theirs = World::make(&t, workspace, &stranger, &stranger).await;
    let ours = World::make(&t, t.workspace, &t.admin, &t.admin).await;
    let mut checked = 0;
    for operation in operations()
        .into_iter()
        .filter(|operation| operation.rule.is_for_agents())
    {
        let Some(kind) = operation.parameter() else {
            continue;
        };
        checked += 1;
        let foreign = operation.call(&t.admin, theirs.id(kind), &ours).await;
        assert_eq!(
            foreign.summary(),
            "404 not-found",
            "`{}` with another workspace's id",
            operation.id
        );
        let prefix = theirs.id(kind).split('_').next().unwrap_or_default();
        for nonsense in [
            format!("{prefix}_7zzzzzzzzzzzzzzzzzzzzzzzzz"),
            format!("{prefix}_"),
            "x".to_owned(),
            "0".to_owned(),
            "null".to_owned(),
            theirs.id(kind).to_uppercase(),
            "%27%20OR%201=1--".to_owned(),
        ] {
            let answer = operation.call(&t.admin, &nonsense, &ours).await;
            assert_eq!(
                answer.summary(),
                "404 not-found",
                "`{}` with {nonsense}",
                operation.id
            );
        }
    }
    assert!(checked > 40, "{checked}");
}

#[tokio::test]
async fn another_workspaces_things_cannot_be_named_in_a_body() {
    let t = app().await;
    let (workspace, stranger) = elsewhere(&t).await;
    let theirs = World::make(&t, workspace, &stranger, &stranger).await;
    let ours = World::make(&t, t.workspace, &t.admin, &t.admin).await;
    let mut checked = 0;
    for operation in operations()
        .into_iter()
        .filter(|operation| operation.rule.is_for_agents())
    {
        let Body::Json(text) = operation.body else {
            continue;
        };
        let names_things = text.contains("{agent}")
            || ["role", "team", "inbox", "tag", "conversation"]
                .iter()
                .any(|kind| text.contains(&format!("{{{kind}}}")));
        if !names_things || LEAVES_FOREIGN_IDS_OUT.contains(&operation.id.as_str()) {
            continue;
        }
        checked += 1;
        let answer = operation
            .call(&t.admin, own(&operation, &ours), &theirs)
            .await;
        let is_refused = matches!(answer.status.as_u16(), 404 | 422);
        assert!(
            is_refused,
            "`{}` took another workspace's id: {}",
            operation.id,
            answer.summary()
        );
    }
    assert!(checked >= 6, "{checked}");
}
