//! API inboxes: any system brings in what customers write, and gets what they are answered.
//!
//! A customer is known by the other system's own id, so every call can be repeated. What
//! arrives takes the path of the widget; what leaves is a delivery of the inbox's webhook,
//! and how that goes is how far the message got.

mod outgoing;

use std::collections::BTreeMap;

use zhiyin_domain::contact::{
    Attributes, Contact, ContactError, Identity, IdentityKind, Personal, VisitContext,
    check_attributes, clean_name,
};
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{InboxId, MessageId, VisitorTokenId};
use zhiyin_domain::inbox::{Channel, Inbox};
use zhiyin_domain::message::{Delivery, Message, MessageKind};
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_store::widget::Visitor;
use zhiyin_store::{StoreError, Tx, contacts, conversations as talks, inboxes};

use crate::Context;
use crate::attributes::{Trust, take_in};
use crate::conversations::{Posted, Prepared};
use crate::widget::{self, VisitorPage, VisitorView, WidgetError};

pub(crate) use outgoing::first_state;
pub use outgoing::{advance, external_id_of, handed_over, not_handed_over, try_again};

/// Longest id of another system.
pub const EXTERNAL_ID_CHARS_MAX: usize = 200;

/// Why something in an API inbox was refused.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// No such inbox.
    #[error("no such inbox")]
    InboxNotFound(InboxId),
    /// The inbox belongs to another channel.
    #[error("this is no inbox of the API channel")]
    NotApiInbox,
    /// No customer of the inbox has this id.
    #[error("no customer of this inbox has this id")]
    ContactNotFound,
    /// No such message, or not one that was sent to a customer of this inbox.
    #[error("no such message was sent from this inbox")]
    MessageNotFound(MessageId),
    /// The id of the other system is empty, too long or has control characters.
    #[error("an external id has 1 to {EXTERNAL_ID_CHARS_MAX} characters, none of them invisible")]
    ExternalId,
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Email,
    /// Not a telephone number.
    #[error("a telephone number has at most 40 characters")]
    Phone,
    /// What was told about the customer is not acceptable.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// The path of the widget refused it.
    #[error(transparent)]
    Widget(#[from] WidgetError),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the other system knows of a customer; what is none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct CustomerPatch {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language tag.
    pub locale: Option<String>,
    /// Attributes; those that are not named stay.
    pub attributes: Attributes,
}

/// A customer of an API inbox.
#[derive(Debug, Clone)]
pub struct Customer {
    /// Who they are in the inbox.
    pub identity: Identity,
    /// The contact behind it.
    pub contact: Contact,
    /// Whether they were not known before.
    pub is_new: bool,
}

/// A message that was taken in.
#[derive(Debug, Clone)]
pub struct Received {
    /// The message, new or as it was taken in before.
    pub posted: Posted,
    /// Its conversation.
    pub conversation: Conversation,
    /// Who wrote it.
    pub customer: Customer,
}

/// The inbox of a call, if the caller may bring messages into it.
fn load(tx: &mut Tx<'_>, ctx: &Context, id: InboxId) -> Result<Inbox, ChannelError> {
    let inbox = inboxes::get(tx, id)?.ok_or(ChannelError::InboxNotFound(id))?;
    ctx.require(Permission::ReceiveMessages, &Resource::inbox(id))?;
    if inbox.channel != Channel::Api {
        return Err(ChannelError::NotApiInbox);
    }
    if !inbox.is_enabled {
        return Err(WidgetError::InboxDisabled.into());
    }
    Ok(inbox)
}

fn check_external_id(id: &str) -> Result<(), ChannelError> {
    let length = id.chars().count();
    if (1..=EXTERNAL_ID_CHARS_MAX).contains(&length) && !id.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(ChannelError::ExternalId)
    }
}

fn find(tx: &mut Tx<'_>, inbox: InboxId, external_id: &str) -> Result<Identity, ChannelError> {
    check_external_id(external_id)?;
    contacts::find_identity(tx, inbox, external_id)?.ok_or(ChannelError::ContactNotFound)
}

