//! Avatars: pictures of agents and inboxes, found by an id that cannot be guessed.

use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::ids::{AvatarId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::{Row, StoreError, SystemTx, Tx, params};

/// A picture of an agent or an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avatar {
    /// Identifier: 128 random bits.
    pub id: AvatarId,
    /// Where its bytes are.
    pub blob: BlobHash,
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, workspace_id, blob_hash, media_type, created_at";

impl TryFrom<&Row> for Avatar {
    type Error = StoreError;

    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let hash: Vec<u8> = row.get("blob_hash")?;
        Ok(Self {
            id: row.get("id")?,
            blob: BlobHash::try_from(hash.as_slice()).map_err(|_| row.inconsistent("blob_hash"))?,
            media_type: row.get("media_type")?,
            created_at: row.get("created_at")?,
        })
    }
}

/// Adds a picture.
pub fn insert(tx: &mut Tx<'_>, it: &Avatar) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO avatars (id, workspace_id, blob_hash, media_type, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        params![
            it.id,
            tx.workspace(),
            it.blob.as_bytes().to_vec(),
            it.media_type,
            it.created_at
        ],
    )?;
    Ok(())
}

/// Nobody shows this picture any more: it is not found from now on, and cleared away later.
pub fn retire(tx: &mut Tx<'_>, id: AvatarId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE avatars SET retired_at = $1
         WHERE workspace_id = $2 AND id = $3 AND retired_at IS NULL",
        params![now, tx.workspace(), id],
    )?;
    Ok(())
}

/// A picture that is shown somewhere, with its workspace.
pub fn find(
    system: &mut SystemTx<'_>,
    id: AvatarId,
) -> Result<Option<(WorkspaceId, Avatar)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM avatars WHERE id = $1 AND retired_at IS NULL");
    match system.maybe(&sql, params![id])? {
        None => Ok(None),
        Some(row) => Ok(Some((row.get("workspace_id")?, Avatar::try_from(&row)?))),
    }
}

/// Pictures nobody shows, in all workspaces, oldest first.
pub fn retired(
    system: &mut SystemTx<'_>,
    limit: u32,
) -> Result<Vec<(WorkspaceId, AvatarId)>, StoreError> {
    system
        .query(
            "SELECT workspace_id, id FROM avatars WHERE retired_at IS NOT NULL
             ORDER BY retired_at LIMIT $1",
            params![limit],
        )?
        .iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .collect()
}

/// Removes a picture nobody shows and gives its bytes' name. The bytes go when nothing else
/// names them, see [`crate::attachments::is_used`].
pub fn delete_retired(tx: &mut Tx<'_>, id: AvatarId) -> Result<Option<BlobHash>, StoreError> {
    let sql = format!(
        "DELETE FROM avatars WHERE workspace_id = $1 AND id = $2 AND retired_at IS NOT NULL
         RETURNING {COLUMNS}"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    Ok(row
        .as_ref()
        .map(Avatar::try_from)
        .transpose()?
        .map(|it| it.blob))
}
