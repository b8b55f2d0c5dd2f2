//! What customers were told before it could hurt, and that they took note of it. The words
//! are sealed. After the beginning one thing is written, once: the acknowledgement.

use serde::{Deserialize, Serialize};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::attribute::Label;
use zhiyin_domain::cases::notices::{NoticeKind, NoticeRating};
use zhiyin_domain::ids::{CaseId, ContactId, ConversationId, InboxId, MessageId, ServiceNoticeId};
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::time::Timestamp;

use crate::conversations::{Sql, visible};
use crate::named::{json, maybe_named, named, to_json};
use crate::sealed::{open_json, open_text, seal_json, seal_text};
use crate::{Row, StoreError, ToValue as _, Tx, params};

/// What words are sealed for.
const WORDS: &str = "service_notices.words";
/// What notes are sealed for.
const NOTE: &str = "service_notices.note";

const COLUMNS: &str = "n.id, n.contact_id, n.conversation_id, n.case_id, n.message_id, n.client_id, \
    n.entry, n.kind, n.rating, n.words, n.made_by, n.created_at, n.acknowledged_at, \
    n.acknowledged_by, n.means, n.note";

/// Name and text, as they were told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeWords {
    /// What colleagues call it.
    pub name: Label,
    /// What the customer was told.
    pub text: String,
}

/// How a customer took note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeMeans {
    /// With the button in the chat.
    Widget,
    /// With the button in the portal.
    Portal,
    /// In what they wrote.
    Message,
    /// On the telephone.
    Phone,
    /// Face to face.
    InPerson,
    /// By letter or signature.
    Letter,
}

impl NoticeMeans {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Widget,
        Self::Portal,
        Self::Message,
        Self::Phone,
        Self::InPerson,
        Self::Letter,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Widget => "widget",
            Self::Portal => "portal",
            Self::Message => "message",
            Self::Phone => "phone",
            Self::InPerson => "in_person",
            Self::Letter => "letter",
        }
    }
}

/// That a customer took note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// When.
    pub at: Timestamp,
    /// The customer, or who wrote it down.
    pub by: Actor,
    /// How.
    pub means: NoticeMeans,
    /// What was written down; may be empty.
    pub note: String,
}

/// Something a customer was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceNotice {
    /// Identifier.
    pub id: ServiceNoticeId,
    /// Who was told.
    pub contact_id: ContactId,
    /// Where.
    pub conversation_id: Option<ConversationId>,
    /// For which case.
    pub case_id: Option<CaseId>,
    /// In which message; none if they were told otherwise.
    pub message_id: Option<MessageId>,
    /// The sender's own id.
    pub client_id: String,
    /// Key of the entry in the catalogue.
    pub entry: String,
    /// What it is.
    pub kind: NoticeKind,
    /// Why it was proposed.
    pub rating: NoticeRating,
    /// The words.
    pub words: NoticeWords,
    /// Who told it.
    pub made_by: Actor,
    /// When.
    pub created_at: Timestamp,
    /// That the customer took note.
    pub acknowledgement: Option<Acknowledgement>,
}

