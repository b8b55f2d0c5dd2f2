//! The wire form of conversations, sessions and messages, for colleagues.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::conversations::{AuthorView, MessageView};
use zhiyin_domain::avatar::avatar_path;
use zhiyin_domain::format::Block;
use zhiyin_domain::ids::{
    AgentId, AttachmentId, ContactId, ConversationId, InboxId, MessageId, SessionId, TagId, TeamId,
};
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::message::{Author, Card, QuickReply};
use zhiyin_domain::time::Timestamp;

use super::ask::AskDto;
use crate::email::{MailDto, ThreadDto};
use crate::journey::DeadlineDto;

/// The talk of one contact in one inbox, as a list row and beside its messages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConversationDto {
    /// Identifier.
    #[schema(value_type = String, example = "cv_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: ConversationId,
    /// Human number in the workspace.
    pub number: i64,
    /// Where it takes place.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// The technique behind the inbox.
    #[schema(example = "web")]
    pub channel: &'static str,
    /// What makes it a thread of mails; `null` when it is none.
    pub email: Option<ThreadDto>,
    /// With whom.
    pub contact: ContactSummaryDto,
    /// Whether messages of the contact are refused.
    pub is_blocked: bool,
    /// Whether there is work.
    pub status: StatusDto,
    /// Who has the turn: `none`, `bot`, `queued`, `offered` or `human`.
    pub handler: &'static str,
    /// The agent responsible.
    #[schema(value_type = Option<String>)]
    pub assignee_id: Option<AgentId>,
    /// The team responsible.
    #[schema(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: &'static str,
    /// Words put on it.
    #[schema(value_type = Vec<String>)]
    pub tag_ids: Vec<TagId>,
    /// The present or last session.
    pub session: Option<SessionDto>,
    /// What was last said.
    pub last_message: Option<LastMessageDto>,
    /// When something was last said; the order of lists.
    #[schema(value_type = String, format = DateTime)]
    pub last_activity_at: Timestamp,
    /// Since when the customer waits for an answer.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub waiting_since: Option<Timestamp>,
    /// The target of the service standard that ends next; `null` when nothing is to be done
    /// in time.
    pub deadline: Option<DeadlineDto>,
    /// Messages of the customer since an agent last looked.
    pub unread_count: i64,
    /// Place of the last message.
    pub last_seq: i64,
    /// How far the customer has read.
    pub contact_seen_seq: i64,
    /// How far the company has read.
    pub agent_seen_seq: i64,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Rises with every change; a row with a lower version is older.
    pub version: i64,
}

/// The contact of a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactSummaryDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ContactId,
    /// Name; empty while unknown.
    pub name: String,
    /// Language tag.
    pub locale: String,
    /// Whether the site vouches for them.
    pub is_verified: bool,
}

/// Whether there is work, and what there is to know about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StatusDto {
    /// There is work.
    Open,
    /// Put aside.
    Snoozed {
        /// Until when.
        #[schema(value_type = String, format = DateTime)]
        until: Timestamp,
        /// By whom, as `agent:ag_…` or `system:…`.
        by: String,
    },
    /// Solved.
    Resolved {
        /// When.
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
        /// By whom, as `agent:ag_…`, `contact:id_…` or `system:…`.
        by: String,
    },
}

/// One stretch of service.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SessionDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: SessionId,
    /// 1, 2, 3 … within the conversation.
    pub number: i64,
    /// Step of the service journey.
    #[schema(example = "response")]
    pub step: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub step_at: Timestamp,
    /// When the customer began.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When a person or the bot first answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_response_at: Option<Timestamp>,
    /// Until when the first answer is promised.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_response_due_at: Option<Timestamp>,
    /// When it was resolved.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Timestamp>,
    /// Who had it last.
    #[schema(value_type = Option<String>)]
    pub assignee_id: Option<AgentId>,
    /// What the customer thought of it.
    pub rating: Option<RatingDto>,
    /// `pre_sales`, `in_sales` or `after_sales`; `null` while nobody has said so.
    pub stage: Option<&'static str>,
    /// What the customer speaks, as a language tag.
    #[schema(value_type = Option<String>, example = "zh")]
    pub language: Option<LanguageTag>,
}

