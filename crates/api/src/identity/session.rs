//! Set-up, logging in and out.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::identity::{self as use_cases, Credentials, LogIn, LoggedIn, NewWorkspace};
use zhiyin_domain::identity::login::SESSION_LIFETIME;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::secret::Secret;

use super::dto::MeDto;
use super::input::{field, maybe_field, visit};
use crate::auth::{clear_cookie, session_cookie, set_cookie};
use crate::error::{ApiError, ApiResult};
use crate::extract::{Anonymous, Caller, Valid};
use crate::state::AppState;

/// Whether this installation waits for its first workspace.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SetupDto {
    /// Whether set-up is still to be done.
    pub needed: bool,
}

/// The first workspace and its administrator.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupBody {
    /// Name of the company.
    pub workspace_name: String,
    /// Language.
    #[schema(value_type = String, example = "zh-CN")]
    pub locale: Locale,
    /// Time zone.
    #[schema(example = "Asia/Shanghai")]
    pub time_zone: String,
    /// Name of the administrator.
    pub name: String,
    /// Address of the administrator.
    pub email: String,
    /// Password of the administrator, at least ten characters.
    #[schema(value_type = String)]
    pub password: Secret<String>,
}

/// What somebody shows to get in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogInBody {
    /// The address.
    pub email: String,
    /// The password.
    #[schema(value_type = String)]
    pub password: Secret<String>,
    /// The code of the authenticator.
    pub code: Option<String>,
    /// A recovery code instead.
    pub recovery_code: Option<String>,
    /// The short name of the workspace, where an address has several.
    pub workspace: Option<String>,
}

/// The answer of everything that opens a session: the caller, and the cookie.
pub(super) async fn entered(
    state: &AppState,
    status: StatusCode,
    entered: LoggedIn,
) -> ApiResult<Response> {
    let principal = match state
        .app()
        .authenticate(Credentials::Cookie(entered.cookie.clone()))
        .await
    {
        Ok(principal) => principal,
        Err(use_cases::AuthenticateError::Store(error)) => return Err(error.into()),
        // Revoked within the same instant.
        Err(use_cases::AuthenticateError::Unknown) => return Err(ApiError::unauthenticated()),
    };
    let me = state.app().read(&principal, use_cases::me).await?;
    let headers = [
        (
            SET_COOKIE,
            set_cookie(state.config(), &entered.cookie, SESSION_LIFETIME.as_secs()),
        ),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((status, headers, Json(MeDto::new(me, Some(&entered.cookie)))).into_response())
}

/// Whether set-up is still to be done.
#[utoipa::path(get, path = "/api/v1/setup", tag = "setup", security(()), responses((status = 200, body = SetupDto)))]
pub async fn get_setup(State(state): State<AppState>, _: Anonymous) -> ApiResult<Json<SetupDto>> {
    Ok(Json(SetupDto {
        needed: state.app().needs_set_up().await?,
    }))
}

/// Makes the first workspace and logs its administrator in.
#[utoipa::path(post, path = "/api/v1/setup", tag = "setup", security(()), request_body = SetupBody,
    responses((status = 201, body = MeDto)))]
pub async fn create_setup(
    State(state): State<AppState>,
    Anonymous(address): Anonymous,
    headers: HeaderMap,
    Valid(body): Valid<SetupBody>,
) -> ApiResult<Response> {
    let new = NewWorkspace {
        name: field(&body.workspace_name, "/workspace_name")?,
        slug: maybe_field(None, "/slug")?,
        locale: body.locale,
        time_zone: field(&body.time_zone, "/time_zone")?,
        admin_name: field(&body.name, "/name")?,
        admin_email: field(&body.email, "/email")?,
        password: body.password,
    };
    let logged_in = state
        .app()
        .set_up(new, visit(&headers, address, state.config()))
        .await?;
    entered(&state, StatusCode::CREATED, logged_in).await
}

/// Logs in.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", security(()), request_body = LogInBody,
    responses((status = 200, body = MeDto)))]
pub async fn create_session(
    State(state): State<AppState>,
    Anonymous(address): Anonymous,
    headers: HeaderMap,
    Valid(body): Valid<LogInBody>,
) -> ApiResult<Response> {
    let input = LogIn {
        email: body.email,
        password: body.password,
        code: body.code,
        recovery_code: body.recovery_code,
        workspace: body.workspace,
        visit: visit(&headers, address, state.config()),
    };
    let logged_in = state.app().log_in(input).await?;
    entered(&state, StatusCode::OK, logged_in).await
}

/// The caller, and the CSRF token of their session.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, body = MeDto)))]
pub async fn get_session(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
) -> ApiResult<Json<MeDto>> {
    let me = state.app().read(&caller.0, use_cases::me).await?;
    Ok(Json(MeDto::new(
        me,
        own_cookie(&state, &caller, &headers).as_ref(),
    )))
}

/// The cookie, if it is what the caller came with: a token may travel beside another's
/// cookie.
pub(crate) fn own_cookie(
    state: &AppState,
    caller: &Caller,
    headers: &HeaderMap,
) -> Option<Secret<String>> {
    match caller.credential {
        zhiyin_app::Credential::LoginSession(_) => {
            session_cookie(headers, state.config()).map(|cookie| Secret::new(cookie.to_owned()))
        }
        zhiyin_app::Credential::Token(_)
        | zhiyin_app::Credential::Visitor(_)
        | zhiyin_app::Credential::Internal => None,
    }
}

/// Logs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204)))]
pub async fn delete_session(State(state): State<AppState>, caller: Caller) -> ApiResult<Response> {
    state.app().write(&caller.0, use_cases::log_out).await?;
    Ok((
        StatusCode::NO_CONTENT,
        [(SET_COOKIE, clear_cookie(state.config()))],
    )
        .into_response())
}
