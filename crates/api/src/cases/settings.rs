//! What statuses are called, which team is which desk, how long answers may take.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::{self as use_cases, CaseTimes, Kept};
use zhiyin_domain::cases::escalation::TimeLimit;
use zhiyin_domain::cases::procedure::Desks;
use zhiyin_domain::cases::status::{StatusLabel, StatusLabels};
use zhiyin_domain::ids::CalendarId;

use crate::error::ApiResult;
use crate::extract::{Caller, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_case_labels, set_case_labels))
        .routes(routes!(get_case_desks, set_case_desks))
        .routes(routes!(get_case_times, set_case_times))
}

/// What statuses are called.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelsDto {
    /// All labels; each category has exactly one default.
    #[schema(value_type = Vec<Object>)]
    pub labels: Vec<StatusLabel>,
    /// The version that was read; 0 before the first change.
    pub version: i64,
}

impl From<Kept<StatusLabels>> for LabelsDto {
    fn from(it: Kept<StatusLabels>) -> Self {
        Self {
            labels: it.document.all().to_vec(),
            version: it.version,
        }
    }
}

/// What statuses are called.
#[utoipa::path(get, path = "/api/v1/settings/labels", tag = "cases",
    responses((status = 200, body = LabelsDto)))]
pub async fn get_case_labels(State(app): State<App>, caller: Caller) -> ApiResult<Json<LabelsDto>> {
    let kept = app
        .read(&caller.0, |tx, _| use_cases::get_labels(tx))
        .await?;
    Ok(Json(kept.into()))
}

/// Sets what statuses are called, all at once.
#[utoipa::path(put, path = "/api/v1/settings/labels", tag = "cases", request_body = LabelsDto,
    responses((status = 200, body = LabelsDto)))]
pub async fn set_case_labels(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<LabelsDto>,
) -> ApiResult<Json<LabelsDto>> {
    let kept = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::set_labels(tx, ctx, body.labels.clone(), body.version)
        })
        .await?;
    Ok(Json(kept.into()))
}

/// Which team is which desk.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DesksDto {
    /// By `technical`, `warehouse`, `finance`, `security`, `legal`, `quality`. A desk that is
    /// left out falls to the owner of a case.
    #[schema(value_type = BTreeMap<String, String>)]
    pub desks: Desks,
    /// The version that was read; 0 before the first change.
    pub version: i64,
}

impl From<Kept<Desks>> for DesksDto {
    fn from(it: Kept<Desks>) -> Self {
        Self {
            desks: it.document,
            version: it.version,
        }
    }
}

/// Which team is which desk.
#[utoipa::path(get, path = "/api/v1/settings/desks", tag = "cases",
    responses((status = 200, body = DesksDto)))]
pub async fn get_case_desks(State(app): State<App>, caller: Caller) -> ApiResult<Json<DesksDto>> {
    let kept = app
        .read(&caller.0, |tx, _| use_cases::get_desks(tx))
        .await?;
    Ok(Json(kept.into()))
}

/// Sets which team is which desk.
#[utoipa::path(put, path = "/api/v1/settings/desks", tag = "cases", request_body = DesksDto,
    responses((status = 200, body = DesksDto)))]
pub async fn set_case_desks(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<DesksDto>,
) -> ApiResult<Json<DesksDto>> {
    let kept = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::set_desks(tx, ctx, body.desks.clone(), body.version)
        })
        .await?;
    Ok(Json(kept.into()))
}

/// How long answers may take, and by which calendar.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseTimesDto {
    /// When somebody is there, for all times of cases in business time.
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<CalendarId>,
    /// How long whoever is asked to take over a case has: `{ "within_s", "basis" }`.
    #[schema(value_type = Object)]
    pub handover: TimeLimit,
    /// How long the owner has to answer a question of the back office.
    #[schema(value_type = Object)]
    pub question: TimeLimit,
    /// The version that was read; 0 before the first change.
    pub version: i64,
}

impl From<Kept<CaseTimes>> for CaseTimesDto {
    fn from(it: Kept<CaseTimes>) -> Self {
        Self {
            calendar_id: it.document.calendar_id,
            handover: it.document.handover,
            question: it.document.question,
            version: it.version,
        }
    }
}

/// How long answers may take.
#[utoipa::path(get, path = "/api/v1/settings/case-times", tag = "cases",
    responses((status = 200, body = CaseTimesDto)))]
pub async fn get_case_times(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<CaseTimesDto>> {
    let kept = app
        .read(&caller.0, |tx, _| use_cases::get_times(tx))
        .await?;
    Ok(Json(kept.into()))
}

/// Sets how long answers may take. What is open keeps its deadline.
#[utoipa::path(put, path = "/api/v1/settings/case-times", tag = "cases",
    request_body = CaseTimesDto, responses((status = 200, body = CaseTimesDto)))]
pub async fn set_case_times(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<CaseTimesDto>,
) -> ApiResult<Json<CaseTimesDto>> {
    let times = CaseTimes {
        calendar_id: body.calendar_id,
        handover: body.handover,
        question: body.question,
    };
    let kept = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::set_times(tx, ctx, times.clone(), body.version)
        })
        .await?;
    Ok(Json(kept.into()))
}
