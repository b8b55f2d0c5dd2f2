//! The customer's side of a queue: where they stand, and what they may do instead of waiting.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use zhiyin_domain::conversation::{Conversation, ConversationStatus, Handler};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{IdentityId, InboxId, QueueId};
use zhiyin_domain::inbox::{Inbox, Localized};
use zhiyin_domain::promise::{PhoneNumber, PromiseStatus};
use zhiyin_domain::routing::{Estimate, ItemState, OutOfHours, Outcome, estimate_wait};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::routing::{StoredItem, items, queues};
use zhiyin_store::widget::Visitor;
use zhiyin_store::{StoreError, Tx, conversations as store, inboxes, promises};

use super::explain::Staff;
use super::hours::{self, Hours};
use super::{Fact, RoutingError, keep, tell};
use crate::Context;

/// Customers of one queue who are told where they stand; those behind see it when they load.
const TOLD_MAX: u32 = 500;
/// Longest note beside a telephone number, in characters.
const NOTE_CHARS_MAX: usize = 500;

/// Whether a customer waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueState {
    /// In line.
    Waiting,
    /// An agent is being asked.
    Offered,
    /// They do not wait: nobody answers now, or they left a message.
    Closed,
}

/// Where a customer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorQueue {
    /// Place in line: 1 is next; 0 for who does not wait.
    pub position: u32,
    /// How long it will take, as a range; none where nothing is known.
    pub estimate: Option<Estimate>,
    /// Whether somebody answers now, by the business hours.
    pub is_open: bool,
    /// What they are told outside those hours, by language; none while somebody answers.
    pub notice: Option<Localized>,
    /// Until when an answer was promised.
    pub reply_by: Option<Timestamp>,
    /// Whether they may leave a message instead of waiting.
    pub may_leave_message: bool,
    /// Whether they may be called back.
    pub may_call_back: bool,
    /// Whether they wait.
    pub state: QueueState,
}

/// Where the customer of a conversation stands; none if an agent has them, or the inbox is
/// worked by hand.
pub fn queue_of_visitor(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    now: Timestamp,
) -> Result<Option<VisitorQueue>, StoreError> {
    let is_open = matches!(conversation.status, ConversationStatus::Open);
    let (true, Some(session)) = (is_open, conversation.session_id) else {
        return Ok(None);
    };
    match conversation.handler {
        Handler::Bot | Handler::Human => Ok(None),
        Handler::None => closed(tx, conversation, now),
        Handler::Queued | Handler::Offered => match items::open_of_session(tx, session)? {
            None => Ok(None),
            Some(item) => waiting(tx, conversation, &item, now),
        },
    }
}

fn reply_by(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<Option<Timestamp>, StoreError> {
    let pending = promises::pending(tx, conversation.id)?;
    Ok(pending.iter().map(|promise| promise.due_at).min())
}

fn closed(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    now: Timestamp,
) -> Result<Option<VisitorQueue>, StoreError> {
    let Some(hours) = hours_of(tx, conversation.inbox_id, now)? else {
        return Ok(None);
    };
    Ok(Some(VisitorQueue {
        position: 0,
        estimate: None,
        is_open: hours.is_open,
        notice: hours.notice(),
        reply_by: reply_by(tx, conversation)?,
        may_leave_message: false,
        may_call_back: true,
        state: QueueState::Closed,
    }))
}

fn waiting(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    item: &StoredItem,
    now: Timestamp,
) -> Result<Option<VisitorQueue>, StoreError> {
    let state = match item.state() {
        ItemState::Waiting => QueueState::Waiting,
        ItemState::Offered if item.standing.sender.is_none() => QueueState::Offered,
        ItemState::Offered | ItemState::Assigned | ItemState::Ended => return Ok(None),
    };
    let Some(queue) = queues::get(tx, item.item.queue_id)? else {
        return Ok(None);
    };
    let Some(inbox) = inboxes::get(tx, conversation.inbox_id)? else {
        return Ok(None);
    };
    let hours = hours::hours(tx, &inbox, &queue, now)?;
    let ahead = match state {
        QueueState::Waiting => items::ahead_of(tx, item)?,
        QueueState::Offered | QueueState::Closed => 0,
    };
    let slots = Staff::read(tx)?.slots(item, &queue);
    let reply_by = match item.promise_id {
        None => None,
        Some(_) => reply_by(tx, conversation)?,
    };
    Ok(Some(VisitorQueue {
        position: ahead.saturating_add(1),
        estimate: estimate_wait(ahead, slots, &queue.service_times),
        is_open: hours.is_open,
        notice: hours.notice(),
        reply_by,
        may_leave_message: true,
        may_call_back: true,
        state,
    }))
}

fn hours_of(tx: &mut Tx<'_>, inbox: InboxId, now: Timestamp) -> Result<Option<Hours>, StoreError> {
    let Some(inbox) = inboxes::get(tx, inbox)? else {
        return Ok(None);
    };
    hours_with_queue(tx, &inbox, now)
}

fn hours_with_queue(
    tx: &mut Tx<'_>,
    inbox: &Inbox,
    now: Timestamp,
) -> Result<Option<Hours>, StoreError> {
    let Some(queue) = (match inbox.routing.queue_id {
        Some(id) => queues::get(tx, id)?,
        None => None,
    }) else {
        return Ok(None);
    };
    hours::hours(tx, inbox, &queue, now).map(Some)
}

/// The hours of an inbox, as whoever has not written yet sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxHours {
    /// Whether somebody answers now.
    pub is_open: bool,
    /// What a customer meets otherwise; none where the inbox is worked by hand.
    pub out_of_hours: Option<OutOfHours>,
}

