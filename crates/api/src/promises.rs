//! Promises over HTTP.

mod report;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::promises::{
    self as use_cases, NewPromise, PromiseError, PromisePatch, PromiseSuggestion, PromiseView,
};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::ids::{AgentId, ContactId, ConversationId, PromiseId};
use zhiyin_domain::mask;
use zhiyin_domain::promise::{PromiseKind, PromiseRuleError, PromiseStatus};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::StoreError;
use zhiyin_store::promises::PromiseFilter;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid, present};
use crate::state::AppState;

const LIST: &str = "promises";

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_promises))
        .routes(routes!(create_promise))
        .routes(routes!(suggest_promises))
        .routes(routes!(update_promise))
        .routes(routes!(keep_promise))
        .routes(routes!(cancel_promise))
        .routes(routes!(report::get_promise_report))
        .routes(routes!(report::list_reported_promises))
}

/// What was said to one customer, and until when.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseDto {
    /// Identifier.
    #[schema(value_type = String, example = "pm_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: PromiseId,
    /// Where it was said.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// Human number of the conversation.
    pub conversation_number: i64,
    /// To whom.
    pub contact: PromiseContactDto,
    /// `reply`, `call_back` or `other`.
    pub kind: &'static str,
    /// In words, for colleagues; empty where the kind says it all.
    pub text: String,
    /// Which number to call; shown in part without `personal.reveal`.
    pub phone: Option<String>,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// When its owner is reminded; `null` once they were, or where there is no time for it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub remind_at: Option<Timestamp>,
    /// The agent who sees to it.
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<AgentId>,
    /// `open`, `kept`, `broken` or `cancelled`.
    pub status: &'static str,
    /// Why it was cancelled.
    pub reason: Option<String>,
    /// Whether its time is over and it was not done.
    pub is_overdue: bool,
    /// The agent who made it; `null` for anybody else.
    #[schema(value_type = Option<String>)]
    pub made_by: Option<AgentId>,
    /// `agent`, `contact`, `app`, `bot` or `system`.
    pub made_by_kind: &'static str,
    /// When it was kept.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub kept_at: Option<Timestamp>,
    /// When its time was over before it was kept.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub broken_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

/// The contact of a promise.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseContactDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ContactId,
    /// Name; empty while unknown.
    pub name: String,
}

impl From<PromiseView> for PromiseDto {
    fn from(view: PromiseView) -> Self {
        let it = view.promise;
        let status = it.status.as_str();
        let (kept_at, reason) = match it.status {
            PromiseStatus::Kept { at } => (Some(at), None),
            PromiseStatus::Cancelled { reason } => (None, Some(reason)),
            PromiseStatus::Open | PromiseStatus::Broken => (None, None),
        };
        let shown = |phone: &zhiyin_domain::promise::PhoneNumber| {
            if view.shows_phone {
                phone.as_str().to_owned()
            } else {
                mask::phone(phone.as_str())
            }
        };
        Self {
            id: it.id,
            conversation_id: it.conversation_id,
            conversation_number: view.conversation_number,
            contact: PromiseContactDto {
                id: it.contact_id,
                name: view.contact_name,
            },
            kind: it.kind.as_str(),
            text: it.text,
            phone: it.phone.as_ref().map(shown),
            due_at: it.due_at,
            remind_at: it.remind_at,
            owner_id: it.owner_id,
            status,
            reason,
            is_overdue: view.is_overdue,
            made_by: it.made_by.agent(),
            made_by_kind: Actor::kind(&it.made_by),
            kept_at,
            broken_at: it.broken_at,
            created_at: it.created_at,
            version: it.version,
        }
    }
}

/// Which promises.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PromisesQuery {
    /// `open` (default), `broken`, `kept`, `cancelled` or `all`.
    pub status: Option<String>,
    /// Only those the caller sees to.
    #[serde(default)]
    pub mine: bool,
    /// Only those of this conversation.
    #[param(value_type = Option<String>)]
    pub conversation_id: Option<ConversationId>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

