//! Mails: what is known of a message besides its text when it came or goes by e-mail.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::attachment::BlobHash;
use crate::email::EmailAddress;
use crate::ids::{ConversationId, MailboxId, MessageId};
use crate::time::Timestamp;

/// Writes an address as text, for the documents in which it is stored sealed.
pub mod as_text {
    use super::{Deserialize, Deserializer, EmailAddress, Serializer};

    /// Writes it.
    pub fn serialize<S: Serializer>(it: &EmailAddress, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(it.as_str())
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<EmailAddress, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Somebody with an address. Personal: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name shown; may be empty.
    #[serde(default)]
    pub name: String,
    /// The address.
    #[serde(with = "as_text")]
    pub address: EmailAddress,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(***)")
    }
}

impl Person {
    /// Somebody whose name is not known.
    #[must_use]
    pub const fn of(address: EmailAddress) -> Self {
        Self {
            name: String::new(),
            address,
        }
    }

    /// Reads `a@b.example` or `Name <a@b.example>`; none if there is no address in it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let Some((name, rest)) = text.rsplit_once('<') else {
            return text.parse().ok().map(Self::of);
        };
        let address = rest.strip_suffix('>')?.parse().ok()?;
        let name = name.trim().trim_matches('"').trim();
        let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
        Some(Self { name, address })
    }
}

/// What is done with the mail before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Who wrote it gets an answer.
    #[default]
    Reply,
    /// Everybody does.
    ReplyAll,
    /// Somebody else gets it.
    Forward,
}

/// What a writer said about recipients; what is none is as usual.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Addressing {
    /// What is done with the mail before.
    pub mode: Mode,
    /// To whom.
    pub to: Option<Vec<Person>>,
    /// With a copy to.
    pub cc: Option<Vec<Person>>,
    /// With a hidden copy to.
    pub bcc: Vec<Person>,
    /// The subject.
    pub subject: Option<String>,
    /// The mail that is answered or passed on; the customer's last one if none is said.
    pub message_id: Option<MessageId>,
}

/// Which way a mail went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To us.
    In,
    /// From us.
    Out,
}

impl Direction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::In, Self::Out];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// Who wrote to whom about what. Personal: sealed at rest; `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MailHead {
    /// The subject, in one line.
    pub subject: String,
    /// Who wrote.
    pub from: Option<Person>,
    /// To whom.
    pub to: Vec<Person>,
    /// With a copy to.
    pub cc: Vec<Person>,
    /// With a copy to, without the others knowing.
    pub bcc: Vec<Person>,
    /// Where answers shall go.
    pub reply_to: Vec<Person>,
    /// `Message-ID` without angle brackets.
    pub message_id: Option<String>,
    /// Message-IDs of the thread before it, oldest first.
    pub references: Vec<String>,
    /// What was quoted of earlier mails, with the signature.
    pub quoted: String,
    /// Who wrote the mail that was passed on in this one.
    pub forwarded_from: Option<Person>,
    /// Names of files that were left out because they are programs.
    pub withheld: Vec<String>,
}

impl std::fmt::Debug for MailHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailHead").finish_non_exhaustive()
    }
}

/// What one way of checking a sender found (RFC 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// The sender is proven.
    Pass,
    /// The sender is not who it says.
    Fail,
    /// Nothing can be said.
    None,
    /// It could not be found out.
    Error,
}

/// Who looked whether a sender is real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckedBy {
    /// A server that is trusted, when it received the mail.
    #[default]
    Server,
    /// We ourselves, after it was taken.
    Us,
}

/// What was found out about a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// The sending server may send for the domain of the envelope.
    pub spf: Finding,
    /// A signature is good.
    pub dkim: Finding,
    /// One of both is about the domain people see.
    pub dmarc: Finding,
    /// Who looked.
    #[serde(default)]
    pub by: CheckedBy,
}

impl Authentication {
    /// `passed`, `failed` or `unknown`, about the sender people see.
    #[must_use]
    pub const fn verdict(self) -> &'static str {
        match self.dmarc {
            Finding::Pass => "passed",
            Finding::Fail => "failed",
            Finding::None | Finding::Error => "unknown",
        }
    }
}

