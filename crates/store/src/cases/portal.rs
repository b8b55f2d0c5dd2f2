//! What the customer portal asks: codes of links, and the cases of one contact.

use zhiyin_domain::ids::{CaseId, ContactId};

use crate::{StoreError, Tx, params};

/// What the key of the links is derived for.
const LINK: &str = "portal.link";

/// The authentication code of a link under a key of the workspace. None in a read of a
/// workspace that has no key: then no link can be its own.
pub fn link_code(tx: &mut Tx<'_>, content: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let code = tx.keyed_hash(LINK, content)?;
    Ok((!code.is_empty()).then_some(code))
}

/// The cases of a contact that are not part of another, the newest first.
pub fn of_contact(
    tx: &mut Tx<'_>,
    contact: ContactId,
    limit: u32,
) -> Result<Vec<CaseId>, StoreError> {
    let rows = tx.query(
        "SELECT id FROM cases WHERE workspace_id = $1 AND contact_id = $2 AND merged_into IS NULL
         ORDER BY created_at DESC, id DESC LIMIT $3",
        params![tx.workspace(), contact, limit],
    )?;
    rows.iter().map(|row| row.get("id")).collect()
}
