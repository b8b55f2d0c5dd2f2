//! Sessions of a period, for reports.

use zhiyin_domain::ids::{ConversationId, InboxId, SessionId};
use zhiyin_domain::journey::Visit;
use zhiyin_domain::journey::moments::Trace;
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::time::Timestamp;

use crate::conversations::{Sql, visible};
use crate::named::json;
use crate::{Row, StoreError, ToValue, Tx};

/// Which sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceFilter {
    /// Opened from then on.
    pub from: Timestamp,
    /// Opened before.
    pub to: Timestamp,
    /// Only of this inbox.
    pub inbox: Option<InboxId>,
}

/// A session as a line of a report.
#[derive(Debug, Clone)]
pub struct TraceRow {
    /// The session.
    pub session_id: SessionId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its human number.
    pub number: i64,
    /// The contact's name; empty while unknown.
    pub contact_name: String,
    /// When it began.
    pub opened_at: Timestamp,
    /// How often the customer said the same again.
    pub repeats: u32,
}

fn trace(row: &Row) -> Result<Trace, StoreError> {
    let visits: Vec<Visit> = json(row, "visits")?;
    Ok(Trace {
        session_id: row.get("id")?,
        visits,
        repeats: row.get("repeats")?,
        has_left: row.get("has_left")?,
    })
}

/// The stays of the sessions that were opened in a period and may be seen, the last ones
/// first. Sessions from before stays were recorded are not among them.
pub fn traces(
    tx: &mut Tx<'_>,
    visibility: &Visibility,
    filter: &TraceFilter,
    limit: u32,
) -> Result<Vec<Trace>, StoreError> {
    if visibility.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql {
        text: "SELECT s.id, j.visits, j.repeats, j.has_left FROM sessions s
             JOIN session_clocks j ON j.session_id = s.id
             JOIN conversations c ON c.id = s.conversation_id
             WHERE s.workspace_id = $1 AND s.opened_at >= $2 AND s.opened_at < $3"
            .to_owned(),
        params: vec![
            tx.workspace().to_value(),
            filter.from.to_value(),
            filter.to.to_value(),
        ],
    };
    if let Some(inbox) = filter.inbox {
        sql.and_eq("s.inbox_id", inbox);
    }
    visible(&mut sql, visibility);
    let limit = sql.bind(limit);
    sql.push(&format!(" ORDER BY s.opened_at DESC LIMIT {limit}"));
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter().map(trace).collect()
}

/// Lines of a report for some sessions, in no particular order.
pub fn sessions(tx: &mut Tx<'_>, ids: &[SessionId]) -> Result<Vec<TraceRow>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql {
        text: "SELECT s.id, s.conversation_id, c.number, k.personal, s.opened_at, j.repeats
             FROM sessions s JOIN session_clocks j ON j.session_id = s.id
             JOIN conversations c ON c.id = s.conversation_id
             JOIN contacts k ON k.id = s.contact_id
             WHERE s.workspace_id = $1"
            .to_owned(),
        params: vec![tx.workspace().to_value()],
    };
    let places: Vec<String> = ids.iter().map(|id| sql.bind(*id)).collect();
    sql.and(&format!("s.id IN ({})", places.join(", ")));
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter()
        .map(|row| {
            Ok(TraceRow {
                session_id: row.get("id")?,
                conversation_id: row.get("conversation_id")?,
                number: row.get("number")?,
                contact_name: crate::contacts::open_personal(tx, row, "personal")?.name,
                opened_at: row.get("opened_at")?,
                repeats: row.get("repeats")?,
            })
        })
        .collect()
}
