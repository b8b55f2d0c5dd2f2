//! Attachments: whose file it is and where its bytes lie.

use zhiyin_domain::actor::Actor;
pub use zhiyin_domain::attachment::Attachment;
use zhiyin_domain::attachment::{BlobHash, Dimensions, FileName};
use zhiyin_domain::ids::{AttachmentId, ConversationId, MessageId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::conversations::Sql;
use crate::{Row, StoreError, SystemTx, Tx, params};

const COLUMNS: &str = "id, conversation_id, message_id, uploaded_by, blob_hash, thumbnail_hash, name, \
    media_type, size_bytes, width, height, created_at";

impl TryFrom<&Row> for Attachment {
    type Error = StoreError;

    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let hash = |column: &str, bytes: Vec<u8>| {
            BlobHash::try_from(bytes.as_slice()).map_err(|_| row.inconsistent(column))
        };
        let thumbnail: Option<Vec<u8>> = row.get("thumbnail_hash")?;
        let dimensions = match (row.get("width")?, row.get("height")?) {
            (Some(width), Some(height)) => Some(Dimensions { width, height }),
            _ => None,
        };
        Ok(Self {
            id: row.get("id")?,
            conversation_id: row.get("conversation_id")?,
            message_id: row.get("message_id")?,
            uploaded_by: row
                .text("uploaded_by")?
                .parse()
                .map_err(|_| row.inconsistent("uploaded_by"))?,
            blob: hash("blob_hash", row.get("blob_hash")?)?,
            thumbnail: thumbnail
                .map(|bytes| hash("thumbnail_hash", bytes))
                .transpose()?,
            name: FileName::sanitized(row.text("name")?),
            media_type: row.get("media_type")?,
            size_bytes: row.get("size_bytes")?,
            dimensions,
            created_at: row.get("created_at")?,
        })
    }
}

/// Adds a file that was uploaded.
pub fn insert(tx: &mut Tx<'_>, it: &Attachment) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO attachments (id, workspace_id, conversation_id, message_id, uploaded_by,
             blob_hash, thumbnail_hash, name, media_type, size_bytes, width, height, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            it.id,
            tx.workspace(),
            it.conversation_id,
            it.message_id,
            it.uploaded_by.to_string(),
            it.blob.as_bytes().to_vec(),
            it.thumbnail.map(|hash| hash.as_bytes().to_vec()),
            it.name.as_str(),
            it.media_type,
            it.size_bytes,
            it.dimensions.map(|it| it.width),
            it.dimensions.map(|it| it.height),
            it.created_at
        ],
    )?;
    Ok(())
}

/// One attachment.
pub fn get(tx: &mut Tx<'_>, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM attachments WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(Attachment::try_from).transpose()
}

/// Attachments in the order of `ids`; what is not there is left out.
pub fn get_many(tx: &mut Tx<'_>, ids: &[AttachmentId]) -> Result<Vec<Attachment>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(&format!(
        "SELECT {COLUMNS} FROM attachments WHERE workspace_id = "
    ));
    let place = sql.bind(tx.workspace());
    sql.push(&place);
    let places: Vec<_> = ids.iter().map(|id| sql.bind(*id)).collect();
    sql.and(&format!("id IN ({})", places.join(", ")));
    let rows = tx.query(&sql.text, &sql.params)?;
    let mut found = rows
        .iter()
        .map(Attachment::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|attachment| ids.iter().position(|id| *id == attachment.id));
    Ok(found)
}

/// Gives a file to a message of a conversation. Only its uploader's own message may have
/// it, only once, and only in the conversation it was uploaded for, if one was named.
/// Tells whether that was so; running again for the same message succeeds.
pub fn claim(
    tx: &mut Tx<'_>,
    id: AttachmentId,
    uploader: &Actor,
    conversation: ConversationId,
    message: MessageId,
) -> Result<bool, StoreError> {
    let claimed = tx.execute(
        "UPDATE attachments SET conversation_id = $1, message_id = $2
         WHERE workspace_id = $3 AND id = $4 AND uploaded_by = $5
           AND (conversation_id IS NULL OR conversation_id = $1)
           AND (message_id IS NULL OR message_id = $2)",
        params![
            conversation,
            message,
            tx.workspace(),
            id,
            uploader.to_string()
        ],
    )?;
    Ok(claimed == 1)
}

/// Removes a file that no message has taken, none waits to take, and no case has as evidence; gives it back if
/// it was there. The bytes go when nothing else names them, see [`is_used`].
pub fn delete_unsent(tx: &mut Tx<'_>, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
    let sql = format!(
        "DELETE FROM attachments WHERE workspace_id = $1 AND id = $2 AND message_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM scheduled_message_attachments h
                           WHERE h.attachment_id = attachments.id)
           AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.attachment_id = attachments.id)
         RETURNING {COLUMNS}"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(Attachment::try_from).transpose()
}

/// Whether anything of the workspace has these bytes: a file, its small picture, an avatar,
/// a file of articles or a mail.
pub fn is_used(tx: &mut Tx<'_>, blob: &BlobHash) -> Result<bool, StoreError> {
    let hash = blob.as_bytes().to_vec();
    let row = tx.maybe(
        "SELECT 1 AS used FROM attachments WHERE workspace_id = $1 AND blob_hash = $2
         UNION ALL
         SELECT 1 AS used FROM attachments WHERE workspace_id = $1 AND thumbnail_hash = $2
         UNION ALL
         SELECT 1 AS used FROM avatars WHERE workspace_id = $1 AND blob_hash = $2
         UNION ALL
         SELECT 1 AS used FROM article_files WHERE workspace_id = $1 AND blob_hash = $2
         UNION ALL
         SELECT 1 AS used FROM mails WHERE workspace_id = $1 AND raw_hash = $2
         UNION ALL
         SELECT 1 AS used FROM mails WHERE workspace_id = $1 AND html_hash = $2
         UNION ALL
         SELECT 1 AS used FROM mail_arrivals WHERE workspace_id = $1 AND raw_hash = $2
         LIMIT 1",
        params![tx.workspace(), hash],
    )?;
    Ok(row.is_some())
}

/// Bytes somebody has uploaded since a moment, sent or not.
pub fn uploaded_since(
    tx: &mut Tx<'_>,
    uploader: &Actor,
    since: Timestamp,
) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) AS total FROM attachments
         WHERE workspace_id = $1 AND uploaded_by = $2 AND created_at >= $3",
        params![tx.workspace(), uploader.to_string(), since],
    )?
    .get("total")
}

/// Files nobody sent within their time, in all workspaces, oldest first.
pub fn abandoned(
    system: &mut SystemTx<'_>,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<(WorkspaceId, AttachmentId)>, StoreError> {
    system
        .query(
            "SELECT workspace_id, id FROM attachments
             WHERE message_id IS NULL AND created_at < $1
               AND NOT EXISTS (SELECT 1 FROM scheduled_message_attachments h
                               WHERE h.attachment_id = attachments.id)
               AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.attachment_id = attachments.id)
             ORDER BY created_at LIMIT $2",
            params![before, limit],
        )?
        .iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .collect()
}
