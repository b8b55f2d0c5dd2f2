//! Questions that articles leave open.

use zhiyin_domain::ids::KnowledgeGapId;
use zhiyin_domain::knowledge::{GapState, KnowledgeGap};
use zhiyin_domain::locale::Locale;

use crate::named::{json, named, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "g.id, g.locale, g.question, g.examples, g.state, g.number, g.unfound, \
    g.unhelpful, g.contacts, g.rated, g.article_id, g.first_at, g.last_at, g.version";

impl TryFrom<&Row> for KnowledgeGap {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let locale = row.text("locale")?.parse();
        Ok(Self {
            id: row.get("id")?,
            locale: locale.map_err(|_| row.inconsistent("locale"))?,
            question: row.get("question")?,
            examples: json(row, "examples")?,
            state: named(row, "state", &GapState::ALL, GapState::as_str)?,
            count: row.get("number")?,
            unfound: row.get("unfound")?,
            unhelpful: row.get("unhelpful")?,
            contacts: row.get("contacts")?,
            rated: row.get("rated")?,
            article_id: row.get("article_id")?,
            first_at: row.get("first_at")?,
            last_at: row.get("last_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a gap.
pub fn insert(tx: &mut Tx<'_>, it: &KnowledgeGap) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO knowledge_gaps (id, workspace_id, locale, question, examples, state, number,
             unfound, unhelpful, contacts, rated, article_id, first_at, last_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        params![
            it.id,
            tx.workspace(),
            it.locale.as_str(),
            it.question,
            to_json(&it.examples),
            it.state.as_str(),
            it.count,
            it.unfound,
            it.unhelpful,
            it.contacts,
            it.rated,
            it.article_id,
            it.first_at,
            it.last_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves everything but how it was asked first; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &KnowledgeGap) -> Result<KnowledgeGap, StoreError> {
    tx.execute_versioned(
        "UPDATE knowledge_gaps SET examples = $4, state = $5, number = $6, unfound = $7,
             unhelpful = $8, contacts = $9, rated = $10, article_id = $11, first_at = $12,
             last_at = $13, version = version + 1
         WHERE workspace_id = $1 AND id = $2 AND version = $3",
        params![
            tx.workspace(),
            it.id,
            it.version,
            to_json(&it.examples),
            it.state.as_str(),
            it.count,
            it.unfound,
            it.unhelpful,
            it.contacts,
            it.rated,
            it.article_id,
            it.first_at,
            it.last_at
        ],
    )?;
    Ok(KnowledgeGap {
        version: it.version + 1,
        ..it.clone()
    })
}

/// One gap, which nobody else changes until the end of the transaction.
pub fn get_for_update(
    tx: &mut Tx<'_>,
    id: KnowledgeGapId,
) -> Result<Option<KnowledgeGap>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM knowledge_gaps g WHERE g.workspace_id = $1 AND g.id = $2{}",
        tx.for_update()
    );
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(KnowledgeGap::try_from).transpose()
}

/// A page of gaps in a state, those asked most often first, after the one with `(count, id)`.
pub fn list(
    tx: &mut Tx<'_>,
    state: GapState,
    after: Option<(i64, KnowledgeGapId)>,
    limit: u32,
) -> Result<Vec<KnowledgeGap>, StoreError> {
    let (count, id) = after.unzip();
    let sql = format!(
        "SELECT {COLUMNS} FROM knowledge_gaps g
         WHERE g.workspace_id = $1 AND g.state = $2
           AND (g.number < $3 OR (g.number = $3 AND g.id < $4) OR $3 IS NULL)
         ORDER BY g.number DESC, g.id DESC LIMIT $5"
    );
    let limit = i64::from(limit);
    let rows = tx.query(
        &sql,
        params![tx.workspace(), state.as_str(), count, id, limit],
    )?;
    rows.iter().map(KnowledgeGap::try_from).collect()
}

/// Gaps of a language in which a new question could belong, asked last first.
pub fn recent(
    tx: &mut Tx<'_>,
    locale: Locale,
    limit: u32,
) -> Result<Vec<KnowledgeGap>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM knowledge_gaps g
         WHERE g.workspace_id = $1 AND g.locale = $2
         ORDER BY g.last_at DESC, g.id DESC LIMIT $3"
    );
    let rows = tx.query(
        &sql,
        params![tx.workspace(), locale.as_str(), i64::from(limit)],
    )?;
    rows.iter().map(KnowledgeGap::try_from).collect()
}
