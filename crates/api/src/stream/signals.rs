//! Typing, viewing, previews and presence: true for a moment, never stored.
//!
//! Every signal says until when it holds; whoever heard it forgets it then. Signals go to
//! those who look at the conversation (and its assignee), on every node: the bus carries
//! them, and losing one loses nothing but a moment. Presence is a lease that connections
//! renew; when the last one is gone the agent is offline, also after a crash.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use zhiyin_app::{App, presence};
use zhiyin_domain::ids::{AgentId, ConversationId, IdentityId, VisitorTokenId, WorkspaceId};
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::{Subscription, Topic, Wake};
use zhiyin_store::Tx;

use super::feed::Loaded;
use super::hub::Hub;
use super::mailbox::Frame;
use super::room::{AgentLink, Room};
use super::signal::{
    Envelope, Place, Signal, agent_writes_frame, presence_frame, typing_frame, viewing_frame,
};
use crate::state::AppState;

/// Typing holds this long without being repeated.
const TYPING: Duration = Duration::from_secs(6);
/// Viewing holds this long; the server repeats it while the conversation stays open.
const VIEWING: Duration = Duration::from_mins(1);
/// A connected agent is believed to be there this long.
const PRESENCE: Duration = Duration::from_mins(1);
/// Viewing and presence are renewed this often, in ticks of the wheel.
pub(super) const RENEW_TICKS: u32 = 20;
/// Conversations whose place is remembered; beyond it the memory starts afresh.
const PLACES_MAX: usize = 20_000;
/// Longest preview of what a visitor types, in characters.
const PREVIEW_CHARS_MAX: usize = 300;

/// The signals of this node.
pub struct Signals {
    inner: Arc<Inner>,
    _subscription: Subscription,
}

struct Inner {
    app: App,
    hub: Hub,
    places: Mutex<HashMap<ConversationId, Place>>,
    viewers: Mutex<HashMap<ConversationId, HashMap<AgentId, Timestamp>>>,
    present: Mutex<HashMap<(WorkspaceId, AgentId), Timestamp>>,
    ticks: AtomicU32,
}

impl Signals {
    /// Listens to the bus from now on.
    #[must_use]
    pub fn new(app: &App, hub: Hub) -> Self {
        let inner = Arc::new(Inner {
            app: app.clone(),
            hub,
            places: Mutex::default(),
            viewers: Mutex::default(),
            present: Mutex::default(),
            ticks: AtomicU32::new(0),
        });
        let weak = Arc::downgrade(&inner);
        let receive = Box::new(move |wake: &Wake| {
            if let Some(inner) = weak.upgrade() {
                inner.receive(wake);
            }
        });
        let subscription = app.parts().bus.subscribe(Topic::Signals, receive);
        Self {
            inner,
            _subscription: subscription,
        }
    }

    /// Remembers where a conversation belongs.
    pub(crate) fn place(&self, place: Place) {
        let mut places = lock(&self.inner.places);
        if places.len() >= PLACES_MAX {
            places.clear();
        }
        places.insert(place.conversation, place);
    }

    /// Where a conversation belongs, if it is remembered.
    pub(crate) fn place_of(&self, conversation: ConversationId) -> Option<Place> {
        lock(&self.inner.places).get(&conversation).copied()
    }

    /// Keeps what is remembered true.
    pub(crate) fn learn(&self, _workspace: WorkspaceId, loaded: &Loaded) {
        let mut places = lock(&self.inner.places);
        for view in loaded.conversations.values() {
            if let Some(place) = places.get_mut(&view.conversation.id) {
                *place = Place::of(view);
            }
        }
    }

    /// An agent writes, or stopped.
    pub(crate) fn agent_types(
        &self,
        workspace: WorkspaceId,
        place: Place,
        agent: Option<AgentId>,
        name: &str,
        is_typing: bool,
    ) {
        let now = self.inner.app.clock().now();
        let until = if is_typing { now.plus(TYPING) } else { now };
        self.inner.emit(
            workspace,
            Signal::AgentTyping {
                place,
                agent,
                name: name.to_owned(),
                until,
            },
        );
    }

    /// The visitor writes, or stopped. The preview is shown only where the inbox wants it.
    pub(crate) fn visitor_types(
        &self,
        workspace: WorkspaceId,
        place: Place,
        preview: Option<&str>,
    ) {
        let now = self.inner.app.clock().now();
        let until = if preview == Some("") {
            now
        } else {
            now.plus(TYPING)
        };
        let preview = preview.map(|text| text.chars().take(PREVIEW_CHARS_MAX).collect());
        self.inner.emit(
            workspace,
            Signal::VisitorTyping {
                place,
                until,
                preview,
            },
        );
    }

