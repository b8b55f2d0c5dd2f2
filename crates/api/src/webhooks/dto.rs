//! The wire forms of webhooks and their deliveries.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use zhiyin_app::webhooks::{DeliveryView, FreshWebhook, NewWebhook, WebhookPatch};
use zhiyin_domain::ids::{InboxId, MessageId, WebhookDeliveryId, WebhookId};
use zhiyin_domain::time::Timestamp;
use zhiyin_domain::webhook::{
    DeliveryState, Webhook, WebhookAttempt, WebhookDelivery, WebhookPurpose,
};
use zhiyin_store::webhooks::deliveries::DeliveryFilter;

/// What a webhook is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookPurposeDto {
    /// Tells what happens in the workspace.
    #[default]
    Events,
    /// Takes what the customers of an API inbox are to get.
    Channel,
}

impl From<WebhookPurpose> for WebhookPurposeDto {
    fn from(purpose: WebhookPurpose) -> Self {
        match purpose {
            WebhookPurpose::Events => Self::Events,
            WebhookPurpose::Channel => Self::Channel,
        }
    }
}

impl From<WebhookPurposeDto> for WebhookPurpose {
    fn from(purpose: WebhookPurposeDto) -> Self {
        match purpose {
            WebhookPurposeDto::Events => Self::Events,
            WebhookPurposeDto::Channel => Self::Channel,
        }
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookDeliveryStateDto {
    /// For its time.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// Given up.
    Failed,
}

impl From<DeliveryState> for WebhookDeliveryStateDto {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Waiting => Self::Waiting,
            DeliveryState::Delivered => Self::Delivered,
            DeliveryState::Failed => Self::Failed,
        }
    }
}

impl From<WebhookDeliveryStateDto> for DeliveryState {
    fn from(state: WebhookDeliveryStateDto) -> Self {
        match state {
            WebhookDeliveryStateDto::Waiting => Self::Waiting,
            WebhookDeliveryStateDto::Delivered => Self::Delivered,
            WebhookDeliveryStateDto::Failed => Self::Failed,
        }
    }
}

/// A receiver of events.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: WebhookId,
    /// What it is for.
    pub purpose: WebhookPurposeDto,
    /// The only inbox it hears of; `null` for all.
    #[schema(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
    /// Name for colleagues.
    pub name: String,
    /// Where to send.
    pub url: String,
    /// Names of events, or groups such as `case.*`; empty means all.
    pub event_types: Vec<String>,
    /// Whether things are sent.
    pub is_enabled: bool,
    /// Why not: `by_hand`, `gone` (the receiver answered 410) or `failing` (for five days).
    pub disabled_reason: Option<&'static str>,
    /// Since when not.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Timestamp>,
    /// Since when every attempt has failed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Timestamp>,
    /// Nothing is sent before: nobody answered, or the receiver asked for it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resting_until: Option<Timestamp>,
    /// When an attempt last succeeded.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_success_at: Option<Timestamp>,
    /// Until when the secret before the last rotation signs as well.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub previous_secret_until: Option<Timestamp>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Rises with every change by people.
    pub version: i64,
}

impl From<Webhook> for WebhookDto {
    fn from(it: Webhook) -> Self {
        Self {
            is_enabled: it.is_enabled(),
            disabled_reason: it.disabled.map(|(reason, _)| reason.as_str()),
            disabled_at: it.disabled.map(|(_, at)| at),
            id: it.id,
            purpose: it.purpose.into(),
            inbox_id: it.inbox_id,
            name: it.name,
            url: it.url,
            event_types: it.event_types,
            failing_since: it.failing_since,
            resting_until: it.resting_until,
            last_success_at: it.last_success_at,
            previous_secret_until: it.previous_secret_until,
            created_at: it.created_at,
            version: it.version,
        }
    }
}

/// A webhook with its secret, which is told this once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FreshWebhookDto {
    /// The webhook.
    pub webhook: WebhookDto,
    /// `whsec_` and 32 bytes in base64.
    pub secret: String,
}

impl From<FreshWebhook> for FreshWebhookDto {
    fn from(fresh: FreshWebhook) -> Self {
        Self {
            webhook: fresh.webhook.into(),
            secret: fresh.secret.into_inner(),
        }
    }
}

/// A new webhook.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhookBody {
    /// What it is for; `events` if left out.
    #[serde(default)]
    pub purpose: WebhookPurposeDto,
    /// The only inbox it hears of; needed for `channel`, and then an API inbox.
    #[schema(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
    /// Name for colleagues, 1 to 80 characters.
    pub name: String,
    /// Where to send: `https`, without user name and password, on the public internet. The
    /// operator may allow private networks.
    pub url: String,
    /// Names of events, or groups such as `case.*`; empty means all. A channel has its own.
    #[serde(default)]
    pub event_types: Vec<String>,
}

impl From<NewWebhookBody> for NewWebhook {
    fn from(body: NewWebhookBody) -> Self {
        Self {
            purpose: body.purpose.into(),
            inbox_id: body.inbox_id,
            name: body.name,
            url: body.url,
            event_types: body.event_types,
        }
    }
}

