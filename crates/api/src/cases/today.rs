//! The start page of an owner.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::{self as use_cases, Today};

use super::dto::CaseDto;
use super::task_dto::TaskDto;
use crate::error::ApiResult;
use crate::extract::Caller;
use crate::promises::PromiseDto;
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_today))
}

/// A result that waits for the caller's yes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepApprovalDto {
    /// The case.
    pub case: CaseDto,
    /// The stay.
    pub visit: u32,
}

/// How many there are.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct TodayCountsDto {
    /// Unsolved cases of the caller.
    pub open_cases: i64,
    /// Promises that are to be kept; 100 stands for more.
    pub open_promises: usize,
}

/// What is asked of the caller, what is due, what they promised. At most fifty of each.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TodayDto {
    /// Cases the caller is asked to take over.
    pub asked: Vec<CaseDto>,
    /// Own cases with something overdue.
    pub overdue: Vec<CaseDto>,
    /// Own cases with something due until the end of the day, in the zone of the company.
    pub due: Vec<CaseDto>,
    /// Own cases in which others have the turn.
    pub waiting: Vec<CaseDto>,
    /// What the caller promised.
    pub promises: Vec<PromiseDto>,
    /// Tasks the caller took, answers since yesterday to what they asked, and questions.
    pub tasks: Vec<TaskDto>,
    /// Results the caller may approve.
    pub approvals: Vec<StepApprovalDto>,
    /// How many there are.
    pub counts: TodayCountsDto,
}

fn all<T, U: From<T>>(list: Vec<T>) -> Vec<U> {
    list.into_iter().map(Into::into).collect()
}

impl From<Today> for TodayDto {
    fn from(it: Today) -> Self {
        let approvals = it.approvals.into_iter().map(|one| StepApprovalDto {
            case: one.case.into(),
            visit: one.visit,
        });
        Self {
            asked: all(it.asked),
            overdue: all(it.overdue),
            due: all(it.due),
            waiting: all(it.waiting),
            promises: all(it.promises),
            tasks: all(it.tasks),
            approvals: approvals.collect(),
            counts: TodayCountsDto {
                open_cases: it.open_cases,
                open_promises: it.open_promises,
            },
        }
    }
}

/// What is asked of the caller, what is due today, and what they promised.
#[utoipa::path(get, path = "/api/v1/me/today", tag = "cases",
    responses((status = 200, body = TodayDto)))]
pub async fn get_today(State(app): State<App>, caller: Caller) -> ApiResult<Json<TodayDto>> {
    let today = app.read(&caller.0, use_cases::today).await?;
    Ok(Json(today.into()))
}
