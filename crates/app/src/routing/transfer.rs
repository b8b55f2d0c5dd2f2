//! Sending work on: to a colleague who may decline, to a team, to another queue.

use std::time::Duration;

use zhiyin_domain::conversation::{Assignment, Conversation, ConversationStatus};
use zhiyin_domain::ids::{AgentId, ConversationId, QueueId};
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::limits::ITEM_SKILLS_MAX;
use zhiyin_domain::message::{Author, MessageKind};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::routing::{
    Decision, Delivery, Explanation, Headcount, Mode, Reason, SkillNeed, Target, Trigger,
};
use zhiyin_domain::session::Session;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::routing::{StoredItem, StoredQueue, decisions, items, queues, skills};
use zhiyin_store::{StoreError, Tx, conversations as store};

use super::enter::{self, Entered, Entry};
use super::offers::follow;
use super::{Fact, RoutingError, keep, tell};
use crate::Context;
use crate::conversations::{
    ConversationError, NewMessage, assign_as, check_assignment, load, record,
};

/// How long a colleague has to take what was sent to them, in seconds, where the queue does
/// not say.
const TRANSFER_EXPIRES_S: u32 = 60;

/// Sends a conversation on, with a note for whoever gets it.
pub fn transfer(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    to: Target,
    note: Option<&str>,
) -> Result<Conversation, RoutingError> {
    let mut conversation = load(tx, ctx, id, Permission::Assign)?;
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    if let Target::Agent(agent) = to {
        let to = Assignment {
            agent_id: Some(agent),
            team_id: conversation.team_id,
        };
        check_assignment(tx, &conversation, to)?;
        if !crate::presence::is_at_work(tx, agent, ctx.now())? {
            return Err(RoutingError::AgentAbsent);
        }
    }
    if let Some(note) = note {
        conversation = leave_note(tx, ctx, &conversation, to, note)?;
    }
    let session = open_session(tx, &conversation)?;
    match to {
        Target::Agent(agent) => to_agent(tx, ctx, conversation, session, (agent, note)),
        Target::Team(team) => {
            let to = Assignment {
                agent_id: None,
                team_id: Some(team),
            };
            check_assignment(tx, &conversation, to)?;
            Ok(assign_as(tx, ctx, conversation, to)?)
        }
        Target::Queue(queue) => {
            let session = session.ok_or(RoutingError::NotWaiting)?;
            let entry = Entry {
                queue: Some(queue),
                ..Entry::default()
            };
            into_queue(tx, ctx, &conversation, &session, entry)
        }
    }
}

fn leave_note(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    to: Target,
    note: &str,
) -> Result<Conversation, RoutingError> {
    let denied = ctx.require(Permission::WriteNotes, &conversation.resource());
    denied.map_err(ConversationError::from)?;
    let prepared = NewMessage {
        client_id: None,
        kind: MessageKind::Note,
        text: note.to_owned(),
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: match to {
            Target::Agent(agent) => vec![agent],
            Target::Team(_) | Target::Queue(_) => Vec::new(),
        },
    };
    let prepared = prepared.prepare().map_err(ConversationError::from)?;
    let author = ctx.actor().agent().map_or(Author::System, Author::Agent);
    Ok(record(tx, ctx, conversation, author, &prepared)?.conversation)
}

fn open_session(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
) -> Result<Option<Session>, RoutingError> {
    if !matches!(conversation.status, ConversationStatus::Open) {
        return Ok(None);
    }
    match conversation.session_id {
        None => Ok(None),
        Some(id) => Ok(store::sessions::get(tx, id)?.filter(Session::is_open)),
    }
}

/// A colleague at work is asked, full or not. Where no queue stands behind the conversation
/// there is nobody to watch over an offer: it is given.
fn to_agent(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: Option<Session>,
    (agent, note): (AgentId, Option<&str>),
) -> Result<Conversation, RoutingError> {
    let give = Assignment {
        agent_id: Some(agent),
        team_id: conversation.team_id,
    };
    if conversation.assignee_id == Some(agent) {
        return Ok(conversation);
    }
    let Some(session) = session else {
        return Ok(assign_as(tx, ctx, conversation, give)?);
    };
    let item = if let Some(item) = items::open_of_session(tx, session.id)? {
        item
    } else {
        let entry = Entry {
            agent: conversation.assignee_id,
            ..Entry::default()
        };
        match enter::enter(tx, ctx, &conversation, &session, &entry)? {
            Entered::Work(item) => *item,
            Entered::ByHand | Entered::Closed => {
                return Ok(assign_as(tx, ctx, conversation, give)?);
            }
        }
    };
    let queue = queues::get(tx, item.item.queue_id)?;
    let expires_s = match queue.as_ref().map(|queue| queue.policy.delivery) {
        Some(Delivery::Offer { expires_s }) => expires_s,
        Some(Delivery::Direct { .. }) | None => TRANSFER_EXPIRES_S,
    };
    let until = ctx.now().plus(Duration::from_secs(expires_s.into()));
    let before = item.standing.agent();
    let item = items::save(
        tx,
        StoredItem {
            standing: item.standing.clone().sent_to_agent(agent, until),
            note: note.map(str::to_owned),
            ..item
        },
    )?;
    tell(tx, ctx, Fact::Transferred, &item, before)?;
    tell(tx, ctx, Fact::Offered, &item, Some(agent))?;
    let decision = by_hand(tx, ctx, &item, queue.as_ref(), (agent, until))?;
    decisions::insert(tx, ctx.id(), &decision)?;
    Ok(follow(tx, ctx, conversation, &item)?)
}

