//! Call backs and documented contacts over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::contacts::{self, ContactView};
use zhiyin_app::cases::follow_ups::{self as use_cases, FollowUpInput, FollowUpView};
use zhiyin_domain::cases::closing::{Answer, Means};
use zhiyin_domain::cases::escalation::TimeLimit;
use zhiyin_domain::cases::follow_up::{Effect, FollowUpReason, FollowUpResult, script};
use zhiyin_domain::ids::{AgentId, CaseId, FollowUpId, SolutionContactId};
use zhiyin_domain::time::Timestamp;

use super::complaint_dto::line;
use crate::error::ApiResult;
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid};
use crate::state::AppState;

const LIST: &str = "follow_ups";

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_follow_ups))
        .routes(routes!(create_follow_up))
        .routes(routes!(list_open_follow_ups))
        .routes(routes!(try_follow_up))
        .routes(routes!(finish_follow_up))
        .routes(routes!(list_solution_contacts))
        .routes(routes!(document_solution_contact))
}

/// A call back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FollowUpDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: FollowUpId,
    /// The case: `{ "id", "number", "title" }`.
    #[schema(value_type = Object)]
    pub case: Value,
    /// `resolved`, `complaint_replied`, `low_score` or `by_hand`.
    pub reason: &'static str,
    /// The score, if that is why.
    pub score: Option<u8>,
    /// Who calls.
    #[schema(value_type = String)]
    pub owner_id: AgentId,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Until when somebody has to try.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// How long it may take, each time.
    #[schema(value_type = Object)]
    pub limit: Value,
    /// Every attempt, oldest first.
    #[schema(value_type = Vec<Object>)]
    pub attempts: Value,
    /// What came of it.
    #[schema(value_type = Option<Object>)]
    pub result: Value,
    /// What to say, in order.
    #[schema(value_type = Vec<Object>)]
    pub script: Value,
    /// `may_close`, `reopen`, `new_case` or `tell_supervisor`, once it is finished.
    pub effect: Option<&'static str>,
    /// The case that was opened because this one could not be opened again.
    #[schema(value_type = Option<String>)]
    pub new_case_id: Option<CaseId>,
    /// Rises with every change.
    pub version: i64,
}

const fn effect(it: Effect) -> &'static str {
    match it {
        Effect::MayClose => "may_close",
        Effect::Reopen => "reopen",
        Effect::NewCase => "new_case",
        Effect::TellSupervisor => "tell_supervisor",
    }
}

impl From<FollowUpView> for FollowUpDto {
    fn from(view: FollowUpView) -> Self {
        let (it, case) = (view.follow_up, view.case);
        let score = match it.reason {
            FollowUpReason::LowScore { score } => Some(score),
            FollowUpReason::Resolved
            | FollowUpReason::ComplaintReplied
            | FollowUpReason::ByHand => None,
        };
        Self {
            id: it.id,
            case: json!({ "id": case.id, "number": case.number, "title": case.title }),
            reason: it.reason.as_str(),
            score,
            owner_id: it.owner_id,
            created_at: it.created_at,
            due_at: it.due_at,
            limit: json!(it.limit),
            attempts: json!(it.attempts),
            result: json!(it.result),
            script: script(it.reason).iter().map(line).collect(),
            effect: view.effect.map(effect),
            new_case_id: view.new_case,
            version: it.version,
        }
    }
}

/// The call backs of a case, oldest first; all of them.
#[utoipa::path(get, path = "/api/v1/cases/{id}/follow-ups", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = Page<FollowUpDto>)))]
pub async fn list_follow_ups(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<Page<FollowUpDto>>> {
    let read = app.read(&caller.0, move |tx, ctx| use_cases::list(tx, ctx, id));
    let items = read.await?.into_iter().map(FollowUpDto::from).collect();
    Ok(Json(Page { items, next: None }))
}

/// A call back that is asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUpBody {
    /// Who calls; if left out whoever answers for the case.
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<AgentId>,
    /// How long it may take: `{ "within_s", "basis" }`; if left out 16 working hours.
    #[schema(value_type = Option<Object>)]
    pub limit: Option<TimeLimit>,
}

/// Asks somebody to call the customer. A case has one open call back at most.
#[utoipa::path(post, path = "/api/v1/cases/{id}/follow-ups", tag = "cases",
    params(("id" = String, Path)), request_body = FollowUpBody,
    responses((status = 201, body = FollowUpDto)))]
pub async fn create_follow_up(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<FollowUpBody>,
) -> ApiResult<(StatusCode, Json<FollowUpDto>)> {
    let input = FollowUpInput {
        owner_id: body.owner_id,
        limit: body.limit,
    };
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::create(tx, ctx, id, &input)
    });
    Ok((StatusCode::CREATED, Json(done.await?.into())))
}

/// Which call backs.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FollowUpsQuery {
    /// Only those the caller makes.
    #[serde(default)]
    pub mine: bool,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// Open call backs in cases the caller may see, in the order in which they are due.
#[utoipa::path(get, path = "/api/v1/follow-ups", tag = "cases", params(FollowUpsQuery),
    responses((status = 200, body = Page<FollowUpDto>)))]
