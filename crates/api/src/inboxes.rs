//! Inboxes over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::inboxes as use_cases;
use zhiyin_app::inboxes::{InboxError, InboxPatch, InboxView, NewInbox};
use zhiyin_domain::ids::{AgentId, InboxId};
use zhiyin_domain::inbox::{Channel, DomainPattern, SettingsError, WidgetSettings};
use zhiyin_domain::routing::InboxRouting;
use zhiyin_domain::time::Timestamp;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_inboxes, create_inbox))
        .routes(routes!(get_inbox, update_inbox))
        .routes(routes!(rotate_inbox_secret))
}

/// A place where contacts arrive.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InboxDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: InboxId,
    /// Human number in the workspace.
    pub number: i64,
    /// Name agents see.
    pub name: String,
    /// The technique behind it.
    #[schema(example = "web")]
    pub channel: &'static str,
    /// Public key for the embed snippet.
    pub key: String,
    /// Whether it takes messages.
    pub is_enabled: bool,
    /// Sites that may embed the widget; empty means any.
    #[schema(value_type = Vec<String>)]
    pub allowed_domains: Vec<DomainPattern>,
    /// Look, texts and behaviour of the widget.
    #[schema(value_type = Object)]
    pub settings: WidgetSettings,
    /// Where its customers wait, and when somebody answers: `queue_id`, `calendar_id` and
    /// `out_of_hours`, each `null` where nothing is set.
    #[schema(value_type = Object)]
    pub routing: InboxRouting,
    /// Who works in it.
    #[schema(value_type = Vec<String>)]
    pub member_ids: Vec<AgentId>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

impl From<InboxView> for InboxDto {
    fn from(view: InboxView) -> Self {
        let it = view.inbox;
        Self {
            id: it.id,
            number: it.number,
            name: it.name,
            channel: it.channel.as_str(),
            key: it.key,
            is_enabled: it.is_enabled,
            allowed_domains: it.allowed_domains,
            settings: it.settings,
            routing: it.routing,
            member_ids: view.members,
            created_at: it.created_at,
            version: it.version,
        }
    }
}

/// Channels of which an inbox is created here.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewInboxChannel {
    /// The chat widget on a web page.
    #[default]
    Web,
    /// Any other system, by the API.
    Api,
}

impl From<NewInboxChannel> for Channel {
    fn from(channel: NewInboxChannel) -> Self {
        match channel {
            NewInboxChannel::Web => Self::Web,
            NewInboxChannel::Api => Self::Api,
        }
    }
}

/// A new inbox.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInboxBody {
    /// Name agents see.
    pub name: String,
    /// The technique behind it; never changed. `web` if left out.
    #[serde(default)]
    pub channel: NewInboxChannel,
    /// Sites that may embed the widget.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub allowed_domains: Vec<DomainPattern>,
    /// Look, texts and behaviour; what is left out has its default.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub settings: WidgetSettings,
    /// Who works in it, besides whoever creates it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub member_ids: Vec<AgentId>,
}

/// What changes in an inbox; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InboxPatchBody {
    /// Name agents see.
    pub name: Option<String>,
    /// Whether it takes messages.
    pub is_enabled: Option<bool>,
    /// Sites that may embed the widget.
    #[schema(value_type = Option<Vec<String>>)]
    pub allowed_domains: Option<Vec<DomainPattern>>,
    /// Look, texts and behaviour, as a whole.
    #[schema(value_type = Option<Object>)]
    pub settings: Option<WidgetSettings>,
    /// Where its customers wait, and when somebody answers, as a whole.
    #[schema(value_type = Option<Object>)]
    pub routing: Option<InboxRouting>,
    /// Who works in it.
    #[schema(value_type = Option<Vec<String>>)]
    pub member_ids: Option<Vec<AgentId>>,
}

/// A secret that was just made; it is shown this once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InboxSecretDto {
    /// The `kid` of identity tokens.
    pub key_id: String,
    /// The secret for HS256.
    pub secret: String,
}

