//! The loop of a reconciler: a bounded round, under a lease.

use std::time::Duration;

use zhiyin_app::App;
use zhiyin_app::work::Reconciler;
use zhiyin_store::{StoreError, SystemTx, leases};

use crate::turn::{Station, Turn};

/// How long a lease is held without being renewed.
const LEASE: Duration = Duration::from_secs(30);

/// Runs one reconciler.
pub struct ReconcilerLoop {
    app: App,
    reconciler: Reconciler,
}

impl ReconcilerLoop {
    /// A loop at rest.
    #[must_use]
    pub fn new(app: App, reconciler: Reconciler) -> Self {
        Self { app, reconciler }
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
        let node = self.app.parts().settings.node.clone();
        let now = self.app.clock().now();
        let acquire =
            move |system: &mut SystemTx<'_>| leases::acquire(system, name, &node, now, LEASE);
        if self.app.store().write_system(acquire).await?.is_none() {
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
