//! Browsers in which an agent is logged in. The cookie is stored as a hash.

use zhiyin_domain::identity::login::LoginSession;
use zhiyin_domain::ids::{AgentId, LoginSessionId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use super::TokenHash;
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::{SystemTx, Tx};

const COLUMNS: &str = "id, agent_id, address, user_agent, created_at, last_seen_at, expires_at";

impl TryFrom<&Row> for LoginSession {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            agent: row.get("agent_id")?,
            address: row.get("address")?,
            user_agent: row.get("user_agent")?,
            created_at: row.get("created_at")?,
            last_seen_at: row.get("last_seen_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

/// Adds a session.
pub fn insert(tx: &mut Tx, session: &LoginSession, token: &TokenHash) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "INSERT INTO login_sessions (id, workspace_id, agent_id, token_hash, address, user_agent,
             created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            session.id,
            workspace,
            session.agent,
            *token,
            session.address,
            session.user_agent,
            session.created_at,
            session.last_seen_at,
            session.expires_at
        ],
    )?;
    Ok(())
}

/// The session behind a cookie, if it was not revoked and its agent is active. Whether
/// it is too old is for the caller to say.
pub fn find(
    system: &mut SystemTx,
    token: &TokenHash,
) -> Result<Option<(WorkspaceId, LoginSession)>, StoreError> {
    let row = system.maybe(
        "SELECT s.id AS id, s.workspace_id AS workspace_id, s.agent_id AS agent_id, s.address AS address,
             s.user_agent AS user_agent, s.created_at AS created_at, s.last_seen_at AS last_seen_at,
             s.expires_at AS expires_at
         FROM login_sessions s JOIN agents a ON a.id = s.agent_id
         WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND a.is_active = $2",
        params![*token, true],
    )?;
    row.map(|row| Ok((row.get("workspace_id")?, LoginSession::try_from(&row)?)))
        .transpose()
}

/// The same session later, for a connection that stays open; nothing if it was revoked
/// or its agent deactivated.
pub fn get(tx: &mut Tx, id: LoginSessionId) -> Result<Option<LoginSession>, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        "SELECT s.id AS id, s.agent_id AS agent_id, s.address AS address, s.user_agent AS user_agent,
             s.created_at AS created_at, s.last_seen_at AS last_seen_at, s.expires_at AS expires_at
         FROM login_sessions s JOIN agents a ON a.id = s.agent_id
         WHERE s.id = $1 AND s.workspace_id = $2 AND s.revoked_at IS NULL AND a.is_active = $3",
        params![id, workspace, true],
    )?;
    row.as_ref().map(LoginSession::try_from).transpose()
}

/// The sessions of an agent that were not revoked and end after `now`, newest first.
pub fn list(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<Vec<LoginSession>, StoreError> {
    let workspace = tx.workspace();
    let rows = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM login_sessions
             WHERE agent_id = $1 AND workspace_id = $2 AND revoked_at IS NULL AND expires_at > $3
             ORDER BY created_at DESC, id DESC"
        ),
        params![agent, workspace, now],
    )?;
    rows.iter().map(LoginSession::try_from).collect()
}

/// Notes that a session was used.
pub fn touch(tx: &mut Tx, id: LoginSessionId, now: Timestamp) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "UPDATE login_sessions SET last_seen_at = $3 WHERE id = $1 AND workspace_id = $2 AND last_seen_at < $3",
        params![id, workspace, now],
    )?;
    Ok(())
}

/// Ends one session of an agent. False if there was none.
pub fn revoke(
    tx: &mut Tx,
    id: LoginSessionId,
    agent: AgentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let count = tx.execute(
        "UPDATE login_sessions SET revoked_at = $4
         WHERE id = $1 AND agent_id = $2 AND workspace_id = $3 AND revoked_at IS NULL",
        params![id, agent, workspace, now],
    )?;
    Ok(count > 0)
}

/// Ends all sessions of an agent but `except`.
pub fn revoke_all(
    tx: &mut Tx,
    agent: AgentId,
    except: Option<LoginSessionId>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let workspace = tx.workspace();
    let except = except.unwrap_or_else(|| LoginSessionId::from_uuid(uuid::Uuid::nil()));
    tx.execute(
        "UPDATE login_sessions SET revoked_at = $4
         WHERE agent_id = $1 AND workspace_id = $2 AND id <> $3 AND revoked_at IS NULL",
        params![agent, workspace, except, now],
    )
}

/// Removes sessions that ended before `before`.
pub fn sweep(system: &mut SystemTx, before: Timestamp) -> Result<u64, StoreError> {
    system.execute(
        "DELETE FROM login_sessions WHERE expires_at < $1 OR revoked_at < $1",
        params![before],
    )
}
