//! Whether somebody answers now, and what a customer is promised when nobody does.

use std::time::Duration;

use zhiyin_domain::ids::{ConversationId, PromiseId};
use zhiyin_domain::inbox::{Inbox, Localized};
use zhiyin_domain::promise::{PhoneNumber, PromiseKind};
use zhiyin_domain::routing::{InboxRouting, OutOfHours};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::routing::{StoredQueue, queues};
use zhiyin_store::{StoreError, Tx};

use super::RoutingError;
use crate::calendars::hours::of_line;
use crate::promises::NewPromise;
use crate::{Context, promises};

/// Business hours at one moment.
#[expect(clippy::struct_field_names, reason = "so it is called everywhere")]
#[derive(Debug, Clone)]
pub(super) struct Hours {
    /// Whether somebody answers now.
    pub is_open: bool,
    /// What is said otherwise.
    pub out_of_hours: OutOfHours,
    /// Until when an answer would be promised now.
    pub reply_by: Timestamp,
}

impl Hours {
    /// What customers are told outside the hours; none while somebody answers, or where
    /// nothing was written.
    pub(super) fn notice(&self) -> Option<Localized> {
        let text = &self.out_of_hours.text;
        let is_said = !self.is_open && text.values().any(|text| !text.trim().is_empty());
        is_said.then(|| text.clone())
    }
}

/// The hours of an inbox and a queue its customers stand in.
pub(super) fn hours(
    tx: &mut Tx<'_>,
    inbox: &Inbox,
    queue: &StoredQueue,
    now: Timestamp,
) -> Result<Hours, StoreError> {
    let calendar = of_line(tx, inbox, queue.calendar_id)?.business;
    let out_of_hours = inbox
        .routing
        .out_of_hours
        .clone()
        .unwrap_or_else(|| queue.out_of_hours.clone());
    let within = Duration::from_secs(out_of_hours.reply_within_s.into());
    let reply_by = calendar
        .as_ref()
        .and_then(|calendar| calendar.add(now, within))
        .unwrap_or_else(|| now.plus(within));
    Ok(Hours {
        is_open: calendar.is_none_or(|calendar| calendar.is_open(now)),
        out_of_hours,
        reply_by,
    })
}

/// Promises the customer an answer or a call.
pub(super) fn promise(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: ConversationId,
    due_at: Timestamp,
    phone: Option<PhoneNumber>,
    text: String,
) -> Result<PromiseId, RoutingError> {
    let kind = match phone {
        Some(_) => PromiseKind::CallBack,
        None => PromiseKind::Reply,
    };
    let new = NewPromise {
        conversation_id: conversation,
        kind,
        text,
        phone,
        due_at,
        owner_id: None,
    };
    Ok(promises::make(tx, ctx, new)?.id)
}

/// What an inbox says about routing points to things that exist and makes sense.
pub(crate) fn check_routing(
    tx: &mut Tx<'_>,
    routing: &InboxRouting,
) -> Result<Result<(), (&'static str, String)>, StoreError> {
    if let Some(queue) = routing.queue_id
        && queues::get(tx, queue)?.is_none()
    {
        let detail = "There is no such queue.".to_owned();
        return Ok(Err(("/routing/queue_id", detail)));
    }
    if let Some(calendar) = routing.calendar_id
        && zhiyin_store::calendars::rules(tx, calendar)?.is_none()
    {
        let detail = "There is no such calendar.".to_owned();
        return Ok(Err(("/routing/calendar_id", detail)));
    }
    let checked = routing
        .out_of_hours
        .as_ref()
        .map_or(Ok(()), OutOfHours::check);
    Ok(checked.map_err(|error| ("/routing/out_of_hours", error.to_string())))
}
