//! From the event log to the hub.
//!
//! The feed is woken by commits here and by messages of other nodes. It reads what is new
//! in every room, loads each conversation and message it touches once, builds each frame
//! once, and hands them to the hub. Catching up uses the same code, so a connection sees
//! the same frames whether it was there or not.
//!
//! Within a batch only the last event of a conversation carries its row, and only the
//! last event of a message carries the message: rows are always the current ones, so an
//! earlier copy would say the same.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::watch;
use zhiyin_app::conversations::{MessageView, hydrate};
use zhiyin_app::presence::{self, PresenceView};
use zhiyin_app::promises::{PromiseView, view_at as promise_view};
use zhiyin_app::routing::{OfferView, VisitorQueue, offer_view, queue_of_visitor};
use zhiyin_app::scheduled_messages::{ScheduledView, view as view_of};
use zhiyin_domain::events::{Aggregate, Event};
use zhiyin_domain::ids::{
    AgentId, AvatarId, ConversationId, IdentityId, MessageId, PromiseId, QueueItemId,
    ScheduledMessageId, WorkspaceId,
};
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::Topic;
use zhiyin_store::conversations::{self, ConversationView};
use zhiyin_store::events::{self, StoredEvent};
use zhiyin_store::identity::agents;
use zhiyin_store::routing::items;
use zhiyin_store::{StoreError, SystemTx, Tx, contacts, promises, scheduled_messages};

use super::cases::CaseRows;
use super::frames;
use super::recheck;
use super::room::{Delivery, Room};
use crate::state::AppState;

/// Events read at once.
pub(crate) const BATCH: u32 = 256;
/// Without a wake-up the feed looks this often: for what another program wrote into the same
/// file, or a message between nodes that was lost.
const PERIOD: Duration = Duration::from_secs(5);
/// What a console costs each time it is served, however little it gets: a wake-up and a
/// system call. The feed rests that long for each between two rounds, so that what happens
/// meanwhile is served together.
const REST_PER_CONSOLE: Duration = Duration::from_micros(50);
/// It never rests longer: nobody notices ten milliseconds.
const REST_MAX: Duration = Duration::from_millis(10);
/// After a failure of the store.
const FAILURE_PAUSE: Duration = Duration::from_millis(200);

/// Events with the current rows they touch.
#[derive(Default)]
pub(crate) struct Loaded {
    /// In order.
    pub events: Vec<StoredEvent>,
    /// The conversations they touch.
    pub conversations: HashMap<ConversationId, ConversationView>,
    /// The messages they touch.
    pub messages: HashMap<MessageId, MessageView>,
    /// Names and pictures shown to customers.
    pub assignees: HashMap<AgentId, (String, Option<AvatarId>)>,
    /// Answers the customers have not read.
    pub unread: HashMap<ConversationId, i64>,
    /// The scheduled messages they touch.
    pub scheduled: HashMap<ScheduledMessageId, ScheduledView>,
    /// The promises they touch.
    pub promises: HashMap<PromiseId, PromiseView>,
    /// Presence of agents for whom it changed.
    pub presences: HashMap<AgentId, PresenceView>,
    /// Work that somebody is asked to take or was given.
    pub offers: HashMap<QueueItemId, OfferView>,
    /// Where the customers of conversations stand in line.
    pub queues: HashMap<ConversationId, VisitorQueue>,
    /// For events about a contact, the conversation that shows it.
    pub contact_conversations: HashMap<i64, ConversationId>,
    /// Visitors who were blocked.
    pub blocked: Vec<IdentityId>,
    /// The cases they touch.
    pub cases: CaseRows,
}

