//! Upkeep of the installation: what nobody needs any more is removed in small steps.

use std::time::Duration;

use zhiyin_app::work::{Reconciler, Round, Tick, Work};
use zhiyin_store::{StoreError, SystemTx, idempotency, jobs};

/// How long a finished job is kept for the administrator's page.
const JOBS_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long the answer to an idempotent request is kept.
const ANSWERS_KEPT: Duration = Duration::from_secs(24 * 3600);
/// Rows of one round, so that no transaction is long.
const BATCH: u32 = 500;
/// Upkeep is never urgent.
const PERIOD: Duration = Duration::from_secs(600);

/// The upkeep every installation needs.
#[must_use]
pub fn work() -> Work {
    let reconciler = |name, run| Reconciler {
        name,
        period: PERIOD,
        run,
    };
    Work {
        reconcilers: vec![
            reconciler("cleanup.jobs", remove_old_jobs),
            reconciler("cleanup.idempotency", remove_old_answers),
        ],
        ..Work::default()
    }
}

fn remove_old_jobs(system: &mut SystemTx<'_>, tick: &Tick) -> Result<Round, StoreError> {
    let done = jobs::prune(system, tick.now().minus(JOBS_KEPT), BATCH)?;
    Ok(Round {
        done,
        next_due: None,
    })
}

fn remove_old_answers(system: &mut SystemTx<'_>, tick: &Tick) -> Result<Round, StoreError> {
    let done = idempotency::prune(system, tick.now().minus(ANSWERS_KEPT), BATCH)?;
    Ok(Round {
        done,
        next_due: None,
    })
}
