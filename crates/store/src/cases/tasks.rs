//! Tasks of the back office. What is asked, and what happened, is sealed.

use serde::{Deserialize, Serialize};
use zhiyin_domain::cases::tasks::{CaseTask, Hold, Holder, TaskEntry, TaskStatus};
use zhiyin_domain::ids::{AgentId, CaseId, CaseTaskId, TeamId};
use zhiyin_domain::time::Timestamp;

use crate::conversations::Sql;
use crate::named::{json, to_json};
use crate::sealed::{open_json, seal_json};
use crate::{Row, StoreError, ToValue, Tx, params};

/// What the words of a task are sealed for.
const WORDS: &str = "case_task.words";

const COLUMNS: &str = "t.id, t.case_id, t.asked_by, t.words, t.time_limit, t.ladder, t.asked_at, \
    t.due_at, t.round_from, t.round, t.status, t.rest_ms, t.holds, t.version";

/// What is said in a task.
#[derive(Serialize, Deserialize)]
struct Words {
    request: String,
    standard: String,
    entries: Vec<TaskEntry>,
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<CaseTask, StoreError> {
    let words: Words = open_json(tx, WORDS, row, "words")?;
    let status = match row.text("status")? {
        "open" => TaskStatus::Open,
        "question" => {
            let rest: i64 = row.get("rest_ms")?;
            TaskStatus::Question {
                rest_ms: u64::try_from(rest).map_err(|_| row.inconsistent("rest_ms"))?,
            }
        }
        "answered" => TaskStatus::Answered,
        "cancelled" => TaskStatus::Cancelled,
        _ => return Err(row.inconsistent("status")),
    };
    Ok(CaseTask {
        id: row.get("id")?,
        case_id: row.get("case_id")?,
        asked_by: row.get("asked_by")?,
        request: words.request,
        standard: words.standard,
        limit: json(row, "time_limit")?,
        ladder: json(row, "ladder")?,
        asked_at: row.get("asked_at")?,
        due_at: row.get("due_at")?,
        round_from: row.get("round_from")?,
        round: row.get("round")?,
        status,
        holds: json(row, "holds")?,
        entries: words.entries,
        version: row.get("version")?,
    })
}

fn seal(tx: &mut Tx<'_>, it: &CaseTask) -> Result<Vec<u8>, StoreError> {
    let words = Words {
        request: it.request.clone(),
        standard: it.standard.clone(),
        entries: it.entries.clone(),
    };
    seal_json(tx, WORDS, &words)
}

fn rest_ms(it: &CaseTask) -> Option<i64> {
    match it.status {
        TaskStatus::Question { rest_ms } => Some(i64::try_from(rest_ms).unwrap_or(i64::MAX)),
        TaskStatus::Open | TaskStatus::Answered | TaskStatus::Cancelled => None,
    }
}

/// Who of the team has it, or had it last.
fn taken_by(it: &CaseTask) -> Option<AgentId> {
    let of_team = |hold: &&Hold| matches!(hold.holder, Holder::Team { .. });
    it.holds
        .iter()
        .rev()
        .find(of_team)
        .and_then(|hold| hold.taken_by)
}

fn answered_at(it: &CaseTask) -> Option<Timestamp> {
    let last = it.holds.last().and_then(|hold| hold.to);
    last.filter(|_| it.status == TaskStatus::Answered)
}

/// Adds a task. It always has a team.
pub fn insert(tx: &mut Tx<'_>, it: &CaseTask) -> Result<(), StoreError> {
    let words = seal(tx, it)?;
    tx.execute(
        "INSERT INTO case_tasks (id, workspace_id, case_id, asked_by, words, time_limit, ladder,
             asked_at, due_at, round_from, round, status, rest_ms, holds, team_id, taken_by, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        params![
            it.id,
            tx.workspace(),
            it.case_id,
            it.asked_by,
            words,
            to_json(&it.limit),
            to_json(&it.ladder),
            it.asked_at,
            it.due_at,
            it.round_from,
            it.round,
            it.status.as_str(),
            rest_ms(it),
            to_json(&it.holds),
            it.team_id(),
            taken_by(it),
            it.version
        ],
    )?;
    Ok(())
}

/// Saves what may change; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: CaseTask) -> Result<CaseTask, StoreError> {
    let words = seal(tx, &it)?;
    tx.execute_versioned(
        "UPDATE case_tasks SET words = $1, due_at = $2, round_from = $3, round = $4, status = $5,
             rest_ms = $6, holds = $7, team_id = $8, taken_by = $9, answered_at = $10,
             version = version + 1
         WHERE workspace_id = $11 AND id = $12 AND version = $13",
        params![
            words,
            it.due_at,
            it.round_from,
            it.round,
            it.status.as_str(),
            rest_ms(&it),
            to_json(&it.holds),
            it.team_id(),
            taken_by(&it),
            answered_at(&it),
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(CaseTask {
        version: it.version + 1,
        ..it
    })
}

/// One task.
pub fn get(tx: &mut Tx<'_>, id: CaseTaskId) -> Result<Option<CaseTask>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM case_tasks t WHERE t.workspace_id = $1 AND t.id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// All tasks of a case, oldest first.
pub fn of_case(tx: &mut Tx<'_>, id: CaseId) -> Result<Vec<CaseTask>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM case_tasks t WHERE t.workspace_id = $1 AND t.case_id = $2
         ORDER BY t.asked_at, t.id"
    );
    let rows = tx.query(&sql, params![tx.workspace(), id])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Which tasks. What is none or empty does not matter.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// With one of these statuses.
    pub statuses: Vec<&'static str>,
    /// With one of these teams.
    pub teams: Option<Vec<TeamId>>,
    /// Taken by this agent.
    pub taken_by: Option<AgentId>,
    /// Asked by this agent.
    pub asked_by: Option<AgentId>,
    /// With an answer since this moment.
    pub answered_since: Option<Timestamp>,
}

/// Where the next page begins: time and id of the last one.
pub type TaskCursor = (Timestamp, CaseTaskId);

/// A page of tasks in the order in which they are due.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &TaskFilter,
    after: Option<TaskCursor>,
    limit: u32,
) -> Result<Vec<CaseTask>, StoreError> {
    let mut sql = Sql {
        text: format!("SELECT {COLUMNS} FROM case_tasks t WHERE t.workspace_id = $1"),
        params: vec![tx.workspace().to_value()],
    };
    if !filter.statuses.is_empty() {
        let places: Vec<String> = filter.statuses.iter().map(|it| sql.bind(*it)).collect();
        sql.and(&format!("t.status IN ({})", places.join(", ")));
    }
    if let Some(teams) = &filter.teams {
        let places: Vec<String> = teams.iter().map(|it| sql.bind(*it)).collect();
        if places.is_empty() {
            return Ok(Vec::new());
        }
        sql.and(&format!("t.team_id IN ({})", places.join(", ")));
    }
    if let Some(agent) = filter.taken_by {
        sql.and_eq("t.taken_by", agent);
    }
    if let Some(agent) = filter.asked_by {
        sql.and_eq("t.asked_by", agent);
    }
    if let Some(since) = filter.answered_since {
        let place = sql.bind(since);
        sql.and(&format!("t.answered_at >= {place}"));
    }
    if let Some((at, id)) = after {
        let (at, id) = (sql.bind(at), sql.bind(id));
        sql.and(&format!("(t.due_at, t.id) > ({at}, {id})"));
    }
    let limit = sql.bind(limit);
    sql.push(&format!(" ORDER BY t.due_at, t.id LIMIT {limit}"));
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// How a team did with one task that is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamTime {
    /// Which team.
    pub team_id: TeamId,
    /// How long it had the task, in the time that counts for it, in milliseconds.
    pub held_ms: i64,
    /// How often it sent the task on.
    pub hops: u32,
    /// Whether the answer came late.
    pub was_late: bool,
}

/// Writes how the teams did with a task that was answered at a moment, in place of what was
/// written for an answer that was sent back.
pub fn put_times(
    tx: &mut Tx<'_>,
    id: CaseTaskId,
    answered_at: Timestamp,
    times: &[TeamTime],
) -> Result<(), StoreError> {
    for time in times {
        tx.execute(
            "INSERT INTO case_task_times (task_id, team_id, workspace_id, held_ms, hops, was_late, answered_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (task_id, team_id) DO UPDATE SET held_ms = excluded.held_ms,
                 hops = excluded.hops, was_late = excluded.was_late, answered_at = excluded.answered_at",
            params![
                id,
                time.team_id,
                tx.workspace(),
                time.held_ms,
                time.hops,
                time.was_late,
                answered_at
            ],
        )?;
    }
    Ok(())
}

/// How the teams did with what was answered in a period.
pub fn times(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<Vec<TeamTime>, StoreError> {
    let rows = tx.query(
        "SELECT task_id AS id, team_id, held_ms, hops, was_late FROM case_task_times
         WHERE workspace_id = $1 AND answered_at >= $2 AND answered_at < $3
         ORDER BY team_id, held_ms",
        params![tx.workspace(), from, to],
    )?;
    let read = |row: &Row| {
        Ok(TeamTime {
            team_id: row.get("team_id")?,
            held_ms: row.get("held_ms")?,
            hops: row.get("hops")?,
            was_late: row.get("was_late")?,
        })
    };
    rows.iter().map(read).collect()
}

/// What the key of the links to tasks is derived for.
const LINK: &str = "case_task.link";

/// The authentication code of a link to a task under a key of the workspace. None in a read
/// of a workspace that has no key: then no link can be its own.
pub fn link_code(tx: &mut Tx<'_>, content: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let code = tx.keyed_hash(LINK, content)?;
    Ok((!code.is_empty()).then_some(code))
}
