//! Passwords: changing, forgetting, setting anew.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::identity as use_cases;
use zhiyin_domain::ids::AgentId;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;

use super::input::visit;
use crate::error::ApiResult;
use crate::extract::{Anonymous, Caller, Path, Valid};
use crate::state::AppState;

/// The present and the new password.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChangeBody {
    /// The present password.
    #[schema(value_type = String)]
    pub current: Secret<String>,
    /// The new one, at least ten characters.
    #[schema(value_type = String)]
    pub new: Secret<String>,
}

/// Changes the password of the caller and ends all their other sessions.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "me", request_body = PasswordChangeBody,
    responses((status = 204)))]
pub async fn change_password(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<PasswordChangeBody>,
) -> ApiResult<StatusCode> {
    app.change_password(&caller.0, body.current, body.new)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody forgot the password of an address.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetRequestBody {
    /// The address.
    pub email: String,
}

/// Has a link sent, if there is such an account. The answer does not tell.
#[utoipa::path(post, path = "/api/v1/password-resets", tag = "session", security(()),
    request_body = ResetRequestBody, responses((status = 202)))]
pub async fn request_password_reset(
    State(state): State<AppState>,
    Anonymous(address): Anonymous,
    headers: HeaderMap,
    Valid(body): Valid<ResetRequestBody>,
) -> ApiResult<StatusCode> {
    state
        .app()
        .ask_password_reset(body.email, visit(&headers, address, state.config()))
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// The link's token and the new password.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetConfirmBody {
    /// From the link.
    #[schema(value_type = String)]
    pub token: Secret<String>,
    /// The new password, at least ten characters.
    #[schema(value_type = String)]
    pub password: Secret<String>,
}

/// Sets a new password with the link of a reset, and ends all sessions of the account.
#[utoipa::path(post, path = "/api/v1/password-resets/confirm", tag = "session", security(()),
    request_body = ResetConfirmBody, responses((status = 204)))]
pub async fn confirm_password_reset(
    State(state): State<AppState>,
    Anonymous(address): Anonymous,
    headers: HeaderMap,
    Valid(body): Valid<ResetConfirmBody>,
) -> ApiResult<StatusCode> {
    let visit = visit(&headers, address, state.config());
    state
        .app()
        .confirm_password_reset(body.token, body.password, visit)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A link to hand on, given this once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResetLinkDto {
    /// The whole address.
    pub link: String,
    /// When it stops working.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// Makes a reset link for an agent, for installations that send no mail.
#[utoipa::path(post, path = "/api/v1/agents/{id}/password-reset", tag = "agents", params(("id" = String, Path)),
    responses((status = 201, body = ResetLinkDto)))]
pub async fn issue_password_reset(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgentId>,
) -> ApiResult<(StatusCode, Json<ResetLinkDto>)> {
    let (token, expires_at) = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::issue_reset_link(tx, ctx, id)
        })
        .await?;
    let link = app.reset_link(&token).into_inner();
    Ok((StatusCode::CREATED, Json(ResetLinkDto { link, expires_at })))
}
