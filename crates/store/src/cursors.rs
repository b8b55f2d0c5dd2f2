//! How far each reactor has come in the log of each workspace.
//!
//! A reactor reads events after its cursor, does its work and moves the cursor in
//! one transaction, so that each event has its effect exactly once.

use zhiyin_domain::ids::WorkspaceId;

use crate::error::StoreError;
use crate::params;
use crate::tx::{SystemTx, Tx};

/// A reactor that has events to read in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Where.
    pub workspace: WorkspaceId,
    /// The last event it has handled.
    pub cursor: i64,
    /// The last event there is.
    pub last_seq: i64,
}

/// The last event the reactor has handled, held against other nodes until the end
/// of the transaction.
pub fn lock(tx: &mut Tx, name: &str) -> Result<i64, StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "INSERT INTO reactor_cursors (name, workspace_id, seq) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
        params![name, workspace],
    )?;
    let sql = format!(
        "SELECT seq FROM reactor_cursors WHERE name = $1 AND workspace_id = $2{}",
        tx.for_update()
    );
    tx.one(&sql, params![name, workspace])?.get("seq")
}

/// Moves the cursor from where [`lock`] found it; a lost race is `Conflict`.
pub fn advance(tx: &mut Tx, name: &str, from: i64, to: i64) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "UPDATE reactor_cursors SET seq = $1 WHERE name = $2 AND workspace_id = $3 AND seq = $4",
        params![to, name, workspace, from],
    )
}

/// Workspaces in which the reactor has something to do, at most `limit`.
pub fn behind(system: &mut SystemTx, name: &str, limit: u32) -> Result<Vec<Backlog>, StoreError> {
    system
        .query(
            "SELECT c.workspace_id, c.seq AS last_seq, COALESCE(r.seq, 0) AS cursor_seq
             FROM event_counters c LEFT JOIN reactor_cursors r ON r.workspace_id = c.workspace_id AND r.name = $1
             WHERE c.seq > COALESCE(r.seq, 0) ORDER BY c.workspace_id LIMIT $2",
            params![name, limit],
        )?
        .iter()
        .map(|row| {
            Ok(Backlog {
                workspace: row.get("workspace_id")?,
                cursor: row.get("cursor_seq")?,
                last_seq: row.get("last_seq")?,
            })
        })
        .collect()
}
