//! Who wrote a mail that somebody passed on.
//!
//! An agent or a colleague forwards a customer's mail to the help address; the customer is the
//! one in the forwarded head, not the one who forwarded.

use super::parse::{Mail, Mailbox, parse};
use super::quoting::{Field, header_field};

/// What was passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// Who wrote it first.
    pub from: Mailbox,
    /// Its subject, if the head says it.
    pub subject: Option<String>,
    /// Its text.
    pub text: String,
    /// What the one who passed it on wrote above it.
    pub comment: String,
}

/// Finds the original of a forwarded mail: an enclosed message, or a quoted head in the text.
/// `None` unless the subject says that it was forwarded; an answer quotes heads too.
#[must_use]
pub fn forwarded(mail: &Mail) -> Option<Forwarded> {
    if !is_forward_subject(&mail.subject) {
        return None;
    }
    enclosed(mail).or_else(|| quoted(&mail.text))
}

fn is_forward_subject(subject: &str) -> bool {
    let subject = subject.trim().to_lowercase();
    [
        "fw:",
        "fwd:",
        "fw：",
        "fwd：",
        "转发:",
        "转发：",
        "轉寄:",
        "轉寄：",
        "转:",
        "转：",
    ]
    .iter()
    .any(|start| subject.starts_with(start))
}

fn enclosed(mail: &Mail) -> Option<Forwarded> {
    let inner = parse(mail.enclosed.first()?)?;
    Some(Forwarded {
        from: inner.from?,
        subject: Some(inner.subject).filter(|subject| !subject.is_empty()),
        text: inner.text,
        comment: mail.text.clone(),
    })
}

fn quoted(text: &str) -> Option<Forwarded> {
    let lines: Vec<&str> = text.lines().collect();
    let head = (0..lines.len()).find(|at| {
        field(lines[*at]) == Some(Field::From)
            && lines[at + 1..]
                .iter()
                .take(4)
                .filter(|line| field(line).is_some())
                .count()
                >= 2
    })?;
    let from = mailbox(value(lines[head]))?;
    let length = lines[head..]
        .iter()
        .take_while(|line| field(line).is_some())
        .count();
    let subject = lines[head..head + length]
        .iter()
        .find(|line| field(line) == Some(Field::Subject))
        .map(|line| value(line).to_owned());
    let above = lines[..head]
        .iter()
        .rposition(|line| !is_rule(line))
        .map_or(0, |last| last + 1);
    Some(Forwarded {
        from,
        subject,
        text: lines[head + length..].join("\n").trim().to_owned(),
        comment: lines[..above].join("\n").trim().to_owned(),
    })
}

fn field(line: &str) -> Option<Field> {
    header_field(line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '>')))
}

fn value(line: &str) -> &str {
    line.split_once([':', '：']).map_or("", |(_, value)| {
        value.trim_matches([' ', '*', ';', '\u{a0}'])
    })
}

/// `---------- Forwarded message ---------` and empty lines before the head.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || (line.starts_with("--") && line.ends_with("--")) || line.starts_with("__")
}

/// `Ada <ada@example.com>`, `"Ada" [mailto:ada@example.com]` or the bare address.
fn mailbox(text: &str) -> Option<Mailbox> {
    let is_edge = |c: char| matches!(c, '<' | '>' | '[' | ']' | '(' | ')' | ';' | ',' | ' ' | '"');
    let (start, address) = text.split(is_edge).find_map(|word| {
        let bare = word.strip_prefix("mailto:").unwrap_or(word);
        let address = bare.parse().ok()?;
        Some((text.find(word)?, address))
    })?;
    Some(Mailbox {
        name: text[..start].trim_matches(is_edge).to_owned(),
        address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(subject: &str, text: &str) -> Mail {
        Mail {
            subject: subject.to_owned(),
            text: text.to_owned(),
            ..Mail::default()
        }
    }

    #[test]
    fn the_first_writer_is_found_in_the_head() {
        for (text, name, subject) in [
            (
                "Please help her.\n\n---------- Forwarded message ---------\nFrom: Ada Li <ada@example.com>\nDate: Mon, 5 Jan 2026\nSubject: Broken pot\nTo: <me@tea.example>\n\nIt broke.",
                "Ada Li",
                Some("Broken pot"),
            ),
            (
                "Please help her.\n\n________________________________\nFrom: Ada Li [mailto:ada@example.com]\nSent: Monday\nTo: Me\nSubject: Broken pot\n\nIt broke.",
                "Ada Li",
                Some("Broken pot"),
            ),
            (
                "Please help her.\n\n------------------ 原始邮件 ------------------\n发件人: \"李艾\" <ada@example.com>;\n发送时间: 2026年1月5日\n主题: 壶破了\n\nIt broke.",
                "李艾",
                Some("壶破了"),
            ),
        ] {
            let found = forwarded(&mail("Fwd: Broken pot", text)).unwrap();
            assert_eq!(found.from.address.as_str(), "ada@example.com");
            assert_eq!(found.from.name, name);
            assert_eq!(found.subject.as_deref(), subject);
            assert_eq!(found.text, "It broke.");
            assert_eq!(found.comment, "Please help her.");
        }
    }

    #[test]
    fn an_enclosed_message_is_the_original() {
        let raw = "From: me@tea.example\r\nSubject: FW: pot\r\nMIME-Version: 1.0\r\n\
                   Content-Type: multipart/mixed; boundary=b\r\n\r\n\
                   --b\r\nContent-Type: text/plain\r\n\r\nSee below\r\n\
                   --b\r\nContent-Type: message/rfc822\r\n\r\n\
                   From: Ada <ada@example.com>\r\nSubject: pot\r\n\r\nIt broke.\r\n--b--\r\n";
        let found = forwarded(&parse(raw.as_bytes()).unwrap()).unwrap();
        assert_eq!(found.from.name, "Ada");
        assert_eq!(found.text, "It broke.");
        assert_eq!(found.comment, "See below");
    }

    #[test]
    fn an_answer_is_not_a_forward() {
        let text = "Thanks\n\nFrom: Qingyu <help@tea.example>\nSent: Monday\nTo: Ada\n\nHello";
        assert_eq!(forwarded(&mail("Re: pot", text)), None);
        assert_eq!(forwarded(&mail("Fwd: pot", "nothing here")), None);
    }
}
