//! Names that people give to people and things.

use std::str::FromStr;

use crate::limits::NAME_CHARS_MAX;

/// A name without blanks at its ends, one line, not empty and not endless. It may be
/// personal, so it has no `Display`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes the text out.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// A text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseNameError {
    /// Nothing but blanks.
    #[error("a name must not be empty")]
    Empty,
    /// Longer than [`NAME_CHARS_MAX`].
    #[error("a name has at most {NAME_CHARS_MAX} characters")]
    TooLong,
    /// Line breaks, control characters or characters that turn the text around.
    #[error("a name has no control characters")]
    Control,
}

/// Characters that reorder what is around them: with them one name looks like another.
const fn reorders(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl FromStr for Name {
    type Err = ParseNameError;
    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ParseNameError::Empty);
        }
        if text.chars().count() > NAME_CHARS_MAX {
            return Err(ParseNameError::TooLong);
        }
        if text.chars().any(|c| c.is_control() || reorders(c)) {
            return Err(ParseNameError::Control);
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, ParseNameError>) {
        let found = text.parse::<Name>();
        assert_eq!(
            found.as_ref().map(Name::as_str).map_err(|error| *error),
            expected,
            "{text:?}"
        );
    }

    #[test]
    fn a_name_is_one_line_of_limited_length() {
        check(" 李娜 ", Ok("李娜"));
        check("O'Neill-Smith, Jr.", Ok("O'Neill-Smith, Jr."));
        check("", Err(ParseNameError::Empty));
        check(" \t ", Err(ParseNameError::Empty));
        check("a\nb", Err(ParseNameError::Control));
        check("admin\u{202e}nimda", Err(ParseNameError::Control));
        check(
            &"名".repeat(NAME_CHARS_MAX),
            Ok(&"名".repeat(NAME_CHARS_MAX)),
        );
        check(
            &"名".repeat(NAME_CHARS_MAX + 1),
            Err(ParseNameError::TooLong),
        );
    }
}
