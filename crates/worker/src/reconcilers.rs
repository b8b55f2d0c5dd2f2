//! The loop of a reconciler: a bounded round, under a lease.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zhiyin_app::App;
use zhiyin_app::work::Reconciler;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{StoreError, SystemTx, leases};

use crate::turn::{Station, Turn};

/// How long a lease is held without being renewed; it is renewed at half of it, so that a
/// loop woken by every commit does not write with every turn.
const LEASE: Duration = Duration::from_secs(30);

/// Runs one reconciler.
pub struct ReconcilerLoop {
    app: App,
    reconciler: Reconciler,
    /// Until when the lease is held.
    held_until: Mutex<Option<Timestamp>>,
}

impl ReconcilerLoop {
    /// A loop at rest.
    #[must_use]
    pub fn new(app: App, reconciler: Reconciler) -> Self {
        Self {
            app,
            reconciler,
            held_until: Mutex::default(),
        }
    }

    /// Takes or renews the lease where it is not fresh. False while another node holds it.
    async fn hold(&self, now: Timestamp) -> Result<bool, StoreError> {
        let held = *self.held();
        if held.is_some_and(|until| until > now && until.since(now) > LEASE / 2) {
            return Ok(true);
        }
        let name = self.reconciler.name;
        let node = self.app.parts().settings.node.clone();
        let acquire =
            move |system: &mut SystemTx<'_>| leases::acquire(system, name, &node, now, LEASE);
        let lease = self.app.store().write_system(acquire).await?;
        let until = lease.map(|lease| lease.expires_at);
        *self.held() = until;
        Ok(until.is_some())
    }

    fn held(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.held_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Station for ReconcilerLoop {
    fn name(&self) -> &'static str {
        self.reconciler.name
    }

    fn period(&self) -> Duration {
        self.reconciler.period
    }

    fn rest(&self) -> Duration {
        self.reconciler.rest
    }

    /// The lease only saves several nodes from doing the same reading; each piece of the
    /// round checks the state in its own transaction.
    async fn turn(&self) -> Result<Turn, StoreError> {
        let Reconciler { name, run, .. } = self.reconciler;
        let now = self.app.clock().now();
        if !self.hold(now).await? {
            return Ok(Turn::Idle {
                next_due: Some(now.plus(LEASE)),
            });
        }
        match run(self.app.clone()).await {
            Ok(round) if round.done > 0 => {
                tracing::debug!(
                    worker.station = name,
                    worker.done = round.done,
                    "Reconciled"
                );
                Ok(Turn::Busy)
            }
            Ok(round) => Ok(Turn::Idle {
                next_due: round.next_due,
            }),
            Err(error) => {
                tracing::warn!(worker.station = name, "Reconciler {name} failed: {error}");
                Err(StoreError::Aborted)
            }
        }
    }
}
