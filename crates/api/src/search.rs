//! Search over HTTP.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::search::{self as use_cases, MessageHit, SearchError};
use zhiyin_domain::ids::{ContactId, ConversationId, InboxId};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::search::MessageFilter;

use crate::code::Code;
use crate::contacts::ContactDto;
use crate::conversations::{ConversationDto, MessageDto, Reader};
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Query};
use crate::state::AppState;

const MESSAGES: &str = "search.messages";
const CONTACTS: &str = "search.contacts";

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(search))
}

/// What to look for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// What was typed. All words must be found; the last may be the beginning of one.
    pub q: String,
    /// `messages` (default) or `contacts`.
    pub kind: Option<String>,
    /// Only messages of this inbox.
    #[param(value_type = Option<String>)]
    pub inbox: Option<InboxId>,
    /// Only messages of this conversation.
    #[param(value_type = Option<String>)]
    pub conversation: Option<ConversationId>,
    /// Only messages written at this time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Only messages written before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// Something that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SearchHitDto {
    /// A message.
    Message(Box<MessageHitDto>),
    /// A contact.
    Contact(Box<ContactHitDto>),
}

/// A message that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageHitDto {
    /// Where it was said.
    pub conversation: ConversationDto,
    /// The message.
    pub message: MessageDto,
    /// Start and length of each match in `message.text`, in UTF-16 code units.
    pub highlights: Vec<[usize; 2]>,
    /// One line of plain text around the first match.
    pub snippet: SnippetDto,
}

/// A line of plain text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SnippetDto {
    /// The text, with `…` where it was cut.
    pub text: String,
    /// Start and length of each match in the line, in UTF-16 code units.
    pub highlights: Vec<[usize; 2]>,
}

/// A contact that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactHitDto {
    /// The contact.
    pub contact: ContactDto,
}

fn places(list: Vec<(usize, usize)>) -> Vec<[usize; 2]> {
    list.into_iter().map(<[usize; 2]>::from).collect()
}

impl From<MessageHit> for SearchHitDto {
    fn from(hit: MessageHit) -> Self {
        Self::Message(Box::new(MessageHitDto {
            conversation: hit.conversation.into(),
            message: MessageDto::new(hit.message, Reader::Company),
            highlights: places(hit.highlights),
            snippet: SnippetDto {
                text: hit.snippet.text,
                highlights: places(hit.snippet.highlights),
            },
        }))
    }
}

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Denied(denied) => denied.into(),
            SearchError::InboxNotFound(_) => Self::not_found("inbox"),
            SearchError::ConversationNotFound(_) => Self::not_found("conversation"),
            SearchError::Store(source) => source.into(),
        }
    }
}

/// Messages or contacts that hold what was typed, newest first. Traditional and simplified
/// characters, full and half width, upper and lower case are the same.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(SearchQuery),
    responses((status = 200, body = Page<SearchHitDto>)))]
pub async fn search(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<SearchQuery>,
) -> ApiResult<Json<Page<SearchHitDto>>> {
    let page = PageQuery {
        cursor: query.cursor.clone(),
        limit: query.limit,
    };
    let page = match query.kind.as_deref().unwrap_or("messages") {
        "messages" => messages(&app, &caller, query, &page).await?,
        "contacts" => contacts(&app, &caller, query.q, &page).await?,
        _ => return Err(ApiError::bad_request(Code::InvalidQuery).field("kind")),
    };
    Ok(Json(page))
}

async fn messages(
    app: &App,
    caller: &Caller,
    query: SearchQuery,
    page: &PageQuery,
) -> ApiResult<Page<SearchHitDto>> {
    let before = page.after::<i64>(MESSAGES)?;
    let size = page.size();
    let SearchQuery {
        q,
        inbox,
        conversation,
        from,
        to,
        ..
    } = query;
    let filter = MessageFilter {
        inbox,
        conversation,
        from,
        to,
    };
    let hits = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::search_messages(tx, ctx, &q, &filter, before, size + 1)
        })
        .await?;
    Ok(Page::from_surplus(MESSAGES, size, hits, |hit| hit.position).map(Into::into))
}

async fn contacts(
    app: &App,
    caller: &Caller,
    typed: String,
    page: &PageQuery,
) -> ApiResult<Page<SearchHitDto>> {
    let before = page.after::<ContactId>(CONTACTS)?;
    let size = page.size();
    let found = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::search_contacts(tx, ctx, &typed, before, size + 1)
        })
        .await?;
    Ok(
        Page::from_surplus(CONTACTS, size, found, |contact| contact.contact.id).map(|contact| {
            SearchHitDto::Contact(Box::new(ContactHitDto {
                contact: contact.into(),
            }))
        }),
    )
}
