//! What is known of a customer has changed: what waits of theirs takes it in.

use zhiyin_domain::ids::{AccountId, ContactId};
use zhiyin_domain::routing::QueueItem;
use zhiyin_store::routing::{StoredItem, items, queues};
use zhiyin_store::{StoreError, Tx, contacts, conversations};

use super::{Fact, enter, tell};
use crate::Context;

/// Tier or own agent of a contact changed.
pub(crate) fn customer_changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    contact: ContactId,
) -> Result<(), StoreError> {
    for found in items::open_of_contact(tx, contact)? {
        take_in(tx, ctx, contact, &found)?;
    }
    Ok(())
}

/// The same for all people of an account.
pub(crate) fn account_changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    account: AccountId,
) -> Result<(), StoreError> {
    for (contact, found) in items::open_of_account(tx, account)? {
        take_in(tx, ctx, contact, &found)?;
    }
    Ok(())
}

/// The dispatcher hears of it by the event, and looks again who is to have the work.
fn take_in(
    tx: &mut Tx<'_>,
    ctx: &Context,
    contact: ContactId,
    found: &StoredItem,
) -> Result<(), StoreError> {
    let (tier, dedicated) = contacts::standing(tx, contact)?;
    // What was read before the lock may be old.
    conversations::get_for_update(tx, found.item.conversation_id)?;
    let Some(item) = items::get(tx, found.item.id)?.filter(|item| item.ended.is_none()) else {
        return Ok(());
    };
    if item.item.tier == tier && item.item.dedicated == dedicated {
        return Ok(());
    }
    let Some(queue) = queues::get(tx, item.item.queue_id)? else {
        return Ok(());
    };
    let work = QueueItem {
        tier,
        dedicated,
        ..item.item.clone()
    };
    let item = items::save(
        tx,
        StoredItem {
            line_rank: enter::rank(&queue, &work, &item.standing),
            item: work,
            ..item
        },
    )?;
    tell(tx, ctx, Fact::Moved, &item, None)
}
