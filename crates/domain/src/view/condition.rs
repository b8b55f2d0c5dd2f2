//! One condition of a filter. Its wire form is in [`super::wire`].

use serde::{Deserialize, Serialize};

use crate::attribute::AttributeKey;
use crate::conversation::{Handler, Priority};
use crate::ids::{AgentId, InboxId, TagId, TeamId};
use crate::inbox::Channel;
use crate::stage::Stage;
use crate::time::Timestamp;

use super::wire::RawCondition;

/// Every status by name.
pub const STATUSES: [StatusName; 3] = [StatusName::Open, StatusName::Snoozed, StatusName::Resolved];
/// Every priority.
pub const PRIORITIES: [Priority; 4] = [
    Priority::Low,
    Priority::Normal,
    Priority::High,
    Priority::Urgent,
];
/// Everybody who can have the turn.
pub const HANDLERS: [Handler; 5] = [
    Handler::None,
    Handler::Bot,
    Handler::Queued,
    Handler::Offered,
    Handler::Human,
];
/// Every channel.
pub const CHANNELS: [Channel; 3] = Channel::ALL;

/// A status without its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusName {
    /// There is work.
    Open,
    /// Put aside.
    Snoozed,
    /// Done.
    Resolved,
}

impl StatusName {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
        }
    }
}

/// Among some values, or among none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOf<T> {
    /// Whether it must be none of them.
    pub is_negated: bool,
    /// The values; at least one.
    pub values: Vec<T>,
}

/// Who is responsible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssigneeChoice {
    /// Whoever looks.
    Me,
    /// No agent.
    Nobody,
    /// One agent.
    Agent(AgentId),
}

/// Which team is responsible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamChoice {
    /// No team.
    NoTeam,
    /// One team.
    Team(TeamId),
}

/// How tags are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagTest {
    /// At least one of them.
    HasAny,
    /// Every one of them.
    HasAll,
    /// Not one of them.
    HasNone,
}

/// How a moment is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeTest {
    /// Before a point in time.
    Before(Timestamp),
    /// After a point in time.
    After(Timestamp),
    /// In the last so many days.
    WithinDays(u32),
    /// More than so many days ago.
    OlderThanDays(u32),
}

/// How a score is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RatingTest {
    /// This or worse.
    AtMost(u8),
    /// This or better.
    AtLeast(u8),
}

/// How the value of a custom attribute is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeTest {
    /// Among some values, or among none of them.
    OneOf(OneOf<String>),
    /// Whether there is a value.
    IsSet(bool),
}

/// A custom attribute of the contact and what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeCondition {
    /// Which attribute.
    pub key: AttributeKey,
    /// What it must be.
    pub test: AttributeTest,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawCondition", into = "RawCondition")]
pub enum Condition {
    /// Whether there is work.
    Status(OneOf<StatusName>),
    /// Where it takes place.
    Inbox(OneOf<InboxId>),
    /// The team responsible.
    Team(OneOf<TeamChoice>),
    /// The agent responsible.
    Assignee(OneOf<AssigneeChoice>),
    /// The words put on it.
    Tag(TagTest, Vec<TagId>),
    /// How urgent.
    Priority(OneOf<Priority>),
    /// The technique.
    Channel(OneOf<Channel>),
    /// Who has the turn.
    Handler(OneOf<Handler>),
    /// Whether the customer wrote something no agent has looked at.
    Unread(bool),
    /// The customer waits longer than so many seconds.
    WaitingLonger(u64),
    /// Whether a target of the service standard is missed.
    Breached(bool),
    /// Before, during or after a purchase.
    Stage(OneOf<Stage>),
    /// When it began.
    Created(TimeTest),
    /// When something was last said.
    Activity(TimeTest),
    /// The contact's language: a tag such as `en` also means `en-GB`.
    ContactLocale(OneOf<String>),
    /// Whether the site vouches for the contact.
    ContactVerified(bool),
    /// What the customer thought of the present or last session.
    Rating(RatingTest),
    /// A custom attribute of the contact.
    Attribute(AttributeCondition),
}

/// Something a condition names that must exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference<'a> {
    /// An inbox.
    Inbox(InboxId),
    /// A team.
    Team(TeamId),
    /// An agent.
    Agent(AgentId),
    /// A tag.
    Tag(TagId),
    /// A custom attribute that is not personal.
    Attribute(&'a AttributeKey),
}

impl Condition {
    /// Everything it names.
    #[must_use]
    pub fn references(&self) -> Vec<Reference<'_>> {
        match self {
            Self::Inbox(it) => it.values.iter().copied().map(Reference::Inbox).collect(),
            Self::Team(it) => it
                .values
                .iter()
                .filter_map(|choice| match choice {
                    TeamChoice::Team(id) => Some(Reference::Team(*id)),
                    TeamChoice::NoTeam => None,
                })
                .collect(),
            Self::Assignee(it) => it
                .values
                .iter()
                .filter_map(|choice| match choice {
                    AssigneeChoice::Agent(id) => Some(Reference::Agent(*id)),
                    AssigneeChoice::Me | AssigneeChoice::Nobody => None,
                })
                .collect(),
            Self::Tag(_, tags) => tags.iter().copied().map(Reference::Tag).collect(),
            Self::Attribute(attribute) => vec![Reference::Attribute(&attribute.key)],
            Self::Status(_)
            | Self::Priority(_)
            | Self::Channel(_)
            | Self::Handler(_)
            | Self::Unread(_)
            | Self::WaitingLonger(_)
            | Self::Breached(_)
            | Self::Stage(_)
            | Self::Created(_)
            | Self::Activity(_)
            | Self::ContactLocale(_)
            | Self::ContactVerified(_)
            | Self::Rating(_) => Vec::new(),
        }
    }
}
