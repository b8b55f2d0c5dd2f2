//! The one error of the HTTP surface, rendered as a problem document (RFC 9457).
//!
//! Use cases have their own errors; each module of this crate maps them here. A fault of
//! ours is logged once, with its whole chain, and answered with a code and the request id
//! only: nothing of its text leaves the process.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use zhiyin_domain::permission::Denied;
use zhiyin_store::StoreError;

use crate::code::Code;
use crate::guard::request_id;

/// Where the meaning of a code is written down.
const TYPE_BASE: &str = "https://docs.zhiyin.example/errors/";

/// A problem document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Address of the description of this kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong, for programs.
    pub code: Code,
    /// What went wrong, for people.
    pub detail: Cow<'static, str>,
    /// The fields that broke a rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// The request, for the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One field that broke a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer into the body, or the name of a query parameter.
    pub path: String,
    /// The rule, for programs.
    pub code: Cow<'static, str>,
    /// The rule, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Why a request was refused.
#[derive(Debug)]
pub struct ApiError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    status: StatusCode,
    code: Code,
    detail: Option<Cow<'static, str>>,
    fields: Vec<FieldProblem>,
    retry_after: Option<Duration>,
}

/// The result of a handler.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// An error with the usual sentence of its code.
    #[must_use]
    pub fn new(status: StatusCode, code: Code) -> Self {
        Self(Box::new(Inner {
            status,
            code,
            detail: None,
            fields: Vec::new(),
            retry_after: None,
        }))
    }

    /// 400: the request cannot be understood.
    #[must_use]
    pub fn bad_request(code: Code) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code)
    }

    /// 401: who are you?
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated)
    }

    /// 401 with a more precise code.
    #[must_use]
    pub fn unauthorized(code: Code) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code)
    }

    /// 403: known, but not allowed.
    #[must_use]
    pub fn forbidden(code: Code) -> Self {
        Self::new(StatusCode::FORBIDDEN, code)
    }

    /// 404: not there, or not yours to know. The kind is a word of ours ("conversation").
    #[must_use]
    pub fn not_found(kind: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, Code::NotFound).detail(format!("There is no such {kind}."))
    }

    /// 409: the state or a race forbids it.
    #[must_use]
    pub fn conflict(code: Code) -> Self {
        Self::new(StatusCode::CONFLICT, code)
    }

    /// 422: understood, but it breaks a rule.
    #[must_use]
    pub fn unprocessable(code: Code) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code)
    }

    /// 429: too many, come back later.
    #[must_use]
    pub fn too_many(retry_after: Duration) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, Code::RateLimited).retry_after(retry_after)
    }

    /// 503: not now.
    #[must_use]
    pub fn unavailable(code: Code) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code).retry_after(Duration::from_secs(1))
    }

    /// 500: our fault. Logged here, once, with its chain of causes; never shown.
    #[must_use]
    pub fn internal(source: impl Error) -> Self {
        let mut chain = source.to_string();
        let mut cause = source.source();
        while let Some(error) = cause {
            chain.push_str(": ");
            chain.push_str(&error.to_string());
            cause = error.source();
        }
        tracing::error!(
            request.id = request_id::current(),
            "Request failed: {chain}"
        );
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal)
    }

    /// Replaces the sentence for people.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Names a field (a JSON pointer) that broke the rule of this error's code.
    #[must_use]
    pub fn field(self, path: impl Into<String>) -> Self {
        let code = self.0.code.as_str();
        self.field_with(path, code)
    }

    /// Names a field and its own rule.
    #[must_use]
    pub fn field_with(
        mut self,
        path: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.0.fields.push(FieldProblem {
            path: path.into(),
            code: code.into(),
            detail: None,
        });
        self
    }

    /// Names a field, its rule and a sentence about it.
    #[must_use]
    pub fn field_detail(
        mut self,
        path: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        let detail = Some(detail.into());
        self.0.fields.push(FieldProblem {
            path: path.into(),
            code: code.into(),
            detail,
        });
        self
    }

    /// Tells the client when to come back.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status.as_u16(), self.0.code)
    }
}

impl Error for ApiError {}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        Self::forbidden(Code::Forbidden)
            .detail(format!("You need the permission `{}`.", denied.permission))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Busy => Self::unavailable(Code::Busy),
            StoreError::Timeout | StoreError::Unavailable(_) => {
                tracing::warn!(
                    request.id = request_id::current(),
                    "Store cannot answer: {error}"
                );
                Self::unavailable(Code::Unavailable)
            }
            StoreError::DiskFull | StoreError::ReadOnly => {
                tracing::error!(
                    request.id = request_id::current(),
                    "Store cannot write: {error}"
                );
                Self::unavailable(Code::StorageFull).retry_after(Duration::from_secs(30))
            }
            StoreError::UniqueViolation { .. } => Self::conflict(Code::AlreadyExists),
            StoreError::ForeignKeyViolation { .. } => Self::conflict(Code::InUse),
            StoreError::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, Code::NotFound),
            StoreError::Conflict { .. } => Self::conflict(Code::Changed),
            // Non-exhaustive in the store: whatever is left is a fault of ours.
            _ => Self::internal(error),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Inner {
            status,
            code,
            detail,
            fields,
            retry_after,
        } = *self.0;
        let problem = Problem {
            kind: format!("{TYPE_BASE}{code}"),
            status: status.as_u16(),
            code,
            detail: detail.unwrap_or(Cow::Borrowed(code.detail())),
            fields,
            request_id: request_id::current(),
        };
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(after) = retry_after {
            // Rounded up: a client that comes back at the second told must not be early.
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response.extensions_mut().insert(code);
        response
    }
}

#[cfg(test)]
mod tests;
