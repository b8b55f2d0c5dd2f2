//! Roles.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::identity::{self as use_cases, RoleChange};
use zhiyin_domain::ids::RoleId;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::Grant;

use super::dto::{GrantDto, RoleDto};
use super::input::{field, maybe_field};
use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid};

/// All roles.
#[utoipa::path(get, path = "/api/v1/roles", tag = "agents", responses((status = 200, body = Page<RoleDto>)))]
pub async fn list_roles(State(app): State<App>, caller: Caller) -> ApiResult<Json<Page<RoleDto>>> {
    let roles = app
        .read(&caller.0, |tx, _| use_cases::list_roles(tx))
        .await?;
    Ok(Json(Page {
        items: roles.into_iter().map(RoleDto::from).collect(),
        next: None,
    }))
}

/// A new role.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleBody {
    /// Name.
    pub name: String,
    /// What it grants.
    pub grants: Vec<GrantDto>,
}

/// Makes a role of what the caller holds.
#[utoipa::path(post, path = "/api/v1/roles", tag = "agents", request_body = RoleBody,
    responses((status = 201, body = RoleDto)))]
pub async fn create_role(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<RoleBody>,
) -> ApiResult<(StatusCode, Json<RoleDto>)> {
    let name = field::<Name>(&body.name, "/name")?;
    let grants: BTreeSet<Grant> = body.grants.into_iter().map(Grant::from).collect();
    let role = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_role(tx, ctx, name.clone(), grants.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(role.into())))
}

/// What changes in a role; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolePatchBody {
    /// Name.
    pub name: Option<String>,
    /// What it grants.
    pub grants: Option<Vec<GrantDto>>,
}

/// Changes a role, for everybody who has it, at once.
#[utoipa::path(patch, path = "/api/v1/roles/{id}", tag = "agents", params(("id" = String, Path)),
    request_body = RolePatchBody, responses((status = 200, body = RoleDto)))]
pub async fn update_role(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RoleId>,
    Valid(body): Valid<RolePatchBody>,
) -> ApiResult<Json<RoleDto>> {
    let change = RoleChange {
        name: maybe_field(body.name.as_deref(), "/name")?,
        grants: body
            .grants
            .map(|grants| grants.into_iter().map(Grant::from).collect()),
    };
    let role = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_role(tx, ctx, id, change.clone())
        })
        .await?;
    Ok(Json(role.into()))
}

/// Removes a role that nobody has.
#[utoipa::path(delete, path = "/api/v1/roles/{id}", tag = "agents", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_role(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RoleId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_role(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
