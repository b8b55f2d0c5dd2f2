//! Types of cases: drafts, their check, and versions in force.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::{
    self as use_cases, CaseError, FindingView, NewCaseType, TypePatch, TypeView,
};
use zhiyin_domain::cases::case_type::{CaseTerms, CaseTypeVersion};
use zhiyin_domain::ids::{AgentId, CaseTypeId};
use zhiyin_domain::time::Timestamp;

use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Query, Valid, present};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_case_types, create_case_type))
        .routes(routes!(check_case_type))
        .routes(routes!(get_case_type, update_case_type))
        .routes(routes!(list_case_type_versions))
        .routes(routes!(publish_case_type))
        .routes(routes!(restore_case_type))
}

/// Something about the terms of a type.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FindingDto {
    /// For programs: `procedure.unreachable`, `form`, `closing` …
    pub code: &'static str,
    /// Whether it stands in the way of publishing.
    pub is_blocking: bool,
    /// The step it is about.
    pub step: Option<String>,
    /// In words.
    pub message: String,
}

impl From<FindingView> for FindingDto {
    fn from(it: FindingView) -> Self {
        Self {
            code: it.code,
            is_blocking: it.is_blocking,
            step: it.step,
            message: it.message,
        }
    }
}

/// A type of case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseTypeDto {
    /// Identifier.
    #[schema(value_type = String, example = "cy_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: CaseTypeId,
    /// Its name for programs.
    pub key: String,
    /// Whether Zhiyin brings it along.
    pub is_builtin: bool,
    /// Whether new cases can be of it.
    pub is_enabled: bool,
    /// Its place in lists.
    pub position: i64,
    /// The newest version in force; 0 before the first.
    pub version_number: u32,
    /// What is in force, or the version that was asked for.
    #[schema(value_type = Option<Object>)]
    pub terms: Option<CaseTerms>,
    /// What is being prepared; only with `cases.types`.
    #[schema(value_type = Option<Object>)]
    pub draft: Option<CaseTerms>,
    /// What is wrong with the draft.
    pub findings: Vec<FindingDto>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

impl From<TypeView> for CaseTypeDto {
    fn from(it: TypeView) -> Self {
        let case_type = it.case_type;
        Self {
            id: case_type.id,
            key: case_type.key.as_str().to_owned(),
            is_builtin: case_type.is_builtin,
            is_enabled: case_type.is_enabled,
            position: case_type.position,
            version_number: case_type.version_number,
            terms: it.terms,
            draft: case_type.draft,
            findings: it.findings.into_iter().map(Into::into).collect(),
            created_at: case_type.created_at,
            version: case_type.version,
        }
    }
}

/// Which types.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CaseTypesQuery {
    /// Only those that new cases can be of.
    #[serde(default)]
    pub enabled: bool,
}

/// All types in their order.
#[utoipa::path(get, path = "/api/v1/case-types", tag = "cases", params(CaseTypesQuery),
    responses((status = 200, body = Page<CaseTypeDto>)))]
pub async fn list_case_types(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<CaseTypesQuery>,
) -> ApiResult<Json<Page<CaseTypeDto>>> {
    let mut views = app.read(&caller.0, use_cases::list_types).await?;
    if views.is_empty() {
        // The first look at a workspace of before: the built-in ones come in now.
        views = app
            .write(&caller.0, |tx, ctx| {
                use_cases::seed_types(tx, ctx)?;
                use_cases::list_types(tx, ctx)
            })
            .await?;
    }
    let is_wanted =
        |it: &TypeView| !query.enabled || (it.case_type.is_enabled && it.terms.is_some());
    Ok(Json(Page {
        items: views
            .into_iter()
            .filter(is_wanted)
            .map(Into::into)
            .collect(),
        next: None,
    }))
}

/// A type to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseTypeBody {
    /// Its name for programs: a letter, then letters, digits and `_`. It never changes.
    pub key: String,
    /// What it is to say.
    #[schema(value_type = Option<Object>)]
    pub draft: Option<CaseTerms>,
    /// The type whose terms it begins with.
    #[schema(value_type = Option<String>)]
    pub copy_of: Option<CaseTypeId>,
}

/// Makes a type; it is in force when it is published.
#[utoipa::path(post, path = "/api/v1/case-types", tag = "cases", request_body = CaseTypeBody,
    responses((status = 201, body = CaseTypeDto)))]
pub async fn create_case_type(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<CaseTypeBody>,
) -> ApiResult<(StatusCode, Json<CaseTypeDto>)> {
    let new = NewCaseType {
        key: body.key,
        draft: body.draft,
        copy_of: body.copy_of,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_type(tx, ctx, new.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// Which version.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CaseTypeQuery {
    /// The number of a version; the one in force if left out.
    pub version: Option<u32>,
}

/// One type.
#[utoipa::path(get, path = "/api/v1/case-types/{id}", tag = "cases",
    params(("id" = String, Path), CaseTypeQuery),
    responses((status = 200, body = CaseTypeDto)))]
