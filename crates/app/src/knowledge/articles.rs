//! Articles as a whole: making, finding in the list, and what all their languages share.

use std::collections::BTreeSet;

use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::identity::workspace::Slug;
use zhiyin_domain::ids::{AgentId, ArticleCategoryId, ArticleFeedbackId, ArticleId};
use zhiyin_domain::knowledge::{Article, ArticleFeedback, Audience, Translation, outdated};
use zhiyin_domain::limits::ARTICLES_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::Tx;
use zhiyin_store::identity::{agents, workspaces};
use zhiyin_store::knowledge::articles::{self as store, ArticleFilter};
use zhiyin_store::knowledge::{categories, feedback, translations};

use super::translations::{Draft, first};
use super::{KnowledgeError, changed, require};
use crate::Context;

/// An article with all its languages.
#[derive(Debug, Clone)]
pub struct ArticleView {
    /// What they share.
    pub article: Article,
    /// The languages.
    pub translations: Vec<Translation>,
    /// Name of the workspace in addresses.
    pub host: Slug,
}

impl ArticleView {
    /// Languages that say less than the source by now.
    #[must_use]
    pub fn outdated(&self) -> BTreeSet<Locale> {
        let is_source = |it: &&Translation| it.locale == self.article.source;
        let Some(source) = self.translations.iter().find(is_source) else {
            return BTreeSet::new();
        };
        let behind = self.translations.iter().filter(|it| outdated(it, source));
        behind.map(|it| it.locale).collect()
    }
}

/// A new article with its first text.
#[derive(Debug, Clone)]
pub struct NewArticle {
    /// The language it is written in first.
    pub source: Locale,
    /// The first text.
    pub draft: Draft,
    /// What is known of it besides.
    pub patch: ArticlePatch,
}

/// What changes of an article; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct ArticlePatch {
    /// Where it stands; `Some(None)` is below all categories.
    pub category_id: Option<Option<ArticleCategoryId>>,
    /// Who may read it.
    pub audience: Option<Audience>,
    /// Words on it.
    pub tags: Option<BTreeSet<String>>,
    /// Who sees to it.
    pub owner_id: Option<Option<AgentId>>,
    /// When somebody should look at it.
    pub review_by: Option<Option<Timestamp>>,
    /// What it is made of; of a new one only.
    pub source_id: Option<String>,
}

fn patched(
    tx: &mut Tx<'_>,
    mut article: Article,
    patch: ArticlePatch,
) -> Result<Article, KnowledgeError> {
    if let Some(id) = patch.category_id.flatten() {
        let all = categories::list(tx)?;
        let is_there = all.iter().any(|category| category.id == id);
        is_there
            .then_some(())
            .ok_or(KnowledgeError::CategoryNotFound)?;
    }
    if let Some(id) = patch.owner_id.flatten() {
        agents::get(tx, id)?.ok_or(KnowledgeError::OwnerNotFound)?;
    }
    article.category_id = patch.category_id.unwrap_or(article.category_id);
    article.audience = patch.audience.unwrap_or(article.audience);
    article.tags = patch.tags.unwrap_or(article.tags);
    article.owner_id = patch.owner_id.unwrap_or(article.owner_id);
    article.review_by = patch.review_by.unwrap_or(article.review_by);
    article.source_id = article.source_id.or(patch.source_id);
    article.check()?;
    Ok(article)
}

/// Writes a new article, as a draft.
pub fn create_article(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: NewArticle,
) -> Result<ArticleView, KnowledgeError> {
    require(ctx, Permission::WriteKnowledge)?;
    if usize::try_from(store::count(tx)?).unwrap_or(usize::MAX) >= ARTICLES_MAX {
        return Err(KnowledgeError::TooMany(ARTICLES_MAX));
    }
    let article = Article::new(ctx.id(), new.source, ctx.now());
    let article = patched(tx, article, new.patch)?;
    store::insert(tx, &article)?;
    let translation = first(tx, ctx, article.id, new.source, new.draft)?;
    changed(tx, ctx, Aggregate::Article, article.id, Change::Created)?;
    Ok(ArticleView {
        article,
        translations: vec![translation],
        host: workspaces::load(tx)?.slug,
    })
}

pub(super) fn view(tx: &mut Tx<'_>, article: Article) -> Result<ArticleView, KnowledgeError> {
    let translations = translations::list(tx, article.id)?;
    Ok(ArticleView {
        article,
        translations,
        host: workspaces::load(tx)?.slug,
    })
}

/// One article with all its languages.
pub fn get_article(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
) -> Result<ArticleView, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    let article = store::get(tx, id)?.ok_or(KnowledgeError::NotFound)?;
    view(tx, article)
}

/// A page of articles, changed last first.
pub fn list_articles(
    tx: &mut Tx<'_>,
    ctx: &Context,
    filter: &ArticleFilter,
    after: Option<(Timestamp, ArticleId)>,
    limit: u32,
) -> Result<Vec<ArticleView>, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    let articles = store::list(tx, filter, after, limit)?.into_iter();
    articles.map(|article| view(tx, article)).collect()
}

/// Changes what all languages share. Who may read something that is published is for those
/// who publish.
pub fn update_article(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
    version: i64,
    patch: ArticlePatch,
) -> Result<ArticleView, KnowledgeError> {
    require(ctx, Permission::WriteKnowledge)?;
    let before = store::get_for_update(tx, id)?.ok_or(KnowledgeError::NotFound)?;
    if before.version != version {
        return Err(KnowledgeError::Changed);
    }
    let translations = translations::list(tx, id)?;
    let is_live = translations.iter().any(|it| it.live.is_some());
    let mut article = patched(tx, before.clone(), patch)?;
    if is_live && article.audience != before.audience {
        require(ctx, Permission::PublishKnowledge)?;
    }
    article.updated_at = ctx.now();
    let article = store::save(tx, &article)?;
    changed(tx, ctx, Aggregate::Article, id, Change::Updated)?;
    Ok(ArticleView {
        article,
        translations,
        host: workspaces::load(tx)?.slug,
    })
}

/// What readers said of an article, newest first.
pub fn list_article_feedback(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
    after: Option<(Timestamp, ArticleFeedbackId)>,
    limit: u32,
) -> Result<Vec<ArticleFeedback>, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    store::get(tx, id)?.ok_or(KnowledgeError::NotFound)?;
    Ok(feedback::list(tx, id, after, limit)?)
}
