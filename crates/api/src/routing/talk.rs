//! Routing of one conversation: sending it on, and why it is where it is.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::conversations::get_conversation;
use zhiyin_app::routing::{self as use_cases, RoutingError};
use zhiyin_app::{App, Context};
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{ConversationId, QueueId};
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::routing::{SkillNeed, Target};
use zhiyin_store::Tx;
use zhiyin_store::conversations::ConversationView;

use super::dto::{ConversationRoutingDto, SkillLevelDto};
use crate::conversations::ConversationDto;
use crate::error::ApiResult;
use crate::extract::{Caller, Path, Valid};

/// Who is to have a conversation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    /// `{"kind": "agent" | "team" | "queue", "id": …}`.
    #[schema(value_type = Object)]
    pub to: Target,
    /// For whoever gets it; stays as a note.
    pub note: Option<String>,
}

/// The row afterwards. Who sent it away may not see it any more: they get what they had.
fn afterwards(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
) -> Result<ConversationView, RoutingError> {
    let resource = conversation.resource();
    if ctx
        .access()
        .allows(Permission::ReadConversations, &resource)
    {
        return Ok(get_conversation(tx, ctx, conversation.id)?);
    }
    let view = zhiyin_store::conversations::view(tx, conversation.id)?;
    view.ok_or(RoutingError::NotFound("conversation"))
}

/// Sends a conversation on. An agent at work is asked; it comes back when they do not take it.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/transfer", tag = "routing",
    params(("id" = String, Path)), request_body = TransferBody, responses((status = 200, body = ConversationDto)))]
pub async fn transfer_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<TransferBody>,
) -> ApiResult<Json<ConversationDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            let sent = use_cases::transfer(tx, ctx, id, body.to, body.note.as_deref())?;
            afterwards(tx, ctx, &sent)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Where a conversation is to wait, and what it needs.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnqueueBody {
    /// The queue.
    #[schema(value_type = String)]
    pub queue_id: QueueId,
    /// Skills it needs.
    #[serde(default)]
    pub needs: Vec<SkillLevelDto>,
    /// The language it needs.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub language: Option<LanguageTag>,
}

fn needs(list: &[SkillLevelDto]) -> Vec<SkillNeed> {
    list.iter().copied().map(Into::into).collect()
}

/// Puts a conversation in line in a queue.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/enqueue", tag = "routing",
    params(("id" = String, Path)), request_body = EnqueueBody, responses((status = 200, body = ConversationDto)))]
pub async fn enqueue_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<EnqueueBody>,
) -> ApiResult<Json<ConversationDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            let wanted = (needs(&body.needs), body.language);
            let sent = use_cases::enqueue(tx, ctx, id, body.queue_id, wanted)?;
            afterwards(tx, ctx, &sent)
        })
        .await?;
    Ok(Json(view.into()))
}

/// What the work of a conversation needs.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedsBody {
    /// Skills it needs.
    #[serde(default)]
    pub needs: Vec<SkillLevelDto>,
    /// The language it needs.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub language: Option<LanguageTag>,
}

/// Says what the work of a conversation needs.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/needs", tag = "routing",
    params(("id" = String, Path)), request_body = NeedsBody, responses((status = 200, body = ConversationDto)))]
pub async fn set_conversation_needs(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<NeedsBody>,
) -> ApiResult<Json<ConversationDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            let wanted = (needs(&body.needs), body.language);
            let it = use_cases::set_needs(tx, ctx, id, wanted)?;
            afterwards(tx, ctx, &it)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Where a conversation stands, and what was decided about it.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/routing", tag = "routing",
    params(("id" = String, Path)), responses((status = 200, body = ConversationRoutingDto)))]
pub async fn get_conversation_routing(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<ConversationRoutingDto>> {
    let now = app.clock().now();
    let view = app
        .read(&caller.0, move |tx, ctx| use_cases::routing_of(tx, ctx, id))
        .await?;
    Ok(Json(ConversationRoutingDto::new(view, now)))
}
