//! Webhooks, API inboxes and the event log as integrations meet them.

mod channel;
mod deliveries;
mod events;
mod settings;

use serde_json::{Value, json};
use zhiyin_testkit::{Receiver, TestApp};

/// A workspace with a webhook that hears of everything.
struct Scene {
    t: TestApp,
    receiver: Receiver,
    id: String,
    secret: String,
}

impl Scene {
    async fn new() -> Self {
        Self::hearing(&[]).await
    }

    async fn hearing(event_types: &[&str]) -> Self {
        let t = TestApp::new().await;
        let receiver = Receiver::start();
        let body = json!({ "name": "Shop", "url": receiver.url(), "event_types": event_types });
        let made = t
            .admin
            .post("/api/v1/webhooks")
            .json(body)
            .await
            .expect(201);
        // What led up to here is not of interest.
        t.run_until_idle().await;
        let scene = Self {
            id: made.text_at("/webhook/id"),
            secret: made.text_at("/secret"),
            t,
            receiver,
        };
        assert!(scene.receiver.heard().len() <= 5);
        scene
    }

    async fn webhook(&self) -> Value {
        let path = format!("/api/v1/webhooks/{}", self.id);
        self.t.admin.get(path).await.expect(200).json()
    }

    async fn deliveries(&self, query: &str) -> Vec<Value> {
        let path = format!("/api/v1/webhooks/{}/deliveries{query}", self.id);
        let page = self.t.admin.get(path).await.expect(200).json();
        page["items"].as_array().expect("a list").clone()
    }

    /// Sends something harmless; gives the delivery as it stands afterwards.
    async fn test(&self) -> Value {
        let path = format!("/api/v1/webhooks/{}/test", self.id);
        let made = self.t.admin.post(path).await.expect(201);
        self.t.run_until_idle().await;
        self.delivery(&made.text_at("/id")).await["delivery"].clone()
    }

    async fn delivery(&self, id: &str) -> Value {
        let path = format!("/api/v1/webhook-deliveries/{id}");
        self.t.admin.get(path).await.expect(200).json()
    }
}
