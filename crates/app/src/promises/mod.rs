//! Promises: what was said to one customer, and until when.
//!
//! One that is due breaks by itself, in a transaction of its own ([`work`]), and its owner is
//! reminded before; one to reply is kept by the next public answer, in the transaction of the
//! answer.

mod change;
mod due;
mod report;
mod suggest;

pub use change::{PromisePatch, PromiseView, cancel, change, create, keep, list, view_at};
pub use due::work;
pub use report::{
    PromiseNumbers, PromiseReport, PromiseReportRequest, promise_lines, promise_report,
};
pub use suggest::{PromiseSuggestion, suggest};

use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, ConversationId, PromiseId};
use zhiyin_domain::limits::PROMISES_MAX;
use zhiyin_domain::permission::Denied;
use zhiyin_domain::promise::{
    PhoneNumber, Promise, PromiseKind, PromiseRuleError, PromiseStatus, check_promise_due,
    clean_promise_text, reminder,
};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{StoreError, Tx, conversations, inboxes, promises as store};

use crate::Context;
use crate::calendars::hours;
use crate::conversations::ConversationError;

/// Why something with a promise was refused.
#[derive(Debug, thiserror::Error)]
pub enum PromiseError {
    /// No such promise, or not one the caller may know of.
    #[error("no such promise")]
    NotFound(PromiseId),
    /// Somebody else changed it.
    #[error("somebody else has changed the promise")]
    Stale,
    /// No such agent, or one who does not work here any more.
    #[error("no such agent")]
    AgentNotFound(AgentId),
    /// Too many are open already.
    #[error("a conversation has at most {PROMISES_MAX} promises that are to be kept")]
    TooMany,
    /// Its words, its time or its state do not allow it.
    #[error(transparent)]
    Rule(#[from] PromiseRuleError),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The conversation refused it.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Something that is said to a customer, not yet checked.
#[derive(Debug, Clone)]
pub struct NewPromise {
    /// Where.
    pub conversation_id: ConversationId,
    /// What is to be done.
    pub kind: PromiseKind,
    /// In words, for colleagues. May be empty unless the kind says nothing.
    pub text: String,
    /// Which number to call.
    pub phone: Option<PhoneNumber>,
    /// Until when.
    pub due_at: Timestamp,
    /// Who sees to it.
    pub owner_id: Option<AgentId>,
}

/// Makes a promise in the transaction of whatever gave rise to it. The caller has checked
/// who may.
pub(crate) fn make(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: NewPromise,
) -> Result<Promise, PromiseError> {
    let id = new.conversation_id;
    let conversation = conversations::get(tx, id)?.ok_or(ConversationError::NotFound(id))?;
    check_promise_due(new.due_at, ctx.now())?;
    let needs_words = new.kind == PromiseKind::Other;
    let text = match clean_promise_text(&new.text) {
        Err(PromiseRuleError::NoText) if !needs_words => String::new(),
        other => other?,
    };
    if store::pending(tx, id)?.len() >= PROMISES_MAX {
        return Err(PromiseError::TooMany);
    }
    let promise = Promise {
        id: ctx.id(),
        conversation_id: id,
        session_id: conversation.session_id,
        contact_id: conversation.contact_id,
        kind: new.kind,
        text,
        phone: new.phone,
        due_at: new.due_at,
        remind_at: reminder_of(tx, ctx, &conversation, new.due_at)?,
        owner_id: new.owner_id,
        status: PromiseStatus::Open,
        broken_at: None,
        made_by: ctx.actor().clone(),
        created_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &promise)?;
    ctx.append(
        tx,
        &Event::PromiseMade {
            conversation_id: id,
            promise_id: promise.id,
            owner_id: promise.owner_id,
        },
    )?;
    Ok(promise)
}

/// When the owner of a promise is reminded, by the hours that count for the conversation.
fn reminder_of(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    due_at: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let business = match inboxes::get(tx, conversation.inbox_id)? {
        None => None,
        Some(inbox) => hours::of_session(tx, None, conversation.team_id, &inbox)?.business,
    };
    Ok(reminder(ctx.now(), due_at, business.as_deref()))
}

/// The company has answered: what was promised as a reply is kept. In the transaction of the
/// answer.
pub(crate) fn answered(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<(), StoreError> {
    for promise in store::pending(tx, id)? {
        if promise.kind != PromiseKind::Reply {
            continue;
        }
        // What is pending can be kept.
        if let Ok(kept) = promise.keep(ctx.now()) {
            change::store_kept(tx, ctx, kept)?;
        }
    }
    Ok(())
}
