//! Messages: the rows of a conversation.

use uuid::Uuid;
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{AgentId, ContactId, ConversationId, MessageId, SessionId, TokenId};
use zhiyin_domain::message::{Author, Delivery, Message, MessageKind};

use crate::engine::Dialect;
use crate::named::{json, named, to_json};
use crate::{Row, StoreError, Tx, params};

pub(crate) const COLUMNS: &str = "id, conversation_id, session_id, seq, kind, author_kind, author_id, text, content, \
    reply_to_id, client_id, external_id, delivery, created_at, edited_at, recalled_at, revision";

const KINDS: [MessageKind; 3] = [MessageKind::Text, MessageKind::Note, MessageKind::System];
const DELIVERIES: [Delivery; 5] = [
    Delivery::Pending,
    Delivery::Sent,
    Delivery::Delivered,
    Delivery::Read,
    Delivery::Failed,
];

fn author_id(author: Author) -> Option<Uuid> {
    match author {
        Author::Contact(id) => Some(id.uuid()),
        Author::Agent(id) => Some(id.uuid()),
        Author::App(id) => Some(id.uuid()),
        Author::Bot | Author::System => None,
    }
}

impl TryFrom<&Row> for Message {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let author = match row.text("author_kind")? {
            "contact" => Author::Contact(row.get::<ContactId>("author_id")?),
            "agent" => Author::Agent(row.get::<AgentId>("author_id")?),
            "app" => Author::App(row.get::<TokenId>("author_id")?),
            "bot" => Author::Bot,
            "system" => Author::System,
            _ => return Err(row.inconsistent("author_kind")),
        };
        Ok(Self {
            id: row.get("id")?,
            conversation_id: row.get("conversation_id")?,
            session_id: row.get("session_id")?,
            seq: row.get("seq")?,
            kind: named(row, "kind", &KINDS, |kind| kind.as_str())?,
            author,
            text: row.get("text")?,
            content: json(row, "content")?,
            reply_to_id: row.get("reply_to_id")?,
            client_id: row.get("client_id")?,
            external_id: row.get("external_id")?,
            delivery: named(row, "delivery", &DELIVERIES, |delivery| delivery.as_str())?,
            created_at: row.get("created_at")?,
            edited_at: row.get("edited_at")?,
            recalled_at: row.get("recalled_at")?,
            revision: row.get("revision")?,
        })
    }
}

/// Adds a message and gives its position, the key of the full-text index. A second one
/// with the same place or client id is refused by `messages_seq` or `messages_client`.
pub fn insert(tx: &mut Tx<'_>, it: &Message) -> Result<i64, StoreError> {
    let insert = "INSERT INTO messages (id, workspace_id, conversation_id, session_id, seq, kind,
             author_kind, author_id, text, content, reply_to_id, client_id, external_id, delivery,
             created_at, edited_at, recalled_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    let params = params![
        it.id,
        tx.workspace(),
        it.conversation_id,
        it.session_id,
        it.seq,
        it.kind.as_str(),
        it.author.kind(),
        author_id(it.author),
        it.text,
        to_json(&it.content),
        it.reply_to_id,
        it.client_id,
        it.external_id,
        it.delivery.as_str(),
        it.created_at,
        it.edited_at,
        it.recalled_at,
        it.revision
    ];
    let row = match tx.dialect() {
        // Not `RETURNING`: it takes a savepoint, at which the full-text index writes out
        // what it holds of the messages before.
        Dialect::Sqlite => {
            tx.execute(insert, params)?;
            tx.one("SELECT last_insert_rowid() AS position", params![])?
        }
        Dialect::Postgres => tx.one(&format!("{insert} RETURNING position"), params)?,
    };
    row.get("position")
}

/// Saves an edited, recalled or delivered message and gives its position. The caller holds
/// the conversation, whose version is the lock.
pub fn save(tx: &mut Tx<'_>, it: &Message) -> Result<i64, StoreError> {
    let row = tx.one(
        "UPDATE messages SET text = $1, content = $2, delivery = $3, external_id = $4,
             edited_at = $5, recalled_at = $6, revision = $7
         WHERE workspace_id = $8 AND id = $9 RETURNING position",
        params![
            it.text,
            to_json(&it.content),
            it.delivery.as_str(),
            it.external_id,
            it.edited_at,
            it.recalled_at,
            it.revision,
            tx.workspace(),
            it.id
        ],
    )?;
    row.get("position")
}