/// What is told to whoever asks why: a colleague sent it.
fn by_hand(
    tx: &mut Tx<'_>,
    ctx: &Context,
    item: &StoredItem,
    queue: Option<&StoredQueue>,
    (agent, until): (AgentId, Timestamp),
) -> Result<Decision, StoreError> {
    let credits = queue.map(|queue| {
        let added = Duration::from_secs(item.standing.added_s.into());
        queue.policy.priorities.credits(&item.item, added)
    });
    Ok(Decision {
        item_id: item.item.id,
        conversation_id: item.item.conversation_id,
        queue_id: item.item.queue_id,
        agent_id: agent,
        mode: Mode::Offer { until },
        at: ctx.now(),
        explanation: Explanation {
            reason: Reason::ByHand,
            trigger: Trigger::Transferred,
            waited_s: ctx.now().since(item.item.entered_at).as_secs(),
            credits: credits.unwrap_or_default(),
            step: 0,
            left_waiting: items::waiting(tx, item.item.queue_id)?,
            agents: Headcount::default(),
            candidates: Vec::new(),
        },
    })
}

fn into_queue(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &Conversation,
    session: &Session,
    entry: Entry,
) -> Result<Conversation, RoutingError> {
    if let Some(queue) = entry.queue {
        queues::get(tx, queue)?.ok_or(RoutingError::NotFound("queue"))?;
    }
    let conversation = keep::move_with(tx, ctx, before.clone(), session, entry)?;
    if let Some(session) = store::sessions::get(tx, session.id)?
        && session.assignee_id != conversation.assignee_id
    {
        let session = Session {
            assignee_id: conversation.assignee_id,
            ..session
        };
        store::sessions::save(tx, session)?;
    }
    Ok(store::save(tx, before, conversation)?)
}

/// Puts a conversation in line in a queue, with what it needs.
pub fn enqueue(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    queue: QueueId,
    needs: (Vec<SkillNeed>, Option<LanguageTag>),
) -> Result<Conversation, RoutingError> {
    let conversation = load(tx, ctx, id, Permission::Assign)?;
    check_needs(tx, &needs.0)?;
    let session = open_session(tx, &conversation)?.ok_or(RoutingError::NotWaiting)?;
    let entry = Entry {
        queue: Some(queue),
        needs: needs.0,
        language: needs.1,
        ..Entry::default()
    };
    into_queue(tx, ctx, &conversation, &session, entry)
}

/// Says what the work of a conversation needs.
pub fn set_needs(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    (needs, language): (Vec<SkillNeed>, Option<LanguageTag>),
) -> Result<Conversation, RoutingError> {
    let conversation = load(tx, ctx, id, Permission::Assign)?;
    check_needs(tx, &needs)?;
    let session = conversation.session_id.ok_or(RoutingError::NotWaiting)?;
    let item = items::open_of_session(tx, session)?.ok_or(RoutingError::NotWaiting)?;
    let mut work = item.item.clone();
    (work.needs, work.language) = (needs, language);
    let item = items::save(tx, StoredItem { item: work, ..item })?;
    tell(tx, ctx, Fact::Moved, &item, None)?;
    Ok(conversation)
}

fn check_needs(tx: &mut Tx<'_>, needs: &[SkillNeed]) -> Result<(), RoutingError> {
    if needs.len() > ITEM_SKILLS_MAX {
        let detail = format!("Work needs at most {ITEM_SKILLS_MAX} skills.");
        return Err(RoutingError::invalid("/needs", detail));
    }
    for need in needs {
        if skills::get(tx, need.skill_id)?.is_none() {
            return Err(RoutingError::invalid("/needs", "There is no such skill."));
        }
    }
    Ok(())
}
