//! The loop of a reconciler: under a lease, one bounded round in one transaction.

use std::time::Duration;

use zhiyin_app::App;
use zhiyin_app::work::{Reconciler, Tick};
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

    /// Taking the lease and the round are one transaction: the row of the lease is locked
    /// until the commit, so two nodes never run a round at once, whatever their clocks say.
    async fn turn(&self) -> Result<Turn, StoreError> {
        let tick = Tick::new(&self.app, self.reconciler.name);
        let node = self.app.parts().settings.node.clone();
        let Reconciler { name, run, .. } = self.reconciler;
        let round = self
            .app
            .store()
            .write_system(move |system: &mut SystemTx<'_>| {
                let lease = leases::acquire(system, name, &node, tick.now(), LEASE)?;
                lease.map(|_| run(system, &tick)).transpose()
            })
            .await?;
        Ok(match round {
            Some(round) if round.done > 0 => {
                tracing::debug!(
                    worker.station = name,
                    worker.done = round.done,
                    "Reconciled"
                );
                Turn::Busy
            }
            Some(round) => Turn::Idle {
                next_due: round.next_due,
            },
            None => Turn::IDLE,
        })
    }
}
