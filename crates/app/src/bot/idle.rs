//! Customers who say nothing any more: their sessions with the bot end. And what is too old to count.

use std::time::Duration;

use zhiyin_domain::ids::{ConversationId, SessionId, WorkspaceId};
use zhiyin_store::SystemTx;
use zhiyin_store::bots::{codes, runs};

use super::turn::{end_silent, principal};
use crate::App;
use crate::work::{Round, WorkError};

/// Codes that were sent before no longer limit how many are sent.
const CODES_COUNT: Duration = Duration::from_hours(2);
/// Sessions ended in one round.
const BATCH: u32 = 100;

pub(super) async fn round(app: App) -> Result<Round, WorkError> {
    let now = app.clock().now();
    let read = move |system: &mut SystemTx<'_>| runs::idle(system, now, BATCH);
    let idle: Vec<(WorkspaceId, ConversationId, SessionId)> = app.store().read_system(read).await?;
    let mut done = 0;
    for (workspace, conversation, session) in idle {
        done += app
            .write(&principal(workspace), move |tx, ctx| {
                end_silent(tx, ctx, conversation, session)
            })
            .await?;
    }
    let next_due = app.store().read_system(runs::next_idle).await?;
    Ok(Round {
        done,
        next_due: next_due.filter(|due| *due > now),
    })
}

/// Forgets codes that do not count any more.
pub(super) async fn sweep(app: App) -> Result<Round, WorkError> {
    let before = app.clock().now().minus(CODES_COUNT);
    let forget = move |system: &mut SystemTx<'_>| codes::forget(system, before);
    app.store().write_system(forget).await?;
    // One round removes everything there is, so none follows at once.
    Ok(Round::default())
}
