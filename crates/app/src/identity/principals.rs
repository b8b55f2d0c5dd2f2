//! The one function that says who is calling.
//!
//! Every call looks its session or token up, so that a revoked one ends at once. What
//! its owner may do is remembered under the number of the workspace's last change of
//! access: a role that changes, changes for the very next call, on every node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zhiyin_domain::actor::Actor;
use zhiyin_domain::identity::login::{LoginSession, is_stale};
use zhiyin_domain::identity::token::{ApiToken, app_access, narrowed};
use zhiyin_domain::ids::{AgentId, WorkspaceId};
use zhiyin_domain::permission::Access;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::{access, login_sessions, tokens};
use zhiyin_store::{StoreError, SystemTx, Tx};

use super::secrets::Purpose;
use crate::{App, Credential, Principal};

/// What a caller shows.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// The session cookie of a browser.
    Cookie(Secret<String>),
    /// A personal or app token.
    Bearer(Secret<String>),
}

/// Why a caller is nobody.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// Unknown, revoked or expired: which of them is nobody's business.
    #[error("no valid session or token")]
    Unknown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Accesses kept at once; beyond it the memory starts afresh.
const ENTRIES_MAX: usize = 20_000;

/// What agents may do, as of a change of access.
#[derive(Default)]
pub struct AccessCache {
    entries: Mutex<Entries>,
}

/// The number of the change an access is known for, and the access.
type Entries = HashMap<(WorkspaceId, AgentId), (i64, Arc<Access>)>;

impl AccessCache {
    fn load(&self, tx: &mut Tx<'_>, agent: AgentId) -> Result<Arc<Access>, StoreError> {
        let key = (tx.workspace(), agent);
        let version = access::version(tx)?;
        if let Some((known, access)) = self.lock().get(&key)
            && *known == version
        {
            return Ok(Arc::clone(access));
        }
        let access = Arc::new(access::load(tx, agent)?);
        let mut entries = self.lock();
        if entries.len() >= ENTRIES_MAX {
            entries.clear();
        }
        entries.insert(key, (version, Arc::clone(&access)));
        Ok(access)
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A caller who was found, and whether their last use should be noted.
struct Found {
    principal: Principal,
    is_stale: bool,
}

fn of_session(
    tx: &mut Tx<'_>,
    cache: &AccessCache,
    session: &LoginSession,
    now: Timestamp,
) -> Result<Option<Found>, StoreError> {
    if !session.is_alive(now) {
        return Ok(None);
    }
    let access = cache.load(tx, session.agent)?;
    let principal = Principal {
        workspace: tx.workspace(),
        actor: Actor::Agent(session.agent),
        access,
        credential: Credential::LoginSession(session.id),
        request_id: None,
        causes: Vec::new(),
    };
    Ok(Some(Found {
        principal,
        is_stale: is_stale(Some(session.last_seen_at), now),
    }))
}

fn of_token(
    tx: &mut Tx<'_>,
    cache: &AccessCache,
    token: &ApiToken,
    now: Timestamp,
) -> Result<Option<Found>, StoreError> {
    if !token.is_usable(now) {
        return Ok(None);
    }
    let (actor, access) = match token.owner {
        Some(owner) => (
            Actor::Agent(owner),
            narrowed(&*cache.load(tx, owner)?, &token.scopes),
        ),
        None => (Actor::App(token.id), app_access(&token.scopes)),
    };
    let principal = Principal {
        workspace: tx.workspace(),
        actor,
        access: Arc::new(access),
        credential: Credential::Token(token.id),
        request_id: None,
        causes: Vec::new(),
    };
    Ok(Some(Found {
        principal,
        is_stale: is_stale(token.last_used_at, now),
    }))
}

impl App {
    /// Says who is calling, for HTTP and WebSocket alike.
    pub async fn authenticate(
        &self,
        credentials: Credentials,
    ) -> Result<Principal, AuthenticateError> {
        let (purpose, text) = match &credentials {
            Credentials::Cookie(text) => (Purpose::Session, text),
            Credentials::Bearer(text) => (Purpose::Api, text),
        };
        let hash = purpose
            .hash(text.expose())
            .ok_or(AuthenticateError::Unknown)?;
        let (cache, now) = (Arc::clone(self.accesses()), self.clock().now());
        let found = self
            .store()
            .read_system(move |system: &mut SystemTx<'_>| {
                if purpose == Purpose::Session {
                    let Some((workspace, session)) = login_sessions::find(system, &hash)? else {
                        return Ok(None);
                    };
                    of_session(&mut system.bind(workspace), &cache, &session, now)
                } else {
                    let Some((workspace, token)) = tokens::find(system, &hash)? else {
                        return Ok(None);
                    };
                    of_token(&mut system.bind(workspace), &cache, &token, now)
                }
            })
            .await
            .map_err(AuthenticateError::Store)?;
        self.admit(found).await
    }

    /// Asks again about a caller whose connection stays open: still there, and with
    /// what they may do now.
    pub async fn refresh(&self, principal: &Principal) -> Result<Principal, AuthenticateError> {
        let credential = principal.credential;
        let (cache, now) = (Arc::clone(self.accesses()), self.clock().now());
        let found = self
            .store()
            .read(
                principal.workspace,
                move |tx: &mut Tx<'_>| match credential {
                    Credential::LoginSession(id) => match login_sessions::get(tx, id)? {
                        Some(session) => of_session(tx, &cache, &session, now),
                        None => Ok(None),
                    },
                    Credential::Token(id) => match tokens::get(tx, id)? {
                        Some(token) => of_token(tx, &cache, &token, now),
                        None => Ok(None),
                    },
                    Credential::Visitor(_) | Credential::Internal => Ok(None),
                },
            )
            .await
            .map_err(AuthenticateError::Store)?;
        let fresh = self.admit(found).await?;
        Ok(Principal {
            request_id: principal.request_id.clone(),
            ..fresh
        })
    }

    async fn admit(&self, found: Option<Found>) -> Result<Principal, AuthenticateError> {
        let Found {
            principal,
            is_stale,
        } = found.ok_or(AuthenticateError::Unknown)?;
        if is_stale {
            let (credential, now) = (principal.credential, self.clock().now());
            let noted =
                self.store().write(
                    principal.workspace,
                    move |tx: &mut Tx<'_>| match credential {
                        Credential::LoginSession(id) => login_sessions::touch(tx, id, now),
                        Credential::Token(id) => tokens::touch(tx, id, now),
                        Credential::Visitor(_) | Credential::Internal => Ok(()),
                    },
                );
            // Who they are does not depend on whether we can write it down.
            if let Err(error) = noted.await {
                tracing::warn!("Cannot note the last use of a session: {error}");
            }
        }
        Ok(principal)
    }
}
