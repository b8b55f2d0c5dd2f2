//! Pieces of work: waiting, offered, assigned, and over.

use std::collections::BTreeMap;

use zhiyin_domain::ids::{
    AccountId, AgentId, ContactId, ConversationId, InboxId, PromiseId, QueueId, QueueItemId,
    SessionId,
};
use zhiyin_domain::routing::{ItemState, Outcome, QueueItem, Standing, WorkKind};
use zhiyin_domain::time::Timestamp;

use crate::named::{json, named, to_json};
use crate::{Row, StoreError, Tx, params};

/// One piece of work with where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredItem {
    /// What was known when it was put into the queue.
    pub item: QueueItem,
    /// Where it is.
    pub standing: Standing,
    /// What whoever sent it on had to say.
    pub note: Option<String>,
    /// Place in line: smaller is served before.
    pub line_rank: i64,
    /// Since when its agent has it.
    pub assigned_at: Option<Timestamp>,
    /// When and how it ended.
    pub ended: Option<(Timestamp, Outcome)>,
    /// What the customer was promised instead of waiting.
    pub promise_id: Option<PromiseId>,
    /// What the last agent who did not want it had to say.
    pub decline_reason: Option<String>,
    /// Optimistic lock.
    pub version: i64,
}

impl StoredItem {
    /// Where it is, in one word.
    #[must_use]
    pub const fn state(&self) -> ItemState {
        match self.ended {
            Some(_) => ItemState::Ended,
            None => self.standing.state(),
        }
    }
}

const COLUMNS: &str = "q.id, q.item, q.standing, q.note, q.line_rank, q.assigned_at, q.ended_at, \
                       q.outcome, q.promise_id, q.decline_reason, q.version";

