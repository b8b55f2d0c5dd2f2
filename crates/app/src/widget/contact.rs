//! What becomes of the contact behind a visitor: what they tell of themselves, and the one
//! way in which a contact is saved.

use zhiyin_domain::contact::{Attributes, Contact, check_attributes, clean_name};
use zhiyin_domain::events::Event;
use zhiyin_store::widget::Visitor;
use zhiyin_store::{Tx, blocks, contacts};

use super::WidgetError;
use crate::Context;
use crate::attributes::{Trust, take_in};

/// Saves a contact, keeps the index of names in step and tells which fields changed. Being
/// seen again is no news. Whoever gets an e-mail address or telephone number that is
/// blocked is blocked from then on, and who loses it is not: what a caller set in
/// `is_blocked` counts for nothing then.
pub(crate) fn save_contact(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &Contact,
    contact: &Contact,
) -> Result<Contact, WidgetError> {
    let mut contact = contact.clone();
    let is_elsewhere = contact.personal.email != before.personal.email
        || contact.personal.phone != before.personal.phone;
    if is_elsewhere {
        contact.is_blocked = blocks::applies(tx, contact.id, &contact.personal)?;
    }
    let mut fields = Vec::new();
    let mut note = |name: &str, changed: bool| {
        if changed {
            fields.push(name.to_owned());
        }
    };
    note("name", contact.personal.name != before.personal.name);
    note("email", contact.personal.email != before.personal.email);
    note("phone", contact.personal.phone != before.personal.phone);
    note(
        "attributes",
        contact.attributes != before.attributes
            || contact.personal.attributes != before.personal.attributes,
    );
    note("locale", contact.locale != before.locale);
    note("context", contact.context != before.context);
    note("is_verified", contact.is_verified != before.is_verified);
    note("is_blocked", contact.is_blocked != before.is_blocked);
    let is_of_another = contact.account_id != before.account_id;
    let is_other_tier = contact.tier != before.tier;
    let is_other_agent = contact.dedicated_agent_id != before.dedicated_agent_id;
    note("account_id", is_of_another);
    note("tier", is_other_tier);
    note("dedicated_agent_id", is_other_agent);
    let contact = contacts::save(tx, &contact)?;
    if contact.personal != before.personal {
        let terms = crate::search::contact_terms(&contact.personal);
        zhiyin_store::search::index_contact(tx, contact.id, &terms)?;
    }
    if is_other_tier || is_of_another {
        crate::journey::contact_changed(tx, ctx, contact.id)?;
    }
    if is_other_tier || is_of_another || is_other_agent {
        crate::routing::customer_changed(tx, ctx, contact.id)?;
    }
    if !fields.is_empty() {
        ctx.append(
            tx,
            &Event::ContactUpdated {
                contact_id: contact.id,
                fields,
            },
        )?;
    }
    Ok(contact)
}

/// What a visitor tells about themselves while the widget is open.
#[derive(Debug, Clone, Default)]
pub struct VisitorPatch {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language tag.
    pub locale: Option<String>,
    /// Attributes the page set; unsigned.
    pub attributes: Attributes,
    /// The page the visitor is on.
    pub page: Option<(String, String)>,
}

/// Takes in what a visitor tells about themselves. What the site has signed stays.
pub fn update_visitor(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
    patch: &VisitorPatch,
) -> Result<Contact, WidgetError> {
    let before =
        contacts::get_for_update(tx, visitor.contact_id)?.ok_or(WidgetError::Unauthenticated)?;
    let mut contact = before.clone();
    contact.last_seen_at = ctx.now();
    if !contact.is_verified {
        if let Some(name) = &patch.name {
            contact.personal.name = clean_name(name)?;
        }
        if let Some(email) = &patch.email {
            contact.personal.email = Some(email.parse().map_err(|_| WidgetError::Email)?);
        }
        if let Some(phone) = patch.phone.as_ref().filter(|phone| phone.len() <= 40) {
            contact.personal.phone = Some(phone.clone());
        }
    }
    take_in(tx, &mut contact, &patch.attributes, Trust::Unsigned)?;
    check_attributes(&contact.attributes)?;
    check_attributes(&contact.personal.attributes)?;
    if let Some(locale) = patch.locale.as_ref().filter(|locale| locale.len() <= 35) {
        contact.locale.clone_from(locale);
    }
    if let Some((url, title)) = &patch.page {
        contact.context.page_url = Some(url.clone());
        contact.context.page_title = Some(title.clone());
        contact.context = contact.context.trimmed();
    }
    unblocked(save_contact(tx, ctx, &before, &contact)?)
}

/// Refuses a contact who is blocked, which also takes back what was just saved.
pub(super) fn unblocked(contact: Contact) -> Result<Contact, WidgetError> {
    if contact.is_blocked {
        return Err(WidgetError::Blocked);
    }
    Ok(contact)
}
