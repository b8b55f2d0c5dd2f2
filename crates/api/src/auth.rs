//! Who is calling: the one way in for every handler and every stream.
//!
//! A browser shows its session cookie, which travels by itself, so it counts only for
//! requests that provably come from our own pages: any change needs the CSRF token, and a
//! foreign `Origin` is refused. A program shows a bearer token. A visitor shows a bearer
//! token of another kind, which opens nothing but the widget's own paths.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use zhiyin_app::identity::{AuthenticateError, Credentials, is_csrf_token};
use zhiyin_app::widget::{VisitorAuth, WidgetError};
use zhiyin_app::{Credential, Principal, widget};
use zhiyin_domain::secret::Secret;

use crate::code::Code;
use crate::config::HttpConfig;
use crate::error::ApiError;
use crate::guard::address::ClientAddress;
use crate::guard::limits::Key;
use crate::guard::origin::{self, Origin};
use crate::guard::request_id;
use crate::state::AppState;

/// The header that proves that a change comes from our own page.
pub const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");

/// Longest credential that is looked at.
const CREDENTIAL_BYTES_MAX: usize = 256;

/// An authenticated agent or app. Refused with 401 before the handler runs.
#[derive(Debug, Clone)]
pub struct Caller(pub Arc<Principal>);

impl Deref for Caller {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.0
    }
}

/// The same, or nobody.
#[derive(Debug, Clone)]
pub struct MaybeCaller(pub Option<Caller>);

/// An authenticated visitor of the widget whose messages are accepted. Refused with 403
/// if the contact or the address is on the block list.
#[derive(Debug, Clone)]
pub struct VisitorCaller(pub Arc<VisitorAuth>);

impl Deref for VisitorCaller {
    type Target = VisitorAuth;

    fn deref(&self) -> &VisitorAuth {
        &self.0
    }
}

/// A visitor with a valid token, blocked or not: for leaving.
#[derive(Debug, Clone)]
pub struct LeavingVisitor(pub Arc<VisitorAuth>);

/// An authenticated agent or app that may open a stream.
#[derive(Debug, Clone)]
pub struct StreamCaller(pub Arc<Principal>);

/// A caller without credentials, counted by address: for log-in, set-up and new visitors.
#[derive(Debug, Clone, Copy)]
pub struct Anonymous(pub ClientAddress);

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        // The idempotency layer may have asked already.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let credentials =
            shown(&parts.headers, state.config()).ok_or_else(ApiError::unauthenticated)?;
        if let Credentials::Cookie(cookie) = &credentials {
            refuse_foreign(parts, state.config())?;
            if origin::is_changing(&parts.method) {
                check_csrf(&parts.headers, cookie)?;
            }
        }
        let caller = Self(authenticate(state, credentials).await?);
        state.limiter().take(limit_key(&caller), state.now())?;
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

impl FromRequestParts<AppState> for MaybeCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        match Caller::from_request_parts(parts, state).await {
            Ok(caller) => Ok(Self(Some(caller))),
            Err(error) if error.code() == Code::Unauthenticated => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}

impl FromRequestParts<AppState> for VisitorCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let LeavingVisitor(auth) = LeavingVisitor::from_request_parts(parts, state).await?;
        let Ok(address) = ClientAddress::from_request_parts(parts, state).await;
        refuse_blocked(state, &auth, address).await?;
        let caller = Self(auth);
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

impl FromRequestParts<AppState> for LeavingVisitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = bearer(&parts.headers).ok_or_else(ApiError::unauthenticated)?;
        refuse_foreign(parts, state.config())?;
        let auth = visitor(state, token).await?;
        state
            .limiter()
            .take(Key::Visitor(auth.visitor.identity_id), state.now())?;
        Ok(Self(Arc::new(auth)))
    }
}

impl FromRequestParts<AppState> for StreamCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let credentials =
            shown(&parts.headers, state.config()).ok_or_else(ApiError::unauthenticated)?;
        let is_own = origin::of(&parts.headers, state.config()) == Origin::Own;
        // A page of another site can open a WebSocket with our cookie, and no browser asks
        // us first: without an origin of ours there is no stream for a cookie.
        if matches!(credentials, Credentials::Cookie(_)) && !is_own {
            return Err(ApiError::forbidden(Code::ForeignOrigin));
        }
        let caller = authenticate(state, credentials).await?;
        state.limiter().take(limit_key(&caller), state.now())?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<AppState> for Anonymous {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        refuse_foreign(parts, state.config())?;
        let Ok(address) = ClientAddress::from_request_parts(parts, state).await;
        state
            .limiter()
            .take(Key::Anonymous(address.bucket()), state.now())?;
        Ok(Self(address))
    }
}

/// Looks a visitor's token up.
pub(crate) async fn visitor(state: &AppState, token: &str) -> Result<VisitorAuth, ApiError> {
    widget::authenticate(state.app(), token, request_id::current())
        .await
        .map_err(|error| match error {
            WidgetError::Store(error) => error.into(),
            _ => ApiError::unauthenticated(),
        })
}

/// Refuses a visitor whose contact is blocked, or who comes from a blocked address. Asks
/// the store for nothing: both are remembered for a moment.
pub(crate) async fn refuse_blocked(
    state: &AppState,
    auth: &VisitorAuth,
    address: ClientAddress,
) -> Result<(), ApiError> {
    let visitor = &auth.visitor;
    let is_blocked = visitor.is_blocked
        || match address.known() {
            Some(address) => {
                let app = state.app();
                app.is_address_blocked(visitor.workspace, address).await?
            }
            None => false,
        };
    if is_blocked {
        return Err(ApiError::forbidden(Code::Blocked));
    }
    Ok(())
}

