//! Keeps work and conversation together: whatever happens in a session, an open conversation
//! of a routed inbox has one open piece of work, where the conversation says it is.

use std::time::Duration;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::conversation::{Assignment, Conversation, ConversationStatus, Handler};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, QueueId};
use zhiyin_domain::message::{Author, SystemLine};
use zhiyin_domain::routing::{ItemState, Outcome};
use zhiyin_domain::session::Session;
use zhiyin_store::routing::{StoredItem, items, queues};
use zhiyin_store::{StoreError, Tx, inboxes};

use super::enter::{self, Entry};
use super::{Fact, RoutingError, tell};
use crate::Context;
use crate::conversations::{ConversationError, Happening, record_line};

/// Over this period it is measured how long customers wait before they give up.
const PATIENCE_PERIOD: Duration = Duration::from_hours(24);

/// Where the work of a conversation belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Nothing,
    Line,
    Agent(AgentId),
}

fn wanted(conversation: &Conversation, session: &Session) -> Wanted {
    let is_open = matches!(conversation.status, ConversationStatus::Open);
    if !is_open || !session.is_open() {
        return Wanted::Nothing;
    }
    match (conversation.handler, conversation.assignee_id) {
        (Handler::Bot | Handler::None, _) => Wanted::Nothing,
        (_, Some(agent)) => Wanted::Agent(agent),
        (Handler::Queued | Handler::Offered | Handler::Human, None) => Wanted::Line,
    }
}

/// Takes in what happened in a session.
pub(crate) fn on(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: Session,
    what: Happening<'_>,
) -> Result<(Conversation, Session), ConversationError> {
    match what {
        Happening::Rated | Happening::Queued => Ok((conversation, session)),
        Happening::Sorted => {
            sorted(tx, ctx, &conversation, &session)?;
            Ok((conversation, session))
        }
        Happening::CompanyReplied { author } => {
            // Another system that answers takes the turn from the bot, for a person.
            if conversation.handler == Handler::Bot && matches!(author, Author::App(_)) {
                let conversation = Conversation {
                    handler: Handler::Queued,
                    ..conversation
                };
                crate::bot::call(tx, ctx, conversation.id)?;
                let entry = Entry::default();
                let conversation = settle_with(tx, ctx, conversation, &session, entry, None)?;
                return Ok((conversation, session));
            }
            if let Some(item) = items::open_of_session(tx, session.id)?
                && let Some(standing) = item.standing.clone().answered()
            {
                items::save(tx, StoredItem { standing, ..item })?;
            }
            Ok((conversation, session))
        }
        // Who waits has their place in line, or somebody who answers, already.
        Happening::CustomerWrote { waits: true, .. } if conversation.handler != Handler::Bot => {
            Ok((conversation, session))
        }
        Happening::CustomerWrote { text, is_first, .. } => Ok(customer_wrote(
            tx,
            ctx,
            conversation,
            session,
            (text, is_first),
        )?),
        Happening::Assigned { .. }
        | Happening::Snoozed
        | Happening::Woken
        | Happening::Resolved
        | Happening::Reopened => {
            let conversation = settle(tx, ctx, conversation, &session, what)?;
            Ok((conversation, session))
        }
    }
}

fn customer_wrote(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mut conversation: Conversation,
    mut session: Session,
    (text, is_first): (&str, bool),
) -> Result<(Conversation, Session), RoutingError> {
    let mut entry = Entry {
        is_customer: is_first,
        ..Entry::default()
    };
    if is_first && conversation.assignee_id.is_some() {
        // Who had the customer last comes first in line for them, but only if they are there.
        let routing = inboxes::routing(tx, conversation.inbox_id)?;
        if routing.queue_id.is_some() {
            entry.last_agent = conversation.assignee_id;
            // No line says so: nobody took it from anybody.
            let from = conversation.assignment();
            conversation = conversation.assign(Assignment::default());
            session.assignee_id = None;
            ctx.append(
                tx,
                &Event::ConversationAssigned {
                    conversation_id: conversation.id,
                    inbox_id: conversation.inbox_id,
                    from,
                    to: Assignment::default(),
                },
            )?;
        }
    }
    let wants_person = conversation.handler == Handler::Bot && zhiyin_language::wants_person(text);
    if wants_person {
        conversation.handler = Handler::Queued;
        entry.is_customer = true;
        entry.queue = crate::bot::queue_of(tx, conversation.inbox_id)?;
    }
    let conversation = settle_with(tx, ctx, conversation, &session, entry, None)?;
    if wants_person {
        return Ok(crate::journey::on(
            tx,
            ctx,
            conversation,
            session,
            Happening::Queued,
        )?);
    }
    Ok((conversation, session))
}

