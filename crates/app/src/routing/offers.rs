//! Offers: what an agent is asked to take, and their answer.

use std::time::Duration;

use zhiyin_domain::conversation::{Assignment, Conversation, Handler};
use zhiyin_domain::ids::{AgentId, ConversationId, QueueItemId};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::routing::{ItemState, Reason, Trigger};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::routing::{StoredItem, decisions, items, queues};
use zhiyin_store::{StoreError, Tx, conversations as store};

use super::{Fact, RoutingError, tell};
use crate::Context;
use crate::conversations::{ConversationError, assign_as};

/// Longest preview of what the customer said, in characters.
const PREVIEW_CHARS_MAX: usize = 200;
/// Longest word on why an offer was declined, in characters.
const REASON_CHARS_MAX: usize = 200;

/// Something an agent is asked to take, or was just given.
#[derive(Debug, Clone)]
pub struct OfferView {
    /// The work.
    pub work: StoredItem,
    /// Human number of the conversation.
    pub conversation_number: i64,
    /// Where the customer came.
    pub inbox_id: zhiyin_domain::ids::InboxId,
    /// Name of the queue.
    pub queue_name: String,
    /// Name of the contact; empty while unknown.
    pub contact_name: String,
    /// What the customer said last.
    pub preview: String,
    /// How long they wait.
    pub waited: Duration,
    /// When the agent was asked.
    pub offered_at: Timestamp,
    /// Why this agent.
    pub reason: Reason,
    /// Why now.
    pub trigger: Trigger,
}

fn acting(ctx: &Context) -> Result<AgentId, RoutingError> {
    ctx.actor().agent().ok_or(RoutingError::NotAnAgent)
}

