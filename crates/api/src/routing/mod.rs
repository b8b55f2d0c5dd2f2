//! Queues and routing over HTTP: skills, profiles, queues, offers, transfers, and why
//! somebody has a conversation.

pub mod dto;
mod errors;
mod offers;
mod setup;
mod talk;

pub use dto::{OfferDto, ProfileDto, QueueDto, QueueItemDto, SkillDto};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(setup::list_skills, setup::create_skill))
        .routes(routes!(setup::update_skill, setup::delete_skill))
        .routes(routes!(setup::list_profiles))
        .routes(routes!(setup::get_profile, setup::set_profile))
        .routes(routes!(setup::list_queues, setup::create_queue))
        .routes(routes!(
            setup::get_queue,
            setup::update_queue,
            setup::delete_queue
        ))
        .routes(routes!(setup::list_queue_items))
        .routes(routes!(
            setup::get_routing_settings,
            setup::set_routing_settings
        ))
        .routes(routes!(offers::list_offers))
        .routes(routes!(offers::accept_offer))
        .routes(routes!(offers::decline_offer))
        .routes(routes!(talk::transfer_conversation))
        .routes(routes!(talk::enqueue_conversation))
        .routes(routes!(talk::set_conversation_needs))
        .routes(routes!(talk::get_conversation_routing))
}
