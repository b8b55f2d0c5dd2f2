//! The block list over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::blocks::{self as use_cases, BlocksError, NewBlock, Person, Wanted};
use zhiyin_domain::block::{BlockError, BlockKind, Target};
use zhiyin_domain::ids::{AgentId, BlockId, ContactId, ConversationId};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::blocks::BlockRow;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid};
use crate::state::AppState;

const LIST: &str = "blocks";

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_blocks, create_block))
        .routes(routes!(delete_block))
}

/// What an entry of the block list blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockKindDto {
    /// One contact.
    Contact,
    /// Whoever comes from an internet address or a network.
    Address,
    /// Every contact with an e-mail address.
    Email,
    /// Every contact with a telephone number.
    Phone,
}

impl From<BlockKind> for BlockKindDto {
    fn from(kind: BlockKind) -> Self {
        match kind {
            BlockKind::Contact => Self::Contact,
            BlockKind::Address => Self::Address,
            BlockKind::Email => Self::Email,
            BlockKind::Phone => Self::Phone,
        }
    }
}

impl From<BlockKindDto> for BlockKind {
    fn from(kind: BlockKindDto) -> Self {
        match kind {
            BlockKindDto::Contact => Self::Contact,
            BlockKindDto::Address => Self::Address,
            BlockKindDto::Email => Self::Email,
            BlockKindDto::Phone => Self::Phone,
        }
    }
}

/// An entry of the block list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BlockDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: BlockId,
    /// What kind of thing is blocked.
    pub kind: BlockKindDto,
    /// What is blocked, partly hidden from those who lack `personal.reveal`. The
    /// contact's identifier for `contact`.
    pub value: String,
    /// The contact, for `contact`.
    pub contact: Option<BlockedContactDto>,
    /// Why, for colleagues; may be empty.
    pub reason: String,
    /// Who did it; `null` if a program did.
    #[schema(value_type = Option<String>)]
    pub created_by: Option<AgentId>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends by itself; `null` for never.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

/// A contact who is blocked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BlockedContactDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ContactId,
    /// Name; empty while unknown.
    pub name: String,
}

impl BlockDto {
    fn new(row: BlockRow, reveals: bool) -> Self {
        let block = row.block;
        let contact = match block.target {
            Target::Contact(id) => Some(BlockedContactDto {
                id,
                name: row.contact_name.unwrap_or_default(),
            }),
            Target::Address(_) | Target::Email(_) | Target::Phone(_) => None,
        };
        Self {
            id: block.id,
            kind: block.target.kind().into(),
            value: if reveals {
                block.target.value()
            } else {
                block.target.masked()
            },
            contact,
            reason: block.reason,
            created_by: block.created_by,
            created_at: block.created_at,
            expires_at: block.expires_at,
        }
    }
}

/// What to block: `value` says it itself; `contact_id` or `conversation_id` name the person
/// whose contact, e-mail address, telephone number or present address is meant, so that
/// nobody has to see it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockBody {
    /// What kind of thing to block.
    pub kind: BlockKindDto,
    /// An internet address or network (`203.0.113.9`, `203.0.113.0/24`, `2001:db8::/48`),
    /// an e-mail address or a telephone number.
    pub value: Option<String>,
    /// The person, as a contact.
    #[schema(value_type = Option<String>)]
    pub contact_id: Option<ContactId>,
    /// The person, as the contact of a conversation.
    #[schema(value_type = Option<String>)]
    pub conversation_id: Option<ConversationId>,
    /// Why, for colleagues; at most 500 characters.
    #[serde(default)]
    pub reason: String,
    /// When it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

impl BlockBody {
    fn wanted(&self) -> ApiResult<Wanted> {
        let person = match (self.contact_id, self.conversation_id) {
            (Some(id), None) => Some(Person::Contact(id)),
            (None, Some(id)) => Some(Person::Conversation(id)),
            (None, None) => None,
            (Some(_), Some(_)) => return Err(one_of_them("/conversation_id")),
        };
        match (person, &self.value) {
            (Some(_), Some(_)) | (None, None) => Err(one_of_them("/value")),
            (None, Some(_)) if self.kind == BlockKindDto::Contact => {
                Err(one_of_them("/contact_id"))
            }
            (None, Some(value)) => {
                let target = Target::parse(self.kind.into(), value).map_err(BlocksError::from)?;
                Ok(Wanted::Target(target))
            }
            (Some(person), None) => Ok(match self.kind {
                BlockKindDto::Contact => Wanted::ContactOf(person),
                BlockKindDto::Address => Wanted::AddressOf(person),
                BlockKindDto::Email => Wanted::EmailOf(person),
                BlockKindDto::Phone => Wanted::PhoneOf(person),
            }),
        }
    }
}

