//! Scheduled messages: answers that are written now and sent later, under the name of whoever
//! wrote them.

use crate::ids::{AgentId, AttachmentId, ConversationId, MessageId, ScheduledMessageId};
use crate::limits::{SCHEDULE_AHEAD_MAX, SCHEDULED_MESSAGES_MAX};
use crate::time::Timestamp;

/// A message that is to be sent later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledMessage {
    /// Identifier.
    pub id: ScheduledMessageId,
    /// Where it goes.
    pub conversation_id: ConversationId,
    /// Who wrote it and in whose name it is sent.
    pub author_id: AgentId,
    /// The writer's own id: a repeat is recognised by it.
    pub client_id: String,
    /// The text as written, with light formatting.
    pub text: String,
    /// Files that go with it, in their order.
    pub attachment_ids: Vec<AttachmentId>,
    /// When it is sent.
    pub send_at: Timestamp,
    /// Whether it is dropped when the customer writes first.
    pub cancel_on_reply: bool,
    /// What became of it.
    pub status: ScheduledStatus,
    /// When it was written.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// What became of a scheduled message. Only waiting ones change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduledStatus {
    /// Its time has not come.
    Waiting,
    /// It was sent.
    Sent {
        /// The message it became.
        message_id: MessageId,
        /// When.
        at: Timestamp,
    },
    /// It was dropped.
    Cancelled {
        /// Why.
        reason: CancelReason,
        /// When.
        at: Timestamp,
    },
    /// It could not be sent.
    Failed {
        /// Why.
        reason: FailReason,
        /// When.
        at: Timestamp,
    },
}

impl ScheduledStatus {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent { .. } => "sent",
            Self::Cancelled { .. } => "cancelled",
            Self::Failed { .. } => "failed",
        }
    }

    /// Why it was not sent, if it was not.
    #[must_use]
    pub const fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Waiting | Self::Sent { .. } => None,
            Self::Cancelled { reason, .. } => Some(reason.as_str()),
            Self::Failed { reason, .. } => Some(reason.as_str()),
        }
    }
}

/// Why a message was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelReason {
    /// An agent dropped it.
    ByAgent,
    /// The customer wrote first.
    CustomerReplied,
}

impl CancelReason {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::ByAgent, Self::CustomerReplied];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ByAgent => "by_agent",
            Self::CustomerReplied => "customer_replied",
        }
    }
}

/// Why a message could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailReason {
    /// Its author does not work here any more.
    AuthorInactive,
    /// Its author may not answer in this conversation any more.
    NotAllowed,
    /// The customer was blocked.
    ContactBlocked,
    /// A file that belongs to it is gone.
    AttachmentMissing,
}

impl FailReason {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::AuthorInactive,
        Self::NotAllowed,
        Self::ContactBlocked,
        Self::AttachmentMissing,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorInactive => "author_inactive",
            Self::NotAllowed => "not_allowed",
            Self::ContactBlocked => "contact_blocked",
            Self::AttachmentMissing => "attachment_missing",
        }
    }
}

/// Why a message cannot be scheduled so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The time is over.
    #[error("the time lies in the past")]
    InPast,
    /// The time lies more than [`SCHEDULE_AHEAD_MAX`] ahead.
    #[error("the time lies more than a year ahead")]
    TooFar,
    /// Too many wait in this conversation.
    #[error("a conversation has at most {SCHEDULED_MESSAGES_MAX} messages that wait to be sent")]
    TooMany,
    /// It was sent, dropped or failed.
    #[error("the message does not wait any more")]
    NotWaiting,
}

/// Checks a moment for sending.
pub fn check_send_at(send_at: Timestamp, now: Timestamp) -> Result<(), ScheduleError> {
    if send_at <= now {
        return Err(ScheduleError::InPast);
    }
    if send_at > now.plus(SCHEDULE_AHEAD_MAX) {
        return Err(ScheduleError::TooFar);
    }
    Ok(())
}

