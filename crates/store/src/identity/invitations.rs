//! Invitations. Their links are stored as hashes, their addresses sealed.

use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::identity::agent::Memberships;
use zhiyin_domain::identity::invitation::{Invitation, InvitationState};
use zhiyin_domain::ids::{InvitationId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use super::{TokenHash, from_json, to_json};
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::{SystemTx, Tx};

/// Field of the sealed address and of its index.
const EMAIL: &str = "invitations.email";

const COLUMNS: &str =
    "id, email, name, role_ids, team_ids, inbox_ids, invited_by, created_at, expires_at,
    accepted_at, revoked_at";

fn invitation(tx: &mut Tx, row: &Row) -> Result<Invitation, StoreError> {
    let email = tx.open(EMAIL, &row.get::<Vec<u8>>("email")?)?;
    let email = String::from_utf8(email).map_err(|_| row.inconsistent("email"))?;
    let name = row.get::<Option<String>>("name")?;
    let state = match (row.get("accepted_at")?, row.get("revoked_at")?) {
        (Some(at), _) => InvitationState::Accepted { at },
        (None, Some(at)) => InvitationState::Revoked { at },
        (None, None) => InvitationState::Open,
    };
    Ok(Invitation {
        id: row.get("id")?,
        email: email.parse().map_err(|_| row.inconsistent("email"))?,
        name: name
            .map(|name| name.parse().map_err(|_| row.inconsistent("name")))
            .transpose()?,
        memberships: Memberships {
            roles: from_json(row, "role_ids")?,
            teams: from_json(row, "team_ids")?,
            inboxes: from_json(row, "inbox_ids")?,
        },
        invited_by: row.get("invited_by")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        state,
    })
}

/// Adds an open invitation.
pub fn insert(tx: &mut Tx, invitation: &Invitation, token: &TokenHash) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    let email_index = tx.blind_index(EMAIL, &invitation.email.normalized())?;
    let email = tx.seal(EMAIL, invitation.email.as_str().as_bytes())?;
    tx.execute(
        "INSERT INTO invitations (id, workspace_id, token_hash, email, email_index, name, role_ids, team_ids,
             inbox_ids, invited_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            invitation.id,
            workspace,
            *token,
            email,
            email_index,
            invitation.name.as_ref().map(zhiyin_domain::name::Name::as_str),
            to_json(&invitation.memberships.roles)?,
            to_json(&invitation.memberships.teams)?,
            to_json(&invitation.memberships.inboxes)?,
            invitation.invited_by,
            invitation.created_at,
            invitation.expires_at
        ],
    )?;
    Ok(())
}

/// One invitation.
pub fn get(tx: &mut Tx, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        &format!("SELECT {COLUMNS} FROM invitations WHERE id = $1 AND workspace_id = $2"),
        params![id, workspace],
    )?;
    row.as_ref().map(|row| invitation(tx, row)).transpose()
}

/// The invitation behind a link, used or not.
pub fn find(
    system: &mut SystemTx,
    token: &TokenHash,
) -> Result<Option<(WorkspaceId, Invitation)>, StoreError> {
    let row = system.maybe(
        &format!("SELECT {COLUMNS}, workspace_id FROM invitations WHERE token_hash = $1"),
        params![*token],
    )?;
    let Some(row) = row else { return Ok(None) };
    let workspace = row.get("workspace_id")?;
    let found = invitation(&mut system.bind(workspace), &row)?;
    Ok(Some((workspace, found)))
}

/// Invitations that wait for an answer and are still good, newest first.
pub fn list_open(tx: &mut Tx, now: Timestamp) -> Result<Vec<Invitation>, StoreError> {
    let workspace = tx.workspace();
    let rows = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM invitations
             WHERE workspace_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2
             ORDER BY created_at DESC, id DESC"
        ),
        params![workspace, now],
    )?;
    rows.iter().map(|row| invitation(tx, row)).collect()
}

/// Uses an invitation up. False if it was used, taken back or too old: of two who try at
/// once, one gets true.
pub fn accept(tx: &mut Tx, id: InvitationId, now: Timestamp) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let count = tx.execute(
        "UPDATE invitations SET accepted_at = $3 WHERE id = $1 AND workspace_id = $2
             AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3",
        params![id, workspace, now],
    )?;
    Ok(count == 1)
}

/// Takes an open invitation back. False if there was none.
pub fn revoke(tx: &mut Tx, id: InvitationId, now: Timestamp) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let count = tx.execute(
        "UPDATE invitations SET revoked_at = $3
         WHERE id = $1 AND workspace_id = $2 AND accepted_at IS NULL AND revoked_at IS NULL",
        params![id, workspace, now],
    )?;
    Ok(count == 1)
}

/// Takes all open invitations of an address back.
pub fn revoke_all(tx: &mut Tx, email: &EmailAddress, now: Timestamp) -> Result<u64, StoreError> {
    let workspace = tx.workspace();
    let index = tx.blind_index(EMAIL, &email.normalized())?;
    tx.execute(
        "UPDATE invitations SET revoked_at = $3
         WHERE workspace_id = $1 AND email_index = $2 AND accepted_at IS NULL AND revoked_at IS NULL",
        params![workspace, index, now],
    )
}

/// Removes invitations that were made before `before` and are not open any more.
pub fn sweep(system: &mut SystemTx, before: Timestamp) -> Result<u64, StoreError> {
    system.execute(
        "DELETE FROM invitations WHERE created_at < $1 AND expires_at < $1",
        params![before],
    )
}
