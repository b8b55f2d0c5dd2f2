//! Whether a customer says the same again: the plainest sign that nobody listens.
//!
//! A message counts when it is the same as one of their last ten in the session, or nearly
//! so: folded to one spelling, without punctuation, four of five pairs of characters that
//! either has are in both. Short words do not count, since thanks and yes are said again
//! without a complaint.

use std::collections::BTreeSet;

/// Earlier messages that are compared.
pub(super) const COMPARED: u32 = 10;
/// Characters below which nothing is a repetition.
const SHORT: usize = 4;
/// Of long messages the beginning is compared.
const COMPARED_CHARS: usize = 400;
/// Share of pairs in both, in percent.
const SAME_PERCENT: usize = 80;

/// The letters, digits and ideographs of a text in one spelling.
fn essence(text: &str) -> Vec<char> {
    let head: String = text.chars().take(COMPARED_CHARS).collect();
    let folded = zhiyin_language::fold(&head);
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn pairs(essence: &[char]) -> BTreeSet<(char, char)> {
    essence.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Whether a message is long enough to be compared at all.
pub(super) fn is_worth_comparing(text: &str) -> bool {
    essence(text).len() >= SHORT
}

/// Whether a message says what one of the earlier ones said.
pub(super) fn is_repeat(text: &str, earlier: &[String]) -> bool {
    let said = essence(text);
    if said.len() < SHORT {
        return false;
    }
    let said_pairs = pairs(&said);
    earlier.iter().any(|other| {
        let other = essence(other);
        if other == said {
            return true;
        }
        let other = pairs(&other);
        let both = said_pairs.intersection(&other).count();
        let either = said_pairs.union(&other).count();
        both * 100 >= either * SAME_PERCENT && both > 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, earlier: &str, expected: bool) {
        let earlier = [earlier.to_owned()];
        assert_eq!(is_repeat(text, &earlier), expected, "{text} / {earlier:?}");
    }

    #[test]
    fn the_same_in_another_spelling_is_the_same() {
        check("我的订单还没到？", "我的訂單還沒到", true);
        check("Where is my ORDER??", "where is my order", true);
        check(
            "我的订单到现在还没有发货呢",
            "我的订单到现在还没有发货",
            true,
        );
        check("Where is my order now, please", "where is my order", false);
        check("我要退货", "我要换货", false);
        check("订单 20260301-11 到哪了", "订单 20260302-57 到哪了", false);
    }

    #[test]
    fn short_words_and_signs_are_no_complaint() {
        check("好的", "好的", false);
        check("ok!", "OK", false);
        check("？？？？", "？？？？", false);
        assert!(!is_worth_comparing("谢谢！"));
        assert!(!is_repeat("我的订单还没到", &[]));
    }
}
