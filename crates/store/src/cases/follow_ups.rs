//! Call backs. Attempts and results hold what customers said and are sealed.

use serde::{Deserialize, Serialize};
use zhiyin_domain::cases::follow_up::{Attempt, Finished, FollowUp, FollowUpReason};
use zhiyin_domain::ids::{AgentId, CaseId, FollowUpId};
use zhiyin_domain::time::Timestamp;

use crate::conversations::Sql;
use crate::named::{json, to_json};
use crate::sealed::{open_json, seal_json};
use crate::{Row, StoreError, ToValue as _, Tx, params};

/// What the record is sealed for.
const RECORD: &str = "follow_ups.record";

const COLUMNS: &str = "f.id, f.case_id, f.reason, f.score, f.owner_id, f.created_at, f.from_at, \
    f.due_at, f.time_limit, f.ladder, f.record, f.version";

#[derive(Serialize, Deserialize)]
struct Record {
    attempts: Vec<Attempt>,
    result: Option<Finished>,
}

impl Record {
    fn of(it: &FollowUp) -> Self {
        Self {
            attempts: it.attempts.clone(),
            result: it.result.clone(),
        }
    }
}

fn reason(row: &Row) -> Result<FollowUpReason, StoreError> {
    match row.text("reason")? {
        "resolved" => Ok(FollowUpReason::Resolved),
        "complaint_replied" => Ok(FollowUpReason::ComplaintReplied),
        "low_score" => Ok(FollowUpReason::LowScore {
            score: row.get("score")?,
        }),
        "by_hand" => Ok(FollowUpReason::ByHand),
        _ => Err(row.inconsistent("reason")),
    }
}

const fn score(it: &FollowUp) -> Option<u8> {
    match it.reason {
        FollowUpReason::LowScore { score } => Some(score),
        FollowUpReason::Resolved | FollowUpReason::ComplaintReplied | FollowUpReason::ByHand => {
            None
        }
    }
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<FollowUp, StoreError> {
    let record: Record = open_json(tx, RECORD, row, "record")?;
    Ok(FollowUp {
        id: row.get("id")?,
        case_id: row.get("case_id")?,
        reason: reason(row)?,
        owner_id: row.get("owner_id")?,
        created_at: row.get("created_at")?,
        from: row.get("from_at")?,
        due_at: row.get("due_at")?,
        limit: json(row, "time_limit")?,
        ladder: json(row, "ladder")?,
        attempts: record.attempts,
        result: record.result,
        version: row.get("version")?,
    })
}

fn read_all(tx: &mut Tx<'_>, sql: &Sql) -> Result<Vec<FollowUp>, StoreError> {
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter().map(|row| read(tx, row)).collect()
}

fn result_name(it: &FollowUp) -> Option<String> {
    let finished = it.result.as_ref()?;
    Some(to_json(&finished.result).trim_matches('"').to_owned())
}

fn attempts(it: &FollowUp) -> i64 {
    i64::try_from(it.attempts.len()).unwrap_or(i64::MAX)
}

/// Adds a call back.
pub fn insert(tx: &mut Tx<'_>, it: &FollowUp) -> Result<(), StoreError> {
    let record = seal_json(tx, RECORD, &Record::of(it))?;
    tx.execute(
        "INSERT INTO follow_ups (id, workspace_id, case_id, reason, score, owner_id, created_at,
             from_at, due_at, time_limit, ladder, attempts, result, finished_at, record, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        params![
            it.id,
            tx.workspace(),
            it.case_id,
            it.reason.as_str(),
            score(it),
            it.owner_id,
            it.created_at,
            it.from,
            it.due_at,
            to_json(&it.limit),
            to_json(&it.ladder),
            attempts(it),
            result_name(it),
            it.result.as_ref().map(|finished| finished.at),
            record,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves a call back; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: FollowUp) -> Result<FollowUp, StoreError> {
    let record = seal_json(tx, RECORD, &Record::of(&it))?;
    tx.execute_versioned(
        "UPDATE follow_ups SET owner_id = $1, from_at = $2, due_at = $3, attempts = $4, result = $5,
             finished_at = $6, record = $7, version = version + 1
         WHERE workspace_id = $8 AND id = $9 AND version = $10",
        params![
            it.owner_id,
            it.from,
            it.due_at,
            attempts(&it),
            result_name(&it),
            it.result.as_ref().map(|finished| finished.at),
            record,
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(FollowUp {
        version: it.version + 1,
        ..it
    })
}

/// One call back.
pub fn get(tx: &mut Tx<'_>, id: FollowUpId) -> Result<Option<FollowUp>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM follow_ups f WHERE f.workspace_id = $1 AND f.id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// The call backs of a case, oldest first.
pub fn of_case(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<FollowUp>, StoreError> {
    let sql = Sql {
        text: format!(
            "SELECT {COLUMNS} FROM follow_ups f WHERE f.workspace_id = $1 AND f.case_id = $2
             ORDER BY f.created_at, f.id"
        ),
        params: params![tx.workspace(), case].to_vec(),
    };
    read_all(tx, &sql)
}

/// Open call backs in the order in which they are due, behind a place; those of one owner,
/// or all.
pub fn open(
    tx: &mut Tx<'_>,
    owner: Option<AgentId>,
    after: Option<(Timestamp, FollowUpId)>,
    limit: u32,
) -> Result<Vec<FollowUp>, StoreError> {
    let mut sql = Sql {
        text: format!(
            "SELECT {COLUMNS} FROM follow_ups f WHERE f.workspace_id = $1 AND f.result IS NULL"
        ),
        params: vec![tx.workspace().to_value()],
    };
    if let Some(owner) = owner {
        sql.and_eq("f.owner_id", owner);
    }
    if let Some((at, id)) = after {
        let (at, id) = (sql.bind(at), sql.bind(id));
        sql.and(&format!("(f.due_at, f.id) > ({at}, {id})"));
    }
    let limit = sql.bind(limit);
    sql.push(&format!(" ORDER BY f.due_at, f.id LIMIT {limit}"));
    read_all(tx, &sql)
}
