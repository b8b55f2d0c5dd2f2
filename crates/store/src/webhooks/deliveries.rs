//! What was told to webhooks, and each attempt to tell it.

use zhiyin_domain::ids::{WebhookDeliveryId, WebhookId};
use zhiyin_domain::time::Timestamp;
use zhiyin_domain::webhook::{DeliveryState, WebhookAttempt, WebhookDelivery};

use crate::named::named;
use crate::{Row, StoreError, SystemTx, ToValue as _, Tx, Value, params};

const COLUMNS: &str = "id, webhook_id, event_type, event_seq, message_id, state, attempts, tries, next_at, \
                       last_status, last_error, created_at, finished_at";
const BODY: &str = "webhook_deliveries.body";
const ANSWER: &str = "webhook_attempts.answer";

impl TryFrom<&Row> for WebhookDelivery {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let status: Option<i64> = row.get("last_status")?;
        Ok(Self {
            id: row.get("id")?,
            webhook_id: row.get("webhook_id")?,
            event_type: row.get("event_type")?,
            event_seq: row.get("event_seq")?,
            message_id: row.get("message_id")?,
            state: named(row, "state", &DeliveryState::ALL, |it| it.as_str())?,
            attempts: row.get("attempts")?,
            tries: row.get("tries")?,
            next_at: row.get("next_at")?,
            last_status: status.and_then(|status| u16::try_from(status).ok()),
            last_error: row.get("last_error")?,
            created_at: row.get("created_at")?,
            finished_at: row.get("finished_at")?,
        })
    }
}

/// Which deliveries to list or to replay.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Only those that stand there.
    pub state: Option<DeliveryState>,
    /// Only those of one event type.
    pub event_type: Option<String>,
    /// Only those made then or later.
    pub since: Option<Timestamp>,
    /// Only those made before.
    pub until: Option<Timestamp>,
}

/// Adds a delivery; false if this event was told to this webhook before.
pub fn insert(tx: &mut Tx<'_>, it: &WebhookDelivery, body: &str) -> Result<bool, StoreError> {
    let sealed = tx.seal(BODY, body.as_bytes())?;
    let added = tx.execute(
        "INSERT INTO webhook_deliveries (id, workspace_id, webhook_id, event_type, event_seq,
             message_id, body, state, attempts, tries, next_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
        params![
            it.id,
            tx.workspace(),
            it.webhook_id,
            it.event_type,
            it.event_seq,
            it.message_id,
            sealed,
            it.state.as_str(),
            it.attempts,
            it.tries,
            it.next_at,
            it.created_at
        ],
    )?;
    if let Some(at) = it.next_at.filter(|_| added > 0) {
        super::due_at(tx, it.webhook_id, at)?;
    }
    Ok(added > 0)
}

/// One delivery.
pub fn get(tx: &mut Tx<'_>, id: WebhookDeliveryId) -> Result<Option<WebhookDelivery>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM webhook_deliveries WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(WebhookDelivery::try_from).transpose()
}

/// What is sent.
pub fn body(tx: &mut Tx<'_>, id: WebhookDeliveryId) -> Result<String, StoreError> {
    let row = tx.one(
        "SELECT body FROM webhook_deliveries WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )?;
    let sealed: Vec<u8> = row.get("body")?;
    let plain = tx.open(BODY, &sealed)?;
    String::from_utf8(plain).map_err(|_| row.inconsistent("body"))
}

/// Saves where a delivery stands.
pub fn save(tx: &mut Tx<'_>, it: &WebhookDelivery) -> Result<(), StoreError> {
    tx.execute_versioned(
        "UPDATE webhook_deliveries SET state = $1, attempts = $2, tries = $3, next_at = $4,
             last_status = $5, last_error = $6, finished_at = $7
         WHERE workspace_id = $8 AND id = $9",
        params![
            it.state.as_str(),
            it.attempts,
            it.tries,
            it.next_at,
            it.last_status.map(i64::from),
            it.last_error,
            it.finished_at,
            tx.workspace(),
            it.id
        ],
    )?;
    if let Some(at) = it.next_at {
        super::due_at(tx, it.webhook_id, at)?;
    }
    Ok(())
}

/// What is to be sent to a webhook now, in order.
pub fn due(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<WebhookDelivery>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM webhook_deliveries
         WHERE workspace_id = $1 AND webhook_id = $2 AND state = 'waiting' AND next_at <= $3
         ORDER BY next_at, id LIMIT $4"
    );
    let rows = tx.query(&sql, params![tx.workspace(), webhook, now, limit])?;
    rows.iter().map(WebhookDelivery::try_from).collect()
}

