//! Webhooks over HTTP, and what they are told.

mod dto;
mod reactor;

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::webhooks::{self as use_cases, WebhooksError};
use zhiyin_domain::ids::{WebhookDeliveryId, WebhookId};
use zhiyin_domain::time::Timestamp;
use zhiyin_domain::webhook::{WebhookError, event_types};
use zhiyin_store::StoreError;

use self::dto::{
    DeliveryDetailDto, DeliveryQuery, EventTypesDto, FreshWebhookDto, NewWebhookBody, ReplayBody,
    ReplayedDto, RotateWebhookBody, WebhookDeliveryDto, WebhookDto, WebhookPatchBody,
};
use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid};
use crate::state::AppState;

pub use reactor::work;

const LIST: &str = "webhook-deliveries";

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, create_webhook))
        .routes(routes!(get_webhook, update_webhook, delete_webhook))
        .routes(routes!(rotate_webhook_secret))
        .routes(routes!(test_webhook))
        .routes(routes!(list_webhook_deliveries))
        .routes(routes!(replay_webhook_deliveries))
        .routes(routes!(get_webhook_delivery))
        .routes(routes!(replay_webhook_delivery))
        .routes(routes!(list_webhook_event_types))
}

impl From<WebhooksError> for ApiError {
    fn from(error: WebhooksError) -> Self {
        let detail = error.to_string();
        let invalid = |path: &'static str| {
            Self::unprocessable(Code::InvalidField).field_detail(path, "invalid", detail.clone())
        };
        match error {
            WebhooksError::NotFound(_) => Self::not_found("webhook"),
            WebhooksError::DeliveryNotFound => Self::not_found("webhook delivery"),
            WebhooksError::InboxNotFound(_) => Self::not_found("inbox"),
            WebhooksError::NotApiInbox => invalid("/inbox_id"),
            WebhooksError::ChannelTaken => Self::conflict(Code::AlreadyExists).detail(detail),
            WebhooksError::Disabled => Self::conflict(Code::Changed).detail(detail),
            WebhooksError::TooMany => Self::conflict(Code::TooMany).detail(detail),
            WebhooksError::Overlap => invalid("/overlap_s"),
            WebhooksError::Url(_) | WebhooksError::Webhook(WebhookError::Url) => invalid("/url"),
            WebhooksError::Webhook(WebhookError::Name) => invalid("/name"),
            WebhooksError::Webhook(
                WebhookError::EventType(_) | WebhookError::TooManyEventTypes,
            ) => invalid("/event_types"),
            WebhooksError::Denied(denied) => denied.into(),
            WebhooksError::Changed | WebhooksError::Store(StoreError::Conflict { .. }) => {
                Self::conflict(Code::Changed)
            }
            WebhooksError::Store(source) => source.into(),
        }
    }
}

/// The webhooks of the workspace, oldest first, on one page.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks",
    responses((status = 200, body = Page<WebhookDto>)))]
pub async fn list_webhooks(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<WebhookDto>>> {
    let webhooks = app.read(&caller.0, use_cases::list_webhooks).await?;
    Ok(Json(Page {
        items: webhooks.into_iter().map(WebhookDto::from).collect(),
        next: None,
    }))
}

/// Creates a webhook. The secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = NewWebhookBody,
    responses((status = 201, body = FreshWebhookDto)))]
pub async fn create_webhook(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<NewWebhookBody>,
) -> ApiResult<(StatusCode, Json<FreshWebhookDto>)> {
    use_cases::check_url(&app, &body.url)?;
    let new = body.into();
    let fresh = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_webhook(tx, ctx, &new)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(fresh.into())))
}

/// One webhook.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = WebhookDto)))]
pub async fn get_webhook(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> ApiResult<Json<WebhookDto>> {
    let webhook = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::get_webhook(tx, ctx, id)
        })
        .await?;
    Ok(Json(webhook.into()))
}

/// Changes a webhook. Enabling it forgets its failures and sends what waits.
#[utoipa::path(patch, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    request_body = WebhookPatchBody, responses((status = 200, body = WebhookDto)))]
pub async fn update_webhook(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
    Valid(body): Valid<WebhookPatchBody>,
) -> ApiResult<Json<WebhookDto>> {
    if let Some(url) = &body.url {
        use_cases::check_url(&app, url)?;
    }
    let patch = body.into();
    let webhook = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_webhook(tx, ctx, id, &patch)
        })
        .await?;
    Ok(Json(webhook.into()))
}

