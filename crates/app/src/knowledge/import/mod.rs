//! Taking in what was written elsewhere: Markdown files, and tables of questions and answers.
//!
//! A row is known again by its source id, so the same files can be taken in as often as they
//! change: what is new is made, what differs is written, what is the same is left alone. A row
//! that cannot be kept says why and does not hold up the others.

mod files;

use std::collections::BTreeSet;

use zhiyin_domain::attribute::Label;
use zhiyin_domain::ids::{ArticleCategoryId, ArticleId};
use zhiyin_domain::knowledge::{Article, Audience, Content, PageSlug};
use zhiyin_domain::limits::IMPORT_ROWS_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Permission;
use zhiyin_language::fold;
use zhiyin_store::knowledge::{articles, categories, translations};
use zhiyin_store::{StoreError, Tx};

use super::articles::view;
use super::{
    ArticlePatch, ArticleStep, ArticleView, Draft, KnowledgeError, NewArticle, create_article,
    move_translation, require, update_article, write_translation,
};
use crate::Context;

/// How files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportFormat {
    /// One article a file, with facts in its head.
    Markdown,
    /// One question and answer a row, with a row of names first.
    Csv,
}

/// A file as it was chosen.
#[derive(Debug, Clone)]
pub struct ImportFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What to take in, and what holds where a row says nothing.
#[derive(Debug, Clone)]
pub struct Import {
    /// How the files are written.
    pub format: ImportFormat,
    /// The files.
    pub files: Vec<ImportFile>,
    /// The language.
    pub locale: Locale,
    /// Where articles stand.
    pub category_id: Option<ArticleCategoryId>,
    /// Who may read them.
    pub audience: Audience,
    /// Whether readers see them at once.
    pub publish: bool,
    /// Whether only to say what would happen.
    pub dry_run: bool,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// An article or a language of one was made.
    Created,
    /// A text was written anew.
    Updated,
    /// It says the same already.
    Unchanged,
    /// It could not be kept.
    Failed,
}

