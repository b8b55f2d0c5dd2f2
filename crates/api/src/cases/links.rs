//! Links between cases, merges, and the conversations of a case.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::cases::{self as use_cases, LinkView, TalkView};
use zhiyin_app::{App, Principal};
use zhiyin_domain::cases::links::LinkKind;
use zhiyin_domain::ids::{AgentId, CaseId, ConversationId};
use zhiyin_domain::time::Timestamp;

use super::dto::{CaseDetailDto, CaseDto};
use super::handlers::shown;
use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid};
use crate::promises::PromiseDto;
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_case_links, link_case))
        .routes(routes!(unlink_case))
        .routes(routes!(merge_case))
        .routes(routes!(unmerge_case))
        .routes(routes!(list_case_conversations, link_case_conversation))
        .routes(routes!(unlink_case_conversation))
        .routes(routes!(list_case_promises))
}

fn page<T, U: From<T>>(all: Vec<T>) -> Json<Page<U>> {
    Json(Page {
        items: all.into_iter().map(Into::into).collect(),
        next: None,
    })
}

/// How one case stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKindDto {
    /// The same problem of the same customer.
    Duplicate,
    /// One customer's part of a fault with many.
    Child,
    /// They have something to do with each other.
    Related,
}

impl From<LinkKindDto> for LinkKind {
    fn from(it: LinkKindDto) -> Self {
        match it {
            LinkKindDto::Duplicate => Self::Duplicate,
            LinkKindDto::Child => Self::Child,
            LinkKindDto::Related => Self::Related,
        }
    }
}

impl From<LinkKind> for LinkKindDto {
    fn from(it: LinkKind) -> Self {
        match it {
            LinkKind::Duplicate => Self::Duplicate,
            LinkKind::Child => Self::Child,
            LinkKind::Related => Self::Related,
        }
    }
}

/// A link with the case at its other end.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseLinkDto {
    /// How.
    pub kind: LinkKindDto,
    /// Whether the case that was asked about is the duplicate or the child.
    pub is_from: bool,
    /// The case at the other end.
    pub case: CaseDto,
    /// Who linked them, if it was an agent.
    #[schema(value_type = Option<String>)]
    pub by: Option<AgentId>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<LinkView> for CaseLinkDto {
    fn from(it: LinkView) -> Self {
        Self {
            kind: it.link.kind.into(),
            is_from: it.is_from,
            case: it.case.into(),
            by: it.link.by.agent(),
            at: it.link.at,
        }
    }
}

/// Links of a case with cases the caller may know of, and the first fifty of its children.
#[utoipa::path(get, path = "/api/v1/cases/{id}/links", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = Page<CaseLinkDto>)))]
pub async fn list_case_links(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<Page<CaseLinkDto>>> {
    let links = app
        .read(&caller.0, move |tx, ctx| use_cases::links(tx, ctx, id))
        .await?;
    Ok(page(links))
}

/// Which link.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseLinkBody {
    /// How.
    pub kind: LinkKindDto,
    /// The other case.
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// Whether this case is the duplicate or the child of the other. Says nothing for
    /// `related`, and when a link is taken away.
    #[serde(default)]
    pub is_from: bool,
}

/// Links two cases.
#[utoipa::path(post, path = "/api/v1/cases/{id}/links", tag = "cases",
    params(("id" = String, Path)), request_body = CaseLinkBody,
    responses((status = 200, body = CaseDetailDto)))]
pub async fn link_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<CaseLinkBody>,
) -> ApiResult<Json<CaseDetailDto>> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::link(tx, ctx, id, (body.kind.into(), body.case_id, body.is_from))
    })
    .await?;
    shown(&app, &caller.0, id).await
}

/// Takes a link away.
#[utoipa::path(post, path = "/api/v1/cases/{id}/links/remove", tag = "cases",
    params(("id" = String, Path)), request_body = CaseLinkBody,
    responses((status = 200, body = CaseDetailDto)))]
pub async fn unlink_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<CaseLinkBody>,
) -> ApiResult<Json<CaseDetailDto>> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::unlink(tx, ctx, id, (body.kind.into(), body.case_id))
    })
    .await?;
    shown(&app, &caller.0, id).await
}

/// The case to go on with.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseMergeBody {
    /// Which.
    #[schema(value_type = String)]
    pub into_id: CaseId,
}

