//! Agents, what they belong to, and their password hash.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::identity::agent::{Agent, Memberships, Presence};
use zhiyin_domain::ids::{AgentId, InboxId, WorkspaceId};
use zhiyin_domain::permission::BuiltinRole;

use super::from_text;
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::{SystemTx, Tx};

/// Field of the sealed address and of its index in a workspace.
const EMAIL: &str = "agents.email";
/// Field of the index that is looked up before the workspace is known.
const LOGIN: &str = "agents.login";

const COLUMNS: &str = "id, email, name, display_name, avatar_id, locale, is_active, presence,
    created_at, version";

fn agent(tx: &mut Tx, row: &Row) -> Result<Agent, StoreError> {
    let email = tx.open(EMAIL, &row.get::<Vec<u8>>("email")?)?;
    let email = String::from_utf8(email).map_err(|_| row.inconsistent("email"))?;
    Ok(Agent {
        id: row.get("id")?,
        email: email.parse().map_err(|_| row.inconsistent("email"))?,
        name: from_text(row, "name")?,
        display_name: from_text(row, "display_name")?,
        avatar: row.get("avatar_id")?,
        locale: from_text(row, "locale")?,
        is_active: row.get("is_active")?,
        presence: from_text(row, "presence")?,
        created_at: row.get("created_at")?,
        version: row.get("version")?,
    })
}

/// Adds an agent. The address must be free in the workspace: `agents_email`.
pub fn insert(tx: &mut Tx, agent: &Agent, password_hash: Option<&str>) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    let normalized = agent.email.normalized();
    let email_index = tx.blind_index(EMAIL, &normalized)?;
    let login_index = tx.installation_index(LOGIN, &normalized)?;
    let email = tx.seal(EMAIL, agent.email.as_str().as_bytes())?;
    tx.execute(
        "INSERT INTO agents (id, workspace_id, email_index, login_index, email, name, display_name,
             avatar_id, locale, is_active, presence, preferences, password_hash, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        params![
            agent.id,
            workspace,
            email_index,
            login_index,
            email,
            agent.name.as_str(),
            agent.display_name.as_str(),
            agent.avatar,
            agent.locale.as_str(),
            agent.is_active,
            agent.presence.as_str(),
            serde_json::json!({}),
            password_hash,
            agent.created_at,
            agent.version
        ],
    )?;
    Ok(())
}

/// Writes everything but address, presence, preferences and password.
pub fn save(tx: &mut Tx, agent: &Agent) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "UPDATE agents SET name = $4, display_name = $5, avatar_id = $6, locale = $7,
             is_active = $8, version = version + 1
         WHERE id = $1 AND workspace_id = $2 AND version = $3",
        params![
            agent.id,
            workspace,
            agent.version,
            agent.name.as_str(),
            agent.display_name.as_str(),
            agent.avatar,
            agent.locale.as_str(),
            agent.is_active
        ],
    )
}

/// Sets whether an agent takes work. The last word counts, whatever else changes.
pub fn set_presence(tx: &mut Tx, id: AgentId, presence: Presence) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "UPDATE agents SET presence = $3 WHERE id = $1 AND workspace_id = $2",
        params![id, workspace, presence.as_str()],
    )
}

/// One agent.
pub fn get(tx: &mut Tx, id: AgentId) -> Result<Option<Agent>, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        &format!("SELECT {COLUMNS} FROM agents WHERE id = $1 AND workspace_id = $2"),
        params![id, workspace],
    )?;
    row.as_ref().map(|row| agent(tx, row)).transpose()
}

/// The agent with an address.
pub fn find(tx: &mut Tx, email: &EmailAddress) -> Result<Option<Agent>, StoreError> {
    let workspace = tx.workspace();
    let index = tx.blind_index(EMAIL, &email.normalized())?;
    let row = tx.maybe(
        &format!("SELECT {COLUMNS} FROM agents WHERE workspace_id = $1 AND email_index = $2"),
        params![workspace, index],
    )?;
    row.as_ref().map(|row| agent(tx, row)).transpose()
}