fn filter(query: &PromisesQuery, caller: &Caller) -> ApiResult<PromiseFilter> {
    let unknown = |name: &'static str| ApiError::bad_request(Code::InvalidQuery).field(name);
    let status = match query.status.as_deref().unwrap_or("open") {
        "all" => None,
        name => {
            let known = PromiseStatus::NAMES
                .into_iter()
                .find(|known| *known == name);
            Some(known.ok_or_else(|| unknown("status"))?)
        }
    };
    let owner = if query.mine {
        Some(caller.0.actor.agent().ok_or_else(|| unknown("mine"))?)
    } else {
        None
    };
    Ok(PromiseFilter {
        status,
        owner,
        conversation: query.conversation_id,
    })
}

/// Promises in conversations the caller may read. Those to be kept come in the order in which
/// they are due, all others the latest first.
#[utoipa::path(get, path = "/api/v1/promises", tag = "standards", params(PromisesQuery),
    responses((status = 200, body = Page<PromiseDto>)))]
pub async fn list_promises(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PromisesQuery>,
) -> ApiResult<Json<Page<PromiseDto>>> {
    let filter = filter(&query, &caller)?;
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let after = page
        .after::<(i64, PromiseId)>(LIST)?
        .map(|(at, id)| (Timestamp::from_micros(at), id));
    let size = page.size();
    let views = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list(tx, ctx, &filter, after, size + 1)
        })
        .await?;
    let place = |view: &PromiseView| (view.promise.due_at.as_micros(), view.promise.id);
    Ok(Json(
        Page::from_surplus(LIST, size, views, place).map(PromiseDto::from),
    ))
}

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PromiseKindDto {
    /// An answer in the conversation; the next public answer keeps it.
    Reply,
    /// A call.
    CallBack,
    /// Anything else.
    Other,
}

impl From<PromiseKindDto> for PromiseKind {
    fn from(kind: PromiseKindDto) -> Self {
        match kind {
            PromiseKindDto::Reply => Self::Reply,
            PromiseKindDto::CallBack => Self::CallBack,
            PromiseKindDto::Other => Self::Other,
        }
    }
}

/// A promise to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromiseBody {
    /// In words, for colleagues, at most 500 characters; needed with `other`.
    #[serde(default)]
    pub text: String,
    /// Until when, at most 366 days ahead.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// What is promised.
    pub kind: PromiseKindDto,
    /// Which number to call.
    pub phone: Option<String>,
    /// The agent who sees to it; if left out whoever has the conversation, else the caller.
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<AgentId>,
}

/// Makes a promise.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/promises", tag = "standards",
    params(("id" = String, Path)), request_body = PromiseBody,
    responses((status = 201, body = PromiseDto)))]
pub async fn create_promise(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<PromiseBody>,
) -> ApiResult<(StatusCode, Json<PromiseDto>)> {
    let phone = body.phone.filter(|phone| !phone.trim().is_empty());
    let new = NewPromise {
        conversation_id: id,
        kind: body.kind.into(),
        text: body.text,
        phone: phone
            .map(|phone| crate::identity::field(&phone, "/phone"))
            .transpose()?,
        due_at: body.due_at,
        owner_id: body.owner_id,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create(tx, ctx, new.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// What an agent writes or has just written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromiseSuggestionsBody {
    /// As it is sent, at most as long as a message.
    pub text: String,
}

/// A promise that a text makes, to be noted or not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseSuggestionDto {
    /// What is promised.
    #[schema(value_type = PromiseKindDto)]
    pub kind: &'static str,
    /// The sentence that promises it.
    pub text: String,
    /// The words of time in it, such as `by Friday noon`.
    pub when: String,
    /// The moment they stand for, in the customer's zone and by the business hours of the
    /// conversation.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// Whether the text names a time, and not only that it is soon.
    pub is_exact: bool,
}

impl From<PromiseSuggestion> for PromiseSuggestionDto {
    fn from(it: PromiseSuggestion) -> Self {
        Self {
            kind: it.kind.as_str(),
            text: it.text,
            when: it.when,
            due_at: it.due_at,
            is_exact: it.is_exact,
        }
    }
}

/// What a text promises.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseSuggestionsDto {
    /// In the order of the text; without what is noted already.
    pub items: Vec<PromiseSuggestionDto>,
}

/// Finds what a text promises to the customer, and by when. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/promises/suggestions", tag = "standards",
    params(("id" = String, Path)), request_body = PromiseSuggestionsBody,
    responses((status = 200, body = PromiseSuggestionsDto)))]
