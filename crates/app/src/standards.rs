//! Service standards: who may change them, and what they may name.
//!
//! Sessions are looked at again soon after a change: another standard may hold for them, or
//! their own says something else.

use std::collections::BTreeSet;

use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{CalendarId, StandardId};
use zhiyin_domain::limits::STANDARDS_MAX;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::standards::{Action, Standard, Terms, TermsError};
use zhiyin_store::identity::{agents, teams};
use zhiyin_store::{StoreError, Tx, calendars, journey, standards as store, tags};

use crate::Context;

/// Why something with a standard was refused.
#[derive(Debug, thiserror::Error)]
pub enum StandardError {
    /// No such standard.
    #[error("no such standard")]
    NotFound(StandardId),
    /// Somebody else changed it.
    #[error("somebody else has changed the standard")]
    Stale,
    /// Another standard has this name.
    #[error("another standard has this name")]
    NameTaken,
    /// There are as many as there may be.
    #[error("there are {STANDARDS_MAX} standards already")]
    TooMany,
    /// It names something that does not exist.
    #[error("the standard names a {what} that does not exist")]
    Unknown {
        /// What is missing.
        what: &'static str,
        /// Where, as a JSON pointer into the body.
        path: &'static str,
    },
    /// An order that does not name every standard once.
    #[error("the order must name every standard once")]
    Order,
    /// The terms are not possible.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// The permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A new standard; it comes behind the others.
#[derive(Debug, Clone)]
pub struct NewStandard {
    /// What people call it.
    pub name: Name,
    /// Whether it is used.
    pub is_enabled: bool,
    /// When there is anybody.
    pub calendar_id: Option<CalendarId>,
    /// What it says.
    pub terms: Terms,
}

/// What changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct StandardPatch {
    /// What people call it.
    pub name: Option<Name>,
    /// Whether it is used.
    pub is_enabled: Option<bool>,
    /// When there is anybody, or none.
    pub calendar_id: Option<Option<CalendarId>>,
    /// What it says.
    pub terms: Option<Terms>,
    /// The version that was read; an older one is refused.
    pub version: Option<i64>,
}

fn changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: StandardId,
    change: Change,
) -> Result<(), StoreError> {
    journey::wake_all(tx, ctx.now())?;
    let event = Event::SettingChanged {
        aggregate: Aggregate::Standard,
        id: id.uuid(),
        change,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

fn taken(error: StoreError) -> StandardError {
    if error.is_unique_violation("standards_name") {
        StandardError::NameTaken
    } else {
        error.into()
    }
}

/// All standards in their order.
pub fn list_standards(tx: &mut Tx<'_>) -> Result<Vec<Standard>, StoreError> {
    store::list(tx)
}

/// Makes a standard.
pub fn create_standard(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: NewStandard,
) -> Result<Standard, StandardError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let all = store::list(tx)?;
    if all.len() >= STANDARDS_MAX {
        return Err(StandardError::TooMany);
    }
    let standard = Standard {
        id: ctx.id(),
        name: new.name,
        place: all.last().map_or(0, |last| last.place) + 1,
        is_enabled: new.is_enabled,
        calendar_id: new.calendar_id,
        terms: new.terms,
        created_at: ctx.now(),
        version: 1,
    };
    check(tx, &standard)?;
    store::insert(tx, &standard).map_err(taken)?;
    changed(tx, ctx, standard.id, Change::Created)?;
    Ok(standard)
}

/// Changes a standard.
pub fn update_standard(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: StandardId,
    patch: StandardPatch,
) -> Result<Standard, StandardError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let before = store::get(tx, id)?.ok_or(StandardError::NotFound(id))?;
    if patch
        .version
        .is_some_and(|version| version != before.version)
    {
        return Err(StandardError::Stale);
    }
    let standard = Standard {
        name: patch.name.unwrap_or_else(|| before.name.clone()),
        is_enabled: patch.is_enabled.unwrap_or(before.is_enabled),
        calendar_id: patch.calendar_id.unwrap_or(before.calendar_id),
        terms: patch.terms.unwrap_or_else(|| before.terms.clone()),
        ..before.clone()
    };
    if standard == before {
        return Ok(before);
    }
    check(tx, &standard)?;
    let standard = store::save(tx, standard).map_err(taken)?;
    changed(tx, ctx, id, Change::Updated)?;
    Ok(standard)
}

/// Removes a standard. Sessions it held for get the next one that matches; reports of the
/// past stay as they are.
pub fn delete_standard(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: StandardId,
) -> Result<(), StandardError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    store::get(tx, id)?.ok_or(StandardError::NotFound(id))?;
    store::delete(tx, id)?;
    Ok(changed(tx, ctx, id, Change::Deleted)?)
}

/// Puts the standards into an order: of several that match, the first holds.
pub fn order_standards(
    tx: &mut Tx<'_>,
    ctx: &Context,
    ids: &[StandardId],
) -> Result<Vec<Standard>, StandardError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let all = store::list(tx)?;
    let wanted: BTreeSet<StandardId> = ids.iter().copied().collect();
    let known: BTreeSet<StandardId> = all.iter().map(|standard| standard.id).collect();
    if ids.len() != all.len() || wanted != known {
        return Err(StandardError::Order);
    }
    for standard in all {
        let at = ids.iter().position(|id| *id == standard.id).unwrap_or(0);
        let place = i64::try_from(at).unwrap_or(0) + 1;
        if standard.place != place {
            let id = standard.id;
            store::save(tx, Standard { place, ..standard })?;
            changed(tx, ctx, id, Change::Updated)?;
        }
    }
    Ok(store::list(tx)?)
}

/// The terms must be possible, and everything they name must exist.
fn check(tx: &mut Tx<'_>, standard: &Standard) -> Result<(), StandardError> {
    standard.terms.check()?;
    let unknown = |what, path| StandardError::Unknown { what, path };
    if let Some(id) = standard.calendar_id {
        calendars::get(tx, id)?.ok_or(unknown("calendar", "/calendar_id"))?;
    }
    let conditions = &standard.terms.conditions;
    if agents::known_inboxes(tx, &conditions.inboxes)?.len() != conditions.inboxes.len() {
        return Err(unknown("inbox", "/terms/conditions/inboxes"));
    }
    if teams::known(tx, &conditions.teams)?.len() != conditions.teams.len() {
        return Err(unknown("team", "/terms/conditions/teams"));
    }
    if !conditions.topics.is_empty() {
        return Err(unknown("topic", "/terms/conditions/topics"));
    }
    for on in &standard.terms.actions {
        let exists = match &on.action {
            Action::Notify { agents: ids, .. } => agents::known(tx, ids)?.len() == ids.len(),
            Action::Tag { tag_id } => tags::get(tx, *tag_id)?.is_some(),
            Action::MoveToQueue { queue_id } => store::knows_queue(tx, *queue_id)?,
            Action::RaisePriority { .. } | Action::Reassign => true,
        };
        if !exists {
            let what = match &on.action {
                Action::Notify { .. } => "agent",
                Action::Tag { .. } => "tag",
                Action::MoveToQueue { .. } => "queue",
                Action::RaisePriority { .. } | Action::Reassign => "thing",
            };
            return Err(unknown(what, "/terms/actions"));
        }
    }
    Ok(())
}
