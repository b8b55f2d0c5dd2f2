//! Personal and app tokens.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::identity::{self as use_cases, NewToken};
use zhiyin_domain::ids::TokenId;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;

use super::dto::TokenDto;
use super::input::field;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Valid};

/// A new token.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenBody {
    /// What it is for.
    pub name: String,
    /// What it may do at most.
    #[schema(value_type = Vec<String>)]
    pub scopes: BTreeSet<Permission>,
    /// When it stops working; never if left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

impl TryFrom<TokenBody> for NewToken {
    type Error = ApiError;

    fn try_from(body: TokenBody) -> Result<Self, ApiError> {
        Ok(Self {
            name: field(&body.name, "/name")?,
            scopes: body.scopes,
            expires_at: body.expires_at,
        })
    }
}

/// The personal tokens of the caller, newest first.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", responses((status = 200, body = Page<TokenDto>)))]
pub async fn list_tokens(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<TokenDto>>> {
    let tokens = app.read(&caller.0, use_cases::list_tokens).await?;
    let items = tokens
        .into_iter()
        .map(|token| TokenDto::new(token, None))
        .collect();
    Ok(Json(Page { items, next: None }))
}

/// Makes a personal token, which acts for the caller within its scopes.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", request_body = TokenBody,
    responses((status = 201, body = TokenDto)))]
pub async fn create_token(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<TokenBody>,
) -> ApiResult<(StatusCode, Json<TokenDto>)> {
    let new = NewToken::try_from(body)?;
    let (token, secret) = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_token(tx, ctx, new.clone())
        })
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(TokenDto::new(token, Some(secret))),
    ))
}

/// Ends a personal token of the caller.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "tokens", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn revoke_token(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TokenId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::revoke_token(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The app tokens of the workspace, newest first.
#[utoipa::path(get, path = "/api/v1/app-tokens", tag = "tokens",
    responses((status = 200, body = Page<TokenDto>)))]
pub async fn list_app_tokens(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<TokenDto>>> {
    let tokens = app.read(&caller.0, use_cases::list_app_tokens).await?;
    let items = tokens
        .into_iter()
        .map(|token| TokenDto::new(token, None))
        .collect();
    Ok(Json(Page { items, next: None }))
}

/// Makes an app token, which acts for no agent but in the whole workspace.
#[utoipa::path(post, path = "/api/v1/app-tokens", tag = "tokens", request_body = TokenBody,
    responses((status = 201, body = TokenDto)))]
pub async fn create_app_token(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<TokenBody>,
) -> ApiResult<(StatusCode, Json<TokenDto>)> {
    let new = NewToken::try_from(body)?;
    let (token, secret) = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_app_token(tx, ctx, new.clone())
        })
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(TokenDto::new(token, Some(secret))),
    ))
}

/// Ends an app token.
#[utoipa::path(delete, path = "/api/v1/app-tokens/{id}", tag = "tokens", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn revoke_app_token(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TokenId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::revoke_app_token(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
