//! Business calendars.

use zhiyin_domain::calendars::{Calendar, CalendarRules};
use zhiyin_domain::ids::CalendarId;

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, name, rules, created_at, version";

impl TryFrom<&Row> for Calendar {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            name: row
                .text("name")?
                .parse()
                .map_err(|_| row.inconsistent("name"))?,
            rules: json(row, "rules")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a calendar. Its name must be free: `calendars_name`.
pub fn insert(tx: &mut Tx<'_>, it: &Calendar) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO calendars (id, workspace_id, name, rules, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            it.id,
            tx.workspace(),
            it.name.as_str(),
            to_json(&it.rules),
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves name and rules; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: Calendar) -> Result<Calendar, StoreError> {
    tx.execute_versioned(
        "UPDATE calendars SET name = $1, rules = $2, version = version + 1
         WHERE workspace_id = $3 AND id = $4 AND version = $5",
        params![
            it.name.as_str(),
            to_json(&it.rules),
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    Ok(Calendar {
        version: it.version + 1,
        ..it
    })
}

/// One calendar.
pub fn get(tx: &mut Tx<'_>, id: CalendarId) -> Result<Option<Calendar>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM calendars WHERE workspace_id = $1 AND id = $2");
    tx.maybe(&sql, params![tx.workspace(), id])?
        .as_ref()
        .map(Calendar::try_from)
        .transpose()
}

/// The rules of a calendar, as they are stored.
pub fn rules(tx: &mut Tx<'_>, id: CalendarId) -> Result<Option<CalendarRules>, StoreError> {
    let row = tx.maybe(
        "SELECT id, rules FROM calendars WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )?;
    row.as_ref().map(|row| json(row, "rules")).transpose()
}

/// All calendars by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Calendar>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM calendars WHERE workspace_id = $1");
    let rows = tx.query(&sql, params![tx.workspace()])?;
    let calendars: Result<Vec<Calendar>, StoreError> =
        rows.iter().map(Calendar::try_from).collect();
    let mut calendars = calendars?;
    // Sorted here, because the engines sort names differently.
    calendars.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(calendars)
}

/// Something that counts by a calendar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarUser {
    /// `standard`, `queue`, `team`, `agent` or `inbox`.
    pub kind: String,
    /// What people call it.
    pub name: String,
}

/// Everything that counts by a calendar.
pub fn users(tx: &mut Tx<'_>, id: CalendarId) -> Result<Vec<CalendarUser>, StoreError> {
    let rows = tx.query(
        "SELECT 'standard' AS kind, name FROM standards WHERE workspace_id = $1 AND calendar_id = $2
         UNION ALL
         SELECT 'queue' AS kind, name FROM queues WHERE workspace_id = $1 AND calendar_id = $2
         UNION ALL
         SELECT 'team' AS kind, name FROM teams WHERE workspace_id = $1 AND calendar_id = $2
         UNION ALL
         SELECT 'agent' AS kind, a.name AS name FROM agent_profiles p
         JOIN agents a ON a.id = p.agent_id WHERE p.workspace_id = $1 AND p.calendar_id = $2
         UNION ALL
         SELECT 'inbox' AS kind, name FROM inboxes
         WHERE workspace_id = $1 AND routing ->> 'calendar_id' = $3",
        params![tx.workspace(), id, id.to_string()],
    )?;
    let mut users = Vec::new();
    for row in &rows {
        users.push(CalendarUser {
            kind: row.get("kind")?,
            name: row.get("name")?,
        });
    }
    users.sort();
    Ok(users)
}

/// Removes a calendar that nothing counts by: [`users`] tells.
pub fn delete(tx: &mut Tx<'_>, id: CalendarId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM calendars WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}
