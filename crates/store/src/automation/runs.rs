//! What became of rules that were asked, and why.

use zhiyin_domain::automation::{Chain, Outcome, Run, SkipReason};
use zhiyin_domain::ids::{AutomationRuleId, AutomationRunId, ConversationId, EventId};
use zhiyin_domain::time::Timestamp;

use crate::named::{json, maybe_named, named, to_json};
use crate::{Row, StoreError, SystemTx, ToValue as _, Tx, Value, params};

const COLUMNS: &str = "id, rule_id, rule_version, conversation_id, trigger_name, event_id, anchor_at, chain, \
                       outcome, skip_reason, leaves, actions, at";

impl TryFrom<&Row> for Run {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            rule_id: row.get("rule_id")?,
            rule_version: row.get("rule_version")?,
            conversation_id: row.get("conversation_id")?,
            trigger: row.get("trigger_name")?,
            event_id: row.get("event_id")?,
            anchor_at: row.get("anchor_at")?,
            chain: json(row, "chain")?,
            outcome: named(row, "outcome", &Outcome::ALL, |it| it.as_str())?,
            skip_reason: maybe_named(row, "skip_reason", &SkipReason::ALL, |it| it.as_str())?,
            leaves: json(row, "leaves")?,
            actions: json(row, "actions")?,
            at: row.get("at")?,
        })
    }
}

/// Keeps a run. A second one of the same rule about the same event or moment is refused by
/// `automation_runs_event` or `automation_runs_moment`.
pub fn insert(tx: &mut Tx<'_>, it: &Run) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO automation_runs (id, workspace_id, rule_id, rule_version, conversation_id, trigger_name,
             event_id, anchor_at, chain, outcome, skip_reason, leaves, actions, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            it.id,
            tx.workspace(),
            it.rule_id,
            it.rule_version,
            it.conversation_id,
            it.trigger,
            it.event_id,
            it.anchor_at,
            to_json(&it.chain),
            it.outcome.as_str(),
            it.skip_reason.map(SkipReason::as_str),
            to_json(&it.leaves),
            to_json(&it.actions),
            it.at
        ],
    )?;
    Ok(())
}

/// Where a page of runs begins: after this moment and run.
pub type RunPlace = (Timestamp, AutomationRunId);

fn place(after: Option<RunPlace>) -> RunPlace {
    after.unwrap_or((
        Timestamp::from_micros(i64::MAX),
        AutomationRunId::from_uuid(uuid::Uuid::max()),
    ))
}

/// Runs of a rule, the newest first; only those with this outcome, if one is named.
pub fn of_rule(
    tx: &mut Tx<'_>,
    rule: AutomationRuleId,
    outcome: Option<Outcome>,
    after: Option<RunPlace>,
    limit: u32,
) -> Result<Vec<Run>, StoreError> {
    let (at, id) = place(after);
    let mut values: Vec<Value> = params![tx.workspace(), rule, at, id, limit].to_vec();
    let mut wanted = "";
    if let Some(outcome) = outcome {
        values.push(outcome.as_str().to_value());
        wanted = " AND outcome = $6";
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM automation_runs
         WHERE workspace_id = $1 AND rule_id = $2 AND (at, id) < ($3, $4){wanted}
         ORDER BY at DESC, id DESC LIMIT $5"
    );
    let rows = tx.query(&sql, &values)?;
    rows.iter().map(Run::try_from).collect()
}

/// What rules did in a conversation, the newest first.
pub fn of_conversation(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    after: Option<RunPlace>,
    limit: u32,
) -> Result<Vec<Run>, StoreError> {
    let (at, id) = place(after);
    let sql = format!(
        "SELECT {COLUMNS} FROM automation_runs
         WHERE workspace_id = $1 AND conversation_id = $2 AND (at, id) < ($3, $4)
         ORDER BY at DESC, id DESC LIMIT $5"
    );
    let rows = tx.query(&sql, params![tx.workspace(), conversation, at, id, limit])?;
    rows.iter().map(Run::try_from).collect()
}

/// The rules that led to what a run did, with its own at the end; empty if the run is not there.
pub fn chain_of(tx: &mut Tx<'_>, id: AutomationRunId) -> Result<Chain, StoreError> {
    let row = tx.maybe(
        "SELECT rule_id, chain FROM automation_runs WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )?;
    match row {
        None => Ok(Chain::default()),
        Some(row) => Ok(json::<Chain>(&row, "chain")?.with(row.get("rule_id")?)),
    }
}

/// The rules that acted because of one of these events.
pub fn acted_on(tx: &mut Tx<'_>, events: &[EventId]) -> Result<Vec<AutomationRuleId>, StoreError> {
    let mut rules = Vec::new();
    for event in events {
        let rows = tx.query(
            "SELECT rule_id FROM automation_runs WHERE workspace_id = $1 AND event_id = $2
               AND outcome IN ('done', 'failed')",
            params![tx.workspace(), *event],
        )?;
        for row in rows {
            rules.push(row.get("rule_id")?);
        }
    }
    rules.dedup();
    Ok(rules)
}

/// How often a rule acted in a conversation since then, counted up to `limit`.
pub fn acted_in(
    tx: &mut Tx<'_>,
    rule: AutomationRuleId,
    conversation: ConversationId,
    since: Timestamp,
    limit: u32,
) -> Result<u32, StoreError> {
    tx.one(
        "SELECT COUNT(*) AS value FROM (
             SELECT id FROM automation_runs
             WHERE workspace_id = $1 AND conversation_id = $2 AND at >= $3 AND rule_id = $4
               AND outcome IN ('done', 'failed') LIMIT $5) AS acted",
        params![tx.workspace(), conversation, since, rule, limit],
    )?
    .get("value")
}

/// Whether a rule was asked about a moment of a conversation before, in whatever form.
pub fn knows_moment(
    tx: &mut Tx<'_>,
    rule: AutomationRuleId,
    (anchor, conversation): (Timestamp, ConversationId),
) -> Result<bool, StoreError> {
    let row = tx.maybe(
        "SELECT id FROM automation_runs
         WHERE workspace_id = $1 AND rule_id = $2 AND conversation_id = $3 AND anchor_at = $4",
        params![tx.workspace(), rule, conversation, anchor],
    )?;
    Ok(row.is_some())
}

/// Forgets runs from before `before`; gives how many. `limit` at a time, so that nobody waits.
pub fn forget(system: &mut SystemTx<'_>, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    system.execute(
        "DELETE FROM automation_runs WHERE id IN (
             SELECT id FROM automation_runs WHERE at < $1 ORDER BY at LIMIT $2)",
        params![before, limit],
    )
}
