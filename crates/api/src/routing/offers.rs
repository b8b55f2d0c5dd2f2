//! What the caller is asked to take, and their answer.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::conversations::get_conversation;
use zhiyin_app::routing::{self as use_cases, RoutingError};
use zhiyin_domain::ids::QueueItemId;

use super::dto::OfferDto;
use crate::conversations::ConversationDto;
use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid};

/// What the caller is asked to take now.
#[utoipa::path(get, path = "/api/v1/offers", tag = "routing", responses((status = 200, body = Page<OfferDto>)))]
pub async fn list_offers(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<OfferDto>>> {
    let offers = app.read(&caller.0, use_cases::list_offers).await?;
    Ok(Json(Page {
        items: offers.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// What was taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TakenDto {
    /// The conversation, which is the caller's now.
    pub conversation: ConversationDto,
}

/// Takes what the caller is offered. Taking it twice is taking it once.
#[utoipa::path(post, path = "/api/v1/offers/{item_id}/accept", tag = "routing",
    params(("item_id" = String, Path)), responses((status = 200, body = TakenDto)))]
pub async fn accept_offer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<QueueItemId>,
) -> ApiResult<Json<TakenDto>> {
    let view = app
        .write::<_, RoutingError, _>(&caller.0, move |tx, ctx| {
            let conversation = use_cases::accept(tx, ctx, id)?;
            Ok(get_conversation(tx, ctx, conversation.id)?)
        })
        .await?;
    Ok(Json(TakenDto {
        conversation: view.into(),
    }))
}

/// Why an offer is not taken.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeclineBody {
    /// In a few words, for those who lead the floor.
    pub reason: Option<String>,
}

/// Does not take what the caller is offered: it goes on to the next one, or back to the
/// colleague who sent it.
#[utoipa::path(post, path = "/api/v1/offers/{item_id}/decline", tag = "routing",
    params(("item_id" = String, Path)), request_body = DeclineBody, responses((status = 204)))]
pub async fn decline_offer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<QueueItemId>,
    Valid(body): Valid<DeclineBody>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::decline(tx, ctx, id, body.reason.as_deref())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
