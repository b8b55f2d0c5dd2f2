//! What a customer may do instead of waiting.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::routing as use_cases;

use super::dto::WidgetQueueDto;
use crate::error::ApiResult;
use crate::extract::{Valid, VisitorCaller};

/// Leaves a message instead of waiting: what was written is answered later, by a promised time.
#[utoipa::path(post, path = "/api/v1/widget/queue/leave_message", tag = "widget",
    responses((status = 200, body = Option<WidgetQueueDto>)))]
pub async fn leave_message(
    State(app): State<App>,
    caller: VisitorCaller,
) -> ApiResult<Json<Option<WidgetQueueDto>>> {
    let visitor = caller.0.visitor.clone();
    let queue = app
        .write(&caller.0.principal, move |tx, ctx| {
            use_cases::leave_message(tx, ctx, &visitor)
        })
        .await?;
    Ok(Json(queue.map(Into::into)))
}

/// Where to call.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallBackBody {
    /// Telephone number.
    pub phone: String,
    /// When it suits, or what it is about.
    pub note: Option<String>,
}

/// Asks to be called instead of waiting.
#[utoipa::path(post, path = "/api/v1/widget/queue/call_back", tag = "widget", request_body = CallBackBody,
    responses((status = 200, body = Option<WidgetQueueDto>)))]
pub async fn request_call_back(
    State(app): State<App>,
    caller: VisitorCaller,
    Valid(body): Valid<CallBackBody>,
) -> ApiResult<Json<Option<WidgetQueueDto>>> {
    let visitor = caller.0.visitor.clone();
    let queue = app
        .write(&caller.0.principal, move |tx, ctx| {
            use_cases::call_back(tx, ctx, &visitor, &body.phone, body.note.as_deref())
        })
        .await?;
    Ok(Json(queue.map(Into::into)))
}

/// Waits after all, at the old place.
#[utoipa::path(post, path = "/api/v1/widget/queue/stay", tag = "widget",
    responses((status = 200, body = Option<WidgetQueueDto>)))]
pub async fn stay_in_queue(
    State(app): State<App>,
    caller: VisitorCaller,
) -> ApiResult<Json<Option<WidgetQueueDto>>> {
    let visitor = caller.0.visitor.clone();
    let queue = app
        .write(&caller.0.principal, move |tx, ctx| {
            use_cases::stay(tx, ctx, &visitor)
        })
        .await?;
    Ok(Json(queue.map(Into::into)))
}
