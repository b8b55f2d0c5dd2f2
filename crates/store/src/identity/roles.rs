//! Roles.

use std::collections::BTreeSet;

use zhiyin_domain::identity::role::Role;
use zhiyin_domain::ids::{AgentId, RoleId};
use zhiyin_domain::permission::{BuiltinRole, Grant};

use super::{from_json, from_text, to_json};
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::Tx;

const COLUMNS: &str = "id, name, builtin, grants, created_at, version";

fn builtin(row: &Row) -> Result<Option<BuiltinRole>, StoreError> {
    let Some(key) = row.get::<Option<String>>("builtin")? else {
        return Ok(None);
    };
    let role = BuiltinRole::ALL
        .into_iter()
        .find(|role| role.as_str() == key);
    role.map(Some).ok_or_else(|| row.inconsistent("builtin"))
}

impl TryFrom<&Row> for Role {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            name: from_text(row, "name")?,
            builtin: builtin(row)?,
            grants: from_json::<Vec<Grant>>(row, "grants")?
                .into_iter()
                .collect(),
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a role. Its name must be free: `roles_name`.
pub fn insert(tx: &mut Tx, role: &Role) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "INSERT INTO roles (id, workspace_id, name, builtin, grants, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            role.id,
            workspace,
            role.name.as_str(),
            role.builtin.map(BuiltinRole::as_str),
            to_json(&role.grants)?,
            role.created_at,
            role.version
        ],
    )?;
    Ok(())
}

/// Writes name and grants; see [`super::access::touch`].
pub fn save(tx: &mut Tx, role: &Role) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "UPDATE roles SET name = $4, grants = $5, version = version + 1
         WHERE id = $1 AND workspace_id = $2 AND version = $3",
        params![
            role.id,
            workspace,
            role.version,
            role.name.as_str(),
            to_json(&role.grants)?
        ],
    )
}

/// One role.
pub fn get(tx: &mut Tx, id: RoleId) -> Result<Option<Role>, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        &format!("SELECT {COLUMNS} FROM roles WHERE id = $1 AND workspace_id = $2"),
        params![id, workspace],
    )?;
    row.as_ref().map(Role::try_from).transpose()
}

/// All roles, oldest first. A workspace has few.
pub fn list(tx: &mut Tx) -> Result<Vec<Role>, StoreError> {
    let workspace = tx.workspace();
    let rows = tx.query(
        &format!("SELECT {COLUMNS} FROM roles WHERE workspace_id = $1 ORDER BY id"),
        params![workspace],
    )?;
    rows.iter().map(Role::try_from).collect()
}

/// The agents who have a role, active or not.
pub fn members(tx: &mut Tx, id: RoleId) -> Result<BTreeSet<AgentId>, StoreError> {
    let workspace = tx.workspace();
    let rows = tx.query(
        "SELECT agent_id FROM agent_roles WHERE role_id = $1 AND workspace_id = $2",
        params![id, workspace],
    )?;
    rows.iter().map(|row| row.get("agent_id")).collect()
}

/// Removes a role that nobody has.
pub fn delete(tx: &mut Tx, id: RoleId) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "DELETE FROM roles WHERE id = $1 AND workspace_id = $2",
        params![id, workspace],
    )
}
