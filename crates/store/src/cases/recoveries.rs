//! Gestures of service recovery and the budgets their costs are taken from.
//!
//! A gesture stays with the case it was asked in; whoever counts gives the cases of the
//! whole family. The caller holds the lock of the case that goes on, then takes that of the
//! budget: always in this order.

use uuid::Uuid;
use zhiyin_domain::cases::recovery::{Budget, GestureKind, Grant, GrantState};
use zhiyin_domain::ids::{CaseId, RecoveryId, TeamId};
use zhiyin_domain::money::{Currency, Money};
use zhiyin_domain::time::Timestamp;

use crate::conversations::Sql;
use crate::named::{json, to_json};
use crate::sealed::{open_text, seal_text};
use crate::{Row, StoreError, Tx, params};

/// What the reason is sealed for.
const REASON: &str = "recoveries.reason";

const COLUMNS: &str = "r.id, r.case_id, r.place, r.gesture, r.gesture_kind, r.team_id, r.minor, \
    r.currency, r.reason, r.asked_by, r.asked_at, r.own_limit, r.state, r.budget_scope, \
    r.budget_period, r.version";

/// A budget: whose, and in which period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BudgetKey {
    /// A team, or none for the workspace.
    pub team: Option<TeamId>,
    /// The period, as `2026-11`, `2026-Q4` or `2026`.
    pub period: String,
}

impl BudgetKey {
    fn scope(&self) -> Uuid {
        self.team.map_or(Uuid::nil(), TeamId::uuid)
    }
}

/// A gesture as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The case it was asked in.
    pub case_id: CaseId,
    /// Its place among those of the case, from 1.
    pub place: i64,
    /// What was asked and how it stands.
    pub grant: Grant,
    /// The kind it had when it was asked.
    pub kind: GestureKind,
    /// The team of the case then.
    pub team_id: Option<TeamId>,
    /// Up to how much whoever asked could grant alone, in minor units.
    pub own_limit: i64,
    /// The budget it is taken from.
    pub budget: BudgetKey,
    /// Optimistic lock.
    pub version: i64,
}

const fn status(state: &GrantState) -> &'static str {
    match state {
        GrantState::Pending { .. } => "pending",
        GrantState::Granted { .. } => "granted",
        GrantState::Done { .. } => "done",
        GrantState::Rejected { .. } => "rejected",
        GrantState::Withdrawn { .. } => "withdrawn",
    }
}

fn currency(row: &Row) -> Result<Currency, StoreError> {
    row.text("currency")?
        .parse()
        .map_err(|_| row.inconsistent("currency"))
}

fn money(row: &Row, column: &str) -> Result<Money, StoreError> {
    Money::new(row.get(column)?, currency(row)?).map_err(|_| row.inconsistent(column))
}

