//! JSON bodies: bounded in size, exact in type, with errors that name the field.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use crate::code::Code;
use crate::error::ApiError;

/// A JSON body.
#[derive(Debug, Clone, Copy, Default)]
pub struct Valid<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Valid<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let is_json = request
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|value| is_json(value.as_bytes()));
        if !is_json {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Code::UnsupportedMediaType,
            )
            .detail("Send the body as application/json."));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| too_large(&rejection))?;
        parse(&bytes).map(Self)
    }
}

/// For a field that may be left out, be `null` or have a value: `null` is a value too.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// `application/json`, with or without parameters. No other type is taken, because only
/// this one cannot be sent by a form on a foreign page.
fn is_json(value: &[u8]) -> bool {
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    essence
        .trim_ascii()
        .eq_ignore_ascii_case(b"application/json")
}

fn too_large(rejection: &BytesRejection) -> ApiError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge)
    } else {
        ApiError::bad_request(Code::MalformedBody).detail("The body could not be read to its end.")
    }
}

/// Parses a body and turns serde's complaint into a field.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = pointer(error.path());
        let inner = error.inner();
        if inner.is_data() {
            let detail = without_position(&inner.to_string());
            ApiError::unprocessable(Code::InvalidBody).field_detail(path, "invalid", detail)
        } else {
            malformed(inner)
        }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> ApiError {
    ApiError::bad_request(Code::MalformedBody).detail(format!(
        "The body is not valid JSON (line {}, column {}).",
        error.line(),
        error.column()
    ))
}

/// serde_json ends its sentences with a position nobody needs beside a path.
fn without_position(text: &str) -> String {
    text.rfind(" at line ")
        .map_or(text, |at| &text[..at])
        .to_owned()
}

/// `items[3].name` as the JSON pointer `/items/3/name`.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut out = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => {
                out.push('/');
                out.push_str(&index.to_string());
            }
            Segment::Map { key } => {
                out.push('/');
                out.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { variant } => {
                out.push('/');
                out.push_str(variant);
            }
            Segment::Unknown => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[expect(
        clippy::option_option,
        reason = "left out, null and given are three things"
    )]
    struct Patch {
        #[serde(default, deserialize_with = "present")]
        number: Option<Option<u8>>,
    }

    #[test]
    fn left_out_and_null_are_told_apart() {
        let read = |text: &str| serde_json::from_str::<Patch>(text).expect("JSON").number;
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"number":null}"#), Some(None));
        assert_eq!(read(r#"{"number":3}"#), Some(Some(3)));
    }

    #[derive(Debug, serde::Deserialize)]
    struct Example {
        #[expect(dead_code, reason = "only its type matters")]
        items: Vec<Item>,
    }

    #[derive(Debug, serde::Deserialize)]
    struct Item {
        #[expect(dead_code, reason = "only its type matters")]
        count: u8,
    }

    fn refused(text: &str) -> (u16, String) {
        let error = parse::<Example>(text.as_bytes()).expect_err("a refusal");
        (error.status().as_u16(), format!("{error:?}"))
    }

    #[test]
    fn broken_json_and_wrong_shapes_are_told_apart() {
        assert_eq!(refused("{").0, 400);
        assert_eq!(refused("").0, 400);
        assert_eq!(refused("{\"items\":[]} x").0, 400);
        assert_eq!(refused("[]").0, 422);
        assert_eq!(refused("{}").0, 422);
    }

    #[test]
    fn the_field_is_named() {
        let (status, text) = refused(r#"{"items":[{"count":1},{"count":300}]}"#);
        assert_eq!(status, 422);
        assert!(text.contains("/items/1/count"), "{text}");
        assert!(!text.contains("at line"), "{text}");
    }

    #[test]
    fn deep_nesting_is_refused_without_a_crash() {
        let text = "[".repeat(100_000);
        assert_eq!(refused(&text).0, 422);
        let text = format!("{{\"x\":{}", "[".repeat(100_000));
        assert_eq!(refused(&text).0, 400);
    }

    #[test]
    fn only_the_real_type_is_json() {
        assert!(is_json(b"application/json"));
        assert!(is_json(b"Application/JSON; charset=utf-8"));
        for other in [
            &b"text/plain"[..],
            b"application/jsonp",
            b"",
            b"text/plain; application/json",
        ] {
            assert!(!is_json(other));
        }
    }
}
