//! Security headers.
//!
//! Every answer gets the strict set; what needs more (the console's page, the widget's
//! panel, a file) sets its own policy first and is left alone here.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::state::AppState;

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// The policy of everything that is not a page: nothing may load, run or frame.
const NOTHING: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The policy of pages rendered by the server: styles of our own, nothing else.
pub const PLAIN_PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Adds what the answer does not say itself.
pub async fn secure(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    keep(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    keep(headers, REFERRER_POLICY, "strict-origin-when-cross-origin");
    keep(headers, OPENER_POLICY, "same-origin");
    keep(headers, RESOURCE_POLICY, "same-origin");
    keep(
        headers,
        PERMISSIONS_POLICY,
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        keep(headers, CONTENT_SECURITY_POLICY, NOTHING);
        keep(headers, X_FRAME_OPTIONS, "DENY");
    }
    if is_api && headers.contains_key(CONTENT_TYPE) {
        keep(headers, CACHE_CONTROL, "no-store");
    }
    if state.config().is_https() {
        keep(
            headers,
            STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    response
}

fn keep(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}

/// The policy of the console's page. Its inline scripts, which the build writes, are
/// allowed by their hashes; attributes with styles are needed by virtual lists.
#[must_use]
pub fn console_policy(page: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'{}; style-src 'self'; style-src-elem 'self'{}; \
         style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; media-src 'self' blob:; \
         font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
         frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        inline_hashes(page, "script"),
        inline_hashes(page, "style"),
    )
}

/// The policy of the widget's panel, which lives in a frame on the pages of `ancestors`.
/// Each must have been checked to be a host source; an empty list allows our own pages only.
#[must_use]
pub fn panel_policy(page: &str, ancestors: &[String]) -> String {
    let mut allowed = String::from("'self'");
    for ancestor in ancestors.iter().filter(|ancestor| is_host_source(ancestor)) {
        allowed.push(' ');
        allowed.push_str(ancestor);
    }
    format!(
        "default-src 'none'; script-src 'self'{}; style-src 'self'; style-src-elem 'self'{}; \
         style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; media-src 'self'; \
         font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; \
         frame-ancestors {allowed}",
        inline_hashes(page, "script"),
        inline_hashes(page, "style"),
    )
}

/// A source that cannot break out of its directive: scheme, host, wildcard, port.
fn is_host_source(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 300
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'.' | b'*' | b':' | b'/' | b'[' | b']')
        })
}

/// ` 'sha256-…'` for each element of the page that has content instead of a source.
fn inline_hashes(page: &str, element: &str) -> String {
    let open = format!("<{element}");
    let close = format!("</{element}>");
    let mut hashes = String::new();
    let mut rest = page;
    while let Some(start) = rest.find(&open) {
        rest = &rest[start + open.len()..];
        let Some(end_of_tag) = rest.find('>') else {
            break;
        };
        let attributes = &rest[..end_of_tag];
        rest = &rest[end_of_tag + 1..];
        let Some(end) = rest.find(&close) else { break };
        let content = &rest[..end];
        rest = &rest[end + close.len()..];
        if !attributes.contains(" src=") && !content.is_empty() {
            let digest = STANDARD.encode(Sha256::digest(content.as_bytes()));
            hashes.push_str(" 'sha256-");
            hashes.push_str(&digest);
            hashes.push('\'');
        }
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_hash_and_others_are_not() {
        let page = "<script>alert(1)</script><script src=\"/a.js\"></script><script type=module>x</script>";
        let hashes = inline_hashes(page, "script");
        assert_eq!(hashes.matches("'sha256-").count(), 2);
        assert!(
            hashes.contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"),
            "{hashes}"
        );
        assert!(!console_policy("<html></html>").contains("sha256"));
    }

    #[test]
    fn an_ancestor_cannot_break_out_of_its_directive() {
        let ancestors = [
            "https://shop.example",
            "https://*.shop.example:8443",
            "x; script-src *",
            "a b",
            "",
        ]
        .map(str::to_owned);
        let policy = panel_policy("", &ancestors);
        assert!(
            policy.ends_with(
                "frame-ancestors 'self' https://shop.example https://*.shop.example:8443"
            )
        );
    }
}
