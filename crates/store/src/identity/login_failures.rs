//! Failed log-ins, kept under a keyed hash of the account or the network address.

use zhiyin_domain::identity::lockout::Failures;
use zhiyin_domain::time::Timestamp;

use crate::error::StoreError;
use crate::params;
use crate::tx::SystemTx;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted<'a> {
    /// Attempts on one account, by its normalised address, whether it exists or not.
    Account(&'a str),
    /// Attempts from one network address.
    Address(&'a str),
}

fn key(system: &mut SystemTx, counted: Counted) -> Result<Vec<u8>, StoreError> {
    match counted {
        Counted::Account(email) => system.installation_index("login_failures.account", email),
        Counted::Address(address) => system.installation_index("login_failures.address", address),
    }
}

/// What is known of failures; locks the row on engines with several writers.
pub fn get(system: &mut SystemTx, counted: Counted) -> Result<Option<Failures>, StoreError> {
    let key = key(system, counted)?;
    let sql = format!(
        "SELECT failures, last_failed_at, locked_until FROM login_failures WHERE key_hash = $1{}",
        system.for_update()
    );
    let row = system.maybe(&sql, params![key])?;
    row.map(|row| {
        Ok(Failures {
            count: row.get("failures")?,
            last_at: row.get("last_failed_at")?,
            locked_until: row.get("locked_until")?,
        })
    })
    .transpose()
}

/// Makes sure that there is a row to lock, so that two first attempts at once are both
/// counted.
pub fn prepare(system: &mut SystemTx, counted: Counted, now: Timestamp) -> Result<(), StoreError> {
    let key = key(system, counted)?;
    system.execute(
        "INSERT INTO login_failures (key_hash, failures, last_failed_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        params![key, 0_i64, now],
    )?;
    Ok(())
}

/// Remembers failures; `None` forgets them.
pub fn put(
    system: &mut SystemTx,
    counted: Counted,
    failures: Option<Failures>,
) -> Result<(), StoreError> {
    let key = key(system, counted)?;
    match failures {
        Some(failures) => system.execute(
            "INSERT INTO login_failures (key_hash, failures, last_failed_at, locked_until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (key_hash) DO UPDATE SET failures = excluded.failures,
                 last_failed_at = excluded.last_failed_at, locked_until = excluded.locked_until",
            params![key, failures.count, failures.last_at, failures.locked_until],
        )?,
        None => system.execute("DELETE FROM login_failures WHERE key_hash = $1", params![key])?,
    };
    Ok(())
}

/// Forgets failures whose last was before `before`.
pub fn sweep(system: &mut SystemTx, before: Timestamp) -> Result<u64, StoreError> {
    system.execute(
        "DELETE FROM login_failures WHERE last_failed_at < $1",
        params![before],
    )
}
