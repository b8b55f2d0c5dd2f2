//! Messages by their terms, newest first.

use zhiyin_domain::ids::{ConversationId, InboxId};
use zhiyin_domain::message::Message;
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::search::{Query, Token};
use zhiyin_domain::time::Timestamp;

use super::render::{
    conversation_term, fts5_body, fts5_match, inbox_term, tsquery, tsvector, workspace_term,
};
use crate::conversations::messages::COLUMNS;
use crate::conversations::{Sql, visible};
use crate::engine::Dialect;
use crate::{StoreError, Tx, params};

/// Messages of the newest part of the index that PostgreSQL looks through one by one,
/// before it asks for all that match: what is common is found there, what is not is rare.
const RECENT_MESSAGES: i64 = 20_000;
/// Conversations outside the visible inboxes that are named to the index one by one; if
/// there are more, whole inboxes are searched and the rest is left out row by row.
const NAMED_CONVERSATIONS_MAX: usize = 300;

/// Writes the terms of a new message, whose `position` its insertion gave.
pub fn index_message(
    tx: &mut Tx<'_>,
    position: i64,
    inbox: InboxId,
    conversation: ConversationId,
    tokens: &[Token],
) -> Result<(), StoreError> {
    if tokens.is_empty() {
        return Ok(());
    }
    let workspace = tx.workspace();
    let scopes = [
        workspace_term(workspace),
        inbox_term(inbox),
        conversation_term(conversation),
    ];
    match tx.dialect() {
        Dialect::Sqlite => tx.execute(
            "INSERT INTO message_index (rowid, scope, body) VALUES ($1, $2, $3)",
            params![position, scopes.join(" "), fts5_body(tokens)],
        )?,
        Dialect::Postgres => tx.execute(
            "INSERT INTO message_index (position, workspace_id, inbox_id, lexemes)
             VALUES ($1, $2, $3, CAST(CAST($4 AS text) AS tsvector))",
            params![position, workspace, inbox, tsvector(tokens, &scopes)],
        )?,
    };
    Ok(())
}

/// Forgets the terms of a message.
pub fn remove_message(tx: &mut Tx<'_>, position: i64) -> Result<(), StoreError> {
    match tx.dialect() {
        Dialect::Sqlite => tx.execute(
            "DELETE FROM message_index WHERE rowid = $1",
            params![position],
        )?,
        Dialect::Postgres => tx.execute(
            "DELETE FROM message_index WHERE workspace_id = $1 AND position = $2",
            params![tx.workspace(), position],
        )?,
    };
    Ok(())
}

/// Writes the terms of a message whose text has changed.
pub fn reindex_message(
    tx: &mut Tx<'_>,
    position: i64,
    inbox: InboxId,
    conversation: ConversationId,
    tokens: &[Token],
) -> Result<(), StoreError> {
    remove_message(tx, position)?;
    index_message(tx, position, inbox, conversation, tokens)
}

/// What else a message must fulfil.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Only in this inbox.
    pub inbox: Option<InboxId>,
    /// Only in this conversation.
    pub conversation: Option<ConversationId>,
    /// Not written before.
    pub from: Option<Timestamp>,
    /// Written before.
    pub to: Option<Timestamp>,
}

/// A message that was found, and the place where the next page begins after it.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundMessage {
    /// The message.
    pub message: Message,
    /// Its place in the order of writing.
    pub position: i64,
}

