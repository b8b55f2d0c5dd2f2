//! Who is connected, and who gets what.
//!
//! A room is a workspace with at least one connection on this node. The feed reads the
//! event log once per room, builds each frame once and hands it to the hub, which pushes
//! a shared copy into the mailbox of everybody who may see it. The hub reads no database
//! and knows no frame's content.
//!
//! Order of joining: the room has a cursor before the first connection is in it, and a
//! connection is in the room before it reads the log. So what it reads plus what it is
//! pushed has no gap, and what was read is not taken again (`Mailbox::raise_floor`).

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Semaphore;
use zhiyin_domain::ids::{IdentityId, WorkspaceId};

use super::mailbox::{Bye, Capacity, Frame, Mailbox};
use super::room::{AgentLink, Delivery, Room, VisitorConnection, VisitorLink};
use super::wheel::Wheel;
use crate::config::StreamConfig;

/// Hellos that may be in the store at once; the others wait here instead of there.
const HELLOS_AT_ONCE: usize = 128;
/// After so many events that an agent did not see they are told the place in the log.
const PROGRESS_EVENTS: i64 = 100;

/// The connections of this node. Clones share it.
#[derive(Debug, Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: StreamConfig,
    wheel: Wheel,
    rooms: RwLock<HashMap<WorkspaceId, Arc<Room>>>,
    agents: AtomicUsize,
    visitors: AtomicUsize,
    silent: AtomicUsize,
    is_closing: AtomicBool,
    /// Hellos that may be in the store at once.
    admission: Arc<Semaphore>,
}

/// A connection's place in a room; dropping it leaves the room.
#[derive(Debug)]
pub struct Seat {
    hub: Hub,
    workspace: WorkspaceId,
    who: Who,
}

#[derive(Debug)]
enum Who {
    Agent(Arc<AgentLink>),
    Visitor(IdentityId, Arc<Mailbox>),
}

/// How many are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connected {
    /// Agents' connections.
    pub agents: usize,
    /// Visitors' connections.
    pub visitors: usize,
    /// Connections that have not said hello.
    pub silent: usize,
}

