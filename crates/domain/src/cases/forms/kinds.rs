//! Which values fit a field.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::attribute::{AttributeError, AttributeKind, AttributeOption, check_options};
use crate::limits::FORM_TEXT_CHARS_MAX;
use crate::money::Currency;

/// Which values fit. The simple ones are the kinds of custom attributes and read the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldKind {
    /// One line of anything.
    Text,
    /// Several lines.
    LongText,
    /// A decimal number.
    Number {
        /// Not less than this.
        #[serde(default)]
        min: Option<i64>,
        /// Not more than this.
        #[serde(default)]
        max: Option<i64>,
    },
    /// A sum of money, in the currency of the field.
    Money {
        /// Which.
        currency: Currency,
    },
    /// `true` or `false`.
    Boolean,
    /// A day, `2026-03-01`.
    Date,
    /// One of some choices.
    Select {
        /// The choices.
        options: Vec<AttributeOption>,
    },
    /// Some of some choices; stored one a line, in the order of the choices.
    MultiSelect {
        /// The choices.
        options: Vec<AttributeOption>,
    },
    /// The address of a web page.
    Link,
}

/// A kind does not hold together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KindFault {
    /// The smallest number is larger than the largest.
    #[error("the smallest number lies above the largest")]
    Range,
    /// The choices are wrong.
    #[error(transparent)]
    Options(AttributeError),
}

impl FieldKind {
    /// Checks what a form could get wrong.
    pub fn check(&self) -> Result<(), KindFault> {
        match self {
            Self::Number {
                min: Some(min),
                max: Some(max),
            } if min > max => Err(KindFault::Range),
            Self::Select { options } | Self::MultiSelect { options } => {
                check_options(options).map_err(KindFault::Options)
            }
            Self::Text
            | Self::LongText
            | Self::Number { .. }
            | Self::Money { .. }
            | Self::Boolean
            | Self::Date
            | Self::Link => Ok(()),
        }
    }

    /// The choices; empty for what is not chosen.
    #[must_use]
    pub fn options(&self) -> &[AttributeOption] {
        match self {
            Self::Select { options } | Self::MultiSelect { options } => options,
            Self::Text
            | Self::LongText
            | Self::Number { .. }
            | Self::Money { .. }
            | Self::Boolean
            | Self::Date
            | Self::Link => &[],
        }
    }

    /// The custom attribute that takes the same values, if there is one: such a field can
    /// be filled from the contact.
    #[must_use]
    pub fn attribute_kind(&self) -> Option<AttributeKind> {
        match self {
            Self::Text => Some(AttributeKind::Text),
            Self::Number { .. } => Some(AttributeKind::Number),
            Self::Boolean => Some(AttributeKind::Boolean),
            Self::Date => Some(AttributeKind::Date),
            Self::Select { options } => Some(AttributeKind::Select(options.clone())),
            Self::Link => Some(AttributeKind::Link),
            Self::LongText | Self::Money { .. } | Self::MultiSelect { .. } => None,
        }
    }

    /// The value in stored form, or what would have fitted.
    pub fn parse(&self, text: &str) -> Result<String, String> {
        match self {
            Self::Text | Self::Boolean | Self::Date | Self::Select { .. } | Self::Link => self
                .attribute_kind()
                .unwrap_or(AttributeKind::Text)
                .parse(text)
                .map_err(ToOwned::to_owned),
            Self::LongText => long_text(text),
            Self::Number { min, max } => number(text, *min, *max),
            Self::Money { currency } => money(text, *currency),
            Self::MultiSelect { options } => some_of(text, options),
        }
    }
}

fn long_text(text: &str) -> Result<String, String> {
    let text = text.trim().replace("\r\n", "\n");
    let is_plain = !text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t');
    if is_plain && text.chars().count() <= FORM_TEXT_CHARS_MAX {
        Ok(text)
    } else {
        Err(format!("at most {FORM_TEXT_CHARS_MAX} characters of text"))
    }
}

fn number(text: &str, min: Option<i64>, max: Option<i64>) -> Result<String, String> {
    let value = AttributeKind::Number.parse(text)?;
    let is_below = min.is_some_and(|min| compare(&value, &min.to_string()).is_lt());
    let is_above = max.is_some_and(|max| compare(&value, &max.to_string()).is_gt());
    match (min, max) {
        (Some(min), Some(max)) if is_below || is_above => {
            Err(format!("a number from {min} to {max}"))
        }
        (Some(min), None) if is_below => Err(format!("a number from {min} on")),
        (None, Some(max)) if is_above => Err(format!("a number up to {max}")),
        _ => Ok(value),
    }
}

fn money(text: &str, currency: Currency) -> Result<String, String> {
    let digits = usize::try_from(currency.minor_digits()).unwrap_or(2);
    let expected = || format!("a sum of {currency} with at most {digits} decimals");
    let value = AttributeKind::Number.parse(text).map_err(|_| expected())?;
    let (whole, part) = value.split_once('.').unwrap_or((&value, ""));
    if value.starts_with('-') || part.len() > digits || whole.len() > 12 {
        return Err(expected());
    }
    Ok(value)
}

fn some_of(text: &str, options: &[AttributeOption]) -> Result<String, String> {
    let wanted: BTreeSet<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let chosen: Vec<&str> = options
        .iter()
        .map(|option| option.value.as_str())
        .filter(|value| wanted.contains(value))
        .collect();
    if chosen.len() == wanted.len() && !chosen.is_empty() {
        Ok(chosen.join("\n"))
    } else {
        Err("some of its options, one a line".to_owned())
    }
}

/// Compares two decimal numbers exactly, however long they are.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| -> (bool, String, String) {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = whole.trim_start_matches('0').to_owned();
        let part = part.trim_end_matches('0').to_owned();
        let is_negative = text.starts_with('-') && !(whole.is_empty() && part.is_empty());
        (is_negative, whole, part)
    };
    let (a_below, a_whole, a_part) = parts(a);
    let (b_below, b_whole, b_part) = parts(b);
    let size = a_whole
        .len()
        .cmp(&b_whole.len())
        .then_with(|| a_whole.cmp(&b_whole))
        .then_with(|| a_part.cmp(&b_part));
    match (a_below, b_below) {
        (false, false) => size,
        (true, true) => size.reverse(),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}
