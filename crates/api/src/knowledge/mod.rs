//! Knowledge over HTTP: articles with their languages and versions, search, categories and
//! synonyms; import, drafts of sessions, gaps and the report of what articles spared.

mod articles;
mod dto;
mod errors;
mod gaps;
mod intake;
mod setup;
mod translations;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_domain::limits::IMPORT_BYTES_MAX;

use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    use articles as a;
    use gaps as g;
    use intake as i;
    use setup as s;
    use translations as t;
    let import = OpenApiRouter::new()
        .routes(routes!(i::import_articles))
        .layer(DefaultBodyLimit::max(IMPORT_BYTES_MAX));
    OpenApiRouter::new()
        .merge(import)
        .routes(routes!(a::list_articles, a::create_article))
        .routes(routes!(a::search_articles))
        .routes(routes!(i::preview_article))
        .routes(routes!(i::merge_article))
        .routes(routes!(i::create_article_draft))
        .routes(routes!(g::list_knowledge_gaps))
        .routes(routes!(g::write_article_for_gap))
        .routes(routes!(g::link_knowledge_gap))
        .routes(routes!(g::ignore_knowledge_gap))
        .routes(routes!(g::reopen_knowledge_gap))
        .routes(routes!(g::get_knowledge_report))
        .routes(routes!(a::get_article, a::update_article))
        .routes(routes!(a::list_article_feedback))
        .routes(routes!(t::write_article_translation))
        .routes(routes!(t::submit_article_translation))
        .routes(routes!(t::send_back_article_translation))
        .routes(routes!(t::publish_article_translation))
        .routes(routes!(t::schedule_article_translation))
        .routes(routes!(t::unschedule_article_translation))
        .routes(routes!(t::archive_article_translation))
        .routes(routes!(t::restore_article_translation))
        .routes(routes!(t::list_article_versions))
        .routes(routes!(t::get_article_version))
        .routes(routes!(t::restore_article_version))
        .routes(routes!(
            s::list_article_categories,
            s::create_article_category
        ))
        .routes(routes!(
            s::update_article_category,
            s::delete_article_category
        ))
        .routes(routes!(s::list_synonyms, s::create_synonyms))
        .routes(routes!(s::update_synonyms, s::delete_synonyms))
}
