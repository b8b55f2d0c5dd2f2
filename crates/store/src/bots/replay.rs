//! What customers began sessions with.

use zhiyin_domain::ids::{ConversationId, InboxId, SessionId};
use zhiyin_domain::time::Timestamp;

use crate::{StoreError, Tx, params};

/// The first messages of the latest sessions of an inbox, newest first.
pub fn first_messages(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    limit: u32,
) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let sessions = tx.query(
        "SELECT id, conversation_id, opened_at FROM sessions
         WHERE workspace_id = $1 AND inbox_id = $2 ORDER BY opened_at DESC, id DESC LIMIT $3",
        params![tx.workspace(), inbox, i64::from(limit)],
    )?;
    let mut first = Vec::with_capacity(sessions.len());
    for row in &sessions {
        let (session, conversation): (SessionId, ConversationId) =
            (row.get("id")?, row.get("conversation_id")?);
        let text = tx.maybe(
            "SELECT text FROM messages
             WHERE workspace_id = $1 AND conversation_id = $2 AND session_id = $3
               AND author_kind = 'contact' AND kind = 'text' AND recalled_at IS NULL
             ORDER BY seq LIMIT 1",
            params![tx.workspace(), conversation, session],
        )?;
        let text: Option<String> = text.map(|row| row.get("text")).transpose()?;
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            first.push((text, row.get("opened_at")?));
        }
    }
    Ok(first)
}
