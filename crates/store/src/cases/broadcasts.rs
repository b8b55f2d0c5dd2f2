//! One answer for all children of a case, and which of them are done with.

use std::collections::BTreeSet;

use zhiyin_domain::ids::{AgentId, CaseBroadcastId, CaseId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::sealed::{open_text, seal_text};
use crate::{Row, StoreError, SystemTx, Tx, params};

/// What the words of an answer are sealed for.
const WORDS: &str = "case_broadcast.words";

const COLUMNS: &str =
    "id, case_id, client_id, words, resolves, made_by, total, created_at, done_at";

/// One answer for all children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broadcast {
    /// Identifier.
    pub id: CaseBroadcastId,
    /// Whose children.
    pub case_id: CaseId,
    /// The sender's own id, by which a repeat is recognised.
    pub client_id: String,
    /// What they are told.
    pub text: String,
    /// Whether they are resolved with it.
    pub resolves: bool,
    /// Who answers.
    pub made_by: AgentId,
    /// How many children there were.
    pub total: u32,
    /// When it began.
    pub created_at: Timestamp,
    /// When all of them were done with.
    pub done_at: Option<Timestamp>,
}

/// How it ended for one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Which child.
    pub case_id: CaseId,
    /// `answered`, or why not.
    pub outcome: String,
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Broadcast, StoreError> {
    Ok(Broadcast {
        id: row.get("id")?,
        case_id: row.get("case_id")?,
        client_id: row.get("client_id")?,
        text: open_text(tx, WORDS, row, "words")?,
        resolves: row.get("resolves")?,
        made_by: row.get("made_by")?,
        total: row.get("total")?,
        created_at: row.get("created_at")?,
        done_at: row.get("done_at")?,
    })
}

/// Adds an answer. The same one is not added twice: `case_broadcasts_client`.
pub fn insert(tx: &mut Tx<'_>, it: &Broadcast) -> Result<(), StoreError> {
    let words = seal_text(tx, WORDS, &it.text)?;
    tx.execute(
        "INSERT INTO case_broadcasts (id, workspace_id, case_id, client_id, words, resolves, made_by,
             total, created_at, done_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            it.id,
            tx.workspace(),
            it.case_id,
            it.client_id,
            words,
            it.resolves,
            it.made_by,
            it.total,
            it.created_at,
            it.done_at
        ],
    )?;
    Ok(())
}

/// One answer.
pub fn get(tx: &mut Tx<'_>, id: CaseBroadcastId) -> Result<Option<Broadcast>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM case_broadcasts WHERE workspace_id = $1 AND id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// The answer that was sent under a client id.
pub fn by_client(
    tx: &mut Tx<'_>,
    case: CaseId,
    client_id: &str,
) -> Result<Option<Broadcast>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM case_broadcasts
         WHERE workspace_id = $1 AND case_id = $2 AND client_id = $3"
    );
    match tx.maybe(&sql, params![tx.workspace(), case, client_id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// All answers for the children of a case, the latest first.
pub fn of_case(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<Broadcast>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM case_broadcasts WHERE workspace_id = $1 AND case_id = $2
         ORDER BY created_at DESC, id DESC LIMIT 50"
    );
    let rows = tx.query(&sql, params![tx.workspace(), case])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Notes that all children are done with.
pub fn finish(tx: &mut Tx<'_>, id: CaseBroadcastId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE case_broadcasts SET done_at = $1 WHERE workspace_id = $2 AND id = $3",
        params![now, tx.workspace(), id],
    )?;
    Ok(())
}

/// Notes how it ended for a child. False if that was known.
pub fn deliver(
    tx: &mut Tx<'_>,
    id: CaseBroadcastId,
    case: CaseId,
    outcome: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let touched = tx.execute(
        "INSERT INTO case_broadcast_answers (broadcast_id, case_id, workspace_id, outcome, at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        params![id, case, tx.workspace(), outcome, now],
    )?;
    Ok(touched == 1)
}

/// The children that are done with, and how.
pub fn delivered(tx: &mut Tx<'_>, id: CaseBroadcastId) -> Result<Vec<Delivered>, StoreError> {
    let rows = tx.query(
        "SELECT case_id, outcome FROM case_broadcast_answers
         WHERE workspace_id = $1 AND broadcast_id = $2 ORDER BY case_id",
        params![tx.workspace(), id],
    )?;
    let read = |row: &Row| {
        Ok(Delivered {
            case_id: row.get("case_id")?,
            outcome: row.get("outcome")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Answers that are under way, in all workspaces, the oldest first.
pub fn open(
    system: &mut SystemTx<'_>,
    limit: u32,
) -> Result<BTreeSet<(WorkspaceId, CaseBroadcastId)>, StoreError> {
    let rows = system.query(
        "SELECT workspace_id, id FROM case_broadcasts WHERE done_at IS NULL
         ORDER BY created_at LIMIT $1",
        params![limit],
    )?;
    rows.iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .collect()
}
