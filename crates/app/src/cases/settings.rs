//! What statuses are called, which team is which desk, and how long answers may take.

use serde::{Deserialize, Serialize};
use zhiyin_domain::cases::escalation::TimeLimit;
use zhiyin_domain::cases::procedure::Desks;
use zhiyin_domain::cases::status::{StatusLabel, StatusLabels};
use zhiyin_domain::ids::CalendarId;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_store::identity::teams;
use zhiyin_store::{StoreError, Tx, calendars};

use super::CaseError;
use super::setting::{Kept, load, save};
use crate::Context;

/// Names the document of labels.
pub(super) const LABELS: &str = "labels";
/// Names the document of desks.
pub(super) const DESKS: &str = "desks";
/// Names the document of times.
pub(super) const TIMES: &str = "times";

/// How long answers may take, and by which calendar. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseTimes {
    /// When somebody is there, for all times of cases in business time; without, they run by
    /// the clock.
    #[serde(default)]
    pub calendar_id: Option<CalendarId>,
    /// How long whoever is asked to take over a case has to answer.
    pub handover: TimeLimit,
    /// How long the owner has to answer a question of the back office.
    pub question: TimeLimit,
}

impl Default for CaseTimes {
    /// Four working hours for each.
    fn default() -> Self {
        Self {
            calendar_id: None,
            handover: TimeLimit::business_hours(4),
            question: TimeLimit::business_hours(4),
        }
    }
}

fn allowed(ctx: &Context) -> Result<(), CaseError> {
    Ok(ctx.require(Permission::ManageCaseSettings, &Resource::WORKSPACE)?)
}

/// What statuses are called.
pub fn get_labels(tx: &mut Tx<'_>) -> Result<Kept<StatusLabels>, StoreError> {
    load(tx, LABELS)
}

/// Sets what statuses are called, all at once.
pub fn set_labels(
    tx: &mut Tx<'_>,
    ctx: &Context,
    labels: Vec<StatusLabel>,
    version: i64,
) -> Result<Kept<StatusLabels>, CaseError> {
    allowed(ctx)?;
    let value = StatusLabels::new(labels)?;
    let document = value;
    Ok(save(tx, ctx, LABELS, &Kept { document, version })?)
}

/// Which team is which desk.
pub fn get_desks(tx: &mut Tx<'_>) -> Result<Kept<Desks>, StoreError> {
    load(tx, DESKS)
}

/// Sets which team is which desk. What is open stays with whom it is.
pub fn set_desks(
    tx: &mut Tx<'_>,
    ctx: &Context,
    value: Desks,
    version: i64,
) -> Result<Kept<Desks>, CaseError> {
    allowed(ctx)?;
    let wanted = value.values().copied().collect();
    if teams::known(tx, &wanted)? != wanted {
        return Err(CaseError::Unknown {
            what: "team",
            path: "/desks",
        });
    }
    let document = value;
    Ok(save(tx, ctx, DESKS, &Kept { document, version })?)
}

/// How long answers may take.
pub fn get_times(tx: &mut Tx<'_>) -> Result<Kept<CaseTimes>, StoreError> {
    load(tx, TIMES)
}

/// Sets how long answers may take. What is open keeps its deadline.
pub fn set_times(
    tx: &mut Tx<'_>,
    ctx: &Context,
    value: CaseTimes,
    version: i64,
) -> Result<Kept<CaseTimes>, CaseError> {
    allowed(ctx)?;
    if let Some(id) = value.calendar_id
        && calendars::get(tx, id)?.is_none()
    {
        return Err(CaseError::Unknown {
            what: "calendar",
            path: "/calendar_id",
        });
    }
    for (path, limit) in [("/handover", value.handover), ("/question", value.question)] {
        if !limit.is_valid() {
            return Err(CaseError::Setting {
                path,
                detail: "A time is a minute to a year.".to_owned(),
            });
        }
    }
    let document = value;
    Ok(save(tx, ctx, TIMES, &Kept { document, version })?)
}