impl TryFrom<&Row> for StoredItem {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let ended = match row.get::<Option<Timestamp>>("ended_at")? {
            None => None,
            Some(at) => {
                let outcome = named(row, "outcome", &Outcome::ALL, |outcome| outcome.as_str())?;
                Some((at, outcome))
            }
        };
        Ok(Self {
            item: json(row, "item")?,
            standing: json(row, "standing")?,
            note: row.get("note")?,
            line_rank: row.get("line_rank")?,
            assigned_at: row.get("assigned_at")?,
            ended,
            promise_id: row.get("promise_id")?,
            decline_reason: row.get("decline_reason")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a piece of work. A second open one of the session is refused by
/// `queue_items_session`.
pub fn insert(tx: &mut Tx<'_>, it: &StoredItem) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO queue_items (id, workspace_id, conversation_id, session_id, queue_id, item,
             standing, note, state, agent_id, line_rank, entered_at, due_at, assigned_at, ended_at,
             outcome, promise_id, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        params![
            it.item.id,
            tx.workspace(),
            it.item.conversation_id,
            it.item.session_id,
            it.item.queue_id,
            to_json(&it.item),
            to_json(&it.standing),
            it.note,
            it.state().as_str(),
            it.standing.agent(),
            it.line_rank,
            it.item.entered_at,
            it.standing.due_at(),
            it.assigned_at,
            it.ended.map(|(at, _)| at),
            it.ended.map(|(_, outcome)| outcome.as_str()),
            it.promise_id,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves changed work whose version is the stored one; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: StoredItem) -> Result<StoredItem, StoreError> {
    tx.execute_versioned(
        "UPDATE queue_items SET queue_id = $1, item = $2, standing = $3, note = $4, state = $5,
             agent_id = $6, line_rank = $7, due_at = $8, assigned_at = $9, ended_at = $10,
             outcome = $11, promise_id = $12, decline_reason = $13, version = version + 1
         WHERE workspace_id = $14 AND id = $15 AND version = $16",
        params![
            it.item.queue_id,
            to_json(&it.item),
            to_json(&it.standing),
            it.note,
            it.state().as_str(),
            it.standing.agent(),
            it.line_rank,
            it.standing.due_at(),
            it.assigned_at,
            it.ended.map(|(at, _)| at),
            it.ended.map(|(_, outcome)| outcome.as_str()),
            it.promise_id,
            it.decline_reason,
            tx.workspace(),
            it.item.id,
            it.version
        ],
    )?;
    Ok(StoredItem {
        version: it.version + 1,
        ..it
    })
}

fn maybe(
    tx: &mut Tx<'_>,
    filter: &str,
    params: &[crate::Value],
) -> Result<Option<StoredItem>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM queue_items q WHERE q.workspace_id = $1 AND {filter}");
    let row = tx.maybe(&sql, params)?;
    row.as_ref().map(StoredItem::try_from).transpose()
}

fn all(
    tx: &mut Tx<'_>,
    filter: &str,
    params: &[crate::Value],
) -> Result<Vec<StoredItem>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM queue_items q WHERE q.workspace_id = $1 AND {filter}");
    let rows = tx.query(&sql, params)?;
    rows.iter().map(StoredItem::try_from).collect()
}

/// One piece of work.
pub fn get(tx: &mut Tx<'_>, id: QueueItemId) -> Result<Option<StoredItem>, StoreError> {
    maybe(tx, "q.id = $2", params![tx.workspace(), id])
}

/// The open work of a session.
pub fn open_of_session(
    tx: &mut Tx<'_>,
    session: SessionId,
) -> Result<Option<StoredItem>, StoreError> {
    let filter = "q.session_id = $2 AND q.ended_at IS NULL";
    maybe(tx, filter, params![tx.workspace(), session])
}

/// The latest work of a session, open or over.
pub fn latest_of_session(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    session: SessionId,
) -> Result<Option<StoredItem>, StoreError> {
    let filter = "q.conversation_id = $2 AND q.session_id = $3 ORDER BY q.ended_at IS NULL DESC, q.ended_at DESC LIMIT 1";
    maybe(tx, filter, params![tx.workspace(), conversation, session])
}

/// All open work, for a floor that begins.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<StoredItem>, StoreError> {
    let filter = "q.ended_at IS NULL ORDER BY q.line_rank, q.id";
    all(tx, filter, params![tx.workspace()])
}

/// Whether a workspace has any open work.
pub fn any_open(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let row = tx.maybe(
        "SELECT id FROM queue_items WHERE workspace_id = $1 AND ended_at IS NULL LIMIT 1",
        params![tx.workspace()],
    )?;
    Ok(row.is_some())
}

/// What waits in a queue, first in line first.
pub fn line(tx: &mut Tx<'_>, queue: QueueId, limit: u32) -> Result<Vec<StoredItem>, StoreError> {
    let filter = "q.queue_id = $2 AND q.state = 'waiting' ORDER BY q.line_rank, q.id LIMIT $3";
    all(tx, filter, params![tx.workspace(), queue, limit])
}

/// Open work of a queue: offered and assigned first, then the line.
pub fn of_queue(
    tx: &mut Tx<'_>,
    queue: QueueId,
    limit: u32,
) -> Result<Vec<StoredItem>, StoreError> {
    let filter = "q.queue_id = $2 AND q.ended_at IS NULL
        ORDER BY CASE q.state WHEN 'waiting' THEN 0 WHEN 'offered' THEN 1 ELSE 2 END, q.line_rank, q.id LIMIT $3";
    all(tx, filter, params![tx.workspace(), queue, limit])
}

/// What is offered to an agent.
pub fn offered_to(tx: &mut Tx<'_>, agent: AgentId) -> Result<Vec<StoredItem>, StoreError> {
    let filter =
        "q.agent_id = $2 AND q.ended_at IS NULL AND q.state = 'offered' ORDER BY q.line_rank, q.id";
    all(tx, filter, params![tx.workspace(), agent])
}

/// How many stand before a waiting piece of work in its queue.
pub fn ahead_of(tx: &mut Tx<'_>, it: &StoredItem) -> Result<u32, StoreError> {
    tx.one(
        "SELECT COUNT(*) AS value FROM queue_items
         WHERE workspace_id = $1 AND queue_id = $2 AND state = 'waiting'
           AND (line_rank < $3 OR (line_rank = $3 AND id < $4))",
        params![tx.workspace(), it.item.queue_id, it.line_rank, it.item.id],
    )?
    .get("value")
}

/// How many wait in a queue.
pub fn waiting(tx: &mut Tx<'_>, queue: QueueId) -> Result<u32, StoreError> {
    tx.one(
        "SELECT COUNT(*) AS value FROM queue_items
         WHERE workspace_id = $1 AND queue_id = $2 AND state = 'waiting'",
        params![tx.workspace(), queue],
    )?
    .get("value")
}

/// How many wait in each queue.
pub fn waiting_by_queue(tx: &mut Tx<'_>) -> Result<BTreeMap<QueueId, u32>, StoreError> {
    let rows = tx.query(
        "SELECT queue_id, COUNT(*) AS value FROM queue_items
         WHERE workspace_id = $1 AND ended_at IS NULL AND state = 'waiting' GROUP BY queue_id",
        params![tx.workspace()],
    )?;
    rows.iter()
        .map(|row| Ok((row.get("queue_id")?, row.get("value")?)))
        .collect()
}

/// Kinds of the open work agents have, offered or assigned.
pub fn work_of_agents(tx: &mut Tx<'_>) -> Result<BTreeMap<AgentId, Vec<WorkKind>>, StoreError> {
    let rows = tx.query(
        "SELECT id, agent_id, item FROM queue_items
         WHERE workspace_id = $1 AND ended_at IS NULL AND agent_id IS NOT NULL",
        params![tx.workspace()],
    )?;
    let mut work: BTreeMap<AgentId, Vec<WorkKind>> = BTreeMap::new();
    for row in &rows {
        let item: QueueItem = json(row, "item")?;
        work.entry(row.get("agent_id")?)
            .or_default()
            .push(item.kind);
    }
    Ok(work)
}

/// All time that customers stood in line of a queue since a moment, in seconds, and how many
/// of them gave up.
pub fn patience(
    tx: &mut Tx<'_>,
    queue: QueueId,
    since: Timestamp,
    now: Timestamp,
) -> Result<(u64, u32), StoreError> {
    let row = tx.one(
        "SELECT CAST(COALESCE(SUM(COALESCE(assigned_at, ended_at, $4) - entered_at), 0) AS BIGINT) AS stood,
                CAST(COALESCE(SUM(CASE outcome WHEN 'abandoned' THEN 1 ELSE 0 END), 0) AS BIGINT) AS gave_up
         FROM queue_items WHERE workspace_id = $1 AND queue_id = $2 AND entered_at >= $3",
        params![tx.workspace(), queue, since, now],
    )?;
    let stood: i64 = row.get("stood")?;
    let stood = u64::try_from(stood).unwrap_or(0) / 1_000_000;
    Ok((stood, row.get("gave_up")?))
}

/// Who served a contact last in an inbox before a session.
pub fn last_agent(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    conversation: ConversationId,
    session: SessionId,
) -> Result<Option<AgentId>, StoreError> {
    let row = tx.maybe(
        "SELECT assignee_id FROM sessions
         WHERE workspace_id = $1 AND conversation_id = $2 AND inbox_id = $3 AND id <> $4
           AND assignee_id IS NOT NULL
         ORDER BY number DESC LIMIT 1",
        params![tx.workspace(), conversation, inbox, session],
    )?;
    row.map(|row| row.get("assignee_id")).transpose()
}

/// The open work of a contact.
pub fn open_of_contact(tx: &mut Tx<'_>, contact: ContactId) -> Result<Vec<StoredItem>, StoreError> {
    let filter = "q.ended_at IS NULL AND q.conversation_id IN (
            SELECT c.id FROM conversations c WHERE c.workspace_id = $1 AND c.contact_id = $2)
         ORDER BY q.id";
    all(tx, filter, params![tx.workspace(), contact])
}

