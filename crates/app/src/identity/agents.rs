//! Agents, as colleagues and administrators see them.

use std::collections::BTreeSet;

use serde_json::json;
use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::identity::agent::{Agent, Memberships};
use zhiyin_domain::ids::{AgentId, InboxId, RoleId, TeamId};
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_store::identity::{access, agents, login_sessions, password_resets, tokens};
use zhiyin_store::{StoreError, Tx};

use super::authority::{changing_access, preview, require_reach};
use super::{IdentityError, changed};
use crate::Context;
use crate::audit::{self, Action};

/// An agent and what they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentView {
    /// The agent.
    pub agent: Agent,
    /// Roles, teams and inboxes.
    pub memberships: Memberships,
}

/// What is to be different; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct AgentChange {
    /// Name among colleagues.
    pub name: Option<Name>,
    /// All roles.
    pub roles: Option<BTreeSet<RoleId>>,
    /// All teams.
    pub teams: Option<BTreeSet<TeamId>>,
    /// All inboxes.
    pub inboxes: Option<BTreeSet<InboxId>>,
}

/// An agent with what they belong to, for whoever is in the workspace.
pub fn get_agent(tx: &mut Tx<'_>, id: AgentId) -> Result<AgentView, IdentityError> {
    let agent = agents::get(tx, id)?.ok_or(IdentityError::NotFound("agent"))?;
    Ok(AgentView {
        agent,
        memberships: agents::memberships(tx, id)?,
    })
}

/// Agents in the order in which they joined, after `after`.
pub fn list_agents(
    tx: &mut Tx<'_>,
    after: Option<AgentId>,
    limit: u32,
) -> Result<Vec<AgentView>, StoreError> {
    let page = agents::list(tx, after, limit)?;
    let (Some(first), Some(last)) = (page.first(), page.last()) else {
        return Ok(Vec::new());
    };
    let mut memberships = agents::memberships_between(tx, first.id, last.id)?;
    Ok(page
        .into_iter()
        .map(|agent| AgentView {
            memberships: memberships.remove(&agent.id).unwrap_or_default(),
            agent,
        })
        .collect())
}

/// Changes an agent's name and what they belong to.
pub fn update_agent(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AgentId,
    change: AgentChange,
) -> Result<AgentView, IdentityError> {
    ctx.require(Permission::ManageAgents, &Resource::WORKSPACE)?;
    changing_access(tx, |tx| {
        let AgentView {
            mut agent,
            memberships: old,
        } = get_agent(tx, id)?;
        require_reach(ctx, &access::load(tx, id)?)?;
        let new = Memberships {
            roles: change.roles.unwrap_or_else(|| old.roles.clone()),
            teams: change.teams.unwrap_or_else(|| old.teams.clone()),
            inboxes: change.inboxes.unwrap_or_else(|| old.inboxes.clone()),
        };
        require_reach(ctx, &preview(tx, Some(id), &new)?)?;
        if let Some(name) = change.name {
            agent.name = name;
        }
        agents::save(tx, &agent)?;
        agents::set_memberships(tx, id, &new)?;
        changed(tx, ctx, Aggregate::Agent, id, Change::Updated)?;
        if new != old {
            let detail = json!({
                "role_ids": { "from": old.roles, "to": new.roles },
                "team_ids": { "from": old.teams, "to": new.teams },
                "inbox_ids": { "from": old.inboxes, "to": new.inboxes },
            });
            audit::record_with(tx, ctx, Action::AgentAccessChanged, &id, None, detail)?;
        }
        get_agent(tx, id)
    })
}

/// Lets an agent log in again.
pub fn activate(tx: &mut Tx<'_>, ctx: &Context, id: AgentId) -> Result<AgentView, IdentityError> {
    ctx.require(Permission::ManageAgents, &Resource::WORKSPACE)?;
    changing_access(tx, |tx| {
        let mut agent = agents::get(tx, id)?.ok_or(IdentityError::NotFound("agent"))?;
        require_reach(ctx, &access::load(tx, id)?)?;
        if agent.activate() {
            agents::save(tx, &agent)?;
            changed(tx, ctx, Aggregate::Agent, id, Change::Updated)?;
            audit::record(tx, ctx, Action::AgentActivated, &id, None)?;
        }
        get_agent(tx, id)
    })
}

/// Ends all sessions, tokens and links of an agent, who may not log in any more. What
/// they wrote and what is assigned to them stays.
pub fn deactivate(tx: &mut Tx<'_>, ctx: &Context, id: AgentId) -> Result<AgentView, IdentityError> {
    ctx.require(Permission::ManageAgents, &Resource::WORKSPACE)?;
    changing_access(tx, |tx| {
        let mut agent = agents::get(tx, id)?.ok_or(IdentityError::NotFound("agent"))?;
        require_reach(ctx, &access::load(tx, id)?)?;
        if agent.deactivate() {
            agents::save(tx, &agent)?;
            crate::routing::on_deactivated(tx, ctx, id)?;
            login_sessions::revoke_all(tx, id, None, ctx.now())?;
            tokens::revoke_all(tx, id, ctx.now())?;
            password_resets::cancel_all(tx, id, ctx.now())?;
            changed(tx, ctx, Aggregate::Agent, id, Change::Updated)?;
            audit::record(tx, ctx, Action::AgentDeactivated, &id, None)?;
        }
        get_agent(tx, id)
    })
}
