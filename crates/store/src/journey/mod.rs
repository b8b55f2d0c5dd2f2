//! What is counted of a session besides its row: its clocks and stays, its deadlines, and
//! both summed up for reports.

mod deadlines;
mod traces;

pub use deadlines::{Due, apply, deadlines, due, next_due};
pub use traces::{TraceFilter, TraceRow, sessions, traces};

use zhiyin_domain::ids::{AccountId, ContactId, InboxId, SessionId, StandardId};
use zhiyin_domain::inbox::WidgetSettings;
use zhiyin_domain::journey::Journey;
use zhiyin_domain::name::Name;
use zhiyin_domain::standards::Terms;
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;

use crate::conversations::Sql;
use crate::named::{json, maybe_json, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "j.session_id AS id, j.conversation_id, j.standard_id, j.calendar_id, j.clock, j.visits, j.repeats, \
    j.has_left, j.wakes_at, j.version";

impl TryFrom<&Row> for Journey {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            session_id: row.get("id")?,
            conversation_id: row.get("conversation_id")?,
            standard_id: row.get("standard_id")?,
            calendar_id: row.get("calendar_id")?,
            clock: json(row, "clock")?,
            visits: json(row, "visits")?,
            repeats: row.get("repeats")?,
            has_left: row.get("has_left")?,
            wakes_at: row.get("wakes_at")?,
            version: row.get("version")?,
        })
    }
}

/// The standard that holds for a session.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldStandard {
    /// Which.
    pub id: StandardId,
    /// What people call it.
    pub name: Name,
    /// What it says.
    pub terms: Terms,
}

/// A journey with all it takes to count on.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The journey.
    pub journey: Journey,
    /// The standard that holds; none where none was chosen or it is gone.
    pub standard: Option<HeldStandard>,
    /// When there is anybody: the rules of the calendar that was chosen, as they are stored.
    /// Not read here, since whoever counts keeps calendars ready by their text.
    pub calendar: Option<String>,
    /// The settings of the inbox, which hold without a standard or a calendar; not read with
    /// both.
    pub inbox: Option<WidgetSettings>,
    /// Whether an answer is promised in the conversation.
    pub awaits_reply: bool,
}

/// The journey of a session in an inbox, if it has one, in one statement: it is read for
/// every message.
pub fn find(
    tx: &mut Tx<'_>,
    session: SessionId,
    inbox: InboxId,
) -> Result<Option<Found>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, n.name AS standard_name, n.terms, k.rules, i.settings,
                EXISTS (SELECT 1 FROM promises p WHERE p.conversation_id = j.conversation_id
                          AND p.kind = 'reply' AND p.status IN ('open', 'broken')) AS awaits_reply
         FROM session_clocks j JOIN inboxes i ON i.id = $3
         LEFT JOIN standards n ON n.id = j.standard_id AND n.workspace_id = j.workspace_id
         LEFT JOIN calendars k ON k.id = j.calendar_id AND k.workspace_id = j.workspace_id
         WHERE j.workspace_id = $1 AND j.session_id = $2"
    );
    let Some(row) = tx.maybe(&sql, params![tx.workspace(), session, inbox])? else {
        return Ok(None);
    };
    let journey = Journey::try_from(&row)?;
    let standard = match (journey.standard_id, maybe_json(&row, "terms")?) {
        (Some(id), Some(terms)) => Some(HeldStandard {
            id,
            name: row
                .text("standard_name")?
                .parse()
                .map_err(|_| row.inconsistent("standard_name"))?,
            terms,
        }),
        _ => None,
    };
    let calendar = row.maybe_text("rules")?.map(str::to_owned);
    let inbox = match (&standard, &calendar) {
        (Some(_), Some(_)) => None,
        _ => Some(json(&row, "settings")?),
    };
    Ok(Some(Found {
        journey,
        standard,
        calendar,
        inbox,
        awaits_reply: row.get("awaits_reply")?,
    }))
}

/// The journey of a session, if it has one.
pub fn get(tx: &mut Tx<'_>, session: SessionId) -> Result<Option<Journey>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM session_clocks j WHERE j.workspace_id = $1 AND j.session_id = $2"
    );
    tx.maybe(&sql, params![tx.workspace(), session])?
        .as_ref()
        .map(Journey::try_from)
        .transpose()
}

