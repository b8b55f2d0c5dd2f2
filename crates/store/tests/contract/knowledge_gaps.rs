//! What readers look for, what that leaves open, and what happens to articles by itself.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::ids::{ArticleId, ArticleQuestionId};
use zhiyin_domain::knowledge::{
    Article, ArticleQuestion, Content, GapState, KnowledgeGap, PageSlug, QuestionPlace, Translation,
};
use zhiyin_domain::locale::Locale;
use zhiyin_store::knowledge::questions::QuestionCounts;
use zhiyin_store::knowledge::{articles, gaps, questions, readers, translations};

use crate::floor::{Floor, at, id};
use crate::harness::add_workspace;

fn slug(text: &str) -> PageSlug {
    text.parse().expect("a slug")
}

/// An article that is made of a thing, with a draft.
fn article(floor: &Floor<'_>, name: &'static str) -> Article {
    let article = Article {
        source_id: Some(format!("import:{name}")),
        review_by: Some(at(5)),
        ..Article::new(id(), Locale::En, at(1))
    };
    let stored = article.clone();
    floor.run(move |tx| {
        articles::insert(tx, &stored)?;
        let content = Content {
            title: name.to_owned(),
            summary: String::new(),
            body: String::new(),
        };
        let by = (Actor::Bot, at(1));
        let first = Translation::new(stored.id, Locale::En, slug(name), content, by);
        translations::insert(tx, &first.expect("a draft"))
    });
    article
}

fn question(n: i64, results: i64) -> ArticleQuestion {
    ArticleQuestion {
        id: id(),
        place: QuestionPlace::Help,
        locale: Locale::En,
        text: "gift wrap".to_owned(),
        results,
        article_id: None,
        is_helpful: None,
        is_contact: false,
        at: at(n),
    }
}

fn asked(floor: &Floor<'_>, it: &ArticleQuestion) {
    let it = it.clone();
    floor.run(move |tx| questions::insert(tx, &it));
}

fn waiting(floor: &Floor<'_>) -> Vec<ArticleQuestionId> {
    let all = floor.run(|tx| questions::waiting(tx, 50));
    all.into_iter().map(|it| it.id).collect()
}

fn counts(floor: &Floor<'_>, from: i64, to: i64) -> QuestionCounts {
    floor.run(move |tx| questions::totals(tx, at(from), at(to)))
}

