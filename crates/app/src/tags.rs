//! Tags.

use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::TagId;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::tag::{Color, Tag};
use zhiyin_store::{StoreError, Tx, tags};

use crate::Context;

/// Why something with a tag was refused.
#[derive(Debug, thiserror::Error)]
pub enum TagError {
    /// No such tag.
    #[error("no such tag")]
    NotFound,
    /// The permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Another tag has this name.
    #[error("another tag has this name")]
    NameTaken,
    /// Conversations carry it.
    #[error("conversations carry the tag")]
    InUse,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is to be different; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct TagChange {
    /// The word.
    pub name: Option<Name>,
    /// How it is painted.
    pub color: Option<Color>,
}

fn changed(tx: &mut Tx<'_>, ctx: &Context, id: TagId, change: Change) -> Result<(), StoreError> {
    ctx.append(
        tx,
        &Event::SettingChanged {
            aggregate: Aggregate::Tag,
            id: id.uuid(),
            change,
        },
    )?;
    Ok(())
}

fn taken(error: StoreError) -> TagError {
    if error.is_unique_violation("tags_name") {
        TagError::NameTaken
    } else {
        error.into()
    }
}

/// All tags by name.
pub fn list_tags(tx: &mut Tx<'_>) -> Result<Vec<Tag>, StoreError> {
    tags::list(tx)
}

/// Makes a tag.
pub fn create_tag(
    tx: &mut Tx<'_>,
    ctx: &Context,
    name: Name,
    color: Color,
) -> Result<Tag, TagError> {
    ctx.require(Permission::ManageTags, &Resource::WORKSPACE)?;
    let tag = Tag {
        id: ctx.id(),
        name,
        color,
        created_at: ctx.now(),
        version: 1,
    };
    tags::insert(tx, &tag).map_err(taken)?;
    changed(tx, ctx, tag.id, Change::Created)?;
    Ok(tag)
}

/// Changes a tag, everywhere at once.
pub fn update_tag(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: TagId,
    change: TagChange,
) -> Result<Tag, TagError> {
    ctx.require(Permission::ManageTags, &Resource::WORKSPACE)?;
    let mut tag = tags::get(tx, id)?.ok_or(TagError::NotFound)?;
    tag.name = change.name.unwrap_or(tag.name);
    tag.color = change.color.unwrap_or(tag.color);
    tags::save(tx, &tag).map_err(taken)?;
    changed(tx, ctx, id, Change::Updated)?;
    tags::get(tx, id)?.ok_or(TagError::NotFound)
}

/// Removes a tag that no conversation carries: a report must not change its past.
pub fn delete_tag(tx: &mut Tx<'_>, ctx: &Context, id: TagId) -> Result<(), TagError> {
    ctx.require(Permission::ManageTags, &Resource::WORKSPACE)?;
    tags::get(tx, id)?.ok_or(TagError::NotFound)?;
    if tags::in_use(tx, id)? {
        return Err(TagError::InUse);
    }
    tags::delete(tx, id)?;
    Ok(changed(tx, ctx, id, Change::Deleted)?)
}
