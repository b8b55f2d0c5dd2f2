//! What agents do with conversations.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::ids::ConversationId;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{TestAgent, TestApp, TestVisitor};

/// A shop with one customer who has just asked something.
struct Scene {
    t: TestApp,
    agent: TestAgent,
    visitor: TestVisitor,
    id: ConversationId,
}

async fn scene() -> Scene {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("Is it dishwasher safe?").await.expect(201);
    let id = visitor.conversation().await;
    Scene {
        t,
        agent,
        visitor,
        id,
    }
}

impl Scene {
    fn path(&self, rest: &str) -> String {
        format!("/api/v1/conversations/{}{rest}", self.id)
    }

    async fn row(&self) -> Value {
        self.agent.get(self.path("")).await.expect(200).json()
    }

    async fn answers(&self, text: &str) -> Value {
        self.agent
            .post(self.path("/messages"))
            .json(json!({ "text": text }))
            .await
            .expect(201)
            .json()
    }

    async fn lines(&self) -> Vec<String> {
        let page = self
            .agent
            .get(self.path("/messages"))
            .await
            .expect(200)
            .json();
        let line = |one: &Value| match one["kind"].as_str() {
            Some("system") => format!("({})", one["system"]["event"].as_str().unwrap_or("?")),
            _ => one["text"].as_str().unwrap_or_default().to_owned(),
        };
        page["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(line)
            .collect()
    }
}

#[tokio::test]
async fn an_answer_takes_the_conversation_and_ends_the_wait() {
    let s = scene().await;
    let before = s.row().await;
    assert_eq!(
        (&before["handler"], &before["unread_count"]),
        (&json!("queued"), &json!(1))
    );
    assert!(before["waiting_since"].is_string());
    assert_eq!(before["session"]["step"], "response");
    s.answers("Yes, it is.").await;
    let after = s.row().await;
    assert_eq!(after["assignee_id"], s.agent.id.to_string());
    assert_eq!(
        (&after["handler"], &after["unread_count"]),
        (&json!("human"), &json!(0))
    );
    assert_eq!(after["waiting_since"], Value::Null);
    assert!(after["session"]["first_response_at"].is_string());
    assert_eq!(
        s.lines().await,
        ["Is it dishwasher safe?", "Yes, it is.", "(assigned)"]
    );
}

#[tokio::test]
async fn sending_twice_with_one_client_id_says_it_once() {
    let s = scene().await;
    let body = json!({ "client_id": "a1", "text": "Yes" });
    let first = s
        .agent
        .post(s.path("/messages"))
        .json(body.clone())
        .await
        .expect(201)
        .json();
    let again = s
        .agent
        .post(s.path("/messages"))
        .json(body)
        .await
        .expect(200)
        .json();
    assert_eq!(first["id"], again["id"]);
    assert_eq!(
        s.lines().await.iter().filter(|line| *line == "Yes").count(),
        1
    );
}

#[tokio::test]
async fn resolving_ends_the_session_and_writing_begins_another() {
    let s = scene().await;
    s.answers("Yes").await;
    let resolved = s.agent.post(s.path("/resolve")).await.expect(200).json();
    assert_eq!(resolved["status"]["kind"], "resolved");
    assert!(resolved["session"]["resolved_at"].is_string());
    let again = s.agent.post(s.path("/resolve")).await;
    assert_eq!(again.summary(), "409 already-resolved");
    s.visitor.writes("And the lid?").await.expect(201);
    let reopened = s.row().await;
    assert_eq!(reopened["status"]["kind"], "open");
    assert_eq!(reopened["session"]["number"], 2);
    assert_eq!(reopened["assignee_id"], s.agent.id.to_string());
}

#[tokio::test]
async fn a_snoozed_conversation_comes_back_at_its_time_or_when_the_customer_writes() {
    let s = scene().await;
    let past = s
        .agent
        .post(s.path("/snooze"))
        .json(json!({ "until": "2001-01-01T00:00:00Z" }))
        .await;
    assert_eq!(past.summary(), "422 snooze-in-past /until");
    let snooze = async || {
        let until =
            s.t.app
                .clock()
                .now()
                .plus(Duration::from_hours(1))
                .to_string();
        s.agent
            .post(s.path("/snooze"))
            .json(json!({ "until": until }))
            .await
            .expect(200)
            .json()
    };
    assert_eq!(snooze().await["status"]["kind"], "snoozed");
    s.visitor.writes("Hello?").await.expect(201);
    assert_eq!(s.row().await["status"]["kind"], "open");
    snooze().await;
    s.t.let_pass(Duration::from_secs(3601)).await;
    s.t.run_until_idle().await;
    assert_eq!(s.row().await["status"]["kind"], "open");
    assert_eq!(s.lines().await.last().map(String::as_str), Some("(woken)"));
}

#[tokio::test]
async fn only_those_who_can_see_it_can_be_made_responsible() {
    let s = scene().await;
    let other = s.t.inbox("Bank").await;
    let stranger = s.t.agent("Bo", BuiltinRole::Agent, &[other.id]).await;
    let assign = async |agent: Value| {
        s.agent
            .post(s.path("/assign"))
            .json(json!({ "agent_id": agent, "team_id": null }))
            .await
    };
    // A person who becomes responsible sees what is theirs, so even a stranger may take it.
    assign(json!(stranger.id)).await.expect(200);
    let auditor = s.t.agent("Ann", BuiltinRole::Auditor, &[]).await;
    let unknown = assign(json!("ag_00000000000000000000000001")).await;
    assert_eq!(unknown.summary(), "422 invalid-field /agent_id");
    let denied = auditor
        .post(s.path("/assign"))
        .json(json!({ "agent_id": null, "team_id": null }))
        .await;
    assert_eq!(denied.summary(), "403 forbidden");
    let back = assign(Value::Null).await.expect(200).json();
    assert_eq!(
        (&back["assignee_id"], &back["handler"]),
        (&Value::Null, &json!("queued"))
    );
}

#[tokio::test]
async fn what_an_agent_may_not_see_does_not_exist() {
    let s = scene().await;
    let other = s.t.inbox("Bank").await;
    let stranger = s.t.agent("Bo", BuiltinRole::Agent, &[other.id]).await;
    for path in [s.path(""), s.path("/messages"), s.path("/draft")] {
        assert_eq!(stranger.get(path).await.summary(), "404 not-found");
    }
    for path in [s.path("/resolve"), s.path("/unread"), s.path("/reopen")] {
        assert_eq!(stranger.post(path).await.summary(), "404 not-found");
    }
    let list = stranger
        .get("/api/v1/conversations")
        .await
        .expect(200)
        .json();
    assert_eq!(list["items"], json!([]));
    let counters = stranger.get("/api/v1/counters").await.expect(200).json();
    assert_eq!(counters["inboxes"], json!([]));
}

#[tokio::test]
async fn a_message_is_edited_and_recalled_by_its_author_for_a_while() {
    let s = scene().await;
    let sent = s.answers("Yess").await;
    let path = format!("/api/v1/messages/{}", sent["id"].as_str().expect("an id"));
    let edited = s
        .agent
        .patch(&path)
        .json(json!({ "text": "Yes" }))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&edited["text"], edited["edited_at"].is_string()),
        (&json!("Yes"), true)
    );
    let other = s.t.admin.patch(&path).json(json!({ "text": "No" })).await;
    assert_eq!(other.summary(), "403 forbidden");
    let recalled = s.agent.delete(&path).await.expect(200).json();
    assert_eq!(
        (&recalled["text"], recalled["recalled_at"].is_string()),
        (&json!(""), true)
    );
    assert_eq!(s.row().await["last_message"]["preview"], "");
    let late = s.answers("Later").await;
    s.t.let_pass(Duration::from_mins(16)).await;
    let path = format!("/api/v1/messages/{}", late["id"].as_str().expect("an id"));
    assert_eq!(
        s.agent.delete(&path).await.summary(),
        "409 message-not-editable"
    );
}

