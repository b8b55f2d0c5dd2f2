//! Signed links to the rating page.
//!
//! A link names workspace, session and end, and carries an authentication code under a key
//! of the workspace. Nothing about it is stored: whoever holds a valid link may rate this
//! one session until its end, and do nothing else.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use zhiyin_domain::ids::{ConversationId, SessionId, WorkspaceId};
use zhiyin_domain::limits::RATING_LINK_LIFETIME;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::ratings::RatingError;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{StoreError, Tx, conversations as store, ratings};

use super::RateError;
use crate::Context;
use crate::conversations::load;

/// First byte: the form of what follows.
const FORMAT: u8 = 1;
/// Format, workspace, session, seconds of the end.
const CONTENT_BYTES: usize = 1 + 16 + 16 + 8;
/// Of the authentication code; 128 bits cannot be guessed.
const CODE_BYTES: usize = 16;

/// A link to the rating page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingLink {
    /// What stands in its address.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a link leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nobody here has made it.
    #[error("the link is not one of ours")]
    Invalid,
    /// It was valid once.
    #[error("the link is not valid any more")]
    Expired,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a link says, not yet proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    pub workspace: WorkspaceId,
    pub session: SessionId,
    expires_at: Timestamp,
    code: [u8; CODE_BYTES],
}

fn content(workspace: WorkspaceId, session: SessionId, expires_at: Timestamp) -> Vec<u8> {
    let seconds = expires_at.as_millis().div_euclid(1000);
    let mut bytes = Vec::with_capacity(CONTENT_BYTES + CODE_BYTES);
    bytes.push(FORMAT);
    bytes.extend_from_slice(workspace.uuid().as_bytes());
    bytes.extend_from_slice(session.uuid().as_bytes());
    bytes.extend_from_slice(&seconds.to_be_bytes());
    bytes
}

/// Makes a link to rate the last session of a conversation that is over, for whoever may
/// answer its customer.
pub fn create_link(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<RatingLink, RateError> {
    load(tx, ctx, id, Permission::Reply)?;
    let session = store::sessions::last_resolved(tx, id)?.ok_or(RatingError::NotResolved)?;
    let seconds = ctx
        .now()
        .plus(RATING_LINK_LIFETIME)
        .as_millis()
        .div_euclid(1000);
    let expires_at = Timestamp::from_micros(seconds.saturating_mul(1_000_000));
    let mut bytes = content(ctx.workspace(), session.id, expires_at);
    let code = ratings::link_code(tx, &bytes)?.ok_or(StoreError::Aborted)?;
    bytes.extend_from_slice(&code[..CODE_BYTES]);
    Ok(RatingLink {
        token: URL_SAFE_NO_PAD.encode(bytes),
        expires_at,
    })
}

impl Claim {
    /// Reads a token. Says nothing about whether it is true.
    pub(super) fn read(token: &str) -> Result<Self, LinkError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| LinkError::Invalid)?;
        let bytes: [u8; CONTENT_BYTES + CODE_BYTES] =
            bytes.try_into().map_err(|_| LinkError::Invalid)?;
        let part = |from: usize| -> [u8; 16] {
            let mut part = [0; 16];
            part.copy_from_slice(&bytes[from..from + 16]);
            part
        };
        let mut seconds = [0; 8];
        seconds.copy_from_slice(&bytes[33..41]);
        if bytes[0] != FORMAT {
            return Err(LinkError::Invalid);
        }
        let micros = i64::from_be_bytes(seconds).saturating_mul(1_000_000);
        Ok(Self {
            workspace: WorkspaceId::from_uuid(uuid::Uuid::from_bytes(part(1))),
            session: SessionId::from_uuid(uuid::Uuid::from_bytes(part(17))),
            expires_at: Timestamp::from_micros(micros),
            code: part(CONTENT_BYTES),
        })
    }

    /// Checks the code, in constant time, and then the end. `tx` is bound to the workspace
    /// of the claim.
    pub(super) fn prove(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), LinkError> {
        let bytes = content(self.workspace, self.session, self.expires_at);
        let code = ratings::link_code(tx, &bytes)?.ok_or(LinkError::Invalid)?;
        if !bool::from(code[..CODE_BYTES].ct_eq(&self.code)) {
            return Err(LinkError::Invalid);
        }
        if now.since(self.expires_at) > Duration::ZERO {
            return Err(LinkError::Expired);
        }
        Ok(())
    }
}
