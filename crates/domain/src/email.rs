//! E-mail addresses.

use std::str::FromStr;

use crate::limits::EMAIL_BYTES_MAX;

/// A syntactically possible e-mail address. Personal, so it has no `Display`; `Debug`
/// hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// As the person wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two spellings of one mailbox are equal: lower case throughout,
    /// since no provider in use tells mailboxes apart by case.
    #[must_use]
    pub fn normalized(&self) -> String {
        self.0.to_lowercase()
    }
}

impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailAddress(***)")
    }
}

/// A text is no e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct ParseEmailError;

impl FromStr for EmailAddress {
    type Err = ParseEmailError;
    fn from_str(text: &str) -> Result<Self, ParseEmailError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(ParseEmailError)?;
        let forbidden =
            |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\"\\".contains(c);
        let is_domain = domain.contains('.')
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            });
        let is_local = !local.is_empty()
            && local.len() <= 64
            && !local.contains('@')
            && !local.chars().any(forbidden)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        if text.len() <= EMAIL_BYTES_MAX && is_domain && is_local {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseEmailError)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_people_have_are_taken() {
        for text in [
            "a@b.cn",
            "li.na+shop@mail.example.com",
            "用户@例子.广告",
            " x@y.io ",
        ] {
            assert!(text.parse::<EmailAddress>().is_ok(), "{text}");
        }
    }

    #[test]
    fn what_could_break_a_header_is_refused() {
        for text in [
            "",
            "@",
            "a@",
            "@b.cn",
            "a@b",
            "a b@c.cn",
            "a@b..cn",
            "a@-b.cn",
            "a\r\nBcc: x@y.z",
            "<a@b.cn>",
            "a@b@c.cn",
            ".a@b.cn",
            "a..b@c.cn",
            "a@b.cn,c@d.cn",
        ] {
            assert!(text.parse::<EmailAddress>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn two_spellings_of_one_mailbox_are_equal() {
        let one: EmailAddress = "Li.Na@Example.com".parse().expect("valid");
        assert_eq!(one.normalized(), "li.na@example.com");
        assert_eq!(format!("{one:?}"), "EmailAddress(***)");
    }
}
