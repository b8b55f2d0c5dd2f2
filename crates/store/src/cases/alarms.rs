//! Reminders, notices and escalations as rows, each fired once.

use zhiyin_domain::cases::escalation::{AlarmChange, AlarmKey, AlarmRow};
use zhiyin_domain::ids::{CaseId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::conversations::Sql;
use crate::{Row, StoreError, SystemTx, Tx, params};

fn read(row: &Row) -> Result<AlarmRow, StoreError> {
    Ok(AlarmRow {
        key: AlarmKey {
            subject: row
                .text("subject")?
                .parse()
                .map_err(|_| row.inconsistent("subject"))?,
            moment: row
                .text("moment")?
                .parse()
                .map_err(|_| row.inconsistent("moment"))?,
        },
        at: row.get("at")?,
        fired_at: row.get("fired_at")?,
    })
}

/// All rows of a case.
pub fn of_case(tx: &mut Tx<'_>, id: CaseId) -> Result<Vec<AlarmRow>, StoreError> {
    let rows = tx.query(
        "SELECT case_id AS id, subject, moment, at, fired_at FROM case_alarms
         WHERE workspace_id = $1 AND case_id = $2",
        params![tx.workspace(), id],
    )?;
    rows.iter().map(read).collect()
}

/// Makes the changes of a plan. New rows are written together.
pub fn apply(tx: &mut Tx<'_>, id: CaseId, changes: &[AlarmChange]) -> Result<(), StoreError> {
    let mut inserts = Vec::new();
    for change in changes {
        match change {
            AlarmChange::Insert(key, at) => inserts.push((*key, *at)),
            AlarmChange::Move(key, at) => {
                tx.execute(
                    "UPDATE case_alarms SET at = $1 WHERE workspace_id = $2 AND case_id = $3
                       AND subject = $4 AND moment = $5 AND fired_at IS NULL",
                    params![
                        *at,
                        tx.workspace(),
                        id,
                        key.subject.to_string(),
                        key.moment.to_string()
                    ],
                )?;
            }
            AlarmChange::Delete(key) => {
                tx.execute(
                    "DELETE FROM case_alarms WHERE workspace_id = $1 AND case_id = $2
                       AND subject = $3 AND moment = $4 AND fired_at IS NULL",
                    params![
                        tx.workspace(),
                        id,
                        key.subject.to_string(),
                        key.moment.to_string()
                    ],
                )?;
            }
        }
    }
    if inserts.is_empty() {
        return Ok(());
    }
    let mut sql =
        Sql::new("INSERT INTO case_alarms (case_id, subject, moment, workspace_id, at) VALUES ");
    for (number, (key, at)) in inserts.iter().enumerate() {
        let places = [
            sql.bind(id),
            sql.bind(key.subject.to_string()),
            sql.bind(key.moment.to_string()),
            sql.bind(tx.workspace()),
            sql.bind(*at),
        ];
        let comma = if number == 0 { "" } else { ", " };
        sql.push(&format!("{comma}({})", places.join(", ")));
    }
    tx.execute(&sql.text, &sql.params)?;
    Ok(())
}

/// Fires a row that is still due at the time that was read. False if somebody was first.
pub fn fire(
    tx: &mut Tx<'_>,
    id: CaseId,
    row: &AlarmRow,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let touched = tx.execute(
        "UPDATE case_alarms SET fired_at = $1 WHERE workspace_id = $2 AND case_id = $3
           AND subject = $4 AND moment = $5 AND fired_at IS NULL AND at = $6",
        params![
            now,
            tx.workspace(),
            id,
            row.key.subject.to_string(),
            row.key.moment.to_string(),
            row.at
        ],
    )?;
    Ok(touched == 1)
}

/// Cases something is due in, in all workspaces, the longest overdue first.
pub fn due(
    system: &mut SystemTx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(WorkspaceId, CaseId)>, StoreError> {
    let rows = system.query(
        "SELECT workspace_id, case_id FROM case_alarms WHERE fired_at IS NULL AND at <= $1
         ORDER BY at LIMIT $2",
        params![now, limit],
    )?;
    let mut due = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    for row in &rows {
        let one = (row.get("workspace_id")?, row.get("case_id")?);
        if known.insert(one) {
            due.push(one);
        }
    }
    Ok(due)
}

/// When something is next due in any case.
pub fn next_due(system: &mut SystemTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = system.maybe(
        "SELECT at FROM case_alarms WHERE fired_at IS NULL ORDER BY at LIMIT 1",
        params![],
    )?;
    row.map(|row| row.get("at")).transpose()
}

/// How many rows wait to be fired, in all workspaces.
pub fn pending(system: &mut SystemTx<'_>) -> Result<i64, StoreError> {
    system
        .one(
            "SELECT COUNT(*) AS rows FROM case_alarms WHERE fired_at IS NULL",
            params![],
        )?
        .get("rows")
}
