//! Ratings: when a contact was last asked, and the seal of links to the rating page.

use zhiyin_domain::ids::ContactId;
use zhiyin_domain::time::Timestamp;

use crate::{StoreError, Tx, params};

/// What the key of the links is derived for.
const LINK: &str = "ratings.link";

/// When a contact was last asked for a rating or has given one.
pub fn last_asked(tx: &mut Tx<'_>, contact: ContactId) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.one(
        "SELECT MAX(rating_asked_at) AS asked_at, MAX(rated_at) AS rated_at FROM sessions
         WHERE workspace_id = $1 AND contact_id = $2",
        params![tx.workspace(), contact],
    )?;
    let asked: Option<Timestamp> = row.get("asked_at")?;
    let rated: Option<Timestamp> = row.get("rated_at")?;
    Ok(asked.max(rated))
}

/// The authentication code of a link under a key of the workspace. None in a read of a
/// workspace that has no key: then no link can be its own.
pub fn link_code(tx: &mut Tx<'_>, content: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let code = tx.keyed_hash(LINK, content)?;
    Ok((!code.is_empty()).then_some(code))
}
