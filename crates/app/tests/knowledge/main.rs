//! Knowledge use cases: the way of an article to its readers, and who may do what.

use std::collections::BTreeSet;

use zhiyin_app::knowledge::{
    ArticlePatch, ArticleStep, ArticleView, CategoryInput, Draft, Found, KnowledgeError,
    NewArticle, Question, create_article, create_category, create_synonyms, delete_category,
    help_centre, move_translation, read_article, restore_revision, say_helpful, search_articles,
    update_article, write_translation,
};
use zhiyin_app::{Context, Principal};
use zhiyin_domain::attribute::Label;
use zhiyin_domain::knowledge::{Audience, Content, PageSlug, TransitionError};
use zhiyin_domain::locale::Locale;
use zhiyin_store::Tx;
use zhiyin_testkit::TestApp;

fn content(title: &str, body: &str) -> Content {
    Content {
        title: title.to_owned(),
        summary: String::new(),
        body: body.to_owned(),
    }
}

fn draft(title: &str, body: &str) -> Draft {
    Draft {
        content: content(title, body),
        slug: None,
        based_on: None,
    }
}

fn slug(text: &str) -> PageSlug {
    text.parse().expect("a slug")
}

/// Runs use cases in the name of Zhiyin itself, which may everything.
async fn run<T: Send + 'static>(
    t: &TestApp,
    f: impl Fn(&mut Tx<'_>, &Context) -> Result<T, KnowledgeError> + Send + 'static,
) -> Result<T, KnowledgeError> {
    let principal = Principal::system(t.workspace, "test");
    t.app.write(&principal, f).await
}

fn article(
    tx: &mut Tx<'_>,
    ctx: &Context,
    title: &str,
    body: &str,
) -> Result<ArticleView, KnowledgeError> {
    let new = NewArticle {
        source: Locale::En,
        draft: draft(title, body),
        patch: ArticlePatch::default(),
    };
    create_article(tx, ctx, new)
}

fn published(
    tx: &mut Tx<'_>,
    ctx: &Context,
    title: &str,
    body: &str,
) -> Result<ArticleView, KnowledgeError> {
    let made = article(tx, ctx, title, body)?;
    let step = ArticleStep::Publish;
    move_translation(tx, ctx, made.article.id, Locale::En, 1, step)
}

#[tokio::test]
async fn readers_see_what_was_published_and_old_addresses_lead_on() {
    let t = TestApp::new().await;
    let found = run(&t, |tx, ctx| {
        let it = published(tx, ctx, "How do I return a teapot?", "Use the label.")?;
        let id = it.article.id;
        let moved = Draft {
            slug: Some(slug("returns")),
            ..draft("Returning a teapot", "Another text.")
        };
        write_translation(tx, ctx, id, Locale::En, Some(2), moved)?;
        let old = read_article(tx, Locale::En, &slug("how-do-i-return-a-teapot"))?;
        let new = read_article(tx, Locale::En, &slug("returns"))?;
        Ok((old, new))
    })
    .await
    .expect("articles");
    assert!(matches!(found.0, Found::Moved(to) if to == slug("returns")));
    let Found::Article(it) = found.1 else {
        panic!("an article");
    };
    assert_eq!(it.article.content.title, "How do I return a teapot?");
}

#[tokio::test]
async fn a_title_in_chinese_has_an_address_of_its_sounds() {
    let t = TestApp::new().await;
    let slugs = run(&t, |tx, ctx| {
        let mut slugs = Vec::new();
        for _ in 0..2 {
            let new = NewArticle {
                source: Locale::ZhCn,
                draft: draft("怎么退货？", ""),
                patch: ArticlePatch::default(),
            };
            let made = create_article(tx, ctx, new)?;
            slugs.push(made.translations[0].slug.to_string());
        }
        Ok(slugs)
    })
    .await
    .expect("articles");
    assert_eq!(slugs, ["zen-me-tui-huo", "zen-me-tui-huo-2"]);
}

