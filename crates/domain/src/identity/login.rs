//! Browsers in which an agent is logged in, and the second factor.

use std::time::Duration;

use crate::ids::{AgentId, LoginSessionId};
use crate::secret::Secret;
use crate::time::Timestamp;

/// A log-in ends after this, however busy.
pub const SESSION_LIFETIME: Duration = Duration::from_hours(30 * 24);
/// A log-in that nobody used for this long ends.
pub const SESSION_IDLE_MAX: Duration = Duration::from_hours(7 * 24);
/// How exactly "last seen" and "last used" are kept: each use is not a write.
pub const LAST_SEEN_STEP: Duration = Duration::from_mins(1);
/// How long the link of a password reset is good.
pub const RESET_LIFETIME: Duration = Duration::from_hours(1);
/// Within this time a second request for a reset of the same account makes no second mail.
pub const RESET_PAUSE: Duration = Duration::from_mins(1);
/// Recovery codes that are given out together.
pub const RECOVERY_CODES: usize = 10;
/// Longest description of a browser that is kept, in characters.
pub const USER_AGENT_CHARS_MAX: usize = 300;

/// A browser in which an agent is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginSession {
    /// Identifier.
    pub id: LoginSessionId,
    /// Who is logged in.
    pub agent: AgentId,
    /// Network address at log-in.
    pub address: String,
    /// What the browser said it is.
    pub user_agent: String,
    /// When the log-in was.
    pub created_at: Timestamp,
    /// Last use, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

impl LoginSession {
    /// Whether it still counts.
    #[must_use]
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.expires_at > now && now.since(self.last_seen_at) < SESSION_IDLE_MAX
    }
}

/// Whether a mark of last use is old enough to be written anew.
#[must_use]
pub fn is_stale(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now.since(last) >= LAST_SEEN_STEP)
}

/// The second factor of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondFactor {
    /// Not set up.
    Off,
    /// The secret was shown and no code has come back yet.
    Pending {
        /// Shared secret.
        secret: Secret<Vec<u8>>,
    },
    /// Asked for at every log-in.
    On {
        /// Shared secret.
        secret: Secret<Vec<u8>>,
        /// The time step of the last accepted code: it and all before are used up.
        last_step: i64,
    },
}

impl SecondFactor {
    /// Whether log-in asks for it.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        match self {
            Self::On { .. } => true,
            Self::Off | Self::Pending { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_session_ends_by_age_and_by_idleness() {
        let start = Timestamp::EPOCH;
        let session = LoginSession {
            id: LoginSessionId::from_uuid(Uuid::from_u128(1)),
            agent: AgentId::from_uuid(Uuid::from_u128(1)),
            address: String::new(),
            user_agent: String::new(),
            created_at: start,
            last_seen_at: start,
            expires_at: start.plus(SESSION_LIFETIME),
        };
        assert!(session.is_alive(start.plus(SESSION_IDLE_MAX).minus(Duration::from_secs(1))));
        assert!(!session.is_alive(start.plus(SESSION_IDLE_MAX)));
        let busy = LoginSession {
            last_seen_at: start.plus(SESSION_LIFETIME),
            ..session
        };
        assert!(!busy.is_alive(start.plus(SESSION_LIFETIME)));
    }
}
