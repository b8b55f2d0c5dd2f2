//! Rules, what they said before, and how often they have acted.

use zhiyin_domain::automation::{Counters, PauseReason, Rule, RuleVersion};
use zhiyin_domain::ids::AutomationRuleId;
use zhiyin_domain::time::Timestamp;

use crate::named::{json, maybe_named, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, name, place, is_enabled, terms, author_id, paused_reason, paused_at, \
                       created_at, updated_at, version";

impl TryFrom<&Row> for Rule {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let reason = maybe_named(row, "paused_reason", &PauseReason::ALL, |it| it.as_str())?;
        let at: Option<Timestamp> = row.get("paused_at")?;
        Ok(Self {
            id: row.get("id")?,
            name: row
                .text("name")?
                .parse()
                .map_err(|_| row.inconsistent("name"))?,
            place: row.get("place")?,
            is_enabled: row.get("is_enabled")?,
            terms: json(row, "terms")?,
            author_id: row.get("author_id")?,
            paused: reason.zip(at),
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            version: row.get("version")?,
        })
    }
}

/// Keeps what a rule says as of its version.
fn keep_version(tx: &mut Tx<'_>, it: &Rule) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO automation_rule_versions (rule_id, version, workspace_id, name, is_enabled, terms,
             author_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            it.id,
            it.version,
            tx.workspace(),
            it.name.as_str(),
            it.is_enabled,
            to_json(&it.terms),
            it.author_id,
            it.updated_at
        ],
    )?;
    Ok(())
}

/// Adds a rule with its first version. Its name must be free: `automation_rules_name`.
pub fn insert(tx: &mut Tx<'_>, it: &Rule) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO automation_rules (id, workspace_id, name, place, is_enabled, trigger_kind, terms,
             author_id, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            it.id,
            tx.workspace(),
            it.name.as_str(),
            it.place,
            it.is_enabled,
            it.terms.trigger.kind(),
            to_json(&it.terms),
            it.author_id,
            it.created_at,
            it.updated_at,
            it.version
        ],
    )?;
    save_counters(tx, it.id, &Counters::default())?;
    keep_version(tx, it)
}

/// Saves a changed rule; the version rises by one, and the former one is kept.
pub fn save(tx: &mut Tx<'_>, it: Rule) -> Result<Rule, StoreError> {
    tx.execute_versioned(
        "UPDATE automation_rules SET name = $1, is_enabled = $2, trigger_kind = $3, terms = $4,
             author_id = $5, paused_reason = $6, paused_at = $7, updated_at = $8, version = version + 1
         WHERE workspace_id = $9 AND id = $10 AND version = $11",
        params![
            it.name.as_str(),
            it.is_enabled,
            it.terms.trigger.kind(),
            to_json(&it.terms),
            it.author_id,
            it.paused.map(|(reason, _)| reason.as_str()),
            it.paused.map(|(_, at)| at),
            it.updated_at,
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    let saved = Rule {
        version: it.version + 1,
        ..it
    };
    keep_version(tx, &saved)?;
    Ok(saved)
}

/// Puts a rule to a place in the order. That is no change of what it says.
pub fn set_place(tx: &mut Tx<'_>, id: AutomationRuleId, place: i64) -> Result<(), StoreError> {
    tx.execute_versioned(
        "UPDATE automation_rules SET place = $1 WHERE workspace_id = $2 AND id = $3",
        params![place, tx.workspace(), id],
    )
}

/// Lets a rule rest, or go on.
pub fn set_paused(
    tx: &mut Tx<'_>,
    id: AutomationRuleId,
    paused: Option<(PauseReason, Timestamp)>,
) -> Result<(), StoreError> {
    tx.execute_versioned(
        "UPDATE automation_rules SET paused_reason = $1, paused_at = $2 WHERE workspace_id = $3 AND id = $4",
        params![
            paused.map(|(reason, _)| reason.as_str()),
            paused.map(|(_, at)| at),
            tx.workspace(),
            id
        ],
    )
}

/// One rule.
pub fn get(tx: &mut Tx<'_>, id: AutomationRuleId) -> Result<Option<Rule>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM automation_rules WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(Rule::try_from).transpose()
}

/// All rules in their order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Rule>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM automation_rules WHERE workspace_id = $1 ORDER BY place, created_at, id"
    );
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(Rule::try_from).collect()
}