pub async fn get_case_type(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTypeId>,
    Query(query): Query<CaseTypeQuery>,
) -> ApiResult<Json<CaseTypeDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::get_type(tx, ctx, id, query.version)
        })
        .await?;
    Ok(Json(view.into()))
}

/// A version in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseTypeVersionDto {
    /// Its number, from 1.
    pub number: u32,
    /// What it says.
    #[schema(value_type = Object)]
    pub terms: CaseTerms,
    /// Who published it; `null` for what Zhiyin brings along.
    #[schema(value_type = Option<String>)]
    pub published_by: Option<AgentId>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
}

impl From<CaseTypeVersion> for CaseTypeVersionDto {
    fn from(it: CaseTypeVersion) -> Self {
        Self {
            number: it.number,
            terms: it.terms,
            published_by: it.published_by,
            published_at: it.published_at,
        }
    }
}

/// All versions of a type, the newest first.
#[utoipa::path(get, path = "/api/v1/case-types/{id}/versions", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = Page<CaseTypeVersionDto>)))]
pub async fn list_case_type_versions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTypeId>,
) -> ApiResult<Json<Page<CaseTypeVersionDto>>> {
    let versions = app
        .read(&caller.0, move |tx, _| use_cases::type_versions(tx, id))
        .await?;
    Ok(Json(Page {
        items: versions.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// What changes in a type; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "left out, null and given are three things"
)]
pub struct CaseTypePatchBody {
    /// What is being prepared; `null` throws it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>)]
    pub draft: Option<Option<CaseTerms>>,
    /// Whether new cases can be of it.
    pub is_enabled: Option<bool>,
    /// Its place in lists.
    pub position: Option<i64>,
    /// The version that was read: when it is older than the present one, nothing changes.
    pub version: Option<i64>,
}

/// Changes the draft of a type, its place, or whether new cases can be of it.
#[utoipa::path(patch, path = "/api/v1/case-types/{id}", tag = "cases",
    params(("id" = String, Path)), request_body = CaseTypePatchBody,
    responses((status = 200, body = CaseTypeDto)))]
pub async fn update_case_type(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTypeId>,
    Valid(body): Valid<CaseTypePatchBody>,
) -> ApiResult<Json<CaseTypeDto>> {
    let patch = TypePatch {
        draft: body.draft,
        is_enabled: body.is_enabled,
        position: body.position,
        version: body.version,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_type(tx, ctx, id, patch.clone())
        })
        .await?;
    Ok(Json(view.into()))
}

/// Terms to be checked.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckTermsBody {
    /// Which.
    #[schema(value_type = Object)]
    pub terms: CaseTerms,
}

/// What is wrong with terms.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CheckedTermsDto {
    /// Everything there is to say; empty when nothing is.
    pub findings: Vec<FindingDto>,
}

/// Says what is wrong with terms, without keeping them.
#[utoipa::path(post, path = "/api/v1/case-types/check", tag = "cases",
    request_body = CheckTermsBody, responses((status = 200, body = CheckedTermsDto)))]
pub async fn check_case_type(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<CheckTermsBody>,
) -> ApiResult<Json<CheckedTermsDto>> {
    let findings = app
        .read(&caller.0, move |_, ctx| {
            use_cases::may_change_types(ctx)?;
            Ok::<_, CaseError>(use_cases::check_terms(&body.terms))
        })
        .await?;
    Ok(Json(CheckedTermsDto {
        findings: findings.into_iter().map(Into::into).collect(),
    }))
}

/// Which draft.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishTypeBody {
    /// The version that was read: when it is older than the present one, nothing changes.
    pub version: Option<i64>,
}

/// Puts the draft in force. Cases that run keep the version they began with.
#[utoipa::path(post, path = "/api/v1/case-types/{id}/publish", tag = "cases",
    params(("id" = String, Path)), request_body = PublishTypeBody,
    responses((status = 200, body = CaseTypeDto)))]
pub async fn publish_case_type(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTypeId>,
    Valid(body): Valid<PublishTypeBody>,
) -> ApiResult<Json<CaseTypeDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::publish_type(tx, ctx, id, body.version)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Puts what Zhiyin brings along into the draft of a built-in type.
#[utoipa::path(post, path = "/api/v1/case-types/{id}/restore", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = CaseTypeDto)))]
pub async fn restore_case_type(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTypeId>,
) -> ApiResult<Json<CaseTypeDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::restore_type(tx, ctx, id)
        })
        .await?;
    Ok(Json(view.into()))
}
