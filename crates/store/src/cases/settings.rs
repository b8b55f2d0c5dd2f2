//! Settings of cases that are one document each: labels, desks, times, the severity matrix,
//! the catalogue of gestures, limits, budgets. A workspace that has not changed one has no
//! row for it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::time::Timestamp;

use crate::named::{json, to_json};
use crate::{StoreError, Tx, params};

/// The document of a kind with its version, if the workspace has one of its own.
pub fn get<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    kind: &'static str,
) -> Result<Option<(T, i64)>, StoreError> {
    let row = tx.maybe(
        "SELECT document, version FROM case_settings
         WHERE workspace_id = $1 AND kind = $2",
        params![tx.workspace(), kind],
    )?;
    row.map(|row| Ok((json(&row, "document")?, row.get("version")?)))
        .transpose()
}

/// Writes a document over the version that was read, 0 for the first; gives the new version.
pub fn put<T: Serialize>(
    tx: &mut Tx<'_>,
    kind: &'static str,
    document: &T,
    version: i64,
    by: &Actor,
    at: Timestamp,
) -> Result<i64, StoreError> {
    let workspace = tx.workspace();
    let text = to_json(document);
    if version == 0 {
        let added = tx.execute(
            "INSERT INTO case_settings (workspace_id, kind, document, changed_by, changed_at, version)
             VALUES ($1, $2, $3, $4, $5, 1) ON CONFLICT DO NOTHING",
            params![workspace, kind, text, by.to_string(), at],
        )?;
        return if added == 1 {
            Ok(1)
        } else {
            Err(StoreError::conflict("case_settings"))
        };
    }
    tx.execute_versioned(
        "UPDATE case_settings SET document = $1, changed_by = $2, changed_at = $3, version = version + 1
         WHERE workspace_id = $4 AND kind = $5 AND version = $6",
        params![text, by.to_string(), at, workspace, kind, version],
    )?;
    Ok(version + 1)
}
