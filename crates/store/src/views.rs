//! Saved views. How a filter is evaluated stands with the list of conversations.

use zhiyin_domain::ids::{AgentId, ViewId};
use zhiyin_domain::view::{View, ViewSort};

use crate::named::{json, named, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, agent_id, is_shared, name, filter, sort, created_at, version";

impl TryFrom<&Row> for View {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            agent_id: row.get("agent_id")?,
            is_shared: row.get("is_shared")?,
            name: row
                .text("name")?
                .parse()
                .map_err(|_| row.inconsistent("name"))?,
            filter: json(row, "filter")?,
            sort: named(row, "sort", &ViewSort::ALL, |sort| sort.as_str())?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a view.
pub fn insert(tx: &mut Tx<'_>, it: &View) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO saved_views (id, workspace_id, agent_id, is_shared, name, filter, sort,
             created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            it.id,
            tx.workspace(),
            it.agent_id,
            it.is_shared,
            it.name.as_str(),
            to_json(&it.filter),
            it.sort.as_str(),
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves a changed view; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &View) -> Result<View, StoreError> {
    tx.execute_versioned(
        "UPDATE saved_views SET agent_id = $1, is_shared = $2, name = $3, filter = $4, sort = $5,
             version = version + 1
         WHERE workspace_id = $6 AND id = $7 AND version = $8",
        params![
            it.agent_id,
            it.is_shared,
            it.name.as_str(),
            to_json(&it.filter),
            it.sort.as_str(),
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(View {
        version: it.version + 1,
        ..it.clone()
    })
}

/// One view.
pub fn get(tx: &mut Tx<'_>, id: ViewId) -> Result<Option<View>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM saved_views WHERE workspace_id = $1 AND id = $2");
    tx.maybe(&sql, params![tx.workspace(), id])?
        .as_ref()
        .map(View::try_from)
        .transpose()
}

/// Shared views and those of one agent, by name.
pub fn list(tx: &mut Tx<'_>, agent: Option<AgentId>) -> Result<Vec<View>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM saved_views WHERE workspace_id = $1 AND (agent_id = $2 OR is_shared)"
    );
    let rows = tx.query(&sql, params![tx.workspace(), agent])?;
    let views: Result<Vec<View>, StoreError> = rows.iter().map(View::try_from).collect();
    let mut views = views?;
    // Sorted here, because the engines sort names differently.
    views.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(views)
}

/// Removes a view.
pub fn delete(tx: &mut Tx<'_>, id: ViewId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM saved_views WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}
