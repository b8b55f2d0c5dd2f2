//! Words put on conversations.

use std::str::FromStr;

use crate::ids::TagId;
use crate::name::Name;
use crate::time::Timestamp;

/// A word put on conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Identifier.
    pub id: TagId,
    /// The word.
    pub name: Name,
    /// How it is painted.
    pub color: Color,
    /// When it was created.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// A colour as `#rrggbb`, lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Color(String);

/// A text is no colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a colour; write `#rrggbb`")]
pub struct ParseColorError;

impl FromStr for Color {
    type Err = ParseColorError;
    fn from_str(text: &str) -> Result<Self, ParseColorError> {
        let digits = text.strip_prefix('#').ok_or(ParseColorError)?;
        if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(ParseColorError)
        }
    }
}

impl Color {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_has_one_form() {
        assert_eq!(
            "#A0b1C2".parse::<Color>().map(|color| color.0),
            Ok("#a0b1c2".to_owned())
        );
        for bad in [
            "", "red", "#fff", "#12345g", "a0b1c2", "#a0b1c2;", "#a0b1c2 ",
        ] {
            assert!(bad.parse::<Color>().is_err(), "{bad:?}");
        }
    }
}
