//! The macro that makes the enum of all events with their names, and what events about cases
//! have in common.

use crate::ids::{AgentId, CaseId, CaseTaskId};

/// What all events about a case carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHappening {
    /// The case.
    pub case_id: CaseId,
    /// The task of the back office, if it is about one.
    pub task_id: Option<CaseTaskId>,
    /// Agents who are to know.
    pub notify: Vec<AgentId>,
    /// How, as a code; nothing personal.
    pub what: String,
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $wire:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }),* $(,)?;
     queue items: $($(#[$item_doc:meta])* $item:ident = $item_wire:literal),* $(,)?;
     cases: $($(#[$case_doc:meta])* $case:ident = $case_wire:literal),* $(,)?) => {
        /// Something that happened.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "payload")]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $wire)] $name { $($(#[$field_doc])* $field: $type),* },)*
            $($(#[$item_doc])* #[serde(rename = $item_wire)] $item {
                /// The conversation.
                conversation_id: ConversationId,
                /// The session.
                session_id: SessionId,
                /// The work.
                queue_item_id: QueueItemId,
                /// Where it waits or waited.
                queue_id: QueueId,
                /// Who is asked, has it or had it.
                #[serde(default)]
                agent_id: Option<AgentId>,
            },)*
            $($(#[$case_doc])* #[serde(rename = $case_wire)] $case {
                /// The case.
                case_id: CaseId,
                /// The task of the back office, if it is about one.
                #[serde(default)]
                task_id: Option<CaseTaskId>,
                /// Agents who are to know.
                #[serde(default)]
                notify: Vec<AgentId>,
                /// How, as a code; nothing personal.
                #[serde(default)]
                what: String,
            },)*
        }

        impl Event {
            /// The names of all events.
            pub const KINDS: &'static [&'static str] =
                &[$($wire,)* $($item_wire,)* $($case_wire),*];

            /// The names of what happens to cases.
            pub const CASE_KINDS: &'static [&'static str] = &[$($case_wire),*];

            /// The name in the log, the API and the stream.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $wire,)*
                    $(Self::$item { .. } => $item_wire,)*
                    $(Self::$case { .. } => $case_wire,)*
                }
            }

            /// The event of a name that something happened to a case; none if there is no
            /// such name.
            #[must_use]
            pub fn of_case(kind: &str, about: CaseHappening) -> Option<Self> {
                let CaseHappening { case_id, task_id, notify, what } = about;
                match kind {
                    $($case_wire => Some(Self::$case { case_id, task_id, notify, what }),)*
                    _ => None,
                }
            }

            /// What happened to which case, if it is about one.
            #[must_use]
            pub fn case(&self) -> Option<CaseHappening> {
                match self {
                    $(Self::$case { case_id, task_id, notify, what } => Some(CaseHappening {
                        case_id: *case_id,
                        task_id: *task_id,
                        notify: notify.clone(),
                        what: what.clone(),
                    }),)*
                    _ => None,
                }
            }
        }
    };
}

pub(super) use events;