/// Joins a case to another, whose owner answers for both. Nothing is moved.
#[utoipa::path(post, path = "/api/v1/cases/{id}/merge", tag = "cases",
    params(("id" = String, Path)), request_body = CaseMergeBody,
    responses((status = 200, body = CaseDetailDto)))]
pub async fn merge_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<CaseMergeBody>,
) -> ApiResult<Json<CaseDetailDto>> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::merge(tx, ctx, id, body.into_id)
    })
    .await?;
    shown(&app, &caller.0, id).await
}

/// Takes a case out of the one it was joined to.
#[utoipa::path(post, path = "/api/v1/cases/{id}/unmerge", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = CaseDetailDto)))]
pub async fn unmerge_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<CaseDetailDto>> {
    app.write(&caller.0, move |tx, ctx| use_cases::unmerge(tx, ctx, id))
        .await?;
    shown(&app, &caller.0, id).await
}

/// A conversation of a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseConversationDto {
    /// The case it was linked with: this one, or one that is merged into it.
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// Which conversation.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// Its human number.
    pub number: i64,
    /// The technique behind it, `web`.
    pub channel: &'static str,
    /// The contact's name; empty while unknown.
    pub contact_name: String,
    /// `open`, `snoozed` or `resolved`.
    pub status: &'static str,
    /// When something was last said or done in it.
    #[schema(value_type = String, format = DateTime)]
    pub last_activity_at: Timestamp,
    /// When they were linked.
    #[schema(value_type = String, format = DateTime)]
    pub linked_at: Timestamp,
    /// Whether the caller may read it.
    pub is_readable: bool,
}

impl From<TalkView> for CaseConversationDto {
    fn from(it: TalkView) -> Self {
        let conversation = it.view.conversation;
        Self {
            case_id: it.case_id,
            conversation_id: conversation.id,
            number: conversation.number,
            channel: conversation.channel.as_str(),
            contact_name: it.view.contact.name,
            status: conversation.status.as_str(),
            last_activity_at: conversation.last_activity_at,
            linked_at: it.linked_at,
            is_readable: it.is_readable,
        }
    }
}

async fn conversations(
    app: &App,
    principal: &Principal,
    id: CaseId,
) -> ApiResult<Json<Page<CaseConversationDto>>> {
    let talks = app
        .read(principal, move |tx, ctx| {
            use_cases::list_conversations(tx, ctx, id)
        })
        .await?;
    Ok(page(talks))
}

/// The conversations of a case and of what is merged into it.
#[utoipa::path(get, path = "/api/v1/cases/{id}/conversations", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = Page<CaseConversationDto>)))]
pub async fn list_case_conversations(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<Page<CaseConversationDto>>> {
    conversations(&app, &caller.0, id).await
}

/// Which conversation.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseConversationBody {
    /// Which.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
}

/// Links a conversation with a case.
#[utoipa::path(post, path = "/api/v1/cases/{id}/conversations", tag = "cases",
    params(("id" = String, Path)), request_body = CaseConversationBody,
    responses((status = 200, body = Page<CaseConversationDto>)))]
pub async fn link_case_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<CaseConversationBody>,
) -> ApiResult<Json<Page<CaseConversationDto>>> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::link_conversation(tx, ctx, id, body.conversation_id)
    })
    .await?;
    conversations(&app, &caller.0, id).await
}

/// Takes a conversation from a case.
#[utoipa::path(post, path = "/api/v1/cases/{id}/conversations/remove", tag = "cases",
    params(("id" = String, Path)), request_body = CaseConversationBody,
    responses((status = 200, body = Page<CaseConversationDto>)))]
pub async fn unlink_case_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<CaseConversationBody>,
) -> ApiResult<Json<Page<CaseConversationDto>>> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::unlink_conversation(tx, ctx, id, body.conversation_id)
    })
    .await?;
    conversations(&app, &caller.0, id).await
}

/// What was promised in the conversations of a case that the caller may read.
#[utoipa::path(get, path = "/api/v1/cases/{id}/promises", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = Page<PromiseDto>)))]
pub async fn list_case_promises(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<Page<PromiseDto>>> {
    let promises = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_promises(tx, ctx, id)
        })
        .await?;
    Ok(page(promises))
}
