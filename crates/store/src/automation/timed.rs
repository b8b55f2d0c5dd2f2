//! Rules by time: what has become due since they last looked.
//!
//! A moment (a customer begins to wait, a session ends …) is written when it happens and never
//! moves back, so a rule reads each once: it goes through moments in their order, keeps how far
//! it came in the transaction of its effects, and never looks back.

use zhiyin_domain::automation::{Rule, Since};
use zhiyin_domain::ids::{AutomationRuleId, ConversationId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::{StoreError, SystemTx, Tx, params};

/// How far a rule has looked: up to this moment, and this conversation of it.
pub type Swept = (Timestamp, ConversationId);

/// Behind everything of a moment.
#[must_use]
pub fn end_of(moment: Timestamp) -> Swept {
    (moment, ConversationId::from_uuid(uuid::Uuid::max()))
}

/// Every rule by time that is used.
pub fn all(system: &mut SystemTx<'_>) -> Result<Vec<(WorkspaceId, AutomationRuleId)>, StoreError> {
    let rows = system.query(
        "SELECT workspace_id, id FROM automation_rules
         WHERE trigger_kind = 'time' AND is_enabled AND paused_reason IS NULL ORDER BY workspace_id, id",
        params![],
    )?;
    rows.iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .collect()
}

/// A rule that is used, with how far it has looked, held against other nodes until the end of
/// the transaction.
pub fn lock(
    tx: &mut Tx<'_>,
    id: AutomationRuleId,
) -> Result<Option<(Rule, Option<Swept>)>, StoreError> {
    let sql = format!(
        "SELECT swept_at, swept_id FROM automation_rules WHERE workspace_id = $1 AND id = $2
           AND is_enabled AND paused_reason IS NULL{}",
        tx.for_update()
    );
    let Some(row) = tx.maybe(&sql, params![tx.workspace(), id])? else {
        return Ok(None);
    };
    let at: Option<Timestamp> = row.get("swept_at")?;
    let conversation: Option<ConversationId> = row.get("swept_id")?;
    Ok(super::rules::get(tx, id)?.map(|rule| (rule, at.zip(conversation))))
}

/// Keeps how far a rule has looked; none when it is no rule by time.
pub fn set_swept(
    tx: &mut Tx<'_>,
    id: AutomationRuleId,
    swept: Option<Swept>,
) -> Result<(), StoreError> {
    tx.execute_versioned(
        "UPDATE automation_rules SET swept_at = $1, swept_id = $2 WHERE workspace_id = $3 AND id = $4",
        params![
            swept.map(|(at, _)| at),
            swept.map(|(_, id)| id),
            tx.workspace(),
            id
        ],
    )
}

/// Moments after `swept` up to `until`, in their order, at most `limit`.
pub fn due(
    tx: &mut Tx<'_>,
    since: Since,
    swept: Swept,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Swept>, StoreError> {
    let sql = match since {
        Since::CustomerWaiting => {
            "SELECT waiting_since AS at, id AS conversation_id FROM conversations
             WHERE workspace_id = $1 AND waiting_since IS NOT NULL AND (waiting_since, id) > ($2, $3)
               AND waiting_since <= $4 ORDER BY waiting_since, id LIMIT $5"
        }
        Since::LastActivity => {
            "SELECT last_activity_at AS at, id AS conversation_id FROM conversations
             WHERE workspace_id = $1 AND status = 'open' AND (last_activity_at, id) > ($2, $3)
               AND last_activity_at <= $4 ORDER BY last_activity_at, id LIMIT $5"
        }
        Since::SessionOpened => {
            "SELECT opened_at AS at, conversation_id FROM sessions
             WHERE workspace_id = $1 AND (opened_at, conversation_id) > ($2, $3)
               AND opened_at <= $4 ORDER BY opened_at, conversation_id LIMIT $5"
        }
        Since::SessionResolved => {
            "SELECT resolved_at AS at, conversation_id FROM sessions
             WHERE workspace_id = $1 AND resolved_at IS NOT NULL AND (resolved_at, conversation_id) > ($2, $3)
               AND resolved_at <= $4 ORDER BY resolved_at, conversation_id LIMIT $5"
        }
    };
    let (at, id) = swept;
    let rows = tx.query(sql, params![tx.workspace(), at, id, until, limit])?;
    rows.iter()
        .map(|row| Ok((row.get("at")?, row.get("conversation_id")?)))
        .collect()
}
