//! The rows that frames carry: the same wire forms as the answers of the API.

use zhiyin_app::conversations::MessageView;
use zhiyin_app::promises::PromiseView;
use zhiyin_app::routing::VisitorQueue;
use zhiyin_app::scheduled_messages::ScheduledView;
use zhiyin_app::widget::VisitorView;
use zhiyin_domain::ids::AvatarId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::conversations::ConversationView;

use crate::conversations::dto::{ConversationDto, MessageDto, Reader};
use crate::promises::PromiseDto;
use crate::scheduled_messages::ScheduledMessageDto;
use crate::widget::dto::WidgetConversationDto;

pub(crate) type AgentConversation = ConversationDto;
pub(crate) type AgentMessage = MessageDto;
pub(crate) type VisitorConversation = WidgetConversationDto;
pub(crate) type VisitorMessage = MessageDto;

pub(crate) fn agent_conversation(view: &ConversationView) -> AgentConversation {
    view.clone().into()
}

pub(crate) fn agent_message(message: &MessageView) -> AgentMessage {
    MessageDto::new(message.clone(), Reader::Company)
}

pub(crate) fn visitor_message(message: &MessageView) -> VisitorMessage {
    MessageDto::new(message.clone(), Reader::Contact)
}

pub(crate) fn visitor_conversation(
    view: &ConversationView,
    assignee: Option<(String, Option<AvatarId>)>,
    unread_count: i64,
    queue: Option<VisitorQueue>,
    now: Timestamp,
) -> VisitorConversation {
    let view = VisitorView {
        conversation: view.conversation.clone(),
        session: view.session.clone(),
        assignee,
        contact_name: view.contact.name.clone(),
        unread_count,
        queue,
    };
    visitor_conversation_of(&view, now)
}

pub(crate) fn visitor_conversation_of(view: &VisitorView, now: Timestamp) -> VisitorConversation {
    WidgetConversationDto::new(view.clone(), now)
}

/// As everybody may see it: a frame is one text for many.
pub(crate) fn promise(view: &PromiseView) -> PromiseDto {
    PromiseView {
        shows_phone: false,
        ..view.clone()
    }
    .into()
}

pub(crate) fn scheduled_message(view: &ScheduledView) -> ScheduledMessageDto {
    view.clone().into()
}
