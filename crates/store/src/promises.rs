//! Promises.

use zhiyin_domain::ids::{AgentId, ConversationId, InboxId, PromiseId, TeamId, WorkspaceId};
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::promise::{Promise, PromiseKind, PromiseStatus};
use zhiyin_domain::time::Timestamp;

use crate::conversations::{Sql, visible};
use crate::named::named;
use crate::{Row, StoreError, SystemTx, ToValue, Tx, params};

/// What the number to call is sealed for.
const PHONE: &str = "promise.phone";

const COLUMNS: &str = "p.id, p.conversation_id, p.session_id, p.contact_id, p.kind, p.text, p.phone, \
    p.due_at, p.remind_at, p.owner_id, p.status, p.reason, p.made_by, p.kept_at, p.broken_at, p.created_at, p.version";

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Promise, StoreError> {
    let phone = match row.get::<Option<Vec<u8>>>("phone")? {
        None => None,
        Some(sealed) => {
            let plain = tx.open(PHONE, &sealed)?;
            let text = String::from_utf8(plain).map_err(|_| row.inconsistent("phone"))?;
            Some(text.parse().map_err(|_| row.inconsistent("phone"))?)
        }
    };
    let status = match row.text("status")? {
        "open" => PromiseStatus::Open,
        "kept" => PromiseStatus::Kept {
            at: row.get("kept_at")?,
        },
        "broken" => PromiseStatus::Broken,
        "cancelled" => PromiseStatus::Cancelled {
            reason: row.get("reason")?,
        },
        _ => return Err(row.inconsistent("status")),
    };
    Ok(Promise {
        id: row.get("id")?,
        conversation_id: row.get("conversation_id")?,
        session_id: row.get("session_id")?,
        contact_id: row.get("contact_id")?,
        kind: named(row, "kind", &PromiseKind::ALL, |kind| kind.as_str())?,
        text: row.get("text")?,
        phone,
        due_at: row.get("due_at")?,
        remind_at: row.get("remind_at")?,
        owner_id: row.get("owner_id")?,
        status,
        broken_at: row.get("broken_at")?,
        made_by: row
            .text("made_by")?
            .parse()
            .map_err(|_| row.inconsistent("made_by"))?,
        created_at: row.get("created_at")?,
        version: row.get("version")?,
    })
}

