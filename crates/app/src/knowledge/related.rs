//! Articles that answer something close to another one.

use std::collections::BTreeSet;

use zhiyin_domain::ids::ArticleId;
use zhiyin_domain::knowledge::Audience;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Permission;
use zhiyin_store::Tx;
use zhiyin_store::knowledge::{articles, translations};

use super::{ArticleHit, KnowledgeCache, KnowledgeError, Question, require};
use crate::Context;

/// How many are shown.
const RELATED_MAX: usize = 5;

fn related(
    tx: &mut Tx<'_>,
    cache: &KnowledgeCache,
    (id, locale, title): (ArticleId, Locale, &str),
    audiences: BTreeSet<Audience>,
) -> Result<Vec<ArticleHit>, KnowledgeError> {
    let question = Question {
        text: title.to_owned(),
        locale: Some(locale),
        audiences,
        limit: RELATED_MAX + 1,
    };
    let mut hits = cache.find(tx, &question)?;
    hits.retain(|hit| hit.article.id != id);
    hits.truncate(RELATED_MAX);
    Ok(hits)
}

/// Published articles close to one of them in a language, whoever may read them; those that may answer the
/// same are candidates for a merge.
pub fn related_articles(
    tx: &mut Tx<'_>,
    ctx: &Context,
    cache: &KnowledgeCache,
    id: ArticleId,
    locale: Locale,
) -> Result<Vec<ArticleHit>, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    articles::get(tx, id)?.ok_or(KnowledgeError::NotFound)?;
    let here = translations::get(tx, id, locale)?.ok_or(KnowledgeError::LanguageNotFound)?;
    let all = BTreeSet::from(Audience::ALL);
    related(tx, cache, (id, locale, &here.content.title), all)
}

/// The same for readers of the help centre.
pub fn related_for_reader(
    tx: &mut Tx<'_>,
    cache: &KnowledgeCache,
    id: ArticleId,
    (locale, title): (Locale, &str),
) -> Result<Vec<ArticleHit>, KnowledgeError> {
    let public = BTreeSet::from([Audience::Public]);
    related(tx, cache, (id, locale, title), public)
}
