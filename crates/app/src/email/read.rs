//! A raw mail, read: its words, its files ready to be kept, its HTML.

use std::collections::BTreeMap;

use zhiyin_channels::email as channel;
use zhiyin_channels::email::{forwarded, html, parse, quoting};
use zhiyin_domain::attachment::FileName;
use zhiyin_domain::ids::AttachmentId;
use zhiyin_domain::limits::{MAIL_QUOTED_BYTES_MAX, MESSAGE_BYTES_MAX};
use zhiyin_domain::mail::{MailHead, Person};
use zhiyin_ports::{BlobHash, IdSource};

use super::EmailError;
use crate::attachments::{AttachmentError, Inspected, as_it_is, hash, inspect};

/// A mail with everything that can be made out without a database.
pub(super) struct ReadMail {
    /// As the channel reads it.
    pub mail: channel::Mail,
    /// What its writer wrote now.
    pub text: String,
    /// There is more of the text than is kept.
    pub is_cut: bool,
    /// What was quoted.
    pub quoted: String,
    /// Its files, under the identifiers they will have.
    pub files: Vec<(AttachmentId, Inspected)>,
    /// Names of programs, which stay in the original only.
    pub withheld: Vec<String>,
    /// The HTML, with our identifiers for pictures inside it.
    pub html: Option<(BlobHash, Vec<u8>)>,
    /// Pictures on servers of others.
    pub remote_images: u32,
    /// What was passed on in it.
    pub forwarded: Option<forwarded::Forwarded>,
}

/// Reads a raw mail. Takes long for large pictures: for a thread that may block.
pub(super) fn read(raw: &[u8], ids: &dyn IdSource) -> Result<ReadMail, EmailError> {
    let mut mail = parse(raw).ok_or(EmailError::NoMail)?;
    let taken = files_of(&mut mail, ids);
    let forwarded = forwarded::forwarded(&mail);
    let trimmed = match &forwarded {
        // What was passed on is what it is about.
        Some(_) => quoting::Trimmed {
            new: mail.text.trim().to_owned(),
            quoted: String::new(),
        },
        None => quoting::trim(&mail.text),
    };
    let (text, is_cut) = cut(&trimmed.new, MESSAGE_BYTES_MAX);
    let (quoted, _) = cut(&trimmed.quoted, MAIL_QUOTED_BYTES_MAX);
    let shown = match &mail.html {
        Some(html) => Some(html.clone()),
        // The rest of a long text is read as a page.
        None if is_cut => Some(format!("<pre>{}</pre>", escaped(&mail.text))),
        None => None,
    };
    let remote_images = shown
        .as_deref()
        .map_or(0, |html| html::sanitise(html, |_| None).remote_images);
    let html = shown.map(|html| {
        let bytes = named(html, &taken.inline).into_bytes();
        (hash(&bytes), bytes)
    });
    Ok(ReadMail {
        mail,
        text,
        is_cut,
        quoted,
        files: taken.kept,
        withheld: taken.withheld,
        html,
        remote_images: u32::try_from(remote_images).unwrap_or(u32::MAX),
        forwarded,
    })
}

/// Files of a mail, sorted.
#[derive(Default)]
struct Files {
    kept: Vec<(AttachmentId, Inspected)>,
    withheld: Vec<String>,
    inline: BTreeMap<String, AttachmentId>,
}

/// Takes the files out of a mail and looks at them.
fn files_of(mail: &mut channel::Mail, ids: &dyn IdSource) -> Files {
    let mut taken = Files::default();
    for attachment in std::mem::take(&mut mail.attachments) {
        let channel::Attachment {
            name,
            media_type,
            content_id,
            bytes,
        } = attachment;
        if bytes.is_empty() {
            continue;
        }
        let name = if name.trim().is_empty() {
            "file".to_owned()
        } else {
            name
        };
        let kept = match inspect(bytes.clone(), &name, Some(&media_type)) {
            Ok(inspected) => inspected,
            Err(AttachmentError::Program) => {
                let name = FileName::sanitized(&name);
                taken.withheld.push(name.as_str().to_owned());
                continue;
            }
            // Broken pictures and files beyond the limit of uploads are still the customer's.
            Err(_) => as_it_is(bytes, &name),
        };
        let id = AttachmentId::from_uuid(ids.uuid());
        if let Some(content_id) = content_id {
            taken.inline.insert(content_id, id);
        }
        taken.kept.push((id, kept));
    }
    taken
}

/// The pictures inside HTML under our identifiers.
fn named(html: String, inline: &BTreeMap<String, AttachmentId>) -> String {
    inline.iter().fold(html, |html, (content_id, id)| {
        let plain = format!("cid:{content_id}");
        let coded = format!("cid:{}", content_id.replace('@', "%40"));
        let ours = format!("cid:{id}");
        html.replace(&plain, &ours).replace(&coded, &ours)
    })
}

/// At most so many bytes, cut between characters; and whether anything was cut off.
fn cut(text: &str, bytes_max: usize) -> (String, bool) {
    let end = text.floor_char_boundary(bytes_max);
    (text[..end].to_owned(), end < text.len())
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

pub(super) fn person(it: &channel::Mailbox) -> Person {
    Person {
        name: it.name.chars().take(200).collect(),
        address: it.address.clone(),
    }
}

impl ReadMail {
    /// Who wrote to whom about what, as it is kept.
    pub(super) fn head(&self) -> MailHead {
        let some = |list: &[channel::Mailbox]| -> Vec<Person> {
            let most = zhiyin_domain::limits::MAIL_HEAD_ENTRIES_MAX;
            list.iter().take(most).map(person).collect()
        };
        let mail = &self.mail;
        let mut references = mail.references.clone();
        for id in &mail.in_reply_to {
            if !references.contains(id) {
                references.push(id.clone());
            }
        }
        let most = zhiyin_domain::limits::MAIL_HEAD_ENTRIES_MAX;
        references.drain(..references.len().saturating_sub(most));
        MailHead {
            subject: mail.subject.chars().take(1_000).collect(),
            from: mail.from.as_ref().map(person),
            to: some(&mail.to),
            cc: some(&mail.cc),
            bcc: Vec::new(),
            reply_to: some(&mail.reply_to),
            message_id: mail.message_id.clone(),
            references,
            quoted: self.quoted.clone(),
            forwarded_from: self.forwarded.as_ref().map(|it| person(&it.from)),
            withheld: self.withheld.clone(),
        }
    }
}