/// Agents in the order in which they joined, a page after `after`.
pub fn list(tx: &mut Tx, after: Option<AgentId>, limit: u32) -> Result<Vec<Agent>, StoreError> {
    let workspace = tx.workspace();
    let after = after.unwrap_or_else(|| AgentId::from_uuid(uuid::Uuid::nil()));
    let rows = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM agents WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3"
        ),
        params![workspace, after, i64::from(limit)],
    )?;
    rows.iter().map(|row| agent(tx, row)).collect()
}

/// Those of `ids` that are agents of the workspace.
pub fn known(tx: &mut Tx, ids: &BTreeSet<AgentId>) -> Result<BTreeSet<AgentId>, StoreError> {
    let workspace = tx.workspace();
    let mut known = BTreeSet::new();
    for id in ids {
        let row = tx.maybe(
            "SELECT id FROM agents WHERE id = $1 AND workspace_id = $2",
            params![*id, workspace],
        )?;
        if row.is_some() {
            known.insert(*id);
        }
    }
    Ok(known)
}

/// Those of `ids` that are inboxes of the workspace.
pub fn known_inboxes(
    tx: &mut Tx,
    ids: &BTreeSet<InboxId>,
) -> Result<BTreeSet<InboxId>, StoreError> {
    let workspace = tx.workspace();
    let mut known = BTreeSet::new();
    for id in ids {
        let row = tx.maybe(
            "SELECT id FROM inboxes WHERE id = $1 AND workspace_id = $2",
            params![*id, workspace],
        )?;
        if row.is_some() {
            known.insert(*id);
        }
    }
    Ok(known)
}

/// What one agent belongs to.
pub fn memberships(tx: &mut Tx, id: AgentId) -> Result<Memberships, StoreError> {
    Ok(memberships_between(tx, id, id)?
        .remove(&id)
        .unwrap_or_default())
}

/// What the agents from `first` to `last` belong to, for a page of [`list`]. Agents that
/// belong to nothing are left out.
pub fn memberships_between(
    tx: &mut Tx,
    first: AgentId,
    last: AgentId,
) -> Result<BTreeMap<AgentId, Memberships>, StoreError> {
    let workspace = tx.workspace();
    let range = params![workspace, first, last];
    let mut found: BTreeMap<AgentId, Memberships> = BTreeMap::new();
    for row in tx.query(
        "SELECT m.agent_id AS agent_id, m.role_id AS role_id FROM agents a JOIN agent_roles m ON m.agent_id = a.id
         WHERE a.workspace_id = $1 AND a.id BETWEEN $2 AND $3",
        range,
    )? {
        found.entry(row.get("agent_id")?).or_default().roles.insert(row.get("role_id")?);
    }
    for row in tx.query(
        "SELECT m.agent_id AS agent_id, m.team_id AS team_id FROM agents a JOIN team_members m ON m.agent_id = a.id
         WHERE a.workspace_id = $1 AND a.id BETWEEN $2 AND $3",
        range,
    )? {
        found.entry(row.get("agent_id")?).or_default().teams.insert(row.get("team_id")?);
    }
    for row in tx.query(
        "SELECT m.agent_id AS agent_id, m.inbox_id AS inbox_id FROM agents a JOIN inbox_members m ON m.agent_id = a.id
         WHERE a.workspace_id = $1 AND a.id BETWEEN $2 AND $3",
        range,
    )? {
        found.entry(row.get("agent_id")?).or_default().inboxes.insert(row.get("inbox_id")?);
    }
    Ok(found)
}