/// What the customer thought of a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RatingDto {
    /// 1 (very bad) to 5 (very good).
    pub score: u8,
    /// In their words.
    pub comment: Option<String>,
    /// Detail.
    pub dimensions: DimensionsDto,
    /// What they had expected, 1 to 5.
    pub expected: Option<u8>,
    /// `disappointed`, `satisfied` or `delighted`: the score beside what was expected; `null`
    /// where that was not said.
    pub satisfaction: Option<&'static str>,
    /// When it was given or last changed.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Whether it came from the rating page instead of the widget.
    pub by_link: bool,
    /// What the customer thought before, oldest first.
    pub earlier: Vec<EarlierRatingDto>,
}

/// An opinion that was replaced.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EarlierRatingDto {
    /// 1 to 5.
    pub score: u8,
    /// In the customer's words.
    pub comment: Option<String>,
    /// Detail.
    pub dimensions: DimensionsDto,
    /// What they had expected, 1 to 5.
    pub expected: Option<u8>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// Detail of a rating, each 1 to 5.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DimensionsDto {
    /// Was the answer right?
    pub accurate: Option<u8>,
    /// Was it easy to get?
    pub convenient: Option<u8>,
    /// Was it quick?
    pub fast: Option<u8>,
    /// Was it pleasant?
    pub comfortable: Option<u8>,
    /// Was the agent courteous?
    pub attitude: Option<u8>,
}

/// The last message as the list row shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LastMessageDto {
    /// The message.
    #[schema(value_type = String)]
    pub id: MessageId,
    /// Its place.
    pub seq: i64,
    /// `contact`, `agent`, `app` or `bot`.
    pub author_kind: String,
    /// The agent, if one wrote it.
    #[schema(value_type = Option<String>)]
    pub agent_id: Option<AgentId>,
    /// Whether it is internal.
    pub is_note: bool,
    /// One line of it; empty if it was recalled or has files only.
    pub preview: String,
    /// Files it has.
    pub attachments: u32,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// One entry of a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: MessageId,
    /// The conversation.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// The session.
    #[schema(value_type = String)]
    pub session_id: SessionId,
    /// Place in the conversation: 1, 2, 3 … without gaps.
    pub seq: i64,
    /// `text`, `note` or `system`.
    pub kind: &'static str,
    /// Who wrote it.
    pub author: AuthorDto,
    /// The text as written; empty if it was recalled.
    pub text: String,
    /// The text as a tree, ready to be shown.
    #[schema(value_type = Vec<Object>)]
    pub blocks: Vec<Block>,
    /// What it quotes.
    pub quote: Option<QuoteDto>,
    /// Its files.
    pub attachments: Vec<AttachmentDto>,
    /// Colleagues called by a note.
    #[schema(value_type = Vec<String>)]
    pub mentions: Vec<AgentId>,
    /// The only agent who sees this note, besides those who lead the floor.
    #[schema(value_type = Option<String>)]
    pub whisper_to: Option<AgentId>,
    /// Answers that can be picked with one tap.
    #[schema(value_type = Vec<Object>)]
    pub quick_replies: Vec<QuickReply>,
    /// Pictures with text and links.
    #[schema(value_type = Vec<Object>)]
    pub cards: Vec<Card>,
    /// What a system line tells: `{ "event": …, "params": … }`. Where it is about an agent,
    /// `params.agent_name` is their name as the reader may know it.
    #[schema(value_type = Option<Object>)]
    pub system: Option<serde_json::Value>,
    /// What it asks of the customer; `null` when it asks nothing, or was recalled.
    pub ask: Option<AskDto>,
    /// The sender's own id.
    pub client_id: Option<String>,
    /// `pending`, `sent`, `delivered`, `read` or `failed`.
    pub delivery: &'static str,
    /// What is known of it as a mail; `null` when it is none.
    pub email: Option<MailDto>,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last edited.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub edited_at: Option<Timestamp>,
    /// When it was recalled.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub recalled_at: Option<Timestamp>,
    /// Version of the conversation at its last change; a lower one is older.
    pub revision: i64,
}

