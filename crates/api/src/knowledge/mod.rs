//! Knowledge over HTTP: articles with their languages and versions, search, categories and
//! synonyms, the glossary, files and the look of the help centre; import, drafts of sessions, gaps and the report of what articles spared.

mod articles;
mod dto;
mod errors;
mod files;
mod gaps;
mod glossary;
mod help_centre;
mod intake;
mod setup;
mod translations;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_domain::limits::{ATTACHMENT_BYTES_MAX, IMPORT_BYTES_MAX};

use crate::attachments::FORM_BYTES;
use crate::state::AppState;

pub(crate) use files::show as show_file;
pub(crate) use help_centre::host_of;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    use articles as a;
    use files as f;
    use gaps as g;
    use glossary as l;
    use help_centre as h;
    use intake as i;
    use setup as s;
    use translations as t;
    let import = OpenApiRouter::new()
        .routes(routes!(i::import_articles))
        .layer(DefaultBodyLimit::max(IMPORT_BYTES_MAX));
    let file_max = usize::try_from(ATTACHMENT_BYTES_MAX + FORM_BYTES).unwrap_or(usize::MAX);
    let files = OpenApiRouter::new()
        .routes(routes!(f::upload_article_file))
        .layer(DefaultBodyLimit::max(file_max));
    OpenApiRouter::new()
        .merge(import)
        .merge(files)
        .routes(routes!(l::list_glossary_terms, l::create_glossary_term))
        .routes(routes!(l::update_glossary_term, l::delete_glossary_term))
        .routes(routes!(l::find_glossary_terms))
        .routes(routes!(h::get_help_centre, h::update_help_centre))
        .routes(routes!(a::list_related_articles))
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
