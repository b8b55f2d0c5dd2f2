//! Is this request from a page of ours?
//!
//! Cookies travel with requests from any page, so whatever a cookie authenticates and
//! whatever opens a stream must come from our own origin. Bearer tokens do not travel by
//! themselves and need no such proof.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, Uri};

use crate::config::HttpConfig;

/// What the headers tell about the page behind a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// One of our own pages.
    Own,
    /// Another site, or a page without an origin (`null`).
    Foreign,
    /// No browser tells; the request may come from a program.
    Unknown,
}

/// Reads the origin of a request.
#[must_use]
pub fn of(headers: &HeaderMap, config: &HttpConfig) -> Origin {
    let mut values = headers.get_all(ORIGIN).iter();
    let Some(value) = values.next() else {
        return match headers
            .get("sec-fetch-site")
            .map(axum::http::HeaderValue::as_bytes)
        {
            None | Some(b"same-origin" | b"none") => Origin::Unknown,
            Some(_) => Origin::Foreign,
        };
    };
    let Ok(origin) = value.to_str() else {
        return Origin::Foreign;
    };
    if values.next().is_some() {
        return Origin::Foreign;
    }
    let is_own = match config.public_origin() {
        Some(own) => origin.eq_ignore_ascii_case(own) || config.is_extra_origin(origin),
        None => config.is_extra_origin(origin) || has_host_of(origin, headers),
    };
    if is_own { Origin::Own } else { Origin::Foreign }
}

/// Without a configured address the host the client asked for is ours by definition.
fn has_host_of(origin: &str, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else {
        return false;
    };
    let authority = origin
        .parse::<Uri>()
        .map_or(None, |uri| uri.into_parts().authority);
    authority.is_some_and(|authority| authority.as_str().eq_ignore_ascii_case(host))
}

/// Whether a method may change something.
#[must_use]
pub fn is_changing(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(config: &HttpConfig, pairs: &[(&'static str, &str)], expected: Origin) {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("a header value"));
        }
        assert_eq!(of(&headers, config), expected, "{pairs:?}");
    }

    #[test]
    fn without_a_configured_address_the_host_decides() {
        let config = HttpConfig::default();
        check(
            &config,
            &[("host", "a.example"), ("origin", "https://a.example")],
            Origin::Own,
        );
        check(
            &config,
            &[("host", "a.example:81"), ("origin", "http://a.example:81")],
            Origin::Own,
        );
        check(
            &config,
            &[("host", "a.example"), ("origin", "https://b.example")],
            Origin::Foreign,
        );
        check(
            &config,
            &[
                ("host", "a.example"),
                ("origin", "https://a.example.b.example"),
            ],
            Origin::Foreign,
        );
        check(
            &config,
            &[("host", "a.example"), ("origin", "null")],
            Origin::Foreign,
        );
        check(
            &config,
            &[("host", "a.example"), ("origin", "")],
            Origin::Foreign,
        );
        check(&config, &[("host", "a.example")], Origin::Unknown);
        check(
            &config,
            &[("host", "a.example"), ("sec-fetch-site", "cross-site")],
            Origin::Foreign,
        );
    }

    #[test]
    fn a_configured_address_beats_the_host() {
        let config = HttpConfig {
            public_url: Some("https://help.example/".into()),
            ..HttpConfig::default()
        };
        check(
            &config,
            &[("host", "evil.example"), ("origin", "https://evil.example")],
            Origin::Foreign,
        );
        check(
            &config,
            &[("host", "x"), ("origin", "https://help.example")],
            Origin::Own,
        );
        check(
            &config,
            &[("host", "x"), ("origin", "http://help.example")],
            Origin::Foreign,
        );
    }

    #[test]
    fn two_origins_are_foreign() {
        let pairs = [
            ("host", "a.example"),
            ("origin", "https://a.example"),
            ("origin", "https://b.example"),
        ];
        check(&HttpConfig::default(), &pairs, Origin::Foreign);
    }
}
