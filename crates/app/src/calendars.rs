//! Business calendars: who may change them, and the same made ready to count with.
//!
//! When a calendar changes, sessions whose deadlines count by it are looked at again soon.

pub(crate) mod hours;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use zhiyin_domain::calendars::ical::{self, IcalError, Skipped};
use zhiyin_domain::calendars::{
    BusinessTime, Calendar, CalendarDay, CalendarError, CalendarRules, Date,
};
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::CalendarId;
use zhiyin_domain::limits::CALENDARS_MAX;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::calendars::{self as store, CalendarUser};
use zhiyin_store::{StoreError, Tx, journey};

use crate::Context;

/// Days shown at once.
pub const CALENDAR_DAYS_SHOWN_MAX: usize = 400;

/// Why something with a calendar was refused.
#[derive(Debug, thiserror::Error)]
pub enum CalendarUseError {
    /// No such calendar.
    #[error("no such calendar")]
    NotFound(CalendarId),
    /// Somebody else changed it.
    #[error("somebody else has changed the calendar")]
    Stale,
    /// Another calendar has this name.
    #[error("another calendar has this name")]
    NameTaken,
    /// There are as many as there may be.
    #[error("there are {CALENDARS_MAX} calendars already")]
    TooMany,
    /// Something counts by it.
    #[error("the calendar is used")]
    InUse(Vec<CalendarUser>),
    /// The rules are not possible.
    #[error(transparent)]
    Rules(#[from] CalendarError),
    /// The calendar file cannot be read.
    #[error(transparent)]
    File(#[from] IcalError),
    /// The permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A calendar as it is now.
#[derive(Debug, Clone)]
pub struct CalendarView {
    /// The calendar.
    pub calendar: Calendar,
    /// Whether somebody is there.
    pub is_open_now: bool,
    /// When that is different; none if it is not for three years.
    pub next_change_at: Option<Timestamp>,
}

/// What changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct CalendarPatch {
    /// What people call it.
    pub name: Option<Name>,
    /// The rules.
    pub rules: Option<CalendarRules>,
    /// The version that was read; an older one is refused.
    pub version: Option<i64>,
}

fn view(ctx: &Context, calendar: Calendar) -> CalendarView {
    let business = ready(&calendar.rules);
    let now = ctx.now();
    let is_open_now = business.as_ref().is_some_and(|it| it.is_open(now));
    let next_change_at = business.and_then(|it| {
        if is_open_now {
            it.next_closing(now)
        } else {
            it.next_opening(now)
        }
    });
    CalendarView {
        calendar,
        is_open_now,
        next_change_at,
    }
}

fn changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CalendarId,
    change: Change,
) -> Result<(), StoreError> {
    let event = Event::SettingChanged {
        aggregate: Aggregate::Calendar,
        id: id.uuid(),
        change,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

fn taken(error: StoreError) -> CalendarUseError {
    if error.is_unique_violation("calendars_name") {
        CalendarUseError::NameTaken
    } else {
        error.into()
    }
}

/// All calendars by name.
pub fn list_calendars(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<CalendarView>, StoreError> {
    let calendars = store::list(tx)?.into_iter();
    Ok(calendars.map(|calendar| view(ctx, calendar)).collect())
}

/// One calendar.
pub fn get_calendar(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CalendarId,
) -> Result<CalendarView, CalendarUseError> {
    let calendar = store::get(tx, id)?.ok_or(CalendarUseError::NotFound(id))?;
    Ok(view(ctx, calendar))
}

/// Makes a calendar.
pub fn create_calendar(
    tx: &mut Tx<'_>,
    ctx: &Context,
    name: Name,
    rules: CalendarRules,
) -> Result<CalendarView, CalendarUseError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    rules.check()?;
    if store::list(tx)?.len() >= CALENDARS_MAX {
        return Err(CalendarUseError::TooMany);
    }
    let calendar = Calendar {
        id: ctx.id(),
        name,
        rules,
        created_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &calendar).map_err(taken)?;
    changed(tx, ctx, calendar.id, Change::Created)?;
    Ok(view(ctx, calendar))
}

/// Changes a calendar.
pub fn update_calendar(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CalendarId,
    patch: CalendarPatch,
) -> Result<CalendarView, CalendarUseError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let before = store::get(tx, id)?.ok_or(CalendarUseError::NotFound(id))?;
    if patch
        .version
        .is_some_and(|version| version != before.version)
    {
        return Err(CalendarUseError::Stale);
    }
    let calendar = Calendar {
        name: patch.name.unwrap_or_else(|| before.name.clone()),
        rules: patch.rules.unwrap_or_else(|| before.rules.clone()),
        ..before.clone()
    };
    save(tx, ctx, &before, calendar)
}

fn save(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &Calendar,
    calendar: Calendar,
) -> Result<CalendarView, CalendarUseError> {
    if calendar == *before {
        return Ok(view(ctx, calendar));
    }
    calendar.rules.check()?;
    let are_other_rules = calendar.rules != before.rules;
    let calendar = store::save(tx, calendar).map_err(taken)?;
    if are_other_rules {
        journey::wake_all(tx, ctx.now())?;
    }
    changed(tx, ctx, calendar.id, Change::Updated)?;
    Ok(view(ctx, calendar))
}

/// Removes a calendar nothing counts by.
pub fn delete_calendar(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CalendarId,
) -> Result<(), CalendarUseError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    store::get(tx, id)?.ok_or(CalendarUseError::NotFound(id))?;
    let users = store::users(tx, id)?;
    if !users.is_empty() {
        return Err(CalendarUseError::InUse(users));
    }
    store::delete(tx, id)?;
    Ok(changed(tx, ctx, id, Change::Deleted)?)
}

/// What an import did.
#[derive(Debug, Clone)]
pub struct CalendarImport {
    /// The calendar with the days in it.
    pub view: CalendarView,
    /// How many days.
    pub added: usize,
    /// What was left out, and why.
    pub left_out: Vec<Skipped>,
}

/// Takes in the days of a calendar file, in place of what was set on those days.
pub fn import_calendar(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CalendarId,
    text: &str,
) -> Result<CalendarImport, CalendarUseError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let before = store::get(tx, id)?.ok_or(CalendarUseError::NotFound(id))?;
    let imported = ical::parse(text)?;
    let mut calendar = before.clone();
    let added = calendar.rules.import(imported.days);
    let view = save(tx, ctx, &before, calendar)?;
    Ok(CalendarImport {
        view,
        added,
        left_out: imported.skipped,
    })
}