/// One message.
pub fn get(tx: &mut Tx<'_>, id: MessageId) -> Result<Option<Message>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE workspace_id = $1 AND id = $2");
    tx.maybe(&sql, params![tx.workspace(), id])?
        .as_ref()
        .map(Message::try_from)
        .transpose()
}

/// The message a sender has already sent under this client id.
pub fn find_by_client_id(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    author: Author,
    client_id: &str,
) -> Result<Option<Message>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE workspace_id = $1 AND conversation_id = $2
         AND author_kind = $3 AND client_id = $4"
    );
    let row = tx.maybe(
        &sql,
        params![tx.workspace(), conversation, author.kind(), client_id],
    )?;
    row.as_ref().map(Message::try_from).transpose()
}

/// Among how many messages before a place [`said_before`] looks.
const SAID_WINDOW: i64 = 60;

/// Who said what, in public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whether it was the customer, and not the company.
    pub by_contact: bool,
    /// What.
    pub text: String,
}

/// What customer and company last said in a session before a place, newest first, without
/// messages taken back and those of the system. Looks at a few messages only, however long
/// the session is.
pub fn said_before(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    session: SessionId,
    seq: i64,
) -> Result<Vec<Said>, StoreError> {
    tx.query(
        "SELECT id, author_kind, text FROM messages
         WHERE workspace_id = $1 AND conversation_id = $2 AND seq < $3 AND seq >= $4
           AND session_id = $5 AND author_kind <> 'system' AND kind = 'text'
           AND recalled_at IS NULL
         ORDER BY seq DESC",
        params![
            tx.workspace(),
            conversation,
            seq,
            seq.saturating_sub(SAID_WINDOW),
            session
        ],
    )?
    .iter()
    .map(|row| {
        Ok(Said {
            by_contact: row.text("author_kind")? == "contact",
            text: row.get("text")?,
        })
    })
    .collect()
}

/// Who a page of messages is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The company: everything.
    Company,
    /// The customer: no notes, no internal lines.
    Contact,
}

impl Audience {
    /// Filters in the query what never leaves the company; internal system lines are left
    /// out by [`Message::is_public`] afterwards.
    const fn predicate(self) -> &'static str {
        match self {
            Self::Company => "",
            Self::Contact => " AND kind <> 'note'",
        }
    }

    fn admits(self, message: &Message) -> bool {
        match self {
            Self::Company => true,
            Self::Contact => message.is_public(),
        }
    }
}

/// The last `limit` messages before a place, oldest first.
pub fn before(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    seq: Option<i64>,
    limit: u32,
    audience: Audience,
) -> Result<Vec<Message>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE workspace_id = $1 AND conversation_id = $2
         AND seq < $3{} ORDER BY seq DESC LIMIT $4",
        audience.predicate()
    );
    let end = seq.unwrap_or(i64::MAX);
    let rows = tx.query(&sql, params![tx.workspace(), conversation, end, limit])?;
    let mut messages = rows
        .iter()
        .map(Message::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    messages.retain(|message| audience.admits(message));
    messages.reverse();
    Ok(messages)
}

/// Messages changed after a revision of the conversation, oldest first, at most `limit`.
pub fn changed_since(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    revision: i64,
    limit: u32,
    audience: Audience,
) -> Result<Vec<Message>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE workspace_id = $1 AND conversation_id = $2
         AND revision > $3{} ORDER BY seq LIMIT $4",
        audience.predicate()
    );
    let rows = tx.query(&sql, params![tx.workspace(), conversation, revision, limit])?;
    let mut messages = rows
        .iter()
        .map(Message::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    messages.retain(|message| audience.admits(message));
    Ok(messages)
}

/// What the customer said last.
pub fn last_of_contact(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
) -> Result<Option<Message>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE workspace_id = $1 AND conversation_id = $2
         AND kind = 'text' AND author_kind = 'contact' ORDER BY seq DESC LIMIT 1"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), conversation])?;
    row.as_ref().map(Message::try_from).transpose()
}

/// Answers of the company that the customer has not read, taken back ones left out. Counted
/// up to a thousand.
pub fn unread_by_contact(tx: &mut Tx<'_>, it: &Conversation) -> Result<i64, StoreError> {
    if it.contact_seen_seq >= it.last_seq {
        return Ok(0);
    }
    tx.one(
        "SELECT COUNT(*) AS value FROM (
             SELECT seq FROM messages WHERE workspace_id = $1 AND conversation_id = $2 AND seq > $3
               AND kind = 'text' AND author_kind <> 'contact' AND recalled_at IS NULL
             LIMIT 1000) AS unread",
        params![tx.workspace(), it.id, it.contact_seen_seq],
    )?
    .get("value")
}
