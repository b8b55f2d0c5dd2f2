//! Counters as rows: how many conversations an inbox, a team, an agent has in each status.

use std::collections::BTreeMap;

use uuid::Uuid;
use zhiyin_domain::conversation::Conversation;

use crate::{StoreError, Tx, params};

/// What a counter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CounterScope {
    /// Conversations of an inbox.
    Inbox,
    /// Conversations of an inbox without an agent.
    Unassigned,
    /// Conversations of an agent.
    Assignee,
    /// Conversations of a team.
    Team,
}

impl CounterScope {
    const ALL: [Self; 4] = [Self::Inbox, Self::Unassigned, Self::Assignee, Self::Team];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Unassigned => "unassigned",
            Self::Assignee => "assignee",
            Self::Team => "team",
        }
    }
}

/// One counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterRow {
    /// What it is about.
    pub scope: CounterScope,
    /// Which inbox, team or agent.
    pub scope_id: Uuid,
    /// `open`, `snoozed` or `resolved`.
    pub status: String,
    /// How many.
    pub value: i64,
}

/// The counters a conversation counts for.
fn contributions(it: &Conversation) -> impl Iterator<Item = (CounterScope, Uuid)> {
    let unassigned = it
        .assignee_id
        .is_none()
        .then_some((CounterScope::Unassigned, it.inbox_id.uuid()));
    let assignee = it.assignee_id.map(|id| (CounterScope::Assignee, id.uuid()));
    let team = it.team_id.map(|id| (CounterScope::Team, id.uuid()));
    [
        Some((CounterScope::Inbox, it.inbox_id.uuid())),
        unassigned,
        assignee,
        team,
    ]
    .into_iter()
    .flatten()
}

/// Moves the counters from what a conversation was to what it is. Rows are touched in one
/// fixed order, so that two transactions cannot block each other.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    before: Option<&Conversation>,
    after: Option<&Conversation>,
) -> Result<(), StoreError> {
    let mut changes: BTreeMap<(CounterScope, Uuid, &str), i64> = BTreeMap::new();
    for (conversation, step) in [(before, -1), (after, 1)] {
        let Some(conversation) = conversation else {
            continue;
        };
        for (scope, id) in contributions(conversation) {
            *changes
                .entry((scope, id, conversation.status.as_str()))
                .or_default() += step;
        }
    }
    for ((scope, id, status), step) in changes.into_iter().filter(|(_, step)| *step != 0) {
        tx.execute(
            "INSERT INTO conversation_counters (workspace_id, scope, scope_id, status, value)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace_id, scope, scope_id, status)
             DO UPDATE SET value = conversation_counters.value + excluded.value",
            params![tx.workspace(), scope.as_str(), id, status, step],
        )?;
    }
    Ok(())
}

/// All counters of the workspace that are not zero.
pub fn counters(tx: &mut Tx<'_>) -> Result<Vec<CounterRow>, StoreError> {
    tx.query(
        "SELECT scope, scope_id, status, value FROM conversation_counters
         WHERE workspace_id = $1 AND value <> 0 ORDER BY scope, scope_id, status",
        params![tx.workspace()],
    )?
    .iter()
    .map(|row| {
        Ok(CounterRow {
            scope: crate::named::named(row, "scope", &CounterScope::ALL, |scope| scope.as_str())?,
            scope_id: row.get("scope_id")?,
            status: row.get("status")?,
            value: row.get("value")?,
        })
    })
    .collect()
}
