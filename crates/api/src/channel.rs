//! API inboxes over HTTP: what another system brings in, and how far our answers got.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::channel::{self as use_cases, ChannelError, Customer, CustomerPatch};
use zhiyin_app::conversations::NewMessage;
use zhiyin_app::widget::{VisitorPage, WidgetError};
use zhiyin_domain::ids::{ContactId, ConversationId, InboxId, MessageId};
use zhiyin_domain::message::{Delivery, MessageKind};

use crate::code::Code;
use crate::conversations::dto::{MessageDto, Reader};
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Query, Valid};
use crate::state::AppState;
use crate::widget::dto::WidgetConversationDto;

/// Messages of a page, if nothing else is said, and at most.
const PAGE: (u32, u32) = (50, 100);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(save_channel_contact))
        .routes(routes!(receive_channel_message, list_channel_messages))
        .routes(routes!(get_channel_conversation))
        .routes(routes!(report_channel_delivery))
        .routes(routes!(report_channel_seen))
}

impl From<ChannelError> for ApiError {
    fn from(error: ChannelError) -> Self {
        let detail = error.to_string();
        let invalid = |path: &'static str| {
            Self::unprocessable(Code::InvalidField).field_detail(path, "invalid", detail.clone())
        };
        match error {
            ChannelError::InboxNotFound(_) => Self::not_found("inbox"),
            ChannelError::NotApiInbox => invalid("/inbox_id"),
            ChannelError::ContactNotFound => Self::not_found("contact"),
            ChannelError::MessageNotFound(_) => Self::not_found("message"),
            ChannelError::ExternalId => invalid("/contact/external_id"),
            ChannelError::Email => invalid("/contact/email"),
            ChannelError::Phone => invalid("/contact/phone"),
            ChannelError::Contact(error) => WidgetError::Contact(error).into(),
            ChannelError::Widget(error) => error.into(),
            ChannelError::Denied(denied) => denied.into(),
            ChannelError::Store(source) => source.into(),
        }
    }
}

/// A customer as the other system knows them. What is left out stays as it is.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelContactBody {
    /// The other system's own id of the customer, 1 to 200 characters. The same id is the
    /// same contact.
    pub external_id: String,
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language tag, such as `zh-CN`.
    pub locale: Option<String>,
    /// Attributes; those that are not named stay.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

impl ChannelContactBody {
    fn split(self) -> (String, CustomerPatch) {
        let patch = CustomerPatch {
            name: self.name,
            email: self.email,
            phone: self.phone,
            locale: self.locale,
            attributes: self.attributes,
        };
        (self.external_id, patch)
    }
}

/// A customer of an inbox.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelContactCallBody {
    /// An inbox of the API channel.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// The customer.
    pub contact: ChannelContactBody,
}

/// What a customer wrote.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelMessageBody {
    /// An inbox of the API channel.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// Who wrote it; taken in if they are new.
    pub contact: ChannelContactBody,
    /// The other system's own id of the message, 1 to 64 printable ASCII characters: sent
    /// again with the same one it is the same message.
    pub external_id: String,
    /// The text.
    pub text: String,
}

/// Where a customer stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelContactDto {
    /// The contact.
    #[schema(value_type = String)]
    pub contact_id: ContactId,
    /// The other system's id.
    pub external_id: String,
    /// Whether this call took them in.
    pub is_new: bool,
}

impl From<Customer> for ChannelContactDto {
    fn from(customer: Customer) -> Self {
        Self {
            contact_id: customer.contact.id,
            external_id: customer.identity.external_id,
            is_new: customer.is_new,
        }
    }
}

/// A message that was taken in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelMessageDto {
    /// The message.
    #[schema(value_type = String)]
    pub message_id: MessageId,
    /// Its conversation.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// Its place in the conversation.
    pub seq: i64,
    /// Whether it had been taken in before.
    pub is_repeat: bool,
    /// Who wrote it.
    pub contact: ChannelContactDto,
}

/// Takes in a customer, or brings what is known of them up to date. May be repeated.
#[utoipa::path(put, path = "/api/v1/channel/contacts", tag = "channel",
    request_body = ChannelContactCallBody, responses((status = 200, body = ChannelContactDto)))]
pub async fn save_channel_contact(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<ChannelContactCallBody>,
) -> ApiResult<Json<ChannelContactDto>> {
    let inbox = body.inbox_id;
    let (external_id, patch) = body.contact.split();
    let customer = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::save_customer(tx, ctx, inbox, &external_id, &patch)
        })
        .await?;
    Ok(Json(customer.into()))
}

/// Takes in what a customer wrote: the contact and the conversation are made if they are
/// not there. May be repeated: then it is answered with 200 and the same message.
#[utoipa::path(post, path = "/api/v1/channel/messages", tag = "channel",
    request_body = ChannelMessageBody,
    responses((status = 201, body = ChannelMessageDto), (status = 200, body = ChannelMessageDto)))]
