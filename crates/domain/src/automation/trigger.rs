//! When a rule is asked: an event, or so long after a moment.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::events::Event;
use crate::limits::AUTOMATION_MINUTES_MAX;
use crate::message::MessageKind;

/// Something that happens to a conversation and that rules hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventTrigger {
    /// A conversation began.
    ConversationOpened,
    /// A stretch of service began.
    SessionOpened,
    /// The customer wrote.
    CustomerWrote,
    /// An agent or a program answered the customer.
    AgentReplied,
    /// Somebody else is responsible.
    Assigned,
    /// It waits in line.
    Queued,
    /// Its tags are different.
    TagsChanged,
    /// Its priority is different.
    PriorityChanged,
    /// It was put aside.
    Snoozed,
    /// It came back from being put aside.
    Woken,
    /// The session is over.
    Resolved,
    /// Work goes on after it was over.
    Reopened,
    /// The customer gave an opinion.
    Rated,
    /// A target will be missed if nothing happens.
    DeadlineWarned,
    /// A target is missed.
    DeadlineMissed,
    /// Something that was promised was not done in time.
    PromiseBroken,
}

impl EventTrigger {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::ConversationOpened,
        Self::SessionOpened,
        Self::CustomerWrote,
        Self::AgentReplied,
        Self::Assigned,
        Self::Queued,
        Self::TagsChanged,
        Self::PriorityChanged,
        Self::Snoozed,
        Self::Woken,
        Self::Resolved,
        Self::Reopened,
        Self::Rated,
        Self::DeadlineWarned,
        Self::DeadlineMissed,
        Self::PromiseBroken,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConversationOpened => "conversation_opened",
            Self::SessionOpened => "session_opened",
            Self::CustomerWrote => "customer_wrote",
            Self::AgentReplied => "agent_replied",
            Self::Assigned => "assigned",
            Self::Queued => "queued",
            Self::TagsChanged => "tags_changed",
            Self::PriorityChanged => "priority_changed",
            Self::Snoozed => "snoozed",
            Self::Woken => "woken",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
            Self::Rated => "rated",
            Self::DeadlineWarned => "deadline_warned",
            Self::DeadlineMissed => "deadline_missed",
            Self::PromiseBroken => "promise_broken",
        }
    }

    /// What an event of the log means for rules, if anything. An answer counts when a person
    /// or a program gave it: what rules, the bot and Zhiyin itself say does not.
    #[must_use]
    pub fn of(event: &Event, actor: &Actor) -> Option<Self> {
        Some(match event {
            Event::ConversationOpened { .. } => Self::ConversationOpened,
            Event::SessionOpened { .. } => Self::SessionOpened,
            Event::MessageCreated {
                message_kind: MessageKind::Text,
                from_contact,
                ..
            } => match (from_contact, actor) {
                (true, _) => Self::CustomerWrote,
                (false, Actor::Agent(_) | Actor::App(_)) => Self::AgentReplied,
                (false, Actor::Visitor(_) | Actor::Bot | Actor::System(_)) => return None,
            },
            Event::ConversationAssigned { .. } => Self::Assigned,
            Event::QueueItemEntered { .. } => Self::Queued,
            Event::ConversationTagged { .. } => Self::TagsChanged,
            Event::ConversationPrioritized { .. } => Self::PriorityChanged,
            Event::ConversationSnoozed { .. } => Self::Snoozed,
            Event::ConversationWoken { .. } => Self::Woken,
            Event::ConversationResolved { .. } => Self::Resolved,
            Event::ConversationReopened { .. } => Self::Reopened,
            Event::SessionRated { .. } => Self::Rated,
            Event::DeadlineWarned { .. } => Self::DeadlineWarned,
            Event::DeadlineMissed { .. } => Self::DeadlineMissed,
            Event::PromiseBroken { .. } => Self::PromiseBroken,
            // Everything else is no matter of rules.
            _ => return None,
        })
    }
}

/// The moment from which a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// The customer waits for an answer since then.
    CustomerWaiting,
    /// Nobody said anything since then, in an open conversation.
    LastActivity,
    /// The session began.
    SessionOpened,
    /// The session ended.
    SessionResolved,
}

impl Since {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::CustomerWaiting,
        Self::LastActivity,
        Self::SessionOpened,
        Self::SessionResolved,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CustomerWaiting => "customer_waiting",
            Self::LastActivity => "last_activity",
            Self::SessionOpened => "session_opened",
            Self::SessionResolved => "session_resolved",
        }
    }
}

/// When a rule is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Trigger {
    /// One of these happens.
    Event {
        /// Which; at least one.
        events: BTreeSet<EventTrigger>,
    },
    /// So long after a moment, once for each.
    Time {
        /// Which moment.
        since: Since,
        /// How long after it.
        after_minutes: u32,
    },
}

impl Trigger {
    /// Whether it can ever be asked.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        match self {
            Self::Event { events } => !events.is_empty(),
            Self::Time { after_minutes, .. } => {
                (1..=AUTOMATION_MINUTES_MAX).contains(after_minutes)
            }
        }
    }

    /// Whether it hears of this.
    #[must_use]
    pub fn hears(&self, event: EventTrigger) -> bool {
        match self {
            Self::Event { events } => events.contains(&event),
            Self::Time { .. } => false,
        }
    }

    /// The moment and how long after it, if it is one by time.
    #[must_use]
    pub fn delay(&self) -> Option<(Since, Duration)> {
        match self {
            Self::Event { .. } => None,
            Self::Time {
                since,
                after_minutes,
            } => Some((*since, Duration::from_secs(u64::from(*after_minutes) * 60))),
        }
    }

    /// The kind in the database.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Event { .. } => "event",
            Self::Time { .. } => "time",
        }
    }
}