/// Whether somebody answers in an inbox now, and what a customer meets otherwise.
pub fn hours_of_inbox(
    tx: &mut Tx<'_>,
    inbox: &Inbox,
    now: Timestamp,
) -> Result<InboxHours, StoreError> {
    if let Some(hours) = hours_with_queue(tx, inbox, now)? {
        return Ok(InboxHours {
            is_open: hours.is_open,
            out_of_hours: Some(hours.out_of_hours),
        });
    }
    let business = crate::calendars::hours::of_inbox(tx, inbox)?.business;
    Ok(InboxHours {
        is_open: business.is_none_or(|it| it.is_open(now)),
        out_of_hours: None,
    })
}

/// Where everybody stands who waits in a queue and is `connected`.
pub fn moved(
    tx: &mut Tx<'_>,
    id: QueueId,
    now: Timestamp,
    connected: impl Fn(IdentityId) -> bool,
) -> Result<Vec<(IdentityId, VisitorQueue)>, StoreError> {
    let Some(queue) = queues::get(tx, id)? else {
        return Ok(Vec::new());
    };
    let staff = Staff::read(tx)?;
    let mut hours_by_inbox: HashMap<InboxId, Hours> = HashMap::new();
    let mut told = Vec::new();
    for (ahead, item) in (0..).zip(items::line(tx, id, TOLD_MAX)?) {
        let conversation = store::get(tx, item.item.conversation_id)?;
        let Some(conversation) = conversation.filter(|it| connected(it.identity_id)) else {
            continue;
        };
        let hours = match hours_by_inbox.entry(conversation.inbox_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let Some(inbox) = inboxes::get(tx, conversation.inbox_id)? else {
                    continue;
                };
                place.insert(hours::hours(tx, &inbox, &queue, now)?)
            }
        };
        let slots = staff.slots(&item, &queue);
        let reply_by = match item.promise_id {
            None => None,
            Some(_) => reply_by(tx, &conversation)?,
        };
        let place = VisitorQueue {
            position: ahead + 1,
            estimate: estimate_wait(ahead, slots, &queue.service_times),
            is_open: hours.is_open,
            notice: hours.notice(),
            reply_by,
            may_leave_message: true,
            may_call_back: true,
            state: QueueState::Waiting,
        };
        told.push((conversation.identity_id, place));
    }
    Ok(told)
}

