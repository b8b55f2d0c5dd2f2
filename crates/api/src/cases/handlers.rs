//! Opening a case, what it says, how it stands, and what happened to it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::cases::{self as use_cases, CaseError, CasePatch, NewCase, Wanted};
use zhiyin_app::{App, Credential, Principal};
use zhiyin_domain::cases::case::Source;
use zhiyin_domain::cases::links::LinkKind;
use zhiyin_domain::cases::severity::ComplaintFacts;
use zhiyin_domain::ids::{
    AgentId, CaseEntryId, CaseId, CaseTypeId, ContactId, ConversationId, MessageId, TeamId,
};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::history::Entry;

use super::dto::CaseDetailDto;
use super::lists::priority;
use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid, present};
use crate::state::AppState;

const HISTORY: &str = "cases.history";

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create_case))
        .routes(routes!(get_case, update_case))
        .routes(routes!(set_case_status))
        .routes(routes!(watch_case))
        .routes(routes!(note_case))
        .routes(routes!(list_case_history))
}

/// The whole case, read after a command.
pub(super) async fn shown(
    app: &App,
    principal: &Principal,
    id: CaseId,
) -> ApiResult<Json<CaseDetailDto>> {
    let detail = app
        .read(principal, move |tx, ctx| use_cases::detail(tx, ctx, id))
        .await?;
    Ok(Json(detail.into()))
}

/// A case to be opened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseBody {
    /// Of which type; or `type`.
    #[schema(value_type = Option<String>)]
    pub type_id: Option<CaseTypeId>,
    /// Of which type, by its key.
    #[serde(rename = "type")]
    pub type_key: Option<String>,
    /// What it is about, in one line of at most 200 characters.
    pub title: String,
    /// Whose problem it is; left out with a conversation.
    #[schema(value_type = Option<String>)]
    pub contact_id: Option<ContactId>,
    /// The conversation it comes from.
    #[schema(value_type = Option<String>)]
    pub conversation_id: Option<ConversationId>,
    /// The messages of it that say what it is about.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub message_ids: Vec<MessageId>,
    /// What was filled in, by the keys of the form.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// `low`, `normal`, `high` or `urgent`; as the type says if left out.
    pub priority: Option<String>,
    /// Who answers for it; the caller if left out.
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<AgentId>,
    /// The team it belongs to; the one team of the owner if left out.
    #[schema(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// What is known of a complaint.
    #[schema(value_type = Option<Object>)]
    pub facts: Option<ComplaintFacts>,
    /// When a complaint came in, if before now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received_at: Option<Timestamp>,
    /// The case it is one customer's part of.
    #[schema(value_type = Option<String>)]
    pub parent_id: Option<CaseId>,
}

fn urgency(name: Option<&str>) -> ApiResult<Option<zhiyin_domain::conversation::Priority>> {
    let invalid = || ApiError::unprocessable(Code::InvalidField).field("/priority");
    name.map(|name| priority(name).ok_or_else(invalid))
        .transpose()
}

fn source(body: &CaseBody, principal: &Principal) -> Source {
    match (body.conversation_id, principal.credential) {
        (Some(conversation_id), _) => Source::Conversation {
            conversation_id,
            message_ids: body.message_ids.clone(),
        },
        (None, Credential::Token(token_id)) => Source::Api { token_id },
        (None, Credential::LoginSession(_) | Credential::Visitor(_) | Credential::Internal) => {
            Source::Manual
        }
    }
}

/// Opens a case. Whoever opens it answers for it, unless an owner is named.
#[utoipa::path(post, path = "/api/v1/cases", tag = "cases", request_body = CaseBody,
    responses((status = 201, body = CaseDetailDto)))]
