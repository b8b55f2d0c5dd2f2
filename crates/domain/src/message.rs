//! Messages: what is said in a conversation, by whom, and how far it got.

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ask::Ask;
use crate::ids::{AgentId, AttachmentId, ContactId, ConversationId, MessageId, SessionId, TokenId};
use crate::limits::{
    CLIENT_ID_BYTES_MAX, MESSAGE_ATTACHMENTS_MAX, MESSAGE_BYTES_MAX, MESSAGE_CHARS_MAX,
    MESSAGE_EDIT_WINDOW, MESSAGE_MENTIONS_MAX, PREVIEW_CHARS_MAX,
};
use crate::time::Timestamp;

/// One entry of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Identifier.
    pub id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: ConversationId,
    /// The stretch of service it belongs to.
    pub session_id: SessionId,
    /// Place in the conversation: 1, 2, 3 … without gaps.
    pub seq: i64,
    /// Public, internal or a line of the system.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author: Author,
    /// The text as written, with light formatting (see [`crate::format`]).
    pub text: String,
    /// What comes besides the text.
    pub content: Content,
    /// The message it quotes.
    pub reply_to_id: Option<MessageId>,
    /// The sender's own id: a repeat is recognised by it.
    pub client_id: Option<String>,
    /// The provider's id.
    pub external_id: Option<String>,
    /// How far it got.
    pub delivery: Delivery,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// When it was recalled; the text is gone then.
    pub recalled_at: Option<Timestamp>,
    /// Version of the conversation at the last change of this message.
    pub revision: i64,
}

/// Who may read a message, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Said to or by the customer.
    Text,
    /// Internal; never leaves the company.
    Note,
    /// A line about what happened.
    System,
}

impl MessageKind {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Note => "note",
            Self::System => "system",
        }
    }
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Author {
    /// The customer.
    Contact(ContactId),
    /// A person of the company.
    Agent(AgentId),
    /// Another system.
    App(TokenId),
    /// The bot.
    Bot,
    /// Zhiyin itself.
    System,
}

impl Author {
    /// The name in database and API.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Contact(_) => "contact",
            Self::Agent(_) => "agent",
            Self::App(_) => "app",
            Self::Bot => "bot",
            Self::System => "system",
        }
    }

    /// Whether the company said it, by a person, a program or the bot.
    #[must_use]
    pub const fn is_company(&self) -> bool {
        matches!(self, Self::Agent(_) | Self::App(_) | Self::Bot)
    }
}

/// How far a message got. States only move forward; unknown is never success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Saved, not yet handed to the channel.
    Pending,
    /// Handed to the channel.
    Sent,
    /// On the reader's device.
    Delivered,
    /// Seen.
    Read,
    /// The channel refused it.
    Failed,
}

impl Delivery {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }

    /// The state after `next` was reported; none if that would be a step back.
    #[must_use]
    pub fn advance(self, next: Self) -> Option<Self> {
        let is_forward = match (self, next) {
            (Self::Failed, _) => false,
            (_, Self::Failed) => self < Self::Delivered,
            _ => next > self,
        };
        is_forward.then_some(next)
    }
}

/// What comes with a message besides its text. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// Colleagues called in a note.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<AgentId>,
    /// Files that came with it, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachment_ids: Vec<AttachmentId>,
    /// Answers the customer can pick with one tap.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quick_replies: Vec<QuickReply>,
    /// Pictures with text and links.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
    /// The only agent who sees this note, besides those who lead the floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whisper_to: Option<AgentId>,
    /// What a system line tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<SystemLine>,
    /// Earlier texts, kept as a trace of edits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier_texts: Vec<EarlierText>,
    /// Whether it came or goes as a mail, about which the store knows more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_mail: bool,
    /// What it asks of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<Ask>,
}

/// A text before it was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierText {
    /// The text.
    pub text: String,
    /// Until when it stood.
    pub until: Timestamp,
}

/// An answer the customer can pick with one tap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickReply {
    /// On the button.
    pub label: String,
    /// Sent when it is tapped.
    pub text: String,
}

/// A picture with text and links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Headline.
    pub title: String,
    /// Text below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// An https address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// An http(s) address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What happened, in a form every reader's language can be made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", content = "params", rename_all = "snake_case")]
pub enum SystemLine {
    /// Given to an agent or a team.
    Assigned {
        /// The agent.
        agent_id: Option<AgentId>,
        /// The team.
        team_id: Option<crate::ids::TeamId>,
    },
    /// Nobody has it any more.
    Unassigned,
    /// The problem was declared solved.
    Resolved,
    /// Work goes on.
    Reopened,
    /// Put aside until a time.
    Snoozed {
        /// When it comes back.
        until: Timestamp,
    },
    /// Back from being put aside.
    Woken,
    /// The customer ended the chat.
    EndedByContact,
    /// The customer rated the session.
    Rated {
        /// 1 to 5.
        score: u8,
        /// The score before, if the customer changed their mind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<u8>,
    },
}

