//! Personal and app tokens, stored as hashes.

use std::collections::BTreeSet;

use zhiyin_domain::identity::token::ApiToken;
use zhiyin_domain::ids::{AgentId, TokenId, WorkspaceId};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;

use super::{TokenHash, from_json, from_text, to_json};
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::{SystemTx, Tx};

const COLUMNS: &str =
    "id, agent_id, name, hint, scopes, created_by, created_at, last_used_at, expires_at";

impl TryFrom<&Row> for ApiToken {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            owner: row.get("agent_id")?,
            name: from_text(row, "name")?,
            hint: row.get("hint")?,
            scopes: from_json::<BTreeSet<Permission>>(row, "scopes")?,
            created_by: row.get("created_by")?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

/// Adds a token.
pub fn insert(tx: &mut Tx, token: &ApiToken, hash: &TokenHash) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "INSERT INTO tokens (id, workspace_id, agent_id, name, token_hash, hint, scopes, created_by, created_at,
             last_used_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            token.id,
            workspace,
            token.owner,
            token.name.as_str(),
            *hash,
            token.hint,
            to_json(&token.scopes)?,
            token.created_by,
            token.created_at,
            token.last_used_at,
            token.expires_at
        ],
    )?;
    Ok(())
}

/// The token with a hash, if it was not revoked and its owner, where it has one, is
/// active. Whether it is too old is for the caller to say.
pub fn find(
    system: &mut SystemTx,
    hash: &TokenHash,
) -> Result<Option<(WorkspaceId, ApiToken)>, StoreError> {
    let row = system.maybe(
        "SELECT t.id AS id, t.workspace_id AS workspace_id, t.agent_id AS agent_id, t.name AS name, t.hint AS hint,
             t.scopes AS scopes, t.created_by AS created_by, t.created_at AS created_at,
             t.last_used_at AS last_used_at, t.expires_at AS expires_at
         FROM tokens t LEFT JOIN agents a ON a.id = t.agent_id
         WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND (t.agent_id IS NULL OR a.is_active = $2)",
        params![*hash, true],
    )?;
    row.map(|row| Ok((row.get("workspace_id")?, ApiToken::try_from(&row)?)))
        .transpose()
}

/// The same token later, for a connection that stays open.
pub fn get(tx: &mut Tx, id: TokenId) -> Result<Option<ApiToken>, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        "SELECT t.id AS id, t.agent_id AS agent_id, t.name AS name, t.hint AS hint, t.scopes AS scopes,
             t.created_by AS created_by, t.created_at AS created_at, t.last_used_at AS last_used_at,
             t.expires_at AS expires_at
         FROM tokens t LEFT JOIN agents a ON a.id = t.agent_id
         WHERE t.id = $1 AND t.workspace_id = $2 AND t.revoked_at IS NULL
             AND (t.agent_id IS NULL OR a.is_active = $3)",
        params![id, workspace, true],
    )?;
    row.as_ref().map(ApiToken::try_from).transpose()
}

/// The tokens of an agent, or the app tokens, newest first.
pub fn list(tx: &mut Tx, owner: Option<AgentId>) -> Result<Vec<ApiToken>, StoreError> {
    let workspace = tx.workspace();
    let rows = match owner {
        Some(owner) => tx.query(
            &format!(
                "SELECT {COLUMNS} FROM tokens WHERE workspace_id = $1 AND agent_id = $2 AND revoked_at IS NULL
                 ORDER BY id DESC"
            ),
            params![workspace, owner],
        )?,
        None => tx.query(
            &format!(
                "SELECT {COLUMNS} FROM tokens WHERE workspace_id = $1 AND agent_id IS NULL AND revoked_at IS NULL
                 ORDER BY id DESC"
            ),
            params![workspace],
        )?,
    };
    rows.iter().map(ApiToken::try_from).collect()
}

/// Notes that a token was used.
pub fn touch(tx: &mut Tx, id: TokenId, now: Timestamp) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "UPDATE tokens SET last_used_at = $3
         WHERE id = $1 AND workspace_id = $2 AND (last_used_at IS NULL OR last_used_at < $3)",
        params![id, workspace, now],
    )?;
    Ok(())
}

/// Ends a token. False if there was none.
pub fn revoke(tx: &mut Tx, id: TokenId, now: Timestamp) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let count = tx.execute(
        "UPDATE tokens SET revoked_at = $3 WHERE id = $1 AND workspace_id = $2 AND revoked_at IS NULL",
        params![id, workspace, now],
    )?;
    Ok(count > 0)
}

/// Ends all personal tokens of an agent.
pub fn revoke_all(tx: &mut Tx, owner: AgentId, now: Timestamp) -> Result<u64, StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "UPDATE tokens SET revoked_at = $3 WHERE agent_id = $1 AND workspace_id = $2 AND revoked_at IS NULL",
        params![owner, workspace, now],
    )
}
