//! Categories of articles.

use zhiyin_domain::attribute::Label;
use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::ids::ArticleCategoryId;
use zhiyin_domain::knowledge::{ArticleCategory, PageSlug};
use zhiyin_domain::limits::ARTICLE_CATEGORIES_MAX;
use zhiyin_domain::permission::Permission;
use zhiyin_store::Tx;
use zhiyin_store::knowledge::categories as store;

use super::{KnowledgeError, changed, require};
use crate::Context;

/// What is said of a category.
#[derive(Debug, Clone)]
pub struct CategoryInput {
    /// The category it is part of.
    pub parent_id: Option<ArticleCategoryId>,
    /// Its name in addresses.
    pub slug: PageSlug,
    /// Its name for people.
    pub name: Label,
    /// What is found in it.
    pub description: Label,
    /// Its place; the last if none.
    pub position: Option<i64>,
}

/// All categories in their order.
pub fn list_categories(
    tx: &mut Tx<'_>,
    ctx: &Context,
) -> Result<Vec<ArticleCategory>, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    Ok(store::list(tx)?)
}

fn check(it: &ArticleCategory, all: &[ArticleCategory]) -> Result<(), KnowledgeError> {
    let parent = match it.parent_id {
        None => None,
        Some(id) => {
            let parent = all.iter().find(|other| other.id == id);
            Some(parent.ok_or(KnowledgeError::CategoryNotFound)?)
        }
    };
    let has_children = all.iter().any(|other| other.parent_id == Some(it.id));
    Ok(it.check(parent, has_children)?)
}

/// Makes a category.
pub fn create_category(
    tx: &mut Tx<'_>,
    ctx: &Context,
    input: CategoryInput,
) -> Result<ArticleCategory, KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    let all = store::list(tx)?;
    if all.len() >= ARTICLE_CATEGORIES_MAX {
        return Err(KnowledgeError::TooMany(ARTICLE_CATEGORIES_MAX));
    }
    let end = all.last().map_or(0, |last| last.position + 1);
    let category = ArticleCategory {
        id: ctx.id(),
        parent_id: input.parent_id,
        slug: input.slug,
        name: input.name,
        description: input.description,
        position: input.position.unwrap_or(end),
        created_at: ctx.now(),
        version: 1,
    };
    check(&category, &all)?;
    store::insert(tx, &category)?;
    let aggregate = Aggregate::ArticleCategory;
    changed(tx, ctx, aggregate, category.id, Change::Created)?;
    Ok(category)
}

/// Changes a category; `version` is the one that was read.
pub fn update_category(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleCategoryId,
    version: i64,
    input: CategoryInput,
) -> Result<ArticleCategory, KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    let all = store::list(tx)?;
    let before = all.iter().find(|category| category.id == id);
    let before = before.ok_or(KnowledgeError::CategoryNotFound)?;
    let category = ArticleCategory {
        parent_id: input.parent_id,
        slug: input.slug,
        name: input.name,
        description: input.description,
        position: input.position.unwrap_or(before.position),
        version,
        ..before.clone()
    };
    check(&category, &all)?;
    let category = store::save(tx, &category)?;
    changed(tx, ctx, Aggregate::ArticleCategory, id, Change::Updated)?;
    Ok(category)
}

/// Removes a category in which nothing stands.
pub fn delete_category(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleCategoryId,
) -> Result<(), KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    let all = store::list(tx)?;
    if !all.iter().any(|category| category.id == id) {
        return Err(KnowledgeError::CategoryNotFound);
    }
    let has_children = all.iter().any(|other| other.parent_id == Some(id));
    if has_children || store::holds_articles(tx, id)? {
        return Err(KnowledgeError::InUse);
    }
    store::delete(tx, id)?;
    changed(tx, ctx, Aggregate::ArticleCategory, id, Change::Deleted)?;
    Ok(())
}