impl Hub {
    /// A hub without connections.
    #[must_use]
    pub fn new(config: StreamConfig) -> Self {
        let wheel = Wheel::new(&config);
        let inner = Inner {
            config,
            wheel,
            rooms: RwLock::default(),
            agents: AtomicUsize::new(0),
            visitors: AtomicUsize::new(0),
            silent: AtomicUsize::new(0),
            is_closing: AtomicBool::new(false),
            admission: Arc::new(Semaphore::new(HELLOS_AT_ONCE)),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &StreamConfig {
        &self.inner.config
    }

    /// The timer of all connections.
    #[must_use]
    pub fn wheel(&self) -> &Wheel {
        &self.inner.wheel
    }

    /// Hellos that may be in the store at once.
    pub(crate) fn admission(&self) -> Arc<Semaphore> {
        Arc::clone(&self.inner.admission)
    }

    /// How much may wait for an agent.
    #[must_use]
    pub fn agent_capacity(&self) -> Capacity {
        Capacity {
            frames: self.inner.config.agent_queue_frames,
            bytes: self.inner.config.queue_bytes,
        }
    }

    /// How much may wait for a visitor.
    #[must_use]
    pub fn visitor_capacity(&self) -> Capacity {
        Capacity {
            frames: self.inner.config.visitor_queue_frames,
            bytes: self.inner.config.queue_bytes,
        }
    }

    /// How many are connected.
    #[must_use]
    pub fn connected(&self) -> Connected {
        Connected {
            agents: self.inner.agents.load(Ordering::Relaxed),
            visitors: self.inner.visitors.load(Ordering::Relaxed),
            silent: self.inner.silent.load(Ordering::Relaxed),
        }
    }

    /// A new connection that has not said who it is. None if there are too many of them.
    #[must_use]
    pub fn welcome(&self) -> Option<Stranger> {
        let before = self.inner.silent.fetch_add(1, Ordering::Relaxed);
        let stranger = Stranger { hub: self.clone() };
        let is_open = before < self.inner.config.silent_connections_max
            && !self.inner.is_closing.load(Ordering::Relaxed);
        is_open.then_some(stranger)
    }

    /// The room of a workspace, if somebody is in it.
    #[must_use]
    pub fn room(&self, workspace: WorkspaceId) -> Option<Arc<Room>> {
        self.inner
            .rooms
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&workspace)
            .cloned()
    }

    /// The workspaces with connections, and how far each was served.
    #[must_use]
    pub fn rooms(&self) -> Vec<(WorkspaceId, Arc<Room>)> {
        let rooms = self
            .inner
            .rooms
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        rooms
            .iter()
            .map(|(workspace, room)| (*workspace, Arc::clone(room)))
            .collect()
    }

    /// Puts an agent's connection into its room. `head` is a place in the log that was read
    /// before this call; it becomes the cursor if the room is new.
    pub fn seat_agent(
        &self,
        workspace: WorkspaceId,
        head: i64,
        link: AgentLink,
    ) -> Result<(Seat, Arc<AgentLink>), Bye> {
        let link = Arc::new(link);
        let room = self.enter(workspace, head);
        let seat = Seat {
            hub: self.clone(),
            workspace,
            who: Who::Agent(Arc::clone(&link)),
        };
        self.inner.agents.fetch_add(1, Ordering::Relaxed);
        let mut agents = room.agents.write().unwrap_or_else(PoisonError::into_inner);
        agents.push(Arc::clone(&link));
        let same = agents
            .iter()
            .filter(|other| other.agent.is_some() && other.agent == link.agent)
            .count();
        drop(agents);
        if same > self.inner.config.agent_connections_max {
            return Err(Bye::TooMany);
        }
        self.refuse_when_closing()?;
        Ok((seat, link))
    }

    /// Puts a visitor's connection into its room; see [`Hub::seat_agent`].
    pub fn seat_visitor(
        &self,
        workspace: WorkspaceId,
        head: i64,
        visitor: VisitorConnection,
        mailbox: &Arc<Mailbox>,
    ) -> Result<Seat, Bye> {
        let identity = visitor.identity;
        let room = self.enter(workspace, head);
        let seat = Seat {
            hub: self.clone(),
            workspace,
            who: Who::Visitor(identity, Arc::clone(mailbox)),
        };
        self.inner.visitors.fetch_add(1, Ordering::Relaxed);
        let mut visitors = room.shard(identity);
        let links = visitors.entry(identity).or_default();
        links.push(VisitorLink {
            mailbox: Arc::clone(mailbox),
            who: visitor,
        });
        let same = links.len();
        drop(visitors);
        if same > self.inner.config.visitor_connections_max {
            return Err(Bye::TooMany);
        }
        self.refuse_when_closing()?;
        Ok(seat)
    }

    /// Hands events to everybody in the room who may see them, and moves its cursor.
    pub fn deliver(&self, room: &Room, deliveries: &[Delivery], cursor: i64) {
        let (for_agents, for_visitors) = (self.agent_capacity(), self.visitor_capacity());
        let agents = room
            .agents
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for link in &agents {
            deliver_to(link, deliveries, for_agents);
            tell_progress(link, cursor, for_agents);
        }
        for delivery in deliveries {
            let Some((identity, text)) = &delivery.visitor else {
                continue;
            };
            for link in room.shard(*identity).get(identity).into_iter().flatten() {
                link.mailbox.push(
                    Frame {
                        seq: delivery.seq,
                        text: text.clone(),
                    },
                    for_visitors,
                );
            }
        }
        room.cursor.fetch_max(cursor, Ordering::AcqRel);
    }

    /// Says goodbye to everybody: each gets what waits, a farewell, and is closed.
    pub fn close(&self) {
        self.inner.is_closing.store(true, Ordering::SeqCst);
        for (_, room) in self.rooms() {
            room.for_each_mailbox(|mailbox| mailbox.end(Bye::GoingAway));
        }
    }

    /// Whether nobody is connected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let connected = self.connected();
        connected.agents == 0 && connected.visitors == 0 && connected.silent == 0
    }

