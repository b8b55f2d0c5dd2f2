//! Forgetting what has run out.

use std::time::Duration;

use zhiyin_domain::identity::lockout;
use zhiyin_store::identity::{invitations, login_failures, login_sessions, password_resets};
use zhiyin_store::{StoreError, SystemTx};

use crate::App;
use crate::work::{Reconciler, Round, RoundFuture};

/// How long something that has run out is kept, for questions about it.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// Removes sessions, invitations, resets and failures that have run out.
pub(super) const SWEEP: Reconciler = Reconciler {
    name: "identity.sweep",
    period: Duration::from_hours(1),
    rest: Duration::from_hours(1),
    run: sweep,
};

fn sweep(app: App) -> RoundFuture {
    Box::pin(async move {
        let now = app.clock().now();
        let swept = app.store().write_system(move |system: &mut SystemTx<'_>| {
            let before = now.minus(KEPT);
            login_sessions::sweep(system, before)?;
            invitations::sweep(system, before)?;
            password_resets::sweep(system, before)?;
            let memory = lockout::ADDRESS.memory.max(lockout::ACCOUNT.memory);
            login_failures::sweep(system, now.minus(memory))?;
            Ok::<_, StoreError>(())
        });
        swept.await?;
        // One round removes everything there is, so none follows at once.
        Ok(Round::default())
    })
}
