//! Contacts over HTTP.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::contacts as use_cases;
use zhiyin_app::contacts::{
    ContactPatch, ContactSession, ContactView, ContactsError, ShownContact,
};
use zhiyin_domain::contact::{ContactError, Identity};
use zhiyin_domain::ids::{
    AccountId, AgentId, ContactId, ConversationId, IdentityId, InboxId, NoteId,
};
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::contacts::ContactNote;

use crate::code::Code;
use crate::conversations::SessionDto;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid, present};
use crate::state::AppState;

const LIST: &str = "contacts";

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_contacts))
        .routes(routes!(get_contact, update_contact))
        .routes(routes!(create_contact_note))
        .routes(routes!(list_contact_sessions))
}

/// A person of the customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ContactId,
    /// The company or household they belong to.
    #[schema(value_type = Option<String>)]
    pub account_id: Option<AccountId>,
    /// Name; empty while unknown.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language tag.
    pub locale: String,
    /// Custom attributes, defined or told by a page.
    pub attributes: BTreeMap<String, String>,
    /// What the caller sees only in part for want of `personal.reveal`: `email`, `phone`,
    /// `attributes.<key>`. Sent back as it is shown, a hidden value stays what it was.
    pub masked: Vec<String>,
    /// Where the visitor is or was last.
    pub context: VisitContextDto,
    /// Whether the site vouches for them.
    pub is_verified: bool,
    /// Whether their messages are refused.
    pub is_blocked: bool,
    /// Their tier, 0 (everybody) to 9 (the top).
    #[schema(value_type = u8)]
    pub tier: Tier,
    /// Their own agent.
    #[schema(value_type = Option<String>)]
    pub dedicated_agent_id: Option<AgentId>,
    /// How they are known on each channel; empty in lists.
    pub identities: Vec<IdentityDto>,
    /// Notes of colleagues, newest first; empty in lists.
    pub notes: Vec<ContactNoteDto>,
    /// When they were first seen.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When they were last seen.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

/// Where a visitor is or was last.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitContextDto {
    /// Address of the page.
    pub page_url: Option<String>,
    /// Title of the page.
    pub page_title: Option<String>,
    /// Where they came from.
    pub referrer: Option<String>,
    /// Browser and system.
    pub user_agent: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
}

/// How a contact is known in one inbox.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IdentityDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: IdentityId,
    /// The inbox.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// `anonymous` or `verified`.
    pub kind: &'static str,
    /// The site's or provider's identifier; `null` for anonymous visitors.
    pub external_id: Option<String>,
}

/// A note on a contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactNoteDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: NoteId,
    /// Who wrote it.
    #[schema(value_type = Option<String>)]
    pub author_id: Option<AgentId>,
    /// What it says.
    pub text: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// An earlier session of a contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactSessionDto {
    /// Where it took place.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// The session.
    pub session: SessionDto,
}

impl From<ContactNote> for ContactNoteDto {
    fn from(it: ContactNote) -> Self {
        Self {
            id: it.id,
            author_id: it.author_id,
            text: it.text,
            created_at: it.created_at,
        }
    }
}

impl From<Identity> for IdentityDto {
    fn from(it: Identity) -> Self {
        let external_id = it.external_id.strip_prefix("user:").map(str::to_owned);
        Self {
            id: it.id,
            inbox_id: it.inbox_id,
            kind: it.kind.as_str(),
            external_id,
        }
    }
}

impl From<ContactSession> for ContactSessionDto {
    fn from(it: ContactSession) -> Self {
        Self {
            conversation_id: it.conversation_id,
            session: it.session.into(),
        }
    }
}

impl From<ShownContact> for ContactDto {
    fn from(shown: ShownContact) -> Self {
        let it = shown.contact;
        Self {
            id: it.id,
            account_id: it.account_id,
            name: it.personal.name,
            email: shown.email,
            phone: shown.phone,
            locale: it.locale,
            attributes: shown.attributes,
            masked: shown.masked,
            context: VisitContextDto {
                page_url: it.context.page_url,
                page_title: it.context.page_title,
                referrer: it.context.referrer,
                user_agent: it.context.user_agent,
                time_zone: it.context.time_zone,
            },
            is_verified: it.is_verified,
            is_blocked: it.is_blocked,
            tier: it.tier,
            dedicated_agent_id: it.dedicated_agent_id,
            identities: Vec::new(),
            notes: Vec::new(),
            created_at: it.created_at,
            last_seen_at: it.last_seen_at,
            version: it.version,
        }
    }
}

impl From<ContactView> for ContactDto {
    fn from(view: ContactView) -> Self {
        Self {
            identities: view.identities.into_iter().map(Into::into).collect(),
            notes: view.notes.into_iter().map(Into::into).collect(),
            ..view.contact.into()
        }
    }
}

