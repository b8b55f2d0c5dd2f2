//! Workspaces.

use zhiyin_domain::identity::workspace::{Slug, Workspace};
use zhiyin_domain::ids::WorkspaceId;

use super::from_text;
use crate::engine::Dialect;
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::{SystemTx, Tx};

const COLUMNS: &str = "id, slug, name, locale, time_zone, created_at, version";

impl TryFrom<&Row> for Workspace {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            slug: from_text(row, "slug")?,
            name: from_text(row, "name")?,
            locale: from_text(row, "locale")?,
            time_zone: from_text(row, "time_zone")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a workspace with its counters. Its slug must be free: `workspaces_slug`.
pub fn insert(system: &mut SystemTx, workspace: &Workspace) -> Result<(), StoreError> {
    system.execute(
        "INSERT INTO workspaces (id, slug, name, locale, time_zone, settings, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            workspace.id,
            workspace.slug.as_str(),
            workspace.name.as_str(),
            workspace.locale.as_str(),
            workspace.time_zone.as_str(),
            serde_json::json!({}),
            workspace.created_at,
            workspace.version
        ],
    )?;
    system.execute(
        "INSERT INTO event_counters (workspace_id, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        params![workspace.id, 0_i64],
    )?;
    system.execute(
        "INSERT INTO access_versions (workspace_id, value) VALUES ($1, $2)",
        params![workspace.id, 0_i64],
    )?;
    Ok(())
}

/// The workspace of the transaction.
pub fn load(tx: &mut Tx) -> Result<Workspace, StoreError> {
    let workspace = tx.workspace();
    let row = tx.one(
        &format!("SELECT {COLUMNS} FROM workspaces WHERE id = $1"),
        params![workspace],
    )?;
    Workspace::try_from(&row)
}

/// Writes name, language and time zone.
pub fn save(tx: &mut Tx, workspace: &Workspace) -> Result<(), StoreError> {
    let id = tx.workspace();
    tx.execute_versioned(
        "UPDATE workspaces SET name = $3, locale = $4, time_zone = $5, version = version + 1
         WHERE id = $1 AND version = $2",
        params![
            id,
            workspace.version,
            workspace.name.as_str(),
            workspace.locale.as_str(),
            workspace.time_zone.as_str()
        ],
    )
}

/// All workspaces of the installation, oldest first.
pub fn list(system: &mut SystemTx) -> Result<Vec<Workspace>, StoreError> {
    let rows = system.query(
        &format!("SELECT {COLUMNS} FROM workspaces ORDER BY id"),
        params![],
    )?;
    rows.iter().map(Workspace::try_from).collect()
}

/// The workspace with a slug.
pub fn find(system: &mut SystemTx, slug: &Slug) -> Result<Option<Workspace>, StoreError> {
    let row = system.maybe(
        &format!("SELECT {COLUMNS} FROM workspaces WHERE slug = $1"),
        params![slug.as_str()],
    )?;
    row.as_ref().map(Workspace::try_from).transpose()
}

/// Whether there is any workspace yet.
pub fn any(system: &mut SystemTx) -> Result<bool, StoreError> {
    let found = system.maybe("SELECT id FROM workspaces LIMIT 1", params![])?;
    Ok(found
        .map(|row| row.get::<WorkspaceId>("id"))
        .transpose()?
        .is_some())
}

/// Waits for others who are making a workspace, and keeps them waiting until the end of
/// the transaction.
pub fn lock(system: &mut SystemTx) -> Result<(), StoreError> {
    match system.dialect() {
        // There is one writer.
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => {
            system.execute(
                "LOCK TABLE workspaces IN SHARE ROW EXCLUSIVE MODE",
                params![],
            )?;
            Ok(())
        }
    }
}
