//! What a help centre looks like and where it is found.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::attribute::{Label, is_label};
use crate::ids::ArticleFileId;
use crate::locale::Locale;

/// Longest name of a host, after RFC 1035.
const DOMAIN_CHARS_MAX: usize = 253;
/// Longest part of it.
const PART_CHARS_MAX: usize = 63;
/// Least contrast of words on their ground, after WCAG 2.2 AA.
const CONTRAST_MIN: f64 = 4.5;
/// Grounds of the help centre, light and dark.
const PAPERS: [Colour; 2] = [Colour([0xff; 3]), Colour([0x17, 0x1b, 0x1d])];

/// A help centre as it was set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpCentre {
    /// Its name by language; that of the workspace where there is none.
    pub name: Label,
    /// Colour of links and buttons; ours if there is none.
    pub colour: Option<Colour>,
    /// Picture in the head of the pages.
    pub logo: Option<ArticleFileId>,
    /// Languages it speaks; at least one.
    pub locales: BTreeSet<Locale>,
    /// Host name under which it is found besides.
    pub domain: Option<Domain>,
    /// Optimistic lock; 0 before it was ever saved.
    pub version: i64,
}

impl Default for HelpCentre {
    fn default() -> Self {
        Self {
            name: Label::new(),
            colour: None,
            logo: None,
            locales: BTreeSet::from([Locale::ZhCn, Locale::En]),
            domain: None,
            version: 0,
        }
    }
}

/// Settings are not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HelpCentreError {
    /// A name is too long or has several lines.
    #[error("a name has at most 120 characters in one line")]
    Name,
    /// Nobody could read it.
    #[error("at least one language is needed")]
    Locales,
    /// No such file was uploaded, or it is no picture.
    #[error("the logo is a picture that was uploaded before")]
    Logo,
    /// Another help centre is found there.
    #[error("another help centre has this domain")]
    DomainTaken,
    /// The installation itself is found there.
    #[error("this is the address of the whole installation")]
    DomainOwn,
}

impl HelpCentre {
    /// Whether the settings may be kept, apart from what others have.
    pub fn check(&self) -> Result<(), HelpCentreError> {
        if !self.name.is_empty() && !is_label(&self.name) {
            return Err(HelpCentreError::Name);
        }
        if self.locales.is_empty() {
            return Err(HelpCentreError::Locales);
        }
        Ok(())
    }
}

/// A colour, `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// A text is no colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is # and six hexadecimal digits")]
pub struct ParseColourError;

