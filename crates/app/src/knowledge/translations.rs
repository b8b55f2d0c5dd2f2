//! One language of an article: writing, reviewing, publishing, and its versions.

use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::ids::ArticleId;
use zhiyin_domain::knowledge::{Content, PageSlug, Revision, Translation};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_language::pinyin::pinyin;
use zhiyin_store::knowledge::{articles, translations as store};
use zhiyin_store::{StoreError, Tx};

use super::articles::view;
use super::{ArticleView, KnowledgeError, changed, require};
use crate::Context;

/// Addresses that are tried with a number behind them.
const NUMBERS_MAX: u32 = 1_000;

/// A text as somebody wrote it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The text.
    pub content: Content,
    /// Its name in addresses; made of the title if none.
    pub slug: Option<PageSlug>,
    /// The revision of the source language that it says the same as, of a translation.
    pub based_on: Option<i64>,
}

/// A step on the way of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArticleStep {
    /// Ask somebody else to look at it.
    Submit,
    /// Give it back to who writes.
    SendBack,
    /// Let readers see it.
    Publish,
    /// Take it away from readers.
    Archive,
    /// Take it back from the archive.
    Restore,
}

impl ArticleStep {
    /// Who writes may ask; what readers see is for those who publish.
    const fn needs(self) -> Permission {
        match self {
            Self::Submit => Permission::WriteKnowledge,
            Self::SendBack | Self::Publish | Self::Archive | Self::Restore => {
                Permission::PublishKnowledge
            }
        }
    }
}

/// An address made of a title that no other article has: its words, or how they sound.
fn free_slug(tx: &mut Tx<'_>, locale: Locale, title: &str) -> Result<PageSlug, StoreError> {
    let spelled = pinyin(title);
    let words = spelled.split(|c: char| !c.is_ascii_alphanumeric());
    let slug = PageSlug::from_words(words);
    let slug = slug.or_else(|| PageSlug::from_words(["article"]));
    let wanted = slug.expect("a word of letters is a slug");
    if !store::is_taken(tx, locale, &wanted)? {
        return Ok(wanted);
    }
    for number in 2..NUMBERS_MAX {
        let numbered = wanted.numbered(number);
        if !store::is_taken(tx, locale, &numbered)? {
            return Ok(numbered);
        }
    }
    Ok(wanted)
}

/// The first text of a language.
pub(super) fn first(
    tx: &mut Tx<'_>,
    ctx: &Context,
    article: ArticleId,
    locale: Locale,
    draft: Draft,
) -> Result<Translation, KnowledgeError> {
    let slug = match draft.slug {
        None => free_slug(tx, locale, &draft.content.title)?,
        Some(slug) if store::is_taken(tx, locale, &slug)? => return Err(KnowledgeError::SlugTaken),
        Some(slug) => slug,
    };
    let by = (ctx.actor().clone(), ctx.now());
    let mut translation = Translation::new(article, locale, slug, draft.content, by)?;
    translation.based_on = draft.based_on;
    store::insert(tx, &translation)?;
    Ok(translation)
}

fn touch(tx: &mut Tx<'_>, ctx: &Context, id: ArticleId) -> Result<ArticleView, KnowledgeError> {
    let mut article = articles::get(tx, id)?.ok_or(KnowledgeError::NotFound)?;
    article.updated_at = ctx.now();
    let article = articles::save(tx, &article)?;
    changed(tx, ctx, Aggregate::Article, id, Change::Updated)?;
    view(tx, article)
}

/// Loads a language to change it; `version` is the one that was read.
fn load(
    tx: &mut Tx<'_>,
    id: ArticleId,
    locale: Locale,
    version: i64,
) -> Result<Translation, KnowledgeError> {
    articles::get_for_update(tx, id)?.ok_or(KnowledgeError::NotFound)?;
    let translation = store::get(tx, id, locale)?.ok_or(KnowledgeError::LanguageNotFound)?;
    if translation.version != version {
        return Err(KnowledgeError::Changed);
    }
    Ok(translation)
}

