//! Knowledge over HTTP: articles with their languages and versions, search, categories and
//! synonyms.

mod articles;
mod dto;
mod errors;
mod setup;
mod translations;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    use articles as a;
    use setup as s;
    use translations as t;
    OpenApiRouter::new()
        .routes(routes!(a::list_articles, a::create_article))
        .routes(routes!(a::search_articles))
        .routes(routes!(a::get_article, a::update_article))
        .routes(routes!(a::list_article_feedback))
        .routes(routes!(t::write_article_translation))
        .routes(routes!(t::submit_article_translation))
        .routes(routes!(t::send_back_article_translation))
        .routes(routes!(t::publish_article_translation))
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
