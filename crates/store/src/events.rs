//! The event log: appended inside the transaction of its command, numbered for
//! everybody else without gaps.
//!
//! On SQLite there is one writer, so an event gets its `seq` when it is appended.
//! On PostgreSQL transactions become visible in another order than they wrote, and a
//! reader that follows any number taken inside them would skip a late one. There
//! the relay numbers what is committed and unnumbered, in the order of `position`,
//! while it holds the workspace's counter row: a late commit gets a later
//! number, a rolled back one gets none.
//!
//! What comes before what: if one transaction saw the other's commit, its events
//! have higher positions and are never visible to the relay without the other's.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{EventId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::engine::Dialect;
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::{SystemTx, Tx};

/// What is said about an event besides what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventMeta {
    /// A fresh id.
    pub id: EventId,
    /// Who did it.
    pub actor: Actor,
    /// The events that led to it, first cause first.
    pub causes: Vec<EventId>,
    /// The request it came with.
    pub request_id: Option<String>,
    /// When.
    pub now: Timestamp,
}

/// A published event as consumers read it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Its place in the log of the workspace: 1, 2, 3 … without gaps.
    pub seq: i64,
    /// Whose log.
    pub workspace: WorkspaceId,
    /// Who, when, why.
    pub meta: EventMeta,
    /// Wire name of what happened.
    pub kind: String,
    /// What happened; `None` if a newer program wrote something this one does not know.
    pub event: Option<Event>,
}

/// Appends an event to the log of the workspace, visible with the transaction.
pub fn append(tx: &mut Tx, meta: &EventMeta, event: &Event) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    let seq = match tx.dialect() {
        Dialect::Sqlite => Some(next_seq(tx)?),
        Dialect::Postgres => None,
    };
    let (aggregate, aggregate_id) = event.aggregate();
    let mut wire = serde_json::to_value(event).map_err(StoreError::database)?;
    let payload = wire
        .get_mut("payload")
        .map_or(serde_json::Value::Null, serde_json::Value::take);
    tx.execute(
        "INSERT INTO events (id, workspace_id, seq, aggregate_kind, aggregate_id, actor, causes, request_id,
                             kind, version, payload, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            meta.id, workspace, seq, aggregate.as_str(), aggregate_id, meta.actor.to_string(),
            json!(meta.causes), meta.request_id, event.kind(), event.version(), payload, meta.now,
        ],
    )?;
    tx.wake();
    Ok(())
}

/// The next number of the log, on SQLite.
///
/// Two plain statements, because an upsert and a `RETURNING` both take a savepoint of
/// their own, and at each savepoint the full-text index writes out what it holds (see
/// [`crate::engine`]): that is a tenth of the time of a message.
fn next_seq(tx: &mut Tx) -> Result<i64, StoreError> {
    let workspace = tx.workspace();
    let known = tx.maybe(
        "SELECT seq FROM event_counters WHERE workspace_id = $1",
        params![workspace],
    )?;
    let Some(row) = known else {
        tx.execute(
            "INSERT INTO event_counters (workspace_id, seq) VALUES ($1, 1)",
            params![workspace],
        )?;
        return Ok(1);
    };
    let seq = row.get::<i64>("seq")? + 1;
    tx.execute(
        "UPDATE event_counters SET seq = $1 WHERE workspace_id = $2",
        params![seq, workspace],
    )?;
    Ok(seq)
}

/// Published events after `seq`, in order, at most `limit`.
pub fn read_since(tx: &mut Tx, seq: i64, limit: u32) -> Result<Vec<StoredEvent>, StoreError> {
    let workspace = tx.workspace();
    tx.query(
        "SELECT id, workspace_id, seq, actor, causes, request_id, kind, payload, at FROM events
         WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        params![workspace, seq, limit],
    )?
    .iter()
    .map(StoredEvent::try_from)
    .collect()
}

/// Number of the last published event, 0 if there is none.
pub fn last_seq(tx: &mut Tx) -> Result<i64, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        "SELECT seq FROM event_counters WHERE workspace_id = $1",
        params![workspace],
    )?;
    row.map_or(Ok(0), |row| row.get("seq"))
}