/// What is offered to the caller now.
pub fn list_offers(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<OfferView>, RoutingError> {
    let agent = acting(ctx)?;
    let mut offers = Vec::new();
    for item in items::offered_to(tx, agent)? {
        if item.standing.due_at().is_some_and(|due| due > ctx.now()) {
            offers.extend(offer_view(tx, item, ctx.now())?);
        }
    }
    Ok(offers)
}

/// A piece of work as the agent who is asked sees it.
pub fn offer_view(
    tx: &mut Tx<'_>,
    work: StoredItem,
    now: Timestamp,
) -> Result<Option<OfferView>, StoreError> {
    let Some(view) = store::view(tx, work.item.conversation_id)? else {
        return Ok(None);
    };
    let queue = queues::get(tx, work.item.queue_id)?;
    let (conversation, id) = (work.item.conversation_id, work.item.id);
    let decision = decisions::last_of_item(tx, conversation, id)?;
    let said = store::messages::last_of_contact(tx, conversation)?;
    let preview = said.map(|message| zhiyin_domain::format::plain(&message.text));
    let preview = preview.unwrap_or_default();
    Ok(Some(OfferView {
        conversation_number: view.conversation.number,
        inbox_id: view.conversation.inbox_id,
        queue_name: queue
            .map(|queue| queue.name.into_string())
            .unwrap_or_default(),
        contact_name: view.contact.name,
        preview: preview.chars().take(PREVIEW_CHARS_MAX).collect(),
        waited: now.since(work.item.entered_at),
        offered_at: decision.as_ref().map_or(now, |it| it.at),
        reason: decision
            .as_ref()
            .map_or(Reason::ByHand, |it| it.explanation.reason),
        trigger: decision.map_or(Trigger::Transferred, |it| it.explanation.trigger),
        work,
    }))
}

/// The work and its conversation, locked in this order.
fn lock(tx: &mut Tx<'_>, id: QueueItemId) -> Result<(StoredItem, Conversation), RoutingError> {
    let found = items::get(tx, id)?.ok_or(RoutingError::NotFound("offer"))?;
    let conversation: ConversationId = found.item.conversation_id;
    let conversation =
        store::get_for_update(tx, conversation)?.ok_or(RoutingError::NotFound("offer"))?;
    // What was read before the lock may be old.
    let item = items::get(tx, id)?.ok_or(RoutingError::NotFound("offer"))?;
    Ok((item, conversation))
}

/// The caller takes what they are offered. Taking it twice is taking it once.
pub fn accept(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: QueueItemId,
) -> Result<Conversation, RoutingError> {
    let agent = acting(ctx)?;
    let (item, conversation) = lock(tx, id)?;
    let is_theirs = item.standing.agent() == Some(agent);
    if !is_theirs && item.state() != ItemState::Ended && conversation.assignee_id != Some(agent) {
        // Nobody learns that there is work they were never asked for.
        let resource = conversation.resource();
        let sees = ctx.require(Permission::ReadConversations, &resource);
        if sees.is_err() {
            return Err(RoutingError::OfferOver);
        }
    }
    if is_theirs && item.state() == ItemState::Assigned {
        return Ok(conversation);
    }
    if item.state() == ItemState::Ended {
        return Err(RoutingError::OfferOver);
    }
    let mut resource = conversation.resource();
    resource.assignee = Some(agent);
    let standing = item.standing.clone().accept(agent, ctx.now())?;
    ctx.require(Permission::Reply, &resource)?;
    let item = items::save(
        tx,
        StoredItem {
            standing,
            assigned_at: item.assigned_at.or(Some(ctx.now())),
            note: None,
            ..item
        },
    )?;
    tell(tx, ctx, Fact::Accepted, &item, Some(agent))?;
    let to = Assignment {
        agent_id: Some(agent),
        team_id: conversation.team_id,
    };
    Ok(hand_to(tx, ctx, conversation, to)?)
}

/// The caller does not take what they are offered.
pub fn decline(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: QueueItemId,
    reason: Option<&str>,
) -> Result<(), RoutingError> {
    let agent = acting(ctx)?;
    let (item, conversation) = lock(tx, id)?;
    if item.state() != ItemState::Offered {
        return Err(RoutingError::OfferOver);
    }
    let pause = match queues::get(tx, item.item.queue_id)? {
        None => Duration::ZERO,
        Some(queue) => Duration::from_secs(queue.policy.decline_pause_s.into()),
    };
    let is_sender_there = match item.standing.sender {
        None => false,
        Some(sender) => crate::presence::is_at_work(tx, sender, ctx.now())?,
    };
    let standing = item
        .standing
        .clone()
        .decline(agent, ctx.now(), pause, is_sender_there)?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let item = items::save(
        tx,
        StoredItem {
            standing,
            note: None,
            decline_reason: reason.map(|it| it.chars().take(REASON_CHARS_MAX).collect()),
            ..item
        },
    )?;
    tell(tx, ctx, Fact::Declined, &item, Some(agent))?;
    follow(tx, ctx, conversation, &item)?;
    Ok(())
}

/// Brings the conversation to where its work is. The work is saved already.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    item: &StoredItem,
) -> Result<Conversation, ConversationError> {
    let standing = &item.standing;
    let team_id = standing.team_id.or(conversation.team_id);
    match (item.state(), standing.agent()) {
        (ItemState::Assigned, Some(agent)) => {
            let to = Assignment {
                agent_id: Some(agent),
                team_id: conversation.team_id,
            };
            hand_to(tx, ctx, conversation, to)
        }
        (ItemState::Offered, _) if standing.sender.is_some() => {
            turn_to(tx, conversation, Handler::Offered)
        }
        (ItemState::Offered, _) => {
            let conversation = release(tx, ctx, conversation, team_id)?;
            turn_to(tx, conversation, Handler::Offered)
        }
        (ItemState::Waiting, _) => {
            let conversation = release(tx, ctx, conversation, team_id)?;
            turn_to(tx, conversation, Handler::Queued)
        }
        (ItemState::Assigned | ItemState::Ended, _) => Ok(conversation),
    }
}

fn release(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    team_id: Option<zhiyin_domain::ids::TeamId>,
) -> Result<Conversation, ConversationError> {
    if conversation.assignee_id.is_none() {
        return Ok(conversation);
    }
    let to = Assignment {
        agent_id: None,
        team_id,
    };
    assign_as(tx, ctx, conversation, to)
}

fn hand_to(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    to: Assignment,
) -> Result<Conversation, ConversationError> {
    let conversation = assign_as(tx, ctx, conversation, to)?;
    turn_to(tx, conversation, Handler::Human)
}

/// Says who has the turn, if it is somebody else.
fn turn_to(
    tx: &mut Tx<'_>,
    before: Conversation,
    handler: Handler,
) -> Result<Conversation, ConversationError> {
    if before.handler == handler {
        return Ok(before);
    }
    let conversation = Conversation {
        handler,
        ..before.clone()
    };
    Ok(store::save(tx, &before, conversation)?)
}
