//! The floor (现场): what supervisors see of it and do with it, and the wall.

use std::collections::BTreeMap;
use std::time::Duration;

use zhiyin_domain::conversation::{Assignment, Conversation};
use zhiyin_domain::ids::{ConversationId, QueueId};
use zhiyin_domain::message::MessageKind;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::routing::{ServiceTimes, Target, estimate_wait};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::conversations::ConversationView;
use zhiyin_store::identity::workspaces;
use zhiyin_store::routing::wallboard::{self, Flow, OpenWork};
use zhiyin_store::routing::{StoredItem, items, queues, settings};
use zhiyin_store::{StoreError, Tx, conversations as store};

use crate::Context;
use crate::conversations::{
    ConversationError, NewMessage, Posted, answer, assign, assign_as, load,
};
use crate::presence::{self, PresenceError, PresenceView};
use crate::routing::{RoutingError, transfer};

/// Conversations shown of one agent.
const SHOWN_MAX: u32 = 100;
/// Conversations moved at once.
const REASSIGN_MAX: usize = 100;
/// The last half hour is "now".
const NOW: Duration = Duration::from_mins(30);

/// Why something with the floor was refused.
#[derive(Debug, thiserror::Error)]
pub enum FloorError {
    /// The permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Nobody has the conversation.
    #[error("nobody has the conversation")]
    NotAssigned,
    /// Too many at once.
    #[error("at most {REASSIGN_MAX} conversations at once")]
    TooMany,
    /// Something with the conversation.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// Something with presence.
    #[error(transparent)]
    Presence(#[from] PresenceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An agent with what they are doing.
#[derive(Debug, Clone)]
pub struct FloorAgent {
    /// Their presence.
    pub presence: PresenceView,
    /// Open conversations of theirs, longest waiting first.
    pub conversations: Vec<ConversationView>,
}

/// A queue at one glance.
#[derive(Debug, Clone)]
pub struct FloorQueue {
    /// Which.
    pub id: QueueId,
    /// Its name.
    pub name: String,
    /// In line.
    pub waiting: u32,
    /// How long the first of them waits.
    pub longest_waiting_s: u64,
    /// Their conversation.
    pub oldest: Option<ConversationId>,
}

/// Everybody and everything that waits.
#[derive(Debug, Clone)]
pub struct Floor {
    /// The agents.
    pub agents: Vec<FloorAgent>,
    /// The queues.
    pub queues: Vec<FloorQueue>,
}

fn supervise(ctx: &Context) -> Result<(), Denied> {
    ctx.require(Permission::SuperviseFloor, &Resource::WORKSPACE)
}

/// The floor now.
pub fn floor(tx: &mut Tx<'_>, ctx: &Context) -> Result<Floor, FloorError> {
    supervise(ctx)?;
    let visible = ctx.access().visibility(Permission::ReadConversations);
    let mut agents = Vec::new();
    for presence in presence::list(tx, ctx.now())? {
        let mut conversations = store::open_of_agent(tx, presence.presence.agent_id, SHOWN_MAX)?;
        conversations.retain(|view| visible.includes(&view.conversation.resource()));
        agents.push(FloorAgent {
            presence,
            conversations,
        });
    }
    let mut rows = Vec::new();
    let waiting = items::waiting_by_queue(tx)?;
    for queue in queues::list(tx)? {
        let oldest = items::oldest(tx, queue.id())?;
        rows.push(FloorQueue {
            waiting: waiting.get(&queue.id()).copied().unwrap_or(0),
            longest_waiting_s: oldest.as_ref().map_or(0, |it| waited(it, ctx.now())),
            oldest: oldest.map(|it| it.item.conversation_id),
            id: queue.id(),
            name: queue.name.into_string(),
        });
    }
    Ok(Floor {
        agents,
        queues: rows,
    })
}

fn waited(item: &StoredItem, now: Timestamp) -> u64 {
    now.since(item.item.entered_at).as_secs()
}

/// The caller takes a conversation over from whoever has it.
pub fn take_over(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<Conversation, FloorError> {
    let conversation = load(tx, ctx, id, Permission::ReadConversations)?;
    supervise(ctx)?;
    let me = ctx.actor().agent().ok_or(PresenceError::NotAnAgent)?;
    let to = Assignment {
        agent_id: Some(me),
        team_id: conversation.team_id,
    };
    Ok(assign_as(tx, ctx, conversation, to)?)
}

/// Says something only the agent who has the conversation sees.
pub fn whisper(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    text: &str,
) -> Result<Posted, FloorError> {
    let conversation = load(tx, ctx, id, Permission::ReadConversations)?;
    supervise(ctx)?;
    let to = conversation.assignee_id.ok_or(FloorError::NotAssigned)?;
    let message = NewMessage {
        client_id: None,
        kind: MessageKind::Note,
        text: text.to_owned(),
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    };
    let prepared = message
        .prepare()
        .map_err(ConversationError::from)?
        .whispered_to(to);
    Ok(answer(tx, ctx, &conversation, &prepared)?)
}

/// What became of conversations that were moved together.
#[derive(Debug, Default)]
pub struct Reassigned {
    /// Moved.
    pub done: Vec<ConversationId>,
    /// Left where they were, and why.
    pub failed: Vec<(ConversationId, RoutingError)>,
}

/// Moves many conversations at once. An agent gets them without being asked: a supervisor
/// decides that.
pub fn reassign_many(
    tx: &mut Tx<'_>,
    ctx: &Context,
    ids: &[ConversationId],
    to: Target,
) -> Result<Reassigned, FloorError> {
    supervise(ctx)?;
    if ids.len() > REASSIGN_MAX {
        return Err(FloorError::TooMany);
    }
    let mut result = Reassigned::default();
    for id in ids {
        let moved = tx.savepoint(|tx| match to {
            Target::Agent(agent) => {
                let to = Assignment {
                    agent_id: Some(agent),
                    team_id: None,
                };
                assign(tx, ctx, *id, to, None).map_err(RoutingError::from)
            }
            Target::Team(_) | Target::Queue(_) => transfer(tx, ctx, *id, to, None),
        });
        match moved {
            Ok(_) => result.done.push(*id),
            Err(RoutingError::Store(error)) if error.is_transient() => return Err(error.into()),
            Err(error) => result.failed.push((*id, error)),
        }
    }
    Ok(result)
}

/// One queue, or all of them, on the wall.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// Which; none for all of them.
    pub queue: Option<(QueueId, String)>,
    /// Open work.
    pub open: OpenWork,
    /// Since midnight.
    pub today: Flow,
    /// The last half hour.
    pub lately: Flow,
    /// How long somebody who comes now will wait on average; none where nothing is known.
    pub estimate_s: Option<u32>,
}

/// The wall.
#[derive(Debug, Clone)]
pub struct Wallboard {
    /// When it was true.
    pub at: Timestamp,
    /// Each queue.
    pub queues: Vec<Board>,
    /// All of them.
    pub totals: Board,
    /// Agents by effective presence.
    pub agents: BTreeMap<&'static str, u32>,
    /// Targets missed since midnight.
    pub breaches_today: u32,
    /// Open targets that were warned of and not yet missed.
    pub warned_now: u32,
    /// The service level: so many percent …
    pub target_percent: u32,
    /// … within so many seconds.
    pub target_s: u32,
}

/// The wall now. For those who read reports or lead the floor.
pub fn wall(tx: &mut Tx<'_>, ctx: &Context) -> Result<Wallboard, FloorError> {
    if supervise(ctx).is_err() {
        ctx.require(Permission::ReadReports, &Resource::WORKSPACE)?;
    }
    let now = ctx.now();
    let zone = workspaces::load(tx)?.time_zone;
    let midnight = zhiyin_domain::time::start_of_day(now, zone.as_str());
    let policy = settings::load(tx)?;
    let within = Duration::from_secs(policy.service_level_s.into());
    let mut open = wallboard::open_work(tx)?;
    let mut today = wallboard::flow(tx, midnight, now, within)?;
    let mut lately = wallboard::flow(tx, now.minus(NOW), now, within)?;
    let staff = crate::routing::slots_of_queues(tx)?;
    let mut totals = Board::default();
    let mut boards = Vec::new();
    for queue in queues::list(tx)? {
        let id = queue.id();
        let board = Board {
            open: open.remove(&id).unwrap_or_default(),
            today: today.remove(&id).unwrap_or_default(),
            lately: lately.remove(&id).unwrap_or_default(),
            estimate_s: None,
            queue: Some((id, queue.name.into_string())),
        };
        let slots = staff.get(&id).copied().unwrap_or(0);
        let estimate = mean_wait(board.open.waiting, slots, &queue.service_times);
        add(&mut totals, &board);
        boards.push(Board {
            estimate_s: estimate,
            ..board
        });
    }
    let mut agents = BTreeMap::new();
    for name in ["online", "busy", "break", "away", "offline"] {
        agents.insert(name, 0);
    }
    for view in presence::list(tx, now)? {
        *agents.entry(view.presence.effective.as_str()).or_default() += 1;
    }
    let (breaches_today, warned_now) = wallboard::deadlines(tx, midnight)?;
    Ok(Wallboard {
        at: now,
        queues: boards,
        totals,
        agents,
        breaches_today,
        warned_now,
        target_percent: policy.service_level_percent,
        target_s: policy.service_level_s,
    })
}

fn mean_wait(waiting: u32, slots: u32, times: &ServiceTimes) -> Option<u32> {
    estimate_wait(waiting, slots, times).map(|estimate| estimate.mean_s)
}

fn add(totals: &mut Board, board: &Board) {
    let (to, of) = (&mut totals.open, &board.open);
    to.waiting += of.waiting;
    to.offered += of.offered;
    to.active += of.active;
    to.oldest = to.oldest.into_iter().chain(of.oldest).min();
    for (to, of) in [
        (&mut totals.today, &board.today),
        (&mut totals.lately, &board.lately),
    ] {
        to.served += of.served;
        to.abandoned += of.abandoned;
        to.waited_s += of.waited_s;
        to.measured += of.measured;
        to.in_time += of.in_time;
    }
}
