//! What happened to cases, for people. Entries are added, never changed; texts are sealed.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::ids::{CaseEntryId, CaseId};
use zhiyin_domain::time::Timestamp;

use crate::conversations::Sql;
use crate::named::{json, to_json};
use crate::sealed::{open_text, seal_text};
use crate::{StoreError, ToValue, Tx, params};

/// What texts are sealed for.
const WORDS: &str = "case_history.words";

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Identifier.
    pub id: CaseEntryId,
    /// The case it happened to.
    pub case_id: CaseId,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// The name of the event, `case.status_changed`.
    pub kind: String,
    /// How, as the event says it.
    pub what: String,
    /// Identifiers and values; nothing personal.
    pub data: Json,
    /// What somebody wrote.
    pub text: Option<String>,
}

/// Adds an entry.
pub fn append(tx: &mut Tx<'_>, it: &Entry) -> Result<(), StoreError> {
    let words = match &it.text {
        None => None,
        Some(text) => Some(seal_text(tx, WORDS, text)?),
    };
    tx.execute(
        "INSERT INTO case_history (id, workspace_id, case_id, at, actor, kind, what, data, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            it.id,
            tx.workspace(),
            it.case_id,
            it.at,
            it.actor.to_string(),
            it.kind,
            it.what,
            to_json(&it.data),
            words
        ],
    )?;
    Ok(())
}

/// Where the next page begins: time and id of the last one.
pub type HistoryCursor = (Timestamp, CaseEntryId);

/// A page of what happened to some cases, the latest first.
pub fn list(
    tx: &mut Tx<'_>,
    family: &BTreeSet<CaseId>,
    before: Option<HistoryCursor>,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    let mut sql = Sql {
        text: "SELECT id, case_id, at, actor, kind, what, data, words FROM case_history
             WHERE workspace_id = $1"
            .to_owned(),
        params: vec![tx.workspace().to_value()],
    };
    let places: Vec<String> = family.iter().map(|id| sql.bind(*id)).collect();
    sql.and(&format!("case_id IN ({})", places.join(", ")));
    if let Some((at, id)) = before {
        let (at, id) = (sql.bind(at), sql.bind(id));
        sql.and(&format!("(at, id) < ({at}, {id})"));
    }
    let limit = sql.bind(limit);
    sql.push(&format!(" ORDER BY at DESC, id DESC LIMIT {limit}"));
    let mut entries = Vec::new();
    for row in tx.query(&sql.text, &sql.params)? {
        let text = match row.get::<Option<Vec<u8>>>("words")? {
            None => None,
            Some(_) => Some(open_text(tx, WORDS, &row, "words")?),
        };
        entries.push(Entry {
            id: row.get("id")?,
            case_id: row.get("case_id")?,
            at: row.get("at")?,
            actor: row
                .text("actor")?
                .parse()
                .map_err(|_| row.inconsistent("actor"))?,
            kind: row.get("kind")?,
            what: row.get("what")?,
            data: json(&row, "data")?,
            text,
        });
    }
    Ok(entries)
}