/// The bot lets a person go on: the customer stands in line, or leaves a message where nobody
/// answers now. The caller saves the conversation.
pub(crate) fn hand_over(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: Session,
    queue: Option<QueueId>,
) -> Result<Conversation, ConversationError> {
    let conversation = Conversation {
        handler: Handler::Queued,
        ..conversation
    };
    let entry = Entry {
        queue,
        is_customer: true,
        ..Entry::default()
    };
    let stored = session.clone();
    let conversation = settle_with(tx, ctx, conversation, &session, entry, None)?;
    let queued = Happening::Queued;
    let (conversation, session) = crate::journey::on(tx, ctx, conversation, session, queued)?;
    if session != stored {
        zhiyin_store::conversations::sessions::save(tx, session)?;
    }
    Ok(conversation)
}

/// What it is about or how urgent it is was set: its place in line may be another.
fn sorted(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    session: &Session,
) -> Result<(), RoutingError> {
    let Some(item) = items::open_of_session(tx, session.id)? else {
        return Ok(());
    };
    let mut work = item.item.clone();
    (work.severity, work.stage) = (conversation.priority, session.stage);
    if work == item.item {
        return Ok(());
    }
    let Some(queue) = queues::get(tx, work.queue_id)? else {
        return Ok(());
    };
    let item = items::save(
        tx,
        StoredItem {
            line_rank: enter::rank(&queue, &work, &item.standing),
            item: work,
            ..item
        },
    )?;
    tell(tx, ctx, Fact::Moved, &item, None)?;
    Ok(())
}

fn settle(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: &Session,
    what: Happening<'_>,
) -> Result<Conversation, RoutingError> {
    settle_with(tx, ctx, conversation, session, Entry::default(), Some(what))
}

fn settle_with(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: &Session,
    entry: Entry,
    what: Option<Happening<'_>>,
) -> Result<Conversation, RoutingError> {
    let item = items::open_of_session(tx, session.id)?;
    let wanted = wanted(&conversation, session);
    let Some(item) = item else {
        let agent = match wanted {
            Wanted::Nothing => return Ok(conversation),
            Wanted::Line => None,
            Wanted::Agent(agent) => Some(agent),
        };
        let entry = Entry { agent, ..entry };
        let entered = enter::enter(tx, ctx, &conversation, session, &entry)?;
        return Ok(enter::with_handler(conversation, &entered));
    };
    match wanted {
        Wanted::Nothing => end(tx, ctx, item, outcome(ctx, what))?,
        Wanted::Agent(agent) => take(tx, ctx, item, agent)?,
        Wanted::Line => line_up(tx, ctx, item, &conversation)?,
    }
    Ok(conversation)
}

fn outcome(ctx: &Context, what: Option<Happening<'_>>) -> Outcome {
    match what {
        Some(Happening::Snoozed) => Outcome::Snoozed,
        Some(Happening::Resolved) if matches!(ctx.actor(), Actor::Visitor(_)) => Outcome::Abandoned,
        Some(Happening::Resolved) => Outcome::Resolved,
        _ => Outcome::Withdrawn,
    }
}

