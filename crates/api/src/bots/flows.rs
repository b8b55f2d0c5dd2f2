//! Guided flows over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::bot::{self as use_cases, FlowView, RevisionView};
use zhiyin_domain::flows::{BotFlow, Document, Problem, StepCounts};
use zhiyin_domain::ids::BotFlowId;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;

use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid};

/// A flow in the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotFlowSummaryDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: BotFlowId,
    /// Its name for colleagues.
    pub name: String,
    /// The revision customers meet; `null` if it is not published.
    pub published_revision: Option<i64>,
    /// Whether the draft differs from that.
    pub has_changes: bool,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the draft was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

/// Something that keeps a draft from being published.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotFlowProblemDto {
    /// Where, as a JSON pointer into the document.
    pub path: String,
    /// What.
    #[schema(value_type = String)]
    pub code: zhiyin_domain::flows::ProblemCode,
    /// The same for people.
    pub detail: &'static str,
}

/// A flow.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotFlowDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: BotFlowId,
    /// Its name for colleagues.
    pub name: String,
    /// The draft, in the form of `GET /api/v1/bot-flow-schema`.
    #[schema(value_type = Object)]
    pub document: Document,
    /// What keeps it from being published.
    pub problems: Vec<BotFlowProblemDto>,
    /// The revision customers meet; `null` if it is not published.
    pub published_revision: Option<i64>,
    /// Whether the draft differs from that.
    pub has_changes: bool,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the draft was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

/// What a problem means, for people.
pub(super) const fn detail(code: zhiyin_domain::flows::ProblemCode) -> &'static str {
    use zhiyin_domain::flows::ProblemCode as P;
    match code {
        P::UnknownFormat => "The format must be 1.",
        P::NoStart => "The step with which it begins is not there.",
        P::UnknownStep => "It leads to a step that is not there.",
        P::DuplicateStep => "Another step has this name.",
        P::Unreachable => "No way leads to this step.",
        P::Endless => "It comes back here without asking the customer anything.",
        P::TooDeep => "There are too many steps in a row without asking the customer anything.",
        P::EmptyText => "Something is missing here.",
        P::TooLong => "This text is too long.",
        P::TooMany => "There are too many of these.",
        P::InvalidName => "Use letters, digits, `_`, `-` and `.`; some names are taken.",
        P::InvalidUrl => "Write an http(s) address whose host is fixed.",
        P::InvalidTime => "The time limit lies between 500 and 10000 ms.",
        P::NeedsIdentity => "The customer has not shown who they are on every way that leads here.",
    }
}

pub(super) fn problem(it: Problem) -> BotFlowProblemDto {
    BotFlowProblemDto {
        detail: detail(it.code),
        path: it.path,
        code: it.code,
    }
}

impl From<FlowView> for BotFlowSummaryDto {
    fn from(it: FlowView) -> Self {
        let has_changes = it.has_changes;
        let BotFlow {
            id,
            name,
            published_revision,
            created_at,
            updated_at,
            version,
            ..
        } = it.flow;
        Self {
            id,
            name,
            published_revision,
            has_changes,
            created_at,
            updated_at,
            version,
        }
    }
}

impl From<FlowView> for BotFlowDto {
    fn from(it: FlowView) -> Self {
        Self {
            id: it.flow.id,
            name: it.flow.name,
            document: it.flow.draft,
            problems: it.problems.into_iter().map(problem).collect(),
            published_revision: it.flow.published_revision,
            has_changes: it.has_changes,
            created_at: it.flow.created_at,
            updated_at: it.flow.updated_at,
            version: it.flow.version,
        }
    }
}

/// A new flow, or one that was taken out elsewhere.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBotFlowBody {
    /// Its name for colleagues, of at most 80 characters.
    pub name: String,
    /// The steps, in the form of `GET /api/v1/bot-flow-schema`.
    #[schema(value_type = Object)]
    pub document: Document,
}

/// What a flow is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BotFlowBody {
    /// Its name for colleagues, of at most 80 characters.
    pub name: String,
    /// The steps, in the form of `GET /api/v1/bot-flow-schema`.
    #[schema(value_type = Object)]
    pub document: Document,
    /// The version that was read.
    pub version: i64,
}

/// The version that was read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BotFlowStepBody {
    /// The version that was read.
    pub version: i64,
}

/// All flows, oldest first.
#[utoipa::path(get, path = "/api/v1/bot-flows", tag = "bot",
    responses((status = 200, body = Page<BotFlowSummaryDto>)))]
pub async fn list_bot_flows(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<BotFlowSummaryDto>>> {
    let all = app.read(&caller.0, use_cases::list_flows).await?;
    Ok(Json(Page {
        items: all.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Makes a flow as a draft.
#[utoipa::path(post, path = "/api/v1/bot-flows", tag = "bot", request_body = NewBotFlowBody,
    responses((status = 201, body = BotFlowDto)))]
pub async fn create_bot_flow(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<NewBotFlowBody>,
) -> ApiResult<(StatusCode, Json<BotFlowDto>)> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_flow(tx, ctx, &body.name, &body.document)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// One flow; `document` is what can be brought in elsewhere.
#[utoipa::path(get, path = "/api/v1/bot-flows/{id}", tag = "bot",
    params(("id" = String, Path)), responses((status = 200, body = BotFlowDto)))]
pub async fn get_bot_flow(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<BotFlowId>,
) -> ApiResult<Json<BotFlowDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| use_cases::get_flow(tx, ctx, id))
        .await?;
    Ok(Json(view.into()))
}