    /// An agent opened a conversation, or left it.
    pub(crate) fn agent_views(
        &self,
        workspace: WorkspaceId,
        place: Place,
        agent: AgentId,
        is_viewing: bool,
    ) {
        let now = self.inner.app.clock().now();
        let until = if is_viewing { now.plus(VIEWING) } else { now };
        self.inner.emit(
            workspace,
            Signal::Viewing {
                place,
                agent,
                until,
            },
        );
    }

    /// A visitor's token ended: its connections end on every node.
    pub fn visitor_gone(
        &self,
        workspace: WorkspaceId,
        identity: IdentityId,
        token: Option<VisitorTokenId>,
    ) {
        self.inner
            .emit(workspace, Signal::VisitorGone { identity, token });
    }

    /// An agent connected.
    pub(crate) fn agent_comes(&self, workspace: WorkspaceId, agent: AgentId) {
        let until = Some(self.inner.app.clock().now().plus(PRESENCE));
        self.inner
            .emit(workspace, Signal::Presence { agent, until });
    }

    /// Whether an agent is connected to any node, as far as this one knows.
    #[must_use]
    pub fn is_present(&self, workspace: WorkspaceId, agent: AgentId) -> bool {
        let now = self.inner.app.clock().now();
        lock(&self.inner.present)
            .get(&(workspace, agent))
            .is_some_and(|until| *until > now)
    }

    /// Tells a new connection who is there.
    pub(crate) fn greet(&self, workspace: WorkspaceId, link: &AgentLink) {
        let now = self.inner.app.clock().now();
        let present: Vec<(AgentId, Timestamp)> = lock(&self.inner.present)
            .iter()
            .filter(|((of, _), until)| *of == workspace && **until > now)
            .map(|((_, agent), until)| (*agent, *until))
            .collect();
        for (agent, until) in present {
            self.inner.push(link, &presence_frame(agent, Some(until)));
        }
    }

    /// Tells an agent who opens a conversation who else has it open.
    pub(crate) fn greet_viewer(&self, conversation: ConversationId, link: &AgentLink) {
        let now = self.inner.app.clock().now();
        let others: Vec<(AgentId, Timestamp)> = lock(&self.inner.viewers)
            .get(&conversation)
            .into_iter()
            .flatten()
            .filter(|(agent, until)| Some(**agent) != link.agent && **until > now)
            .map(|(agent, until)| (*agent, *until))
            .collect();
        for (agent, until) in others {
            self.inner
                .push(link, &viewing_frame(conversation, agent, until));
        }
    }

    /// A second has passed: leases are renewed and ended ones are told.
    pub(crate) fn tick(&self) {
        let tick = self
            .inner
            .ticks
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_add(1);
        if tick.is_multiple_of(RENEW_TICKS) {
            self.inner.renew();
        }
        self.inner.expire();
    }
}

impl Inner {
    /// Delivers here and hands to other nodes.
    fn emit(&self, workspace: WorkspaceId, signal: Signal) {
        self.deliver(workspace, &signal);
        let envelope = Envelope {
            node: self.app.parts().settings.node.clone(),
            signal,
        };
        match serde_json::to_vec(&envelope) {
            Ok(payload) => {
                let wake = Wake {
                    topic: Topic::Signals,
                    workspace: Some(workspace),
                    payload,
                };
                self.app.parts().bus.publish(wake);
            }
            Err(error) => tracing::error!("A signal cannot be serialised: {error}"),
        }
    }

    fn receive(&self, wake: &Wake) {
        let Some(workspace) = wake.workspace else {
            return;
        };
        match serde_json::from_slice::<Envelope>(&wake.payload) {
            Ok(envelope) if envelope.node == self.app.parts().settings.node => {}
            Ok(envelope) => self.deliver(workspace, &envelope.signal),
            Err(error) => tracing::debug!("A signal of another node cannot be read: {error}"),
        }
    }

