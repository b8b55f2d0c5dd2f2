//! The languages Zhiyin itself speaks.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language of the interface and of built-in texts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum Locale {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
}

impl Locale {
    /// BCP 47 tag.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The closest language to a browser's wish such as `zh-TW` or `en-GB`.
    #[must_use]
    pub fn closest(tag: &str) -> Option<Self> {
        let primary = tag
            .split(['-', '_', ';'])
            .next()?
            .trim()
            .to_ascii_lowercase();
        match primary.as_str() {
            "zh" => Some(Self::ZhCn),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// A text names no language of Zhiyin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a supported language; use `zh-CN` or `en`")]
pub struct ParseLocaleError;

impl FromStr for Locale {
    type Err = ParseLocaleError;
    fn from_str(text: &str) -> Result<Self, ParseLocaleError> {
        match text {
            "zh-CN" => Ok(Self::ZhCn),
            "en" => Ok(Self::En),
            _ => Err(ParseLocaleError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browsers_wish_finds_the_closest_language() {
        assert_eq!(Locale::closest("zh-TW"), Some(Locale::ZhCn));
        assert_eq!(Locale::closest("en-GB;q=0.8"), Some(Locale::En));
        assert_eq!(Locale::closest("fr"), None);
        assert_eq!(Locale::closest(""), None);
    }
}
