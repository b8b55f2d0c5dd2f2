//! What a floor is made of, and what it has to take in afterwards: reading only.

use std::collections::{BTreeMap, BTreeSet};

use zhiyin_domain::events::{Aggregate, Event};
use zhiyin_domain::ids::{AgentId, QueueItemId, TeamId};
use zhiyin_domain::presence::AgentPresence;
use zhiyin_domain::routing::{RoutingSettings, Trigger};
use zhiyin_store::routing::{
    StoredItem, StoredProfile, StoredQueue, items, profiles, queues, settings,
};
use zhiyin_store::{StoreError, Tx, events, presences};

/// Events read at once.
const BATCH: u32 = 500;

/// All a floor is made of, read in one snapshot.
pub struct FloorRows {
    pub(super) seq: i64,
    pub(super) settings: RoutingSettings,
    pub(super) queues: Vec<StoredQueue>,
    pub(super) profiles: BTreeMap<AgentId, StoredProfile>,
    pub(super) teams: BTreeMap<AgentId, BTreeSet<TeamId>>,
    pub(super) active: Vec<AgentId>,
    pub(super) candidates: BTreeSet<AgentId>,
    pub(super) presences: BTreeMap<AgentId, AgentPresence>,
    pub(super) items: Vec<StoredItem>,
}

/// Reads all a floor is made of.
pub fn read_floor(tx: &mut Tx<'_>) -> Result<FloorRows, StoreError> {
    Ok(FloorRows {
        seq: events::last_seq(tx)?,
        settings: settings::load(tx)?,
        queues: queues::list(tx)?,
        profiles: profiles::list(tx)?,
        teams: profiles::teams(tx)?,
        active: profiles::active_agents(tx)?,
        candidates: profiles::candidates(tx)?,
        presences: presences::list(tx)?,
        items: items::open(tx)?,
    })
}

/// What happened since a place in the log, with the present rows.
pub struct News {
    pub(super) seq: i64,
    pub(super) is_more: bool,
    pub(super) must_begin_anew: bool,
    pub(super) items: Vec<(StoredItem, Trigger)>,
    pub(super) presences: Vec<AgentPresence>,
    pub(super) attentive: BTreeSet<AgentId>,
}

/// Reads what happened since a place in the log.
pub fn read_news(tx: &mut Tx<'_>, since: i64) -> Result<News, StoreError> {
    let batch = events::read_since(tx, since, BATCH)?;
    let mut news = News {
        seq: batch.last().map_or(since, |event| event.seq),
        is_more: batch.len() >= BATCH as usize,
        must_begin_anew: false,
        items: Vec::new(),
        presences: Vec::new(),
        attentive: BTreeSet::new(),
    };
    let mut touched: BTreeMap<QueueItemId, Trigger> = BTreeMap::new();
    let mut present = BTreeSet::new();
    for event in batch.iter().filter_map(|stored| stored.event.as_ref()) {
        if let Some((id, _)) = event.queue_item() {
            touched.insert(id, trigger(event));
        }
        match event {
            Event::AgentPresenceChanged { agent_id, .. } => {
                present.insert(*agent_id);
            }
            Event::QueueItemAccepted {
                agent_id: Some(agent),
                ..
            }
            | Event::QueueItemDeclined {
                agent_id: Some(agent),
                ..
            } => {
                news.attentive.insert(*agent);
            }
            Event::SettingChanged { aggregate, .. } => {
                news.must_begin_anew |= concerns_routing(*aggregate);
            }
            _ => {}
        }
    }
    for (id, trigger) in touched {
        news.items
            .extend(items::get(tx, id)?.map(|item| (item, trigger)));
    }
    for agent in present {
        news.presences.extend(presences::get(tx, agent)?);
    }
    Ok(news)
}

/// What makes the router look at work that an event was about.
fn trigger(event: &Event) -> Trigger {
    match event {
        Event::QueueItemEntered { .. } => Trigger::Entered,
        Event::QueueItemDeclined { .. } => Trigger::Declined,
        Event::QueueItemExpired { .. } => Trigger::Expired,
        Event::QueueItemReturned { .. } => Trigger::HandedOver,
        Event::QueueItemTransferred { .. } => Trigger::Transferred,
        _ => Trigger::Changed,
    }
}

/// Whether a change of such a thing makes another floor.
fn concerns_routing(aggregate: Aggregate) -> bool {
    match aggregate {
        Aggregate::Agent
        | Aggregate::Role
        | Aggregate::Team
        | Aggregate::Queue
        | Aggregate::Profile
        | Aggregate::Routing => true,
        Aggregate::Workspace
        | Aggregate::Conversation
        | Aggregate::Contact
        | Aggregate::Account
        | Aggregate::Inbox
        | Aggregate::Mailbox
        | Aggregate::Tag
        | Aggregate::Phrase
        | Aggregate::View
        | Aggregate::Token
        | Aggregate::Invitation
        | Aggregate::Attribute
        | Aggregate::Block
        | Aggregate::Skill
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
        | Aggregate::Macro => false,
    }
}
