//! The relay gives committed events their number in the log of the workspace.
//!
//! Only PostgreSQL needs it: there transactions become visible in another order than they
//! wrote. The store does the numbering under a row lock, so relays of several nodes do not
//! disturb each other and each node numbers what was committed on it without waiting for
//! a leader. On SQLite an event has its number when it is appended.

use std::time::Duration;

use zhiyin_app::App;
use zhiyin_store::{Dialect, StoreError, SystemTx, events};

use crate::turn::{Station, Turn};

/// Events of one turn.
const BATCH: u32 = 1000;
/// Finds what a node left behind that died between commit and publication.
const PERIOD: Duration = Duration::from_millis(500);
/// Nothing to find on SQLite.
const PERIOD_SQLITE: Duration = Duration::from_hours(1);

/// Numbers events.
pub struct Relay {
    app: App,
}

impl Relay {
    /// A relay for the program's store.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self { app }
    }
}

impl Station for Relay {
    fn name(&self) -> &'static str {
        "relay"
    }

    fn period(&self) -> Duration {
        match self.app.store().dialect() {
            Dialect::Sqlite => PERIOD_SQLITE,
            Dialect::Postgres => PERIOD,
        }
    }

    async fn turn(&self) -> Result<Turn, StoreError> {
        if self.app.store().dialect() == Dialect::Sqlite {
            return Ok(Turn::IDLE);
        }
        let publish = |system: &mut SystemTx<'_>| events::publish(system, BATCH);
        let published = self.app.store().write_system(publish).await?;
        Ok(if published.count > 0 {
            Turn::Busy
        } else {
            Turn::IDLE
        })
    }
}
