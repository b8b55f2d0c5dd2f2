//! Mails that were taken from mailboxes: kept first, read afterwards, in order.

use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::ids::{MailArrivalId, MailboxId, MessageId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::{Row, StoreError, SystemTx, Tx, params};

/// Longest error text kept.
const ERROR_CHARS_MAX: usize = 500;

/// A mail as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailArrival {
    /// Identifier.
    pub id: MailArrivalId,
    /// Where it came.
    pub mailbox_id: MailboxId,
    /// By what it is recognised under another number.
    pub fingerprint: Option<[u8; 32]>,
    /// The numbering of its number.
    pub uid_validity: u32,
    /// Its number.
    pub uid: u32,
    /// The mail.
    pub raw: BlobHash,
    /// How large it is on the server, in bytes.
    pub size_bytes: i64,
    /// Only its beginning was read.
    pub is_cut: bool,
    /// When the server got it.
    pub arrived_at: Option<Timestamp>,
    /// Attempts to read it.
    pub attempts: u32,
    /// When it was taken.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, mailbox_id, fingerprint, uid_validity, uid, raw_hash, size_bytes, is_cut, \
    arrived_at, attempts, created_at";

impl TryFrom<&Row> for MailArrival {
    type Error = StoreError;

    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let raw: Vec<u8> = row.get("raw_hash")?;
        Ok(Self {
            id: row.get("id")?,
            mailbox_id: row.get("mailbox_id")?,
            fingerprint: row.get("fingerprint")?,
            uid_validity: row.get("uid_validity")?,
            uid: row.get("uid")?,
            raw: BlobHash::try_from(raw.as_slice()).map_err(|_| row.inconsistent("raw_hash"))?,
            size_bytes: row.get("size_bytes")?,
            is_cut: row.get("is_cut")?,
            arrived_at: row.get("arrived_at")?,
            attempts: row.get("attempts")?,
            created_at: row.get("created_at")?,
        })
    }
}

/// Keeps a mail; false if it was taken before, under this number or another.
pub fn insert(tx: &mut Tx<'_>, it: &MailArrival) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO mail_arrivals (id, workspace_id, mailbox_id, fingerprint, uid_validity, uid,
             raw_hash, size_bytes, is_cut, arrived_at, state, attempts, due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', 0, $11, $11)
         ON CONFLICT DO NOTHING",
        params![
            it.id,
            tx.workspace(),
            it.mailbox_id,
            it.fingerprint.map(|it| it.to_vec()),
            it.uid_validity,
            it.uid,
            it.raw.as_bytes().to_vec(),
            it.size_bytes,
            it.is_cut,
            it.arrived_at,
            it.created_at
        ],
    )?;
    tx.wake();
    Ok(added > 0)
}

/// Whether a mail with this fingerprint was taken from the mailbox before.
pub fn is_known(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    fingerprint: &[u8; 32],
) -> Result<bool, StoreError> {
    let row = tx.maybe(
        "SELECT 1 AS found FROM mail_arrivals
         WHERE workspace_id = $1 AND mailbox_id = $2 AND fingerprint = $3",
        params![tx.workspace(), mailbox, fingerprint.to_vec()],
    )?;
    Ok(row.is_some())
}

/// The highest number under which a mail was taken in a numbering; 0 if none was.
pub fn last_uid(tx: &mut Tx<'_>, mailbox: MailboxId, uid_validity: u32) -> Result<u32, StoreError> {
    let row = tx.maybe(
        "SELECT uid FROM mail_arrivals WHERE mailbox_id = $1 AND uid_validity = $2
             AND workspace_id = $3 ORDER BY uid DESC LIMIT 1",
        params![mailbox, uid_validity, tx.workspace()],
    )?;
    Ok(row.map(|row| row.get("uid")).transpose()?.unwrap_or(0))
}

/// Mails to be read now, in all workspaces, in the order in which they were taken.
pub fn due(
    system: &mut SystemTx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(WorkspaceId, MailArrival)>, StoreError> {
    let sql = format!(
        "SELECT workspace_id, {COLUMNS} FROM mail_arrivals
         WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at, id LIMIT $2"
    );
    system
        .query(&sql, params![now, limit])?
        .iter()
        .map(|row| Ok((row.get("workspace_id")?, MailArrival::try_from(row)?)))
        .collect()
}

/// When the next mail is to be read.
pub fn next_due(system: &mut SystemTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = system.maybe(
        "SELECT due_at FROM mail_arrivals WHERE state = 'waiting' ORDER BY due_at LIMIT 1",
        params![],
    )?;
    row.map(|row| row.get("due_at")).transpose()
}

/// Locks a mail that still waits; false if it was read meanwhile.
pub fn lock_waiting(tx: &mut Tx<'_>, id: MailArrivalId) -> Result<bool, StoreError> {
    let lock = tx.for_update();
    let sql = format!(
        "SELECT id FROM mail_arrivals WHERE workspace_id = $1 AND id = $2 AND state = 'waiting'{lock}"
    );
    Ok(tx.maybe(&sql, params![tx.workspace(), id])?.is_some())
}

/// Notes what became of a mail.
pub fn done(
    tx: &mut Tx<'_>,
    id: MailArrivalId,
    outcome: &str,
    message: Option<MessageId>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE mail_arrivals SET state = 'done', outcome = $1, message_id = $2, last_error = NULL
         WHERE workspace_id = $3 AND id = $4",
        params![outcome, message, tx.workspace(), id],
    )?;
    Ok(())
}

/// Notes that a mail could not be read: it is tried again at `next`, or waits for a person.
pub fn failed(
    tx: &mut Tx<'_>,
    id: MailArrivalId,
    error: &str,
    next: Option<Timestamp>,
) -> Result<(), StoreError> {
    let error: String = error.chars().take(ERROR_CHARS_MAX).collect();
    tx.execute(
        "UPDATE mail_arrivals SET attempts = attempts + 1, last_error = $1,
             state = CASE WHEN $2 THEN 'waiting' ELSE 'failed' END, due_at = COALESCE($3, due_at)
         WHERE workspace_id = $4 AND id = $5",
        params![error, next.is_some(), next, tx.workspace(), id],
    )?;
    Ok(())
}

/// What became of the mails of a mailbox: outcome and number, for tests and diagnosis.
pub fn outcomes(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
) -> Result<Vec<(Option<String>, i64)>, StoreError> {
    tx.query(
        "SELECT outcome, COUNT(*) AS number FROM mail_arrivals
         WHERE workspace_id = $1 AND mailbox_id = $2 GROUP BY outcome ORDER BY outcome",
        params![tx.workspace(), mailbox],
    )?
    .iter()
    .map(|row| Ok((row.get("outcome")?, row.get("number")?)))
    .collect()
}
