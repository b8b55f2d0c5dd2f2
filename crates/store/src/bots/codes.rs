//! One-time codes that were sent, to limit how many go to one address.

use uuid::Uuid;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::ConversationId;
use zhiyin_domain::time::Timestamp;

use crate::{StoreError, SystemTx, Tx, params};

const ADDRESS: &str = "bot_codes.address";

/// Notes that a code was sent.
pub fn insert(
    tx: &mut Tx<'_>,
    id: Uuid,
    conversation: ConversationId,
    address: &EmailAddress,
    at: Timestamp,
) -> Result<(), StoreError> {
    let index = tx.blind_index(ADDRESS, &address.normalized())?;
    tx.execute(
        "INSERT INTO bot_codes (id, workspace_id, conversation_id, address_index, sent_at)
         VALUES ($1, $2, $3, $4, $5)",
        params![id, tx.workspace(), conversation, index, at],
    )?;
    Ok(())
}

/// How many were sent since a time: to an address, and in a conversation. The higher counts.
pub fn sent(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    address: &EmailAddress,
    since: Timestamp,
) -> Result<i64, StoreError> {
    let index = tx.blind_index(ADDRESS, &address.normalized())?;
    let to_address = tx.one(
        "SELECT count(*) AS sent FROM bot_codes
         WHERE workspace_id = $1 AND address_index = $2 AND sent_at > $3",
        params![tx.workspace(), index, since],
    )?;
    let in_conversation = tx.one(
        "SELECT count(*) AS sent FROM bot_codes
         WHERE workspace_id = $1 AND conversation_id = $2 AND sent_at > $3",
        params![tx.workspace(), conversation, since],
    )?;
    let (to_address, in_conversation): (i64, i64) =
        (to_address.get("sent")?, in_conversation.get("sent")?);
    Ok(to_address.max(in_conversation))
}

/// Forgets what was sent before a time, in all workspaces.
pub fn forget(system: &mut SystemTx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    let sql = "DELETE FROM bot_codes WHERE sent_at < $1";
    system.execute(sql, params![before])
}
