//! Contacts: who the customer is, as colleagues see and mend it.

use zhiyin_domain::attribute::AttributeSet;
use zhiyin_domain::block::PhoneNumber;
use zhiyin_domain::contact::{
    Attributes, Contact, ContactError, Identity, Personal, check_attributes, clean_name,
};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{AccountId, AgentId, ContactId, ConversationId};
use zhiyin_domain::mask;
use zhiyin_domain::message::{MessageError, clean_text};
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::session::Session;
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::contacts::ContactNote;
use zhiyin_store::{StoreError, Tx, accounts, attributes, contacts as store};

use crate::Context;
use crate::accounts::is_agent;
use crate::attributes::{SetAttributeError, set_by_agent};
use crate::blocks::{self, BlocksError};
use crate::widget::WidgetError;

/// Sessions and notes shown beside a conversation.
const HISTORY_MAX: u32 = 100;

/// Why something with a contact was refused.
#[derive(Debug, thiserror::Error)]
pub enum ContactsError {
    /// No such contact.
    #[error("no such contact")]
    NotFound(ContactId),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A name or an attribute is not acceptable.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Email,
    /// Not a telephone number.
    #[error("not a telephone number")]
    Phone,
    /// The agent who is to be theirs is not there.
    #[error("no such agent")]
    NoSuchAgent,
    /// The account they are to belong to is not there.
    #[error("no such account")]
    NoSuchAccount,
    /// The value of an attribute is not acceptable.
    #[error(transparent)]
    Attribute(#[from] SetAttributeError),
    /// The contact could not be blocked or let in again.
    #[error(transparent)]
    Block(#[from] BlocksError),
    /// A note is not acceptable.
    #[error(transparent)]
    Note(#[from] MessageError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A contact as the caller may see them.
#[derive(Debug, Clone)]
pub struct ShownContact {
    /// The contact without what may have to be hidden.
    pub contact: Contact,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Custom attributes.
    pub attributes: Attributes,
    /// What is hidden: `email`, `phone`, `attributes.<key>`.
    pub masked: Vec<String>,
}

/// Takes personal data apart from the rest and hides it from those who may not see it.
pub(crate) fn shown(ctx: &Context, set: &AttributeSet, mut contact: Contact) -> ShownContact {
    set.sort_out(&mut contact.attributes, &mut contact.personal.attributes);
    let name = std::mem::take(&mut contact.personal.name);
    let personal = std::mem::take(&mut contact.personal);
    contact.personal.name = name;
    let mut view = ShownContact {
        attributes: std::mem::take(&mut contact.attributes),
        email: personal.email.map(|email| email.as_str().to_owned()),
        phone: personal.phone,
        masked: Vec::new(),
        contact,
    };
    let reveals = blocks::reveals(ctx);
    for (key, value) in personal.attributes {
        let value = if reveals {
            value
        } else {
            view.masked.push(format!("attributes.{key}"));
            mask::text(&value)
        };
        view.attributes.insert(key, value);
    }
    if reveals {
        return view;
    }
    let mut hide = |name: &str, value: &mut Option<String>, hide: fn(&str) -> String| {
        if let Some(value) = value {
            *value = hide(value);
            view.masked.push(name.to_owned());
        }
    };
    hide("email", &mut view.email, mask::email);
    hide("phone", &mut view.phone, mask::phone);
    view
}

/// A contact with everything shown beside a conversation.
#[derive(Debug, Clone)]
pub struct ContactView {
    /// The contact.
    pub contact: ShownContact,
    /// How they are known on each channel.
    pub identities: Vec<Identity>,
    /// Notes of colleagues, newest first.
    pub notes: Vec<ContactNote>,
}

/// Contacts may be read with the permission in any scope: an agent who answers a customer
/// needs their story.
fn require(ctx: &Context, permission: Permission) -> Result<(), Denied> {
    if ctx.access().holds(permission) {
        Ok(())
    } else {
        Err(Denied { permission })
    }
}

/// A page of contacts, newest first.
pub fn list_contacts(
    tx: &mut Tx<'_>,
    ctx: &Context,
    after: Option<(Timestamp, ContactId)>,
    limit: u32,
) -> Result<Vec<ShownContact>, ContactsError> {
    require(ctx, Permission::ReadContacts)?;
    let set = attributes::set(tx)?;
    let contacts = store::list(tx, after, limit)?;
    Ok(contacts
        .into_iter()
        .map(|contact| shown(ctx, &set, contact))
        .collect())
}

/// One contact.
pub fn get_contact(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ContactId,
) -> Result<ContactView, ContactsError> {
    require(ctx, Permission::ReadContacts)?;
    let contact = store::get(tx, id)?.ok_or(ContactsError::NotFound(id))?;
    let identities = store::identities(tx, id)?;
    let notes = store::notes(tx, id, HISTORY_MAX)?;
    let set = attributes::set(tx)?;
    Ok(ContactView {
        contact: shown(ctx, &set, contact),
        identities,
        notes,
    })
}

/// What changes in a contact; what is none stays. An empty text takes a value away.
#[derive(Debug, Clone, Default)]
pub struct ContactPatch {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Attributes to set; an empty value removes one.
    pub attributes: Option<Attributes>,
    /// Whether messages are refused.
    pub is_blocked: Option<bool>,
    /// Tier.
    pub tier: Option<Tier>,
    /// Their own agent; none inside takes it away.
    pub dedicated_agent_id: Option<Option<AgentId>>,
    /// The account they belong to; none inside takes them out.
    pub account_id: Option<Option<AccountId>>,
}

/// Whether somebody sends back what was shown to them instead of the hidden value.
fn is_as_shown(text: &str, stored: Option<&str>, hide: fn(&str) -> String) -> bool {
    stored.is_some_and(|stored| hide(stored) == text)
}

/// Takes in a new e-mail address and telephone number.
fn set_addresses(personal: &mut Personal, patch: &ContactPatch) -> Result<(), ContactsError> {
    if let Some(email) = patch.email.as_deref().map(str::trim) {
        let stored = personal.email.as_ref().map(EmailAddress::as_str);
        if !is_as_shown(email, stored, mask::email) {
            personal.email = match email {
                "" => None,
                email => Some(email.parse().map_err(|_| ContactsError::Email)?),
            };
        }
    }
    if let Some(phone) = patch.phone.as_deref().map(str::trim) {
        let stored = personal.phone.as_deref();
        if !is_as_shown(phone, stored, mask::phone) {
            personal.phone = parse_phone(phone)?;
        }
    }
    Ok(())
}

/// Mends a contact.
pub fn update_contact(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ContactId,
    patch: &ContactPatch,
) -> Result<ContactView, ContactsError> {
    require(ctx, Permission::EditContacts)?;
    let before = store::get_for_update(tx, id)?.ok_or(ContactsError::NotFound(id))?;
    let mut contact = before.clone();
    if let Some(name) = &patch.name {
        contact.personal.name = clean_name(name)?;
    }
    set_addresses(&mut contact.personal, patch)?;
    if let Some(values) = &patch.attributes {
        set_by_agent(&attributes::set(tx)?, &mut contact, values)?;
    }
    contact.tier = patch.tier.unwrap_or(contact.tier);
    if let Some(agent) = patch.dedicated_agent_id {
        if !is_agent(tx, agent)? {
            return Err(ContactsError::NoSuchAgent);
        }
        contact.dedicated_agent_id = agent;
    }
    if let Some(account) = patch.account_id {
        if let Some(id) = account {
            accounts::get(tx, id)?.ok_or(ContactsError::NoSuchAccount)?;
        }
        contact.account_id = account;
    }
    check_attributes(&contact.attributes)?;
    check_attributes(&contact.personal.attributes)?;
    if contact != before {
        crate::widget::save_contact(tx, ctx, &before, &contact).map_err(|error| match error {
            WidgetError::Store(source) => ContactsError::Store(source),
            WidgetError::Contact(source) => ContactsError::Contact(source),
            _ => ContactsError::NotFound(id),
        })?;
    }
    if let Some(is_blocked) = patch.is_blocked {
        blocks::set_contact(tx, ctx, id, is_blocked)?;
    }
    get_contact(tx, ctx, id)
}

fn parse_phone(phone: &str) -> Result<Option<String>, ContactsError> {
    if phone.is_empty() {
        return Ok(None);
    }
    let phone: PhoneNumber = phone.parse().map_err(|_| ContactsError::Phone)?;
    Ok(Some(phone.as_str().to_owned()))
}

/// Leaves a note on a contact.
pub fn create_contact_note(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ContactId,
    text: &str,
) -> Result<ContactNote, ContactsError> {
    require(ctx, Permission::EditContacts)?;
    store::get(tx, id)?.ok_or(ContactsError::NotFound(id))?;
    let note = ContactNote {
        id: ctx.id(),
        author_id: ctx.actor().agent(),
        text: clean_text(text, false)?,
        created_at: ctx.now(),
    };
    store::insert_note(tx, id, &note)?;
    let event = zhiyin_domain::events::Event::ContactUpdated {
        contact_id: id,
        fields: vec!["notes".into()],
    };
    ctx.append(tx, &event)?;
    Ok(note)
}

/// A session of a contact with the conversation it was in.
#[derive(Debug, Clone)]
pub struct ContactSession {
    /// The session.
    pub session: Session,
    /// Where it took place.
    pub conversation_id: ConversationId,
}

/// Earlier sessions of a contact that the caller may see, newest first.
pub fn list_contact_sessions(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ContactId,
) -> Result<Vec<ContactSession>, ContactsError> {
    require(ctx, Permission::ReadContacts)?;
    store::get(tx, id)?.ok_or(ContactsError::NotFound(id))?;
    let visibility = ctx.access().visibility(Permission::ReadConversations);
    let sessions = store::sessions(tx, id, HISTORY_MAX)?;
    Ok(sessions
        .into_iter()
        .filter(|session| {
            visibility.includes(&Resource {
                assignee: session.assignee_id,
                ..Resource::inbox(session.inbox_id)
            })
        })
        .map(|session| ContactSession {
            conversation_id: session.conversation_id,
            session,
        })
        .collect())
}