    fn deliver(&self, workspace: WorkspaceId, signal: &Signal) {
        let room = self.hub.room(workspace);
        match signal {
            Signal::AgentTyping {
                place,
                agent,
                name,
                until,
            } => {
                let Some(room) = room else { return };
                let frame = typing_frame("typing", place.conversation, *agent, *until, None);
                self.to_watchers(&room, place, *agent, &frame);
                let frame = agent_writes_frame(name, *until);
                room.tell_visitor(place.identity, &frame, self.hub.visitor_capacity());
            }
            Signal::VisitorTyping {
                place,
                until,
                preview,
            } => {
                let Some(room) = room else { return };
                let kind = if preview.is_some() {
                    "preview"
                } else {
                    "typing"
                };
                let frame =
                    typing_frame(kind, place.conversation, None, *until, preview.as_deref());
                self.to_watchers(&room, place, None, &frame);
            }
            Signal::Viewing {
                place,
                agent,
                until,
            } => {
                self.note_viewer(place.conversation, *agent, *until);
                if let Some(room) = room {
                    let frame = viewing_frame(place.conversation, *agent, *until);
                    self.to_watchers(&room, place, Some(*agent), &frame);
                }
            }
            Signal::Presence { agent, until } => {
                self.note_presence(workspace, room.as_deref(), *agent, *until);
            }
            Signal::VisitorGone { identity, token } => {
                if let Some(room) = room {
                    room.cut_visitor(*identity, *token);
                }
            }
        }
    }

    fn note_viewer(&self, conversation: ConversationId, agent: AgentId, until: Timestamp) {
        let now = self.app.clock().now();
        let mut viewers = lock(&self.viewers);
        let agents = viewers.entry(conversation).or_default();
        if until > now {
            agents.insert(agent, until);
        } else {
            agents.remove(&agent);
        }
        if agents.is_empty() {
            viewers.remove(&conversation);
        }
    }

    /// Tells a change only; renewals are silent.
    fn note_presence(
        &self,
        workspace: WorkspaceId,
        room: Option<&Room>,
        agent: AgentId,
        until: Option<Timestamp>,
    ) {
        let key = (workspace, agent);
        let was_present = match until {
            Some(until) => lock(&self.present).insert(key, until).is_some(),
            None => lock(&self.present).remove(&key).is_some(),
        };
        if was_present != until.is_some() {
            let frame = presence_frame(agent, until);
            for link in room.map(Room::agents).into_iter().flatten() {
                self.push(&link, &frame);
            }
        }
    }

    /// Those who look at the conversation and those who have it, if they may see it.
    fn to_watchers(&self, room: &Room, place: &Place, except: Option<AgentId>, frame: &Utf8Bytes) {
        let resource = place.resource();
        for link in room.agents() {
            if except.is_some() && link.agent == except {
                continue;
            }
            let is_watching = *lock(&link.watching) == Some(place.conversation);
            let is_theirs = link.agent.is_some() && link.agent == place.assignee;
            if !is_watching && !is_theirs {
                continue;
            }
            let sees = link
                .view
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .includes(&resource);
            if sees {
                self.push(&link, frame);
            }
        }
    }

    fn push(&self, link: &AgentLink, text: &Utf8Bytes) {
        link.mailbox
            .push(Frame::loose(text.clone()), self.hub.agent_capacity());
    }

    fn renew(&self) {
        let now = self.app.clock().now();
        for (workspace, room) in self.hub.rooms() {
            let mut present: Vec<AgentId> = Vec::new();
            for link in room.agents() {
                let Some(agent) = link.agent else { continue };
                if !present.contains(&agent) {
                    present.push(agent);
                }
                let watching = *lock(&link.watching);
                let place = watching
                    .and_then(|conversation| lock(&self.places).get(&conversation).copied());
                if let Some(place) = place {
                    self.emit(
                        workspace,
                        Signal::Viewing {
                            place,
                            agent,
                            until: now.plus(VIEWING),
                        },
                    );
                }
            }
            for agent in present {
                self.emit(
                    workspace,
                    Signal::Presence {
                        agent,
                        until: Some(now.plus(PRESENCE)),
                    },
                );
            }
        }
    }

    fn expire(&self) {
        let now = self.app.clock().now();
        lock(&self.viewers).retain(|_, agents| {
            agents.retain(|_, until| *until > now);
            !agents.is_empty()
        });
        let gone: Vec<(WorkspaceId, AgentId)> = lock(&self.present)
            .iter()
            .filter(|(_, until)| **until <= now)
            .map(|(key, _)| *key)
            .collect();
        for (workspace, agent) in gone {
            self.note_presence(workspace, self.hub.room(workspace).as_deref(), agent, None);
        }
    }
}

/// Believes in the agents who are connected here for longer, also beyond a restart.
pub(super) async fn renew_leases(state: &AppState) {
    let now = state.now();
    for (workspace, room) in state.hub().rooms() {
        let agents: BTreeSet<AgentId> = room.agents().iter().filter_map(|it| it.agent).collect();
        let agents: Vec<AgentId> = agents.into_iter().collect();
        if agents.is_empty() {
            continue;
        }
        let renew = move |tx: &mut Tx<'_>| presence::renew(tx, &agents, now);
        if let Err(error) = state.app().store().write(workspace, renew).await {
            tracing::warn!("Agents who are connected may be taken for gone: {error}");
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
