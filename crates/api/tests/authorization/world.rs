//! One thing of every kind in a workspace, and the operations that act on them.

mod automation;
mod cases;
mod knowledge;
mod mail;
mod webhooks;

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};
use zhiyin_domain::ids::{JobId, WorkspaceId};
use zhiyin_ports::Clock as _;
use zhiyin_store::jobs::{self, NewJob};
use zhiyin_store::{StoreError, SystemTx, Tx};
use zhiyin_testkit::{Client, PASSWORD, Request, TestApp};

use crate::matrix::{Body, Rule, matrix};

/// A picture of one pixel.
const PICTURE: &[u8] = include_bytes!("pixel.png");

/// An operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `operationId`.
    pub id: String,
    /// How it is called.
    pub method: Method,
    /// Its path, with the parameters in braces.
    pub path: String,
    /// Its row: who may call it.
    pub rule: Rule,
    /// What is sent.
    pub body: Body,
    /// Whether the document says that no credentials are needed.
    pub is_public_by_document: bool,
}

/// The operations of the document with their rows. Fails where one lacks the other.
pub fn operations() -> Vec<Operation> {
    let document: Value =
        serde_json::from_str(&zhiyin_api::openapi::document_text().expect("a document"))
            .expect("the document is JSON");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            let id = operation["operationId"]
                .as_str()
                .expect("an operation has an id")
                .to_owned();
            let row = matrix().find(|row| row.operation == id);
            let row =
                row.unwrap_or_else(|| panic!("`{id}` ({method} {path}) has no row in the matrix"));
            let security = operation["security"]
                .as_array()
                .unwrap_or_else(|| panic!("`{id}` has no security"));
            let is_public_by_document = security.iter().all(|one| one == &json!({}));
            operations.push(Operation {
                id,
                method,
                // Languages and versions are no ids: each article has these.
                path: path
                    .replace("{locale}", "en")
                    .replace("{number}", "1")
                    .replace("articles/{slug}", "articles/x")
                    .replace("article-questions/{id}", QUESTION),
                rule: row.rule,
                body: row.body,
                is_public_by_document,
            });
        }
    }
    for row in matrix() {
        let is_known = operations
            .iter()
            .any(|operation| operation.id == row.operation);
        assert!(
            is_known,
            "the matrix has a row for `{}`, which is no operation",
            row.operation
        );
    }
    operations
}

