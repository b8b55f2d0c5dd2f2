//! Skills: what agents can be good at.

use zhiyin_domain::ids::SkillId;
use zhiyin_domain::name::Name;
use zhiyin_domain::time::Timestamp;

use crate::{Row, StoreError, Tx, params};

/// Something agents are good at and work may need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// Identifier.
    pub id: SkillId,
    /// Name.
    pub name: Name,
    /// When it was made.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

const COLUMNS: &str = "id, name, created_at, version";

impl TryFrom<&Row> for Skill {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let name = row.text("name")?.parse();
        Ok(Self {
            id: row.get("id")?,
            name: name.map_err(|_| row.inconsistent("name"))?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a skill. Its name must be free: `skills_name`.
pub fn insert(tx: &mut Tx<'_>, it: &Skill) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO skills (id, workspace_id, name, created_at, version) VALUES ($1, $2, $3, $4, $5)",
        params![it.id, tx.workspace(), it.name.as_str(), it.created_at, it.version],
    )?;
    Ok(())
}

/// Writes the name.
pub fn save(tx: &mut Tx<'_>, it: &Skill) -> Result<(), StoreError> {
    tx.execute_versioned(
        "UPDATE skills SET name = $1, version = version + 1
         WHERE workspace_id = $2 AND id = $3 AND version = $4",
        params![it.name.as_str(), tx.workspace(), it.id, it.version],
    )
}

/// One skill.
pub fn get(tx: &mut Tx<'_>, id: SkillId) -> Result<Option<Skill>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM skills WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(Skill::try_from).transpose()
}

/// All skills by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Skill>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM skills WHERE workspace_id = $1 ORDER BY name");
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(Skill::try_from).collect()
}

/// Removes a skill.
pub fn delete(tx: &mut Tx<'_>, id: SkillId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM skills WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}