pub async fn list_open_follow_ups(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<FollowUpsQuery>,
) -> ApiResult<Json<Page<FollowUpDto>>> {
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let after = page
        .after::<(i64, FollowUpId)>(LIST)?
        .map(|(at, id)| (Timestamp::from_micros(at), id));
    let size = page.size();
    let read = app.read(&caller.0, move |tx, ctx| {
        use_cases::list_open(tx, ctx, query.mine, after, size + 1)
    });
    let place = |view: &FollowUpView| (view.follow_up.due_at.as_micros(), view.follow_up.id);
    Ok(Json(
        Page::from_surplus(LIST, size, read.await?, place).map(FollowUpDto::from),
    ))
}

/// An attempt.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttemptBody {
    /// `message`, `call`, `email`, `sms`, `letter` or `visit`.
    #[schema(value_type = String)]
    pub means: Means,
    /// In words.
    #[serde(default)]
    pub note: String,
    /// When the customer wants to be called again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub again_at: Option<Timestamp>,
}

/// Says that nobody answered. The next attempt has a deadline of its own.
#[utoipa::path(post, path = "/api/v1/follow-ups/{id}/attempt", tag = "cases",
    params(("id" = String, Path)), request_body = AttemptBody,
    responses((status = 200, body = FollowUpDto)))]
pub async fn try_follow_up(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<FollowUpId>,
    Valid(body): Valid<AttemptBody>,
) -> ApiResult<Json<FollowUpDto>> {
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::attempt(tx, ctx, id, (body.means, &body.note, body.again_at))
    });
    Ok(Json(done.await?.into()))
}

/// What came of a call back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUpResultBody {
    /// `solved`, `withdrawn`, `not_solved`, `not_content`, `unreachable` or `unwanted`.
    #[schema(value_type = String)]
    pub result: FollowUpResult,
    /// How the customer was reached; left out with `unreachable`.
    #[schema(value_type = Option<String>)]
    pub means: Option<Means>,
    /// What the customer said; needed with `not_solved` and `not_content`.
    #[serde(default)]
    pub note: String,
}

/// Finishes a call back; what has to happen to the case happens at once.
#[utoipa::path(post, path = "/api/v1/follow-ups/{id}/finish", tag = "cases",
    params(("id" = String, Path)), request_body = FollowUpResultBody,
    responses((status = 200, body = FollowUpDto)))]
pub async fn finish_follow_up(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<FollowUpId>,
    Valid(body): Valid<FollowUpResultBody>,
) -> ApiResult<Json<FollowUpDto>> {
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::finish(tx, ctx, id, (body.result, body.means, &body.note))
    });
    Ok(Json(done.await?.into()))
}

/// A documented contact about a solution.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SolutionContactDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: SolutionContactId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who wrote it down, `agent:ag_…`; `contact:id_…` for the customer in the portal.
    pub by: String,
    /// How.
    #[schema(value_type = String)]
    pub means: Means,
    /// `confirmed`, `withdrawn`, `disputed` or `no_answer`.
    #[schema(value_type = String)]
    pub answer: Answer,
    /// In words.
    pub note: String,
}

impl From<ContactView> for SolutionContactDto {
    fn from(view: ContactView) -> Self {
        let it = view.contact;
        Self {
            id: view.id,
            at: it.at,
            by: it.by.to_string(),
            means: it.means,
            answer: it.answer,
            note: it.note,
        }
    }
}

/// The documented contacts of a case, oldest first; all of them.
#[utoipa::path(get, path = "/api/v1/cases/{id}/solution-contacts", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = Page<SolutionContactDto>)))]
pub async fn list_solution_contacts(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<Page<SolutionContactDto>>> {
    let read = app.read(&caller.0, move |tx, ctx| contacts::list(tx, ctx, id));
    let items = read.await?.into_iter().map(SolutionContactDto::from);
    Ok(Json(Page {
        items: items.collect(),
        next: None,
    }))
}

/// A contact to be documented.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SolutionContactBody {
    /// `message`, `call`, `email`, `sms`, `letter` or `visit`.
    #[schema(value_type = String)]
    pub means: Means,
    /// `confirmed`, `withdrawn`, `disputed` or `no_answer`.
    #[schema(value_type = String)]
    pub answer: Answer,
    /// In words.
    #[serde(default)]
    pub note: String,
}

/// Documents that somebody tried to reach the customer, or what the customer said about the
/// solution. It is never changed.
#[utoipa::path(post, path = "/api/v1/cases/{id}/solution-contacts", tag = "cases",
    params(("id" = String, Path)), request_body = SolutionContactBody,
    responses((status = 201, body = SolutionContactDto)))]
pub async fn document_solution_contact(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<SolutionContactBody>,
) -> ApiResult<(StatusCode, Json<SolutionContactDto>)> {
    let done = app.write(&caller.0, move |tx, ctx| {
        contacts::document(tx, ctx, id, (body.means, body.answer, &body.note))
    });
    Ok((StatusCode::CREATED, Json(done.await?.into())))
}
