//! What readers of the help centre get: published texts for everybody, by their addresses.

use std::collections::BTreeSet;
use std::sync::Arc;

use zhiyin_domain::attribute::Label;
use zhiyin_domain::identity::workspace::{Slug, Workspace};
use zhiyin_domain::ids::{ArticleCategoryId, ArticleFeedbackId};
use zhiyin_domain::inbox::{Channel, Inbox};
use zhiyin_domain::knowledge::{ArticleCategory, ArticleFeedback, Audience, PageSlug};
use zhiyin_domain::locale::Locale;
use zhiyin_store::identity::workspaces;
use zhiyin_store::inboxes;
use zhiyin_store::knowledge::readers::{self as store, PublishedArticle};
use zhiyin_store::knowledge::{categories, feedback};
use zhiyin_store::{StoreError, SystemTx, Tx};

use super::{ArticleHit, KnowledgeCache, KnowledgeError, Question};
use crate::{App, Context};

/// Results of a search in the help centre.
const RESULTS: usize = 20;

/// A category with what stands in it for readers of one language.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// The category; none for articles that stand nowhere.
    pub category: Option<ArticleCategory>,
    /// Its articles.
    pub articles: Vec<Arc<PublishedArticle>>,
}

/// The help centre in one language: categories in their order, each with those within it right
/// behind it. What is empty is left out.
#[derive(Debug, Clone)]
pub struct Shelves {
    /// All of them.
    pub all: Vec<Shelf>,
}

impl Shelf {
    /// Its name in a language, or in one it has.
    #[must_use]
    pub fn name(&self, locale: Locale) -> &str {
        self.category
            .as_ref()
            .map_or("", |category| in_locale(&category.name, locale))
    }
}

/// A label in a language, or in one it has.
#[must_use]
pub(super) fn in_locale(label: &Label, locale: Locale) -> &str {
    let text = label.get(&locale).or_else(|| label.values().next());
    text.map_or("", String::as_str)
}

/// An article for a reader.
#[derive(Debug, Clone)]
pub struct Neighbours {
    /// The article.
    pub article: Arc<PublishedArticle>,
    /// Where it stands, the outermost first.
    pub path: Vec<ArticleCategory>,
    /// The one before it on its shelf.
    pub previous: Option<Arc<PublishedArticle>>,
    /// The one behind it.
    pub next: Option<Arc<PublishedArticle>>,
    /// Its addresses in all languages it is published in.
    pub languages: Vec<(Locale, PageSlug)>,
}

/// What an address leads to.
#[derive(Debug, Clone)]
pub enum Found {
    /// An article.
    Article(Box<Neighbours>),
    /// The address of the article by now.
    Moved(PageSlug),
    /// Nothing readers may see.
    Nothing,
}

/// Everything the help centre shows in one language.
pub fn help_centre(tx: &mut Tx<'_>, locale: Locale) -> Result<Shelves, KnowledgeError> {
    let categories = categories::list(tx)?;
    let articles: Vec<Arc<PublishedArticle>> = store::list(tx)?
        .into_iter()
        .filter(|it| it.locale == locale && it.audience == Audience::Public)
        .map(Arc::new)
        .collect();
    let of = |id: Option<ArticleCategoryId>| -> Vec<Arc<PublishedArticle>> {
        let here = articles.iter().filter(|it| it.category_id == id);
        here.cloned().collect()
    };
    let tops = categories.iter().filter(|it| it.parent_id.is_none());
    let ordered = tops.flat_map(|top| {
        let within = categories.iter().filter(|it| it.parent_id == Some(top.id));
        std::iter::once(top).chain(within)
    });
    let shelves = ordered.map(|category| Shelf {
        category: Some(category.clone()),
        articles: of(Some(category.id)),
    });
    let nowhere = Shelf {
        category: None,
        articles: of(None),
    };
    let mut all: Vec<Shelf> = shelves.chain(std::iter::once(nowhere)).collect();
    let holding: BTreeSet<ArticleCategoryId> = all
        .iter()
        .filter(|shelf| !shelf.articles.is_empty())
        .filter_map(|shelf| shelf.category.as_ref()?.parent_id)
        .collect();
    // A category stays for the sake of what stands in those within it.
    all.retain(|shelf| {
        let category = shelf.category.as_ref();
        !shelf.articles.is_empty() || category.is_some_and(|it| holding.contains(&it.id))
    });
    Ok(Shelves { all })
}

