//! Saved views: everybody keeps their own; shared ones are kept by those who run the
//! workspace.

use std::collections::BTreeSet;

use zhiyin_domain::attribute::AttributeSet;
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::ViewId;
use zhiyin_domain::limits::VIEWS_MAX;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::view::{Filter, Reference, View, ViewSort};
use zhiyin_store::conversations::{SCAN_ROWS, SavedFilter};
use zhiyin_store::identity::{agents, teams};
use zhiyin_store::{StoreError, Tx, attributes, inboxes, tags, views as store};

use crate::Context;

/// Why something with a view was refused.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// No such view, or somebody else's.
    #[error("no such view")]
    NotFound(ViewId),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A condition names something that does not exist.
    #[error("condition {} names a {what} that does not exist", .condition + 1)]
    Unknown {
        /// Its place, from 0.
        condition: usize,
        /// What is missing.
        what: &'static str,
    },
    /// A condition asks for a personal attribute.
    #[error("`{key}` is personal: it is sealed, and conversations cannot be filtered by it")]
    Personal {
        /// Its place, from 0.
        condition: usize,
        /// The attribute.
        key: String,
    },
    /// There are as many as there may be.
    #[error("there are {VIEWS_MAX} views already")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A new view.
#[derive(Debug, Clone)]
pub struct NewView {
    /// What it is called.
    pub name: Name,
    /// Whether everybody has it in their list.
    pub is_shared: bool,
    /// What it shows.
    pub filter: Filter,
    /// In which order.
    pub sort: ViewSort,
}

/// What changes in a view; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct ViewPatch {
    /// What it is called.
    pub name: Option<Name>,
    /// Whether everybody has it in their list.
    pub is_shared: Option<bool>,
    /// What it shows.
    pub filter: Option<Filter>,
    /// In which order.
    pub sort: Option<ViewSort>,
}

fn require_reader(ctx: &Context) -> Result<(), Denied> {
    let permission = Permission::ReadConversations;
    if ctx.access().holds(permission) {
        Ok(())
    } else {
        Err(Denied { permission })
    }
}

/// Who may change it: one's own everybody, a shared one who runs the workspace.
fn require_keeper(ctx: &Context, view: &View) -> Result<(), ViewError> {
    if view.is_shared || !view.is_of(ctx.actor().agent()) {
        ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    }
    Ok(())
}

fn load(tx: &mut Tx<'_>, ctx: &Context, id: ViewId) -> Result<View, ViewError> {
    require_reader(ctx)?;
    store::get(tx, id)?
        .filter(|view| view.is_visible_to(ctx.actor().agent()))
        .ok_or(ViewError::NotFound(id))
}

fn check_room(tx: &mut Tx<'_>, ctx: &Context, view: &View) -> Result<(), ViewError> {
    let list = store::list(tx, ctx.actor().agent())?;
    let same = list
        .iter()
        .filter(|other| other.id != view.id && other.is_shared == view.is_shared);
    if same.count() >= VIEWS_MAX {
        return Err(ViewError::TooMany);
    }
    Ok(())
}

