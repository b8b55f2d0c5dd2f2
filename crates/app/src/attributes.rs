//! Custom attributes: what a company wants to know of its contacts, and how values get
//! to them.
//!
//! A value of a defined attribute fits its definition, whoever set it: an agent is told
//! what is wrong, what a page sends and does not fit is left out. Keys without a
//! definition come from pages only and are kept as they are.

use serde_json::json;
use zhiyin_domain::attribute::{
    Attribute, AttributeError, AttributeKey, AttributeKind, AttributeOption, AttributeSet,
    BUILT_IN_KEYS, Label, ValueError, parse_built_in,
};
use zhiyin_domain::contact::{Attributes, Contact};
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{AttributeId, EventId};
use zhiyin_domain::limits::ATTRIBUTES_MAX;
use zhiyin_domain::mask;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_store::{StoreError, Tx, attributes as store};

use crate::Context;
use crate::audit::{Action, record_with};

/// Why something with a definition was refused.
#[derive(Debug, thiserror::Error)]
pub enum AttributesError {
    /// No such definition.
    #[error("no such attribute")]
    NotFound(AttributeId),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The definition is not acceptable.
    #[error(transparent)]
    Attribute(#[from] AttributeError),
    /// Another attribute has this key.
    #[error("another attribute has this key")]
    KeyTaken,
    /// There are as many as there may be.
    #[error("there are {ATTRIBUTES_MAX} attributes already")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A value an agent set was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetAttributeError {
    /// No such attribute is defined.
    #[error("there is no attribute `{0}`; define it first")]
    Unknown(String),
    /// The value does not fit.
    #[error(transparent)]
    Value(#[from] ValueError),
}

/// A new definition.
#[derive(Debug, Clone)]
pub struct NewAttribute {
    /// Its name for programs.
    pub key: AttributeKey,
    /// Its name for people.
    pub label: Label,
    /// Which values fit.
    pub kind: AttributeKind,
    /// Whether it is sealed and shown only to those who may see personal data.
    pub is_personal: bool,
    /// Its place; the last if none.
    pub position: Option<i64>,
}

/// What changes in a definition; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct AttributePatch {
    /// Its name for people.
    pub label: Option<Label>,
    /// Its choices.
    pub options: Option<Vec<AttributeOption>>,
    /// Its place.
    pub position: Option<i64>,
}

fn changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AttributeId,
    change: Change,
) -> Result<EventId, StoreError> {
    let event = Event::SettingChanged {
        aggregate: Aggregate::Attribute,
        id: id.uuid(),
        change,
    };
    ctx.append(tx, &event)
}

fn record(
    tx: &mut Tx<'_>,
    ctx: &Context,
    action: Action,
    it: &Attribute,
    event: EventId,
) -> Result<(), StoreError> {
    let detail = json!({ "key": it.key.as_str(), "is_personal": it.is_personal });
    record_with(tx, ctx, action, &it.id, Some(event), detail)
}

/// All definitions in their order.
pub fn list_attributes(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<Attribute>, AttributesError> {
    let permission = Permission::ReadContacts;
    if !ctx.access().holds(permission) {
        return Err(Denied { permission }.into());
    }
    Ok(store::list(tx)?)
}

/// Defines an attribute.
pub fn create_attribute(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: NewAttribute,
) -> Result<Attribute, AttributesError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let list = store::list(tx)?;
    if list.len() >= ATTRIBUTES_MAX {
        return Err(AttributesError::TooMany);
    }
    let end = list.last().map_or(0, |attribute| attribute.position + 1);
    let attribute = Attribute {
        id: ctx.id(),
        key: new.key,
        label: new.label,
        kind: new.kind,
        is_personal: new.is_personal,
        position: new.position.unwrap_or(end),
        created_at: ctx.now(),
        version: 1,
    };
    attribute.check()?;
    store::insert(tx, &attribute).map_err(|error| {
        if error.is_unique_violation("attribute_definitions_key") {
            AttributesError::KeyTaken
        } else {
            error.into()
        }
    })?;
    let event = changed(tx, ctx, attribute.id, Change::Created)?;
    record(tx, ctx, Action::AttributeCreated, &attribute, event)?;
    Ok(attribute)
}

