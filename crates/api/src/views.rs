//! Saved views over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::views::{self as use_cases, NewView, ViewError, ViewPatch};
use zhiyin_domain::ids::{AgentId, ViewId};
use zhiyin_domain::name::Name;
use zhiyin_domain::view::{Filter, View, ViewSort};

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Valid};
use crate::identity::field;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_views, create_view))
        .routes(routes!(update_view, delete_view))
}

/// A named filter over conversations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ViewDto {
    /// Identifier, the `view_id` of the list of conversations.
    #[schema(value_type = String)]
    pub id: ViewId,
    /// What it is called.
    pub name: String,
    /// Whether everybody has it in their list.
    pub is_shared: bool,
    /// Whether the caller made it.
    pub is_mine: bool,
    /// What it shows.
    #[schema(value_type = FilterDto)]
    pub filter: Filter,
    /// In which order.
    #[schema(value_type = ViewSortDto)]
    pub sort: ViewSort,
    /// Rises with every change.
    pub version: i64,
}

impl ViewDto {
    fn new(it: View, me: Option<AgentId>) -> Self {
        Self {
            id: it.id,
            is_mine: it.is_of(me),
            name: it.name.into_string(),
            is_shared: it.is_shared,
            filter: it.filter,
            sort: it.sort,
            version: it.version,
        }
    }
}

/// Which conversations: 1 to 12 conditions.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the wire form of `Filter` in the document"
)]
struct FilterDto {
    /// Whether all conditions must hold or one is enough.
    r#match: MatchDto,
    /// The conditions.
    #[schema(min_items = 1, max_items = 12)]
    conditions: Vec<ConditionDto>,
}

/// Whether all conditions must hold or one is enough.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(
    dead_code,
    reason = "describes the wire form of `Match` in the document"
)]
enum MatchDto {
    /// All of them.
    All,
    /// At least one.
    Any,
}

/// The order of a view.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(
    dead_code,
    reason = "describes the wire form of `ViewSort` in the document"
)]
enum ViewSortDto {
    /// Latest activity first.
    Recent,
    /// Longest waiting first; only those where a customer waits.
    Waiting,
    /// Next deadline first; behind them those without.
    Deadline,
}

/// One condition.
///
/// | field | operators | value |
/// | --- | --- | --- |
/// | `status` | `is`, `is_not` | list of `open`, `snoozed`, `resolved` |
/// | `inbox` | `is`, `is_not` | list of inboxes |
/// | `team` | `is`, `is_not` | list of teams or `none` |
/// | `assignee` | `is`, `is_not` | list of `me`, `nobody` or agents |
/// | `tag` | `has_any`, `has_all`, `has_none` | list of tags |
/// | `priority` | `is`, `is_not` | list of `low`, `normal`, `high`, `urgent` |
/// | `channel` | `is`, `is_not` | list of `web` |
/// | `handler` | `is`, `is_not` | list of `none`, `bot`, `queued`, `offered`, `human` |
/// | `unread` | `is` | true or false |
/// | `waiting` | `longer_than` | seconds |
/// | `is_breached` | `is` | true or false: a target of the service standard is missed |
/// | `stage` | `is`, `is_not` | list of `pre_sales`, `in_sales`, `after_sales` |
/// | `created` | `before`, `after` | a time |
/// | `created` | `within_days` | days |
/// | `activity` | `within_days`, `older_than_days` | days |
/// | `contact.locale` | `is`, `is_not` | list of language tags; `en` is also `en-GB` |
/// | `contact.verified` | `is` | true or false |
/// | `rating` | `at_most`, `at_least` | 1 to 5, of the present or last session |
/// | `attribute.<key>` | `is`, `is_not` | list of texts |
/// | `attribute.<key>` | `is_set`, `is_not_set` | none |
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the wire form of `Condition` in the document"
)]
struct ConditionDto {
    /// What is compared.
    #[schema(example = "status")]
    field: String,
    /// How.
    operator: OperatorDto,
    /// With what.
    value: Option<OperandDto>,
}

/// How a field is compared.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(
    dead_code,
    reason = "describes the wire form of `Condition` in the document"
)]
enum OperatorDto {
    /// Among the values, or as said.
    Is,
    /// Among none of the values.
    IsNot,
    /// At least one of the tags.
    HasAny,
    /// All of the tags.
    HasAll,
    /// None of the tags.
    HasNone,
    /// More than so many seconds.
    LongerThan,
    /// Before a time.
    Before,
    /// After a time.
    After,
    /// In the last so many days.
    WithinDays,
    /// More than so many days ago.
    OlderThanDays,
    /// So many stars or fewer.
    AtMost,
    /// So many stars or more.
    AtLeast,
    /// There is a value.
    IsSet,
    /// There is no value.
    IsNotSet,
}

