//! Reading conversations, messages and counters.

use std::collections::BTreeMap;

use zhiyin_domain::ids::{ConversationId, InboxId, MessageId, TagId, TeamId, ViewId};
use zhiyin_domain::message::Message;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::view::ViewSort;
use zhiyin_store::conversations::messages::Audience;
use zhiyin_store::conversations::{
    ConversationView, CounterRow, CounterScope, ListCursor, ListFilter, ListPage, Order,
    StatusFilter, View,
};
use zhiyin_store::{Tx, conversations as store};

use super::views::{MessageView, hydrate};
use super::{ConversationError, check};
use crate::Context;
use crate::views::{self, ViewError};

/// Which conversations to list; what is none is as the saved view says, else the usual.
#[derive(Debug, Clone)]
pub struct ListRequest {
    /// Which.
    pub view: View,
    /// Only what a saved view shows.
    pub saved: Option<ViewId>,
    /// In which status: those of the view, else open ones.
    pub status: Option<StatusFilter>,
    /// Only of this inbox.
    pub inbox: Option<InboxId>,
    /// Only with this tag.
    pub tag: Option<TagId>,
    /// In which order: that of the view, else by latest activity.
    pub order: Option<Order>,
}

/// A page of conversations the caller may see.
pub fn list_conversations(
    tx: &mut Tx<'_>,
    ctx: &Context,
    request: &ListRequest,
    after: Option<ListCursor>,
    limit: u32,
) -> Result<ListPage, ConversationError> {
    let saved = match request.saved {
        None => None,
        Some(id) => Some(views::filter_of(tx, ctx, id).map_err(|error| match error {
            ViewError::Denied(denied) => ConversationError::Denied(denied),
            ViewError::Store(source) => ConversationError::Store(source),
            _ => ConversationError::ViewNotFound(id),
        })?),
    };
    let (status, order) = match &saved {
        None => (StatusFilter::Open, Order::Recent),
        Some((_, ViewSort::Recent)) => (StatusFilter::Any, Order::Recent),
        Some((_, ViewSort::Waiting)) => (StatusFilter::Any, Order::Waiting),
        Some((_, ViewSort::Deadline)) => (StatusFilter::Any, Order::Deadline),
    };
    let filter = ListFilter {
        view: request.view.clone(),
        status: request.status.unwrap_or(status),
        inbox: request.inbox,
        tag: request.tag,
        saved: saved.map(|(saved, _)| saved),
        order: request.order.unwrap_or(order),
    };
    let visibility = ctx.access().visibility(Permission::ReadConversations);
    Ok(store::page(tx, &visibility, &filter, after, limit)?)
}

/// One conversation.
pub fn get_conversation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<ConversationView, ConversationError> {
    let view = store::view(tx, id)?.ok_or(ConversationError::NotFound(id))?;
    check(ctx, &view.conversation, Permission::ReadConversations)?;
    Ok(view)
}

/// Messages, oldest first, and whether there are earlier ones.
#[derive(Debug, Clone)]
pub struct MessagePage {
    /// The messages.
    pub messages: Vec<MessageView>,
    /// Place before which the next page ends.
    pub before_seq: Option<i64>,
}

/// The last messages before a place.
pub fn list_messages(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    before_seq: Option<i64>,
    limit: u32,
) -> Result<MessagePage, ConversationError> {
    let view = get_conversation(tx, ctx, id)?;
    let messages = store::messages::before(tx, id, before_seq, limit, Audience::Company)?;
    let before_seq = messages
        .first()
        .map(|first| first.seq)
        .filter(|seq| *seq > 1);
    let mut messages = hydrate(tx, messages, &view.contact.name)?;
    messages.retain(|view| hears(ctx, &view.message));
    Ok(MessagePage {
        messages,
        before_seq,
    })
}

/// One message, ready to be shown.
pub fn message_view(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MessageId,
) -> Result<MessageView, ConversationError> {
    let message = store::messages::get(tx, id)?.ok_or(ConversationError::MessageNotFound(id))?;
    let view = get_conversation(tx, ctx, message.conversation_id)
        .map_err(|_| ConversationError::MessageNotFound(id))?;
    if !hears(ctx, &message) {
        return Err(ConversationError::MessageNotFound(id));
    }
    hydrate(tx, vec![message], &view.contact.name)?
        .pop()
        .ok_or(ConversationError::MessageNotFound(id))
}

/// Whether the caller may know of a message of a conversation they may read: a whisper is for
/// the agent it was said to and for those who lead the floor.
pub(crate) fn hears(ctx: &Context, message: &Message) -> bool {
    let leads = || {
        ctx.access()
            .allows(Permission::SuperviseFloor, &Resource::WORKSPACE)
    };
    match message.content.whisper_to {
        None => true,
        Some(agent) => ctx.actor().agent() == Some(agent) || leads(),
    }
}

/// The numbers beside inboxes, teams and views.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters {
    /// Open conversations by inbox.
    pub inbox_open: BTreeMap<InboxId, i64>,
    /// Open conversations nobody has, by inbox.
    pub inbox_unassigned: BTreeMap<InboxId, i64>,
    /// Open conversations by team.
    pub team_open: BTreeMap<TeamId, i64>,
    /// Open conversations of the caller.
    pub mine_open: i64,
    /// Conversations in which the caller was called and has not looked.
    pub mentions_unseen: i64,
}

/// The numbers of what the caller may see.
pub fn counters(tx: &mut Tx<'_>, ctx: &Context) -> Result<Counters, ConversationError> {
    let visibility = ctx.access().visibility(Permission::ReadConversations);
    let me = ctx.actor().agent();
    let mut counters = Counters::default();
    for row in store::counters(tx)?
        .into_iter()
        .filter(|row| row.status == "open")
    {
        let CounterRow {
            scope,
            scope_id,
            value,
            ..
        } = row;
        let inbox = InboxId::from_uuid(scope_id);
        let team = TeamId::from_uuid(scope_id);
        let sees_inbox = visibility.all || visibility.inboxes.contains(&inbox);
        match scope {
            CounterScope::Inbox if sees_inbox => {
                counters.inbox_open.insert(inbox, value);
            }
            CounterScope::Unassigned if sees_inbox => {
                counters.inbox_unassigned.insert(inbox, value);
            }
            CounterScope::Team if visibility.all || visibility.teams.contains(&team) => {
                counters.team_open.insert(team, value);
            }
            CounterScope::Assignee
                if me.map(zhiyin_domain::ids::AgentId::uuid) == Some(scope_id) =>
            {
                counters.mine_open = value;
            }
            CounterScope::Inbox
            | CounterScope::Unassigned
            | CounterScope::Team
            | CounterScope::Assignee => {}
        }
    }
    if let Some(agent) = me {
        counters.mentions_unseen = store::mentions_unseen(tx, agent)?;
    }
    Ok(counters)
}
