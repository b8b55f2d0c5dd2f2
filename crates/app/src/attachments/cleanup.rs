//! Clearing away: files that were uploaded and never sent.
//!
//! Bytes are shared by all rows of a workspace that name them, so they go when the last
//! row is gone. A new upload of equal bytes may come in between: whoever deletes looks
//! again afterwards and puts them back, and whoever uploads looks again after its row is
//! written. Whichever comes last sees the other.

use std::sync::Arc;
use std::time::Duration;

use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::limits::UNSENT_FILE_LIFETIME;
use zhiyin_ports::{BlobError, BlobHash, BlobKey};
use zhiyin_store::{Tx, attachments as store};

use super::AttachmentError;
use super::upload::run_blocking;
use crate::App;
use crate::work::{Reconciler, Round, RoundFuture, Work};

/// Files of one round.
const BATCH: u32 = 100;

/// What this feature hands to the worker.
pub fn work() -> Work {
    Work {
        reconcilers: vec![Reconciler {
            name: "attachments.cleanup",
            period: Duration::from_mins(30),
            rest: Duration::from_mins(5),
            run,
        }],
        ..Work::default()
    }
}

fn run(app: App) -> RoundFuture {
    Box::pin(async move { round(&app).await.map_err(Into::into) })
}

pub(super) async fn round(app: &App) -> Result<Round, AttachmentError> {
    let before = app.clock().now().minus(UNSENT_FILE_LIFETIME);
    let list = app
        .store()
        .read_system(move |system| store::abandoned(system, before, BATCH))
        .await?;
    let mut done = 0;
    for (workspace, id) in list {
        let removed = app
            .store()
            .write(workspace, move |tx| store::delete_unsent(tx, id))
            .await?;
        let hashes = removed.as_ref().map(|it| [Some(it.blob), it.thumbnail]);
        for hash in hashes.into_iter().flatten().flatten() {
            discard(app, workspace, hash).await?;
        }
        done += u64::from(removed.is_some());
    }
    Ok(Round {
        done,
        next_due: None,
    })
}

/// Removes bytes that no row names any more.
pub(crate) async fn discard(
    app: &App,
    workspace: WorkspaceId,
    hash: BlobHash,
) -> Result<(), AttachmentError> {
    let is_used = move |tx: &mut Tx<'_>| store::is_used(tx, &hash);
    if app.store().read(workspace, is_used).await? {
        return Ok(());
    }
    let blobs = Arc::clone(&app.parts().blobs);
    let key = BlobKey { workspace, hash };
    let bytes = run_blocking(move || -> Result<Option<Vec<u8>>, BlobError> {
        let bytes = match blobs.get(&key) {
            Ok(bytes) => bytes,
            Err(BlobError::NotFound) => return Ok(None),
            Err(BlobError::Damaged) => Vec::new(),
            Err(error) => return Err(error),
        };
        blobs.delete(&key)?;
        Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
    })
    .await?;
    let Some(bytes) = bytes else { return Ok(()) };
    if app.store().read(workspace, is_used).await? {
        let blobs = Arc::clone(&app.parts().blobs);
        run_blocking(move || blobs.put(&key, &bytes)).await?;
    }
    Ok(())
}
