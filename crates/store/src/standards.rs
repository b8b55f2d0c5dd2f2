//! Service standards.

use zhiyin_domain::ids::{QueueId, StandardId};
use zhiyin_domain::standards::Standard;

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, name, place, is_enabled, calendar_id, terms, created_at, version";

impl TryFrom<&Row> for Standard {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            name: row
                .text("name")?
                .parse()
                .map_err(|_| row.inconsistent("name"))?,
            place: row.get("place")?,
            is_enabled: row.get("is_enabled")?,
            calendar_id: row.get("calendar_id")?,
            terms: json(row, "terms")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a standard. Its name must be free: `standards_name`.
pub fn insert(tx: &mut Tx<'_>, it: &Standard) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO standards (id, workspace_id, name, place, is_enabled, calendar_id, terms,
             created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            it.id,
            tx.workspace(),
            it.name.as_str(),
            it.place,
            it.is_enabled,
            it.calendar_id,
            to_json(&it.terms),
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves a changed standard; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: Standard) -> Result<Standard, StoreError> {
    tx.execute_versioned(
        "UPDATE standards SET name = $1, place = $2, is_enabled = $3, calendar_id = $4, terms = $5,
             version = version + 1
         WHERE workspace_id = $6 AND id = $7 AND version = $8",
        params![
            it.name.as_str(),
            it.place,
            it.is_enabled,
            it.calendar_id,
            to_json(&it.terms),
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(Standard {
        version: it.version + 1,
        ..it
    })
}

/// One standard.
pub fn get(tx: &mut Tx<'_>, id: StandardId) -> Result<Option<Standard>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM standards WHERE workspace_id = $1 AND id = $2");
    tx.maybe(&sql, params![tx.workspace(), id])?
        .as_ref()
        .map(Standard::try_from)
        .transpose()
}

/// All standards by place.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Standard>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM standards WHERE workspace_id = $1 ORDER BY place, created_at, id"
    );
    tx.query(&sql, params![tx.workspace()])?
        .iter()
        .map(Standard::try_from)
        .collect()
}

/// Whether there is such a queue, for standards that move sessions into it.
pub fn knows_queue(tx: &mut Tx<'_>, id: QueueId) -> Result<bool, StoreError> {
    let row = tx.maybe(
        "SELECT id FROM queues WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )?;
    Ok(row.is_some())
}

/// Removes a standard.
pub fn delete(tx: &mut Tx<'_>, id: StandardId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM standards WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}
