//! Files in a folder of this machine.
//!
//! A blob is written beside its place, made durable and then renamed, so that a name never
//! leads to half a file, and the folders it lies in are made durable too: what was
//! acknowledged is there after a crash.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use zhiyin_ports::{BlobError, BlobKey, BlobStore};

use crate::check_hash;

/// Only the account that runs Zhiyin reads customers' files.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// Keeps blobs below one folder.
#[derive(Debug)]
pub struct FolderBlobs {
    root: PathBuf,
    written: AtomicU64,
}

impl FolderBlobs {
    /// Uses a folder, made when missing.
    pub fn open(root: &Path) -> io::Result<Self> {
        make_folder(root)?;
        Ok(Self {
            root: root.to_path_buf(),
            written: AtomicU64::new(0),
        })
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        self.root.join(key.to_string())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = path.parent().unwrap_or(&self.root);
        make_folder(folder)?;
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let beside = folder.join(format!(".{}-{number}.part", std::process::id()));
        let result = write_durably(&beside, bytes).and_then(|()| fs::rename(&beside, path));
        if let Err(error) = result {
            match fs::remove_file(&beside) {
                Err(left) if left.kind() != io::ErrorKind::NotFound => {
                    tracing::warn!("Half a file is left at {}: {left}", beside.display());
                }
                _ => {}
            }
            return Err(error);
        }
        sync_folder(folder)
    }
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    // A part of the same name was left by a crash long ago.
    options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(FILE_MODE);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a folder and those above it, each durable in the one above.
fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent {
        make_folder(parent)?;
    }
    match DirBuilder::new().mode(FOLDER_MODE).create(path) {
        Ok(()) => {}
        // Somebody else made it in between.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    sync_folder(parent.unwrap_or(Path::new(".")))
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

impl BlobStore for FolderBlobs {
    fn put(&self, key: &BlobKey, bytes: &[u8]) -> Result<(), BlobError> {
        let path = self.path(key);
        if path.try_exists().map_err(failure)? {
            return Ok(());
        }
        self.write(&path, bytes).map_err(failure)
    }

    fn get(&self, key: &BlobKey) -> Result<Vec<u8>, BlobError> {
        let bytes = fs::read(self.path(key)).map_err(failure)?;
        check_hash(key, &bytes)?;
        Ok(bytes)
    }

    fn range(&self, key: &BlobKey, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
        let file = File::open(self.path(key)).map_err(failure)?;
        let size = file.metadata().map_err(failure)?.len();
        if range.start > range.end || range.end > size {
            return Err(BlobError::OutOfRange);
        }
        let length = usize::try_from(range.end - range.start).map_err(|_| BlobError::OutOfRange)?;
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, range.start)
            .map_err(failure)?;
        Ok(bytes)
    }

    fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        self.path(key).try_exists().map_err(failure)
    }

    fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        match fs::remove_file(self.path(key)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result.map_err(failure),
        }
    }
}

fn failure(error: io::Error) -> BlobError {
    match error.kind() {
        io::ErrorKind::NotFound => BlobError::NotFound,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BlobError::Full,
        _ => BlobError::Unavailable(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::tests::{check_blob_store, key_of};

    #[test]
    fn a_folder_keeps_blobs() {
        let folder = tempfile::tempdir().unwrap();
        check_blob_store(&FolderBlobs::open(&folder.path().join("a/b")).unwrap());
    }

    #[test]
    fn a_damaged_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::open(folder.path()).unwrap();
        let key = key_of(b"original");
        blobs.put(&key, b"original").unwrap();
        fs::write(blobs.path(&key), b"originaX").unwrap();
        assert!(matches!(blobs.get(&key), Err(BlobError::Damaged)));
    }

    #[test]
    fn nothing_half_written_is_left_and_nobody_else_reads() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::open(folder.path()).unwrap();
        let key = key_of(b"x");
        blobs.put(&key, b"x").unwrap();
        let path = blobs.path(&key);
        let names = fs::read_dir(path.parent().unwrap()).unwrap();
        assert_eq!(names.count(), 1);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }

    #[test]
    fn many_writers_of_one_blob_agree() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::open(folder.path()).unwrap();
        let bytes = vec![7; 100_000];
        let key = key_of(&bytes);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    blobs.put(&key, &bytes).unwrap();
                    assert_eq!(blobs.get(&key).unwrap(), bytes);
                });
            }
        });
        assert_eq!(
            fs::read_dir(blobs.path(&key).parent().unwrap())
                .unwrap()
                .count(),
            1
        );
    }

    #[test]
    fn a_folder_that_cannot_be_written_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("blobs");
        let blobs = FolderBlobs::open(&root).unwrap();
        fs::remove_dir(&root).unwrap();
        fs::write(&root, b"a file").unwrap();
        assert!(matches!(
            blobs.put(&key_of(b"x"), b"x"),
            Err(BlobError::Unavailable(_))
        ));
    }
}
