//! What a visitor does in their conversation: write, read, rate, end it.

use std::collections::BTreeMap;

use zhiyin_domain::contact::Contact;
use zhiyin_domain::conversation::{Conversation, ConversationStatus, Handler, Priority};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AvatarId, IdentityId, InboxId};
use zhiyin_domain::inbox::{Inbox, PrechatKind};
use zhiyin_domain::limits::CATCH_UP_MESSAGES_MAX;
use zhiyin_domain::message::{Author, SystemLine};
use zhiyin_domain::ratings::RatingSource;
use zhiyin_domain::session::Session;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::conversations::messages::Audience;
use zhiyin_store::widget::Visitor;
use zhiyin_store::{StoreError, Tx, contacts, conversations as store, inboxes};

use super::contact::{save_contact, unblocked};
use super::{VisitorPatch, WidgetError};
use crate::Context;
use crate::conversations::{
    MessageView, Posted, Prepared, Recorded, hydrate, record, repeat, resolve_as,
};
use crate::ratings::{RatingInput, take};
use crate::routing::{VisitorQueue, queue_of_visitor};

/// A conversation as its customer sees it.
#[derive(Debug, Clone)]
pub struct VisitorView {
    /// The conversation.
    pub conversation: Conversation,
    /// The present or last session.
    pub session: Option<Session>,
    /// Who answers: shown name and picture.
    pub assignee: Option<(String, Option<AvatarId>)>,
    /// The customer's own name, for their messages.
    pub contact_name: String,
    /// Answers the customer has not read.
    pub unread_count: i64,
    /// Where they stand in line; none if an agent has them or there is no line.
    pub queue: Option<VisitorQueue>,
}

fn view(
    tx: &mut Tx<'_>,
    conversation: Conversation,
    now: Timestamp,
) -> Result<VisitorView, StoreError> {
    let session = match conversation.session_id {
        Some(id) => store::sessions::get(tx, id)?,
        None => None,
    };
    let assignee = match conversation.assignee_id {
        Some(id) => zhiyin_store::identity::agents::get(tx, id)?
            .map(|agent| (agent.display_name.into_string(), agent.avatar)),
        None => None,
    };
    let contact_name = contacts::get(tx, conversation.contact_id)?
        .map(|contact| contact.personal.name)
        .unwrap_or_default();
    let unread_count = store::messages::unread_by_contact(tx, &conversation)?;
    let queue = queue_of_visitor(tx, &conversation, now)?;
    Ok(VisitorView {
        conversation,
        session,
        assignee,
        contact_name,
        unread_count,
        queue,
    })
}

pub(super) fn find_view(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    identity: IdentityId,
    now: Timestamp,
) -> Result<Option<VisitorView>, StoreError> {
    match store::find(tx, inbox, identity)? {
        None => Ok(None),
        Some(conversation) => view(tx, conversation, now).map(Some),
    }
}