/// The customer as the widget knows its visitors. There is no token: the caller has one.
fn visitor(
    tx: &Tx<'_>,
    inbox: &Inbox,
    identity: &Identity,
    contact: &Contact,
    ctx: &Context,
) -> Visitor {
    Visitor {
        workspace: tx.workspace(),
        token_id: VisitorTokenId::from_uuid(identity.id.uuid()),
        inbox_id: inbox.id,
        identity_id: identity.id,
        contact_id: contact.id,
        is_blocked: contact.is_blocked,
        is_enabled: inbox.is_enabled,
        expires_at: ctx.now(),
    }
}

fn known(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: &Inbox,
    external_id: &str,
) -> Result<Visitor, ChannelError> {
    let identity = find(tx, inbox.id, external_id)?;
    let contact = contacts::get(tx, identity.contact_id)?.ok_or(ChannelError::ContactNotFound)?;
    Ok(visitor(tx, inbox, &identity, &contact, ctx))
}

/// Takes in a customer under the other system's id, or brings what is known of them up to
/// date. The other system vouches for who they are.
pub fn save_customer(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: InboxId,
    external_id: &str,
    patch: &CustomerPatch,
) -> Result<Customer, ChannelError> {
    let inbox = load(tx, ctx, inbox)?;
    let customer = save(tx, ctx, &inbox, external_id, patch)?;
    if customer.contact.is_blocked {
        return Err(WidgetError::Blocked.into());
    }
    Ok(customer)
}

fn save(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: &Inbox,
    external_id: &str,
    patch: &CustomerPatch,
) -> Result<Customer, ChannelError> {
    check_external_id(external_id)?;
    let (identity, is_new) = match contacts::find_identity(tx, inbox.id, external_id)? {
        Some(identity) => (identity, false),
        None => create(tx, ctx, inbox, external_id)?,
    };
    let before =
        contacts::get_for_update(tx, identity.contact_id)?.ok_or(ChannelError::ContactNotFound)?;
    let mut contact = before.clone();
    contact.last_seen_at = ctx.now();
    if let Some(name) = &patch.name {
        contact.personal.name = clean_name(name)?;
    }
    if let Some(email) = &patch.email {
        contact.personal.email = Some(email.parse().map_err(|_| ChannelError::Email)?);
    }
    if let Some(phone) = &patch.phone {
        if phone.chars().count() > 40 {
            return Err(ChannelError::Phone);
        }
        contact.personal.phone = Some(phone.clone());
    }
    if let Some(locale) = patch.locale.as_ref().filter(|locale| locale.len() <= 35) {
        contact.locale.clone_from(locale);
    }
    check_attributes(&patch.attributes)?;
    take_in(tx, &mut contact, &patch.attributes, Trust::Signed)?;
    check_attributes(&contact.attributes)?;
    check_attributes(&contact.personal.attributes)?;
    let contact = widget::save_contact(tx, ctx, &before, &contact)?;
    Ok(Customer {
        identity,
        contact,
        is_new,
    })
}

/// A new customer; two calls at once still make one.
fn create(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: &Inbox,
    external_id: &str,
) -> Result<(Identity, bool), ChannelError> {
    let contact = Contact {
        id: ctx.id(),
        account_id: None,
        personal: Personal::default(),
        locale: inbox.settings.default_locale.as_str().to_owned(),
        attributes: Attributes::new(),
        context: VisitContext::default(),
        is_verified: true,
        is_blocked: false,
        tier: zhiyin_domain::tier::Tier::BASE,
        dedicated_agent_id: None,
        created_at: ctx.now(),
        last_seen_at: ctx.now(),
        version: 1,
    };
    let identity = Identity {
        id: ctx.id(),
        inbox_id: inbox.id,
        contact_id: contact.id,
        kind: IdentityKind::Verified,
        external_id: external_id.to_owned(),
        created_at: ctx.now(),
    };
    let made = tx.savepoint(|tx| {
        contacts::insert(tx, &contact)?;
        contacts::insert_identity(tx, &identity)
    });
    match made {
        Ok(()) => {}
        Err(error) if error.is_unique_violation("contact_identities_external") => {
            return Ok((find(tx, inbox.id, external_id)?, false));
        }
        Err(error) => return Err(error.into()),
    }
    let event = Event::ContactCreated {
        contact_id: contact.id,
        identity_id: identity.id,
        inbox_id: inbox.id,
    };
    ctx.append(tx, &event)?;
    Ok((identity, true))
}

