//! Risk warnings, and the questions that their rules ask.
//!
//! Of each thing at most one warning is open: `risk_warnings_open`. Finding it again moves
//! the time it was last seen, so that two who look at once raise one warning.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zhiyin_domain::ids::{
    AgentId, CaseId, CaseTypeId, ConversationId, InboxId, RiskWarningId, TeamId, WorkspaceId,
};
use zhiyin_domain::time::Timestamp;

use crate::named::{json, to_json};
use crate::{Row, StoreError, SystemTx, Tx, params};

const COLUMNS: &str = "id, kind, subject, facts, people, plan, opened_at, last_seen_at, closed_at, \
    closed_by, note, version";

/// A warning as it is stored. `F` are the facts, `P` the steps of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWarning<F, P> {
    /// Identifier.
    pub id: RiskWarningId,
    /// Which rule.
    pub kind: String,
    /// What it is about, unique among the open ones of a kind.
    pub subject: String,
    /// What was seen.
    pub facts: F,
    /// Who is to act.
    pub people: Vec<AgentId>,
    /// What is to be done.
    pub plan: Vec<P>,
    /// When it was raised.
    pub opened_at: Timestamp,
    /// When it was seen last.
    pub last_seen_at: Timestamp,
    /// When it was closed, and by whom.
    pub closed: Option<(Timestamp, AgentId)>,
    /// What came of it.
    pub note: Option<String>,
    /// Optimistic lock.
    pub version: i64,
}

fn read<F: DeserializeOwned, P: DeserializeOwned>(
    row: &Row,
) -> Result<StoredWarning<F, P>, StoreError> {
    let closed = match (row.get("closed_at")?, row.get("closed_by")?) {
        (Some(at), Some(by)) => Some((at, by)),
        _ => None,
    };
    Ok(StoredWarning {
        id: row.get("id")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        facts: json(row, "facts")?,
        people: json(row, "people")?,
        plan: json(row, "plan")?,
        opened_at: row.get("opened_at")?,
        last_seen_at: row.get("last_seen_at")?,
        closed,
        note: row.get("note")?,
        version: row.get("version")?,
    })
}

/// Raises a warning, unless one of the same thing is open. Tells whether it is new.
pub fn raise<F: Serialize, P: Serialize>(
    tx: &mut Tx<'_>,
    it: &StoredWarning<F, P>,
) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let added = tx.execute(
        "INSERT INTO risk_warnings (id, workspace_id, kind, subject, facts, people, plan, opened_at,
             last_seen_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 1)
         ON CONFLICT (workspace_id, kind, subject) WHERE closed_at IS NULL DO NOTHING",
        params![
            it.id,
            workspace,
            it.kind,
            it.subject,
            to_json(&it.facts),
            to_json(&it.people),
            to_json(&it.plan),
            it.opened_at
        ],
    )?;
    if added == 0 {
        tx.execute(
            "UPDATE risk_warnings SET facts = $1, last_seen_at = $2
             WHERE workspace_id = $3 AND kind = $4 AND subject = $5 AND closed_at IS NULL",
            params![
                to_json(&it.facts),
                it.last_seen_at,
                workspace,
                it.kind,
                it.subject
            ],
        )?;
    }
    Ok(added == 1)
}

/// Saves plan, people and end; the version rises by one.
pub fn save<F: Serialize, P: Serialize>(
    tx: &mut Tx<'_>,
    it: &StoredWarning<F, P>,
) -> Result<(), StoreError> {
    tx.execute_versioned(
        "UPDATE risk_warnings SET people = $1, plan = $2, closed_at = $3, closed_by = $4, note = $5,
             version = version + 1
         WHERE workspace_id = $6 AND id = $7 AND version = $8",
        params![
            to_json(&it.people),
            to_json(&it.plan),
            it.closed.map(|(at, _)| at),
            it.closed.map(|(_, by)| by),
            it.note,
            tx.workspace(),
            it.id,
            it.version
        ],
    )
}

/// One warning, locked.
pub fn get_for_update<F: DeserializeOwned, P: DeserializeOwned>(
    tx: &mut Tx<'_>,
    id: RiskWarningId,
) -> Result<Option<StoredWarning<F, P>>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM risk_warnings WHERE workspace_id = $1 AND id = $2{}",
        tx.for_update()
    );
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(read).transpose()
}

