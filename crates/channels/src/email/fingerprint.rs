//! By what a mail is recognised when its number in the folder has changed.
//!
//! Numbers (UIDs) change when a mail is moved out of the folder and back, when the server is
//! restored or when a mailbox moves to another host. The Message-ID alone will not do: some
//! programs send every mail with the same one.

use sha2::{Digest as _, Sha256};

use super::parse::Mail;

/// What stays the same of a mail wherever it lies: SHA-256 over `Message-ID`, `Date`, sender
/// and subject. Headers that servers add on the way are not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Of a mail, or of its headers alone. `None` if it has neither `Message-ID` nor `Date`:
    /// nothing then tells two mails of one sender apart.
    #[must_use]
    pub fn of(mail: &Mail) -> Option<Self> {
        let date = mail.header("date").unwrap_or_default();
        let id = mail.message_id.as_deref().unwrap_or_default();
        if date.is_empty() && id.is_empty() {
            return None;
        }
        let from = mail.from.as_ref().map_or_else(
            || mail.header("from").unwrap_or_default().to_owned(),
            |from| from.address.normalized(),
        );
        let mut hash = Sha256::new();
        for part in [id, date, &from, &mail.subject] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Some(Self(hash.finalize().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn of(headers: &str) -> Option<Fingerprint> {
        Fingerprint::of(&parse(format!("{headers}\r\n\r\n").as_bytes()).unwrap())
    }

    const MAIL: &str = "From: Ada <ada@example.com>\r\nDate: Mon, 5 Jan 2026 09:00:00 +0800\r\n\
                        Message-ID: <a@example.com>\r\nSubject: =?utf-8?B?6Iy25aO2?=";

    #[test]
    fn what_servers_add_changes_nothing() {
        let carried = format!("Received: from x by y\r\nX-Spam: no\r\n{MAIL}\r\nTo: b@c.example");
        assert_eq!(of(&carried), of(MAIL));
        assert!(of(MAIL).is_some());
    }

    #[test]
    fn a_program_that_repeats_its_message_id_still_sends_different_mails() {
        let later = MAIL.replace("09:00", "09:01");
        assert_ne!(of(&later), of(MAIL));
    }

    #[test]
    fn without_anything_of_its_own_a_mail_has_none() {
        assert_eq!(of("From: ada@example.com\r\nSubject: Hi"), None);
    }
}