store_test! {
    fn an_article_is_found_by_what_it_was_made_of(store) {
        let floor = Floor::new(store);
        let made = article(&floor, "wrap");
        let found = floor.run(|tx| articles::by_source_id(tx, "import:wrap"));
        assert_eq!(found, Some(made));
        assert_eq!(floor.run(|tx| articles::by_source_id(tx, "import:other")), None);
        let elsewhere = add_workspace(floor.store);
        let missed = store.read_blocking(elsewhere, |tx| articles::by_source_id(tx, "import:wrap"));
        assert_eq!(missed.expect("a read"), None);
        let twin = Article { source_id: Some("import:wrap".to_owned()), ..Article::new(id(), Locale::En, at(1)) };
        let taken = store.write_blocking(floor.workspace, move |tx| articles::insert(tx, &twin));
        assert!(taken.expect_err("taken").is_unique_violation("articles_source"));
    }

    fn owners_are_told_once_of_each_date(store) {
        let floor = Floor::new(store);
        let mut it = article(&floor, "wrap");
        let (workspace, key) = (floor.workspace, it.id);
        let due = |n: i64| {
            store.read_system_blocking(move |system| articles::to_review(system, at(n), 10)).expect("a read")
        };
        assert_eq!((due(4), due(5)), (vec![], vec![(workspace, key)]));
        it.reminded_for = it.review_by;
        let told = it.clone();
        it = floor.run(move |tx| articles::save(tx, &told));
        assert_eq!(due(9), []);
        it.review_by = Some(at(8));
        let put_off = it.clone();
        it = floor.run(move |tx| articles::save(tx, &put_off));
        assert_eq!((due(7), due(8)), (vec![], vec![(workspace, key)]));
        it.merged_into = Some(article(&floor, "other").id);
        let merged = it.clone();
        floor.run(move |tx| articles::save(tx, &merged));
        assert!(!due(9).contains(&(workspace, key)));
        assert_eq!(floor.run(move |tx| articles::get(tx, key)).expect("it").merged_into, it.merged_into);
    }

    fn a_text_is_due_when_it_was_scheduled(store) {
        let floor = Floor::new(store);
        let (workspace, key) = (floor.workspace, article(&floor, "wrap").id);
        let due = |n: i64| {
            store.read_system_blocking(move |system| translations::due(system, at(n), 10)).expect("a read")
        };
        let next = || store.read_system_blocking(translations::next_due).expect("a read");
        assert_eq!((due(9), next()), (vec![], None));
        let planned = floor.run(move |tx| {
            let it = translations::get(tx, key, Locale::En)?.expect("the language");
            let it = it.schedule(at(7), Actor::Bot, at(2)).expect("scheduled");
            translations::save(tx, &it, 1)
        });
        assert_eq!(floor.run(move |tx| translations::get(tx, key, Locale::En)), Some(planned.clone()));
        assert_eq!((due(6), due(7), next()), (vec![], vec![(workspace, key, Locale::En)], Some(at(7))));
        let live = planned.publish(Actor::Bot, at(7)).expect("published");
        floor.run(move |tx| translations::save(tx, &live, 1));
        assert_eq!((due(9), next()), (vec![], None));
    }

    fn old_addresses_lead_on_together(store) {
        let floor = Floor::new(store);
        let (from, to) = (article(&floor, "wrap").id, article(&floor, "gifts").id);
        floor.run(move |tx| translations::redirect(tx, from, Locale::En, &slug("wrapping")));
        floor.run(move |tx| translations::lead_on(tx, from, to));
        let led = floor.run(|tx| readers::redirected(tx, Locale::En, &slug("wrapping")));
        assert_eq!(led, Some(to));
    }

    fn questions_that_were_left_open_wait_to_be_counted(store) {
        let floor = Floor::new(store);
        let (unfound, mut found) = (question(1, 0), question(2, 3));
        asked(&floor, &unfound);
        asked(&floor, &found);
        assert_eq!(waiting(&floor), [unfound.id]);
        let key = found.id;
        assert_eq!(floor.run(move |tx| questions::get(tx, key)), Some(found.clone()));
        found.article_id = Some(article(&floor, "wrap").id);
        found.is_helpful = Some(false);
        let said = found.clone();
        floor.run(move |tx| questions::save(tx, &said));
        assert_eq!(floor.run(move |tx| questions::get(tx, key)), Some(found.clone()));
        assert_eq!(waiting(&floor), [unfound.id, found.id]);
        let system = || store.read_system_blocking(questions::waiting_workspaces).expect("a read");
        assert_eq!(system(), [floor.workspace]);
        let gap = KnowledgeGap::new(id(), &unfound);
        let (stored, gap) = (gap.clone(), gap.id);
        floor.run(move |tx| gaps::insert(tx, &stored));
        for one in [unfound.id, found.id] {
            floor.run(move |tx| questions::counted(tx, one, gap));
        }
        found.is_contact = true;
        let said = found.clone();
        floor.run(move |tx| questions::save(tx, &said));
        assert_eq!((waiting(&floor), system()), (vec![], vec![]), "each is counted once");
        let elsewhere = add_workspace(floor.store);
        let missed = store.read_blocking(elsewhere, move |tx| questions::get(tx, key));
        assert_eq!(missed.expect("a read"), None);
    }

    fn what_became_of_questions_is_summed_up(store) {
        let floor = Floor::new(store);
        let (one, two): (ArticleId, ArticleId) = (article(&floor, "wrap").id, article(&floor, "gifts").id);
        let read = |n: i64, article: ArticleId, is_helpful: Option<bool>, is_contact: bool| ArticleQuestion {
            article_id: Some(article),
            is_helpful,
            is_contact,
            ..question(n, 2)
        };
        let rated = ArticleQuestion { place: QuestionPlace::Session, ..question(3, 0) };
        for it in [
            question(1, 0),
            question(2, 5),
            read(3, one, None, false),
            read(4, one, Some(true), false),
            read(5, one, Some(false), false),
            read(6, two, Some(true), true),
            rated,
            question(9, 0),
        ] {
            asked(&floor, &it);
        }
        let all = counts(&floor, 1, 9);
        let wanted = QuestionCounts {
            searches: 6,
            unfound: 1,
            opened: 4,
            helpful: 2,
            unhelpful: 1,
            contacts: 1,
            deflected: 2,
        };
        assert_eq!(all, wanted);
        assert_eq!(counts(&floor, 20, 30), QuestionCounts::default());
        let by_article = floor.run(|tx| questions::by_article(tx, at(1), at(9), 10));
        let numbers: Vec<_> = by_article
            .iter()
            .map(|it| (it.article_id, it.counts.opened, it.counts.deflected))
            .collect();
        assert_eq!(numbers, [(one, 3, 2), (two, 1, 0)]);
        let forgotten = store.write_system_blocking(|system| questions::forget(system, at(9)));
        assert_eq!(forgotten.expect("a write"), 7);
        assert_eq!(counts(&floor, 0, 99).searches, 1);
    }

    fn gaps_are_listed_asked_most_often_first(store) {
        let floor = Floor::new(store);
        let gap = |n: i64, times: usize| {
            let first = question(n, 0);
            let gap = KnowledgeGap::new(id(), &first);
            let gap = (0..times).fold(gap, |gap, _| gap.count(&first));
            let stored = gap.clone();
            floor.run(move |tx| gaps::insert(tx, &stored));
            gap
        };
        let (rare, often) = (gap(1, 1), gap(2, 3));
        let open = |after| floor.run(move |tx| gaps::list(tx, GapState::Open, after, 50));
        assert_eq!(open(None), [often.clone(), rare.clone()]);
        assert_eq!(open(Some((3, often.id))), std::slice::from_ref(&rare));
        let recent = floor.run(|tx| gaps::recent(tx, Locale::En, 1));
        assert_eq!(recent, std::slice::from_ref(&often));
        assert_eq!(floor.run(|tx| gaps::recent(tx, Locale::ZhCn, 9)), []);
        let made = article(&floor, "wrap").id;
        let answered = often.clone().answer(made);
        let (saved, stale, key) = (answered.clone(), answered.clone(), often.id);
        assert_eq!(floor.run(move |tx| gaps::save(tx, &saved)).version, 2);
        let read = floor.run(move |tx| gaps::get_for_update(tx, key));
        assert_eq!(read, Some(KnowledgeGap { version: 2, ..answered }));
        assert_eq!(open(None), [rare]);
        let again = store.write_blocking(floor.workspace, move |tx| gaps::save(tx, &stale));
        assert!(again.is_err(), "somebody else was first");
        let elsewhere = add_workspace(floor.store);
        let missed = store.write_blocking(elsewhere, move |tx| gaps::get_for_update(tx, key));
        assert_eq!(missed.expect("a read"), None);
    }
}
