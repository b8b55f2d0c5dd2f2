//! What agents set about themselves.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::identity::{self as use_cases, MeChange};
use zhiyin_app::{App, Credential};
use zhiyin_domain::ids::LoginSessionId;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::secret::Secret;

use super::dto::{LoginSessionDto, MeDto};
use super::input::maybe_field;
use super::session::own_cookie;
use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid};
use crate::state::AppState;

/// What changes about oneself; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MePatchBody {
    /// Name among colleagues.
    pub name: Option<String>,
    /// Name customers see.
    pub display_name: Option<String>,
    /// Language of the console.
    #[schema(value_type = Option<String>)]
    pub locale: Option<Locale>,
    /// All settings of the console.
    #[schema(value_type = Option<Object>)]
    pub preferences: Option<serde_json::Value>,
}

/// Changes the caller.
#[utoipa::path(patch, path = "/api/v1/me", tag = "me", request_body = MePatchBody,
    responses((status = 200, body = MeDto)))]
pub async fn update_me(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Valid(body): Valid<MePatchBody>,
) -> ApiResult<Json<MeDto>> {
    let change = MeChange {
        name: maybe_field(body.name.as_deref(), "/name")?,
        display_name: maybe_field(body.display_name.as_deref(), "/display_name")?,
        locale: body.locale,
        preferences: body.preferences,
    };
    let me = state
        .app()
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_me(tx, ctx, change.clone())
        })
        .await?;
    Ok(Json(MeDto::new(
        me,
        own_cookie(&state, &caller, &headers).as_ref(),
    )))
}

/// The browsers in which the caller is logged in, newest first.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "me",
    responses((status = 200, body = Page<LoginSessionDto>)))]
pub async fn list_sessions(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<LoginSessionDto>>> {
    let sessions = app.read(&caller.0, use_cases::list_sessions).await?;
    let current = match caller.credential {
        Credential::LoginSession(id) => Some(id),
        Credential::Token(_) | Credential::Visitor(_) | Credential::Internal => None,
    };
    let items = sessions
        .into_iter()
        .map(|session| LoginSessionDto::new(session, current))
        .collect();
    Ok(Json(Page { items, next: None }))
}

/// Logs the caller out in one browser.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{id}", tag = "me", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn revoke_session(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<LoginSessionId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::revoke_session(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an authenticator needs, given this once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SecondFactorDto {
    /// The secret, in base32, for typing in.
    pub secret: String,
    /// The same as an address, for a QR code.
    pub otpauth_url: String,
}

/// Makes a secret for an authenticator. It counts once a code came back.
#[utoipa::path(post, path = "/api/v1/me/totp", tag = "me", responses((status = 200, body = SecondFactorDto)))]
pub async fn create_second_factor(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<SecondFactorDto>> {
    let enrolment = app.write(&caller.0, use_cases::begin_second_factor).await?;
    Ok(Json(SecondFactorDto {
        secret: enrolment.secret.into_inner(),
        otpauth_url: enrolment.otpauth_url.into_inner(),
    }))
}

/// A code of the authenticator.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeBody {
    /// Six digits.
    pub code: String,
}

/// Codes for the day the telephone is gone, given this once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecoveryCodesDto {
    /// Each works once.
    pub recovery_codes: Vec<String>,
}

/// Turns the second factor on.
#[utoipa::path(post, path = "/api/v1/me/totp/confirm", tag = "me", request_body = CodeBody,
    responses((status = 200, body = RecoveryCodesDto)))]
pub async fn confirm_second_factor(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<CodeBody>,
) -> ApiResult<Json<RecoveryCodesDto>> {
    let codes = app.confirm_second_factor(&caller.0, body.code).await?;
    Ok(Json(RecoveryCodesDto {
        recovery_codes: codes.into_iter().map(Secret::into_inner).collect(),
    }))
}

/// The present password.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// The present password.
    #[schema(value_type = String)]
    pub password: Secret<String>,
}

/// Turns the second factor off.
#[utoipa::path(delete, path = "/api/v1/me/totp", tag = "me", request_body = PasswordBody,
    responses((status = 204)))]
pub async fn delete_second_factor(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<PasswordBody>,
) -> ApiResult<StatusCode> {
    app.remove_second_factor(&caller.0, body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