/// Replaces what an agent belongs to. Every id must be one of the workspace; see
/// [`super::access::touch`].
pub fn set_memberships(tx: &mut Tx, id: AgentId, new: &Memberships) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    let old = memberships(tx, id)?;
    for role in old.roles.difference(&new.roles) {
        tx.execute(
            "DELETE FROM agent_roles WHERE agent_id = $1 AND role_id = $2 AND workspace_id = $3",
            params![id, *role, workspace],
        )?;
    }
    for role in new.roles.difference(&old.roles) {
        tx.execute(
            "INSERT INTO agent_roles (agent_id, role_id, workspace_id) VALUES ($1, $2, $3)",
            params![id, *role, workspace],
        )?;
    }
    for team in old.teams.difference(&new.teams) {
        tx.execute(
            "DELETE FROM team_members WHERE agent_id = $1 AND team_id = $2 AND workspace_id = $3",
            params![id, *team, workspace],
        )?;
    }
    for team in new.teams.difference(&old.teams) {
        tx.execute(
            "INSERT INTO team_members (agent_id, team_id, workspace_id) VALUES ($1, $2, $3)",
            params![id, *team, workspace],
        )?;
    }
    for inbox in old.inboxes.difference(&new.inboxes) {
        tx.execute(
            "DELETE FROM inbox_members WHERE agent_id = $1 AND inbox_id = $2 AND workspace_id = $3",
            params![id, *inbox, workspace],
        )?;
    }
    for inbox in new.inboxes.difference(&old.inboxes) {
        tx.execute(
            "INSERT INTO inbox_members (agent_id, inbox_id, workspace_id) VALUES ($1, $2, $3)",
            params![id, *inbox, workspace],
        )?;
    }
    Ok(())
}

/// How many agents may log in and hold the built-in administrator role.
pub fn count_administrators(tx: &mut Tx) -> Result<i64, StoreError> {
    let workspace = tx.workspace();
    let row = tx.one(
        "SELECT COUNT(*) AS total FROM agents a JOIN agent_roles m ON m.agent_id = a.id
             JOIN roles r ON r.id = m.role_id
         WHERE a.workspace_id = $1 AND a.is_active = $2 AND r.builtin = $3",
        params![workspace, true, BuiltinRole::Administrator.as_str()],
    )?;
    row.get("total")
}

/// The settings of an agent's console.
pub fn preferences(tx: &mut Tx, id: AgentId) -> Result<Json, StoreError> {
    let workspace = tx.workspace();
    tx.one(
        "SELECT id, preferences FROM agents WHERE id = $1 AND workspace_id = $2",
        params![id, workspace],
    )?
    .get("preferences")
}

/// Writes the settings of an agent's console.
pub fn set_preferences(tx: &mut Tx, id: AgentId, preferences: &Json) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "UPDATE agents SET preferences = $3 WHERE id = $1 AND workspace_id = $2",
        params![id, workspace, preferences],
    )
}

/// The hash of an agent's password, if they have set one.
pub fn password_hash(tx: &mut Tx, id: AgentId) -> Result<Option<String>, StoreError> {
    let workspace = tx.workspace();
    tx.one(
        "SELECT id, password_hash FROM agents WHERE id = $1 AND workspace_id = $2",
        params![id, workspace],
    )?
    .get("password_hash")
}

/// Sets the hash of an agent's password.
pub fn set_password_hash(tx: &mut Tx, id: AgentId, hash: &str) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "UPDATE agents SET password_hash = $3 WHERE id = $1 AND workspace_id = $2",
        params![id, workspace, hash],
    )
}

/// An account that an address may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginCandidate {
    /// Where the account is.
    pub workspace: WorkspaceId,
    /// The short name of that workspace.
    pub workspace_slug: String,
    /// Whose it is.
    pub agent: AgentId,
    /// The hash of the password.
    pub password_hash: Option<String>,
}

/// The active accounts of an address in all workspaces, oldest first, at most `limit`.
pub fn login_candidates(
    system: &mut SystemTx,
    email: &EmailAddress,
    limit: u32,
) -> Result<Vec<LoginCandidate>, StoreError> {
    let index = system.installation_index(LOGIN, &email.normalized())?;
    let rows = system.query(
        "SELECT a.id AS id, a.workspace_id AS workspace_id, w.slug AS slug, a.password_hash AS password_hash
         FROM agents a JOIN workspaces w ON w.id = a.workspace_id
         WHERE a.login_index = $1 AND a.is_active = $2 ORDER BY a.id LIMIT $3",
        params![index, true, i64::from(limit)],
    )?;
    let candidate = |row: &Row| {
        Ok(LoginCandidate {
            workspace: row.get("workspace_id")?,
            workspace_slug: row.get("slug")?,
            agent: row.get("id")?,
            password_hash: row.get("password_hash")?,
        })
    };
    rows.iter().map(candidate).collect()
}
