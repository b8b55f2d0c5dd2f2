//! Deadlines as rows, each fired once.

use zhiyin_domain::ids::{ConversationId, SessionId, WorkspaceId};
use zhiyin_domain::standards::{DeadlineKey, DeadlineRow, Moment, RowChange};
use zhiyin_domain::time::Timestamp;

use crate::conversations::Sql;
use crate::{Row, StoreError, SystemTx, ToValue, Tx, params};

/// `breach`, or `warning.66` with the percent of the time that is used.
fn moment_name(moment: Moment) -> String {
    match moment {
        Moment::Breach => "breach".to_owned(),
        Moment::Warning(percent) => format!("warning.{percent}"),
    }
}

fn moment(text: &str) -> Option<Moment> {
    match text.strip_prefix("warning.") {
        Some(percent) => percent.parse().ok().map(Moment::Warning),
        None => (text == "breach").then_some(Moment::Breach),
    }
}

fn read(row: &Row) -> Result<DeadlineRow, StoreError> {
    Ok(DeadlineRow {
        key: DeadlineKey {
            metric: row
                .text("metric")?
                .parse()
                .map_err(|_| row.inconsistent("metric"))?,
            round: row.get("round")?,
            moment: moment(row.text("moment")?).ok_or_else(|| row.inconsistent("moment"))?,
        },
        due_at: row.get("due_at")?,
        fired_at: row.get("fired_at")?,
    })
}

/// All deadlines of a session.
pub fn deadlines(tx: &mut Tx<'_>, session: SessionId) -> Result<Vec<DeadlineRow>, StoreError> {
    tx.query(
        "SELECT session_id AS id, metric, round, moment, due_at, fired_at FROM deadlines
         WHERE workspace_id = $1 AND session_id = $2",
        params![tx.workspace(), session],
    )?
    .iter()
    .map(read)
    .collect()
}

/// Makes the changes of a plan, and gives the deadlines that were fired by it: those that
/// had not been fired, and were due as `rows` say. New ones are written together, and so are
/// those that go.
pub fn apply(
    tx: &mut Tx<'_>,
    session: SessionId,
    rows: &[DeadlineRow],
    changes: &[RowChange],
) -> Result<Vec<DeadlineKey>, StoreError> {
    let mut fired = Vec::new();
    let mut inserts = Vec::new();
    let mut deletes = Vec::new();
    for change in changes {
        match change {
            RowChange::Insert(key, due_at) => inserts.push((*key, *due_at)),
            RowChange::Move(key, due_at) => {
                let set = "UPDATE deadlines SET due_at = $1";
                one(tx, session, *key, set, *due_at)?;
            }
            RowChange::Delete(key) => deletes.push(*key),
            RowChange::Fire(..) => {}
        }
    }
    delete(tx, session, &deletes)?;
    insert(tx, session, &inserts)?;
    for change in changes {
        let RowChange::Fire(key, now) = change else {
            continue;
        };
        let stored = rows.iter().find(|row| row.key == *key);
        let new = inserts.iter().find(|(inserted, _)| inserted == key);
        let due_at = stored
            .map(|row| row.due_at)
            .or_else(|| new.map(|(_, due_at)| *due_at));
        if let Some(due_at) = due_at
            && fire(tx, session, *key, (due_at, *now))?
        {
            fired.push(*key);
        }
    }
    Ok(fired)
}

fn key_params(tx: &Tx<'_>, session: SessionId, key: DeadlineKey) -> [crate::Value; 5] {
    [
        tx.workspace().to_value(),
        session.to_value(),
        key.metric.as_str().to_value(),
        key.round.to_value(),
        moment_name(key.moment).to_value(),
    ]
}

fn one(
    tx: &mut Tx<'_>,
    session: SessionId,
    key: DeadlineKey,
    set: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut params = vec![at.to_value()];
    params.extend(key_params(tx, session, key));
    tx.execute(
        &format!(
            "{set} WHERE workspace_id = $2 AND session_id = $3 AND metric = $4 AND round = $5
               AND moment = $6 AND fired_at IS NULL"
        ),
        &params,
    )?;
    Ok(())
}

