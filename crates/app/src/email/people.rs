//! Who wrote a mail: the contact behind an address.

use zhiyin_domain::contact::{Attributes, Contact, Identity, IdentityKind, Personal, VisitContext};
use zhiyin_domain::events::Event;
use zhiyin_domain::identity::agent::Agent;
use zhiyin_domain::ids::InboxId;
use zhiyin_domain::mail::Person;
use zhiyin_domain::tier::Tier;
use zhiyin_store::{StoreError, Tx, blocks, contacts, identity};

use crate::Context;

/// Contacts with one address that are looked at; the newest known to be real counts.
const SAME_ADDRESS_MAX: u32 = 20;

/// The identity of an address in an inbox, made with its contact when it is new. Somebody who
/// has given this address before, in a chat perhaps, is the same person.
pub(super) fn identity_of(
    tx: &mut Tx<'_>,
    ctx: &Context,
    inbox: InboxId,
    person: &Person,
) -> Result<Identity, StoreError> {
    let external_id = format!("mailto:{}", person.address.normalized());
    if let Some(identity) = contacts::find_identity(tx, inbox, &external_id)? {
        return Ok(identity);
    }
    let known = contacts::find_exact(tx, person.address.as_str(), SAME_ADDRESS_MAX)?;
    let known = known
        .iter()
        .find(|contact| contact.is_verified)
        .or(known.first())
        .map(|contact| contact.id);
    let contact_id = match known {
        Some(id) => id,
        None => create(tx, ctx, person)?,
    };
    let identity = Identity {
        id: ctx.id(),
        inbox_id: inbox,
        contact_id,
        kind: IdentityKind::Anonymous,
        external_id,
        created_at: ctx.now(),
    };
    contacts::insert_identity(tx, &identity)?;
    if known.is_none() {
        let event = Event::ContactCreated {
            contact_id,
            identity_id: identity.id,
            inbox_id: inbox,
        };
        ctx.append(tx, &event)?;
    }
    Ok(identity)
}

fn create(
    tx: &mut Tx<'_>,
    ctx: &Context,
    person: &Person,
) -> Result<zhiyin_domain::ids::ContactId, StoreError> {
    let personal = Personal {
        name: person.name.chars().take(120).collect(),
        email: Some(person.address.clone()),
        ..Personal::default()
    };
    let company = identity::workspaces::load(tx)?;
    let mut contact = Contact {
        id: ctx.id(),
        account_id: None,
        personal,
        locale: company.locale.as_str().to_owned(),
        attributes: Attributes::new(),
        context: VisitContext::default(),
        is_verified: false,
        is_blocked: false,
        tier: Tier::BASE,
        dedicated_agent_id: None,
        created_at: ctx.now(),
        last_seen_at: ctx.now(),
        version: 1,
    };
    contact.is_blocked = blocks::applies(tx, contact.id, &contact.personal)?;
    contacts::insert(tx, &contact)?;
    let terms = crate::search::contact_terms(&contact.personal);
    zhiyin_store::search::index_contact(tx, contact.id, &terms)?;
    Ok(contact.id)
}

/// The colleague with an address.
pub(super) fn colleague(tx: &mut Tx<'_>, person: &Person) -> Result<Option<Agent>, StoreError> {
    let agent = identity::agents::find(tx, &person.address)?;
    Ok(agent.filter(|agent| agent.is_active))
}
