//! Inboxes, their members and the secrets with which sites sign identities.

use zhiyin_domain::ids::{AgentId, InboxId, WorkspaceId};
use zhiyin_domain::inbox::{Channel, Inbox};
use zhiyin_domain::routing::InboxRouting;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;

use crate::identity::access;
use crate::named::{json, named, to_json};
use crate::{Row, StoreError, SystemTx, Tx, params};

const COLUMNS: &str = "id, workspace_id, number, name, channel, key, is_enabled, allowed_domains, \
                       settings, routing, created_at, version";

impl TryFrom<&Row> for Inbox {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            number: row.get("number")?,
            name: row.get("name")?,
            channel: named(row, "channel", &Channel::ALL, |channel| channel.as_str())?,
            key: row.get("key")?,
            is_enabled: row.get("is_enabled")?,
            allowed_domains: json(row, "allowed_domains")?,
            settings: json(row, "settings")?,
            routing: json(row, "routing")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Takes the next number of a named counter: 1, 2, 3 …
pub fn next_number(tx: &mut Tx<'_>, name: &str) -> Result<i64, StoreError> {
    let row = tx.one(
        "INSERT INTO number_counters (workspace_id, name, value) VALUES ($1, $2, 1)
         ON CONFLICT (workspace_id, name) DO UPDATE SET value = number_counters.value + 1
         RETURNING value",
        params![tx.workspace(), name],
    )?;
    row.get("value")
}

/// Adds an inbox.
pub fn insert(tx: &mut Tx<'_>, inbox: &Inbox) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO inboxes (id, workspace_id, number, name, channel, key, is_enabled,
             allowed_domains, settings, routing, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            inbox.id,
            tx.workspace(),
            inbox.number,
            inbox.name,
            inbox.channel.as_str(),
            inbox.key,
            inbox.is_enabled,
            to_json(&inbox.allowed_domains),
            to_json(&inbox.settings),
            to_json(&inbox.routing),
            inbox.created_at,
            inbox.version
        ],
    )?;
    Ok(())
}

/// Saves a changed inbox; the version rises by one.
pub fn save(tx: &mut Tx<'_>, inbox: &Inbox) -> Result<Inbox, StoreError> {
    tx.execute_versioned(
        "UPDATE inboxes SET name = $1, is_enabled = $2, allowed_domains = $3, settings = $4,
             routing = $5, version = version + 1
         WHERE workspace_id = $6 AND id = $7 AND version = $8",
        params![
            inbox.name,
            inbox.is_enabled,
            to_json(&inbox.allowed_domains),
            to_json(&inbox.settings),
            to_json(&inbox.routing),
            tx.workspace(),
            inbox.id,
            inbox.version
        ],
    )?;
    Ok(Inbox {
        version: inbox.version + 1,
        ..inbox.clone()
    })
}

/// One inbox.
pub fn get(tx: &mut Tx<'_>, id: InboxId) -> Result<Option<Inbox>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM inboxes WHERE workspace_id = $1 AND id = $2");
    tx.maybe(&sql, params![tx.workspace(), id])?
        .as_ref()
        .map(Inbox::try_from)
        .transpose()
}

/// All inboxes in the order of their numbers.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Inbox>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM inboxes WHERE workspace_id = $1 ORDER BY number");
    tx.query(&sql, params![tx.workspace()])?
        .iter()
        .map(Inbox::try_from)
        .collect()
}

/// The inbox behind the public key of an embed snippet, before the workspace is known.
pub fn find_by_key(
    system: &mut SystemTx<'_>,
    key: &str,
) -> Result<Option<(WorkspaceId, Inbox)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM inboxes WHERE key = $1");
    match system.maybe(&sql, params![key])? {
        None => Ok(None),
        Some(row) => Ok(Some((row.get("workspace_id")?, Inbox::try_from(&row)?))),
    }
}

