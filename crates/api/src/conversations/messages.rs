//! Handlers over messages.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use zhiyin_app::App;
use zhiyin_app::conversations as use_cases;
use zhiyin_app::conversations::{ConversationError, NewMessage};
use zhiyin_app::email::Addressing;
use zhiyin_domain::ids::{ConversationId, MessageId};
use zhiyin_domain::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};

use super::bodies::{EditBody, MessageBody, MessagesQuery};
use super::dto::{MessageDto, Reader};
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Query, Valid};

/// Messages of a conversation, oldest first. `next` leads to earlier ones: pass its place
/// as `before_seq`.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/messages", tag = "conversations",
    params(("id" = String, Path), MessagesQuery), responses((status = 200, body = Page<MessageDto>)))]
pub async fn list_messages(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(query): Query<MessagesQuery>,
) -> ApiResult<Json<Page<MessageDto>>> {
    let limit = query
        .limit
        .unwrap_or(PAGE_SIZE_DEFAULT)
        .clamp(1, PAGE_SIZE_MAX);
    let page = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_messages(tx, ctx, id, query.before_seq, limit)
        })
        .await?;
    let items = page
        .messages
        .into_iter()
        .map(|view| MessageDto::new(view, Reader::Company))
        .collect();
    Ok(Json(Page {
        items,
        next: page.before_seq.map(|seq| seq.to_string()),
    }))
}

/// Answers the customer or leaves a note. Sending again with the same `client_id` gives
/// the same message with status 200.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages", tag = "conversations",
    params(("id" = String, Path)), request_body = MessageBody,
    responses((status = 201, body = MessageDto), (status = 200, body = MessageDto)))]
pub async fn create_message(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<MessageBody>,
) -> ApiResult<(StatusCode, Json<MessageDto>)> {
    let mut body = body;
    let addressing = body.email.take().map(Addressing::try_from).transpose()?;
    let prepared = NewMessage::from(body).prepare().map_err(ApiError::from)?;
    let prepared = match addressing {
        Some(addressing) => prepared.addressed(addressing),
        None => prepared,
    };
    let (view, is_repeat) = app
        .write(&caller.0, move |tx, ctx| {
            let posted = use_cases::post_message(tx, ctx, id, &prepared)?;
            let view = use_cases::message_view(tx, ctx, posted.message.id)?;
            Ok::<_, ConversationError>((view, posted.is_repeat))
        })
        .await?;
    let status = if is_repeat {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(MessageDto::new(view, Reader::Company))))
}

/// Replaces the text of an own message, for fifteen minutes.
#[utoipa::path(patch, path = "/api/v1/messages/{id}", tag = "conversations",
    params(("id" = String, Path)), request_body = EditBody, responses((status = 200, body = MessageDto)))]
pub async fn edit_message(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Valid(body): Valid<EditBody>,
) -> ApiResult<Json<MessageDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::edit_message(tx, ctx, id, &body.text)?;
            use_cases::message_view(tx, ctx, id)
        })
        .await?;
    Ok(Json(MessageDto::new(view, Reader::Company)))
}

/// Takes an own message back, for fifteen minutes.
#[utoipa::path(delete, path = "/api/v1/messages/{id}", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = MessageDto)))]
pub async fn recall_message(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MessageId>,
) -> ApiResult<Json<MessageDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::recall_message(tx, ctx, id)?;
            use_cases::message_view(tx, ctx, id)
        })
        .await?;
    Ok(Json(MessageDto::new(view, Reader::Company)))
}
