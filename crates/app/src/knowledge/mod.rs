//! Knowledge: articles in several languages, from draft to published, and finding them.
//!
//! `articles` is what people do with an article, `translations` with one language of it,
//! `categories` and `synonyms` what stands around them. Readers get `readers`: published texts
//! only, as their audience allows; `visitors` is the same for the chat widget. `glossary` is
//! what to call things, `files` what stands in articles besides words, `help_centres` the look of the pages. `questions` keeps what
//! they look for, `gaps` what that leaves open. `import` and `from_session` make articles of what is
//! there, `merge` joins two, `upkeep` is what happens by itself. `render` makes safe HTML of Markdown, `nodes` the same as a tree, `index` ranks for a
//! question what [`KnowledgeCache`] holds in memory of a workspace.

mod articles;
mod categories;
mod error;
mod files;
mod from_session;
mod gaps;
mod glossary;
mod help_centres;
mod import;
mod index;
mod merge;
mod nodes;
mod questions;
mod readers;
mod related;
mod render;
mod synonyms;
mod translations;
mod upkeep;
mod visitors;

pub use articles::{
    ArticlePatch, ArticleView, NewArticle, create_article, get_article, list_article_feedback,
    list_articles, update_article,
};
pub use categories::{
    CategoryInput, create_category, delete_category, list_categories, update_category,
};
pub use error::KnowledgeError;
pub use files::{ArticleFileError, ShownFile, article_file_path};
pub use from_session::{SessionDraft, draft_from_session};
pub(crate) use gaps::language_of;
pub use gaps::{GapStep, list_gaps, settle_gap, write_for_gap};
pub use glossary::{Jargon, create_term, delete_term, find_jargon, list_glossary, update_term};
pub use help_centres::{get_help_centre, help_centre_at, help_centre_look, update_help_centre};
pub use import::{Import, ImportFile, ImportFormat, ImportOutcome, ImportedRow, import_articles};
pub use index::{ArticleHit, KnowledgeCache, Question, search_articles};
pub use merge::merge_articles;
pub use nodes::{ArticleElement, ArticleNode, nodes};
pub(crate) use questions::without_persons;
pub use questions::{KnowledgeReport, ReaderStep, after_question, ask, knowledge_report};
pub use readers::{
    Found, Neighbours, Shelf, Shelves, comment_article, find_help_centre, help_centre,
    help_inboxes, read_article, say_helpful, search_help,
};
pub use related::{related_articles, related_for_reader};
pub use render::{html, plain};
pub use synonyms::{create_synonyms, delete_synonyms, list_synonyms, update_synonyms};
pub use translations::{
    ArticleStep, Draft, get_revision, list_revisions, move_translation, restore_revision,
    schedule_translation, write_translation,
};
pub use upkeep::work;
pub use visitors::{
    VisitorHits, VisitorSteps, ask_for_visitor, has_articles, read_for_visitor, search_for_visitor,
    visitor_did,
};

use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::TypedId;
use zhiyin_domain::knowledge::PageSlug;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_store::{StoreError, Tx, knowledge as store};

use crate::Context;

/// Says that something of knowledge is different, to consoles and to the index.
fn changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    aggregate: Aggregate,
    id: impl TypedId,
    change: Change,
) -> Result<(), StoreError> {
    store::touch(tx)?;
    announced(tx, ctx, aggregate, id, change)
}

/// Says that something is different that no search could find.
fn announced(
    tx: &mut Tx<'_>,
    ctx: &Context,
    aggregate: Aggregate,
    id: impl TypedId,
    change: Change,
) -> Result<(), StoreError> {
    let id = id.uuid();
    let event = Event::SettingChanged {
        aggregate,
        id,
        change,
    };
    ctx.append(tx, &event).map(drop)
}

/// Whether the caller writes articles.
pub fn may_write(ctx: &Context) -> Result<(), KnowledgeError> {
    require(ctx, Permission::WriteKnowledge)
}

/// Path of a published article in the help centre of a workspace.
#[must_use]
pub fn article_path(workspace: &str, locale: Locale, slug: &PageSlug) -> String {
    format!("/help/{workspace}/{}/articles/{slug}", locale.as_str())
}

fn require(ctx: &Context, permission: Permission) -> Result<(), KnowledgeError> {
    Ok(ctx.require(permission, &Resource::WORKSPACE)?)
}