pub async fn suggest_promises(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<PromiseSuggestionsBody>,
) -> ApiResult<Json<PromiseSuggestionsDto>> {
    let found = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::suggest(tx, ctx, id, &body.text)
        })
        .await?;
    let items = found.into_iter().map(PromiseSuggestionDto::from).collect();
    Ok(Json(PromiseSuggestionsDto { items }))
}

/// What changes in a promise; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromisePatchBody {
    /// The words.
    pub text: Option<String>,
    /// Until when; a broken promise is open again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    /// The agent who sees to it, or `null`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<Option<AgentId>>,
    /// The version that was read: when it is older than the present one, nothing changes.
    pub version: Option<i64>,
}

/// Changes a promise that is open or broken.
#[utoipa::path(patch, path = "/api/v1/promises/{id}", tag = "standards",
    params(("id" = String, Path)), request_body = PromisePatchBody,
    responses((status = 200, body = PromiseDto)))]
pub async fn update_promise(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PromiseId>,
    Valid(body): Valid<PromisePatchBody>,
) -> ApiResult<Json<PromiseDto>> {
    let patch = PromisePatch {
        text: body.text,
        due_at: body.due_at,
        owner_id: body.owner_id,
        version: body.version,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::change(tx, ctx, id, patch.clone())
        })
        .await?;
    Ok(Json(view.into()))
}

/// Says that a promise was kept, be it late.
#[utoipa::path(post, path = "/api/v1/promises/{id}/keep", tag = "standards",
    params(("id" = String, Path)), responses((status = 200, body = PromiseDto)))]
pub async fn keep_promise(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PromiseId>,
) -> ApiResult<Json<PromiseDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| use_cases::keep(tx, ctx, id))
        .await?;
    Ok(Json(view.into()))
}

/// Why a promise is taken back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromiseCancelBody {
    /// For colleagues, at most 500 characters.
    pub reason: String,
}

/// Takes a promise back.
#[utoipa::path(post, path = "/api/v1/promises/{id}/cancel", tag = "standards",
    params(("id" = String, Path)), request_body = PromiseCancelBody,
    responses((status = 200, body = PromiseDto)))]
pub async fn cancel_promise(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PromiseId>,
    Valid(body): Valid<PromiseCancelBody>,
) -> ApiResult<Json<PromiseDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::cancel(tx, ctx, id, &body.reason)
        })
        .await
        .map_err(|error| match error {
            // The words are those of the reason here.
            PromiseError::Rule(
                error @ (PromiseRuleError::NoText | PromiseRuleError::TextTooLong),
            ) => ApiError::unprocessable(Code::InvalidField).field_detail(
                "/reason",
                "invalid",
                error.to_string(),
            ),
            other => other.into(),
        })?;
    Ok(Json(view.into()))
}

impl From<PromiseError> for ApiError {
    fn from(error: PromiseError) -> Self {
        match error {
            PromiseError::NotFound(_) => Self::not_found("promise"),
            PromiseError::Stale | PromiseError::Store(StoreError::Conflict { .. }) => {
                Self::conflict(Code::Changed)
            }
            PromiseError::AgentNotFound(_) => Self::unprocessable(Code::InvalidField).field_detail(
                "/owner_id",
                "unknown",
                "There is no such agent.",
            ),
            PromiseError::TooMany => Self::unprocessable(Code::TooMany).detail(error.to_string()),
            PromiseError::Rule(error) => error.into(),
            PromiseError::Denied(denied) => denied.into(),
            PromiseError::Conversation(
                zhiyin_app::conversations::ConversationError::AgentWithoutAccess(_),
            ) => Self::unprocessable(Code::NotAssignable).field("/owner_id"),
            PromiseError::Conversation(error) => error.into(),
            PromiseError::Store(source) => source.into(),
        }
    }
}

impl From<PromiseRuleError> for ApiError {
    fn from(error: PromiseRuleError) -> Self {
        let text = error.to_string();
        let field = |path: &str, rule: &'static str| {
            Self::unprocessable(Code::InvalidField).field_detail(path, rule, text.clone())
        };
        match error {
            PromiseRuleError::NoText => field("/text", "empty"),
            PromiseRuleError::TextTooLong => field("/text", "too-long"),
            PromiseRuleError::InPast => field("/due_at", "in-past"),
            PromiseRuleError::TooFar => field("/due_at", "too-far"),
            PromiseRuleError::Over => Self::conflict(Code::Changed).detail(text.clone()),
        }
    }
}
