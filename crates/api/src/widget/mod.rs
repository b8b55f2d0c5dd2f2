//! The widget over HTTP: what visitors may do, and nothing else.
//!
//! The token of a visitor travels only in `Authorization: Bearer`, never in an address.

mod bodies;
pub mod dto;
mod errors;
mod handlers;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(handlers::get_widget_config))
        .routes(routes!(handlers::open_visitor))
        .routes(routes!(handlers::update_visitor, handlers::log_out_visitor))
        .routes(routes!(handlers::get_widget_conversation))
        .routes(routes!(handlers::list_widget_messages, handlers::create_widget_message))
        .routes(routes!(handlers::mark_widget_seen))
        .routes(routes!(handlers::rate_widget_session))
        .routes(routes!(handlers::end_widget_conversation))
        .routes(routes!(handlers::request_widget_transcript))
}