/// How days of a calendar are, at most [`CALENDAR_DAYS_SHOWN_MAX`].
pub fn calendar_days(
    tx: &mut Tx<'_>,
    id: CalendarId,
    from: Date,
    days: usize,
) -> Result<Vec<CalendarDay>, CalendarUseError> {
    let rules = store::rules(tx, id)?.ok_or(CalendarUseError::NotFound(id))?;
    preview_calendar(&rules, from, days)
}

/// The same for rules that are not saved yet.
pub fn preview_calendar(
    rules: &CalendarRules,
    from: Date,
    days: usize,
) -> Result<Vec<CalendarDay>, CalendarUseError> {
    Ok(rules.days(from, days.min(CALENDAR_DAYS_SHOWN_MAX))?)
}

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
    found_or_made(&key, || BusinessTime::new(rules).ok())
}

/// The same for rules as they are stored: they are only read when they are not ready yet.
pub(crate) fn ready_text(rules: &str) -> Option<Arc<BusinessTime>> {
    found_or_made(rules, || {
        let rules: CalendarRules = serde_json::from_str(rules).ok()?;
        BusinessTime::new(&rules).ok()
    })
}

fn found_or_made(
    key: &str,
    build: impl FnOnce() -> Option<BusinessTime>,
) -> Option<Arc<BusinessTime>> {
    let mut known = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(key) {
        return Some(Arc::clone(found));
    }
    let made = Arc::new(build()?);
    if known.len() >= READY_MAX {
        known.clear();
    }
    known.insert(key.to_owned(), Arc::clone(&made));
    Some(made)
}
