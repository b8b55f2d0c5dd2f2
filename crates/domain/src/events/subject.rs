//! What an event is about: the conversation, the message, the thing that changed.

use uuid::Uuid;

use super::{Aggregate, Event};
use crate::ids::{ConversationId, MessageId, PromiseId, QueueItemId, ScheduledMessageId};

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
            Self::ConversationOpened { .. }
            | Self::ConversationAssigned { .. }
            | Self::ConversationSnoozed { .. }
            | Self::ConversationWoken { .. }
            | Self::ConversationResolved { .. }
            | Self::ConversationReopened { .. }
            | Self::ConversationTagged { .. }
            | Self::ConversationSeen { .. }
            | Self::ConversationUnread { .. }
            | Self::ConversationPrioritized { .. }
            | Self::TranscriptRequested { .. } => self.conversation_itself(),
            Self::MessageCreated { .. }
            | Self::MessageEdited { .. }
            | Self::MessageRecalled { .. }
            | Self::MessageDeliveryChanged { .. }
            | Self::SessionOpened { .. }
            | Self::SessionResolved { .. }
            | Self::SessionRated { .. }
            | Self::SessionStepEntered { .. }
            | Self::SessionClassified { .. }
            | Self::SessionWaiting { .. }
            | Self::DeadlineWarned { .. }
            | Self::DeadlineMissed { .. } => self.conversation_of_session(),
            Self::PromiseMade { .. }
            | Self::PromiseChanged { .. }
            | Self::PromiseDueSoon { .. }
            | Self::PromiseKept { .. }
            | Self::PromiseBroken { .. }
            | Self::PromiseCancelled { .. }
            | Self::ScheduledMessageCreated { .. }
            | Self::ScheduledMessageChanged { .. }
            | Self::ScheduledMessageSent { .. }
            | Self::ScheduledMessageCancelled { .. }
            | Self::ScheduledMessageFailed { .. } => self.conversation_of_plan(),
            Self::QueueItemEntered { .. }
            | Self::QueueItemOffered { .. }
            | Self::QueueItemAccepted { .. }
            | Self::QueueItemDeclined { .. }
            | Self::QueueItemExpired { .. }
            | Self::QueueItemAssigned { .. }
            | Self::QueueItemReturned { .. }
            | Self::QueueItemTransferred { .. }
            | Self::QueueItemMoved { .. }
            | Self::QueueItemEnded { .. } => self.conversation_of_work(),
            // Contacts, settings, log-ins, cases: not about one conversation.
            _ => None,
        }
    }

    const fn conversation_itself(&self) -> Option<ConversationId> {
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
            | Self::TranscriptRequested { conversation_id } => Some(*conversation_id),
            _ => None,
        }
    }

    const fn conversation_of_work(&self) -> Option<ConversationId> {
        match self.queue_item() {
            Some((_, id)) => Some(id),
            None => None,
        }
    }

    const fn conversation_of_session(&self) -> Option<ConversationId> {
        match self {
            Self::MessageCreated {
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
            | Self::SessionStepEntered {
                conversation_id, ..
            }
            | Self::SessionClassified {
                conversation_id, ..
            }
            | Self::SessionWaiting {
                conversation_id, ..
            }
            | Self::DeadlineWarned {
                conversation_id, ..
            }
            | Self::DeadlineMissed {
                conversation_id, ..
            } => Some(*conversation_id),
            _ => None,
        }
    }

    /// What is to be done later.
    const fn conversation_of_plan(&self) -> Option<ConversationId> {
        match self {
            Self::PromiseMade {
                conversation_id, ..
            }
            | Self::PromiseChanged {
                conversation_id, ..
            }
            | Self::PromiseDueSoon {
                conversation_id, ..
            }
            | Self::PromiseKept {
                conversation_id, ..
            }
            | Self::PromiseBroken {
                conversation_id, ..
            }
            | Self::PromiseCancelled {
                conversation_id, ..
            }
            | Self::ScheduledMessageCreated {
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

    /// The work in a queue it is about and its conversation, if any.
    #[must_use]
    pub const fn queue_item(&self) -> Option<(QueueItemId, ConversationId)> {
        match self {
            Self::QueueItemEntered {
                queue_item_id,
                conversation_id,
                ..
            }
            | Self::QueueItemOffered {
                queue_item_id,
                conversation_id,
                ..
            }
            | Self::QueueItemAccepted {
                queue_item_id,
                conversation_id,
                ..
            }
            | Self::QueueItemDeclined {
                queue_item_id,
                conversation_id,
                ..
            }
            | Self::QueueItemExpired {
                queue_item_id,
                conversation_id,
                ..
            }
            | Self::QueueItemAssigned {
                queue_item_id,
                conversation_id,
                ..
            }
            | Self::QueueItemReturned {
                queue_item_id,
                conversation_id,
                ..
            }
            | Self::QueueItemTransferred {
                queue_item_id,
                conversation_id,
                ..
            }
            | Self::QueueItemMoved {
                queue_item_id,
                conversation_id,
                ..
            }
            | Self::QueueItemEnded {
                queue_item_id,
                conversation_id,
                ..
            } => Some((*queue_item_id, *conversation_id)),
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

    /// The promise it is about, if any.
    #[must_use]
    pub const fn promise(&self) -> Option<PromiseId> {
        match self {
            Self::PromiseMade { promise_id, .. }
            | Self::PromiseChanged { promise_id, .. }
            | Self::PromiseDueSoon { promise_id, .. }
            | Self::PromiseKept { promise_id, .. }
            | Self::PromiseBroken { promise_id, .. }
            | Self::PromiseCancelled { promise_id, .. } => Some(*promise_id),
            _ => None,
        }
    }

    /// The thing it is about.
    #[must_use]
    pub fn aggregate(&self) -> (Aggregate, Uuid) {
        if let Some(id) = self.conversation() {
            return (Aggregate::Conversation, id.uuid());
        }
        if let Some(about) = self.case() {
            return (Aggregate::Case, about.case_id.uuid());
        }
        match self {
            Self::ContactCreated { contact_id, .. }
            | Self::ContactUpdated { contact_id, .. }
            | Self::ContactIdentified { contact_id, .. } => (Aggregate::Contact, contact_id.uuid()),
            Self::AccountCreated { account_id } | Self::AccountUpdated { account_id, .. } => {
                (Aggregate::Account, account_id.uuid())
            }
            Self::SettingChanged { aggregate, id, .. } => (*aggregate, *id),
            Self::RiskWarningChanged {
                risk_warning_id, ..
            } => (Aggregate::RiskWarning, risk_warning_id.uuid()),
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
