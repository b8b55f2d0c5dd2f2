//! A mail of ours as bytes for the wire.

use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::text::Text;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::time::Timestamp;

use super::automatic::LOOP_HEADER;
use super::parse::Mailbox;

/// Message-IDs of one `References` header. Longer threads keep the first and the newest.
const REFERENCES_MAX: usize = 20;

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Our `Message-ID` without angle brackets.
    pub message_id: String,
    /// Who writes.
    pub from: Mailbox,
    /// Where answers go; the signed address of the conversation.
    pub reply_to: EmailAddress,
    /// To whom.
    pub to: Vec<Mailbox>,
    /// With a copy to.
    pub cc: Vec<Mailbox>,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The Message-IDs of the thread so far, oldest first.
    pub references: Vec<String>,
    /// The files.
    pub files: Vec<File>,
    /// When it is sent.
    pub date: Timestamp,
    /// Written by the system, not by a person.
    pub is_automatic: bool,
}

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// Nobody to send it to.
    #[error("a mail needs at least one recipient")]
    NoRecipient,
    /// It could not be put together.
    #[error("the mail cannot be written")]
    Write(#[source] std::io::Error),
}

impl Outgoing {
    /// The mail as bytes (RFC 5322, 8-bit clean, CRLF).
    pub fn to_bytes(&self) -> Result<Vec<u8>, ComposeError> {
        if self.to.is_empty() && self.cc.is_empty() {
            return Err(ComposeError::NoRecipient);
        }
        let mut builder = MessageBuilder::new()
            .message_id(self.message_id.clone())
            .date(self.date.as_micros().div_euclid(1_000_000))
            .from(address(&self.from))
            .reply_to(Address::new_address(None::<&str>, self.reply_to.as_str()))
            .subject(one_line(&self.subject))
            .text_body(self.text.clone())
            .html_body(self.html.clone());
        if !self.to.is_empty() {
            builder = builder.to(list(&self.to));
        }
        if !self.cc.is_empty() {
            builder = builder.cc(list(&self.cc));
        }
        let references = shortened(&self.references);
        if let Some(last) = references.last() {
            builder = builder
                .in_reply_to(last.clone())
                .references(MessageId::from(references));
        }
        if self.is_automatic {
            builder = self.marked_automatic(builder);
        }
        for file in &self.files {
            builder = builder.attachment(
                file.media_type.clone(),
                one_line(&file.name),
                file.bytes.clone(),
            );
        }
        builder.write_to_vec().map_err(ComposeError::Write)
    }

    /// RFC 3834, Microsoft's relative of it, and our own mark.
    fn marked_automatic<'a>(&'a self, builder: MessageBuilder<'a>) -> MessageBuilder<'a> {
        builder
            .header("Auto-Submitted", Text::new("auto-replied"))
            .header("X-Auto-Response-Suppress", Text::new("All"))
            .header(LOOP_HEADER, Text::new(self.from.address.as_str()))
    }
}

fn address(mailbox: &Mailbox) -> Address<'static> {
    let name = one_line(&mailbox.name);
    let name = (!name.is_empty()).then_some(name);
    Address::new_address(name, mailbox.address.as_str().to_owned())
}

fn list(mailboxes: &[Mailbox]) -> Address<'static> {
    Address::new_list(mailboxes.iter().map(address).collect())
}

/// Nothing that somebody typed may begin a header of its own.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    spaced.trim().to_owned()
}

fn shortened(references: &[String]) -> Vec<String> {
    match references {
        [first, .., _] if references.len() > REFERENCES_MAX => {
            let newest = &references[references.len() - (REFERENCES_MAX - 1)..];
            std::iter::once(first).chain(newest).cloned().collect()
        }
        all => all.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::automatic::{Automatic, automatic};
    use super::super::parse::parse;
    use super::*;

    fn mailbox(name: &str, address: &str) -> Mailbox {
        Mailbox {
            name: name.to_owned(),
            address: address.parse().unwrap(),
        }
    }

    fn outgoing() -> Outgoing {
        Outgoing {
            message_id: "m.abc@tea.example".to_owned(),
            from: mailbox("青屿茶器", "help@tea.example"),
            reply_to: "help+r.abc@tea.example".parse().unwrap(),
            to: vec![mailbox("王芳", "fang@example.com")],
            cc: vec![mailbox("", "colleague@example.com")],
            subject: "关于您的茶壶".to_owned(),
            text: "王女士，您好！\n已为您换新。".to_owned(),
            html: "<p>王女士，您好！</p>".to_owned(),
            references: vec!["a@example.com".to_owned(), "b@example.com".to_owned()],
            files: vec![File {
                name: "说明书.pdf".to_owned(),
                media_type: "application/pdf".to_owned(),
                bytes: b"%PDF".to_vec(),
            }],
            date: Timestamp::from_micros(1_767_600_000_000_000),
            is_automatic: false,
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let sent = outgoing();
        let read = parse(&sent.to_bytes().unwrap()).unwrap();
        assert_eq!(read.message_id.as_deref(), Some("m.abc@tea.example"));
        assert_eq!(read.from, Some(sent.from.clone()));
        assert_eq!(read.reply_to[0].address, sent.reply_to);
        assert_eq!((read.to, read.cc), (sent.to.clone(), sent.cc.clone()));
        assert_eq!(read.subject, sent.subject);
        assert_eq!(read.text, sent.text);
        assert_eq!(
            read.html.as_deref().map(str::trim),
            Some("<p>王女士，您好！</p>")
        );
        assert_eq!(read.in_reply_to, ["b@example.com"]);
        assert_eq!(read.references, ["a@example.com", "b@example.com"]);
        assert_eq!(read.date, Some(sent.date));
        assert_eq!(read.attachments[0].name, "说明书.pdf");
        assert_eq!(read.attachments[0].bytes, b"%PDF");
    }

    #[test]
    fn automatic_mail_says_so_to_everybody() {
        let mut sent = outgoing();
        sent.is_automatic = true;
        let read = parse(&sent.to_bytes().unwrap()).unwrap();
        assert_eq!(read.header("auto-submitted"), Some("auto-replied"));
        assert_eq!(automatic(&read), Some(Automatic::OwnLoop));
    }

    #[test]
    fn nothing_typed_becomes_a_header() {
        let mut sent = outgoing();
        sent.subject = "Hi\r\nBcc: eve@evil.example".to_owned();
        sent.from.name = "Tea\r\nBcc: eve@evil.example".to_owned();
        let read = parse(&sent.to_bytes().unwrap()).unwrap();
        assert_eq!(read.header("bcc"), None);
        assert!(read.subject.contains("Bcc: eve"), "{}", read.subject);
    }

    #[test]
    fn long_threads_keep_the_first_and_the_newest() {
        let ids: Vec<String> = (0..50).map(|n| format!("{n}@x")).collect();
        let kept = shortened(&ids);
        assert_eq!(kept.len(), REFERENCES_MAX);
        assert_eq!((kept[0].as_str(), kept[19].as_str()), ("0@x", "49@x"));
    }

    #[test]
    fn a_mail_to_nobody_is_refused() {
        let mut sent = outgoing();
        (sent.to, sent.cc) = (Vec::new(), Vec::new());
        assert!(matches!(sent.to_bytes(), Err(ComposeError::NoRecipient)));
    }
}
