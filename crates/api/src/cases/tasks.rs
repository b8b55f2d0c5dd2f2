//! The back office: tasks and what is done with them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::cases::{self as use_cases, NewTaskInput, TaskAct, TaskQuery, TaskQueue, TaskView};
use zhiyin_app::{App, Principal};
use zhiyin_domain::cases::escalation::{Ladder, TimeLimit};
use zhiyin_domain::cases::procedure::Desk;
use zhiyin_domain::ids::{AgentId, CaseId, CaseTaskId, TeamId};
use zhiyin_domain::time::Timestamp;

use super::task_dto::TaskDto;
use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid};
use crate::state::AppState;

const LIST: &str = "case.tasks";

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_case_tasks, ask_task))
        .routes(routes!(list_tasks))
        .routes(routes!(get_task_report))
        .routes(routes!(get_task))
        .routes(routes!(take_task))
        .routes(routes!(answer_task))
        .routes(routes!(report_task))
        .routes(routes!(question_task))
        .routes(routes!(forward_task))
        .routes(routes!(clarify_task))
        .routes(routes!(send_back_task))
        .routes(routes!(cancel_task))
        .routes(routes!(create_task_link))
}

/// All tasks of a case and of what is merged into it, oldest first.
#[utoipa::path(get, path = "/api/v1/cases/{id}/tasks", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = Page<TaskDto>)))]
pub async fn list_case_tasks(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<Page<TaskDto>>> {
    let views = app
        .read(&caller.0, move |tx, ctx| use_cases::tasks_of(tx, ctx, id))
        .await?;
    Ok(Json(Page {
        items: views.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// What is asked of a team or a desk.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskBody {
    /// Which team; or `desk`.
    #[schema(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// Which desk: `technical`, `warehouse`, `finance`, `security`, `legal` or `quality`.
    #[schema(value_type = Option<String>)]
    pub desk: Option<Desk>,
    /// What is asked, at most 4000 characters.
    pub request: String,
    /// What a good answer contains.
    pub standard: String,
    /// How long the answer may take: `{ "within_s", "basis" }`.
    #[schema(value_type = Object)]
    pub limit: TimeLimit,
    /// Who is told when it takes longer; the usual ladder if left out.
    #[schema(value_type = Option<Object>)]
    pub ladder: Option<Ladder>,
}

/// Hands something to the back office.
#[utoipa::path(post, path = "/api/v1/cases/{id}/tasks", tag = "cases",
    params(("id" = String, Path)), request_body = TaskBody,
    responses((status = 201, body = TaskDto)))]
pub async fn ask_task(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<TaskBody>,
) -> ApiResult<(StatusCode, Json<TaskDto>)> {
    let input = NewTaskInput {
        team_id: body.team_id,
        desk: body.desk,
        request: body.request,
        standard: body.standard,
        limit: body.limit,
        ladder: body.ladder,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::ask_task(tx, ctx, id, input.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// Which tasks.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TasksQuery {
    /// `team` (default: of my teams), `mine`, `asked_by_me` or `all`.
    pub view: Option<String>,
    /// `open` (default, with questions), `answered`, `cancelled` or `any`.
    pub status: Option<String>,
    /// Only of this team.
    #[param(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// Tasks in the order in which they are due.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "cases", params(TasksQuery),
    responses((status = 200, body = Page<TaskDto>)))]
pub async fn list_tasks(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<TasksQuery>,
) -> ApiResult<Json<Page<TaskDto>>> {
    let unknown = |name: &'static str| ApiError::bad_request(Code::InvalidQuery).field(name);
    let queue = TaskQueue::of_name(query.view.as_deref().unwrap_or("team"));
    let statuses = match query.status.as_deref().unwrap_or("open") {
        "open" => vec!["open", "question"],
        "answered" => vec!["answered"],
        "cancelled" => vec!["cancelled"],
        "any" => Vec::new(),
        _ => return Err(unknown("status")),
    };
    let asked = TaskQuery {
        queue: queue.ok_or_else(|| unknown("view"))?,
        statuses,
        team_id: query.team_id,
    };
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let after = page
        .after::<(i64, CaseTaskId)>(LIST)?
        .map(|(at, id)| (Timestamp::from_micros(at), id));
    let size = page.size();
    let views = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_tasks(tx, ctx, &asked, after, size + 1)
        })
        .await?;
    let place = |view: &TaskView| (view.task.due_at.as_micros(), view.task.id);
    Ok(Json(
        Page::from_surplus(LIST, size, views, place).map(TaskDto::from),
    ))
}

/// A period.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TaskReportQuery {
    /// From this time on.
    #[param(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Before this time.
    #[param(value_type = String, format = DateTime)]
    pub to: Timestamp,
}