fn team(scope: Uuid) -> Option<TeamId> {
    (!scope.is_nil()).then(|| TeamId::from_uuid(scope))
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Recovery, StoreError> {
    let kind = serde_json::from_value(row.text("gesture_kind")?.into());
    Ok(Recovery {
        case_id: row.get("case_id")?,
        place: row.get("place")?,
        kind: kind.map_err(|_| row.inconsistent("gesture_kind"))?,
        team_id: row.get("team_id")?,
        own_limit: row.get("own_limit")?,
        budget: BudgetKey {
            team: team(row.get("budget_scope")?),
            period: row.get("budget_period")?,
        },
        version: row.get("version")?,
        grant: Grant {
            id: row.get("id")?,
            gesture: row.get("gesture")?,
            cost: money(row, "minor")?,
            reason: open_text(tx, REASON, row, "reason")?,
            asked_by: row.get("asked_by")?,
            asked_at: row.get("asked_at")?,
            state: json(row, "state")?,
        },
    })
}

fn read_all(tx: &mut Tx<'_>, sql: &Sql) -> Result<Vec<Recovery>, StoreError> {
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Adds a gesture.
pub fn insert(tx: &mut Tx<'_>, it: &Recovery) -> Result<(), StoreError> {
    let reason = seal_text(tx, REASON, &it.grant.reason)?;
    let kind = to_json(&it.kind);
    tx.execute(
        "INSERT INTO recoveries (id, workspace_id, case_id, place, gesture, gesture_kind, team_id,
             minor, currency, reason, asked_by, asked_at, own_limit, status, state, budget_scope,
             budget_period, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        params![
            it.grant.id,
            tx.workspace(),
            it.case_id,
            it.place,
            it.grant.gesture,
            kind.trim_matches('"'),
            it.team_id,
            it.grant.cost.minor(),
            it.grant.cost.currency().as_str(),
            reason,
            it.grant.asked_by,
            it.grant.asked_at,
            it.own_limit,
            status(&it.grant.state),
            to_json(&it.grant.state),
            it.budget.scope(),
            it.budget.period,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves how a gesture stands; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: Recovery) -> Result<Recovery, StoreError> {
    tx.execute_versioned(
        "UPDATE recoveries SET status = $1, state = $2, version = version + 1
         WHERE workspace_id = $3 AND id = $4 AND version = $5",
        params![
            status(&it.grant.state),
            to_json(&it.grant.state),
            tx.workspace(),
            it.grant.id,
            it.version
        ],
    )?;
    Ok(Recovery {
        version: it.version + 1,
        ..it
    })
}

/// One gesture.
pub fn get(tx: &mut Tx<'_>, id: RecoveryId) -> Result<Option<Recovery>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM recoveries r WHERE r.workspace_id = $1 AND r.id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// Everything asked for these cases, oldest first.
pub fn of_cases(tx: &mut Tx<'_>, cases: &[CaseId]) -> Result<Vec<Recovery>, StoreError> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(&format!(
        "SELECT {COLUMNS} FROM recoveries r WHERE r.workspace_id = "
    ));
    let workspace = sql.bind(tx.workspace());
    sql.push(&workspace);
    let places: Vec<_> = cases.iter().map(|id| sql.bind(*id)).collect();
    sql.and(&format!("r.case_id IN ({})", places.join(", ")));
    sql.push(" ORDER BY r.asked_at, r.case_id, r.place");
    read_all(tx, &sql)
}

/// Gestures that wait for approval, oldest first.
pub fn pending(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Recovery>, StoreError> {
    let sql = Sql {
        text: format!(
            "SELECT {COLUMNS} FROM recoveries r WHERE r.workspace_id = $1 AND r.status = 'pending'
             ORDER BY r.asked_at, r.id LIMIT $2"
        ),
        params: params![tx.workspace(), limit].to_vec(),
    };
    read_all(tx, &sql)
}

/// How many gestures of these cases wait for approval.
pub fn pending_count(tx: &mut Tx<'_>, cases: &[CaseId]) -> Result<u32, StoreError> {
    let all = of_cases(tx, cases)?;
    let pending = all
        .iter()
        .filter(|it| matches!(it.grant.state, GrantState::Pending { .. }));
    Ok(u32::try_from(pending.count()).unwrap_or(u32::MAX))
}

/// One line of the budget report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// The team of the cases.
    pub team_id: Option<TeamId>,
    /// The kind of gesture.
    pub kind: GestureKind,
    /// In which currency.
    pub currency: Currency,
    /// Gestures that were granted.
    pub count: i64,
    /// What they cost, in minor units.
    pub minor: i64,
    /// Gestures that wait for approval.
    pub pending_count: i64,
    /// What those would cost, in minor units.
    pub pending_minor: i64,
}

/// What was asked for in a time, by team and kind; what was rejected or withdrawn does not
/// count.
pub fn report(
    tx: &mut Tx<'_>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<ReportRow>, StoreError> {
    let rows = tx.query(
        "SELECT team_id, gesture_kind, currency,
             CAST(SUM(CASE WHEN status = 'pending' THEN 0 ELSE 1 END) AS BIGINT) AS granted,
             CAST(SUM(CASE WHEN status = 'pending' THEN 0 ELSE minor END) AS BIGINT) AS granted_minor,
             CAST(SUM(CASE WHEN status = 'pending' THEN 1 ELSE 0 END) AS BIGINT) AS waiting,
             CAST(SUM(CASE WHEN status = 'pending' THEN minor ELSE 0 END) AS BIGINT) AS waiting_minor
         FROM recoveries
         WHERE workspace_id = $1 AND asked_at >= $2 AND asked_at < $3
           AND status IN ('pending', 'granted', 'done')
         GROUP BY team_id, gesture_kind, currency ORDER BY team_id, gesture_kind, currency",
        params![tx.workspace(), from, to],
    )?;
    rows.iter()
        .map(|row| {
            let kind = serde_json::from_value(row.text("gesture_kind")?.into());
            Ok(ReportRow {
                team_id: row.get("team_id")?,
                kind: kind.map_err(|_| row.inconsistent("gesture_kind"))?,
                currency: currency(row)?,
                count: row.get("granted")?,
                minor: row.get("granted_minor")?,
                pending_count: row.get("waiting")?,
                pending_minor: row.get("waiting_minor")?,
            })
        })
        .collect()
}

/// What a budget has given, with the row locked until the end of the transaction. One that
/// nothing was taken from yet is begun. `total` comes from the settings; it is not stored.
pub fn lock_budget(
    tx: &mut Tx<'_>,
    key: &BudgetKey,
    currency: Currency,
    total: Option<Money>,
) -> Result<Budget, StoreError> {
    tx.execute(
        "INSERT INTO recovery_budgets (workspace_id, scope, period, currency, spent, reserved, version)
         VALUES ($1, $2, $3, $4, 0, 0, 1) ON CONFLICT DO NOTHING",
        params![tx.workspace(), key.scope(), key.period, currency.as_str()],
    )?;
    let sql = format!(
        "SELECT currency, spent, reserved, version FROM recovery_budgets
         WHERE workspace_id = $1 AND scope = $2 AND period = $3{}",
        tx.for_update()
    );
    let row = tx.one(&sql, params![tx.workspace(), key.scope(), key.period])?;
    Ok(Budget {
        total,
        spent: money(&row, "spent")?,
        reserved: money(&row, "reserved")?,
        version: row.get("version")?,
    })
}

/// Saves what a budget has given.
pub fn save_budget(tx: &mut Tx<'_>, key: &BudgetKey, it: &Budget) -> Result<(), StoreError> {
    tx.execute_versioned(
        "UPDATE recovery_budgets SET spent = $1, reserved = $2, version = version + 1
         WHERE workspace_id = $3 AND scope = $4 AND period = $5 AND version = $6",
        params![
            it.spent.minor(),
            it.reserved.minor(),
            tx.workspace(),
            key.scope(),
            key.period,
            it.version
        ],
    )
}

/// What the budgets of these periods have given: spent and reserved.
pub fn budgets(
    tx: &mut Tx<'_>,
    periods: &[String],
) -> Result<Vec<(BudgetKey, Money, Money)>, StoreError> {
    if periods.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "SELECT scope, period, currency, spent, reserved FROM recovery_budgets WHERE workspace_id = ",
    );
    let workspace = sql.bind(tx.workspace());
    sql.push(&workspace);
    let places: Vec<_> = periods
        .iter()
        .map(|period| sql.bind(period.as_str()))
        .collect();
    sql.and(&format!("period IN ({})", places.join(", ")));
    sql.push(" ORDER BY scope, period");
    let rows = tx.query(&sql.text, &sql.params)?;
    rows.iter()
        .map(|row| {
            let key = BudgetKey {
                team: team(row.get("scope")?),
                period: row.get("period")?,
            };
            Ok((key, money(row, "spent")?, money(row, "reserved")?))
        })
        .collect()
}
