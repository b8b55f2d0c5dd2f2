//! Limits of time and a net under panics.

use std::any::Any;
use std::io;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::code::Code;
use crate::error::ApiError;
use crate::guard::address::ClientAddress;
use crate::guard::limits::Key;
use crate::state::AppState;

/// Cuts a request that takes longer than it may.
pub async fn limit_time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let config = state.config();
    let path = request.uri().path();
    let carries_file = path.ends_with("/attachments")
        || path.ends_with("/avatar")
        || path.starts_with("/api/v1/files/");
    let limit = if carries_file {
        config.upload_timeout
    } else {
        config.request_timeout
    };
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::new(StatusCode::REQUEST_TIMEOUT, Code::RequestTimeout).into_response(),
    }
}

/// Counts requests to the API by address. Pages and assets are not counted: a browser asks
/// for dozens of them at once.
pub async fn limit_address(
    State(state): State<AppState>,
    address: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    let is_counted = ["/api/", "/rate/", "/portal/", "/task/"]
        .iter()
        .any(|prefix| request.uri().path().starts_with(prefix));
    if is_counted
        && let Err(error) = state
            .limiter()
            .take(Key::Address(address.bucket()), state.now())
    {
        return error.into_response();
    }
    next.run(request).await
}

/// Turns a panic in a handler into an answer that tells nothing.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub fn on_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<&'static str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without text".to_owned());
    ApiError::internal(io::Error::other(format!("handler panicked: {text}"))).into_response()
}

/// Answers a method the path does not know.
pub async fn no_such_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed)
}
