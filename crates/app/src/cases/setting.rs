//! Settings of cases that are one document each, with the usual ones until a company
//! changes them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_store::cases::settings as store;
use zhiyin_store::{StoreError, Tx};

use super::handling::HandlingError;
use crate::Context;

/// A document with the version that was read; 0 as long as it is the usual one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T> {
    /// What it says.
    pub document: T,
    /// Optimistic lock.
    pub version: i64,
}

/// The document in force.
pub(super) fn load<T: DeserializeOwned + Default>(
    tx: &mut Tx<'_>,
    kind: &'static str,
) -> Result<Kept<T>, StoreError> {
    let own = store::get::<T>(tx, kind)?;
    let (document, version) = own.unwrap_or_default();
    Ok(Kept { document, version })
}

/// Writes a checked document over the version that was read.
pub(super) fn save<T: Serialize + Clone>(
    tx: &mut Tx<'_>,
    ctx: &Context,
    kind: &'static str,
    new: &Kept<T>,
) -> Result<Kept<T>, HandlingError> {
    let written = store::put(tx, kind, &new.document, new.version, ctx.actor(), ctx.now());
    let version = match written {
        Err(StoreError::Conflict { .. }) => return Err(HandlingError::Stale),
        other => other?,
    };
    let change = if new.version == 0 {
        Change::Created
    } else {
        Change::Updated
    };
    let event = Event::SettingChanged {
        aggregate: Aggregate::CaseSettings,
        id: ctx.workspace().uuid(),
        change,
    };
    ctx.append(tx, &event)?;
    Ok(Kept {
        document: new.document.clone(),
        version,
    })
}
