//! What the chat widget of an inbox gets: public articles, before and during a chat.

use std::collections::BTreeSet;

use zhiyin_domain::ids::ArticleQuestionId;
use zhiyin_domain::knowledge::{Audience, PageSlug, QuestionPlace};
use zhiyin_domain::locale::Locale;
use zhiyin_store::identity::workspaces;
use zhiyin_store::knowledge::readers::{self as store, PublishedArticle};
use zhiyin_store::{StoreError, Tx};

use super::questions::{ReaderStep, after_question, ask};
use super::readers::say_helpful;
use super::{ArticleHit, KnowledgeCache, KnowledgeError, Question, article_path};
use crate::Context;

/// Articles a panel has room for.
const RESULTS: usize = 5;

/// What was found for a visitor, with the paths in the help centre.
#[derive(Debug, Clone, Default)]
pub struct VisitorHits {
    /// The articles, best first.
    pub hits: Vec<(ArticleHit, String)>,
    /// The question as it was kept, where it was asked on purpose.
    pub question: Option<ArticleQuestionId>,
}

/// Public articles that answer a question, best first.
pub fn search_for_visitor(
    tx: &mut Tx<'_>,
    cache: &KnowledgeCache,
    locale: Locale,
    text: &str,
) -> Result<VisitorHits, KnowledgeError> {
    let question = Question {
        text: text.to_owned(),
        locale: Some(locale),
        audiences: BTreeSet::from([Audience::Public]),
        limit: RESULTS,
    };
    let host = workspaces::load(tx)?;
    let hits = cache.find(tx, &question)?.into_iter();
    let hits = hits.map(|hit| {
        let path = article_path(host.slug.as_str(), hit.article.locale, &hit.article.slug);
        (hit, path)
    });
    Ok(VisitorHits {
        hits: hits.collect(),
        question: None,
    })
}

/// The same for a question that was asked on purpose, which is kept.
pub fn ask_for_visitor(
    tx: &mut Tx<'_>,
    ctx: &Context,
    cache: &KnowledgeCache,
    locale: Locale,
    text: &str,
) -> Result<VisitorHits, KnowledgeError> {
    let found = search_for_visitor(tx, cache, locale, text)?;
    let place = QuestionPlace::Widget;
    let answers = found.hits.iter().filter(|(hit, _)| hit.is_answer()).count();
    let question = ask(tx, ctx, place, (locale, text), answers)?;
    Ok(VisitorHits { question, ..found })
}

/// A public article with its path in the help centre; none if there is none of that name.
pub fn read_for_visitor(
    tx: &mut Tx<'_>,
    locale: Locale,
    slug: &PageSlug,
) -> Result<Option<(PublishedArticle, String)>, KnowledgeError> {
    let found = store::by_slug(tx, locale, slug)?;
    let found = found.filter(|it| it.audience == Audience::Public);
    let Some(article) = found else {
        return Ok(None);
    };
    let host = workspaces::load(tx)?;
    let path = article_path(host.slug.as_str(), locale, &article.slug);
    Ok(Some((article, path)))
}

/// Whether there is anything to find for visitors.
pub fn has_articles(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    store::has_public(tx)
}

/// What a visitor did after a question.
#[derive(Debug, Clone, Default)]
pub struct VisitorSteps {
    /// The article that was opened.
    pub opened: Option<(Locale, PageSlug)>,
    /// Whether it helped.
    pub is_helpful: Option<bool>,
    /// Whether a person was asked.
    pub is_contact: bool,
}

/// Takes in what a visitor did after a question.
pub fn visitor_did(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleQuestionId,
    steps: &VisitorSteps,
) -> Result<(), KnowledgeError> {
    if let Some((locale, slug)) = &steps.opened
        && let Some((article, _)) = read_for_visitor(tx, *locale, slug)?
    {
        after_question(tx, id, ReaderStep::Opened(article.id))?;
    }
    if let Some(is_helpful) = steps.is_helpful {
        // The article is judged too, as in the help centre.
        if let Some((locale, slug)) = &steps.opened {
            say_helpful(tx, ctx, *locale, slug, is_helpful)?;
        }
        after_question(tx, id, ReaderStep::Said(is_helpful))?;
    }
    if steps.is_contact {
        after_question(tx, id, ReaderStep::Contacted)?;
    }
    Ok(())
}
