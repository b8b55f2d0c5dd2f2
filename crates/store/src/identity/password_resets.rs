//! Requests to set a new password. Their links are stored as hashes.

use zhiyin_domain::ids::{AgentId, ResetId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use super::TokenHash;
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::{SystemTx, Tx};

/// A request to set a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordReset {
    /// Identifier.
    pub id: ResetId,
    /// Whose password.
    pub agent: AgentId,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// Whether the link was used or replaced.
    pub is_used: bool,
}

impl PasswordReset {
    /// Whether its link may still be used.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        !self.is_used && self.expires_at > now
    }
}

impl TryFrom<&Row> for PasswordReset {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            agent: row.get("agent_id")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            is_used: row.get::<Option<Timestamp>>("used_at")?.is_some(),
        })
    }
}

const COLUMNS: &str = "id, agent_id, created_at, expires_at, used_at";

/// Adds an unused request.
pub fn insert(tx: &mut Tx, reset: &PasswordReset, token: &TokenHash) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "INSERT INTO password_resets (id, workspace_id, agent_id, token_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![reset.id, workspace, reset.agent, *token, reset.created_at, reset.expires_at],
    )?;
    Ok(())
}

/// One request.
pub fn get(tx: &mut Tx, id: ResetId) -> Result<Option<PasswordReset>, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        &format!("SELECT {COLUMNS} FROM password_resets WHERE id = $1 AND workspace_id = $2"),
        params![id, workspace],
    )?;
    row.as_ref().map(PasswordReset::try_from).transpose()
}

/// The request behind a link, used or not, of an active agent.
pub fn find(
    system: &mut SystemTx,
    token: &TokenHash,
) -> Result<Option<(WorkspaceId, PasswordReset)>, StoreError> {
    let row = system.maybe(
        "SELECT p.id AS id, p.workspace_id AS workspace_id, p.agent_id AS agent_id, p.created_at AS created_at,
             p.expires_at AS expires_at, p.used_at AS used_at
         FROM password_resets p JOIN agents a ON a.id = p.agent_id
         WHERE p.token_hash = $1 AND a.is_active = $2",
        params![*token, true],
    )?;
    row.map(|row| Ok((row.get("workspace_id")?, PasswordReset::try_from(&row)?)))
        .transpose()
}

/// When an agent last asked for one.
pub fn last_asked(tx: &mut Tx, agent: AgentId) -> Result<Option<Timestamp>, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        "SELECT created_at FROM password_resets WHERE agent_id = $1 AND workspace_id = $2
         ORDER BY created_at DESC LIMIT 1",
        params![agent, workspace],
    )?;
    row.map(|row| row.get("created_at")).transpose()
}

/// Uses a request up. False if it was used or is too old: of two who try at once, one
/// gets true.
pub fn consume(tx: &mut Tx, id: ResetId, now: Timestamp) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let count = tx.execute(
        "UPDATE password_resets SET used_at = $3
         WHERE id = $1 AND workspace_id = $2 AND used_at IS NULL AND expires_at > $3",
        params![id, workspace, now],
    )?;
    Ok(count == 1)
}

/// Makes all open links of an agent useless.
pub fn cancel_all(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<u64, StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "UPDATE password_resets SET used_at = $3 WHERE agent_id = $1 AND workspace_id = $2 AND used_at IS NULL",
        params![agent, workspace, now],
    )
}

/// Removes requests that were too old before `before`.
pub fn sweep(system: &mut SystemTx, before: Timestamp) -> Result<u64, StoreError> {
    system.execute(
        "DELETE FROM password_resets WHERE expires_at < $1",
        params![before],
    )
}
