//! PostgreSQL: every table by `COPY` from one snapshot, so that no other program and no
//! matching version of one is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use super::archive::{Reader, Writer, at};
use super::{BLOBS, BlobRef, File, Manifest, Table, blob_of, failed};
use crate::engine::Dialect;
use crate::engine::postgres::{Link, PostgresSession, translate};
use crate::engine::session::Session;
use crate::error::StoreError;
use crate::migrations;
use crate::params;

/// What a transaction of a backup or restore needs: no limit of time, and rows in the
/// order they lie in, so that equal tables give equal bytes.
const SETTINGS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL synchronize_seqscans = off;
    SET LOCAL max_parallel_workers_per_gather = 0";
/// The record of migrations: in the manifest, and made anew by a restore.
const LEDGER: &str = "schema_migrations";

fn connect(url: &str) -> Result<Session, StoreError> {
    let link = Link::parse(url, 0)?;
    Ok(Session::Postgres(Box::new(PostgresSession::new(link))))
}

fn driver(session: &mut Session) -> Result<&mut postgres::Client, StoreError> {
    match session {
        Session::Postgres(session) => session.client(),
        Session::Sqlite(_) => Err(StoreError::Aborted),
    }
}

/// Copies all tables; tells which blobs their rows point to.
pub(super) fn dump(
    url: &str,
    writer: &mut Writer,
    manifest: &mut Manifest,
) -> Result<Vec<BlobRef>, StoreError> {
    let mut session = connect(url)?;
    session.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    session.batch(SETTINGS)?;
    manifest.migrations = migrations::ledger(&mut session)?;
    if manifest.migrations.is_empty() {
        return Err(failed("the database holds no data of Zhiyin"));
    }
    for table in tables(&mut session)? {
        let columns = columns(&mut session, &table)?;
        let mut file = writer.begin(&format!("{table}.copy"))?;
        copy_out(&mut session, &table, &columns, &mut file)?;
        manifest.files.push(file.finish(&table, columns)?);
    }
    let blobs = session
        .query(BLOBS, params![])?
        .iter()
        .map(blob_of)
        .collect::<Result<_, _>>()?;
    session.batch("COMMIT")?;
    Ok(blobs)
}

/// The tables of Zhiyin, those another points to before it.
fn tables(session: &mut Session) -> Result<Vec<String>, StoreError> {
    let mut waiting: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let names = session.query(
        "SELECT relname::text AS name FROM pg_class
         WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> $1",
        params![LEDGER],
    )?;
    for row in names {
        waiting.insert(row.get("name")?, BTreeSet::new());
    }
    let links = session.query(
        "SELECT a.relname::text AS name, b.relname::text AS target FROM pg_constraint k
         JOIN pg_class a ON a.oid = k.conrelid JOIN pg_class b ON b.oid = k.confrelid
         WHERE k.contype = 'f' AND a.oid <> b.oid AND a.relnamespace = current_schema()::regnamespace",
        params![],
    )?;
    for row in links {
        waiting
            .entry(row.get("name")?)
            .or_default()
            .insert(row.get("target")?);
    }
    let mut ordered: Vec<String> = Vec::new();
    while !waiting.is_empty() {
        let free: Vec<String> = waiting
            .iter()
            .filter(|(_, targets)| targets.iter().all(|target| !waiting.contains_key(target)))
            .map(|(name, _)| name.clone())
            .collect();
        if free.is_empty() {
            return Err(failed("tables point to each other in a circle"));
        }
        for name in free {
            waiting.remove(&name);
            ordered.push(name);
        }
    }
    Ok(ordered)
}

fn columns(session: &mut Session, table: &str) -> Result<Vec<String>, StoreError> {
    session
        .query(
            "SELECT attname::text AS name FROM pg_attribute
             WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
             ORDER BY attnum",
            params![table],
        )?
        .iter()
        .map(|row| row.get("name"))
        .collect()
}

/// `"table" ("column", …)`, for names that come from a file.
fn list(table: &str, columns: &[String]) -> Result<String, StoreError> {
    let is_plain = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if !is_plain(table) || columns.is_empty() || !columns.iter().all(|name| is_plain(name)) {
        return Err(failed("a table or column has a strange name"));
    }
    Ok(format!("\"{table}\" (\"{}\")", columns.join("\", \"")))
}

