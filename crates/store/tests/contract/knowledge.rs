//! Knowledge: articles, their languages and versions, categories, synonyms, feedback.

use std::collections::BTreeSet;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::attribute::Label;
use zhiyin_domain::ids::ArticleId;
use zhiyin_domain::knowledge::{
    Article, ArticleCategory, ArticleFeedback, Audience, Content, PageSlug, Synonyms, Translation,
};
use zhiyin_domain::locale::Locale;
use zhiyin_store::knowledge::articles::ArticleFilter;
use zhiyin_store::knowledge::{
    articles, categories, feedback, readers, state, synonyms, touch, translations,
};
use zhiyin_store::{StoreError, Tx};

use crate::floor::{Floor, at, id};
use crate::harness::add_workspace;

fn slug(text: &str) -> PageSlug {
    text.parse().expect("a slug")
}

fn content(title: &str) -> Content {
    Content {
        title: title.to_owned(),
        summary: "short".to_owned(),
        body: "**long**".to_owned(),
    }
}

fn draft(article: ArticleId, locale: Locale, name: &str) -> Translation {
    let by = (Actor::system("test"), at(1));
    Translation::new(article, locale, slug(name), content(name), by).expect("a draft")
}

/// An article with one language, published or not.
fn article(floor: &Floor<'_>, name: &'static str, n: i64, is_live: bool) -> Article {
    let article = Article::new(id(), Locale::En, at(n));
    let stored = article.clone();
    floor.run(move |tx| {
        articles::insert(tx, &stored)?;
        let first = draft(stored.id, Locale::En, name);
        let first = if is_live {
            first.publish(Actor::Bot, at(2)).expect("published")
        } else {
            first
        };
        translations::insert(tx, &first)
    });
    article
}

fn category(name: &str, position: i64) -> ArticleCategory {
    ArticleCategory {
        id: id(),
        parent_id: None,
        slug: slug(name),
        name: Label::from([(Locale::En, name.to_owned())]),
        description: Label::new(),
        position,
        created_at: at(0),
        version: 1,
    }
}

fn listed(tx: &mut Tx<'_>, filter: &ArticleFilter) -> Result<Vec<ArticleId>, StoreError> {
    let all = articles::list(tx, filter, None, 50)?;
    Ok(all.into_iter().map(|article| article.id).collect())
}

