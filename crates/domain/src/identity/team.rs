//! Agents who share work.

use std::collections::BTreeSet;

use crate::ids::{AgentId, CalendarId, TeamId};
use crate::name::Name;
use crate::time::Timestamp;

/// Agents who share work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Identifier.
    pub id: TeamId,
    /// Name.
    pub name: Name,
    /// Who belongs to it.
    pub members: BTreeSet<AgentId>,
    /// When it works: hours of what it has, and of those members who have none of their own.
    pub calendar_id: Option<CalendarId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}
