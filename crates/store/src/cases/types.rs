//! Types of cases and the versions of what they say.

use zhiyin_domain::cases::case_type::{CaseType, CaseTypeVersion};
use zhiyin_domain::ids::CaseTypeId;

use crate::named::{json, maybe_json, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str =
    "id, key, is_builtin, is_enabled, place, draft, version_number, created_at, version";
const VERSION_COLUMNS: &str = "type_id, type_id AS id, number, terms, published_by, published_at";

impl TryFrom<&Row> for CaseType {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            key: row
                .text("key")?
                .parse()
                .map_err(|_| row.inconsistent("key"))?,
            is_builtin: row.get("is_builtin")?,
            is_enabled: row.get("is_enabled")?,
            position: row.get("place")?,
            draft: maybe_json(row, "draft")?,
            version_number: row.get("version_number")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

impl TryFrom<&Row> for CaseTypeVersion {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            type_id: row.get("type_id")?,
            number: row.get("number")?,
            terms: json(row, "terms")?,
            published_by: row.get("published_by")?,
            published_at: row.get("published_at")?,
        })
    }
}

/// Adds a type. Its key must be free: `case_types_key`.
pub fn insert(tx: &mut Tx<'_>, it: &CaseType) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO case_types (id, workspace_id, key, is_builtin, is_enabled, place, draft,
             version_number, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            it.id,
            tx.workspace(),
            it.key.as_str(),
            it.is_builtin,
            it.is_enabled,
            it.position,
            it.draft.as_ref().map(to_json),
            it.version_number,
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves a changed type; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: CaseType) -> Result<CaseType, StoreError> {
    tx.execute_versioned(
        "UPDATE case_types SET is_enabled = $1, place = $2, draft = $3, version_number = $4,
             version = version + 1
         WHERE workspace_id = $5 AND id = $6 AND version = $7",
        params![
            it.is_enabled,
            it.position,
            it.draft.as_ref().map(to_json),
            it.version_number,
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(CaseType {
        version: it.version + 1,
        ..it
    })
}

/// One type.
pub fn get(tx: &mut Tx<'_>, id: CaseTypeId) -> Result<Option<CaseType>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM case_types WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(CaseType::try_from).transpose()
}

/// The type with a key.
pub fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<CaseType>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM case_types WHERE workspace_id = $1 AND key = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), key])?;
    row.as_ref().map(CaseType::try_from).transpose()
}

/// All types in their order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<CaseType>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM case_types WHERE workspace_id = $1 ORDER BY place, created_at, id"
    );
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(CaseType::try_from).collect()
}

/// Adds a version. It never changes.
pub fn insert_version(tx: &mut Tx<'_>, it: &CaseTypeVersion) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO case_type_versions (type_id, number, workspace_id, terms, published_by, published_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            it.type_id,
            it.number,
            tx.workspace(),
            to_json(&it.terms),
            it.published_by,
            it.published_at
        ],
    )?;
    Ok(())
}

/// One version of a type.
pub fn version(
    tx: &mut Tx<'_>,
    id: CaseTypeId,
    number: u32,
) -> Result<Option<CaseTypeVersion>, StoreError> {
    let sql = format!(
        "SELECT {VERSION_COLUMNS} FROM case_type_versions
         WHERE workspace_id = $1 AND type_id = $2 AND number = $3"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), id, number])?;
    row.as_ref().map(CaseTypeVersion::try_from).transpose()
}

/// All versions of a type, the newest first.
pub fn versions(tx: &mut Tx<'_>, id: CaseTypeId) -> Result<Vec<CaseTypeVersion>, StoreError> {
    let sql = format!(
        "SELECT {VERSION_COLUMNS} FROM case_type_versions
         WHERE workspace_id = $1 AND type_id = $2 ORDER BY number DESC"
    );
    let rows = tx.query(&sql, params![tx.workspace(), id])?;
    rows.iter().map(CaseTypeVersion::try_from).collect()
}