/// Adds the journey of a session.
pub fn insert(tx: &mut Tx<'_>, it: &Journey) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO session_clocks (session_id, workspace_id, conversation_id, standard_id, clock,
             visits, repeats, has_left, wakes_at, version, calendar_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            it.session_id,
            tx.workspace(),
            it.conversation_id,
            it.standard_id,
            to_json(&it.clock),
            to_json(&it.visits),
            it.repeats,
            it.has_left,
            it.wakes_at,
            it.version,
            it.calendar_id
        ],
    )?;
    Ok(())
}

/// Saves what differs from `before`, whose version must still be the stored one; the version
/// rises by one. Without a difference nothing is written.
pub fn save(tx: &mut Tx<'_>, before: &Journey, it: Journey) -> Result<Journey, StoreError> {
    if it == *before {
        return Ok(it);
    }
    let mut sql = Sql::new("UPDATE session_clocks SET version = version + 1");
    if it.standard_id != before.standard_id {
        sql.set("standard_id", it.standard_id);
    }
    if it.calendar_id != before.calendar_id {
        sql.set("calendar_id", it.calendar_id);
    }
    if it.clock != before.clock {
        sql.set("clock", to_json(&it.clock));
    }
    if it.visits != before.visits {
        sql.set("visits", to_json(&it.visits));
    }
    if it.repeats != before.repeats {
        sql.set("repeats", it.repeats);
    }
    if it.has_left != before.has_left {
        sql.set("has_left", it.has_left);
    }
    if it.wakes_at != before.wakes_at {
        sql.set("wakes_at", it.wakes_at);
    }
    sql.push(" WHERE workspace_id = ");
    let place = sql.bind(tx.workspace());
    sql.push(&place);
    sql.and_eq("session_id", it.session_id);
    sql.and_eq("version", before.version);
    tx.execute_versioned(&sql.text, &sql.params)?;
    Ok(Journey {
        version: before.version + 1,
        ..it
    })
}

/// Has every session looked at again that goes on: standards or calendars of the workspace
/// have changed.
pub fn wake_all(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE session_clocks SET wakes_at = $1
         WHERE workspace_id = $2 AND (wakes_at IS NULL OR wakes_at > $1) AND session_id IN (
             SELECT c.session_id FROM conversations c
             WHERE c.workspace_id = $2 AND c.status IN ('open', 'snoozed'))",
        params![now, tx.workspace()],
    )
}

/// The same for the open sessions of a contact: what is known of them has changed.
pub fn wake_contact(
    tx: &mut Tx<'_>,
    contact: ContactId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE session_clocks SET wakes_at = $1
         WHERE workspace_id = $2 AND (wakes_at IS NULL OR wakes_at > $1) AND session_id IN (
             SELECT s.id FROM sessions s WHERE s.contact_id = $3 AND s.resolved_at IS NULL)",
        params![now, tx.workspace(), contact],
    )
}

/// The same for the open sessions of all contacts of an account.
pub fn wake_account(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE session_clocks SET wakes_at = $1
         WHERE workspace_id = $2 AND (wakes_at IS NULL OR wakes_at > $1) AND session_id IN (
             SELECT s.id FROM contacts k JOIN sessions s ON s.contact_id = k.id
             WHERE k.workspace_id = $2 AND k.account_id = $3 AND s.resolved_at IS NULL)",
        params![now, tx.workspace(), account],
    )
}

/// Language tag and tier of a contact, the tier of their account if that is higher.
pub fn standing_of_contact(
    tx: &mut Tx<'_>,
    contact: ContactId,
) -> Result<Option<(String, Tier)>, StoreError> {
    let row = tx.maybe(
        "SELECT k.id AS id, k.locale AS locale, k.tier AS tier, COALESCE(a.tier, 0) AS account_tier
         FROM contacts k LEFT JOIN accounts a ON a.id = k.account_id
         WHERE k.workspace_id = $1 AND k.id = $2",
        params![tx.workspace(), contact],
    )?;
    row.map(|row| {
        let tier: u8 = row.get("tier")?;
        let account: u8 = row.get("account_tier")?;
        let tier = Tier::try_from(tier.max(account)).map_err(|_| row.inconsistent("tier"))?;
        Ok((row.get("locale")?, tier))
    })
    .transpose()
}
