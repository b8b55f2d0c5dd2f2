//! What an agent may do, joined from roles, teams and inboxes; and the number that
//! tells when a remembered answer is out of date.
//!
//! Whoever changes roles, their grants, or who belongs to what calls [`touch`] first.
//! It makes every remembered [`Access`] of the workspace stale on all nodes at once, and it lets
//! such changes happen one after the other, so that each sees the one before.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use zhiyin_domain::ids::AgentId;
use zhiyin_domain::permission::{Access, Grant};

use crate::error::StoreError;
use crate::params;
use crate::tx::Tx;

/// Marks every remembered access of the workspace as out of date, and waits for others
/// who are changing access.
pub fn touch(tx: &mut Tx) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "INSERT INTO access_versions (workspace_id, value) VALUES ($1, $2)
         ON CONFLICT (workspace_id) DO UPDATE SET value = access_versions.value + 1",
        params![workspace, 1_i64],
    )?;
    Ok(())
}

/// The number that changes with every [`touch`].
pub fn version(tx: &mut Tx) -> Result<i64, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        "SELECT value FROM access_versions WHERE workspace_id = $1",
        params![workspace],
    )?;
    row.map_or(Ok(0), |row| row.get("value"))
}

/// What an agent may do now. Nothing for an agent of another workspace.
pub fn load(tx: &mut Tx, agent: AgentId) -> Result<Access, StoreError> {
    let workspace = tx.workspace();
    let mut grants = BTreeSet::new();
    for row in tx.query(
        "SELECT r.id AS id, r.grants AS grants FROM agent_roles m JOIN roles r ON r.id = m.role_id
         WHERE m.agent_id = $1 AND m.workspace_id = $2",
        params![agent, workspace],
    )? {
        let list: Vec<Grant> = serde_json::from_value(row.get::<Json>("grants")?)
            .map_err(|_| row.inconsistent("grants"))?;
        grants.extend(list);
    }
    let teams = tx.query(
        "SELECT team_id FROM team_members WHERE agent_id = $1 AND workspace_id = $2",
        params![agent, workspace],
    )?;
    let inboxes = tx.query(
        "SELECT inbox_id FROM inbox_members WHERE agent_id = $1 AND workspace_id = $2",
        params![agent, workspace],
    )?;
    Ok(Access {
        agent: Some(agent),
        inboxes: inboxes
            .iter()
            .map(|row| row.get("inbox_id"))
            .collect::<Result<_, _>>()?,
        teams: teams
            .iter()
            .map(|row| row.get("team_id"))
            .collect::<Result<_, _>>()?,
        grants,
    })
}
