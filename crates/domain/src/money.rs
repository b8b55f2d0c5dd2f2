//! Sums of money: whole minor units (cents, 分, yen) and their currency.
//!
//! There is no floating point and no conversion: sums of different currencies are never
//! added, and a caller that tries is told so.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::MONEY_MINOR_MAX;

/// A currency by its three letters (ISO 4217), such as `CNY`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// A text is no currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a currency is three capital letters such as `CNY` or `EUR`")]
pub struct ParseCurrencyError;

impl Currency {
    /// Renminbi, 人民币.
    pub const CNY: Self = Self(*b"CNY");

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII letters get in, so it is always text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Digits behind the decimal point, as ISO 4217 lists them: 2 for most, 0 and 3 for some.
    #[must_use]
    pub const fn minor_digits(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = ParseCurrencyError;
    fn from_str(text: &str) -> Result<Self, ParseCurrencyError> {
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| ParseCurrencyError)?;
        if letters.iter().all(u8::is_ascii_uppercase) {
            Ok(Self(letters))
        } else {
            Err(ParseCurrencyError)
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = ParseCurrencyError;
    fn try_from(text: String) -> Result<Self, ParseCurrencyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A sum of money that is not negative and at most [`MONEY_MINOR_MAX`]. A value: stored and
/// sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawMoney", into = "RawMoney")]
pub struct Money {
    minor: i64,
    currency: Currency,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMoney {
    minor: i64,
    currency: Currency,
}

/// Why a sum was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Negative or beyond the limit.
    #[error("a sum is between 0 and {MONEY_MINOR_MAX} minor units")]
    Range,
    /// Two currencies.
    #[error("{0} and {1} cannot be added; use one currency")]
    Mixed(Currency, Currency),
}

impl Money {
    /// A sum in minor units: 1250 is ¥12.50.
    pub const fn new(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor < 0 || minor > MONEY_MINOR_MAX {
            Err(MoneyError::Range)
        } else {
            Ok(Self { minor, currency })
        }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// The minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The sum of both.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        Self::new(self.minor.saturating_add(other.minor), self.currency)
    }

    /// Whether it is at most the other.
    pub fn fits_in(self, other: Self) -> Result<bool, MoneyError> {
        self.same(other)?;
        Ok(self.minor <= other.minor)
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Mixed(self.currency, other.currency))
        }
    }
}

impl TryFrom<RawMoney> for Money {
    type Error = MoneyError;
    fn try_from(raw: RawMoney) -> Result<Self, MoneyError> {
        Self::new(raw.minor, raw.currency)
    }
}

impl From<Money> for RawMoney {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor,
            currency: money.currency,
        }
    }
}

/// `12.50 CNY`, for logs and proofs; pages format for their reader.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.minor_digits();
        if digits == 0 {
            return write!(f, "{} {}", self.minor, self.currency);
        }
        let unit = 10_i64.pow(digits);
        let (whole, part) = (self.minor / unit, self.minor % unit);
        let width = usize::try_from(digits).unwrap_or(2);
        write!(f, "{whole}.{part:0width$} {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, currency: &str) -> Money {
        Money::new(minor, currency.parse().unwrap()).unwrap()
    }

    #[test]
    fn sums_are_exact_and_of_one_currency() {
        let sum = money(1250, "CNY").plus(money(5, "CNY")).unwrap();
        assert_eq!(sum.to_string(), "12.55 CNY");
        assert_eq!(money(500, "JPY").to_string(), "500 JPY");
        assert_eq!(money(1005, "KWD").to_string(), "1.005 KWD");
        assert!(matches!(
            money(1, "CNY").plus(money(1, "EUR")),
            Err(MoneyError::Mixed(..))
        ));
        assert!(money(1, "CNY").fits_in(money(1, "EUR")).is_err());
        assert_eq!(
            money(MONEY_MINOR_MAX, "CNY").plus(money(1, "CNY")),
            Err(MoneyError::Range)
        );
    }

    #[test]
    fn what_is_no_money_is_not_read() {
        for text in [
            r#"{"minor":-1,"currency":"CNY"}"#,
            r#"{"minor":1,"currency":"cny"}"#,
            r#"{"minor":1,"currency":"人"}"#,
            r#"{"minor":1.5,"currency":"CNY"}"#,
            r#"{"minor":1,"currency":"CNY","rate":7}"#,
        ] {
            assert!(serde_json::from_str::<Money>(text).is_err(), "{text}");
        }
        let read: Money = serde_json::from_str(r#"{"minor":7,"currency":"EUR"}"#).unwrap();
        assert_eq!(read, money(7, "EUR"));
    }
}