async fn authenticate(
    state: &AppState,
    credentials: Credentials,
) -> Result<Arc<Principal>, ApiError> {
    match state.app().authenticate(credentials).await {
        Ok(principal) => Ok(Arc::new(Principal {
            request_id: request_id::current(),
            ..principal
        })),
        Err(AuthenticateError::Unknown) => Err(ApiError::unauthenticated()),
        Err(AuthenticateError::Store(error)) => Err(error.into()),
    }
}

fn limit_key(principal: &Principal) -> Key {
    match (principal.credential, principal.actor.agent()) {
        (Credential::Token(token), _) => Key::Token(token),
        (_, Some(agent)) => Key::Agent(agent),
        (_, None) => Key::Anonymous(std::net::Ipv4Addr::UNSPECIFIED.into()),
    }
}

/// What the caller shows. A bearer token goes before a cookie, so that a program in a
/// browser is what it says it is.
fn shown(headers: &HeaderMap, config: &HttpConfig) -> Option<Credentials> {
    if headers.contains_key(AUTHORIZATION) {
        return bearer(headers).map(|token| Credentials::Bearer(Secret::new(token.to_owned())));
    }
    session_cookie(headers, config).map(|value| Credentials::Cookie(Secret::new(value.to_owned())))
}

/// The bearer token, exactly as written.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    let text = value.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    let is_usable = scheme.eq_ignore_ascii_case("bearer") && token.len() <= CREDENTIAL_BYTES_MAX;
    is_usable.then_some(token)
}

/// Name of the session cookie. Over TLS the prefix makes browsers insist on `Secure`, on
/// our exact host and on the whole path.
#[must_use]
pub fn cookie_name(config: &HttpConfig) -> &'static str {
    if config.is_https() {
        "__Host-zhiyin"
    } else {
        "zhiyin"
    }
}

/// The value of the session cookie. Two of them are none: one was planted.
#[must_use]
pub fn session_cookie<'a>(headers: &'a HeaderMap, config: &HttpConfig) -> Option<&'a str> {
    let name = cookie_name(config);
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    let value = found.next().filter(|_| found.next().is_none())?;
    (value.len() <= CREDENTIAL_BYTES_MAX).then_some(value)
}

/// The header that gives a browser its session.
#[must_use]
pub fn set_cookie(config: &HttpConfig, token: &Secret<String>, lifetime_s: u64) -> HeaderValue {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let text = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lifetime_s}{secure}",
        cookie_name(config),
        token.expose(),
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// The header that takes the session from a browser.
#[must_use]
pub fn clear_cookie(config: &HttpConfig) -> HeaderValue {
    set_cookie(config, &Secret::new(String::new()), 0)
}

/// Refuses requests that a page of another site makes with what the browser holds of us.
fn refuse_foreign(parts: &Parts, config: &HttpConfig) -> Result<(), ApiError> {
    match origin::of(&parts.headers, config) {
        Origin::Own | Origin::Unknown => Ok(()),
        Origin::Foreign => Err(ApiError::forbidden(Code::ForeignOrigin)),
    }
}

fn check_csrf(headers: &HeaderMap, cookie: &Secret<String>) -> Result<(), ApiError> {
    let presented = headers
        .get(CSRF_HEADER)
        .and_then(|value| value.to_str().ok());
    if presented.is_some_and(|presented| is_csrf_token(cookie, presented)) {
        Ok(())
    } else {
        Err(ApiError::forbidden(Code::InvalidCsrfToken))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("a header value"));
        }
        headers
    }

    #[test]
    fn a_bearer_token_is_taken_exactly() {
        for (value, expected) in [
            ("Bearer zy_abc", Some("zy_abc")),
            ("bearer zy_abc", Some("zy_abc")),
            ("Bearer  zy_abc", Some(" zy_abc")),
            ("Basic zy_abc", None),
            ("zy_abc", None),
            ("Bearer", None),
        ] {
            assert_eq!(
                bearer(&headers(&[("authorization", value)])),
                expected,
                "{value}"
            );
        }
        let two = headers(&[("authorization", "Bearer a"), ("authorization", "Bearer b")]);
        assert_eq!(bearer(&two), None);
    }

    #[test]
    fn a_planted_second_cookie_is_no_session() {
        let config = HttpConfig::default();
        let one = headers(&[("cookie", "a=b; zhiyin=secret; c=d")]);
        assert_eq!(session_cookie(&one, &config), Some("secret"));
        let two = headers(&[("cookie", "zhiyin=planted; zhiyin=secret")]);
        assert_eq!(session_cookie(&two, &config), None);
        let other = headers(&[("cookie", "xzhiyin=secret")]);
        assert_eq!(session_cookie(&other, &config), None);
    }

    #[test]
    fn over_tls_the_cookie_is_bound_to_the_host() {
        let token = Secret::new("t".to_owned());
        let plain = set_cookie(&HttpConfig::default(), &token, 60);
        assert_eq!(
            plain,
            "zhiyin=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"
        );
        let config = HttpConfig {
            public_url: Some("https://help.example".into()),
            ..HttpConfig::default()
        };
        let secure = set_cookie(&config, &token, 60);
        assert_eq!(
            secure,
            "__Host-zhiyin=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
    }
}
