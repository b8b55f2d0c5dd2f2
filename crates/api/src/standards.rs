//! Service standards over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::standards::{self as use_cases, NewStandard, StandardError, StandardPatch};
use zhiyin_domain::ids::{CalendarId, StandardId};
use zhiyin_domain::name::Name;
use zhiyin_domain::standards::{Standard, Terms};

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Valid, present};
use crate::identity::field;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_standards, create_standard))
        .routes(routes!(update_standard, delete_standard))
        .routes(routes!(order_standards))
}

/// How soon a customer is answered, and what happens when not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StandardDto {
    /// Identifier.
    #[schema(value_type = String, example = "sd_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: StandardId,
    /// What people call it.
    pub name: String,
    /// Of several that match, the one with the smallest place holds.
    pub place: i64,
    /// Whether it is used.
    pub is_enabled: bool,
    /// When there is anybody, for targets in business time; without, they run on.
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<CalendarId>,
    /// `{ conditions, targets, actions, guidance }`.
    #[schema(value_type = Object)]
    pub terms: Terms,
    /// Rises with every change.
    pub version: i64,
}

impl From<Standard> for StandardDto {
    fn from(it: Standard) -> Self {
        Self {
            id: it.id,
            name: it.name.into_string(),
            place: it.place,
            is_enabled: it.is_enabled,
            calendar_id: it.calendar_id,
            terms: it.terms,
            version: it.version,
        }
    }
}

fn page(standards: Vec<Standard>) -> Json<Page<StandardDto>> {
    Json(Page {
        items: standards.into_iter().map(Into::into).collect(),
        next: None,
    })
}

/// All standards in their order.
#[utoipa::path(get, path = "/api/v1/standards", tag = "standards",
    responses((status = 200, body = Page<StandardDto>)))]
pub async fn list_standards(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<StandardDto>>> {
    let standards = app
        .read(&caller.0, |tx, _| use_cases::list_standards(tx))
        .await?;
    Ok(page(standards))
}

const fn yes() -> bool {
    true
}

/// A new standard.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardBody {
    /// What people call it.
    pub name: String,
    /// Whether it is used; it is if left out.
    #[serde(default = "yes")]
    pub is_enabled: bool,
    /// When there is anybody.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<CalendarId>,
    /// `{ conditions, targets, actions, guidance }`; each may be left out.
    #[schema(value_type = Object)]
    pub terms: Terms,
}

/// Makes a standard; it comes behind the others.
#[utoipa::path(post, path = "/api/v1/standards", tag = "standards", request_body = StandardBody,
    responses((status = 201, body = StandardDto)))]
pub async fn create_standard(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<StandardBody>,
) -> ApiResult<(StatusCode, Json<StandardDto>)> {
    let new = NewStandard {
        name: field::<Name>(&body.name, "/name")?,
        is_enabled: body.is_enabled,
        calendar_id: body.calendar_id,
        terms: body.terms,
    };
    let standard = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_standard(tx, ctx, new.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(standard.into())))
}

/// What changes in a standard; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardPatchBody {
    /// What people call it.
    pub name: Option<String>,
    /// Whether it is used.
    pub is_enabled: Option<bool>,
    /// When there is anybody, or `null`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<Option<CalendarId>>,
    /// What it says, as a whole.
    #[schema(value_type = Option<Object>)]
    pub terms: Option<Terms>,
    /// The version that was read: when it is older than the present one, nothing changes.
    pub version: Option<i64>,
}

/// Changes a standard. Sessions it holds for are counted anew.
#[utoipa::path(patch, path = "/api/v1/standards/{id}", tag = "standards",
    params(("id" = String, Path)), request_body = StandardPatchBody,
    responses((status = 200, body = StandardDto)))]
pub async fn update_standard(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<StandardId>,
    Valid(body): Valid<StandardPatchBody>,
) -> ApiResult<Json<StandardDto>> {
    let patch = StandardPatch {
        name: body.name.map(|name| field(&name, "/name")).transpose()?,
        is_enabled: body.is_enabled,
        calendar_id: body.calendar_id,
        terms: body.terms,
        version: body.version,
    };
    let standard = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_standard(tx, ctx, id, patch.clone())
        })
        .await?;
    Ok(Json(standard.into()))
}

/// Removes a standard. Sessions it held for get the next one that matches.
#[utoipa::path(delete, path = "/api/v1/standards/{id}", tag = "standards",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn delete_standard(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<StandardId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_standard(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An order of all standards.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardOrderBody {
    /// All of them, the one that holds first at the front.
    #[schema(value_type = Vec<String>)]
    pub ids: Vec<StandardId>,
}

/// Puts the standards into an order: of several that match, the first holds.
#[utoipa::path(put, path = "/api/v1/standards/order", tag = "standards",
    request_body = StandardOrderBody, responses((status = 200, body = Page<StandardDto>)))]
pub async fn order_standards(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<StandardOrderBody>,
) -> ApiResult<Json<Page<StandardDto>>> {
    let standards = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::order_standards(tx, ctx, &body.ids)
        })
        .await?;
    Ok(page(standards))
}

impl From<StandardError> for ApiError {
    fn from(error: StandardError) -> Self {
        match error {
            StandardError::NotFound(_) => Self::not_found("standard"),
            StandardError::Stale => Self::conflict(Code::Changed),
            StandardError::NameTaken => Self::conflict(Code::AlreadyExists).field("/name"),
            StandardError::TooMany => Self::unprocessable(Code::TooMany).detail(error.to_string()),
            StandardError::Unknown { path, .. } => Self::unprocessable(Code::InvalidField)
                .field_detail(path, "unknown", error.to_string()),
            StandardError::Order => {
                // Somebody added or removed one meanwhile.
                Self::conflict(Code::Changed).detail(error.to_string())
            }
            StandardError::Terms(error) => Self::unprocessable(Code::InvalidField).field_detail(
                "/terms",
                "invalid",
                error.to_string(),
            ),
            StandardError::Denied(denied) => denied.into(),
            StandardError::Store(source) => source.into(),
        }
    }
}
