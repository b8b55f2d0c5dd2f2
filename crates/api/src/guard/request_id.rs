//! One id for a request, in the log, in problem documents and in the answer's header.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::AppState;

/// The header that carries the id.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from a caller.
const BYTES_MAX: usize = 64;

tokio::task_local! {
    static CURRENT: Arc<str>;
}

/// The id of the request this task works for.
#[must_use]
pub fn current() -> Option<String> {
    CURRENT.try_with(std::string::ToString::to_string).ok()
}

/// Takes over the caller's id if it is harmless, or makes one.
pub async fn assign(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let given = request.headers().get(&HEADER).and_then(acceptable);
    let id: Arc<str> = given.unwrap_or_else(|| state.new_request_id()).into();
    let mut response = CURRENT.scope(Arc::clone(&id), next.run(request)).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// Letters, digits and `-_` only, so that nothing can be smuggled into a log line.
fn acceptable(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    let harmless = (8..=BYTES_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    harmless.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_ids_are_taken_over() {
        for (text, taken) in [
            ("01J8Z3N4-abc_def", true),
            ("short", false),
            ("with space inside", false),
            ("line\tbreak-attempt", false),
            ("quote\"quote\"quote", false),
        ] {
            let value = HeaderValue::from_str(text).expect("a header value");
            assert_eq!(acceptable(&value).is_some(), taken, "{text}");
        }
        let long = HeaderValue::from_str(&"a".repeat(65)).expect("a header value");
        assert!(acceptable(&long).is_none());
    }
}
