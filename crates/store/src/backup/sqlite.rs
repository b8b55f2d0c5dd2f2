//! SQLite: the database file, copied under a snapshot while the writer goes on.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::archive::{Reader, Writer, at, hash_file, sync_folder};
use super::{BLOBS, BlobRef, File, Manifest, blob_of, failed};
use crate::engine::Dialect;
use crate::engine::core::Deadline;
use crate::engine::session::Session;
use crate::engine::sqlite::{SqliteSession, translate};
use crate::error::StoreError;
use crate::migrations;
use crate::params;

const NAME: &str = "zhiyin.db";

/// Copies the database; tells which blobs its rows point to.
pub(super) fn dump(
    path: &Path,
    writer: &mut Writer,
    manifest: &mut Manifest,
) -> Result<Vec<BlobRef>, StoreError> {
    let place = writer.data(NAME);
    {
        let source = SqliteSession::reader(path, &Arc::new(Deadline::none()))?;
        let mut target = Connection::open(&place).map_err(translate)?;
        let backup = Backup::new(source.connection(), &mut target).map_err(translate)?;
        // All pages in one step: one snapshot, which in WAL mode holds nobody up. Smaller
        // steps would start again with every commit of the server.
        if backup.step(-1).map_err(translate)? != StepResult::Done {
            return Err(StoreError::Busy);
        }
        drop(backup);
        // One file, without a log beside it.
        target
            .pragma_update(None, "journal_mode", "DELETE")
            .map_err(translate)?;
    }
    let mut session = session(&place)?;
    manifest.migrations = migrations::ledger(&mut session)?;
    let blobs = session
        .query(BLOBS, params![])?
        .iter()
        .map(blob_of)
        .collect::<Result<_, _>>()?;
    drop(session);
    fs::File::open(&place)
        .and_then(|file| file.sync_all())
        .map_err(at(&place))?;
    let (size_bytes, sha256) = hash_file(&place)?;
    manifest.files.push(File {
        path: format!("data/{NAME}"),
        size_bytes,
        sha256,
        table: None,
    });
    Ok(blobs)
}

/// Fails if there is something where the database would go.
pub(super) fn check_target(path: &Path) -> Result<(), StoreError> {
    for path in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")] {
        if path.exists() {
            return Err(failed(&format!(
                "{} is there already; a restore never overwrites",
                path.display()
            )));
        }
    }
    Ok(())
}

/// Puts the file in its place, when it has shown to be sound.
pub(super) fn load(path: &Path, reader: &Reader) -> Result<(), StoreError> {
    let [file] = reader.manifest().files.as_slice() else {
        return Err(failed("a backup of SQLite holds one file"));
    };
    let partial = beside(path, ".restoring");
    fs::copy(reader.place(file), &partial).map_err(at(&partial))?;
    let checked = check(&partial, reader);
    if checked.is_err() {
        fs::remove_file(&partial).map_err(at(&partial))?;
        return checked;
    }
    fs::File::open(&partial)
        .and_then(|file| file.sync_all())
        .map_err(at(&partial))?;
    fs::rename(&partial, path).map_err(at(path))?;
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .map_or(Ok(()), sync_folder)
}

fn check(path: &Path, reader: &Reader) -> Result<(), StoreError> {
    let mut session = session(path)?;
    let done = migrations::ledger(&mut session)?;
    migrations::check_done(&done, Dialect::Sqlite)?;
    if done != reader.manifest().migrations {
        return Err(failed("the database is not the one the manifest tells of"));
    }
    let complaints = session.query(
        "SELECT integrity_check FROM pragma_integrity_check LIMIT 10",
        params![],
    )?;
    let is_sound = complaints
        .iter()
        .all(|row| row.text("integrity_check").is_ok_and(|text| text == "ok"));
    let orphans = session.query(
        "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1",
        params![],
    )?;
    if is_sound && orphans.is_empty() {
        Ok(())
    } else {
        Err(failed("the database is damaged"))
    }
}

fn session(path: &Path) -> Result<Session, StoreError> {
    let reader = SqliteSession::reader(path, &Arc::new(Deadline::none()))?;
    Ok(Session::Sqlite(reader))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}