fn own(tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Conversation, RoutingError> {
    store::find_for_update(tx, visitor.inbox_id, visitor.identity_id)?
        .ok_or(RoutingError::NotWaiting)
}

/// The work of a customer who waits, if no agent has it yet.
fn waiting_item(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
) -> Result<Option<StoredItem>, RoutingError> {
    let Some(session) = conversation.session_id else {
        return Ok(None);
    };
    let item = items::open_of_session(tx, session)?;
    Ok(item.filter(|item| match item.state() {
        ItemState::Waiting => true,
        ItemState::Offered => item.standing.sender.is_none(),
        ItemState::Assigned | ItemState::Ended => false,
    }))
}

/// The customer does not wait any more: the work ends, and nobody has the turn.
fn step_out(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &Conversation,
    item: StoredItem,
    outcome: Outcome,
) -> Result<(), RoutingError> {
    keep::end(tx, ctx, item, outcome)?;
    let conversation = Conversation {
        handler: Handler::None,
        ..before.clone()
    };
    store::save(tx, before, conversation)?;
    Ok(())
}

/// The customer leaves a message instead of waiting, and is promised an answer.
pub fn leave_message(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
) -> Result<Option<VisitorQueue>, RoutingError> {
    let before = own(tx, visitor)?;
    let Some(item) = waiting_item(tx, &before)? else {
        // Said twice is said once.
        return match before.handler {
            Handler::None => Ok(queue_of_visitor(tx, &before, ctx.now())?),
            _ => Err(RoutingError::NotWaiting),
        };
    };
    let promise_id = if let Some(id) = item.promise_id {
        Some(id)
    } else {
        let hours = hours_of(tx, before.inbox_id, ctx.now())?;
        let due = hours.map_or_else(
            || ctx.now().plus(Duration::from_hours(4)),
            |hours| hours.reply_by,
        );
        Some(hours::promise(
            tx,
            ctx,
            before.id,
            due,
            None,
            String::new(),
        )?)
    };
    let item = StoredItem { promise_id, ..item };
    step_out(tx, ctx, &before, item, Outcome::LeftMessage)?;
    of_now(tx, ctx, visitor)
}

/// The customer wants to be called instead of waiting.
pub fn call_back(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
    phone: &str,
    note: Option<&str>,
) -> Result<Option<VisitorQueue>, RoutingError> {
    let phone: PhoneNumber = phone
        .parse()
        .map_err(|error| RoutingError::invalid("/phone", error))?;
    let note: String = note.map(str::trim).unwrap_or_default().to_owned();
    if note.chars().count() > NOTE_CHARS_MAX {
        let detail = format!("At most {NOTE_CHARS_MAX} characters.");
        return Err(RoutingError::invalid("/note", detail));
    }
    let before = own(tx, visitor)?;
    let item = waiting_item(tx, &before)?;
    if item.is_none() && before.handler != Handler::None {
        return Err(RoutingError::NotWaiting);
    }
    let hours = hours_of(tx, before.inbox_id, ctx.now())?;
    let hours = hours.ok_or(RoutingError::NotWaiting)?;
    let promise = hours::promise(tx, ctx, before.id, hours.reply_by, Some(phone), note)?;
    if let Some(item) = item {
        let item = StoredItem {
            promise_id: Some(promise),
            ..item
        };
        step_out(tx, ctx, &before, item, Outcome::CallBack)?;
    }
    of_now(tx, ctx, visitor)
}

/// The customer waits after all, where they stood.
pub fn stay(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
) -> Result<Option<VisitorQueue>, RoutingError> {
    let before = own(tx, visitor)?;
    if waiting_item(tx, &before)?.is_some() {
        return Ok(queue_of_visitor(tx, &before, ctx.now())?);
    }
    let (Handler::None, Some(session)) = (before.handler, before.session_id) else {
        return Err(RoutingError::NotWaiting);
    };
    let last = items::latest_of_session(tx, before.id, session)?;
    let last = last.filter(|item| {
        let outcome = item.ended.map(|(_, outcome)| outcome);
        matches!(outcome, Some(Outcome::LeftMessage | Outcome::CallBack))
    });
    let last = last.ok_or(RoutingError::NotWaiting)?;
    if let Some(id) = last.promise_id
        && let Some(promise) = promises::get(tx, id)?
        && promise.is_pending()
    {
        let mut promise = promise;
        promise.status = PromiseStatus::Cancelled {
            reason: "the customer waits after all".to_owned(),
        };
        let owner_id = promise.owner_id;
        promises::save(tx, promise)?;
        ctx.append(
            tx,
            &Event::PromiseCancelled {
                conversation_id: before.id,
                promise_id: id,
                owner_id,
            },
        )?;
    }
    let mut work = last.item.clone();
    work.id = ctx.id();
    let item = StoredItem {
        item: work,
        standing: last.standing.clone().back_in_line(ctx.now()),
        note: None,
        assigned_at: None,
        ended: None,
        promise_id: None,
        decline_reason: None,
        version: 1,
        ..last
    };
    items::insert(tx, &item)?;
    tell(tx, ctx, Fact::Entered, &item, None)?;
    let conversation = Conversation {
        handler: Handler::Queued,
        ..before.clone()
    };
    store::save(tx, &before, conversation)?;
    of_now(tx, ctx, visitor)
}

fn of_now(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
) -> Result<Option<VisitorQueue>, RoutingError> {
    let conversation = own(tx, visitor)?;
    Ok(queue_of_visitor(tx, &conversation, ctx.now())?)
}