/// Reads events after `since` with what they touch, on the snapshot of `tx`.
pub(crate) fn load(tx: &mut Tx<'_>, since: i64, limit: u32) -> Result<Loaded, StoreError> {
    let mut loaded = Loaded {
        events: events::read_since(tx, since, limit)?,
        ..Loaded::default()
    };
    let mut messages: HashMap<ConversationId, Vec<MessageId>> = HashMap::new();
    let mut wanted = Vec::new();
    let mut scheduled = HashSet::new();
    let mut promises = HashMap::new();
    for stored in &loaded.events {
        let Some(event) = &stored.event else { continue };
        if let Some(id) = event.conversation() {
            wanted.push(id);
            messages.entry(id).or_default().extend(event.message());
            scheduled.extend(event.scheduled_message());
            if let Some(id) = event.promise() {
                promises.insert(id, stored.meta.now);
            }
        } else if let Event::ContactUpdated { contact_id, .. }
        | Event::ContactIdentified { contact_id, .. } = event
            && let Some(conversation) = conversations::of_contact(tx, *contact_id, 1)?.pop()
        {
            loaded
                .contact_conversations
                .insert(stored.seq, conversation.id);
            wanted.push(conversation.id);
        }
        if let Event::ContactUpdated { contact_id, fields } = event
            && fields.iter().any(|field| field == "is_blocked")
            && contacts::is_blocked(tx, *contact_id)?
        {
            let identities = contacts::identities(tx, *contact_id)?;
            loaded.blocked.extend(identities.iter().map(|it| it.id));
        }
    }
    load_plans(tx, &mut loaded, scheduled, promises)?;
    load_routing(tx, &mut loaded)?;
    loaded.cases = CaseRows::load(tx, &loaded.events)?;
    let mut seen = HashSet::new();
    for id in wanted.into_iter().filter(|id| seen.insert(*id)) {
        let Some(view) = conversations::view(tx, id)? else {
            continue;
        };
        let ids = messages.remove(&id).unwrap_or_default();
        load_messages(tx, &mut loaded, &view, ids)?;
        let unread = conversations::messages::unread_by_contact(tx, &view.conversation)?;
        loaded.unread.insert(id, unread);
        if let Some(agent) = view.conversation.assignee_id {
            load_assignee(tx, &mut loaded, agent)?;
        }
        let now = loaded.events.last().map(|last| last.meta.now);
        if let Some(now) = now
            && let Some(queue) = queue_of_visitor(tx, &view.conversation, now)?
        {
            loaded.queues.insert(id, queue);
        }
        loaded.conversations.insert(id, view);
    }
    Ok(loaded)
}

/// Messages to be sent later and promises that events tell about.
fn load_plans(
    tx: &mut Tx<'_>,
    loaded: &mut Loaded,
    scheduled: HashSet<ScheduledMessageId>,
    promised: HashMap<PromiseId, Timestamp>,
) -> Result<(), StoreError> {
    for id in scheduled {
        if let Some(message) = scheduled_messages::get(tx, id)? {
            loaded.scheduled.insert(id, view_of(tx, message)?);
        }
    }
    for (id, now) in promised {
        if let Some(promise) = promises::get(tx, id)?
            && let Some(view) = promise_view(tx, promise, now)?
        {
            loaded.promises.insert(id, view);
        }
    }
    Ok(())
}

/// Presence and offers that events tell about.
fn load_routing(tx: &mut Tx<'_>, loaded: &mut Loaded) -> Result<(), StoreError> {
    let (mut agents_seen, mut offered) = (HashSet::new(), HashSet::new());
    for event in loaded
        .events
        .iter()
        .filter_map(|stored| stored.event.as_ref())
    {
        match event {
            Event::AgentPresenceChanged { agent_id, .. } => {
                agents_seen.insert(*agent_id);
            }
            Event::QueueItemOffered { queue_item_id, .. }
            | Event::QueueItemAssigned { queue_item_id, .. } => {
                offered.insert(*queue_item_id);
            }
            _ => {}
        }
    }
    let now = loaded.events.last().map(|last| last.meta.now);
    let Some(now) = now else { return Ok(()) };
    for agent in agents_seen {
        loaded
            .presences
            .insert(agent, presence::view(tx, agent, now)?);
    }
    for id in offered {
        if let Some(work) = items::get(tx, id)?
            && let Some(offer) = offer_view(tx, work, now)?
        {
            loaded.offers.insert(id, offer);
        }
    }
    Ok(())
}

fn load_messages(
    tx: &mut Tx<'_>,
    loaded: &mut Loaded,
    view: &ConversationView,
    ids: Vec<MessageId>,
) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    for id in ids.into_iter().filter(|id| seen.insert(*id)) {
        rows.extend(conversations::messages::get(tx, id)?);
    }
    for message in hydrate(tx, rows, &view.contact.name)? {
        loaded.messages.insert(message.message.id, message);
    }
    Ok(())
}

