//! Value tiers of customers (客户金字塔): how far a customer goes before others, and which
//! standard they get.

use serde::{Deserialize, Serialize};

/// A step of the pyramid: 0 is everybody, 9 the top. What a workspace calls its tiers is
/// a setting; the number decides.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "u8", into = "u8")]
pub struct Tier(u8);

/// A number is no tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tier is a number from 0 to 9")]
pub struct TierError;

impl Tier {
    /// Everybody.
    pub const BASE: Self = Self(0);
    /// The top of the pyramid.
    pub const TOP: Self = Self(9);

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Tier {
    type Error = TierError;
    fn try_from(number: u8) -> Result<Self, TierError> {
        if number <= Self::TOP.0 {
            Ok(Self(number))
        } else {
            Err(TierError)
        }
    }
}

impl From<Tier> for u8 {
    fn from(tier: Tier) -> Self {
        tier.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_has_one_digit() {
        assert_eq!(Tier::try_from(9), Ok(Tier::TOP));
        assert_eq!(Tier::try_from(10), Err(TierError));
        assert!(serde_json::from_str::<Tier>("12").is_err());
    }
}
