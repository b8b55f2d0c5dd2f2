//! Agents, inboxes and visitors for tests.

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use serde_json::json;
use zhiyin_app::identity::{LogIn, csrf_token};
use zhiyin_app::inboxes::{NewInbox, create_inbox};
use zhiyin_domain::identity::agent::{Agent, Memberships};
use zhiyin_domain::ids::{AgentId, ConversationId, InboxId, RoleId, TeamId};
use zhiyin_domain::inbox::{Channel, WidgetSettings};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_domain::secret::Secret;
use zhiyin_store::Tx;
use zhiyin_store::identity::{access, agents, roles};

use crate::client::Client;
use crate::{PASSWORD, TestApp, visit};

/// An agent in a browser: cookie and CSRF token are on every request.
#[derive(Clone)]
pub struct TestAgent {
    /// Who.
    pub id: AgentId,
    /// The value of the session cookie.
    pub cookie: String,
    client: Client,
}

/// An inbox.
#[derive(Debug, Clone)]
pub struct TestInbox {
    /// Identifier.
    pub id: InboxId,
    /// Public key.
    pub key: String,
}

/// A visitor with the token of their browser.
#[derive(Clone)]
pub struct TestVisitor {
    /// The token.
    pub token: String,
    client: Client,
}

impl Deref for TestAgent {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Deref for TestVisitor {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl TestAgent {
    pub(crate) fn new(id: AgentId, cookie: &Secret<String>, router: &Router) -> Self {
        let client = Client::new(router.clone())
            .with("cookie", &format!("zhiyin={}", cookie.expose()))
            .with("x-csrf-token", &csrf_token(cookie));
        Self {
            id,
            cookie: cookie.expose().clone(),
            client,
        }
    }
}

impl TestVisitor {
    /// Each call is a message of its own, also with the same text.
    pub async fn writes(&self, text: &str) -> crate::TestResponse {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let client_id = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        self.post("/api/v1/widget/messages")
            .json(json!({ "client_id": client_id, "text": text }))
            .await
    }

    /// The visitor's conversation, which must exist.
    pub async fn conversation(&self) -> ConversationId {
        let answer = self.get("/api/v1/widget/conversation").await.expect(200);
        answer.text_at("/id").parse().expect("a conversation id")
    }
}

impl TestApp {
    /// An inbox with default settings; the administrator is its only member.
    pub async fn inbox(&self, name: &str) -> TestInbox {
        let new = NewInbox {
            name: name.to_owned(),
            channel: Channel::Web,
            allowed_domains: Vec::new(),
            settings: WidgetSettings::default(),
            members: vec![self.admin.id],
        };
        let created = self
            .app
            .write(&self.system(), move |tx, ctx| create_inbox(tx, ctx, &new))
            .await;
        let inbox = created.expect("an inbox").inbox;
        TestInbox {
            id: inbox.id,
            key: inbox.key,
        }
    }

    /// An agent with one built-in role, a member of these inboxes, logged in.
    pub async fn agent(&self, name: &str, role: BuiltinRole, inboxes: &[InboxId]) -> TestAgent {
        self.agent_in_teams(name, role, inboxes, &[]).await
    }

    /// The same, in teams.
    pub async fn agent_in_teams(
        &self,
        name: &str,
        role: BuiltinRole,
        inboxes: &[InboxId],
        teams: &[TeamId],
    ) -> TestAgent {
        let address = format!("{}@tea.example", name.to_lowercase().replace(' ', "."));
        let now = zhiyin_ports::Clock::now(&*self.clock);
        let id = AgentId::from_uuid(self.app.parts().ids.uuid());
        let agent = Agent::new(
            id,
            address.parse().expect("a name that makes an address"),
            name.parse().expect("a name"),
            Locale::En,
            now,
        );
        let mut memberships = Memberships {
            inboxes: inboxes.iter().copied().collect(),
            teams: teams.iter().copied().collect(),
            ..Memberships::default()
        };
        memberships.roles.insert(self.role(role).await);
        let hash = self.password_hash().to_owned();
        let add = move |tx: &mut Tx<'_>| {
            access::touch(tx)?;
            agents::insert(tx, &agent, Some(&hash))?;
            agents::set_memberships(tx, agent.id, &memberships)
        };
        self.app
            .store()
            .write(self.workspace, add)
            .await
            .expect("an agent");
        self.log_in(id, &address).await
    }

    /// The id of a built-in role.
    pub async fn role(&self, role: BuiltinRole) -> RoleId {
        let all = self
            .app
            .store()
            .read(self.workspace, roles::list)
            .await
            .expect("roles");
        all.into_iter()
            .find(|one| one.builtin == Some(role))
            .expect("a built-in role")
            .id
    }

    /// Another browser of an agent.
    pub async fn log_in(&self, id: AgentId, address: &str) -> TestAgent {
        let input = LogIn {
            email: address.to_owned(),
            password: Secret::new(PASSWORD.to_owned()),
            code: None,
            recovery_code: None,
            workspace: None,
            visit: visit(),
        };
        let logged_in = self.app.log_in(input).await.expect("the right password");
        assert_eq!(logged_in.agent, id);
        self.agent_client(id, &logged_in.cookie)
    }

    /// A new visitor of an inbox.
    pub async fn visitor(&self, inbox: &TestInbox) -> TestVisitor {
        let path = format!("/api/v1/widget/inboxes/{}/visitors", inbox.key);
        let body = json!({ "token": null, "locale": "zh-CN", "context": {} });
        let opened = self.anonymous().post(path).json(body).await.expect(200);
        let token = opened.text_at("/token");
        let client = self
            .anonymous()
            .with("authorization", &format!("Bearer {token}"));
        TestVisitor { token, client }
    }
}
