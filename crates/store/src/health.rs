//! Is the database whole? Asked by `zhiyin doctor` and after a restore.

use crate::engine::Dialect;
use crate::error::StoreError;
use crate::params;
use crate::tx::SystemTx;

/// Complaints shown at most; one is reason enough to act.
const COMPLAINTS_MAX: i64 = 20;

/// What is damaged; nothing when all is well. Reads the whole database, so it takes long
/// on a large one.
pub fn integrity(system: &mut SystemTx) -> Result<Vec<String>, StoreError> {
    match system.dialect() {
        Dialect::Sqlite => sqlite_integrity(system),
        // The server checks its pages as it reads them; what it cannot know is whether
        // an index was left invalid.
        Dialect::Postgres => invalid_indexes(system),
    }
}

fn sqlite_integrity(system: &mut SystemTx) -> Result<Vec<String>, StoreError> {
    let mut complaints = Vec::new();
    for row in system.query(
        "SELECT integrity_check AS complaint FROM pragma_integrity_check LIMIT $1",
        params![COMPLAINTS_MAX],
    )? {
        let complaint: String = row.get("complaint")?;
        if complaint != "ok" {
            complaints.push(complaint);
        }
    }
    for row in system.query(
        "SELECT \"table\" AS name, \"parent\" AS parent FROM pragma_foreign_key_check LIMIT $1",
        params![COMPLAINTS_MAX],
    )? {
        let (table, parent): (String, String) = (row.get("name")?, row.get("parent")?);
        complaints.push(format!(
            "a row of {table} refers to a missing row of {parent}"
        ));
    }
    Ok(complaints)
}

fn invalid_indexes(system: &mut SystemTx) -> Result<Vec<String>, StoreError> {
    let rows = system.query(
        "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid LIMIT $1",
        params![COMPLAINTS_MAX],
    )?;
    rows.iter()
        .map(|row| {
            Ok(format!(
                "the index {} is invalid",
                row.get::<String>("name")?
            ))
        })
        .collect()
}

/// Whether the full-text index answers a query.
pub fn full_text(system: &mut SystemTx) -> Result<(), StoreError> {
    let sql = match system.dialect() {
        Dialect::Sqlite => {
            "SELECT count(*) AS hits FROM message_index WHERE message_index MATCH $1"
        }
        Dialect::Postgres => {
            "SELECT count(*) AS hits FROM message_index WHERE lexemes @@ to_tsquery('simple', $1)"
        }
    };
    system.one(sql, params!["doctor".to_owned()])?;
    Ok(())
}
