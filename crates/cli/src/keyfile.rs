//! The master keys of this installation: where they are read from, how the file is made,
//! and that nobody else can read it.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use zeroize::Zeroizing;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::Keyring;

use crate::config::{Config, DatabaseTarget};
use crate::private::{create_file, make_private_folder, replace_file};

const HEAD: &str = "# Master keys of Zhiyin; the first one is current. Keep a copy apart from the backups:\n\
                    # without these keys nobody can read the personal data in them.\n";

/// Where the keys come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The setting `keys.value`.
    Setting,
    /// A file.
    File(PathBuf),
}

impl Source {
    /// The source a configuration names.
    pub fn of(config: &Config) -> Self {
        match config.keys.value {
            Some(_) => Self::Setting,
            None => Self::File(config.key_file()),
        }
    }
}

/// The keys in force.
pub fn load(config: &Config) -> Result<Keyring> {
    let text = match &config.keys.value {
        Some(value) => Zeroizing::new(value.expose().clone()),
        None => read(&config.key_file())?,
    };
    Keyring::parse(&text).context("the master keys cannot be used: see `zhiyin keys generate`")
}

/// The keys in force, made first where that cannot hide data: when there is no embedded
/// database yet, or the caller knows that the database is new (`may_make`).
pub fn load_or_make(config: &Config, may_make: bool, now: Timestamp) -> Result<Keyring> {
    let path = config.key_file();
    if config.keys.value.is_none() && !path.exists() {
        let is_first_start = match config.database_target() {
            DatabaseTarget::Sqlite(database) => !database.exists(),
            DatabaseTarget::Postgres(_) => may_make,
        };
        if !is_first_start {
            bail!(
                "the key file {} is missing: put it back from its copy; only for a new \
                 database make one with `zhiyin keys generate`",
                path.display()
            );
        }
        generate(&path, now)?;
        tracing::info!("Made the key file {}; keep a copy of it", path.display());
    }
    load(config)
}

/// Makes a key file; one that is there already is never replaced.
pub fn generate(path: &Path, now: Timestamp) -> Result<()> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    let line = Keyring::generate_line(&name(now, None))?;
    let text = Zeroizing::new(format!("{HEAD}{}\n", line.as_str()));
    let file = create_file(path);
    let mut file = match file {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!(
                "{} is there already; `zhiyin keys rotate` adds a new key",
                path.display()
            )
        }
        file => file.with_context(|| format!("create {}", path.display()))?,
    };
    file.write_all(text.as_bytes())?;
    file.sync_all()
        .with_context(|| format!("write {}", path.display()))
}

/// Puts a new current key before those of a file. The old ones stay until nothing is
/// wrapped with them any more.
pub fn add_current(path: &Path, now: Timestamp) -> Result<String> {
    let old = read(path)?;
    let known = Keyring::parse(&old)?;
    let name = name(now, Some(&known));
    let line = Keyring::generate_line(&name)?;
    let rest = old.strip_prefix(HEAD).unwrap_or(&old);
    let text = Zeroizing::new(format!("{HEAD}{}\n{rest}", line.as_str()));
    let beside = path.with_extension("new");
    let mut file = replace_file(&beside).with_context(|| format!("create {}", beside.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path).with_context(|| format!("replace {}", path.display()))?;
    Ok(name)
}

/// What is wrong with who may read a file; nothing when only its owner may.
pub fn too_open(path: &Path) -> Result<Option<String>> {
    let mode = fs::metadata(path)
        .with_context(|| format!("look at {}", path.display()))?
        .permissions()
        .mode();
    let is_open = mode & 0o077 != 0;
    let path = path.display();
    Ok(is_open.then(|| format!("others may read the key file {path}: run `chmod 600 {path}`")))
}

fn read(path: &Path) -> Result<Zeroizing<String>> {
    if let Some(complaint) = too_open(path)? {
        bail!(complaint);
    }
    let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    Ok(Zeroizing::new(text))
}

/// Keys are named by their day; a second one of a day gets a number.
fn name(now: Timestamp, known: Option<&Keyring>) -> String {
    let day = now.to_string().chars().take(10).collect::<String>();
    let is_free = |name: &String| known.is_none_or(|known| known.ids().all(|id| id != name));
    let numbered = (2_u32..).map(|number| format!("{day}-{number}"));
    std::iter::once(day.clone())
        .chain(numbered)
        .find(is_free)
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path) -> Config {
        Config {
            data_dir: folder.to_path_buf(),
            ..Config::default()
        }
    }

    fn now() -> Timestamp {
        Timestamp::from_micros(1_750_000_000_000_000)
    }

    #[test]
    fn keys_are_made_once_for_a_new_database_and_only_the_owner_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let made = load_or_make(&config, false, now()).unwrap();
        assert_eq!(made.current_id(), "2025-06-15");
        assert_eq!(too_open(&config.key_file()).unwrap(), None);
        assert_eq!(load(&config).unwrap().current_id(), "2025-06-15");
        assert!(generate(&config.key_file(), now()).is_err());
    }

    #[test]
    fn a_lost_key_file_is_not_replaced_silently() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        fs::write(folder.path().join("zhiyin.db"), "").unwrap();
        let error = load_or_make(&config, false, now()).unwrap_err();
        assert!(error.to_string().contains("put it back"), "{error}");
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        generate(&config.key_file(), now()).unwrap();
        fs::set_permissions(config.key_file(), fs::Permissions::from_mode(0o644)).unwrap();
        let error = load(&config).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_rotation_keeps_the_old_keys() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        generate(&config.key_file(), now()).unwrap();
        assert_eq!(
            add_current(&config.key_file(), now()).unwrap(),
            "2025-06-15-2"
        );
        let keyring = load(&config).unwrap();
        assert_eq!(keyring.current_id(), "2025-06-15-2");
        assert_eq!(keyring.ids().count(), 2);
        let text = fs::read_to_string(config.key_file()).unwrap();
        assert_eq!(text.matches("# Master keys").count(), 1);
    }
}
