//! What an SMTP server's refusal means (RFC 5321 §4.2, RFC 3463).

/// What to do after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The same mail may be taken later: greylisting, a full mailbox, trouble at the other end.
    Later,
    /// We are too fast for this server: later, and slower with all mails.
    Slower,
    /// This mail will never be taken; say so to who wrote it.
    Never,
    /// The server refuses us, not the mail: wrong password, a blocked address, no permission
    /// for this sender. The mail waits, and a person must act.
    Account,
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What to do.
    pub verdict: Verdict,
    /// The reply code, as 550; `None` if the connection failed.
    pub code: Option<u16>,
    /// The enhanced status code (RFC 3463), as `5.1.1`, if the server gave one.
    pub status: Option<String>,
    /// The server's words in one line. They may name people: show them to who may see the
    /// mail, and never log them.
    pub said: String,
}

/// Which command was refused: the same code means different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    LogIn,
    Sender,
    Recipient,
    Content,
}

impl Refusal {
    /// From the server's reply: its code, and all it said.
    pub(crate) fn of(command: Command, code: u16, said: &str) -> Self {
        let said: String = said
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(500)
            .collect();
        let status = status_of(&said);
        Self {
            verdict: verdict(command, code, status.as_deref(), &said),
            code: Some(code),
            status,
            said,
        }
    }
}

fn verdict(command: Command, code: u16, status: Option<&str>, said: &str) -> Verdict {
    let said = said.to_ascii_lowercase();
    let says_any = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if command == Command::LogIn {
        return if code < 500 {
            Verdict::Later
        } else {
            Verdict::Account
        };
    }
    if matches!(code, 530 | 534 | 535 | 538) {
        return Verdict::Account;
    }
    let is_hasty = matches!(status, Some("4.7.28" | "5.7.28"))
        || says_any(&[
            "rate limit",
            "too many messages",
            "too many mails",
            "too fast",
            "throttl",
        ]);
    if is_hasty {
        return Verdict::Slower;
    }
    if code < 500 {
        return Verdict::Later;
    }
    // RFC 5321 §4.5.3.1.10: an old way to say "too many recipients", which is 452 today.
    if command == Command::Recipient && code == 552 && status.is_none() {
        return Verdict::Later;
    }
    match status {
        // A full mailbox empties again; RFC 3463 calls it permanent only for this attempt.
        Some("5.2.2") => Verdict::Later,
        // Not allowed to send under this name.
        Some("5.7.1" | "5.7.0" | "5.7.60") if command == Command::Sender => Verdict::Account,
        // Our address or our signature is not trusted (RFC 7372, and blocking lists).
        Some("5.7.25" | "5.7.26" | "5.7.27") => Verdict::Account,
        _ if says_any(&["spamhaus", "blocklist", "blacklist", "block list"]) => Verdict::Account,
        _ => Verdict::Never,
    }
}

/// The enhanced status code at the beginning of what was said.
fn status_of(said: &str) -> Option<String> {
    let first = said.split_whitespace().next()?;
    let parts: Vec<&str> = first.split('.').collect();
    let is_status = matches!(parts.as_slice(), ["2" | "4" | "5", subject, detail]
    if [subject, detail].iter().all(|part| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    }));
    is_status.then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_apart() {
        use Command::{Content, LogIn, Recipient, Sender};
        for (command, code, said, expected) in [
            (Recipient, 450, "4.2.0 Greylisted", Verdict::Later),
            (
                Recipient,
                451,
                "4.3.5 Server configuration problem",
                Verdict::Later,
            ),
            (Recipient, 452, "4.5.3 Too many recipients", Verdict::Later),
            (Recipient, 550, "5.1.1 No such user", Verdict::Never),
            (Recipient, 550, "no such user here", Verdict::Never),
            (Recipient, 552, "too many recipients", Verdict::Later),
            (Recipient, 552, "5.2.2 Mailbox full", Verdict::Later),
            (
                Recipient,
                554,
                "5.7.1 blocked using zen.spamhaus.org",
                Verdict::Account,
            ),
            (Content, 552, "5.3.4 Message too big", Verdict::Never),
            (Content, 421, "4.7.0 Try again later", Verdict::Later),
            (Content, 421, "4.7.28 unusual rate of mail", Verdict::Slower),
            (
                Content,
                550,
                "5.4.5 Daily limit: too many messages",
                Verdict::Slower,
            ),
            (
                Content,
                550,
                "5.7.26 This mail is unauthenticated",
                Verdict::Account,
            ),
            (Sender, 553, "5.7.1 not owned by user", Verdict::Account),
            (
                Sender,
                530,
                "5.7.0 Must issue a STARTTLS command first",
                Verdict::Account,
            ),
            (LogIn, 535, "5.7.8 Authentication failed", Verdict::Account),
            (
                LogIn,
                454,
                "4.7.0 Temporary authentication failure",
                Verdict::Later,
            ),
        ] {
            let refusal = Refusal::of(command, code, said);
            assert_eq!(refusal.verdict, expected, "{code} {said}");
        }
    }

    #[test]
    fn the_status_is_read_only_where_it_stands() {
        assert_eq!(status_of("5.1.1 no").as_deref(), Some("5.1.1"));
        assert_eq!(status_of("from 10.1.1.1 refused"), None);
        assert_eq!(status_of("5.1 no"), None);
        assert_eq!(status_of(""), None);
    }
}