fn one_of_them(path: &'static str) -> ApiError {
    ApiError::unprocessable(Code::InvalidField).field_detail(
        path,
        "invalid",
        "Say what to block with exactly one of `value`, `contact_id` and `conversation_id`; \
         a contact with one of the last two.",
    )
}

impl From<BlocksError> for ApiError {
    fn from(error: BlocksError) -> Self {
        let detail = error.to_string();
        let invalid = |path: &'static str| {
            Self::unprocessable(Code::InvalidField).field_detail(path, "invalid", detail.clone())
        };
        match error {
            BlocksError::NotFound(_) => Self::not_found("block"),
            BlocksError::ContactNotFound => Self::not_found("contact"),
            BlocksError::ConversationNotFound(_) => Self::not_found("conversation"),
            BlocksError::Nothing(_) => Self::unprocessable(Code::InvalidField).field_detail(
                "/kind",
                "unknown-value",
                detail,
            ),
            BlocksError::Already(_) => Self::conflict(Code::AlreadyExists).detail(detail),
            BlocksError::TooManyNetworks => Self::conflict(Code::TooMany).detail(detail),
            BlocksError::Block(BlockError::Reason) => {
                Self::unprocessable(Code::TooLong).field("/reason")
            }
            BlocksError::Block(BlockError::InPast) => invalid("/expires_at"),
            BlocksError::Block(
                BlockError::Address
                | BlockError::NetworkTooLarge
                | BlockError::Email
                | BlockError::Phone,
            ) => invalid("/value"),
            BlocksError::Denied(denied) => denied.into(),
            BlocksError::Store(source) => source.into(),
        }
    }
}

/// Which entries to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BlockQuery {
    /// Only entries that apply to this contact, of any kind; all on one page.
    #[param(value_type = Option<String>)]
    pub contact_id: Option<ContactId>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// The block list, newest first.
#[utoipa::path(get, path = "/api/v1/blocks", tag = "contacts", params(BlockQuery),
    responses((status = 200, body = Page<BlockDto>)))]
pub async fn list_blocks(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<BlockQuery>,
) -> ApiResult<Json<Page<BlockDto>>> {
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let after = page
        .after::<(i64, BlockId)>(LIST)?
        .map(|(at, id)| (Timestamp::from_micros(at), id));
    let size = page.size();
    let contact = query.contact_id;
    let (rows, reveals) = app
        .read(&caller.0, move |tx, ctx| {
            let rows = match contact {
                Some(contact) => use_cases::list_contact_blocks(tx, ctx, contact)?,
                None => use_cases::list_blocks(tx, ctx, after, size + 1)?,
            };
            Ok::<_, BlocksError>((rows, use_cases::reveals(ctx)))
        })
        .await?;
    if contact.is_some() {
        let items = rows.into_iter().map(|row| BlockDto::new(row, reveals));
        return Ok(Json(Page {
            items: items.collect(),
            next: None,
        }));
    }
    let page = Page::from_surplus(LIST, size, rows, |row| {
        (row.block.created_at.as_micros(), row.block.id)
    });
    Ok(Json(page.map(|row| BlockDto::new(row, reveals))))
}

/// Blocks a contact, or whoever has an address. It holds at once: open chats end.
#[utoipa::path(post, path = "/api/v1/blocks", tag = "contacts", request_body = BlockBody,
    responses((status = 201, body = BlockDto)))]
pub async fn create_block(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<BlockBody>,
) -> ApiResult<(StatusCode, Json<BlockDto>)> {
    let new = NewBlock {
        wanted: body.wanted()?,
        reason: body.reason,
        expires_at: body.expires_at,
    };
    let (row, reveals) = app
        .write(&caller.0, move |tx, ctx| {
            let row = use_cases::create_block(tx, ctx, &new)?;
            Ok::<_, BlocksError>((row, use_cases::reveals(ctx)))
        })
        .await?;
    app.forget_blocks(caller.workspace);
    Ok((StatusCode::CREATED, Json(BlockDto::new(row, reveals))))
}

/// Takes an entry off the block list.
#[utoipa::path(delete, path = "/api/v1/blocks/{id}", tag = "contacts", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_block(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<BlockId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_block(tx, ctx, id)
    })
    .await?;
    app.forget_blocks(caller.workspace);
    Ok(StatusCode::NO_CONTENT)
}