/// The value of a condition.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(
    dead_code,
    reason = "describes the wire form of `Operand` in the document"
)]
enum OperandDto {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(i64),
    /// Several values.
    List(Vec<String>),
    /// One text.
    Text(String),
}

/// A new view.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewBody {
    /// What it is called.
    pub name: String,
    /// Whether everybody has it in their list; needs `workspace.manage`.
    #[serde(default)]
    pub is_shared: bool,
    /// What it shows.
    #[schema(value_type = FilterDto)]
    pub filter: Filter,
    /// In which order.
    #[serde(default)]
    #[schema(value_type = Option<ViewSortDto>)]
    pub sort: ViewSort,
}

/// What changes in a view; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewPatchBody {
    /// What it is called.
    pub name: Option<String>,
    /// Whether everybody has it in their list; needs `workspace.manage`.
    pub is_shared: Option<bool>,
    /// What it shows.
    #[schema(value_type = Option<FilterDto>)]
    pub filter: Option<Filter>,
    /// In which order.
    #[schema(value_type = Option<ViewSortDto>)]
    pub sort: Option<ViewSort>,
}

impl From<ViewError> for ApiError {
    fn from(error: ViewError) -> Self {
        let detail = error.to_string();
        let place = |condition: usize, part: &str| format!("/filter/conditions/{condition}/{part}");
        match error {
            ViewError::NotFound(_) => Self::not_found("view"),
            ViewError::Denied(denied) => denied.into(),
            ViewError::Unknown { condition, what } => {
                let part = if what == "attribute" {
                    "field"
                } else {
                    "value"
                };
                Self::unprocessable(Code::InvalidField).field_detail(
                    place(condition, part),
                    "unknown",
                    detail,
                )
            }
            ViewError::Personal { condition, .. } => Self::unprocessable(Code::InvalidField)
                .field_detail(place(condition, "field"), "personal", detail),
            ViewError::TooMany => Self::conflict(Code::TooMany).detail(detail),
            ViewError::Store(source) => source.into(),
        }
    }
}

/// Shared views and the caller's own, by name.
#[utoipa::path(get, path = "/api/v1/views", tag = "conversations", responses((status = 200, body = Page<ViewDto>)))]
pub async fn list_views(State(app): State<App>, caller: Caller) -> ApiResult<Json<Page<ViewDto>>> {
    let views = app.read(&caller.0, use_cases::list_views).await?;
    let me = caller.actor.agent();
    Ok(Json(Page {
        items: views.into_iter().map(|it| ViewDto::new(it, me)).collect(),
        next: None,
    }))
}

/// Saves a view: one's own, or with `workspace.manage` one for all.
#[utoipa::path(post, path = "/api/v1/views", tag = "conversations", request_body = ViewBody,
    responses((status = 201, body = ViewDto)))]
pub async fn create_view(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<ViewBody>,
) -> ApiResult<(StatusCode, Json<ViewDto>)> {
    let new = NewView {
        name: field::<Name>(&body.name, "/name")?,
        is_shared: body.is_shared,
        filter: body.filter,
        sort: body.sort,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_view(tx, ctx, new.clone())
        })
        .await?;
    let view = ViewDto::new(view, caller.actor.agent());
    Ok((StatusCode::CREATED, Json(view)))
}

/// Changes a view.
#[utoipa::path(patch, path = "/api/v1/views/{id}", tag = "conversations", params(("id" = String, Path)),
    request_body = ViewPatchBody, responses((status = 200, body = ViewDto)))]
pub async fn update_view(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ViewId>,
    Valid(body): Valid<ViewPatchBody>,
) -> ApiResult<Json<ViewDto>> {
    let patch = ViewPatch {
        name: body.name.map(|name| field(&name, "/name")).transpose()?,
        is_shared: body.is_shared,
        filter: body.filter,
        sort: body.sort,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_view(tx, ctx, id, patch.clone())
        })
        .await?;
    Ok(Json(ViewDto::new(view, caller.actor.agent())))
}

/// Removes a view.
#[utoipa::path(delete, path = "/api/v1/views/{id}", tag = "conversations", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_view(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ViewId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_view(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
