//! Phrases: canned texts, shared or personal.

use zhiyin_domain::ids::{AgentId, PhraseId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::phrase::Phrase;

use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str =
    "id, agent_id, shortcut, title, situation, locale, text, use_count, created_at, version";

impl TryFrom<&Row> for Phrase {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            agent_id: row.get("agent_id")?,
            shortcut: row.get("shortcut")?,
            title: row.get("title")?,
            situation: row.get("situation")?,
            locale: row
                .text("locale")?
                .parse::<Locale>()
                .map_err(|_| row.inconsistent("locale"))?,
            text: row.get("text")?,
            use_count: row.get("use_count")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a phrase.
pub fn insert(tx: &mut Tx<'_>, it: &Phrase) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO phrases (id, workspace_id, agent_id, shortcut, title, situation, locale, text,
             use_count, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            it.id,
            tx.workspace(),
            it.agent_id,
            it.shortcut,
            it.title,
            it.situation,
            it.locale.as_str(),
            it.text,
            it.use_count,
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves a changed phrase; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &Phrase) -> Result<Phrase, StoreError> {
    tx.execute_versioned(
        "UPDATE phrases SET agent_id = $1, shortcut = $2, title = $3, situation = $4, locale = $5,
             text = $6, version = version + 1
         WHERE workspace_id = $7 AND id = $8 AND version = $9",
        params![
            it.agent_id,
            it.shortcut,
            it.title,
            it.situation,
            it.locale.as_str(),
            it.text,
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(Phrase {
        version: it.version + 1,
        ..it.clone()
    })
}

/// One phrase.
pub fn get(tx: &mut Tx<'_>, id: PhraseId) -> Result<Option<Phrase>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM phrases WHERE workspace_id = $1 AND id = $2");
    tx.maybe(&sql, params![tx.workspace(), id])?
        .as_ref()
        .map(Phrase::try_from)
        .transpose()
}

/// Shared phrases and those of one agent, by shortcut.
pub fn list(tx: &mut Tx<'_>, agent: Option<AgentId>) -> Result<Vec<Phrase>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM phrases WHERE workspace_id = $1 AND (agent_id IS NULL OR agent_id = $2)
         ORDER BY shortcut, locale, id"
    );
    tx.query(&sql, params![tx.workspace(), agent])?
        .iter()
        .map(Phrase::try_from)
        .collect()
}

/// Removes a phrase.
pub fn delete(tx: &mut Tx<'_>, id: PhraseId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM phrases WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )?;
    Ok(())
}

/// Counts a use.
pub fn count_use(tx: &mut Tx<'_>, id: PhraseId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE phrases SET use_count = use_count + 1 WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )?;
    Ok(())
}
