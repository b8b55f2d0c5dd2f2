//! Agents made from the command line of the server, where nobody is logged in and whoever
//! types may do everything anyway.

use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::identity::agent::{Agent, Memberships};
use zhiyin_domain::identity::password::Password;
use zhiyin_domain::ids::{AgentId, WorkspaceId};
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_domain::secret::Secret;
use zhiyin_ports::random_bytes;
use zhiyin_store::Tx;
use zhiyin_store::identity::{agents, roles, workspaces};

use super::authority::changing_access;
use super::{IdentityError, PasswordError, changed};
use crate::audit::{self, Action};
use crate::{App, Context, Principal};

/// A new agent.
#[derive(Debug, Clone)]
pub struct NewAgent {
    /// The address they will log in with.
    pub email: EmailAddress,
    /// Their name.
    pub name: Name,
    /// What they may do.
    pub role: BuiltinRole,
    /// Their first password.
    pub password: Secret<String>,
}

impl App {
    /// Makes an agent with a password, who can log in at once.
    pub async fn create_agent(
        &self,
        workspace: WorkspaceId,
        new: NewAgent,
    ) -> Result<AgentId, PasswordError> {
        let principal = Principal::system(workspace, "admin");
        let place = self
            .read(&principal, |tx: &mut Tx<'_>, _: &Context| {
                workspaces::load(tx)
            })
            .await?;
        let about = [new.email.as_str(), new.name.as_str(), place.name.as_str()];
        let password = Password::new(new.password, &about)?;
        let hash = self
            .hasher()
            .hash(password, random_bytes(&*self.parts().rng))
            .await?;
        let ctx = self.context(&principal);
        let agent = Agent::new(ctx.id(), new.email, new.name, place.locale, ctx.now());
        let id = agent.id;
        self.write(&principal, move |tx: &mut Tx<'_>, ctx: &Context| {
            insert(tx, ctx, &agent, new.role, &hash).map_err(PasswordError::from)
        })
        .await?;
        Ok(id)
    }
}

fn insert(
    tx: &mut Tx<'_>,
    ctx: &Context,
    agent: &Agent,
    role: BuiltinRole,
    hash: &str,
) -> Result<(), IdentityError> {
    if agents::find(tx, &agent.email)?.is_some() {
        return Err(IdentityError::Taken("email"));
    }
    let known = roles::list(tx)?;
    let role = known
        .iter()
        .find(|known| known.builtin == Some(role))
        .ok_or(IdentityError::NotFound("role"))?;
    let memberships = Memberships {
        roles: [role.id].into_iter().collect(),
        ..Memberships::default()
    };
    changing_access(tx, |tx| {
        agents::insert(tx, agent, Some(hash))?;
        Ok(agents::set_memberships(tx, agent.id, &memberships)?)
    })?;
    changed(tx, ctx, Aggregate::Agent, agent.id, Change::Created)?;
    Ok(audit::record(
        tx,
        ctx,
        Action::AgentJoined,
        &agent.id,
        None,
    )?)
}
