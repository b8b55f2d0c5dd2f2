//! What a refusal of routing means on the wire.

use zhiyin_app::promises::PromiseError;
use zhiyin_app::routing::RoutingError;
use zhiyin_store::StoreError;

use crate::code::Code;
use crate::error::ApiError;

impl From<RoutingError> for ApiError {
    fn from(error: RoutingError) -> Self {
        match error {
            RoutingError::NotFound(what) => Self::not_found(what),
            RoutingError::Denied(denied) => denied.into(),
            RoutingError::NotAnAgent => Self::forbidden(Code::Forbidden),
            RoutingError::NameTaken => Self::conflict(Code::AlreadyExists).field("/name"),
            RoutingError::Name(error) => Self::unprocessable(Code::InvalidField).field_detail(
                "/name",
                "invalid",
                error.to_string(),
            ),
            RoutingError::InUse(by) => {
                Self::conflict(Code::InUse).detail(format!("This is still used by {by}."))
            }
            RoutingError::Invalid { field, detail } => {
                Self::unprocessable(Code::InvalidField).field_detail(field, "invalid", detail)
            }
            RoutingError::OfferOver => Self::conflict(Code::OfferOver),
            RoutingError::AgentAbsent => Self::conflict(Code::AgentAbsent),
            RoutingError::NotWaiting => Self::conflict(Code::NotInLine),
            RoutingError::Changed => Self::conflict(Code::Changed),
            RoutingError::Promise(error) => promise(error),
            RoutingError::Conversation(error) => error.into(),
            RoutingError::Store(StoreError::Conflict { .. }) => {
                Self::conflict(Code::ConversationChanged)
            }
            RoutingError::Store(source) => source.into(),
        }
    }
}

fn promise(error: PromiseError) -> ApiError {
    error.into()
}