/// What became of a row, with why.
#[derive(Debug, Clone)]
pub struct ImportedRow {
    /// The file.
    pub file: String,
    /// The row in it, from 1 with the names of a table as the first.
    pub row: usize,
    /// The id it is known by.
    pub source_id: String,
    /// Its title, as far as it was read.
    pub title: String,
    /// Its language.
    pub locale: Locale,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// The article, of one that was kept; of a rehearsal only where it was there before.
    pub article_id: Option<ArticleId>,
    /// Why it could not be kept, for programs and in words.
    pub problem: Option<(&'static str, String)>,
}

/// A row as it was read.
#[derive(Debug, Clone, Default)]
struct Row {
    line: usize,
    source_id: String,
    title: String,
    summary: String,
    body: String,
    slug: Option<String>,
    category: Option<String>,
    tags: Vec<String>,
    locale: Option<String>,
    audience: Option<String>,
}

/// Why a row or a file is not taken in.
struct Problem(&'static str, String);

/// Why a piece of work was taken back.
enum Halt {
    /// It was a rehearsal.
    Rehearsed(Vec<ImportedRow>),
    /// A row cannot be kept.
    Row(Problem),
    /// Everything failed.
    Failed(KnowledgeError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<KnowledgeError> for Halt {
    fn from(error: KnowledgeError) -> Self {
        let code = match &error {
            KnowledgeError::Store(_) | KnowledgeError::Denied(_) => return Self::Failed(error),
            KnowledgeError::Content(_) | KnowledgeError::Transition(_) => "text",
            KnowledgeError::Article(_) => "tags",
            KnowledgeError::SlugTaken => "slug",
            KnowledgeError::TooMany(_) => "too-many",
            _ => "other",
        };
        Self::Row(Problem(code, error.to_string()))
    }
}

/// Takes files in, or says what would come of it.
pub fn import_articles(
    tx: &mut Tx<'_>,
    ctx: &Context,
    import: &Import,
) -> Result<Vec<ImportedRow>, KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    require(ctx, Permission::WriteKnowledge)?;
    if let Some(id) = import.category_id {
        let all = categories::list(tx)?;
        let is_there = all.iter().any(|category| category.id == id);
        is_there
            .then_some(())
            .ok_or(KnowledgeError::CategoryNotFound)?;
    }
    let done = tx.savepoint(|tx| {
        let rows = run(tx, ctx, import)?;
        if import.dry_run {
            return Err(Halt::Rehearsed(rows));
        }
        Ok(rows)
    });
    match done {
        Ok(rows) => Ok(rows),
        Err(Halt::Rehearsed(mut rows)) => {
            for row in &mut rows {
                if row.outcome == ImportOutcome::Created {
                    row.article_id = None;
                }
            }
            Ok(rows)
        }
        Err(Halt::Row(Problem(_, why))) => Err(KnowledgeError::Import(why)),
        Err(Halt::Failed(error)) => Err(error),
    }
}

fn run(tx: &mut Tx<'_>, ctx: &Context, import: &Import) -> Result<Vec<ImportedRow>, Halt> {
    let mut done = Vec::new();
    for file in &import.files {
        let read = match import.format {
            ImportFormat::Markdown => Ok(vec![files::markdown(file)]),
            ImportFormat::Csv => files::table(&file.text),
        };
        let rows = match read {
            Ok(rows) => rows,
            Err(problem) => {
                done.push(report(file, &Row::default(), import.locale, Err(problem)));
                continue;
            }
        };
        for row in rows {
            if done.len() >= IMPORT_ROWS_MAX {
                let why = format!("at most {IMPORT_ROWS_MAX} rows at once; split the files");
                return Err(Halt::Row(Problem("too-many", why)));
            }
            let locale = row.locale.as_deref().map(files::language);
            let locale = locale.unwrap_or(Some(import.locale));
            let result = match locale {
                None => Err(Problem(
                    "language",
                    "the language is zh-CN or en".to_owned(),
                )),
                Some(locale) => match tx.savepoint(|tx| keep(tx, ctx, import, &row, locale)) {
                    Ok(kept) => Ok(kept),
                    Err(Halt::Row(problem)) => Err(problem),
                    Err(halt) => return Err(halt),
                },
            };
            done.push(report(file, &row, locale.unwrap_or(import.locale), result));
        }
    }
    Ok(done)
}

fn report(
    file: &ImportFile,
    row: &Row,
    locale: Locale,
    result: Result<(ImportOutcome, ArticleId), Problem>,
) -> ImportedRow {
    let (outcome, article_id, problem) = match result {
        Ok((outcome, id)) => (outcome, Some(id), None),
        Err(Problem(code, why)) => (ImportOutcome::Failed, None, Some((code, why))),
    };
    ImportedRow {
        file: file.name.clone(),
        row: row.line.max(1),
        source_id: row.source_id.clone(),
        title: row.title.clone(),
        locale,
        outcome,
        article_id,
        problem,
    }
}

/// Keeps one row.
fn keep(
    tx: &mut Tx<'_>,
    ctx: &Context,
    import: &Import,
    row: &Row,
    locale: Locale,
) -> Result<(ImportOutcome, ArticleId), Halt> {
    let content = Content {
        title: row.title.trim().to_owned(),
        summary: row.summary.trim().to_owned(),
        body: row.body.replace("\r\n", "\n"),
    };
    let patch = patch(tx, import, row)?;
    let slug = match &row.slug {
        None => None,
        Some(text) => {
            let slug = text.parse::<PageSlug>();
            Some(slug.map_err(|error| Halt::Row(Problem("slug", error.to_string())))?)
        }
    };
    let draft = Draft {
        content,
        slug,
        based_on: None,
    };
    let source = format!("import:{}", row.source_id);
    let (outcome, view) = match articles::by_source_id(tx, &source)? {
        None => {
            let patch = ArticlePatch {
                source_id: Some(source),
                ..patch
            };
            let new = NewArticle {
                source: locale,
                draft,
                patch,
            };
            (ImportOutcome::Created, create_article(tx, ctx, new)?)
        }
        Some(article) => {
            let is_other = share(tx, ctx, &article, patch, row)?;
            match rewrite(tx, ctx, article.id, locale, draft)? {
                (ImportOutcome::Unchanged, view) if is_other => (ImportOutcome::Updated, view),
                kept => kept,
            }
        }
    };
    if import.publish {
        publish(tx, ctx, &view, locale)?;
    }
    Ok((outcome, view.article.id))
}

/// Changes what all languages share, as far as the row says something; whether it was different.
fn share(
    tx: &mut Tx<'_>,
    ctx: &Context,
    article: &Article,
    patch: ArticlePatch,
    row: &Row,
) -> Result<bool, Halt> {
    let patch = ArticlePatch {
        category_id: row.category.as_ref().and(patch.category_id),
        audience: row.audience.as_ref().and(patch.audience),
        tags: (!row.tags.is_empty()).then_some(patch.tags).flatten(),
        ..ArticlePatch::default()
    };
    let is_other = patch
        .category_id
        .is_some_and(|it| it != article.category_id)
        || patch.audience.is_some_and(|it| it != article.audience)
        || patch.tags.as_ref().is_some_and(|it| *it != article.tags);
    if is_other {
        update_article(tx, ctx, article.id, article.version, patch)?;
    }
    Ok(is_other)
}

/// Lets readers see the newest text of a language, where they do not yet.
fn publish(tx: &mut Tx<'_>, ctx: &Context, view: &ArticleView, locale: Locale) -> Result<(), Halt> {
    let it = view.translations.iter().find(|it| it.locale == locale);
    let stale = it.filter(|it| {
        let live = it.live.as_ref().map(|live| live.revision);
        live != Some(it.revision)
    });
    if let Some(it) = stale {
        let step = ArticleStep::Publish;
        move_translation(tx, ctx, view.article.id, locale, it.version, step)?;
    }
    Ok(())
}

fn rewrite(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
    locale: Locale,
    draft: Draft,
) -> Result<(ImportOutcome, ArticleView), Halt> {
    let Some(before) = translations::get(tx, id, locale)? else {
        let view = write_translation(tx, ctx, id, locale, None, draft)?;
        return Ok((ImportOutcome::Created, view));
    };
    let is_same_place = draft.slug.as_ref().is_none_or(|slug| *slug == before.slug);
    if before.content == draft.content && is_same_place {
        let article = articles::get(tx, id)?.ok_or(KnowledgeError::NotFound)?;
        return Ok((ImportOutcome::Unchanged, view(tx, article)?));
    }
    let view = write_translation(tx, ctx, id, locale, Some(before.version), draft)?;
    Ok((ImportOutcome::Updated, view))
}

/// What the row says of its article besides the text.
fn patch(tx: &mut Tx<'_>, import: &Import, row: &Row) -> Result<ArticlePatch, Halt> {
    let category_id = match &row.category {
        None => import.category_id,
        Some(name) => {
            let wanted = fold(name);
            let is_it = |label: &Label| label.values().any(|it| fold(it) == wanted);
            let all = categories::list(tx)?;
            let found = all
                .iter()
                .find(|it| it.slug.as_str() == wanted || is_it(&it.name));
            let why = || format!("there is no category {name}; make it first");
            let found = found.ok_or_else(|| Halt::Row(Problem("category", why())))?;
            Some(found.id)
        }
    };
    let audience = match &row.audience {
        None => import.audience,
        Some(name) => {
            let wanted = name.trim().to_lowercase();
            let mut all = Audience::ALL.into_iter();
            let why = || "readers are public, customers or internal".to_owned();
            let found = all.find(|it| it.as_str() == wanted);
            found.ok_or_else(|| Halt::Row(Problem("audience", why())))?
        }
    };
    let tags: BTreeSet<String> = row.tags.iter().cloned().collect();
    Ok(ArticlePatch {
        category_id: Some(category_id),
        audience: Some(audience),
        tags: Some(tags),
        ..ArticlePatch::default()
    })
}