pub async fn receive_channel_message(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<ChannelMessageBody>,
) -> ApiResult<(StatusCode, Json<ChannelMessageDto>)> {
    let inbox = body.inbox_id;
    let (external_id, patch) = body.contact.split();
    let message = NewMessage {
        client_id: Some(body.external_id),
        kind: MessageKind::Text,
        text: body.text,
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    };
    let prepared = message.prepare().map_err(WidgetError::from)?;
    let received = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::receive(tx, ctx, inbox, &external_id, &patch, &prepared)
        })
        .await?;
    let status = if received.posted.is_repeat {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let answer = ChannelMessageDto {
        message_id: received.posted.message.id,
        conversation_id: received.conversation.id,
        seq: received.posted.message.seq,
        is_repeat: received.posted.is_repeat,
        contact: received.customer.into(),
    };
    Ok((status, Json(answer)))
}

/// Whose conversation.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChannelQuery {
    /// An inbox of the API channel.
    #[param(value_type = String)]
    pub inbox_id: InboxId,
    /// The other system's id of the customer.
    pub contact_external_id: String,
    /// Only messages before this place.
    pub before_seq: Option<i64>,
    /// Messages of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// Messages of a conversation as its customer may see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelMessagesDto {
    /// Oldest first.
    pub items: Vec<MessageDto>,
    /// The `before_seq` of the page before this one; `null` if there is none.
    pub before_seq: Option<i64>,
}

impl From<VisitorPage> for ChannelMessagesDto {
    fn from(page: VisitorPage) -> Self {
        let message = |view| MessageDto::new(view, Reader::Contact);
        Self {
            items: page.messages.into_iter().map(message).collect(),
            before_seq: page.before_seq,
        }
    }
}

/// The last messages of a customer's conversation, for a system that has lost some.
#[utoipa::path(get, path = "/api/v1/channel/messages", tag = "channel", params(ChannelQuery),
    responses((status = 200, body = ChannelMessagesDto)))]
pub async fn list_channel_messages(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ChannelQuery>,
) -> ApiResult<Json<ChannelMessagesDto>> {
    let limit = query.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1);
    let page = app
        .read(&caller.0, move |tx, ctx| {
            let id = &query.contact_external_id;
            use_cases::messages(tx, ctx, query.inbox_id, id, query.before_seq, limit)
        })
        .await?;
    Ok(Json(page.into()))
}

/// The conversation of a customer as they may see it.
#[utoipa::path(get, path = "/api/v1/channel/conversation", tag = "channel", params(ChannelQuery),
    responses((status = 200, body = WidgetConversationDto)))]
pub async fn get_channel_conversation(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ChannelQuery>,
) -> ApiResult<Json<WidgetConversationDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| {
            let id = &query.contact_external_id;
            use_cases::conversation(tx, ctx, query.inbox_id, id)
        })
        .await?;
    Ok(Json(WidgetConversationDto::new(view, app.clock().now())))
}

/// How far a message to a customer got.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportedDelivery {
    /// On the customer's device.
    Delivered,
    /// Seen by the customer.
    Read,
    /// It cannot be delivered.
    Failed,
}

impl From<ReportedDelivery> for Delivery {
    fn from(reported: ReportedDelivery) -> Self {
        match reported {
            ReportedDelivery::Delivered => Self::Delivered,
            ReportedDelivery::Read => Self::Read,
            ReportedDelivery::Failed => Self::Failed,
        }
    }
}

/// A report about a message.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelDeliveryBody {
    /// An inbox of the API channel.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// The message, as the webhook named it.
    #[schema(value_type = String)]
    pub message_id: MessageId,
    /// How far it got.
    pub delivery: ReportedDelivery,
}

/// Tells how far a message to a customer got. States only move forward: a report that comes
/// late or twice changes nothing. The answer is the message as it stands.
#[utoipa::path(post, path = "/api/v1/channel/deliveries", tag = "channel",
    request_body = ChannelDeliveryBody, responses((status = 200, body = ChannelDeliveryDto)))]
pub async fn report_channel_delivery(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<ChannelDeliveryBody>,
) -> ApiResult<Json<ChannelDeliveryDto>> {
    let message = app
        .write(&caller.0, move |tx, ctx| {
            let delivery = body.delivery.into();
            use_cases::report_delivery(tx, ctx, body.inbox_id, body.message_id, delivery)
        })
        .await?;
    Ok(Json(ChannelDeliveryDto {
        message_id: message.id,
        delivery: message.delivery.as_str(),
    }))
}

/// How far a message got.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelDeliveryDto {
    /// The message.
    #[schema(value_type = String)]
    pub message_id: MessageId,
    /// `pending`, `sent`, `delivered`, `read` or `failed`.
    pub delivery: &'static str,
}

/// How far a customer has read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelSeenBody {
    /// An inbox of the API channel.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// The other system's id of the customer.
    pub contact_external_id: String,
    /// Place of the last message read.
    pub seq: i64,
}

/// Tells that a customer has read everything up to a place. May be repeated.
#[utoipa::path(post, path = "/api/v1/channel/seen", tag = "channel", request_body = ChannelSeenBody,
    responses((status = 204)))]
pub async fn report_channel_seen(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<ChannelSeenBody>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::seen(tx, ctx, body.inbox_id, &body.contact_external_id, body.seq)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
