//! Single conditions of rules, answered for one conversation or for past sessions by the
//! evaluator of saved views.

use zhiyin_domain::automation::{EventTrigger, RuleScope, Since, Trigger};
use zhiyin_domain::ids::{ConversationId, SessionId};
use zhiyin_domain::time::Timestamp;
use zhiyin_domain::view::Condition;

use super::list::Sql;
use super::matching::Looker;
use crate::{Row, StoreError, ToValue, Tx};

/// A column for each condition.
fn columns(sql: &mut Sql, conditions: &[&Condition], now: Timestamp) {
    let looker = Looker { me: None, now };
    for (at, condition) in conditions.iter().enumerate() {
        let text = looker.text(sql, condition);
        sql.push(&format!(
            ", CASE WHEN {text} THEN 1 ELSE 0 END AS held_{at}"
        ));
    }
}

fn held(row: &Row, count: usize) -> Result<Vec<bool>, StoreError> {
    (0..count)
        .map(|at| Ok(row.get::<i64>(&format!("held_{at}"))? == 1))
        .collect()
}

/// Which conditions hold for a conversation now, in one query; none if it is not there. "Me"
/// is nobody.
pub fn answers(
    tx: &mut Tx<'_>,
    id: ConversationId,
    conditions: &[&Condition],
    now: Timestamp,
) -> Result<Option<Vec<bool>>, StoreError> {
    let mut sql = Sql::new("SELECT c.id AS id");
    columns(&mut sql, conditions, now);
    sql.push(
        " FROM conversations c JOIN contacts k ON k.id = c.contact_id
          LEFT JOIN sessions s ON s.id = c.session_id WHERE ",
    );
    let workspace = sql.bind(tx.workspace());
    sql.push(&format!("c.workspace_id = {workspace}"));
    sql.and_eq("c.id", id);
    let row = tx.maybe(&sql.text, &sql.params)?;
    row.map(|row| held(&row, conditions.len())).transpose()
}

/// Which past sessions to look at.
#[derive(Debug, Clone, Copy)]
pub struct PastWanted<'a> {
    /// Only those a rule holds for.
    pub scope: &'a RuleScope,
    /// Only those in which it would have been asked, as far as sessions tell.
    pub trigger: &'a Trigger,
    /// Only those that began then or later.
    pub since: Timestamp,
    /// At most so many, the newest.
    pub limit: u32,
}

/// A past session and which conditions hold for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSession {
    /// The session.
    pub session_id: SessionId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The human number of that.
    pub number: i64,
    /// When it began.
    pub opened_at: Timestamp,
    /// In the order of the conditions.
    pub held: Vec<bool>,
}

/// What a session shows of a trigger; none if it shows nothing.
const fn trace(event: EventTrigger) -> Option<&'static str> {
    match event {
        EventTrigger::ConversationOpened => Some("s.number = 1"),
        EventTrigger::CustomerWrote => Some("s.contact_messages > 0"),
        EventTrigger::AgentReplied => Some("s.agent_messages > 0"),
        EventTrigger::Assigned => Some("s.assignee_id IS NOT NULL"),
        EventTrigger::Resolved => Some("s.resolved_at IS NOT NULL"),
        EventTrigger::Reopened => Some("s.number > 1"),
        EventTrigger::Rated => Some("s.rating IS NOT NULL"),
        EventTrigger::SessionOpened
        | EventTrigger::Queued
        | EventTrigger::TagsChanged
        | EventTrigger::PriorityChanged
        | EventTrigger::Snoozed
        | EventTrigger::Woken
        | EventTrigger::DeadlineWarned
        | EventTrigger::DeadlineMissed
        | EventTrigger::PromiseBroken => None,
    }
}

fn asked(trigger: &Trigger) -> Option<String> {
    match trigger {
        Trigger::Event { events } => {
            // One event without a trace may have happened anywhere.
            let traces: Option<Vec<&str>> = events.iter().copied().map(trace).collect();
            traces.map(|traces| format!("({})", traces.join(" OR ")))
        }
        Trigger::Time {
            since: Since::SessionResolved,
            ..
        } => Some("s.resolved_at IS NOT NULL".to_owned()),
        Trigger::Time { .. } => None,
    }
}

fn within<T: ToValue + Copy>(sql: &mut Sql, column: &str, ids: impl Iterator<Item = T>) {
    let places: Vec<String> = ids.map(|id| sql.bind(id)).collect();
    if !places.is_empty() {
        sql.and(&format!("{column} IN ({})", places.join(", ")));
    }
}

/// Past sessions, the newest first, with which conditions hold for them. What conversation and
/// contact are is compared as it is now; stage and rating are those of the session.
pub fn past_sessions(
    tx: &mut Tx<'_>,
    wanted: PastWanted<'_>,
    conditions: &[&Condition],
    now: Timestamp,
) -> Result<Vec<PastSession>, StoreError> {
    let mut sql = Sql::new(
        "SELECT s.id AS session_id, c.id AS conversation_id, c.number AS number, s.opened_at AS opened_at",
    );
    columns(&mut sql, conditions, now);
    sql.push(
        " FROM sessions s JOIN conversations c ON c.id = s.conversation_id
          JOIN contacts k ON k.id = c.contact_id WHERE ",
    );
    let workspace = sql.bind(tx.workspace());
    sql.push(&format!("s.workspace_id = {workspace}"));
    let since = sql.bind(wanted.since);
    sql.and(&format!("s.opened_at >= {since}"));
    if let Some(asked) = asked(wanted.trigger) {
        sql.and(&asked);
    }
    within(
        &mut sql,
        "c.inbox_id",
        wanted.scope.inbox_ids.iter().copied(),
    );
    within(&mut sql, "c.team_id", wanted.scope.team_ids.iter().copied());
    let limit = sql.bind(wanted.limit);
    sql.push(&format!(" ORDER BY s.opened_at DESC LIMIT {limit}"));
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter()
        .map(|row| {
            Ok(PastSession {
                session_id: row.get("session_id")?,
                conversation_id: row.get("conversation_id")?,
                number: row.get("number")?,
                opened_at: row.get("opened_at")?,
                held: held(row, conditions.len())?,
            })
        })
        .collect()
}
