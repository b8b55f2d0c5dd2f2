//! The connections of one workspace on this node.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use axum::extract::ws::Utf8Bytes;
use zhiyin_app::Principal;
use zhiyin_app::blocks::BlockedNetworks;
use zhiyin_domain::ids::{AgentId, ConversationId, IdentityId, InboxId, VisitorTokenId};
use zhiyin_domain::permission::{Resource, Visibility};

use super::mailbox::{Bye, Capacity, Frame, Mailbox};

/// Visitors of a room are spread over this many locks.
const SHARDS: usize = 16;

/// The connections of one workspace.
#[derive(Debug)]
pub struct Room {
    /// Place in the log up to which everybody here has been served.
    pub(super) cursor: AtomicI64,
    pub(super) agents: RwLock<Vec<Arc<AgentLink>>>,
    visitors: [Mutex<HashMap<IdentityId, Vec<VisitorLink>>>; SHARDS],
    pub(super) members: AtomicUsize,
}

/// An agent's connection as the hub sees it.
#[derive(Debug)]
pub struct AgentLink {
    /// Where frames go.
    pub mailbox: Arc<Mailbox>,
    /// Whose it is; none for an app token.
    pub agent: Option<AgentId>,
    /// What may be seen through it.
    pub view: RwLock<Visibility>,
    /// Which cases may be seen through it.
    pub cases: RwLock<Visibility>,
    /// Whether whispers to others are seen through it.
    pub leads: AtomicBool,
    /// The conversation that is open on the screen.
    pub watching: Mutex<Option<ConversationId>>,
    /// The last place in the log that the client was told.
    pub told: AtomicI64,
    /// Set when the credentials must be checked again.
    pub must_recheck: AtomicBool,
    /// Who opened it, to be asked about again.
    pub principal: Arc<Principal>,
}

/// A visitor's connection as the hub sees it.
#[derive(Debug)]
pub(super) struct VisitorLink {
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) who: VisitorConnection,
}

/// Whose connection it is.
#[derive(Debug, Clone, Copy)]
pub struct VisitorConnection {
    /// As whom they write.
    pub identity: IdentityId,
    /// The token it was opened with.
    pub token: VisitorTokenId,
    /// Where it comes from, if that is known.
    pub address: Option<IpAddr>,
}

/// Which agents get a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// All of the workspace.
    Everyone,
    /// Those who may read conversations that belong there.
    Readers(Resource),
    /// The same, but only this agent and those who lead the floor get the message.
    Whisper(Resource, AgentId),
    /// Those who may see cases that belong there, and those who are part of this one.
    Case(Resource, BTreeSet<AgentId>),
}

/// One event, ready to be sent.
#[derive(Debug)]
pub struct Delivery {
    /// Its place in the log.
    pub seq: i64,
    /// For agents.
    pub agents: Option<AgentDelivery>,
    /// For one agent only, besides.
    pub personal: Option<(AgentId, Utf8Bytes)>,
    /// For one visitor.
    pub visitor: Option<(IdentityId, Utf8Bytes)>,
}

/// The part of an event that agents get.
#[derive(Debug)]
pub struct AgentDelivery {
    /// Who gets `frame`.
    pub audience: Audience,
    /// The event.
    pub frame: Utf8Bytes,
    /// The event without its message, for those a whisper is not for.
    pub without_message: Option<Utf8Bytes>,
    /// Where the conversation belonged before, and the frame for those who lost sight of it.
    pub left: Option<(Resource, Utf8Bytes)>,
}

impl AgentDelivery {
    /// The text for the agent of a connection that sees so much, if there is one.
    pub(crate) fn text_for(&self, link: &AgentLink, view: &Visibility) -> Option<&Utf8Bytes> {
        let leads = || link.leads.load(Ordering::Acquire);
        let includes = |resource: &Resource| {
            let cases = link.cases.read().unwrap_or_else(PoisonError::into_inner);
            cases.includes(resource)
        };
        self.text_seen_by(link.agent, view, leads, includes)
    }

