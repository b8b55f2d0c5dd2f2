//! What a caller wants to block, and whether they may.

use zhiyin_domain::block::{Network, PhoneNumber, Target};
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{ContactId, ConversationId};
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_store::{Tx, blocks as store, contacts, conversations};

use super::BlocksError;
use crate::Context;
use crate::conversations::{ConversationError, check};

/// Conversations of one contact that are looked at to decide who may block them.
const CONVERSATIONS_MAX: u32 = 100;

/// What to block, as the caller names it. An agent may block the address of a person
/// without seeing it.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// Exactly this.
    Target(Target),
    /// The contact behind a person.
    ContactOf(Person),
    /// The e-mail address of a person.
    EmailOf(Person),
    /// The telephone number of a person.
    PhoneOf(Person),
    /// Where a person was last seen.
    AddressOf(Person),
}

/// A person, as the caller knows them.
#[derive(Debug, Clone, Copy)]
pub enum Person {
    /// By contact.
    Contact(ContactId),
    /// As the contact of a conversation.
    Conversation(ConversationId),
}

/// A contact may be blocked by those who manage a conversation of theirs; who may not read
/// one does not learn that there is such a contact.
pub(super) fn require_contact(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ContactId,
) -> Result<(), BlocksError> {
    let permission = Permission::ManageConversations;
    let reads = ctx.access().visibility(Permission::ReadConversations);
    let manages = ctx.access().visibility(permission);
    if contacts::get(tx, id)?.is_none() {
        return Err(BlocksError::ContactNotFound);
    }
    let resources: Vec<Resource> = conversations::of_contact(tx, id, CONVERSATIONS_MAX)?
        .iter()
        .map(Conversation::resource)
        .collect();
    if !reads.all && !resources.iter().any(|resource| reads.includes(resource)) {
        return Err(BlocksError::ContactNotFound);
    }
    if !manages.all && !resources.iter().any(|resource| manages.includes(resource)) {
        return Err(Denied { permission }.into());
    }
    Ok(())
}

/// Whether the caller may put this on the list or take it off.
pub(super) fn require_target(
    tx: &mut Tx<'_>,
    ctx: &Context,
    target: &Target,
) -> Result<(), BlocksError> {
    match target {
        Target::Contact(id) => require_contact(tx, ctx, *id),
        // These reach beyond one customer.
        Target::Address(_) | Target::Email(_) | Target::Phone(_) => {
            Ok(ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?)
        }
    }
}

fn contact_of(tx: &mut Tx<'_>, ctx: &Context, person: Person) -> Result<ContactId, BlocksError> {
    let id = match person {
        Person::Contact(id) => id,
        Person::Conversation(id) => {
            let conversation =
                conversations::get(tx, id)?.ok_or(BlocksError::ConversationNotFound(id))?;
            check(ctx, &conversation, Permission::ManageConversations).map_err(
                |error| match error {
                    ConversationError::Denied(denied) => BlocksError::Denied(denied),
                    _ => BlocksError::ConversationNotFound(id),
                },
            )?;
            conversation.contact_id
        }
    };
    require_contact(tx, ctx, id)?;
    Ok(id)
}

/// What exactly is to be blocked.
pub(super) fn resolve(
    tx: &mut Tx<'_>,
    ctx: &Context,
    wanted: &Wanted,
) -> Result<Target, BlocksError> {
    match wanted {
        Wanted::Target(target) => Ok(target.clone()),
        Wanted::ContactOf(person) => Ok(Target::Contact(contact_of(tx, ctx, *person)?)),
        Wanted::AddressOf(person) => {
            let id = contact_of(tx, ctx, *person)?;
            let address = store::last_address(tx, id)?.ok_or(BlocksError::Nothing("address"))?;
            Ok(Target::Address(Network::of(address)))
        }
        Wanted::EmailOf(person) => {
            let id = contact_of(tx, ctx, *person)?;
            let contact = contacts::get(tx, id)?.ok_or(BlocksError::ContactNotFound)?;
            let email = contact.personal.email;
            email
                .map(Target::Email)
                .ok_or(BlocksError::Nothing("e-mail address"))
        }
        Wanted::PhoneOf(person) => {
            let id = contact_of(tx, ctx, *person)?;
            let contact = contacts::get(tx, id)?.ok_or(BlocksError::ContactNotFound)?;
            let phone = contact.personal.phone.unwrap_or_default();
            let phone: PhoneNumber = phone
                .parse()
                .map_err(|_| BlocksError::Nothing("telephone number"))?;
            Ok(Target::Phone(phone))
        }
    }
}
