//! Scheduled messages over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::email::Addressing;
use zhiyin_app::scheduled_messages as use_cases;
use zhiyin_app::scheduled_messages::{
    NewScheduled, ScheduledMessageError, ScheduledPatch, ScheduledView,
};
use zhiyin_domain::ids::{AgentId, AttachmentId, ConversationId, MessageId, ScheduledMessageId};
use zhiyin_domain::scheduled_message::{ScheduleError, ScheduledStatus};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::StoreError;

use crate::code::Code;
use crate::conversations::AttachmentDto;
use crate::email::{AddressingBody, AddressingDto};
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_scheduled_messages, create_scheduled_message))
        .routes(routes!(update_scheduled_message, cancel_scheduled_message))
        .routes(routes!(send_scheduled_message))
}

/// An answer that is sent later, under the name of its author.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScheduledMessageDto {
    /// Identifier.
    #[schema(value_type = String, example = "sm_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: ScheduledMessageId,
    /// Where it goes.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// Who wrote it.
    pub author: ScheduledAuthorDto,
    /// The text, with light formatting.
    pub text: String,
    /// Its files.
    pub attachments: Vec<AttachmentDto>,
    /// When it is sent.
    #[schema(value_type = String, format = DateTime)]
    pub send_at: Timestamp,
    /// Whether it is dropped when the customer writes first.
    pub cancel_on_reply: bool,
    /// What became of it.
    pub status: ScheduledStatusDto,
    /// Why it was not sent: `by_agent`, `customer_replied` when it was cancelled;
    /// `author_inactive`, `not_allowed`, `contact_blocked`, `attachment_missing` when it failed.
    pub reason: Option<&'static str>,
    /// The message it became.
    #[schema(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
    /// To whom it goes as a mail; `null` if as usual.
    pub email: Option<AddressingDto>,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

/// Who wrote a scheduled message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScheduledAuthorDto {
    /// The agent.
    #[schema(value_type = String)]
    pub id: AgentId,
    /// Full name.
    pub name: String,
}

/// What became of a scheduled message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScheduledStatusDto {
    /// Its time has not come.
    Waiting,
    /// It was sent.
    Sent,
    /// It was dropped.
    Cancelled,
    /// It could not be sent.
    Failed,
}

impl From<ScheduledView> for ScheduledMessageDto {
    fn from(view: ScheduledView) -> Self {
        let it = view.message;
        let (status, message_id) = match it.status {
            ScheduledStatus::Waiting => (ScheduledStatusDto::Waiting, None),
            ScheduledStatus::Sent { message_id, .. } => {
                (ScheduledStatusDto::Sent, Some(message_id))
            }
            ScheduledStatus::Cancelled { .. } => (ScheduledStatusDto::Cancelled, None),
            ScheduledStatus::Failed { .. } => (ScheduledStatusDto::Failed, None),
        };
        Self {
            id: it.id,
            conversation_id: it.conversation_id,
            author: ScheduledAuthorDto {
                id: it.author_id,
                name: view.author_name,
            },
            text: it.text,
            attachments: view.attachments.into_iter().map(Into::into).collect(),
            send_at: it.send_at,
            cancel_on_reply: it.cancel_on_reply,
            status,
            reason: it.status.reason(),
            message_id,
            email: view.addressing.map(Into::into),
            created_at: it.created_at,
            version: it.version,
        }
    }
}

/// An answer to be sent later.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduledMessageBody {
    /// The sender's own id; scheduling again with the same one gives the same message.
    pub client_id: String,
    /// The text, with light formatting.
    #[serde(default)]
    pub text: String,
    /// Files uploaded before.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub attachment_ids: Vec<AttachmentId>,
    /// When it is sent, at most 366 days ahead.
    #[schema(value_type = String, format = DateTime)]
    pub send_at: Timestamp,
    /// Whether it is dropped when the customer writes first.
    #[serde(default)]
    pub cancel_on_reply: bool,
    /// To whom it goes as a mail, in a conversation by mail only; as usual if left out.
    pub email: Option<AddressingBody>,
}

/// What changes in a scheduled message; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduledMessagePatchBody {
    /// The text.
    pub text: Option<String>,
    /// When it is sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub send_at: Option<Timestamp>,
    /// To whom it goes as a mail.
    pub email: Option<AddressingBody>,
}

