//! Skills: what agents can be good at.

use std::collections::BTreeMap;

use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::ids::SkillId;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_store::Tx;
use zhiyin_store::routing::{Skill, profiles, skills as store};

use super::RoutingError;
use super::settings::changed;
use crate::Context;

/// A skill and how many have it.
#[derive(Debug, Clone)]
pub struct SkillView {
    /// The skill.
    pub skill: Skill,
    /// Agents who have it.
    pub agents: u32,
}

fn taken(error: zhiyin_store::StoreError) -> RoutingError {
    RoutingError::taken(error, "skills_name")
}

/// All skills by name.
pub fn list_skills(tx: &mut Tx<'_>) -> Result<Vec<SkillView>, RoutingError> {
    let mut counts: BTreeMap<SkillId, u32> = BTreeMap::new();
    for profile in profiles::list(tx)?.into_values() {
        for skill in profile.skills.into_keys() {
            *counts.entry(skill).or_default() += 1;
        }
    }
    let view = |skill: Skill| SkillView {
        agents: counts.get(&skill.id).copied().unwrap_or(0),
        skill,
    };
    Ok(store::list(tx)?.into_iter().map(view).collect())
}

/// Makes a skill.
pub fn create_skill(tx: &mut Tx<'_>, ctx: &Context, name: &str) -> Result<SkillView, RoutingError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let skill = Skill {
        id: ctx.id(),
        name: name.parse::<Name>()?,
        created_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &skill).map_err(taken)?;
    changed(tx, ctx, Aggregate::Skill, skill.id.uuid(), Change::Created)?;
    Ok(SkillView { skill, agents: 0 })
}

/// Calls a skill something else.
pub fn rename_skill(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: SkillId,
    name: &str,
) -> Result<SkillView, RoutingError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let mut skill = store::get(tx, id)?.ok_or(RoutingError::NotFound("skill"))?;
    skill.name = name.parse::<Name>()?;
    store::save(tx, &skill).map_err(taken)?;
    changed(tx, ctx, Aggregate::Skill, id.uuid(), Change::Updated)?;
    let all = list_skills(tx)?;
    let found = all.into_iter().find(|view| view.skill.id == id);
    found.ok_or(RoutingError::NotFound("skill"))
}

/// Removes a skill nobody has.
pub fn delete_skill(tx: &mut Tx<'_>, ctx: &Context, id: SkillId) -> Result<(), RoutingError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    store::get(tx, id)?.ok_or(RoutingError::NotFound("skill"))?;
    let profiles = profiles::list(tx)?;
    if profiles.values().any(|it| it.skills.contains_key(&id)) {
        return Err(RoutingError::InUse("agents"));
    }
    store::delete(tx, id)?;
    changed(tx, ctx, Aggregate::Skill, id.uuid(), Change::Deleted)?;
    Ok(())
}
