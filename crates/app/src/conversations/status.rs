//! Assigning, snoozing, resolving, reopening, tagging and marking conversations.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::conversation::{Assignment, Conversation, ConversationStatus, Priority};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{ConversationId, TagId, WorkspaceId};
use zhiyin_domain::message::{MessageKind, SystemLine};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{StoreError, Tx, conversations as store};

use super::happenings::{Happening, happened, happened_now};
use super::{ConversationError, NewMessage, load, record, record_line};
use crate::{App, Context, Principal};

/// Makes an agent, a team or nobody responsible, with a note for whoever takes over.
pub fn assign(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    to: Assignment,
    note: Option<&str>,
) -> Result<Conversation, ConversationError> {
    let mut conversation = load(tx, ctx, id, Permission::Assign)?;
    check_assignment(tx, &conversation, to)?;
    if let Some(note) = note.filter(|note| !note.trim().is_empty()) {
        ctx.require(Permission::WriteNotes, &conversation.resource())?;
        let prepared = NewMessage {
            client_id: None,
            kind: MessageKind::Note,
            text: note.to_owned(),
            reply_to_id: None,
            attachment_ids: Vec::new(),
            mentions: to.agent_id.into_iter().collect(),
        }
        .prepare()?;
        let author = ctx.actor().agent().map_or(
            zhiyin_domain::message::Author::System,
            zhiyin_domain::message::Author::Agent,
        );
        conversation = record(tx, ctx, &conversation, author, &prepared)?.conversation;
    }
    assign_as(tx, ctx, conversation, to)
}

/// The one to be responsible must exist, be active and be able to see the conversation.
pub(crate) fn check_assignment(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    to: Assignment,
) -> Result<(), ConversationError> {
    if let Some(team) = to.team_id {
        zhiyin_store::identity::teams::get(tx, team)?
            .ok_or(ConversationError::TeamNotFound(team))?;
    }
    if let Some(agent) = to.agent_id {
        zhiyin_store::identity::agents::get(tx, agent)?
            .filter(|agent| agent.is_active)
            .ok_or(ConversationError::AgentNotFound(agent))?;
        let access = zhiyin_store::identity::access::load(tx, agent)?;
        let mut resource = conversation.resource();
        resource.assignee = Some(agent);
        resource.team = to.team_id;
        if !access.allows(Permission::ReadConversations, &resource) {
            return Err(ConversationError::AgentWithoutAccess(agent));
        }
    }
    Ok(())
}

