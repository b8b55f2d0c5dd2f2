//! E-mail over HTTP: mailboxes, and messages as mails.

mod addressing;
mod bodies;
mod dto;
mod handlers;
mod messages;
mod pictures;
mod refusals;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use addressing::AddressingDto;
pub use bodies::AddressingBody;
pub use dto::{MailDto, ThreadDto};

use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list_mailboxes, handlers::create_mailbox))
        .routes(routes!(
            handlers::get_mailbox,
            handlers::update_mailbox,
            handlers::delete_mailbox
        ))
        .routes(routes!(handlers::test_mailbox_settings))
        .routes(routes!(handlers::test_mailbox))
        .routes(routes!(messages::get_mail_recipients))
        .routes(routes!(messages::get_mail_page))
        .routes(routes!(messages::get_raw_mail))
        .routes(routes!(pictures::get_mail_picture))
        .routes(routes!(
            pictures::allow_mail_pictures,
            pictures::forbid_mail_pictures
        ))
        .routes(routes!(messages::retry_mail))
}
