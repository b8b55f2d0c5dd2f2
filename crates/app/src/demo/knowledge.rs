//! Articles of the sample company, in both languages, as its colleagues would write and publish
//! them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Deserialize;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::attribute::Label;
use zhiyin_domain::ids::ArticleCategoryId;
use zhiyin_domain::knowledge::{Audience, Content, PageSlug, QuestionPlace};
use zhiyin_domain::locale::Locale;
use zhiyin_store::Tx;

use super::company::Made;
use super::texts::Texts;
use super::{DemoError, history};
use crate::knowledge::{
    ArticlePatch, ArticleStep, CategoryInput, Draft, NewArticle, ReaderStep, after_question, ask,
    create_article, create_category, create_synonyms, move_translation, read_for_visitor,
    write_translation,
};
use crate::{App, Context, Principal};

/// `articles.json`.
#[derive(Clone, Deserialize)]
struct KnowledgeText {
    categories: Vec<CategoryText>,
    synonyms: Vec<Vec<String>>,
    articles: Vec<ArticleText>,
    questions: Vec<QuestionText>,
}

/// Something readers looked for.
#[derive(Clone, Deserialize)]
struct QuestionText {
    locale: Locale,
    text: String,
    /// The article that was opened.
    article: Option<String>,
    /// Whether a person was asked afterwards.
    is_contact: bool,
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
        write(tx, &ctx, &knowledge)?;
        for (hours, question) in (2..).step_by(5).zip(&knowledge.questions) {
            let then = ctx.now().minus(Duration::from_hours(hours));
            let ctx = history::at(&app_then, tx, Actor::system("demo"), then);
            look_for(tx, &ctx, question)?;
        }
        Ok(())
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

/// A reader asks, and opens what answers.
fn look_for(tx: &mut Tx<'_>, ctx: &Context, question: &QuestionText) -> Result<(), DemoError> {
    let found = match &question.article {
        None => None,
        Some(slug) => {
            let slug: PageSlug = slug.parse().map_err(wrong)?;
            let found = read_for_visitor(tx, question.locale, &slug).map_err(DemoError::refused)?;
            let (article, _) = found.ok_or_else(|| wrong(format!("no article {slug}")))?;
            Some(article.id)
        }
    };
    let asked = (question.locale, question.text.as_str());
    let place = QuestionPlace::Help;
    let results = if found.is_some() { 3 } else { 0 };
    let id = ask(tx, ctx, place, asked, results).map_err(DemoError::refused)?;
    let id = id.ok_or_else(|| wrong("an empty question"))?;
    let opened = found.map(ReaderStep::Opened);
    let contact = question.is_contact.then_some(ReaderStep::Contacted);
    for step in opened.into_iter().chain(contact) {
        after_question(tx, id, step).map_err(DemoError::refused)?;
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
