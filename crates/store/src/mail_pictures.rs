//! Pictures in mails that lie on servers of others: whose are shown without asking, and the key
//! that proves an address of one to be ours.

use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::time::Timestamp;

use crate::{StoreError, Tx, params};

fn address_index(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Vec<u8>, StoreError> {
    tx.blind_index("mail_picture_senders.address", &address.normalized())
}

/// Whether pictures of a sender are shown without asking.
pub fn are_shown(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<bool, StoreError> {
    let index = address_index(tx, address)?;
    let row = tx.maybe(
        "SELECT 1 AS found FROM mail_picture_senders
         WHERE workspace_id = $1 AND address_index = $2",
        params![tx.workspace(), index],
    )?;
    Ok(row.is_some())
}

/// Shows pictures of a sender without asking from now on.
pub fn show(tx: &mut Tx<'_>, address: &EmailAddress, now: Timestamp) -> Result<(), StoreError> {
    let index = address_index(tx, address)?;
    tx.execute(
        "INSERT INTO mail_picture_senders (workspace_id, address_index, created_at)
         VALUES ($1, $2, $3) ON CONFLICT (workspace_id, address_index) DO NOTHING",
        params![tx.workspace(), index, now],
    )?;
    Ok(())
}

/// Asks again before pictures of a sender are shown.
pub fn ask(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<(), StoreError> {
    let index = address_index(tx, address)?;
    tx.execute(
        "DELETE FROM mail_picture_senders WHERE workspace_id = $1 AND address_index = $2",
        params![tx.workspace(), index],
    )?;
    Ok(())
}

/// A secret of the workspace that is the same for ever: addresses of pictures are proved with
/// it. Empty in a read of a workspace that has no key.
pub fn link_key(tx: &mut Tx<'_>) -> Result<Vec<u8>, StoreError> {
    tx.keyed_hash("mail_pictures.links", b"key")
}
