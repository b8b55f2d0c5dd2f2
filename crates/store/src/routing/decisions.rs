//! What was decided, and why.

use zhiyin_domain::ids::{AgentId, ConversationId, DecisionId, QueueId, QueueItemId};
use zhiyin_domain::routing::{Decision, Explanation, Mode};
use zhiyin_domain::time::Timestamp;

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

/// A decision of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDecision {
    /// Identifier.
    pub id: DecisionId,
    /// The work.
    pub item_id: QueueItemId,
    /// Who got it.
    pub agent_id: AgentId,
    /// Where it waited.
    pub queue_id: QueueId,
    /// Whether they were asked.
    pub mode: Mode,
    /// Why.
    pub explanation: Explanation,
    /// When.
    pub at: Timestamp,
}

impl TryFrom<&Row> for StoredDecision {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            item_id: row.get("queue_item_id")?,
            agent_id: row.get("agent_id")?,
            queue_id: row.get("queue_id")?,
            mode: json(row, "mode")?,
            explanation: json(row, "explanation")?,
            at: row.get("at")?,
        })
    }
}

/// Adds a decision.
pub fn insert(tx: &mut Tx<'_>, id: DecisionId, it: &Decision) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO routing_decisions (id, workspace_id, queue_item_id, conversation_id, agent_id,
             queue_id, mode, explanation, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            id,
            tx.workspace(),
            it.item_id,
            it.conversation_id,
            it.agent_id,
            it.queue_id,
            to_json(&it.mode),
            to_json(&it.explanation),
            it.at
        ],
    )?;
    Ok(())
}

const COLUMNS: &str = "id, queue_item_id, agent_id, queue_id, mode, explanation, at";

/// Decisions about a conversation, newest first.
pub fn of_conversation(
    tx: &mut Tx<'_>,
    id: ConversationId,
    limit: u32,
) -> Result<Vec<StoredDecision>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM routing_decisions WHERE workspace_id = $1 AND conversation_id = $2
         ORDER BY at DESC, id DESC LIMIT $3"
    );
    let rows = tx.query(&sql, params![tx.workspace(), id, limit])?;
    rows.iter().map(StoredDecision::try_from).collect()
}

/// The last decision about a piece of work.
pub fn last_of_item(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    item: QueueItemId,
) -> Result<Option<StoredDecision>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM routing_decisions
         WHERE workspace_id = $1 AND conversation_id = $2 AND queue_item_id = $3
         ORDER BY at DESC, id DESC LIMIT 1"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), conversation, item])?;
    row.as_ref().map(StoredDecision::try_from).transpose()
}
