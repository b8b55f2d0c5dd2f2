//! Built-in texts with keys, in both languages.

use crate::attribute::Label;
use crate::locale::Locale;

/// A text with its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// For translation and for texts of the company's own, such as
    /// `complaint.card.forceful.do.1`.
    pub key: &'static str,
    zh_cn: &'static str,
    en: &'static str,
}

pub(super) const fn line(key: &'static str, zh_cn: &'static str, en: &'static str) -> Line {
    Line { key, zh_cn, en }
}

impl Line {
    /// The text.
    #[must_use]
    pub const fn text(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::ZhCn => self.zh_cn,
            Locale::En => self.en,
        }
    }
}

/// The text of a label in a language, else in the other one; empty when there is none.
#[must_use]
pub fn in_locale(label: &Label, locale: Locale) -> &str {
    let own = label.get(&locale);
    own.or_else(|| label.values().next())
        .map_or("", String::as_str)
}
