//! Mailboxes, and how they are doing. Secrets and what servers said are sealed.

use serde::{Deserialize, Serialize};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{InboxId, MailboxId, WorkspaceId};
use zhiyin_domain::mailbox::{Mailbox, MailboxSecrets, MailboxState, MailboxTrouble};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;

use crate::named::{json, to_json};
use crate::sealed::{open_json, seal_json};
use crate::{Row, StoreError, SystemTx, Tx, params};

const COLUMNS: &str = "id, inbox_id, settings, secrets, is_enabled, created_at, version";
const SECRETS: &str = "mailboxes.secrets";
const TROUBLE: &str = "mailbox_states.trouble";

/// The sealed document.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct SecretsRow {
    incoming: Option<String>,
    outgoing: Option<String>,
    dkim: Option<String>,
}

fn seal(tx: &mut Tx<'_>, secrets: &MailboxSecrets) -> Result<Vec<u8>, StoreError> {
    let plain = |secret: &Option<Secret<String>>| secret.as_ref().map(|it| it.expose().clone());
    let row = SecretsRow {
        incoming: plain(&secrets.incoming),
        outgoing: plain(&secrets.outgoing),
        dkim: plain(&secrets.dkim),
    };
    seal_json(tx, SECRETS, &row)
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Mailbox, StoreError> {
    let secrets: SecretsRow = open_json(tx, SECRETS, row, "secrets")?;
    Ok(Mailbox {
        id: row.get("id")?,
        inbox_id: row.get("inbox_id")?,
        settings: json(row, "settings")?,
        secrets: MailboxSecrets {
            incoming: secrets.incoming.map(Secret::new),
            outgoing: secrets.outgoing.map(Secret::new),
            dkim: secrets.dkim.map(Secret::new),
        },
        is_enabled: row.get("is_enabled")?,
        created_at: row.get("created_at")?,
        version: row.get("version")?,
    })
}

/// Adds a mailbox. A second one with the same address is refused by `mailboxes_address`.
pub fn insert(tx: &mut Tx<'_>, it: &Mailbox) -> Result<(), StoreError> {
    let secrets = seal(tx, &it.secrets)?;
    tx.execute(
        "INSERT INTO mailboxes (id, workspace_id, inbox_id, address, settings, secrets, is_enabled,
             created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            it.id,
            tx.workspace(),
            it.inbox_id,
            it.settings.address.normalized(),
            to_json(&it.settings),
            secrets,
            it.is_enabled,
            it.created_at,
            it.version
        ],
    )?;
    tx.execute(
        "INSERT INTO mailbox_states (mailbox_id, workspace_id, last_uid, received_total)
         VALUES ($1, $2, 0, 0)",
        params![it.id, tx.workspace()],
    )?;
    Ok(())
}

/// Saves a changed mailbox; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &Mailbox) -> Result<Mailbox, StoreError> {
    let secrets = seal(tx, &it.secrets)?;
    tx.execute_versioned(
        "UPDATE mailboxes SET address = $1, settings = $2, secrets = $3, is_enabled = $4,
             version = version + 1
         WHERE workspace_id = $5 AND id = $6 AND version = $7 AND removed_at IS NULL",
        params![
            it.settings.address.normalized(),
            to_json(&it.settings),
            secrets,
            it.is_enabled,
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(Mailbox {
        version: it.version + 1,
        ..it.clone()
    })
}

/// Takes a mailbox out of use, with its secrets. Its row stays for its mails.
pub fn remove(tx: &mut Tx<'_>, id: MailboxId, now: Timestamp) -> Result<(), StoreError> {
    let nothing = seal(tx, &MailboxSecrets::default())?;
    tx.execute(
        "UPDATE mailboxes SET removed_at = $1, is_enabled = $2, secrets = $3, version = version + 1
         WHERE workspace_id = $4 AND id = $5 AND removed_at IS NULL",
        params![now, false, nothing, tx.workspace(), id],
    )?;
    Ok(())
}

/// One mailbox in use.
pub fn get(tx: &mut Tx<'_>, id: MailboxId) -> Result<Option<Mailbox>, StoreError> {
    find(tx, "id = $2", params![tx.workspace(), id])
}

/// The mailbox of an inbox.
pub fn of_inbox(tx: &mut Tx<'_>, id: InboxId) -> Result<Option<Mailbox>, StoreError> {
    find(tx, "inbox_id = $2", params![tx.workspace(), id])
}

/// The mailbox with an address.
pub fn with_address(tx: &mut Tx<'_>, it: &EmailAddress) -> Result<Option<Mailbox>, StoreError> {
    find(tx, "address = $2", params![tx.workspace(), it.normalized()])
}

fn find(
    tx: &mut Tx<'_>,
    condition: &str,
    params: &[crate::Value],
) -> Result<Option<Mailbox>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mailboxes WHERE workspace_id = $1 AND {condition}
         AND removed_at IS NULL"
    );
    match tx.maybe(&sql, params)? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// All mailboxes in use, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Mailbox>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mailboxes WHERE workspace_id = $1 AND removed_at IS NULL
         ORDER BY created_at, id"
    );
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Mailboxes to be read, in all workspaces, with their versions.
pub fn enabled(
    system: &mut SystemTx<'_>,
) -> Result<Vec<(WorkspaceId, MailboxId, i64)>, StoreError> {
    system
        .query(
            "SELECT workspace_id, id, version FROM mailboxes
             WHERE is_enabled AND removed_at IS NULL ORDER BY id",
            params![],
        )?
        .iter()
        .map(|row| {
            Ok((
                row.get("workspace_id")?,
                row.get("id")?,
                row.get("version")?,
            ))
        })
        .collect()
}

