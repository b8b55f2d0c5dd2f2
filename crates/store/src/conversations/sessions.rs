//! Sessions: one stretch of service each.

use zhiyin_domain::ids::{ConversationId, SessionId};
use zhiyin_domain::session::{Resolution, Session, Step};
use zhiyin_domain::stage::Stage;

use super::Sql;
use crate::named::{maybe_json, maybe_named, named, parsed, to_json};
use crate::{Row, StoreError, Tx, params};

pub(crate) const COLUMNS: &str = "id, conversation_id, inbox_id, contact_id, number, step, step_at, opened_at, \
    first_response_at, first_response_by, first_response_due_at, resolved_at, resolved_by, \
    assignee_id, contact_messages, agent_messages, rating_asked_at, rating, stage, language, \
    topic_id, version";

/// The same columns beside those of a conversation.
pub(crate) const PREFIXED_COLUMNS: &str = "s.id AS s_id, s.conversation_id AS s_conversation_id, \
    s.inbox_id AS s_inbox_id, s.contact_id AS s_contact_id, s.number AS s_number, s.step AS s_step, \
    s.step_at AS s_step_at, s.opened_at AS s_opened_at, s.first_response_at AS s_first_response_at, \
    s.first_response_by AS s_first_response_by, s.first_response_due_at AS s_first_response_due_at, \
    s.resolved_at AS s_resolved_at, s.resolved_by AS s_resolved_by, s.assignee_id AS s_assignee_id, \
    s.contact_messages AS s_contact_messages, s.agent_messages AS s_agent_messages, \
    s.rating_asked_at AS s_rating_asked_at, s.rating AS s_rating, s.stage AS s_stage, \
    s.language AS s_language, s.topic_id AS s_topic_id, s.version AS s_version";

macro_rules! read_session {
    ($row:expr, $prefix:literal) => {{
        let row = $row;
        let resolved = match row.get(concat!($prefix, "resolved_at"))? {
            None => None,
            Some(at) => {
                let column = concat!($prefix, "resolved_by");
                let by = row
                    .text(column)?
                    .parse()
                    .map_err(|_| row.inconsistent(column))?;
                Some(Resolution { at, by })
            }
        };
        Ok(Session {
            id: row.get(concat!($prefix, "id"))?,
            conversation_id: row.get(concat!($prefix, "conversation_id"))?,
            inbox_id: row.get(concat!($prefix, "inbox_id"))?,
            contact_id: row.get(concat!($prefix, "contact_id"))?,
            number: row.get(concat!($prefix, "number"))?,
            step: named(row, concat!($prefix, "step"), &Step::ALL, |step| {
                step.as_str()
            })?,
            step_at: row.get(concat!($prefix, "step_at"))?,
            opened_at: row.get(concat!($prefix, "opened_at"))?,
            first_response_at: row.get(concat!($prefix, "first_response_at"))?,
            first_response_by: row.get(concat!($prefix, "first_response_by"))?,
            first_response_due_at: row.get(concat!($prefix, "first_response_due_at"))?,
            resolved,
            assignee_id: row.get(concat!($prefix, "assignee_id"))?,
            contact_messages: row.get(concat!($prefix, "contact_messages"))?,
            agent_messages: row.get(concat!($prefix, "agent_messages"))?,
            rating_asked_at: row.get(concat!($prefix, "rating_asked_at"))?,
            rating: maybe_json(row, concat!($prefix, "rating"))?,
            stage: maybe_named(row, concat!($prefix, "stage"), &Stage::ALL, |stage| {
                stage.as_str()
            })?,
            language: parsed(row, concat!($prefix, "language"))?,
            topic_id: row.get(concat!($prefix, "topic_id"))?,
            version: row.get(concat!($prefix, "version"))?,
        })
    }};
}

impl TryFrom<&Row> for Session {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        read_session!(row, "")
    }
}

/// Reads a session that stands beside a conversation in one row.
pub(crate) fn read_prefixed(row: &Row) -> Result<Session, StoreError> {
    read_session!(row, "s_")
}

