//! Query parameters with errors that name the parameter.

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::code::Code;
use crate::error::ApiError;

/// Typed query parameters.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        parse(&parts.uri).map(Self)
    }
}

fn parse<T: DeserializeOwned>(uri: &Uri) -> Result<T, ApiError> {
    axum::extract::Query::try_from_uri(uri)
        .map(|axum::extract::Query(value)| value)
        .map_err(|rejection| {
            // "Failed to deserialize query string: limit: invalid digit found in string"
            let text = rejection.body_text();
            let rest = text
                .split_once(": ")
                .map_or(text.as_str(), |(_, rest)| rest);
            let (path, detail) = rest.split_once(": ").unwrap_or(("", rest));
            ApiError::bad_request(Code::InvalidQuery).field_detail(path, "invalid", detail)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Example {
        limit: Option<u32>,
        q: Option<String>,
    }

    #[test]
    fn the_parameter_is_named() {
        let uri = Uri::from_static("/?q=%E4%BD%A0%E5%A5%BD&limit=7");
        let example: Example = parse(&uri).expect("a valid query");
        assert_eq!(
            example,
            Example {
                limit: Some(7),
                q: Some("你好".to_owned())
            }
        );
        let error = parse::<Example>(&Uri::from_static("/?limit=many")).expect_err("a refusal");
        assert_eq!(error.status().as_u16(), 400);
        assert!(
            format!("{error:?}").contains("path: \"limit\""),
            "{error:?}"
        );
    }
}
