//! What may be given in a period, and what was.

use std::collections::BTreeMap;

use crate::ids::TeamId;
use crate::money::{Money, MoneyError};

use super::{CaseRecovery, GestureKind, Grant, catalogue::Catalogue};

/// The budget of a team, or of the workspace, for a period. `spent` and `reserved` together
/// are never more than `total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// What there is; none is without end.
    pub total: Option<Money>,
    /// What was granted.
    pub spent: Money,
    /// What was asked for and is not decided.
    pub reserved: Money,
    /// Optimistic lock.
    pub version: i64,
}

/// Why a sum does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BudgetError {
    /// There is less.
    #[error("{left} are left in the budget; ask for less, or have the budget raised")]
    Short {
        /// What is left.
        left: Money,
    },
    /// More would be taken out than was put in.
    #[error("the budget does not hold this sum")]
    Unknown,
    /// Currencies or sums that cannot be.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

fn minus(from: Money, sum: Money) -> Result<Money, BudgetError> {
    if sum.is_zero() {
        return Ok(from);
    }
    if from.currency() != sum.currency() {
        return Err(MoneyError::Mixed(from.currency(), sum.currency()).into());
    }
    Money::new(from.minor() - sum.minor(), from.currency()).map_err(|_| BudgetError::Unknown)
}

fn plus(to: Money, sum: Money) -> Result<Money, BudgetError> {
    // A free gesture has no currency to speak of.
    if sum.is_zero() {
        return Ok(to);
    }
    Ok(to.plus(sum)?)
}

impl Budget {
    /// A budget nothing was taken from.
    #[must_use]
    pub const fn new(total: Money) -> Self {
        Self {
            total: Some(total),
            spent: Money::zero(total.currency()),
            reserved: Money::zero(total.currency()),
            version: 1,
        }
    }

    /// What is left; none is without end.
    pub fn left(&self) -> Result<Option<Money>, BudgetError> {
        let Some(total) = self.total else {
            return Ok(None);
        };
        let used = self.spent.plus(self.reserved)?;
        // A budget that was lowered below what is used has nothing left.
        Ok(Some(
            minus(total, used).unwrap_or(Money::zero(total.currency())),
        ))
    }

    /// Somebody asks for a sum.
    pub fn reserve(self, sum: Money) -> Result<Self, BudgetError> {
        let reserved = plus(self.reserved, sum)?;
        if let Some(left) = self.left()?
            && !sum.is_zero()
            && !sum.fits_in(left)?
        {
            return Err(BudgetError::Short { left });
        }
        Ok(Self { reserved, ..self })
    }

    /// What was reserved is granted.
    pub fn spend(self, sum: Money) -> Result<Self, BudgetError> {
        Ok(Self {
            reserved: minus(self.reserved, sum)?,
            spent: plus(self.spent, sum)?,
            ..self
        })
    }

    /// What was reserved is not granted.
    pub fn release(self, sum: Money) -> Result<Self, BudgetError> {
        Ok(Self {
            reserved: minus(self.reserved, sum)?,
            ..self
        })
    }

    /// What was granted is taken back before it was carried out.
    pub fn refund(self, sum: Money) -> Result<Self, BudgetError> {
        Ok(Self {
            spent: minus(self.spent, sum)?,
            ..self
        })
    }
}

/// One row of the budget report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetRow {
    /// Gestures that were granted.
    pub count: u32,
    /// What they cost.
    pub sum: Money,
    /// Gestures that wait for approval.
    pub pending_count: u32,
    /// What those would cost.
    pub pending_sum: Money,
}

/// What was granted and is asked for, by team and kind of gesture. A gesture that is no
/// longer in the catalogue counts as compensation. Gestures in another currency than
/// `zero` are refused, not converted.
pub fn budget_report<'a>(
    cases: impl IntoIterator<Item = (Option<TeamId>, &'a CaseRecovery)>,
    catalogue: &Catalogue,
    zero: Money,
) -> Result<BTreeMap<(Option<TeamId>, GestureKind), BudgetRow>, BudgetError> {
    let mut rows = BTreeMap::new();
    for (team, recovery) in cases {
        for grant in recovery.grants.iter().filter(|grant| grant.counts()) {
            let found = catalogue.get(&grant.gesture);
            let kind = found.map_or(GestureKind::Compensation, |gesture| gesture.kind);
            let row = rows.entry((team, kind)).or_insert(BudgetRow {
                count: 0,
                sum: zero,
                pending_count: 0,
                pending_sum: zero,
            });
            add(row, grant)?;
        }
    }
    Ok(rows)
}

fn add(row: &mut BudgetRow, grant: &Grant) -> Result<(), BudgetError> {
    if grant.is_granted() {
        row.count += 1;
        row.sum = plus(row.sum, grant.cost)?;
    } else {
        row.pending_count += 1;
        row.pending_sum = plus(row.pending_sum, grant.cost)?;
    }
    Ok(())
}
