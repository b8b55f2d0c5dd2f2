//! What is found, and what counts as found.

use uuid::Uuid;
use zhiyin_domain::ids::SynonymsId;
use zhiyin_domain::knowledge::Content;
use zhiyin_domain::time::Timestamp;

use super::*;

fn article(id: u128, locale: Locale, title: &str, body: &str) -> PublishedArticle {
    PublishedArticle {
        id: ArticleId::from_uuid(Uuid::from_u128(id)),
        locale,
        slug: format!("article-{id}").parse().expect("a slug"),
        revision: 1,
        content: Content {
            title: title.to_owned(),
            summary: String::new(),
            body: body.to_owned(),
        },
        published_at: Timestamp::from_micros(0),
        helpful: 0,
        unhelpful: 0,
        category_id: None,
        audience: if id == 9 {
            Audience::Internal
        } else {
            Audience::Public
        },
        tags: Vec::new(),
    }
}

fn knowledge() -> Knowledge {
    let group = ["包裹", "快递", "parcel", "package"];
    let id = SynonymsId::from_uuid(Uuid::from_u128(1));
    let group = Synonyms::new(id, group).expect("synonyms");
    let articles = vec![
        article(
            1,
            Locale::En,
            "How do I return a teapot?",
            "Use the **label** in the box.",
        ),
        article(
            2,
            Locale::En,
            "Where is my parcel?",
            "Follow the number in your mail.",
        ),
        article(
            3,
            Locale::ZhCn,
            "怎么申请退货",
            "七天内可以退，运费由我们承担。",
        ),
        article(4, Locale::ZhCn, "快递到哪里了", "在订单里查看物流。"),
        article(
            9,
            Locale::En,
            "Refund above the limit",
            "Ask a supervisor about the return.",
        ),
    ];
    Knowledge::new(1, articles, &[group], None)
}

fn first(text: &str, audiences: &[Audience]) -> Option<u128> {
    let question = Question {
        text: text.to_owned(),
        locale: None,
        audiences: audiences.iter().copied().collect(),
        limit: 5,
    };
    let found = knowledge().find(&question, None);
    found.first().map(|hit| hit.article.id.uuid().as_u128())
}

#[test]
fn a_question_finds_its_article() {
    let public = [Audience::Public];
    for (text, wanted) in [
        ("returning my teapot", 1),
        ("retrun teapott", 1),
        // Synonyms reach over languages.
        ("package", 4),
        ("退货", 3),
        ("退貨", 3),
        ("tuihuo", 3),
        ("包裹", 4),
        ("运费谁出", 3),
    ] {
        assert_eq!(first(text, &public), Some(wanted), "{text}");
    }
    assert_eq!(first("zzzz", &public), None);
    assert_eq!(first("", &public), None);
}

#[test]
fn nobody_finds_what_is_not_for_them() {
    assert_eq!(
        first("refund above the limit", &[Audience::Internal]),
        Some(9)
    );
    assert_ne!(
        first("refund above the limit", &[Audience::Public]),
        Some(9)
    );
    assert_eq!(first("teapot", &[]), None);
}

#[test]
fn matches_are_shown() {
    let question = Question {
        text: "label".to_owned(),
        locale: Some(Locale::En),
        audiences: BTreeSet::from([Audience::Public]),
        limit: 5,
    };
    let found = knowledge().find(&question, None);
    assert_eq!(found[0].snippet.text, "Use the label in the box.");
    assert_eq!(found[0].snippet.highlights, [(8, 5)]);
    assert!(found.iter().all(|hit| hit.article.locale == Locale::En));
}

#[test]
fn what_shares_a_word_is_no_answer() {
    let known = knowledge();
    for (text, wanted) in [
        ("How do I return a teapot?", true),
        ("return teapot", true),
        ("retrun teapott", true),
        ("tuihuo", true),
        ("怎么退货", true),
        ("where is my package", true),
        ("Do you gift wrap?", false),
        ("Is there a shop in London?", false),
        ("能开专用发票吗", false),
        ("茶壶盖碎了可以单独配吗", false),
    ] {
        let question = Question {
            text: text.to_owned(),
            locale: None,
            audiences: BTreeSet::from([Audience::Public]),
            limit: 5,
        };
        let found = known.find(&question, None);
        let best = found
            .first()
            .map(|hit| (hit.score, &hit.article.content.title));
        let is_answered = found.first().is_some_and(ArticleHit::is_answer);
        assert_eq!(is_answered, wanted, "{text}: {best:?}");
    }
}
