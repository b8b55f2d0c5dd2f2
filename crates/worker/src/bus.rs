//! The bus of an installation on one PostgreSQL without another service: what happens on
//! this node goes straight to its own listeners, and to other nodes by `NOTIFY`.

use serde_json::{Value, json};
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_ports::bus::Receiver;
use zhiyin_ports::system::LocalBus;
use zhiyin_ports::{Bus, Subscription, Topic, Wake};
use zhiyin_store::StoreError;
use zhiyin_store::notify::Notifier;

/// Carries wake-ups and signals between the nodes on one PostgreSQL.
pub struct PostgresBus {
    local: LocalBus,
    node: String,
    notifier: Notifier,
}

impl PostgresBus {
    /// Connects in the background. `node` must differ between nodes.
    pub fn start(url: &str, node: &str) -> Result<Self, StoreError> {
        let local = LocalBus::new();
        let (inner, own) = (local.clone(), node.to_owned());
        let hear = move |word: &str| match parse(word) {
            Some((from, wake)) if from != own => inner.publish(wake),
            Some(_) => {}
            None => tracing::debug!("A word of another node cannot be read"),
        };
        let notifier = Notifier::start(url, hear)?;
        Ok(Self {
            local,
            node: node.to_owned(),
            notifier,
        })
    }
}

impl Bus for PostgresBus {
    fn publish(&self, wake: Wake) {
        if let Some(word) = write(&self.node, &wake) {
            self.notifier.send(word);
        } else {
            tracing::error!("A signal is not text and stays on this node");
        }
        self.local.publish(wake);
    }

    fn subscribe(&self, topic: Topic, receiver: Receiver) -> Subscription {
        self.local.subscribe(topic, receiver)
    }
}

const fn name(topic: Topic) -> &'static str {
    match topic {
        Topic::Events => "events",
        Topic::Jobs => "jobs",
        Topic::Signals => "signals",
    }
}

/// Payloads are JSON texts, so they travel as they are.
fn write(node: &str, wake: &Wake) -> Option<String> {
    let payload = std::str::from_utf8(&wake.payload).ok()?;
    let word = json!({
        "node": node,
        "topic": name(wake.topic),
        "workspace": wake.workspace,
        "payload": payload,
    });
    Some(word.to_string())
}

fn parse(word: &str) -> Option<(String, Wake)> {
    let value: Value = serde_json::from_str(word).ok()?;
    let topic = match value["topic"].as_str()? {
        "events" => Topic::Events,
        "jobs" => Topic::Jobs,
        "signals" => Topic::Signals,
        _ => return None,
    };
    let workspace: Option<WorkspaceId> = serde_json::from_value(value["workspace"].clone()).ok()?;
    let payload = value["payload"].as_str()?.as_bytes().to_vec();
    let node = value["node"].as_str()?.to_owned();
    Some((
        node,
        Wake {
            topic,
            workspace,
            payload,
        },
    ))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_word_says_what_was_published() {
        for workspace in [None, Some(WorkspaceId::from_uuid(Uuid::from_u128(7)))] {
            for topic in [Topic::Events, Topic::Jobs, Topic::Signals] {
                let wake = Wake {
                    topic,
                    workspace,
                    payload: "{\"名\":1}".as_bytes().to_vec(),
                };
                let word = write("a", &wake).expect("a text");
                assert_eq!(parse(&word), Some(("a".to_owned(), wake)));
            }
        }
        for word in ["", "{}", "[]", r#"{"topic":"x"}"#, "null"] {
            assert_eq!(parse(word), None, "{word}");
        }
    }
}
