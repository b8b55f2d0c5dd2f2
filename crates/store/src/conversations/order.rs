//! Orders of lists: by which column a list is read, in which direction, and where a page
//! ends.
//!
//! An order is one or more sequences, one after the other, each read on indexes of its own.

use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::ConversationId;
use zhiyin_domain::time::Timestamp;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Latest activity first.
    Recent,
    /// Longest waiting first; only those where a customer waits.
    Waiting,
    /// Next deadline first; behind them those without, latest activity first.
    Deadline,
}

impl Order {
    pub(super) const fn sequences(self) -> &'static [Sequence] {
        match self {
            Self::Recent => &[Sequence::Recent],
            Self::Waiting => &[Sequence::Waiting],
            Self::Deadline => &[Sequence::Due, Sequence::Undated],
        }
    }
}

/// Where the next page begins: the sort key and id of the last row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListCursor {
    /// Whether it is among those that come last, because they have no time of that order.
    pub is_rest: bool,
    /// Last activity, start of waiting or next deadline.
    pub at: Timestamp,
    /// The conversation.
    pub id: ConversationId,
}

impl ListCursor {
    /// Before everything of the second sequence, which is read from the latest.
    pub(super) const fn before_the_rest() -> Self {
        Self {
            is_rest: true,
            at: Timestamp::from_micros(i64::MAX),
            id: ConversationId::from_uuid(uuid::Uuid::max()),
        }
    }
}

/// What is read in one go, in the order of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sequence {
    Recent,
    Waiting,
    Due,
    Undated,
}

impl Sequence {
    /// The column.
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::Recent | Self::Undated => "last_activity_at",
            Self::Waiting => "waiting_since",
            Self::Due => "next_due_at",
        }
    }

    /// Whether the latest comes first.
    pub(super) const fn is_descending(self) -> bool {
        match self {
            Self::Recent | Self::Undated => true,
            Self::Waiting | Self::Due => false,
        }
    }

    /// What is left out.
    pub(super) const fn condition(self) -> Option<&'static str> {
        match self {
            Self::Recent => None,
            Self::Waiting => Some("c.waiting_since IS NOT NULL"),
            Self::Due => Some("c.next_due_at IS NOT NULL"),
            Self::Undated => Some("c.next_due_at IS NULL"),
        }
    }

    /// The nearer of two places.
    pub(super) fn nearer(self, one: ListCursor, other: ListCursor) -> ListCursor {
        if self.is_descending() {
            one.max(other)
        } else {
            one.min(other)
        }
    }

    pub(super) fn cursor(self, at: Timestamp, id: ConversationId) -> ListCursor {
        ListCursor {
            is_rest: self == Self::Undated,
            at,
            id,
        }
    }

    pub(super) fn place(self, conversation: &Conversation) -> ListCursor {
        let at = match self {
            Self::Recent | Self::Undated => None,
            Self::Waiting => conversation.waiting_since,
            Self::Due => conversation.deadline.and_then(|next| next.due_at),
        };
        self.cursor(at.unwrap_or(conversation.last_activity_at), conversation.id)
    }
}
