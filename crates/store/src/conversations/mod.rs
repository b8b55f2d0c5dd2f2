//! Conversations with their sessions and messages.
//!
//! A list reads one denormalised row per conversation. Counters are rows, kept right by
//! [`save`] in the same transaction: it compares what a conversation counted for before
//! and after.

mod counters;
mod extras;
mod leaves;
mod list;
mod matching;
pub mod messages;
mod order;
pub mod sessions;

pub use counters::{CounterRow, CounterScope, counters};
pub use extras::{
    Draft, delete_draft, drafts, follow, followers, insert_mentions, mark_mentions_seen,
    mentions_unseen, save_draft, set_tags, unfollow,
};
pub use leaves::{PastSession, PastWanted, answers, past_sessions};
pub use list::{ListFilter, ListPage, SCAN_ROWS, StatusFilter, View, list, page};
pub(crate) use list::{Sql, visible};
pub use matching::SavedFilter;
pub use order::{ListCursor, Order};

use zhiyin_domain::actor::Actor;
use zhiyin_domain::contact::Personal;
use zhiyin_domain::conversation::{Conversation, ConversationStatus, Handler, Priority};
use zhiyin_domain::ids::{AgentId, ContactId, ConversationId, IdentityId, InboxId};
use zhiyin_domain::inbox::Channel;
use zhiyin_domain::mail::MailThread;
use zhiyin_domain::session::Session;
use zhiyin_domain::standards::NextDeadline;
use zhiyin_domain::time::Timestamp;

use crate::named::{json, maybe_json, named, to_json};
use crate::{Row, StoreError, SystemTx, Tx, params};

pub(crate) const COLUMNS: &str = "c.id, c.number, c.inbox_id, c.contact_id, c.identity_id, c.channel, \
    c.status, c.status_at, c.status_by, c.snoozed_until, c.handler, c.assignee_id, c.team_id, \
    c.priority, c.tag_ids, c.session_id, c.session_count, c.last_seq, c.last_message, \
    c.last_activity_at, c.waiting_since, c.next_due_at, c.next_due_metric, c.is_breached, c.unread_count, c.contact_seen_seq, c.agent_seen_seq, \
    c.created_at, c.version";

const HANDLERS: [Handler; 5] = [
    Handler::None,
    Handler::Bot,
    Handler::Queued,
    Handler::Offered,
    Handler::Human,
];
const PRIORITIES: [Priority; 4] = [
    Priority::Low,
    Priority::Normal,
    Priority::High,
    Priority::Urgent,
];

