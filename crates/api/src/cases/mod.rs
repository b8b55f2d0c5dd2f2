//! Cases over HTTP: problems somebody owns until they are solved.

mod answers;
mod closing;
mod complaint;
mod complaint_dto;
pub(crate) mod dto;
mod errors;
mod evidence;
mod follow_ups;
mod handlers;
mod handling_errors;
mod handling_settings;
mod links;
mod lists;
mod notice_dto;
mod notice_report;
mod notices;
mod owner;
mod recovery;
mod settings;
mod steps;
mod task_dto;
mod tasks;
mod today;
mod types;
mod warnings;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(lists::routes())
        .merge(handlers::routes())
        .merge(closing::routes())
        .merge(owner::routes())
        .merge(links::routes())
        .merge(steps::routes())
        .merge(tasks::routes())
        .merge(answers::routes())
        .merge(today::routes())
        .merge(types::routes())
        .merge(settings::routes())
        .merge(complaint::routes())
        .merge(recovery::routes())
        .merge(evidence::routes())
        .merge(follow_ups::routes())
        .merge(handling_settings::routes())
        .merge(warnings::routes())
        .merge(notices::routes())
        .merge(notice_report::routes())
}
