//! The sum of all migrations, written out in `crates/store/schema`, so that a review
//! sees what a migration did to the whole.
//!
//! `ZHIYIN_UPDATE_SCHEMA=1 cargo test -p zhiyin-store schema` writes it anew.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use zhiyin_store::{Row, Store, StoreError, params};

use crate::harness::TestStore;

fn check(engine: &str, schema: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("schema")
        .join(format!("{engine}.sql"));
    if std::env::var_os("ZHIYIN_UPDATE_SCHEMA").is_some() {
        fs::write(&path, schema).expect("written");
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        known == schema,
        "the migrations make another schema than {}: if that is meant, run \
         `ZHIYIN_UPDATE_SCHEMA=1 cargo test -p zhiyin-store schema` and look at the difference",
        path.display()
    );
}

fn query(store: &Store, sql: &'static str) -> Vec<Row> {
    store
        .read_system_blocking(|system| system.query(sql, params![]))
        .expect("the catalogue")
}

fn text(row: &Row, column: &str) -> String {
    row.get(column).expect("a text")
}

/// Sorted here, since a server may sort by the rules of some language.
fn sorted(rows: &[Row], column: &str) -> Vec<String> {
    let mut lines: Vec<String> = rows.iter().map(|row| text(row, column)).collect();
    lines.sort();
    lines
}

fn assert_same(sqlite: &[Row], postgres: &[Row], column: &str) {
    let (sqlite, postgres): (BTreeSet<_>, BTreeSet<_>) = (
        sorted(sqlite, column).into_iter().collect(),
        sorted(postgres, column).into_iter().collect(),
    );
    let only_one: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(only_one.is_empty(), "only one engine has {only_one:?}");
}

#[test]
fn sqlite_is_as_written() {
    let store = TestStore::sqlite();
    let mut schema = String::from("-- Generated from the migrations by a test. Do not edit.\n");
    let objects = query(
        &store,
        // The tables behind a full-text index belong to SQLite.
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
             AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
         ORDER BY tbl_name, type DESC, name",
    );
    for object in &objects {
        write!(schema, "\n{};\n", text(object, "sql")).expect("a string");
    }
    check("sqlite", &schema);
}

#[test]
fn postgres_is_as_written() {
    let store = TestStore::postgres();
    let mut schema = String::from("-- Generated from the migrations by a test. Do not edit.\n");
    let columns = query(
        &store,
        "SELECT c.relname::text AS name, a.attname::text AS field, format_type(a.atttypid, a.atttypmod) AS type,
                CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                || CASE WHEN a.attidentity <> '' THEN ' GENERATED ALWAYS AS IDENTITY' ELSE '' END
                || COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS rest
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY c.relname, a.attnum",
    );
    let mut table = String::new();
    for column in &columns {
        let name = text(column, "name");
        if name != table {
            write!(schema, "\nTABLE {name}\n").expect("a string");
            table = name;
        }
        let (field, kind, rest) = (
            text(column, "field"),
            text(column, "type"),
            text(column, "rest"),
        );
        writeln!(schema, "    {field} {kind}{rest}").expect("a string");
    }
    let rest = query(
        &store,
        "SELECT 'CONSTRAINT ' || conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace
         UNION ALL SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public'",
    );
    schema.push('\n');
    for line in sorted(&rest, "line") {
        writeln!(schema, "{line}").expect("a string");
    }
    check("postgres", &schema);
}

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    let sqlite = query(
        &TestStore::sqlite(),
        "SELECT t.name || '.' || c.name AS field FROM pragma_table_list t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'",
    );
    let postgres = query(
        &TestStore::postgres(),
        "SELECT table_name || '.' || column_name AS field FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> 'message_index'",
    );
    assert_same(&sqlite, &postgres, "field");
}

/// Names of unique indexes reach the use cases, so each must be found by its own.
#[test]
fn every_unique_index_is_named_the_same_on_both_engines() -> Result<(), StoreError> {
    let sqlite = TestStore::sqlite().read_system_blocking(|system| {
        system.query(
            "SELECT l.name AS name FROM sqlite_master m, pragma_index_list(m.name) l
             WHERE m.type = 'table' AND l.\"unique\" = 1 AND l.origin = 'c'",
            params![],
        )
    })?;
    let postgres = TestStore::postgres().read_system_blocking(|system| {
        system.query(
            "SELECT c.relname::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace
            ",
            params![],
        )
    })?;
    assert_same(&sqlite, &postgres, "name");
    Ok(())
}
