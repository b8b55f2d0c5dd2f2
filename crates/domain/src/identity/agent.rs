//! The people who answer customers.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;
use crate::ids::{AgentId, AvatarId, InboxId, RoleId, TeamId};
use crate::locale::Locale;
use crate::name::Name;
use crate::time::Timestamp;

/// Whether an agent takes work, as they set it themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Takes new work.
    Online,
    /// Here, with enough to do.
    Busy,
    /// On a break.
    Break,
    /// Not at the desk.
    Away,
    /// Gone.
    Offline,
}

impl Presence {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Online,
        Self::Busy,
        Self::Break,
        Self::Away,
        Self::Offline,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Busy => "busy",
            Self::Break => "break",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }
}

/// A text names no presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such presence")]
pub struct ParsePresenceError;

impl FromStr for Presence {
    type Err = ParsePresenceError;
    fn from_str(text: &str) -> Result<Self, ParsePresenceError> {
        Self::ALL
            .into_iter()
            .find(|one| one.as_str() == text)
            .ok_or(ParsePresenceError)
    }
}

/// A person who answers customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Identifier.
    pub id: AgentId,
    /// The address they log in with.
    pub email: EmailAddress,
    /// Name among colleagues.
    pub name: Name,
    /// Name customers see.
    pub display_name: Name,
    /// Picture.
    pub avatar: Option<AvatarId>,
    /// Language of their console.
    pub locale: Locale,
    /// Whether they may log in.
    pub is_active: bool,
    /// Whether they take work.
    pub presence: Presence,
    /// When they joined.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

impl Agent {
    /// A new, active agent who is not at work yet.
    #[must_use]
    pub fn new(
        id: AgentId,
        email: EmailAddress,
        name: Name,
        locale: Locale,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            email,
            display_name: name.clone(),
            name,
            avatar: None,
            locale,
            is_active: true,
            presence: Presence::Offline,
            created_at: now,
            version: 1,
        }
    }

    /// May log in again. False if that was so already.
    pub fn activate(&mut self) -> bool {
        !std::mem::replace(&mut self.is_active, true)
    }

    /// May not log in any more and takes no work. False if that was so already.
    pub fn deactivate(&mut self) -> bool {
        self.presence = Presence::Offline;
        std::mem::replace(&mut self.is_active, false)
    }
}

/// What an agent belongs to. Together with the roles' grants it makes their access.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memberships {
    /// Roles, which grant permissions.
    pub roles: BTreeSet<RoleId>,
    /// Teams.
    pub teams: BTreeSet<TeamId>,
    /// Inboxes.
    pub inboxes: BTreeSet<InboxId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_agent_who_leaves_takes_no_work() {
        let mut agent = Agent::new(
            AgentId::from_uuid(Uuid::from_u128(1)),
            "li.na@example.com".parse().expect("a valid address"),
            "李娜".parse().expect("a valid name"),
            Locale::ZhCn,
            Timestamp::EPOCH,
        );
        agent.presence = Presence::Online;
        assert!(!agent.activate());
        assert!(agent.deactivate());
        assert!(!agent.deactivate());
        assert_eq!(
            (agent.is_active, agent.presence),
            (false, Presence::Offline)
        );
        assert!(agent.activate());
    }

    #[test]
    fn presence_reads_back() {
        for presence in Presence::ALL {
            assert_eq!(presence.as_str().parse(), Ok(presence));
        }
        assert!("Online".parse::<Presence>().is_err());
    }
}