/// At most `limit` messages that match and may be seen, newest first, from before a place.
pub fn find_messages(
    tx: &mut Tx<'_>,
    query: &Query,
    visibility: &Visibility,
    filter: &MessageFilter,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<FoundMessage>, StoreError> {
    if query.is_empty() || visibility.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let scopes = scopes(tx, visibility, filter)?;
    if scopes.is_empty() {
        return Ok(Vec::new());
    }
    let before = before.unwrap_or(i64::MAX);
    let positions = match tx.dialect() {
        Dialect::Sqlite => sqlite(tx, query, &scopes, visibility, filter, before, limit)?,
        Dialect::Postgres => postgres(tx, query, &scopes, visibility, filter, before, limit)?,
    };
    load(tx, &positions)
}

/// The parts of the index in which anything may be found. They only keep the search short:
/// every row is checked once more.
fn scopes(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &MessageFilter,
) -> Result<Vec<String>, StoreError> {
    if let Some(conversation) = filter.conversation {
        return Ok(vec![conversation_term(conversation)]);
    }
    if let Some(inbox) = filter.inbox {
        return Ok(vec![inbox_term(inbox)]);
    }
    if visibility.all {
        return Ok(vec![workspace_term(tx.workspace())]);
    }
    let mut scopes: Vec<_> = visibility.inboxes.iter().copied().map(inbox_term).collect();
    if visibility.own.is_some() || !visibility.teams.is_empty() {
        scopes.extend(scopes_elsewhere(tx, visibility)?);
    }
    Ok(scopes)
}

/// What a visible team or the agent has outside the visible inboxes: usually nothing, or a
/// few conversations.
fn scopes_elsewhere(tx: &mut Tx<'_>, visibility: &Visibility) -> Result<Vec<String>, StoreError> {
    let handed_over = Visibility {
        inboxes: [].into(),
        ..visibility.clone()
    };
    let mut sql = Sql::new("SELECT i.id FROM inboxes i WHERE i.workspace_id = ");
    let place = sql.bind(tx.workspace());
    sql.push(&place);
    sql.push(" AND EXISTS (SELECT 1 FROM conversations c WHERE c.inbox_id = i.id");
    visible(&mut sql, &handed_over);
    sql.push(")");
    let rows = tx.query(&sql.text, &sql.params)?;
    let mut inboxes = rows
        .iter()
        .map(|row| row.get("id"))
        .collect::<Result<Vec<InboxId>, _>>()?;
    inboxes.retain(|inbox| !visibility.inboxes.contains(inbox));
    if inboxes.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT c.id FROM conversations c WHERE c.workspace_id = ");
    let place = sql.bind(tx.workspace());
    sql.push(&place);
    let places: Vec<_> = inboxes.iter().map(|inbox| sql.bind(*inbox)).collect();
    sql.and(&format!("c.inbox_id IN ({})", places.join(", ")));
    visible(&mut sql, &handed_over);
    sql.push(&format!(" LIMIT {}", NAMED_CONVERSATIONS_MAX + 1));
    let rows = tx.query(&sql.text, &sql.params)?;
    if rows.len() > NAMED_CONVERSATIONS_MAX {
        return Ok(inboxes.into_iter().map(inbox_term).collect());
    }
    rows.iter()
        .map(|row| Ok(conversation_term(row.get("id")?)))
        .collect()
}

fn sqlite(
    tx: &mut Tx<'_>,
    query: &Query,
    scopes: &[String],
    visibility: &Visibility,
    filter: &MessageFilter,
    before: i64,
    limit: u32,
) -> Result<Vec<i64>, StoreError> {
    // CROSS JOIN keeps the order: the index gives its rows newest first, and reading stops
    // as soon as the page is full.
    let mut sql = Sql::new(
        "SELECT m.position FROM message_index x CROSS JOIN messages m ON m.position = x.rowid
         CROSS JOIN conversations c ON c.id = m.conversation_id WHERE message_index MATCH ",
    );
    let asked = sql.bind(fts5_match(query, scopes));
    sql.push(&asked);
    let place = sql.bind(before);
    sql.and(&format!("x.rowid < {place}"));
    filtered(tx, &mut sql, visibility, filter);
    let place = sql.bind(limit);
    sql.push(&format!(" ORDER BY x.rowid DESC LIMIT {place}"));
    positions(tx, &sql)
}

fn postgres(
    tx: &mut Tx<'_>,
    query: &Query,
    scopes: &[String],
    visibility: &Visibility,
    filter: &MessageFilter,
    before: i64,
    limit: u32,
) -> Result<Vec<i64>, StoreError> {
    let asked = tsquery(query, scopes);
    let last: i64 = tx
        .one(
            "SELECT COALESCE(MAX(position), 0) AS last FROM message_index WHERE position < $1",
            params![before],
        )?
        .get("last")?;
    let recent = last.saturating_sub(RECENT_MESSAGES);
    let mut found = Vec::new();
    for (from, to) in [(recent, before), (0, recent)] {
        let room = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
        if room == 0 || from >= to {
            continue;
        }
        let sql = postgres_part(tx, &asked, visibility, filter, (from, to), room);
        found.extend(positions(tx, &sql)?);
    }
    Ok(found)
}

fn postgres_part(
    tx: &Tx<'_>,
    asked: &str,
    visibility: &Visibility,
    filter: &MessageFilter,
    (from, to): (i64, i64),
    limit: u32,
) -> Sql {
    let mut sql = Sql::new(
        "SELECT m.position FROM message_index x JOIN messages m ON m.position = x.position
         JOIN conversations c ON c.id = m.conversation_id WHERE x.workspace_id = ",
    );
    let place = sql.bind(tx.workspace());
    sql.push(&place);
    let place = sql.bind(asked);
    sql.and(&format!(
        "x.lexemes @@ CAST(CAST({place} AS text) AS tsquery)"
    ));
    let place = sql.bind(from);
    sql.and(&format!("x.position >= {place}"));
    let place = sql.bind(to);
    sql.and(&format!("x.position < {place}"));
    filtered(tx, &mut sql, visibility, filter);
    let place = sql.bind(limit);
    sql.push(&format!(" ORDER BY x.position DESC LIMIT {place}"));
    sql
}

fn filtered(tx: &Tx<'_>, sql: &mut Sql, visibility: &Visibility, filter: &MessageFilter) {
    sql.and_eq("m.workspace_id", tx.workspace());
    sql.and_eq("c.workspace_id", tx.workspace());
    if let Some(inbox) = filter.inbox {
        sql.and_eq("c.inbox_id", inbox);
    }
    if let Some(conversation) = filter.conversation {
        sql.and_eq("m.conversation_id", conversation);
    }
    if let Some(from) = filter.from {
        let place = sql.bind(from);
        sql.and(&format!("m.created_at >= {place}"));
    }
    if let Some(to) = filter.to {
        let place = sql.bind(to);
        sql.and(&format!("m.created_at < {place}"));
    }
    visible(sql, visibility);
}

fn positions(tx: &mut Tx<'_>, sql: &Sql) -> Result<Vec<i64>, StoreError> {
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter().map(|row| row.get("position")).collect()
}

fn load(tx: &mut Tx<'_>, positions: &[i64]) -> Result<Vec<FoundMessage>, StoreError> {
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(&format!(
        "SELECT {COLUMNS}, position FROM messages WHERE workspace_id = "
    ));
    let place = sql.bind(tx.workspace());
    sql.push(&place);
    let places: Vec<_> = positions
        .iter()
        .map(|position| sql.bind(*position))
        .collect();
    sql.and(&format!("position IN ({})", places.join(", ")));
    sql.push(" ORDER BY position DESC");
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter()
        .map(|row| {
            Ok(FoundMessage {
                message: row.try_into()?,
                position: row.get("position")?,
            })
        })
        .collect()
}