fn load_assignee(tx: &mut Tx<'_>, loaded: &mut Loaded, id: AgentId) -> Result<(), StoreError> {
    if loaded.assignees.contains_key(&id) {
        return Ok(());
    }
    if let Some(agent) = agents::get(tx, id)? {
        loaded
            .assignees
            .insert(id, (agent.display_name.into_string(), agent.avatar));
    }
    Ok(())
}

/// Reads the log for all rooms.
pub(crate) struct Feed {
    state: AppState,
}

/// What a round of the feed found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Served {
    /// Nothing new.
    Nothing,
    /// All that was new.
    All,
    /// As much as a round takes; there may be more.
    Full,
}

/// What is new in one room.
struct News {
    room: Arc<Room>,
    workspace: WorkspaceId,
    loaded: Loaded,
}

impl Feed {
    pub(crate) fn new(state: AppState) -> Self {
        Self { state }
    }

    /// Serves until told to stop.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut commits = self.state.app().store().commits();
        let (remote, mut woken) = watch::channel(0_u64);
        let wake =
            Box::new(move |_: &zhiyin_ports::Wake| remote.send_modify(|n| *n = n.wrapping_add(1)));
        let _subscription = self.state.app().parts().bus.subscribe(Topic::Events, wake);
        while !*stop.borrow() {
            commits.borrow_and_update();
            woken.borrow_and_update();
            match self.turn().await {
                Ok(Served::Full) => continue,
                Ok(Served::All) => tokio::time::sleep(self.rest()).await,
                Ok(Served::Nothing) => {}
                Err(error) => {
                    tracing::warn!("The streams cannot read the event log: {error}");
                    tokio::time::sleep(FAILURE_PAUSE).await;
                }
            }
            tokio::select! {
                Ok(()) = commits.changed() => {}
                Ok(()) = woken.changed() => {}
                () = tokio::time::sleep(PERIOD) => {}
                () = super::stopped(&mut stop) => {}
            }
        }
    }

    /// The pause after a round. The first event after silence is served at once.
    fn rest(&self) -> Duration {
        let consoles = u32::try_from(self.state.hub().connected().agents).unwrap_or(u32::MAX);
        REST_PER_CONSOLE.saturating_mul(consoles).min(REST_MAX)
    }

    /// Serves every room once.
    pub(crate) async fn turn(&self) -> Result<Served, StoreError> {
        let rooms = self.state.hub().rooms();
        if rooms.is_empty() {
            return Ok(Served::Nothing);
        }
        let news = self
            .state
            .app()
            .store()
            .read_system(move |system: &mut SystemTx<'_>| read_rooms(system, &rooms))
            .await?;
        let mut served = Served::Nothing;
        for News {
            room,
            workspace,
            loaded,
        } in news
        {
            let round = if loaded.events.len() >= BATCH as usize {
                Served::Full
            } else {
                Served::All
            };
            served = served.max(round);
            self.serve(&room, workspace, &loaded).await;
        }
        Ok(served)
    }

    async fn serve(&self, room: &Room, workspace: WorkspaceId, loaded: &Loaded) {
        let Some(last) = loaded.events.last() else {
            return;
        };
        let metrics = self.state.metrics();
        metrics
            .events
            .inc_by(u64::try_from(loaded.events.len()).unwrap_or(0));
        let lag = self.state.now().since(last.meta.now).as_millis();
        metrics
            .feed_lag_ms
            .set(i64::try_from(lag).unwrap_or(i64::MAX));
        self.state.signals().learn(workspace, loaded);
        if loaded.events.iter().any(moves_lines) {
            self.state.lines().moved(workspace);
        }
        let deliveries: Vec<Delivery> =
            frames::deliveries(loaded, |identity| room.has_visitor(identity));
        self.state.hub().deliver(room, &deliveries, last.seq);
        let changes = access_changes(&loaded.events);
        if changes.everybody || !changes.agents.is_empty() {
            mark(room, &changes);
            recheck::marked(&self.state, room, last.seq).await;
        }
        for identity in changes.identities {
            room.cut_visitor(identity, None);
        }
        if changes.blocks {
            self.follow_blocks(room, workspace).await;
        }
        for identity in &loaded.blocked {
            room.cut_blocked(*identity);
        }
    }

    /// The block list is different: what is remembered of it is forgotten here too, and who
    /// comes from a blocked network is cut off.
    async fn follow_blocks(&self, room: &Room, workspace: WorkspaceId) {
        let app = self.state.app();
        app.forget_blocks(workspace);
        match app.blocked_networks(workspace).await {
            Ok(networks) => room.cut_networks(&networks),
            // Their next request is refused; only what is pushed to them goes on.
            Err(error) => tracing::warn!("The blocked networks cannot be read: {error}"),
        }
    }
}