impl Operation {
    /// What the parameter of the path is an id of, if there is one.
    pub fn parameter(&self) -> Option<&'static str> {
        let kinds = [
            ("/accounts/{", "account"),
            ("/agents/{", "agent"),
            ("/article-categories/{", "article_category"),
            ("/articles/{", "article"),
            ("/app-tokens/{", "app_token"),
            ("/attributes/{", "attribute"),
            ("/blocks/{", "block"),
            ("/bot-flows/{", "bot_flow"),
            ("/bot-secrets/{", "bot_secret"),
            ("/calendars/{", "calendar"),
            ("/case-types/{", "case_type"),
            ("/cases/{id}/complaint", "complaint"),
            ("/cases/{", "case"),
            ("/contacts/{", "contact"),
            ("/conversations/{", "conversation"),
            ("/evidence/{", "evidence"),
            ("/files/{", "file"),
            ("/follow-ups/{", "follow_up"),
            ("/widget/asks/{", "message"),
            ("/widget/inboxes/{", "inbox_key"),
            ("/knowledge-gaps/{", "knowledge_gap"),
            ("/inboxes/{", "inbox"),
            ("/invitations/{", "invitation"),
            ("/mailboxes/{", "mailbox"),
            ("/messages/{id}/email/", "mail"),
            ("/jobs/{", "job"),
            ("/me/sessions/{", "session"),
            ("/messages/{", "message"),
            ("/phrases/{", "phrase"),
            ("/notices/{", "notice"),
            ("/offers/{", "queue_item"),
            ("/promises/{", "promise"),
            ("/queues/{", "queue"),
            ("/recovery/{", "recovery"),
            ("/risk-warnings/{", "risk_warning"),
            ("/roles/{", "role"),
            ("/scheduled-messages/{", "scheduled_message"),
            ("/skills/{", "skill"),
            ("/glossary/{", "glossary_term"),
            ("/synonyms/{", "synonyms"),
            ("/standards/{", "standard"),
            ("/tags/{", "tag"),
            ("/tasks/{", "task"),
            ("/teams/{", "team"),
            ("/tokens/{", "token"),
            ("/views/{", "view"),
            ("/automation-rules/{", "automation_rule"),
            ("/macros/{", "macro"),
            ("/webhook-deliveries/{", "webhook_delivery"),
            ("/webhooks/{", "webhook"),
        ];
        let count = self.path.matches('{').count();
        assert!(
            count <= 1,
            "`{}` has {count} parameters: teach this test about them",
            self.id
        );
        let kind = kinds
            .iter()
            .find(|(part, _)| self.path.contains(part))
            .map(|(_, kind)| *kind);
        assert_eq!(
            kind.is_some(),
            count == 1,
            "`{}` has a parameter of an unknown kind: {}",
            self.id,
            self.path
        );
        kind
    }

    /// The request with an id in the path and things of `things` in the body.
    pub fn call(&self, client: &Client, id: &str, things: &World) -> Request {
        let path = match (self.path.find('{'), self.path.find('}')) {
            (Some(from), Some(to)) => format!("{}{id}{}", &self.path[..from], &self.path[to + 1..]),
            _ => self.path.clone(),
        };
        let path = match self.id.as_str() {
            "search" | "search_articles" => format!("{path}?q=hello"),
            "search_widget_articles" => format!("{path}?q=hello&locale=en"),
            "list_related_articles" | "get_widget_article" => format!("{path}?locale=en"),
            "list_channel_messages" | "get_channel_conversation" => {
                let inbox = things.id("api_inbox");
                format!("{path}?inbox_id={inbox}&contact_external_id=u1")
            }
            "list_calendar_days" => format!("{path}?from=2026-10-01"),
            "get_recovery_needs" => format!("{path}?minor=100"),
            "get_journey_report"
            | "get_knowledge_report"
            | "get_task_report"
            | "get_recovery_budget"
            | "get_notice_report"
            | "list_reported_notices"
            | "get_expectation_report"
            | "list_expectation_sessions"
            | "get_promise_report"
            | "list_reported_promises" => {
                format!("{path}?{MARCH}")
            }
            "list_journey_sessions" => format!("{path}?{MARCH}&step=response&about=slowest"),
            _ => path,
        };
        // As a page of ours sends it: a stream is refused without an origin.
        let page = client
            .with("host", "zhiyin.test")
            .with("origin", "http://zhiyin.test");
        let request = page.request(self.method.clone(), path);
        match self.body {
            Body::None => request,
            Body::Json(text) => request.json(things.fill(text)),
            Body::File => request.file("pixel.png", "image/png", PICTURE),
        }
    }
}

/// A question a visitor asked: nothing is told of one that is not known.
const QUESTION: &str = "article-questions/aq_00000000000000000000000001";
/// A period for reports.
const MARCH: &str = "from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z";

/// The ids of one thing of every kind.
#[derive(Debug, Clone)]
pub struct World {
    things: BTreeMap<&'static str, String>,
    /// The visitor whose conversation it is.
    pub visitor_token: String,
}

impl World {
    /// The id of a thing.
    pub fn id(&self, kind: &str) -> &str {
        self.things
            .get(kind)
            .unwrap_or_else(|| panic!("no {kind} in this world"))
    }

    fn fill(&self, text: &str) -> Value {
        let mut text = text.to_owned();
        for (kind, id) in &self.things {
            text = text.replace(&format!("{{{kind}}}"), id);
        }
        serde_json::from_str(&text).expect("the body of the row is JSON")
    }