/// What kind of machine wrote a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Machine {
    /// One of our own automatic answers.
    OwnLoop,
    /// A report about another mail.
    Bounce,
    /// An absence note.
    Reply,
    /// A program, unasked.
    Generated,
    /// A list or bulk mail.
    Bulk,
    /// An address nobody reads.
    NoReply,
}

/// What is known of a mail that is nobody's secret. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about one mail, not states of a machine"
)]
pub struct MailMeta {
    /// What was found out about the sender; none if nobody looked.
    pub authentication: Option<Authentication>,
    /// What kind of machine wrote it; none for people.
    pub machine: Option<Machine>,
    /// Pictures in it that lie on servers of others.
    pub remote_images: u32,
    /// Its sender was no part of the conversation before.
    pub is_new_participant: bool,
    /// There is more of it than is shown or was read.
    pub is_cut: bool,
    /// It was written with another program than ours, and is not sent by us.
    pub is_foreign: bool,
    /// Nobody must answer or report about it: the system wrote it.
    pub is_automatic: bool,
    /// The mail it answers or passes on.
    pub answers: Option<MessageId>,
    /// It passes that mail on.
    pub is_forward: bool,
}

/// How far a mail of ours got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SendingState {
    /// For its time.
    Waiting,
    /// The server has it.
    Sent,
    /// It will not arrive, at least not for everybody.
    Failed,
    /// It was taken back in time.
    Withdrawn,
}

impl SendingState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Failed, Self::Withdrawn];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Why a mail did not arrive. Servers name people in what they say: sealed at rest.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Failure {
    /// For programs: `refused`, `bounced`, `gave-up` …
    pub code: String,
    /// What the server said, in one line.
    pub said: String,
    /// Who did not get it.
    pub recipients: Vec<String>,
}

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Failure")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// The way of a mail out of the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// How far it got.
    pub state: SendingState,
    /// Until then its author can take it back.
    pub undo_until: Timestamp,
    /// When it is tried next.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was to leave first.
    pub due_at: Timestamp,
    /// Attempts made.
    pub attempts: u32,
    /// Why it did not arrive, or not yet.
    pub failure: Option<Failure>,
    /// Who has not got it yet, while some have; empty means everybody.
    pub remaining: Vec<EmailAddress>,
}

/// A message as a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The message.
    pub message_id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The mailbox it came to or goes from; none for mails of an imported file.
    pub mailbox_id: Option<MailboxId>,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote to whom about what.
    pub head: MailHead,
    /// What else is known.
    pub meta: MailMeta,
    /// The mail as it came.
    pub raw: Option<BlobHash>,
    /// Its HTML as it came; made harmless whenever it is shown.
    pub html: Option<BlobHash>,
    /// Its `Date`.
    pub sent_at: Option<Timestamp>,
    /// Its way out; none for mails to us and those we did not send.
    pub sending: Option<Sending>,
    /// When we got or wrote it.
    pub created_at: Timestamp,
}

/// What makes a conversation a thread of mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailThread {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The mailbox answers go out from.
    pub mailbox_id: Option<MailboxId>,
    /// What it is about.
    pub subject: String,
    /// Where its first mail pointed without proof.
    pub may_belong_to: Option<ConversationId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_as_people_write_them() {
        let named = Person::parse(" \"Li, Na\" <li.na@example.com> ").map(|it| it.name);
        assert_eq!(named.as_deref(), Some("Li, Na"));
        let bare = Person::parse("ada@example.com").map(|it| it.address.normalized());
        assert_eq!(bare.as_deref(), Some("ada@example.com"));
        for text in ["", "Ada", "Ada <ada>", "Ada <ada@example.com", "<>"] {
            assert_eq!(Person::parse(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_personal_is_printed() {
        let head = MailHead {
            subject: "my illness".to_owned(),
            from: Person::parse("ada@example.com"),
            ..MailHead::default()
        };
        assert!(!format!("{head:?}").contains("ill"));
        assert!(!format!("{:?}", head.from).contains("ada"));
    }
}
