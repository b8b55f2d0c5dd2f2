//! Backup and restore: one folder that holds all of an installation but its keys.
//!
//! ```text
//! manifest.json       what is inside, with hashes; written last, so its presence says "whole"
//! data/zhiyin.db      SQLite: a copy made by its backup interface while writing goes on
//! data/<table>.copy   PostgreSQL: every table from one snapshot, in the text form of COPY
//! blobs/<ws>/<hash>   files, named by the hash of their bytes
//! ```
//!
//! Personal data stays sealed inside; without the keyring a backup is of no use to a
//! thief, nor to its owner, so the keyring is kept elsewhere. A restore checks every
//! hash before it touches anything, goes into an empty place only, and checks
//! the result. A backup of an older schema is restored and then migrated as usual.

mod archive;
mod postgres;
mod sqlite;

use std::path::Path;

use serde::{Deserialize, Serialize};
use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::time::Timestamp;

use self::archive::{Reader, Writer};
use crate::config::Database;
use crate::error::StoreError;
use crate::migrations::Done;
use crate::row::Row;

/// The form of the folder this program writes and reads.
const FORMAT: u32 = 1;
/// Every attachment's bytes, those of its small picture, and mails as they came.
const BLOBS: &str = "SELECT workspace_id, blob_hash FROM attachments
    UNION SELECT workspace_id, thumbnail_hash AS blob_hash FROM attachments WHERE thumbnail_hash IS NOT NULL
    UNION SELECT workspace_id, blob_hash FROM avatars
    UNION SELECT workspace_id, raw_hash AS blob_hash FROM mails WHERE raw_hash IS NOT NULL
    UNION SELECT workspace_id, html_hash AS blob_hash FROM mails WHERE html_hash IS NOT NULL
    UNION SELECT workspace_id, raw_hash AS blob_hash FROM mail_arrivals";

/// A blob that rows point to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlobRef {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The hash of its bytes, which is its name.
    pub hash: BlobHash,
}

/// Reads a blob for a backup; `None` if it is gone.
pub type ReadBlob<'a> = &'a mut dyn FnMut(&BlobRef) -> Result<Option<Vec<u8>>, String>;
/// Stores a blob of a restore.
pub type WriteBlob<'a> = &'a mut dyn FnMut(&BlobRef, Vec<u8>) -> Result<(), String>;

/// Which engine a backup is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the folder.
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// The engine it came from and goes back to.
    pub engine: Engine,
    /// When it was begun.
    pub created_at: Timestamp,
    /// The schema, as the migrations that made it.
    pub migrations: Vec<Done>,
    /// The files below `data`.
    pub files: Vec<File>,
    /// Blobs inside.
    pub blobs: u64,
    /// Their size together.
    pub blob_bytes: u64,
    /// Blobs that rows point to, but that were gone.
    pub blobs_missing: u64,
}

impl Manifest {
    fn new(engine: Engine, created_at: Timestamp) -> Self {
        Self {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            engine,
            created_at,
            migrations: Vec::new(),
            files: Vec::new(),
            blobs: 0,
            blob_bytes: 0,
            blobs_missing: 0,
        }
    }

    /// Size of everything, in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.blob_bytes + self.files.iter().map(|file| file.size_bytes).sum::<u64>()
    }
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its path below the folder.
    pub path: String,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// The table and its columns, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
}

/// A table of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns in the order of the file.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: u64,
}

/// Copies everything into a folder that is not there yet or empty, while the program
/// may go on writing.
pub fn create(
    database: &Database,
    folder: &Path,
    now: Timestamp,
    read_blob: ReadBlob<'_>,
) -> Result<Manifest, StoreError> {
    let mut writer = Writer::create(folder)?;
    let mut manifest = match database {
        Database::Sqlite { path } => {
            let mut manifest = Manifest::new(Engine::Sqlite, now);
            let blobs = sqlite::dump(path, &mut writer, &mut manifest)?;
            copy_blobs(&blobs, &writer, &mut manifest, read_blob)?;
            manifest
        }
        Database::Postgres { url } => {
            let mut manifest = Manifest::new(Engine::Postgres, now);
            let blobs = postgres::dump(url, &mut writer, &mut manifest)?;
            copy_blobs(&blobs, &writer, &mut manifest, read_blob)?;
            manifest
        }
        Database::SqliteMemory => {
            return Err(failed("a database in memory has no backup"));
        }
    };
    manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
    writer.finish(&manifest)?;
    Ok(manifest)
}

/// Reads a whole backup and compares every hash.
pub fn check(folder: &Path) -> Result<Manifest, StoreError> {
    let reader = Reader::open(folder)?;
    reader.check_files()?;
    let mut blobs = 0;
    reader.each_blob(&mut |_, _| {
        blobs += 1;
        Ok(())
    })?;
    let manifest = reader.into_manifest();
    if blobs != manifest.blobs {
        let expected = manifest.blobs;
        return Err(failed(&format!(
            "{expected} blobs should be there, {blobs} are"
        )));
    }
    Ok(manifest)
}

/// Brings a backup back into an empty place: for SQLite a file that is not there, for
/// PostgreSQL a database without tables. Blobs go first: a row never points to nothing.
pub fn restore(
    database: &Database,
    folder: &Path,
    write_blob: WriteBlob<'_>,
) -> Result<Manifest, StoreError> {
    check(folder)?;
    let reader = Reader::open(folder)?;
    match (database, reader.manifest().engine) {
        (Database::Sqlite { path }, Engine::Sqlite) => {
            sqlite::check_target(path)?;
            reader.each_blob(write_blob)?;
            sqlite::load(path, &reader)?;
        }
        (Database::Postgres { url }, Engine::Postgres) => {
            let mut target = postgres::Target::open(url)?;
            reader.each_blob(write_blob)?;
            target.load(&reader)?;
        }
        (_, engine) => {
            return Err(failed(&format!(
                "it was made from {engine:?} and goes back only to that; \
                 use `zhiyin export` and `zhiyin import` to change the database"
            )));
        }
    }
    Ok(reader.into_manifest())
}

fn copy_blobs(
    blobs: &[BlobRef],
    writer: &Writer,
    manifest: &mut Manifest,
    read_blob: ReadBlob<'_>,
) -> Result<(), StoreError> {
    for blob in blobs {
        match read_blob(blob).map_err(|error| failed(&format!("blob {}: {error}", blob.hash)))? {
            Some(bytes) => {
                manifest.blobs += 1;
                manifest.blob_bytes += bytes.len() as u64;
                writer.add_blob(blob, &bytes)?;
            }
            None => manifest.blobs_missing += 1,
        }
    }
    Ok(())
}

fn blob_of(row: &Row) -> Result<BlobRef, StoreError> {
    let hash: [u8; 32] = row.get("blob_hash")?;
    Ok(BlobRef {
        workspace: row.get("workspace_id")?,
        hash: BlobHash::from_bytes(hash),
    })
}

fn failed(reason: &str) -> StoreError {
    StoreError::Backup(reason.to_owned())
}