fn acknowledgement(tx: &mut Tx<'_>, row: &Row) -> Result<Option<Acknowledgement>, StoreError> {
    let means = maybe_named(row, "means", &NoticeMeans::ALL, |it| it.as_str())?;
    let at: Option<Timestamp> = row.get("acknowledged_at")?;
    let by = crate::named::parsed(row, "acknowledged_by")?;
    let (Some(means), Some(at), Some(by)) = (means, at, by) else {
        return Ok(None);
    };
    Ok(Some(Acknowledgement {
        at,
        by,
        means,
        note: open_text(tx, NOTE, row, "note")?,
    }))
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<ServiceNotice, StoreError> {
    Ok(ServiceNotice {
        id: row.get("id")?,
        contact_id: row.get("contact_id")?,
        conversation_id: row.get("conversation_id")?,
        case_id: row.get("case_id")?,
        message_id: row.get("message_id")?,
        client_id: row.get("client_id")?,
        entry: row.get("entry")?,
        kind: named(row, "kind", &NoticeKind::ALL, |it| it.as_str())?,
        rating: json(row, "rating")?,
        words: open_json(tx, WORDS, row, "words")?,
        made_by: row
            .text("made_by")?
            .parse()
            .map_err(|_| row.inconsistent("made_by"))?,
        created_at: row.get("created_at")?,
        acknowledgement: acknowledgement(tx, row)?,
    })
}

fn read_all(tx: &mut Tx<'_>, sql: &Sql) -> Result<Vec<ServiceNotice>, StoreError> {
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Keeps what a customer was told. A second one of the same sender with the same client id is
/// refused by `service_notices_client`.
pub fn insert(tx: &mut Tx<'_>, it: &ServiceNotice) -> Result<(), StoreError> {
    let words = seal_json(tx, WORDS, &it.words)?;
    tx.execute(
        "INSERT INTO service_notices (id, workspace_id, contact_id, conversation_id, case_id, message_id,
             client_id, entry, kind, rating, words, made_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            it.id,
            tx.workspace(),
            it.contact_id,
            it.conversation_id,
            it.case_id,
            it.message_id,
            it.client_id,
            it.entry,
            it.kind.as_str(),
            to_json(&it.rating),
            words,
            it.made_by.to_string(),
            it.created_at
        ],
    )?;
    match &it.acknowledgement {
        None => Ok(()),
        Some(given) => acknowledge(tx, it.id, given).map(|_| ()),
    }
}

/// Keeps that a customer took note, and tells whether it is the first time: what is kept is
/// not changed.
pub fn acknowledge(
    tx: &mut Tx<'_>,
    id: ServiceNoticeId,
    given: &Acknowledgement,
) -> Result<bool, StoreError> {
    let note = seal_text(tx, NOTE, &given.note)?;
    let changed = tx.execute(
        "UPDATE service_notices SET acknowledged_at = $1, acknowledged_by = $2, means = $3, note = $4
         WHERE workspace_id = $5 AND id = $6 AND acknowledged_at IS NULL",
        params![
            given.at,
            given.by.to_string(),
            given.means.as_str(),
            note,
            tx.workspace(),
            id
        ],
    )?;
    Ok(changed == 1)
}

/// One notice.
pub fn get(tx: &mut Tx<'_>, id: ServiceNoticeId) -> Result<Option<ServiceNotice>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM service_notices n WHERE n.workspace_id = $1 AND n.id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// The notice a sender has sent already under this client id.
pub fn find_by_client_id(
    tx: &mut Tx<'_>,
    made_by: &Actor,
    client_id: &str,
) -> Result<Option<ServiceNotice>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM service_notices n
         WHERE n.workspace_id = $1 AND n.made_by = $2 AND n.client_id = $3"
    );
    let params = params![tx.workspace(), made_by.to_string(), client_id];
    match tx.maybe(&sql, params)? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// What was told in a conversation, the newest first.
pub fn of_conversation(
    tx: &mut Tx<'_>,
    id: ConversationId,
    limit: u32,
) -> Result<Vec<ServiceNotice>, StoreError> {
    let sql = Sql {
        text: format!(
            "SELECT {COLUMNS} FROM service_notices n WHERE n.workspace_id = $1 AND n.conversation_id = $2
             ORDER BY n.created_at DESC, n.id DESC LIMIT $3"
        ),
        params: params![tx.workspace(), id, limit].to_vec(),
    };
    read_all(tx, &sql)
}

/// What was told for a case, the newest first.
pub fn of_case(tx: &mut Tx<'_>, id: CaseId, limit: u32) -> Result<Vec<ServiceNotice>, StoreError> {
    let sql = Sql {
        text: format!(
            "SELECT {COLUMNS} FROM service_notices n WHERE n.workspace_id = $1 AND n.case_id = $2
             ORDER BY n.created_at DESC, n.id DESC LIMIT $3"
        ),
        params: params![tx.workspace(), id, limit].to_vec(),
    };
    read_all(tx, &sql)
}

/// Which entries a customer was told since a moment.
pub fn told(
    tx: &mut Tx<'_>,
    contact: ContactId,
    since: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let rows = tx.query(
        "SELECT DISTINCT entry FROM service_notices
         WHERE workspace_id = $1 AND contact_id = $2 AND created_at >= $3",
        params![tx.workspace(), contact, since],
    )?;
    rows.iter().map(|row| row.get("entry")).collect()
}

/// How many sessions of a customer are over, counted up to a limit.
pub fn earlier_sessions(
    tx: &mut Tx<'_>,
    contact: ContactId,
    limit: u32,
) -> Result<u32, StoreError> {
    let row = tx.one(
        "SELECT COUNT(*) AS number FROM (SELECT 1 FROM sessions
             WHERE workspace_id = $1 AND contact_id = $2 AND resolved_at IS NOT NULL LIMIT $3) counted",
        params![tx.workspace(), contact, limit],
    )?;
    row.get("number")
}

/// Whether a customer has complained since a moment.
pub fn has_complained(
    tx: &mut Tx<'_>,
    contact: ContactId,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let row = tx.maybe(
        "SELECT 1 AS one FROM cases
         WHERE workspace_id = $1 AND contact_id = $2 AND created_at >= $3 AND is_complaint = TRUE
         LIMIT 1",
        params![tx.workspace(), contact, since],
    )?;
    Ok(row.is_some())
}