/// Writes a language anew; one that was not there is begun, without a `version`.
pub fn write_translation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
    locale: Locale,
    version: Option<i64>,
    draft: Draft,
) -> Result<ArticleView, KnowledgeError> {
    require(ctx, Permission::WriteKnowledge)?;
    articles::get_for_update(tx, id)?.ok_or(KnowledgeError::NotFound)?;
    let Some(version) = version else {
        if store::get(tx, id, locale)?.is_some() {
            return Err(KnowledgeError::Changed);
        }
        first(tx, ctx, id, locale, draft)?;
        return touch(tx, ctx, id);
    };
    let before = load(tx, id, locale, version)?;
    let written = before
        .clone()
        .write(draft.content, ctx.actor().clone(), ctx.now())?;
    let mut written = Translation {
        based_on: draft.based_on.or(before.based_on),
        ..written
    };
    if let Some(slug) = draft.slug.filter(|slug| *slug != before.slug) {
        move_to(tx, &before, &slug)?;
        written.slug = slug;
    }
    store::save(tx, &written, before.revision)?;
    touch(tx, ctx, id)
}

/// Lets the old address lead on to the new one, if readers may know it.
fn move_to(tx: &mut Tx<'_>, it: &Translation, slug: &PageSlug) -> Result<(), KnowledgeError> {
    store::end_redirect(tx, it.article_id, it.locale, slug)?;
    if store::is_taken(tx, it.locale, slug)? {
        return Err(KnowledgeError::SlugTaken);
    }
    if it.live.is_some() {
        store::redirect(tx, it.article_id, it.locale, &it.slug)?;
    }
    Ok(())
}

/// Takes a language one step on its way.
pub fn move_translation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
    locale: Locale,
    version: i64,
    step: ArticleStep,
) -> Result<ArticleView, KnowledgeError> {
    require(ctx, step.needs())?;
    let before = load(tx, id, locale, version)?;
    let revision = before.revision;
    let (by, now) = (ctx.actor().clone(), ctx.now());
    let after = match step {
        ArticleStep::Submit => before.submit(by, now),
        ArticleStep::SendBack => before.send_back(by, now),
        ArticleStep::Publish => before.publish(by, now),
        ArticleStep::Archive => before.archive(by, now),
        ArticleStep::Restore => before.restore(by, now),
    }?;
    store::save(tx, &after, revision)?;
    touch(tx, ctx, id)
}

/// Has the newest text published at a time; none has it published by hand again.
pub fn schedule_translation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (id, locale): (ArticleId, Locale),
    version: i64,
    publish_at: Option<Timestamp>,
) -> Result<ArticleView, KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    let before = load(tx, id, locale, version)?;
    let revision = before.revision;
    let after = match publish_at {
        Some(at) => before.schedule(at, ctx.actor().clone(), ctx.now())?,
        None => before.unschedule(),
    };
    store::save(tx, &after, revision)?;
    touch(tx, ctx, id)
}

/// Versions of a language, newest first.
pub fn list_revisions(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
    locale: Locale,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Revision>, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    store::get(tx, id, locale)?.ok_or(KnowledgeError::LanguageNotFound)?;
    Ok(store::revisions(tx, id, locale, before, limit)?)
}

/// One version of a language.
pub fn get_revision(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
    locale: Locale,
    number: i64,
) -> Result<Revision, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    store::get_revision(tx, id, locale, number)?.ok_or(KnowledgeError::RevisionNotFound)
}

/// Writes an old version anew; what was written since stays among the versions.
pub fn restore_revision(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
    locale: Locale,
    version: i64,
    number: i64,
) -> Result<ArticleView, KnowledgeError> {
    require(ctx, Permission::WriteKnowledge)?;
    let revision = store::get_revision(tx, id, locale, number)?;
    let draft = Draft {
        content: revision.ok_or(KnowledgeError::RevisionNotFound)?.content,
        slug: None,
        based_on: None,
    };
    write_translation(tx, ctx, id, locale, Some(version), draft)
}
