//! Macros and what became of them as they are sent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::automation::{MacroResult, Refused};
use zhiyin_domain::automation::{Action, Macro};
use zhiyin_domain::ids::{ConversationId, MacroId};

use super::dto::ActionResultDto;
use crate::code::Code;

/// Steps that are taken by hand.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MacroDto {
    /// Identifier.
    #[schema(value_type = String, example = "mc_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: MacroId,
    /// What people call it.
    pub name: String,
    /// When it is of use.
    pub description: String,
    /// Whether all share it.
    pub is_shared: bool,
    /// What is done, in this order.
    #[schema(value_type = Vec<Object>)]
    pub actions: Vec<Action>,
    /// Rises with every change.
    pub version: i64,
}

impl From<Macro> for MacroDto {
    fn from(it: Macro) -> Self {
        Self {
            id: it.id,
            name: it.name.into_string(),
            description: it.description,
            is_shared: it.agent_id.is_none(),
            actions: it.actions,
            version: it.version,
        }
    }
}

/// A new macro.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MacroBody {
    /// What people call it.
    pub name: String,
    /// When it is of use.
    #[serde(default)]
    pub description: String,
    /// Whether all share it; one's own if left out.
    #[serde(default)]
    pub is_shared: bool,
    /// What is done, in this order.
    #[schema(value_type = Vec<Object>)]
    pub actions: Vec<Action>,
}

/// What changes in a macro; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MacroPatchBody {
    /// What people call it.
    pub name: Option<String>,
    /// When it is of use.
    pub description: Option<String>,
    /// Whether all share it.
    pub is_shared: Option<bool>,
    /// What is done, in this order.
    #[schema(value_type = Option<Vec<Object>>)]
    pub actions: Option<Vec<Action>>,
    /// The version that was read: when it is older than the present one, nothing changes.
    pub version: Option<i64>,
}

/// Where to run a macro.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunMacroBody {
    /// 1 to 100 conversations.
    #[schema(value_type = Vec<String>)]
    pub conversation_ids: Vec<ConversationId>,
}

/// Why a macro left a conversation as it was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MacroRefusalDto {
    /// The action that was refused, from 0.
    pub action: usize,
    /// `not-found`, `forbidden`, `changed`, or `invalid-field` for what is not possible there.
    pub code: Code,
    /// A sentence.
    pub detail: String,
}

/// What became of one conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MacroResultDto {
    /// The conversation.
    #[schema(value_type = String)]
    pub id: ConversationId,
    /// What was done; empty if it was refused.
    pub actions: Vec<ActionResultDto>,
    /// Why it was left as it was.
    pub error: Option<MacroRefusalDto>,
}

/// What became of each conversation, in the order they were named.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MacroResultsDto {
    /// One for each.
    pub results: Vec<MacroResultDto>,
}

impl From<MacroResult> for MacroResultDto {
    fn from(it: MacroResult) -> Self {
        let refusal = |(action, refused): (usize, Refused)| MacroRefusalDto {
            action,
            code: match &refused {
                Refused::NotFound => Code::NotFound,
                Refused::Denied(_) => Code::Forbidden,
                Refused::Store(_) => Code::Changed,
                Refused::Impossible(_) => Code::InvalidField,
            },
            detail: refused.to_string(),
        };
        Self {
            id: it.id,
            actions: it.actions.into_iter().map(Into::into).collect(),
            error: it.error.map(refusal),
        }
    }
}
