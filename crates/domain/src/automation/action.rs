//! What a rule or a macro does: always what an agent could do by hand.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::conversation::Priority;
use crate::ids::{AgentId, CaseTypeId, PhraseId, QueueId, TagId, TeamId, WebhookId};
use crate::limits::{
    AUTOMATION_MINUTES_MAX, CONVERSATION_TAGS_MAX, NAME_CHARS_MAX, PHRASE_BYTES_MAX,
};
use crate::permission::Permission;
use crate::phrase::VARIABLES;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Makes an agent, a team, both or nobody responsible.
    Assign {
        /// The agent.
        #[serde(default)]
        agent_id: Option<AgentId>,
        /// The team.
        #[serde(default)]
        team_id: Option<TeamId>,
    },
    /// Puts it in line.
    Queue {
        /// Where.
        queue_id: QueueId,
    },
    /// Puts words on it.
    AddTags {
        /// Which.
        tag_ids: BTreeSet<TagId>,
    },
    /// Takes words from it.
    RemoveTags {
        /// Which.
        tag_ids: BTreeSet<TagId>,
    },
    /// Says how urgent it is.
    SetPriority {
        /// How.
        priority: Priority,
    },
    /// Puts it aside.
    Snooze {
        /// For how long.
        minutes: u32,
    },
    /// Declares it solved.
    Resolve {},
    /// Takes it up again.
    Reopen {},
    /// Writes an internal note.
    Note {
        /// With variables of phrases.
        text: String,
    },
    /// Writes to the customer.
    Send {
        /// With variables of phrases.
        text: String,
    },
    /// Writes a shared phrase to the customer.
    SendPhrase {
        /// Which.
        phrase_id: PhraseId,
    },
    /// Asks the customer what they thought of the last finished session.
    AskRating {},
    /// Tells a webhook.
    CallWebhook {
        /// Which.
        webhook_id: WebhookId,
    },
    /// Opens a case with this conversation.
    CreateCase {
        /// Of which type.
        case_type_id: CaseTypeId,
        /// What it is about, with variables of phrases.
        title: String,
        /// Who answers for it.
        owner_id: AgentId,
    },
}

/// Why an action was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No tag, or too many.
    #[error("name 1 to {CONVERSATION_TAGS_MAX} tags")]
    Tags,
    /// A time out of bounds.
    #[error("a conversation is put aside for 1 to {AUTOMATION_MINUTES_MAX} minutes")]
    Minutes,
    /// No text, or too long.
    #[error("a text has 1 to {PHRASE_BYTES_MAX} bytes")]
    Text,
    /// No title, or too long.
    #[error("a title has 1 to {NAME_CHARS_MAX} characters")]
    Title,
    /// A variable that does not exist.
    #[error("there is no variable `{0}`; there are {names}", names = VARIABLES.join(", "))]
    Variable(String),
}

impl ActionError {
    /// The field it is about.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Tags => "tag_ids",
            Self::Minutes => "minutes",
            Self::Text | Self::Variable(_) => "text",
            Self::Title => "title",
        }
    }
}

fn check_text(text: &str) -> Result<(), ActionError> {
    if text.trim().is_empty() || text.len() > PHRASE_BYTES_MAX {
        return Err(ActionError::Text);
    }
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, tail)) = after.split_once("}}") else {
            break;
        };
        if !VARIABLES.contains(&name.trim()) {
            let name = name.trim().chars().take(40).collect();
            return Err(ActionError::Variable(name));
        }
        rest = tail;
    }
    Ok(())
}

impl Action {
    /// Checks everything that needs no database.
    pub fn check(&self) -> Result<(), ActionError> {
        match self {
            Self::AddTags { tag_ids } | Self::RemoveTags { tag_ids } => {
                if tag_ids.is_empty() || tag_ids.len() > CONVERSATION_TAGS_MAX {
                    return Err(ActionError::Tags);
                }
                Ok(())
            }
            Self::Snooze { minutes } => {
                if (1..=AUTOMATION_MINUTES_MAX).contains(minutes) {
                    Ok(())
                } else {
                    Err(ActionError::Minutes)
                }
            }
            Self::Note { text } | Self::Send { text } => check_text(text),
            Self::CreateCase { title, .. } => {
                if title.chars().count() > NAME_CHARS_MAX {
                    return Err(ActionError::Title);
                }
                check_text(title).map_err(|error| match error {
                    ActionError::Text => ActionError::Title,
                    other => other,
                })
            }
            Self::Assign { .. }
            | Self::Queue { .. }
            | Self::SetPriority { .. }
            | Self::Resolve {}
            | Self::Reopen {}
            | Self::SendPhrase { .. }
            | Self::AskRating {}
            | Self::CallWebhook { .. } => Ok(()),
        }
    }

    /// The name in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Assign { .. } => "assign",
            Self::Queue { .. } => "queue",
            Self::AddTags { .. } => "add_tags",
            Self::RemoveTags { .. } => "remove_tags",
            Self::SetPriority { .. } => "set_priority",
            Self::Snooze { .. } => "snooze",
            Self::Resolve {} => "resolve",
            Self::Reopen {} => "reopen",
            Self::Note { .. } => "note",
            Self::Send { .. } => "send",
            Self::SendPhrase { .. } => "send_phrase",
            Self::AskRating {} => "ask_rating",
            Self::CallWebhook { .. } => "call_webhook",
            Self::CreateCase { .. } => "create_case",
        }
    }

    /// What somebody must be allowed to have it done.
    #[must_use]
    pub const fn permission(&self) -> Permission {
        match self {
            Self::Assign { .. } | Self::Queue { .. } => Permission::Assign,
            Self::AddTags { .. }
            | Self::RemoveTags { .. }
            | Self::SetPriority { .. }
            | Self::Snooze { .. }
            | Self::Resolve {}
            | Self::Reopen {} => Permission::ManageConversations,
            Self::Note { .. } => Permission::WriteNotes,
            Self::Send { .. } | Self::SendPhrase { .. } | Self::AskRating {} => Permission::Reply,
            Self::CallWebhook { .. } => Permission::ManageWebhooks,
            Self::CreateCase { .. } => Permission::WorkCases,
        }
    }
}