/// The open work of all contacts of an account, with whose it is.
pub fn open_of_account(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> Result<Vec<(ContactId, StoredItem)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, c.contact_id AS contact_id FROM contacts k
         JOIN conversations c ON c.contact_id = k.id AND c.workspace_id = k.workspace_id
         JOIN queue_items q ON q.conversation_id = c.id AND q.ended_at IS NULL
         WHERE k.workspace_id = $1 AND k.account_id = $2 ORDER BY q.id"
    );
    let rows = tx.query(&sql, params![tx.workspace(), account])?;
    rows.iter()
        .map(|row| Ok((row.get("contact_id")?, StoredItem::try_from(row)?)))
        .collect()
}

/// Kinds of the open work an agent has, offered or assigned.
pub fn work_of_agent(tx: &mut Tx<'_>, agent: AgentId) -> Result<Vec<WorkKind>, StoreError> {
    let rows = tx.query(
        "SELECT id, item FROM queue_items
         WHERE workspace_id = $1 AND agent_id = $2 AND ended_at IS NULL",
        params![tx.workspace(), agent],
    )?;
    rows.iter()
        .map(|row| json(row, "item").map(|item: QueueItem| item.kind))
        .collect()
}

/// The work of a queue that came first of those that wait.
pub fn oldest(tx: &mut Tx<'_>, queue: QueueId) -> Result<Option<StoredItem>, StoreError> {
    let filter = "q.queue_id = $2 AND q.state = 'waiting' ORDER BY q.entered_at, q.id LIMIT 1";
    maybe(tx, filter, params![tx.workspace(), queue])
}
