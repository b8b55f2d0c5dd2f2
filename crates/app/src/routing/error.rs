//! Why something with queues and routing was refused.

use zhiyin_domain::name::ParseNameError;
use zhiyin_domain::permission::Denied;
use zhiyin_domain::promise::PromiseRuleError;
use zhiyin_domain::routing::RouterError;
use zhiyin_store::StoreError;

use crate::conversations::ConversationError;
use crate::promises::PromiseError;

/// Why something with queues and routing was refused.
#[derive(Debug, thiserror::Error)]
pub enum RoutingError {
    /// No such thing; the word says what.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Only a person can do this.
    #[error("only an agent can do this")]
    NotAnAgent,
    /// Another one has this name.
    #[error("another one has this name")]
    NameTaken,
    /// The name is not acceptable.
    #[error(transparent)]
    Name(#[from] ParseNameError),
    /// Something still refers to it; the word says what.
    #[error("it is still used by {0}")]
    InUse(&'static str),
    /// A field breaks a rule.
    #[error("{detail}")]
    Invalid {
        /// Where, as a JSON pointer.
        field: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The offer is over or was for somebody else.
    #[error("the offer is over")]
    OfferOver,
    /// The colleague is not at work.
    #[error("the agent is not at work")]
    AgentAbsent,
    /// The customer does not stand in line.
    #[error("the conversation does not stand in line")]
    NotWaiting,
    /// Somebody else changed it first.
    #[error("somebody else changed it")]
    Changed,
    /// The promise to the customer could not be made.
    #[error(transparent)]
    Promise(PromiseError),
    /// Something with the conversation.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RoutingError {
    pub(crate) fn invalid(field: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Invalid {
            field,
            detail: format!("{detail}"),
        }
    }

    /// A name that is taken, by the index that says so.
    pub(super) fn taken(error: StoreError, index: &str) -> Self {
        if error.is_unique_violation(index) {
            Self::NameTaken
        } else {
            error.into()
        }
    }
}

impl From<RouterError> for RoutingError {
    fn from(error: RouterError) -> Self {
        match error {
            RouterError::AgentAbsent => Self::AgentAbsent,
            RouterError::UnknownQueue => Self::NotFound("queue"),
            RouterError::UnknownAgent => Self::NotFound("agent"),
            RouterError::UnknownItem
            | RouterError::AlreadyQueued
            | RouterError::QueueFull
            | RouterError::OfferOver => Self::OfferOver,
        }
    }
}

impl From<PromiseError> for RoutingError {
    fn from(error: PromiseError) -> Self {
        match error {
            PromiseError::Store(error) => Self::Store(error),
            PromiseError::Conversation(error) => Self::Conversation(error),
            other => Self::Promise(other),
        }
    }
}

impl From<PromiseRuleError> for RoutingError {
    fn from(error: PromiseRuleError) -> Self {
        Self::Promise(error.into())
    }
}

/// Inside a transaction of a conversation: what routing cannot do there is the store's failure
/// or the conversation's.
impl From<RoutingError> for ConversationError {
    fn from(error: RoutingError) -> Self {
        match error {
            RoutingError::Conversation(error) => error,
            RoutingError::Store(error) => Self::Store(error),
            RoutingError::Denied(denied) => Self::Denied(denied),
            _ => Self::Store(StoreError::Aborted),
        }
    }
}
