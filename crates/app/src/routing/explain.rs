//! Why somebody has a conversation, why it still waits, and for how long.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::identity::agent::Presence;
use zhiyin_domain::ids::{ConversationId, QueueId, TeamId};
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::routing::priority::score_s;
use zhiyin_domain::routing::{Credits, Estimate, ItemState, SkillNeed, WorkKind, estimate_wait};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::routing::{
    StoredDecision, StoredItem, StoredProfile, StoredQueue, decisions, items, profiles, queues,
};
use zhiyin_store::{StoreError, Tx, conversations, presences};

use super::RoutingError;
use crate::Context;
use crate::conversations::get_conversation;

/// Decisions shown of one conversation.
const DECISIONS_MAX: u32 = 50;
/// Work shown of one queue.
const ITEMS_MAX: u32 = 500;

/// A piece of work as supervisors and agents see it.
#[derive(Debug, Clone)]
pub struct ItemView {
    /// The work.
    pub work: StoredItem,
    /// Its conversation.
    pub conversation: Conversation,
    /// Name of the contact; empty while unknown.
    pub contact_name: String,
    /// Place in line: 1 is next. None for what does not stand in line.
    pub position: Option<u32>,
    /// Seconds waited and given in advance.
    pub priority_s: u64,
    /// What was given in advance.
    pub credits: Credits,
    /// Until when it is kept for the customer's own agent, who is at work.
    pub held_until: Option<Timestamp>,
}

/// Where a conversation stands and what was decided about it.
#[derive(Debug, Clone)]
pub struct RoutingView {
    /// Its open work.
    pub item: Option<ItemView>,
    /// How many stand before it.
    pub ahead: Option<u32>,
    /// How long it will wait.
    pub estimate: Option<Estimate>,
    /// What was decided, newest first.
    pub decisions: Vec<StoredDecision>,
}

fn item_view(
    tx: &mut Tx<'_>,
    work: StoredItem,
    queue: &StoredQueue,
    (position, staff): (Option<u32>, &Staff),
    now: Timestamp,
) -> Result<Option<ItemView>, StoreError> {
    let Some(view) = conversations::view(tx, work.item.conversation_id)? else {
        return Ok(None);
    };
    let added = Duration::from_secs(work.standing.added_s.into());
    let credits = queue.policy.priorities.credits(&work.item, added);
    Ok(Some(ItemView {
        priority_s: score_s(work.item.entered_at, &credits, now),
        held_until: staff.held_until(&work, queue).filter(|until| *until > now),
        credits,
        position,
        contact_name: view.contact.name,
        conversation: view.conversation,
        work,
    }))
}

/// What a queue holds, first in line first. Those who lead the floor see all of it, others
/// what they may read.
pub fn queue_items(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: QueueId,
) -> Result<Vec<ItemView>, RoutingError> {
    let queue = queues::get(tx, id)?.ok_or(RoutingError::NotFound("queue"))?;
    let leads = ctx.require(Permission::SuperviseFloor, &Resource::WORKSPACE);
    let visible = ctx.access().visibility(Permission::ReadConversations);
    let staff = Staff::read(tx)?;
    let mut views = Vec::new();
    let mut position = 0;
    for work in items::of_queue(tx, id, ITEMS_MAX)? {
        let place = (work.state() == ItemState::Waiting).then(|| {
            position += 1;
            position
        });
        let Some(view) = item_view(tx, work, &queue, (place, &staff), ctx.now())? else {
            continue;
        };
        if leads.is_ok() || visible.includes(&view.conversation.resource()) {
            views.push(view);
        }
    }
    Ok(views)
}