pub async fn create_case(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<CaseBody>,
) -> ApiResult<(StatusCode, Json<CaseDetailDto>)> {
    let parent = body.parent_id;
    let new = NewCase {
        type_id: body.type_id,
        source: source(&body, &caller.0),
        priority: urgency(body.priority.as_deref())?,
        type_key: body.type_key,
        title: body.title,
        contact_id: body.contact_id,
        account_id: None,
        owner_id: body.owner_id,
        team_id: body.team_id,
        answers: body.answers,
        conversation_ids: body.conversation_id.into_iter().collect(),
        facts: body.facts,
        received_at: body.received_at,
    };
    let id = app
        .write(&caller.0, move |tx, ctx| {
            let case = use_cases::create(tx, ctx, &new)?;
            if let Some(parent) = parent {
                use_cases::link(tx, ctx, case.id, (LinkKind::Child, parent, true))?;
            }
            Ok::<_, CaseError>(case.id)
        })
        .await?;
    Ok((StatusCode::CREATED, shown(&app, &caller.0, id).await?))
}

/// One case, by its identifier or its number.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = CaseDetailDto)))]
pub async fn get_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> ApiResult<Json<CaseDetailDto>> {
    let detail = app
        .read(&caller.0, move |tx, ctx| {
            let found = use_cases::named(tx, &id)?;
            found.map(|id| use_cases::detail(tx, ctx, id)).transpose()
        })
        .await?;
    let detail = detail.ok_or_else(|| ApiError::not_found("case"))?;
    Ok(Json(detail.into()))
}

/// What changes in a case; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "left out, null and given are three things"
)]
pub struct CasePatchBody {
    /// What it is about.
    pub title: Option<String>,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: Option<String>,
    /// The key of a label that fits the status; `null` takes the default.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub label: Option<Option<String>>,
    /// The team it belongs to, or `null`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub team_id: Option<Option<TeamId>>,
    /// Whose problem it is, or `null`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub contact_id: Option<Option<ContactId>>,
    /// All answers, not only the changed ones; those shown as `•••` stay.
    pub answers: Option<BTreeMap<String, String>>,
    /// The version that was read: when it is older than the present one, nothing changes.
    pub version: Option<i64>,
}

/// Changes what a case says.
#[utoipa::path(patch, path = "/api/v1/cases/{id}", tag = "cases", params(("id" = String, Path)),
    request_body = CasePatchBody, responses((status = 200, body = CaseDetailDto)))]
pub async fn update_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<CasePatchBody>,
) -> ApiResult<Json<CaseDetailDto>> {
    let patch = CasePatch {
        priority: urgency(body.priority.as_deref())?,
        title: body.title,
        label: body.label,
        team_id: body.team_id,
        contact_id: body.contact_id,
        answers: body.answers,
        version: body.version,
    };
    app.write(&caller.0, move |tx, ctx| {
        use_cases::update(tx, ctx, id, patch.clone())
    })
    .await?;
    shown(&app, &caller.0, id).await
}

/// How a case is to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WantedStatusDto {
    /// Worked on; from resolved and closed it is opened again.
    Open,
    /// The customer has the turn.
    WaitingForCustomer,
    /// The back office has the turn.
    WaitingForBackOffice,
    /// Solved in the eyes of the owner.
    Resolved,
    /// Over.
    Closed,
}

impl From<WantedStatusDto> for Wanted {
    fn from(it: WantedStatusDto) -> Self {
        match it {
            WantedStatusDto::Open => Self::Open,
            WantedStatusDto::WaitingForCustomer => Self::WaitingForCustomer,
            WantedStatusDto::WaitingForBackOffice => Self::WaitingForBackOffice,
            WantedStatusDto::Resolved => Self::Resolved,
            WantedStatusDto::Closed => Self::Closed,
        }
    }
}

/// How a case is to stand, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseStatusBody {
    /// How.
    pub status: WantedStatusDto,
    /// For the history; needed to open a case again.
    #[serde(default)]
    pub note: String,
}

/// Sets how a case stands. It is closed only after the customer confirmed, or after
/// documented attempts to reach them.
#[utoipa::path(post, path = "/api/v1/cases/{id}/status", tag = "cases",
    params(("id" = String, Path)), request_body = CaseStatusBody,
    responses((status = 200, body = CaseDetailDto)))]
