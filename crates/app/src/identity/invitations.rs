//! Invitations: the only way in for a new agent, besides set-up and the command line.
//!
//! Like the link of a password reset, the link of an invitation is derived from its id;
//! the database holds its hash. It is good for three days, once.

use std::collections::BTreeSet;

use serde_json::json;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::identity::agent::{Agent, Memberships};
use zhiyin_domain::identity::invitation::{INVITATION_LIFETIME, Invitation, InvitationState};
use zhiyin_domain::identity::password::Password;
use zhiyin_domain::ids::{AgentId, InvitationId, WorkspaceId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::secret::Secret;
use zhiyin_ports::random_bytes;
use zhiyin_store::identity::{agents, invitations, roles, teams, workspaces};
use zhiyin_store::{StoreError, SystemTx, Tx};

use super::authority::{changing_access, preview, require_reach};
use super::login::{LoggedIn, Visit, end_previous, open_session};
use super::passwords::PasswordError;
use super::secrets::Purpose;
use super::{IdentityError, acting_agent, changed, mails, taken};
use crate::audit::{self, Action};
use crate::{App, Context};

/// Who is invited, and to what.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// The address they will log in with.
    pub email: EmailAddress,
    /// Their name, if it is known.
    pub name: Option<Name>,
    /// What they will belong to.
    pub memberships: Memberships,
}

/// What somebody with the link of an invitation may know before they accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectedInvitation {
    /// The address they will log in with.
    pub email: EmailAddress,
    /// Their name, if it was given.
    pub name: Option<Name>,
    /// Who invites.
    pub workspace_name: Name,
    /// The language of the workspace.
    pub locale: Locale,
}

/// The answer to an invitation.
#[derive(Debug, Clone)]
pub struct AcceptInvitation {
    /// From the link.
    pub token: Secret<String>,
    /// Name among colleagues.
    pub name: Name,
    /// The new password.
    pub password: Secret<String>,
    /// The language of the console; the workspace's if left out.
    pub locale: Option<Locale>,
    /// The browser.
    pub visit: Visit,
}

/// The token of an invitation, derived from its id.
pub(super) fn invitation_token(
    tx: &mut Tx<'_>,
    id: InvitationId,
) -> Result<Secret<String>, IdentityError> {
    let key = tx.blind_index("invitations.token", &id.to_string())?;
    let bytes: [u8; 32] = key.try_into().map_err(|_| IdentityError::InvalidLink)?;
    Ok(Purpose::Invitation.token(bytes))
}

/// Invites somebody; gives the token of the link. An earlier invitation of the same
/// address stops working.
pub fn create_invitation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: NewInvitation,
) -> Result<(Invitation, Secret<String>), IdentityError> {
    ctx.require(Permission::ManageAgents, &Resource::WORKSPACE)?;
    let invited_by = acting_agent(ctx)?;
    require_reach(ctx, &preview(tx, None, &new.memberships)?)?;
    if agents::find(tx, &new.email)?.is_some() {
        return Err(IdentityError::Taken("email"));
    }
    let invitation = Invitation {
        id: ctx.id(),
        email: new.email,
        name: new.name,
        memberships: new.memberships,
        invited_by,
        created_at: ctx.now(),
        expires_at: ctx.now().plus(INVITATION_LIFETIME),
        state: InvitationState::Open,
    };
    let token = invitation_token(tx, invitation.id)?;
    let hash = Purpose::Invitation
        .hash(token.expose())
        .ok_or(IdentityError::InvalidLink)?;
    invitations::revoke_all(tx, &invitation.email, ctx.now())?;
    invitations::insert(tx, &invitation, &hash)?;
    changed(
        tx,
        ctx,
        Aggregate::Invitation,
        invitation.id,
        Change::Created,
    )?;
    mails::enqueue_invitation(tx, ctx, invitation.id)?;
    let detail = json!({
        "role_ids": invitation.memberships.roles,
        "team_ids": invitation.memberships.teams,
        "inbox_ids": invitation.memberships.inboxes,
    });
    audit::record_with(tx, ctx, Action::AgentInvited, &invitation.id, None, detail)?;
    Ok((invitation, token))
}

/// Invitations that wait for an answer.
pub fn list_invitations(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<Invitation>, IdentityError> {
    ctx.require(Permission::ManageAgents, &Resource::WORKSPACE)?;
    Ok(invitations::list_open(tx, ctx.now())?)
}

/// Takes an invitation back.
pub fn revoke_invitation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: InvitationId,
) -> Result<(), IdentityError> {
    ctx.require(Permission::ManageAgents, &Resource::WORKSPACE)?;
    if !invitations::revoke(tx, id, ctx.now())? {
        return Err(IdentityError::NotFound("invitation"));
    }
    changed(tx, ctx, Aggregate::Invitation, id, Change::Deleted)?;
    Ok(audit::record(
        tx,
        ctx,
        Action::InvitationRevoked,
        &id,
        None,
    )?)
}

