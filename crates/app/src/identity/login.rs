//! Logging in.
//!
//! Three steps: count the attempt and look the account up, verify the password outside
//! any transaction, then decide and write. An account that does not exist takes the
//! same path with the same work and the same answer. Only an address that is registered
//! in several workspaces of one installation takes one verification for each.

use std::sync::Arc;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::events::Event;
use zhiyin_domain::identity::login::{LoginSession, SESSION_LIFETIME, USER_AGENT_CHARS_MAX};
use zhiyin_domain::identity::password::Password;
use zhiyin_domain::ids::{AgentId, LoginSessionId, WorkspaceId};
use zhiyin_domain::limits::EMAIL_BYTES_MAX;
use zhiyin_domain::permission::Access;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::random_bytes;
use zhiyin_store::identity::agents::{self, LoginCandidate};
use zhiyin_store::identity::login_sessions;
use zhiyin_store::{StoreError, SystemTx, Tx};

use super::hasher::Busy;
use super::lockouts::{Attempt, Counting};
use super::second_factor::{self, Proof};
use super::secrets::Purpose;
use crate::audit::{self, Action};
use crate::{App, Context, Credential, Principal};

/// Accounts of one address that are looked at.
const CANDIDATES_MAX: u32 = 4;

/// The browser behind a log-in.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// Network address, as limits count it.
    pub address: String,
    /// What the browser says it is.
    pub user_agent: String,
    /// The session cookie it had until now. A log-in ends that session.
    pub previous: Option<Secret<String>>,
    /// The request, for the audit log.
    pub request_id: Option<String>,
}

/// What somebody shows to get in.
#[derive(Debug, Clone)]
pub struct LogIn {
    /// The address, as it was typed.
    pub email: String,
    /// The password.
    pub password: Secret<String>,
    /// The code of the authenticator.
    pub code: Option<String>,
    /// A recovery code instead.
    pub recovery_code: Option<String>,
    /// The short name of the workspace, where an address has several.
    pub workspace: Option<String>,
    /// The browser.
    pub visit: Visit,
}

/// Somebody is in.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who.
    pub agent: AgentId,
    /// The new session.
    pub session: LoginSessionId,
    /// What the browser must keep.
    pub cookie: Secret<String>,
}

/// Why somebody is not in.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// Address or password is wrong, or there is no such account.
    #[error("address or password is wrong")]
    InvalidCredentials,
    /// The password is right; a code is missing.
    #[error("a second factor is needed")]
    SecondFactorRequired,
    /// The password is right; the code is not, or was used already.
    #[error("the second factor is wrong")]
    InvalidSecondFactor,
    /// The password fits in several workspaces; these are their short names.
    #[error("a workspace must be chosen")]
    WorkspaceRequired(Vec<String>),
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
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the last step found. A refusal is an answer too: its traces must be committed.
enum Outcome {
    In(LoggedIn),
    Refused(LogInError),
}

/// What is counted: the account by the address that was typed, whether there is such an
/// account or not, and where the attempt comes from.
fn attempt_of(input: &LogIn) -> Attempt {
    let account = match input.email.parse::<EmailAddress>() {
        Ok(email) => email.normalized(),
        Err(_) => input
            .email
            .chars()
            .take(EMAIL_BYTES_MAX)
            .collect::<String>()
            .trim()
            .to_lowercase(),
    };
    Attempt {
        account,
        address: Some(input.visit.address.clone()),
    }
}