/// Why something a condition names cannot be asked for.
pub(crate) enum Unaskable {
    /// It does not exist.
    Unknown(&'static str),
    /// It is a personal attribute of this key.
    Personal(String),
}

/// Looks for what a condition names; none if all is well.
pub(crate) fn unaskable(
    tx: &mut Tx<'_>,
    definitions: &AttributeSet,
    reference: Reference<'_>,
) -> Result<Option<Unaskable>, StoreError> {
    let (what, exists) = match reference {
        Reference::Inbox(id) => ("inbox", inboxes::get(tx, id)?.is_some()),
        Reference::Team(id) => ("team", teams::get(tx, id)?.is_some()),
        Reference::Agent(id) => ("agent", agents::get(tx, id)?.is_some()),
        Reference::Tag(id) => {
            let known = tags::known(tx, &BTreeSet::from([id]))?;
            ("tag", !known.is_empty())
        }
        Reference::Attribute(key) => match definitions.get(key.as_str()) {
            Some(it) if it.is_personal => return Ok(Some(Unaskable::Personal(key.to_string()))),
            found => ("attribute", found.is_some()),
        },
    };
    Ok((!exists).then_some(Unaskable::Unknown(what)))
}

/// Everything a filter names must exist; what is personal cannot be asked for.
fn check_references(tx: &mut Tx<'_>, filter: &Filter) -> Result<(), ViewError> {
    let definitions = attributes::set(tx)?;
    for (condition, reference) in filter.references() {
        match unaskable(tx, &definitions, reference)? {
            None => {}
            Some(Unaskable::Unknown(what)) => {
                return Err(ViewError::Unknown { condition, what });
            }
            Some(Unaskable::Personal(key)) => {
                return Err(ViewError::Personal { condition, key });
            }
        }
    }
    Ok(())
}

fn changed(tx: &mut Tx<'_>, ctx: &Context, id: ViewId, change: Change) -> Result<(), StoreError> {
    let event = Event::SettingChanged {
        aggregate: Aggregate::View,
        id: id.uuid(),
        change,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

/// Shared views and the caller's own, by name.
pub fn list_views(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<View>, ViewError> {
    require_reader(ctx)?;
    Ok(store::list(tx, ctx.actor().agent())?)
}

/// Makes a view. A program has none of its own, so what it makes is shared.
pub fn create_view(tx: &mut Tx<'_>, ctx: &Context, new: NewView) -> Result<View, ViewError> {
    require_reader(ctx)?;
    let view = View {
        id: ctx.id(),
        agent_id: ctx.actor().agent(),
        is_shared: new.is_shared || ctx.actor().agent().is_none(),
        name: new.name,
        filter: new.filter,
        sort: new.sort,
        created_at: ctx.now(),
        version: 1,
    };
    require_keeper(ctx, &view)?;
    check_references(tx, &view.filter)?;
    check_room(tx, ctx, &view)?;
    store::insert(tx, &view)?;
    changed(tx, ctx, view.id, Change::Created)?;
    Ok(view)
}

/// Changes a view. Sharing one's own needs the same permission as changing a shared one;
/// a shared one that is taken back becomes the own of who does it.
pub fn update_view(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ViewId,
    patch: ViewPatch,
) -> Result<View, ViewError> {
    let before = load(tx, ctx, id)?;
    require_keeper(ctx, &before)?;
    let is_shared = patch.is_shared.unwrap_or(before.is_shared);
    let is_moved = is_shared != before.is_shared;
    let view = View {
        agent_id: match ctx.actor().agent() {
            Some(agent) if is_moved => Some(agent),
            _ => before.agent_id,
        },
        is_shared: is_shared || before.agent_id.or(ctx.actor().agent()).is_none(),
        name: patch.name.unwrap_or(before.name),
        filter: patch.filter.unwrap_or(before.filter),
        sort: patch.sort.unwrap_or(before.sort),
        ..before
    };
    require_keeper(ctx, &view)?;
    check_references(tx, &view.filter)?;
    if is_moved {
        check_room(tx, ctx, &view)?;
    }
    let view = store::save(tx, &view)?;
    changed(tx, ctx, id, Change::Updated)?;
    Ok(view)
}

/// Removes a view.
pub fn delete_view(tx: &mut Tx<'_>, ctx: &Context, id: ViewId) -> Result<(), ViewError> {
    let view = load(tx, ctx, id)?;
    require_keeper(ctx, &view)?;
    store::delete(tx, id)?;
    Ok(changed(tx, ctx, id, Change::Deleted)?)
}

/// What a view shows to the caller now, and in which order.
pub(crate) fn filter_of(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ViewId,
) -> Result<(SavedFilter, ViewSort), ViewError> {
    let view = load(tx, ctx, id)?;
    let saved = SavedFilter {
        filter: view.filter,
        me: ctx.actor().agent(),
        now: ctx.now(),
        scan_rows: SCAN_ROWS,
    };
    Ok((saved, view.sort))
}
