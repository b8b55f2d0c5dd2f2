//! Queues: where work waits.

use zhiyin_domain::ids::{CalendarId, QueueId};
use zhiyin_domain::name::Name;
use zhiyin_domain::routing::{OutOfHours, Queue, ServiceTimes};
use zhiyin_domain::time::Timestamp;

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

/// A queue with what people call it and when it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredQueue {
    /// What the router knows.
    pub policy: Queue,
    /// Name.
    pub name: Name,
    /// When it answers; none is always.
    pub calendar_id: Option<CalendarId>,
    /// What customers meet outside those hours.
    pub out_of_hours: OutOfHours,
    /// Measured service times.
    pub service_times: ServiceTimes,
    /// Order in lists.
    pub place: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Optimistic lock; measuring does not raise it.
    pub version: i64,
}

impl StoredQueue {
    /// Its identifier.
    #[must_use]
    pub const fn id(&self) -> QueueId {
        self.policy.id
    }
}

const COLUMNS: &str =
    "id, name, policy, calendar_id, out_of_hours, service_times, place, created_at, version";

impl TryFrom<&Row> for StoredQueue {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let name = row.text("name")?.parse();
        Ok(Self {
            policy: json(row, "policy")?,
            name: name.map_err(|_| row.inconsistent("name"))?,
            calendar_id: row.get("calendar_id")?,
            out_of_hours: json(row, "out_of_hours")?,
            service_times: json(row, "service_times")?,
            place: row.get("place")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a queue. Its name must be free: `queues_name`.
pub fn insert(tx: &mut Tx<'_>, it: &StoredQueue) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO queues (id, workspace_id, name, policy, calendar_id, out_of_hours, service_times,
             place, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            it.id(),
            tx.workspace(),
            it.name.as_str(),
            to_json(&it.policy),
            it.calendar_id,
            to_json(&it.out_of_hours),
            to_json(&it.service_times),
            it.place,
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves a changed queue, but for what is measured; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &StoredQueue) -> Result<StoredQueue, StoreError> {
    tx.execute_versioned(
        "UPDATE queues SET name = $1, policy = $2, calendar_id = $3, out_of_hours = $4, place = $5,
             version = version + 1
         WHERE workspace_id = $6 AND id = $7 AND version = $8",
        params![
            it.name.as_str(),
            to_json(&it.policy),
            it.calendar_id,
            to_json(&it.out_of_hours),
            it.place,
            tx.workspace(),
            it.id(),
            it.version
        ],
    )?;
    Ok(StoredQueue {
        version: it.version + 1,
        ..it.clone()
    })
}

/// Writes what was measured. The last one wins: a lost measurement does no harm.
pub fn save_times(tx: &mut Tx<'_>, id: QueueId, times: &ServiceTimes) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE queues SET service_times = $1 WHERE workspace_id = $2 AND id = $3",
        params![to_json(times), tx.workspace(), id],
    )?;
    Ok(())
}

/// One queue.
pub fn get(tx: &mut Tx<'_>, id: QueueId) -> Result<Option<StoredQueue>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM queues WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(StoredQueue::try_from).transpose()
}

/// All queues in their order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<StoredQueue>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM queues WHERE workspace_id = $1 ORDER BY place, created_at");
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(StoredQueue::try_from).collect()
}

/// The place after the last.
pub fn next_place(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.one(
        "SELECT COALESCE(MAX(place), 0) + 1 AS place FROM queues WHERE workspace_id = $1",
        params![tx.workspace()],
    )?
    .get("place")
}

/// Whether work ever came to a queue; its reports need it then.
pub fn was_used(tx: &mut Tx<'_>, id: QueueId) -> Result<bool, StoreError> {
    let row = tx.maybe(
        "SELECT id FROM queue_items WHERE workspace_id = $1 AND queue_id = $2 LIMIT 1",
        params![tx.workspace(), id],
    )?;
    Ok(row.is_some())
}

/// Removes a queue.
pub fn delete(tx: &mut Tx<'_>, id: QueueId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM queues WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}
