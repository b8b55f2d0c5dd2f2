//! Roles.

use std::collections::BTreeSet;

use serde_json::json;
use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::identity::role::Role;
use zhiyin_domain::ids::RoleId;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Access, Grant, Permission, Resource};
use zhiyin_store::identity::{access, roles};
use zhiyin_store::{StoreError, Tx};

use super::authority::{changing_access, require_reach};
use super::{IdentityError, changed, taken};
use crate::Context;
use crate::audit::{self, Action};

/// What is to be different; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct RoleChange {
    /// Name in the settings.
    pub name: Option<Name>,
    /// All grants.
    pub grants: Option<BTreeSet<Grant>>,
}

/// All roles of the workspace.
pub fn list_roles(tx: &mut Tx<'_>) -> Result<Vec<Role>, StoreError> {
    roles::list(tx)
}

/// Makes a role of grants the caller holds.
pub fn create_role(
    tx: &mut Tx<'_>,
    ctx: &Context,
    name: Name,
    grants: BTreeSet<Grant>,
) -> Result<Role, IdentityError> {
    ctx.require(Permission::ManageRoles, &Resource::WORKSPACE)?;
    require_covered(ctx, &grants)?;
    let role = Role {
        id: ctx.id(),
        name,
        builtin: None,
        grants,
        created_at: ctx.now(),
        version: 1,
    };
    roles::insert(tx, &role).map_err(|error| taken(error, "roles_name", "name"))?;
    changed(tx, ctx, Aggregate::Role, role.id, Change::Created)?;
    audit::record_with(
        tx,
        ctx,
        Action::RoleCreated,
        &role.id,
        None,
        json!({ "grants": role.grants }),
    )?;
    Ok(role)
}

/// Changes a role. Whoever changes it must hold what it had and what it will have.
pub fn update_role(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: RoleId,
    change: RoleChange,
) -> Result<Role, IdentityError> {
    ctx.require(Permission::ManageRoles, &Resource::WORKSPACE)?;
    changing_access(tx, |tx| {
        let old = roles::get(tx, id)?.ok_or(IdentityError::NotFound("role"))?;
        if old.builtin.is_some() {
            return Err(IdentityError::BuiltIn);
        }
        let new = Role {
            name: change.name.unwrap_or_else(|| old.name.clone()),
            grants: change.grants.unwrap_or_else(|| old.grants.clone()),
            ..old.clone()
        };
        require_covered(ctx, &old.grants)?;
        require_covered(ctx, &new.grants)?;
        // The same grant reaches other inboxes and teams with another agent.
        let added: BTreeSet<Grant> = new.grants.difference(&old.grants).copied().collect();
        if !added.is_empty() {
            for member in roles::members(tx, id)? {
                let reach = Access {
                    grants: added.clone(),
                    ..access::load(tx, member)?
                };
                require_reach(ctx, &reach)?;
            }
        }
        roles::save(tx, &new).map_err(|error| taken(error, "roles_name", "name"))?;
        changed(tx, ctx, Aggregate::Role, id, Change::Updated)?;
        let detail = json!({ "grants": { "from": old.grants, "to": new.grants } });
        audit::record_with(tx, ctx, Action::RoleChanged, &id, None, detail)?;
        roles::get(tx, id)?.ok_or(IdentityError::NotFound("role"))
    })
}

/// Removes a role that nobody has.
pub fn delete_role(tx: &mut Tx<'_>, ctx: &Context, id: RoleId) -> Result<(), IdentityError> {
    ctx.require(Permission::ManageRoles, &Resource::WORKSPACE)?;
    let role = roles::get(tx, id)?.ok_or(IdentityError::NotFound("role"))?;
    if role.builtin.is_some() {
        return Err(IdentityError::BuiltIn);
    }
    if !roles::members(tx, id)?.is_empty() {
        return Err(IdentityError::InUse);
    }
    roles::delete(tx, id)?;
    changed(tx, ctx, Aggregate::Role, id, Change::Deleted)?;
    Ok(audit::record(tx, ctx, Action::RoleDeleted, &id, None)?)
}

/// Each grant is held in the same scope or a wider one.
fn require_covered(ctx: &Context, grants: &BTreeSet<Grant>) -> Result<(), IdentityError> {
    if ctx.access().covers(grants) {
        Ok(())
    } else {
        Err(IdentityError::BeyondOwn)
    }
}
