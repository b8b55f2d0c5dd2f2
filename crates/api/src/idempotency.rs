//! `Idempotency-Key`: a request that is repeated has its effect once.
//!
//! Any `POST` of an authenticated caller may carry the header. The key is claimed in the
//! store before the handler runs and holds the answer for 24 hours. The same key with
//! another request is refused; so is a repeat while the first is still running. If the
//! process died between effect and answer, the key is left without one: nobody knows
//! whether the effect happened, and saying so is better than doing it twice.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::limits::ATTACHMENT_BYTES_MAX;
use zhiyin_store::idempotency::{self as store, Answer, Claim, IdempotencyKey};
use zhiyin_store::{StoreError, Tx};

use crate::auth::{Caller, VisitorCaller};
use crate::code::Code;
use crate::error::ApiError;
use crate::state::AppState;

/// The header.
pub const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Marks an answer that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// How long an answer is kept.
const KEPT: Duration = Duration::from_hours(24);
/// Longest key.
const KEY_BYTES_MAX: usize = 128;
/// Largest answer that is kept; a larger one is given once.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// Room for the form around an uploaded file.
const FORM_BYTES_MAX: u64 = 64 * 1024;

/// Answers repeats, and keeps the answers of first requests.
pub async fn replay(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(&HEADER) {
        return next.run(request).await;
    }
    match run_once(&state, request, next).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn run_once(state: &AppState, request: Request, next: Next) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let text = parts
        .headers
        .get(&HEADER)
        .and_then(|value| value.to_str().ok());
    let text = text
        .filter(|text| !text.is_empty() && text.len() <= KEY_BYTES_MAX)
        .ok_or_else(|| {
            ApiError::bad_request(Code::InvalidHeader)
                .detail("An Idempotency-Key has 1 to 128 ASCII characters.")
        })?;
    let text = text.to_owned();
    let Some((workspace, principal)) = owner(&mut parts, state).await? else {
        // Log-in and set-up create nothing that a repeat would double.
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let bytes = collect(&parts, body, state).await?;
    let key = IdempotencyKey {
        principal,
        key: text,
    };
    let hash = request_hash(&parts, &bytes);
    if let Some(claim) = claim(state, workspace, &key, &hash).await? {
        return known(state, claim, &hash);
    }
    // From here on the key is ours: give it back if nothing happened.
    let guard = Guard {
        state: state.clone(),
        workspace,
        key: Some(key),
    };
    let response = next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    guard.keep(response).await
}

/// Who claims the key. A visitor's token is another kind than an agent's.
async fn owner(
    parts: &mut Parts,
    state: &AppState,
) -> Result<Option<(WorkspaceId, String)>, ApiError> {
    if parts.uri.path().starts_with("/api/v1/widget/") {
        return match VisitorCaller::from_request_parts(parts, state).await {
            Ok(caller) => Ok(Some((
                caller.principal.workspace,
                caller.principal.actor.to_string(),
            ))),
            Err(error) if error.code() == Code::Unauthenticated => Ok(None),
            Err(error) => Err(error),
        };
    }
    match Caller::from_request_parts(parts, state).await {
        Ok(caller) => Ok(Some((caller.workspace, caller.actor.to_string()))),
        Err(error) if error.code() == Code::Unauthenticated => Ok(None),
        Err(error) => Err(error),
    }
}

async fn collect(parts: &Parts, body: Body, state: &AppState) -> Result<Bytes, ApiError> {
    let is_form = parts
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"multipart/"));
    let limit = if is_form {
        usize::try_from(ATTACHMENT_BYTES_MAX + FORM_BYTES_MAX).unwrap_or(usize::MAX)
    } else {
        state.config().body_bytes_max
    };
    to_bytes(body, limit)
        .await
        .map_err(|_| ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge))
}

fn request_hash(parts: &Parts, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let target = parts
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    for part in [parts.method.as_str().as_bytes(), target.as_bytes(), body] {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

async fn claim(
    state: &AppState,
    workspace: WorkspaceId,
    key: &IdempotencyKey,
    hash: &[u8; 32],
) -> Result<Option<Claim>, StoreError> {
    let (key, hash, now) = (key.clone(), *hash, state.now());
    let claim = move |tx: &mut Tx<'_>| store::claim(tx, &key, &hash, now, now.minus(KEPT));
    state.app().store().write(workspace, claim).await
}

/// The answer to a repeat.
fn known(state: &AppState, claim: Claim, hash: &[u8; 32]) -> Result<Response, ApiError> {
    if claim.request_hash != hash {
        return Err(ApiError::unprocessable(Code::IdempotencyKeyReused));
    }
    let Some(answer) = claim.answer else {
        // No request runs longer than its limit, so an older claim will never be answered.
        let config = state.config();
        let limit = config.request_timeout.max(config.upload_timeout);
        let is_lost = state.now().since(claim.created_at) > limit;
        return Err(if is_lost {
            ApiError::conflict(Code::IdempotencyAnswerLost)
        } else {
            ApiError::conflict(Code::IdempotencyKeyInUse).retry_after(Duration::from_secs(1))
        });
    };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = match answer.body {
        Some(body) => {
            let bytes = serde_json::to_vec(&body).map_err(ApiError::internal)?;
            let kind = if status.is_success() {
                "application/json"
            } else {
                "application/problem+json"
            };
            (
                status,
                [(CONTENT_TYPE, HeaderValue::from_static(kind))],
                bytes,
            )
                .into_response()
        }
        None => status.into_response(),
    };
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// A claimed key. Dropped without an answer (the client went away, the handler panicked)
/// the claim stays, because nobody knows whether the effect happened.
struct Guard {
    state: AppState,
    workspace: WorkspaceId,
    key: Option<IdempotencyKey>,
}

impl Guard {
    async fn keep(mut self, response: Response) -> Result<Response, ApiError> {
        let Some(key) = self.key.take() else {
            return Ok(response);
        };
        let store = self.state.app().store();
        let status = response.status();
        if status.is_server_error()
            || status == StatusCode::TOO_MANY_REQUESTS
            || status == StatusCode::REQUEST_TIMEOUT
        {
            // A timeout may have had its effect; everything else here was undone.
            if status != StatusCode::REQUEST_TIMEOUT {
                store
                    .write(self.workspace, move |tx: &mut Tx<'_>| {
                        store::release(tx, &key)
                    })
                    .await?;
            }
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, ANSWER_BYTES_MAX)
            .await
            .map_err(ApiError::internal)?;
        let body = if bytes.is_empty() {
            None
        } else {
            serde_json::from_slice(&bytes).ok()
        };
        let answer = Answer {
            status: status.as_u16(),
            body,
        };
        let kept = store
            .write(self.workspace, move |tx: &mut Tx<'_>| {
                store::answer(tx, &key, &answer)
            })
            .await;
        if let Err(error) = kept {
            // The effect happened and the caller gets its answer; only a repeat would not.
            tracing::warn!("The answer to an idempotent request is not kept: {error}");
        }
        Ok(Response::from_parts(parts, Body::from(bytes)))
    }
}
