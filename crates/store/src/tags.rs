//! Tags. Which conversation has which tag is kept with the conversations.

use std::collections::BTreeSet;

use zhiyin_domain::ids::TagId;
use zhiyin_domain::tag::Tag;

use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::Tx;

const COLUMNS: &str = "id, name, color, created_at, version";

impl TryFrom<&Row> for Tag {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            name: row
                .get::<String>("name")?
                .parse()
                .map_err(|_| row.inconsistent("name"))?,
            color: row
                .get::<String>("color")?
                .parse()
                .map_err(|_| row.inconsistent("color"))?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a tag. Its name must be free: `tags_name`.
pub fn insert(tx: &mut Tx, tag: &Tag) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "INSERT INTO tags (id, workspace_id, name, color, created_at, version) VALUES ($1, $2, $3, $4, $5, $6)",
        params![tag.id, workspace, tag.name.as_str(), tag.color.as_str(), tag.created_at, tag.version],
    )?;
    Ok(())
}

/// Writes name and colour.
pub fn save(tx: &mut Tx, tag: &Tag) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "UPDATE tags SET name = $4, color = $5, version = version + 1
         WHERE id = $1 AND workspace_id = $2 AND version = $3",
        params![
            tag.id,
            workspace,
            tag.version,
            tag.name.as_str(),
            tag.color.as_str()
        ],
    )
}

/// One tag.
pub fn get(tx: &mut Tx, id: TagId) -> Result<Option<Tag>, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        &format!("SELECT {COLUMNS} FROM tags WHERE id = $1 AND workspace_id = $2"),
        params![id, workspace],
    )?;
    row.as_ref().map(Tag::try_from).transpose()
}

/// All tags by name.
pub fn list(tx: &mut Tx) -> Result<Vec<Tag>, StoreError> {
    let workspace = tx.workspace();
    let rows = tx.query(
        &format!("SELECT {COLUMNS} FROM tags WHERE workspace_id = $1 ORDER BY name"),
        params![workspace],
    )?;
    rows.iter().map(Tag::try_from).collect()
}

/// Those of `ids` that are tags of the workspace.
pub fn known(tx: &mut Tx, ids: &BTreeSet<TagId>) -> Result<BTreeSet<TagId>, StoreError> {
    let workspace = tx.workspace();
    let mut known = BTreeSet::new();
    for id in ids {
        let row = tx.maybe(
            "SELECT id FROM tags WHERE id = $1 AND workspace_id = $2",
            params![*id, workspace],
        )?;
        if row.is_some() {
            known.insert(*id);
        }
    }
    Ok(known)
}

/// Removes a tag. Refused while conversations carry it: `in_use` tells.
pub fn delete(tx: &mut Tx, id: TagId) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "DELETE FROM tags WHERE id = $1 AND workspace_id = $2",
        params![id, workspace],
    )
}

/// Whether any conversation carries a tag.
pub fn in_use(tx: &mut Tx, id: TagId) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        "SELECT conversation_id FROM conversation_tags WHERE tag_id = $1 AND workspace_id = $2 LIMIT 1",
        params![id, workspace],
    )?;
    Ok(row.is_some())
}