/// The cases of a conversation that are not closed, the newest link first.
pub fn open_cases(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    limit: u32,
) -> Result<Vec<CaseId>, StoreError> {
    let rows = tx.query(
        "SELECT c.id FROM case_conversations l JOIN cases c ON c.id = l.case_id
         WHERE l.workspace_id = $1 AND l.conversation_id = $2 AND c.merged_into IS NULL
           AND c.status <> 'closed'
         ORDER BY l.at DESC, c.id DESC LIMIT $3",
        params![tx.workspace(), conversation, limit],
    )?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Which notices a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeFilter {
    /// Told from then on.
    pub from: Timestamp,
    /// Told before.
    pub to: Timestamp,
    /// Only in this inbox.
    pub inbox: Option<InboxId>,
    /// Within how many microseconds a complaint counts as one after the notice.
    pub complaint_within: i64,
}

/// What became of one entry in a time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoticeCount {
    /// Key of the entry.
    pub entry: String,
    /// How often it was told.
    pub sent: u32,
    /// How often the customer took note.
    pub acknowledged: u32,
    /// How often they complained afterwards.
    pub complained: u32,
}

const AFTERWARDS: &str = "FROM cases k WHERE k.contact_id = n.contact_id AND k.is_complaint = TRUE \
    AND k.created_at >= n.created_at AND k.created_at < n.created_at + $4";

fn of_period(tx: &Tx<'_>, select: &str, visibility: &Visibility, filter: &NoticeFilter) -> Sql {
    let mut sql = Sql {
        text: format!(
            "{select} FROM service_notices n LEFT JOIN conversations c ON c.id = n.conversation_id
             WHERE n.workspace_id = $1 AND n.created_at >= $2 AND n.created_at < $3"
        ),
        params: vec![
            tx.workspace().to_value(),
            filter.from.to_value(),
            filter.to.to_value(),
            filter.complaint_within.to_value(),
        ],
    };
    if let Some(inbox) = filter.inbox {
        sql.and_eq("c.inbox_id", inbox);
    }
    visible(&mut sql, visibility);
    sql
}

/// What became of each entry in a time, by key; of conversations that may be seen.
pub fn counts(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &NoticeFilter,
) -> Result<Vec<NoticeCount>, StoreError> {
    if visibility.is_empty() {
        return Ok(Vec::new());
    }
    let select = format!(
        "SELECT n.entry, COUNT(*) AS sent, COUNT(n.acknowledged_at) AS acknowledged,
             SUM(CASE WHEN EXISTS (SELECT 1 {AFTERWARDS}) THEN 1 ELSE 0 END) AS complained"
    );
    let mut sql = of_period(tx, &select, visibility, filter);
    sql.push(" GROUP BY n.entry ORDER BY n.entry");
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter()
        .map(|row| {
            Ok(NoticeCount {
                entry: row.get("entry")?,
                sent: row.get("sent")?,
                acknowledged: row.get("acknowledged")?,
                complained: row.get("complained")?,
            })
        })
        .collect()
}

/// Which of the notices behind a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeAbout {
    /// All.
    Sent,
    /// Those the customer took note of.
    Acknowledged,
    /// Those they did not.
    Open,
    /// Those after which they complained.
    Complained,
}

/// The notices behind a number, the newest first, with the first complaint that followed.
pub fn behind(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &NoticeFilter,
    (entry, about, limit): (Option<&str>, NoticeAbout, u32),
) -> Result<Vec<(ServiceNotice, Option<CaseId>)>, StoreError> {
    if visibility.is_empty() {
        return Ok(Vec::new());
    }
    let select = format!(
        "SELECT {COLUMNS}, (SELECT k.id {AFTERWARDS} ORDER BY k.created_at, k.id LIMIT 1) AS complaint_id"
    );
    let mut sql = of_period(tx, &select, visibility, filter);
    if let Some(entry) = entry {
        sql.and_eq("n.entry", entry);
    }
    match about {
        NoticeAbout::Sent => {}
        NoticeAbout::Acknowledged => sql.and("n.acknowledged_at IS NOT NULL"),
        NoticeAbout::Open => sql.and("n.acknowledged_at IS NULL"),
        NoticeAbout::Complained => sql.and(&format!("EXISTS (SELECT 1 {AFTERWARDS})")),
    }
    let limit = sql.bind(limit);
    sql.push(&format!(
        " ORDER BY n.created_at DESC, n.id DESC LIMIT {limit}"
    ));
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter()
        .map(|row| Ok((read(tx, row)?, row.get("complaint_id")?)))
        .collect()
}
