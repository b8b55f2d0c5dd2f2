//! Delivery reports (RFC 3464) and the less orderly ones.

use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::MessageId;

use super::parse::{Mail, parse};
use super::reply_address::ReplyTokens;

/// What became of a mail of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// Which mail, if it can be told: by the envelope address, or by the mail that came back.
    pub message: Option<MessageId>,
    /// Who did not get it.
    pub recipients: Vec<EmailAddress>,
    /// Whether it is final.
    pub outcome: Outcome,
    /// The enhanced status code (RFC 3463), as `5.1.1`.
    pub status: Option<String>,
    /// What the other server said, in one line.
    pub diagnostic: String,
}

/// How final a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It will not arrive.
    Failed,
    /// The server still tries.
    Delayed,
    /// It arrived, or was passed on.
    Delivered,
}

/// Whether a mail is a report about another: an empty return path, a delivery status, or a
/// mailer's sender.
#[must_use]
pub fn is_bounce(mail: &Mail) -> bool {
    if mail.delivery_status.is_some() {
        return true;
    }
    let is_mailer = mail.from.as_ref().is_some_and(|from| {
        let normalized = from.address.normalized();
        let local = normalized.split('@').next().unwrap_or_default();
        local == "mailer-daemon"
    });
    let has_no_sender = mail.return_path.as_deref() == Some("");
    is_mailer || (has_no_sender && is_report_subject(&mail.subject))
}

fn is_report_subject(subject: &str) -> bool {
    const WORDS: [&str; 12] = [
        "undeliver",
        "delivery status",
        "delivery failure",
        "failure notice",
        "returned mail",
        "mail delivery failed",
        "could not be delivered",
        "退信",
        "无法投递",
        "投递失败",
        "無法傳遞",
        "配信不能",
    ];
    let subject = subject.to_lowercase();
    WORDS.iter().any(|word| subject.contains(word))
}

