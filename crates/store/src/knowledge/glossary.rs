//! Terms of the glossary.

use zhiyin_domain::ids::GlossaryTermId;
use zhiyin_domain::knowledge::GlossaryTerm;

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, locale, term, preferred, explanation, avoid, version";

impl TryFrom<&Row> for GlossaryTerm {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let locale = row.text("locale")?.parse();
        Ok(Self {
            id: row.get("id")?,
            locale: locale.map_err(|_| row.inconsistent("locale"))?,
            term: row.get("term")?,
            preferred: row.get("preferred")?,
            explanation: row.get("explanation")?,
            avoid: json(row, "avoid")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a term; one of the same word and language is a unique violation of `glossary_terms_term`.
pub fn insert(tx: &mut Tx<'_>, it: &GlossaryTerm) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO glossary_terms
             (id, workspace_id, locale, term, preferred, explanation, avoid, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            it.id,
            tx.workspace(),
            it.locale.as_str(),
            it.term,
            it.preferred,
            it.explanation,
            to_json(&it.avoid),
            it.version
        ],
    )?;
    Ok(())
}

/// All terms by language and word.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<GlossaryTerm>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM glossary_terms WHERE workspace_id = $1 ORDER BY locale, term"
    );
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(GlossaryTerm::try_from).collect()
}

/// One term.
pub fn get(tx: &mut Tx<'_>, id: GlossaryTermId) -> Result<Option<GlossaryTerm>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM glossary_terms WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(GlossaryTerm::try_from).transpose()
}

/// Saves a term; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &GlossaryTerm) -> Result<GlossaryTerm, StoreError> {
    tx.execute_versioned(
        "UPDATE glossary_terms SET locale = $4, term = $5, preferred = $6, explanation = $7,
             avoid = $8, version = version + 1
         WHERE workspace_id = $1 AND id = $2 AND version = $3",
        params![
            tx.workspace(),
            it.id,
            it.version,
            it.locale.as_str(),
            it.term,
            it.preferred,
            it.explanation,
            to_json(&it.avoid)
        ],
    )?;
    Ok(GlossaryTerm {
        version: it.version + 1,
        ..it.clone()
    })
}

/// Removes a term.
pub fn delete(tx: &mut Tx<'_>, id: GlossaryTermId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM glossary_terms WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}
