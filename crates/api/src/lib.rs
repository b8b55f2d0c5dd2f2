//! HTTP, WebSocket, OpenAPI and static assets.
//!
//! Handlers extract, call one use case and convert. What stands around every request is
//! in [`guard`], who is calling in [`auth`], what happens live in [`stream`].
//!
//! This crate must not hold rules of the product or SQL: the first are in `domain` and
//! `app`, the second in `store`.

pub mod accounts;
pub mod assets;
pub mod attachments;
pub mod attributes;
pub mod audit;
pub mod auth;
pub mod automation;
pub mod avatars;
pub mod blocks;
pub mod bots;
pub mod calendars;
pub mod cases;
pub mod channel;
pub mod code;
pub mod config;
pub mod contacts;
pub mod conversations;
pub mod email;
pub mod error;
pub mod events;
pub mod extract;
pub mod floor;
pub mod guard;
pub mod idempotency;
pub mod identity;
pub mod inboxes;
pub mod jobs;
pub mod journey;
pub mod knowledge;
pub mod limits;
pub mod metrics;
pub mod openapi;
pub mod phrases;
pub mod presence;
pub mod promises;
pub mod ratings;
mod reporting;
pub mod routing;
pub mod scheduled_messages;
pub mod search;
pub mod standards;
pub mod state;
pub mod stream;
pub mod tags;
pub mod views;
pub mod webhooks;
pub mod widget;

mod health;
mod pages;
mod reference;
mod serve;
mod stats;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

pub use config::{HttpConfig, StreamConfig};
pub use serve::serve;
pub use state::AppState;

/// The operations of the API with their description.
pub(crate) fn operations() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::skeleton())
        .merge(identity::routes())
        .merge(conversations::routes())
        .merge(inboxes::routes())
        .merge(email::routes())
        .merge(views::routes())
        .merge(contacts::routes())
        .merge(accounts::routes())
        .merge(attributes::routes())
        .merge(blocks::routes())
        .merge(widget::routes())
        .merge(phrases::routes())
        .merge(attachments::routes())
        .merge(search::routes())
        .merge(knowledge::routes())
        .merge(bots::routes())
        .merge(tags::routes())
        .merge(jobs::routes())
        .merge(audit::routes())
        .merge(ratings::routes())
        .merge(scheduled_messages::routes())
        .merge(calendars::routes())
        .merge(standards::routes())
        .merge(journey::routes())
        .merge(promises::routes())
        .merge(cases::routes())
        .merge(avatars::routes())
        .merge(routing::routes())
        .merge(presence::routes())
        .merge(floor::routes())
        .merge(webhooks::routes())
        .merge(channel::routes())
        .merge(automation::routes())
        .merge(events::routes())
        .merge(stream::routes())
}

/// Everything this server answers.
///
/// The layers, from the outside: the request id, security headers, metrics, the net under
/// panics, the address' rate limit, the time limit, idempotent repeats, the handler.
pub fn router(state: &AppState) -> Router {
    let (operations, document) = operations().split_for_parts();
    let api = operations
        .merge(reference::routes(&openapi::finish(document)))
        .layer(from_fn_with_state(state.clone(), idempotency::replay))
        .layer(DefaultBodyLimit::max(state.config().body_bytes_max));
    let router = Router::new()
        .merge(api)
        .merge(pages::routes())
        .merge(assets::routes(state.config()))
        .route("/avatars/{id}", get(avatars::show))
        .route("/help-files/{id}", get(knowledge::show_file))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .fallback(assets::console)
        .method_not_allowed_fallback(guard::outer::no_such_method)
        .layer(from_fn_with_state(state.clone(), guard::outer::limit_time))
        .layer(from_fn_with_state(
            state.clone(),
            guard::outer::limit_address,
        ))
        .layer(CatchPanicLayer::custom(guard::outer::on_panic))
        .layer(from_fn_with_state(state.clone(), metrics::observe))
        .layer(from_fn_with_state(state.clone(), guard::headers::secure))
        .layer(from_fn_with_state(state.clone(), guard::request_id::assign))
        .with_state(state.clone());
    pages::with_domains(state, router)
}
