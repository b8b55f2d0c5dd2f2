//! Presence over HTTP.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::presence::{self as use_cases, PresenceError, PresenceView};
use zhiyin_domain::ids::AgentId;
use zhiyin_domain::presence::{AwayReason, BreakReason};
use zhiyin_domain::time::Timestamp;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Valid};
use crate::identity::dto::PresenceDto;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_presence, update_presence))
        .routes(routes!(report_activity))
        .routes(routes!(list_presences))
        .routes(routes!(force_presence))
}

/// What an agent chose, what the system believes, and how much they do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgentPresenceDto {
    /// Whose.
    #[schema(value_type = String)]
    pub agent_id: AgentId,
    /// What they chose.
    pub chosen: PresenceDto,
    /// Why they are on a break: `meal`, `rest`, `training`, `meeting`, `after_work`, `other`.
    pub reason: Option<&'static str>,
    /// What the system believes.
    pub effective: PresenceDto,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Whether a connection is known.
    pub is_connected: bool,
    /// Whether their shift is on.
    pub is_on_shift: bool,
    /// Why the system takes them for away: `inactive`, `missed_offers`, `forced`.
    pub away_because: Option<&'static str>,
    /// Units of their capacity in use.
    pub units_used: u32,
    /// Units of their capacity.
    pub units_total: u32,
    /// Pieces of work by kind: `chat`, `call`, `mail`, `task`.
    pub work: BTreeMap<&'static str, u32>,
}

impl From<PresenceView> for AgentPresenceDto {
    fn from(view: PresenceView) -> Self {
        let it = view.presence;
        let work = view.work.into_iter();
        Self {
            agent_id: it.agent_id,
            chosen: it.chosen.into(),
            reason: it.reason.map(BreakReason::as_str),
            effective: it.effective.into(),
            since: it.since,
            is_connected: view.is_connected,
            is_on_shift: it.is_on_shift,
            away_because: it.away_because.map(AwayReason::as_str),
            units_used: view.units_used,
            units_total: view.units_total,
            work: work.map(|(kind, count)| (kind.as_str(), count)).collect(),
        }
    }
}

impl From<PresenceError> for ApiError {
    fn from(error: PresenceError) -> Self {
        match error {
            PresenceError::NotFound => Self::not_found("agent"),
            PresenceError::NotAnAgent => Self::forbidden(Code::Forbidden),
            PresenceError::Denied(denied) => denied.into(),
            PresenceError::Store(source) => source.into(),
        }
    }
}

/// Whether an agent takes work.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceBody {
    /// The new presence.
    pub presence: PresenceDto,
    /// Why they are on a break: `meal`, `rest`, `training`, `meeting`, `after_work`, `other`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub reason: Option<BreakReason>,
}

/// The caller's presence.
#[utoipa::path(get, path = "/api/v1/me/presence", tag = "me", responses((status = 200, body = AgentPresenceDto)))]
pub async fn get_presence(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<AgentPresenceDto>> {
    let view = app.read(&caller.0, use_cases::mine).await?;
    Ok(Json(view.into()))
}

/// Sets whether the caller takes work.
#[utoipa::path(put, path = "/api/v1/me/presence", tag = "me", request_body = PresenceBody,
    responses((status = 200, body = AgentPresenceDto)))]
pub async fn update_presence(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<PresenceBody>,
) -> ApiResult<Json<AgentPresenceDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::choose(tx, ctx, body.presence.into(), body.reason)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Says that the caller touched something; at most once a minute is enough.
#[utoipa::path(post, path = "/api/v1/me/activity", tag = "me", responses((status = 204)))]
pub async fn report_activity(State(app): State<App>, caller: Caller) -> ApiResult<StatusCode> {
    app.write(&caller.0, use_cases::touch).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Presence of all agents.
#[utoipa::path(get, path = "/api/v1/presences", tag = "agents",
    responses((status = 200, body = Page<AgentPresenceDto>)))]
pub async fn list_presences(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<AgentPresenceDto>>> {
    let views = app
        .read(&caller.0, |tx, ctx| use_cases::list(tx, ctx.now()))
        .await?;
    Ok(Json(Page {
        items: views.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Sets for an agent whether they take work, with the reason of a break. Nobody is made present who is not connected.
#[utoipa::path(put, path = "/api/v1/agents/{id}/presence", tag = "agents", params(("id" = String, Path)),
    request_body = PresenceBody, responses((status = 200, body = AgentPresenceDto)))]
pub async fn force_presence(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgentId>,
    Valid(body): Valid<PresenceBody>,
) -> ApiResult<Json<AgentPresenceDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::force(tx, ctx, id, body.presence.into(), body.reason)
        })
        .await?;
    Ok(Json(view.into()))
}