/// Warnings, newest first, behind a place; open ones, closed ones, or all.
pub fn list<F: DeserializeOwned, P: DeserializeOwned>(
    tx: &mut Tx<'_>,
    is_open: Option<bool>,
    after: Option<(Timestamp, RiskWarningId)>,
    limit: u32,
) -> Result<Vec<StoredWarning<F, P>>, StoreError> {
    let which = match is_open {
        None => "",
        Some(true) => " AND closed_at IS NULL",
        Some(false) => " AND closed_at IS NOT NULL",
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM risk_warnings WHERE workspace_id = $1{which}
           AND (opened_at < $2 OR (opened_at = $2 AND id < $3))
         ORDER BY opened_at DESC, id DESC LIMIT $4"
    );
    let last = RiskWarningId::from_uuid(uuid::Uuid::max());
    let (at, id) = after.unwrap_or((Timestamp::from_micros(i64::MAX), last));
    let rows = tx.query(&sql, params![tx.workspace(), at, id, limit])?;
    rows.iter().map(read).collect()
}

/// Cases of one type that were taken in within a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRun {
    /// Which type.
    pub type_id: CaseTypeId,
    /// How many.
    pub count: i64,
}

/// How many cases of each type were taken in within a time.
pub fn runs(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<Vec<CaseRun>, StoreError> {
    let rows = tx.query(
        "SELECT type_id, COUNT(*) AS number FROM cases
         WHERE workspace_id = $1 AND created_at >= $2 AND created_at < $3
         GROUP BY type_id ORDER BY type_id",
        params![tx.workspace(), from, to],
    )?;
    rows.iter()
        .map(|row| {
            Ok(CaseRun {
                type_id: row.get("type_id")?,
                count: row.get("number")?,
            })
        })
        .collect()
}

/// The newest cases of a type since a moment.
pub fn of_type(
    tx: &mut Tx<'_>,
    case_type: CaseTypeId,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<CaseId>, StoreError> {
    let rows = tx.query(
        "SELECT id FROM cases WHERE workspace_id = $1 AND type_id = $2 AND created_at >= $3
         ORDER BY created_at DESC, id DESC LIMIT $4",
        params![tx.workspace(), case_type, since, limit],
    )?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Unsolved cases on which nothing has happened since a moment, by team; a case waits in
/// silence as long as its row has not changed.
pub fn silent(
    tx: &mut Tx<'_>,
    before: Timestamp,
) -> Result<Vec<(Option<TeamId>, i64)>, StoreError> {
    let rows = tx.query(
        "SELECT team_id, COUNT(*) AS number FROM cases
         WHERE workspace_id = $1 AND status IN ('new', 'open', 'waiting_for_back_office')
           AND merged_into IS NULL AND updated_at < $2
         GROUP BY team_id ORDER BY team_id",
        params![tx.workspace(), before],
    )?;
    rows.iter()
        .map(|row| Ok((row.get("team_id")?, row.get("number")?)))
        .collect()
}

/// Sessions that began in a time, by inbox; of inboxes that are switched on. One in which
/// nothing began is missing.
pub fn openings(
    tx: &mut Tx<'_>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(InboxId, i64)>, StoreError> {
    let rows = tx.query(
        "SELECT s.inbox_id AS inbox_id, COUNT(*) AS number
         FROM sessions s JOIN inboxes i ON i.id = s.inbox_id
         WHERE s.workspace_id = $1 AND s.opened_at >= $2 AND s.opened_at < $3 AND i.is_enabled = TRUE
         GROUP BY s.inbox_id ORDER BY s.inbox_id",
        params![tx.workspace(), from, to],
    )?;
    rows.iter()
        .map(|row| Ok((row.get("inbox_id")?, row.get("number")?)))
        .collect()
}

/// The case of a conversation that is not closed, if there is one.
pub fn case_of_conversation(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
) -> Result<Option<CaseId>, StoreError> {
    let row = tx.maybe(
        "SELECT c.id AS id FROM case_conversations l JOIN cases c ON c.id = l.case_id
         WHERE l.workspace_id = $1 AND l.conversation_id = $2 AND c.merged_into IS NULL
           AND c.status <> 'closed'
         ORDER BY c.created_at DESC LIMIT 1",
        params![tx.workspace(), conversation],
    )?;
    row.map(|row| row.get("id")).transpose()
}

/// Workspaces in which cases are kept.
pub fn workspaces(system: &mut SystemTx<'_>) -> Result<Vec<WorkspaceId>, StoreError> {
    let rows = system.query(
        "SELECT w.id AS id FROM workspaces w
         WHERE EXISTS (SELECT 1 FROM cases c WHERE c.workspace_id = w.id)",
        params![],
    )?;
    rows.iter().map(|row| row.get("id")).collect()
}