impl ScheduledMessage {
    /// Whether it still waits.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        matches!(self.status, ScheduledStatus::Waiting)
    }

    fn require_waiting(self) -> Result<Self, ScheduleError> {
        match self.status {
            ScheduledStatus::Waiting => Ok(self),
            ScheduledStatus::Sent { .. }
            | ScheduledStatus::Cancelled { .. }
            | ScheduledStatus::Failed { .. } => Err(ScheduleError::NotWaiting),
        }
    }

    /// Changes text or time; what is none stays.
    pub fn change(
        self,
        text: Option<String>,
        send_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, ScheduleError> {
        let mut changed = self.require_waiting()?;
        if let Some(send_at) = send_at {
            check_send_at(send_at, now)?;
            changed.send_at = send_at;
        }
        changed.text = text.unwrap_or(changed.text);
        Ok(changed)
    }

    /// Drops it.
    pub fn cancel(self, reason: CancelReason, now: Timestamp) -> Result<Self, ScheduleError> {
        Ok(Self {
            status: ScheduledStatus::Cancelled { reason, at: now },
            ..self.require_waiting()?
        })
    }

    /// It became a message.
    pub fn sent(self, message_id: MessageId, now: Timestamp) -> Result<Self, ScheduleError> {
        Ok(Self {
            status: ScheduledStatus::Sent {
                message_id,
                at: now,
            },
            ..self.require_waiting()?
        })
    }

    /// It could not be sent.
    pub fn fail(self, reason: FailReason, now: Timestamp) -> Result<Self, ScheduleError> {
        Ok(Self {
            status: ScheduledStatus::Failed { reason, at: now },
            ..self.require_waiting()?
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp::EPOCH;
    const HOUR: Duration = Duration::from_hours(1);

    fn waiting() -> ScheduledMessage {
        let uuid = Uuid::from_u128(1);
        ScheduledMessage {
            id: ScheduledMessageId::from_uuid(uuid),
            conversation_id: ConversationId::from_uuid(uuid),
            author_id: AgentId::from_uuid(uuid),
            client_id: "1".into(),
            text: "您好".into(),
            attachment_ids: Vec::new(),
            send_at: NOW.plus(HOUR),
            cancel_on_reply: true,
            status: ScheduledStatus::Waiting,
            created_at: NOW,
            version: 1,
        }
    }

    #[test]
    fn a_message_is_sent_in_the_future_but_not_in_the_next_century() {
        assert_eq!(check_send_at(NOW, NOW), Err(ScheduleError::InPast));
        let last = NOW.plus(SCHEDULE_AHEAD_MAX);
        assert_eq!(check_send_at(last, NOW), Ok(()));
        assert_eq!(
            check_send_at(last.plus(HOUR), NOW),
            Err(ScheduleError::TooFar)
        );
    }

    #[test]
    fn text_and_time_change_apart() {
        let later = Some(NOW.plus(2 * HOUR));
        let moved = waiting().change(None, later, NOW).expect("waiting");
        assert_eq!((moved.text.as_str(), Some(moved.send_at)), ("您好", later));
        let text = Some("再见".to_owned());
        let said = waiting()
            .change(text, None, NOW.plus(2 * HOUR))
            .expect("waiting");
        assert_eq!((said.text.as_str(), said.send_at), ("再见", NOW.plus(HOUR)));
        let refused = waiting().change(None, Some(NOW), NOW);
        assert_eq!(refused, Err(ScheduleError::InPast));
    }

    #[test]
    fn what_is_over_stays_as_it_is() {
        let message = MessageId::from_uuid(Uuid::from_u128(2));
        for done in [
            waiting().sent(message, NOW),
            waiting().cancel(CancelReason::ByAgent, NOW),
            waiting().fail(FailReason::ContactBlocked, NOW),
        ] {
            let done = done.expect("waiting");
            assert!(!done.is_waiting());
            let refused = Err(ScheduleError::NotWaiting);
            assert_eq!(done.clone().change(None, None, NOW), refused);
            assert_eq!(done.clone().sent(message, NOW), refused);
            assert_eq!(done.clone().cancel(CancelReason::ByAgent, NOW), refused);
            assert_eq!(done.fail(FailReason::NotAllowed, NOW), refused);
        }
    }
}
