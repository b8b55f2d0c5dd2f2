//! How far messages to the customers of API inboxes got.

use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{IdentityId, MessageId};
use zhiyin_domain::inbox::Channel;
use zhiyin_domain::message::{Author, Delivery, Message, MessageKind};
use zhiyin_store::{StoreError, Tx, contacts, conversations as store};

use crate::Context;

/// Where the journey of a message begins: an answer in an API inbox has yet to be handed to
/// the other system, everything else is there when it is saved.
pub(crate) const fn first_state(channel: Channel, author: Author, kind: MessageKind) -> Delivery {
    match (channel, kind) {
        (Channel::Api, MessageKind::Text) if author.is_company() => Delivery::Pending,
        (Channel::Api | Channel::Email | Channel::Web, _) => Delivery::Sent,
    }
}

/// The other system took the message.
pub fn handed_over(tx: &mut Tx<'_>, ctx: &Context, id: MessageId) -> Result<(), StoreError> {
    advance(tx, ctx, id, Delivery::Sent)
}

/// The other system did not take the message, or there is none.
pub fn not_handed_over(tx: &mut Tx<'_>, ctx: &Context, id: MessageId) -> Result<(), StoreError> {
    advance(tx, ctx, id, Delivery::Failed)
}

/// A message that failed is on its way again, because somebody wanted it.
pub fn try_again(tx: &mut Tx<'_>, ctx: &Context, id: MessageId) -> Result<(), StoreError> {
    change(tx, ctx, id, |message| {
        (message.delivery == Delivery::Failed).then_some(Delivery::Pending)
    })
}

/// Moves a message forward; a step back is none.
pub fn advance(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MessageId,
    next: Delivery,
) -> Result<(), StoreError> {
    change(tx, ctx, id, |message| message.delivery.advance(next))
}

/// The message is changed under the lock of its conversation, whose version rises: that is
/// how everybody who looks at it gets the new state.
fn change(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MessageId,
    next: impl FnOnce(&Message) -> Option<Delivery>,
) -> Result<(), StoreError> {
    let Some(message) = store::messages::get(tx, id)? else {
        return Ok(());
    };
    let Some(before) = store::get_for_update(tx, message.conversation_id)? else {
        return Ok(());
    };
    let Some(mut message) = store::messages::get(tx, id)? else {
        return Ok(());
    };
    let Some(delivery) = next(&message) else {
        return Ok(());
    };
    message.delivery = delivery;
    message.revision = before.version + 1;
    store::messages::save(tx, &message)?;
    let conversation = store::save(tx, &before, before.clone())?;
    let event = Event::MessageDeliveryChanged {
        conversation_id: conversation.id,
        message_id: id,
        delivery,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

/// The other system's id of a customer.
pub fn external_id_of(tx: &mut Tx<'_>, identity: IdentityId) -> Result<Option<String>, StoreError> {
    Ok(contacts::get_identity(tx, identity)?.map(|identity| identity.external_id))
}
