//! Mailboxes that are not read: whoever is to know is told.

use std::time::Duration;

use zhiyin_domain::mailbox::Reading;
use zhiyin_store::mailboxes as store;

use crate::cases::HandlingError;
use crate::work::{Reconciler, Round, RoundFuture, Work, WorkError};
use crate::{App, Principal};

/// What the watch hands to the worker.
#[must_use]
pub fn work() -> Work {
    Work {
        reconcilers: vec![Reconciler {
            name: "email.health",
            period: Duration::from_mins(1),
            rest: Duration::from_mins(1),
            run: |app| Box::pin(round(app)) as RoundFuture,
        }],
        ..Work::default()
    }
}

async fn round(app: App) -> Result<Round, WorkError> {
    let mailboxes = app.store().read_system(store::enabled).await?;
    for (workspace, id, _) in mailboxes {
        let principal = Principal::system(workspace, "email");
        app.write(&principal, move |tx, ctx| {
            let Some(mailbox) = store::get(tx, id)? else {
                return Ok(());
            };
            let state = store::state(tx, id)?;
            let is_stale = mailbox.reading(&state, ctx.now()) == Reading::Stale;
            if !is_stale || state.alerted_at.is_some() {
                return Ok(());
            }
            tracing::error!(mailbox.id = %id, "A mailbox has not been read for too long");
            store::set_alerted(tx, id, ctx.now())?;
            crate::cases::mailbox_is_silent(tx, ctx, mailbox.inbox_id)?;
            let event = zhiyin_domain::events::Event::SettingChanged {
                aggregate: zhiyin_domain::events::Aggregate::Mailbox,
                id: id.uuid(),
                change: zhiyin_domain::events::Change::Updated,
            };
            ctx.append(tx, &event)?;
            Ok::<_, HandlingError>(())
        })
        .await?;
    }
    Ok(Round::default())
}
