//! The widget over HTTP: what visitors may do, and nothing else.
//!
//! The token of a visitor travels only in `Authorization: Bearer`, never in an address.

mod articles;
mod asks;
mod bodies;
pub mod dto;
mod errors;
mod handlers;
mod queue;

use axum::http::HeaderValue;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::middleware::map_response;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    // Asked for by pages of other sites, without credentials: whether they may embed the
    // widget is told in the answer, and a refusal must be readable too.
    let from_anywhere = OpenApiRouter::new()
        .routes(routes!(handlers::get_widget_config))
        .layer(map_response(readable_anywhere));
    from_anywhere
        .routes(routes!(articles::search_widget_articles))
        .routes(routes!(articles::ask_widget_articles))
        .routes(routes!(articles::update_widget_question))
        .routes(routes!(articles::get_widget_article))
        .routes(routes!(handlers::open_visitor))
        .routes(routes!(handlers::update_visitor, handlers::log_out_visitor))
        .routes(routes!(handlers::get_widget_conversation))
        .routes(routes!(
            handlers::list_widget_messages,
            handlers::create_widget_message
        ))
        .routes(routes!(handlers::mark_widget_seen))
        .routes(routes!(handlers::rate_widget_session))
        .routes(routes!(handlers::end_widget_conversation))
        .routes(routes!(handlers::request_widget_transcript))
        .routes(routes!(asks::answer_widget_ask))
        .routes(routes!(queue::leave_message))
        .routes(routes!(queue::request_call_back))
        .routes(routes!(queue::stay_in_queue))
}

async fn readable_anywhere(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
