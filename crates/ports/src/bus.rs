//! Wake-ups and passing signals between the nodes of an installation.
//!
//! What travels here may be lost, doubled or late: a wake-up only says "look
//! again", and whoever is woken reads the database. Losing the bus costs
//! milliseconds, never data.

use zhiyin_domain::ids::WorkspaceId;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// New events wait to be published or have been published.
    Events,
    /// New jobs wait to be run.
    Jobs,
    /// Typing, viewing and presence: the payload is all there is.
    Signals,
}

/// One message on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wake {
    /// What it is about.
    pub topic: Topic,
    /// Whom it concerns; none for the whole installation.
    pub workspace: Option<WorkspaceId>,
    /// Empty for wake-ups.
    pub payload: Vec<u8>,
}

impl Wake {
    /// A wake-up without payload.
    pub const fn up(topic: Topic, workspace: Option<WorkspaceId>) -> Self {
        Self {
            topic,
            workspace,
            payload: Vec::new(),
        }
    }
}

/// What to do with a message. Runs on the bus's thread: it may set a flag or
/// send into a channel, and must not block.
pub type Receiver = Box<dyn Fn(&Wake) + Send + Sync>;

/// Carries messages to every node, this one included.
pub trait Bus: Send + Sync {
    /// Hands a message over; never blocks and never fails for the caller.
    fn publish(&self, wake: Wake);
    /// Calls the receiver for each message of the topic until the
    /// subscription is dropped.
    #[must_use = "dropping the subscription ends it"]
    fn subscribe(&self, topic: Topic, receiver: Receiver) -> Subscription;
}

/// Keeps a receiver connected for as long as it lives.
pub struct Subscription {
    end: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Subscription {
    /// A subscription that calls `end` when it is dropped.
    pub fn new(end: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self {
            end: Some(Box::new(end)),
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            end();
        }
    }
}