fn copy_out(
    session: &mut Session,
    table: &str,
    columns: &[String],
    out: &mut dyn Write,
) -> Result<(), StoreError> {
    let sql = format!("COPY {} TO STDOUT", list(table, columns)?);
    let mut rows = driver(session)?.copy_out(sql.as_str()).map_err(translate)?;
    io::copy(&mut rows, out).map_err(|error| failed(&format!("table {table}: {error}")))?;
    Ok(())
}

/// An empty database that a backup goes into.
pub(super) struct Target {
    session: Session,
}

impl Target {
    /// Begins the one transaction of a restore; fails unless the database is empty.
    pub(super) fn open(url: &str) -> Result<Self, StoreError> {
        let mut session = connect(url)?;
        session.batch("BEGIN")?;
        session.batch(SETTINGS)?;
        let found = session.query(
            "SELECT relname::text AS name FROM pg_class
             WHERE relkind IN ('r', 'v', 'm', 'p') AND relnamespace = current_schema()::regnamespace LIMIT 1",
            params![],
        )?;
        if let Some(row) = found.first() {
            let name: String = row.get("name")?;
            return Err(failed(&format!(
                "the database is not empty (`{name}`); a restore never overwrites"
            )));
        }
        Ok(Self { session })
    }

    /// Makes the schema of the backup, fills it, compares it, and commits.
    pub(super) fn load(&mut self, reader: &Reader) -> Result<(), StoreError> {
        let manifest = reader.manifest();
        let version = migrations::check_done(&manifest.migrations, Dialect::Postgres)?;
        migrations::make_schema(&mut self.session, version)?;
        let tables = tables(&mut self.session)?;
        if manifest.files.len() != tables.len() {
            return Err(failed("the backup holds other tables than its schema has"));
        }
        for name in tables {
            let (file, table) = file_of(manifest, &name)?;
            self.copy_in(reader, file, table)?;
            self.compare(file, table)?;
        }
        self.set_counters()?;
        self.session.batch("COMMIT")
    }

    fn copy_in(&mut self, reader: &Reader, file: &File, table: &Table) -> Result<(), StoreError> {
        let place = reader.place(file);
        let mut source = fs::File::open(&place).map_err(at(&place))?;
        let sql = format!("COPY {} FROM STDIN", list(&table.name, &table.columns)?);
        let mut sink = driver(&mut self.session)?
            .copy_in(sql.as_str())
            .map_err(translate)?;
        let mut buffer = vec![0; 1 << 17];
        loop {
            let count = source.read(&mut buffer).map_err(at(&place))?;
            if count == 0 {
                break;
            }
            sink.write_all(&buffer[..count])
                .map_err(|error| failed(&format!("table {}: {error}", table.name)))?;
        }
        sink.finish().map_err(translate)?;
        Ok(())
    }

    /// Reads back what was filled in and compares its hash with that of the file.
    fn compare(&mut self, file: &File, table: &Table) -> Result<(), StoreError> {
        let mut digest = Hasher(Sha256::new());
        copy_out(&mut self.session, &table.name, &table.columns, &mut digest)?;
        if hex::encode(digest.0.finalize()) == file.sha256 {
            return Ok(());
        }
        Err(failed(&format!(
            "table {} reads back differently",
            table.name
        )))
    }

    /// Numbers given by the database go on after the highest that is there.
    fn set_counters(&mut self) -> Result<(), StoreError> {
        let counters = self.session.query(
            "SELECT c.relname::text AS name, a.attname::text AS counter FROM pg_attribute a
             JOIN pg_class c ON c.oid = a.attrelid
             WHERE a.attidentity <> '' AND c.relnamespace = current_schema()::regnamespace",
            params![],
        )?;
        for row in counters {
            let (table, column): (String, String) = (row.get("name")?, row.get("counter")?);
            list(&table, std::slice::from_ref(&column))?;
            self.session.query(
                &format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max(\"{column}\")) AS at
                     FROM \"{table}\" HAVING max(\"{column}\") IS NOT NULL"
                ),
                params![],
            )?;
        }
        Ok(())
    }
}

fn file_of<'a>(manifest: &'a Manifest, name: &str) -> Result<(&'a File, &'a Table), StoreError> {
    manifest
        .files
        .iter()
        .find_map(|file| {
            file.table
                .as_ref()
                .filter(|table| table.name == name)
                .map(|table| (file, table))
        })
        .ok_or_else(|| failed(&format!("the backup lacks table {name}")))
}

struct Hasher(Sha256);

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
