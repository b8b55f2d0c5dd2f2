//! A shop with one queue, and agents who come and go.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::ids::{AgentId, ConversationId};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{TestAgent, TestApp, TestInbox, TestVisitor};

/// The shop.
pub struct Shop {
    /// The program.
    pub t: TestApp,
    /// Where customers come.
    pub inbox: TestInbox,
    /// Where they wait.
    pub queue: String,
}

/// A customer who has written.
pub struct Customer {
    /// Their browser.
    pub visitor: TestVisitor,
    /// Their conversation.
    pub id: ConversationId,
}

impl Shop {
    /// A shop whose queue has this policy.
    pub async fn open(policy: Value) -> Self {
        Self::over(TestApp::new().await, policy).await
    }

    /// The same over a program that is there.
    pub async fn over(t: TestApp, policy: Value) -> Self {
        let inbox = t.inbox("Shop").await;
        let mut body = json!({ "name": "Sales" });
        if let (Some(body), Some(policy)) = (body.as_object_mut(), policy.as_object()) {
            body.extend(policy.clone());
        }
        let queue = t.admin.post("/api/v1/queues").json(body).await;
        let queue = queue.expect(201).text_at("/id");
        let routing = json!({ "routing": { "queue_id": queue } });
        t.admin
            .patch(format!("/api/v1/inboxes/{}", inbox.id))
            .json(routing)
            .await
            .expect(200);
        Self { t, inbox, queue }
    }

    /// An agent who is not there yet.
    pub async fn hire(&self, name: &str) -> TestAgent {
        let inboxes = [self.inbox.id];
        self.t.agent(name, BuiltinRole::Agent, &inboxes).await
    }

    /// An agent who is at work.
    pub async fn online(&self, name: &str) -> TestAgent {
        let agent = self.hire(name).await;
        self.set(&agent, "online").await;
        agent
    }

    /// An agent says whether they take work, and what follows happens.
    pub async fn set(&self, agent: &TestAgent, presence: &str) {
        let body = json!({ "presence": presence });
        let chosen = agent.put("/api/v1/me/presence").json(body).await;
        chosen.expect(200);
        self.t.run_until_idle().await;
    }

    /// Says what an agent can do.
    pub async fn describe(&self, agent: AgentId, profile: Value) {
        let path = format!("/api/v1/agents/{agent}/profile");
        let set = self.t.admin.put(path).json(profile).await;
        set.expect(200);
    }

    /// A new customer writes, and what follows happens.
    pub async fn customer(&self, text: &str) -> Customer {
        let visitor = self.t.visitor(&self.inbox).await;
        visitor.writes(text).await.expect(201);
        self.t.run_until_idle().await;
        let id = visitor.conversation().await;
        Customer { visitor, id }
    }

    /// Time passes while these agents stay connected and touch things.
    pub async fn pass(&self, seconds: u64, present: &[&TestAgent]) {
        let mut left = seconds;
        while left > 0 {
            // Shorter than half a lease, as on a node that runs.
            let step = left.min(5);
            self.t.clock.advance(Duration::from_secs(step));
            for agent in present {
                agent.post("/api/v1/me/activity").await.expect(204);
            }
            left -= step;
            self.t.run_until_idle().await;
        }
    }

    /// The conversation's row, as the administrator sees it.
    pub async fn row(&self, id: ConversationId) -> Value {
        let path = format!("/api/v1/conversations/{id}");
        self.t.admin.get(path).await.expect(200).json()
    }

    /// Who has the turn, and which agent has it.
    pub async fn place(&self, id: ConversationId) -> (String, Option<String>) {
        let row = self.row(id).await;
        let handler = row["handler"].as_str().unwrap_or_default().to_owned();
        (handler, row["assignee_id"].as_str().map(str::to_owned))
    }

    /// Where the conversation stands and what was decided.
    pub async fn routing(&self, id: ConversationId) -> Value {
        let path = format!("/api/v1/conversations/{id}/routing");
        self.t.admin.get(path).await.expect(200).json()
    }
}

/// What an agent is asked to take: conversations.
pub async fn offered(agent: &TestAgent) -> Vec<String> {
    let offers = agent.get("/api/v1/offers").await.expect(200).json();
    let items = offers["items"].as_array().cloned().unwrap_or_default();
    let id = |offer: &Value| {
        offer["conversation_id"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    items.iter().map(id).collect()
}

/// The first thing an agent is asked to take.
pub async fn first_offer(agent: &TestAgent) -> Value {
    let offers = agent.get("/api/v1/offers").await.expect(200).json();
    offers["items"][0].clone()
}

/// An agent answers the first offer; gives the summary of the answer.
pub async fn answer(agent: &TestAgent, offer: &Value, word: &str) -> String {
    let item = offer["item_id"].as_str().unwrap_or_default();
    let request = agent.post(format!("/api/v1/offers/{item}/{word}"));
    let answer = match word {
        "decline" => request.json(json!({})).await,
        _ => request.await,
    };
    answer.summary()
}
