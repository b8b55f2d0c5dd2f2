//! Articles of the sample company, in both languages, as its colleagues would write and publish
//! them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::attribute::Label;
use zhiyin_domain::ids::ArticleCategoryId;
use zhiyin_domain::knowledge::{Audience, Content};
use zhiyin_domain::locale::Locale;
use zhiyin_store::Tx;

use super::company::Made;
use super::texts::Texts;
use super::{DemoError, history};
use crate::knowledge::{
    ArticlePatch, ArticleStep, CategoryInput, Draft, NewArticle, create_article, create_category,
    create_synonyms, move_translation, write_translation,
};
use crate::{App, Context, Principal};

/// `articles.json`.
#[derive(Clone, Deserialize)]
struct KnowledgeText {
    categories: Vec<CategoryText>,
    synonyms: Vec<Vec<String>>,
    articles: Vec<ArticleText>,
}

#[derive(Clone, Deserialize)]
struct CategoryText {
    slug: String,
    name: Label,
    description: Label,
}

#[derive(Clone, Deserialize)]
struct ArticleText {
    slug: String,
    category: String,
    tags: BTreeSet<String>,
    audience: String,
    texts: BTreeMap<Locale, ContentText>,
}

#[derive(Clone, Deserialize)]
struct ContentText {
    title: String,
    summary: String,
    body: String,
}

impl From<&ContentText> for Content {
    fn from(it: &ContentText) -> Self {
        Self {
            title: it.title.clone(),
            summary: it.summary.clone(),
            body: it.body.clone(),
        }
    }
}

fn wrong(error: impl std::fmt::Display) -> DemoError {
    DemoError::Texts(format!("articles.json: {error}"))
}

/// Everything by its use cases, as the supervisor would.
pub async fn create(app: &App, texts: &Texts, made: &Made) -> Result<(), DemoError> {
    let knowledge: KnowledgeText =
        super::texts::parse("articles.json", include_str!("../../demo/articles.json"))?;
    let supervisor = texts
        .company
        .agents
        .iter()
        .find(|one| one.role == "supervisor");
    let author = supervisor.and_then(|one| made.agents.get(&one.key).copied());
    let author = author.ok_or_else(|| wrong("no supervisor"))?;
    let principal = Principal::system(made.workspace, "demo");
    let app_then = app.clone();
    app.write(&principal, move |tx, ctx| {
        let ctx = history::at(&app_then, tx, Actor::Agent(author), ctx.now());
        write(tx, &ctx, &knowledge)
    })
    .await
}

fn write(tx: &mut Tx<'_>, ctx: &Context, knowledge: &KnowledgeText) -> Result<(), DemoError> {
    let mut categories: BTreeMap<&str, ArticleCategoryId> = BTreeMap::new();
    for text in &knowledge.categories {
        let input = CategoryInput {
            parent_id: None,
            slug: text.slug.parse().map_err(wrong)?,
            name: text.name.clone(),
            description: text.description.clone(),
            position: None,
        };
        let category = create_category(tx, ctx, input).map_err(DemoError::refused)?;
        categories.insert(&text.slug, category.id);
    }
    for words in &knowledge.synonyms {
        create_synonyms(tx, ctx, words).map_err(DemoError::refused)?;
    }
    for text in &knowledge.articles {
        let category = categories.get(text.category.as_str()).copied();
        let category = category.ok_or_else(|| wrong("no such category"))?;
        publish(tx, ctx, text, category)?;
    }
    Ok(())
}

fn publish(
    tx: &mut Tx<'_>,
    ctx: &Context,
    text: &ArticleText,
    category: ArticleCategoryId,
) -> Result<(), DemoError> {
    let mut audiences = Audience::ALL.into_iter();
    let audience = audiences.find(|audience| audience.as_str() == text.audience);
    let draft = |locale: Locale, based_on: Option<i64>| -> Result<Draft, DemoError> {
        let content = text
            .texts
            .get(&locale)
            .ok_or_else(|| wrong("no such language"))?;
        Ok(Draft {
            content: content.into(),
            slug: Some(text.slug.parse().map_err(wrong)?),
            based_on,
        })
    };
    let new = NewArticle {
        source: Locale::ZhCn,
        draft: draft(Locale::ZhCn, None)?,
        patch: ArticlePatch {
            category_id: Some(Some(category)),
            audience: Some(audience.ok_or_else(|| wrong("no such audience"))?),
            tags: Some(text.tags.clone()),
            ..ArticlePatch::default()
        },
    };
    let id = create_article(tx, ctx, new)
        .map_err(DemoError::refused)?
        .article
        .id;
    let english = draft(Locale::En, Some(1))?;
    write_translation(tx, ctx, id, Locale::En, None, english).map_err(DemoError::refused)?;
    for locale in [Locale::ZhCn, Locale::En] {
        let step = ArticleStep::Publish;
        move_translation(tx, ctx, id, locale, 1, step).map_err(DemoError::refused)?;
    }
    Ok(())
}