impl From<InboxError> for ApiError {
    fn from(error: InboxError) -> Self {
        match error {
            InboxError::NotFound(_) => Self::not_found("inbox"),
            InboxError::Denied(denied) => denied.into(),
            InboxError::BeyondOwn => Self::forbidden(Code::BeyondOwn).field("/member_ids"),
            InboxError::Name(error) => Self::unprocessable(Code::InvalidField).field_detail(
                "/name",
                "invalid",
                error.to_string(),
            ),
            InboxError::Settings(error) => {
                let path = match error {
                    SettingsError::Color => "/settings/color",
                    SettingsError::TimeZone(_) => "/settings/time_zone",
                    SettingsError::OfficeHours => "/settings/office_hours",
                    SettingsError::TooManyDomains => "/allowed_domains",
                    SettingsError::TextTooLong => "/settings",
                    SettingsError::AvatarUrl => "/settings/avatar_url",
                    SettingsError::Rating => "/settings/rating/cooldown_days",
                    SettingsError::Prechat => "/settings/prechat",
                };
                Self::unprocessable(Code::InvalidField).field_detail(
                    path,
                    "invalid",
                    error.to_string(),
                )
            }
            InboxError::Routing { field, detail } => {
                Self::unprocessable(Code::InvalidField).field_detail(field, "invalid", detail)
            }
            InboxError::Store(source) => source.into(),
        }
    }
}

/// Inboxes the caller works in or manages.
#[utoipa::path(get, path = "/api/v1/inboxes", tag = "inboxes", responses((status = 200, body = Page<InboxDto>)))]
pub async fn list_inboxes(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<InboxDto>>> {
    let inboxes = app.read(&caller.0, use_cases::list_inboxes).await?;
    Ok(Json(Page {
        items: inboxes.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// One inbox.
#[utoipa::path(get, path = "/api/v1/inboxes/{id}", tag = "inboxes", params(("id" = String, Path)),
    responses((status = 200, body = InboxDto)))]
pub async fn get_inbox(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InboxId>,
) -> ApiResult<Json<InboxDto>> {
    let inbox = app
        .read(&caller.0, move |tx, ctx| use_cases::get_inbox(tx, ctx, id))
        .await?;
    Ok(Json(inbox.into()))
}

/// Creates an inbox.
#[utoipa::path(post, path = "/api/v1/inboxes", tag = "inboxes", request_body = NewInboxBody,
    responses((status = 201, body = InboxDto)))]
pub async fn create_inbox(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<NewInboxBody>,
) -> ApiResult<(StatusCode, Json<InboxDto>)> {
    let new = NewInbox {
        name: body.name,
        channel: body.channel.into(),
        allowed_domains: body.allowed_domains,
        settings: body.settings,
        members: body.member_ids,
    };
    let inbox = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_inbox(tx, ctx, &new)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(inbox.into())))
}

/// Changes an inbox.
#[utoipa::path(patch, path = "/api/v1/inboxes/{id}", tag = "inboxes", params(("id" = String, Path)),
    request_body = InboxPatchBody, responses((status = 200, body = InboxDto)))]
pub async fn update_inbox(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InboxId>,
    Valid(body): Valid<InboxPatchBody>,
) -> ApiResult<Json<InboxDto>> {
    let patch = InboxPatch {
        name: body.name,
        is_enabled: body.is_enabled,
        allowed_domains: body.allowed_domains,
        settings: body.settings,
        routing: body.routing,
        members: body.member_ids,
    };
    let inbox = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_inbox(tx, ctx, id, &patch)
        })
        .await?;
    app.visitors().clear_workspace(caller.0.workspace);
    Ok(Json(inbox.into()))
}

/// Makes a new secret for signing identities; the one before stays valid until the next
/// rotation.
#[utoipa::path(post, path = "/api/v1/inboxes/{id}/rotate-secret", tag = "inboxes",
    params(("id" = String, Path)), responses((status = 201, body = InboxSecretDto)))]
pub async fn rotate_inbox_secret(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InboxId>,
) -> ApiResult<(StatusCode, Json<InboxSecretDto>)> {
    let fresh = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::rotate_secret(tx, ctx, id)
        })
        .await?;
    let dto = InboxSecretDto {
        key_id: fresh.key_id,
        secret: fresh.secret.into_inner(),
    };
    Ok((StatusCode::CREATED, Json(dto)))
}
