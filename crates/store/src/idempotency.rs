//! Answers to requests that carry an `Idempotency-Key`.
//!
//! A key is claimed before its request runs and holds the answer afterwards. The row
//! remembers a hash of the request, so that a key used for another request is noticed.
//!
//! Both are sealed: an answer may hold a token that is shown this once, and the plain
//! hash of a request with a password in it could be guessed at.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zhiyin_domain::time::Timestamp;

use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::{SystemTx, Tx};

/// Field of the sealed hash of a request.
const REQUEST: &str = "idempotency_keys.request";
/// Field of the sealed body of an answer.
const BODY: &str = "idempotency_keys.body";

/// A key of a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Who sent it; keys of different callers are different keys.
    pub principal: String,
    /// The header's value.
    pub key: String,
}

/// What is known about a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Hash of the request that used the key first.
    pub request_hash: Vec<u8>,
    /// The answer, once there is one.
    pub answer: Option<Answer>,
    /// When the key was claimed.
    pub created_at: Timestamp,
}

/// A stored answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, if there was one.
    pub body: Option<serde_json::Value>,
}

/// Claims a key for a request. `None` if the key is now ours, else what is known of it.
/// A claim older than `forget_before` counts as never made.
pub fn claim(
    tx: &mut Tx,
    key: &IdempotencyKey,
    request_hash: &[u8],
    now: Timestamp,
    forget_before: Timestamp,
) -> Result<Option<Claim>, StoreError> {
    let workspace = tx.workspace();
    let sealed_hash = tx.seal(REQUEST, request_hash)?;
    tx.execute(
        "DELETE FROM idempotency_keys
         WHERE workspace_id = $1 AND principal = $2 AND key = $3 AND created_at < $4",
        params![workspace, key.principal, key.key, forget_before],
    )?;
    let claimed = tx.execute(
        "INSERT INTO idempotency_keys (workspace_id, principal, key, request_hash, status, created_at)
         VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT DO NOTHING",
        params![workspace, key.principal, key.key, sealed_hash, now],
    )?;
    if claimed > 0 {
        return Ok(None);
    }
    let row = tx.one(
        "SELECT request_hash, status, body, created_at FROM idempotency_keys
         WHERE workspace_id = $1 AND principal = $2 AND key = $3",
        params![workspace, key.principal, key.key],
    )?;
    let status: i64 = row.get("status")?;
    let answer = match u16::try_from(status).map_err(|_| row.inconsistent("status"))? {
        0 => None,
        status => Some(Answer {
            status,
            body: match row.get::<Option<serde_json::Value>>("body")? {
                Some(sealed) => Some(open_body(tx, &row, &sealed)?),
                None => None,
            },
        }),
    };
    Ok(Some(Claim {
        request_hash: tx.open(REQUEST, &row.get::<Vec<u8>>("request_hash")?)?,
        answer,
        created_at: row.get("created_at")?,
    }))
}

fn seal_body(tx: &mut Tx, body: &serde_json::Value) -> Result<serde_json::Value, StoreError> {
    let sealed = tx.seal(BODY, body.to_string().as_bytes())?;
    Ok(STANDARD.encode(sealed).into())
}

fn open_body(
    tx: &mut Tx,
    row: &Row,
    sealed: &serde_json::Value,
) -> Result<serde_json::Value, StoreError> {
    let text = sealed.as_str().ok_or_else(|| row.inconsistent("body"))?;
    let sealed = STANDARD
        .decode(text)
        .map_err(|_| row.inconsistent("body"))?;
    let plain = tx.open(BODY, &sealed)?;
    serde_json::from_slice(&plain).map_err(|_| row.inconsistent("body"))
}

/// Keeps the answer to the request that claimed the key.
pub fn answer(tx: &mut Tx, key: &IdempotencyKey, answer: &Answer) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    let body = answer
        .body
        .as_ref()
        .map(|body| seal_body(tx, body))
        .transpose()?;
    tx.execute(
        "UPDATE idempotency_keys SET status = $1, body = $2
         WHERE workspace_id = $3 AND principal = $4 AND key = $5",
        params![
            i64::from(answer.status),
            body,
            workspace,
            key.principal,
            key.key
        ],
    )?;
    Ok(())
}

/// Gives a key back whose request had no effect, so that it can be tried again.
pub fn release(tx: &mut Tx, key: &IdempotencyKey) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "DELETE FROM idempotency_keys
         WHERE workspace_id = $1 AND principal = $2 AND key = $3 AND status = 0",
        params![workspace, key.principal, key.key],
    )?;
    Ok(())
}

/// Removes keys claimed before a time, at most `limit`.
pub fn prune(system: &mut SystemTx, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    system.execute(
        "DELETE FROM idempotency_keys WHERE (workspace_id, principal, key) IN
             (SELECT workspace_id, principal, key FROM idempotency_keys WHERE created_at < $1
              ORDER BY created_at LIMIT $2)",
        params![before, limit],
    )
}
