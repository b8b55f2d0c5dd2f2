//! Leases: work that one node does at a time.
//!
//! Each change of holder raises the fence. Whoever writes on the strength of a lease
//! checks the fence in the same transaction, so a node that slept through the end of
//! its lease cannot write after its successor.

use std::time::Duration;

use zhiyin_domain::time::Timestamp;

use crate::error::StoreError;
use crate::params;
use crate::tx::SystemTx;

/// A lease that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// For what.
    pub name: String,
    /// Rises with each holder.
    pub fence: i64,
    /// Until when, unless renewed.
    pub expires_at: Timestamp,
}

/// Takes or renews a lease; `None` while another holds it.
pub fn acquire(
    system: &mut SystemTx,
    name: &str,
    holder: &str,
    now: Timestamp,
    duration: Duration,
) -> Result<Option<Lease>, StoreError> {
    let expires_at = now.plus(duration);
    let row = system.maybe(
        "INSERT INTO leases (name, holder, fence, expires_at) VALUES ($1, $2, 1, $3)
         ON CONFLICT (name) DO UPDATE SET
             fence = CASE WHEN leases.holder = $2 AND leases.expires_at > $4 THEN leases.fence ELSE leases.fence + 1 END,
             holder = $2, expires_at = $3
         WHERE leases.holder = $2 OR leases.expires_at <= $4
         RETURNING fence",
        params![name, holder, expires_at, now],
    )?;
    row.map(|row| {
        Ok(Lease {
            name: name.to_owned(),
            fence: row.get("fence")?,
            expires_at,
        })
    })
    .transpose()
}

/// Fails with `Conflict` unless this is still the latest holder; for the start of a
/// transaction that relies on the lease.
pub fn check(system: &mut SystemTx, lease: &Lease) -> Result<(), StoreError> {
    let lock = system.for_update();
    let sql = format!("SELECT fence FROM leases WHERE name = $1{lock}");
    let row = system
        .maybe(&sql, params![lease.name])?
        .ok_or(StoreError::conflict("leases"))?;
    if row.get::<i64>("fence")? == lease.fence {
        Ok(())
    } else {
        Err(StoreError::conflict("leases"))
    }
}

/// Gives a lease back before its time, so that another node need not wait.
pub fn release(system: &mut SystemTx, lease: &Lease, now: Timestamp) -> Result<(), StoreError> {
    system.execute(
        "UPDATE leases SET expires_at = $1 WHERE name = $2 AND fence = $3 AND expires_at > $1",
        params![now, lease.name, lease.fence],
    )?;
    Ok(())
}