/// How a team did with what was answered in a period.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct TaskReportRowDto {
    /// Which team.
    #[schema(value_type = String)]
    pub team_id: TeamId,
    /// Tasks it had a part in that were answered.
    pub answered: u32,
    /// How often it sent one on.
    pub hops: u32,
    /// Half of them took at most so long, in the time that counts for the task.
    pub reply_p50_s: i64,
    /// The mean of how long they took.
    pub reply_mean_s: i64,
    /// Answers that came late.
    pub overdue: u32,
}

/// Hops and reply time of the teams of the back office.
#[utoipa::path(get, path = "/api/v1/tasks/report", tag = "cases", params(TaskReportQuery),
    responses((status = 200, body = Page<TaskReportRowDto>)))]
pub async fn get_task_report(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<TaskReportQuery>,
) -> ApiResult<Json<Page<TaskReportRowDto>>> {
    let rows = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::task_report(tx, ctx, (query.from, query.to))
        })
        .await?;
    let row = |it: use_cases::TaskReportRow| TaskReportRowDto {
        team_id: it.team_id,
        answered: it.answered,
        hops: it.hops,
        reply_p50_s: it.reply_p50_ms / 1000,
        reply_mean_s: it.reply_mean_ms / 1000,
        overdue: it.overdue,
    };
    Ok(Json(Page {
        items: rows.into_iter().map(row).collect(),
        next: None,
    }))
}

/// One task.
#[utoipa::path(get, path = "/api/v1/tasks/{id}", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = TaskDto)))]
pub async fn get_task(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTaskId>,
) -> ApiResult<Json<TaskDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| use_cases::get_task(tx, ctx, id))
        .await?;
    Ok(Json(view.into()))
}

async fn act(
    app: &App,
    principal: &Principal,
    id: CaseTaskId,
    act: TaskAct,
) -> ApiResult<Json<TaskDto>> {
    let view = app
        .write(principal, move |tx, ctx| {
            use_cases::act_on_task(tx, ctx, id, &act)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Takes a task for oneself.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/take", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = TaskDto)))]
pub async fn take_task(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTaskId>,
) -> ApiResult<Json<TaskDto>> {
    act(&app, &caller.0, id, TaskAct::Take).await
}

/// Words about a task.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskTextBody {
    /// At most 4000 characters.
    pub text: String,
}

/// Answers a task.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/answer", tag = "cases",
    params(("id" = String, Path)), request_body = TaskTextBody,
    responses((status = 200, body = TaskDto)))]
pub async fn answer_task(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTaskId>,
    Valid(body): Valid<TaskTextBody>,
) -> ApiResult<Json<TaskDto>> {
    act(&app, &caller.0, id, TaskAct::Answer(body.text)).await
}

/// How a task stands.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskStatusBody {
    /// In words.
    pub text: String,
    /// Until when there is more.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// Whether the owner of the case agrees to wait; only they can say so.
    #[serde(default)]
    pub is_agreed: bool,
}

