//! What agents can do and how much at once.

use std::collections::{BTreeMap, BTreeSet};

use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::ids::{AgentId, CalendarId, SkillId};
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::routing::{Capacity, SkillLevel};
use zhiyin_store::identity::agents;
use zhiyin_store::routing::{StoredProfile, profiles as store, skills};
use zhiyin_store::{StoreError, Tx};

use super::RoutingError;
use super::settings::changed;
use crate::Context;

/// Most skills and languages of one agent.
const SKILLS_MAX: usize = 200;

/// What an agent can do, as it is to be.
#[derive(Debug, Clone)]
pub struct ProfileChange {
    /// Skills and how well.
    pub skills: BTreeMap<SkillId, SkillLevel>,
    /// Languages.
    pub languages: BTreeSet<LanguageTag>,
    /// How much at once.
    pub capacity: Capacity,
    /// When their shift is on.
    pub calendar_id: Option<CalendarId>,
    /// The version that was read; none overwrites whatever is there.
    pub version: Option<i64>,
}

/// The profile of an agent: for those who manage agents, and for themselves.
pub fn get_profile(
    tx: &mut Tx<'_>,
    ctx: &Context,
    agent: AgentId,
) -> Result<StoredProfile, RoutingError> {
    if ctx.actor().agent() != Some(agent) {
        ctx.require(Permission::ManageAgents, &Resource::WORKSPACE)?;
    }
    agents::get(tx, agent)?.ok_or(RoutingError::NotFound("agent"))?;
    Ok(store::get(tx, agent)?.unwrap_or_else(|| StoredProfile::usual(agent)))
}

/// Profiles of all active agents, for lists.
pub fn list_profiles(tx: &mut Tx<'_>) -> Result<Vec<StoredProfile>, RoutingError> {
    let mut known = store::list(tx)?;
    let active = store::active_agents(tx)?;
    let profiles = active.into_iter().map(|agent| {
        known
            .remove(&agent)
            .unwrap_or_else(|| StoredProfile::usual(agent))
    });
    Ok(profiles.collect())
}

/// Says what an agent can do.
pub fn set_profile(
    tx: &mut Tx<'_>,
    ctx: &Context,
    agent: AgentId,
    change: ProfileChange,
) -> Result<StoredProfile, RoutingError> {
    ctx.require(Permission::ManageAgents, &Resource::WORKSPACE)?;
    agents::get(tx, agent)?.ok_or(RoutingError::NotFound("agent"))?;
    if change.skills.len() > SKILLS_MAX || change.languages.len() > SKILLS_MAX {
        return Err(RoutingError::invalid("/skills", "Too many."));
    }
    for skill in change.skills.keys() {
        if skills::get(tx, *skill)?.is_none() {
            return Err(RoutingError::invalid("/skills", "There is no such skill."));
        }
    }
    if let Err(error) = change.capacity.check() {
        return Err(RoutingError::invalid("/capacity", error));
    }
    if let Some(calendar) = change.calendar_id
        && zhiyin_store::calendars::rules(tx, calendar)?.is_none()
    {
        let detail = "There is no such calendar.";
        return Err(RoutingError::invalid("/calendar_id", detail));
    }
    let before = store::get(tx, agent)?.unwrap_or_else(|| StoredProfile::usual(agent));
    if change
        .version
        .is_some_and(|version| version != before.version)
    {
        return Err(RoutingError::Changed);
    }
    let profile = StoredProfile {
        agent_id: agent,
        skills: change.skills,
        languages: change.languages,
        capacity: change.capacity,
        calendar_id: change.calendar_id,
        version: before.version,
    };
    let profile = store::save(tx, &profile).map_err(|error| match error {
        StoreError::Conflict { .. } => RoutingError::Changed,
        other => other.into(),
    })?;
    let change = match before.version {
        0 => Change::Created,
        _ => Change::Updated,
    };
    changed(tx, ctx, Aggregate::Profile, agent.uuid(), change)?;
    Ok(profile)
}
