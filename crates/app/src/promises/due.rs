//! Promises whose time is over, and those whose owners are reminded.

use std::time::Duration;

use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{PromiseId, WorkspaceId};
use zhiyin_store::promises as store;
use zhiyin_store::{StoreError, Tx, conversations};

use crate::work::{Reconciler, Round, RoundFuture, Work, WorkError};
use crate::{App, Context, Principal};

/// Promises looked at in one round.
const BATCH: u32 = 200;

/// What this feature hands to the worker.
pub fn work() -> Work {
    Work {
        reconcilers: vec![Reconciler {
            name: "promises",
            // A promise breaks at its time; this is for what a lost wake-up hid.
            period: Duration::from_secs(15),
            rest: Duration::from_secs(1),
            run: |app| Box::pin(round(app)) as RoundFuture,
        }],
        ..Work::default()
    }
}

async fn round(app: App) -> Result<Round, WorkError> {
    let now = app.clock().now();
    let due = app
        .store()
        .read_system(move |system| store::due(system, now, BATCH))
        .await?;
    let mut done = 0;
    let mut failed = None;
    for (workspace, id) in due {
        // One that the store refuses must not hold up the others.
        match look(&app, workspace, id).await {
            Ok(()) => done += 1,
            Err(error) => failed = Some(error),
        }
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    let next_due = app.store().read_system(store::next_due).await?;
    Ok(Round { done, next_due })
}

async fn look(app: &App, workspace: WorkspaceId, id: PromiseId) -> Result<(), StoreError> {
    let principal = Principal::system(workspace, "promises");
    app.write(&principal, move |tx, ctx| look_at(tx, ctx, id))
        .await
}

/// Breaks a promise that is still open, or has its owner reminded, under the lock of its
/// conversation.
fn look_at(tx: &mut Tx<'_>, ctx: &Context, id: PromiseId) -> Result<(), StoreError> {
    let Some(found) = store::get(tx, id)? else {
        return Ok(());
    };
    conversations::get_for_update(tx, found.conversation_id)?;
    let Some(promise) = store::get(tx, id)? else {
        return Ok(());
    };
    let (conversation_id, owner_id) = (promise.conversation_id, promise.owner_id);
    let event = if let Some(broken) = promise.clone().break_at(ctx.now()) {
        store::save(tx, broken)?;
        Event::PromiseBroken {
            conversation_id,
            promise_id: id,
            owner_id,
        }
    } else if let Some(reminded) = promise.remind(ctx.now()) {
        store::save(tx, reminded)?;
        Event::PromiseDueSoon {
            conversation_id,
            promise_id: id,
            owner_id,
        }
    } else {
        return Ok(());
    };
    ctx.append(tx, &event)?;
    Ok(())
}
