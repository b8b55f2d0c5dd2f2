//! Who acts, when, and with which identifiers: what a use case is given besides its
//! transaction.

use std::sync::Arc;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, EventId, LoginSessionId, TokenId, TypedId, WorkspaceId};
use zhiyin_domain::permission::{Access, Denied, Permission, Resource};
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::{IdSource, Rng};
use zhiyin_store::events::EventMeta;
use zhiyin_store::{StoreError, Tx};

/// An authenticated caller.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The workspace they are in.
    pub workspace: WorkspaceId,
    /// Who they are.
    pub actor: Actor,
    /// What they may do.
    pub access: Arc<Access>,
    /// How they proved it.
    pub credential: Credential,
    /// The request, for logs and events.
    pub request_id: Option<String>,
    /// Events that made this happen, oldest first; empty for what people do.
    pub causes: Vec<EventId>,
}

/// How a caller proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A browser in which an agent is logged in.
    LoginSession(LoginSessionId),
    /// A personal or app token.
    Token(TokenId),
    /// A visitor's token.
    Visitor(zhiyin_domain::ids::VisitorTokenId),
    /// None was needed: a timer, a reactor, the command line.
    Internal,
}

impl Principal {
    /// Zhiyin itself, allowed everything in one workspace. `name` says which part.
    pub fn system(workspace: WorkspaceId, name: &str) -> Self {
        Self {
            workspace,
            actor: Actor::system(name),
            access: Arc::new(Access::everything()),
            credential: Credential::Internal,
            request_id: None,
            causes: Vec::new(),
        }
    }

    /// The same caller, acting because of an event.
    #[must_use]
    pub fn because_of(mut self, causes: &[EventId], event: EventId) -> Self {
        self.causes = causes.to_vec();
        self.causes.push(event);
        self
    }
}

/// What a use case is given besides its transaction. Fixed for the whole command, also
/// when the transaction has to run again.
#[derive(Clone)]
pub struct Context {
    workspace: WorkspaceId,
    actor: Actor,
    access: Arc<Access>,
    credential: Credential,
    causes: Arc<[EventId]>,
    request_id: Option<Arc<str>>,
    now: Timestamp,
    ids: Arc<dyn IdSource>,
    rng: Arc<dyn Rng>,
}

impl Context {
    /// Puts a caller and a moment together.
    pub fn new(
        principal: &Principal,
        now: Timestamp,
        ids: Arc<dyn IdSource>,
        rng: Arc<dyn Rng>,
    ) -> Self {
        Self {
            workspace: principal.workspace,
            actor: principal.actor.clone(),
            access: Arc::clone(&principal.access),
            credential: principal.credential,
            causes: principal.causes.as_slice().into(),
            request_id: principal.request_id.as_deref().map(Into::into),
            now,
            ids,
            rng,
        }
    }

    /// The same moment of the same command, with an agent as the one who acts: for what is
    /// done in their name while they are away. `access` is what they may do now.
    #[must_use]
    pub(crate) fn in_name_of(&self, agent: AgentId, access: Access) -> Self {
        Self {
            actor: Actor::Agent(agent),
            access: Arc::new(access),
            ..self.clone()
        }
    }

    /// The same moment of the same command, done by a part of Zhiyin that may do no more than
    /// `access` says.
    #[must_use]
    pub(crate) fn as_system(&self, name: &str, access: Access) -> Self {
        Self {
            actor: Actor::system(name),
            access: Arc::new(access),
            ..self.clone()
        }
    }

    /// The workspace the command is about.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What they may do.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// How they proved who they are.
    pub fn credential(&self) -> Credential {
        self.credential
    }

    /// When. The same for the whole command.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A new identifier.
    pub fn id<T: TypedId>(&self) -> T {
        T::from_uuid(self.ids.uuid())
    }

    /// Unpredictable bytes, for tokens.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        zhiyin_ports::random_bytes(&*self.rng)
    }

    /// The request, for the audit log.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Refuses the command unless the actor may do `permission` with `resource`.
    pub fn require(&self, permission: Permission, resource: &Resource) -> Result<(), Denied> {
        if self.access.allows(permission, resource) {
            Ok(())
        } else {
            Err(Denied { permission })
        }
    }

    /// Appends an event to the log, in the transaction of the change it tells about.
    pub fn append(&self, tx: &mut Tx<'_>, event: &Event) -> Result<EventId, StoreError> {
        let id = self.id();
        let meta = EventMeta {
            id,
            actor: self.actor.clone(),
            causes: self.causes.to_vec(),
            request_id: self.request_id.as_deref().map(str::to_owned),
            now: self.now,
        };
        zhiyin_store::events::append(tx, &meta, event)?;
        Ok(id)
    }
}