/// How a mailbox is doing.
pub fn state(tx: &mut Tx<'_>, id: MailboxId) -> Result<MailboxState, StoreError> {
    let row = tx.maybe(
        "SELECT mailbox_id AS id, uid_validity, last_uid, last_read_at, received_total, trouble,
             sending_trouble, alerted_at
         FROM mailbox_states WHERE workspace_id = $1 AND mailbox_id = $2",
        params![tx.workspace(), id],
    )?;
    let Some(row) = row else {
        return Ok(MailboxState::default());
    };
    Ok(MailboxState {
        uid_validity: row.get("uid_validity")?,
        last_uid: row.get("last_uid")?,
        last_read_at: row.get("last_read_at")?,
        received_total: row.get("received_total")?,
        trouble: trouble(tx, &row, "trouble")?,
        sending_trouble: trouble(tx, &row, "sending_trouble")?,
        alerted_at: row.get("alerted_at")?,
    })
}

fn trouble(tx: &mut Tx<'_>, row: &Row, column: &str) -> Result<Option<MailboxTrouble>, StoreError> {
    match row.get::<Option<Vec<u8>>>(column)? {
        None => Ok(None),
        Some(_) => open_json(tx, TROUBLE, row, column).map(Some),
    }
}

/// Remembers up to where the folder was taken.
pub fn move_to(
    tx: &mut Tx<'_>,
    id: MailboxId,
    uid_validity: u32,
    last_uid: u32,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE mailbox_states SET uid_validity = $1, last_uid = $2
         WHERE workspace_id = $3 AND mailbox_id = $4",
        params![uid_validity, last_uid, tx.workspace(), id],
    )?;
    Ok(())
}

/// The folder was looked through, and all is well.
pub fn looked(tx: &mut Tx<'_>, id: MailboxId, now: Timestamp, new: u32) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE mailbox_states SET last_read_at = $1, received_total = received_total + $2,
             trouble = NULL, alerted_at = NULL
         WHERE workspace_id = $3 AND mailbox_id = $4",
        params![now, i64::from(new), tx.workspace(), id],
    )?;
    Ok(())
}

/// Which half of a mailbox is in trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Reading.
    Reading,
    /// Sending.
    Sending,
}

/// Notes what is wrong with a mailbox, or that nothing is.
pub fn set_trouble(
    tx: &mut Tx<'_>,
    id: MailboxId,
    half: Half,
    trouble: Option<&MailboxTrouble>,
) -> Result<(), StoreError> {
    let sealed = match trouble {
        None => None,
        Some(it) => Some(seal_json(tx, TROUBLE, it)?),
    };
    let column = match half {
        Half::Reading => "trouble",
        Half::Sending => "sending_trouble",
    };
    let sql = format!(
        "UPDATE mailbox_states SET {column} = $1 WHERE workspace_id = $2 AND mailbox_id = $3"
    );
    tx.execute(&sql, params![sealed, tx.workspace(), id])?;
    Ok(())
}

/// Notes that people were told that a mailbox is not read.
pub fn set_alerted(tx: &mut Tx<'_>, id: MailboxId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE mailbox_states SET alerted_at = $1 WHERE workspace_id = $2 AND mailbox_id = $3",
        params![now, tx.workspace(), id],
    )?;
    Ok(())
}

/// A secret of the workspace that is the same for ever: proofs in addresses are made with it.
pub fn token_key(tx: &mut Tx<'_>) -> Result<Vec<u8>, StoreError> {
    tx.keyed_hash("mail.tokens", b"key")
}
