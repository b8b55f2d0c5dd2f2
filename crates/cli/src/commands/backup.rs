//! `zhiyin backup` and `zhiyin restore`: everything of an installation but its keys.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use zhiyin_ports::{BlobError, BlobKey, BlobStore};
use zhiyin_store::backup::{self, BlobRef, Manifest};
use zhiyin_store::identity::workspaces;
use zhiyin_store::{Store, StoreError, SystemTx, health};

use crate::config::{self, ConfigArgs};
use crate::{keyfile, output, setup};

/// Options of `backup`.
#[derive(Args)]
pub struct BackupArgs {
    /// A folder that is not there yet, or empty.
    folder: PathBuf,
    /// Make nothing; read the backup in the folder and compare every hash.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Options of `restore`.
#[derive(Args)]
pub struct RestoreArgs {
    /// The folder of a backup.
    folder: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Makes or checks a backup.
pub fn backup(options: &BackupArgs) -> Result<()> {
    let config = config::load(&options.config, &[])?.config;
    if options.check {
        let manifest = backup::check(&options.folder)?;
        return output::print(&format!("Whole: {}.", describe(&manifest)));
    }
    let blobs = setup::blobs(&config)?;
    let mut read = |blob: &BlobRef| match blobs.get(&key_of(blob)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(BlobError::NotFound) => Ok(None),
        Err(error) => Err(error.to_string()),
    };
    let database = setup::database(&config);
    let manifest = backup::create(&database, &options.folder, setup::now(), &mut read)?;
    output::print(&format!(
        "Made {}: {}.",
        options.folder.display(),
        describe(&manifest)
    ))?;
    if manifest.blobs_missing > 0 {
        let missing = manifest.blobs_missing;
        output::print(&format!(
            "{missing} attachments were gone and are not in it."
        ))?;
    }
    output::print("The keys are not in it: keep a copy of them elsewhere.")
}

/// Brings a backup back, and checks what came out.
pub fn restore(options: &RestoreArgs) -> Result<()> {
    let config = config::load(&options.config, &[])?.config;
    keyfile::load(&config).context("a restore needs the keys of that time")?;
    let blobs: Arc<dyn BlobStore> = setup::blobs(&config)?;
    let mut write = |blob: &BlobRef, bytes: Vec<u8>| {
        blobs
            .put(&key_of(blob), &bytes)
            .map_err(|error| error.to_string())
    };
    let manifest = backup::restore(&setup::database(&config), &options.folder, &mut write)?;
    let store = setup::open_any_schema(&config, keyfile::load(&config)?)?;
    let steps = store
        .migrate_blocking()
        .context("cannot bring the backup to this version")?;
    prove(&store)?;
    output::print(&format!("Restored {}.", describe(&manifest)))?;
    if !steps.is_empty() {
        output::print(&format!(
            "{} migrations brought it to this version.",
            steps.len()
        ))?;
    }
    Ok(())
}

/// The database is whole, and the keys open it.
fn prove(store: &Store) -> Result<()> {
    let complaints =
        store.read_system_blocking(|system: &mut SystemTx<'_>| health::integrity(system))?;
    if !complaints.is_empty() {
        bail!("what was restored is damaged: {}", complaints.join("; "));
    }
    store
        .read_system_blocking(|system: &mut SystemTx<'_>| {
            for workspace in workspaces::list(system)? {
                // Finding a person by address needs the keys of the workspace.
                system.bind(workspace.id).blind_index("probe", "probe")?;
            }
            Ok::<_, StoreError>(())
        })
        .context("the keys are not those of this backup: put the right ones in place")
}

fn key_of(blob: &BlobRef) -> BlobKey {
    BlobKey {
        workspace: blob.workspace,
        hash: blob.hash,
    }
}

fn describe(manifest: &Manifest) -> String {
    format!(
        "{} files and {} attachments, {} MiB, begun {}",
        manifest.files.len(),
        manifest.blobs,
        manifest.size_bytes().div_ceil(1024 * 1024),
        manifest.created_at
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn config_in(folder: &std::path::Path) -> Config {
        Config {
            data_dir: folder.to_path_buf(),
            ..Config::default()
        }
    }

    fn options(folder: &std::path::Path, data: &std::path::Path) -> (BackupArgs, RestoreArgs) {
        let config = || ConfigArgs::in_folder(data);
        (
            BackupArgs {
                folder: folder.to_path_buf(),
                check: false,
                config: config(),
            },
            RestoreArgs {
                folder: folder.to_path_buf(),
                config: config(),
            },
        )
    }

    #[test]
    fn a_backup_comes_back_only_with_its_keys() {
        let root = tempfile::tempdir().unwrap();
        let (old, new) = (root.path().join("old"), root.path().join("new"));
        let config = config_in(&old);
        let keyring = keyfile::load_or_make(&config, false, setup::now()).unwrap();
        let store = setup::open_any_schema(&config, keyring).unwrap();
        store.migrate_blocking().unwrap();
        let copy = root.path().join("copy");
        backup(&options(&copy, &old).0).unwrap();

        let error = restore(&options(&copy, &new).1).unwrap_err();
        assert!(format!("{error:#}").contains("keys"), "{error:#}");

        crate::private::make_private_folder(&new).unwrap();
        std::fs::copy(config.key_file(), config_in(&new).key_file()).unwrap();
        restore(&options(&copy, &new).1).unwrap();
        setup::open_store(&config_in(&new)).unwrap();
        assert!(
            restore(&options(&copy, &new).1).is_err(),
            "nothing is overwritten"
        );
    }
}