/// Changes the draft. Customers meet what is published until the next publishing.
#[utoipa::path(put, path = "/api/v1/bot-flows/{id}", tag = "bot",
    params(("id" = String, Path)), request_body = BotFlowBody,
    responses((status = 200, body = BotFlowDto)))]
pub async fn update_bot_flow(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<BotFlowId>,
    Valid(body): Valid<BotFlowBody>,
) -> ApiResult<Json<BotFlowDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            let content = (body.name.as_str(), &body.document);
            use_cases::update_flow(tx, ctx, id, body.version, content)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Publishes the draft. Sessions that have begun go on with what they began with.
#[utoipa::path(post, path = "/api/v1/bot-flows/{id}/publish", tag = "bot",
    params(("id" = String, Path)), request_body = BotFlowStepBody,
    responses((status = 200, body = BotFlowDto)))]
pub async fn publish_bot_flow(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<BotFlowId>,
    Valid(body): Valid<BotFlowStepBody>,
) -> ApiResult<Json<BotFlowDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::publish_flow(tx, ctx, id, body.version)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Takes a flow back: no session begins it any more.
#[utoipa::path(post, path = "/api/v1/bot-flows/{id}/withdraw", tag = "bot",
    params(("id" = String, Path)), request_body = BotFlowStepBody,
    responses((status = 200, body = BotFlowDto)))]
pub async fn withdraw_bot_flow(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<BotFlowId>,
    Valid(body): Valid<BotFlowStepBody>,
) -> ApiResult<Json<BotFlowDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::withdraw_flow(tx, ctx, id, body.version)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Removes a flow. Customers who are in it go to a person with their next message.
#[utoipa::path(delete, path = "/api/v1/bot-flows/{id}", tag = "bot",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn delete_bot_flow(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<BotFlowId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_flow(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was published of a flow.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotFlowRevisionDto {
    /// 1, 2, 3 …
    pub revision: i64,
    /// The steps.
    #[schema(value_type = Object)]
    pub document: Document,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
    /// By whom, if that was a person.
    pub published_by: Option<String>,
}

impl From<RevisionView> for BotFlowRevisionDto {
    fn from(it: RevisionView) -> Self {
        Self {
            revision: it.revision.revision,
            document: it.revision.document,
            published_at: it.revision.published_at,
            published_by: it.published_by,
        }
    }
}

/// What was published of a flow, newest first, at most 50.
#[utoipa::path(get, path = "/api/v1/bot-flows/{id}/revisions", tag = "bot",
    params(("id" = String, Path)), responses((status = 200, body = Page<BotFlowRevisionDto>)))]
pub async fn list_bot_flow_revisions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<BotFlowId>,
) -> ApiResult<Json<Page<BotFlowRevisionDto>>> {
    let all = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_revisions(tx, ctx, id)
        })
        .await?;
    Ok(Json(Page {
        items: all.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// How customers went through a step, over all revisions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotFlowStepDto {
    /// The step.
    pub step: String,
    /// Came to it.
    pub entered: i64,
    /// Went on to another step.
    pub left: i64,
    /// Went to a person from it.
    pub to_person: i64,
    /// Ended there.
    pub ended: i64,
}

impl From<(String, StepCounts)> for BotFlowStepDto {
    fn from((step, it): (String, StepCounts)) -> Self {
        Self {
            step,
            entered: it.entered,
            left: it.passed,
            to_person: it.to_person,
            ended: it.ended,
        }
    }
}

/// How customers went through the steps of a flow.
#[utoipa::path(get, path = "/api/v1/bot-flows/{id}/statistics", tag = "bot",
    params(("id" = String, Path)), responses((status = 200, body = Page<BotFlowStepDto>)))]
pub async fn list_bot_flow_statistics(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<BotFlowId>,
) -> ApiResult<Json<Page<BotFlowStepDto>>> {
    let all = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::flow_statistics(tx, ctx, id)
        })
        .await?;
    Ok(Json(Page {
        items: all.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// A secret; its value is shown to nobody.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotSecretDto {
    /// Its name, which calls of flows use.
    pub name: String,
    /// When it was set.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// A secret with its value.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BotSecretBody {
    /// Its name, of at most 80 characters.
    pub name: String,
    /// What is sent as `Authorization`: `Bearer …`.
    pub value: String,
}

/// Names of the secrets of flows.
#[utoipa::path(get, path = "/api/v1/bot-secrets", tag = "bot",
    responses((status = 200, body = Page<BotSecretDto>)))]
pub async fn list_bot_secrets(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<BotSecretDto>>> {
    let all = app.read(&caller.0, use_cases::list_secrets).await?;
    let dto = |(name, updated_at)| BotSecretDto { name, updated_at };
    Ok(Json(Page {
        items: all.into_iter().map(dto).collect(),
        next: None,
    }))
}

/// Sets a secret, new or instead of the one before.
#[utoipa::path(put, path = "/api/v1/bot-secrets", tag = "bot", request_body = BotSecretBody,
    responses((status = 204)))]
pub async fn save_bot_secret(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<BotSecretBody>,
) -> ApiResult<StatusCode> {
    let (name, value) = (body.name, Secret::new(body.value));
    app.write(&caller.0, move |tx, ctx| {
        use_cases::set_secret(tx, ctx, &name, &value)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a secret. Calls that need it fail from then on.
#[utoipa::path(delete, path = "/api/v1/bot-secrets/{name}", tag = "bot",
    params(("name" = String, Path)), responses((status = 204)))]
pub async fn delete_bot_secret(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_secret(tx, ctx, &name)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
