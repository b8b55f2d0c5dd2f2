//! Macros.

use zhiyin_domain::automation::Macro;
use zhiyin_domain::ids::{AgentId, MacroId};

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, agent_id, name, description, actions, created_at, version";

impl TryFrom<&Row> for Macro {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            agent_id: row.get("agent_id")?,
            name: row
                .text("name")?
                .parse()
                .map_err(|_| row.inconsistent("name"))?,
            description: row.get("description")?,
            actions: json(row, "actions")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a macro.
pub fn insert(tx: &mut Tx<'_>, it: &Macro) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO macros (id, workspace_id, agent_id, name, description, actions, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            it.id,
            tx.workspace(),
            it.agent_id,
            it.name.as_str(),
            it.description,
            to_json(&it.actions),
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves a changed macro; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: Macro) -> Result<Macro, StoreError> {
    tx.execute_versioned(
        "UPDATE macros SET agent_id = $1, name = $2, description = $3, actions = $4, version = version + 1
         WHERE workspace_id = $5 AND id = $6 AND version = $7",
        params![
            it.agent_id,
            it.name.as_str(),
            it.description,
            to_json(&it.actions),
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(Macro {
        version: it.version + 1,
        ..it
    })
}

/// One macro.
pub fn get(tx: &mut Tx<'_>, id: MacroId) -> Result<Option<Macro>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM macros WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(Macro::try_from).transpose()
}

/// Shared macros and those of one agent, by name.
pub fn list(tx: &mut Tx<'_>, agent: Option<AgentId>) -> Result<Vec<Macro>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM macros WHERE workspace_id = $1 AND (agent_id = $2 OR agent_id IS NULL)"
    );
    let rows = tx.query(&sql, params![tx.workspace(), agent])?;
    let mut all = rows
        .iter()
        .map(Macro::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    // Sorted here, because the engines sort names differently.
    all.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(all)
}

/// Removes a macro.
pub fn delete(tx: &mut Tx<'_>, id: MacroId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM macros WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}