impl App {
    /// Checks what somebody shows and opens a session.
    pub async fn log_in(&self, input: LogIn) -> Result<LoggedIn, LogInError> {
        let now = self.clock().now();
        let attempt = attempt_of(&input);
        let (counting, candidates) = self.count(&attempt, &input, now).await?;
        let fitting = self.fitting(&input.password, &candidates).await?;
        let rehashed = self.rehashed(&input.password, &fitting).await?;
        let app = self.clone();
        let outcome = self
            .store()
            .write_system(move |system: &mut SystemTx<'_>| {
                let step = Step {
                    app: &app,
                    attempt: &attempt,
                    input: &input,
                    counting,
                    now,
                };
                match fitting.as_slice() {
                    [] => step.refuse(system, &candidates, LogInError::InvalidCredentials),
                    [one] => step.enter(system, one, rehashed.as_deref()),
                    several => {
                        attempt.take_back(system)?;
                        let slugs = several
                            .iter()
                            .map(|one| one.workspace_slug.clone())
                            .collect();
                        Ok(Outcome::Refused(LogInError::WorkspaceRequired(slugs)))
                    }
                }
            })
            .await
            .map_err(LogInError::Store)?;
        match outcome {
            Outcome::In(entered) => Ok(entered),
            Outcome::Refused(error) => Err(error),
        }
    }

    /// The first step: counts the attempt and looks the account up.
    async fn count(
        &self,
        attempt: &Attempt,
        input: &LogIn,
        now: Timestamp,
    ) -> Result<(Counting, Vec<LoginCandidate>), LogInError> {
        let email = input.email.parse::<EmailAddress>();
        let (attempt, workspace) = (attempt.clone(), input.workspace.clone());
        self.store()
            .write_system(move |system: &mut SystemTx<'_>| {
                let counting = match attempt.begin(system, now)? {
                    Ok(counting) => counting,
                    Err(locked) => {
                        return Err(LogInError::LockedOut {
                            until: locked.until,
                            now,
                        });
                    }
                };
                let mut candidates = match &email {
                    Ok(email) => agents::login_candidates(system, email, CANDIDATES_MAX)?,
                    Err(_) => Vec::new(),
                };
                if let Some(slug) = &workspace {
                    candidates.retain(|candidate| candidate.workspace_slug == *slug);
                }
                Ok((counting, candidates))
            })
            .await
    }

    /// The candidates whose password it is. At least one verification, whoever it is.
    async fn fitting(
        &self,
        password: &Secret<String>,
        candidates: &[LoginCandidate],
    ) -> Result<Vec<LoginCandidate>, Busy> {
        let mut fitting = Vec::new();
        if candidates.is_empty() {
            self.hasher().verify(password.clone(), None).await?;
        }
        for candidate in candidates {
            if self
                .hasher()
                .verify(password.clone(), candidate.password_hash.clone())
                .await?
            {
                fitting.push(candidate.clone());
            }
        }
        Ok(fitting)
    }

    /// A new hash, if the password is known now and its hash was made at another cost.
    async fn rehashed(
        &self,
        password: &Secret<String>,
        fitting: &[LoginCandidate],
    ) -> Result<Option<String>, Busy> {
        let [
            LoginCandidate {
                password_hash: Some(hash),
                ..
            },
        ] = fitting
        else {
            return Ok(None);
        };
        if !self.hasher().is_outdated(hash) {
            return Ok(None);
        }
        match Password::new(password.clone(), &[]) {
            Ok(password) => {
                let salt = random_bytes(&*self.parts().rng);
                self.hasher().hash(password, salt).await.map(Some)
            }
            // An old password that a newer rule would refuse stays as it is.
            Err(_) => Ok(None),
        }
    }
}

/// The last step of a log-in.
struct Step<'a> {
    app: &'a App,
    attempt: &'a Attempt,
    input: &'a LogIn,
    counting: Counting,
    now: Timestamp,
}

