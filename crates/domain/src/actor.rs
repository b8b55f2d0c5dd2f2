//! Who did something.

use std::fmt;
use std::str::FromStr;

use crate::ids::{AgentId, IdentityId, TokenId};

/// The one behind a command or an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person of the company.
    Agent(AgentId),
    /// A customer, known by the identity they wrote with.
    Visitor(IdentityId),
    /// Another system, by its app token.
    App(TokenId),
    /// The bot.
    Bot,
    /// Zhiyin itself: a timer, a reactor, a command on the server. The name says which.
    System(String),
}

impl Actor {
    /// A part of Zhiyin itself.
    #[must_use]
    pub fn system(name: &str) -> Self {
        Self::System(name.to_owned())
    }

    /// The agent, if it is one.
    #[must_use]
    pub const fn agent(&self) -> Option<AgentId> {
        match self {
            Self::Agent(id) => Some(*id),
            Self::Visitor(_) | Self::App(_) | Self::Bot | Self::System(_) => None,
        }
    }

    /// One word for the kind, as in the API: `agent`, `contact`, `app`, `bot`, `system`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Agent(_) => "agent",
            Self::Visitor(_) => "contact",
            Self::App(_) => "app",
            Self::Bot => "bot",
            Self::System(_) => "system",
        }
    }
}

/// `agent:ag_…`, `contact:id_…`, `app:tk_…`, `bot`, `system:relay`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(id) => write!(f, "agent:{id}"),
            Self::Visitor(id) => write!(f, "contact:{id}"),
            Self::App(id) => write!(f, "app:{id}"),
            Self::Bot => f.write_str("bot"),
            Self::System(name) => write!(f, "system:{name}"),
        }
    }
}

/// A text names no actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an actor")]
pub struct ParseActorError;

impl FromStr for Actor {
    type Err = ParseActorError;
    fn from_str(text: &str) -> Result<Self, ParseActorError> {
        if text == "bot" {
            return Ok(Self::Bot);
        }
        let (kind, rest) = text.split_once(':').ok_or(ParseActorError)?;
        match kind {
            "agent" => rest.parse().map(Self::Agent).map_err(|_| ParseActorError),
            "contact" => rest.parse().map(Self::Visitor).map_err(|_| ParseActorError),
            "app" => rest.parse().map(Self::App).map_err(|_| ParseActorError),
            "system" => Ok(Self::System(rest.to_owned())),
            _ => Err(ParseActorError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn every_actor_survives_the_round_trip() {
        let uuid = Uuid::from_u128(7);
        for actor in [
            Actor::Agent(AgentId::from_uuid(uuid)),
            Actor::Visitor(IdentityId::from_uuid(uuid)),
            Actor::App(TokenId::from_uuid(uuid)),
            Actor::Bot,
            Actor::system("snooze"),
        ] {
            assert_eq!(actor.to_string().parse(), Ok(actor));
        }
    }

    #[test]
    fn a_stranger_is_refused() {
        for text in [
            "",
            "agent",
            "agent:",
            "agent:cv_00000000000000000000000001",
            "root:x",
        ] {
            assert_eq!(text.parse::<Actor>(), Err(ParseActorError), "{text}");
        }
    }
}
