//! Highlights and extracts.

use proptest::prelude::*;

use super::*;
use crate::index::{index_tokens, query};

/// The text with each match in brackets.
fn marked(text: &str, typed: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut marked = String::new();
    let mut before = 0;
    for (start, length) in Highlighter::new(typed).find(text) {
        let read =
            |range: Range<usize>| String::from_utf16(&units[range]).expect("whole characters");
        marked += &[&read(before..start), "[", &read(start..start + length), "]"].concat();
        before = start + length;
    }
    marked + &String::from_utf16(&units[before..]).expect("whole characters")
}

#[test]
fn matches_are_marked_in_the_original_spelling() {
    for (text, typed, expected) in [
        ("我想退貨，還要退款", "退货", "我想[退貨]，還要退款"),
        ("😀退货😀", "退", "😀[退]货😀"),
        ("好好好", "好好", "[好好好]"),
        (
            "单号ＱＹ－２０３１－８８。",
            "qy-2031",
            "单号[ＱＹ－２０３１]－８８。",
        ),
        ("QY-2031-88", "qy203188", "[QY-2031-88]"),
        ("qy203188", "QY-2031", "[qy2031]88"),
        ("éa", "é-a", "[éa]"),
        ("QY-2031-88", "2031", "QY-[2031]-88"),
        ("problème, problems", "proble", "[problè]me, [proble]ms"),
        ("cafe\u{301} 咖啡", "café 咖啡", "[cafe\u{301}] [咖啡]"),
        ("refund refunds", "refund ", "[refund] refunds"),
        ("退货 refund", "款", "退货 refund"),
        ("nothing", "", "nothing"),
    ] {
        assert_eq!(marked(text, typed), expected, "{typed}");
    }
}

#[test]
fn a_snippet_shows_the_match() {
    let text = format!("{}耳机没有声音{}", "开头。".repeat(50), "结尾。".repeat(50));
    let snippet = Highlighter::new("没有声音").snippet(&text, 30);
    assert!(snippet.text.chars().count() <= 30 && snippet.text.contains("耳机没有声音"));
    assert!(snippet.text.starts_with('…') && snippet.text.ends_with('…'));
    assert_eq!(snippet.highlights.len(), 1);
    let short = Highlighter::new("b").snippet("a\n\n b", 30);
    assert_eq!(
        (short.text.as_str(), short.highlights),
        ("a b", vec![(2, 1)])
    );
}

#[test]
fn a_preview_is_one_line_and_keeps_characters_whole() {
    assert_eq!(preview("  hello\r\n  world ", 20), "hello world");
    assert_eq!(preview("一二三四五", 4), "一二三…");
    assert_eq!(preview("ab👍🏽cd", 4), "ab…");
    assert_eq!(preview("", 4), "");
}

proptest! {
    #[test]
    fn what_is_found_is_shown(text in "[退货換，好 aAé1-]{0,30}", typed in "[退货换好aé1-]{1,6}") {
        let is_found = query(&typed).matches(&index_tokens(&text));
        let shown = Highlighter::new(&typed).find(&text);
        prop_assert!(!is_found || !shown.is_empty(), "`{typed}` in `{text}`");
    }

    #[test]
    fn nothing_panics_and_places_are_in_the_text(text: String, typed: String, chars_max in 0_usize..50) {
        let highlighter = Highlighter::new(&typed);
        let units = text.encode_utf16().count();
        let mut before = 0;
        for (start, length) in highlighter.find(&text) {
            prop_assert!(start >= before && length > 0 && start + length <= units);
            before = start + length;
        }
        let snippet = highlighter.snippet(&text, chars_max);
        prop_assert!(snippet.text.chars().count() <= chars_max.max(2));
        prop_assert!(preview(&text, chars_max).chars().count() <= chars_max.max(1));
    }
}
