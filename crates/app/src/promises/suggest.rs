//! Promises found in what an agent writes, offered to be recorded.
//!
//! Nothing is stored: whoever wrote it decides whether it is one.

use std::time::Duration;

use zhiyin_domain::format::plain;
use zhiyin_domain::ids::ConversationId;
use zhiyin_domain::limits::PROMISE_TEXT_CHARS_MAX;
use zhiyin_domain::message::clean_text;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::promise::{PromiseKind, check_promise_due};
use zhiyin_domain::time::Timestamp;
use zhiyin_language::promises::promises;
use zhiyin_store::{Tx, contacts, inboxes, promises as store};

use super::PromiseError;
use crate::Context;
use crate::calendars::hours;
use crate::conversations::{ConversationError, load};

/// Two promises of one kind that are due so close together are the same one.
const SAME_WITHIN: Duration = Duration::from_mins(5);

/// A promise that a text makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseSuggestion {
    /// What is promised.
    pub kind: PromiseKind,
    /// The sentence, cut to the length of a promise.
    pub text: String,
    /// The words of time in it.
    pub when: String,
    /// The moment they stand for, in the customer's zone and by the hours that count here.
    pub due_at: Timestamp,
    /// Whether the text names a time, and not only that it is soon.
    pub is_exact: bool,
}

/// What a text promises to the customer of a conversation, without what is noted already. For
/// whoever may note promises there.
pub fn suggest(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    text: &str,
) -> Result<Vec<PromiseSuggestion>, PromiseError> {
    let conversation = load(tx, ctx, id, Permission::ManageConversations)?;
    let text = plain(&clean_text(text, true).map_err(ConversationError::from)?);
    let found = promises(&text);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let inbox = inboxes::get(tx, conversation.inbox_id)?;
    let contact = contacts::get(tx, conversation.contact_id)?;
    let zone = contact
        .and_then(|contact| contact.context.time_zone)
        .or_else(|| inbox.as_ref().map(|inbox| inbox.settings.time_zone.clone()))
        .unwrap_or_default();
    let business = match &inbox {
        Some(inbox) => hours::of_session(tx, None, conversation.team_id, inbox)?.business,
        None => None,
    };
    let noted = store::pending(tx, id)?;
    let mut suggestions: Vec<PromiseSuggestion> = Vec::new();
    for one in found {
        let due_at = one.due.resolve(ctx.now(), &zone, business.as_deref());
        let Some(due_at) = due_at.filter(|at| check_promise_due(*at, ctx.now()).is_ok()) else {
            continue;
        };
        let is_same = |kind: PromiseKind, at: Timestamp| {
            kind == one.kind && at.since(due_at).max(due_at.since(at)) <= SAME_WITHIN
        };
        if noted.iter().any(|it| is_same(it.kind, it.due_at))
            || suggestions.iter().any(|it| is_same(it.kind, it.due_at))
        {
            continue;
        }
        suggestions.push(PromiseSuggestion {
            kind: one.kind,
            text: text[one.place]
                .chars()
                .take(PROMISE_TEXT_CHARS_MAX)
                .collect(),
            when: text[one.when].to_owned(),
            due_at,
            is_exact: one.due.is_exact(),
        });
    }
    Ok(suggestions)
}