fn delete(tx: &mut Tx<'_>, session: SessionId, keys: &[DeadlineKey]) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let mut sql = Sql {
        text: "DELETE FROM deadlines WHERE workspace_id = $1 AND session_id = $2
             AND fired_at IS NULL"
            .to_owned(),
        params: vec![tx.workspace().to_value(), session.to_value()],
    };
    let mut any = Vec::new();
    for key in keys {
        let metric = sql.bind(key.metric.as_str());
        let round = sql.bind(key.round);
        let moment = sql.bind(moment_name(key.moment));
        any.push(format!(
            "(metric = {metric} AND round = {round} AND moment = {moment})"
        ));
    }
    sql.and(&format!("({})", any.join(" OR ")));
    tx.execute(&sql.text, &sql.params)?;
    Ok(())
}

fn insert(
    tx: &mut Tx<'_>,
    session: SessionId,
    rows: &[(DeadlineKey, Timestamp)],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "INSERT INTO deadlines (session_id, metric, round, moment, workspace_id, due_at) VALUES ",
    );
    for (at, (key, due_at)) in rows.iter().enumerate() {
        let places = [
            sql.bind(session),
            sql.bind(key.metric.as_str()),
            sql.bind(key.round),
            sql.bind(moment_name(key.moment)),
            sql.bind(tx.workspace()),
            sql.bind(*due_at),
        ];
        let comma = if at == 0 { "" } else { ", " };
        sql.push(&format!("{comma}({})", places.join(", ")));
    }
    tx.execute(&sql.text, &sql.params)?;
    Ok(())
}

fn fire(
    tx: &mut Tx<'_>,
    session: SessionId,
    key: DeadlineKey,
    (due_at, now): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    let mut params = key_params(tx, session, key).to_vec();
    params.push(due_at.to_value());
    params.push(now.to_value());
    let touched = tx.execute(
        "UPDATE deadlines SET fired_at = $7 WHERE workspace_id = $1 AND session_id = $2
           AND metric = $3 AND round = $4 AND moment = $5 AND fired_at IS NULL AND due_at = $6",
        &params,
    )?;
    Ok(touched == 1)
}

/// A session something is due for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When the first of it was due.
    pub due_at: Timestamp,
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// The conversation, which is locked before anything else.
    pub conversation_id: ConversationId,
    /// The session.
    pub session_id: SessionId,
}

/// Sessions with a deadline that is due, or that are to be looked at, in all workspaces, the
/// longest overdue first.
pub fn due(system: &mut SystemTx<'_>, now: Timestamp, limit: u32) -> Result<Vec<Due>, StoreError> {
    let mut due = Vec::new();
    for sql in [
        "SELECT j.session_id AS id, j.workspace_id, j.conversation_id, d.due_at AS due_at
         FROM deadlines d JOIN session_clocks j ON j.session_id = d.session_id
         WHERE d.fired_at IS NULL AND d.due_at <= $1 ORDER BY d.due_at LIMIT $2",
        "SELECT j.session_id AS id, j.workspace_id, j.conversation_id, j.wakes_at AS due_at
         FROM session_clocks j WHERE j.wakes_at IS NOT NULL AND j.wakes_at <= $1
         ORDER BY j.wakes_at LIMIT $2",
    ] {
        for row in system.query(sql, params![now, limit])? {
            due.push(Due {
                due_at: row.get("due_at")?,
                workspace: row.get("workspace_id")?,
                conversation_id: row.get("conversation_id")?,
                session_id: row.get("id")?,
            });
        }
    }
    due.sort_unstable();
    let mut known = std::collections::BTreeSet::new();
    due.retain(|one| known.insert(one.session_id));
    Ok(due)
}

/// When a session is next to be looked at.
pub fn next_due(system: &mut SystemTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let mut next: Option<Timestamp> = None;
    for sql in [
        "SELECT due_at FROM deadlines WHERE fired_at IS NULL ORDER BY due_at LIMIT 1",
        "SELECT wakes_at AS due_at FROM session_clocks WHERE wakes_at IS NOT NULL
         ORDER BY wakes_at LIMIT 1",
    ] {
        if let Some(row) = system.maybe(sql, params![])? {
            let at: Timestamp = row.get("due_at")?;
            next = Some(next.map_or(at, |before| before.min(at)));
        }
    }
    Ok(next)
}
