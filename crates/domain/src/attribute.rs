//! Custom attributes: what a company wants to know of its contacts, by key, with a kind
//! that says which values fit.
//!
//! Values are texts in the form [`Attribute::parse`] gives them. A personal attribute is
//! sealed at rest like a name, and cannot be filtered by.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::contact::Attributes;
use crate::ids::AttributeId;
use crate::limits::{
    ATTRIBUTE_KEY_BYTES_MAX, ATTRIBUTE_OPTIONS_MAX, ATTRIBUTE_VALUE_BYTES_MAX, NAME_CHARS_MAX,
};
use crate::locale::Locale;
use crate::time::Timestamp;

/// Longest number, in characters.
const NUMBER_CHARS_MAX: usize = 30;

/// The name of an attribute for programs: `snake_case` letters and digits, at most
/// [`ATTRIBUTE_KEY_BYTES_MAX`]. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributeKey(String);

/// A text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key begins with a letter and has at most {ATTRIBUTE_KEY_BYTES_MAX} characters: a to z, digits and `_`"
)]
pub struct ParseKeyError;

impl AttributeKey {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AttributeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AttributeKey {
    type Err = ParseKeyError;
    fn from_str(text: &str) -> Result<Self, ParseKeyError> {
        let is_key = text.len() <= ATTRIBUTE_KEY_BYTES_MAX
            && text.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if is_key {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseKeyError)
        }
    }
}

/// Keys that have a meaning without being defined: how phrases address a contact.
pub const BUILT_IN_KEYS: [&str; 2] = ["surname", "salutation"];

/// A short text in the languages of Zhiyin; at least one of them.
pub type Label = BTreeMap<Locale, String>;

/// One choice of an attribute. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeOption {
    /// What is stored.
    pub value: String,
    /// What people read.
    pub label: Label,
}

/// Which values fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeKind {
    /// One line of anything.
    Text,
    /// A decimal number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day, `2026-03-01`.
    Date,
    /// One of some choices.
    Select(Vec<AttributeOption>),
    /// The address of a web page.
    Link,
}

impl AttributeKind {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Select(_) => "select",
            Self::Link => "link",
        }
    }

    /// The kind of this name; the choices belong to `select` and are refused elsewhere.
    pub fn named(name: &str, options: Vec<AttributeOption>) -> Result<Self, AttributeError> {
        if name != "select" && !options.is_empty() {
            return Err(AttributeError::NoOptions);
        }
        match name {
            "text" => Ok(Self::Text),
            "number" => Ok(Self::Number),
            "boolean" => Ok(Self::Boolean),
            "date" => Ok(Self::Date),
            "select" => Ok(Self::Select(options)),
            "link" => Ok(Self::Link),
            _ => Err(AttributeError::Kind),
        }
    }

    /// The choices; empty for what is not chosen.
    #[must_use]
    pub fn options(&self) -> &[AttributeOption] {
        match self {
            Self::Select(options) => options,
            Self::Text | Self::Number | Self::Boolean | Self::Date | Self::Link => &[],
        }
    }
}

/// The definition of a custom attribute of contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Identifier.
    pub id: AttributeId,
    /// Its name for programs.
    pub key: AttributeKey,
    /// Its name for people.
    pub label: Label,
    /// Which values fit.
    pub kind: AttributeKind,
    /// Whether it is sealed and shown only to those who may see personal data.
    pub is_personal: bool,
    /// Its place in lists and forms; equal ones are sorted by key.
    pub position: i64,
    /// When it was defined.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// Why a definition was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttributeError {
    /// There is no such kind.
    #[error("a kind is one of `text`, `number`, `boolean`, `date`, `select`, `link`")]
    Kind,
    /// No label, an empty or a too long one.
    #[error(
        "a label has 1 to {NAME_CHARS_MAX} characters in at least one of the languages `zh-CN` and `en`"
    )]
    Label,
    /// Choices on something that is not chosen.
    #[error("only an attribute of kind `select` has options")]
    NoOptions,
    /// No choices, or too many.
    #[error("an attribute of kind `select` has 1 to {ATTRIBUTE_OPTIONS_MAX} options")]
    OptionCount,
    /// A choice without a value, with a too long one, or with the value of another.
    #[error("option {} needs a value of its own of at most {NAME_CHARS_MAX} characters", .0 + 1)]
    OptionValue(usize),
    /// A choice without an acceptable label.
    #[error("option {} needs a label of 1 to {NAME_CHARS_MAX} characters", .0 + 1)]
    OptionLabel(usize),
}

