//! The workspace.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::identity::{self as use_cases, WorkspaceChange};
use zhiyin_domain::locale::Locale;

use super::dto::WorkspaceDto;
use super::input::maybe_field;
use crate::error::ApiResult;
use crate::extract::{Caller, Valid};

/// The workspace of the caller.
#[utoipa::path(get, path = "/api/v1/workspace", tag = "workspace", responses((status = 200, body = WorkspaceDto)))]
pub async fn get_workspace(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<WorkspaceDto>> {
    Ok(Json(
        app.read(&caller.0, |tx, _| use_cases::get_workspace(tx))
            .await?
            .into(),
    ))
}

/// What changes in the workspace; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspacePatchBody {
    /// Name.
    pub name: Option<String>,
    /// Language where nothing else is known.
    #[schema(value_type = Option<String>)]
    pub locale: Option<Locale>,
    /// Time zone of lists and reports.
    #[schema(example = "Asia/Shanghai")]
    pub time_zone: Option<String>,
}

/// Changes the workspace of the caller.
#[utoipa::path(patch, path = "/api/v1/workspace", tag = "workspace", request_body = WorkspacePatchBody,
    responses((status = 200, body = WorkspaceDto)))]
pub async fn update_workspace(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<WorkspacePatchBody>,
) -> ApiResult<Json<WorkspaceDto>> {
    let change = WorkspaceChange {
        name: maybe_field(body.name.as_deref(), "/name")?,
        locale: body.locale,
        time_zone: maybe_field(body.time_zone.as_deref(), "/time_zone")?,
    };
    let workspace = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_workspace(tx, ctx, change.clone())
        })
        .await?;
    Ok(Json(workspace.into()))
}