/// What still exists of what was promised: a role may have gone since.
fn surviving(tx: &mut Tx<'_>, promised: &Memberships) -> Result<Memberships, StoreError> {
    let mut kept = BTreeSet::new();
    for role in &promised.roles {
        if roles::get(tx, *role)?.is_some() {
            kept.insert(*role);
        }
    }
    Ok(Memberships {
        roles: kept,
        teams: teams::known(tx, &promised.teams)?,
        inboxes: agents::known_inboxes(tx, &promised.inboxes)?,
    })
}

fn join(
    tx: &mut Tx<'_>,
    ctx: &Context,
    invitation: &Invitation,
    agent: &Agent,
    hash: &str,
) -> Result<(), IdentityError> {
    if !invitations::accept(tx, invitation.id, ctx.now())? {
        return Err(IdentityError::InvalidLink);
    }
    changing_access(tx, |tx| {
        agents::insert(tx, agent, Some(hash))
            .map_err(|error| taken(error, "agents_email", "email"))?;
        let memberships = surviving(tx, &invitation.memberships)?;
        agents::set_memberships(tx, agent.id, &memberships)?;
        Ok(())
    })?;
    changed(tx, ctx, Aggregate::Agent, agent.id, Change::Created)?;
    changed(
        tx,
        ctx,
        Aggregate::Invitation,
        invitation.id,
        Change::Updated,
    )?;
    let detail = json!({ "invitation_id": invitation.id, "invited_by": invitation.invited_by });
    Ok(audit::record_with(
        tx,
        ctx,
        Action::AgentJoined,
        &agent.id,
        None,
        detail,
    )?)
}

impl App {
    /// The address of the page where an invitation is accepted. The token stands behind
    /// `#`, so that it reaches no log and no other site.
    #[must_use]
    pub fn invitation_link(&self, token: &Secret<String>) -> Secret<String> {
        let base = &self.parts().settings.public_url;
        Secret::new(format!("{base}/invitation#token={}", token.expose()))
    }

    async fn find_invitation(
        &self,
        token: &Secret<String>,
    ) -> Result<(WorkspaceId, Invitation, InspectedInvitation), IdentityError> {
        let hash = Purpose::Invitation
            .hash(token.expose())
            .ok_or(IdentityError::InvalidLink)?;
        let now = self.clock().now();
        self.store()
            .read_system(move |system: &mut SystemTx<'_>| {
                let found = invitations::find(system, &hash)?;
                let (workspace, invitation) = found
                    .filter(|(_, invitation)| invitation.is_usable(now))
                    .ok_or(IdentityError::InvalidLink)?;
                let host = workspaces::load(&mut system.bind(workspace))?;
                let inspected = InspectedInvitation {
                    email: invitation.email.clone(),
                    name: invitation.name.clone(),
                    workspace_name: host.name,
                    locale: host.locale,
                };
                Ok((workspace, invitation, inspected))
            })
            .await
    }

    /// What an invitation says, for somebody who has its link.
    pub async fn inspect_invitation(
        &self,
        token: Secret<String>,
    ) -> Result<InspectedInvitation, IdentityError> {
        Ok(self.find_invitation(&token).await?.2)
    }

    /// Makes an agent of an invitation, and logs them in.
    pub async fn accept_invitation(
        &self,
        input: AcceptInvitation,
    ) -> Result<LoggedIn, PasswordError> {
        let (workspace, invitation, inspected) = self.find_invitation(&input.token).await?;
        let about = [
            invitation.email.as_str(),
            input.name.as_str(),
            inspected.workspace_name.as_str(),
        ];
        let password = Password::new(input.password, &about)?;
        let hash = self
            .hasher()
            .hash(password, random_bytes(&*self.parts().rng))
            .await?;
        let now = self.clock().now();
        let agent = Agent::new(
            AgentId::from_uuid(self.parts().ids.uuid()),
            invitation.email.clone(),
            input.name,
            input.locale.unwrap_or(inspected.locale),
            now,
        );
        let (app, visit) = (self.clone(), input.visit);
        self.store()
            .write_system(move |system: &mut SystemTx<'_>| {
                let ctx = app.visiting(workspace, agent.id, &visit, now);
                join(
                    &mut system.bind(workspace),
                    &ctx,
                    &invitation,
                    &agent,
                    &hash,
                )?;
                end_previous(system, &visit, now)?;
                Ok::<_, PasswordError>(open_session(
                    &mut system.bind(workspace),
                    &ctx,
                    agent.id,
                    &visit,
                )?)
            })
            .await
    }
}
