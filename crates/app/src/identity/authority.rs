//! Two rules about power: nobody hands out more than they hold, and somebody must be
//! left who can administer.

use zhiyin_domain::identity::agent::Memberships;
use zhiyin_domain::identity::role::may_give;
use zhiyin_domain::ids::AgentId;
use zhiyin_domain::permission::Access;
use zhiyin_store::Tx;
use zhiyin_store::identity::{access, agents, roles, teams};

use super::IdentityError;
use crate::Context;

/// Refuses unless the caller holds everything that `target` has.
pub(super) fn require_reach(ctx: &Context, target: &Access) -> Result<(), IdentityError> {
    if may_give(ctx.access(), target) {
        Ok(())
    } else {
        Err(IdentityError::BeyondOwn)
    }
}

/// What an agent would be allowed with these memberships. Each must be of the workspace.
pub(super) fn preview(
    tx: &mut Tx<'_>,
    agent: Option<AgentId>,
    memberships: &Memberships,
) -> Result<Access, IdentityError> {
    let mut access = Access {
        agent,
        inboxes: memberships.inboxes.clone(),
        teams: memberships.teams.clone(),
        ..Access::default()
    };
    for role in &memberships.roles {
        let role = roles::get(tx, *role)?.ok_or(IdentityError::Unknown("role_ids"))?;
        access.grants.extend(role.grants);
    }
    if teams::known(tx, &memberships.teams)? != memberships.teams {
        return Err(IdentityError::Unknown("team_ids"));
    }
    if agents::known_inboxes(tx, &memberships.inboxes)? != memberships.inboxes {
        return Err(IdentityError::Unknown("inbox_ids"));
    }
    Ok(access)
}

/// Makes a change of who may do what: one at a time in a workspace, and never so that no
/// administrator is left.
pub(super) fn changing_access<T>(
    tx: &mut Tx<'_>,
    change: impl FnOnce(&mut Tx<'_>) -> Result<T, IdentityError>,
) -> Result<T, IdentityError> {
    access::touch(tx)?;
    let before = agents::count_administrators(tx)?;
    let result = change(tx)?;
    if before > 0 && agents::count_administrators(tx)? == 0 {
        return Err(IdentityError::LastAdministrator);
    }
    Ok(result)
}
