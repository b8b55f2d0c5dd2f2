//! Webhooks: other systems are told what happens.
//!
//! What follows the log ([`tell`]) writes one delivery per event and webhook, with the body
//! as it will be sent, in the transaction that moves its cursor. A job per webhook sends what
//! is due, oldest first, under a lease of that webhook; a reconciler finds what is due again.
//! So an event is told at least once, and in order as long as nothing fails.

mod deliveries;
mod notice;
mod send;
mod sign;
mod tell;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{InboxId, WebhookId};
use zhiyin_domain::inbox::Channel;
use zhiyin_domain::limits::WEBHOOKS_MAX;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::webhook::{
    DisabledReason, ROTATION_OVERLAP, ROTATION_OVERLAP_MAX, Webhook, WebhookError, WebhookPurpose,
};
use zhiyin_ports::HttpError;
use zhiyin_store::{StoreError, Tx, inboxes, webhooks as store};

use crate::audit::{Action, record_with};
use crate::work::Work;
use crate::{App, Context};

pub use deliveries::{
    DeliveryView, get_delivery, list_deliveries, replay_deliveries, replay_delivery, test_webhook,
};
pub use sign::{Signed, sign};
pub use tell::{Told, tell, wants};

/// Why something with a webhook was refused.
#[derive(Debug, thiserror::Error)]
pub enum WebhooksError {
    /// No such webhook.
    #[error("no such webhook")]
    NotFound(WebhookId),
    /// No such delivery.
    #[error("no such delivery")]
    DeliveryNotFound,
    /// No such inbox.
    #[error("no such inbox")]
    InboxNotFound(InboxId),
    /// Only an API inbox has a channel.
    #[error("only an inbox of the API channel takes a webhook for its messages")]
    NotApiInbox,
    /// The inbox has its webhook.
    #[error("this inbox has a webhook for its messages already")]
    ChannelTaken,
    /// The webhook is disabled.
    #[error("the webhook is disabled; enable it first")]
    Disabled,
    /// It was changed in the meantime.
    #[error("the webhook was changed in the meantime")]
    Changed,
    /// There are too many.
    #[error("a workspace has at most {WEBHOOKS_MAX} webhooks")]
    TooMany,
    /// Two secrets would be valid for too long.
    #[error("the secret before can stay valid for at most seven days")]
    Overlap,
    /// The address can never be sent to.
    #[error(transparent)]
    Url(HttpError),
    /// The settings are not acceptable.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What people set.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// What it is for.
    pub purpose: WebhookPurpose,
    /// The only inbox it hears of; needed for a channel.
    pub inbox_id: Option<InboxId>,
    /// Name for colleagues.
    pub name: String,
    /// Where to send.
    pub url: String,
    /// Names of events or groups; empty means all.
    pub event_types: Vec<String>,
}

/// What changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct WebhookPatch {
    /// The only inbox it hears of; the inner none for all.
    pub inbox_id: Option<Option<InboxId>>,
    /// Name for colleagues.
    pub name: Option<String>,
    /// Where to send.
    pub url: Option<String>,
    /// Names of events or groups; empty means all.
    pub event_types: Option<Vec<String>>,
    /// Whether things are sent.
    pub is_enabled: Option<bool>,
    /// The version that was read; a change of another is refused.
    pub version: Option<i64>,
}

/// A webhook with its secret, which is shown this once.
#[derive(Debug, Clone)]
pub struct FreshWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// Its secret, `whsec_…`.
    pub secret: Secret<String>,
}

/// What this feature hands to the worker.
#[must_use]
pub fn work() -> Work {
    Work {
        jobs: vec![send::HANDLER, notice::HANDLER],
        reconcilers: vec![send::RECONCILER],
        ..Work::default()
    }
}

/// Who sets up webhooks sends everything they tell to anybody: nobody hands out more than
/// they may read.
fn require(ctx: &Context) -> Result<(), Denied> {
    ctx.require(Permission::ManageWebhooks, &Resource::WORKSPACE)
}

fn require_reading(ctx: &Context) -> Result<(), Denied> {
    require(ctx)?;
    ctx.require(Permission::ReadConversations, &Resource::WORKSPACE)?;
    ctx.require(Permission::ReadContacts, &Resource::WORKSPACE)
}

fn changed(id: WebhookId, change: Change) -> Event {
    Event::SettingChanged {
        aggregate: Aggregate::Webhook,
        id: id.uuid(),
        change,
    }
}

/// A new secret as bytes and as people copy it.
fn fresh_secret(ctx: &Context) -> (Secret<Vec<u8>>, Secret<String>) {
    let bytes = ctx.random::<32>().to_vec();
    let shown = format!("{}{}", sign::SECRET_PREFIX, STANDARD.encode(&bytes));
    (Secret::new(bytes), Secret::new(shown))
}

fn check_inbox(
    tx: &mut Tx<'_>,
    purpose: WebhookPurpose,
    inbox: Option<InboxId>,
) -> Result<(), WebhooksError> {
    let Some(id) = inbox else {
        return match purpose {
            WebhookPurpose::Events => Ok(()),
            WebhookPurpose::Channel => Err(WebhooksError::NotApiInbox),
        };
    };
    let inbox = inboxes::get(tx, id)?.ok_or(WebhooksError::InboxNotFound(id))?;
    if purpose == WebhookPurpose::Channel && inbox.channel != Channel::Api {
        return Err(WebhooksError::NotApiInbox);
    }
    Ok(())
}