/// Reads a report; `None` if the mail is none.
#[must_use]
pub fn bounce(mail: &Mail, tokens: &ReplyTokens) -> Option<Bounce> {
    if !is_bounce(mail) {
        return None;
    }
    let fields = mail
        .delivery_status
        .as_deref()
        .map(fields)
        .unwrap_or_default();
    let all = |name: &str| {
        let name = name.to_owned();
        fields
            .iter()
            .filter(move |(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    };
    let recipients = all("final-recipient")
        .chain(all("original-recipient"))
        .filter_map(|value| value.rsplit(';').next()?.trim().parse().ok())
        .fold(Vec::new(), |mut kept: Vec<EmailAddress>, address| {
            if !kept.contains(&address) {
                kept.push(address);
            }
            kept
        });
    let status = all("status")
        .next()
        .map(|status| {
            status
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .or_else(|| status_in(&mail.text));
    let diagnostic = all("diagnostic-code").next().map_or_else(
        || first_line(&mail.text),
        |text| {
            let said = text.split_once(';').map_or(text, |(_, said)| said);
            said.trim().to_owned()
        },
    );
    Some(Bounce {
        message: message_of(mail, tokens),
        recipients,
        outcome: outcome(all("action").next(), status.as_deref()),
        status,
        diagnostic: diagnostic.chars().take(500).collect(),
    })
}

fn outcome(action: Option<&str>, status: Option<&str>) -> Outcome {
    match action.map(|action| action.trim().to_lowercase()).as_deref() {
        Some("delayed") => Outcome::Delayed,
        Some("delivered" | "relayed" | "expanded") => Outcome::Delivered,
        None if status.is_some_and(|status| status.starts_with('4')) => Outcome::Delayed,
        _ => Outcome::Failed,
    }
}

/// The mail a report is about: by our envelope address, else by the Message-ID of the mail
/// that it encloses, else by the references of the report.
fn message_of(mail: &Mail, tokens: &ReplyTokens) -> Option<MessageId> {
    let addressed = mail
        .delivered_to
        .iter()
        .chain(mail.to.iter().map(|mailbox| &mailbox.address))
        .find_map(|address| tokens.bounced_message(address));
    addressed
        .or_else(|| {
            mail.enclosed
                .iter()
                .filter_map(|raw| parse(raw))
                .filter_map(|inner| inner.message_id)
                .find_map(|id| tokens.own_message(&id))
        })
        .or_else(|| {
            let ids = mail.in_reply_to.iter().chain(mail.references.iter().rev());
            ids.into_iter().find_map(|id| tokens.own_message(id))
        })
}

/// The fields of all groups of a delivery status, names in lower case, folded lines joined.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = found.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            found.push((name.trim().to_lowercase(), value.trim().to_owned()));
        }
    }
    found
}

/// The first enhanced status code in free text: `5.1.1`, `4.4.7`.
fn status_in(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .find(|word| {
            let parts: Vec<&str> = word.split('.').collect();
            matches!(parts.as_slice(), ["4" | "5", subject, detail]
                if (1..=3).contains(&subject.len()) && (1..=3).contains(&detail.len()))
        })
        .map(str::to_owned)
}

fn first_line(text: &str) -> String {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tokens() -> ReplyTokens {
        ReplyTokens::new(&[7; 32])
    }

    fn message() -> MessageId {
        MessageId::from_uuid(Uuid::from_u128(2))
    }

    fn report(to: &str, original_id: &str) -> Mail {
        let raw = format!(
            "Return-Path: <>\r\nFrom: Mail System <MAILER-DAEMON@mx.example>\r\nTo: {to}\r\n\
             Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example\r\n\r\n\
             Final-Recipient: rfc822; ada@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\
             Diagnostic-Code: smtp; 550 5.1.1\r\n  no such user\r\n\
             --b\r\nContent-Type: message/rfc822\r\n\r\n\
             Message-ID: <{original_id}>\r\nSubject: Hi\r\n\r\nText\r\n--b--\r\n"
        );
        parse(raw.as_bytes()).unwrap()
    }

    #[test]
    fn an_orderly_report_is_read() {
        let mailbox = "help@tea.example".parse().unwrap();
        let to = tokens().bounce_address(&mailbox, message());
        let found = bounce(&report(to.as_str(), "x@y"), &tokens()).unwrap();
        assert_eq!(found.message, Some(message()));
        assert_eq!(found.outcome, Outcome::Failed);
        assert_eq!(found.status.as_deref(), Some("5.1.1"));
        assert_eq!(found.diagnostic, "550 5.1.1 no such user");
        assert_eq!(found.recipients, ["ada@example.com".parse().unwrap()]);
    }

    #[test]
    fn the_mail_that_came_back_names_itself() {
        let mailbox = "help@tea.example".parse().unwrap();
        let id = tokens().message_id(&mailbox, message());
        let found = bounce(&report("help@tea.example", &id), &tokens()).unwrap();
        assert_eq!(found.message, Some(message()));
        let forged = bounce(&report("help@tea.example", "m.aaaa@tea.example"), &tokens());
        assert_eq!(forged.unwrap().message, None);
    }

    #[test]
    fn a_disorderly_report_is_read_as_far_as_it_goes() {
        let raw = "Return-Path: <>\r\nFrom: postman@old.example\r\nSubject: failure notice\r\n\r\n\
                   Hi. I could not deliver your message.\r\n<ada@example.com>: 4.4.7 timed out\r\n";
        let found = bounce(&parse(raw.as_bytes()).unwrap(), &tokens()).unwrap();
        assert_eq!(found.status.as_deref(), Some("4.4.7"));
        assert_eq!(found.outcome, Outcome::Delayed);
        assert_eq!(found.diagnostic, "Hi. I could not deliver your message.");
    }

    #[test]
    fn a_customer_who_writes_about_a_failure_is_no_report() {
        let raw = "Return-Path: <ada@example.com>\r\nFrom: ada@example.com\r\n\
                   Subject: Mail delivery failed, what now?\r\n\r\nHelp\r\n";
        assert_eq!(bounce(&parse(raw.as_bytes()).unwrap(), &tokens()), None);
    }
}
