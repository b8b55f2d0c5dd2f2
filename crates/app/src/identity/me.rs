//! What an agent sees and sets about themselves.

use serde_json::Value as Json;
use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::identity::agent::{Agent, Memberships};
use zhiyin_domain::identity::workspace::Workspace;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::Access;
use zhiyin_store::Tx;
use zhiyin_store::identity::{agents, second_factors, workspaces};

use super::{IdentityError, acting_agent, changed, preferences};
use crate::Context;

/// Everything the console needs to know of its user.
#[derive(Debug, Clone)]
pub struct Me {
    /// The agent.
    pub agent: Agent,
    /// Roles, teams and inboxes.
    pub memberships: Memberships,
    /// Where they are.
    pub workspace: Workspace,
    /// What they may do, as narrowed by a token if they came with one.
    pub access: Access,
    /// Whether log-in asks for a second factor.
    pub has_second_factor: bool,
    /// Recovery codes that were not used.
    pub recovery_codes_left: i64,
    /// Settings of their console.
    pub preferences: Json,
}

/// What is to be different; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct MeChange {
    /// Name among colleagues.
    pub name: Option<Name>,
    /// Name customers see.
    pub display_name: Option<Name>,
    /// Language of the console.
    pub locale: Option<Locale>,
    /// All settings of the console: an object.
    pub preferences: Option<Json>,
}

/// The caller.
pub fn me(tx: &mut Tx<'_>, ctx: &Context) -> Result<Me, IdentityError> {
    let id = acting_agent(ctx)?;
    Ok(Me {
        agent: agents::get(tx, id)?.ok_or(IdentityError::NotFound("agent"))?,
        memberships: agents::memberships(tx, id)?,
        workspace: workspaces::load(tx)?,
        access: ctx.access().clone(),
        has_second_factor: second_factors::load(tx, id)?.is_on(),
        recovery_codes_left: second_factors::count_recovery_codes(tx, id)?,
        preferences: agents::preferences(tx, id)?,
    })
}

/// Changes what agents may change about themselves.
pub fn update_me(tx: &mut Tx<'_>, ctx: &Context, change: MeChange) -> Result<Me, IdentityError> {
    let id = acting_agent(ctx)?;
    let mut agent = agents::get(tx, id)?.ok_or(IdentityError::NotFound("agent"))?;
    if let Some(preferences) = &change.preferences {
        preferences::check(preferences)?;
        agents::set_preferences(tx, id, preferences)?;
    }
    let before = agent.clone();
    agent.name = change.name.unwrap_or(agent.name);
    agent.display_name = change.display_name.unwrap_or(agent.display_name);
    agent.locale = change.locale.unwrap_or(agent.locale);
    if agent != before {
        agents::save(tx, &agent)?;
        changed(tx, ctx, Aggregate::Agent, id, Change::Updated)?;
    }
    me(tx, ctx)
}
