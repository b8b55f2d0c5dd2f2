//! The wire form of a conversation for its customer.

use serde::Serialize;
use utoipa::ToSchema;
use zhiyin_app::routing::{QueueState, VisitorQueue};
use zhiyin_app::widget::VisitorView;
use zhiyin_domain::avatar::avatar_path;
use zhiyin_domain::contact::Contact;
use zhiyin_domain::conversation::ConversationStatus;
use zhiyin_domain::ids::{ContactId, ConversationId, SessionId};
use zhiyin_domain::inbox::{Localized, WidgetSettings};
use zhiyin_domain::routing::{OutOfHours, OutOfHoursMode};
use zhiyin_domain::session::Step;
use zhiyin_domain::time::Timestamp;

use crate::conversations::dto::RatingDto;
use crate::limits::LimitsDto;

/// What the widget needs before anybody is known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WidgetConfigDto {
    /// Name of the inbox.
    pub inbox_name: String,
    /// Look, texts and behaviour.
    #[schema(value_type = Object)]
    pub settings: WidgetSettings,
    /// Whether somebody answers now, by the hours of the inbox or its queue.
    pub is_online: bool,
    /// What a customer meets who writes outside the hours; `null` while somebody answers, and
    /// where customers do not stand in a queue: there `offline_text` of the settings holds.
    pub out_of_hours: Option<WidgetOutOfHoursDto>,
    /// Whether there are articles for visitors to find.
    pub has_articles: bool,
    /// Some of those who answer.
    pub agents: Vec<ShownAgentDto>,
    /// The time here.
    #[schema(value_type = String, format = DateTime)]
    pub server_time: Timestamp,
    /// What the server takes at most.
    pub limits: LimitsDto,
}

/// What a customer meets who writes outside the hours.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WidgetOutOfHoursDto {
    /// `wait`: they stand in line all the same; `form`: they leave a message.
    #[schema(value_type = String)]
    pub mode: OutOfHoursMode,
    /// Within which time they are promised an answer, in seconds of business time.
    pub reply_within_s: u32,
    /// What they are told, by language; may be empty.
    #[schema(value_type = BTreeMap<String, String>)]
    pub text: Localized,
}

impl From<OutOfHours> for WidgetOutOfHoursDto {
    fn from(it: OutOfHours) -> Self {
        Self {
            mode: it.mode,
            reply_within_s: it.reply_within_s,
            text: it.text,
        }
    }
}

/// An agent as customers see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ShownAgentDto {
    /// Shown name.
    pub name: String,
    /// Picture.
    pub avatar_url: Option<String>,
}

/// The widget is open.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OpenedDto {
    /// The token to keep.
    pub token: String,
    /// Who the visitor is.
    pub visitor: VisitorDto,
    /// Their conversation, if there is one.
    pub conversation: Option<WidgetConversationDto>,
}

/// Who the visitor is, as far as they told or the site proved.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub contact_id: ContactId,
    /// Name; empty while unknown.
    pub name: String,
    /// Whether an e-mail address is known.
    pub has_email: bool,
    /// Whether the site vouches for them.
    pub is_verified: bool,
}

impl From<&Contact> for VisitorDto {
    fn from(it: &Contact) -> Self {
        Self {
            contact_id: it.id,
            name: it.personal.name.clone(),
            has_email: it.personal.email.is_some(),
            is_verified: it.is_verified,
        }
    }
}

/// A conversation as its customer sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WidgetConversationDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ConversationId,
    /// Rises with every change; the `since` of the stream.
    pub revision: i64,
    /// `open` or `resolved`.
    pub status: &'static str,
    /// Who answers.
    pub assignee: Option<ShownAgentDto>,
    /// The present or last session.
    pub session: Option<WidgetSessionDto>,
    /// Place of the last message.
    pub last_seq: i64,
    /// How far the customer has read.
    pub contact_seen_seq: i64,
    /// How far the company has read.
    pub agent_seen_seq: i64,
    /// Answers the customer has not read, counted up to a thousand.
    pub unread_count: i64,
    /// Where they stand in line; `null` if an agent has them or there is no line.
    pub queue: Option<WidgetQueueDto>,
}

/// Where a customer stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WidgetQueueDto {
    /// Place in line: 1 is next; 0 for who does not wait.
    pub position: u32,
    /// Lower end of the expected wait, in seconds.
    pub from_s: Option<u32>,
    /// Upper end of the expected wait, in seconds.
    pub to_s: Option<u32>,
    /// Whether somebody answers now, by the business hours.
    pub is_open: bool,
    /// What the company says to those who come outside its hours, by language; `null` while
    /// somebody answers, or where nothing was written.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub notice: Option<Localized>,
    /// Until when an answer was promised.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reply_by: Option<Timestamp>,
    /// Whether they may leave a message instead of waiting.
    pub may_leave_message: bool,
    /// Whether they may be called back.
    pub may_call_back: bool,
    /// `waiting`, `offered` or `closed`.
    pub state: &'static str,
}

impl From<VisitorQueue> for WidgetQueueDto {
    fn from(it: VisitorQueue) -> Self {
        Self {
            position: it.position,
            from_s: it.estimate.map(|estimate| estimate.from_s),
            to_s: it.estimate.map(|estimate| estimate.to_s),
            is_open: it.is_open,
            notice: it.notice,
            reply_by: it.reply_by,
            may_leave_message: it.may_leave_message,
            may_call_back: it.may_call_back,
            state: match it.state {
                QueueState::Waiting => "waiting",
                QueueState::Offered => "offered",
                QueueState::Closed => "closed",
            },
        }
    }
}

/// A session as its customer sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WidgetSessionDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: SessionId,
    /// Step of the service journey.
    #[schema(value_type = String, example = "response")]
    pub step: Step,
    /// Whether it is over.
    pub is_resolved: bool,
    /// Whether the panel should ask for a rating now. One given unasked is taken all the
    /// same for seven days after the end.
    pub may_rate: bool,
    /// What the customer thought of it.
    pub rating: Option<RatingDto>,
}

impl WidgetConversationDto {
    /// The wire form at a moment.
    #[must_use]
    pub fn new(view: VisitorView, now: Timestamp) -> Self {
        let it = view.conversation;
        let is_resolved = matches!(it.status, ConversationStatus::Resolved { .. });
        Self {
            id: it.id,
            revision: it.version,
            status: if is_resolved { "resolved" } else { "open" },
            assignee: view.assignee.map(|(name, avatar)| ShownAgentDto {
                name,
                avatar_url: avatar.map(avatar_path),
            }),
            session: view.session.map(|session| WidgetSessionDto {
                id: session.id,
                step: session.step,
                is_resolved: !session.is_open(),
                may_rate: session.awaits_rating(now),
                rating: session.rating.map(Into::into),
            }),
            last_seq: it.last_seq,
            contact_seen_seq: it.contact_seen_seq,
            agent_seen_seq: it.agent_seen_seq,
            unread_count: view.unread_count,
            queue: view.queue.map(Into::into),
        }
    }
}
