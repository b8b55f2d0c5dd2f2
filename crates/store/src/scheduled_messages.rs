//! Scheduled messages: answers that are written now and sent later.
//!
//! A waiting message holds its files: they are not cleared away, and no other message may
//! take them. [`save`] lets go of them when it waits no more.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::ids::{AgentId, AttachmentId, ConversationId, ScheduledMessageId, WorkspaceId};
use zhiyin_domain::mail::Addressing;
use zhiyin_domain::scheduled_message::{
    CancelReason, FailReason, ScheduledMessage, ScheduledStatus,
};
use zhiyin_domain::time::Timestamp;

use crate::named::{json, named, to_json};
use crate::sealed::{open_json, seal_json};
use crate::{Row, StoreError, SystemTx, Tx, params};

/// The name of the sealed field.
const ADDRESSING: &str = "scheduled_messages.addressing";

const COLUMNS: &str = "id, conversation_id, author_id, client_id, text, attachment_ids, send_at, \
    cancel_on_reply, status, reason, message_id, finished_at, created_at, version";

impl TryFrom<&Row> for ScheduledMessage {
    type Error = StoreError;

    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let status = match row.text("status")? {
            "waiting" => ScheduledStatus::Waiting,
            "sent" => ScheduledStatus::Sent {
                message_id: row.get("message_id")?,
                at: row.get("finished_at")?,
            },
            "cancelled" => ScheduledStatus::Cancelled {
                reason: named(row, "reason", &CancelReason::ALL, |it| it.as_str())?,
                at: row.get("finished_at")?,
            },
            "failed" => ScheduledStatus::Failed {
                reason: named(row, "reason", &FailReason::ALL, |it| it.as_str())?,
                at: row.get("finished_at")?,
            },
            _ => return Err(row.inconsistent("status")),
        };
        Ok(Self {
            id: row.get("id")?,
            conversation_id: row.get("conversation_id")?,
            author_id: row.get("author_id")?,
            client_id: row.get("client_id")?,
            text: row.get("text")?,
            attachment_ids: json(row, "attachment_ids")?,
            send_at: row.get("send_at")?,
            cancel_on_reply: row.get("cancel_on_reply")?,
            status,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a message that waits. A second one under the same client id is refused by
/// `scheduled_messages_client_id`.
pub fn insert(tx: &mut Tx<'_>, it: &ScheduledMessage) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO scheduled_messages (id, workspace_id, conversation_id, author_id, client_id,
             text, attachment_ids, send_at, cancel_on_reply, status, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            it.id,
            tx.workspace(),
            it.conversation_id,
            it.author_id,
            it.client_id,
            it.text,
            to_json(&it.attachment_ids),
            it.send_at,
            it.cancel_on_reply,
            it.status.as_str(),
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// To whom a message goes as a mail, if its author said so.
pub fn addressing(
    tx: &mut Tx<'_>,
    id: ScheduledMessageId,
) -> Result<Option<Addressing>, StoreError> {
    let row = tx.maybe(
        "SELECT id, addressing FROM scheduled_messages WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )?;
    match row {
        Some(row) if row.get::<Option<Vec<u8>>>("addressing")?.is_some() => {
            open_json(tx, ADDRESSING, &row, "addressing").map(Some)
        }
        Some(_) | None => Ok(None),
    }
}

/// Says to whom a message goes as a mail; the caller holds it.
pub fn set_addressing(
    tx: &mut Tx<'_>,
    id: ScheduledMessageId,
    it: Option<&Addressing>,
) -> Result<(), StoreError> {
    let sealed = match it {
        Some(it) => Some(seal_json(tx, ADDRESSING, it)?),
        None => None,
    };
    tx.execute(
        "UPDATE scheduled_messages SET addressing = $1 WHERE workspace_id = $2 AND id = $3",
        params![sealed, tx.workspace(), id],
    )?;
    Ok(())
}

/// Holds a file for a message. Only its author's own file, not sent yet, not held by another
/// message, and not bound to another conversation. Tells whether that was so.
pub fn hold(
    tx: &mut Tx<'_>,
    it: &ScheduledMessage,
    attachment: AttachmentId,
) -> Result<bool, StoreError> {
    let held = tx.execute(
        "INSERT INTO scheduled_message_attachments (attachment_id, scheduled_message_id, workspace_id)
         SELECT id, $1, workspace_id FROM attachments
         WHERE workspace_id = $2 AND id = $3 AND uploaded_by = $4 AND message_id IS NULL
           AND (conversation_id IS NULL OR conversation_id = $5)
         ON CONFLICT (attachment_id) DO NOTHING",
        params![
            it.id,
            tx.workspace(),
            attachment,
            Actor::Agent(it.author_id).to_string(),
            it.conversation_id
        ],
    )?;
    Ok(held == 1)
}

/// The conversation for which a waiting message holds a file.
pub fn holder(
    tx: &mut Tx<'_>,
    attachment: AttachmentId,
) -> Result<Option<ConversationId>, StoreError> {
    let row = tx.maybe(
        "SELECT m.conversation_id AS conversation_id FROM scheduled_message_attachments h
         JOIN scheduled_messages m ON m.id = h.scheduled_message_id
         WHERE h.workspace_id = $1 AND h.attachment_id = $2",
        params![tx.workspace(), attachment],
    )?;
    row.map(|row| row.get("conversation_id")).transpose()
}

/// Saves a changed message; the version rises by one. One that waits no more lets go of its
/// files.
pub fn save(tx: &mut Tx<'_>, it: ScheduledMessage) -> Result<ScheduledMessage, StoreError> {
    let (message_id, finished_at) = match it.status {
        ScheduledStatus::Waiting => (None, None),
        ScheduledStatus::Sent { message_id, at } => (Some(message_id), Some(at)),
        ScheduledStatus::Cancelled { at, .. } | ScheduledStatus::Failed { at, .. } => {
            (None, Some(at))
        }
    };
    tx.execute_versioned(
        "UPDATE scheduled_messages SET text = $1, send_at = $2, status = $3, reason = $4,
             message_id = $5, finished_at = $6, version = version + 1
         WHERE workspace_id = $7 AND id = $8 AND version = $9",
        params![
            it.text,
            it.send_at,
            it.status.as_str(),
            it.status.reason(),
            message_id,
            finished_at,
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    if !it.is_waiting() && !it.attachment_ids.is_empty() {
        tx.execute(
            "DELETE FROM scheduled_message_attachments
             WHERE workspace_id = $1 AND scheduled_message_id = $2",
            params![tx.workspace(), it.id],
        )?;
    }
    Ok(ScheduledMessage {
        version: it.version + 1,
        ..it
    })
}

/// One message.
pub fn get(
    tx: &mut Tx<'_>,
    id: ScheduledMessageId,
) -> Result<Option<ScheduledMessage>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM scheduled_messages WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(ScheduledMessage::try_from).transpose()
}

/// One message, locked until the end of the transaction.
pub fn get_for_update(
    tx: &mut Tx<'_>,
    id: ScheduledMessageId,
) -> Result<Option<ScheduledMessage>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM scheduled_messages WHERE workspace_id = $1 AND id = $2{}",
        tx.for_update()
    );
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(ScheduledMessage::try_from).transpose()
}

/// What an author has scheduled under a client id.
pub fn find_by_client_id(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    author: AgentId,
    client_id: &str,
) -> Result<Option<ScheduledMessage>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM scheduled_messages
         WHERE workspace_id = $1 AND conversation_id = $2 AND author_id = $3 AND client_id = $4"
    );
    let row = tx.maybe(
        &sql,
        params![tx.workspace(), conversation, author, client_id],
    )?;
    row.as_ref().map(ScheduledMessage::try_from).transpose()
}

/// Messages of a conversation that wait, the next one first.
pub fn waiting(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
) -> Result<Vec<ScheduledMessage>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM scheduled_messages
         WHERE workspace_id = $1 AND conversation_id = $2 AND status = 'waiting'
         ORDER BY send_at, id"
    );
    tx.query(&sql, params![tx.workspace(), conversation])?
        .iter()
        .map(ScheduledMessage::try_from)
        .collect()
}

/// Messages of a conversation that wait no more, the last one first.
pub fn finished(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    limit: u32,
) -> Result<Vec<ScheduledMessage>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM scheduled_messages
         WHERE workspace_id = $1 AND conversation_id = $2 AND finished_at IS NOT NULL
         ORDER BY finished_at DESC, id DESC LIMIT $3"
    );
    tx.query(&sql, params![tx.workspace(), conversation, limit])?
        .iter()
        .map(ScheduledMessage::try_from)
        .collect()
}

/// Messages whose time has come, in all workspaces, earliest first.
pub fn due(
    system: &mut SystemTx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(WorkspaceId, ScheduledMessageId)>, StoreError> {
    system
        .query(
            "SELECT workspace_id, id FROM scheduled_messages
             WHERE status = 'waiting' AND send_at <= $1 ORDER BY send_at LIMIT $2",
            params![now, limit],
        )?
        .iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .collect()
}

/// When the next message is to be sent.
pub fn next_due(system: &mut SystemTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = system.maybe(
        "SELECT send_at FROM scheduled_messages WHERE status = 'waiting' ORDER BY send_at LIMIT 1",
        params![],
    )?;
    row.map(|row| row.get("send_at")).transpose()
}
