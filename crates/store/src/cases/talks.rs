//! Which conversations belong to which cases: many to many.

use std::collections::BTreeSet;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::ids::{CaseId, ConversationId};
use zhiyin_domain::time::Timestamp;

use crate::{StoreError, Tx, params};

/// The case a conversation was linked with, the conversation, and when.
pub type Talk = (CaseId, ConversationId, Timestamp);

/// Links a conversation with a case. False if it was linked already.
pub fn link(
    tx: &mut Tx<'_>,
    case: CaseId,
    conversation: ConversationId,
    (by, at): (&Actor, Timestamp),
) -> Result<bool, StoreError> {
    let touched = tx.execute(
        "INSERT INTO case_conversations (case_id, conversation_id, workspace_id, made_by, at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        params![case, conversation, tx.workspace(), by.to_string(), at],
    )?;
    Ok(touched == 1)
}

/// Takes a link away. False if there was none.
pub fn unlink(
    tx: &mut Tx<'_>,
    case: CaseId,
    conversation: ConversationId,
) -> Result<bool, StoreError> {
    let touched = tx.execute(
        "DELETE FROM case_conversations
         WHERE workspace_id = $1 AND case_id = $2 AND conversation_id = $3",
        params![tx.workspace(), case, conversation],
    )?;
    Ok(touched == 1)
}

/// The conversations of a case and of what is merged into it, in the order they were linked.
pub fn of_case(tx: &mut Tx<'_>, family: &BTreeSet<CaseId>) -> Result<Vec<Talk>, StoreError> {
    let mut talks = Vec::new();
    for case in family {
        let rows = tx.query(
            "SELECT case_id, conversation_id, at FROM case_conversations
             WHERE workspace_id = $1 AND case_id = $2",
            params![tx.workspace(), *case],
        )?;
        for row in &rows {
            talks.push((
                row.get("case_id")?,
                row.get("conversation_id")?,
                row.get("at")?,
            ));
        }
    }
    talks.sort_by_key(|(_, conversation, at): &Talk| (*at, *conversation));
    Ok(talks)
}
