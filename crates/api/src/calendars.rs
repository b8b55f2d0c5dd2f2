//! Business calendars over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::calendars::{
    self as use_cases, CalendarImport, CalendarPatch, CalendarUseError, CalendarView,
};
use zhiyin_domain::calendars::ical::{IcalError, SkipReason, Skipped};
use zhiyin_domain::calendars::{CalendarDay, CalendarRules, Date, Interval};
use zhiyin_domain::ids::CalendarId;
use zhiyin_domain::name::Name;
use zhiyin_domain::time::Timestamp;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Query, Valid};
use crate::identity::field;
use crate::state::AppState;

/// Days that are shown when nobody says how many.
const DAYS_DEFAULT: usize = 62;
/// Users of a calendar that are named when it cannot be removed.
const USERS_NAMED: usize = 5;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_calendars, create_calendar))
        .routes(routes!(get_calendar, update_calendar, delete_calendar))
        .routes(routes!(import_calendar))
        .routes(routes!(list_calendar_days))
        .routes(routes!(preview_calendar))
}

/// When somebody is there.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarDto {
    /// Identifier.
    #[schema(value_type = String, example = "cl_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: CalendarId,
    /// What people call it.
    pub name: String,
    /// `{ time_zone, weekly, holidays, exceptions }`.
    #[schema(value_type = Object)]
    pub rules: CalendarRules,
    /// Whether somebody is there now.
    pub is_open_now: bool,
    /// When that is different; `null` if it is not for three years.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_change_at: Option<Timestamp>,
    /// Rises with every change.
    pub version: i64,
}

impl From<CalendarView> for CalendarDto {
    fn from(view: CalendarView) -> Self {
        let it = view.calendar;
        Self {
            id: it.id,
            name: it.name.into_string(),
            rules: it.rules,
            is_open_now: view.is_open_now,
            next_change_at: view.next_change_at,
            version: it.version,
        }
    }
}

/// All calendars by name.
#[utoipa::path(get, path = "/api/v1/calendars", tag = "standards",
    responses((status = 200, body = Page<CalendarDto>)))]
pub async fn list_calendars(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<CalendarDto>>> {
    let calendars = app.read(&caller.0, use_cases::list_calendars).await?;
    Ok(Json(Page {
        items: calendars.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// One calendar.
#[utoipa::path(get, path = "/api/v1/calendars/{id}", tag = "standards",
    params(("id" = String, Path)), responses((status = 200, body = CalendarDto)))]
pub async fn get_calendar(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CalendarId>,
) -> ApiResult<Json<CalendarDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::get_calendar(tx, ctx, id)
        })
        .await?;
    Ok(Json(view.into()))
}

/// A new calendar.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarBody {
    /// What people call it.
    pub name: String,
    /// `{ time_zone, weekly, holidays, exceptions }`.
    #[schema(value_type = Object)]
    pub rules: CalendarRules,
}

/// Makes a calendar.
#[utoipa::path(post, path = "/api/v1/calendars", tag = "standards", request_body = CalendarBody,
    responses((status = 201, body = CalendarDto)))]
pub async fn create_calendar(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<CalendarBody>,
) -> ApiResult<(StatusCode, Json<CalendarDto>)> {
    let name = field::<Name>(&body.name, "/name")?;
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_calendar(tx, ctx, name.clone(), body.rules.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// What changes in a calendar; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarPatchBody {
    /// What people call it.
    pub name: Option<String>,
    /// The rules, as a whole.
    #[schema(value_type = Option<Object>)]
    pub rules: Option<CalendarRules>,
    /// The version that was read: when it is older than the present one, nothing changes.
    pub version: Option<i64>,
}

/// Changes a calendar. Deadlines that count by it move.
#[utoipa::path(patch, path = "/api/v1/calendars/{id}", tag = "standards",
    params(("id" = String, Path)), request_body = CalendarPatchBody,
    responses((status = 200, body = CalendarDto)))]
pub async fn update_calendar(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CalendarId>,
    Valid(body): Valid<CalendarPatchBody>,
) -> ApiResult<Json<CalendarDto>> {
    let patch = CalendarPatch {
        name: body.name.map(|name| field(&name, "/name")).transpose()?,
        rules: body.rules,
        version: body.version,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_calendar(tx, ctx, id, patch.clone())
        })
        .await?;
    Ok(Json(view.into()))
}

/// Removes a calendar that nothing counts by.
#[utoipa::path(delete, path = "/api/v1/calendars/{id}", tag = "standards",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn delete_calendar(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CalendarId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_calendar(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A calendar file.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarImportBody {
    /// The file (iCalendar), at most 2 MB.
    pub text: String,
}

/// What an import did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarImportDto {
    /// The calendar with the days in it.
    pub calendar: CalendarDto,
    /// How many days.
    pub added: usize,
    /// What was left out.
    pub left_out: Vec<LeftOutDto>,
}

/// An entry of a calendar file that was left out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeftOutDto {
    /// The line it begins at, from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// `not_whole_days`, `no_date`, `length`, `repetition`, `not_marked` or `cancelled`.
    pub reason: &'static str,
}

impl From<Skipped> for LeftOutDto {
    fn from(it: Skipped) -> Self {
        let reason = match it.reason {
            SkipReason::NotWholeDays => "not_whole_days",
            SkipReason::NoDate => "no_date",
            SkipReason::Length => "length",
            SkipReason::Repetition => "repetition",
            SkipReason::NotMarked => "not_marked",
            SkipReason::Cancelled => "cancelled",
        };
        Self {
            line: it.line,
            name: it.name,
            reason,
        }
    }
}

