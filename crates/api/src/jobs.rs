//! Failed work over HTTP.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::jobs::{self as use_cases, JobsError};
use zhiyin_domain::ids::JobId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::jobs::{Job, JobState};

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query};
use crate::state::AppState;

/// Name of the list in cursors.
const LIST: &str = "jobs";

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_jobs))
        .routes(routes!(replay_job))
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStateDto {
    /// For its time or for a runner.
    Waiting,
    /// A runner has it.
    Running,
    /// It succeeded.
    Done,
    /// Given up; a person must look at it.
    #[default]
    Dead,
}

impl From<JobState> for JobStateDto {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Waiting => Self::Waiting,
            JobState::Running => Self::Running,
            JobState::Done => Self::Done,
            JobState::Dead => Self::Dead,
        }
    }
}

impl From<JobStateDto> for JobState {
    fn from(state: JobStateDto) -> Self {
        match state {
            JobStateDto::Waiting => Self::Waiting,
            JobStateDto::Running => Self::Running,
            JobStateDto::Done => Self::Done,
            JobStateDto::Dead => Self::Dead,
        }
    }
}

/// A piece of work for the outside world.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JobDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: JobId,
    /// What it does.
    #[schema(example = "mail.invitation")]
    pub name: String,
    /// What it was given: identifiers.
    #[schema(value_type = Object)]
    pub arguments: serde_json::Value,
    /// Where it stands.
    pub state: JobStateDto,
    /// How often it was tried.
    pub attempts: u32,
    /// When it runs next, or ran last.
    #[schema(value_type = String, format = DateTime)]
    pub run_at: Timestamp,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was done or given up.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
}

impl From<Job> for JobDto {
    fn from(it: Job) -> Self {
        Self {
            id: it.id,
            name: it.name,
            arguments: it.arguments,
            state: it.state.into(),
            attempts: it.attempts,
            run_at: it.run_at,
            last_error: it.last_error,
            created_at: it.created_at,
            finished_at: it.finished_at,
        }
    }
}

impl From<JobsError> for ApiError {
    fn from(error: JobsError) -> Self {
        match error {
            JobsError::NotFound => Self::not_found("job"),
            JobsError::NotDead => {
                Self::conflict(Code::Changed).detail("Only a job that was given up runs again.")
            }
            JobsError::Denied(denied) => denied.into(),
            JobsError::Store(source) => source.into(),
        }
    }
}

/// Which jobs.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JobsQuery {
    /// Where they stand; `dead` if left out.
    #[param(inline)]
    pub state: Option<JobStateDto>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// Jobs of the workspace, newest first.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "workspace", params(JobsQuery),
    responses((status = 200, body = Page<JobDto>)))]
pub async fn list_jobs(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<JobsQuery>,
) -> ApiResult<Json<Page<JobDto>>> {
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let (after, size) = (page.after::<(Timestamp, JobId)>(LIST)?, page.size());
    let state = query.state.unwrap_or_default().into();
    let rows = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_jobs(tx, ctx, state, after, size + 1)
        })
        .await?;
    let page = Page::from_surplus(LIST, size, rows, |job| (job.created_at, job.id));
    Ok(Json(page.map(JobDto::from)))
}

/// Lets a job that was given up run again.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/replay", tag = "workspace", params(("id" = String, Path)),
    responses((status = 200, body = JobDto)))]
pub async fn replay_job(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<JobId>,
) -> ApiResult<Json<JobDto>> {
    Ok(Json(
        app.write(&caller.0, move |tx, ctx| use_cases::replay_job(tx, ctx, id))
            .await?
            .into(),
    ))
}