impl Step<'_> {
    fn refuse(
        &self,
        system: &mut SystemTx<'_>,
        candidates: &[LoginCandidate],
        error: LogInError,
    ) -> Result<Outcome, StoreError> {
        self.attempt.fail(system)?;
        for candidate in candidates {
            let ctx = self.app.visiting(
                candidate.workspace,
                candidate.agent,
                &self.input.visit,
                self.now,
            );
            let tx = &mut system.bind(candidate.workspace);
            let event = ctx.append(
                tx,
                &Event::LoginFailed {
                    agent_id: candidate.agent,
                },
            )?;
            audit::record(tx, &ctx, Action::LoginFailed, &candidate.agent, Some(event))?;
            if let Some(until) = self.counting.locks_until {
                let event = ctx.append(
                    tx,
                    &Event::LoginLocked {
                        agent_id: candidate.agent,
                        until,
                    },
                )?;
                audit::record(tx, &ctx, Action::LoginLocked, &candidate.agent, Some(event))?;
            }
        }
        Ok(Outcome::Refused(error))
    }

    fn enter(
        &self,
        system: &mut SystemTx<'_>,
        candidate: &LoginCandidate,
        rehashed: Option<&str>,
    ) -> Result<Outcome, StoreError> {
        let found = std::slice::from_ref(candidate);
        let (workspace, agent) = (candidate.workspace, candidate.agent);
        let ctx = self
            .app
            .visiting(workspace, agent, &self.input.visit, self.now);
        // Between the steps the password may have changed or the agent may have left.
        let tx = &mut system.bind(workspace);
        let is_same = agents::get(tx, agent)?.is_some_and(|agent| agent.is_active)
            && agents::password_hash(tx, agent)? == candidate.password_hash;
        if !is_same {
            return self.refuse(system, found, LogInError::InvalidCredentials);
        }
        let (code, recovery) = (
            self.input.code.as_deref(),
            self.input.recovery_code.as_deref(),
        );
        match second_factor::prove(tx, agent, code, recovery, self.now)? {
            Proof::NotNeeded | Proof::Given => {}
            Proof::Missing => {
                self.attempt.take_back(system)?;
                return Ok(Outcome::Refused(LogInError::SecondFactorRequired));
            }
            Proof::Wrong => return self.refuse(system, found, LogInError::InvalidSecondFactor),
        }
        if let Some(hash) = rehashed {
            agents::set_password_hash(tx, agent, hash)?;
        }
        self.attempt.succeed(system)?;
        end_previous(system, &self.input.visit, self.now)?;
        open_session(&mut system.bind(workspace), &ctx, agent, &self.input.visit).map(Outcome::In)
    }
}

/// Ends the session the browser had before, so that a log-in always changes the cookie
/// and nobody is left behind with the old one.
pub(super) fn end_previous(
    system: &mut SystemTx<'_>,
    visit: &Visit,
    now: Timestamp,
) -> Result<(), StoreError> {
    let hash = visit
        .previous
        .as_ref()
        .and_then(|cookie| Purpose::Session.hash(cookie.expose()));
    let Some(hash) = hash else { return Ok(()) };
    if let Some((workspace, session)) = login_sessions::find(system, &hash)? {
        login_sessions::revoke(&mut system.bind(workspace), session.id, session.agent, now)?;
    }
    Ok(())
}

/// Opens a session for somebody who has proven who they are.
pub(super) fn open_session(
    tx: &mut Tx<'_>,
    ctx: &Context,
    agent: AgentId,
    visit: &Visit,
) -> Result<LoggedIn, StoreError> {
    let cookie = Purpose::Session.token(ctx.random());
    let hash = Purpose::Session
        .hash(cookie.expose())
        .expect("our own token has the form of a token");
    let session = LoginSession {
        id: ctx.id(),
        agent,
        address: visit.address.clone(),
        user_agent: visit
            .user_agent
            .chars()
            .filter(|c| !c.is_control())
            .take(USER_AGENT_CHARS_MAX)
            .collect(),
        created_at: ctx.now(),
        last_seen_at: ctx.now(),
        expires_at: ctx.now().plus(SESSION_LIFETIME),
    };
    login_sessions::insert(tx, &session, &hash)?;
    let event = ctx.append(
        tx,
        &Event::LoggedIn {
            agent_id: agent,
            login_session_id: session.id,
        },
    )?;
    audit::record(tx, ctx, Action::LoggedIn, &session.id, Some(event))?;
    Ok(LoggedIn {
        workspace: tx.workspace(),
        agent,
        session: session.id,
        cookie,
    })
}

impl App {
    /// How an agent acts before they have a session.
    pub(super) fn visiting(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
        visit: &Visit,
        now: Timestamp,
    ) -> Context {
        let principal = Principal {
            workspace,
            actor: Actor::Agent(agent),
            access: Arc::new(Access::default()),
            credential: Credential::Internal,
            request_id: visit.request_id.clone(),
            causes: Vec::new(),
        };
        Context::new(
            &principal,
            now,
            Arc::clone(&self.parts().ids),
            Arc::clone(&self.parts().rng),
        )
    }
}