impl FromStr for Colour {
    type Err = ParseColourError;
    fn from_str(text: &str) -> Result<Self, ParseColourError> {
        let digits = text.strip_prefix('#').ok_or(ParseColourError)?;
        if digits.len() != 6 || !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(ParseColourError);
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap_or_default();
        Ok(Self([part(0), part(2), part(4)]))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl Colour {
    /// Relative luminance after WCAG 2.2, 0 to 1.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast to another colour after WCAG 2.2, 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Black or white, whichever reads better on it.
    #[must_use]
    pub fn ink(self) -> Self {
        let (black, white) = (Self([0; 3]), Self([0xff; 3]));
        if self.contrast(black) > self.contrast(white) {
            black
        } else {
            white
        }
    }

    fn towards(self, other: Self, percent: u16) -> Self {
        let mut mixed = self.0;
        for (part, to) in mixed.iter_mut().zip(other.0) {
            let sum = u16::from(*part) * (100 - percent) + u16::from(to) * percent;
            *part = u8::try_from(sum / 100).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    /// The colour as words can have it on the light and on the dark ground: moved towards black or white
    /// as far as is needed to be read.
    #[must_use]
    pub fn legible(self) -> [Self; 2] {
        PAPERS.map(|paper| {
            let ink = paper.ink();
            let tried = (0..=100).map(|percent| self.towards(ink, percent));
            let mut read = tried.filter(|it| it.contrast(paper) >= CONTRAST_MIN);
            read.next().unwrap_or(ink)
        })
    }

    /// The same a step stronger, for what the pointer is on.
    #[must_use]
    pub fn stronger(self) -> [Self; 2] {
        let [light, dark] = self.legible();
        [
            light.towards(PAPERS[0].ink(), 18),
            dark.towards(PAPERS[1].ink(), 18),
        ]
    }
}

/// The name of a host: letters, digits and hyphens in at least two parts, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Domain(String);

/// A text is no name of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a domain looks like help.example.com, without https:// and without a path")]
pub struct ParseDomainError;

impl FromStr for Domain {
    type Err = ParseDomainError;
    fn from_str(text: &str) -> Result<Self, ParseDomainError> {
        let text = text.trim().trim_end_matches('.').to_ascii_lowercase();
        let is_part = |part: &str| {
            let is_plain = part
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
            let is_bordered = part.starts_with('-') || part.ends_with('-');
            !part.is_empty() && part.len() <= PART_CHARS_MAX && is_plain && !is_bordered
        };
        let last = text.rsplit('.').next().unwrap_or_default();
        // Addresses in numbers are no names.
        let is_name = last.bytes().any(|it| it.is_ascii_lowercase());
        if text.len() > DOMAIN_CHARS_MAX
            || !text.contains('.')
            || !text.split('.').all(is_part)
            || !is_name
        {
            return Err(ParseDomainError);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Domain {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().expect("a colour")
    }

    #[test]
    fn a_colour_is_six_digits() {
        assert_eq!(colour("#1F6f6b").to_string(), "#1f6f6b");
        for bad in [
            "",
            "1f6f6b",
            "#fff",
            "#1f6f6g",
            "#1f6f6b00",
            "red",
            "#é1234",
        ] {
            assert_eq!(bad.parse::<Colour>(), Err(ParseColourError), "{bad}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let (black, white) = (colour("#000000"), colour("#ffffff"));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((colour("#767676").contrast(white) - 4.54).abs() < 0.01);
    }

    #[test]
    fn any_colour_can_be_read_on_both_grounds() {
        for text in [
            "#ffff00", "#000000", "#ffffff", "#777777", "#c00000", "#1f6f6b", "#000080",
        ] {
            let all = [colour(text).legible(), colour(text).stronger()].concat();
            for (it, paper) in all.iter().zip(PAPERS.iter().cycle()) {
                assert!(it.contrast(*paper) >= 4.5, "{text}: {it} on {paper}");
                assert!(it.contrast(it.ink()) >= 4.5, "{text}: words on {it}");
            }
        }
    }

    #[test]
    fn a_domain_is_a_name_with_a_dot() {
        let parse = |text: &str| text.parse::<Domain>().map(|it| it.to_string());
        assert_eq!(
            parse(" Help.Example.com. "),
            Ok("help.example.com".to_owned())
        );
        assert_eq!(
            parse("xn--fiq228c.example"),
            Ok("xn--fiq228c.example".to_owned())
        );
        for bad in [
            "",
            "localhost",
            "https://a.example",
            "a.example/x",
            "a..example",
            "-a.example",
            "192.0.2.1",
            "a b.example",
            "帮助.example",
        ] {
            assert_eq!(parse(bad), Err(ParseDomainError), "{bad}");
        }
    }

    #[test]
    fn a_help_centre_speaks_a_language() {
        assert_eq!(HelpCentre::default().check(), Ok(()));
        let silent = HelpCentre {
            locales: BTreeSet::new(),
            ..HelpCentre::default()
        };
        assert_eq!(silent.check(), Err(HelpCentreError::Locales));
        let long = HelpCentre {
            name: Label::from([(Locale::En, "x".repeat(500))]),
            ..HelpCentre::default()
        };
        assert_eq!(long.check(), Err(HelpCentreError::Name));
    }
}
