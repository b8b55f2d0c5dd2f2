//! Refusals of this feature as problem documents.

use std::time::Duration;

use axum::http::StatusCode;
use zhiyin_app::identity::{Busy, IdentityError, LogInError, PasswordError, SetupError};
use zhiyin_domain::identity::password::PasswordProblem;
use zhiyin_domain::time::Timestamp;

use crate::code::Code;
use crate::error::ApiError;

impl From<IdentityError> for ApiError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::NotFound(kind) => Self::not_found(kind),
            IdentityError::Denied(denied) => denied.into(),
            IdentityError::BeyondOwn => Self::forbidden(Code::BeyondOwn),
            IdentityError::AgentOnly => {
                Self::forbidden(Code::Forbidden).detail("Only an agent can do this, not an app.")
            }
            IdentityError::SessionOnly => Self::forbidden(Code::SessionRequired),
            IdentityError::LastAdministrator => Self::unprocessable(Code::LastAdministrator),
            IdentityError::BuiltIn => Self::unprocessable(Code::BuiltIn),
            IdentityError::Unknown(field) => {
                Self::unprocessable(Code::InvalidField).field_with(format!("/{field}"), "unknown")
            }
            IdentityError::Taken(field) => {
                Self::conflict(Code::AlreadyExists).field(format!("/{field}"))
            }
            IdentityError::InUse => Self::conflict(Code::InUse),
            IdentityError::Invalid(field) => {
                Self::unprocessable(Code::InvalidField).field_with(format!("/{field}"), "invalid")
            }
            IdentityError::TooMany => Self::unprocessable(Code::TooMany),
            IdentityError::InvalidLink => Self::new(StatusCode::NOT_FOUND, Code::InvalidToken),
            IdentityError::Store(source) => source.into(),
        }
    }
}

/// Too many failures. Says the same for accounts that exist and that do not.
fn locked_out(until: Timestamp, now: Timestamp) -> ApiError {
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, Code::LockedOut).retry_after(until.since(now))
}

impl From<Busy> for ApiError {
    fn from(_: Busy) -> Self {
        Self::unavailable(Code::Busy).retry_after(Duration::from_secs(2))
    }
}

impl From<LogInError> for ApiError {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::InvalidCredentials => Self::unauthorized(Code::InvalidCredentials),
            LogInError::SecondFactorRequired => Self::unauthorized(Code::SecondFactorRequired),
            LogInError::InvalidSecondFactor => Self::unauthorized(Code::InvalidSecondFactor),
            LogInError::WorkspaceRequired(slugs) => {
                let refusal = Self::conflict(Code::WorkspaceRequired);
                slugs.into_iter().fold(refusal, |refusal, slug| {
                    refusal.field_with("/workspace", slug)
                })
            }
            LogInError::LockedOut { until, now } => locked_out(until, now),
            LogInError::Busy(busy) => busy.into(),
            LogInError::Store(source) => source.into(),
        }
    }
}

fn weak(problem: PasswordProblem, field: &str) -> ApiError {
    let code = match problem {
        PasswordProblem::TooShort => "too-short",
        PasswordProblem::TooLong => "too-long",
        PasswordProblem::Common => "common",
        PasswordProblem::Personal => "personal",
    };
    ApiError::unprocessable(Code::WeakPassword).field_detail(field, code, problem.to_string())
}

impl From<PasswordError> for ApiError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Wrong => Self::unprocessable(Code::WrongPassword),
            PasswordError::Weak(problem) => weak(problem, "/password"),
            PasswordError::LockedOut { until, now } => locked_out(until, now),
            PasswordError::Busy(busy) => busy.into(),
            PasswordError::Identity(error) => error.into(),
        }
    }
}

impl From<SetupError> for ApiError {
    fn from(error: SetupError) -> Self {
        match error {
            SetupError::AlreadySetUp => Self::conflict(Code::AlreadySetUp),
            SetupError::SlugTaken => Self::conflict(Code::AlreadyExists).field("/slug"),
            SetupError::Weak(problem) => weak(problem, "/password"),
            SetupError::Busy(busy) => busy.into(),
            SetupError::Store(source) => source.into(),
        }
    }
}
