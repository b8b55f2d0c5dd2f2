//! What an event is about: the conversation, the message, the thing that changed.

use uuid::Uuid;

use super::{Aggregate, Event};
use crate::ids::{ConversationId, MessageId, ScheduledMessageId};

impl Event {
    /// Version of the payload's form.
    #[must_use]
    pub const fn version(&self) -> i64 {
        1
    }

    /// The conversation it is about, if any.
    #[must_use]
    pub const fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::ConversationOpened {
                conversation_id, ..
            }
            | Self::ConversationAssigned {
                conversation_id, ..
            }
            | Self::ConversationSnoozed {
                conversation_id, ..
            }
            | Self::ConversationWoken { conversation_id }
            | Self::ConversationResolved { conversation_id }
            | Self::ConversationReopened { conversation_id }
            | Self::ConversationTagged {
                conversation_id, ..
            }
            | Self::ConversationSeen {
                conversation_id, ..
            }
            | Self::ConversationUnread { conversation_id }
            | Self::ConversationPrioritized { conversation_id }
            | Self::MessageCreated {
                conversation_id, ..
            }
            | Self::MessageEdited {
                conversation_id, ..
            }
            | Self::MessageRecalled {
                conversation_id, ..
            }
            | Self::MessageDeliveryChanged {
                conversation_id, ..
            }
            | Self::SessionOpened {
                conversation_id, ..
            }
            | Self::SessionResolved {
                conversation_id, ..
            }
            | Self::SessionRated {
                conversation_id, ..
            }
            | Self::TranscriptRequested { conversation_id } => Some(*conversation_id),
            Self::ScheduledMessageCreated { .. }
            | Self::ScheduledMessageChanged { .. }
            | Self::ScheduledMessageSent { .. }
            | Self::ScheduledMessageCancelled { .. }
            | Self::ScheduledMessageFailed { .. } => self.conversation_of_scheduled(),
            Self::ContactCreated { .. }
            | Self::ContactUpdated { .. }
            | Self::ContactIdentified { .. }
            | Self::SettingChanged { .. }
            | Self::AgentPresenceChanged { .. }
            | Self::LoggedIn { .. }
            | Self::LoggedOut { .. }
            | Self::LoginFailed { .. }
            | Self::LoginLocked { .. }
            | Self::PasswordChanged { .. }
            | Self::SecondFactorChanged { .. }
            | Self::WorkspaceCreated { .. } => None,
        }
    }

    const fn conversation_of_scheduled(&self) -> Option<ConversationId> {
        match self {
            Self::ScheduledMessageCreated {
                conversation_id, ..
            }
            | Self::ScheduledMessageChanged {
                conversation_id, ..
            }
            | Self::ScheduledMessageSent {
                conversation_id, ..
            }
            | Self::ScheduledMessageCancelled {
                conversation_id, ..
            }
            | Self::ScheduledMessageFailed {
                conversation_id, ..
            } => Some(*conversation_id),
            _ => None,
        }
    }

    /// The message it is about, if any.
    #[must_use]
    pub const fn message(&self) -> Option<MessageId> {
        match self {
            Self::MessageCreated { message_id, .. }
            | Self::MessageEdited { message_id, .. }
            | Self::MessageRecalled { message_id, .. }
            | Self::MessageDeliveryChanged { message_id, .. } => Some(*message_id),
            _ => None,
        }
    }

    /// The scheduled message it is about, if any.
    #[must_use]
    pub const fn scheduled_message(&self) -> Option<ScheduledMessageId> {
        match self {
            Self::ScheduledMessageCreated {
                scheduled_message_id,
                ..
            }
            | Self::ScheduledMessageChanged {
                scheduled_message_id,
                ..
            }
            | Self::ScheduledMessageSent {
                scheduled_message_id,
                ..
            }
            | Self::ScheduledMessageCancelled {
                scheduled_message_id,
                ..
            }
            | Self::ScheduledMessageFailed {
                scheduled_message_id,
                ..
            } => Some(*scheduled_message_id),
            _ => None,
        }
    }

    /// The thing it is about.
    #[must_use]
    pub fn aggregate(&self) -> (Aggregate, Uuid) {
        if let Some(id) = self.conversation() {
            return (Aggregate::Conversation, id.uuid());
        }
        match self {
            Self::ContactCreated { contact_id, .. }
            | Self::ContactUpdated { contact_id, .. }
            | Self::ContactIdentified { contact_id, .. } => (Aggregate::Contact, contact_id.uuid()),
            Self::SettingChanged { aggregate, id, .. } => (*aggregate, *id),
            Self::AgentPresenceChanged { agent_id, .. }
            | Self::LoggedIn { agent_id, .. }
            | Self::LoggedOut { agent_id, .. }
            | Self::LoginFailed { agent_id }
            | Self::LoginLocked { agent_id, .. }
            | Self::PasswordChanged { agent_id }
            | Self::SecondFactorChanged { agent_id, .. } => (Aggregate::Agent, agent_id.uuid()),
            Self::WorkspaceCreated { workspace_id } => (Aggregate::Workspace, workspace_id.uuid()),
            _ => (Aggregate::Workspace, Uuid::nil()),
        }
    }
}
