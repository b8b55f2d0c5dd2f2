//! From the log to deliveries.

use zhiyin_domain::ids::{MessageId, WebhookId};
use zhiyin_domain::webhook::{DeliveryState, Webhook, WebhookDelivery, WebhookPurpose};
use zhiyin_store::webhooks::deliveries;
use zhiyin_store::{StoreError, Tx, webhooks as store};

use super::send;
use crate::Context;

/// Something to be told to a webhook.
#[derive(Debug, Clone)]
pub struct Told<'a> {
    /// The name of the event.
    pub event_type: &'a str,
    /// Its place in the log; none for what is not in it.
    pub event_seq: Option<i64>,
    /// The message whose fate it decides, in an API inbox.
    pub message_id: Option<MessageId>,
    /// The JSON that is sent.
    pub body: &'a str,
}

/// The webhooks that hear of an event type somewhere, before it is known in which inbox it
/// happened: most events are told to nobody, and cost no more than this.
pub fn wants(tx: &mut Tx<'_>, kind: &str) -> Result<Vec<Webhook>, StoreError> {
    let mut webhooks = store::list(tx)?;
    webhooks.retain(|it| {
        it.is_enabled() && (it.purpose == WebhookPurpose::Channel || it.hears(kind, it.inbox_id))
    });
    Ok(webhooks)
}

/// Has something told to a webhook, in the transaction of the caller.
pub fn tell(
    tx: &mut Tx<'_>,
    ctx: &Context,
    webhook: WebhookId,
    told: &Told<'_>,
) -> Result<WebhookDelivery, StoreError> {
    let delivery = WebhookDelivery {
        id: ctx.id(),
        webhook_id: webhook,
        event_type: told.event_type.to_owned(),
        event_seq: told.event_seq,
        message_id: told.message_id,
        state: DeliveryState::Waiting,
        attempts: 0,
        tries: 0,
        next_at: Some(ctx.now()),
        last_status: None,
        last_error: None,
        created_at: ctx.now(),
        finished_at: None,
    };
    if deliveries::insert(tx, &delivery, told.body)? {
        send::enqueue(tx, ctx, webhook)?;
    }
    Ok(delivery)
}
