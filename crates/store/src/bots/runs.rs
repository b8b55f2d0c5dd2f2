//! What the bot remembers of sessions.

use zhiyin_domain::bot::{BotRun, RunOutcome};
use zhiyin_domain::ids::{ConversationId, SessionId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::named::maybe_named;
use crate::sealed::{open_json, seal_json};
use crate::{Row, StoreError, SystemTx, Tx, params};

const MEMORY: &str = "bot_runs.memory";

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<BotRun, StoreError> {
    let outcome = maybe_named(row, "outcome", &RunOutcome::ALL, RunOutcome::as_str)?;
    let ended_at: Option<Timestamp> = row.get("ended_at")?;
    Ok(BotRun {
        session_id: row.get("session_id")?,
        conversation_id: row.get("conversation_id")?,
        memory: open_json(tx, MEMORY, row, "memory")?,
        seen_seq: row.get("seen_seq")?,
        idle_at: row.get("idle_at")?,
        ended: ended_at.zip(outcome),
        started_at: row.get("started_at")?,
        version: row.get("version")?,
    })
}

/// What it remembers of a session, if it ever had the turn in it.
pub fn get(tx: &mut Tx<'_>, session: SessionId) -> Result<Option<BotRun>, StoreError> {
    let row = tx.maybe(
        "SELECT session_id, conversation_id, memory, seen_seq, idle_at, outcome, started_at,
             ended_at, version
         FROM bot_runs WHERE workspace_id = $1 AND session_id = $2",
        params![tx.workspace(), session],
    )?;
    row.map(|row| read(tx, &row)).transpose()
}

/// Whether the bot has something to finish in a session.
pub fn is_open(tx: &mut Tx<'_>, session: SessionId) -> Result<bool, StoreError> {
    let row = tx.maybe(
        "SELECT 1 AS one FROM bot_runs
         WHERE workspace_id = $1 AND session_id = $2 AND outcome IS NULL",
        params![tx.workspace(), session],
    )?;
    Ok(row.is_some())
}

/// Saves it; the version rises by one. Version 0 is one that is not there yet.
pub fn save(tx: &mut Tx<'_>, it: &BotRun) -> Result<(), StoreError> {
    let memory = seal_json(tx, MEMORY, &it.memory)?;
    let outcome = it.ended.map(|(_, outcome)| outcome.as_str());
    let ended_at = it.ended.map(|(at, _)| at);
    if it.version == 0 {
        return tx.execute_versioned(
            "INSERT INTO bot_runs (session_id, workspace_id, conversation_id, memory, seen_seq,
                 idle_at, outcome, started_at, ended_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) ON CONFLICT (session_id) DO NOTHING",
            params![
                it.session_id,
                tx.workspace(),
                it.conversation_id,
                memory,
                it.seen_seq,
                it.idle_at,
                outcome,
                it.started_at,
                ended_at
            ],
        );
    }
    tx.execute_versioned(
        "UPDATE bot_runs SET memory = $4, seen_seq = $5, idle_at = $6, outcome = $7,
             ended_at = $8, version = version + 1
         WHERE workspace_id = $1 AND session_id = $2 AND version = $3",
        params![
            tx.workspace(),
            it.session_id,
            it.version,
            memory,
            it.seen_seq,
            it.idle_at,
            outcome,
            ended_at
        ],
    )
}

/// Sessions whose customers have been silent for long enough, in all workspaces.
pub fn idle(
    system: &mut SystemTx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(WorkspaceId, ConversationId, SessionId)>, StoreError> {
    let rows = system.query(
        "SELECT workspace_id, conversation_id, session_id FROM bot_runs
         WHERE idle_at IS NOT NULL AND idle_at <= $1 ORDER BY idle_at LIMIT $2",
        params![now, i64::from(limit)],
    )?;
    let all = rows.iter().map(|row| {
        let ids = (row.get("workspace_id")?, row.get("conversation_id")?);
        Ok((ids.0, ids.1, row.get("session_id")?))
    });
    all.collect()
}

/// When the next customer will have been silent for long enough.
pub fn next_idle(system: &mut SystemTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = system.maybe(
        "SELECT idle_at FROM bot_runs WHERE idle_at IS NOT NULL ORDER BY idle_at LIMIT 1",
        params![],
    )?;
    row.map(|row| row.get("idle_at")).transpose()
}
