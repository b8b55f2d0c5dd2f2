//! Which index SQLite reads for what the store asks: nothing may read all rows of a workspace
//! in a table that grows with its customers.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use zhiyin_store::{Row, params};

use crate::harness::TestStore;

/// Tables that grow with every customer, message or problem.
const GROWING: [&str; 24] = [
    "attachments",
    "audit_log",
    "automation_runs",
    "case_alarms",
    "case_history",
    "case_index",
    "case_runs",
    "case_tasks",
    "cases",
    "complaints",
    "contact_index",
    "contacts",
    "conversations",
    "deadlines",
    "evidence",
    "events",
    "jobs",
    "messages",
    "promises",
    "queue_items",
    "routing_decisions",
    "service_notices",
    "session_clocks",
    "sessions",
];

/// Indexes of what is open or due now, which is never much.
const PRESENT: [&str; 4] = [
    "case_runs_awaiting",
    "deadlines_due",
    "queue_items_open",
    "queue_items_session",
];

/// Beginnings of statements that may: a filter is added when they run, all is what they are
/// for, or only PostgreSQL is asked.
const MAY: [&str; 8] = [
    "SELECT id, case_id, at, actor, kind, what, data, words FROM case_history",
    "SELECT s.id, s.conversation_id, c.number, k.personal, s.opened_at, j.repeats FROM sessions",
    "SELECT {COLUMNS} FROM case_tasks t WHERE t.workspace_id = $1",
    "SELECT {COLUMNS} FROM promises p JOIN conversations c",
    "SELECT case_id FROM evidence WHERE workspace_id = $1 UNION",
    "SELECT subject, detail FROM audit_log WHERE workspace_id = $1 AND action = $2",
    "SELECT DISTINCT workspace_id FROM (SELECT workspace_id FROM events WHERE seq IS NULL",
    "UPDATE events SET seq = $1 + fresh.number",
];

/// The statements of the store that stand in its source as a whole.
fn statements(folder: &Path, found: &mut BTreeSet<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            statements(&path, found)?;
        } else if path.extension().is_some_and(|it| it == "rs") {
            let source = fs::read_to_string(&path)?;
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            for literal in source.split('"').skip(1).step_by(2) {
                let words: Vec<&str> = literal
                    .split_whitespace()
                    .filter(|it| *it != "\\")
                    .collect();
                if words.contains(&"workspace_id") || literal.contains(".workspace_id") {
                    found.insert(words.join(" "));
                }
            }
        }
    }
    Ok(())
}

fn text(row: &Row, column: &str) -> String {
    row.text(column).unwrap_or_default().to_owned()
}

/// What is wrong with a line of a plan.
fn fault(line: &str, statement: &str, tables: &[(String, String)]) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_scan = words.first() == Some(&"SCAN");
    let is_wide = line.ends_with("(workspace_id=?)") || is_scan;
    // Whether there is one is known after the first row.
    if !is_wide || words.contains(&"EXISTS") {
        return None;
    }
    let index = words
        .iter()
        .position(|it| *it == "INDEX")
        .and_then(|at| words.get(at + 1));
    if index.is_some_and(|index| PRESENT.contains(index)) {
        return None;
    }
    let table = index.and_then(|index| tables.iter().find(|(_, name)| name == index));
    let table = match table {
        Some((table, _)) => table.clone(),
        None => named(words.get(1)?, statement),
    };
    GROWING
        .contains(&table.as_str())
        .then(|| format!("{line} ({table})"))
}

/// The table an alias stands for.
fn named(alias: &str, statement: &str) -> String {
    let words: Vec<&str> = statement
        .split(|it: char| it.is_whitespace() || ",()".contains(it))
        .collect();
    let pair = words
        .windows(2)
        .find(|pair| pair[1] == alias && GROWING.contains(&pair[0]));
    pair.map_or(alias, |pair| pair[0]).to_owned()
}

#[test]
fn no_statement_reads_a_whole_workspace() {
    let store = TestStore::sqlite();
    let mut all = BTreeSet::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    statements(&sources, &mut all).expect("the sources are readable");
    let mut known = 0;
    let mut faults = Vec::new();
    let found = store
        .read_system_blocking(|system| {
            system.query(
                "SELECT t.name AS tbl, l.name AS idx FROM pragma_table_list t, pragma_index_list(t.name) l
                 WHERE t.type = 'table'",
                params![],
            )
        })
        .expect("indexes");
    let tables: Vec<_> = found
        .iter()
        .map(|row| (text(row, "tbl"), text(row, "idx")))
        .collect();
    for statement in all {
        let plan = format!("EXPLAIN QUERY PLAN {}", with_columns(&statement));
        let Ok(lines) = store.read_system_blocking(move |system| {
            let none = vec![zhiyin_store::Value::Null; 40];
            system.query(&plan, &none)
        }) else {
            continue;
        };
        known += 1;
        if MAY.iter().any(|begin| statement.starts_with(begin)) {
            continue;
        }
        let bounded = statement.contains("LIMIT")
            && !lines
                .iter()
                .any(|it| text(it, "detail").contains("TEMP B-TREE"));
        for line in lines.iter().filter(|_| !bounded) {
            if let Some(fault) = fault(&text(line, "detail"), &statement, &tables) {
                faults.push(format!("{fault}\n    {statement}"));
            }
        }
    }
    assert!(known > 200, "only {known} statements could be planned");
    assert!(
        faults.is_empty(),
        "{} of {known}:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// Lists of columns that are put in when the program runs.
fn with_columns(statement: &str) -> String {
    let mut text = String::new();
    let mut rest = statement;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        text.push_str(before);
        text.push_str(if name.contains(':') { "{}" } else { "*" });
        rest = behind;
    }
    text + rest
}
