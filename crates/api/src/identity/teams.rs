//! Teams.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::identity::{self as use_cases, TeamChange};
use zhiyin_domain::ids::{AgentId, CalendarId, TeamId};
use zhiyin_domain::name::Name;

use super::dto::TeamDto;
use super::input::{field, maybe_field};
use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid, present};

/// All teams.
#[utoipa::path(get, path = "/api/v1/teams", tag = "agents", responses((status = 200, body = Page<TeamDto>)))]
pub async fn list_teams(State(app): State<App>, caller: Caller) -> ApiResult<Json<Page<TeamDto>>> {
    let teams = app
        .read(&caller.0, |tx, _| use_cases::list_teams(tx))
        .await?;
    Ok(Json(Page {
        items: teams.into_iter().map(TeamDto::from).collect(),
        next: None,
    }))
}

/// A new team.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamBody {
    /// Name.
    pub name: String,
    /// Who belongs to it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub member_ids: BTreeSet<AgentId>,
    /// When it works.
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<CalendarId>,
}

/// Makes a team.
#[utoipa::path(post, path = "/api/v1/teams", tag = "agents", request_body = TeamBody,
    responses((status = 201, body = TeamDto)))]
pub async fn create_team(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<TeamBody>,
) -> ApiResult<(StatusCode, Json<TeamDto>)> {
    let (name, members) = (field::<Name>(&body.name, "/name")?, body.member_ids);
    let calendar = body.calendar_id;
    let team = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_team(tx, ctx, name.clone(), members.clone(), calendar)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(team.into())))
}

/// What changes in a team; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "left out, null and given are three things"
)]
pub struct TeamPatchBody {
    /// Name.
    pub name: Option<String>,
    /// Who belongs to it.
    #[schema(value_type = Option<Vec<String>>)]
    pub member_ids: Option<BTreeSet<AgentId>>,
    /// When it works; `null` is whenever its members do.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<Option<CalendarId>>,
}

/// Changes a team.
#[utoipa::path(patch, path = "/api/v1/teams/{id}", tag = "agents", params(("id" = String, Path)),
    request_body = TeamPatchBody, responses((status = 200, body = TeamDto)))]
pub async fn update_team(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TeamId>,
    Valid(body): Valid<TeamPatchBody>,
) -> ApiResult<Json<TeamDto>> {
    let change = TeamChange {
        name: maybe_field(body.name.as_deref(), "/name")?,
        members: body.member_ids,
        calendar_id: body.calendar_id,
    };
    let team = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_team(tx, ctx, id, change.clone())
        })
        .await?;
    Ok(Json(team.into()))
}

/// Removes a team that no conversation belongs to.
#[utoipa::path(delete, path = "/api/v1/teams/{id}", tag = "agents", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_team(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TeamId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_team(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