/// Says how a task stands, and until when there is more.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/status", tag = "cases",
    params(("id" = String, Path)), request_body = TaskStatusBody,
    responses((status = 200, body = TaskDto)))]
pub async fn report_task(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTaskId>,
    Valid(body): Valid<TaskStatusBody>,
) -> ApiResult<Json<TaskDto>> {
    let status = TaskAct::Status {
        text: body.text,
        due_at: body.due_at,
        is_agreed: body.is_agreed,
    };
    act(&app, &caller.0, id, status).await
}

/// Asks the owner of the case; the time of the team stands still meanwhile.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/question", tag = "cases",
    params(("id" = String, Path)), request_body = TaskTextBody,
    responses((status = 200, body = TaskDto)))]
pub async fn question_task(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTaskId>,
    Valid(body): Valid<TaskTextBody>,
) -> ApiResult<Json<TaskDto>> {
    act(&app, &caller.0, id, TaskAct::Question(body.text)).await
}

/// Where a task goes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskForwardBody {
    /// Which team; or `desk`.
    #[schema(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// Which desk.
    #[schema(value_type = Option<String>)]
    pub desk: Option<Desk>,
    /// Why.
    pub reason: String,
}

/// Sends a task to another team; the deadline stays, and the hop is counted.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/forward", tag = "cases",
    params(("id" = String, Path)), request_body = TaskForwardBody,
    responses((status = 200, body = TaskDto)))]
pub async fn forward_task(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTaskId>,
    Valid(body): Valid<TaskForwardBody>,
) -> ApiResult<Json<TaskDto>> {
    let forward = TaskAct::Forward {
        team_id: body.team_id,
        desk: body.desk,
        reason: body.reason,
    };
    act(&app, &caller.0, id, forward).await
}

/// Answers a question of the team, which goes on with the rest of its time.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/clarify", tag = "cases",
    params(("id" = String, Path)), request_body = TaskTextBody,
    responses((status = 200, body = TaskDto)))]
pub async fn clarify_task(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTaskId>,
    Valid(body): Valid<TaskTextBody>,
) -> ApiResult<Json<TaskDto>> {
    act(&app, &caller.0, id, TaskAct::Clarify(body.text)).await
}

/// Sends an answer back: it is not what was asked for.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/send-back", tag = "cases",
    params(("id" = String, Path)), request_body = TaskTextBody,
    responses((status = 200, body = TaskDto)))]
pub async fn send_back_task(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTaskId>,
    Valid(body): Valid<TaskTextBody>,
) -> ApiResult<Json<TaskDto>> {
    act(&app, &caller.0, id, TaskAct::SendBack(body.text)).await
}

/// Cancels a task that is no longer needed.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/cancel", tag = "cases",
    params(("id" = String, Path)), request_body = TaskTextBody,
    responses((status = 200, body = TaskDto)))]
pub async fn cancel_task(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTaskId>,
    Valid(body): Valid<TaskTextBody>,
) -> ApiResult<Json<TaskDto>> {
    act(&app, &caller.0, id, TaskAct::Cancel(body.text)).await
}

/// For whom a link is.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskLinkBody {
    /// The colleague in whose name the page acts.
    #[schema(value_type = String)]
    pub agent_id: AgentId,
}

/// A link to a task.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaskLinkDto {
    /// Its address.
    pub url: String,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// Makes a link by which a colleague of the team does a task without the console.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/link", tag = "cases",
    params(("id" = String, Path)), request_body = TaskLinkBody,
    responses((status = 200, body = TaskLinkDto)))]
pub async fn create_task_link(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseTaskId>,
    Valid(body): Valid<TaskLinkBody>,
) -> ApiResult<Json<TaskLinkDto>> {
    let link = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_task_link(tx, ctx, id, body.agent_id)
        })
        .await?;
    let base = &app.parts().settings.public_url;
    Ok(Json(TaskLinkDto {
        url: format!("{base}/task/{}", link.token),
        expires_at: link.expires_at,
    }))
}
