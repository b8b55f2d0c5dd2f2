//! Agents, for colleagues and administrators.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::identity::{self as use_cases, AgentChange};
use zhiyin_domain::ids::{AgentId, InboxId, RoleId, TeamId};

use super::dto::AgentDto;
use super::input::maybe_field;
use crate::error::ApiResult;
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid};

/// Name of the list in cursors.
const LIST: &str = "agents";

/// Agents in the order in which they joined.
#[utoipa::path(get, path = "/api/v1/agents", tag = "agents", params(PageQuery),
    responses((status = 200, body = Page<AgentDto>)))]
pub async fn list_agents(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<Page<AgentDto>>> {
    let (after, size) = (page.after::<AgentId>(LIST)?, page.size());
    let rows = app
        .read(&caller.0, move |tx, _| {
            use_cases::list_agents(tx, after, size + 1)
        })
        .await?;
    let page = Page::from_surplus(LIST, size, rows, |row| row.agent.id);
    Ok(Json(page.map(AgentDto::from)))
}

/// One agent.
#[utoipa::path(get, path = "/api/v1/agents/{id}", tag = "agents", params(("id" = String, Path)),
    responses((status = 200, body = AgentDto)))]
pub async fn get_agent(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgentId>,
) -> ApiResult<Json<AgentDto>> {
    Ok(Json(
        app.read(&caller.0, move |tx, _| use_cases::get_agent(tx, id))
            .await?
            .into(),
    ))
}

/// What changes in an agent; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentPatchBody {
    /// Name among colleagues.
    pub name: Option<String>,
    /// All roles.
    #[schema(value_type = Option<Vec<String>>)]
    pub role_ids: Option<BTreeSet<RoleId>>,
    /// All teams.
    #[schema(value_type = Option<Vec<String>>)]
    pub team_ids: Option<BTreeSet<TeamId>>,
    /// All inboxes.
    #[schema(value_type = Option<Vec<String>>)]
    pub inbox_ids: Option<BTreeSet<InboxId>>,
}

/// Changes an agent's name and what they belong to.
#[utoipa::path(patch, path = "/api/v1/agents/{id}", tag = "agents", params(("id" = String, Path)),
    request_body = AgentPatchBody, responses((status = 200, body = AgentDto)))]
pub async fn update_agent(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgentId>,
    Valid(body): Valid<AgentPatchBody>,
) -> ApiResult<Json<AgentDto>> {
    let change = AgentChange {
        name: maybe_field(body.name.as_deref(), "/name")?,
        roles: body.role_ids,
        teams: body.team_ids,
        inboxes: body.inbox_ids,
    };
    let agent = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_agent(tx, ctx, id, change.clone())
        })
        .await?;
    Ok(Json(agent.into()))
}

/// Lets an agent log in again.
#[utoipa::path(post, path = "/api/v1/agents/{id}/activate", tag = "agents", params(("id" = String, Path)),
    responses((status = 200, body = AgentDto)))]
pub async fn activate_agent(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgentId>,
) -> ApiResult<Json<AgentDto>> {
    Ok(Json(
        app.write(&caller.0, move |tx, ctx| use_cases::activate(tx, ctx, id))
            .await?
            .into(),
    ))
}

/// Ends all sessions and tokens of an agent, who may not log in any more.
#[utoipa::path(post, path = "/api/v1/agents/{id}/deactivate", tag = "agents", params(("id" = String, Path)),
    responses((status = 200, body = AgentDto)))]
pub async fn deactivate_agent(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgentId>,
) -> ApiResult<Json<AgentDto>> {
    Ok(Json(
        app.write(&caller.0, move |tx, ctx| use_cases::deactivate(tx, ctx, id))
            .await?
            .into(),
    ))
}
