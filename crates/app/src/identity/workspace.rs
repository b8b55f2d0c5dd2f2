//! The workspace itself.

use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::identity::workspace::{TimeZone, Workspace};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_store::identity::workspaces;
use zhiyin_store::{StoreError, Tx};

use super::{IdentityError, changed};
use crate::Context;
use crate::audit::{self, Action};

/// What is to be different; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceChange {
    /// Name.
    pub name: Option<Name>,
    /// Language where nothing else is known.
    pub locale: Option<Locale>,
    /// Time zone of lists and reports.
    pub time_zone: Option<TimeZone>,
}

/// The workspace of the caller.
pub fn get_workspace(tx: &mut Tx<'_>) -> Result<Workspace, StoreError> {
    workspaces::load(tx)
}

/// Changes the workspace of the caller.
pub fn update_workspace(
    tx: &mut Tx<'_>,
    ctx: &Context,
    change: WorkspaceChange,
) -> Result<Workspace, IdentityError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let mut workspace = workspaces::load(tx)?;
    workspace.name = change.name.unwrap_or(workspace.name);
    workspace.locale = change.locale.unwrap_or(workspace.locale);
    workspace.time_zone = change.time_zone.unwrap_or(workspace.time_zone);
    workspaces::save(tx, &workspace)?;
    changed(tx, ctx, Aggregate::Workspace, workspace.id, Change::Updated)?;
    audit::record(tx, ctx, Action::WorkspaceChanged, &workspace.id, None)?;
    Ok(workspaces::load(tx)?)
}
