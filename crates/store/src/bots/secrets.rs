//! What flows show other systems.

use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;

use crate::sealed::{open_text, seal_text};
use crate::{StoreError, Tx, params};

const VALUE: &str = "bot_secrets.value";

/// Names of all secrets, with when they were set.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let rows = tx.query(
        "SELECT name, updated_at FROM bot_secrets WHERE workspace_id = $1 ORDER BY name",
        params![tx.workspace()],
    )?;
    let all = rows.iter();
    all.map(|row| Ok((row.get("name")?, row.get("updated_at")?)))
        .collect()
}

/// A secret.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<Secret<String>>, StoreError> {
    let row = tx.maybe(
        "SELECT value FROM bot_secrets WHERE workspace_id = $1 AND name = $2",
        params![tx.workspace(), name],
    )?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Secret::new(open_text(tx, VALUE, &row, "value")?)))
}

/// Sets a secret, new or instead of the one before.
pub fn set(
    tx: &mut Tx<'_>,
    name: &str,
    value: &Secret<String>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sealed = seal_text(tx, VALUE, value.expose())?;
    tx.execute(
        "INSERT INTO bot_secrets (workspace_id, name, value, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, name) DO UPDATE SET
             value = excluded.value, updated_at = excluded.updated_at",
        params![tx.workspace(), name, sealed, at],
    )?;
    Ok(())
}

/// Removes a secret. Whether there was one.
pub fn delete(tx: &mut Tx<'_>, name: &str) -> Result<bool, StoreError> {
    let removed = tx.execute(
        "DELETE FROM bot_secrets WHERE workspace_id = $1 AND name = $2",
        params![tx.workspace(), name],
    )?;
    Ok(removed > 0)
}