store_test! {
    fn an_article_comes_back_as_it_was_saved(store) {
        let floor = Floor::new(store);
        let shelf = category("orders", 0);
        let mut it = article(&floor, "returns", 1, false);
        let (stored, id) = (shelf.clone(), it.id);
        floor.run(move |tx| categories::insert(tx, &stored));
        it.category_id = Some(shelf.id);
        it.audience = Audience::Internal;
        it.tags = BTreeSet::from(["a".to_owned(), "退货".to_owned()]);
        it.review_by = Some(at(9));
        it.updated_at = at(3);
        let (saved, stale) = (it.clone(), it.clone());
        assert_eq!(floor.run(move |tx| articles::save(tx, &saved)).version, 2);
        let read = floor.run(move |tx| articles::get(tx, id)).expect("the article");
        assert_eq!(read, Article { version: 2, ..it });
        assert_eq!(floor.run(move |tx| articles::get_for_update(tx, id)), Some(read));
        let again = store.write_blocking(floor.workspace, move |tx| articles::save(tx, &stale));
        assert!(matches!(again, Err(StoreError::Conflict { table: "articles" })));
        let shelf = shelf.id;
        assert!(floor.run(move |tx| categories::holds_articles(tx, shelf)));
        let elsewhere = add_workspace(floor.store);
        let missed = store.read_blocking(elsewhere, move |tx| articles::get(tx, id));
        assert_eq!(missed.expect("a read"), None);
    }

    fn articles_are_listed_changed_last_first(store) {
        let floor = Floor::new(store);
        let old = article(&floor, "old", 1, false);
        let live = article(&floor, "live", 2, true);
        let new = article(&floor, "new", 3, false);
        let (first, second, third) = (new.id, live.id, old.id);
        let all = floor.run(|tx| listed(tx, &ArticleFilter::default()));
        assert_eq!(all, [first, second, third]);
        let after = floor.run(move |tx| {
            articles::list(tx, &ArticleFilter::default(), Some((at(3), first)), 1)
        });
        assert_eq!(after[0].id, second);
        let drafts = ArticleFilter { status: Some("draft"), ..ArticleFilter::default() };
        assert_eq!(floor.run(move |tx| listed(tx, &drafts)), [first, third]);
        let public = ArticleFilter { audience: Some(Audience::Public), ..ArticleFilter::default() };
        assert_eq!(floor.run(move |tx| listed(tx, &public)).len(), 3);
        let due = ArticleFilter { review_by: Some(at(9)), ..ArticleFilter::default() };
        assert!(floor.run(move |tx| listed(tx, &due)).is_empty());
        assert_eq!(floor.run(articles::count), 3);
    }

    fn every_text_is_kept_as_a_version(store) {
        let floor = Floor::new(store);
        let id = article(&floor, "returns", 1, true).id;
        let en = Locale::En;
        let read = floor.run(move |tx| translations::get(tx, id, en)).expect("the language");
        assert_eq!(read.live.as_ref().map(|live| live.revision), Some(1));
        let next = read.clone().write(content("Returns!"), Actor::Bot, at(5)).expect("written");
        let next = next.submit(Actor::Bot, at(6)).expect("submitted");
        let (saved, stale) = (next.clone(), next.clone());
        assert_eq!(floor.run(move |tx| translations::save(tx, &saved, 1)).version, 2);
        let read = floor.run(move |tx| translations::get(tx, id, en)).expect("the language");
        assert_eq!(read, Translation { version: 2, ..next });
        let again = store.write_blocking(floor.workspace, move |tx| translations::save(tx, &stale, 1));
        assert!(matches!(again, Err(StoreError::Conflict { .. })));
        let away = read.archive(Actor::Bot, at(7)).expect("archived");
        let saved = away.clone();
        floor.run(move |tx| translations::save(tx, &saved, 2));
        let list = floor.run(move |tx| translations::list(tx, id));
        assert_eq!(list, [Translation { version: 3, ..away }]);
        let versions = floor.run(move |tx| translations::revisions(tx, id, en, None, 50));
        let titles: Vec<_> = versions.iter().map(|it| (it.number, it.content.title.as_str())).collect();
        assert_eq!(titles, [(2, "Returns!"), (1, "returns")]);
        let older = floor.run(move |tx| translations::revisions(tx, id, en, Some(2), 50));
        assert_eq!(older, versions[1..]);
        let first = floor.run(move |tx| translations::get_revision(tx, id, en, 1));
        assert_eq!(first.as_ref(), versions.last());
        assert_eq!(floor.run(move |tx| translations::get_revision(tx, id, en, 3)), None);
    }

    fn an_address_belongs_to_one_article_and_old_ones_lead_on(store) {
        let floor = Floor::new(store);
        let id = article(&floor, "returns", 1, true).id;
        let other = article(&floor, "refunds", 1, false).id;
        let twin = draft(other, Locale::ZhCn, "returns");
        floor.run(move |tx| translations::insert(tx, &twin));
        let taken = store.write_blocking(floor.workspace, move |tx| {
            let mut second = translations::get(tx, other, Locale::En)?.expect("the language");
            second.slug = slug("returns");
            translations::save(tx, &second, 1)
        });
        assert!(taken.expect_err("taken").is_unique_violation("article_translations_slug"));
        let is_taken = |name: &'static str| {
            floor.run(move |tx| translations::is_taken(tx, Locale::En, &slug(name)))
        };
        assert!(is_taken("returns") && !is_taken("return-it"));
        floor.run(move |tx| translations::redirect(tx, id, Locale::En, &slug("return-it")));
        floor.run(move |tx| translations::redirect(tx, id, Locale::En, &slug("return-it")));
        assert!(is_taken("return-it"));
        let led = floor.run(|tx| readers::redirected(tx, Locale::En, &slug("return-it")));
        assert_eq!(led, Some(id));
        floor.run(move |tx| translations::end_redirect(tx, other, Locale::En, &slug("return-it")));
        assert!(is_taken("return-it"), "only its article frees it");
        floor.run(move |tx| translations::end_redirect(tx, id, Locale::En, &slug("return-it")));
        assert!(!is_taken("return-it"));
    }

    fn readers_see_what_is_published(store) {
        let floor = Floor::new(store);
        let id = article(&floor, "returns", 1, true).id;
        article(&floor, "hidden", 2, false);
        floor.run(move |tx| {
            let live = translations::get(tx, id, Locale::En)?.expect("the language");
            let next = live.write(content("Unseen"), Actor::Bot, at(5)).expect("written");
            translations::save(tx, &next, 1)
        });
        let all = floor.run(readers::list);
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].id, all[0].content.title.as_str()), (id, "returns"));
        let found = floor.run(|tx| readers::by_slug(tx, Locale::En, &slug("returns")));
        assert!(floor.run(readers::has_public), "something is published");
        assert_eq!(found.as_ref(), all.first());
        assert_eq!(floor.run(move |tx| readers::languages(tx, id)), all);
        for name in ["hidden", "nothing"] {
            let missed = floor.run(move |tx| readers::by_slug(tx, Locale::En, &slug(name)));
            assert_eq!(missed, None, "{name}");
        }
        let elsewhere = add_workspace(floor.store);
        assert!(store.read_blocking(elsewhere, readers::list).expect("a read").is_empty());
    }

    fn opinions_are_kept_and_counted(store) {
        let floor = Floor::new(store);
        let article_id = article(&floor, "returns", 1, true).id;
        let opinion = |n: i64, is_helpful: bool| ArticleFeedback {
            id: id(),
            article_id,
            locale: Locale::En,
            revision: 1,
            is_helpful,
            comment: None,
            at: at(n),
        };
        let (good, bad) = (opinion(1, true), opinion(2, false));
        for one in [good.clone(), bad.clone()] {
            floor.run(move |tx| feedback::insert(tx, &one));
        }
        let bad_id = bad.id;
        assert!(floor.run(move |tx| feedback::add_comment(tx, bad_id, "which one?")));
        assert!(!floor.run(move |tx| feedback::add_comment(tx, bad_id, "again")));
        let list = floor.run(move |tx| feedback::list(tx, article_id, None, 50));
        let bad = ArticleFeedback { comment: Some("which one?".to_owned()), ..bad };
        assert_eq!(list, [bad, good.clone()]);
        let rest = floor.run(move |tx| feedback::list(tx, article_id, Some((at(2), bad_id)), 50));
        assert_eq!(rest, [good]);
        let counted = floor.run(|tx| readers::by_slug(tx, Locale::En, &slug("returns"))).expect("it");
        assert_eq!((counted.helpful, counted.unhelpful), (1, 1));
    }

    fn categories_keep_their_order(store) {
        let floor = Floor::new(store);
        let (one, two) = (category("b", 1), category("a", 2));
        let inner = ArticleCategory { parent_id: Some(one.id), ..category("c", 2) };
        let all = [one.clone(), two.clone(), inner.clone()];
        for it in all.clone() {
            floor.run(move |tx| categories::insert(tx, &it));
        }
        assert_eq!(floor.run(categories::list), all);
        let twin = category("a", 9);
        let taken = store.write_blocking(floor.workspace, move |tx| categories::insert(tx, &twin));
        assert!(taken.expect_err("taken").is_unique_violation("article_categories_slug"));
        let moved = ArticleCategory { position: 0, slug: slug("z"), ..two };
        let saved = moved.clone();
        floor.run(move |tx| categories::save(tx, &saved));
        floor.run(move |tx| categories::delete(tx, inner.id));
        assert_eq!(floor.run(categories::list), [ArticleCategory { version: 2, ..moved }, one]);
    }

    fn synonyms_are_groups_of_words(store) {
        let floor = Floor::new(store);
        let group = |words: [&str; 2]| Synonyms::new(id(), words).expect("a group");
        let (one, two) = (group(["parcel", "包裹"]), group(["bill", "invoice"]));
        let mut all = [one.clone(), two.clone()];
        all.sort_by_key(|it| it.id);
        for it in all.clone() {
            floor.run(move |tx| synonyms::insert(tx, &it));
        }
        assert_eq!(floor.run(synonyms::list), all);
        let changed = Synonyms { words: group(["parcel", "package"]).words, ..one };
        let saved = changed.clone();
        let saved = floor.run(move |tx| synonyms::save(tx, &saved));
        floor.run(move |tx| synonyms::delete(tx, two.id));
        assert_eq!(floor.run(synonyms::list), [saved]);
    }

    fn every_change_is_counted(store) {
        let floor = Floor::new(store);
        assert_eq!(floor.run(state), 0);
        floor.run(touch);
        floor.run(touch);
        assert_eq!(floor.run(state), 2);
        let elsewhere = add_workspace(floor.store);
        assert_eq!(store.read_blocking(elsewhere, state).expect("a read"), 0);
    }
}
