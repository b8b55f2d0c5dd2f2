//! Working through the procedure of a case.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::{self as use_cases, StepInput, StepsView};
use zhiyin_domain::cases::procedure::Procedure;
use zhiyin_domain::cases::run::Visit;
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::time::Timestamp;

use crate::error::ApiResult;
use crate::extract::{Caller, Path, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_case_steps))
        .routes(routes!(take_case_step))
        .routes(routes!(complete_case_step))
        .routes(routes!(decide_case_step))
        .routes(routes!(abandon_case_step))
        .routes(routes!(restart_case_steps))
}

/// The step that is open.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CurrentStepDto {
    /// The number of the stay.
    pub visit: u32,
    /// The key of the step.
    pub step: String,
    /// Until when it has to be over.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// Outcomes that can be chosen after the answers of the case alone.
    pub outcomes: Vec<String>,
    /// Whether the caller may take it.
    pub may_take: bool,
    /// Whether the caller may complete it.
    pub may_complete: bool,
    /// Whether the caller may approve its result.
    pub may_decide: bool,
}

/// The procedure of a case and how far it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseStepsDto {
    /// Which version of the type holds.
    pub version: u32,
    /// Its procedure: `{ "first", "steps": [...] }`.
    #[schema(value_type = Object)]
    pub procedure: Procedure,
    /// Every stay, oldest first.
    #[schema(value_type = Vec<Object>)]
    pub visits: Vec<Visit>,
    /// The stay that is not over.
    pub current: Option<CurrentStepDto>,
}

impl From<StepsView> for CaseStepsDto {
    fn from(it: StepsView) -> Self {
        let current = it.current.map(|current| CurrentStepDto {
            visit: current.visit.number,
            due_at: current.visit.due_at,
            step: current.visit.step,
            outcomes: current.outcomes,
            may_take: current.may_work,
            may_complete: current.may_work,
            may_decide: current.may_decide,
        });
        Self {
            version: it.version,
            procedure: it.procedure,
            visits: it.visits,
            current,
        }
    }
}

/// The procedure of a case and how far it is.
#[utoipa::path(get, path = "/api/v1/cases/{id}/steps", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = CaseStepsDto)))]
pub async fn get_case_steps(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<CaseStepsDto>> {
    let steps = app
        .read(&caller.0, move |tx, ctx| use_cases::steps(tx, ctx, id))
        .await?;
    Ok(Json(steps.into()))
}

/// Which stay.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepVisitBody {
    /// The number of the stay; another one is refused.
    pub visit: u32,
}

/// Takes the open step for the caller's team or role.
#[utoipa::path(post, path = "/api/v1/cases/{id}/steps/take", tag = "cases",
    params(("id" = String, Path)), request_body = StepVisitBody,
    responses((status = 200, body = CaseStepsDto)))]
pub async fn take_case_step(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<StepVisitBody>,
) -> ApiResult<Json<CaseStepsDto>> {
    let steps = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::take_step(tx, ctx, id, body.visit)
        })
        .await?;
    Ok(Json(steps.into()))
}

/// What was done at a step.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepDoneBody {
    /// The number of the stay; another one is refused.
    pub visit: u32,
    /// The key of the outcome.
    pub outcome: String,
    /// What was filled in.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// The keys of what was ticked.
    #[serde(default)]
    pub checked: BTreeSet<String>,
    /// In words.
    #[serde(default)]
    pub note: String,
}

/// The open step is done; where its outcome needs approval, the approvers are asked.
#[utoipa::path(post, path = "/api/v1/cases/{id}/steps/complete", tag = "cases",
    params(("id" = String, Path)), request_body = StepDoneBody,
    responses((status = 200, body = CaseStepsDto)))]
pub async fn complete_case_step(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<StepDoneBody>,
) -> ApiResult<Json<CaseStepsDto>> {
    let input = StepInput {
        visit: body.visit,
        outcome: body.outcome,
        answers: body.answers,
        checked: body.checked,
        note: body.note,
    };
    let steps = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::complete_step(tx, ctx, id, input.clone())
        })
        .await?;
    Ok(Json(steps.into()))
}

/// Yes or no.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepDecisionBody {
    /// The number of the stay; another one is refused.
    pub visit: u32,
    /// Whether it is a yes.
    pub is_approved: bool,
    /// Why; a no needs words.
    #[serde(default)]
    pub note: String,
}

/// Approves the result of the open step, or not. Nobody approves their own.
#[utoipa::path(post, path = "/api/v1/cases/{id}/steps/decide", tag = "cases",
    params(("id" = String, Path)), request_body = StepDecisionBody,
    responses((status = 200, body = CaseStepsDto)))]
pub async fn decide_case_step(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<StepDecisionBody>,
) -> ApiResult<Json<CaseStepsDto>> {
    let steps = app
        .write(&caller.0, move |tx, ctx| {
            let verdict = (body.visit, body.is_approved, body.note.as_str());
            use_cases::decide_step(tx, ctx, id, verdict)
        })
        .await?;
    Ok(Json(steps.into()))
}

/// Why the procedure is left.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepLeftBody {
    /// The number of the stay; another one is refused.
    pub visit: u32,
    /// Why, at most 4000 characters.
    pub reason: String,
}

/// Leaves the procedure without a result.
#[utoipa::path(post, path = "/api/v1/cases/{id}/steps/abandon", tag = "cases",
    params(("id" = String, Path)), request_body = StepLeftBody,
    responses((status = 200, body = CaseStepsDto)))]
pub async fn abandon_case_step(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<StepLeftBody>,
) -> ApiResult<Json<CaseStepsDto>> {
    let steps = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::abandon_step(tx, ctx, id, (body.visit, &body.reason))
        })
        .await?;
    Ok(Json(steps.into()))
}

/// Begins again at the first step, where no step is open.
#[utoipa::path(post, path = "/api/v1/cases/{id}/steps/restart", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = CaseStepsDto)))]
pub async fn restart_case_steps(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<CaseStepsDto>> {
    let steps = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::restart_steps(tx, ctx, id)
        })
        .await?;
    Ok(Json(steps.into()))
}
