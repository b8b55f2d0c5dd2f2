//! Mail written by machines: never answer it with a machine (RFC 3834).

use super::bounce;
use super::parse::Mail;

/// The header that marks what an installation of ours sends by itself, so that two of them
/// never talk to each other for ever. Its value is the sending mailbox.
pub const LOOP_HEADER: &str = "x-zhiyin-loop";

/// Why a mail counts as written by a machine. The first reason that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automatic {
    /// It carries our loop header: one of our own automatic answers came back.
    OwnLoop,
    /// A report that a mail could not be delivered, or was late.
    Bounce,
    /// An absence note or another automatic reply (`Auto-Submitted: auto-replied` and its
    /// relatives).
    Reply,
    /// Made by a program without being asked (`Auto-Submitted: auto-generated`).
    Generated,
    /// A mailing list or a bulk mail.
    Bulk,
    /// From an address that nobody reads.
    NoReply,
}

impl Automatic {
    /// Whether it says nothing new about the matter and must not reopen it.
    #[must_use]
    pub const fn is_silent(self) -> bool {
        matches!(self, Self::OwnLoop | Self::Bounce | Self::Reply)
    }
}

/// What kind of machine wrote a mail; `None` if a person did, as far as it shows. Whatever
/// this gives, an automatic answer must not follow.
#[must_use]
pub fn automatic(mail: &Mail) -> Option<Automatic> {
    if mail.header(LOOP_HEADER).is_some() {
        return Some(Automatic::OwnLoop);
    }
    if bounce::is_bounce(mail) {
        return Some(Automatic::Bounce);
    }
    if is_reply(mail) {
        return Some(Automatic::Reply);
    }
    let submitted = value(mail, "auto-submitted");
    if !submitted.is_empty() && !submitted.starts_with("no") {
        return Some(Automatic::Generated);
    }
    if is_bulk(mail) {
        return Some(Automatic::Bulk);
    }
    is_no_reply(mail).then_some(Automatic::NoReply)
}

fn value(mail: &Mail, name: &str) -> String {
    mail.header(name).unwrap_or_default().trim().to_lowercase()
}

fn is_reply(mail: &Mail) -> bool {
    let submitted = value(mail, "auto-submitted");
    let precedence = value(mail, "precedence");
    let x_precedence = value(mail, "x-precedence");
    submitted.starts_with("auto-replied")
        || submitted.starts_with("auto-notified")
        || precedence == "auto_reply"
        || x_precedence == "auto_reply"
        || [
            "x-autoreply",
            "x-autorespond",
            "x-autoresponder",
            "x-mail-autoreply",
        ]
        .iter()
        .any(|name| !matches!(value(mail, name).as_str(), "" | "no" | "false"))
        || is_absence_subject(&mail.subject)
}

/// What mail programs put before the subject of an absence note, in the languages we serve.
/// Only the beginning counts: a customer may write *about* an automatic reply.
fn is_absence_subject(subject: &str) -> bool {
    const BEGINNINGS: [&str; 14] = [
        "automatic reply:",
        "automatic reply：",
        "auto reply:",
        "auto-reply:",
        "autoreply:",
        "out of office:",
        "out of office reply:",
        "out of the office:",
        "自动回复:",
        "自动回复：",
        "自動回覆:",
        "自動回覆：",
        "自動応答:",
        "自動返信:",
    ];
    let subject = subject.trim().to_lowercase();
    BEGINNINGS.iter().any(|start| subject.starts_with(start))
}

fn is_bulk(mail: &Mail) -> bool {
    let bulk = ["bulk", "list", "junk"];
    bulk.contains(&value(mail, "precedence").as_str())
        || bulk.contains(&value(mail, "x-precedence").as_str())
        || mail.header("list-id").is_some()
        || mail.header("list-unsubscribe").is_some()
        || suppresses_answers(mail)
}

/// Microsoft's way to say "do not answer automatically".
fn suppresses_answers(mail: &Mail) -> bool {
    let suppress = value(mail, "x-auto-response-suppress");
    suppress
        .split(',')
        .any(|word| matches!(word.trim(), "all" | "autoreply" | "oof"))
}

fn is_no_reply(mail: &Mail) -> bool {
    let Some(from) = &mail.from else {
        return true;
    };
    let normalized = from.address.normalized();
    let local = normalized.split('@').next().unwrap_or_default();
    let bare: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    bare.starts_with("noreply")
        || bare.starts_with("donotreply")
        || matches!(
            bare.as_str(),
            "mailerdaemon" | "postmaster" | "bounce" | "bounces"
        )
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn kind(headers: &str) -> Option<Automatic> {
        let raw = format!("{headers}\r\n\r\nHello\r\n");
        automatic(&parse(raw.as_bytes()).unwrap())
    }

    #[test]
    fn a_person_is_a_person() {
        for headers in [
            "From: Ada <ada@example.com>\r\nSubject: My order",
            "From: ada@example.com\r\nAuto-Submitted: no",
            "From: ada@example.com\r\nSubject: Your automatic reply: what does it mean?",
            "From: ada@example.com\r\nX-Auto-Response-Suppress: DR, RN, NRN",
            "From: noreen@example.com\r\nSubject: Hi",
        ] {
            assert_eq!(kind(headers), None, "{headers}");
        }
    }

    #[test]
    fn machines_are_known_by_what_they_write() {
        for (headers, expected) in [
            (
                "From: a@b.example\r\nAuto-Submitted: auto-replied",
                Automatic::Reply,
            ),
            (
                "From: a@b.example\r\nAuto-Submitted: auto-replied; owner-email=x",
                Automatic::Reply,
            ),
            (
                "From: a@b.example\r\nSubject: 自动回复：我在休假",
                Automatic::Reply,
            ),
            (
                "From: a@b.example\r\nSubject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDlh7rlt64=?=",
                Automatic::Reply,
            ),
            ("From: a@b.example\r\nX-Autoreply: yes", Automatic::Reply),
            (
                "From: a@b.example\r\nPrecedence: auto_reply",
                Automatic::Reply,
            ),
            (
                "From: a@b.example\r\nAuto-Submitted: auto-generated",
                Automatic::Generated,
            ),
            ("From: a@b.example\r\nPrecedence: Bulk", Automatic::Bulk),
            ("From: a@b.example\r\nList-Id: <x.example>", Automatic::Bulk),
            (
                "From: a@b.example\r\nX-Auto-Response-Suppress: All",
                Automatic::Bulk,
            ),
            ("From: no-reply@b.example\r\nSubject: x", Automatic::NoReply),
            (
                "From: Do.Not.Reply@b.example\r\nSubject: x",
                Automatic::NoReply,
            ),
            (
                "From: a@b.example\r\nX-Zhiyin-Loop: help@tea.example",
                Automatic::OwnLoop,
            ),
            (
                "From: MAILER-DAEMON@b.example\r\nReturn-Path: <>",
                Automatic::Bounce,
            ),
        ] {
            assert_eq!(kind(headers), Some(expected), "{headers}");
        }
    }

    #[test]
    fn only_what_says_nothing_new_is_silent() {
        assert!(Automatic::Reply.is_silent());
        assert!(!Automatic::Bulk.is_silent());
        assert!(!Automatic::NoReply.is_silent());
    }
}