impl TryFrom<&Row> for Conversation {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let by = || -> Result<Actor, StoreError> {
            row.text("status_by")?
                .parse()
                .map_err(|_| row.inconsistent("status_by"))
        };
        let status = match row.text("status")? {
            "open" => ConversationStatus::Open,
            "snoozed" => ConversationStatus::Snoozed {
                until: row.get("snoozed_until")?,
                by: by()?,
            },
            "resolved" => ConversationStatus::Resolved {
                at: row.get("status_at")?,
                by: by()?,
            },
            _ => return Err(row.inconsistent("status")),
        };
        Ok(Self {
            id: row.get("id")?,
            number: row.get("number")?,
            inbox_id: row.get("inbox_id")?,
            contact_id: row.get("contact_id")?,
            identity_id: row.get("identity_id")?,
            channel: named(row, "channel", &Channel::ALL, |c| c.as_str())?,
            status,
            handler: named(row, "handler", &HANDLERS, |h| h.as_str())?,
            assignee_id: row.get("assignee_id")?,
            team_id: row.get("team_id")?,
            priority: named(row, "priority", &PRIORITIES, |p| p.as_str())?,
            tag_ids: json(row, "tag_ids")?,
            session_id: row.get("session_id")?,
            session_count: row.get("session_count")?,
            last_seq: row.get("last_seq")?,
            last_message: maybe_json(row, "last_message")?,
            last_activity_at: row.get("last_activity_at")?,
            waiting_since: row.get("waiting_since")?,
            deadline: deadline(row)?,
            unread_count: row.get("unread_count")?,
            contact_seen_seq: row.get("contact_seen_seq")?,
            agent_seen_seq: row.get("agent_seen_seq")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// The target that ends next, as it stands in the columns of the list row.
fn deadline(row: &Row) -> Result<Option<NextDeadline>, StoreError> {
    let Some(metric) = row.maybe_text("next_due_metric")? else {
        return Ok(None);
    };
    Ok(Some(NextDeadline {
        metric: metric
            .parse()
            .map_err(|_| row.inconsistent("next_due_metric"))?,
        due_at: row.get("next_due_at")?,
        is_breached: row.get("is_breached")?,
    }))
}

/// When, by whom, until when: the columns behind a status.
fn status_columns(conversation: &Conversation) -> (Timestamp, String, Option<Timestamp>) {
    match &conversation.status {
        ConversationStatus::Open => (conversation.created_at, String::new(), None),
        ConversationStatus::Snoozed { until, by } => {
            (conversation.created_at, by.to_string(), Some(*until))
        }
        ConversationStatus::Resolved { at, by } => (*at, by.to_string(), None),
    }
}

/// Adds a conversation. A second chat of the same identity in the inbox is refused by
/// `conversations_identity`.
pub fn insert(tx: &mut Tx<'_>, it: &Conversation) -> Result<(), StoreError> {
    let (status_at, status_by, snoozed_until) = status_columns(it);
    tx.execute(
        "INSERT INTO conversations (id, workspace_id, number, inbox_id, contact_id, identity_id,
             channel, status, status_at, status_by, snoozed_until, handler, assignee_id, team_id,
             priority, tag_ids, session_id, session_count, last_seq, last_message,
             last_activity_at, waiting_since, unread_count, contact_seen_seq, agent_seen_seq,
             created_at, version, next_due_at, next_due_metric, is_breached)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)",
        params![
            it.id,
            tx.workspace(),
            it.number,
            it.inbox_id,
            it.contact_id,
            it.identity_id,
            it.channel.as_str(),
            it.status.as_str(),
            status_at,
            status_by,
            snoozed_until,
            it.handler.as_str(),
            it.assignee_id,
            it.team_id,
            it.priority.as_str(),
            to_json(&it.tag_ids),
            it.session_id,
            it.session_count,
            it.last_seq,
            it.last_message.as_ref().map(to_json),
            it.last_activity_at,
            it.waiting_since,
            it.unread_count,
            it.contact_seen_seq,
            it.agent_seen_seq,
            it.created_at,
            it.version,
            it.deadline.and_then(|next| next.due_at),
            it.deadline.map(|next| next.metric.as_str()),
            it.deadline.is_some_and(|next| next.is_breached)
        ],
    )?;
    counters::apply(tx, None, Some(it))
}

/// Saves a changed conversation and moves its counters. `before` is the value that was
/// loaded; its version must still be the stored one. The version rises by one.
///
/// Only what differs is written: an index over a column that is named in an `UPDATE` is
/// written anew, and its foreign keys are checked, even if the value is the old one.
pub fn save(
    tx: &mut Tx<'_>,
    before: &Conversation,
    it: Conversation,
) -> Result<Conversation, StoreError> {
    let mut sql = changes(before, &it);
    sql.push(" WHERE workspace_id = ");
    let place = sql.bind(tx.workspace());
    sql.push(&place);
    sql.and_eq("id", it.id);
    sql.and_eq("version", before.version);
    tx.execute_versioned(&sql.text, &sql.params)?;
    counters::apply(tx, Some(before), Some(&it))?;
    Ok(Conversation {
        version: before.version + 1,
        ..it
    })
}

/// `UPDATE … SET` with the columns in which two values of a conversation differ.
fn changes(before: &Conversation, it: &Conversation) -> Sql {
    let mut sql = Sql::new("UPDATE conversations SET version = version + 1");
    if it.status != before.status {
        let (status_at, status_by, snoozed_until) = status_columns(it);
        sql.set("status", it.status.as_str());
        sql.set("status_at", status_at);
        sql.set("status_by", status_by);
        sql.set("snoozed_until", snoozed_until);
    }
    if it.deadline != before.deadline {
        let due_at = |it: &Conversation| it.deadline.and_then(|next| next.due_at);
        if due_at(it) != due_at(before) {
            sql.set("next_due_at", due_at(it));
        }
        sql.set(
            "next_due_metric",
            it.deadline.map(|next| next.metric.as_str()),
        );
        sql.set(
            "is_breached",
            it.deadline.is_some_and(|next| next.is_breached),
        );
    }
    macro_rules! set_changed {
        ($($column:ident: $value:expr),+ $(,)?) => { $(
            if it.$column != before.$column {
                sql.set(stringify!($column), $value);
            }
        )+ };
    }
    set_changed! {
        handler: it.handler.as_str(),
        assignee_id: it.assignee_id,
        team_id: it.team_id,
        priority: it.priority.as_str(),
        tag_ids: to_json(&it.tag_ids),
        session_id: it.session_id,
        session_count: it.session_count,
        last_seq: it.last_seq,
        last_message: it.last_message.as_ref().map(to_json),
        last_activity_at: it.last_activity_at,
        waiting_since: it.waiting_since,
        unread_count: it.unread_count,
        contact_seen_seq: it.contact_seen_seq,
        agent_seen_seq: it.agent_seen_seq,
    }
    sql
}

/// One conversation.
pub fn get(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM conversations c WHERE c.workspace_id = $1 AND c.id = $2");
    tx.maybe(&sql, params![tx.workspace(), id])?
        .as_ref()
        .map(Conversation::try_from)
        .transpose()
}

/// One conversation, locked for a change.
pub fn get_for_update(
    tx: &mut Tx<'_>,
    id: ConversationId,
) -> Result<Option<Conversation>, StoreError> {
    let lock = tx.for_update();
    let sql = format!(
        "SELECT {COLUMNS} FROM conversations c WHERE c.workspace_id = $1 AND c.id = $2{lock}"
    );
    tx.maybe(&sql, params![tx.workspace(), id])?
        .as_ref()
        .map(Conversation::try_from)
        .transpose()
}

/// The chat of an identity in an inbox, locked for a change. By mail there may be many.
pub fn find_for_update(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    identity: IdentityId,
) -> Result<Option<Conversation>, StoreError> {
    let lock = tx.for_update();
    let sql = format!(
        "SELECT {COLUMNS} FROM conversations c
         WHERE c.workspace_id = $1 AND c.inbox_id = $2 AND c.identity_id = $3
           AND c.channel <> 'email'{lock}"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), inbox, identity])?;
    row.as_ref().map(Conversation::try_from).transpose()
}

/// The chat of an identity in an inbox.
pub fn find(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    identity: IdentityId,
) -> Result<Option<Conversation>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM conversations c
         WHERE c.workspace_id = $1 AND c.inbox_id = $2 AND c.identity_id = $3
           AND c.channel <> 'email'"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), inbox, identity])?;
    row.as_ref().map(Conversation::try_from).transpose()
}

/// Snoozed conversations whose time has come, in all workspaces.
pub fn due_snoozes(
    system: &mut SystemTx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(zhiyin_domain::ids::WorkspaceId, ConversationId)>, StoreError> {
    system
        .query(
            "SELECT workspace_id, id FROM conversations
             WHERE snoozed_until IS NOT NULL AND snoozed_until <= $1
             ORDER BY snoozed_until LIMIT $2",
            params![now, limit],
        )?
        .iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .collect()
}

/// When the next snoozed conversation comes back.
pub fn next_snooze(system: &mut SystemTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = system.maybe(
        "SELECT snoozed_until FROM conversations WHERE snoozed_until IS NOT NULL
         ORDER BY snoozed_until LIMIT 1",
        params![],
    )?;
    row.map(|row| row.get("snoozed_until")).transpose()
}

/// A conversation with what every reader shows beside it.
#[derive(Debug, Clone)]
pub struct ConversationView {
    /// The conversation.
    pub conversation: Conversation,
    /// The contact's language tag.
    pub contact_locale: String,
    /// Whether the site vouches for the contact.
    pub contact_is_verified: bool,
    /// Whether messages of the contact are refused.
    pub contact_is_blocked: bool,
    /// The contact's name and addresses.
    pub contact: Personal,
    /// The present or last session.
    pub session: Option<Session>,
    /// What makes it a thread of mails, if it is one.
    pub thread: Option<MailThread>,
}

impl ConversationView {
    /// The contact.
    #[must_use]
    pub fn contact_id(&self) -> ContactId {
        self.conversation.contact_id
    }
}

pub(crate) const VIEW_FROM: &str = "FROM conversations c
    JOIN contacts k ON k.id = c.contact_id
    LEFT JOIN sessions s ON s.id = c.session_id
    LEFT JOIN mail_threads t ON t.conversation_id = c.id";

pub(crate) fn view_columns() -> String {
    format!(
        "{COLUMNS}, k.personal AS contact_personal, k.locale AS contact_locale,
         k.is_verified AS contact_is_verified, k.is_blocked AS contact_is_blocked,
         t.subject AS thread_subject, t.mailbox_id AS thread_mailbox_id,
         t.may_belong_to AS thread_may_belong_to, {}",
        sessions::PREFIXED_COLUMNS
    )
}

pub(crate) fn read_view(tx: &mut Tx<'_>, row: &Row) -> Result<ConversationView, StoreError> {
    let conversation = Conversation::try_from(row)?;
    let session = match conversation.session_id {
        Some(_) => Some(sessions::read_prefixed(row)?),
        None => None,
    };
    let thread = match row.get::<Option<String>>("thread_subject")? {
        None => None,
        Some(subject) => Some(MailThread {
            conversation_id: conversation.id,
            mailbox_id: row.get("thread_mailbox_id")?,
            subject,
            may_belong_to: row.get("thread_may_belong_to")?,
        }),
    };
    Ok(ConversationView {
        conversation,
        thread,
        contact_locale: row.get("contact_locale")?,
        contact_is_verified: row.get("contact_is_verified")?,
        contact_is_blocked: row.get("contact_is_blocked")?,
        contact: crate::contacts::open_personal(tx, row, "contact_personal")?,
        session,
    })
}

/// One conversation with what every reader shows beside it.
pub fn view(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<ConversationView>, StoreError> {
    let sql = format!(
        "SELECT {} {VIEW_FROM} WHERE c.workspace_id = $1 AND c.id = $2",
        view_columns()
    );
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read_view(tx, &row).map(Some),
    }
}

/// Open conversations of an agent, longest waiting first.
pub fn open_of_agent(
    tx: &mut Tx<'_>,
    agent: AgentId,
    limit: u32,
) -> Result<Vec<ConversationView>, StoreError> {
    let sql = format!(
        "SELECT {} {VIEW_FROM} WHERE c.workspace_id = $1 AND c.assignee_id = $2 AND c.status = 'open'
         ORDER BY COALESCE(c.waiting_since, {}), c.id LIMIT $3",
        view_columns(),
        i64::MAX
    );
    let rows = tx.query(&sql, params![tx.workspace(), agent, limit])?;
    rows.iter().map(|row| read_view(tx, row)).collect()
}

/// Conversations of a contact, newest first.
pub fn of_contact(
    tx: &mut Tx<'_>,
    contact: ContactId,
    limit: u32,
) -> Result<Vec<Conversation>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM conversations c WHERE c.workspace_id = $1 AND c.contact_id = $2
         ORDER BY c.last_activity_at DESC LIMIT $3"
    );
    tx.query(&sql, params![tx.workspace(), contact, limit])?
        .iter()
        .map(Conversation::try_from)
        .collect()
}
