//! Entity tags: what did not change is not sent again.

use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use crate::code::Code;
use crate::error::ApiError;

/// The tag of some bytes.
#[must_use]
pub fn of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    format!("\"{}\"", hex::encode(&digest[..12]))
}

/// The tag of a row that counts its versions.
#[must_use]
pub fn of_version(version: i64) -> String {
    format!("\"v{version}\"")
}

/// The answer "not modified", if the caller has this version already.
#[must_use]
pub fn unchanged(headers: &HeaderMap, tag: &str) -> Option<Response> {
    if !names(headers.get(IF_NONE_MATCH)?, tag) {
        return None;
    }
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    set(&mut response, tag);
    Some(response)
}

/// Refuses a change of a version the caller has not seen, if the caller asks for that.
pub fn require_match(headers: &HeaderMap, tag: &str) -> Result<(), ApiError> {
    match headers.get(IF_MATCH) {
        Some(value) if !names(value, tag) => Err(ApiError::new(
            StatusCode::PRECONDITION_FAILED,
            Code::PreconditionFailed,
        )),
        Some(_) | None => Ok(()),
    }
}

/// Puts the tag on an answer.
pub fn set(response: &mut Response, tag: &str) {
    if let Ok(value) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(ETAG, value);
    }
}

fn names(value: &HeaderValue, tag: &str) -> bool {
    let text = value.to_str().unwrap_or_default();
    text.split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_version_is_not_sent_again() {
        let tag = of(b"text");
        let mut headers = HeaderMap::new();
        assert!(unchanged(&headers, &tag).is_none());
        for (value, is_known) in [
            (tag.clone(), true),
            (format!("W/{tag}"), true),
            ("*".into(), true),
            ("\"x\"".into(), false),
        ] {
            headers.insert(IF_NONE_MATCH, value.parse().expect("a header value"));
            assert_eq!(unchanged(&headers, &tag).is_some(), is_known, "{value}");
        }
    }

    #[test]
    fn a_change_of_another_version_is_refused() {
        let mut headers = HeaderMap::new();
        assert!(require_match(&headers, &of_version(2)).is_ok());
        headers.insert(IF_MATCH, "\"v1\", \"v2\"".parse().expect("a header value"));
        assert!(require_match(&headers, &of_version(2)).is_ok());
        assert!(require_match(&headers, &of_version(3)).is_err());
    }
}
