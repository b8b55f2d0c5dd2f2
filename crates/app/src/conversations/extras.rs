//! Drafts, following and actions on many conversations.

use zhiyin_domain::conversation::Assignment;
use zhiyin_domain::ids::{AgentId, ConversationId, TagId};
use zhiyin_domain::limits::{BULK_CONVERSATIONS_MAX, MESSAGE_BYTES_MAX};
use zhiyin_domain::message::{MessageError, MessageKind};
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::conversations::Draft;
use zhiyin_store::{StoreError, Tx, conversations as store};

use super::{
    ConversationError, assign, load, mark_unread, query, reopen, resolve, set_tags, snooze,
};
use crate::Context;

fn agent(ctx: &Context) -> Result<AgentId, ConversationError> {
    Ok(ctx.actor().agent().ok_or(Denied {
        permission: Permission::ReadConversations,
    })?)
}

/// What the caller has typed and not sent.
pub fn drafts(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<Vec<Draft>, ConversationError> {
    query::get_conversation(tx, ctx, id)?;
    Ok(store::drafts(tx, id, agent(ctx)?)?)
}

/// Keeps what the caller has typed; an empty text throws the draft away.
pub fn save_draft(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    kind: MessageKind,
    text: &str,
) -> Result<(), ConversationError> {
    query::get_conversation(tx, ctx, id)?;
    if text.len() > MESSAGE_BYTES_MAX {
        return Err(MessageError::TooLong.into());
    }
    if text.trim().is_empty() {
        store::delete_draft(tx, id, agent(ctx)?, kind.as_str())?;
    } else {
        let draft = Draft {
            kind: kind.as_str().to_owned(),
            text: text.to_owned(),
            updated_at: ctx.now(),
        };
        store::save_draft(tx, id, agent(ctx)?, &draft)?;
    }
    Ok(())
}

/// Starts or ends following.
pub fn follow(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    is_following: bool,
) -> Result<(), ConversationError> {
    query::get_conversation(tx, ctx, id)?;
    if is_following {
        store::follow(tx, id, agent(ctx)?)?;
    } else {
        store::unfollow(tx, id, agent(ctx)?)?;
    }
    Ok(())
}

/// One action for many conversations.
#[derive(Debug, Clone)]
pub enum BulkAction {
    /// See [`super::assign`].
    Assign(Assignment),
    /// See [`super::resolve`].
    Resolve,
    /// See [`super::reopen`].
    Reopen,
    /// See [`super::snooze`].
    Snooze(Timestamp),
    /// Adds a tag to those that lack it.
    AddTag(TagId),
    /// Takes a tag from those that have it.
    RemoveTag(TagId),
    /// See [`super::mark_unread`].
    MarkUnread,
    /// Read to the end.
    MarkRead,
}

/// What became of one conversation of many.
#[derive(Debug)]
pub struct BulkResult {
    /// The conversation.
    pub id: ConversationId,
    /// Why it was left as it was.
    pub error: Option<ConversationError>,
}

/// Does one thing with many conversations. Each succeeds or is refused by itself; a
/// failure of the store undoes all.
pub fn bulk(
    tx: &mut Tx<'_>,
    ctx: &Context,
    ids: &[ConversationId],
    action: &BulkAction,
) -> Result<Vec<BulkResult>, ConversationError> {
    if ids.len() > BULK_CONVERSATIONS_MAX {
        return Err(ConversationError::TooMany);
    }
    let mut results = Vec::with_capacity(ids.len());
    for id in ids {
        let outcome = tx.savepoint(|tx| apply(tx, ctx, *id, action));
        let error = match outcome {
            Ok(()) => None,
            Err(ConversationError::Store(source))
                if !matches!(source, StoreError::Conflict { .. }) =>
            {
                return Err(source.into());
            }
            Err(error) => Some(error),
        };
        results.push(BulkResult { id: *id, error });
    }
    Ok(results)
}

fn apply(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    action: &BulkAction,
) -> Result<(), ConversationError> {
    match action {
        BulkAction::Assign(to) => assign(tx, ctx, id, *to, None)?,
        BulkAction::Resolve => resolve(tx, ctx, id)?,
        BulkAction::Reopen => reopen(tx, ctx, id)?,
        BulkAction::Snooze(until) => snooze(tx, ctx, id, *until)?,
        BulkAction::AddTag(tag) => {
            let mut tags = load(tx, ctx, id, Permission::ManageConversations)?.tag_ids;
            tags.push(*tag);
            set_tags(tx, ctx, id, tags)?
        }
        BulkAction::RemoveTag(tag) => {
            let mut tags = load(tx, ctx, id, Permission::ManageConversations)?.tag_ids;
            tags.retain(|present| present != tag);
            set_tags(tx, ctx, id, tags)?
        }
        BulkAction::MarkUnread => mark_unread(tx, ctx, id)?,
        BulkAction::MarkRead => super::seen(tx, ctx, id, i64::MAX)?,
    };
    Ok(())
}