/// Ends a piece of work. What an agent had counts as served, and is measured.
pub(super) fn end(
    tx: &mut Tx<'_>,
    ctx: &Context,
    item: StoredItem,
    outcome: Outcome,
) -> Result<(), RoutingError> {
    let was_with_agent = item.state() == ItemState::Assigned || item.standing.sender.is_some();
    let outcome = match outcome {
        Outcome::Resolved | Outcome::Abandoned if was_with_agent => Outcome::Served,
        other => other,
    };
    let agent = item.standing.agent();
    let queue_id = item.item.queue_id;
    let held = item.assigned_at.map(|at| ctx.now().since(at));
    let item = items::save(
        tx,
        StoredItem {
            ended: Some((ctx.now(), outcome)),
            ..item
        },
    )?;
    tell(tx, ctx, Fact::Ended, &item, agent)?;
    match (outcome, held) {
        (Outcome::Served, Some(held)) => {
            if let Some(queue) = queues::get(tx, queue_id)? {
                queues::save_times(tx, queue_id, &queue.service_times.record(held))?;
            }
        }
        (Outcome::Abandoned, _) => {
            let since = ctx.now().minus(PATIENCE_PERIOD);
            let (stood, gave_up) = items::patience(tx, queue_id, since, ctx.now())?;
            if let Some(queue) = queues::get(tx, queue_id)? {
                let stood = Duration::from_secs(stood);
                let times = queue.service_times.record_patience(stood, gave_up);
                queues::save_times(tx, queue_id, &times)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// An agent has it, by their own hand or somebody's.
fn take(
    tx: &mut Tx<'_>,
    ctx: &Context,
    item: StoredItem,
    agent: AgentId,
) -> Result<(), RoutingError> {
    let standing = &item.standing;
    let is_theirs = item.state() == ItemState::Assigned && standing.agent() == Some(agent);
    let is_sent_by_them = item.state() == ItemState::Offered && standing.sender == Some(agent);
    if is_theirs || is_sent_by_them {
        return Ok(());
    }
    let before = standing.agent();
    let item = items::save(
        tx,
        StoredItem {
            standing: item.standing.clone().assign(agent),
            assigned_at: Some(ctx.now()),
            note: None,
            ..item
        },
    )?;
    if before.is_some() && before != Some(agent) {
        tell(tx, ctx, Fact::Returned, &item, before)?;
    }
    tell(tx, ctx, Fact::Assigned, &item, Some(agent))?;
    Ok(())
}

/// Nobody has it: it stands in line, for the team the conversation says.
fn line_up(
    tx: &mut Tx<'_>,
    ctx: &Context,
    item: StoredItem,
    conversation: &Conversation,
) -> Result<(), RoutingError> {
    let is_own_offer = item.state() == ItemState::Offered && item.standing.sender.is_none();
    let is_in_line = item.state() == ItemState::Waiting || is_own_offer;
    if is_in_line && item.standing.team_id == conversation.team_id {
        return Ok(());
    }
    let before = item.standing.agent();
    let pause = match queues::get(tx, item.item.queue_id)? {
        None => Duration::ZERO,
        Some(queue) => Duration::from_secs(queue.policy.decline_pause_s.into()),
    };
    let standing = item
        .standing
        .clone()
        .sent_to_line(conversation.team_id, pause, ctx.now());
    let item = items::save(
        tx,
        StoredItem {
            standing,
            assigned_at: None,
            ..item
        },
    )?;
    let fact = match before {
        Some(_) => Fact::Returned,
        None => Fact::Moved,
    };
    tell(tx, ctx, fact, &item, before)?;
    Ok(())
}

/// Changes who is responsible in a conversation that the caller saves.
fn assign_in_place(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: Conversation,
    to: Assignment,
) -> Result<Conversation, ConversationError> {
    let from = before.assignment();
    if from == to {
        return Ok(before);
    }
    let line = match (to.agent_id, to.team_id) {
        (None, None) => SystemLine::Unassigned,
        (agent_id, team_id) => SystemLine::Assigned { agent_id, team_id },
    };
    let conversation = record_line(tx, ctx, &before, before.clone().assign(to), line)?;
    ctx.append(
        tx,
        &Event::ConversationAssigned {
            conversation_id: conversation.id,
            inbox_id: conversation.inbox_id,
            from,
            to,
        },
    )?;
    Ok(conversation)
}

/// Takes a conversation from its agent and has it in line again, at its old time, for
/// somebody else. Without a queue it is nobody's, for whoever picks it up. The caller saves
/// the conversation.
pub(crate) fn reassign(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: &Session,
) -> Result<Conversation, ConversationError> {
    let to = Assignment {
        agent_id: None,
        team_id: conversation.team_id,
    };
    let conversation = assign_in_place(tx, ctx, conversation, to)?;
    let what = Happening::Assigned { from: to };
    Ok(settle(tx, ctx, conversation, session, what)?)
}

/// Puts a conversation in line in another queue, where it would stand had it come there
/// first. A queue that is gone changes nothing. The caller saves the conversation.
pub(crate) fn move_to_queue(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: &Session,
    queue: QueueId,
) -> Result<Conversation, ConversationError> {
    let entry = Entry {
        queue: Some(queue),
        ..Entry::default()
    };
    Ok(move_with(tx, ctx, conversation, session, entry)?)
}

/// [`move_to_queue`] with what the work needs there.
pub(super) fn move_with(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: &Session,
    entry: Entry,
) -> Result<Conversation, RoutingError> {
    let Some(queue) = (match entry.queue {
        Some(id) => queues::get(tx, id)?,
        None => None,
    }) else {
        return Ok(conversation);
    };
    if !matches!(conversation.status, ConversationStatus::Open) || !session.is_open() {
        return Ok(conversation);
    }
    let mut conversation = assign_in_place(tx, ctx, conversation, Assignment::default())?;
    conversation.handler = Handler::Queued;
    let Some(item) = items::open_of_session(tx, session.id)? else {
        enter::enter(tx, ctx, &conversation, session, &entry)?;
        return Ok(conversation);
    };
    let before = item.standing.agent();
    let pause = Duration::from_secs(queue.policy.decline_pause_s.into());
    let mut work = item.item.clone();
    work.queue_id = queue.id();
    work.last_agent = None;
    if !entry.needs.is_empty() {
        work.needs = entry.needs;
    }
    work.language = entry.language.or(work.language);
    let standing = item.standing.clone().sent_to_line(None, pause, ctx.now());
    let item = items::save(
        tx,
        StoredItem {
            line_rank: enter::rank(&queue, &work, &standing),
            item: work,
            standing,
            note: None,
            assigned_at: None,
            ..item
        },
    )?;
    let fact = match before {
        Some(_) => Fact::Transferred,
        None => Fact::Moved,
    };
    tell(tx, ctx, fact, &item, before)?;
    Ok(conversation)
}

/// An agent may not log in any more: the dispatcher hears of it and hands over what they
/// have. Here only the presence ends.
pub fn on_deactivated(tx: &mut Tx<'_>, ctx: &Context, agent: AgentId) -> Result<(), StoreError> {
    crate::presence::leave(tx, ctx, agent)
}