impl SystemLine {
    /// Whether the customer sees this line too.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        match self {
            Self::Assigned { agent_id, .. } => agent_id.is_some(),
            Self::Resolved | Self::Reopened | Self::EndedByContact => true,
            Self::Unassigned | Self::Snoozed { .. } | Self::Woken | Self::Rated { .. } => false,
        }
    }
}

/// Why a message was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Neither text nor attachment.
    #[error("a message needs a text or an attachment")]
    Empty,
    /// The text is too long.
    #[error("a message has at most {MESSAGE_CHARS_MAX} characters")]
    TooLong,
    /// The client id is empty, too long or has other than printable ASCII characters.
    #[error("`client_id` must have 1 to {CLIENT_ID_BYTES_MAX} printable ASCII characters")]
    ClientId,
    /// Too many attachments.
    #[error("a message has at most {MESSAGE_ATTACHMENTS_MAX} attachments")]
    TooManyAttachments,
    /// Too many mentions.
    #[error("a note mentions at most {MESSAGE_MENTIONS_MAX} colleagues")]
    TooManyMentions,
    /// Only the author may change a message.
    #[error("only its author may change a message")]
    NotAuthor,
    /// The time for changes is over.
    #[error("a message can be changed for 15 minutes only")]
    WindowOver,
    /// It was recalled.
    #[error("the message was recalled")]
    Recalled,
    /// System lines cannot be changed.
    #[error("this message cannot be changed")]
    Fixed,
    /// It has left the house.
    #[error("the mail has been sent and cannot be taken back")]
    AlreadySent,
}

/// Cleans and checks the text of a new message: control characters other than line breaks
/// and tabs go, outer space goes, limits hold. `has_attachments` allows an empty text.
pub fn clean_text(text: &str, has_attachments: bool) -> Result<String, MessageError> {
    // The bytes first: they bound the work of counting characters.
    if text.len() > MESSAGE_BYTES_MAX || text.chars().count() > MESSAGE_CHARS_MAX {
        return Err(MessageError::TooLong);
    }
    let is_allowed = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let clean: String = text
        .replace("\r\n", "\n")
        .chars()
        .filter(is_allowed)
        .collect();
    let clean = clean.trim();
    if clean.is_empty() && !has_attachments {
        return Err(MessageError::Empty);
    }
    Ok(clean.to_owned())
}

/// Checks a client id.
pub fn check_client_id(client_id: &str) -> Result<(), MessageError> {
    let is_printable = client_id.bytes().all(|byte| byte.is_ascii_graphic());
    if client_id.is_empty() || client_id.len() > CLIENT_ID_BYTES_MAX || !is_printable {
        return Err(MessageError::ClientId);
    }
    Ok(())
}

impl Message {
    /// Whether the customer may read it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        match self.kind {
            MessageKind::Text => true,
            MessageKind::Note => false,
            MessageKind::System => self
                .content
                .system
                .as_ref()
                .is_some_and(SystemLine::is_public),
        }
    }

    /// The first line of the text for a list row, cut at [`PREVIEW_CHARS_MAX`].
    #[must_use]
    pub fn preview(&self) -> String {
        if self.recalled_at.is_some() {
            return String::new();
        }
        crate::format::plain(&self.text)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(PREVIEW_CHARS_MAX)
            .collect()
    }

    fn check_change(&self, by: &Actor, now: Timestamp) -> Result<(), MessageError> {
        // What a customer was asked stays as they read it.
        if self.kind == MessageKind::System || self.content.ask.is_some() {
            return Err(MessageError::Fixed);
        }
        let is_author = matches!((&self.author, by),
            (Author::Agent(author), Actor::Agent(agent)) if author == agent);
        if !is_author {
            return Err(MessageError::NotAuthor);
        }
        if self.recalled_at.is_some() {
            return Err(MessageError::Recalled);
        }
        if self.content.is_mail && self.delivery != Delivery::Pending {
            return Err(MessageError::AlreadySent);
        }
        if now.since(self.created_at) > MESSAGE_EDIT_WINDOW {
            return Err(MessageError::WindowOver);
        }
        Ok(())
    }

    /// Replaces the text; the earlier one is kept as a trace.
    pub fn edit(mut self, text: String, by: &Actor, now: Timestamp) -> Result<Self, MessageError> {
        self.check_change(by, now)?;
        let earlier = std::mem::replace(&mut self.text, text);
        self.content.earlier_texts.push(EarlierText {
            text: earlier,
            until: now,
        });
        self.edited_at = Some(now);
        Ok(self)
    }

    /// Takes the message back: its text and attachments are no longer shown.
    pub fn recall(mut self, by: &Actor, now: Timestamp) -> Result<Self, MessageError> {
        self.check_change(by, now)?;
        let earlier = std::mem::take(&mut self.text);
        self.content.earlier_texts.push(EarlierText {
            text: earlier,
            until: now,
        });
        self.content.attachment_ids.clear();
        self.content.quick_replies.clear();
        self.content.cards.clear();
        self.recalled_at = Some(now);
        Ok(self)
    }
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
