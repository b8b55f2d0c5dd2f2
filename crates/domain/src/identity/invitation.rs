//! Invitations to become an agent.

use std::time::Duration;

use crate::email::EmailAddress;
use crate::identity::agent::Memberships;
use crate::ids::{AgentId, InvitationId};
use crate::name::Name;
use crate::time::Timestamp;

/// How long the link of an invitation is good.
pub const INVITATION_LIFETIME: Duration = Duration::from_hours(72);

/// An invitation to become an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Identifier.
    pub id: InvitationId,
    /// Who is invited.
    pub email: EmailAddress,
    /// Their name, if it was given.
    pub name: Option<Name>,
    /// What they will belong to.
    pub memberships: Memberships,
    /// Who invited.
    pub invited_by: AgentId,
    /// When.
    pub created_at: Timestamp,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// Whether it still waits for an answer.
    pub state: InvitationState,
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// No answer yet.
    Open,
    /// The agent joined.
    Accepted {
        /// When.
        at: Timestamp,
    },
    /// It was taken back.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

impl Invitation {
    /// Whether its link may still be used: once, in time, and not taken back.
    #[must_use]
    pub fn is_usable(&self, now: Timestamp) -> bool {
        match self.state {
            InvitationState::Open => self.expires_at > now,
            InvitationState::Accepted { .. } | InvitationState::Revoked { .. } => false,
        }
    }
}
