//! Search: messages by what was said, contacts by who they are.
//!
//! Both ask an index that was written with what it describes. Whoever may read a
//! conversation finds its messages, notes included; nobody else learns that there is
//! anything to find.

use std::collections::{BTreeMap, BTreeSet};

use zhiyin_domain::contact::Personal;
use zhiyin_domain::ids::{ContactId, ConversationId, InboxId};
use zhiyin_domain::limits::SNIPPET_CHARS_MAX;
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_language::{Highlighter, Snippet};
use zhiyin_store::conversations::ConversationView;
use zhiyin_store::search::{FoundMessage, MessageFilter};
use zhiyin_store::{StoreError, Tx, attributes, search as store};

use crate::Context;
use crate::contacts::{ShownContact, shown};
use crate::conversations::{MessageView, hydrate};

/// Why a search was refused.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The caller may read nothing of the kind.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No such inbox.
    #[error("no such inbox")]
    InboxNotFound(InboxId),
    /// No such conversation, or not one the caller may know of.
    #[error("no such conversation")]
    ConversationNotFound(ConversationId),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A message that was found, with where it was said.
#[derive(Debug, Clone)]
pub struct MessageHit {
    /// The conversation.
    pub conversation: ConversationView,
    /// The message.
    pub message: MessageView,
    /// Start and length of each match in the text of the message, in UTF-16 code units.
    pub highlights: Vec<(usize, usize)>,
    /// A line of plain text around the first match.
    pub snippet: Snippet,
    /// Where the next page begins after this one.
    pub position: i64,
}

/// Messages that hold what was typed and that the caller may see, newest first.
pub fn search_messages(
    tx: &mut Tx<'_>,
    ctx: &Context,
    typed: &str,
    filter: &MessageFilter,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<MessageHit>, SearchError> {
    let permission = Permission::ReadConversations;
    if !ctx.access().holds(permission) {
        return Err(Denied { permission }.into());
    }
    check(tx, ctx, filter)?;
    let query = zhiyin_language::query(typed);
    let visibility = ctx.access().visibility(permission);
    let found = store::find_messages(tx, &query, &visibility, filter, before, limit)?;
    let highlighter = Highlighter::new(typed);
    let mut conversations = BTreeMap::new();
    let mut hits = Vec::with_capacity(found.len());
    for found in found {
        if !crate::conversations::hears(ctx, &found.message) {
            continue;
        }
        let Some(conversation) = conversation(tx, &mut conversations, &found)? else {
            continue;
        };
        hits.push(hit(tx, &highlighter, conversation, found)?);
    }
    Ok(hits)
}

/// What the filter names must be there for the caller.
fn check(tx: &mut Tx<'_>, ctx: &Context, filter: &MessageFilter) -> Result<(), SearchError> {
    if let Some(inbox) = filter.inbox {
        zhiyin_store::inboxes::get(tx, inbox)?.ok_or(SearchError::InboxNotFound(inbox))?;
    }
    if let Some(id) = filter.conversation {
        zhiyin_store::conversations::get(tx, id)?
            .filter(|it| {
                ctx.access()
                    .allows(Permission::ReadConversations, &it.resource())
            })
            .ok_or(SearchError::ConversationNotFound(id))?;
    }
    Ok(())
}

fn conversation(
    tx: &mut Tx<'_>,
    known: &mut BTreeMap<ConversationId, ConversationView>,
    found: &FoundMessage,
) -> Result<Option<ConversationView>, StoreError> {
    let id = found.message.conversation_id;
    if let Some(view) = known.get(&id) {
        return Ok(Some(view.clone()));
    }
    let view = zhiyin_store::conversations::view(tx, id)?;
    if let Some(view) = &view {
        known.insert(id, view.clone());
    }
    Ok(view)
}

fn hit(
    tx: &mut Tx<'_>,
    highlighter: &Highlighter,
    conversation: ConversationView,
    found: FoundMessage,
) -> Result<MessageHit, StoreError> {
    let highlights = highlighter.find(&found.message.text);
    let plain = zhiyin_domain::format::plain(&found.message.text);
    let snippet = highlighter.snippet(&plain, SNIPPET_CHARS_MAX);
    let message = hydrate(tx, vec![found.message], &conversation.contact.name)?
        .pop()
        .expect("hydrate gives back as many messages as it was given");
    Ok(MessageHit {
        conversation,
        message,
        highlights,
        snippet,
        position: found.position,
    })
}

/// Contacts whose names or addresses hold what was typed, newest first.
pub fn search_contacts(
    tx: &mut Tx<'_>,
    ctx: &Context,
    typed: &str,
    before: Option<ContactId>,
    limit: u32,
) -> Result<Vec<ShownContact>, SearchError> {
    let permission = Permission::ReadContacts;
    if !ctx.access().holds(permission) {
        return Err(Denied { permission }.into());
    }
    let alternatives = zhiyin_language::lookup(typed);
    let ids = store::find_contacts(tx, &alternatives, before, limit)?;
    let set = attributes::set(tx)?;
    let mut contacts = Vec::with_capacity(ids.len());
    for id in ids {
        let contact = zhiyin_store::contacts::get(tx, id)?;
        contacts.extend(contact.map(|contact| shown(ctx, &set, contact)));
    }
    Ok(contacts)
}

/// The terms a contact is found by: name, address and telephone number.
pub(crate) fn contact_terms(personal: &Personal) -> BTreeSet<String> {
    let mut terms = zhiyin_language::name_terms(&personal.name);
    if let Some(email) = &personal.email {
        terms.extend(zhiyin_language::name_terms(email.as_str()));
    }
    if let Some(phone) = &personal.phone {
        terms.extend(zhiyin_language::phone_terms(phone));
    }
    terms
}