pub async fn set_case_status(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<CaseStatusBody>,
) -> ApiResult<Json<CaseDetailDto>> {
    let wanted = body.status.into();
    app.write(&caller.0, move |tx, ctx| {
        use_cases::set_status(tx, ctx, id, wanted, &body.note)
    })
    .await?;
    shown(&app, &caller.0, id).await
}

/// Who watches a case.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchBody {
    /// Who; the caller if left out.
    #[schema(value_type = Option<String>)]
    pub agent_id: Option<AgentId>,
    /// Whether they are told of everything.
    pub is_watching: bool,
}

/// Lets somebody be told of everything, or no longer.
#[utoipa::path(post, path = "/api/v1/cases/{id}/watchers", tag = "cases",
    params(("id" = String, Path)), request_body = WatchBody,
    responses((status = 200, body = CaseDetailDto)))]
pub async fn watch_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<WatchBody>,
) -> ApiResult<Json<CaseDetailDto>> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::watch(tx, ctx, id, (body.agent_id, body.is_watching))
    })
    .await?;
    shown(&app, &caller.0, id).await
}

/// Something to write down.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseNoteBody {
    /// At most 4000 characters.
    pub text: String,
}

/// Writes something down in the history of a case. The customer never sees it.
#[utoipa::path(post, path = "/api/v1/cases/{id}/notes", tag = "cases",
    params(("id" = String, Path)), request_body = CaseNoteBody,
    responses((status = 201, body = CaseDetailDto)))]
pub async fn note_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<CaseNoteBody>,
) -> ApiResult<(StatusCode, Json<CaseDetailDto>)> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::note(tx, ctx, id, &body.text)
    })
    .await?;
    Ok((StatusCode::CREATED, shown(&app, &caller.0, id).await?))
}

/// Who did something.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseActorDto {
    /// `agent`, `contact`, `app`, `bot` or `system`.
    pub kind: &'static str,
    /// The agent, if it was one.
    #[schema(value_type = Option<String>)]
    pub id: Option<AgentId>,
}

/// Something that happened to a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseEntryDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: CaseEntryId,
    /// The case it happened to: this one, or one that is merged into it.
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who did it.
    pub actor: CaseActorDto,
    /// The name of the event, `case.status_changed`.
    pub kind: String,
    /// How, as a code.
    pub what: String,
    /// What somebody wrote.
    pub text: Option<String>,
    /// `{ "task_id", "notify": [agents who were told] }`.
    #[schema(value_type = Object)]
    pub data: Value,
}

impl From<Entry> for CaseEntryDto {
    fn from(it: Entry) -> Self {
        Self {
            id: it.id,
            case_id: it.case_id,
            at: it.at,
            actor: CaseActorDto {
                kind: it.actor.kind(),
                id: it.actor.agent(),
            },
            kind: it.kind,
            what: it.what,
            text: it.text,
            data: it.data,
        }
    }
}

/// A page of a history.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CaseHistoryQuery {
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// What happened to a case and to what is merged into it, the latest first.
#[utoipa::path(get, path = "/api/v1/cases/{id}/history", tag = "cases",
    params(("id" = String, Path), CaseHistoryQuery),
    responses((status = 200, body = Page<CaseEntryDto>)))]
pub async fn list_case_history(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Query(query): Query<CaseHistoryQuery>,
) -> ApiResult<Json<Page<CaseEntryDto>>> {
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let before = page
        .after::<(i64, CaseEntryId)>(HISTORY)?
        .map(|(at, id)| (Timestamp::from_micros(at), id));
    let size = page.size();
    let entries = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::history(tx, ctx, id, before, size + 1)
        })
        .await?;
    let place = |entry: &Entry| (entry.at.as_micros(), entry.id);
    Ok(Json(
        Page::from_surplus(HISTORY, size, entries, place).map(CaseEntryDto::from),
    ))
}
