//! Where a customer stands in a purchase: before, during or after it (售前/售中/售后).

use serde::{Deserialize, Serialize};

/// Before, during or after a purchase. Queues, standards and reports tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 售前: asks before buying.
    PreSales,
    /// 售中: has ordered and waits for it.
    InSales,
    /// 售后: has it and needs help.
    AfterSales,
}

impl Stage {
    /// All of them in order.
    pub const ALL: [Self; 3] = [Self::PreSales, Self::InSales, Self::AfterSales];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreSales => "pre_sales",
            Self::InSales => "in_sales",
            Self::AfterSales => "after_sales",
        }
    }
}
