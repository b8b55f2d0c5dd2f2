//! The folder of a backup: files with hashes, and a manifest that comes last.

use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::ids::WorkspaceId;

use super::{BlobRef, FORMAT, File, Manifest, Table, WriteBlob, failed};
use crate::error::StoreError;

const MANIFEST: &str = "manifest.json";
const DATA: &str = "data";
const BLOBS: &str = "blobs";

/// Says which file an error of the operating system is about.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        _ => failed(&format!("{}: {error}", path.display())),
    }
}

/// A backup that is being written.
pub(super) struct Writer {
    folder: PathBuf,
}

impl Writer {
    pub(super) fn create(folder: &Path) -> Result<Self, StoreError> {
        for path in [folder.join(DATA), folder.join(BLOBS)] {
            let mut builder = fs::DirBuilder::new();
            // What is sealed stays sealed, but messages are readable.
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.recursive(true).create(&path).map_err(at(&path))?;
        }
        for path in [folder.join(DATA), folder.join(BLOBS)] {
            if fs::read_dir(&path).map_err(at(&path))?.next().is_some() {
                return Err(failed(&format!("{} is not empty", folder.display())));
            }
        }
        if folder.join(MANIFEST).exists() {
            return Err(failed(&format!(
                "{} holds a backup already",
                folder.display()
            )));
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The place of a data file.
    pub(super) fn data(&self, name: &str) -> PathBuf {
        self.folder.join(DATA).join(name)
    }

    /// A data file that is hashed while it is written.
    pub(super) fn begin(&self, name: &str) -> Result<HashedFile, StoreError> {
        HashedFile::create(&self.data(name), format!("{DATA}/{name}"))
    }

    pub(super) fn add_blob(&self, blob: &BlobRef, bytes: &[u8]) -> Result<(), StoreError> {
        if Sha256::digest(bytes).as_slice() != blob.hash.as_bytes() {
            return Err(failed(&format!("blob {} is damaged", blob.hash)));
        }
        let folder = self.folder.join(BLOBS).join(blob.workspace.to_string());
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let path = folder.join(blob.hash.to_string());
        let mut file = fs::File::create(&path).map_err(at(&path))?;
        file.write_all(bytes)
            .and_then(|()| file.sync_all())
            .map_err(at(&path))
    }

    /// Writes the manifest, when all else is safely on the disk.
    pub(super) fn finish(self, manifest: &Manifest) -> Result<(), StoreError> {
        let blobs = self.folder.join(BLOBS);
        for entry in fs::read_dir(&blobs).map_err(at(&blobs))? {
            sync_folder(&entry.map_err(at(&blobs))?.path())?;
        }
        sync_folder(&blobs)?;
        sync_folder(&self.folder.join(DATA))?;
        let text = serde_json::to_string_pretty(manifest).map_err(StoreError::database)?;
        let (partial, path) = (
            self.folder.join("manifest.partial"),
            self.folder.join(MANIFEST),
        );
        let mut file = fs::File::create(&partial).map_err(at(&partial))?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(at(&partial))?;
        fs::rename(&partial, &path).map_err(at(&path))?;
        sync_folder(&self.folder)
    }
}

/// Makes new names in a folder survive a crash.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    fs::File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(at(path))
}

/// A file that knows its hash and its lines.
pub(super) struct HashedFile {
    file: BufWriter<fs::File>,
    digest: Sha256,
    place: PathBuf,
    path: String,
    size_bytes: u64,
    lines: u64,
}

impl HashedFile {
    fn create(place: &Path, path: String) -> Result<Self, StoreError> {
        let file = fs::File::create(place).map_err(at(place))?;
        Ok(Self {
            file: BufWriter::with_capacity(1 << 17, file),
            digest: Sha256::new(),
            place: place.to_owned(),
            path,
            size_bytes: 0,
            lines: 0,
        })
    }

