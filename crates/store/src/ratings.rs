//! Ratings: when a contact was last asked, and the seal of links to the rating page.

use zhiyin_domain::ids::{AgentId, ContactId, ConversationId, InboxId, SessionId, TeamId, TopicId};
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::ratings::Rating;
use zhiyin_domain::time::Timestamp;

use crate::conversations::{Sql, visible};
use crate::named::json;
use crate::{StoreError, Tx, params};

/// What the key of the links is derived for.
const LINK: &str = "ratings.link";

/// When a contact was last asked for a rating or has given one.
pub fn last_asked(tx: &mut Tx<'_>, contact: ContactId) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.one(
        "SELECT MAX(rating_asked_at) AS asked_at, MAX(rated_at) AS rated_at FROM sessions
         WHERE workspace_id = $1 AND contact_id = $2",
        params![tx.workspace(), contact],
    )?;
    let asked: Option<Timestamp> = row.get("asked_at")?;
    let rated: Option<Timestamp> = row.get("rated_at")?;
    Ok(asked.max(rated))
}

/// A session that was rated, as reports see it.
#[derive(Debug, Clone, PartialEq)]
pub struct RatedSession {
    /// The session.
    pub id: SessionId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Where.
    pub inbox_id: InboxId,
    /// About what.
    pub topic_id: Option<TopicId>,
    /// Who had it last, else who answered first.
    pub agent_id: Option<AgentId>,
    /// The team that has the conversation now.
    pub team_id: Option<TeamId>,
    /// What the customer thought.
    pub rating: Rating,
}

/// Sessions that were rated, or whose rating was changed last, in a period, of conversations
/// that may be seen; the last ones first.
pub fn rated(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    (from, to, inbox): (Timestamp, Timestamp, Option<InboxId>),
    limit: u32,
) -> Result<Vec<RatedSession>, StoreError> {
    if visibility.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql {
        text: "SELECT s.id, s.conversation_id, s.inbox_id, s.topic_id,
                 COALESCE(s.assignee_id, s.first_response_by) AS agent_id, c.team_id, s.rating
             FROM sessions s JOIN conversations c ON c.id = s.conversation_id
             WHERE s.workspace_id = $1 AND s.rated_at >= $2 AND s.rated_at < $3"
            .to_owned(),
        params: params![tx.workspace(), from, to].to_vec(),
    };
    if let Some(inbox) = inbox {
        sql.and_eq("s.inbox_id", inbox);
    }
    visible(&mut sql, visibility);
    let limit = sql.bind(limit);
    sql.push(&format!(
        " ORDER BY s.rated_at DESC, s.id DESC LIMIT {limit}"
    ));
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter()
        .map(|row| {
            Ok(RatedSession {
                id: row.get("id")?,
                conversation_id: row.get("conversation_id")?,
                inbox_id: row.get("inbox_id")?,
                topic_id: row.get("topic_id")?,
                agent_id: row.get("agent_id")?,
                team_id: row.get("team_id")?,
                rating: json(row, "rating")?,
            })
        })
        .collect()
}

/// The authentication code of a link under a key of the workspace. None in a read of a
/// workspace that has no key: then no link can be its own.
pub fn link_code(tx: &mut Tx<'_>, content: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let code = tx.keyed_hash(LINK, content)?;
    Ok((!code.is_empty()).then_some(code))
}