/// What changes; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookPatchBody {
    /// The only inbox it hears of; `null` for all.
    #[serde(default, deserialize_with = "present")]
    #[expect(
        clippy::option_option,
        reason = "left out, null and an inbox are three things"
    )]
    #[schema(value_type = Option<String>)]
    pub inbox_id: Option<Option<InboxId>>,
    /// Name for colleagues.
    pub name: Option<String>,
    /// Where to send.
    pub url: Option<String>,
    /// Names of events, or groups; empty means all.
    pub event_types: Option<Vec<String>>,
    /// Whether things are sent.
    pub is_enabled: Option<bool>,
    /// The version that was read: 409 if it is another by now.
    pub version: Option<i64>,
}

/// A field that is there, be it `null`.
#[expect(
    clippy::option_option,
    reason = "left out, null and an inbox are three things"
)]
fn present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<InboxId>>, D::Error> {
    Option::<InboxId>::deserialize(deserializer).map(Some)
}

impl From<WebhookPatchBody> for WebhookPatch {
    fn from(body: WebhookPatchBody) -> Self {
        Self {
            inbox_id: body.inbox_id,
            name: body.name,
            url: body.url,
            event_types: body.event_types,
            is_enabled: body.is_enabled,
            version: body.version,
        }
    }
}

/// For how long two secrets are valid.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateWebhookBody {
    /// Seconds the secret before signs as well: at most seven days, a day if left out.
    pub overlap_s: Option<u32>,
}

/// Which deliveries.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// Only those that stand there.
    #[param(inline)]
    pub state: Option<WebhookDeliveryStateDto>,
    /// Only those of one event type.
    pub event_type: Option<String>,
    /// Only those made then or later.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Only those made before.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

impl DeliveryQuery {
    /// What is asked for, without the page.
    pub fn filter(&self) -> DeliveryFilter {
        DeliveryFilter {
            state: self.state.map(Into::into),
            event_type: self.event_type.clone(),
            since: self.since,
            until: self.until,
        }
    }
}

/// Which deliveries to send again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayBody {
    /// Only those that stand there; `failed` if left out.
    pub state: Option<WebhookDeliveryStateDto>,
    /// Only those of one event type.
    pub event_type: Option<String>,
    /// Only those made then or later.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Only those made before.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

impl From<ReplayBody> for DeliveryFilter {
    fn from(body: ReplayBody) -> Self {
        Self {
            state: body.state.map(Into::into),
            event_type: body.event_type,
            since: body.since,
            until: body.until,
        }
    }
}

/// How many are sent again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReplayedDto {
    /// Deliveries.
    pub count: u64,
}

/// One thing told to one webhook.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookDeliveryDto {
    /// Identifier; the `webhook-id` of all its attempts.
    #[schema(value_type = String)]
    pub id: WebhookDeliveryId,
    /// The webhook.
    #[schema(value_type = String)]
    pub webhook_id: WebhookId,
    /// The name of the event.
    pub event_type: String,
    /// Its place in the log; `null` for tests.
    pub event_seq: Option<i64>,
    /// The message whose fate it decides, in an API inbox.
    #[schema(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
    /// Where it stands.
    pub state: WebhookDeliveryStateDto,
    /// Attempts so far.
    pub attempts: u32,
    /// When the next attempt is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Timestamp>,
    /// Status of the last answer.
    pub last_status: Option<u16>,
    /// Why there was no answer to the last attempt: `unknown_host`, `unreachable`, `timeout`,
    /// `tls`, `not_allowed`, `not_encrypted`, `broken` or `invalid_url`.
    pub last_error: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was taken or given up.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
}

impl From<WebhookDelivery> for WebhookDeliveryDto {
    fn from(it: WebhookDelivery) -> Self {
        Self {
            id: it.id,
            webhook_id: it.webhook_id,
            event_type: it.event_type,
            event_seq: it.event_seq,
            message_id: it.message_id,
            state: it.state.into(),
            attempts: it.attempts,
            next_at: it.next_at,
            last_status: it.last_status,
            last_error: it.last_error,
            created_at: it.created_at,
            finished_at: it.finished_at,
        }
    }
}

/// A delivery with everything known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryDetailDto {
    /// The delivery.
    pub delivery: WebhookDeliveryDto,
    /// The body as it is sent, to the byte.
    pub body: String,
    /// Attempts, newest first.
    pub attempts: Vec<WebhookAttemptDto>,
}

/// One attempt.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookAttemptDto {
    /// 1, 2, 3 …
    pub number: u32,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// How long it took.
    pub duration_ms: i64,
    /// Status of the answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub error: Option<String>,
    /// The first 4 KiB of the answer.
    pub answer: String,
    /// Whether there was more.
    pub is_answer_cut: bool,
}

impl From<WebhookAttempt> for WebhookAttemptDto {
    fn from(it: WebhookAttempt) -> Self {
        Self {
            number: it.number,
            at: it.at,
            duration_ms: it.duration_ms,
            status: it.status,
            error: it.error,
            answer: it.answer,
            is_answer_cut: it.is_answer_cut,
        }
    }
}

impl From<DeliveryView> for DeliveryDetailDto {
    fn from(view: DeliveryView) -> Self {
        Self {
            delivery: view.delivery.into(),
            body: view.body,
            attempts: view.attempts.into_iter().map(Into::into).collect(),
        }
    }
}

/// Names of events.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventTypesDto {
    /// In the order of the log's catalogue.
    pub items: Vec<&'static str>,
}
