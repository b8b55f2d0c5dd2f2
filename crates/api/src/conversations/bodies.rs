//! What callers send about conversations.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zhiyin_app::conversations::{BulkAction, NewMessage};
use zhiyin_domain::conversation::{Assignment, Priority};
use zhiyin_domain::ids::{
    AgentId, AttachmentId, ConversationId, InboxId, MessageId, TagId, TeamId, ViewId,
};
use zhiyin_domain::message::MessageKind;
use zhiyin_domain::time::Timestamp;

use crate::email::AddressingBody;

/// Which conversations to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// `all` (default), `mine`, `unassigned`, `mentions`, `followed` or `team`.
    pub view: Option<String>,
    /// The team, with `view=team`.
    #[param(value_type = Option<String>)]
    pub team: Option<TeamId>,
    /// Only what this saved view shows; the other parameters still hold.
    #[param(value_type = Option<String>)]
    pub view_id: Option<ViewId>,
    /// `open`, `snoozed`, `resolved` or `all`. If left out: with `view_id` what the view
    /// says, else `open`.
    pub status: Option<String>,
    /// Only of this inbox.
    #[param(value_type = Option<String>)]
    pub inbox: Option<InboxId>,
    /// Only with this tag.
    #[param(value_type = Option<String>)]
    pub tag: Option<TagId>,
    /// `recent`, `waiting` or `deadline` (the next one first, behind them those without). If
    /// left out: with `view_id` what the view says, else `recent`.
    pub sort: Option<String>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// Which messages to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessagesQuery {
    /// Only messages before this place; the last ones if left out.
    pub before_seq: Option<i64>,
    /// How many, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// Public or internal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WrittenKind {
    /// Said to the customer.
    #[default]
    Text,
    /// Internal.
    Note,
}

impl From<WrittenKind> for MessageKind {
    fn from(kind: WrittenKind) -> Self {
        match kind {
            WrittenKind::Text => Self::Text,
            WrittenKind::Note => Self::Note,
        }
    }
}

/// A message to send.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageBody {
    /// The sender's own id; sending again with the same one gives the same message.
    pub client_id: Option<String>,
    /// Public or internal.
    #[serde(default)]
    pub kind: WrittenKind,
    /// The text, with light formatting.
    #[serde(default)]
    pub text: String,
    /// The message it quotes.
    #[schema(value_type = Option<String>)]
    pub reply_to_id: Option<MessageId>,
    /// Files uploaded before.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub attachment_ids: Vec<AttachmentId>,
    /// Colleagues called by a note.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub mentions: Vec<AgentId>,
    /// To whom it goes as a mail, in a conversation by mail; the customer if left out.
    pub email: Option<AddressingBody>,
}

impl From<MessageBody> for NewMessage {
    fn from(body: MessageBody) -> Self {
        Self {
            client_id: body.client_id,
            kind: body.kind.into(),
            text: body.text,
            reply_to_id: body.reply_to_id,
            attachment_ids: body.attachment_ids,
            mentions: body.mentions,
        }
    }
}

/// A new text for a message.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditBody {
    /// The text.
    pub text: String,
}

/// Who shall be responsible.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// The agent; `null` for nobody.
    #[schema(value_type = Option<String>)]
    pub agent_id: Option<AgentId>,
    /// The team; `null` for none.
    #[schema(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// A note for whoever takes over.
    pub note: Option<String>,
}

/// Until when to put aside.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SnoozeBody {
    /// A time ahead, at most a year.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// How far was read.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenBody {
    /// Place of the last message read.
    pub seq: i64,
}

/// The tags a conversation shall have.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagsBody {
    /// All of them.
    #[schema(value_type = Vec<String>)]
    pub tag_ids: Vec<TagId>,
}

/// How urgent.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorityBody {
    /// `low`, `normal`, `high` or `urgent`.
    #[schema(value_type = String)]
    pub priority: Priority,
}

/// Whether to follow.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowBody {
    /// Start or end.
    pub following: bool,
}

/// A text that is not sent yet.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftBody {
    /// Public or internal.
    pub kind: WrittenKind,
    /// The text; empty throws the draft away.
    pub text: String,
}

/// One thing to do with many conversations.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkBody {
    /// Which; at most 200.
    #[schema(value_type = Vec<String>)]
    pub ids: Vec<ConversationId>,
    /// What.
    pub action: BulkActionBody,
}

/// What to do.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum BulkActionBody {
    /// Make somebody responsible.
    Assign {
        /// The agent.
        #[schema(value_type = Option<String>)]
        agent_id: Option<AgentId>,
        /// The team.
        #[schema(value_type = Option<String>)]
        team_id: Option<TeamId>,
    },
    /// Declare solved.
    Resolve,
    /// Take up again.
    Reopen,
    /// Put aside.
    Snooze {
        /// Until when.
        #[schema(value_type = String, format = DateTime)]
        until: Timestamp,
    },
    /// Put a tag on.
    AddTag {
        /// Which.
        #[schema(value_type = String)]
        tag_id: TagId,
    },
    /// Take a tag off.
    RemoveTag {
        /// Which.
        #[schema(value_type = String)]
        tag_id: TagId,
    },
    /// Show as unread.
    MarkUnread,
    /// Show as read.
    MarkRead,
}

impl From<BulkActionBody> for BulkAction {
    fn from(body: BulkActionBody) -> Self {
        match body {
            BulkActionBody::Assign { agent_id, team_id } => {
                Self::Assign(Assignment { agent_id, team_id })
            }
            BulkActionBody::Resolve => Self::Resolve,
            BulkActionBody::Reopen => Self::Reopen,
            BulkActionBody::Snooze { until } => Self::Snooze(until),
            BulkActionBody::AddTag { tag_id } => Self::AddTag(tag_id),
            BulkActionBody::RemoveTag { tag_id } => Self::RemoveTag(tag_id),
            BulkActionBody::MarkUnread => Self::MarkUnread,
            BulkActionBody::MarkRead => Self::MarkRead,
        }
    }
}

/// What became of many conversations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkResultDto {
    /// Those that were left as they were, with the code of the reason.
    pub refused: Vec<RefusedDto>,
    /// How many were changed.
    pub changed: usize,
}

/// A conversation that was left as it was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RefusedDto {
    /// Which.
    #[schema(value_type = String)]
    pub id: ConversationId,
    /// Why.
    pub code: crate::code::Code,
}

/// The numbers beside inboxes, teams and views.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountersDto {
    /// By inbox.
    pub inboxes: Vec<InboxCounterDto>,
    /// By team.
    pub teams: Vec<TeamCounterDto>,
    /// Open conversations of the caller.
    pub mine_open: i64,
    /// Conversations in which the caller was called and has not looked.
    pub mentions_unseen: i64,
}

/// The numbers of an inbox.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InboxCounterDto {
    /// The inbox.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// Open conversations.
    pub open: i64,
    /// Open conversations nobody has.
    pub unassigned: i64,
}

/// The number of a team.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TeamCounterDto {
    /// The team.
    #[schema(value_type = String)]
    pub team_id: TeamId,
    /// Open conversations.
    pub open: i64,
}
