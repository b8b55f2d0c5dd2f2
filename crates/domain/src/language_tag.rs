//! Languages customers and agents speak: any language of the world, not only the two of
//! the [interface](crate::locale).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The primary language of a BCP 47 tag, lower case: `zh`, `en`, `yue`. Region and script
/// are dropped, since an agent who reads `zh-CN` answers `zh-TW` too; a language that is
/// spoken apart has a tag of its own (`yue`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LanguageTag([u8; 3]);

/// A text names no language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a language; write a tag of two or three letters such as `zh`, `en` or `yue`")]
pub struct ParseLanguageError;

impl LanguageTag {
    /// The two or three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let length = if self.0[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }
}

impl FromStr for LanguageTag {
    type Err = ParseLanguageError;
    fn from_str(text: &str) -> Result<Self, ParseLanguageError> {
        let primary = text.split(['-', '_']).next().unwrap_or_default();
        let is_tag =
            (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
        if !is_tag {
            return Err(ParseLanguageError);
        }
        let mut letters = [0; 3];
        for (slot, byte) in letters.iter_mut().zip(primary.bytes()) {
            *slot = byte.to_ascii_lowercase();
        }
        Ok(Self(letters))
    }
}

impl TryFrom<String> for LanguageTag {
    type Error = ParseLanguageError;
    fn try_from(text: String) -> Result<Self, ParseLanguageError> {
        text.parse()
    }
}

impl From<LanguageTag> for String {
    fn from(tag: LanguageTag) -> Self {
        tag.as_str().to_owned()
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_makes_no_difference_and_a_spoken_language_does() {
        let tag = |text: &str| text.parse::<LanguageTag>();
        assert_eq!(tag("zh-CN"), tag("ZH_tw"));
        assert_ne!(tag("zh"), tag("yue"));
        assert_eq!(tag("yue-HK").expect("a tag").to_string(), "yue");
        for bad in ["", "z", "z1", "chinese", "中文", "-zh"] {
            assert_eq!(tag(bad), Err(ParseLanguageError), "{bad}");
        }
    }
}