/// Takes in what a customer wrote. The first message opens their conversation; the same
/// client id is the same message.
pub fn receive(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: InboxId,
    external_id: &str,
    patch: &CustomerPatch,
    prepared: &Prepared,
) -> Result<Received, ChannelError> {
    let inbox = load(tx, ctx, inbox)?;
    let customer = save(tx, ctx, &inbox, external_id, patch)?;
    let visitor = visitor(tx, &inbox, &customer.identity, &customer.contact, ctx);
    let posted = widget::post(tx, ctx, &visitor, prepared, &BTreeMap::new())?;
    let conversation =
        talks::get(tx, posted.message.conversation_id)?.ok_or(WidgetError::NoConversation)?;
    Ok(Received {
        posted,
        conversation,
        customer,
    })
}

/// The conversation of a customer as they may see it.
pub fn conversation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: InboxId,
    external_id: &str,
) -> Result<VisitorView, ChannelError> {
    let inbox = load(tx, ctx, inbox)?;
    let visitor = known(tx, ctx, &inbox, external_id)?;
    let view = widget::conversation(tx, &visitor, ctx.now())?;
    Ok(view.ok_or(WidgetError::NoConversation)?)
}

/// The messages of that conversation, without what is internal: for a system that has
/// lost some.
pub fn messages(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: InboxId,
    external_id: &str,
    before_seq: Option<i64>,
    limit: u32,
) -> Result<VisitorPage, ChannelError> {
    let inbox = load(tx, ctx, inbox)?;
    let visitor = known(tx, ctx, &inbox, external_id)?;
    Ok(widget::messages(tx, &visitor, before_seq, limit)?)
}

/// The customer has read everything up to a place.
pub fn seen(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: InboxId,
    external_id: &str,
    seq: i64,
) -> Result<(), ChannelError> {
    let inbox = load(tx, ctx, inbox)?;
    let visitor = known(tx, ctx, &inbox, external_id)?;
    Ok(widget::seen(tx, ctx, &visitor, seq)?)
}

/// The other system tells how far a message to a customer got. States only move forward; a
/// report that comes late or twice changes nothing. Gives the message as it stands.
pub fn report_delivery(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: InboxId,
    id: MessageId,
    delivery: Delivery,
) -> Result<Message, ChannelError> {
    let inbox = load(tx, ctx, inbox)?;
    let message = talks::messages::get(tx, id)?
        .filter(|message| message.kind == MessageKind::Text && message.author.is_company())
        .ok_or(ChannelError::MessageNotFound(id))?;
    let conversation = talks::get(tx, message.conversation_id)?
        .filter(|conversation| conversation.inbox_id == inbox.id)
        .ok_or(ChannelError::MessageNotFound(id))?;
    advance(tx, ctx, id, delivery)?;
    if delivery == Delivery::Read
        && let Some(identity) = contacts::get_identity(tx, conversation.identity_id)?
        && let Some(contact) = contacts::get(tx, identity.contact_id)?
    {
        let visitor = visitor(tx, &inbox, &identity, &contact, ctx);
        widget::seen(tx, ctx, &visitor, message.seq)?;
    }
    talks::messages::get(tx, id)?.ok_or(ChannelError::MessageNotFound(id))
}
