//! One answer for all children of a case.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::{self as use_cases, BroadcastView};
use zhiyin_domain::ids::{CaseBroadcastId, CaseId};
use zhiyin_domain::time::Timestamp;

use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_case_broadcasts, answer_children))
}

/// How it ended for one child.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BroadcastItemDto {
    /// Which child.
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// `answered`, `answered_before`, `closed`, `merged`, `no_contact`, `same_contact`,
    /// `no_conversation` or `failed`.
    pub outcome: String,
}

/// One answer for all children, with how far it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BroadcastDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: CaseBroadcastId,
    /// What they are told.
    pub text: String,
    /// `running` or `done`.
    pub state: &'static str,
    /// How many children there were.
    pub total: u32,
    /// How many were told.
    pub answered: usize,
    /// How many were left out, for a reason.
    pub skipped: usize,
    /// How many could not be told.
    pub failed: usize,
    /// Whether they are resolved with it.
    pub resolve: bool,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When all of them were done with.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
    /// The children that are done with.
    pub items: Vec<BroadcastItemDto>,
}

impl From<BroadcastView> for BroadcastDto {
    fn from(it: BroadcastView) -> Self {
        let count = |wanted: &[&str]| {
            let found = it.delivered.iter();
            found
                .filter(|one| wanted.contains(&one.outcome.as_str()))
                .count()
        };
        let (answered, failed) = (count(&["answered"]), count(&["failed", "no_conversation"]));
        Self {
            id: it.broadcast.id,
            state: if it.broadcast.done_at.is_some() {
                "done"
            } else {
                "running"
            },
            total: it.broadcast.total,
            answered,
            skipped: it.delivered.len() - answered - failed,
            failed,
            resolve: it.broadcast.resolves,
            created_at: it.broadcast.created_at,
            done_at: it.broadcast.done_at,
            text: it.broadcast.text,
            items: it
                .delivered
                .into_iter()
                .map(|one| BroadcastItemDto {
                    case_id: one.case_id,
                    outcome: one.outcome,
                })
                .collect(),
        }
    }
}

/// What all children are told.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerChildrenBody {
    /// The sender's own id, by which a repeat is recognised.
    pub client_id: String,
    /// What they are told.
    pub text: String,
    /// Whether they are resolved with it.
    #[serde(default)]
    pub resolve: bool,
}

/// Answers all children of a case: each customer once. It is done piece by piece; the same
/// client id gives how far it is.
#[utoipa::path(post, path = "/api/v1/cases/{id}/answer-children", tag = "cases",
    params(("id" = String, Path)), request_body = AnswerChildrenBody,
    responses((status = 202, body = BroadcastDto)))]
pub async fn answer_children(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<AnswerChildrenBody>,
) -> ApiResult<(StatusCode, Json<BroadcastDto>)> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            let what = (body.client_id.as_str(), body.text.as_str(), body.resolve);
            use_cases::answer_children(tx, ctx, id, what)
        })
        .await?;
    Ok((StatusCode::ACCEPTED, Json(view.into())))
}

/// The answers for all children of a case, the latest first.
#[utoipa::path(get, path = "/api/v1/cases/{id}/answer-children", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = Page<BroadcastDto>)))]
pub async fn list_case_broadcasts(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<Page<BroadcastDto>>> {
    let views = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_broadcasts(tx, ctx, id)
        })
        .await?;
    Ok(Json(Page {
        items: views.into_iter().map(Into::into).collect(),
        next: None,
    }))
}
