//! Messages as mails, the threads they make, and who takes part in them. What names people
//! is sealed; addresses and Message-IDs are found by keyed hashes.

use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{ConversationId, MailboxId, MessageId};
use zhiyin_domain::mail::{Direction, Failure, Mail, MailHead, MailThread, Sending, SendingState};
use zhiyin_domain::time::Timestamp;

use crate::conversations::Sql;
use crate::named::{json, maybe_named, named, to_json};
use crate::sealed::{open_json, seal_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "message_id AS id, message_id, conversation_id, mailbox_id, direction, head, meta, raw_hash, \
    html_hash, sent_at, state, undo_until, next_attempt_at, due_at, attempts, failure, remaining, created_at";
const HEAD: &str = "mails.head";
const FAILURE: &str = "mails.failure";
const REMAINING: &str = "mails.remaining";

fn hash(row: &Row, column: &str) -> Result<Option<BlobHash>, StoreError> {
    let bytes: Option<Vec<u8>> = row.get(column)?;
    bytes
        .map(|bytes| BlobHash::try_from(bytes.as_slice()).map_err(|_| row.inconsistent(column)))
        .transpose()
}

fn maybe_sealed<T: serde::de::DeserializeOwned>(
    tx: &mut Tx<'_>,
    field: &'static str,
    row: &Row,
    column: &str,
) -> Result<Option<T>, StoreError> {
    match row.get::<Option<Vec<u8>>>(column)? {
        None => Ok(None),
        Some(_) => open_json(tx, field, row, column).map(Some),
    }
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Mail, StoreError> {
    let head: MailHead = open_json(tx, HEAD, row, "head")?;
    let state = maybe_named(row, "state", &SendingState::ALL, |it| it.as_str())?;
    let sending = match state {
        None => None,
        Some(state) => {
            let remaining: Option<Vec<String>> = maybe_sealed(tx, REMAINING, row, "remaining")?;
            let remaining: Result<Vec<EmailAddress>, _> = remaining
                .unwrap_or_default()
                .iter()
                .map(|text| text.parse().map_err(|_| row.inconsistent("remaining")))
                .collect();
            Some(Sending {
                state,
                undo_until: row.get("undo_until")?,
                next_attempt_at: row.get("next_attempt_at")?,
                due_at: row.get("due_at")?,
                attempts: row.get("attempts")?,
                failure: maybe_sealed::<Failure>(tx, FAILURE, row, "failure")?,
                remaining: remaining?,
            })
        }
    };
    Ok(Mail {
        message_id: row.get("message_id")?,
        conversation_id: row.get("conversation_id")?,
        mailbox_id: row.get("mailbox_id")?,
        direction: named(row, "direction", &Direction::ALL, |it| it.as_str())?,
        head,
        meta: json(row, "meta")?,
        raw: hash(row, "raw_hash")?,
        html: hash(row, "html_hash")?,
        sent_at: row.get("sent_at")?,
        sending,
        created_at: row.get("created_at")?,
    })
}

fn id_index(tx: &mut Tx<'_>, message_id: &str) -> Result<Vec<u8>, StoreError> {
    tx.blind_index("mails.message_id", message_id)
}

fn address_index(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Vec<u8>, StoreError> {
    tx.blind_index("mail_participants.address", &address.normalized())
}

/// Adds a mail of a message.
pub fn insert(tx: &mut Tx<'_>, it: &Mail) -> Result<(), StoreError> {
    let head = seal_json(tx, HEAD, &it.head)?;
    let index = match &it.head.message_id {
        Some(id) => Some(id_index(tx, id)?),
        None => None,
    };
    tx.execute(
        "INSERT INTO mails (message_id, workspace_id, conversation_id, mailbox_id, direction,
             id_index, head, meta, raw_hash, html_hash, sent_at, state, undo_until,
             next_attempt_at, due_at, attempts, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16)",
        params![
            it.message_id,
            tx.workspace(),
            it.conversation_id,
            it.mailbox_id,
            it.direction.as_str(),
            index,
            head,
            to_json(&it.meta),
            it.raw.map(|hash| hash.as_bytes().to_vec()),
            it.html.map(|hash| hash.as_bytes().to_vec()),
            it.sent_at,
            it.sending.as_ref().map(|it| it.state.as_str()),
            it.sending.as_ref().map(|it| it.undo_until),
            it.sending.as_ref().and_then(|it| it.next_attempt_at),
            it.sending.as_ref().map(|it| it.due_at),
            it.created_at
        ],
    )?;
    if it.sending.is_some() {
        tx.wake();
    }
    Ok(())
}

/// Saves how far a mail of ours got. The caller holds its conversation.
pub fn save_sending(
    tx: &mut Tx<'_>,
    message: MessageId,
    it: &Sending,
    raw: Option<BlobHash>,
) -> Result<(), StoreError> {
    let failure = match &it.failure {
        None => None,
        Some(failure) => Some(seal_json(tx, FAILURE, failure)?),
    };
    let remaining: Vec<&str> = it.remaining.iter().map(EmailAddress::as_str).collect();
    let remaining = match remaining.as_slice() {
        [] => None,
        some => Some(seal_json(tx, REMAINING, &some)?),
    };
    tx.execute(
        "UPDATE mails SET state = $1, undo_until = $2, next_attempt_at = $3, due_at = $4,
             attempts = $5, failure = $6, remaining = $7, raw_hash = COALESCE($8, raw_hash)
         WHERE workspace_id = $9 AND message_id = $10",
        params![
            it.state.as_str(),
            it.undo_until,
            it.next_attempt_at,
            it.due_at,
            it.attempts,
            failure,
            remaining,
            raw.map(|hash| hash.as_bytes().to_vec()),
            tx.workspace(),
            message
        ],
    )?;
    tx.wake();
    Ok(())
}

/// The mail of a message.
pub fn get(tx: &mut Tx<'_>, id: MessageId) -> Result<Option<Mail>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM mails WHERE workspace_id = $1 AND message_id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// The mails of messages, in no particular order.
pub fn get_many(tx: &mut Tx<'_>, ids: &[MessageId]) -> Result<Vec<Mail>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(&format!(
        "SELECT {COLUMNS} FROM mails WHERE workspace_id = "
    ));
    let place = sql.bind(tx.workspace());
    sql.push(&place);
    let places: Vec<_> = ids.iter().map(|id| sql.bind(*id)).collect();
    sql.and(&format!("message_id IN ({})", places.join(", ")));
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// The last mails of a conversation, newest first.
pub fn last(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    limit: u32,
) -> Result<Vec<Mail>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mails WHERE workspace_id = $1 AND conversation_id = $2
         ORDER BY created_at DESC, message_id DESC LIMIT $3"
    );
    let rows = tx.query(&sql, params![tx.workspace(), conversation, limit])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// The conversation in which a mail with this Message-ID was sent or received.
pub fn conversation_with(
    tx: &mut Tx<'_>,
    message_id: &str,
) -> Result<Option<ConversationId>, StoreError> {
    let index = id_index(tx, message_id)?;
    let row = tx.maybe(
        "SELECT conversation_id FROM mails WHERE workspace_id = $1 AND id_index = $2
         ORDER BY created_at LIMIT 1",
        params![tx.workspace(), index],
    )?;
    row.map(|row| row.get("conversation_id")).transpose()
}

/// Mails of a mailbox that are to leave now, the oldest first.
pub fn due(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Mail>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mails
         WHERE workspace_id = $1 AND mailbox_id = $2 AND state = 'waiting' AND next_attempt_at <= $3
         ORDER BY next_attempt_at, message_id LIMIT $4"
    );
    let rows = tx.query(&sql, params![tx.workspace(), mailbox, now, limit])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// When the next mail of a mailbox leaves, and how many wait.
pub fn queue(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<(Option<Timestamp>, i64), StoreError> {
    let row = tx.one(
        "SELECT MIN(next_attempt_at) AS next, COUNT(*) AS number FROM mails
         WHERE workspace_id = $1 AND mailbox_id = $2 AND state = 'waiting'",
        params![tx.workspace(), mailbox],
    )?;
    Ok((row.get("next")?, row.get("number")?))
}

/// Makes a conversation a thread of mails, or changes what is known of it.
pub fn save_thread(tx: &mut Tx<'_>, it: &MailThread) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO mail_threads (conversation_id, workspace_id, mailbox_id, subject, may_belong_to)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (conversation_id) DO UPDATE SET mailbox_id = $3, subject = $4,
             may_belong_to = $5",
        params![
            it.conversation_id,
            tx.workspace(),
            it.mailbox_id,
            it.subject,
            it.may_belong_to
        ],
    )?;
    Ok(())
}

/// What makes a conversation a thread of mails.
pub fn thread(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<MailThread>, StoreError> {
    let row = tx.maybe(
        "SELECT conversation_id, mailbox_id, subject, may_belong_to FROM mail_threads
         WHERE workspace_id = $1 AND conversation_id = $2",
        params![tx.workspace(), id],
    )?;
    row.map(|row| {
        Ok(MailThread {
            conversation_id: row.get("conversation_id")?,
            mailbox_id: row.get("mailbox_id")?,
            subject: row.get("subject")?,
            may_belong_to: row.get("may_belong_to")?,
        })
    })
    .transpose()
}

/// Lets somebody take part in a thread; who does already goes on.
pub fn add_participant(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    address: &EmailAddress,
) -> Result<(), StoreError> {
    let index = address_index(tx, address)?;
    tx.execute(
        "INSERT INTO mail_participants (conversation_id, address_index, workspace_id)
         VALUES ($1, $2, $3) ON CONFLICT (conversation_id, address_index) DO NOTHING",
        params![conversation, index, tx.workspace()],
    )?;
    Ok(())
}

/// Whether mail of the thread went to or came from an address.
pub fn takes_part(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    address: &EmailAddress,
) -> Result<bool, StoreError> {
    let index = address_index(tx, address)?;
    let row = tx.maybe(
        "SELECT 1 AS found FROM mail_participants
         WHERE workspace_id = $1 AND conversation_id = $2 AND address_index = $3",
        params![tx.workspace(), conversation, index],
    )?;
    Ok(row.is_some())
}

/// The conversation with a number.
pub fn conversation_numbered(
    tx: &mut Tx<'_>,
    number: i64,
) -> Result<Option<ConversationId>, StoreError> {
    let row = tx.maybe(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND number = $2 AND channel = 'email'",
        params![tx.workspace(), number],
    )?;
    row.map(|row| row.get("id")).transpose()
}

/// What is known of a sender for the brake on automatic answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderHistory {
    /// When we last answered them automatically.
    pub answered_at: Option<Timestamp>,
    /// Their mails since the window began, this one among them.
    pub mails: u32,
}

/// Counts a mail of a sender. `window_start` is the moment before which mails count no more.
pub fn count_sender(
    tx: &mut Tx<'_>,
    address: &EmailAddress,
    now: Timestamp,
    window_start: Timestamp,
) -> Result<SenderHistory, StoreError> {
    let index = address_index(tx, address)?;
    let row = tx.one(
        "INSERT INTO mail_senders (workspace_id, address_index, window_from, mails)
         VALUES ($1, $2, $3, 1)
         ON CONFLICT (workspace_id, address_index) DO UPDATE SET
             mails = CASE WHEN mail_senders.window_from < $4 THEN 1 ELSE mail_senders.mails + 1 END,
             window_from = CASE WHEN mail_senders.window_from < $4 THEN $3
                                ELSE mail_senders.window_from END
         RETURNING answered_at, mails",
        params![tx.workspace(), index, now, window_start],
    )?;
    Ok(SenderHistory {
        answered_at: row.get("answered_at")?,
        mails: row.get("mails")?,
    })
}

/// Notes that a sender had an automatic answer.
pub fn answered_sender(
    tx: &mut Tx<'_>,
    address: &EmailAddress,
    now: Timestamp,
) -> Result<(), StoreError> {
    let index = address_index(tx, address)?;
    tx.execute(
        "INSERT INTO mail_senders (workspace_id, address_index, answered_at, window_from, mails)
         VALUES ($1, $2, $3, $3, 0)
         ON CONFLICT (workspace_id, address_index) DO UPDATE SET answered_at = $3",
        params![tx.workspace(), index, now],
    )?;
    Ok(())
}

/// What is known of a sender.
pub fn sender(
    tx: &mut Tx<'_>,
    address: &EmailAddress,
) -> Result<Option<SenderHistory>, StoreError> {
    let index = address_index(tx, address)?;
    let row = tx.maybe(
        "SELECT answered_at, mails FROM mail_senders
         WHERE workspace_id = $1 AND address_index = $2",
        params![tx.workspace(), index],
    )?;
    row.map(|row| {
        Ok(SenderHistory {
            answered_at: row.get("answered_at")?,
            mails: row.get("mails")?,
        })
    })
    .transpose()
}
