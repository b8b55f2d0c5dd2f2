//! What was given, and what is left.

use zhiyin_domain::ids::TeamId;
use zhiyin_domain::money::{Currency, Money};
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::Tx;
use zhiyin_store::cases::recoveries::{self as store, ReportRow};

use super::super::Setup;
use super::super::handling::HandlingError;
use super::settings;
use crate::Context;

/// How a budget stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetLine {
    /// A team; none for everybody else.
    pub team_id: Option<TeamId>,
    /// The period that is running.
    pub period: String,
    /// The currency.
    pub currency: Currency,
    /// What there is, in minor units; none is without end.
    pub total: Option<i64>,
    /// What was granted, in minor units.
    pub spent: i64,
    /// What waits for approval, in minor units.
    pub reserved: i64,
}

/// What was given in a time, and how the budgets stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetReport {
    /// By team, kind and currency.
    pub rows: Vec<ReportRow>,
    /// The budgets that are running.
    pub budgets: Vec<BudgetLine>,
}

/// What was asked for in `from … to`, for whoever may read reports.
pub fn report(
    tx: &mut Tx<'_>,
    ctx: &Context,
    from: Timestamp,
    to: Timestamp,
) -> Result<BudgetReport, HandlingError> {
    ctx.require(Permission::ReadReports, &Resource::WORKSPACE)?;
    let rows = store::report(tx, from, to)?;
    let setup = Setup::load(tx)?;
    let setting = settings::load(tx)?.document;
    let currency = setting.limits.currency;
    let mut plans: Vec<Option<TeamId>> = setting.budgets.iter().map(|plan| plan.team_id).collect();
    if !plans.contains(&None) {
        plans.push(None);
    }
    let keys: Vec<_> = plans
        .into_iter()
        .map(|team| setting.budget(team, ctx.now(), &setup.zone))
        .collect();
    let mut periods: Vec<String> = keys.iter().map(|(key, _)| key.period.clone()).collect();
    periods.sort_unstable();
    periods.dedup();
    let taken = store::budgets(tx, &periods)?;
    let budgets = keys
        .into_iter()
        .map(|(key, total)| {
            let used = taken.iter().find(|(other, ..)| *other == key);
            BudgetLine {
                team_id: key.team,
                period: key.period,
                currency,
                total: total.map(Money::minor),
                spent: used.map_or(0, |(_, spent, _)| spent.minor()),
                reserved: used.map_or(0, |(_, _, reserved)| reserved.minor()),
            }
        })
        .collect();
    Ok(BudgetReport { rows, budgets })
}
