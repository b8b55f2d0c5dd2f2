//! What a standard does by itself when time is running out, or has.

use std::collections::BTreeSet;

use zhiyin_domain::conversation::{Conversation, Priority};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, QueueId, TagId};
use zhiyin_domain::limits::CONVERSATION_TAGS_MAX;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::session::Session;
use zhiyin_domain::standards::{Action, Deadline, Moment};
use zhiyin_store::identity::{access, agents, roles};
use zhiyin_store::{StoreError, Tx, conversations, tags};

use super::course::Course;
use crate::Context;
use crate::conversations::ConversationError;
use crate::routing;

/// Agents told of one deadline at most.
const TOLD_MAX: usize = 50;

/// Why deadlines are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Something happened.
    Event,
    /// Nothing did, in time.
    Timer,
}

/// To whom a conversation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    Reassign,
    ToQueue(QueueId),
}

/// Does what the standard says for a deadline that was just fired, but for handing the
/// conversation on: that comes when everything is stored.
pub(super) fn fired(
    tx: &mut Tx<'_>,
    ctx: &Context,
    course: &mut Course,
    deadline: Deadline,
) -> Result<Vec<Move>, ConversationError> {
    let terms = course.standing.terms.clone();
    let mut notify = BTreeSet::new();
    let mut moves = Vec::new();
    for action in terms.actions_at(deadline.metric, deadline.moment) {
        match action {
            Action::Notify {
                assignee,
                supervisors,
                agents,
            } => {
                if *assignee {
                    notify.extend(course.conversation.assignee_id);
                }
                if *supervisors {
                    notify.extend(supervisors_of(tx, &course.conversation.resource())?);
                }
                notify.extend(active(tx, agents)?);
            }
            Action::RaisePriority { to } => raise(tx, ctx, &mut course.conversation, *to)?,
            Action::Tag { tag_id } => tag(tx, ctx, &mut course.conversation, *tag_id)?,
            Action::Reassign => moves.push(Move::Reassign),
            Action::MoveToQueue { queue_id } => moves.push(Move::ToQueue(*queue_id)),
        }
    }
    let (conversation_id, session_id) = (course.conversation.id, course.session.id);
    let notify = notify.into_iter().take(TOLD_MAX).collect();
    let metric = deadline.metric;
    let event = match deadline.moment {
        Moment::Warning(percent) => Event::DeadlineWarned {
            conversation_id,
            session_id,
            metric,
            percent,
            notify,
        },
        Moment::Breach => Event::DeadlineMissed {
            conversation_id,
            session_id,
            metric,
            notify,
        },
    };
    ctx.append(tx, &event)?;
    Ok(moves)
}

/// Agents who direct the floor on which something lies. They are few; it is only asked when
/// a deadline fires.
fn supervisors_of(tx: &mut Tx<'_>, resource: &Resource) -> Result<BTreeSet<AgentId>, StoreError> {
    let mut candidates = BTreeSet::new();
    for role in roles::list(tx)? {
        let supervises = |grant: &zhiyin_domain::permission::Grant| {
            grant.permission == Permission::SuperviseFloor
        };
        if role.grants.iter().any(supervises) {
            candidates.extend(roles::members(tx, role.id)?);
        }
    }
    let mut found = BTreeSet::new();
    for agent in candidates.into_iter().take(4 * TOLD_MAX) {
        if access::load(tx, agent)?.allows(Permission::SuperviseFloor, resource) {
            found.insert(agent);
        }
    }
    active(tx, &found)
}

/// Those who work here.
fn active(tx: &mut Tx<'_>, ids: &BTreeSet<AgentId>) -> Result<BTreeSet<AgentId>, StoreError> {
    let mut found = BTreeSet::new();
    for id in ids {
        if agents::get(tx, *id)?.is_some_and(|agent| agent.is_active) {
            found.insert(*id);
        }
    }
    Ok(found)
}

fn raise(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &mut Conversation,
    to: Priority,
) -> Result<(), StoreError> {
    if conversation.priority >= to {
        return Ok(());
    }
    conversation.priority = to;
    ctx.append(
        tx,
        &Event::ConversationPrioritized {
            conversation_id: conversation.id,
        },
    )?;
    Ok(())
}

/// Puts a word on it. One that is gone, or one too many, is left out.
fn tag(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &mut Conversation,
    id: TagId,
) -> Result<(), StoreError> {
    let is_full = conversation.tag_ids.len() >= CONVERSATION_TAGS_MAX;
    if is_full || conversation.tag_ids.contains(&id) || tags::get(tx, id)?.is_none() {
        return Ok(());
    }
    conversation.tag_ids.push(id);
    conversation.tag_ids.sort_unstable();
    conversations::set_tags(tx, conversation.id, &conversation.tag_ids)?;
    ctx.append(
        tx,
        &Event::ConversationTagged {
            conversation_id: conversation.id,
            added: vec![id],
            removed: Vec::new(),
        },
    )?;
    Ok(())
}

/// Hands a conversation on. The last queue that was named wins; to be taken from its agent
/// comes before, as it would put it in line where it was.
pub(super) fn hand_over(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: &Session,
    moves: &[Move],
) -> Result<Conversation, ConversationError> {
    let to_queue = moves.iter().rev().find_map(|step| match step {
        Move::ToQueue(queue) => Some(*queue),
        Move::Reassign => None,
    });
    match to_queue {
        Some(queue) => routing::move_to_queue(tx, ctx, conversation, session, queue),
        None if moves.contains(&Move::Reassign) => {
            routing::reassign(tx, ctx, conversation, session)
        }
        None => Ok(conversation),
    }
}
