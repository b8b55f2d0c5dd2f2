//! What must be found, and what must not.

use proptest::prelude::*;

use super::*;

fn terms(text: &str) -> Vec<String> {
    index_tokens(text)
        .into_iter()
        .map(|token| token.term)
        .collect()
}

#[track_caller]
fn check_found(text: &str, queries: &[&str]) {
    let tokens = index_tokens(text);
    for typed in queries {
        assert!(
            query(typed).matches(&tokens),
            "`{typed}` must find `{text}`"
        );
    }
}

#[track_caller]
fn check_not_found(text: &str, queries: &[&str]) {
    let tokens = index_tokens(text);
    for typed in queries {
        assert!(
            !query(typed).matches(&tokens),
            "`{typed}` must not find `{text}`"
        );
    }
}

#[test]
fn tokens_stand_in_order_and_singles_at_the_end() {
    assert_eq!(terms("退货ok吗"), ["退货", "ok", "吗", "吗", "货", "退"]);
    assert_eq!(terms("QY-2031"), ["qy", "2031", "qy2031"]);
    assert_eq!(
        terms("你好，好吗"),
        ["你好", "好", "好吗", "你", "吗", "好"]
    );
    assert_eq!(terms(" 👍 "), Vec::<String>::new());
}

#[test]
fn chinese_of_any_length_is_found() {
    let text = "您好，我上周买的耳机右边没有声音，想申请退货，单号QY-2031-88";
    check_found(
        text,
        &[
            "退",
            "退货",
            "申请退货",
            "耳机右边没有声音",
            "好",
            "我上周买的耳机",
        ],
    );
    check_not_found(
        text,
        &["退款", "货退", "您好我", "声音想", "", "  ", "👍", "？"],
    );
}

#[test]
fn spellings_meet() {
    check_found("我想退貨，訂單還沒發出", &["退货", "订单", "還没", "发出"]);
    check_found("我想退货", &["退貨"]);
    check_found("型号ＡＢ１２", &["ab12", "AB-12", "型号"]);
    check_found("I had a problème", &["PROBLEME", "problè"]);
}

#[test]
fn numbers_are_found_in_part_and_whole() {
    let text = "订单 QY-2031-88 还没到";
    check_found(
        text,
        &[
            "QY-2031-88",
            "qy203188",
            "2031",
            "2031-88",
            "QY-20",
            "QY-203",
            "88",
            "qy 2031",
        ],
    );
    check_not_found(text, &["QY-2031-89", "203 ", "2031-89", "8 8", "qy-88"]);
    check_found(
        "mail li.na@example.com please",
        &["li.na@example.com", "example.com", "li.na", "example"],
    );
    check_found("QY203188", &["QY-2031-88"]);
}

#[test]
fn the_last_word_may_go_on_until_something_follows() {
    check_found("refund for my headphones", &["headp", "refund head", "for"]);
    check_not_found(
        "refund for my headphones",
        &["headp ", "ref headphones", "he"],
    );
}

#[test]
fn phrases_do_not_reach_across_runs() {
    check_not_found("你好，好吗", &["你好好吗", "好好"]);
    check_not_found("你好 好吗", &["你好好吗"]);
    check_not_found("好，好", &["好好"]);
}

#[test]
fn endless_words_are_cut_the_same_way() {
    let long = "x".repeat(500);
    check_found(&long, &[&long, &"x".repeat(64), &"x".repeat(100)]);
    let endless = "a1".repeat(5000);
    assert!(
        index_tokens(&endless)
            .iter()
            .all(|token| token.term.len() <= 256)
    );
    assert!(query(&endless).clauses[0].any_of[0].terms.len() <= QUERY_CHARS_MAX);
}

fn chinese() -> impl Strategy<Value = String> {
    "[我你他的了是在有退货换款订单發貨請問，。！ \u{20000}-\u{20010}ｶﾞ々a1-]{1,60}"
}

proptest! {
    #[test]
    fn nothing_panics(text: String, typed: String) {
        let tokens = index_tokens(&text);
        prop_assert_eq!(query(&typed).matches(&tokens), query(&typed).matches(&tokens));
    }

    #[test]
    fn every_part_of_a_run_is_found(text in chinese(), start: prop::sample::Index, length in 1_usize..20) {
        let chars: Vec<char> = text.chars().collect();
        let start = start.index(chars.len());
        let is_han = |c: &&char| !"，。！ ｶﾞa1-".contains(**c);
        let part: String = chars[start..].iter().take_while(is_han).take(length).collect();
        prop_assert!(part.is_empty() || query(&part).matches(&index_tokens(&text)), "`{part}` in `{text}`");
    }

    #[test]
    fn every_text_finds_itself(text in "\\PC{1,60}") {
        let asked = query(&text);
        prop_assert!(asked.is_empty() || asked.matches(&index_tokens(&text)), "{asked:?}");
    }

    #[test]
    fn terms_hold_nothing_a_database_could_read_as_syntax(text: String, typed in "[ -~]{0,60}") {
        let asked = query(&typed);
        let phrases = asked.clauses.iter().flat_map(|clause| &clause.any_of);
        let typed_terms = phrases.flat_map(|phrase| phrase.terms.clone());
        for term in terms(&text).into_iter().chain(typed_terms) {
            prop_assert!(!term.is_empty() && term.chars().count() <= TERM_CHARS_MAX);
            prop_assert!(term.chars().all(|c| !c.is_ascii() || c.is_ascii_lowercase() || c.is_ascii_digit()));
        }
    }
}
