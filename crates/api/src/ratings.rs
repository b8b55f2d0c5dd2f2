//! Ratings over HTTP: the sessions of a conversation with what their customer thought, and
//! links to the rating page.

mod report;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::ratings as use_cases;
use zhiyin_app::ratings::RateError;
use zhiyin_domain::ids::ConversationId;
use zhiyin_domain::ratings::RatingError;
use zhiyin_domain::time::Timestamp;

use crate::code::Code;
use crate::conversations::SessionDto;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_conversation_sessions))
        .routes(routes!(create_rating_link))
        .routes(routes!(report::get_expectation_report))
        .routes(routes!(report::list_expectation_sessions))
}

/// A link to the rating page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RatingLinkDto {
    /// The address to send to the customer. Whoever has it may rate this one session.
    pub url: String,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// Sessions of a conversation with their ratings, newest first, the last hundred.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/sessions", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = Page<SessionDto>)))]
pub async fn list_conversation_sessions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<Page<SessionDto>>> {
    let sessions = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_sessions(tx, ctx, id)
        })
        .await?;
    Ok(Json(Page {
        items: sessions.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Makes a link with which the customer can rate the last session that is over, for thirty
/// days and without the widget.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/rating-link", tag = "conversations",
    params(("id" = String, Path)), responses((status = 201, body = RatingLinkDto)))]
pub async fn create_rating_link(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<(StatusCode, Json<RatingLinkDto>)> {
    let link = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_link(tx, ctx, id)
        })
        .await?;
    let base = app.parts().settings.public_url.trim_end_matches('/');
    let dto = RatingLinkDto {
        url: format!("{base}/rate/{}", link.token),
        expires_at: link.expires_at,
    };
    Ok((StatusCode::CREATED, Json(dto)))
}

impl From<RateError> for ApiError {
    fn from(error: RateError) -> Self {
        match error {
            RateError::Rating(error) => error.into(),
            RateError::Conversation(error) => error.into(),
            RateError::Store(source) => source.into(),
        }
    }
}

impl From<RatingError> for ApiError {
    fn from(error: RatingError) -> Self {
        match error {
            RatingError::Score => Self::unprocessable(Code::InvalidField).field_detail(
                "/score",
                "out-of-range",
                error.to_string(),
            ),
            RatingError::CommentTooLong => Self::unprocessable(Code::TooLong).field("/comment"),
            RatingError::NotResolved | RatingError::WindowOver | RatingError::TooManyChanges => {
                Self::conflict(Code::NotRateable).detail(error.to_string())
            }
        }
    }
}
