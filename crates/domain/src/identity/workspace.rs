//! One company using Zhiyin.

use std::str::FromStr;

use crate::ids::WorkspaceId;
use crate::locale::Locale;
use crate::name::Name;
use crate::time::Timestamp;

/// One company using Zhiyin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Identifier.
    pub id: WorkspaceId,
    /// Short name in addresses, unique in the installation.
    pub slug: Slug,
    /// Name.
    pub name: Name,
    /// Language of built-in texts where nothing else is known.
    pub locale: Locale,
    /// Time zone of days in lists and reports.
    pub time_zone: TimeZone,
    /// When it was created.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// Lower-case letters, digits and single hyphens, 2 to 40 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(String);

/// A text is no slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use 2 to 40 lower-case letters, digits and hyphens")]
pub struct ParseSlugError;

impl FromStr for Slug {
    type Err = ParseSlugError;
    fn from_str(text: &str) -> Result<Self, ParseSlugError> {
        let is_slug = (2..=40).contains(&text.len())
            && text.split('-').all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        if is_slug {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseSlugError)
        }
    }
}

impl Slug {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A slug made of a name, where it has Latin letters or digits; otherwise
    /// `workspace`.
    #[must_use]
    pub fn from_name(name: &Name) -> Self {
        let spaced: String = name
            .as_str()
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
            .collect();
        let mut slug = String::new();
        for word in spaced.split_whitespace() {
            if slug.len() + word.len() >= 32 {
                break;
            }
            if !slug.is_empty() {
                slug.push('-');
            }
            slug.push_str(word);
        }
        slug.parse()
            .unwrap_or_else(|_| Self("workspace".to_owned()))
    }

    /// The same slug with a number behind it, for when the first is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0))
    }
}

/// A name of the IANA time zone database, such as `Asia/Shanghai`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone(String);

/// A text names no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time zone; write one such as `Asia/Shanghai`")]
pub struct ParseTimeZoneError;

impl FromStr for TimeZone {
    type Err = ParseTimeZoneError;
    fn from_str(text: &str) -> Result<Self, ParseTimeZoneError> {
        match jiff::tz::TimeZone::get(text) {
            // The canonical spelling: the database is searched without regard to case.
            Ok(zone) => zone
                .iana_name()
                .map(|name| Self(name.to_owned()))
                .ok_or(ParseTimeZoneError),
            Err(_) => Err(ParseTimeZoneError),
        }
    }
}

impl TimeZone {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_made_of_what_a_name_has() {
        for (name, slug) in [
            ("Green Tea & Co.", "green-tea-co"),
            ("知音", "workspace"),
            ("知音 Shop 24", "shop-24"),
            ("X", "workspace"),
            ("-- A --- B --", "a-b"),
        ] {
            let name: Name = name.parse().expect("a valid name");
            assert_eq!(Slug::from_name(&name).as_str(), slug);
        }
    }

    #[test]
    fn a_slug_has_one_spelling() {
        for bad in [
            "",
            "a",
            "A-b",
            "a--b",
            "-ab",
            "ab-",
            "a_b",
            "知音",
            "a b",
            &"a".repeat(41),
        ] {
            assert!(bad.parse::<Slug>().is_err(), "{bad:?}");
        }
        assert!("green-tea".parse::<Slug>().is_ok());
    }

    #[test]
    fn a_time_zone_exists() {
        assert_eq!(
            "asia/shanghai".parse::<TimeZone>().map(|zone| zone.0),
            Ok("Asia/Shanghai".to_owned())
        );
        for bad in ["", "Mars/Olympus", "../../etc/passwd", "UTC+8:00x"] {
            assert!(bad.parse::<TimeZone>().is_err(), "{bad:?}");
        }
    }
}