/// What an address of the help centre leads to.
pub fn read_article(
    tx: &mut Tx<'_>,
    locale: Locale,
    slug: &PageSlug,
) -> Result<Found, KnowledgeError> {
    let Some(article) = store::by_slug(tx, locale, slug)? else {
        return moved(tx, locale, slug);
    };
    if article.audience != Audience::Public {
        return Ok(Found::Nothing);
    }
    let shelves = help_centre(tx, locale)?;
    let shelf = shelves.all.iter().find(|shelf| {
        let category = shelf.category.as_ref().map(|category| category.id);
        category == article.category_id
    });
    let around = shelf.map_or(&[][..], |shelf| &shelf.articles);
    let at = around.iter().position(|it| it.id == article.id);
    let previous = at.and_then(|at| around.get(at.checked_sub(1)?)).cloned();
    let next = at.and_then(|at| around.get(at + 1)).cloned();
    let mut path: Vec<ArticleCategory> = Vec::new();
    let mut wanted = article.category_id;
    let categories = categories::list(tx)?;
    while let Some(category) = wanted.and_then(|id| categories.iter().find(|it| it.id == id)) {
        path.insert(0, category.clone());
        wanted = category.parent_id;
    }
    let languages = store::languages(tx, article.id)?;
    Ok(Found::Article(Box::new(Neighbours {
        article: Arc::new(article),
        path,
        previous,
        next,
        languages: languages
            .into_iter()
            .map(|it| (it.locale, it.slug))
            .collect(),
    })))
}

fn moved(tx: &mut Tx<'_>, locale: Locale, slug: &PageSlug) -> Result<Found, KnowledgeError> {
    let Some(id) = store::redirected(tx, locale, slug)? else {
        return Ok(Found::Nothing);
    };
    let public = store::languages(tx, id)?.into_iter();
    let mut here = public.filter(|it| it.locale == locale && it.audience == Audience::Public);
    Ok(here
        .next()
        .map_or(Found::Nothing, |it| Found::Moved(it.slug)))
}

/// The articles that answer a reader's question best.
pub fn search_help(
    tx: &mut Tx<'_>,
    cache: &KnowledgeCache,
    locale: Locale,
    text: &str,
) -> Result<Vec<ArticleHit>, KnowledgeError> {
    let question = Question {
        text: text.to_owned(),
        locale: Some(locale),
        audiences: BTreeSet::from([Audience::Public]),
        limit: RESULTS,
    };
    Ok(cache.find(tx, &question)?)
}

/// Takes in whether an article helped a reader. None if there is no such article for readers.
pub fn say_helpful(
    tx: &mut Tx<'_>,
    ctx: &Context,
    locale: Locale,
    slug: &PageSlug,
    is_helpful: bool,
) -> Result<Option<ArticleFeedbackId>, KnowledgeError> {
    let article = store::by_slug(tx, locale, slug)?;
    let Some(article) = article.filter(|it| it.audience == Audience::Public) else {
        return Ok(None);
    };
    let opinion = ArticleFeedback {
        id: ctx.id(),
        article_id: article.id,
        locale,
        revision: article.revision,
        is_helpful,
        comment: None,
        at: ctx.now(),
    };
    feedback::insert(tx, &opinion)?;
    Ok(Some(opinion.id))
}

/// Takes in what a reader has to say besides. An opinion takes one comment.
pub fn comment_article(
    tx: &mut Tx<'_>,
    id: ArticleFeedbackId,
    comment: &str,
) -> Result<(), KnowledgeError> {
    if let Some(comment) = ArticleFeedback::comment(comment)? {
        feedback::add_comment(tx, id, &comment)?;
    }
    Ok(())
}

/// The chats in which a reader whom nobody vouches for can ask a person.
pub fn help_inboxes(tx: &mut Tx<'_>) -> Result<Vec<Inbox>, StoreError> {
    let mut all = inboxes::list(tx)?;
    all.retain(|inbox| {
        inbox.is_enabled && inbox.channel == Channel::Web && !inbox.settings.require_identity
    });
    Ok(all)
}

/// The workspace whose help centre an address names.
pub async fn find_help_centre(app: &App, slug: &str) -> Result<Option<Workspace>, StoreError> {
    let Ok(slug) = slug.parse::<Slug>() else {
        return Ok(None);
    };
    let find = move |system: &mut SystemTx<'_>| workspaces::find(system, &slug);
    app.store().read_system(find).await
}