/// A value does not fit its attribute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}` needs {expected}")]
pub struct ValueError {
    /// The attribute.
    pub key: String,
    /// What would have fitted.
    pub expected: &'static str,
}

fn is_line(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= NAME_CHARS_MAX
        && !text.chars().any(char::is_control)
}

/// Whether a label has a text in at least one language, and only texts of one line.
#[must_use]
pub fn is_label(label: &Label) -> bool {
    !label.is_empty() && label.values().all(|text| is_line(text))
}

/// Checks the choices of a `select`.
pub fn check_options(options: &[AttributeOption]) -> Result<(), AttributeError> {
    if options.is_empty() || options.len() > ATTRIBUTE_OPTIONS_MAX {
        return Err(AttributeError::OptionCount);
    }
    let mut seen = BTreeSet::new();
    for (at, option) in options.iter().enumerate() {
        let is_trimmed = option.value.trim() == option.value;
        if !is_line(&option.value) || !is_trimmed || !seen.insert(option.value.as_str()) {
            return Err(AttributeError::OptionValue(at));
        }
        if !is_label(&option.label) {
            return Err(AttributeError::OptionLabel(at));
        }
    }
    Ok(())
}

impl Attribute {
    /// Checks everything a form could get wrong.
    pub fn check(&self) -> Result<(), AttributeError> {
        if !is_label(&self.label) {
            return Err(AttributeError::Label);
        }
        let AttributeKind::Select(options) = &self.kind else {
            return Ok(());
        };
        check_options(options)
    }

    /// The value in its stored form. What does not fit is refused, whoever sends it.
    pub fn parse(&self, text: &str) -> Result<String, ValueError> {
        self.kind.parse(text).map_err(|expected| ValueError {
            key: self.key.as_str().to_owned(),
            expected,
        })
    }
}

impl AttributeKind {
    /// A value of this kind in its stored form, or what would have fitted.
    pub fn parse(&self, text: &str) -> Result<String, &'static str> {
        let text = text.trim();
        let (fits, expected) = match self {
            Self::Text => (
                text.len() <= ATTRIBUTE_VALUE_BYTES_MAX && !text.chars().any(char::is_control),
                "one line of at most 2048 bytes",
            ),
            Self::Number => (is_number(text), "a number such as 12 or 3.5"),
            Self::Boolean => (matches!(text, "true" | "false"), "`true` or `false`"),
            Self::Date => (is_date(text), "a day such as 2026-03-01"),
            Self::Select(options) => (
                options.iter().any(|option| option.value == text),
                "one of its options",
            ),
            Self::Link => (
                is_link(text),
                "a web address that begins with https:// or http://",
            ),
        };
        if fits {
            Ok(text.to_owned())
        } else {
            Err(expected)
        }
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.len() <= NUMBER_CHARS_MAX && all_digits(whole) && all_digits(part)
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// Only what a browser opens as a page: nothing that runs.
fn is_link(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', '?', '#']))
        && text.len() <= ATTRIBUTE_VALUE_BYTES_MAX
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "\"<>\\^`{|}".contains(c))
}

/// The value of one of the [`BUILT_IN_KEYS`] in its stored form.
pub fn parse_built_in(key: &str, text: &str) -> Result<String, ValueError> {
    let text = text.trim();
    if is_line(text) {
        return Ok(text.to_owned());
    }
    Err(ValueError {
        key: key.to_owned(),
        expected: "one line of at most 120 characters",
    })
}

/// The definitions of a workspace by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttributeSet(BTreeMap<AttributeKey, Attribute>);

impl FromIterator<Attribute> for AttributeSet {
    fn from_iter<I: IntoIterator<Item = Attribute>>(list: I) -> Self {
        Self(list.into_iter().map(|it| (it.key.clone(), it)).collect())
    }
}

impl AttributeSet {
    /// The definition of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Attribute> {
        self.0.get(&key.parse().ok()?)
    }

    /// Whether a key is defined as personal.
    #[must_use]
    pub fn is_personal(&self, key: &str) -> bool {
        self.get(key).is_some_and(|it| it.is_personal)
    }

    /// Moves values that were stored in clear to where their definition says they belong:
    /// a key may be defined as personal after a page has used it.
    pub fn sort_out(&self, clear: &mut Attributes, personal: &mut Attributes) {
        let keys: Vec<String> = clear
            .keys()
            .filter(|key| self.is_personal(key))
            .cloned()
            .collect();
        for key in keys {
            if let Some(value) = clear.remove(&key) {
                personal.entry(key).or_insert(value);
            }
        }
    }
}

#[cfg(test)]
#[path = "attribute_tests.rs"]
mod tests;