/// Members of an inbox.
pub fn members(tx: &mut Tx<'_>, id: InboxId) -> Result<Vec<AgentId>, StoreError> {
    tx.query(
        "SELECT agent_id FROM inbox_members WHERE workspace_id = $1 AND inbox_id = $2 ORDER BY agent_id",
        params![tx.workspace(), id],
    )?
    .iter()
    .map(|row| row.get("agent_id"))
    .collect()
}

/// Replaces the members of an inbox. Agents of another workspace are left out.
pub fn set_members(tx: &mut Tx<'_>, id: InboxId, agents: &[AgentId]) -> Result<(), StoreError> {
    access::touch(tx)?;
    tx.execute(
        "DELETE FROM inbox_members WHERE workspace_id = $1 AND inbox_id = $2",
        params![tx.workspace(), id],
    )?;
    for agent in agents {
        add_member(tx, id, *agent)?;
    }
    Ok(())
}

/// Adds a member; one who is there already stays. An agent of another workspace is left out.
pub fn add_member(tx: &mut Tx<'_>, id: InboxId, agent: AgentId) -> Result<(), StoreError> {
    access::touch(tx)?;
    tx.execute(
        "INSERT INTO inbox_members (inbox_id, agent_id, workspace_id)
         SELECT $1, id, workspace_id FROM agents WHERE workspace_id = $2 AND id = $3
         ON CONFLICT (inbox_id, agent_id) DO NOTHING",
        params![id, tx.workspace(), agent],
    )?;
    Ok(())
}

/// A secret with which a site signs identities.
#[derive(Debug, Clone)]
pub struct InboxSecret {
    /// Its public name, the `kid` of a JWT.
    pub key_id: String,
    /// The secret itself.
    pub secret: Secret<Vec<u8>>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Adds a secret; earlier ones stay valid until they are retired.
pub fn insert_secret(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    id: uuid::Uuid,
    secret: &InboxSecret,
) -> Result<(), StoreError> {
    let sealed = tx.seal("inbox_secrets.secret", secret.secret.expose())?;
    tx.execute(
        "INSERT INTO inbox_secrets (id, workspace_id, inbox_id, key_id, secret, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            id,
            tx.workspace(),
            inbox,
            secret.key_id,
            sealed,
            secret.created_at
        ],
    )?;
    Ok(())
}

/// Valid secrets of an inbox, newest first.
pub fn secrets(tx: &mut Tx<'_>, inbox: InboxId) -> Result<Vec<InboxSecret>, StoreError> {
    let rows = tx.query(
        "SELECT key_id, secret, created_at FROM inbox_secrets
         WHERE workspace_id = $1 AND inbox_id = $2 AND retired_at IS NULL ORDER BY created_at DESC, id DESC",
        params![tx.workspace(), inbox],
    )?;
    let mut secrets = Vec::with_capacity(rows.len());
    for row in &rows {
        let sealed: Vec<u8> = row.get("secret")?;
        secrets.push(InboxSecret {
            key_id: row.get("key_id")?,
            secret: Secret::new(tx.open("inbox_secrets.secret", &sealed)?),
            created_at: row.get("created_at")?,
        });
    }
    Ok(secrets)
}

/// Retires all secrets but the newest `keep`.
pub fn retire_secrets(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    keep: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE inbox_secrets SET retired_at = $1
         WHERE workspace_id = $2 AND inbox_id = $3 AND retired_at IS NULL AND id NOT IN (
             SELECT id FROM inbox_secrets WHERE workspace_id = $2 AND inbox_id = $3
             ORDER BY created_at DESC, id DESC LIMIT $4)",
        params![now, tx.workspace(), inbox, keep],
    )?;
    Ok(())
}

/// What an inbox says about routing.
pub fn routing(tx: &mut Tx<'_>, id: InboxId) -> Result<InboxRouting, StoreError> {
    let row = tx.maybe(
        "SELECT id, routing FROM inboxes WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )?;
    match row {
        None => Ok(InboxRouting::default()),
        Some(row) => json(&row, "routing"),
    }
}
