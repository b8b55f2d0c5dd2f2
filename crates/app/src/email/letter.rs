//! A message as the bytes of a mail.

use std::sync::Arc;

use zhiyin_channels::email as channel;
use zhiyin_channels::email::compose::{File, Outgoing};
use zhiyin_channels::email::dkim::Signer;
use zhiyin_domain::attachment::Attachment;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::mail::{Mail, Person};
use zhiyin_domain::mailbox::Mailbox;
use zhiyin_domain::message::{Author, Message};
use zhiyin_domain::time::{Timestamp, local};
use zhiyin_ports::{BlobKey, BlobStore};
use zhiyin_store::{StoreError, Tx, attachments, conversations as talks, identity, mails};

use super::read::escaped;
use super::{EmailError, html, tokens};
use crate::App;

/// Quoted lines of the mail that is answered.
const QUOTED_LINES_MAX: usize = 200;

/// Everything a letter is made of.
pub(super) struct Material {
    mail: Mail,
    message: Message,
    mailbox: Mailbox,
    agent: String,
    reply_to: EmailAddress,
    answered: Option<(Message, Mail)>,
    files: Vec<Attachment>,
    time_zone: String,
}

/// Brings together what the letter of a mail is made of.
pub(super) fn gather(
    tx: &mut Tx<'_>,
    mailbox: &Mailbox,
    mail: &Mail,
) -> Result<Option<Material>, StoreError> {
    let Some(message) = talks::messages::get(tx, mail.message_id)? else {
        return Ok(None);
    };
    let agent = match message.author {
        Author::Agent(id) => identity::agents::get(tx, id)?,
        Author::Contact(_) | Author::App(_) | Author::Bot | Author::System => None,
    };
    let answered = match mail.meta.answers {
        None => None,
        Some(id) => talks::messages::get(tx, id)?.zip(mails::get(tx, id)?),
    };
    let mut files = message.content.attachment_ids.clone();
    if let (true, Some((original, _))) = (mail.meta.is_forward, &answered) {
        files.extend(&original.content.attachment_ids);
    }
    let tokens = tokens(tx)?;
    Ok(Some(Material {
        reply_to: tokens.reply_address(&mailbox.settings.address, mail.conversation_id),
        agent: agent.map_or_else(String::new, |agent| agent.display_name.into_string()),
        files: attachments::get_many(tx, &files)?,
        time_zone: identity::workspaces::load(tx)?
            .time_zone
            .as_str()
            .to_owned(),
        mail: mail.clone(),
        mailbox: mailbox.clone(),
        message,
        answered,
    }))
}

impl Material {
    /// The letter, signed if the mailbox signs. Reads files: for a thread that may block.
    pub(super) fn write(
        &self,
        app: &App,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<Vec<u8>, EmailError> {
        let blobs: &Arc<dyn BlobStore> = &app.parts().blobs;
        let mut files = Vec::with_capacity(self.files.len());
        for file in &self.files {
            let key = BlobKey {
                workspace,
                hash: file.blob,
            };
            files.push(File {
                name: file.name.as_str().to_owned(),
                media_type: file.media_type.clone(),
                bytes: blobs.get(&key)?,
            });
        }
        let head = &self.mail.head;
        let (text, html) = self.words();
        let people = |list: &[Person]| list.iter().map(to_channel).collect();
        let from = head.from.as_ref().map(to_channel);
        let from = from.unwrap_or_else(|| channel::Mailbox {
            name: String::new(),
            address: self.mailbox.settings.address.clone(),
        });
        let raw = Outgoing {
            message_id: head.message_id.clone().unwrap_or_default(),
            from,
            reply_to: self.reply_to.clone(),
            to: people(&head.to),
            cc: people(&head.cc),
            subject: head.subject.clone(),
            text,
            html,
            references: head.references.clone(),
            files,
            date: now,
            is_automatic: self.mail.meta.is_automatic,
        }
        .to_bytes()
        .map_err(EmailError::Compose)?;
        Ok(match self.signer() {
            Some(signer) => signer.sign(&raw, now),
            None => raw,
        })
    }

    fn signer(&self) -> Option<Signer> {
        let names = self.mailbox.settings.dkim.as_ref()?;
        let key = self.mailbox.secrets.dkim.as_ref()?;
        match Signer::new(&names.domain, &names.selector, key.expose()) {
            Ok(signer) => Some(signer),
            Err(error) => {
                // The settings checked it; unsigned is better than unsent.
                tracing::warn!(mailbox.id = %self.mailbox.id, "Cannot sign: {error}");
                None
            }
        }
    }

    fn words(&self) -> (String, String) {
        let mut text = zhiyin_domain::format::plain(&self.message.text);
        let mut page = html::of_text(&self.message.text);
        let signature = self.mailbox.settings.signature.trim();
        if !signature.is_empty() && !self.mail.meta.is_automatic {
            let signature = signature.replace("{{agent}}", &self.agent);
            text = format!("{text}\n\n-- \n{signature}");
            let lines = escaped(&signature).replace('\n', "<br>\n");
            page = format!("{page}<p>-- <br>\n{lines}</p>");
        }
        if let Some((original, mail)) = &self.answered {
            let quoted = self.quoted(original, mail);
            let lines = escaped(&quoted).replace('\n', "<br>\n");
            if self.mail.meta.is_forward {
                text = format!("{text}\n\n{quoted}");
                page = format!("{page}<p>{lines}</p>");
            } else {
                let (first, rest) = quoted.split_once('\n').unwrap_or((&quoted, ""));
                let marked: Vec<String> = rest.lines().map(|line| format!("> {line}")).collect();
                text = format!("{text}\n\n{first}\n{}", marked.join("\n"));
                let rest = escaped(rest).replace('\n', "<br>\n");
                page = format!(
                    "{page}<p>{}</p><blockquote>{rest}</blockquote>",
                    escaped(first)
                );
            }
        }
        (text, page)
    }

    /// What was written before: its head as mail programs write it, and its words.
    fn quoted(&self, original: &Message, mail: &Mail) -> String {
        let at = mail.sent_at.unwrap_or(mail.created_at);
        let at = local(at, &self.time_zone, "%Y-%m-%d %H:%M");
        let from = mail.head.from.as_ref().map_or_else(String::new, written);
        let words: Vec<&str> = original.text.lines().take(QUOTED_LINES_MAX).collect();
        let words = words.join("\n");
        if self.mail.meta.is_forward {
            let to: Vec<String> = mail.head.to.iter().map(written).collect();
            return format!(
                "---------- Forwarded message ----------\nFrom: {from}\nDate: {at}\n\
                 Subject: {}\nTo: {}\n\n{words}\n\n{}",
                mail.head.subject,
                to.join(", "),
                mail.head.quoted
            );
        }
        format!("On {at}, {from} wrote:\n{words}")
    }
}

fn to_channel(it: &Person) -> channel::Mailbox {
    channel::Mailbox {
        name: it.name.clone(),
        address: it.address.clone(),
    }
}

fn written(it: &Person) -> String {
    if it.name.is_empty() {
        it.address.as_str().to_owned()
    } else {
        format!("{} <{}>", it.name, it.address.as_str())
    }
}
