//! Figures for the operator.

use crate::engine::Dialect;
use crate::error::StoreError;
use crate::params;
use crate::tx::SystemTx;

/// What waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Jobs that are not done, by state.
    pub jobs: Vec<(String, i64)>,
    /// Committed events without a number.
    pub events_unpublished: i64,
}

/// Whether the database answers at all.
pub fn ping(system: &mut SystemTx) -> Result<(), StoreError> {
    system.one("SELECT 1 AS one", params![])?;
    Ok(())
}

/// Reads the figures.
pub fn figures(system: &mut SystemTx) -> Result<Figures, StoreError> {
    let jobs = system
        .query(
            "SELECT state, count(*) AS count FROM jobs WHERE state <> 'done' GROUP BY state ORDER BY state",
            params![],
        )?
        .iter()
        .map(|row| Ok((row.get("state")?, row.get("count")?)))
        .collect::<Result<_, StoreError>>()?;
    let events_unpublished = match system.dialect() {
        Dialect::Sqlite => 0,
        Dialect::Postgres => system
            .one(
                "SELECT count(*) AS count FROM events WHERE seq IS NULL",
                params![],
            )?
            .get("count")?,
    };
    Ok(Figures {
        jobs,
        events_unpublished,
    })
}