/// A page of the deliveries of a webhook, newest first, after a cursor of creation time and
/// id.
pub fn list(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    filter: &DeliveryFilter,
    after: Option<(Timestamp, WebhookDeliveryId)>,
    limit: u32,
) -> Result<Vec<WebhookDelivery>, StoreError> {
    let (end, id) = after.unwrap_or((
        Timestamp::from_micros(i64::MAX),
        WebhookDeliveryId::from_uuid(uuid::Uuid::max()),
    ));
    let mut values = params![tx.workspace(), webhook, end, id, limit].to_vec();
    let wanted = conditions(filter, &mut values);
    let sql = format!(
        "SELECT {COLUMNS} FROM webhook_deliveries
         WHERE workspace_id = $1 AND webhook_id = $2 AND (created_at, id) < ($3, $4){wanted}
         ORDER BY created_at DESC, id DESC LIMIT $5"
    );
    let rows = tx.query(&sql, &values)?;
    rows.iter().map(WebhookDelivery::try_from).collect()
}

/// The conditions of a filter, whose values are added.
fn conditions(filter: &DeliveryFilter, values: &mut Vec<Value>) -> String {
    let mut sql = String::new();
    let mut add = |condition: &str, value: Value| {
        values.push(value);
        sql.push_str(" AND ");
        sql.push_str(condition);
        sql.push_str(&values.len().to_string());
    };
    if let Some(state) = filter.state {
        add("state = $", state.as_str().to_value());
    }
    if let Some(event_type) = &filter.event_type {
        add("event_type = $", event_type.to_value());
    }
    if let Some(since) = filter.since {
        add("created_at >= $", since.to_value());
    }
    if let Some(until) = filter.until {
        add("created_at < $", until.to_value());
    }
    sql
}

/// Has the oldest finished deliveries of a filter tried again from the beginning; gives how
/// many.
pub fn replay(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    filter: &DeliveryFilter,
    now: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let mut values = params![now, tx.workspace(), webhook, limit].to_vec();
    let wanted = conditions(filter, &mut values);
    let sql = format!(
        "UPDATE webhook_deliveries SET state = 'waiting', tries = 0, next_at = $1, finished_at = NULL
         WHERE workspace_id = $2 AND id IN (
             SELECT id FROM webhook_deliveries
             WHERE webhook_id = $3 AND state <> 'waiting'{wanted} ORDER BY created_at, id LIMIT $4)"
    );
    let replayed = tx.execute(&sql, &values)?;
    if replayed > 0 {
        super::due_at(tx, webhook, now)?;
    }
    Ok(replayed)
}

/// Keeps an attempt.
pub fn insert_attempt(
    tx: &mut Tx<'_>,
    delivery: WebhookDeliveryId,
    it: &WebhookAttempt,
) -> Result<(), StoreError> {
    let sealed = tx.seal(ANSWER, it.answer.as_bytes())?;
    tx.execute(
        "INSERT INTO webhook_attempts (delivery_id, number, workspace_id, at, duration_ms, status,
             error, answer, is_answer_cut)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (delivery_id, number) DO NOTHING",
        params![
            delivery,
            it.number,
            tx.workspace(),
            it.at,
            it.duration_ms,
            it.status.map(i64::from),
            it.error,
            sealed,
            it.is_answer_cut
        ],
    )?;
    Ok(())
}

/// The attempts of a delivery, newest first.
pub fn attempts(
    tx: &mut Tx<'_>,
    delivery: WebhookDeliveryId,
) -> Result<Vec<WebhookAttempt>, StoreError> {
    let rows = tx.query(
        "SELECT number, at, duration_ms, status, error, answer, is_answer_cut FROM webhook_attempts
         WHERE workspace_id = $1 AND delivery_id = $2 ORDER BY number DESC LIMIT 100",
        params![tx.workspace(), delivery],
    )?;
    let mut attempts = Vec::with_capacity(rows.len());
    for row in &rows {
        let sealed: Vec<u8> = row.get("answer")?;
        let answer = tx.open(ANSWER, &sealed)?;
        let status: Option<i64> = row.get("status")?;
        attempts.push(WebhookAttempt {
            number: row.get("number")?,
            at: row.get("at")?,
            duration_ms: row.get("duration_ms")?,
            status: status.and_then(|status| u16::try_from(status).ok()),
            error: row.get("error")?,
            answer: String::from_utf8_lossy(&answer).into_owned(),
            is_answer_cut: row.get("is_answer_cut")?,
        });
    }
    Ok(attempts)
}

/// Removes deliveries made before a time that wait for nothing more; gives how many.
pub fn prune(system: &mut SystemTx<'_>, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    let rows = system.query(
        "SELECT id FROM webhook_deliveries WHERE created_at < $1 AND state <> 'waiting'
         ORDER BY created_at LIMIT $2",
        params![before, limit],
    )?;
    for row in &rows {
        let id: WebhookDeliveryId = row.get("id")?;
        system.execute(
            "DELETE FROM webhook_attempts WHERE delivery_id = $1",
            params![id],
        )?;
        system.execute("DELETE FROM webhook_deliveries WHERE id = $1", params![id])?;
    }
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}