    /// Whether the server is going away.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.inner.is_closing.load(Ordering::SeqCst)
    }

    /// A connection that sat down while the server began to close was not told.
    fn refuse_when_closing(&self) -> Result<(), Bye> {
        if self.is_closing() {
            Err(Bye::GoingAway)
        } else {
            Ok(())
        }
    }

    fn enter(&self, workspace: WorkspaceId, head: i64) -> Arc<Room> {
        let mut rooms = self
            .inner
            .rooms
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let room = rooms
            .entry(workspace)
            .or_insert_with(|| Arc::new(Room::new(head)));
        room.members.fetch_add(1, Ordering::AcqRel);
        Arc::clone(room)
    }

    fn leave(&self, workspace: WorkspaceId) {
        let mut rooms = self
            .inner
            .rooms
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let is_last = rooms
            .get(&workspace)
            .is_some_and(|room| room.members.fetch_sub(1, Ordering::AcqRel) == 1);
        if is_last {
            rooms.remove(&workspace);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(room) = self.hub.room(self.workspace) {
            match &self.who {
                Who::Agent(link) => {
                    link.mailbox.close();
                    let mut agents = room.agents.write().unwrap_or_else(PoisonError::into_inner);
                    agents.retain(|other| !Arc::ptr_eq(other, link));
                }
                Who::Visitor(identity, mailbox) => {
                    mailbox.close();
                    let mut visitors = room.shard(*identity);
                    if let Some(links) = visitors.get_mut(identity) {
                        links.retain(|link| !Arc::ptr_eq(&link.mailbox, mailbox));
                        if links.is_empty() {
                            visitors.remove(identity);
                        }
                    }
                }
            }
        }
        match self.who {
            Who::Agent(_) => self.hub.inner.agents.fetch_sub(1, Ordering::Relaxed),
            Who::Visitor(..) => self.hub.inner.visitors.fetch_sub(1, Ordering::Relaxed),
        };
        self.hub.leave(self.workspace);
    }
}

/// Pushes what the agent may see.
fn deliver_to(link: &AgentLink, deliveries: &[Delivery], capacity: Capacity) {
    let view = link.view.read().unwrap_or_else(PoisonError::into_inner);
    for delivery in deliveries {
        let agents = delivery.agents.as_ref();
        let shared = agents.and_then(|agents| agents.text_for(link, &view));
        let personal = delivery.personal.as_ref();
        let personal = personal.filter(|(agent, _)| link.agent == Some(*agent));
        for text in shared.into_iter().chain(personal.map(|(_, text)| text)) {
            let frame = Frame {
                seq: delivery.seq,
                text: text.clone(),
            };
            if !link.mailbox.push(frame, capacity) {
                return;
            }
            link.told.store(delivery.seq, Ordering::Relaxed);
        }
    }
}

/// Who sees little of what happens must still know how far the log has come: else they
/// would come back with a place that is too old.
fn tell_progress(link: &AgentLink, cursor: i64, capacity: Capacity) {
    if cursor - link.told.load(Ordering::Relaxed) < PROGRESS_EVENTS {
        return;
    }
    let text = format!(r#"{{"t":"seq","seq":{cursor}}}"#).into();
    link.mailbox.push(Frame { seq: cursor, text }, capacity);
    link.told.store(cursor, Ordering::Relaxed);
}

/// A connection before its hello. Counted, so that they cannot fill the house.
#[derive(Debug)]
pub struct Stranger {
    hub: Hub,
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.hub.inner.silent.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[path = "hub_tests.rs"]
mod tests;