/// Removes a webhook with all its deliveries.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_webhook(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_webhook(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a new secret, which is in this answer and nowhere else. The one before signs as
/// well until its time is over.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/rotate-secret", tag = "webhooks",
    params(("id" = String, Path)), request_body = RotateWebhookBody,
    responses((status = 201, body = FreshWebhookDto)))]
pub async fn rotate_webhook_secret(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
    Valid(body): Valid<RotateWebhookBody>,
) -> ApiResult<(StatusCode, Json<FreshWebhookDto>)> {
    let overlap = body
        .overlap_s
        .map(|seconds| Duration::from_secs(seconds.into()));
    let fresh = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::rotate_secret(tx, ctx, id, overlap)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(fresh.into())))
}

/// Sends `webhook.test`; the delivery shows how it goes.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/test", tag = "webhooks",
    params(("id" = String, Path)), responses((status = 201, body = WebhookDeliveryDto)))]
pub async fn test_webhook(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> ApiResult<(StatusCode, Json<WebhookDeliveryDto>)> {
    let delivery = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::test_webhook(tx, ctx, id)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(delivery.into())))
}

/// What was told to a webhook, newest first. Kept for 30 days.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path), DeliveryQuery),
    responses((status = 200, body = Page<WebhookDeliveryDto>)))]
pub async fn list_webhook_deliveries(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
    Query(query): Query<DeliveryQuery>,
) -> ApiResult<Json<Page<WebhookDeliveryDto>>> {
    let page = PageQuery {
        cursor: query.cursor.clone(),
        limit: query.limit,
    };
    let after = page
        .after::<(i64, WebhookDeliveryId)>(LIST)?
        .map(|(at, id)| (Timestamp::from_micros(at), id));
    let (filter, size) = (query.filter(), page.size());
    let rows = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_deliveries(tx, ctx, id, &filter, after, size + 1)
        })
        .await?;
    let page = Page::from_surplus(LIST, size, rows, |row| (row.created_at.as_micros(), row.id));
    Ok(Json(page.map(WebhookDeliveryDto::from)))
}

/// Sends deliveries that are finished again, the failed ones unless `state` says otherwise;
/// at most a thousand, oldest first.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/replay", tag = "webhooks",
    params(("id" = String, Path)), request_body = ReplayBody,
    responses((status = 200, body = ReplayedDto)))]
pub async fn replay_webhook_deliveries(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
    Valid(body): Valid<ReplayBody>,
) -> ApiResult<Json<ReplayedDto>> {
    let filter = body.into();
    let count = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::replay_deliveries(tx, ctx, id, &filter)
        })
        .await?;
    Ok(Json(ReplayedDto { count }))
}

/// One delivery with what is sent and the answers it got.
#[utoipa::path(get, path = "/api/v1/webhook-deliveries/{id}", tag = "webhooks",
    params(("id" = String, Path)), responses((status = 200, body = DeliveryDetailDto)))]
pub async fn get_webhook_delivery(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookDeliveryId>,
) -> ApiResult<Json<DeliveryDetailDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::get_delivery(tx, ctx, id)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Sends one delivery again, under the same `webhook-id`.
#[utoipa::path(post, path = "/api/v1/webhook-deliveries/{id}/replay", tag = "webhooks",
    params(("id" = String, Path)), responses((status = 200, body = WebhookDeliveryDto)))]
pub async fn replay_webhook_delivery(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookDeliveryId>,
) -> ApiResult<Json<WebhookDeliveryDto>> {
    let delivery = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::replay_delivery(tx, ctx, id)
        })
        .await?;
    Ok(Json(delivery.into()))
}

/// The event types a webhook can hear of; `case.*` stands for all that begin with `case.`.
#[utoipa::path(get, path = "/api/v1/webhook-event-types", tag = "webhooks",
    responses((status = 200, body = EventTypesDto)))]
pub async fn list_webhook_event_types(_caller: Caller) -> Json<EventTypesDto> {
    Json(EventTypesDto {
        items: event_types().collect(),
    })
}
