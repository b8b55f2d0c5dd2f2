//! What a small knowledge base must find.

use super::*;

const PASSAGES: [&str; 6] = [
    "怎么申请退款",
    "快递一直没有更新怎么办",
    "如何开具电子发票",
    "How do I change my delivery address?",
    "忘记登录密码了",
    "Can I cancel my order after it has shipped?",
];

fn index() -> Index {
    Index::new(&PASSAGES.map(|text| Passage { text, vector: None }))
}

fn first(question: &str) -> Option<usize> {
    index()
        .search(question, None, Weights::default(), 3)
        .first()
        .map(|found| found.passage)
}

#[test]
fn the_right_passage_comes_first() {
    for (question, wanted) in [
        ("我要退款", 0),
        ("申請退款", 0),
        ("物流不更新", 1),
        ("能开发票吗", 2),
        ("change adress for delivery", 3),
        ("密码忘了", 4),
        ("cancelling a shipped order", 5),
    ] {
        assert_eq!(first(question), Some(wanted), "{question}");
    }
}

#[test]
fn what_shares_nothing_is_not_found() {
    assert_eq!(first("天气晴朗"), None);
    assert_eq!(first(""), None);
    assert_eq!(first("？？"), None);
    assert!(
        Index::new(&[])
            .search("退款", None, Weights::default(), 3)
            .is_empty()
    );
    assert!(
        index()
            .search("退款", None, Weights::default(), 0)
            .is_empty()
    );
}

#[test]
fn vectors_find_what_words_do_not() {
    let vectors = [[1.0, 0.0], [0.0, 1.0]];
    let passages: Vec<_> = ["怎么退货", "营业时间"]
        .iter()
        .zip(&vectors)
        .map(|(text, vector)| Passage {
            text,
            vector: Some(&vector[..]),
        })
        .collect();
    let index = Index::new(&passages);
    let found = index.search("opening hours", Some(&[0.1, 0.99]), Weights::default(), 2);
    assert_eq!(found[0].passage, 1);
    // A vector of another encoder is left out.
    assert!(
        index
            .search("opening hours", Some(&[1.0]), Weights::default(), 2)
            .is_empty()
    );
}

#[test]
fn scores_compare_between_questions() {
    let score = |question: &str| index().search(question, None, Weights::default(), 1)[0].score;
    assert!(score("怎么申请退款") > 0.9);
    assert!(score("你们怎么不接电话呢我打了一天了") < 0.6);
}

#[test]
fn rankings_are_fused_by_rank() {
    assert_eq!(fuse(&[vec![1, 2, 3], vec![2, 3, 4]]), [2, 3, 1, 4]);
    assert!(fuse::<u8>(&[]).is_empty());
}