/// Rules that are asked when something happens, in their order.
pub fn listening(tx: &mut Tx<'_>) -> Result<Vec<Rule>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM automation_rules WHERE workspace_id = $1 AND is_enabled
           AND trigger_kind = 'event' AND paused_reason IS NULL ORDER BY place, created_at, id"
    );
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(Rule::try_from).collect()
}

/// Removes a rule with everything that is known of it.
pub fn delete(tx: &mut Tx<'_>, id: AutomationRuleId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM automation_runs WHERE workspace_id = $1 AND rule_id = $2",
        "DELETE FROM automation_rule_versions WHERE workspace_id = $1 AND rule_id = $2",
        "DELETE FROM automation_counters WHERE workspace_id = $1 AND rule_id = $2",
    ] {
        tx.execute(sql, params![tx.workspace(), id])?;
    }
    tx.execute_versioned(
        "DELETE FROM automation_rules WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}

/// What a rule said before `before` and says now, the newest first.
pub fn versions(
    tx: &mut Tx<'_>,
    id: AutomationRuleId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<RuleVersion>, StoreError> {
    let rows = tx.query(
        "SELECT version, name, is_enabled, terms, author_id, at FROM automation_rule_versions
         WHERE workspace_id = $1 AND rule_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4",
        params![tx.workspace(), id, before.unwrap_or(i64::MAX), limit],
    )?;
    rows.iter()
        .map(|row| {
            Ok(RuleVersion {
                version: row.get("version")?,
                name: row
                    .text("name")?
                    .parse()
                    .map_err(|_| row.inconsistent("name"))?,
                is_enabled: row.get("is_enabled")?,
                terms: json(row, "terms")?,
                author_id: row.get("author_id")?,
                at: row.get("at")?,
            })
        })
        .collect()
}

/// How often a rule has acted, held against other nodes until the end of the transaction.
pub fn lock_counters(tx: &mut Tx<'_>, id: AutomationRuleId) -> Result<Counters, StoreError> {
    let sql = format!(
        "SELECT hour, hour_runs, hour_unmatched, day, day_runs, failures, last_run_at
         FROM automation_counters WHERE workspace_id = $1 AND rule_id = $2{}",
        tx.for_update()
    );
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map_or(Ok(Counters::default()), read_counters)
}

/// How often a rule has acted.
pub fn counters(tx: &mut Tx<'_>, id: AutomationRuleId) -> Result<Counters, StoreError> {
    let row = tx.maybe(
        "SELECT hour, hour_runs, hour_unmatched, day, day_runs, failures, last_run_at
         FROM automation_counters WHERE workspace_id = $1 AND rule_id = $2",
        params![tx.workspace(), id],
    )?;
    row.as_ref().map_or(Ok(Counters::default()), read_counters)
}

fn read_counters(row: &Row) -> Result<Counters, StoreError> {
    Ok(Counters {
        hour: row.get("hour")?,
        hour_runs: row.get("hour_runs")?,
        hour_unmatched: row.get("hour_unmatched")?,
        day: row.get("day")?,
        day_runs: row.get("day_runs")?,
        failures: row.get("failures")?,
        last_run_at: row.get("last_run_at")?,
    })
}

/// Keeps how often a rule has acted.
pub fn save_counters(
    tx: &mut Tx<'_>,
    id: AutomationRuleId,
    it: &Counters,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO automation_counters (rule_id, workspace_id, hour, hour_runs, hour_unmatched, day,
             day_runs, failures, last_run_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (rule_id) DO UPDATE SET hour = $3, hour_runs = $4, hour_unmatched = $5, day = $6,
             day_runs = $7, failures = $8, last_run_at = $9",
        params![
            id,
            tx.workspace(),
            it.hour,
            it.hour_runs,
            it.hour_unmatched,
            it.day,
            it.day_runs,
            it.failures,
            it.last_run_at
        ],
    )?;
    Ok(())
}