/// The visitor's conversation, if there is one.
pub fn conversation(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<VisitorView>, WidgetError> {
    Ok(find_view(tx, visitor.inbox_id, visitor.identity_id, now)?)
}

/// Messages, oldest first, and where earlier ones end.
#[derive(Debug, Clone)]
pub struct VisitorPage {
    /// The messages.
    pub messages: Vec<MessageView>,
    /// Place before which the next page ends.
    pub before_seq: Option<i64>,
}

/// The last messages before a place, without what is internal.
pub fn messages(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    before_seq: Option<i64>,
    limit: u32,
) -> Result<VisitorPage, WidgetError> {
    let Some(conversation) = store::find(tx, visitor.inbox_id, visitor.identity_id)? else {
        return Ok(VisitorPage {
            messages: Vec::new(),
            before_seq: None,
        });
    };
    let contact = contacts::get(tx, conversation.contact_id)?;
    let contact_name = contact.map(|contact| contact.personal.name);
    let id = conversation.id;
    let messages = store::messages::before(tx, id, before_seq, limit, Audience::Contact)?;
    let first = messages
        .first()
        .map(|first| first.seq)
        .filter(|seq| *seq > 1);
    let messages = hydrate(tx, messages, &contact_name.unwrap_or_default())?;
    Ok(VisitorPage {
        messages,
        before_seq: first,
    })
}

/// What a widget that was away has missed.
#[derive(Debug, Clone)]
pub enum SyncView {
    /// There is no conversation yet.
    Empty,
    /// Too much to tell one by one: fetch everything.
    Reset(Box<VisitorView>),
    /// These messages are new or different.
    Changes(Box<VisitorView>, Vec<MessageView>),
}

/// What changed since a revision of the conversation.
pub fn sync(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    since: Option<i64>,
    now: Timestamp,
) -> Result<SyncView, WidgetError> {
    let Some(view) = conversation(tx, visitor, now)? else {
        return Ok(SyncView::Empty);
    };
    let Some(since) = since else {
        return Ok(SyncView::Reset(Box::new(view)));
    };
    if since >= view.conversation.version {
        return Ok(SyncView::Changes(Box::new(view), Vec::new()));
    }
    let limit = CATCH_UP_MESSAGES_MAX + 1;
    let id = view.conversation.id;
    let changed = store::messages::changed_since(tx, id, since, limit, Audience::Contact)?;
    if changed.len() > CATCH_UP_MESSAGES_MAX as usize {
        return Ok(SyncView::Reset(Box::new(view)));
    }
    let changed = hydrate(tx, changed, &view.contact_name)?;
    Ok(SyncView::Changes(Box::new(view), changed))
}

/// A visitor writes. The first message opens the conversation; two first messages at once
/// still open one.
pub fn post(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
    prepared: &Prepared,
    prechat: &BTreeMap<String, String>,
) -> Result<Posted, WidgetError> {
    if visitor.is_blocked {
        return Err(WidgetError::Blocked);
    }
    if !visitor.is_enabled {
        return Err(WidgetError::InboxDisabled);
    }
    let conversation = match store::find_for_update(tx, visitor.inbox_id, visitor.identity_id)? {
        Some(conversation) => conversation,
        None => open_conversation(tx, ctx, visitor, prechat)?,
    };
    let author = Author::Contact(conversation.contact_id);
    if let Some(message) = repeat(tx, conversation.id, author, prepared)? {
        return Ok(Posted {
            message,
            is_repeat: true,
        });
    }
    let Recorded { message, .. } = record(tx, ctx, &conversation, author, prepared)?;
    Ok(Posted {
        message,
        is_repeat: false,
    })
}

fn open_conversation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
    prechat: &BTreeMap<String, String>,
) -> Result<Conversation, WidgetError> {
    let inbox = inboxes::get(tx, visitor.inbox_id)?.ok_or(WidgetError::InboxNotFound)?;
    answer_prechat(tx, ctx, visitor, &inbox, prechat)?;
    let conversation = Conversation {
        id: ctx.id(),
        number: inboxes::next_number(tx, "conversations")?,
        inbox_id: visitor.inbox_id,
        contact_id: visitor.contact_id,
        identity_id: visitor.identity_id,
        channel: inbox.channel,
        status: ConversationStatus::Open,
        handler: Handler::Queued,
        assignee_id: None,
        team_id: None,
        priority: Priority::Normal,
        tag_ids: Vec::new(),
        session_id: None,
        session_count: 0,
        last_seq: 0,
        last_message: None,
        last_activity_at: ctx.now(),
        waiting_since: None,
        deadline: None,
        unread_count: 0,
        contact_seen_seq: 0,
        agent_seen_seq: 0,
        created_at: ctx.now(),
        version: 1,
    };
    // Two tabs may open the conversation at the same moment: the second finds the first's.
    let opened = tx.savepoint(|tx| store::insert(tx, &conversation));
    match opened {
        Ok(()) => {}
        Err(error) if error.is_unique_violation("conversations_identity") => {
            return store::find_for_update(tx, visitor.inbox_id, visitor.identity_id)?
                .ok_or(WidgetError::NoConversation);
        }
        Err(error) => return Err(error.into()),
    }
    ctx.append(
        tx,
        &Event::ConversationOpened {
            conversation_id: conversation.id,
            contact_id: conversation.contact_id,
            inbox_id: conversation.inbox_id,
        },
    )?;
    Ok(conversation)
}

