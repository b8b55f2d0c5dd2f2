//! Contacts: who the customer is, as colleagues see and mend it.

use zhiyin_domain::contact::{
    Attributes, Contact, ContactError, Identity, check_attributes, clean_name,
};
use zhiyin_domain::ids::{ContactId, ConversationId};
use zhiyin_domain::message::{MessageError, clean_text};
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::session::Session;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::contacts::ContactNote;
use zhiyin_store::{StoreError, Tx, contacts as store};

use crate::Context;
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
    /// A note is not acceptable.
    #[error(transparent)]
    Note(#[from] MessageError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A contact with everything shown beside a conversation.
#[derive(Debug, Clone)]
pub struct ContactView {
    /// The contact.
    pub contact: Contact,
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
) -> Result<Vec<Contact>, ContactsError> {
    require(ctx, Permission::ReadContacts)?;
    Ok(store::list(tx, after, limit)?)
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
    Ok(ContactView {
        contact,
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
    if let Some(email) = &patch.email {
        contact.personal.email = match email.trim() {
            "" => None,
            email => Some(email.parse().map_err(|_| ContactsError::Email)?),
        };
    }
    if let Some(phone) = &patch.phone {
        contact.personal.phone = parse_phone(phone)?;
    }
    for (key, value) in patch.attributes.iter().flatten() {
        if value.is_empty() {
            contact.attributes.remove(key);
        } else {
            contact.attributes.insert(key.clone(), value.clone());
        }
    }
    check_attributes(&contact.attributes)?;
    if let Some(is_blocked) = patch.is_blocked {
        contact.is_blocked = is_blocked;
    }
    if contact != before {
        crate::widget::save_contact(tx, ctx, &before, &contact).map_err(|error| match error {
            WidgetError::Store(source) => ContactsError::Store(source),
            WidgetError::Contact(source) => ContactsError::Contact(source),
            _ => ContactsError::NotFound(id),
        })?;
    }
    get_contact(tx, ctx, id)
}

fn parse_phone(phone: &str) -> Result<Option<String>, ContactsError> {
    let phone = phone.trim();
    if phone.is_empty() {
        return Ok(None);
    }
    let is_phone = phone.len() <= 40
        && phone.chars().filter(char::is_ascii_digit).count() >= 5
        && phone
            .chars()
            .all(|c| c.is_ascii_digit() || "+-() ./".contains(c));
    if is_phone {
        Ok(Some(phone.to_owned()))
    } else {
        Err(ContactsError::Phone)
    }
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
