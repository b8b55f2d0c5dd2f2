//! Why something with a case was refused.

use zhiyin_domain::cases::case::CaseError as CaseRuleError;
use zhiyin_domain::cases::case_type::{PublishError, TypeFinding};
use zhiyin_domain::cases::forms::AnswerError;
use zhiyin_domain::cases::links::LinkError;
use zhiyin_domain::cases::merging::MergeError;
use zhiyin_domain::cases::ownership::OwnershipError;
use zhiyin_domain::cases::run::RunError;
use zhiyin_domain::cases::status::LabelsError;
use zhiyin_domain::cases::tasks::TaskError;
use zhiyin_domain::ids::{AgentId, CaseId, CaseTaskId, CaseTypeId};
use zhiyin_domain::message::MessageError;
use zhiyin_domain::permission::Denied;
use zhiyin_store::StoreError;

use super::HandlingError;
use crate::conversations::ConversationError;

/// Why something with a case, its steps, tasks, links or types was refused.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// No such case, or not one the caller may know of.
    #[error("no such case")]
    NotFound(CaseId),
    /// No such task, or not one the caller may know of.
    #[error("no such task")]
    TaskNotFound(CaseTaskId),
    /// No such type.
    #[error("no such type of case")]
    TypeNotFound(Option<CaseTypeId>),
    /// Something the input names is not there.
    #[error("no such {what}")]
    Unknown {
        /// What it is.
        what: &'static str,
        /// Where it stands in the body, as a JSON pointer.
        path: &'static str,
    },
    /// The agent cannot have the case: not active, or without the permission to work on it.
    #[error("this agent cannot work on the case")]
    AgentUnfit(AgentId),
    /// A program that opens a case must name its owner.
    #[error("name the owner of the case; there is always one")]
    NoOwner,
    /// Somebody else changed it.
    #[error("somebody else has changed it")]
    Stale,
    /// New cases cannot be of this type.
    #[error("this type of case is switched off or was never published")]
    TypeOff,
    /// What was filled in does not fit.
    #[error("{} answers do not fit", .0.len())]
    Answers(Vec<AnswerError>),
    /// The case refused it.
    #[error(transparent)]
    Rule(#[from] CaseRuleError),
    /// The procedure refused it.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The task refused it.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// The link was refused.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// There is no such link.
    #[error("the cases are not linked like that")]
    NotLinked,
    /// The merge was refused.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// Too many at once, or there is nobody to answer.
    #[error("the case has no children to answer")]
    NoChildren,
    /// The words cannot be sent.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// Another type has this key.
    #[error("another type has this key")]
    KeyTaken,
    /// The type is not one Zhiyin brings along.
    #[error("there is nothing to restore: this type is your own")]
    NotBuiltin,
    /// The type cannot be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The labels do not fit together.
    #[error(transparent)]
    Labels(#[from] LabelsError),
    /// A setting does not hold together.
    #[error("{detail}")]
    Setting {
        /// Where, as a JSON pointer into the body.
        path: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The conversation refused it.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// What belongs to the case refused it: a complaint, a call back.
    #[error(transparent)]
    Handling(Box<HandlingError>),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<OwnershipError> for CaseError {
    fn from(error: OwnershipError) -> Self {
        Self::Rule(error.into())
    }
}

impl From<HandlingError> for CaseError {
    fn from(error: HandlingError) -> Self {
        match error {
            HandlingError::Case(error) => error,
            HandlingError::Store(error) => Self::Store(error),
            HandlingError::Denied(error) => Self::Denied(error),
            other => Self::Handling(Box::new(other)),
        }
    }
}

/// What is wrong with the terms of a type, with where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingView {
    /// For programs: `procedure.unreachable` …
    pub code: &'static str,
    /// Whether it stands in the way of publishing.
    pub is_blocking: bool,
    /// The step it is about.
    pub step: Option<String>,
    /// In words.
    pub message: String,
}

impl From<&TypeFinding> for FindingView {
    fn from(finding: &TypeFinding) -> Self {
        let (code, step) = match finding {
            TypeFinding::Name => ("name", None),
            TypeFinding::Form(_) => ("form", None),
            TypeFinding::Procedure(finding) => (
                super::types::code(finding),
                finding.step().map(ToOwned::to_owned),
            ),
            TypeFinding::Closing => ("closing", None),
            TypeFinding::ComplaintClosing => ("complaint_closing", None),
            TypeFinding::Reopen => ("reopen", None),
        };
        Self {
            code,
            is_blocking: finding.is_blocking(),
            step,
            message: finding.to_string(),
        }
    }
}
