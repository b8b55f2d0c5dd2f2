//! Definitions of custom attributes. The values are kept with the contacts.

use zhiyin_domain::attribute::{Attribute, AttributeKind, AttributeSet};
use zhiyin_domain::ids::AttributeId;

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, key, label, kind, options, is_personal, position, created_at, version";

/// What has attributes.
const SUBJECT: &str = "contact";

impl TryFrom<&Row> for Attribute {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            key: row
                .text("key")?
                .parse()
                .map_err(|_| row.inconsistent("key"))?,
            label: json(row, "label")?,
            kind: AttributeKind::named(row.text("kind")?, json(row, "options")?)
                .map_err(|_| row.inconsistent("kind"))?,
            is_personal: row.get("is_personal")?,
            position: row.get("position")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a definition. Its key must be free: `attribute_definitions_key`.
pub fn insert(tx: &mut Tx<'_>, it: &Attribute) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO attribute_definitions (id, workspace_id, subject, key, label, kind, options,
             is_personal, position, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            it.id,
            tx.workspace(),
            SUBJECT,
            it.key.as_str(),
            to_json(&it.label),
            it.kind.as_str(),
            to_json(&it.kind.options()),
            it.is_personal,
            it.position,
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves label, choices and place; the version rises by one. The rest never changes.
pub fn save(tx: &mut Tx<'_>, it: &Attribute) -> Result<Attribute, StoreError> {
    tx.execute_versioned(
        "UPDATE attribute_definitions SET label = $1, options = $2, position = $3,
             version = version + 1
         WHERE workspace_id = $4 AND id = $5 AND version = $6",
        params![
            to_json(&it.label),
            to_json(&it.kind.options()),
            it.position,
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(Attribute {
        version: it.version + 1,
        ..it.clone()
    })
}

/// One definition.
pub fn get(tx: &mut Tx<'_>, id: AttributeId) -> Result<Option<Attribute>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM attribute_definitions WHERE workspace_id = $1 AND id = $2");
    tx.maybe(&sql, params![tx.workspace(), id])?
        .as_ref()
        .map(Attribute::try_from)
        .transpose()
}

/// All definitions in their order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Attribute>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM attribute_definitions WHERE workspace_id = $1 AND subject = $2
         ORDER BY position, key"
    );
    tx.query(&sql, params![tx.workspace(), SUBJECT])?
        .iter()
        .map(Attribute::try_from)
        .collect()
}

/// All definitions by key.
pub fn set(tx: &mut Tx<'_>) -> Result<AttributeSet, StoreError> {
    Ok(list(tx)?.into_iter().collect())
}

/// Removes a definition; the values stay with the contacts.
pub fn delete(tx: &mut Tx<'_>, id: AttributeId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM attribute_definitions WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}