/// What changes in a contact; what is left out stays, an empty text takes a value away.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPatchBody {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Attributes to set; each must be defined, but for `surname` and `salutation`, with
    /// which phrases address a contact. An empty value takes one away.
    pub attributes: Option<BTreeMap<String, String>>,
    /// Puts the contact on the block list or takes them off it. Needs
    /// `conversations.manage` for a conversation of theirs.
    pub is_blocked: Option<bool>,
    /// Their tier, 0 to 9.
    #[schema(value_type = Option<u8>)]
    pub tier: Option<Tier>,
    /// Their own agent; `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub dedicated_agent_id: Option<Option<AgentId>>,
    /// The account they belong to; `null` takes them out.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub account_id: Option<Option<AccountId>>,
}

/// A note to leave on a contact.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactNoteBody {
    /// What it says.
    pub text: String,
}

impl From<ContactsError> for ApiError {
    fn from(error: ContactsError) -> Self {
        match error {
            ContactsError::NotFound(_) => Self::not_found("contact"),
            ContactsError::Denied(denied) => denied.into(),
            ContactsError::Contact(error) => error.into(),
            ContactsError::Email => Self::unprocessable(Code::InvalidField).field_detail(
                "/email",
                "invalid",
                "Not an e-mail address.",
            ),
            ContactsError::Phone => Self::unprocessable(Code::InvalidField).field_detail(
                "/phone",
                "invalid",
                "Not a telephone number.",
            ),
            ContactsError::NoSuchAgent => Self::unprocessable(Code::InvalidField).field_detail(
                "/dedicated_agent_id",
                "unknown",
                "There is no such agent.",
            ),
            ContactsError::NoSuchAccount => Self::unprocessable(Code::InvalidField).field_detail(
                "/account_id",
                "unknown",
                "There is no such account.",
            ),
            ContactsError::Attribute(error) => error.into(),
            ContactsError::Block(error) => error.into(),
            ContactsError::Note(error) => error.into(),
            ContactsError::Store(source) => source.into(),
        }
    }
}

impl From<ContactError> for ApiError {
    fn from(error: ContactError) -> Self {
        let path = match error {
            ContactError::TooManyAttributes
            | ContactError::AttributeKey(_)
            | ContactError::AttributeValue(_) => "/attributes",
            ContactError::NameTooLong => "/name",
        };
        Self::unprocessable(Code::InvalidField).field_detail(path, "invalid", error.to_string())
    }
}

/// Contacts, newest first.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "contacts", params(PageQuery),
    responses((status = 200, body = Page<ContactDto>)))]
pub async fn list_contacts(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<ContactDto>>> {
    let after = query
        .after::<(i64, ContactId)>(LIST)?
        .map(|(at, id)| (Timestamp::from_micros(at), id));
    let size = query.size();
    let rows = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_contacts(tx, ctx, after, size + 1)
        })
        .await?;
    let page = Page::from_surplus(LIST, size, rows, |row| {
        (row.contact.created_at.as_micros(), row.contact.id)
    });
    Ok(Json(page.map(Into::into)))
}

/// One contact.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "contacts", params(("id" = String, Path)),
    responses((status = 200, body = ContactDto)))]
pub async fn get_contact(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ContactId>,
) -> ApiResult<Json<ContactDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::get_contact(tx, ctx, id)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Mends a contact.
#[utoipa::path(patch, path = "/api/v1/contacts/{id}", tag = "contacts", params(("id" = String, Path)),
    request_body = ContactPatchBody, responses((status = 200, body = ContactDto)))]
pub async fn update_contact(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ContactId>,
    Valid(body): Valid<ContactPatchBody>,
) -> ApiResult<Json<ContactDto>> {
    let blocks = body.is_blocked.is_some();
    let patch = ContactPatch {
        name: body.name,
        email: body.email,
        phone: body.phone,
        attributes: body.attributes,
        is_blocked: body.is_blocked,
        tier: body.tier,
        dedicated_agent_id: body.dedicated_agent_id,
        account_id: body.account_id,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_contact(tx, ctx, id, &patch)
        })
        .await?;
    if blocks {
        app.forget_blocks(caller.0.workspace);
    }
    Ok(Json(view.into()))
}

/// Leaves a note on a contact.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/notes", tag = "contacts", params(("id" = String, Path)),
    request_body = ContactNoteBody, responses((status = 201, body = ContactNoteDto)))]
pub async fn create_contact_note(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ContactId>,
    Valid(body): Valid<ContactNoteBody>,
) -> ApiResult<(StatusCode, Json<ContactNoteDto>)> {
    let note = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_contact_note(tx, ctx, id, &body.text)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(note.into())))
}

/// Earlier sessions of a contact, newest first.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/sessions", tag = "contacts", params(("id" = String, Path)),
    responses((status = 200, body = Page<ContactSessionDto>)))]
pub async fn list_contact_sessions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ContactId>,
) -> ApiResult<Json<Page<ContactSessionDto>>> {
    let sessions = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_contact_sessions(tx, ctx, id)
        })
        .await?;
    Ok(Json(Page {
        items: sessions.into_iter().map(Into::into).collect(),
        next: None,
    }))
}
