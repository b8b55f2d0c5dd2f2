//! Business calendars: who may change them, and the same made ready to count with.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use zhiyin_domain::calendars::{BusinessTime, CalendarRules};
use zhiyin_domain::ids::CalendarId;
use zhiyin_store::{StoreError, Tx, calendars as store};

/// Calendars kept ready. More than a workspace uses at a time; when it is full it is
/// emptied, and filled again as calendars are asked for.
const READY_MAX: usize = 256;

/// Calendars that were made ready, by what they say: holidays of a year are looked up once
/// and not for every message. What is kept depends on nothing but its key, so it is never
/// out of date.
static READY: LazyLock<Mutex<HashMap<String, Arc<BusinessTime>>>> = LazyLock::new(Mutex::default);

/// A calendar ready to count with. None if there is none of that name any more, or if its
/// rules cannot be used by this program.
pub(crate) fn business_time(
    tx: &mut Tx<'_>,
    id: CalendarId,
) -> Result<Option<Arc<BusinessTime>>, StoreError> {
    Ok(store::rules(tx, id)?.as_ref().and_then(ready))
}

/// Rules made ready to count with, or found ready.
pub(crate) fn ready(rules: &CalendarRules) -> Option<Arc<BusinessTime>> {
    let key = serde_json::to_string(rules).ok()?;
    let mut known = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(&key) {
        return Some(Arc::clone(found));
    }
    let made = Arc::new(BusinessTime::new(rules).ok()?);
    if known.len() >= READY_MAX {
        known.clear();
    }
    known.insert(key, Arc::clone(&made));
    Some(made)
}
