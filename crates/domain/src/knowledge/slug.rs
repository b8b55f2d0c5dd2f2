//! The part of an address that names an article or a category.

use std::fmt;
use std::str::FromStr;

use crate::limits::PAGE_SLUG_BYTES_MAX;

/// Lower-case letters, digits and single hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageSlug(String);

/// A text is no part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use 1 to {PAGE_SLUG_BYTES_MAX} lower-case letters, digits and single hyphens")]
pub struct ParsePageSlugError;

impl PageSlug {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A slug of words in Latin letters; none if there are none.
    #[must_use]
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut slug = String::new();
        for word in words {
            let plain: String = word
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase())
                .collect();
            if plain.is_empty() {
                continue;
            }
            if slug.len() + plain.len() >= PAGE_SLUG_BYTES_MAX - NUMBER_BYTES {
                break;
            }
            if !slug.is_empty() {
                slug.push('-');
            }
            slug.push_str(&plain);
        }
        (!slug.is_empty()).then_some(Self(slug))
    }

    /// The same with a number behind it, for when the first is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let end = self.0.len().min(PAGE_SLUG_BYTES_MAX - NUMBER_BYTES);
        Self(format!("{}-{number}", self.0[..end].trim_end_matches('-')))
    }
}

/// Room for a hyphen and a number.
const NUMBER_BYTES: usize = 8;

impl fmt::Display for PageSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PageSlug {
    type Err = ParsePageSlugError;
    fn from_str(text: &str) -> Result<Self, ParsePageSlugError> {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let is_slug = text.len() <= PAGE_SLUG_BYTES_MAX
            && text
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(is_plain));
        is_slug
            .then(|| Self(text.to_owned()))
            .ok_or(ParsePageSlugError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_a_slug() {
        let slug = |text: &str| PageSlug::from_words(text.split_whitespace());
        assert_eq!(
            slug("How do I return it?").map(|slug| slug.to_string()),
            Some("how-do-i-return-it".to_owned())
        );
        assert_eq!(slug("！？"), None);
        let long = slug(&"word ".repeat(60)).expect("a slug");
        assert!(long.as_str().parse::<PageSlug>().is_ok());
        assert!(
            long.numbered(4_294_967)
                .as_str()
                .parse::<PageSlug>()
                .is_ok()
        );
    }

    #[test]
    fn what_is_no_slug_is_refused() {
        for text in ["", "-", "a--b", "A", "a b", "退货", "a/"] {
            assert!(text.parse::<PageSlug>().is_err(), "{text}");
        }
        assert!(
            "a".repeat(PAGE_SLUG_BYTES_MAX + 1)
                .parse::<PageSlug>()
                .is_err()
        );
        assert!("a-1".parse::<PageSlug>().is_ok());
    }
}