impl TryFrom<&Row> for StoredEvent {
    type Error = StoreError;

    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let kind: String = row.get("kind")?;
        let payload: serde_json::Value = row.get("payload")?;
        let event = if Event::KINDS.contains(&kind.as_str()) {
            let wire = json!({ "kind": kind, "payload": payload });
            Some(serde_json::from_value(wire).map_err(|_| row.inconsistent("payload"))?)
        } else {
            None
        };
        let actor: String = row.get("actor")?;
        Ok(Self {
            seq: row.get("seq")?,
            workspace: row.get("workspace_id")?,
            meta: EventMeta {
                id: row.get("id")?,
                actor: actor.parse().map_err(|_| row.inconsistent("actor"))?,
                causes: serde_json::from_value(row.get("causes")?)
                    .map_err(|_| row.inconsistent("causes"))?,
                request_id: row.get("request_id")?,
                now: row.get("at")?,
            },
            kind,
            event,
        })
    }
}

/// The last published event of every workspace that has one.
pub fn heads(system: &mut SystemTx) -> Result<Vec<(WorkspaceId, i64)>, StoreError> {
    let rows = system.query(
        "SELECT workspace_id, seq FROM event_counters WHERE seq > 0 ORDER BY workspace_id",
        params![],
    )?;
    rows.iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("seq")?)))
        .collect()
}

/// What one round of the relay did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    /// The last number of each workspace that got new ones.
    pub last_seqs: BTreeMap<WorkspaceId, i64>,
    /// Events that were numbered.
    pub count: u64,
}

/// Numbers committed events that have no number yet, at most `limit`; for the relay.
///
/// Nothing to do on SQLite. Any number of relays may run at once: a workspace whose
/// counter another one holds is left to it.
pub fn publish(system: &mut SystemTx, limit: u32) -> Result<Published, StoreError> {
    let mut published = Published::default();
    if system.dialect() == Dialect::Sqlite {
        return Ok(published);
    }
    let waiting = system.query(
        "SELECT DISTINCT workspace_id FROM
             (SELECT workspace_id FROM events WHERE seq IS NULL ORDER BY position LIMIT $1) AS oldest
         ORDER BY workspace_id",
        params![limit],
    )?;
    for row in waiting {
        publish_workspace(system, row.get("workspace_id")?, limit, &mut published)?;
    }
    Ok(published)
}

fn publish_workspace(
    system: &mut SystemTx,
    workspace: WorkspaceId,
    limit: u32,
    published: &mut Published,
) -> Result<(), StoreError> {
    system.execute(
        "INSERT INTO event_counters (workspace_id, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING",
        params![workspace],
    )?;
    let counter = system.maybe(
        "SELECT seq FROM event_counters WHERE workspace_id = $1 FOR UPDATE SKIP LOCKED",
        params![workspace],
    )?;
    let Some(counter) = counter else {
        return Ok(());
    };
    // A new statement, so it sees what the last holder of the counter committed.
    let last: i64 = counter.get("seq")?;
    let count = system.execute(
        "UPDATE events SET seq = $1 + fresh.number
         FROM (SELECT position, row_number() OVER (ORDER BY position) AS number FROM
                  (SELECT position FROM events WHERE seq IS NULL AND workspace_id = $2
                   ORDER BY position LIMIT $3) AS oldest) AS fresh
         WHERE events.position = fresh.position",
        params![last, workspace, limit],
    )?;
    if count > 0 {
        let last = last + i64::try_from(count).unwrap_or(i64::MAX);
        system.execute(
            "UPDATE event_counters SET seq = $1 WHERE workspace_id = $2",
            params![last, workspace],
        )?;
        published.last_seqs.insert(workspace, last);
        published.count += count;
        system.wake();
    }
    Ok(())
}

/// Events of one thing in the order they were written, published or not; for tests
/// and the history of a conversation.
pub fn of_aggregate(
    tx: &mut Tx,
    aggregate_id: Uuid,
    limit: u32,
) -> Result<Vec<StoredEvent>, StoreError> {
    let workspace = tx.workspace();
    tx.query(
        "SELECT id, workspace_id, COALESCE(seq, 0) AS seq, actor, causes, request_id, kind, payload, at FROM events
         WHERE aggregate_id = $1 AND workspace_id = $2 ORDER BY position LIMIT $3",
        params![aggregate_id, workspace, limit],
    )?
    .iter()
    .map(StoredEvent::try_from)
    .collect()
}
