//! Teams.

use std::collections::BTreeSet;

use serde_json::json;
use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::identity::team::Team;
use zhiyin_domain::ids::{AgentId, CalendarId, TeamId};
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Access, Permission, Resource};
use zhiyin_store::identity::{access, agents, teams};
use zhiyin_store::{StoreError, Tx, calendars, journey};

use super::authority::{changing_access, require_reach};
use super::{IdentityError, changed, taken};
use crate::Context;
use crate::audit::{self, Action};

/// What is to be different; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct TeamChange {
    /// Name.
    pub name: Option<Name>,
    /// All members.
    pub members: Option<BTreeSet<AgentId>>,
    /// When it works; none inside is whenever its members do.
    pub calendar_id: Option<Option<CalendarId>>,
}

/// All teams of the workspace.
pub fn list_teams(tx: &mut Tx<'_>) -> Result<Vec<Team>, StoreError> {
    teams::list(tx)
}

/// Makes a team.
pub fn create_team(
    tx: &mut Tx<'_>,
    ctx: &Context,
    name: Name,
    members: BTreeSet<AgentId>,
    calendar_id: Option<CalendarId>,
) -> Result<Team, IdentityError> {
    ctx.require(Permission::ManageTeams, &Resource::WORKSPACE)?;
    require_calendar(tx, calendar_id)?;
    changing_access(tx, |tx| {
        let team = Team {
            id: ctx.id(),
            name,
            members,
            calendar_id,
            created_at: ctx.now(),
            version: 1,
        };
        require_members(tx, ctx, team.id, &team.members)?;
        teams::insert(tx, &team).map_err(|error| taken(error, "teams_name", "name"))?;
        changed(tx, ctx, Aggregate::Team, team.id, Change::Created)?;
        audit::record_with(
            tx,
            ctx,
            Action::TeamCreated,
            &team.id,
            None,
            json!({ "member_ids": team.members }),
        )?;
        Ok(team)
    })
}

/// Changes a team's name, members and hours. Sessions it has are counted by the new hours.
pub fn update_team(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: TeamId,
    change: TeamChange,
) -> Result<Team, IdentityError> {
    ctx.require(Permission::ManageTeams, &Resource::WORKSPACE)?;
    changing_access(tx, |tx| {
        let old = teams::get(tx, id)?.ok_or(IdentityError::NotFound("team"))?;
        let new = Team {
            name: change.name.unwrap_or_else(|| old.name.clone()),
            members: change.members.unwrap_or_else(|| old.members.clone()),
            calendar_id: change.calendar_id.unwrap_or(old.calendar_id),
            ..old.clone()
        };
        let added: BTreeSet<AgentId> = new.members.difference(&old.members).copied().collect();
        require_members(tx, ctx, id, &added)?;
        if new.calendar_id != old.calendar_id {
            require_calendar(tx, new.calendar_id)?;
            journey::wake_all(tx, ctx.now())?;
        }
        teams::save(tx, &new).map_err(|error| taken(error, "teams_name", "name"))?;
        changed(tx, ctx, Aggregate::Team, id, Change::Updated)?;
        if new.members != old.members {
            let detail = json!({ "member_ids": { "from": old.members, "to": new.members } });
            audit::record_with(tx, ctx, Action::TeamChanged, &id, None, detail)?;
        }
        teams::get(tx, id)?.ok_or(IdentityError::NotFound("team"))
    })
}

/// Removes a team that no conversation belongs to.
pub fn delete_team(tx: &mut Tx<'_>, ctx: &Context, id: TeamId) -> Result<(), IdentityError> {
    ctx.require(Permission::ManageTeams, &Resource::WORKSPACE)?;
    changing_access(tx, |tx| {
        teams::get(tx, id)?.ok_or(IdentityError::NotFound("team"))?;
        teams::delete(tx, id).map_err(|error| match error {
            StoreError::ForeignKeyViolation { .. } => IdentityError::InUse,
            other => other.into(),
        })?;
        changed(tx, ctx, Aggregate::Team, id, Change::Deleted)?;
        Ok(audit::record(tx, ctx, Action::TeamDeleted, &id, None)?)
    })
}

fn require_calendar(tx: &mut Tx<'_>, id: Option<CalendarId>) -> Result<(), IdentityError> {
    match id {
        Some(id) if calendars::rules(tx, id)?.is_none() => {
            Err(IdentityError::Unknown("calendar_id"))
        }
        Some(_) | None => Ok(()),
    }
}

/// New members are agents of the workspace, and what they get by joining is something
/// the caller holds.
fn require_members(
    tx: &mut Tx<'_>,
    ctx: &Context,
    team: TeamId,
    added: &BTreeSet<AgentId>,
) -> Result<(), IdentityError> {
    if agents::known(tx, added)? != *added {
        return Err(IdentityError::Unknown("member_ids"));
    }
    for member in added {
        let mut grants = access::load(tx, *member)?.grants;
        grants.retain(|grant| grant.scope == zhiyin_domain::permission::Scope::Team);
        let reach = Access {
            agent: Some(*member),
            teams: [team].into(),
            grants,
            ..Access::default()
        };
        require_reach(ctx, &reach)?;
    }
    Ok(())
}