/// Where a conversation stands, and what was decided about it.
pub fn routing_of(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<RoutingView, RoutingError> {
    let view = get_conversation(tx, ctx, id)?;
    let decisions = decisions::of_conversation(tx, id, DECISIONS_MAX)?;
    let item = match view.conversation.session_id {
        None => None,
        Some(session) => items::open_of_session(tx, session)?,
    };
    let nothing = RoutingView {
        item: None,
        ahead: None,
        estimate: None,
        decisions,
    };
    let Some(item) = item else {
        return Ok(nothing);
    };
    let Some(queue) = queues::get(tx, item.item.queue_id)? else {
        return Ok(nothing);
    };
    let ahead = match item.state() {
        ItemState::Waiting => Some(items::ahead_of(tx, &item)?),
        ItemState::Offered | ItemState::Assigned | ItemState::Ended => None,
    };
    let staff = Staff::read(tx)?;
    // From measured service times and the agents who are there and may serve it.
    let estimate = ahead
        .and_then(|ahead| estimate_wait(ahead, staff.slots(&item, &queue), &queue.service_times));
    let position = ahead.map(|ahead| ahead.saturating_add(1));
    Ok(RoutingView {
        item: item_view(tx, item, &queue, (position, &staff), ctx.now())?,
        ahead,
        estimate,
        ..nothing
    })
}

/// Everybody who is at work, read once for many questions.
pub(super) struct Staff {
    here: Vec<Colleague>,
}

/// One of them.
struct Colleague {
    profile: StoredProfile,
    teams: BTreeSet<TeamId>,
    /// Whether they take what is new.
    is_online: bool,
}

impl Colleague {
    /// Whether they may serve it, as long as nothing gives way.
    fn serves(&self, item: &StoredItem, queue: &StoredQueue) -> bool {
        let is_of_team = match &item.standing.team_id {
            Some(team) => self.teams.contains(team),
            None => self.is_of(queue),
        };
        let has = |need: &SkillNeed| {
            let level = self.profile.skills.get(&need.skill_id);
            level.is_some_and(|level| *level >= need.level)
        };
        let speaks = |language| self.profile.languages.contains(&language);
        is_of_team && item.item.needs.iter().all(has) && item.item.language.is_none_or(speaks)
    }

    fn is_of(&self, queue: &StoredQueue) -> bool {
        queue.policy.teams.is_empty() || !queue.policy.teams.is_disjoint(&self.teams)
    }
}

impl Staff {
    /// Those who are at work and on shift and may answer customers.
    pub(super) fn read(tx: &mut Tx<'_>) -> Result<Self, StoreError> {
        let (mut teams, mut known) = (profiles::teams(tx)?, profiles::list(tx)?);
        let candidates = profiles::candidates(tx)?;
        let presences = presences::list(tx)?.into_values();
        let here = presences.filter(|it| {
            let is_here = matches!(it.effective, Presence::Online | Presence::Busy);
            is_here && it.is_on_shift && candidates.contains(&it.agent_id)
        });
        let here = here.map(|it| {
            let profile = known.remove(&it.agent_id);
            Colleague {
                profile: profile.unwrap_or_else(|| StoredProfile::usual(it.agent_id)),
                teams: teams.remove(&it.agent_id).unwrap_or_default(),
                is_online: it.effective == Presence::Online,
            }
        });
        Ok(Self {
            here: here.collect(),
        })
    }

    /// How many pieces of work like this one they hold at once, as long as nothing gives way.
    pub(super) fn slots(&self, item: &StoredItem, queue: &StoredQueue) -> u32 {
        let serves = |it: &&Colleague| it.is_online && it.serves(item, queue);
        let places = self.here.iter().filter(serves);
        let places = places.map(|it| it.profile.capacity.places(item.item.kind));
        places.fold(0, u32::saturating_add)
    }

    /// Until when a piece of work that waits is kept for the customer's own agents: the
    /// longest hold of those who are at work and were not asked already. Whose last agent
    /// cannot serve it any more is not kept for them.
    fn held_until(&self, item: &StoredItem, queue: &StoredQueue) -> Option<Timestamp> {
        if item.state() != ItemState::Waiting {
            return None;
        }
        let continuity = &queue.policy.continuity;
        let last = item
            .item
            .last_agent
            .filter(|_| continuity.is_last_agent_first);
        let hold = |it: &Colleague| {
            let agent = it.profile.agent_id;
            if item.standing.paused.iter().any(|(who, _)| *who == agent) {
                0
            } else if item.item.dedicated.contains(&agent) {
                continuity.dedicated_hold_s
            } else if last == Some(agent) && it.serves(item, queue) {
                continuity.last_agent_hold_s
            } else {
                0
            }
        };
        let longest = self.here.iter().map(hold).max().filter(|hold| *hold > 0)?;
        Some(
            item.standing
                .since
                .plus(Duration::from_secs(longest.into())),
        )
    }
}

/// How many pieces of plain chat work the agents who are there hold at once, by queue: what a
/// customer nobody knows anything of would meet.
pub(crate) fn slots_of_queues(tx: &mut Tx<'_>) -> Result<BTreeMap<QueueId, u32>, StoreError> {
    let staff = Staff::read(tx)?;
    let mut slots = BTreeMap::new();
    for queue in queues::list(tx)? {
        let may = |it: &&Colleague| it.is_online && it.is_of(&queue);
        let places = staff.here.iter().filter(may);
        let places = places.map(|it| it.profile.capacity.places(WorkKind::Chat));
        slots.insert(queue.id(), places.fold(0, u32::saturating_add));
    }
    Ok(slots)
}
