//! What can be given.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::attribute::{AttributeKey, Label, is_label};
use crate::limits::CATALOGUE_GESTURES_MAX;
use crate::money::Money;

/// What kind of gesture, for reports and icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GestureKind {
    /// 致歉.
    Apology,
    /// 退款.
    Refund,
    /// 代金券.
    Voucher,
    /// 换新.
    Replacement,
    /// 折扣.
    Discount,
    /// 积分.
    Points,
    /// 免费服务.
    FreeService,
    /// 赠品.
    Gift,
    /// 赔偿.
    Compensation,
}

/// What a gesture costs the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Cost {
    /// Nothing.
    Free,
    /// Always the same.
    Fixed {
        /// How much.
        amount: Money,
    },
    /// Whatever the case needs, up to a sum.
    UpTo {
        /// How much at most.
        amount: Money,
    },
}

impl Cost {
    /// Whether a sum fits.
    #[must_use]
    pub fn takes(self, cost: Money) -> bool {
        match self {
            Self::Free => cost.is_zero(),
            Self::Fixed { amount } => cost == amount,
            Self::UpTo { amount } => !cost.is_zero() && cost.fits_in(amount) == Ok(true),
        }
    }
}

/// Something that can be given. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gesture {
    /// Its name for programs, `snake_case`. It never changes.
    pub key: String,
    /// What people call it.
    pub name: Label,
    /// What kind.
    pub kind: GestureKind,
    /// What it costs.
    pub cost: Cost,
    /// What to say when it is given; may be empty.
    #[serde(default)]
    pub words: Label,
    /// Whether it can be asked for.
    pub is_enabled: bool,
}

/// Everything that can be given. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Catalogue(pub Vec<Gesture>);

/// What is wrong with a catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Too many.
    #[error("a catalogue has at most {CATALOGUE_GESTURES_MAX} gestures")]
    Count,
    /// Key or name.
    #[error("gesture {} needs a key of its own and a name", .0 + 1)]
    Gesture(usize),
    /// A sum of nothing is `free`.
    #[error("gesture {} costs nothing; say that it is free", .0 + 1)]
    Zero(usize),
    /// Several currencies.
    #[error("all gestures are in one currency; gesture {} is in another", .0 + 1)]
    Currency(usize),
}

impl Catalogue {
    /// The gesture of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Gesture> {
        self.0.iter().find(|gesture| gesture.key == key)
    }

    /// Checks everything a form could get wrong.
    pub fn check(&self) -> Result<(), CatalogueError> {
        if self.0.len() > CATALOGUE_GESTURES_MAX {
            return Err(CatalogueError::Count);
        }
        let mut seen = BTreeSet::new();
        let mut currency = None;
        for (at, gesture) in self.0.iter().enumerate() {
            let is_own = gesture.key.parse::<AttributeKey>().is_ok() && seen.insert(&gesture.key);
            let is_worded = gesture.words.is_empty() || is_label(&gesture.words);
            if !is_own || !is_label(&gesture.name) || !is_worded {
                return Err(CatalogueError::Gesture(at));
            }
            let amount = match gesture.cost {
                Cost::Free => continue,
                Cost::Fixed { amount } | Cost::UpTo { amount } => amount,
            };
            if amount.is_zero() {
                return Err(CatalogueError::Zero(at));
            }
            if *currency.get_or_insert(amount.currency()) != amount.currency() {
                return Err(CatalogueError::Currency(at));
            }
        }
        Ok(())
    }
}
