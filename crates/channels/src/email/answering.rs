//! Whether a machine of ours may answer a mail: the brake against loops (RFC 3834). Pure.

use std::time::Duration;

use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::time::Timestamp;

use super::automatic::{Automatic, automatic};
use super::parse::Mail;

/// One automatic answer to a sender within this time.
pub const ANSWER_EVERY: Duration = Duration::from_hours(24);
/// Mails of one sender within [`FLOOD_WINDOW`] that open the circuit: whoever writes faster
/// is a machine, whatever its headers say.
pub const FLOOD_MAILS: u32 = 20;
/// See [`FLOOD_MAILS`].
pub const FLOOD_WINDOW: Duration = Duration::from_hours(1);

/// What is known about the sender of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct History {
    /// When we last answered them automatically.
    pub answered_at: Option<Timestamp>,
    /// Their mails within [`FLOOD_WINDOW`], this one among them.
    pub mails: u32,
}

/// Why no machine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// A machine wrote it.
    Automatic(Automatic),
    /// It names no sender.
    NoSender,
    /// It is from a mailbox of ours.
    Own,
    /// Its recipient was not addressed: a list or a blind copy (RFC 3834 §2).
    NotAddressed,
    /// They had an answer not long ago.
    Answered,
    /// They write too fast for a person.
    Flood,
}

/// Whether an automatic answer may go out, and to whom. `own` are all mailboxes of ours.
pub fn may_answer<'a>(
    mail: &'a Mail,
    own: &[EmailAddress],
    history: History,
    now: Timestamp,
) -> Result<&'a EmailAddress, Silence> {
    if let Some(kind) = automatic(mail) {
        return Err(Silence::Automatic(kind));
    }
    if mail.return_path.as_deref() == Some("") {
        return Err(Silence::NoSender);
    }
    let sender = mail
        .reply_to
        .first()
        .or(mail.from.as_ref())
        .map(|mailbox| &mailbox.address)
        .ok_or(Silence::NoSender)?;
    let is_own = |address: &EmailAddress| own.iter().any(|own| is_same_mailbox(own, address));
    let from = mail.from.as_ref().map(|from| &from.address);
    if is_own(sender) || from.is_some_and(is_own) {
        return Err(Silence::Own);
    }
    if !mail
        .recipients()
        .iter()
        .any(|mailbox| is_own(&mailbox.address))
    {
        return Err(Silence::NotAddressed);
    }
    if history.mails > FLOOD_MAILS {
        return Err(Silence::Flood);
    }
    if history
        .answered_at
        .is_some_and(|at| now.since(at) < ANSWER_EVERY)
    {
        return Err(Silence::Answered);
    }
    Ok(sender)
}

/// Whether an address is a mailbox, with or without a tag after `+`.
fn is_same_mailbox(own: &EmailAddress, address: &EmailAddress) -> bool {
    untagged(&own.normalized()) == untagged(&address.normalized())
}

fn untagged(address: &str) -> (&str, &str) {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    (local.split('+').next().unwrap_or(local), domain)
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn at(hours: u64) -> Timestamp {
        Timestamp::from_micros(1_767_600_000_000_000).plus(Duration::from_hours(hours))
    }

    fn answered(headers: &str, history: History) -> Result<String, Silence> {
        let raw = format!("{headers}\r\n\r\nHello\r\n");
        let own = ["help@tea.example".parse().unwrap()];
        let mail = parse(raw.as_bytes()).unwrap();
        may_answer(&mail, &own, history, at(100)).map(|address| address.as_str().to_owned())
    }

    const PERSON: &str = "From: Ada <ada@example.com>\r\nTo: help@tea.example";

    #[test]
    fn a_person_gets_one_answer_a_day() {
        let history = |hours| History {
            answered_at: Some(at(hours)),
            mails: 1,
        };
        assert_eq!(
            answered(PERSON, History::default()).unwrap(),
            "ada@example.com"
        );
        assert_eq!(answered(PERSON, history(77)), Err(Silence::Answered));
        assert!(answered(PERSON, history(76)).is_ok());
    }

    #[test]
    fn the_answer_goes_where_the_sender_wants_it() {
        let elsewhere = format!("{PERSON}\r\nReply-To: private@example.com");
        assert_eq!(
            answered(&elsewhere, History::default()).unwrap(),
            "private@example.com"
        );
    }

    #[test]
    fn machines_lists_ourselves_and_floods_get_none() {
        let cases = [
            (
                "From: ada@example.com\r\nTo: help@tea.example\r\nAuto-Submitted: auto-replied",
                Silence::Automatic(Automatic::Reply),
            ),
            (
                "From: ada@example.com\r\nTo: help@tea.example\r\nReturn-Path: <>",
                Silence::NoSender,
            ),
            (
                "From: help+r.abc@tea.example\r\nTo: help@tea.example",
                Silence::Own,
            ),
            (
                "From: ada@example.com\r\nReply-To: HELP@tea.example\r\nTo: help@tea.example",
                Silence::Own,
            ),
            (
                "From: ada@example.com\r\nTo: everybody@example.com",
                Silence::NotAddressed,
            ),
        ];
        for (headers, expected) in cases {
            assert_eq!(
                answered(headers, History::default()),
                Err(expected),
                "{headers}"
            );
        }
        let flood = History {
            answered_at: None,
            mails: FLOOD_MAILS + 1,
        };
        assert_eq!(answered(PERSON, flood), Err(Silence::Flood));
    }

    #[test]
    fn an_answer_to_the_signed_address_is_addressed_to_us() {
        let signed = "From: ada@example.com\r\nTo: help+r.abc@tea.example";
        assert!(answered(signed, History::default()).is_ok());
    }
}