/// Takes in the answers to the questions before the first message.
fn answer_prechat(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
    inbox: &Inbox,
    answers: &BTreeMap<String, String>,
) -> Result<(), WidgetError> {
    let contact: Option<Contact> = contacts::get(tx, visitor.contact_id)?;
    let is_verified = contact.is_some_and(|contact| contact.is_verified);
    if !inbox.settings.prechat.enabled || is_verified {
        return Ok(());
    }
    let mut patch = VisitorPatch::default();
    for field in &inbox.settings.prechat.fields {
        let answer = answers
            .get(&field.key)
            .map(|answer| answer.trim())
            .filter(|answer| !answer.is_empty());
        let Some(answer) = answer else {
            if field.required {
                return Err(WidgetError::Prechat(field.key.clone()));
            }
            continue;
        };
        let is_acceptable = match field.kind {
            PrechatKind::Text => answer.chars().count() <= 500,
            PrechatKind::Email => answer.parse::<zhiyin_domain::email::EmailAddress>().is_ok(),
            PrechatKind::Phone => {
                answer.len() <= 40 && answer.chars().filter(char::is_ascii_digit).count() >= 5
            }
        };
        if !is_acceptable {
            return Err(WidgetError::Prechat(field.key.clone()));
        }
        let answer = answer.to_owned();
        match field.key.as_str() {
            "name" => patch.name = Some(answer),
            "email" => patch.email = Some(answer),
            "phone" => patch.phone = Some(answer),
            key => {
                patch.attributes.insert(key.to_owned(), answer);
            }
        }
    }
    super::update_visitor(tx, ctx, visitor, &patch)?;
    Ok(())
}

fn own(tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Conversation, WidgetError> {
    store::find_for_update(tx, visitor.inbox_id, visitor.identity_id)?
        .ok_or(WidgetError::NoConversation)
}

/// The customer has read up to `seq`; gives the conversation if that is news.
pub fn seen(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
    seq: i64,
) -> Result<(), WidgetError> {
    let before = own(tx, visitor)?;
    let Some(conversation) = before.clone().seen_by_contact(seq) else {
        return Ok(());
    };
    let conversation = store::save(tx, &before, conversation)?;
    let seq = conversation.contact_seen_seq;
    ctx.append(
        tx,
        &Event::ConversationSeen {
            conversation_id: conversation.id,
            seq,
        },
    )?;
    Ok(())
}

/// Takes the customer's opinion of one of their sessions; a later one replaces an earlier.
pub fn rate(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
    input: &RatingInput,
) -> Result<Session, WidgetError> {
    let before = own(tx, visitor)?;
    let session = store::sessions::get(tx, input.session_id)?
        .filter(|session| session.conversation_id == before.id)
        .ok_or(WidgetError::SessionNotFound)?;
    Ok(take(
        tx,
        ctx,
        &before,
        session,
        input,
        RatingSource::Widget,
    )?)
}

/// The customer ends the chat.
pub fn end(tx: &mut Tx<'_>, ctx: &Context, visitor: &Visitor) -> Result<(), WidgetError> {
    let before = own(tx, visitor)?;
    if matches!(before.status, ConversationStatus::Resolved { .. }) {
        return Ok(());
    }
    resolve_as(tx, ctx, &before, SystemLine::EndedByContact)?;
    Ok(())
}

/// The customer wants the conversation by mail: a job, sent as soon as mail is set up. The
/// address becomes the contact's if none is known.
pub fn request_transcript(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
    email: &str,
) -> Result<(), WidgetError> {
    let conversation = own(tx, visitor)?;
    let email: zhiyin_domain::email::EmailAddress =
        email.parse().map_err(|_| WidgetError::Email)?;
    let before =
        contacts::get_for_update(tx, visitor.contact_id)?.ok_or(WidgetError::Unauthenticated)?;
    if before.personal.email.is_none() {
        let mut contact = before.clone();
        contact.personal.email = Some(email.clone());
        unblocked(save_contact(tx, ctx, &before, &contact)?)?;
    }
    Ok(super::transcript::enqueue(tx, ctx, &conversation, &email)?)
}