    /// Ends the file; `columns` of a table, one row a line.
    pub(super) fn finish(mut self, name: &str, columns: Vec<String>) -> Result<File, StoreError> {
        self.file
            .flush()
            .and_then(|()| self.file.get_ref().sync_all())
            .map_err(at(&self.place))?;
        Ok(File {
            path: self.path,
            size_bytes: self.size_bytes,
            sha256: hex::encode(self.digest.finalize()),
            table: Some(Table {
                name: name.to_owned(),
                columns,
                rows: self.lines,
            }),
        })
    }
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        let written = &bytes[..count];
        self.digest.update(written);
        self.size_bytes += count as u64;
        self.lines += written.split(|byte| *byte == b'\n').count() as u64 - 1;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Size and hash of a file.
pub(super) fn hash_file(path: &Path) -> Result<(u64, String), StoreError> {
    let mut file = fs::File::open(path).map_err(at(path))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 17];
    let mut size_bytes = 0;
    loop {
        let count = file.read(&mut buffer).map_err(at(path))?;
        if count == 0 {
            return Ok((size_bytes, hex::encode(digest.finalize())));
        }
        digest.update(&buffer[..count]);
        size_bytes += count as u64;
    }
}

/// A backup that is being read.
pub(super) struct Reader {
    folder: PathBuf,
    manifest: Manifest,
}

impl Reader {
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                failed(&format!(
                    "{} is no backup, or one that was not finished",
                    folder.display()
                ))
            } else {
                at(&path)(error)
            }
        })?;
        let unreadable = |error| failed(&format!("{}: {error}", path.display()));
        let form: serde_json::Value = serde_json::from_str(&text).map_err(unreadable)?;
        if form["format"] != FORMAT {
            return Err(failed(&format!(
                "the backup has form {}, this program reads {FORMAT}: use a newer program",
                form["format"]
            )));
        }
        let manifest: Manifest = serde_json::from_value(form).map_err(unreadable)?;
        if manifest.files.iter().any(|file| !is_plain(&file.path)) {
            return Err(failed("the manifest names a file outside the backup"));
        }
        Ok(Self {
            folder: folder.to_owned(),
            manifest,
        })
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub(super) fn into_manifest(self) -> Manifest {
        self.manifest
    }

    /// The place of a file of the manifest.
    pub(super) fn place(&self, file: &File) -> PathBuf {
        self.folder.join(&file.path)
    }

    pub(super) fn check_files(&self) -> Result<(), StoreError> {
        for file in &self.manifest.files {
            let (size_bytes, sha256) = hash_file(&self.place(file))?;
            if size_bytes != file.size_bytes || sha256 != file.sha256 {
                return Err(failed(&format!("{} is damaged", file.path)));
            }
        }
        Ok(())
    }

    /// Gives every blob to `take`, after comparing it with its name.
    pub(super) fn each_blob(&self, take: WriteBlob<'_>) -> Result<(), StoreError> {
        let blobs = self.folder.join(BLOBS);
        for workspace in names(&blobs)? {
            let folder = blobs.join(&workspace);
            let workspace: WorkspaceId = workspace
                .parse()
                .map_err(|_| failed(&format!("{} is no workspace", folder.display())))?;
            for name in names(&folder)? {
                let path = folder.join(&name);
                let bytes = fs::read(&path).map_err(at(&path))?;
                let hash: [u8; 32] = Sha256::digest(&bytes).into();
                if hex::encode(hash) != name {
                    return Err(failed(&format!("{} is damaged", path.display())));
                }
                let blob = BlobRef {
                    workspace,
                    hash: BlobHash::from_bytes(hash),
                };
                take(&blob, bytes).map_err(|error| failed(&format!("blob {name}: {error}")))?;
            }
        }
        Ok(())
    }
}

/// Names in a folder, sorted, so that every run goes the same way.
fn names(folder: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let name = entry.map_err(at(folder))?.file_name();
        names.push(
            name.into_string()
                .map_err(|name| failed(&format!("{} is a strange name", name.display())))?,
        );
    }
    names.sort();
    Ok(names)
}

/// Whether a path of a manifest stays inside `data`.
fn is_plain(path: &str) -> bool {
    path.strip_prefix("data/").is_some_and(|name| {
        !name.is_empty()
            && !name.starts_with('.')
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._".contains(c))
    })
}