/// Scheduled messages of a conversation: those that wait, the next one first, and behind them
/// the last twenty that wait no more.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/scheduled-messages", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = Page<ScheduledMessageDto>)))]
pub async fn list_scheduled_messages(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<Page<ScheduledMessageDto>>> {
    let messages = app
        .read(&caller.0, move |tx, ctx| use_cases::list(tx, ctx, id))
        .await?;
    Ok(Json(Page {
        items: messages.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Writes an answer that is sent later under the caller's name. Everything is checked again
/// when its time comes. Scheduling again with the same `client_id` gives the same message
/// with status 200.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/scheduled-messages", tag = "conversations",
    params(("id" = String, Path)), request_body = ScheduledMessageBody,
    responses((status = 201, body = ScheduledMessageDto), (status = 200, body = ScheduledMessageDto)))]
pub async fn create_scheduled_message(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<ScheduledMessageBody>,
) -> ApiResult<(StatusCode, Json<ScheduledMessageDto>)> {
    let new = NewScheduled {
        client_id: body.client_id,
        text: body.text,
        attachment_ids: body.attachment_ids,
        send_at: body.send_at,
        cancel_on_reply: body.cancel_on_reply,
        addressing: body.email.map(Addressing::try_from).transpose()?,
    };
    let scheduled = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::schedule(tx, ctx, id, &new)
        })
        .await?;
    let status = if scheduled.is_repeat {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(scheduled.view.into())))
}

/// Changes text, time or recipients of an own message that waits.
#[utoipa::path(patch, path = "/api/v1/scheduled-messages/{id}", tag = "conversations",
    params(("id" = String, Path)), request_body = ScheduledMessagePatchBody,
    responses((status = 200, body = ScheduledMessageDto)))]
pub async fn update_scheduled_message(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ScheduledMessageId>,
    Valid(body): Valid<ScheduledMessagePatchBody>,
) -> ApiResult<Json<ScheduledMessageDto>> {
    let patch = ScheduledPatch {
        text: body.text,
        send_at: body.send_at,
        addressing: body.email.map(Addressing::try_from).transpose()?,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::change(tx, ctx, id, &patch)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Drops a message that waits: an own one, or anybody's with `conversations.manage`.
#[utoipa::path(delete, path = "/api/v1/scheduled-messages/{id}", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = ScheduledMessageDto)))]
pub async fn cancel_scheduled_message(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ScheduledMessageId>,
) -> ApiResult<Json<ScheduledMessageDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| use_cases::cancel(tx, ctx, id))
        .await?;
    Ok(Json(view.into()))
}

/// Sends an own message that waits at once.
#[utoipa::path(post, path = "/api/v1/scheduled-messages/{id}/send", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = ScheduledMessageDto)))]
pub async fn send_scheduled_message(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ScheduledMessageId>,
) -> ApiResult<Json<ScheduledMessageDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| use_cases::send_now(tx, ctx, id))
        .await?;
    Ok(Json(view.into()))
}

impl From<ScheduledMessageError> for ApiError {
    fn from(error: ScheduledMessageError) -> Self {
        match error {
            ScheduledMessageError::NotFound(_) => Self::not_found("scheduled message"),
            ScheduledMessageError::NotAuthor => {
                Self::forbidden(Code::Forbidden).detail(error.to_string())
            }
            ScheduledMessageError::Schedule(error) => error.into(),
            ScheduledMessageError::CannotSend(reason) => {
                Self::conflict(Code::NotSendable).detail(format!(
                    "The message cannot be sent now: {}.",
                    reason.as_str().replace('_', " ")
                ))
            }
            ScheduledMessageError::Message(error) => error.into(),
            ScheduledMessageError::Denied(denied) => denied.into(),
            ScheduledMessageError::Conversation(error) => error.into(),
            ScheduledMessageError::Store(StoreError::Conflict { .. }) => {
                Self::conflict(Code::Changed)
            }
            ScheduledMessageError::Store(source) => source.into(),
        }
    }
}

impl From<ScheduleError> for ApiError {
    fn from(error: ScheduleError) -> Self {
        match error {
            ScheduleError::InPast => Self::unprocessable(Code::ScheduleInPast).field("/send_at"),
            ScheduleError::TooFar => Self::unprocessable(Code::InvalidField).field_detail(
                "/send_at",
                "too-far",
                error.to_string(),
            ),
            ScheduleError::TooMany => Self::unprocessable(Code::TooMany).detail(error.to_string()),
            ScheduleError::NotWaiting => Self::conflict(Code::NotWaiting),
        }
    }
}
