//! Changing a password, and getting a new one by a link.
//!
//! The link of a reset is never stored: it is derived from the id of the request with a
//! key of the workspace, so that the job that mails it needs only the id. The database
//! holds its hash. A request is good for an hour, once, and a new one replaces it.

use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::events::Event;
use zhiyin_domain::identity::agent::Agent;
use zhiyin_domain::identity::login::{RESET_LIFETIME, RESET_PAUSE};
use zhiyin_domain::identity::password::{Password, PasswordProblem};
use zhiyin_domain::ids::{AgentId, LoginSessionId, ResetId, WorkspaceId};
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::random_bytes;
use zhiyin_store::identity::password_resets::{self, PasswordReset};
use zhiyin_store::identity::{access, agents, login_sessions, workspaces};
use zhiyin_store::{StoreError, SystemTx, Tx};

use super::hasher::Busy;
use super::lockouts::Attempt;
use super::login::Visit;
use super::secrets::Purpose;
use super::{IdentityError, acting_in_person, authority, mails};
use crate::audit::{self, Action};
use crate::{App, Context, Credential, Principal};

/// Accounts of one address that get a mail.
const ACCOUNTS_MAX: u32 = 10;

/// Why a password was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The present password is wrong.
    #[error("the present password is wrong")]
    Wrong,
    /// The new one breaks a rule.
    #[error(transparent)]
    Weak(#[from] PasswordProblem),
    /// Too many failures.
    #[error("too many failed attempts")]
    LockedOut {
        /// When the next attempt will be looked at.
        until: Timestamp,
        /// When this was said.
        now: Timestamp,
    },
    /// Too many passwords are being checked.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// Anything else.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

impl From<StoreError> for PasswordError {
    fn from(error: StoreError) -> Self {
        Self::Identity(IdentityError::Store(error))
    }
}

/// The token of a reset, derived from its id.
pub(super) fn reset_token(tx: &mut Tx<'_>, id: ResetId) -> Result<Secret<String>, IdentityError> {
    let key = tx.blind_index("password_resets.token", &id.to_string())?;
    let bytes: [u8; 32] = key.try_into().map_err(|_| IdentityError::InvalidLink)?;
    Ok(Purpose::PasswordReset.token(bytes))
}

/// Writes a request; earlier ones of the agent stop working.
fn open_reset(
    tx: &mut Tx<'_>,
    ctx: &Context,
    agent: AgentId,
) -> Result<(PasswordReset, Secret<String>), IdentityError> {
    let reset = PasswordReset {
        id: ctx.id(),
        agent,
        created_at: ctx.now(),
        expires_at: ctx.now().plus(RESET_LIFETIME),
        is_used: false,
    };
    let token = reset_token(tx, reset.id)?;
    let hash = Purpose::PasswordReset
        .hash(token.expose())
        .ok_or(IdentityError::InvalidLink)?;
    password_resets::cancel_all(tx, agent, ctx.now())?;
    password_resets::insert(tx, &reset, &hash)?;
    Ok((reset, token))
}

/// Makes a link for an agent, for an administrator to hand on where no mail can be sent.
/// Whoever has the link can become the agent, so nobody makes one for somebody who may
/// do more than they.
pub fn issue_reset_link(
    tx: &mut Tx<'_>,
    ctx: &Context,
    agent: AgentId,
) -> Result<(Secret<String>, Timestamp), IdentityError> {
    ctx.require(Permission::ManageAgents, &Resource::WORKSPACE)?;
    let found = agents::get(tx, agent)?.ok_or(IdentityError::NotFound("agent"))?;
    authority::require_reach(ctx, &access::load(tx, agent)?)?;
    if !found.is_active {
        return Err(IdentityError::Invalid("is_active"));
    }
    let (reset, token) = open_reset(tx, ctx, agent)?;
    audit::record(tx, ctx, Action::PasswordResetIssued, &agent, None)?;
    Ok((token, reset.expires_at))
}

/// Checks a new password against the rules and everything known of the account.
fn accept(
    text: Secret<String>,
    agent: &Agent,
    workspace: &str,
) -> Result<Password, PasswordProblem> {
    Password::new(
        text,
        &[
            agent.email.as_str(),
            agent.name.as_str(),
            agent.display_name.as_str(),
            workspace,
        ],
    )
}

/// Writes a new password and ends every session but `except`.
fn set_password(
    tx: &mut Tx<'_>,
    ctx: &Context,
    agent: AgentId,
    hash: &str,
    except: Option<LoginSessionId>,
) -> Result<(), StoreError> {
    agents::set_password_hash(tx, agent, hash)?;
    login_sessions::revoke_all(tx, agent, except, ctx.now())?;
    password_resets::cancel_all(tx, agent, ctx.now())?;
    let event = ctx.append(tx, &Event::PasswordChanged { agent_id: agent })?;
    audit::record(tx, ctx, Action::PasswordChanged, &agent, Some(event))
}

impl App {
    /// The address of the page where a reset is confirmed. The token stands behind `#`,
    /// so that it reaches no log and no other site.
    #[must_use]
    pub fn reset_link(&self, token: &Secret<String>) -> Secret<String> {
        let base = &self.parts().settings.public_url;
        Secret::new(format!("{base}/password-reset#token={}", token.expose()))
    }

    /// Counts an attempt of somebody who is logged in already.
    pub(super) async fn begin_attempt(
        &self,
        principal: &Principal,
    ) -> Result<Attempt, PasswordError> {
        let agent = principal.actor.agent().ok_or(IdentityError::AgentOnly)?;
        if !matches!(principal.credential, Credential::LoginSession(_)) {
            return Err(IdentityError::SessionOnly.into());
        }
        let (workspace, now) = (principal.workspace, self.clock().now());
        self.store()
            .write_system(move |system: &mut SystemTx<'_>| {
                let agent = agents::get(&mut system.bind(workspace), agent)?
                    .ok_or(IdentityError::NotFound("agent"))?;
                let attempt = Attempt {
                    account: agent.email.normalized(),
                    address: None,
                };
                match attempt.begin(system, now)? {
                    Ok(_) => Ok(attempt),
                    Err(locked) => Err(PasswordError::LockedOut {
                        until: locked.until,
                        now,
                    }),
                }
            })
            .await
    }

    /// Takes the attempt back if it was a good one.
    pub(super) async fn end_attempt(
        &self,
        attempt: Attempt,
        is_good: bool,
    ) -> Result<(), StoreError> {
        if !is_good {
            return Ok(());
        }
        self.store()
            .write_system(move |system: &mut SystemTx<'_>| attempt.take_back(system))
            .await
    }

    /// Makes sure that whoever sits at the browser knows the password.
    pub(super) async fn confirm_password(
        &self,
        principal: &Principal,
        password: Secret<String>,
    ) -> Result<(), PasswordError> {
        let attempt = self.begin_attempt(principal).await?;
        let hash = self
            .read(principal, |tx: &mut Tx<'_>, ctx: &Context| {
                Ok::<_, IdentityError>(agents::password_hash(tx, acting_in_person(ctx)?)?)
            })
            .await?;
        let is_right = self.hasher().verify(password, hash).await?;
        self.end_attempt(attempt, is_right).await?;
        if is_right {
            Ok(())
        } else {
            Err(PasswordError::Wrong)
        }
    }

    /// Changes the password of the caller and ends all their other sessions.
    pub async fn change_password(
        &self,
        principal: &Principal,
        current: Secret<String>,
        new: Secret<String>,
    ) -> Result<(), PasswordError> {
        self.confirm_password(principal, current).await?;
        let (agent, workspace) = self
            .read(principal, |tx: &mut Tx<'_>, ctx: &Context| {
                let agent = agents::get(tx, acting_in_person(ctx)?)?
                    .ok_or(IdentityError::NotFound("agent"))?;
                Ok::<_, IdentityError>((agent, workspaces::load(tx)?))
            })
            .await?;
        let password = accept(new, &agent, workspace.name.as_str())?;
        let hash = self
            .hasher()
            .hash(password, random_bytes(&*self.parts().rng))
            .await?;
        let except = match principal.credential {
            Credential::LoginSession(id) => Some(id),
            Credential::Token(_) | Credential::Visitor(_) | Credential::Internal => None,
        };
        let id = agent.id;
        self.write(principal, move |tx: &mut Tx<'_>, ctx: &Context| {
            Ok::<_, PasswordError>(set_password(tx, ctx, id, &hash, except)?)
        })
        .await
    }

    /// Somebody says they forgot the password of an address. Whether there is such an
    /// account does not show, neither in the answer nor in the time it takes.
    pub async fn ask_password_reset(&self, email: String, visit: Visit) -> Result<(), StoreError> {
        let email = email.parse::<EmailAddress>();
        let (app, now) = (self.clone(), self.clock().now());
        let outcome = self
            .store()
            .write_system(move |system: &mut SystemTx<'_>| {
                // Counted by network address: one write in any case, and no flood of mail.
                let asking = Attempt {
                    account: format!("reset {}", visit.address),
                    address: None,
                };
                if asking.begin(system, now)?.is_err() {
                    return Ok(());
                }
                let accounts = match &email {
                    Ok(email) => agents::login_candidates(system, email, ACCOUNTS_MAX)?,
                    Err(_) => Vec::new(),
                };
                for account in accounts {
                    let ctx = app.visiting(account.workspace, account.agent, &visit, now);
                    let tx = &mut system.bind(account.workspace);
                    let last = password_resets::last_asked(tx, account.agent)?;
                    if last.is_some_and(|last| now.since(last) < RESET_PAUSE) {
                        continue;
                    }
                    let (reset, _) = open_reset(tx, &ctx, account.agent)?;
                    mails::enqueue_reset(tx, &ctx, reset.id)?;
                    audit::record(tx, &ctx, Action::PasswordResetAsked, &account.agent, None)?;
                }
                Ok::<_, IdentityError>(())
            })
            .await;
        match outcome {
            Ok(()) => Ok(()),
            Err(IdentityError::Store(error)) => Err(error),
            Err(other) => {
                tracing::error!("A password reset could not be prepared: {other}");
                Ok(())
            }
        }
    }

    /// Sets a new password with the link of a reset, and ends all sessions.
    pub async fn confirm_password_reset(
        &self,
        token: Secret<String>,
        new: Secret<String>,
        visit: Visit,
    ) -> Result<(), PasswordError> {
        let hash = Purpose::PasswordReset
            .hash(token.expose())
            .ok_or(IdentityError::InvalidLink)?;
        let now = self.clock().now();
        let (workspace, reset, agent, name) = self
            .store()
            .read_system(move |system: &mut SystemTx<'_>| {
                let found =
                    password_resets::find(system, &hash)?.filter(|(_, reset)| reset.is_usable(now));
                let (workspace, reset) = found.ok_or(IdentityError::InvalidLink)?;
                let tx = &mut system.bind(workspace);
                let agent = agents::get(tx, reset.agent)?.ok_or(IdentityError::InvalidLink)?;
                Ok::<_, IdentityError>((workspace, reset, agent, workspaces::load(tx)?.name))
            })
            .await?;
        let password = accept(new, &agent, name.as_str())?;
        let hash = self
            .hasher()
            .hash(password, random_bytes(&*self.parts().rng))
            .await?;
        self.finish_reset(workspace, reset, agent, hash, visit)
            .await
    }

    async fn finish_reset(
        &self,
        workspace: WorkspaceId,
        reset: PasswordReset,
        agent: Agent,
        hash: String,
        visit: Visit,
    ) -> Result<(), PasswordError> {
        let app = self.clone();
        self.store()
            .write_system(move |system: &mut SystemTx<'_>| {
                let ctx = app.visiting(workspace, agent.id, &visit, app.clock().now());
                let tx = &mut system.bind(workspace);
                let is_active = agents::get(tx, agent.id)?.is_some_and(|agent| agent.is_active);
                if !is_active || !password_resets::consume(tx, reset.id, ctx.now())? {
                    return Err(IdentityError::InvalidLink.into());
                }
                set_password(tx, &ctx, agent.id, &hash, None)?;
                // Whoever reads the mailbox may try again at once.
                unlock(system, &agent)?;
                Ok::<_, PasswordError>(())
            })
            .await
    }

    /// Sets a password from the command line of the server, ends all sessions and lifts a
    /// lock.
    pub async fn set_password(
        &self,
        workspace: WorkspaceId,
        email: EmailAddress,
        new: Secret<String>,
    ) -> Result<(), PasswordError> {
        let principal = Principal::system(workspace, "admin");
        let (agent, name) = self
            .read(&principal, move |tx: &mut Tx<'_>, _: &Context| {
                let agent = agents::find(tx, &email)?.ok_or(IdentityError::NotFound("agent"))?;
                Ok::<_, IdentityError>((agent, workspaces::load(tx)?.name))
            })
            .await?;
        let password = accept(new, &agent, name.as_str())?;
        let hash = self
            .hasher()
            .hash(password, random_bytes(&*self.parts().rng))
            .await?;
        let ctx = self.context(&principal);
        self.store()
            .write_system(move |system: &mut SystemTx<'_>| {
                set_password(&mut system.bind(workspace), &ctx, agent.id, &hash, None)?;
                unlock(system, &agent)
            })
            .await
            .map_err(PasswordError::from)
    }
}

/// Forgets the failures of an account whose owner has proven who they are otherwise.
fn unlock(system: &mut SystemTx<'_>, agent: &Agent) -> Result<(), StoreError> {
    let attempt = Attempt {
        account: agent.email.normalized(),
        address: None,
    };
    attempt.succeed(system)
}
