//! The log of what was told, and telling it again.

use serde_json::json;
use zhiyin_domain::ids::{WebhookDeliveryId, WebhookId};
use zhiyin_domain::limits::WEBHOOK_REPLAY_MAX;
use zhiyin_domain::time::Timestamp;
use zhiyin_domain::webhook::{DeliveryState, TEST_EVENT, Webhook, WebhookAttempt, WebhookDelivery};
use zhiyin_store::webhooks::deliveries::{self as store, DeliveryFilter};
use zhiyin_store::{Tx, webhooks};

use super::{Told, WebhooksError, require, require_reading, send, tell};
use crate::Context;
use crate::audit::{Action, record_with};
use crate::channel;

/// A delivery with everything known of it.
#[derive(Debug, Clone)]
pub struct DeliveryView {
    /// The delivery.
    pub delivery: WebhookDelivery,
    /// What is sent.
    pub body: String,
    /// Attempts, newest first.
    pub attempts: Vec<WebhookAttempt>,
}

fn load(tx: &mut Tx<'_>, id: WebhookId) -> Result<Webhook, WebhooksError> {
    webhooks::get(tx, id)?.ok_or(WebhooksError::NotFound(id))
}

fn load_enabled(tx: &mut Tx<'_>, id: WebhookId) -> Result<Webhook, WebhooksError> {
    let webhook = load(tx, id)?;
    if webhook.is_enabled() {
        Ok(webhook)
    } else {
        Err(WebhooksError::Disabled)
    }
}

fn load_delivery(tx: &mut Tx<'_>, id: WebhookDeliveryId) -> Result<WebhookDelivery, WebhooksError> {
    store::get(tx, id)?.ok_or(WebhooksError::DeliveryNotFound)
}

/// A page of what was told to a webhook, newest first.
pub fn list_deliveries(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: WebhookId,
    filter: &DeliveryFilter,
    after: Option<(Timestamp, WebhookDeliveryId)>,
    limit: u32,
) -> Result<Vec<WebhookDelivery>, WebhooksError> {
    require(ctx)?;
    load(tx, id)?;
    Ok(store::list(tx, id, filter, after, limit)?)
}

/// One delivery with its body and the answers it got; these hold what customers wrote.
pub fn get_delivery(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: WebhookDeliveryId,
) -> Result<DeliveryView, WebhooksError> {
    require_reading(ctx)?;
    let delivery = load_delivery(tx, id)?;
    Ok(DeliveryView {
        body: store::body(tx, id)?,
        attempts: store::attempts(tx, id)?,
        delivery,
    })
}

/// Tells one thing again from the beginning, under the same id.
pub fn replay_delivery(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: WebhookDeliveryId,
) -> Result<WebhookDelivery, WebhooksError> {
    require(ctx)?;
    let delivery = load_delivery(tx, id)?.replayed(ctx.now());
    let webhook = load_enabled(tx, delivery.webhook_id)?.id;
    store::save(tx, &delivery)?;
    if let Some(message) = delivery.message_id {
        channel::try_again(tx, ctx, message)?;
    }
    webhooks::due_at(tx, webhook, ctx.now())?;
    send::enqueue(tx, ctx, webhook)?;
    record_with(tx, ctx, Action::WebhookReplayed, &id, None, json!({}))?;
    Ok(delivery)
}

/// Tells everything of a filter again that is finished, those that failed unless the filter
/// says otherwise; at most a thousand, oldest first. Gives how many.
pub fn replay_deliveries(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: WebhookId,
    filter: &DeliveryFilter,
) -> Result<u64, WebhooksError> {
    require(ctx)?;
    load_enabled(tx, id)?;
    let filter = DeliveryFilter {
        state: Some(filter.state.unwrap_or(DeliveryState::Failed)),
        ..filter.clone()
    };
    let replayed = store::replay(tx, id, &filter, ctx.now(), WEBHOOK_REPLAY_MAX)?;
    send::enqueue(tx, ctx, id)?;
    let detail = json!({ "count": replayed });
    record_with(tx, ctx, Action::WebhookReplayed, &id, None, detail)?;
    Ok(replayed)
}

/// Sends something harmless, so that people see whether it arrives.
pub fn test_webhook(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: WebhookId,
) -> Result<WebhookDelivery, WebhooksError> {
    require(ctx)?;
    let webhook = load_enabled(tx, id)?;
    let body = json!({
        "type": TEST_EVENT,
        "timestamp": ctx.now(),
        "data": { "webhook_id": id, "name": webhook.name },
    });
    let told = Told {
        event_type: TEST_EVENT,
        event_seq: None,
        message_id: None,
        body: &body.to_string(),
    };
    // Whoever tests wants to know now, not when the receiver has rested.
    webhooks::save_health(
        tx,
        &Webhook {
            resting_until: None,
            ..webhook
        },
    )?;
    Ok(tell(tx, ctx, id, &told)?)
}
