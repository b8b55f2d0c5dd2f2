//! What a refusal of the conversations means on the wire.

use zhiyin_app::conversations::ConversationError;
use zhiyin_domain::conversation::TransitionError;
use zhiyin_domain::message::MessageError;
use zhiyin_store::StoreError;

use crate::code::Code;
use crate::error::ApiError;

impl From<ConversationError> for ApiError {
    fn from(error: ConversationError) -> Self {
        match error {
            ConversationError::NotFound(_) => Self::not_found("conversation"),
            ConversationError::MessageNotFound(_) => Self::not_found("message"),
            ConversationError::AgentNotFound(_) => Self::unprocessable(Code::InvalidField)
                .field_detail("/agent_id", "unknown", "There is no such agent."),
            ConversationError::AgentWithoutAccess(_) => {
                Self::unprocessable(Code::NotAssignable).field("/agent_id")
            }
            ConversationError::TeamNotFound(_) => Self::unprocessable(Code::InvalidField)
                .field_detail("/team_id", "unknown", "There is no such team."),
            ConversationError::TagNotFound(_) => Self::unprocessable(Code::InvalidField)
                .field_detail("/tag_ids", "unknown", "There is no such tag."),
            ConversationError::ViewNotFound(_) => Self::not_found("view"),
            ConversationError::AttachmentNotFound(_) => Self::unprocessable(Code::InvalidField)
                .field_detail(
                    "/attachment_ids",
                    "unknown",
                    "There is no such file, or it was sent already.",
                ),
            ConversationError::Denied(denied) => denied.into(),
            ConversationError::Transition(error) => error.into(),
            ConversationError::Message(error) => error.into(),
            ConversationError::Mail(refusal) => refusal.into(),
            ConversationError::TooMany => Self::unprocessable(Code::TooMany).field("/ids"),
            ConversationError::Store(StoreError::Conflict { .. }) => {
                Self::conflict(Code::ConversationChanged)
            }
            ConversationError::Store(source) => source.into(),
        }
    }
}

impl From<TransitionError> for ApiError {
    fn from(error: TransitionError) -> Self {
        match error {
            TransitionError::InPast => Self::unprocessable(Code::SnoozeInPast).field("/until"),
            TransitionError::TooFar => Self::unprocessable(Code::InvalidField).field_detail(
                "/until",
                "too-far",
                error.to_string(),
            ),
            TransitionError::AlreadyResolved => Self::conflict(Code::AlreadyResolved),
            TransitionError::AlreadyOpen => Self::conflict(Code::AlreadyOpen),
            TransitionError::TooManyTags => Self::unprocessable(Code::TooMany).field("/tag_ids"),
        }
    }
}

impl From<MessageError> for ApiError {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::Empty => Self::unprocessable(Code::EmptyMessage).field("/text"),
            MessageError::TooLong => Self::unprocessable(Code::TooLong).field("/text"),
            MessageError::ClientId => Self::unprocessable(Code::InvalidField).field_detail(
                "/client_id",
                "invalid",
                error.to_string(),
            ),
            MessageError::TooManyMentions => Self::unprocessable(Code::TooMany).field("/mentions"),
            MessageError::TooManyAttachments => {
                Self::unprocessable(Code::TooMany).field("/attachment_ids")
            }
            MessageError::NotAuthor => Self::forbidden(Code::Forbidden).detail(error.to_string()),
            MessageError::WindowOver
            | MessageError::Recalled
            | MessageError::Fixed
            | MessageError::AlreadySent => {
                Self::conflict(Code::MessageNotEditable).detail(error.to_string())
            }
        }
    }
}
