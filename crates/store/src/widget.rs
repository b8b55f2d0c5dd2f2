//! Visitor tokens: the browsers in which customers write.

use std::net::IpAddr;

use zhiyin_domain::ids::{ContactId, IdentityId, InboxId, VisitorTokenId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::{StoreError, SystemTx, Tx, params};

/// A visitor's token as it is kept: never the token itself, only its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorToken {
    /// Identifier.
    pub id: VisitorTokenId,
    /// The inbox it is bound to.
    pub inbox_id: InboxId,
    /// Whom it stands for.
    pub identity_id: IdentityId,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// When it was given out.
    pub created_at: Timestamp,
    /// When it stops to work.
    pub expires_at: Timestamp,
    /// Where its browser is; sealed at rest.
    pub address: Option<IpAddr>,
}

fn seal_address(tx: &mut Tx<'_>, address: Option<IpAddr>) -> Result<Option<Vec<u8>>, StoreError> {
    address
        .map(|address| tx.seal("visitor_tokens.address", address.to_string().as_bytes()))
        .transpose()
}

/// Adds a token.
pub fn insert_token(tx: &mut Tx<'_>, token: &VisitorToken) -> Result<(), StoreError> {
    let address = seal_address(tx, token.address)?;
    tx.execute(
        "INSERT INTO visitor_tokens (id, workspace_id, inbox_id, identity_id, token_hash,
             created_at, last_seen_at, expires_at, address)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
        params![
            token.id,
            tx.workspace(),
            token.inbox_id,
            token.identity_id,
            token.token_hash,
            token.created_at,
            token.expires_at,
            address
        ],
    )?;
    Ok(())
}

/// Ends one token.
pub fn revoke_token(tx: &mut Tx<'_>, id: VisitorTokenId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE visitor_tokens SET revoked_at = $1
         WHERE workspace_id = $2 AND id = $3 AND revoked_at IS NULL",
        params![now, tx.workspace(), id],
    )?;
    Ok(())
}

/// Moves the end of a token that is in use, and notes where its browser is if that is known.
pub fn extend_token(
    tx: &mut Tx<'_>,
    id: VisitorTokenId,
    now: Timestamp,
    expires_at: Timestamp,
    address: Option<IpAddr>,
) -> Result<(), StoreError> {
    let address = seal_address(tx, address)?;
    tx.execute(
        "UPDATE visitor_tokens SET last_seen_at = $1, expires_at = $2, address = COALESCE($3, address)
         WHERE workspace_id = $4 AND id = $5",
        params![now, expires_at, address, tx.workspace(), id],
    )?;
    Ok(())
}

/// Whom a valid token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The token.
    pub token_id: VisitorTokenId,
    /// The inbox.
    pub inbox_id: InboxId,
    /// The identity.
    pub identity_id: IdentityId,
    /// The contact behind it.
    pub contact_id: ContactId,
    /// Whether the contact is blocked.
    pub is_blocked: bool,
    /// Whether the inbox takes messages.
    pub is_enabled: bool,
    /// When the token stops to work.
    pub expires_at: Timestamp,
}

/// Looks a token up, before the workspace is known.
pub fn find_visitor(
    system: &mut SystemTx<'_>,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<Visitor>, StoreError> {
    let row = system.maybe(
        "SELECT v.id, v.workspace_id, v.inbox_id, v.identity_id, v.expires_at, i.contact_id, k.is_blocked,
             b.is_enabled
         FROM visitor_tokens v
         JOIN contact_identities i ON i.id = v.identity_id
         JOIN contacts k ON k.id = i.contact_id
         JOIN inboxes b ON b.id = v.inbox_id
         WHERE v.token_hash = $1 AND v.revoked_at IS NULL AND v.expires_at > $2",
        params![token_hash, now],
    )?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Visitor {
        workspace: row.get("workspace_id")?,
        token_id: row.get("id")?,
        inbox_id: row.get("inbox_id")?,
        identity_id: row.get("identity_id")?,
        contact_id: row.get("contact_id")?,
        is_blocked: row.get("is_blocked")?,
        is_enabled: row.get("is_enabled")?,
        expires_at: row.get("expires_at")?,
    }))
}

/// Removes tokens that ended before `before`.
pub fn delete_old_tokens(system: &mut SystemTx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    system.execute(
        "DELETE FROM visitor_tokens WHERE expires_at < $1 OR (revoked_at IS NOT NULL AND revoked_at < $1)",
        params![before],
    )
}
