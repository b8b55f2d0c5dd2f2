//! Knowledge: articles in several languages, from draft to published, and finding them.
//!
//! `articles` is what people do with an article, `translations` with one language of it,
//! `categories` and `synonyms` what stands around them. Readers get `readers`: published texts
//! only, as their audience allows. `render` makes safe HTML of Markdown, `index` ranks for a
//! question what [`KnowledgeCache`] holds in memory of a workspace.

mod articles;
mod categories;
mod error;
mod index;
mod readers;
mod render;
mod synonyms;
mod translations;

pub use articles::{
    ArticlePatch, ArticleView, NewArticle, create_article, get_article, list_article_feedback,
    list_articles, update_article,
};
pub use categories::{
    CategoryInput, create_category, delete_category, list_categories, update_category,
};
pub use error::KnowledgeError;
pub use index::{ArticleHit, KnowledgeCache, Question, search_articles};
pub use readers::{
    Found, Neighbours, Shelf, Shelves, comment_article, find_help_centre, help_centre,
    read_article, say_helpful, search_help,
};
pub use render::{html, plain};
pub use synonyms::{create_synonyms, delete_synonyms, list_synonyms, update_synonyms};
pub use translations::{
    ArticleStep, Draft, get_revision, list_revisions, move_translation, restore_revision,
    write_translation,
};

use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::TypedId;
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
    let id = id.uuid();
    let event = Event::SettingChanged {
        aggregate,
        id,
        change,
    };
    ctx.append(tx, &event).map(drop)
}

fn require(ctx: &Context, permission: Permission) -> Result<(), KnowledgeError> {
    Ok(ctx.require(permission, &Resource::WORKSPACE)?)
}
