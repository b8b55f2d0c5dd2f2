//! Words that a search takes for one another.

use std::collections::BTreeSet;

use zhiyin_domain::ids::SynonymsId;
use zhiyin_domain::knowledge::Synonyms;

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

impl TryFrom<&Row> for Synonyms {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let words: BTreeSet<String> = json(row, "words")?;
        Ok(Self {
            id: row.get("id")?,
            words,
            version: row.get("version")?,
        })
    }
}

/// Adds a group.
pub fn insert(tx: &mut Tx<'_>, it: &Synonyms) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO synonyms (id, workspace_id, words, version) VALUES ($1, $2, $3, $4)",
        params![it.id, tx.workspace(), to_json(&it.words), it.version],
    )?;
    Ok(())
}

/// All groups, in the order in which they were made.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Synonyms>, StoreError> {
    let sql = "SELECT id, words, version FROM synonyms WHERE workspace_id = $1 ORDER BY id";
    let rows = tx.query(sql, params![tx.workspace()])?;
    rows.iter().map(Synonyms::try_from).collect()
}

/// Saves the words of a group; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &Synonyms) -> Result<Synonyms, StoreError> {
    tx.execute_versioned(
        "UPDATE synonyms SET words = $4, version = version + 1
         WHERE workspace_id = $1 AND id = $2 AND version = $3",
        params![tx.workspace(), it.id, it.version, to_json(&it.words)],
    )?;
    Ok(Synonyms {
        version: it.version + 1,
        ..it.clone()
    })
}

/// Removes a group.
pub fn delete(tx: &mut Tx<'_>, id: SynonymsId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM synonyms WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}
