//! What can happen: the typed, versioned events of the log.
//!
//! Every command appends its events in its own transaction; everything else follows from
//! them. An event is a value with a fixed wire form, so it is the one kind of domain type
//! besides identifiers that carries serde. It holds identifiers and decisions, never
//! names, addresses or message texts: the log outlives what people may ask us to forget.
//!
//! Changing a stored variant means a new `version` in [`Event::version`], never a new
//! meaning for an old one.

mod subject;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::conversation::Assignment;
use crate::ids::{
    AgentId, ContactId, ConversationId, IdentityId, InboxId, LoginSessionId, MessageId,
    ScheduledMessageId, SessionId, TagId, WorkspaceId,
};
use crate::message::{Delivery, MessageKind};
use crate::time::Timestamp;

/// A thing that events are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// A workspace.
    Workspace,
    /// A conversation with its sessions and messages.
    Conversation,
    /// A contact with its identities.
    Contact,
    /// An agent with log-ins and tokens.
    Agent,
    /// A role.
    Role,
    /// A team.
    Team,
    /// An inbox.
    Inbox,
    /// A tag.
    Tag,
    /// A phrase.
    Phrase,
    /// A saved view.
    View,
    /// A personal or app token.
    Token,
    /// An invitation.
    Invitation,
    /// A custom attribute.
    Attribute,
    /// An entry of the block list.
    Block,
}

impl Aggregate {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Conversation => "conversation",
            Self::Contact => "contact",
            Self::Agent => "agent",
            Self::Role => "role",
            Self::Team => "team",
            Self::Inbox => "inbox",
            Self::Tag => "tag",
            Self::Phrase => "phrase",
            Self::View => "view",
            Self::Token => "token",
            Self::Invitation => "invitation",
            Self::Attribute => "attribute",
            Self::Block => "block",
        }
    }
}

/// How a setting changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is new.
    Created,
    /// It is different.
    Updated,
    /// It is gone, revoked or no longer valid.
    Deleted,
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $wire:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }),* $(,)?) => {
        /// Something that happened.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "payload")]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $wire)] $name { $($(#[$field_doc])* $field: $type),* },)*
        }

        impl Event {
            /// The names of all events.
            pub const KINDS: &'static [&'static str] = &[$($wire),*];

            /// The name in the log, the API and the stream.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$name { .. } => $wire,)* }
            }
        }
    };
}