#[tokio::test]
async fn search_finds_what_is_published_at_once() {
    let t = TestApp::new().await;
    let cache = t.app.knowledge().clone();
    let found = run(&t, move |tx, ctx| {
        let question = Question {
            text: "postage".to_owned(),
            locale: None,
            audiences: BTreeSet::from([Audience::Public]),
            limit: 5,
        };
        let it = article(tx, ctx, "What does delivery cost?", "Nothing from ¥99.")?;
        let mut counts = vec![search_articles(tx, ctx, &cache, &question)?.len()];
        let step = ArticleStep::Publish;
        move_translation(tx, ctx, it.article.id, Locale::En, 1, step)?;
        counts.push(search_articles(tx, ctx, &cache, &question)?.len());
        create_synonyms(tx, ctx, &["postage".to_owned(), "delivery".to_owned()])?;
        counts.push(search_articles(tx, ctx, &cache, &question)?.len());
        let hidden = ArticlePatch {
            audience: Some(Audience::Internal),
            ..ArticlePatch::default()
        };
        let version = zhiyin_store::knowledge::articles::get(tx, it.article.id)
            .map_err(KnowledgeError::Store)?
            .map_or(0, |article| article.version);
        update_article(tx, ctx, it.article.id, version, hidden)?;
        counts.push(search_articles(tx, ctx, &cache, &question)?.len());
        Ok(counts)
    })
    .await
    .expect("searches");
    assert_eq!(found, [0, 0, 1, 0]);
}

#[tokio::test]
async fn a_lost_race_and_a_wrong_step_are_told() {
    let t = TestApp::new().await;
    let errors = run(&t, |tx, ctx| {
        let id = article(tx, ctx, "Returns", "")?.article.id;
        let step = |tx: &mut Tx<'_>, version, step| {
            move_translation(tx, ctx, id, Locale::En, version, step).err()
        };
        Ok([
            step(tx, 7, ArticleStep::Publish),
            step(tx, 1, ArticleStep::Restore),
            move_translation(tx, ctx, id, Locale::ZhCn, 1, ArticleStep::Submit).err(),
            restore_revision(tx, ctx, id, Locale::En, 1, 9).err(),
        ])
    })
    .await
    .expect("errors");
    let [stale, step, language, revision] = errors.map(|error| error.expect("an error"));
    assert!(matches!(stale, KnowledgeError::Changed));
    assert!(matches!(
        step,
        KnowledgeError::Transition(TransitionError::NotArchived)
    ));
    assert!(matches!(language, KnowledgeError::LanguageNotFound));
    assert!(matches!(revision, KnowledgeError::RevisionNotFound));
}

#[tokio::test]
async fn the_help_centre_shows_shelves_with_something_on_them() {
    let t = TestApp::new().await;
    let (names, refused, counted) = run(&t, |tx, ctx| {
        let category = |slug_text: &str| CategoryInput {
            parent_id: None,
            slug: slug(slug_text),
            name: Label::from([(Locale::En, slug_text.to_owned())]),
            description: Label::new(),
            position: None,
        };
        let orders = create_category(tx, ctx, category("orders"))?;
        create_category(tx, ctx, category("empty"))?;
        let it = published(tx, ctx, "Returns", "")?;
        let patch = ArticlePatch {
            category_id: Some(Some(orders.id)),
            ..ArticlePatch::default()
        };
        update_article(tx, ctx, it.article.id, it.article.version, patch)?;
        let shelves = help_centre(tx, Locale::En)?;
        let names: Vec<String> = shelves
            .all
            .iter()
            .map(|shelf| shelf.name(Locale::En).to_owned())
            .collect();
        let refused = delete_category(tx, ctx, orders.id).err();
        say_helpful(tx, ctx, Locale::En, &slug("returns"), false)?;
        let Found::Article(read) = read_article(tx, Locale::En, &slug("returns"))? else {
            return Err(KnowledgeError::NotFound);
        };
        Ok((names, refused, read.article.unhelpful))
    })
    .await
    .expect("shelves");
    assert_eq!(names, ["orders"]);
    assert!(matches!(refused, Some(KnowledgeError::InUse)));
    assert_eq!(counted, 1);
}
