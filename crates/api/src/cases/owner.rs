//! Handing a case over.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases as use_cases;
use zhiyin_domain::ids::{AgentId, CaseId};
use zhiyin_domain::time::Timestamp;

use super::dto::CaseDetailDto;
use super::handlers::shown;
use crate::error::ApiResult;
use crate::extract::{Caller, Path, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(propose_handover))
        .routes(routes!(accept_handover))
        .routes(routes!(decline_handover))
        .routes(routes!(withdraw_handover))
}

/// Who is asked to take a case over.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverBody {
    /// Who.
    #[schema(value_type = String)]
    pub to_id: AgentId,
    /// Why, at most 4000 characters.
    pub reason: String,
    /// Until when there has to be an answer; as the settings say if left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answer_by: Option<Timestamp>,
}

/// Asks an agent to take a case over: the owner, or whoever may assign cases. Until they
/// accept, nothing changes.
#[utoipa::path(post, path = "/api/v1/cases/{id}/assignment/propose", tag = "cases",
    params(("id" = String, Path)), request_body = HandoverBody,
    responses((status = 200, body = CaseDetailDto)))]
pub async fn propose_handover(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<HandoverBody>,
) -> ApiResult<Json<CaseDetailDto>> {
    app.write(&caller.0, move |tx, ctx| {
        let asked = (body.to_id, body.reason.as_str(), body.answer_by);
        use_cases::propose(tx, ctx, id, asked)
    })
    .await?;
    shown(&app, &caller.0, id).await
}

/// Takes the case the caller is asked to take.
#[utoipa::path(post, path = "/api/v1/cases/{id}/assignment/accept", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = CaseDetailDto)))]
pub async fn accept_handover(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<CaseDetailDto>> {
    app.write(&caller.0, move |tx, ctx| use_cases::accept(tx, ctx, id))
        .await?;
    shown(&app, &caller.0, id).await
}

/// Why somebody does not take a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineHandoverBody {
    /// Why, at most 4000 characters.
    pub reason: String,
}

/// Says no, with a reason. Whoever only knew of the case by being asked gets nothing back.
#[utoipa::path(post, path = "/api/v1/cases/{id}/assignment/decline", tag = "cases",
    params(("id" = String, Path)), request_body = DeclineHandoverBody,
    responses((status = 200, body = CaseDetailDto)))]
pub async fn decline_handover(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<DeclineHandoverBody>,
) -> ApiResult<Json<CaseDetailDto>> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::decline(tx, ctx, id, &body.reason)
    })
    .await?;
    shown(&app, &caller.0, id).await
}

/// Takes back what was asked: the owner, or whoever asked.
#[utoipa::path(post, path = "/api/v1/cases/{id}/assignment/withdraw", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = CaseDetailDto)))]
pub async fn withdraw_handover(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<CaseDetailDto>> {
    app.write(&caller.0, move |tx, ctx| use_cases::withdraw(tx, ctx, id))
        .await?;
    shown(&app, &caller.0, id).await
}
