//! The reconcilers of the house: timers that are due, and what nobody needs any more.

use std::time::Duration;

use zhiyin_app::App;
use zhiyin_app::work::{Reconciler, Round, RoundFuture, Work};
use zhiyin_app::{blocks, conversations};
use zhiyin_store::{StoreError, SystemTx, idempotency, jobs, widget};

/// How long a finished job is kept for the administrator's page.
const JOBS_KEPT: Duration = Duration::from_hours(168);
/// How long the answer to an idempotent request is kept.
const ANSWERS_KEPT: Duration = Duration::from_hours(24);
/// How long an ended visitor token is kept, to tell an expired one from a wrong one.
const TOKENS_KEPT: Duration = Duration::from_hours(720);
/// Rows of one round, so that no transaction is long.
const BATCH: u32 = 500;
/// Conversations woken in one round.
const WAKE_BATCH: u32 = 200;
/// Upkeep is never urgent.
const UPKEEP_PERIOD: Duration = Duration::from_mins(10);
/// A snooze is due at its time; this is for what a clock or a lost wake-up hid.
const SNOOZE_PERIOD: Duration = Duration::from_secs(15);
/// A block that is over ends at its time; this is for what a clock or a lost wake-up hid.
const BLOCKS_PERIOD: Duration = Duration::from_mins(1);
/// Blocks lifted in one round.
const BLOCKS_BATCH: u32 = 200;
/// Who snoozes for seconds gets seconds.
const SNOOZE_REST: Duration = Duration::from_secs(1);

/// What every installation needs.
#[must_use]
pub fn work() -> Work {
    Work {
        reconcilers: vec![
            Reconciler {
                name: "snooze",
                period: SNOOZE_PERIOD,
                rest: SNOOZE_REST,
                run: |app| Box::pin(wake_snoozed(app)) as RoundFuture,
            },
            Reconciler {
                name: "blocks",
                period: BLOCKS_PERIOD,
                rest: SNOOZE_REST,
                run: |app| Box::pin(lift_blocks(app)) as RoundFuture,
            },
            Reconciler {
                name: "upkeep",
                period: UPKEEP_PERIOD,
                rest: UPKEEP_PERIOD,
                run: |app| Box::pin(remove_old(app)) as RoundFuture,
            },
        ],
        ..Work::default()
    }
}

async fn wake_snoozed(app: App) -> Result<Round, zhiyin_app::work::WorkError> {
    let done = conversations::wake_due(&app, WAKE_BATCH).await?;
    let next_due = app
        .store()
        .read_system(zhiyin_store::conversations::next_snooze)
        .await?;
    Ok(Round {
        done: u64::try_from(done).unwrap_or(u64::MAX),
        next_due,
    })
}

async fn lift_blocks(app: App) -> Result<Round, zhiyin_app::work::WorkError> {
    let done = blocks::lift_due(&app, BLOCKS_BATCH).await?;
    let next_due = app
        .store()
        .read_system(zhiyin_store::blocks::next_end)
        .await?;
    Ok(Round {
        done: u64::try_from(done).unwrap_or(u64::MAX),
        next_due,
    })
}

async fn remove_old(app: App) -> Result<Round, zhiyin_app::work::WorkError> {
    let now = app.clock().now();
    let done = app
        .store()
        .write_system(move |system: &mut SystemTx<'_>| {
            let jobs = jobs::prune(system, now.minus(JOBS_KEPT), BATCH)?;
            let answers = idempotency::prune(system, now.minus(ANSWERS_KEPT), BATCH)?;
            let tokens = widget::delete_old_tokens(system, now.minus(TOKENS_KEPT))?;
            Ok::<_, StoreError>(jobs + answers + tokens)
        })
        .await?;
    Ok(Round {
        done,
        next_due: None,
    })
}