/// Adds a session. A second open one of the conversation is refused by `sessions_open`.
pub fn insert(tx: &mut Tx<'_>, it: &Session) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO sessions (id, workspace_id, conversation_id, inbox_id, contact_id, number,
             step, step_at, opened_at, first_response_at, first_response_by, first_response_due_at,
             resolved_at, resolved_by, assignee_id, contact_messages, agent_messages, rating,
             rated_at, version, rating_asked_at, stage, language, topic_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $20, $21, $22, $23, $24)",
        params![
            it.id,
            tx.workspace(),
            it.conversation_id,
            it.inbox_id,
            it.contact_id,
            it.number,
            it.step.as_str(),
            it.step_at,
            it.opened_at,
            it.first_response_at,
            it.first_response_by,
            it.first_response_due_at,
            it.resolved.as_ref().map(|resolved| resolved.at),
            it.resolved.as_ref().map(|resolved| resolved.by.to_string()),
            it.assignee_id,
            it.contact_messages,
            it.agent_messages,
            it.rating.as_ref().map(to_json),
            it.rating.as_ref().map(|rating| rating.at),
            it.version,
            it.rating_asked_at,
            it.stage.map(Stage::as_str),
            it.language.map(|language| language.as_str().to_owned()),
            it.topic_id
        ],
    )?;
    Ok(())
}

/// Saves a changed session; the version rises by one.
///
/// An end, a question for a rating and a rating are never taken back, so while there is none the columns are left
/// alone, and with them the index of open sessions.
pub fn save(tx: &mut Tx<'_>, it: Session) -> Result<Session, StoreError> {
    let mut sql = Sql::new("UPDATE sessions SET version = version + 1");
    sql.set("step", it.step.as_str());
    sql.set("step_at", it.step_at);
    sql.set("first_response_at", it.first_response_at);
    sql.set("first_response_by", it.first_response_by);
    sql.set("first_response_due_at", it.first_response_due_at);
    sql.set("assignee_id", it.assignee_id);
    sql.set("contact_messages", it.contact_messages);
    sql.set("agent_messages", it.agent_messages);
    sql.set("stage", it.stage.map(Stage::as_str));
    sql.set(
        "language",
        it.language.map(|language| language.as_str().to_owned()),
    );
    sql.set("topic_id", it.topic_id);
    if let Some(resolved) = &it.resolved {
        sql.set("resolved_at", resolved.at);
        sql.set("resolved_by", resolved.by.to_string());
    }
    if let Some(asked_at) = it.rating_asked_at {
        sql.set("rating_asked_at", asked_at);
    }
    if let Some(rating) = &it.rating {
        sql.set("rating", to_json(rating));
        sql.set("rated_at", rating.at);
    }
    sql.push(" WHERE workspace_id = ");
    let place = sql.bind(tx.workspace());
    sql.push(&place);
    sql.and_eq("id", it.id);
    sql.and_eq("version", it.version);
    tx.execute_versioned(&sql.text, &sql.params)?;
    Ok(Session {
        version: it.version + 1,
        ..it
    })
}

/// One session.
pub fn get(tx: &mut Tx<'_>, id: SessionId) -> Result<Option<Session>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE workspace_id = $1 AND id = $2");
    tx.maybe(&sql, params![tx.workspace(), id])?
        .as_ref()
        .map(Session::try_from)
        .transpose()
}

/// Sessions of a conversation, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    limit: u32,
) -> Result<Vec<Session>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sessions WHERE workspace_id = $1 AND conversation_id = $2
         ORDER BY number DESC LIMIT $3"
    );
    tx.query(&sql, params![tx.workspace(), conversation, limit])?
        .iter()
        .map(Session::try_from)
        .collect()
}

/// The session with a number within a conversation.
pub fn by_number(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    number: i64,
) -> Result<Option<Session>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sessions WHERE workspace_id = $1 AND conversation_id = $2
           AND number = $3"
    );
    tx.maybe(&sql, params![tx.workspace(), conversation, number])?
        .as_ref()
        .map(Session::try_from)
        .transpose()
}

/// The last session of a conversation that is over.
pub fn last_resolved(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
) -> Result<Option<Session>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sessions WHERE workspace_id = $1 AND conversation_id = $2
           AND resolved_at IS NOT NULL ORDER BY number DESC LIMIT 1"
    );
    tx.maybe(&sql, params![tx.workspace(), conversation])?
        .as_ref()
        .map(Session::try_from)
        .transpose()
}