    /// Makes one thing of every kind. `owner` may do everything; sessions, tokens and
    /// messages are those of `oneself`, who may read and answer everything for now.
    pub async fn make(
        t: &TestApp,
        workspace: WorkspaceId,
        owner: &Client,
        oneself: &Client,
    ) -> Self {
        // Nobody can give the same name twice.
        let unique = t.app.parts().ids.uuid().simple().to_string();
        let name = |kind: &str| format!("{kind} {unique}");
        let mut things = BTreeMap::new();
        named(owner, &unique, &mut things).await;
        knowledge::knowledge(t, workspace, owner, &unique, &mut things).await;
        let token = json!({ "name": name("token"), "scopes": ["contacts.read"] });
        things.insert(
            "token",
            oneself
                .post("/api/v1/tokens")
                .json(token)
                .await
                .expect(201)
                .text_at("/id"),
        );
        let sessions = oneself.get("/api/v1/me/sessions").await.expect(200);
        things.insert("session", sessions.text_at("/items/0/id"));

        let invitation = |n: u8| json!({ "email": format!("{unique}.{n}@y.cn") });
        let open = owner
            .post("/api/v1/invitations")
            .json(invitation(1))
            .await
            .expect(201);
        things.insert("invitation", open.text_at("/id"));
        let answered = owner
            .post("/api/v1/invitations")
            .json(invitation(2))
            .await
            .expect(201);
        let link = answered.text_at("/link");
        let token = link.split("#token=").nth(1).expect("a link with a token");
        let body = json!({ "token": token, "name": name("agent"), "password": PASSWORD });
        let joined = t
            .anonymous()
            .post("/api/v1/invitations/accept")
            .json(body)
            .await
            .expect(201);
        things.insert("agent", joined.text_at("/agent/id"));

        cases::cases(owner, &mut things).await;
        cases::handling(t, workspace, owner, &mut things).await;
        things.insert("job", dead_job(t, workspace).await.to_string());
        webhooks::bridge(owner, oneself, &mut things, &name("bridge")).await;
        automation::automation(owner, &mut things, &name("rule")).await;
        let visitor_token = talk(t, owner, oneself, &mut things, &name("inbox")).await;
        cases::notice(t, owner, &mut things).await;
        mail::mailbox(owner, &unique, &mut things).await;
        mail::mail(t, workspace, &mut things).await;
        Self {
            things,
            visitor_token,
        }
    }
}

/// A conversation with a message and a file.
async fn talk(
    t: &TestApp,
    owner: &Client,
    oneself: &Client,
    things: &mut BTreeMap<&'static str, String>,
    name: &str,
) -> String {
    let inbox = owner
        .post("/api/v1/inboxes")
        .json(json!({ "name": name }))
        .await
        .expect(201);
    let key = inbox.text_at("/key");
    things.insert("inbox", inbox.text_at("/id"));
    let opened = t
        .anonymous()
        .post(format!("/api/v1/widget/inboxes/{key}/visitors"))
        .json(json!({}))
        .await
        .expect(200);
    things.insert("inbox_key", key);
    things.insert("contact", opened.text_at("/visitor/contact_id"));
    let visitor_token = opened.text_at("/token");
    let visitor = t
        .anonymous()
        .with("authorization", &format!("Bearer {visitor_token}"));
    let hello = json!({ "client_id": "1", "text": "hello" });
    visitor
        .post("/api/v1/widget/messages")
        .json(hello)
        .await
        .expect(201);
    let conversation = visitor
        .get("/api/v1/widget/conversation")
        .await
        .expect(200)
        .text_at("/id");
    let file = oneself
        .post("/api/v1/attachments")
        .file("pixel.png", "image/png", PICTURE)
        .await
        .expect(201);
    let answer =
        json!({ "client_id": "2", "text": "yes", "attachment_ids": [file.text_at("/id")] });
    let path = format!("/api/v1/conversations/{conversation}/messages");
    things.insert(
        "message",
        oneself
            .post(path)
            .json(answer)
            .await
            .expect(201)
            .text_at("/id"),
    );
    things.insert("file", file.text_at("/id"));
    things.insert("block", blocked(t, owner, &things["inbox_key"]).await);
    let later = json!({ "client_id": "3", "text": "later", "send_at": "2026-06-01T00:00:00Z" });
    let path = format!("/api/v1/conversations/{conversation}/scheduled-messages");
    let scheduled = oneself.post(path).json(later).await.expect(201);
    things.insert("scheduled_message", scheduled.text_at("/id"));
    let promise = json!({ "kind": "other", "text": "a gift", "due_at": "2026-06-01T00:00:00Z" });
    let path = format!("/api/v1/conversations/{conversation}/promises");
    let promised = owner.post(path).json(promise).await.expect(201);
    things.insert("promise", promised.text_at("/id"));
    let line = json!({ "queue_id": things["queue"] });
    let path = format!("/api/v1/conversations/{conversation}/enqueue");
    owner.post(path).json(line).await.expect(200);
    let path = format!("/api/v1/conversations/{conversation}/routing");
    let routing = owner.get(path).await.expect(200);
    things.insert("queue_item", routing.text_at("/item/id"));
    things.insert("conversation", conversation);
    visitor_token
}