fn read_all(tx: &mut Tx<'_>, sql: &Sql) -> Result<Vec<Promise>, StoreError> {
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// When it was kept and why it was cancelled: the columns behind a status.
fn status_columns(it: &Promise) -> (Option<Timestamp>, Option<&str>) {
    match &it.status {
        PromiseStatus::Open | PromiseStatus::Broken => (None, None),
        PromiseStatus::Kept { at } => (Some(*at), None),
        PromiseStatus::Cancelled { reason } => (None, Some(reason)),
    }
}

/// Adds a promise.
pub fn insert(tx: &mut Tx<'_>, it: &Promise) -> Result<(), StoreError> {
    let phone = match &it.phone {
        None => None,
        Some(phone) => Some(tx.seal(PHONE, phone.as_str().as_bytes())?),
    };
    let (kept_at, reason) = status_columns(it);
    tx.execute(
        "INSERT INTO promises (id, workspace_id, conversation_id, session_id, contact_id, kind, text,
             phone, due_at, owner_id, status, reason, made_by, kept_at, broken_at, created_at, version,
             remind_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        params![
            it.id,
            tx.workspace(),
            it.conversation_id,
            it.session_id,
            it.contact_id,
            it.kind.as_str(),
            it.text,
            phone,
            it.due_at,
            it.owner_id,
            it.status.as_str(),
            reason,
            it.made_by.to_string(),
            kept_at,
            it.broken_at,
            it.created_at,
            it.version,
            it.remind_at
        ],
    )?;
    Ok(())
}

/// Saves what may change; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: Promise) -> Result<Promise, StoreError> {
    let (kept_at, reason) = status_columns(&it);
    tx.execute_versioned(
        "UPDATE promises SET text = $1, due_at = $2, owner_id = $3, status = $4, reason = $5,
             kept_at = $6, broken_at = $7, remind_at = $8, version = version + 1
         WHERE workspace_id = $9 AND id = $10 AND version = $11",
        params![
            it.text,
            it.due_at,
            it.owner_id,
            it.status.as_str(),
            reason,
            kept_at,
            it.broken_at,
            it.remind_at,
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(Promise {
        version: it.version + 1,
        ..it
    })
}

/// One promise.
pub fn get(tx: &mut Tx<'_>, id: PromiseId) -> Result<Option<Promise>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM promises p WHERE p.workspace_id = $1 AND p.id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// Promises of a conversation that are open or broken, the most urgent one first.
pub fn pending(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<Vec<Promise>, StoreError> {
    let sql = Sql {
        text: format!(
            "SELECT {COLUMNS} FROM promises p WHERE p.workspace_id = $1 AND p.conversation_id = $2
               AND p.status IN ('open', 'broken') ORDER BY p.due_at, p.id"
        ),
        params: params![tx.workspace(), conversation].to_vec(),
    };
    read_all(tx, &sql)
}

/// Which promises.
#[derive(Debug, Clone, Default)]
pub struct PromiseFilter {
    /// One of [`PromiseStatus::NAMES`]; none means any.
    pub status: Option<&'static str>,
    /// Only those of this owner.
    pub owner: Option<AgentId>,
    /// Only those of this conversation.
    pub conversation: Option<ConversationId>,
}

/// Where the next page begins: time and id of the last one.
pub type PromiseCursor = (Timestamp, PromiseId);

impl PromiseFilter {
    /// What is to be done comes in the order in which it is due; what is over, and all
    /// together, the latest first.
    #[must_use]
    pub fn is_ascending(&self) -> bool {
        matches!(self.status, Some("open" | "broken"))
    }
}

/// A page of promises in conversations that may be seen.
pub fn list(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &PromiseFilter,
    after: Option<PromiseCursor>,
    limit: u32,
) -> Result<Vec<Promise>, StoreError> {
    if visibility.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql {
        text: format!(
            "SELECT {COLUMNS} FROM promises p JOIN conversations c ON c.id = p.conversation_id
             WHERE p.workspace_id = $1"
        ),
        params: vec![tx.workspace().to_value()],
    };
    if let Some(status) = filter.status {
        sql.and_eq("p.status", status);
    }
    if let Some(owner) = filter.owner {
        sql.and_eq("p.owner_id", owner);
    }
    if let Some(conversation) = filter.conversation {
        sql.and_eq("p.conversation_id", conversation);
    }
    visible(&mut sql, visibility);
    let (direction, beyond) = if filter.is_ascending() {
        ("ASC", ">")
    } else {
        ("DESC", "<")
    };
    if let Some((at, id)) = after {
        let (at, id) = (sql.bind(at), sql.bind(id));
        sql.and(&format!("(p.due_at, p.id) {beyond} ({at}, {id})"));
    }
    let limit = sql.bind(limit);
    sql.push(&format!(
        " ORDER BY p.due_at {direction}, p.id {direction} LIMIT {limit}"
    ));
    read_all(tx, &sql)
}

/// What became of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromiseOutcome {
    /// Done in time.
    Kept,
    /// Done, but late.
    KeptLate,
    /// Its time is over.
    Broken,
    /// Its time is to come.
    Open,
    /// Taken back.
    Cancelled,
}

/// A promise as reports see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromiseFate {
    /// The promise.
    pub id: PromiseId,
    /// What was promised.
    pub kind: PromiseKind,
    /// Who sees to it.
    pub owner_id: Option<AgentId>,
    /// Where.
    pub inbox_id: InboxId,
    /// The team that has the conversation now.
    pub team_id: Option<TeamId>,
    /// What became of it.
    pub outcome: PromiseOutcome,
}

/// Promises that were due in a period, in conversations that may be seen; the latest first.
pub fn fates(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    (from, to, inbox): (Timestamp, Timestamp, Option<InboxId>),
    limit: u32,
) -> Result<Vec<PromiseFate>, StoreError> {
    if visibility.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql {
        text: "SELECT p.id, p.kind, p.owner_id, p.status, p.broken_at, c.inbox_id, c.team_id
             FROM promises p JOIN conversations c ON c.id = p.conversation_id
             WHERE p.workspace_id = $1 AND p.due_at >= $2 AND p.due_at < $3"
            .to_owned(),
        params: params![tx.workspace(), from, to].to_vec(),
    };
    if let Some(inbox) = inbox {
        sql.and_eq("c.inbox_id", inbox);
    }
    visible(&mut sql, visibility);
    let limit = sql.bind(limit);
    sql.push(&format!(" ORDER BY p.due_at DESC, p.id DESC LIMIT {limit}"));
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter().map(fate).collect()
}

fn fate(row: &Row) -> Result<PromiseFate, StoreError> {
    let broken_at: Option<Timestamp> = row.get("broken_at")?;
    Ok(PromiseFate {
        id: row.get("id")?,
        kind: named(row, "kind", &PromiseKind::ALL, |kind| kind.as_str())?,
        owner_id: row.get("owner_id")?,
        inbox_id: row.get("inbox_id")?,
        team_id: row.get("team_id")?,
        outcome: match row.text("status")? {
            "kept" if broken_at.is_some() => PromiseOutcome::KeptLate,
            "kept" => PromiseOutcome::Kept,
            "broken" => PromiseOutcome::Broken,
            "open" => PromiseOutcome::Open,
            "cancelled" => PromiseOutcome::Cancelled,
            _ => return Err(row.inconsistent("status")),
        },
    })
}

/// Open promises whose time is over, or whose owners are to be reminded, in all workspaces,
/// the longest overdue first.
pub fn due(
    system: &mut SystemTx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(WorkspaceId, PromiseId)>, StoreError> {
    system
        .query(
            "SELECT workspace_id, id, at FROM (
                 SELECT * FROM (SELECT workspace_id, id, due_at AS at FROM promises
                     WHERE status = 'open' AND due_at <= $1 ORDER BY due_at LIMIT $2) broken
                 UNION
                 SELECT * FROM (SELECT workspace_id, id, remind_at AS at FROM promises
                     WHERE status = 'open' AND remind_at <= $1 ORDER BY remind_at LIMIT $2) reminded
             ) due ORDER BY at LIMIT $2",
            params![now, limit],
        )?
        .iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .collect()
}

/// When the next promise is due or to be called to mind.
pub fn next_due(system: &mut SystemTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let mut next: Option<Timestamp> = None;
    for sql in [
        "SELECT due_at AS at FROM promises WHERE status = 'open' ORDER BY due_at LIMIT 1",
        "SELECT remind_at AS at FROM promises WHERE status = 'open' AND remind_at IS NOT NULL
         ORDER BY remind_at LIMIT 1",
    ] {
        if let Some(row) = system.maybe(sql, params![])? {
            let at: Timestamp = row.get("at")?;
            next = Some(next.map_or(at, |before| before.min(at)));
        }
    }
    Ok(next)
}