/// Who wrote a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuthorDto {
    /// `contact`, `agent`, `app`, `bot` or `system`.
    pub kind: &'static str,
    /// The contact or agent.
    pub id: Option<String>,
    /// Name to show.
    pub name: String,
    /// Picture.
    pub avatar_url: Option<String>,
}

/// What a message quotes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuoteDto {
    /// The quoted message.
    #[schema(value_type = String)]
    pub id: MessageId,
    /// One line of it.
    pub text: String,
    /// Its author.
    pub author_name: String,
}

/// A file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttachmentDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: AttachmentId,
    /// `image` if it can be shown as a picture, else `file`.
    pub kind: &'static str,
    /// Name for people.
    pub name: String,
    /// What it is, by its bytes.
    pub media_type: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// Width of a picture in pixels.
    pub width: Option<u32>,
    /// Height of a picture in pixels.
    pub height: Option<u32>,
    /// Where to fetch it, with the caller's own credentials.
    pub url: String,
    /// Where to fetch the small picture.
    pub thumbnail_url: Option<String>,
}

/// Address of an uploaded file: the path of `get_file`, fetched with the reader's own
/// credentials.
#[must_use]
pub fn file_url(id: AttachmentId) -> String {
    format!("/api/v1/files/{id}")
}

/// Who reads a message: it decides which name of an agent is shown, and what is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Colleagues: full names, mentions.
    Company,
    /// The customer: shown names only; no identifiers of agents.
    Contact,
}

impl MessageDto {
    /// The wire form for one kind of reader.
    #[must_use]
    pub fn new(view: MessageView, reader: Reader) -> Self {
        let it = view.message;
        let is_company = reader == Reader::Company;
        let id = match it.author {
            Author::Contact(id) => Some(id.to_string()),
            Author::Agent(id) if is_company => Some(id.to_string()),
            Author::App(id) if is_company => Some(id.to_string()),
            Author::Agent(_) | Author::App(_) | Author::Bot | Author::System => None,
        };
        let author = AuthorDto {
            kind: it.author.kind(),
            id,
            name: if is_company {
                view.author.name
            } else {
                view.author.display_name
            },
            avatar_url: view.author.avatar.map(avatar_path),
        };
        let system = it
            .content
            .system
            .as_ref()
            .map(|line| system_line(line, view.subject.as_ref(), reader));
        Self {
            id: it.id,
            conversation_id: it.conversation_id,
            session_id: it.session_id,
            seq: it.seq,
            kind: it.kind.as_str(),
            author,
            blocks: zhiyin_domain::format::parse(&it.text),
            text: it.text,
            quote: view.quote.map(|quote| QuoteDto {
                id: quote.id,
                text: quote.text,
                author_name: quote.author_name,
            }),
            attachments: view.attachments.into_iter().map(Into::into).collect(),
            mentions: if is_company {
                it.content.mentions
            } else {
                Vec::new()
            },
            whisper_to: it.content.whisper_to.filter(|_| is_company),
            quick_replies: it.content.quick_replies,
            cards: it.content.cards,
            system,
            ask: it.content.ask.map(Into::into),
            client_id: it.client_id,
            delivery: it.delivery.as_str(),
            email: view.mail.filter(|_| is_company).map(Into::into),
            created_at: it.created_at,
            edited_at: it.edited_at,
            recalled_at: it.recalled_at,
            revision: it.revision,
        }
    }
}

/// A system line on the wire. Customers get what happened and the shown name of the agent it
/// is about, nothing else of what is inside.
fn system_line(
    line: &zhiyin_domain::message::SystemLine,
    subject: Option<&AuthorView>,
    reader: Reader,
) -> serde_json::Value {
    let mut value = serde_json::to_value(line).unwrap_or_default();
    let Some(object) = value.as_object_mut() else {
        return value;
    };
    let name = match reader {
        Reader::Company => subject.map(|subject| &subject.name),
        Reader::Contact => {
            object.remove("params");
            subject.map(|subject| &subject.display_name)
        }
    };
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        let params = object
            .entry("params")
            .or_insert_with(|| serde_json::json!({}));
        if let Some(params) = params.as_object_mut() {
            params.insert("agent_name".to_owned(), name.as_str().into());
        }
    }
    value
}
