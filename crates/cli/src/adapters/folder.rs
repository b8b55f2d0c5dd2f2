//! Attachments in a folder of this machine.
//!
//! A blob is written beside its place, made durable and then renamed, so that a name
//! never leads to half a file. What is read is compared with its hash.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use zhiyin_ports::{BlobError, BlobKey, BlobStore};

/// Keeps blobs below one folder.
pub struct FolderBlobs {
    root: PathBuf,
    written: AtomicU64,
}

impl FolderBlobs {
    /// Uses a folder, made when missing.
    pub fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root)
            .with_context(|| format!("cannot make the attachment folder {}", root.display()))?;
        Ok(Self {
            root: root.to_path_buf(),
            written: AtomicU64::new(0),
        })
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        self.root.join(key.to_string())
    }

    fn write_beside(&self, folder: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let beside = folder.join(format!(".{}-{number}.part", std::process::id()));
        let result = File::create(&beside).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        if let Err(error) = result {
            if let Err(left) = fs::remove_file(&beside) {
                tracing::warn!("Cannot remove {}: {left}", beside.display());
            }
            return Err(error);
        }
        Ok(beside)
    }
}

impl BlobStore for FolderBlobs {
    fn put(&self, key: &BlobKey, bytes: &[u8]) -> Result<(), BlobError> {
        let path = self.path(key);
        if path.exists() {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(failure)?;
        let beside = self.write_beside(folder, bytes).map_err(failure)?;
        fs::rename(&beside, &path).map_err(failure)?;
        // The new name is only durable once its folder is.
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failure)
    }

    fn get(&self, key: &BlobKey) -> Result<Vec<u8>, BlobError> {
        let bytes = fs::read(self.path(key)).map_err(failure)?;
        check_hash(key, &bytes)?;
        Ok(bytes)
    }

    fn range(&self, key: &BlobKey, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
        let file = File::open(self.path(key)).map_err(failure)?;
        let size = file.metadata().map_err(failure)?.len();
        let length = range
            .end
            .checked_sub(range.start)
            .ok_or(BlobError::OutOfRange)?;
        if range.end > size {
            return Err(BlobError::OutOfRange);
        }
        let length = usize::try_from(length).map_err(|_| BlobError::OutOfRange)?;
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

/// Complains when the bytes are not those that were stored.
pub fn check_hash(key: &BlobKey, bytes: &[u8]) -> Result<(), BlobError> {
    if Sha256::digest(bytes).as_slice() == key.hash.as_bytes() {
        return Ok(());
    }
    tracing::error!(blob.key = %key, "The stored file {key} is damaged");
    Err(BlobError::Damaged)
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
    use super::super::tests::{check_blob_store, key_of};
    use super::*;

    #[test]
    fn a_folder_keeps_blobs() {
        let folder = tempfile::tempdir().unwrap();
        check_blob_store(&FolderBlobs::open(&folder.path().join("blobs")).unwrap());
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
    fn nothing_half_written_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::open(folder.path()).unwrap();
        let key = key_of(b"x");
        blobs.put(&key, b"x").unwrap();
        let names = fs::read_dir(blobs.path(&key).parent().unwrap()).unwrap();
        assert_eq!(names.count(), 1);
    }
}
