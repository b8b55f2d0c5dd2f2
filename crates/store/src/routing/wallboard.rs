//! Numbers of the queues for the wall: now and since a moment.

use std::collections::BTreeMap;
use std::time::Duration;

use zhiyin_domain::ids::QueueId;
use zhiyin_domain::routing::ItemState;
use zhiyin_domain::time::Timestamp;

use crate::named::named;
use crate::{StoreError, Tx, params};

/// Open work of a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenWork {
    /// In line.
    pub waiting: u32,
    /// Since when the first of them waits.
    pub oldest: Option<Timestamp>,
    /// Offered to somebody.
    pub offered: u32,
    /// With somebody.
    pub active: u32,
}

/// What happened to the work that came to a queue in a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// Taken by somebody.
    pub served: u32,
    /// Given up by the customer.
    pub abandoned: u32,
    /// All waiting of those who were served, in seconds.
    pub waited_s: u64,
    /// Customers who were answered, or waited longer than the service level has it. Who was
    /// promised an answer for later does not count, as nobody was there for them.
    pub measured: u32,
    /// Of them, answered within the service level.
    pub in_time: u32,
}

/// Open work by queue.
pub fn open_work(tx: &mut Tx<'_>) -> Result<BTreeMap<QueueId, OpenWork>, StoreError> {
    let rows = tx.query(
        "SELECT queue_id, state, COUNT(*) AS value, MIN(entered_at) AS oldest FROM queue_items
         WHERE workspace_id = $1 AND ended_at IS NULL GROUP BY queue_id, state",
        params![tx.workspace()],
    )?;
    let mut open: BTreeMap<QueueId, OpenWork> = BTreeMap::new();
    for row in &rows {
        let of = open.entry(row.get("queue_id")?).or_default();
        let value: u32 = row.get("value")?;
        match named(row, "state", &ItemState::ALL, |state| state.as_str())? {
            ItemState::Waiting => {
                of.waiting = value;
                of.oldest = row.get("oldest")?;
            }
            ItemState::Offered => of.offered = value,
            ItemState::Assigned => of.active = value,
            ItemState::Ended => {}
        }
    }
    Ok(open)
}

/// What happened to the work that came since a moment, by queue. In time is whoever was
/// answered `within` so long. Where a bot answered before, being taken by a person counts.
pub fn flow(
    tx: &mut Tx<'_>,
    since: Timestamp,
    now: Timestamp,
    within: Duration,
) -> Result<BTreeMap<QueueId, Flow>, StoreError> {
    let within_micros = i64::try_from(within.as_micros()).unwrap_or(i64::MAX);
    let rows = tx.query(
        "SELECT q.queue_id AS queue_id,
                COUNT(q.assigned_at) AS served,
                CAST(SUM(CASE q.outcome WHEN 'abandoned' THEN 1 ELSE 0 END) AS BIGINT) AS abandoned,
                CAST(COALESCE(SUM(q.assigned_at - q.entered_at), 0) AS BIGINT) AS waited,
                CAST(SUM(CASE WHEN q.promise_id IS NULL AND (q.answered_at IS NOT NULL
                    OR COALESCE(q.ended_at, $3) - q.entered_at > $4)
                    THEN 1 ELSE 0 END) AS BIGINT) AS measured,
                CAST(SUM(CASE WHEN q.promise_id IS NULL AND q.answered_at - q.entered_at <= $4
                    THEN 1 ELSE 0 END) AS BIGINT) AS in_time
         FROM (SELECT i.queue_id, i.assigned_at, i.entered_at, i.ended_at, i.outcome, i.promise_id,
                      CASE WHEN s.first_response_at >= i.entered_at THEN s.first_response_at
                           WHEN s.first_response_at IS NOT NULL THEN i.assigned_at END AS answered_at
               FROM queue_items i JOIN sessions s ON s.id = i.session_id
               WHERE i.workspace_id = $1 AND i.entered_at >= $2) q
         GROUP BY q.queue_id",
        params![tx.workspace(), since, now, within_micros],
    )?;
    rows.iter()
        .map(|row| {
            let waited: i64 = row.get("waited")?;
            let flow = Flow {
                served: row.get("served")?,
                abandoned: row.get("abandoned")?,
                waited_s: u64::try_from(waited).unwrap_or(0) / 1_000_000,
                measured: row.get("measured")?,
                in_time: row.get("in_time")?,
            };
            Ok((row.get("queue_id")?, flow))
        })
        .collect()
}

/// Targets missed since a moment, and open sessions that were warned and missed nothing yet.
pub fn deadlines(tx: &mut Tx<'_>, since: Timestamp) -> Result<(u32, u32), StoreError> {
    let missed = tx.one(
        "SELECT COUNT(*) AS value FROM deadlines
         WHERE workspace_id = $1 AND moment = 'breach' AND fired_at >= $2",
        params![tx.workspace(), since],
    )?;
    let warned = tx.one(
        "SELECT COUNT(DISTINCT w.session_id) AS value FROM deadlines w
         JOIN deadlines m ON m.session_id = w.session_id AND m.metric = w.metric
             AND m.round = w.round AND m.moment = 'breach' AND m.fired_at IS NULL
         WHERE w.workspace_id = $1 AND w.moment <> 'breach' AND w.fired_at IS NOT NULL",
        params![tx.workspace()],
    )?;
    Ok((missed.get("value")?, warned.get("value")?))
}
