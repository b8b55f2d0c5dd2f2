//! Risk warnings, and links into the portal, over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::portal::{self, PortalLink};
use zhiyin_app::cases::warnings::{self as use_cases, Warning};
use zhiyin_domain::ids::{AgentId, CaseId, MessageId, RiskWarningId};
use zhiyin_domain::time::Timestamp;

use crate::auth::VisitorCaller;
use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid};
use crate::state::AppState;

const LIST: &str = "risk_warnings";

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_risk_warnings))
        .routes(routes!(tick_risk_warning))
        .routes(routes!(close_risk_warning))
        .routes(routes!(create_portal_link))
        .routes(routes!(create_own_portal_link))
}

/// A warning of something that could grow.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RiskWarningDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: RiskWarningId,
    /// `run`, `keyword`, `backlog` or `channel`.
    pub kind: String,
    /// What it is about: the identifier of a type, case, conversation, team or inbox.
    pub subject: String,
    /// `count`, `usual_hundredths`, `case_ids`, `word`, `inbox_id`, `type_id`, `team_id`.
    #[schema(value_type = Object)]
    pub facts: Value,
    /// Who is to act.
    #[schema(value_type = Vec<String>)]
    pub people: Vec<AgentId>,
    /// What is to be done: `[{ "text", "done_by", "done_at" }]`.
    #[schema(value_type = Vec<Object>)]
    pub plan: Value,
    /// When it was raised.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When it was seen last.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen_at: Timestamp,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// By whom.
    #[schema(value_type = Option<String>)]
    pub closed_by: Option<AgentId>,
    /// What came of it.
    pub note: Option<String>,
    /// Rises with every change.
    pub version: i64,
}

impl From<Warning> for RiskWarningDto {
    fn from(it: Warning) -> Self {
        let plan = it.plan.iter().map(|step| {
            json!({
                "text": step.text,
                "done_by": step.done.map(|(by, _)| by),
                "done_at": step.done.map(|(_, at)| at),
            })
        });
        Self {
            plan: plan.collect(),
            id: it.id,
            kind: it.kind,
            subject: it.subject,
            facts: json!(it.facts),
            people: it.people,
            opened_at: it.opened_at,
            last_seen_at: it.last_seen_at,
            closed_at: it.closed.map(|(at, _)| at),
            closed_by: it.closed.map(|(_, by)| by),
            note: it.note,
            version: it.version,
        }
    }
}

/// Which warnings.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RiskWarningsQuery {
    /// `open` (default), `closed` or `all`.
    pub status: Option<String>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// Warnings that name the caller, the newest first; with `cases.settings` all of them.
#[utoipa::path(get, path = "/api/v1/risk-warnings", tag = "cases", params(RiskWarningsQuery),
    responses((status = 200, body = Page<RiskWarningDto>)))]
pub async fn list_risk_warnings(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<RiskWarningsQuery>,
) -> ApiResult<Json<Page<RiskWarningDto>>> {
    let is_open = match query.status.as_deref().unwrap_or("open") {
        "open" => Some(true),
        "closed" => Some(false),
        "all" => None,
        _ => return Err(ApiError::bad_request(Code::InvalidQuery).field("status")),
    };
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let after = page
        .after::<(i64, RiskWarningId)>(LIST)?
        .map(|(at, id)| (Timestamp::from_micros(at), id));
    let size = page.size();
    let read = app.read(&caller.0, move |tx, ctx| {
        use_cases::list(tx, ctx, is_open, after, size + 1)
    });
    let place = |it: &Warning| (it.opened_at.as_micros(), it.id);
    Ok(Json(
        Page::from_surplus(LIST, size, read.await?, place).map(RiskWarningDto::from),
    ))
}

/// A step of a plan.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TickBody {
    /// Which, from 0.
    pub step: usize,
    /// Whether it is done.
    pub is_done: bool,
}

/// Ticks a step of the plan off, or takes that back.
#[utoipa::path(post, path = "/api/v1/risk-warnings/{id}/tick", tag = "cases",
    params(("id" = String, Path)), request_body = TickBody,
    responses((status = 200, body = RiskWarningDto)))]
pub async fn tick_risk_warning(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RiskWarningId>,
    Valid(body): Valid<TickBody>,
) -> ApiResult<Json<RiskWarningDto>> {
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::tick(tx, ctx, id, (body.step, body.is_done))
    });
    Ok(Json(done.await?.into()))
}

/// What came of a warning.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseWarningBody {
    /// In words.
    pub note: String,
}

/// Closes a warning whose plan is done.
#[utoipa::path(post, path = "/api/v1/risk-warnings/{id}/close", tag = "cases",
    params(("id" = String, Path)), request_body = CloseWarningBody,
    responses((status = 200, body = RiskWarningDto)))]
pub async fn close_risk_warning(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RiskWarningId>,
    Valid(body): Valid<CloseWarningBody>,
) -> ApiResult<Json<RiskWarningDto>> {
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::close(tx, ctx, id, &body.note)
    });
    Ok(Json(done.await?.into()))
}

/// A link into the portal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PortalLinkDto {
    /// Where it leads. Whoever has it may act for this customer in this case.
    pub url: String,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// The message with which it was sent.
    #[schema(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
}

fn link_dto(app: &App, link: &PortalLink, message_id: Option<MessageId>) -> PortalLinkDto {
    let base = app.parts().settings.public_url.trim_end_matches('/');
    PortalLinkDto {
        url: format!("{base}/portal/{}", link.token),
        expires_at: link.expires_at,
        message_id,
    }
}

/// What happens with a link.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PortalLinkBody {
    /// Whether it is sent to the customer in the conversation of the case.
    #[serde(default)]
    pub send: bool,
}

/// Makes a link with which the customer sees their case, for ninety days.
#[utoipa::path(post, path = "/api/v1/cases/{id}/portal-link", tag = "cases",
    params(("id" = String, Path)), request_body = PortalLinkBody,
    responses((status = 201, body = PortalLinkDto)))]
pub async fn create_portal_link(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<PortalLinkBody>,
) -> ApiResult<(StatusCode, Json<PortalLinkDto>)> {
    let base = app.parts().settings.public_url.trim_end_matches('/');
    let base = base.to_owned();
    let done = app.write(&caller.0, move |tx, ctx| {
        let link = portal::create_link(tx, ctx, id)?;
        let message = if body.send {
            let url = format!("{base}/portal/{}", link.token);
            portal::send_link(tx, ctx, id, &url)?
        } else {
            None
        };
        Ok::<_, zhiyin_app::cases::HandlingError>((link, message))
    });
    let (link, message) = done.await?;
    Ok((StatusCode::CREATED, Json(link_dto(&app, &link, message))))
}

/// Makes a link to all cases of a visitor whose site has proven who they are, for twelve
/// hours.
#[utoipa::path(post, path = "/api/v1/widget/portal-link", tag = "widget",
    responses((status = 201, body = PortalLinkDto)))]
pub async fn create_own_portal_link(
    State(app): State<App>,
    caller: VisitorCaller,
) -> ApiResult<(StatusCode, Json<PortalLinkDto>)> {
    let visitor = caller.0.visitor.clone();
    let done = app.write(&caller.0.principal, move |tx, ctx| {
        portal::create_own_link(tx, ctx, &visitor)
    });
    let link = done.await?;
    Ok((StatusCode::CREATED, Json(link_dto(&app, &link, None))))
}