fn read_rooms(
    system: &mut SystemTx<'_>,
    rooms: &[(WorkspaceId, Arc<Room>)],
) -> Result<Vec<News>, StoreError> {
    let mut news = Vec::new();
    for (workspace, room) in rooms {
        let mut tx = system.bind(*workspace);
        let cursor = room.cursor();
        if events::last_seq(&mut tx)? <= cursor {
            continue;
        }
        let loaded = load(&mut tx, cursor, BATCH)?;
        news.push(News {
            room: Arc::clone(room),
            workspace: *workspace,
            loaded,
        });
    }
    Ok(news)
}

/// Whether somebody who waits may stand elsewhere after an event, or wait for longer.
fn moves_lines(stored: &StoredEvent) -> bool {
    stored.event.as_ref().is_some_and(|event| {
        event.queue_item().is_some() || matches!(event, Event::AgentPresenceChanged { .. })
    })
}

/// Whose permissions or credentials may be different after some events.
#[derive(Debug, Default)]
pub(crate) struct AccessChanges {
    /// Roles, teams or inboxes changed.
    pub everybody: bool,
    /// Log-ins of these ended.
    pub agents: HashSet<AgentId>,
    /// Visitors whose token was replaced.
    pub identities: Vec<IdentityId>,
    /// The block list changed.
    pub blocks: bool,
}

/// Looks for events after which a connection may see less or more.
pub(crate) fn access_changes(events: &[StoredEvent]) -> AccessChanges {
    let mut changes = AccessChanges::default();
    for event in events.iter().filter_map(|stored| stored.event.as_ref()) {
        match event {
            Event::SettingChanged { aggregate, .. } => match aggregate {
                Aggregate::Agent
                | Aggregate::Role
                | Aggregate::Team
                | Aggregate::Inbox
                | Aggregate::Token
                | Aggregate::Workspace => {
                    changes.everybody = true;
                }
                Aggregate::Conversation
                | Aggregate::Contact
                | Aggregate::Account
                | Aggregate::Mailbox
                | Aggregate::Tag
                | Aggregate::Phrase
                | Aggregate::View
                | Aggregate::Invitation
                | Aggregate::Attribute
                | Aggregate::Queue
                | Aggregate::Skill
                | Aggregate::Profile
                | Aggregate::Routing
                | Aggregate::Calendar
                | Aggregate::Standard
                | Aggregate::Case
                | Aggregate::CaseType
                | Aggregate::CaseSettings
                | Aggregate::RiskWarning
                | Aggregate::Article
                | Aggregate::ArticleCategory
                | Aggregate::Synonyms
                | Aggregate::GlossaryTerm
                | Aggregate::HelpCentre
                | Aggregate::KnowledgeGap
                | Aggregate::Webhook
                | Aggregate::Bot
                | Aggregate::BotFlow
                | Aggregate::AutomationRule
                | Aggregate::Macro => {}
                Aggregate::Block => changes.blocks = true,
            },
            Event::LoggedOut { agent_id, .. }
            | Event::PasswordChanged { agent_id }
            | Event::SecondFactorChanged { agent_id, .. } => {
                changes.agents.insert(*agent_id);
            }
            Event::ContactIdentified { identity_id, .. } => changes.identities.push(*identity_id),
            _ => {}
        }
    }
    changes
}

fn mark(room: &Room, changes: &AccessChanges) {
    for link in room.agents() {
        if changes.everybody
            || link
                .agent
                .is_some_and(|agent| changes.agents.contains(&agent))
        {
            link.must_recheck.store(true, Ordering::Release);
        }
    }
}
