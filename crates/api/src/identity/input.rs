//! Turning what was typed into types, with errors that name the field.

use std::fmt::Display;
use std::str::FromStr;

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use zhiyin_app::identity::Visit;
use zhiyin_domain::secret::Secret;

use crate::auth::session_cookie;
use crate::code::Code;
use crate::config::HttpConfig;
use crate::error::ApiError;
use crate::guard::address::ClientAddress;
use crate::guard::request_id;

/// Parses a field, or names it (a JSON pointer) in the refusal.
pub(crate) fn field<T: FromStr<Err: Display>>(text: &str, path: &str) -> Result<T, ApiError> {
    text.parse().map_err(|error: T::Err| {
        ApiError::unprocessable(Code::InvalidField).field_detail(path, "invalid", error.to_string())
    })
}

/// Parses a field that may be left out.
pub(super) fn maybe_field<T: FromStr<Err: Display>>(
    text: Option<&str>,
    path: &str,
) -> Result<Option<T>, ApiError> {
    text.map(|text| field(text, path)).transpose()
}

/// The browser behind a request.
pub(super) fn visit(headers: &HeaderMap, address: ClientAddress, config: &HttpConfig) -> Visit {
    let user_agent = headers
        .get(USER_AGENT)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Visit {
        address: address.bucket().to_string(),
        user_agent: user_agent.unwrap_or_default(),
        previous: session_cookie(headers, config).map(|cookie| Secret::new(cookie.to_owned())),
        request_id: request_id::current(),
    }
}