/// All webhooks of the workspace.
pub fn list_webhooks(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<Webhook>, WebhooksError> {
    require(ctx)?;
    Ok(store::list(tx)?)
}

/// One webhook.
pub fn get_webhook(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: WebhookId,
) -> Result<Webhook, WebhooksError> {
    require(ctx)?;
    store::get(tx, id)?.ok_or(WebhooksError::NotFound(id))
}

/// Refuses an address that can never be sent to: before the transaction, since who sends
/// knows the rules.
pub fn check_url(app: &App, url: &str) -> Result<(), WebhooksError> {
    app.parts().http.check(url).map_err(WebhooksError::Url)
}

/// Creates a webhook. It hears of everything from now on.
pub fn create_webhook(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &NewWebhook,
) -> Result<FreshWebhook, WebhooksError> {
    require_reading(ctx)?;
    check_inbox(tx, new.purpose, new.inbox_id)?;
    if store::list(tx)?.len() >= WEBHOOKS_MAX {
        return Err(WebhooksError::TooMany);
    }
    let webhook = Webhook {
        id: ctx.id(),
        purpose: new.purpose,
        inbox_id: new.inbox_id,
        name: new.name.trim().to_owned(),
        url: new.url.trim().to_owned(),
        event_types: new.event_types.clone(),
        disabled: None,
        failing_since: None,
        silences: 0,
        resting_until: None,
        last_success_at: None,
        previous_secret_until: None,
        created_at: ctx.now(),
        version: 1,
    };
    webhook.check()?;
    let (secret, shown) = fresh_secret(ctx);
    store::insert(tx, &webhook, &secret).map_err(|error| {
        if error.is_unique_violation("webhooks_channel") {
            WebhooksError::ChannelTaken
        } else {
            error.into()
        }
    })?;
    let event = ctx.append(tx, &changed(webhook.id, Change::Created))?;
    let detail = json!({ "purpose": webhook.purpose.as_str(), "inbox_id": webhook.inbox_id });
    record_with(
        tx,
        ctx,
        Action::WebhookCreated,
        &webhook.id,
        Some(event),
        detail,
    )?;
    Ok(FreshWebhook {
        webhook,
        secret: shown,
    })
}

/// Changes a webhook. Enabling one forgets how often it failed and sends what waits.
pub fn update_webhook(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: WebhookId,
    patch: &WebhookPatch,
) -> Result<Webhook, WebhooksError> {
    require_reading(ctx)?;
    let before = store::get_for_update(tx, id)?.ok_or(WebhooksError::NotFound(id))?;
    if patch
        .version
        .is_some_and(|version| version != before.version)
    {
        return Err(WebhooksError::Changed);
    }
    let mut webhook = before.clone();
    if let Some(inbox) = patch.inbox_id {
        check_inbox(tx, webhook.purpose, inbox)?;
        webhook.inbox_id = inbox;
    }
    if let Some(name) = &patch.name {
        name.trim().clone_into(&mut webhook.name);
    }
    if let Some(url) = &patch.url {
        url.trim().clone_into(&mut webhook.url);
    }
    if let Some(event_types) = &patch.event_types {
        webhook.event_types.clone_from(event_types);
    }
    match patch.is_enabled {
        Some(true) if !webhook.is_enabled() => {
            webhook.disabled = None;
            webhook.failing_since = None;
            webhook.silences = 0;
            webhook.resting_until = None;
        }
        Some(false) if webhook.is_enabled() => {
            webhook.disabled = Some((DisabledReason::ByHand, ctx.now()));
        }
        Some(_) | None => {}
    }
    webhook.check()?;
    let webhook = store::save(tx, &webhook).map_err(|error| {
        if error.is_unique_violation("webhooks_channel") {
            WebhooksError::ChannelTaken
        } else {
            error.into()
        }
    })?;
    if webhook.is_enabled() {
        send::enqueue(tx, ctx, id)?;
    }
    let event = ctx.append(tx, &changed(id, Change::Updated))?;
    let detail =
        json!({ "is_enabled": webhook.is_enabled(), "address_changed": webhook.url != before.url });
    record_with(tx, ctx, Action::WebhookChanged, &id, Some(event), detail)?;
    Ok(webhook)
}

/// Removes a webhook with all that was told to it.
pub fn delete_webhook(tx: &mut Tx<'_>, ctx: &Context, id: WebhookId) -> Result<(), WebhooksError> {
    require(ctx)?;
    store::get_for_update(tx, id)?.ok_or(WebhooksError::NotFound(id))?;
    store::delete(tx, id)?;
    let event = ctx.append(tx, &changed(id, Change::Deleted))?;
    record_with(tx, ctx, Action::WebhookDeleted, &id, Some(event), json!({}))?;
    Ok(())
}

/// Makes a new secret. The one before signs as well for a while, so that the receiver can
/// change over: a day, unless `overlap` says otherwise; at once for zero.
pub fn rotate_secret(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: WebhookId,
    overlap: Option<Duration>,
) -> Result<FreshWebhook, WebhooksError> {
    require_reading(ctx)?;
    let overlap = overlap.unwrap_or(ROTATION_OVERLAP);
    if overlap > ROTATION_OVERLAP_MAX {
        return Err(WebhooksError::Overlap);
    }
    store::get_for_update(tx, id)?.ok_or(WebhooksError::NotFound(id))?;
    let (secret, shown) = fresh_secret(ctx);
    store::rotate(tx, id, &secret, ctx.now().plus(overlap))?;
    let event = ctx.append(tx, &changed(id, Change::Updated))?;
    let detail = json!({ "overlap_s": overlap.as_secs() });
    record_with(
        tx,
        ctx,
        Action::WebhookSecretRotated,
        &id,
        Some(event),
        detail,
    )?;
    Ok(FreshWebhook {
        webhook: store::get(tx, id)?.ok_or(WebhooksError::NotFound(id))?,
        secret: shown,
    })
}
