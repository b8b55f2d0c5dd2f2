//! What a refusal of the widget means on the wire.

use zhiyin_app::widget::WidgetError;
use zhiyin_store::StoreError;

use crate::code::Code;
use crate::error::ApiError;

impl From<WidgetError> for ApiError {
    fn from(error: WidgetError) -> Self {
        match error {
            WidgetError::InboxNotFound | WidgetError::InboxDisabled => Self::not_found("inbox"),
            WidgetError::OriginNotAllowed => Self::forbidden(Code::DomainNotAllowed),
            WidgetError::Unauthenticated => Self::unauthenticated(),
            WidgetError::Blocked => Self::forbidden(Code::Blocked),
            WidgetError::IdentityRequired => Self::forbidden(Code::IdentityRequired),
            WidgetError::Identity(error) => {
                Self::unauthorized(Code::InvalidIdentity).detail(error.to_string())
            }
            WidgetError::NoConversation => Self::not_found("conversation"),
            WidgetError::SessionNotFound => Self::not_found("session"),
            WidgetError::Prechat(key) => Self::unprocessable(Code::InvalidField).field_detail(
                format!("/prechat/{key}"),
                "invalid",
                "",
            ),
            WidgetError::NoAddress => Self::unprocessable(Code::InvalidField).field_detail(
                "/email",
                "missing",
                error.to_string(),
            ),
            WidgetError::Email => Self::unprocessable(Code::InvalidField).field_detail(
                "/email",
                "invalid",
                "Not an e-mail address.",
            ),
            WidgetError::Message(error) => error.into(),
            WidgetError::Rate(error) => error.into(),
            WidgetError::Contact(error) => error.into(),
            WidgetError::Conversation(error) => error.into(),
            WidgetError::Store(StoreError::Conflict { .. }) => {
                Self::conflict(Code::ConversationChanged)
            }
            WidgetError::Store(source) => source.into(),
        }
    }
}
