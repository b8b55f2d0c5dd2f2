//! Conversations over HTTP: lists, messages, and what agents do with them.

mod ask;
pub(crate) mod bodies;
pub mod dto;
mod errors;
mod handlers;
mod messages;
mod rows;
mod transcript;

pub use dto::{AttachmentDto, ConversationDto, MessageDto, Reader, SessionDto};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list_conversations))
        .routes(routes!(handlers::get_conversation))
        .routes(routes!(handlers::get_counters))
        .routes(routes!(handlers::assign_conversation))
        .routes(routes!(handlers::resolve_conversation))
        .routes(routes!(handlers::reopen_conversation))
        .routes(routes!(handlers::snooze_conversation))
        .routes(routes!(handlers::mark_conversation_seen))
        .routes(routes!(handlers::mark_conversation_unread))
        .routes(routes!(handlers::set_conversation_tags))
        .routes(routes!(handlers::set_conversation_priority))
        .routes(routes!(handlers::follow_conversation))
        .routes(routes!(transcript::send_conversation_transcript))
        .routes(routes!(handlers::list_drafts, handlers::save_draft))
        .routes(routes!(handlers::bulk_conversations))
        .routes(routes!(messages::list_messages, messages::create_message))
        .routes(routes!(messages::edit_message, messages::recall_message))
}
