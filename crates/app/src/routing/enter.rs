//! How work comes into a queue.

use std::time::Duration;

use zhiyin_domain::conversation::{Conversation, Handler};
use zhiyin_domain::ids::{AgentId, QueueId};
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::routing::{OutOfHoursMode, QueueItem, SkillNeed, Standing, WorkKind};
use zhiyin_domain::session::Session;
use zhiyin_store::routing::{StoredItem, StoredQueue, items, profiles, queues};
use zhiyin_store::{StoreError, Tx, contacts, inboxes};

use super::{Fact, RoutingError, hours, tell};
use crate::Context;

/// How work comes in.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// Another queue than that of the inbox.
    pub queue: Option<QueueId>,
    /// Who has it already.
    pub agent: Option<AgentId>,
    /// Whether the customer came by themselves, so that the hours of business count.
    pub is_customer: bool,
    /// Who had the customer until now.
    pub last_agent: Option<AgentId>,
    /// Skills it needs.
    pub needs: Vec<SkillNeed>,
    /// The language it needs, if somebody said so.
    pub language: Option<LanguageTag>,
}

/// What became of it.
pub(super) enum Entered {
    /// The inbox is worked by hand.
    ByHand,
    /// There is a piece of work now.
    Work(Box<StoredItem>),
    /// The customer leaves a message and does not wait.
    Closed,
}

/// Puts the work of a session in line, or straight to its agent.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    session: &Session,
    entry: &Entry,
) -> Result<Entered, RoutingError> {
    let routing = inboxes::routing(tx, conversation.inbox_id)?;
    let Some(queue_id) = entry.queue.or(routing.queue_id) else {
        return Ok(Entered::ByHand);
    };
    let Some(queue) = queues::get(tx, queue_id)? else {
        return Ok(Entered::ByHand);
    };
    let mut promise_id = None;
    if entry.is_customer && entry.agent.is_none() {
        let Some(inbox) = inboxes::get(tx, conversation.inbox_id)? else {
            return Ok(Entered::ByHand);
        };
        let hours = hours::hours(tx, &inbox, &queue, ctx.now())?;
        let is_full = match queue.policy.waiting_max {
            None => false,
            Some(most) => items::waiting(tx, queue_id)? >= most,
        };
        let is_form = hours.out_of_hours.mode == OutOfHoursMode::Form;
        if !hours.is_open || is_full {
            let (id, due) = (conversation.id, hours.reply_by);
            promise_id = Some(hours::promise(tx, ctx, id, due, None, String::new())?);
        }
        if is_full || (!hours.is_open && is_form) {
            return Ok(Entered::Closed);
        }
    }
    let item = describe(tx, ctx, conversation, session, &queue, entry)?;
    let standing = Standing {
        team_id: conversation.team_id,
        ..Standing::waiting(ctx.now())
    };
    let standing = match entry.agent {
        Some(agent) => standing.assign(agent),
        None => standing,
    };
    let stored = StoredItem {
        line_rank: rank(&queue, &item, &standing),
        item,
        standing,
        note: None,
        assigned_at: entry.agent.map(|_| ctx.now()),
        ended: None,
        promise_id,
        decline_reason: None,
        version: 1,
    };
    items::insert(tx, &stored)?;
    tell(tx, ctx, Fact::Entered, &stored, None)?;
    if entry.agent.is_some() {
        tell(tx, ctx, Fact::Assigned, &stored, entry.agent)?;
    }
    Ok(Entered::Work(Box::new(stored)))
}

/// The place in line of a piece of work.
pub(super) fn rank(queue: &StoredQueue, item: &QueueItem, standing: &Standing) -> i64 {
    let added = Duration::from_secs(standing.added_s.into());
    queue.policy.priorities.rank(item, added).as_micros()
}

fn describe(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    session: &Session,
    queue: &StoredQueue,
    entry: &Entry,
) -> Result<QueueItem, StoreError> {
    let (tier, dedicated) = contacts::standing(tx, conversation.contact_id)?;
    let last_agent = match entry.last_agent {
        Some(agent) => Some(agent),
        None => items::last_agent(tx, conversation.inbox_id, conversation.id, session.id)?,
    };
    let language = match entry.language {
        Some(language) => Some(language),
        None => needed_language(tx, session.language)?,
    };
    Ok(QueueItem {
        id: ctx.id(),
        conversation_id: conversation.id,
        session_id: session.id,
        queue_id: queue.id(),
        entered_at: ctx.now(),
        kind: WorkKind::from(conversation.channel),
        needs: entry.needs.clone(),
        language,
        tier,
        severity: conversation.priority,
        stage: session.stage,
        last_agent,
        dedicated,
    })
}

/// The language a customer needs. It counts only where some profile names it: nobody is to
/// wait for an agent whom nobody has described.
fn needed_language(
    tx: &mut Tx<'_>,
    language: Option<LanguageTag>,
) -> Result<Option<LanguageTag>, StoreError> {
    match language {
        Some(language) if profiles::is_spoken(tx, language)? => Ok(Some(language)),
        Some(_) | None => Ok(None),
    }
}

/// The conversation as its work has it: in line, or with nobody because the customer does
/// not wait.
pub(super) fn with_handler(conversation: Conversation, entered: &Entered) -> Conversation {
    match entered {
        Entered::Closed => Conversation {
            handler: Handler::None,
            ..conversation
        },
        Entered::ByHand | Entered::Work(_) => conversation,
    }
}