events! {
    /// A conversation began.
    ConversationOpened = "conversation.opened" {
        /// The conversation.
        conversation_id: ConversationId,
        /// With whom.
        contact_id: ContactId,
        /// Where.
        inbox_id: InboxId,
    },
    /// Somebody else is responsible.
    ConversationAssigned = "conversation.assigned" {
        /// The conversation.
        conversation_id: ConversationId,
        /// Where.
        inbox_id: InboxId,
        /// Who was.
        from: Assignment,
        /// Who is.
        to: Assignment,
    },
    /// It was put aside.
    ConversationSnoozed = "conversation.snoozed" {
        /// The conversation.
        conversation_id: ConversationId,
        /// Until when.
        until: Timestamp,
    },
    /// It came back from being put aside.
    ConversationWoken = "conversation.woken" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// The present problem is solved.
    ConversationResolved = "conversation.resolved" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Work goes on.
    ConversationReopened = "conversation.reopened" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Its tags are different.
    ConversationTagged = "conversation.tagged" {
        /// The conversation.
        conversation_id: ConversationId,
        /// New ones.
        added: Vec<TagId>,
        /// Gone ones.
        removed: Vec<TagId>,
    },
    /// Somebody read it.
    ConversationSeen = "conversation.seen" {
        /// The conversation.
        conversation_id: ConversationId,
        /// Up to which message.
        seq: i64,
    },
    /// It was marked unread.
    ConversationUnread = "conversation.unread" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Its priority is different.
    ConversationPrioritized = "conversation.prioritized" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Something was said or noted.
    MessageCreated = "message.created" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// The message.
        message_id: MessageId,
        /// Its place.
        seq: i64,
        /// Public, internal or a system line.
        message_kind: MessageKind,
        /// Whether the customer wrote it.
        from_contact: bool,
    },
    /// A message was changed.
    MessageEdited = "message.edited" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        message_id: MessageId,
    },
    /// A message was taken back.
    MessageRecalled = "message.recalled" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        message_id: MessageId,
    },
    /// A message got further, or did not.
    MessageDeliveryChanged = "message.delivery_changed" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        message_id: MessageId,
        /// How far.
        delivery: Delivery,
    },
    /// A stretch of service began.
    SessionOpened = "session.opened" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// 1, 2, 3 …
        number: i64,
    },
    /// A stretch of service ended.
    SessionResolved = "session.resolved" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
    },
    /// The customer gave an opinion.
    SessionRated = "session.rated" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// 1 to 5.
        score: u8,
    },
    /// An answer was written that is to be sent later.
    ScheduledMessageCreated = "scheduled_message.created" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The scheduled message.
        scheduled_message_id: ScheduledMessageId,
        /// In whose name it is sent.
        author_id: AgentId,
    },
    /// Its text or its time is different.
    ScheduledMessageChanged = "scheduled_message.changed" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The scheduled message.
        scheduled_message_id: ScheduledMessageId,
        /// In whose name it is sent.
        author_id: AgentId,
    },
    /// It was sent.
    ScheduledMessageSent = "scheduled_message.sent" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The scheduled message.
        scheduled_message_id: ScheduledMessageId,
        /// In whose name it was sent.
        author_id: AgentId,
        /// What it became.
        message_id: MessageId,
    },
    /// It was dropped.
    ScheduledMessageCancelled = "scheduled_message.cancelled" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The scheduled message.
        scheduled_message_id: ScheduledMessageId,
        /// In whose name it would have been sent.
        author_id: AgentId,
        /// Why: `by_agent` or `customer_replied`.
        reason: String,
    },
    /// It could not be sent; its author is told.
    ScheduledMessageFailed = "scheduled_message.failed" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The scheduled message.
        scheduled_message_id: ScheduledMessageId,
        /// Who wrote it.
        author_id: AgentId,
        /// Why, as in `FailReason`.
        reason: String,
    },
    /// A contact was seen for the first time.
    ContactCreated = "contact.created" {
        /// The contact.
        contact_id: ContactId,
        /// The identity they came with.
        identity_id: IdentityId,
        /// Where.
        inbox_id: InboxId,
    },
    /// Something about a contact is different.
    ContactUpdated = "contact.updated" {
        /// The contact.
        contact_id: ContactId,
        /// Names of the fields, not their values.
        fields: Vec<String>,
    },
    /// The site has proven who a visitor is.
    ContactIdentified = "contact.identified" {
        /// The contact.
        contact_id: ContactId,
        /// The identity.
        identity_id: IdentityId,
    },
    /// A transcript was asked for.
    TranscriptRequested = "transcript.requested" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// A setting changed.
    SettingChanged = "setting.changed" {
        /// What kind of thing.
        aggregate: Aggregate,
        /// Which one.
        id: Uuid,
        /// How.
        change: Change,
    },
    /// An agent's presence changed.
    AgentPresenceChanged = "agent.presence_changed" {
        /// The agent.
        agent_id: AgentId,
        /// `online`, `busy`, `break`, `away`, `offline`.
        presence: String,
    },
    /// Somebody logged in.
    LoggedIn = "login.succeeded" {
        /// The agent.
        agent_id: AgentId,
        /// The browser.
        login_session_id: LoginSessionId,
    },
    /// Log-in sessions ended before their time.
    LoggedOut = "login.ended" {
        /// The agent.
        agent_id: AgentId,
        /// One browser, or all of them.
        login_session_id: Option<LoginSessionId>,
    },
    /// A wrong password or code.
    LoginFailed = "login.failed" {
        /// The agent.
        agent_id: AgentId,
    },
    /// Too many wrong tries.
    LoginLocked = "login.locked" {
        /// The agent.
        agent_id: AgentId,
        /// Until when.
        until: Timestamp,
    },
    /// A password is different.
    PasswordChanged = "login.password_changed" {
        /// The agent.
        agent_id: AgentId,
    },
    /// The second factor was switched on or off.
    SecondFactorChanged = "login.second_factor_changed" {
        /// The agent.
        agent_id: AgentId,
        /// Whether it is on.
        is_on: bool,
    },
    /// A company began to use Zhiyin.
    WorkspaceCreated = "workspace.created" {
        /// The workspace.
        workspace_id: WorkspaceId,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names = Event::KINDS.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Event::KINDS.len());
    }

    #[test]
    fn the_wire_form_is_a_kind_and_a_payload() {
        let event = Event::ConversationSeen {
            conversation_id: ConversationId::from_uuid(Uuid::from_u128(1)),
            seq: 3,
        };
        let json = serde_json::to_value(&event).expect("serialisable");
        let expected = serde_json::json!({
            "kind": "conversation.seen",
            "payload": { "conversation_id": "cv_00000000000000000000000001", "seq": 3 },
        });
        assert_eq!(json, expected);
        assert_eq!(
            serde_json::from_value::<Event>(json).expect("readable"),
            event
        );
    }
}
