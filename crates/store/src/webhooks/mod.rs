//! Webhooks, their secrets, and who is sending to them.
//!
//! `next_due_at` says when a webhook has something to send. It is set with each delivery and
//! read anew when a node has finished sending, so it may be early but never late. A node
//! sends under a lease: what is sent to one webhook leaves in order.

pub mod deliveries;

use zhiyin_domain::ids::{InboxId, WebhookId, WorkspaceId};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_domain::webhook::{DisabledReason, Webhook, WebhookPurpose};

use crate::named::{json, maybe_named, named, to_json};
use crate::{Row, StoreError, SystemTx, Tx, params};

const COLUMNS: &str = "id, purpose, inbox_id, name, url, event_types, disabled_reason, disabled_at, \
                       failing_since, silences, resting_until, last_success_at, \
                       previous_secret_until, created_at, version";
const SECRET: &str = "webhooks.secret";

impl TryFrom<&Row> for Webhook {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let reason = maybe_named(row, "disabled_reason", &DisabledReason::ALL, |it| {
            it.as_str()
        })?;
        let disabled_at: Option<Timestamp> = row.get("disabled_at")?;
        Ok(Self {
            id: row.get("id")?,
            purpose: named(row, "purpose", &WebhookPurpose::ALL, |it| it.as_str())?,
            inbox_id: row.get("inbox_id")?,
            name: row.get("name")?,
            url: row.get("url")?,
            event_types: json(row, "event_types")?,
            disabled: reason.zip(disabled_at),
            failing_since: row.get("failing_since")?,
            silences: row.get("silences")?,
            resting_until: row.get("resting_until")?,
            last_success_at: row.get("last_success_at")?,
            previous_secret_until: row.get("previous_secret_until")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a webhook with the secret it signs with. An inbox has one for its channel:
/// `webhooks_channel`.
pub fn insert(tx: &mut Tx<'_>, it: &Webhook, secret: &Secret<Vec<u8>>) -> Result<(), StoreError> {
    let sealed = tx.seal(SECRET, secret.expose())?;
    tx.execute(
        "INSERT INTO webhooks (id, workspace_id, purpose, inbox_id, name, url, event_types,
             disabled_reason, disabled_at, silences, secret, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12)",
        params![
            it.id,
            tx.workspace(),
            it.purpose.as_str(),
            it.inbox_id,
            it.name,
            it.url,
            to_json(&it.event_types),
            it.disabled.map(|(reason, _)| reason.as_str()),
            it.disabled.map(|(_, at)| at),
            sealed,
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// One webhook.
pub fn get(tx: &mut Tx<'_>, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(Webhook::try_from).transpose()
}

/// One webhook, locked against changes by others.
pub fn get_for_update(tx: &mut Tx<'_>, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM webhooks WHERE workspace_id = $1 AND id = $2{}",
        tx.for_update()
    );
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(Webhook::try_from).transpose()
}

/// The way out of an API inbox.
pub fn of_channel(tx: &mut Tx<'_>, inbox: InboxId) -> Result<Option<Webhook>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM webhooks
         WHERE workspace_id = $1 AND inbox_id = $2 AND purpose = 'channel'"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), inbox])?;
    row.as_ref().map(Webhook::try_from).transpose()
}

/// All webhooks of the workspace, oldest first. There are few.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Webhook>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM webhooks WHERE workspace_id = $1 ORDER BY created_at, id");
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(Webhook::try_from).collect()
}

/// Saves what people set; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &Webhook) -> Result<Webhook, StoreError> {
    tx.execute_versioned(
        "UPDATE webhooks SET inbox_id = $1, name = $2, url = $3, event_types = $4,
             version = version + 1
         WHERE workspace_id = $5 AND id = $6 AND version = $7",
        params![
            it.inbox_id,
            it.name,
            it.url,
            to_json(&it.event_types),
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    save_health(tx, it)?;
    Ok(Webhook {
        version: it.version + 1,
        ..it.clone()
    })
}

/// Saves how it goes with a webhook, whatever people set meanwhile.
pub fn save_health(tx: &mut Tx<'_>, it: &Webhook) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE webhooks SET disabled_reason = $1, disabled_at = $2, failing_since = $3,
             silences = $4, resting_until = $5, last_success_at = $6
         WHERE workspace_id = $7 AND id = $8",
        params![
            it.disabled.map(|(reason, _)| reason.as_str()),
            it.disabled.map(|(_, at)| at),
            it.failing_since,
            it.silences,
            it.resting_until,
            it.last_success_at,
            tx.workspace(),
            it.id
        ],
    )?;
    Ok(())
}

/// Replaces the secret; the one before signs too until `previous_until`.
pub fn rotate(
    tx: &mut Tx<'_>,
    id: WebhookId,
    secret: &Secret<Vec<u8>>,
    previous_until: Timestamp,
) -> Result<(), StoreError> {
    let sealed = tx.seal(SECRET, secret.expose())?;
    tx.execute_versioned(
        "UPDATE webhooks SET previous_secret = secret, previous_secret_until = $1, secret = $2,
             version = version + 1
         WHERE workspace_id = $3 AND id = $4",
        params![previous_until, sealed, tx.workspace(), id],
    )
}

/// The secrets that sign at a moment, the present one first.
pub fn secrets(
    tx: &mut Tx<'_>,
    id: WebhookId,
    now: Timestamp,
) -> Result<Vec<Secret<Vec<u8>>>, StoreError> {
    let row = tx.maybe(
        "SELECT secret, CASE WHEN previous_secret_until > $1 THEN previous_secret END AS previous
         FROM webhooks WHERE workspace_id = $2 AND id = $3",
        params![now, tx.workspace(), id],
    )?;
    let Some(row) = row else {
        return Ok(Vec::new());
    };
    let sealed: [Option<Vec<u8>>; 2] = [row.get("secret")?, row.get("previous")?];
    let mut secrets = Vec::new();
    for sealed in sealed.into_iter().flatten() {
        secrets.push(Secret::new(tx.open(SECRET, &sealed)?));
    }
    Ok(secrets)
}

/// Removes a webhook with all that was told to it.
pub fn delete(tx: &mut Tx<'_>, id: WebhookId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM webhook_attempts WHERE workspace_id = $1 AND delivery_id IN
             (SELECT id FROM webhook_deliveries WHERE webhook_id = $2)",
        params![tx.workspace(), id],
    )?;
    tx.execute(
        "DELETE FROM webhook_deliveries WHERE workspace_id = $1 AND webhook_id = $2",
        params![tx.workspace(), id],
    )?;
    tx.execute_versioned(
        "DELETE FROM webhooks WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}

/// Takes the right to send until `until`; false while another node has it. Then this is
/// noted, so that somebody looks again when the other's time is over.
pub fn take_lease(
    tx: &mut Tx<'_>,
    id: WebhookId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let taken = tx.execute(
        "UPDATE webhooks SET lease_until = $1
         WHERE workspace_id = $2 AND id = $3 AND (lease_until IS NULL OR lease_until <= $4)",
        params![until, tx.workspace(), id, now],
    )?;
    if taken == 0 {
        due_at(tx, id, now)?;
    }
    Ok(taken > 0)
}

/// Gives the right to send back, and notes when there is something to send again.
pub fn release_lease(tx: &mut Tx<'_>, id: WebhookId) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.maybe(
        "UPDATE webhooks SET lease_until = NULL, next_due_at = (
             SELECT CASE WHEN MIN(d.next_at) < webhooks.resting_until THEN webhooks.resting_until
                 ELSE MIN(d.next_at) END
             FROM webhook_deliveries d WHERE d.webhook_id = webhooks.id AND d.state = 'waiting')
         WHERE workspace_id = $1 AND id = $2 RETURNING next_due_at",
        params![tx.workspace(), id],
    )?;
    Ok(row.map(|row| row.get("next_due_at")).transpose()?.flatten())
}

/// Notes that there is something to send at `at`.
pub fn due_at(tx: &mut Tx<'_>, id: WebhookId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE webhooks SET next_due_at = $1
         WHERE workspace_id = $2 AND id = $3 AND (next_due_at IS NULL OR next_due_at > $1)",
        params![at, tx.workspace(), id],
    )?;
    Ok(())
}

/// Webhooks with something to send that nobody is sending to, in all workspaces.
pub fn due(
    system: &mut SystemTx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(WorkspaceId, WebhookId)>, StoreError> {
    let rows = system.query(
        "SELECT workspace_id, id FROM webhooks
         WHERE next_due_at IS NOT NULL AND disabled_reason IS NULL AND next_due_at <= $1
             AND (lease_until IS NULL OR lease_until <= $1)
         ORDER BY next_due_at LIMIT $2",
        params![now, limit],
    )?;
    rows.iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .collect()
}

/// When the next of them has something to send.
pub fn next_due(system: &mut SystemTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = system.one(
        "SELECT MIN(CASE WHEN lease_until > next_due_at THEN lease_until ELSE next_due_at END) AS at
         FROM webhooks WHERE next_due_at IS NOT NULL AND disabled_reason IS NULL",
        params![],
    )?;
    row.get("at")
}
