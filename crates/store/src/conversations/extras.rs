//! What hangs on a conversation: tags, followers, mentions, drafts.

use zhiyin_domain::ids::{AgentId, ConversationId, MessageId, TagId};
use zhiyin_domain::time::Timestamp;

use crate::{StoreError, Tx, params};

/// Replaces the rows by which conversations are found through a tag.
pub fn set_tags(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    tags: &[TagId],
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM conversation_tags WHERE workspace_id = $1 AND conversation_id = $2",
        params![tx.workspace(), conversation],
    )?;
    for tag in tags {
        tx.execute(
            "INSERT INTO conversation_tags (conversation_id, tag_id, workspace_id) VALUES ($1, $2, $3)",
            params![conversation, tag, tx.workspace()],
        )?;
    }
    Ok(())
}

/// Makes an agent a follower; one who follows already stays.
pub fn follow(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    agent: AgentId,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO conversation_followers (conversation_id, agent_id, workspace_id)
         VALUES ($1, $2, $3) ON CONFLICT (conversation_id, agent_id) DO NOTHING",
        params![conversation, agent, tx.workspace()],
    )?;
    Ok(())
}

/// Ends following.
pub fn unfollow(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    agent: AgentId,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM conversation_followers
         WHERE workspace_id = $1 AND conversation_id = $2 AND agent_id = $3",
        params![tx.workspace(), conversation, agent],
    )?;
    Ok(())
}

/// Agents who follow a conversation.
pub fn followers(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
) -> Result<Vec<AgentId>, StoreError> {
    tx.query(
        "SELECT agent_id FROM conversation_followers
         WHERE workspace_id = $1 AND conversation_id = $2 ORDER BY agent_id",
        params![tx.workspace(), conversation],
    )?
    .iter()
    .map(|row| row.get("agent_id"))
    .collect()
}

/// Records who is called by a note.
pub fn insert_mentions(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    message: MessageId,
    agents: &[AgentId],
    now: Timestamp,
) -> Result<(), StoreError> {
    for agent in agents {
        tx.execute(
            "INSERT INTO mentions (conversation_id, agent_id, workspace_id, message_id, created_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (message_id, agent_id) DO NOTHING",
            params![conversation, agent, tx.workspace(), message, now],
        )?;
    }
    Ok(())
}

/// The agent has looked at a conversation: their mentions in it are seen.
pub fn mark_mentions_seen(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    agent: AgentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE mentions SET seen_at = $1
         WHERE workspace_id = $2 AND conversation_id = $3 AND agent_id = $4 AND seen_at IS NULL",
        params![now, tx.workspace(), conversation, agent],
    )?;
    Ok(())
}

/// How many conversations call an agent who has not looked yet.
pub fn mentions_unseen(tx: &mut Tx<'_>, agent: AgentId) -> Result<i64, StoreError> {
    let row = tx.one(
        "SELECT COUNT(DISTINCT conversation_id) AS value FROM mentions
         WHERE workspace_id = $1 AND agent_id = $2 AND seen_at IS NULL",
        params![tx.workspace(), agent],
    )?;
    row.get("value")
}

/// A text an agent has not sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// `text` or `note`.
    pub kind: String,
    /// What was typed.
    pub text: String,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

/// Keeps a draft; the later one wins.
pub fn save_draft(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    agent: AgentId,
    draft: &Draft,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO message_drafts (conversation_id, agent_id, workspace_id, kind, text, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (conversation_id, agent_id, kind)
         DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at",
        params![conversation, agent, tx.workspace(), draft.kind, draft.text, draft.updated_at],
    )?;
    Ok(())
}

/// Throws a draft away.
pub fn delete_draft(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    agent: AgentId,
    kind: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM message_drafts
         WHERE workspace_id = $1 AND conversation_id = $2 AND agent_id = $3 AND kind = $4",
        params![tx.workspace(), conversation, agent, kind],
    )?;
    Ok(())
}

/// The drafts of an agent in a conversation.
pub fn drafts(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    agent: AgentId,
) -> Result<Vec<Draft>, StoreError> {
    tx.query(
        "SELECT kind, text, updated_at FROM message_drafts
         WHERE workspace_id = $1 AND conversation_id = $2 AND agent_id = $3 ORDER BY kind",
        params![tx.workspace(), conversation, agent],
    )?
    .iter()
    .map(|row| {
        Ok(Draft {
            kind: row.get("kind")?,
            text: row.get("text")?,
            updated_at: row.get("updated_at")?,
        })
    })
    .collect()
}