/// [`assign`] after all checks. Nothing happens if nothing would change.
pub(crate) fn assign_as(
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
    if let Some(session) = open_session(tx, &conversation)? {
        let session = zhiyin_domain::session::Session {
            assignee_id: to.agent_id,
            ..session
        };
        store::sessions::save(tx, session)?;
    }
    let conversation = happened_now(tx, ctx, conversation, Happening::Assigned { from })?;
    let conversation = store::save(tx, &before, conversation)?;
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

fn open_session(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
) -> Result<Option<zhiyin_domain::session::Session>, StoreError> {
    let Some(id) = conversation.session_id else {
        return Ok(None);
    };
    Ok(store::sessions::get(tx, id)?.filter(zhiyin_domain::session::Session::is_open))
}

/// Puts a conversation aside until a time or until the customer writes.
pub fn snooze(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    until: Timestamp,
) -> Result<Conversation, ConversationError> {
    let before = load(tx, ctx, id, Permission::ManageConversations)?;
    let snoozed = before
        .clone()
        .snooze(until, ctx.actor().clone(), ctx.now())?;
    let conversation = record_line(tx, ctx, &before, snoozed, SystemLine::Snoozed { until })?;
    let conversation = happened_now(tx, ctx, conversation, Happening::Snoozed)?;
    let conversation = store::save(tx, &before, conversation)?;
    ctx.append(
        tx,
        &Event::ConversationSnoozed {
            conversation_id: id,
            until,
        },
    )?;
    Ok(conversation)
}

/// Declares the present problem solved; the session ends and the customer is asked for a
/// rating.
pub fn resolve(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<Conversation, ConversationError> {
    let before = load(tx, ctx, id, Permission::ManageConversations)?;
    resolve_as(tx, ctx, &before, SystemLine::Resolved)
}

/// [`resolve`] after all checks; `line` says who ended it.
pub(crate) fn resolve_as(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &Conversation,
    line: SystemLine,
) -> Result<Conversation, ConversationError> {
    let resolved = before.clone().resolve(ctx.actor().clone(), ctx.now())?;
    let mut conversation = record_line(tx, ctx, before, resolved, line)?;
    conversation.agent_seen_seq = conversation.last_seq;
    let mut ended = None;
    if let Some(session) = open_session(tx, &conversation)? {
        let session = session.resolve(ctx.actor().clone(), ctx.now());
        let session = crate::ratings::ask(tx, ctx, session)?;
        let session = store::sessions::save(tx, session)?;
        ended = Some(session.id);
        conversation = happened(tx, ctx, conversation, session, Happening::Resolved)?;
    }
    let conversation = store::save(tx, before, conversation)?;
    ctx.append(
        tx,
        &Event::ConversationResolved {
            conversation_id: conversation.id,
        },
    )?;
    if let Some(session_id) = ended {
        ctx.append(
            tx,
            &Event::SessionResolved {
                conversation_id: conversation.id,
                session_id,
            },
        )?;
    }
    Ok(conversation)
}

/// Takes up work again. From being snoozed the session goes on; from resolved the next
/// public message opens a new one.
pub fn reopen(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<Conversation, ConversationError> {
    let before = load(tx, ctx, id, Permission::ManageConversations)?;
    let was_snoozed = matches!(before.status, ConversationStatus::Snoozed { .. });
    let reopened = before.clone().reopen()?;
    let (line, what) = if was_snoozed {
        (SystemLine::Woken, Happening::Woken)
    } else {
        (SystemLine::Reopened, Happening::Reopened)
    };
    let conversation = record_line(tx, ctx, &before, reopened, line)?;
    let conversation = happened_now(tx, ctx, conversation, what)?;
    let conversation = store::save(tx, &before, conversation)?;
    let event = if was_snoozed {
        Event::ConversationWoken {
            conversation_id: id,
        }
    } else {
        Event::ConversationReopened {
            conversation_id: id,
        }
    };
    ctx.append(tx, &event)?;
    Ok(conversation)
}

/// Brings back snoozed conversations whose time has come; gives how many. Run by the
/// reconciler, as often as it likes: what is back already is left alone.
pub async fn wake_due(app: &App, limit: u32) -> Result<usize, ConversationError> {
    let now = app.clock().now();
    let due: Vec<(WorkspaceId, ConversationId)> = app
        .store()
        .read_system(move |system| store::due_snoozes(system, now, limit))
        .await?;
    let count = due.len();
    for (workspace, id) in due {
        let principal = Principal::system(workspace, "snooze");
        app.write(&principal, move |tx, ctx| wake(tx, ctx, id))
            .await?;
    }
    Ok(count)
}

fn wake(tx: &mut Tx<'_>, ctx: &Context, id: ConversationId) -> Result<(), ConversationError> {
    let Some(before) = store::get_for_update(tx, id)? else {
        return Ok(());
    };
    match &before.status {
        ConversationStatus::Snoozed { until, .. } if *until <= ctx.now() => {}
        ConversationStatus::Snoozed { .. }
        | ConversationStatus::Open
        | ConversationStatus::Resolved { .. } => return Ok(()),
    }
    let woken = before.clone().reopen()?;
    let conversation = record_line(tx, ctx, &before, woken, SystemLine::Woken)?;
    let conversation = happened_now(tx, ctx, conversation, Happening::Woken)?;
    store::save(tx, &before, conversation)?;
    ctx.append(
        tx,
        &Event::ConversationWoken {
            conversation_id: id,
        },
    )?;
    Ok(())
}

/// Replaces the tags.
pub fn set_tags(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    tag_ids: Vec<TagId>,
) -> Result<Conversation, ConversationError> {
    let before = load(tx, ctx, id, Permission::ManageConversations)?;
    let tagged = before.clone().tag(tag_ids)?;
    if tagged.tag_ids == before.tag_ids {
        return Ok(before);
    }
    let missing = |from: &[TagId], within: &[TagId]| -> Vec<TagId> {
        from.iter()
            .copied()
            .filter(|tag| !within.contains(tag))
            .collect()
    };
    let added = missing(&tagged.tag_ids, &before.tag_ids);
    let removed = missing(&before.tag_ids, &tagged.tag_ids);
    for tag in &added {
        zhiyin_store::tags::get(tx, *tag)?.ok_or(ConversationError::TagNotFound(*tag))?;
    }
    store::set_tags(tx, id, &tagged.tag_ids)?;
    let conversation = store::save(tx, &before, tagged)?;
    ctx.append(
        tx,
        &Event::ConversationTagged {
            conversation_id: id,
            added,
            removed,
        },
    )?;
    Ok(conversation)
}

/// Says how urgent it is.
pub fn set_priority(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    priority: Priority,
) -> Result<Conversation, ConversationError> {
    let before = load(tx, ctx, id, Permission::ManageConversations)?;
    if before.priority == priority {
        return Ok(before);
    }
    let urgent = Conversation {
        priority,
        ..before.clone()
    };
    let conversation = happened_now(tx, ctx, urgent, Happening::Sorted)?;
    let conversation = store::save(tx, &before, conversation)?;
    ctx.append(
        tx,
        &Event::ConversationPrioritized {
            conversation_id: id,
        },
    )?;
    Ok(conversation)
}

/// The agent has read up to `seq`.
pub fn seen(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    seq: i64,
) -> Result<Conversation, ConversationError> {
    let before = load(tx, ctx, id, Permission::ReadConversations)?;
    if let Actor::Agent(agent) = ctx.actor() {
        store::mark_mentions_seen(tx, id, *agent, ctx.now())?;
    }
    let Some(conversation) = before.clone().seen_by_agent(seq) else {
        return Ok(before);
    };
    let conversation = store::save(tx, &before, conversation)?;
    let seq = conversation.agent_seen_seq;
    ctx.append(
        tx,
        &Event::ConversationSeen {
            conversation_id: id,
            seq,
        },
    )?;
    Ok(conversation)
}

/// Shows the conversation as unread again.
pub fn mark_unread(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<Conversation, ConversationError> {
    let before = load(tx, ctx, id, Permission::ReadConversations)?;
    let conversation = before.clone().mark_unread();
    if conversation == before {
        return Ok(before);
    }
    let conversation = store::save(tx, &before, conversation)?;
    ctx.append(
        tx,
        &Event::ConversationUnread {
            conversation_id: id,
        },
    )?;
    Ok(conversation)
}