    /// The text for somebody who sees these conversations and cases, if there is one.
    pub(crate) fn text_seen_by(
        &self,
        agent: Option<AgentId>,
        view: &Visibility,
        leads: impl FnOnce() -> bool,
        includes_case: impl FnOnce(&Resource) -> bool,
    ) -> Option<&Utf8Bytes> {
        let is_seen = match &self.audience {
            Audience::Everyone => true,
            Audience::Readers(resource) => view.includes(resource),
            Audience::Whisper(resource, to) if view.includes(resource) => {
                let hears = agent == Some(*to) || leads();
                return match &self.without_message {
                    Some(without) if !hears => Some(without),
                    Some(_) | None => Some(&self.frame),
                };
            }
            Audience::Whisper(..) => false,
            Audience::Case(resource, involved) => {
                includes_case(resource) || agent.is_some_and(|agent| involved.contains(&agent))
            }
        };
        if is_seen {
            return Some(&self.frame);
        }
        let (before, frame) = self.left.as_ref()?;
        view.includes(before).then_some(frame)
    }

    /// The inbox it happened in, if it belongs to one.
    pub(crate) fn inbox(&self) -> Option<InboxId> {
        match &self.audience {
            Audience::Readers(resource)
            | Audience::Whisper(resource, _)
            | Audience::Case(resource, _) => resource.inbox,
            Audience::Everyone => None,
        }
    }

    /// The text without what is said to one colleague only.
    pub(crate) fn text_for_systems(&self) -> &Utf8Bytes {
        self.without_message.as_ref().unwrap_or(&self.frame)
    }
}

impl Room {
    pub(super) fn new(head: i64) -> Self {
        Self {
            cursor: AtomicI64::new(head),
            agents: RwLock::default(),
            visitors: Default::default(),
            members: AtomicUsize::new(0),
        }
    }

    /// Place in the log up to which everybody here has been served.
    #[must_use]
    pub fn cursor(&self) -> i64 {
        self.cursor.load(Ordering::Acquire)
    }

    /// The agents' connections.
    #[must_use]
    pub fn agents(&self) -> Vec<Arc<AgentLink>> {
        self.agents
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether an agent is connected.
    #[must_use]
    pub fn has_agents(&self) -> bool {
        !self
            .agents
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
    }

    /// Whether a visitor is connected.
    #[must_use]
    pub fn has_visitor(&self, identity: IdentityId) -> bool {
        self.shard(identity).contains_key(&identity)
    }

    /// Sends something outside the log to a visitor's connections.
    pub fn tell_visitor(&self, identity: IdentityId, text: &Utf8Bytes, capacity: Capacity) {
        for link in self.shard(identity).get(&identity).into_iter().flatten() {
            link.mailbox.push(Frame::loose(text.clone()), capacity);
        }
    }

    /// Cuts the connections that used a visitor's token, or all of the identity.
    pub fn cut_visitor(&self, identity: IdentityId, token: Option<VisitorTokenId>) {
        for link in self.shard(identity).get(&identity).into_iter().flatten() {
            if token.is_none_or(|token| token == link.who.token) {
                link.mailbox.cut(Bye::Unauthenticated);
            }
        }
    }

    /// Cuts the connections of a visitor who was blocked.
    pub(super) fn cut_blocked(&self, identity: IdentityId) {
        for link in self.shard(identity).get(&identity).into_iter().flatten() {
            link.mailbox.cut(Bye::Blocked);
        }
    }

    /// Cuts the visitors' connections that come from blocked networks.
    pub(super) fn cut_networks(&self, networks: &BlockedNetworks) {
        for shard in &self.visitors {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for link in shard.values().flatten() {
                if link.who.address.is_some_and(|it| networks.contain(it)) {
                    link.mailbox.cut(Bye::Blocked);
                }
            }
        }
    }

    pub(super) fn for_each_mailbox(&self, f: impl Fn(&Mailbox)) {
        for link in self.agents() {
            f(&link.mailbox);
        }
        for shard in &self.visitors {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for link in shard.values().flatten() {
                f(&link.mailbox);
            }
        }
    }

    pub(super) fn shard(
        &self,
        identity: IdentityId,
    ) -> MutexGuard<'_, HashMap<IdentityId, Vec<VisitorLink>>> {
        let last = identity.uuid().as_bytes()[15];
        self.visitors[usize::from(last) % SHARDS]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
