//! What readers look for, and what becomes of it: the ground of gaps and of the report.
//!
//! A question is kept without personal data, and only where somebody asked it on purpose: what is
//! answered while typing is not.

use zhiyin_domain::ids::{ArticleId, ArticleQuestionId};
use zhiyin_domain::knowledge::{ArticleQuestion, QuestionPlace};
use zhiyin_domain::limits::ARTICLE_QUESTION_CHARS_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_language::personal;
use zhiyin_store::Tx;
use zhiyin_store::knowledge::questions::{self as store, ArticleCounts, QuestionCounts};
use zhiyin_store::knowledge::{articles, translations};

use super::{KnowledgeError, require};
use crate::Context;

/// Articles of the report.
const ARTICLES: u32 = 100;
/// Fewest characters of a question that is kept.
const CHARS_MIN: usize = 2;

/// Keeps a question to which so many articles were found that may answer it; none if there is nothing
/// to keep.
pub fn ask(
    tx: &mut Tx<'_>,
    ctx: &Context,
    place: QuestionPlace,
    (locale, text): (Locale, &str),
    results: usize,
) -> Result<Option<ArticleQuestionId>, KnowledgeError> {
    let text = without_persons(text);
    if text.chars().count() < CHARS_MIN {
        return Ok(None);
    }
    let question = ArticleQuestion {
        id: ctx.id(),
        place,
        locale,
        text,
        results: i64::try_from(results).unwrap_or(i64::MAX),
        article_id: None,
        is_helpful: None,
        is_contact: false,
        at: ctx.now(),
    };
    store::insert(tx, &question)?;
    Ok(Some(question.id))
}

/// The words of a question in one line, without personal data, cut where they are too many.
pub(crate) fn without_persons(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = personal::redact(&words.join(" "));
    text.chars().take(ARTICLE_QUESTION_CHARS_MAX).collect()
}

/// What a reader did after a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReaderStep {
    /// Opened an article that was found.
    Opened(ArticleId),
    /// Said whether that helped.
    Said(bool),
    /// Asked a person.
    Contacted,
}

/// Takes in what a reader did after a question. What is not known any more is left alone.
pub fn after_question(
    tx: &mut Tx<'_>,
    id: ArticleQuestionId,
    step: ReaderStep,
) -> Result<(), KnowledgeError> {
    let Some(mut question) = store::get(tx, id)? else {
        return Ok(());
    };
    let before = question.clone();
    match step {
        ReaderStep::Opened(article) => {
            question.article_id = question.article_id.or(Some(article));
            // Whatever it scored, there was something worth opening.
            question.results = question.results.max(1);
        }
        ReaderStep::Said(is_helpful) => question.is_helpful = Some(is_helpful),
        ReaderStep::Contacted => question.is_contact = true,
    }
    if question != before {
        store::save(tx, &question)?;
    }
    Ok(())
}

/// What articles spared people to ask.
#[derive(Debug, Clone)]
pub struct KnowledgeReport {
    /// All searches of readers.
    pub totals: QuestionCounts,
    /// By the article that was opened, most opened first, with its titles.
    pub articles: Vec<(ArticleCounts, Vec<(Locale, String)>)>,
}

/// What became of what readers looked for, from a time until before another.
pub fn knowledge_report(
    tx: &mut Tx<'_>,
    ctx: &Context,
    from: Timestamp,
    to: Timestamp,
) -> Result<KnowledgeReport, KnowledgeError> {
    require(ctx, Permission::ReadReports)?;
    let mut all = Vec::new();
    for counts in store::by_article(tx, from, to, ARTICLES)? {
        if articles::get(tx, counts.article_id)?.is_none() {
            continue;
        }
        let languages = translations::list(tx, counts.article_id)?.into_iter();
        let titles = languages.map(|it| (it.locale, it.content.title)).collect();
        all.push((counts, titles));
    }
    Ok(KnowledgeReport {
        totals: store::totals(tx, from, to)?,
        articles: all,
    })
}