/// Changes label, choices or place. Key, kind and whether it is personal stay for ever:
/// values depend on them.
pub fn update_attribute(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AttributeId,
    patch: AttributePatch,
) -> Result<Attribute, AttributesError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let mut attribute = store::get(tx, id)?.ok_or(AttributesError::NotFound(id))?;
    attribute.label = patch.label.unwrap_or(attribute.label);
    attribute.position = patch.position.unwrap_or(attribute.position);
    if let Some(options) = patch.options {
        attribute.kind = AttributeKind::named(attribute.kind.as_str(), options)?;
    }
    attribute.check()?;
    let attribute = store::save(tx, &attribute)?;
    changed(tx, ctx, id, Change::Updated)?;
    Ok(attribute)
}

/// Removes a definition. The values stay with the contacts and are there again if the same
/// key is defined anew; until then nobody is shown them as this attribute.
pub fn delete_attribute(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AttributeId,
) -> Result<(), AttributesError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let attribute = store::get(tx, id)?.ok_or(AttributesError::NotFound(id))?;
    store::delete(tx, id)?;
    let event = changed(tx, ctx, id, Change::Deleted)?;
    Ok(record(
        tx,
        ctx,
        Action::AttributeDeleted,
        &attribute,
        event,
    )?)
}

/// Sets what an agent wrote. An empty value takes one away, also one that is not defined.
/// A personal value that comes back as it was shown to somebody who may not see it stays.
pub(crate) fn set_by_agent(
    set: &AttributeSet,
    contact: &mut Contact,
    values: &Attributes,
) -> Result<(), SetAttributeError> {
    set.sort_out(&mut contact.attributes, &mut contact.personal.attributes);
    for (key, text) in values {
        let stored = contact.personal.attributes.get(key);
        if stored.is_some_and(|stored| mask::text(stored) == *text) {
            continue;
        }
        if text.trim().is_empty() {
            contact.attributes.remove(key);
            contact.personal.attributes.remove(key);
            continue;
        }
        let Some(definition) = set.get(key) else {
            if !BUILT_IN_KEYS.contains(&key.as_str()) {
                return Err(SetAttributeError::Unknown(key.chars().take(64).collect()));
            }
            let value = parse_built_in(key, text)?;
            contact.attributes.insert(key.clone(), value);
            continue;
        };
        let value = definition.parse(text)?;
        let place = if definition.is_personal {
            &mut contact.personal.attributes
        } else {
            &mut contact.attributes
        };
        place.insert(key.clone(), value);
    }
    Ok(())
}

/// Whether a page may overwrite what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// The site signed it.
    Signed,
    /// The page told it: what a verified contact has already stays.
    Unsigned,
}

/// Takes in what a page or its server told about a contact.
pub(crate) fn take_in(
    tx: &mut Tx<'_>,
    contact: &mut Contact,
    values: &Attributes,
    trust: Trust,
) -> Result<(), StoreError> {
    if values.is_empty() {
        return Ok(());
    }
    let set = store::set(tx)?;
    set.sort_out(&mut contact.attributes, &mut contact.personal.attributes);
    for (key, text) in values {
        let is_known =
            contact.attributes.contains_key(key) || contact.personal.attributes.contains_key(key);
        if trust == Trust::Unsigned && contact.is_verified && is_known {
            continue;
        }
        match set.get(key) {
            None => {
                contact.attributes.insert(key.clone(), text.clone());
            }
            Some(definition) => {
                // What does not fit is left out: a page's mistake must not keep its
                // visitor from writing.
                let Ok(value) = definition.parse(text) else {
                    continue;
                };
                let place = if definition.is_personal {
                    &mut contact.personal.attributes
                } else {
                    &mut contact.attributes
                };
                place.insert(key.clone(), value);
            }
        }
    }
    Ok(())
}
