//! Knowledge: articles, their languages and versions, categories, synonyms, feedback, what readers
//! look for and what that leaves open; files, the glossary, the look of the help centre.
//!
//! [`touch`] counts whatever a search could find differently; an index in memory is good as
//! long as [`state`] says the same as when it was made.

pub mod articles;
pub mod categories;
pub mod feedback;
pub mod files;
pub mod gaps;
pub mod glossary;
pub mod help_centres;
pub mod questions;
pub mod readers;
pub mod synonyms;
pub mod translations;

use crate::{StoreError, Tx, params};

/// How often knowledge was changed.
pub fn state(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT revision FROM knowledge_states WHERE workspace_id = $1";
    let row = tx.maybe(sql, params![tx.workspace()])?;
    row.map_or(Ok(0), |row| row.get("revision"))
}

/// Says that knowledge was changed.
pub fn touch(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO knowledge_states (workspace_id, revision) VALUES ($1, 1)
         ON CONFLICT (workspace_id) DO UPDATE SET revision = knowledge_states.revision + 1",
        params![tx.workspace()],
    )?;
    Ok(())
}
