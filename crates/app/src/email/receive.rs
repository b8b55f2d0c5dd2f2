//! Reading what was taken from mailboxes, in the order in which it came.

use std::sync::Arc;
use std::time::Duration;

use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::limits::MAIL_READ_ATTEMPTS_MAX;
use zhiyin_ports::BlobKey;
use zhiyin_store::mail_arrivals::{self as store, MailArrival};
use zhiyin_store::mailboxes;

use super::EmailError;
use super::enter::enter;
use super::read::{ReadMail, read};
use super::senders;
use crate::attachments::{Blobs, run_blocking};
use crate::work::{Reconciler, Round, RoundFuture, Work, WorkError};
use crate::{App, Principal};

/// Mails of one round.
const BATCH: u32 = 25;
/// A mail that cannot be read is tried again after this, then after twice as long …
const PAUSE_FIRST: Duration = Duration::from_secs(10);

/// What reading hands to the worker.
#[must_use]
pub fn work() -> Work {
    Work {
        reconcilers: vec![Reconciler {
            name: "email.receive",
            period: Duration::from_secs(15),
            rest: Duration::ZERO,
            run: |app| Box::pin(round(app)) as RoundFuture,
        }],
        ..Work::default()
    }
}

async fn round(app: App) -> Result<Round, WorkError> {
    let done = read_waiting(&app).await?;
    let next_due = app.store().read_system(store::next_due).await?;
    Ok(Round { done, next_due })
}

/// Reads mails that wait; gives how many were looked at. One that cannot be read does not stop
/// those behind it.
pub async fn read_waiting(app: &App) -> Result<u64, EmailError> {
    let now = app.clock().now();
    let list = app
        .store()
        .read_system(move |system| store::due(system, now, BATCH))
        .await?;
    let mut done = 0;
    for (workspace, arrival) in list {
        if let Err(error) = take_in(app, workspace, &arrival).await {
            put_off(app, workspace, &arrival, &error).await?;
        }
        done += 1;
    }
    Ok(done)
}

async fn take_in(
    app: &App,
    workspace: WorkspaceId,
    arrival: &MailArrival,
) -> Result<(), EmailError> {
    let blobs = Arc::clone(&app.parts().blobs);
    let ids = Arc::clone(&app.parts().ids);
    let key = BlobKey {
        workspace,
        hash: arrival.raw,
    };
    let raw = key;
    let read: Arc<ReadMail> = run_blocking(move || {
        let raw = blobs.get(&key)?;
        read(&raw, &*ids).map(Arc::new)
    })
    .await?;
    let kept = read.files.iter().flat_map(|(_, file)| {
        let own = (file.hash, file.bytes.clone());
        std::iter::once(own).chain(file.thumbnail.clone())
    });
    let kept = kept.chain(read.html.clone()).collect();
    let kept = Blobs::new(app, workspace, kept).keep().await?;
    let mailbox = arrival.mailbox_id;
    let mailbox = app
        .store()
        .read(workspace, move |tx| mailboxes::get(tx, mailbox));
    let trusted = mailbox.await?.map(|it| it.settings.trusted_servers);
    let trusted = trusted.unwrap_or_default();
    let checked = senders::found_out(app, raw, &read, arrival.is_cut, &trusted).await?;
    let principal = Principal::system(workspace, "email");
    let (arrival, entering) = (arrival.clone(), Arc::clone(&read));
    app.write(&principal, move |tx, ctx| {
        match mailboxes::get(tx, arrival.mailbox_id)? {
            Some(mailbox) => enter(tx, ctx, &mailbox, &arrival, (&entering, checked)),
            // It was removed meanwhile.
            None => Ok(store::done(tx, arrival.id, "mailbox-off", None)?),
        }
    })
    .await?;
    kept.keep_again().await?;
    Ok(())
}

/// A mail that could not be read waits for another attempt, in the end for a person.
async fn put_off(
    app: &App,
    workspace: WorkspaceId,
    arrival: &MailArrival,
    error: &EmailError,
) -> Result<(), EmailError> {
    let attempts = arrival.attempts + 1;
    let is_last = attempts >= MAIL_READ_ATTEMPTS_MAX || matches!(error, EmailError::NoMail);
    tracing::warn!(
        mail.arrival.id = %arrival.id,
        mailbox.id = %arrival.mailbox_id,
        attempts,
        "A mail cannot be read: {error}"
    );
    let pause = PAUSE_FIRST.saturating_mul(1 << attempts.min(10));
    let next = (!is_last).then(|| app.clock().now().plus(pause));
    let (id, text) = (arrival.id, error.to_string());
    app.store()
        .write(workspace, move |tx| {
            store::failed(tx, id, &text, next).map_err(EmailError::from)
        })
        .await
}
