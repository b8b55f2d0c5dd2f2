//! The bot over HTTP: its settings in an inbox, and the test bench.

mod settings;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::bot::BotError;
use zhiyin_domain::bot::BotSettingsError;
use zhiyin_store::StoreError;

use crate::code::Code;
use crate::error::ApiError;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(settings::get_bot, settings::save_bot))
        .routes(routes!(settings::replay_bot))
}

impl From<BotError> for ApiError {
    fn from(error: BotError) -> Self {
        let detail = error.to_string();
        let invalid = |path: &'static str| {
            Self::unprocessable(Code::InvalidField).field_detail(path, "invalid", detail.clone())
        };
        match error {
            BotError::InboxNotFound => Self::not_found("inbox"),
            BotError::Settings(BotSettingsError::Name) => invalid("/name"),
            BotError::Settings(BotSettingsError::Thresholds) => invalid("/thresholds"),
            BotError::Settings(BotSettingsError::Tries) => invalid("/tries_max"),
            BotError::Settings(BotSettingsError::Idle) => invalid("/idle_minutes"),
            BotError::Settings(BotSettingsError::Channel) => invalid("/is_enabled"),
            BotError::QueueNotFound => invalid("/queue_id"),
            BotError::FlowNotFound => invalid("/greeting_flow_id"),
            BotError::Denied(denied) => denied.into(),
            BotError::Conversation(source) => source.into(),
            BotError::Knowledge(source) => source.into(),
            BotError::Changed | BotError::Store(StoreError::Conflict { .. }) => {
                Self::conflict(Code::Changed)
            }
            BotError::Store(source) => source.into(),
        }
    }
}
