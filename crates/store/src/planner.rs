//! What SQLite is told of its tables, so that it chooses the right index.
//!
//! Without statistics it takes every index for equally good. Since each query names its
//! workspace, it then often reads all rows of a workspace where it could have gone straight to
//! those of one contact or one queue. Measured statistics would make plans depend on the day
//! they were taken; ours are assumed, so plans are the same everywhere and can be tested. They
//! say only what holds at any size: a workspace has very many rows, an inbox or a team a good
//! part of them, an agent less, and one contact or conversation few.
//!
//! PostgreSQL measures for itself.

use crate::engine::Dialect;
use crate::engine::session::Session;
use crate::{StoreError, params};

/// Rows of every table.
const ROWS: u64 = 1_000_000;
/// Rows of an index on what is open or due.
const ROWS_OF_PART: u64 = 10_000;
/// By how much a column narrows down what is left, where it does so less than an identifier.
const SHARES: [(&str, u64); 15] = [
    ("workspace_id", 10),
    ("inbox_id", 10),
    ("queue_id", 10),
    ("team_id", 10),
    ("type_id", 10),
    ("agent_id", 100),
    ("asked_by", 100),
    ("assignee_id", 100),
    ("owner_id", 100),
    ("is_open", 4),
    ("kind", 4),
    ("purpose", 4),
    ("scope", 4),
    ("state", 4),
    ("status", 4),
];
/// Rows of one contact, conversation or time.
const ROWS_OF_ONE: u64 = 20;

/// A line of `sqlite_stat1`.
type Line = (String, Option<String>, String);

/// Brings the statistics in line with the indexes there are.
pub(crate) fn keep(session: &mut Session) -> Result<(), StoreError> {
    if session.dialect() != Dialect::Sqlite {
        return Ok(());
    }
    let wanted = wanted(session)?;
    if known(session)? == wanted {
        return Ok(());
    }
    // Making the table anew changes the schema, so other connections read it again.
    session.batch("DROP TABLE IF EXISTS sqlite_stat1; ANALYZE schema_migrations;")?;
    session.batch("DELETE FROM sqlite_stat1;")?;
    for (table, index, line) in wanted {
        session.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)",
            params![table, index, line],
        )?;
    }
    session.batch("ANALYZE sqlite_schema;")
}

fn known(session: &mut Session) -> Result<Vec<Line>, StoreError> {
    let is_there = "SELECT 1 AS is_there FROM sqlite_schema WHERE name = 'sqlite_stat1'";
    if session.query(is_there, params![])?.is_empty() {
        return Ok(Vec::new());
    }
    let rows = session.query(
        "SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx",
        params![],
    )?;
    rows.iter()
        .map(|row| Ok((row.get("tbl")?, row.get("idx")?, row.get("stat")?)))
        .collect()
}

fn wanted(session: &mut Session) -> Result<Vec<Line>, StoreError> {
    let rows = session.query(
        "SELECT t.name AS tbl, l.name AS idx, l.\"unique\" AS is_unique,
                (SELECT group_concat(i.name, ',') FROM pragma_index_info(l.name) i) AS columns,
                (SELECT m.sql FROM sqlite_schema m WHERE m.name = l.name) AS made_by
         FROM pragma_table_list t, pragma_index_list(t.name) l
         WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
         ORDER BY t.name, l.name",
        params![],
    )?;
    rows.iter()
        .map(|row| {
            let made_by: Option<String> = row.get("made_by")?;
            let is_part = is_part(&made_by.unwrap_or_default());
            let is_unique = row.get("is_unique")?;
            // A column that is an expression has no name.
            let columns: Option<String> = row.get("columns")?;
            let columns = columns.unwrap_or_default();
            let columns: Vec<&str> = columns.split(',').collect();
            let line = estimate(&columns, is_unique, is_part);
            Ok((row.get("tbl")?, row.get("idx")?, line))
        })
        .collect()
}

/// Whether an index holds only what is open or due. One that leaves out nothing but the rows
/// without a value may hold most of the table, and so may one of what nobody has.
fn is_part(made_by: &str) -> bool {
    let condition = made_by
        .split_once(" WHERE ")
        .map(|(_, condition)| condition);
    condition.is_some_and(|condition| {
        !condition
            .split(" AND ")
            .map(str::trim)
            .all(|one| one.ends_with("IS NOT NULL") || one == "assignee_id IS NULL")
    })
}

/// Rows of the index, then how many have the same first column, the same first two, and so on.
/// Leading columns are not to be skipped: that reads once for each of their values.
fn estimate(columns: &[&str], is_unique: bool, is_part: bool) -> String {
    let rows = if is_part { ROWS_OF_PART } else { ROWS };
    let mut line = rows.to_string();
    let mut same = rows;
    for (at, column) in columns.iter().enumerate() {
        let is_last = at + 1 == columns.len();
        let share = SHARES.iter().find(|(name, _)| name == column);
        same = match share {
            _ if is_last && is_unique => 1,
            Some((_, share)) => same / share,
            None => (same / 2).min(ROWS_OF_ONE),
        }
        .max(1);
        line.push(' ');
        line.push_str(&same.to_string());
    }
    line.push_str(" noskipscan");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_has_many_rows_and_a_contact_few() {
        let line = |columns: &[&str]| estimate(columns, false, false);
        assert_eq!(
            line(&["workspace_id", "created_at"]),
            "1000000 100000 20 noskipscan"
        );
        assert_eq!(
            line(&["contact_id", "opened_at"]),
            "1000000 20 10 noskipscan"
        );
        assert_eq!(
            line(&["inbox_id", "status", "id"]),
            "1000000 100000 25000 20 noskipscan"
        );
        assert_eq!(
            estimate(&["workspace_id", "number"], true, false),
            "1000000 100000 1 noskipscan"
        );
        assert_eq!(estimate(&["agent_id"], false, true), "10000 100 noskipscan");
    }

    #[test]
    fn only_what_is_open_or_due_is_a_part() {
        assert!(is_part(
            "CREATE INDEX a ON b (c) WHERE ended_at IS NULL AND d IS NOT NULL"
        ));
        assert!(!is_part("CREATE INDEX a ON b (c) WHERE c IS NOT NULL"));
        assert!(!is_part(
            "CREATE INDEX a ON b (c) WHERE assignee_id IS NULL"
        ));
        assert!(!is_part("CREATE INDEX a ON b (c)"));
        assert!(!is_part(""));
    }
}