/// Another visitor, who is not wanted.
async fn blocked(t: &TestApp, owner: &Client, key: &str) -> String {
    let opened = t
        .anonymous()
        .post(format!("/api/v1/widget/inboxes/{key}/visitors"))
        .json(json!({}))
        .await
        .expect(200);
    let token = opened.text_at("/token");
    let visitor = t
        .anonymous()
        .with("authorization", &format!("Bearer {token}"));
    let spam = json!({ "client_id": "1", "text": "spam" });
    visitor
        .post("/api/v1/widget/messages")
        .json(spam)
        .await
        .expect(201);
    let contact = opened.text_at("/visitor/contact_id");
    let block = json!({ "kind": "contact", "contact_id": contact });
    owner
        .post("/api/v1/blocks")
        .json(block)
        .await
        .expect(201)
        .text_at("/id")
}

async fn dead_job(t: &TestApp, workspace: WorkspaceId) -> JobId {
    let (id, now) = (JobId::from_uuid(t.app.parts().ids.uuid()), t.clock.now());
    let job = NewJob {
        id,
        name: "test.nobody",
        arguments: json!({}),
        unique_key: None,
        // Due before all others, so that it is the one that is claimed.
        run_at: now.minus(Duration::from_hours(24)),
        cause: None,
        now,
    };
    let add = move |tx: &mut Tx<'_>| jobs::enqueue(tx, &job);
    t.app.store().write(workspace, add).await.expect("a job");
    let give_up = move |system: &mut SystemTx<'_>| {
        for job in jobs::claim(system, now, Duration::from_mins(1), 1)? {
            jobs::give_up(system, job.id, job.fence, "no", now)?;
        }
        Ok::<_, StoreError>(())
    };
    t.app
        .store()
        .write_system(give_up)
        .await
        .expect("a dead job");
    id
}

/// What needs nothing but a name.
async fn named(owner: &Client, unique: &str, things: &mut BTreeMap<&'static str, String>) {
    let name = |kind: &str| format!("{kind} {unique}");
    for (kind, path, body) in [
        (
            "role",
            "/api/v1/roles",
            json!({ "name": name("role"), "grants": [] }),
        ),
        ("team", "/api/v1/teams", json!({ "name": name("team") })),
        (
            "tag",
            "/api/v1/tags",
            json!({ "name": name("tag"), "color": "#000000" }),
        ),
        (
            "app_token",
            "/api/v1/app-tokens",
            json!({ "name": name("app"), "scopes": ["contacts.read"] }),
        ),
        (
            "phrase",
            "/api/v1/phrases",
            json!({ "shortcut": &unique[20..], "title": "x", "locale": "en", "text": "x", "is_shared": true }),
        ),
        (
            "attribute",
            "/api/v1/attributes",
            json!({ "key": format!("a_{}", &unique[20..]), "label": { "en": "x" }, "kind": "text" }),
        ),
        (
            "calendar",
            "/api/v1/calendars",
            json!({ "name": name("calendar"), "rules": {} }),
        ),
        ("skill", "/api/v1/skills", json!({ "name": name("skill") })),
        (
            "account",
            "/api/v1/accounts",
            json!({ "name": name("account") }),
        ),
        ("queue", "/api/v1/queues", json!({ "name": name("queue") })),
        (
            "standard",
            "/api/v1/standards",
            json!({ "name": name("standard"), "terms": {} }),
        ),
        (
            "view",
            "/api/v1/views",
            json!({ "name": name("view"), "is_shared": true, "filter": { "match": "all", "conditions": [
                    { "field": "unread", "operator": "is", "value": true },
                ] } }),
        ),
    ] {
        let made = owner.post(path).json(body).await.expect(201);
        things.insert(kind, made.text_at("/id"));
    }
}