#[tokio::test]
async fn notes_call_colleagues_and_stay_inside() {
    let s = scene().await;
    let note = json!({ "kind": "note", "text": "Ask the workshop", "mentions": [s.t.admin.id] });
    s.agent
        .post(s.path("/messages"))
        .json(note)
        .await
        .expect(201);
    assert!(
        s.row().await["waiting_since"].is_string(),
        "a note is no answer"
    );
    let counters = s.t.admin.get("/api/v1/counters").await.expect(200).json();
    assert_eq!(counters["mentions_unseen"], 1);
    let list =
        s.t.admin
            .get("/api/v1/conversations?view=mentions")
            .await
            .expect(200)
            .json();
    assert_eq!(list["items"][0]["id"], s.id.to_string());
    s.t.admin
        .post(s.path("/seen"))
        .json(json!({ "seq": 2 }))
        .await
        .expect(200);
    let counters = s.t.admin.get("/api/v1/counters").await.expect(200).json();
    assert_eq!(counters["mentions_unseen"], 0);
    let seen = s
        .visitor
        .get("/api/v1/widget/messages")
        .await
        .expect(200)
        .json();
    assert_eq!(seen["items"].as_array().map(Vec::len), Some(1));
    assert!(!seen.to_string().contains("workshop"));
}

