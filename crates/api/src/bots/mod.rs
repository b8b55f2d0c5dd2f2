//! The bot over HTTP: its settings in an inbox, the test bench, and guided flows.

mod flows;
mod settings;
mod simulate;

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
        .routes(routes!(flows::list_bot_flows, flows::create_bot_flow))
        .routes(routes!(
            flows::get_bot_flow,
            flows::update_bot_flow,
            flows::delete_bot_flow
        ))
        .routes(routes!(flows::publish_bot_flow))
        .routes(routes!(flows::withdraw_bot_flow))
        .routes(routes!(flows::list_bot_flow_revisions))
        .routes(routes!(flows::list_bot_flow_statistics))
        .routes(routes!(simulate::simulate_bot_flow))
        .routes(routes!(simulate::get_bot_flow_schema))
        .routes(routes!(flows::list_bot_secrets, flows::save_bot_secret))
        .routes(routes!(flows::delete_bot_secret))
}

impl From<BotError> for ApiError {
    fn from(error: BotError) -> Self {
        let detail = error.to_string();
        let invalid = |path: &'static str| {
            Self::unprocessable(Code::InvalidField).field_detail(path, "invalid", detail.clone())
        };
        match error {
            BotError::InboxNotFound => Self::not_found("inbox"),
            BotError::Settings(BotSettingsError::Name) | BotError::Name => invalid("/name"),
            BotError::Settings(BotSettingsError::Thresholds) => invalid("/thresholds"),
            BotError::Settings(BotSettingsError::Tries) => invalid("/tries_max"),
            BotError::Settings(BotSettingsError::Idle) => invalid("/idle_minutes"),
            BotError::Settings(BotSettingsError::Channel) => invalid("/is_enabled"),
            BotError::QueueNotFound => invalid("/queue_id"),
            BotError::GreetingNotFound => invalid("/greeting_flow_id"),
            BotError::FlowNotFound => Self::not_found("flow"),
            BotError::SecretNotFound => Self::not_found("secret"),
            BotError::Secret => invalid("/value"),
            BotError::TooLarge => invalid("/document"),
            BotError::TooMany => Self::conflict(Code::TooMany),
            BotError::InUse => Self::conflict(Code::InUse).detail(detail),
            BotError::Problems(problems) => {
                let refused = Self::unprocessable(Code::InvalidField).detail(detail);
                problems.into_iter().fold(refused, |refused, it| {
                    let path = format!("/document{}", it.path);
                    refused.field_detail(path, it.code.as_str(), flows::detail(it.code))
                })
            }
            BotError::Contact(source) => (*source).into(),
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
