//! Making, changing, keeping and cancelling promises by hand.

use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, ConversationId, PromiseId};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::promise::Promise;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::agents;
use zhiyin_store::promises::{self as store, PromiseCursor, PromiseFilter};
use zhiyin_store::{StoreError, Tx, conversations};

use super::{NewPromise, PromiseError, make, reminder_of};
use crate::Context;
use crate::conversations::{ConversationError, load};

/// A promise with what is shown beside it.
#[derive(Debug, Clone)]
pub struct PromiseView {
    /// The promise.
    pub promise: Promise,
    /// Human number of the conversation.
    pub conversation_number: i64,
    /// The contact's name; empty while unknown.
    pub contact_name: String,
    /// Whether the number to call may be shown in full.
    pub shows_phone: bool,
    /// Whether its time is over and it was not done.
    pub is_overdue: bool,
}

/// What changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct PromisePatch {
    /// The words.
    pub text: Option<String>,
    /// Until when.
    pub due_at: Option<Timestamp>,
    /// Who sees to it, or nobody.
    pub owner_id: Option<Option<AgentId>>,
    /// The version that was read; an older one is refused.
    pub version: Option<i64>,
}

/// A promise ready to be shown to anybody: the number to call only in part.
pub fn view_at(
    tx: &mut Tx<'_>,
    promise: Promise,
    now: Timestamp,
) -> Result<Option<PromiseView>, StoreError> {
    let Some(found) = conversations::view(tx, promise.conversation_id)? else {
        return Ok(None);
    };
    Ok(Some(PromiseView {
        conversation_number: found.conversation.number,
        contact_name: found.contact.name,
        shows_phone: false,
        is_overdue: promise.is_overdue(now),
        promise,
    }))
}

fn shown(tx: &mut Tx<'_>, ctx: &Context, promise: Promise) -> Result<PromiseView, PromiseError> {
    let id = promise.id;
    let view = view_at(tx, promise, ctx.now())?.ok_or(PromiseError::NotFound(id))?;
    Ok(PromiseView {
        shows_phone: ctx.access().holds(Permission::RevealPersonalData),
        ..view
    })
}

/// A page of promises in conversations the caller may read. `mine` are those the caller sees
/// to.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context,
    filter: &PromiseFilter,
    after: Option<PromiseCursor>,
    limit: u32,
) -> Result<Vec<PromiseView>, PromiseError> {
    if let Some(id) = filter.conversation {
        crate::conversations::get_conversation(tx, ctx, id)?;
    }
    let visibility = ctx.access().visibility(Permission::ReadConversations);
    let mut views = Vec::new();
    for promise in store::list(tx, &visibility, filter, after, limit)? {
        views.push(shown(tx, ctx, promise)?);
    }
    Ok(views)
}

/// The agent must work here and be able to see the conversation.
fn check_owner(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    owner: Option<AgentId>,
) -> Result<(), PromiseError> {
    let Some(owner) = owner else {
        return Ok(());
    };
    agents::get(tx, owner)?
        .filter(|agent| agent.is_active)
        .ok_or(PromiseError::AgentNotFound(owner))?;
    let access = zhiyin_store::identity::access::load(tx, owner)?;
    if access.allows(Permission::ReadConversations, &conversation.resource()) {
        Ok(())
    } else {
        Err(ConversationError::AgentWithoutAccess(owner).into())
    }
}

/// Makes a promise by hand. Without an owner it is of the agent who has the conversation,
/// else of whoever makes it.
pub fn create(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: NewPromise,
) -> Result<PromiseView, PromiseError> {
    let conversation = load(
        tx,
        ctx,
        new.conversation_id,
        Permission::ManageConversations,
    )?;
    check_owner(tx, &conversation, new.owner_id)?;
    let own = conversation.assignee_id.or(ctx.actor().agent());
    let new = NewPromise {
        owner_id: new.owner_id.or(own),
        ..new
    };
    let promise = make(tx, ctx, new)?;
    shown(tx, ctx, promise)
}

/// Loads a promise with its conversation for a change. The conversation is locked first, as
/// everywhere.
fn load_promise(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: PromiseId,
) -> Result<(Conversation, Promise), PromiseError> {
    let not_found = || PromiseError::NotFound(id);
    let conversation: ConversationId = store::get(tx, id)?.ok_or_else(not_found)?.conversation_id;
    let conversation = match load(tx, ctx, conversation, Permission::ManageConversations) {
        Err(ConversationError::NotFound(_)) => return Err(not_found()),
        other => other?,
    };
    let promise = store::get(tx, id)?.ok_or_else(not_found)?;
    Ok((conversation, promise))
}

/// Changes words, time or owner.
pub fn change(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: PromiseId,
    patch: PromisePatch,
) -> Result<PromiseView, PromiseError> {
    let (conversation, before) = load_promise(tx, ctx, id)?;
    if patch
        .version
        .is_some_and(|version| version != before.version)
    {
        return Err(PromiseError::Stale);
    }
    let mut promise = before.clone();
    if let Some(text) = patch.text {
        promise = promise.reword(&text)?;
    }
    if let Some(due_at) = patch.due_at {
        let is_another = due_at != promise.due_at;
        promise = promise.postpone(due_at, ctx.now())?;
        if is_another {
            promise.remind_at = reminder_of(tx, ctx, &conversation, due_at)?;
        }
    }
    if let Some(owner) = patch.owner_id {
        check_owner(tx, &conversation, owner)?;
        promise = promise.hand_to(owner)?;
    }
    if promise == before {
        return shown(tx, ctx, before);
    }
    let promise = store::save(tx, promise)?;
    ctx.append(
        tx,
        &Event::PromiseChanged {
            conversation_id: promise.conversation_id,
            promise_id: id,
            owner_id: promise.owner_id,
        },
    )?;
    shown(tx, ctx, promise)
}

pub(super) fn store_kept(
    tx: &mut Tx<'_>,
    ctx: &Context,
    kept: Promise,
) -> Result<Promise, StoreError> {
    let promise = store::save(tx, kept)?;
    ctx.append(
        tx,
        &Event::PromiseKept {
            conversation_id: promise.conversation_id,
            promise_id: promise.id,
            owner_id: promise.owner_id,
        },
    )?;
    Ok(promise)
}

/// Says that a promise was kept.
pub fn keep(tx: &mut Tx<'_>, ctx: &Context, id: PromiseId) -> Result<PromiseView, PromiseError> {
    let (_, promise) = load_promise(tx, ctx, id)?;
    let kept = store_kept(tx, ctx, promise.keep(ctx.now())?)?;
    shown(tx, ctx, kept)
}

/// Takes a promise back, for a reason.
pub fn cancel(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: PromiseId,
    reason: &str,
) -> Result<PromiseView, PromiseError> {
    let (_, promise) = load_promise(tx, ctx, id)?;
    let promise = store::save(tx, promise.cancel(reason)?)?;
    ctx.append(
        tx,
        &Event::PromiseCancelled {
            conversation_id: promise.conversation_id,
            promise_id: id,
            owner_id: promise.owner_id,
        },
    )?;
    shown(tx, ctx, promise)
}
