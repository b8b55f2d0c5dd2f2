//! The conversations of a case, and the cases of a conversation.

use zhiyin_domain::ids::{CaseId, ConversationId};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::{self as store, CaseFilter, CaseSort, talks as rows};
use zhiyin_store::conversations::ConversationView;
use zhiyin_store::promises::PromiseFilter;
use zhiyin_store::{Tx, conversations};

use super::views::{CaseView, view_row};
use super::{CaseError, Happened, load, note_event, see};
use crate::Context;
use crate::promises::{self, PromiseView};

/// Cases of a conversation and conversations of a case that are shown.
const SHOWN: u32 = 100;

/// A conversation of a case.
#[derive(Debug, Clone)]
pub struct TalkView {
    /// The case it was linked with: this one, or one that is merged into it.
    pub case_id: CaseId,
    /// The conversation.
    pub view: ConversationView,
    /// When they were linked.
    pub linked_at: Timestamp,
    /// Whether the caller may read it.
    pub is_readable: bool,
}

/// The conversations of a case and of what is merged into it.
pub fn list_conversations(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
) -> Result<Vec<TalkView>, CaseError> {
    let case = see(tx, ctx, id)?;
    let family = store::family(tx, case.id)?;
    let mut views = Vec::new();
    for (case_id, conversation, linked_at) in rows::of_case(tx, &family)? {
        let Some(view) = conversations::view(tx, conversation)? else {
            continue;
        };
        let resource = view.conversation.resource();
        views.push(TalkView {
            case_id,
            is_readable: ctx
                .access()
                .allows(Permission::ReadConversations, &resource),
            view,
            linked_at,
        });
    }
    Ok(views)
}

/// Links a conversation the caller may read with a case.
pub fn link_conversation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    conversation: ConversationId,
) -> Result<(), CaseError> {
    let case = load(tx, ctx, id, Permission::WorkCases)?;
    crate::conversations::get_conversation(tx, ctx, conversation)?;
    if rows::link(tx, id, conversation, (ctx.actor(), ctx.now()))? {
        let what = conversation.to_string();
        note_event(
            tx,
            ctx,
            &case,
            Happened::new("case.conversations_changed", what),
        )?;
    }
    Ok(())
}

/// Takes a conversation from a case.
pub fn unlink_conversation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    conversation: ConversationId,
) -> Result<(), CaseError> {
    let case = load(tx, ctx, id, Permission::WorkCases)?;
    if !rows::unlink(tx, id, conversation)? {
        return Err(CaseError::Unknown {
            what: "conversation of this case",
            path: "/conversation_id",
        });
    }
    let what = conversation.to_string();
    Ok(note_event(
        tx,
        ctx,
        &case,
        Happened::new("case.conversations_changed", what),
    )?)
}

/// The cases of a conversation that the caller may know of, the newest first.
pub fn cases_of_conversation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<Vec<CaseView>, CaseError> {
    crate::conversations::get_conversation(tx, ctx, id)?;
    let filter = CaseFilter {
        conversation: Some(id),
        with_merged: true,
        ..CaseFilter::default()
    };
    let visibility = ctx.access().visibility(Permission::ReadCases);
    let who = (&visibility, ctx.actor().agent());
    let rows = store::list(tx, who, &filter, (CaseSort::Created, None), SHOWN)?;
    rows.into_iter().map(|row| view_row(tx, ctx, row)).collect()
}

/// What was promised in the conversations of a case that the caller may read.
pub fn list_promises(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
) -> Result<Vec<PromiseView>, CaseError> {
    let mut views = Vec::new();
    for talk in list_conversations(tx, ctx, id)? {
        if !talk.is_readable {
            continue;
        }
        let filter = PromiseFilter {
            conversation: Some(talk.view.conversation.id),
            ..PromiseFilter::default()
        };
        let found = promises::list(tx, ctx, &filter, None, SHOWN);
        views.extend(found.map_err(|error| match error {
            promises::PromiseError::Store(error) => CaseError::Store(error),
            promises::PromiseError::Denied(error) => CaseError::Denied(error),
            _ => CaseError::NotFound(id),
        })?);
    }
    views.sort_by_key(|view| (view.promise.due_at, view.promise.id));
    views.dedup_by_key(|view| view.promise.id);
    Ok(views)
}
