//! Accounts over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::accounts::{self as use_cases, AccountError, AccountPatch, NewAccount};
use zhiyin_domain::account::Account;
use zhiyin_domain::ids::{AccountId, AgentId};
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid, present};
use crate::state::AppState;

const LIST: &str = "accounts";

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_accounts, create_account))
        .routes(routes!(get_account, update_account))
}

/// A company or household, with how all of its people are treated.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// What it is called.
    pub name: String,
    /// Its tier, 0 (everybody) to 9 (the top). Of account and contact the higher one counts.
    #[schema(value_type = u8)]
    pub tier: Tier,
    /// Its own agent, asked after the contact's.
    #[schema(value_type = Option<String>)]
    pub dedicated_agent_id: Option<AgentId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

impl From<Account> for AccountDto {
    fn from(it: Account) -> Self {
        Self {
            id: it.id,
            name: it.name,
            tier: it.tier,
            dedicated_agent_id: it.dedicated_agent_id,
            created_at: it.created_at,
            version: it.version,
        }
    }
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::NotFound(_) => Self::not_found("account"),
            AccountError::Stale => Self::conflict(Code::Changed),
            AccountError::Name(error) => Self::unprocessable(Code::InvalidField).field_detail(
                "/name",
                "invalid",
                error.to_string(),
            ),
            AccountError::NoSuchAgent => Self::unprocessable(Code::InvalidField).field_detail(
                "/dedicated_agent_id",
                "unknown",
                "There is no such agent.",
            ),
            AccountError::Denied(denied) => denied.into(),
            AccountError::Store(source) => source.into(),
        }
    }
}

/// A new account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountBody {
    /// What it is called.
    pub name: String,
    /// Its tier, 0 to 9.
    #[serde(default)]
    #[schema(value_type = u8)]
    pub tier: Tier,
    /// Its own agent.
    #[schema(value_type = Option<String>)]
    pub dedicated_agent_id: Option<AgentId>,
}

/// What changes in an account; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPatchBody {
    /// What it is called.
    pub name: Option<String>,
    /// Its tier, 0 to 9.
    #[schema(value_type = Option<u8>)]
    pub tier: Option<Tier>,
    /// Its own agent; `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub dedicated_agent_id: Option<Option<AgentId>>,
    /// The version that was read; another one refuses the change.
    pub version: Option<i64>,
}

/// Accounts, newest first.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "contacts", params(PageQuery),
    responses((status = 200, body = Page<AccountDto>)))]
pub async fn list_accounts(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<AccountDto>>> {
    let after = query
        .after::<(i64, AccountId)>(LIST)?
        .map(|(at, id)| (Timestamp::from_micros(at), id));
    let size = query.size();
    let rows = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_accounts(tx, ctx, after, size + 1)
        })
        .await?;
    let page = Page::from_surplus(LIST, size, rows, |row| (row.created_at.as_micros(), row.id));
    Ok(Json(page.map(Into::into)))
}

/// One account.
#[utoipa::path(get, path = "/api/v1/accounts/{id}", tag = "contacts", params(("id" = String, Path)),
    responses((status = 200, body = AccountDto)))]
pub async fn get_account(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AccountId>,
) -> ApiResult<Json<AccountDto>> {
    let account = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::get_account(tx, ctx, id)
        })
        .await?;
    Ok(Json(account.into()))
}

/// Makes an account. Contacts come to it by their `account_id`.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "contacts", request_body = AccountBody,
    responses((status = 201, body = AccountDto)))]
pub async fn create_account(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<AccountBody>,
) -> ApiResult<(StatusCode, Json<AccountDto>)> {
    let new = NewAccount {
        name: body.name,
        tier: body.tier,
        dedicated_agent_id: body.dedicated_agent_id,
    };
    let account = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_account(tx, ctx, &new)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(account.into())))
}

/// Changes an account. Its people who wait stand where the new tier has them.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "contacts", params(("id" = String, Path)),
    request_body = AccountPatchBody, responses((status = 200, body = AccountDto)))]
pub async fn update_account(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AccountId>,
    Valid(body): Valid<AccountPatchBody>,
) -> ApiResult<Json<AccountDto>> {
    let patch = AccountPatch {
        name: body.name,
        tier: body.tier,
        dedicated_agent_id: body.dedicated_agent_id,
        version: body.version,
    };
    let account = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_account(tx, ctx, id, &patch)
        })
        .await?;
    Ok(Json(account.into()))
}