#[tokio::test]
async fn drafts_are_kept_until_they_are_sent() {
    let s = scene().await;
    let draft = json!({ "kind": "text", "text": "Yes, but" });
    s.agent
        .put(s.path("/draft"))
        .json(draft.clone())
        .await
        .expect(204);
    assert_eq!(
        s.agent.get(s.path("/draft")).await.expect(200).json(),
        json!([draft])
    );
    assert_eq!(
        s.t.admin.get(s.path("/draft")).await.expect(200).json(),
        json!([])
    );
    s.answers("Yes, but wash it by hand").await;
    assert_eq!(
        s.agent.get(s.path("/draft")).await.expect(200).json(),
        json!([])
    );
}

#[tokio::test]
async fn many_are_changed_at_once_and_each_refusal_is_told() {
    let s = scene().await;
    let missing = "cv_00000000000000000000000001";
    let body = json!({ "ids": [s.id, missing], "action": { "kind": "resolve" } });
    let result = s
        .agent
        .post("/api/v1/conversations/bulk")
        .json(body)
        .await
        .expect(200)
        .json();
    assert_eq!(
        result,
        json!({ "refused": [{ "id": missing, "code": "not-found" }], "changed": 1 })
    );
    assert_eq!(s.row().await["status"]["kind"], "resolved");
    let many: Vec<_> = (0..201).map(|_| s.id).collect();
    let body = json!({ "ids": many, "action": { "kind": "reopen" } });
    let refused = s.agent.post("/api/v1/conversations/bulk").json(body).await;
    assert_eq!(refused.summary(), "422 too-many /ids");
}

#[tokio::test]
async fn lists_are_paged_and_a_strange_filter_is_named() {
    let s = scene().await;
    let inbox = s.t.inbox("Two").await;
    for _ in 0..4 {
        s.t.visitor(&inbox).await.writes("hi").await.expect(201);
    }
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/conversations?limit=2{next}");
        let page = s.t.admin.get(path).await.expect(200).json();
        seen.extend(
            page["items"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|row| row["number"].as_i64()),
        );
        let Some(cursor) = page["next"].as_str() else {
            break;
        };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(seen, [Some(5), Some(4), Some(3), Some(2), Some(1)]);
    let strange = s.t.admin.get("/api/v1/conversations?view=everything").await;
    assert_eq!(strange.summary(), "400 invalid-query view");
    let waiting =
        s.t.admin
            .get("/api/v1/conversations?sort=waiting&limit=1")
            .await
            .expect(200)
            .json();
    assert_eq!(waiting["items"][0]["number"], 1);
}
