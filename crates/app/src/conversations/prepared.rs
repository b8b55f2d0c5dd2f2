//! A message on its way in: checked, and with its index terms, before any transaction.

use zhiyin_domain::ask::Ask;
use zhiyin_domain::ids::{AgentId, AttachmentId, MessageId};
use zhiyin_domain::limits::{MESSAGE_ATTACHMENTS_MAX, MESSAGE_MENTIONS_MAX};
use zhiyin_domain::message::{
    Card, Content, MessageError, MessageKind, QuickReply, check_client_id, clean_text,
};
use zhiyin_domain::search::Token;

use crate::email::Addressing;

/// A message as it arrives, not yet checked.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// The sender's own id, by which a repeat is recognised.
    pub client_id: Option<String>,
    /// Public or internal.
    pub kind: MessageKind,
    /// The text as typed.
    pub text: String,
    /// The message it quotes.
    pub reply_to_id: Option<MessageId>,
    /// Files uploaded before.
    pub attachment_ids: Vec<AttachmentId>,
    /// Colleagues called by a note.
    pub mentions: Vec<AgentId>,
}

/// A checked message with its index terms, made before the transaction so that the
/// database thread does not have to.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub(super) client_id: Option<String>,
    pub(super) kind: MessageKind,
    pub(super) text: String,
    pub(super) reply_to_id: Option<MessageId>,
    pub(super) content: Content,
    pub(super) tokens: Vec<Token>,
    pub(super) mail: Mailing,
}

/// How a message goes as a mail, if its conversation is held by mail.
#[derive(Debug, Clone, Default)]
pub(super) enum Mailing {
    /// To whom it goes by itself.
    #[default]
    Usual,
    /// To whom the writer said.
    Addressed(Addressing),
    /// It came as a mail, or has left already.
    Done,
}

impl NewMessage {
    /// Checks everything that needs no database.
    pub fn prepare(self) -> Result<Prepared, MessageError> {
        let text = clean_text(&self.text, !self.attachment_ids.is_empty())?;
        if let Some(client_id) = &self.client_id {
            check_client_id(client_id)?;
        }
        if self.mentions.len() > MESSAGE_MENTIONS_MAX {
            return Err(MessageError::TooManyMentions);
        }
        if self.attachment_ids.len() > MESSAGE_ATTACHMENTS_MAX {
            return Err(MessageError::TooManyAttachments);
        }
        let mut mentions = self.mentions;
        mentions.sort_unstable();
        mentions.dedup();
        let tokens = zhiyin_language::index_tokens(&zhiyin_domain::format::plain(&text));
        let content = Content {
            mentions: if self.kind == MessageKind::Note {
                mentions
            } else {
                Vec::new()
            },
            attachment_ids: self.attachment_ids,
            ..Content::default()
        };
        Ok(Prepared {
            client_id: self.client_id,
            kind: self.kind,
            text,
            reply_to_id: self.reply_to_id,
            content,
            tokens,
            mail: Mailing::Usual,
        })
    }
}

impl Prepared {
    /// The same, to whom the writer says: in a conversation by mail only.
    #[must_use]
    pub fn addressed(mut self, to: Addressing) -> Self {
        self.mail = Mailing::Addressed(to);
        self
    }

    /// What came as a mail, or went as one without us. Its text may be longer than what
    /// people type; the caller has cut it. `client_id` recognises a repeat.
    pub(crate) fn mail(
        kind: MessageKind,
        client_id: String,
        text: String,
        attachment_ids: Vec<AttachmentId>,
    ) -> Self {
        let tokens = zhiyin_language::index_tokens(&zhiyin_domain::format::plain(&text));
        Self {
            client_id: Some(client_id),
            kind,
            text,
            reply_to_id: None,
            content: Content {
                attachment_ids,
                is_mail: true,
                ..Content::default()
            },
            tokens,
            mail: Mailing::Done,
        }
    }

    /// The same message, with what the customer can pick, and cards.
    #[must_use]
    pub(crate) fn offering(mut self, quick_replies: Vec<QuickReply>, cards: Vec<Card>) -> Self {
        self.content.quick_replies = quick_replies;
        self.content.cards = cards;
        self
    }

    /// What it says.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The same, asking something of the customer.
    #[must_use]
    pub(crate) fn asking(mut self, ask: Ask) -> Self {
        self.content.ask = Some(ask);
        self
    }

    /// The same note, for one agent only.
    #[must_use]
    pub(crate) fn whispered_to(mut self, agent: AgentId) -> Self {
        self.content.whisper_to = Some(agent);
        self
    }
}