impl From<CalendarImport> for CalendarImportDto {
    fn from(it: CalendarImport) -> Self {
        Self {
            calendar: it.view.into(),
            added: it.added,
            left_out: it.left_out.into_iter().map(Into::into).collect(),
        }
    }
}

/// Takes in the days of a calendar file, in place of what was set on those days.
#[utoipa::path(post, path = "/api/v1/calendars/{id}/import", tag = "standards",
    params(("id" = String, Path)), request_body = CalendarImportBody,
    responses((status = 200, body = CalendarImportDto)))]
pub async fn import_calendar(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CalendarId>,
    Valid(body): Valid<CalendarImportBody>,
) -> ApiResult<Json<CalendarImportDto>> {
    let imported = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::import_calendar(tx, ctx, id, &body.text)
        })
        .await?;
    Ok(Json(imported.into()))
}

/// Which days.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// The first, `YYYY-MM-DD`.
    pub from: String,
    /// How many, at most 400; 62 if left out.
    pub days: Option<usize>,
}

/// Days of a calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarDaysDto {
    /// In order.
    pub items: Vec<CalendarDayDto>,
}

/// One day of a calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarDayDto {
    /// Which.
    #[schema(example = "2026-10-01")]
    pub date: String,
    /// When somebody is there, `{ from, to }` as `HH:MM`; empty when nobody is.
    #[schema(value_type = Vec<Object>)]
    pub intervals: Vec<Interval>,
    /// What people call it, where it is not like every week.
    pub name: Option<String>,
    /// `regular`, `holiday` or `exception`.
    pub kind: &'static str,
}

impl From<Vec<CalendarDay>> for CalendarDaysDto {
    fn from(days: Vec<CalendarDay>) -> Self {
        let day = |it: CalendarDay| CalendarDayDto {
            date: it.date.to_string(),
            intervals: it.intervals,
            name: it.name,
            kind: it.kind.as_str(),
        };
        Self {
            items: days.into_iter().map(day).collect(),
        }
    }
}

fn date(text: &str, path: &str) -> ApiResult<Date> {
    text.parse().map_err(|_| {
        ApiError::unprocessable(Code::InvalidField).field_detail(
            path,
            "invalid",
            "Write a date as 2026-10-01.",
        )
    })
}

/// How days of a calendar are.
#[utoipa::path(get, path = "/api/v1/calendars/{id}/days", tag = "standards",
    params(("id" = String, Path), DaysQuery), responses((status = 200, body = CalendarDaysDto)))]
pub async fn list_calendar_days(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CalendarId>,
    Query(query): Query<DaysQuery>,
) -> ApiResult<Json<CalendarDaysDto>> {
    let from = date(&query.from, "from")?;
    let count = query.days.unwrap_or(DAYS_DEFAULT);
    let days = app
        .read(&caller.0, move |tx, _| {
            use_cases::calendar_days(tx, id, from, count)
        })
        .await?;
    Ok(Json(days.into()))
}

/// Rules to be looked at.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarPreviewBody {
    /// `{ time_zone, weekly, holidays, exceptions }`.
    #[schema(value_type = Object)]
    pub rules: CalendarRules,
    /// The first day, `YYYY-MM-DD`.
    pub from: String,
    /// How many, at most 400; 62 if left out.
    pub days: Option<usize>,
}

/// How days of a calendar would be whose rules are not saved.
#[utoipa::path(post, path = "/api/v1/calendars/preview", tag = "standards",
    request_body = CalendarPreviewBody, responses((status = 200, body = CalendarDaysDto)))]
pub async fn preview_calendar(
    _caller: Caller,
    Valid(body): Valid<CalendarPreviewBody>,
) -> ApiResult<Json<CalendarDaysDto>> {
    let from = date(&body.from, "/from")?;
    let count = body.days.unwrap_or(DAYS_DEFAULT);
    Ok(Json(
        use_cases::preview_calendar(&body.rules, from, count)?.into(),
    ))
}

impl From<CalendarUseError> for ApiError {
    fn from(error: CalendarUseError) -> Self {
        match error {
            CalendarUseError::NotFound(_) => Self::not_found("calendar"),
            CalendarUseError::Stale => Self::conflict(Code::Changed),
            CalendarUseError::NameTaken => Self::conflict(Code::AlreadyExists).field("/name"),
            CalendarUseError::TooMany => {
                Self::unprocessable(Code::TooMany).detail(error.to_string())
            }
            CalendarUseError::InUse(users) => {
                let first = users.iter().take(USERS_NAMED);
                let mut names: Vec<String> = first
                    .map(|user| format!("{} “{}”", user.kind, user.name))
                    .collect();
                if users.len() > USERS_NAMED {
                    names.push(format!("{} more", users.len() - USERS_NAMED));
                }
                let detail = format!(
                    "The calendar is used by {}. Choose another one there first.",
                    names.join(", ")
                );
                Self::conflict(Code::InUse).detail(detail)
            }
            CalendarUseError::Rules(error) => Self::unprocessable(Code::InvalidField).field_detail(
                "/rules",
                "invalid",
                error.to_string(),
            ),
            CalendarUseError::File(error) => {
                let code = match error {
                    IcalError::TooLarge | IcalError::TooManyDays => Code::TooMany,
                    IcalError::NotACalendar | IcalError::CutOff => Code::InvalidField,
                };
                Self::unprocessable(code).field_detail("/text", "invalid", error.to_string())
            }
            CalendarUseError::Denied(denied) => denied.into(),
            CalendarUseError::Store(source) => source.into(),
        }
    }
}
